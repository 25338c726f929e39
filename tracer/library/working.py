"""What is put into a case and computed in it: lists, manifests, traces, decisions, marked copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.library.answers import ListCheck
from tracer.library.arguments import (
    AnyPath,
    Day,
    columns_of,
    day,
    language,
    one_of,
    path,
    path_or_none,
    paths,
    texts,
)
from tracer.library.base import CasePart, Changed, Listener, quiet
from tracer.library.running import Run, main_job, traced
from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.ask.planned import GoalPlan
    from tracer.case.case import Case as OpenStore
    from tracer.lists.loaded import Loaded
    from tracer.lists.read.model import ReadOptions
    from tracer.marking.release.copies import Copy
    from tracer.marking.release.plan import ReleasePlan
    from tracer.marking.release.request import ReleaseRequest


class Working(CasePart):
    """The everyday work of a `Case`. Each call is all there, or nothing of it, and is journaled."""

    def load(
        self, files: AnyPath | Iterable[AnyPath], *, holder: str, id: str | None = None, obtained: Day | None = None,
        created: Day | None = None, exported: Day | None = None, living: bool | None = None, origin: str | None = None,
        columns: Mapping[str, str | Sequence[str]] | None = None, encoding: str | None = None,
        region: str | None = None, sheet: str | None = None, header: bool | None = None,
        limits: Mapping[str, int | str] | None = None, collected_under: str | None = None,
        used_under: str | None = None, evidence: str | Iterable[str] = (), keep_secret_hash: bool = False,
        keep_original: bool = False, replace: bool = False, dry_run: bool = False,
    ) -> list[Loaded]:  # fmt: skip
        """Load files as datasets: every row accepted, or rejected with its reason; all of them, or none.

        files: a folder is all files in it and below. holder: the party it was obtained from, added where it is new. id:
        of the dataset (made from the file's name).
        obtained: the day it was obtained; created: the day it came into being; exported: the day of this export;
        living: whether the list went on after its first day. origin: `own` (the client's own list), `obtained`,
        `refusals`, `register` (a public source), `offer` (on offer, not bought); `obtained` otherwise, or `refusals`
        where the list says so itself. columns: what a column is, `{"phone": "手机号"}`; several columns make
        one key together. encoding, region (ISO 3166, of numbers without a country code), sheet (or table of a dump),
        header (whether the first row names the columns): found out otherwise. limits: raised limits of `tracer help
        lists`. replace: a new version of a dataset that is loaded already. dry_run: say how the files would be read,
        and keep nothing.

        Raises:
            UsageError: an argument that cannot be.
            InputRefused: a file that cannot be read, holds no identifier, or is loaded already; all problems at once.

        >>> loaded = case.load(lists / "other.csv", holder="vendor-b", id="again", dry_run=True)
        >>> loaded[0].rows, loaded[0].identifiers
        (700, 700)
        """
        from tracer.dossier.vocabulary import ORIGINS
        from tracer.lists.load import load_files
        from tracer.lists.loaded import DatasetFacts
        from tracer.lists.read.secret_columns import PURPOSE

        named = paths(files)
        said = DatasetFacts(
            id=id or "", holder=holder, obtained=day(obtained, "obtained"), created=day(created, "created"),
            origin=None if origin is None else one_of(origin, ORIGINS, "origin"), exported=day(exported, "exported"),
            living=living, collected_under=collected_under, used_under=used_under, evidence=texts(evidence),
        )  # fmt: skip
        with self._access.reading() if dry_run else self._access.writing() as store:
            options = replaced(
                _reading(store, columns, encoding, region, sheet, header, limits), keep_original=keep_original,
                secret_key=store.secret(PURPOSE) if keep_secret_hash else None,
            )  # fmt: skip
            total = sum(file.stat().st_size for file in named if file.is_file())
            with self._access.meters("loading", store.con, total) as meter:
                return load_files(store, named, said, options, replace=replace, dry_run=dry_run, meter=meter)

    def check(
        self, file: AnyPath, *, seller: str | None = None, on: Day | None = None, claims: str | Iterable[str] = (),
        columns: Mapping[str, str | Sequence[str]] | None = None, encoding: str | None = None,
        region: str | None = None, sheet: str | None = None, header: bool | None = None,
        limits: Mapping[str, int | str] | None = None, lang: str = "en", path: AnyPath | None = None,
        to: str | None = None,
    ) -> ListCheck:  # fmt: skip
        """Check a list that is offered against what the case holds, before it is used; nothing of it is kept.

        How much of it is new, who refused, own customers and planted records in it, which copies it comes from, and
        whether what the seller says is true. seller: who offers it; on: the day of the offer (today): later lists are
        not looked at. claims: what the seller says, `["random", "size=100000", "fresh=2026-05"]`. columns to limits: as
        for `load`. path: write the page to this file, in the format `to` (text, json, html, pdf; by default that of its
        ending). The journal names the file by a keyed hash, with its rows and the day.

        Raises:
            UsageError: an argument that cannot be.
            InputRefused: a file that cannot be read or holds no identifier; a claim that cannot be tested.

        >>> found = case.check(lists / "other.csv", claims="size=700")
        >>> found.to_json()["reading"], found.to_json()["rows"]
        ('look-first', 700)
        """
        from tracer.clock import today
        from tracer.lists.read.file import check_path
        from tracer.publish.answers import Leaving
        from tracer.publish.check import Checked, Offer, check, read_claims
        from tracer.publish.check_page import check_page
        from tracer.whole_file import put_file

        target = path_or_none(path)
        form = one_of(to or (target.suffix[1:] if target else "") or "text", ListCheck.FORMS, "to")
        offered = day(on, "on") or today()
        said = read_claims(texts(claims), offered)
        with self._access.reading() as store:
            options = _reading(store, columns, encoding, region, sheet, header, limits)
            offer = Offer(paths(file)[0], seller, offered, said, options)
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
                answer, content = check(store, offer, language(lang), made, meter)
        if target is not None:
            put_file(content, target)
        return answer

    def run(
        self, manifest: AnyPath, *, replace: bool = False, allow_outside: bool = False, lang: str = "en",
        tell: Listener = quiet, compare: bool = True,
    ) -> Run:  # fmt: skip
        """Load all that a manifest names and the case lacks, trace, and put the strongest findings into words.

        Safe to repeat. replace: load changed files as new versions; allow_outside: let paths of the manifest lead out
        of its folder; tell: is given what is loaded, a line each; compare: whether the run lists what is new and what
        changed.

        Raises:
            InputRefused: what is wrong with the manifest, all of it at once; nothing is kept.
            FilesRefused: what is wrong with files; the others are kept (`loaded`), nothing was traced.

        >>> run = case.run(sample)  # doctest: +SKIP
        >>> run.lead[0]  # doctest: +SKIP
        '14 lists with 21,000 records were compared.'
        """
        from tracer.manifest import read_manifest

        asked = read_manifest(path(manifest), outside=allow_outside)
        with self._access.writing() as store:
            return main_job(
                store, asked, self._access.meters, language(lang), replace=replace, tell=tell, compare=compare
            )

    def trace(self, *, lang: str = "en", compare: bool = True) -> Run:
        """Compute overlaps, derivations, attributions, retention, claim verdicts and chains; only what changed.

        compare: whether the run lists the findings that are new, changed and superseded.

        >>> str(case.trace())
        'Nothing has changed since the last trace.'
        """
        with self._access.writing(computes=True) as store:
            return traced(store, self._access.meters, language(lang), compare=compare)

    def judge(self, a: str, b: str, verdict: str, *, note: str | None = None) -> Changed:
        """Record a person's decision on the edge between A and B; later runs keep it, `trace` brings it into effect.

        a, b: two lists, or a copy and the list in which it was found.
        verdict: `confirm`, `reject`, `unsure`, `independent` (neither from the other), or `withdraw`, which takes back
        what is in force. The row has `judgement`, and `overrules` or `withdraws` where another one held.

        Raises:
            UsageError: an id that the case does not have, or another verdict.
            InputRefused: parties, claims or others on which nothing rests; B from A is confirmed while the reverse is;
                nothing is in force that could be withdrawn.

        >>> case.judge("client", "vendor", "confirm", note="seen in the contract")["verdict"]
        'confirm'
        """
        import getpass

        from tracer.clock import now
        from tracer.dossier.statements import add_judgement
        from tracer.dossier.vocabulary import JUDGEMENTS

        one_of(verdict, JUDGEMENTS, "verdict")
        with self._access.writing() as store, store.transaction():
            judged = add_judgement(store.con, a, b, verdict, note=note, at=now(), who=getpass.getuser())
            store.journal.append(
                command="judge", detail={"a": judged.a, "b": judged.b, "verdict": verdict, "no": judged.number}
            )
        done: dict[str, Any] = {"judgement": judged.number, "a": judged.a, "b": judged.b, "verdict": verdict}
        if judged.overrules is None:
            return Changed(done, to_trace=True)
        if verdict == "withdraw":
            note = f"Judgement {judged.overrules} ({judged.overruled}) is taken back: the data alone count again."
            return Changed(done | {"withdraws": judged.overrules}, to_trace=True, notes=(note,))
        note = f"It overrules judgement {judged.overrules}, which said {judged.overruled}."
        return Changed(done | {"overrules": judged.overrules}, to_trace=True, notes=(note,))

    def release(
        self, dataset: str, *, out: AnyPath, to: str | Iterable[str] = (), to_file: AnyPath | None = None,
        unique: int = 5, pool: int = 0, bias: str = "mix", pairs: bool = False, reserve: int = 0,
        withhold: float | None = None, without: str | Iterable[str] = (), choices: bool = False,
        ends: Day | None = None, purpose: str | None = None, use: str | None = None, evidence: str | Iterable[str] = (),
        accept_detectable: bool = False, only_reachable: bool = False,
    ) -> list[Copy]:  # fmt: skip
        """Write one marked copy of a dataset per recipient, in the source's format; the register is committed first.

        out: folder of the copies; to: parties; to_file: a file of them, with terms where they differ. unique, reserve:
        canaries of one copy alone; pool, bias (`mix`, `0.2`, `0.5`), pairs: shared ones; withhold: share of ordinary
        rows that each copy lacks (0 to .05; None: up to 40 rows); without: columns that no copy has; only_reachable:
        leaves out rows with neither number nor address; choices: keyed spellings. ends: the last day on which
        recipients may hold it.
        `plan_release` shows what a design costs and catches.

        Raises:
            InputRefused: with nothing written: too few identities, unknown parties, canaries that stand out, a file
                that exists.

        >>> case.release("client", to=["vendor-a"], out=work / "copies", unique=3)
        Traceback (most recent call last):
        tracer.errors.InputRefused: ...
        """
        from tracer.marking.release.copies import release_copies

        request = self._request(
            dataset, path(out), to, to_file, without, unique=unique, pool=pool, bias=bias, pairs=pairs,
            reserve=reserve, withhold=withhold, choices=choices, ends=day(ends, "ends"), purpose=purpose,
            use_basis=use, evidence=texts(evidence), accept_detectable=accept_detectable,
            only_reachable=only_reachable,
        )  # fmt: skip
        with self._access.writing() as store, self._access.meters("releasing", store.con, 0) as meter:
            return release_copies(store, request, meter)

    def plan_release(
        self, dataset: str, *, to: str | Iterable[str] = (), to_file: AnyPath | None = None, unique: int = 5,
        pool: int = 0, bias: str = "mix", pairs: bool = False, reserve: int = 0, withhold: float | None = None,
        without: str | Iterable[str] = (), choices: bool = False, ends: Day | None = None, purpose: str | None = None,
        use: str | None = None, evidence: str | Iterable[str] = (), accept_detectable: bool = False,
        only_reachable: bool = False,
    ) -> ReleasePlan:  # fmt: skip
        """What a release would cost and catch, with the arguments of `release`; draws and writes nothing.

        The plan has `rows()` (a row for each way to leak), `lines()` (what it costs, in sentences) and `missing`
        (identities that are lacking).

        >>> case.plan_release("client", to="vendor-a", unique=3).missing
        3
        """
        from tracer.marking.release.plan import plan_release

        request = self._request(
            dataset, Path(), to, to_file, without, unique=unique, pool=pool, bias=bias, pairs=pairs, reserve=reserve,
            withhold=withhold, choices=choices, ends=day(ends, "ends"), purpose=purpose, use_basis=use,
            evidence=texts(evidence), accept_detectable=accept_detectable, only_reachable=only_reachable,
        )  # fmt: skip
        with self._access.reading() as store, self._access.meters("planning", store.con, 0) as meter:
            return plan_release(store, request, meter)

    def plan_goal(
        self, *, recipients: int, leak: float, catch: float, dataset: str | None = None, sources: int = 1,
        rows: int | None = None,
    ) -> GoalPlan:  # fmt: skip
        """A plan backwards: the marks that it takes to name the source of a leak.

        leak: share of a copy that leaks (above 0, at most 1); catch: how often its source is to be named (between 0 and
        1); sources: recipients that pool their copies; rows: of the list, where no dataset is named. The plan has
        `rows()` and `lines(lang)`.

        Raises:
            InputRefused: a share or a number that cannot be.

        >>> case.plan_goal(recipients=20, leak=0.1, catch=0.99, dataset="client").rows()[0]["marks"]
        'own'
        """
        from tracer.ask.planned import plan_goal
        from tracer.marking.release.forecast import Goal

        with self._access.reading() as store:
            return plan_goal(store, Goal(recipients, leak, catch, sources, rows), dataset)

    def refusals(self, *, reason: str) -> Table:
        """Single people who were handed on or called after they had refused, in clear; the reason is journaled.

        Raises:
            UsageError: the reason is too short; counts are in `case.query("after-refusal")`.

        >>> len(case.refusals(reason="the client asked whom to write to"))
        0
        """
        from tracer.ask.refused import refused_people

        with self._access.reading() as store:
            return Table.of_rows(refused_people(store, reason))

    def _request(
        self, dataset: str, folder: Path, to: str | Iterable[str], to_file: AnyPath | None,
        without: str | Iterable[str], *, unique: int, reserve: int, pool: int, bias: str, pairs: bool,
        withhold: float | None, choices: bool, **terms: Any,
    ) -> ReleaseRequest:  # fmt: skip
        from tracer.errors import UsageError
        from tracer.marking.release.request import Design, Recipients, ReleaseRequest, read_recipients

        listed = Recipients((), {}) if to_file is None else read_recipients(path(to_file))
        recipients = (*texts(to), *listed.parties)
        if not recipients and to_file is None:
            raise UsageError(
                "the recipients are missing", remedy="name each with --to, or all of them with --to-file FILE"
            )
        design = Design(unique, reserve, pool, bias, pairs, withhold, choices)
        return ReleaseRequest(dataset, recipients, folder, design, terms=listed.terms, without=texts(without), **terms)


def _reading(
    store: OpenStore, columns: Mapping[str, str | Sequence[str]] | None, encoding: str | None, region: str | None,
    sheet: str | None, header: bool | None, limits: Mapping[str, int | str] | None,
) -> ReadOptions:  # fmt: skip
    """How a file is to be read into a case, as far as it was said."""
    from tracer.identify.number_forms import checked_region
    from tracer.lists.read.model import Limits, ReadOptions

    return ReadOptions(
        encoding=encoding, columns=columns_of(columns), sheet=sheet, has_header=header,
        limits=Limits.raised(f"{name}={number}" for name, number in (limits or {}).items()),
        region=checked_region(region) if region is not None else store.region,
        find_region=region is None and not store.region_is_said,
    )  # fmt: skip
