"""`case.canaries`, `releases`, `signals`, `probes`: what is planted in copies, and what is heard of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeAlias, TypedDict, Unpack

from tracer.errors import UsageError
from tracer.file_writing import put_file
from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import Table
from tracer.library.arguments import AnyPath, Backing, Day, Option, with_fields
from tracer.library.base import CasePart, Changed, Listener, quiet

with imported_when_used():
    from tracer.alarm.intake import FolderReading
    from tracer.alarm.watch import FolderSource, MailSource, Watch
    from tracer.ask.probing import findings_of, plan_notes, sheet_file
    from tracer.clock import today
    from tracer.custody import withdrawal
    from tracer.custody.withdrawal import undo_withdrawal, withdraw
    from tracer.findings.probes.intake import take_answers
    from tracer.findings.probes.people import read_agreed
    from tracer.findings.probes.plan import ProbeRequest, plan_probe, remove_probe
    from tracer.identify.number_forms import checked_region
    from tracer.marking.canary.intake import advice, identities, import_file, remove_identities, revealed_rows, summary
    from tracer.marking.canary.made import AddressRequest, home_rows_of, make_addresses, make_home
    from tracer.marking.release.handed_over import ReleaseFacts, record_handover
    from tracer.signals.fetch import mailbox_of
    from tracer.signals.load import checked_format, load_each, number_of_canary
    from tracer.wording import Voice

_KINDS = ("canary", "home", "control", "reserve")
_REJECTED = "Rejected records and why: tracer query signal-rejects"

Form: TypeAlias = Annotated[
    str | None,
    Option(
        "asterisk-cdr, twilio, mbox … (detected; help signals).",
        "FORMAT",
        "--as",
        completes="signals.formats.format_names",
    ),
]
Zone: TypeAlias = Annotated[str | None, "Time zone of times that name none: Asia/Shanghai (default: the region's)."]
Interval: TypeAlias = Annotated[float, Option("Seconds between looks.", least=0.2)]
Rest: TypeAlias = Annotated[float, Option("Seconds a file must rest.", least=0)]


class OwnAddresses(TypedDict, total=False):
    """Where addresses of your own are made."""

    domains: Annotated[str | Iterable[str], Option("Takes mail for every address.", "DOMAIN", "--domain")]
    mailbox: Annotated[str | None, Option("Instead: the mailbox whose tags (name+tag@…) are used.", "ADDRESS")]
    like: Annotated[str | None, Option("The list that they fit (default: your only own list).", "DATASET")]
    until: Annotated[Day | None, "The last day on which they take mail."]


class Canaries(CasePart):
    """The controlled identities of a `Case`."""

    def import_(
        self,
        file: AnyPath,
        *,
        kind: Annotated[str | None, Option("What they are, where the file does not say it.", words=_KINDS)] = None,
        region: Annotated[str | None, "Country of numbers without a country code (default: found out)."] = None,
    ) -> Table:
        """Import a file of controlled identities; a phone column is enough.

        Columns: phone and/or email; name, organisation, kind, state (new, ageing, live, silent, burnt, expired), since,
        until, consent, note; address, city and postcode of a place of yours, where copies are mailed. An identity that
        the case has is not doubled: what the file says of it since is taken over. Use only numbers and addresses that
        you control, with their owners' consent.

        Raises `InputRefused`: a file that cannot be read, or a row that cannot be; all problems at once.
        """
        kind = None if kind is None else read.one_of(kind, _KINDS, "kind")
        home = None if region is None else checked_region(region)
        with self._access.writing() as store:
            done = import_file(store, read.path(file), kind=kind, region=home)
        notes = (*(f"Warning: {one}" for one in done.warnings), *(f"Note: {one}" for one in done.notes))
        return Table.of_rows([done.to_json()], notes=notes)

    def remove(
        self,
        what: Annotated[AnyPath, Option("", "FILE|NUMBER|ADDRESS")],
        *,
        region: Annotated[str | None, "Country of numbers without a code (default: as at the import)."] = None,
    ) -> Table:
        """Remove identities from the register: those of a file that was imported by mistake, or one.

        Refused where any is in a copy, in a probe, or was reached: what was committed and seen stays.

        Raises `InputRefused`: the case has none of them, or one is in use; nothing is removed then.
        """
        with self._access.writing() as store:
            return Table.of_rows(
                remove_identities(store, str(what), region=None if region is None else checked_region(region))
            )

    @with_fields(OwnAddresses)
    def make(
        self,
        count: Annotated[int, Option("How many addresses (with --home: 8).", least=1)],
        *,
        kind: Annotated[str, Option("What they are.", words=_KINDS)] = "canary",
        **made: Unpack[OwnAddresses],
    ) -> Table:
        """Add mail addresses of a domain or mailbox of your own as canaries.

        Names and forms (anna.keller@, akeller72@) are those of your list. The mail server must take mail for every
        address of the domain (a catch-all), or for every tag of the mailbox; a mail to one address is the test.

        Raises `InputRefused`: neither a domain nor a mailbox, or both; a list that cannot be imitated.

        >>> case.canaries.make(3, domains="mail.example.com", like="client")[0]["made"]
        3
        """
        read.one_of(kind, _KINDS, "kind")
        request = AddressRequest(count=count, kind=kind, **read.plain(OwnAddresses, made))
        with self._access.writing() as store:
            done = make_addresses(store, request)
        return Table.of_rows([done.to_json()], notes=tuple(f"Note: {one}" for one in done.notes))

    @with_fields(OwnAddresses)
    def make_home(self, *, count: int = 8, **made: Unpack[OwnAddresses]) -> Table:
        """Home canaries under your own domain, with as many controls, as the rows to enter into your own database.

        A home canary fires when the database itself, a backup or somebody who has all of it leaks; a control is entered
        nowhere and shows what strangers send to such an address. The rows are in clear, in the columns of your list
        where one is loaded.

        Raises `InputRefused`: neither a domain nor a mailbox, or both; a list that cannot be imitated.

        >>> len(case.canaries.make_home(domains="post.example.com", count=2))
        2
        """
        request = AddressRequest(count=count, kind="home", **read.plain(OwnAddresses, made))
        with self._access.writing() as store:
            rows, notes = make_home(store, request)
        return Table.of_rows(rows, notes=tuple(f"Note: {one}" for one in notes))

    def export(self, dataset: str) -> Table:
        """Write home canaries as rows of a list, to be entered into your own database.

        They are controlled identities with personas that fit the list, in its columns, in clear.

        Raises `UsageError`: the case does not have the dataset; `InputRefused`: it has no home canary.
        """
        with self._access.writing() as store:
            rows, notes = home_rows_of(store, dataset)
        return Table.of_rows(rows, notes=tuple(f"Note: {one}" for one in notes))

    def list(
        self,
        *,
        each: Annotated[bool, "One row for each identity, masked, not for each kind and state."] = False,
        reveal: str | None = None,
    ) -> Table:
        """List identities by kind and state: how many there are, how many a release can use today, and why not the
        rest.

        In Python, reveal is the reason why single ones are shown in clear, with their personas; it is journaled.

        >>> len(case.canaries.list())
        0
        """
        with self._access.reading() if reveal is None else self._access.writing() as store:
            rows = (identities if each else summary)(store.con, today())
            if each and reveal is not None:
                rows = revealed_rows(store, rows, reveal)
            return Table.of_rows(rows, notes=tuple(advice(store.con, today())))


class Handovers(CasePart):
    """The releases of a `Case` that are recorded or withdrawn; `case.release` writes new ones."""

    def add(
        self,
        dataset: str,
        *,
        to: Annotated[str, Option("Who received the copy.", "PARTY")],
        date: Annotated[Day, "Day it was handed over."],
        ends: Annotated[Day | None, "Day after which the recipient may hold nothing."] = None,
        path: Annotated[AnyPath | None, "The copy; without it, all rows of the dataset."] = None,
        canary_rows: Annotated[
            Iterable[int], Option("Row of the copy, from 1, that is a canary.", "ROW", "--canary-row", least=1)
        ] = (),
        id: Annotated[str | None, Option("Id of the release (default: dataset@recipient@date).", "ID")] = None,
        purpose: Annotated[str | None, "What the copy was for."] = None,
        use: Annotated[str | None, "Lawful basis of use: customer, explicit, bundled_in_terms, …"] = None,
        evidence: Backing = (),
    ) -> Changed:
        """Record a copy that was handed over without tracer, as [[release]] in a manifest does.

        Where the copy itself is named, its canaries are the imported identities in it, and rows of the dataset that it
        lacks were withheld. Nothing was drawn at random, so such a copy is named by its own canaries alone.

        Raises `InputRefused`: an unknown dataset or party, a copy that cannot be read, a day that cannot be.

        >>> case.releases.add("client", to="vendor-a", date="2026-01-10")["release"]
        'client@vendor-a@2026-01-10'
        """
        handed_over = read.day(date, "date")
        if handed_over is None:
            raise UsageError("the day is missing", where="date", remedy="write it like 2026-05-01")
        last, backing, rows = read.day(ends, "ends"), read.texts(evidence), tuple(canary_rows)
        asked = ReleaseFacts(id or "", dataset, to, handed_over, last, purpose, use, backing, rows)
        with self._access.writing() as store:
            with store.transaction():
                copy = record_handover(store, asked, read.path_or_none(path))
                done: dict[str, Any] = {"release": copy.release, "dataset": dataset, "recipient": to}
                done |= {"rows": copy.rows, "canaries": copy.canaries, "withheld": copy.withheld}
                store.journal.append(command="release add", detail={**done, "date": str(handed_over)})
            stale = store.meta("stage:overlaps") != ""
        return Changed(done, stale, tuple(copy.notes))

    def withdraw(
        self,
        releases: Annotated[str | Iterable[str], Option("", "RELEASE…")],
        *,
        reason: Annotated[str | None, "Why: a sentence that is journaled."] = None,
        undo: Annotated[bool, "Take a withdrawal back, as long as no other copy has its canaries."] = False,
    ) -> Table:
        """Remove copies that were not handed out from the releases; identities that no other copy has are free again.

        Refused where a canary of the copy was reached or is in a list since: then somebody has it. The register keeps
        what was committed, and says that the copy was withdrawn, when and why. The file is not deleted: where it still
        lies is said. If a copy was handed out after all, undo it before its identities are used again.

        In Python, it does not ask. A row each; `is_there` says that the file still lies at `path`. Raises
        `InputRefused`: an unknown release, or one of which a canary was reached or is in a list.

        >>> _ = case.releases.add("client", to="vendor-a", date="2026-01-10")
        >>> case.releases.withdraw("client@vendor-a@2026-01-10")[0]["release"]
        'client@vendor-a@2026-01-10'
        """
        named = read.texts(releases)
        with self._access.writing() as store:
            rows: list[dict[str, object]]
            if undo:
                rows = [{"release": one} for one in undo_withdrawal(store, named)]
            else:
                rows = [one.to_json() for one in withdraw(store, named, reason or withdrawal.NOT_HANDED_OUT)]
            table = Table.of_rows(rows)
            table.to_trace = store.meta("stage:overlaps") != ""
        return table


class Signals(CasePart):
    """The records of a `Case`."""

    def load(
        self,
        files: AnyPath | Iterable[AnyPath],
        *,
        form: Form = None,
        zone: Zone = None,
        canary: Annotated[int | None, "The canary whose telephone's log it is."] = None,
        region: Annotated[str | None, "Country of numbers without a code: FR (default: the lists')."] = None,
    ) -> Table:
        """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted.

        A Maildir folder is loaded as its messages. A file that cannot be read keeps no other from being loaded.

        In Python, a row for each file; the same bytes are loaded once, and a note says so.

        Raises `UsageError`: an unknown format; `InputRefused`: files that cannot be read; the others are loaded.
        """
        checked_format(form)
        with self._access.writing() as store:
            own = None if canary is None else number_of_canary(store.con, canary)
            home = None if region is None else checked_region(region)
            loaded, refused = load_each(store, read.paths(files), form, zone=zone, own=own, region=home)
        left = [f"left out: {problem.line()}" for problem in refused]
        had = [f"{one.path}: already loaded as file {one.file}; nothing was added" for one in loaded if not one.new]
        rejected = [_REJECTED] if any(one.rejected for one in loaded) else []
        said = [f"{one.path}: {one.note}" for one in loaded if one.note]
        return Table.of_rows([one.to_json() for one in loaded], notes=(*left, *had, *rejected, *said))

    def watch(
        self,
        folder: AnyPath,
        *,
        hit: Callable[[dict[str, Any]], None],
        form: Form = None,
        zone: Zone = None,
        once: Annotated[bool, "Load what is there and rests, and end."] = False,
        interval: Interval = 5.0,
        rest: Rest = 2.0,
        tell: Listener = quiet,
    ) -> None:
        """Load records of a folder as they arrive, and print every hit as a JSON line.

        In Python, `hit` is given each hit, masked, until `KeyboardInterrupt`. Nothing is concluded: that is
        `case.watch`.
        """
        checked_format(form)
        source = FolderSource(read.path(folder), FolderReading(form, zone, lists=False), rest)
        reader = self._access.reader()
        Watch(self._access.writing, reader, (), tell, [source], hit=hit, interval=interval, once=once).follow()

    def fetch(
        self,
        mailbox: str,
        *,
        password: str | None = None,
        folders: Annotated[str | Iterable[str], Option("Folders in place of the URL's.", "NAME", "--folder")] = (),
        starttls: Annotated[bool, "Encrypt by STARTTLS (port 143), not from the start (port 993)."] = False,
        follow: Annotated[bool, "Go on as mail arrives, until Ctrl-C."] = False,
        tell: Listener = quiet,
    ) -> Table:
        """Load the mail of a mailbox, each message once; nothing is concluded from it.

        It stays there, unread as it was. The mailbox is `imaps://user@host/FOLDER`, always encrypted, or a folder of
        this machine with messages (a Maildir).

        Raises `MailboxUnavailable`: not reached, or the login refused.
        """
        if "://" not in mailbox:
            return self.load(mailbox)
        source = MailSource(mailbox_of(mailbox, password, folders=read.texts(folders), starttls=starttls))
        watch = Watch(
            self._access.writing, self._access.reader(), (), tell, mailboxes=[source], hit=_no_hit, once=not follow
        )
        watch.follow()
        return Table.of_rows([{"messages": watch.total.mails, "signals": watch.total.hits, "aside": watch.total.aside}])


def _no_hit(_: dict[str, Any]) -> None:
    """Single hits are not asked for."""


Probe: TypeAlias = Annotated[str, Option("", "PROBE")]


class Probes(CasePart):
    """The sheets of a `Case`."""

    def plan(
        self,
        releases: Annotated[str | Iterable[str], Option("", "[RELEASE]…")] = (),
        *,
        out: Annotated[AnyPath, Option("The sheet: .csv or .xlsx.", name="-o --output")],
        service: Annotated[str | None, Option("The service, a party of the case.", "PARTY")] = None,
        after: Annotated[str | None, Option("Go on from the answers to this sheet.", "PROBE")] = None,
        by: Annotated[
            str | None, Option("What it takes (default: what marks have).", words=("phone", "email", "name"))
        ] = None,
        names: Annotated[bool, "Whether the service shows a name."] = True,
        most: Annotated[int, Option("Questions in all sheets together.", least=1, most=1000)] = 60,
        ordinary: Annotated[int, Option("People to ask for, at most; 0 names no copy.", least=0, most=100)] = 12,
        withheld: Annotated[int, Option("People whom the likeliest copy lacks, at most.", least=0, most=100)] = 8,
        wrong: Annotated[float, Option("Share of wrong answers, at most.", least=0.001, most=0.3)] = 0.05,
        alpha: Annotated[float, Option("Family-wise error over probes of service and list.", above=0, most=0.5)] = 0.01,
        agreed: Annotated[AnyPath | None, Option("Ask only for people in this file.", "FILE")] = None,
        reason: Annotated[str | None, "Why people of the list may be shown to the service; journaled."] = None,
        lang: str = "en",
    ) -> tuple[str, ...]:
        """Draw what to ask of a service, as a sheet to fill in.

        RELEASE: copies that may be the source, by id or pattern ('list@*'). The sheet has planted records, people and
        controls in a random order, and does not say which is which. Several small sheets ask less than a large one:
        load the answers, then go on after it. Each question shows the service whom it is about.

        In Python, it returns notes.

        Raises `UsageError` or `InputRefused`: what cannot be asked, with the reason.
        """
        voice, target, agreement = Voice(read.language(lang)), read.path(out), read.path_or_none(agreed)
        with self._access.writing() as store:
            people = None if agreement is None else read_agreed(store, agreement)
            shares = (most, ordinary, withheld, wrong, alpha)
            request = ProbeRequest(read.texts(releases), service, after, by, names, *shares, reason, people)
            with store.transaction():
                planned = plan_probe(store, request)
                put_file(sheet_file(planned, target, store.region, voice), target)
        return tuple(voice.say(note) for note in plan_notes(planned))

    def remove(self, probe: Probe) -> Changed:
        """Remove a sheet that was never asked.

        It uses up no planted record and no part of the error. What was asked stays asked: load its answers.

        Raises `InputRefused`: it has answers, or the case does not have it.
        """
        with self._access.writing() as store:
            remove_probe(store, probe)
        return Changed({"probe": probe, "outcome": "removed"})

    def load(self, file: AnyPath, *, lang: str = "en", shown: int | None = None) -> Table:
        """Load the filled-in sheet, and print what its answers say about each copy.

        Answers are yes or no in many languages; a blank was not asked. Names that the service showed are compared with
        the list's and not kept. A sheet may be loaded in pieces; what was answered stays.

        In Python, a row for each copy, and what they come to as notes; shown: rows at most, not public. Raises
        `InputRefused`: it is not a sheet of this case.
        """
        with self._access.writing() as store:
            taken = take_answers(store, read.path(file))
            rows, notes = findings_of(store.con, taken.plan, Voice(read.language(lang)), shown=shown)
        counted = f"{taken.answered} answers loaded, {taken.known} were known, {taken.blank} are blank."
        return Table.of_rows(rows, notes=(*notes, counted), lang=lang)

    def show(self, probe: Probe, *, lang: str = "en", shown: int | None = None) -> Table:
        """Show again what the answers to a sheet, and to those that it goes on from, say.

        Raises `UsageError`: the sheet is unknown.
        """
        with self._access.reading() as store:
            rows, notes = findings_of(store.con, probe, Voice(read.language(lang)), shown=shown)
        return Table.of_rows(rows, notes=tuple(notes), lang=lang)
