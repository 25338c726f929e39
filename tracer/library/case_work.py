"""What is put into a case and computed in it, and how it is kept: lists, traces, decisions, marked copies, checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypedDict, Unpack

from tracer.errors import ChecksFailed, UsageError
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import ListCheck, NotebookView, Run, Table, main_job, trace_store
from tracer.library.arguments import (
    AnyPath,
    Backing,
    Columns,
    Day,
    FilePath,
    FolderPath,
    Option,
    columns_written,
    limits_written,
    with_fields,
)
from tracer.library.base import CasePart, Changed, Listener, quiet
from tracer.library.dossier import ListFacts

with imported_when_used():
    from tracer.ask.attributing import refused_people
    from tracer.ask.planned import GoalPlan, plan_goal
    from tracer.case.backup import Backup, write_backup
    from tracer.case.case import Case as OpenStore
    from tracer.case.checks import Check
    from tracer.clock import now, today
    from tracer.custody.doctor import CaseFault, accept_journal, examine
    from tracer.custody.doctor import repair as repaired
    from tracer.custody.purge import purge_dataset
    from tracer.custody.verify import verify_case
    from tracer.dossier import vocabulary
    from tracer.dossier.statements import add_judgement
    from tracer.file_writing import put_file
    from tracer.identify.number_forms import checked_region
    from tracer.lists.load import load_files
    from tracer.lists.loaded import Loaded
    from tracer.lists.read import secret_columns
    from tracer.lists.read.file import check_path
    from tracer.lists.read.model import Limits, ReadOptions
    from tracer.manifest import read_manifest
    from tracer.marking.release.copies import Copy, release_copies
    from tracer.marking.release.forecast import Goal
    from tracer.marking.release.plan import ReleasePlan, plan_release
    from tracer.marking.release.request import Design, ReleaseRequest, read_recipients
    from tracer.publish.answers import Leaving
    from tracer.publish.check import Checked, Offer, check, read_claims
    from tracer.publish.check_page import check_page
    from tracer.records import DatasetFacts
    from tracer.wording.sections import Block
    from tracer.wording.sections import Table as Rows


Outside: TypeAlias = Annotated[bool, "Let paths of the manifest lead out of its folder."]


class FileReading(TypedDict, total=False):
    """How a file is read; found out where it is not said."""

    columns: Annotated[
        Columns, Option("What a column is: phone=手机号 …", "ROLE=COLUMN", "--map", read=columns_written)
    ]
    encoding: Annotated[str | None, "The text encoding, where it is detected wrongly."]
    region: Annotated[str | None, "Country of numbers without a country code (default: found out)."]
    sheet: Annotated[str | None, "The only sheet of a workbook, or table of an SQL dump, to read."]
    header: Annotated[bool | None, "Whether the first row names the columns."]
    limits: Annotated[
        Mapping[str, int | str] | None,
        Option("Raise a limit: tracer help lists.", "NAME=NUMBER", "--limit", read=limits_written),
    ]


class LoadFacts(ListFacts, FileReading, total=False):
    """What a list is, and how its files are read."""

    origin: Annotated[str | None, Option("", words="origin")]
    collected_under: str | None
    used_under: str | None
    evidence: Backing


class ReleaseTerms(TypedDict, total=False):
    """Who gets copies of a list, with which marks, on which terms."""

    to: Annotated[str | Iterable[str], Option("Recipient.", "PARTY")]
    to_file: Annotated[FilePath | None, Option("File of recipients: party, date, ends, purpose, use_basis.", "FILE")]
    unique: Annotated[int, Option("Canaries that are in one copy alone.", least=0, default=5)]
    pool: Annotated[int, Option("Canaries that copies share by a code, over all copies.", least=0, default=0)]
    bias: Annotated[
        str,
        Option(
            "How many copies share one: 0.2 if merged, 0.5 if compared.", words=("mix", "0.2", "0.5"), default="mix"
        ),
    ]
    pairs: Annotated[bool, "A further canary for every two copies, in no third."]
    reserve: Annotated[int, Option("Canaries of kind reserve, known to few, in one copy alone.", least=0, default=0)]
    withhold: Annotated[float | None, Option("Share of rows that each copy lacks, by a code.", "SHARE", least=0)]
    without: Annotated[str | Iterable[str], Option("Leave this column out of all copies.", "COLUMN")]
    only_reachable: Annotated[bool, "Leave out rows with neither number nor address."]
    choices: Annotated[bool, "Write what the list writes in two ways (St., Street) in one, by a code."]
    ends: Annotated[Day | None, "Day after which the recipients may hold nothing."]
    purpose: Annotated[str | None, "What the copies are for."]
    use: Annotated[str | None, "Lawful basis of use: customer, explicit, bundled_in_terms, …"]
    evidence: str | Iterable[str]
    accept_detectable: Annotated[bool, "Write the copies even where canaries can be told from ordinary rows."]


class CaseWork(CasePart):
    """The everyday work of a `Case`. Each call is all there, or nothing of it, and is journaled."""

    @with_fields(LoadFacts, "DatasetFacts")
    def load(
        self,
        files: AnyPath | Iterable[AnyPath],
        *,
        holder: Annotated[str, Option("The party it was obtained from.", "PARTY")],
        id: Annotated[str | None, "Id of the dataset (default: made from the file's name)."] = None,
        keep_secret_hash: Annotated[bool, "Keep keyed hashes of passwords, which are dropped otherwise."] = False,
        keep_original: Annotated[bool, "Keep the file itself although it holds passwords."] = False,
        replace: Annotated[bool, "Load as a new version of a dataset that is loaded already."] = False,
        dry_run: Annotated[bool, "Show how the file would be read; keep nothing."] = False,
        **facts: Unpack[LoadFacts],
    ) -> list[Loaded]:
        """Load FILES as datasets: every row accepted, or rejected with its reason.

        csv, tsv, txt, xlsx, xls, vcf, json, ndjson, parquet, sql, or a zip of these; a folder is all files in it.
        Several files are loaded together: all of them, or none. Prints one row per dataset. Origin: own (the client's
        own list), obtained, refusals (people who refused), register (a public source) or offer (not bought).

        In Python, `columns` are `{"phone": "手机号"}`; several headings of a role make one key together. The holder is
        added where it is new; a list is `obtained` where its origin is not said, or `refusals` where it says so itself.
        Raises `UsageError`: an argument that cannot be; `InputRefused`: a file that cannot be read, holds no
        identifier, or is loaded already; all problems at once.

        >>> loaded = case.load(lists / "other.csv", holder="vendor-b", id="again", dry_run=True)
        >>> loaded[0].rows, loaded[0].identifiers
        (700, 700)
        """
        named, given = read.paths(files), read.plain(LoadFacts, facts)
        reading = {name: given.pop(name) for name in FileReading.__annotations__}
        if given["origin"] is not None:
            read.one_of(given["origin"], vocabulary.ORIGINS, "origin")
        said = DatasetFacts(id or "", holder, **given)
        with self._access.reading() if dry_run else self._access.writing() as store:
            secret_key = store.secret(secret_columns.PURPOSE) if keep_secret_hash else None
            options = replaced(_read_options(store, reading), keep_original=keep_original, secret_key=secret_key)
            total = sum(file.stat().st_size for file in named if file.is_file())
            with self._access.meters("loading", store.con, total) as meter:
                return load_files(store, named, said, options, replace=replace, dry_run=dry_run, meter=meter)

    @with_fields(FileReading)
    def check(
        self,
        file: AnyPath,
        *,
        seller: Annotated[str | None, Option("Who offers it.", "PARTY")] = None,
        on: Annotated[Day | None, "Day of the offer; later lists are not looked at (default: today)."] = None,
        claims: Annotated[
            str | Iterable[str],
            Option("What the seller says: random, size=N, fresh=MONTH, consented …", metavar="CLAIM,…"),
        ] = (),
        lang: str = "en",
        path: AnyPath | None = None,
        to: str | None = None,
        **reading: Unpack[FileReading],
    ) -> ListCheck:
        """Check a list that is offered, before you use it: one page, and nothing of the list is kept.

        How much is new and how much was in which list since when; people who refused; your own customers and planted
        records; which copies it comes from; whether what the seller says is true. No person is shown.
        The exit code is 0 whatever is found, "Do not use it" too.

        Claims: random, business_only, public_sources, size=N, fresh=MONTH, first_hand, own_collection, consented.

        In Python, path: write the page to this file, in the format `to` (text, json, html, pdf; by default that of its
        ending). The journal names the file by a keyed hash, with its rows and the day. Raises `UsageError`: an argument
        that cannot be; `InputRefused`: a file that cannot be read or holds no identifier; a claim that cannot be
        tested.

        >>> found = case.check(lists / "other.csv", claims="size=700")
        >>> found.to_json()["reading"], found.to_json()["rows"]
        ('look-first', 700)
        """
        target = read.path_or_none(path)
        form = read.one_of(to or (target.suffix[1:] if target else "") or "text", ListCheck.FORMS, "to")
        offered = read.day(on, "on") or today()
        said = read_claims(read.texts(claims), offered)
        with self._access.reading() as store:
            offer = Offer(
                read.paths(file)[0], seller, offered, said, _read_options(store, read.plain(FileReading, reading))
            )
            check_path(offer.path)

            def made(found: Checked) -> tuple[ListCheck, bytes]:
                answer = ListCheck(found.to_json(), check_page(found))
                if target is None:
                    return answer, b""
                way = Leaving.of(store)
                answer = answer.leaving(way)
                content = answer.written(form)
                way.look_through(answer.text() if form == "pdf" else content, target.with_suffix(""))
                return answer, content

            with self._access.meters("checking", store.con, offer.path.stat().st_size) as meter:
                answer, content = check(store, offer, read.language(lang), made, meter)
        if target is not None:
            put_file(content, target)
        return answer

    def run(
        self,
        manifest: AnyPath,
        *,
        replace: Annotated[bool, "Load changed files as new versions of their datasets."] = False,
        allow_outside: Outside = False,
        lang: str = "en",
        tell: Listener = quiet,
        compare: bool = True,
    ) -> Run:
        """Load all that MANIFEST names and the case lacks, trace, and print the strongest findings.

        Safe to repeat: what is loaded is not loaded again. The case is made where there is none. Where a file cannot be
        loaded, the others are kept, nothing is traced (exit code 3), and the next run goes on from there.

        In Python, the case must exist (`tracer.run` makes one). tell: is given what is loaded, a line each; compare:
        whether the run lists what is new and what changed. Raises `InputRefused`: what is wrong with the manifest, all
        of it at once; nothing is kept; `FilesRefused`: what is wrong with files; the others are kept (`loaded`),
        nothing was traced.

        >>> run = case.run(sample)  # doctest: +SKIP
        >>> run.lead[0]  # doctest: +SKIP
        '14 lists with 21,000 records were compared.'
        """
        asked = read_manifest(read.path(manifest), outside=allow_outside)
        with self._access.writing() as store:
            return main_job(
                store, asked, self._access.meters, read.language(lang), replaces=replace, tell=tell, compare=compare
            )

    def trace(self, *, lang: str = "en", compare: bool = True) -> Run:
        """Compute overlaps, derivations, attributions, retention, claim verdicts and resale chains.

        Only what changed since the last trace is computed again. A finding that no longer holds is superseded and kept.
        What a person's judgement moved, and what does not fit together, is reported on stderr.

        In Python, compare: whether the run lists the findings that are new, changed and superseded.

        >>> str(case.trace())
        'Nothing has changed since the last trace.'
        """
        with self._access.writing(computes=True) as store:
            return trace_store(store, self._access.meters, read.language(lang), compare=compare)

    def judge(
        self,
        a: str,
        b: str,
        verdict: Annotated[str, Option("", words="judgement")],
        *,
        note: Annotated[str | None, "Why."] = None,
    ) -> Changed:
        """Record a person's decision on the edge between A and B; later runs keep it.

        A and B are two lists (B copied from A), or a copy and the list in which it was found. What parties gave one
        another is judged on their lists. `independent`: neither list was copied from the other. `withdraw` takes the
        decision on them back.

        The newest decision on an edge holds; the one that it overrules is named. A decision that B was copied from A is
        refused while the reverse is confirmed. Whatever rests on a decision says so, with the value without it.

        The decision is shown at once. `tracer trace` brings it into effect: it changes the probability of this edge and
        of those that depend on it, and says which it moved.

        Raises `UsageError`: a list or copy that the case does not have, or another verdict; `InputRefused`: parties,
        claims or others on which nothing rests; B from A is confirmed while the reverse is; nothing is in force that
        could be withdrawn.

        >>> case.judge("client", "vendor", "confirm", note="seen in the contract")["verdict"]
        'confirm'
        """
        import getpass

        read.one_of(verdict, vocabulary.JUDGEMENTS, "verdict")
        with self._access.writing() as store, store.transaction():
            judged = add_judgement(store.con, a, b, verdict, note=note, at=now(), who=getpass.getuser())
            detail = {"a": judged.a, "b": judged.b, "verdict": verdict}
            store.journal.append(command="judge", detail={**detail, "no": judged.number})
        done: dict[str, Any] = {"judgement": judged.number, **detail}
        if judged.overrules is None:
            return Changed(done, to_trace=True)
        if verdict == "withdraw":
            note = f"Judgement {judged.overrules} ({judged.overruled}) is taken back: the data alone count again."
            return Changed(done | {"withdraws": judged.overrules}, to_trace=True, notes=(note,))
        note = f"It overrules judgement {judged.overrules}, which said {judged.overruled}."
        return Changed(done | {"overrules": judged.overrules}, to_trace=True, notes=(note,))

    @with_fields(ReleaseTerms)
    def release(
        self,
        dataset: str,
        *,
        out: Annotated[FolderPath, Option("Folder for the copies.", name="-o --output")],
        **terms: Unpack[ReleaseTerms],
    ) -> list[Copy]:
        """Write one marked copy of DATASET per recipient, in the source's own format.

        The register (which canary is in which copy, which rows each lacks) is committed and journaled before a copy
        leaves. A canary has one persona in all copies, and no copy has a home canary. Where canaries can be told from
        ordinary rows nothing is written and no identity is used. Run `--plan` first: it shows what a design costs, what
        it will catch and whether its canaries would stand out. More: tracer help marking

        Without a share to withhold, each copy lacks up to 40 rows, 1 in 100 at most.

        In Python, `plan_release` shows that. withhold: 0 to .05. Raises `InputRefused`: with nothing written: too few
        identities, unknown parties, canaries that stand out, a file that exists.

        >>> case.release("client", to=["vendor-a"], out=work / "copies", unique=3)
        Traceback (most recent call last):
        tracer.errors.InputRefused: ...
        """
        request = _request(dataset, read.path(out), read.plain(ReleaseTerms, terms))
        with self._access.writing() as store, self._access.meters("releasing", store.con, 0) as meter:
            return release_copies(store, request, meter)

    @with_fields(ReleaseTerms)
    def plan_release(self, dataset: str, **terms: Unpack[ReleaseTerms]) -> ReleasePlan:
        """What a release would cost and catch, with the arguments of `release`; draws and writes nothing.

        The plan has `rows()` (a row for each way to leak), `lines()` (what it costs, in sentences) and `missing`
        (identities that are lacking).

        >>> case.plan_release("client", to="vendor-a", unique=3).missing
        3
        """
        request = _request(dataset, Path(), read.plain(ReleaseTerms, terms))
        with self._access.reading() as store, self._access.meters("planning", store.con, 0) as meter:
            return plan_release(store, request, meter)

    def plan_goal(
        self,
        *,
        recipients: Annotated[int, Option("With --leak: how many there will be.", "N", least=1)],
        leak: Annotated[float, Option("With --catch: share of a copy that leaks.", "SHARE", above=0, most=1)],
        catch: Annotated[float, Option("With --leak: how often its source is named.", "SHARE", above=0, below=1)],
        dataset: str | None = None,
        sources: Annotated[int, Option("With --leak: recipients that pool their copies.", least=1)] = 1,
        rows: Annotated[int | None, Option("With --leak: rows, where no dataset is named.", least=1)] = None,
    ) -> GoalPlan:
        """A plan backwards: the marks that it takes to name the source of a leak.

        leak: share of a copy that leaks (above 0, at most 1); catch: how often its source is to be named (between 0 and
        1). The plan has `rows()` and `lines(lang)`.

        Raises `InputRefused`: a share or a number that cannot be.

        >>> case.plan_goal(recipients=20, leak=0.1, catch=0.99, dataset="client").rows()[0]["marks"]
        'own'
        """
        with self._access.reading() as store:
            return plan_goal(store, Goal(recipients, leak, catch, sources, rows), dataset)

    def refusals(self, *, reason: Annotated[str, "Who asked for the numbers, and why; it is journaled."]) -> Table:
        """Print single people who were handed on or called after they had refused.

        Without a reason there are counts only: tracer query after-refusal.

        Raises `UsageError`: the reason is too short.

        >>> len(case.refusals(reason="the client asked whom to write to"))
        0
        """
        with self._access.reading() as store:
            return Table.of_rows(refused_people(store, reason))


def _request(dataset: str, folder: Path, terms: dict[str, Any]) -> ReleaseRequest:
    """A release as the room of marks takes it; the recipients of a file come behind those that are named."""
    file = terms.pop("to_file")
    listed = {} if file is None else read_recipients(file)
    recipients = (*terms.pop("to"), *listed)
    if not recipients and file is None:
        raise UsageError("the recipients are missing", remedy="name each with --to, or all of them with --to-file FILE")
    marks = ("unique", "reserve", "pool", "bias", "pairs", "withhold", "choices")
    design = Design(**{name: terms.pop(name) for name in marks})
    return ReleaseRequest(dataset, recipients, folder, design, use_basis=terms.pop("use"), terms=listed, **terms)


def _read_options(store: OpenStore, said: Mapping[str, Any]) -> ReadOptions:
    """How a file is to be read into a case, as far as it was said."""
    region, limits = said["region"], said["limits"] or {}
    return ReadOptions(
        encoding=said["encoding"],
        columns=read.columns_of(said["columns"]),
        sheet=said["sheet"],
        has_header=said["header"],
        limits=Limits.with_settings(f"{name}={number}" for name, number in limits.items()),
        region=checked_region(region) if region is not None else store.region,
        find_region=region is None and not store.region_is_said,
    )


@dataclass(frozen=True)
class Checks(NotebookView):
    """What was looked at, and what was found.

    >>> Checks(()).passed
    True
    """

    checks: tuple[Check, ...]
    """Each with `what`, `passed` and `detail`."""

    @property
    def passed(self) -> bool:
        """Whether everything is as it was."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that found something."""
        return tuple(one for one in self.checks if not one.passed)

    def raise_for_failures(self) -> None:
        """Raises `ChecksFailed`, which names them, where one has failed."""
        if self.failed:
            found = "; ".join(f"{one.what}: {one.detail}" for one in self.failed)
            raise ChecksFailed(found, remedy="tracer help custody")

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        rows = tuple(("ok" if one.passed else "FAILED", one.what, one.detail) for one in self.checks)
        yield Rows(("", "", ""), rows)


class CaseKeeping(CasePart):
    """The care of a `Case`."""

    def verify(
        self,
        *,
        since: Annotated[Day | None, "Only originals loaded and traces made since this day."] = None,
        copies: Annotated[
            FolderPath | Iterable[FolderPath], Option("Look for copies here too (default: next to the case).", "DIR")
        ] = (),
        tell: Listener = quiet,
    ) -> Checks:
        """Check that store, originals, journal and register are unchanged and that the findings come out the same
        again.

        Every bit of store, originals and journal is looked at. Exit code 5 where something is not as it was; findings
        that rest on purged contents are reported as `not recomputable`. More: tracer help custody

        In Python, `tell` is given what is looked at.

        >>> case.verify().passed
        True
        """
        folders = read.paths(copies)
        for folder in folders:
            if not folder.is_dir():
                raise UsageError("not a folder", where=str(folder), remedy="name the folder that holds the copies")
        from_day = read.day(since, "since")
        with self._access.writing(thorough=True) as store:
            return Checks(tuple(verify_case(store, tell, from_day, folders)))

    def doctor(
        self, *, repair: Annotated[bool, "Repair what can be repaired, say what was done, and journal it."] = False
    ) -> list[CaseFault]:
        """Diagnose what a crash, a full disk or a stray edit left wrong in a case, and repair it.

        Looks at key, store and its seal, schema, journal, originals, leftovers, register, room on the disk. Exit code 5
        where something remains wrong. `tracer verify` looks at every bit and every finding.

        In Python, each fault says what it is, where, and whether it is repaired.

        >>> [fault.detail for fault in case.doctor() if fault.what == "journal"]
        []
        """
        with self._access.alone(changes=repair):
            return (repaired if repair else examine)(self._access.folder, self._access.key_file)

    def accept_journal(self, *, reason: str | None) -> str:
        """Accept a changed journal as it is, for a reason that stays in it for good; returns what was wrong.

        Raises `UsageError`: the reason is too short; `InputRefused`: nothing is wrong with the journal.
        """
        with self._access.alone(changes=True):
            return accept_journal(self._access.folder, self._access.key_file, reason)

    def backup(
        self,
        file: FilePath,
        *,
        passphrase: str | None = None,
        with_key: Annotated[bool, "Put the case key into it as well; only under a passphrase."] = False,
    ) -> Backup:
        """Write the whole case into one encrypted FILE, while no other process writes to it.

        It opens with the case key as it is now, or with a passphrase. The key is not in it unless you ask for that.

        In Python, the answer has `bytes`, `originals` and `sha256`.

        Raises `InputRefused`: the file exists or cannot be written, the passphrase is short, the key without a
        passphrase.

        >>> case.backup(work / "case.backup").originals
        4
        """
        folder, key = self._access.folder, self._access.key_file
        with self._access.alone(changes=True):
            return write_backup(folder, key, read.path(file), passphrase=passphrase, with_key=with_key)

    def purge(
        self,
        dataset: str,
        *,
        reason: Annotated[str | None, "Why: a sentence that is journaled and is in the certificate."] = None,
        tell: Listener = quiet,
    ) -> dict[str, Any]:
        """Remove the contents of DATASET for good: rows, identifiers, original, in all its versions.

        Its hashes, its counts and the findings about it stay, marked as not recomputable. A certificate says what was
        removed, when and why, and what no purge can reach: earlier backups, and what a disk keeps of deleted files
        (encrypted). For these, rotate the key and destroy the old one. More: tracer help custody

        In Python, it returns the certificate, and does not ask. Raises `InputRefused`: the case does not have it, or it
        was purged before.

        >>> case.purge("other", reason="the court ordered it")["dataset"]
        'other'
        """
        with self._access.alone(changes=True):
            return purge_dataset(self._access.folder, self._access.key_file, dataset, reason, tell)
