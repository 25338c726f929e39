"""`case.canaries`, `releases`, `signals`, `probes`: what is planted in copies, and what is heard of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tracer.errors import UsageError
from tracer.library.arguments import AnyPath, Day, day, language, one_of, path, path_or_none, paths, texts
from tracer.library.base import CasePart, Changed, Listener, quiet
from tracer.library.table import Table
from tracer.whole_file import put_file

_KINDS = ("canary", "home", "control", "reserve")
_REJECTED = "Rejected records and why: tracer query signal-rejects"


class Canaries(CasePart):
    """The controlled identities of a `Case`."""

    def import_(self, file: AnyPath, *, kind: str | None = None, region: str | None = None) -> Table:
        """Import a file of controlled identities; a phone column is enough. One row: what was imported.

        kind: `canary`, `home`, `control` or `reserve`, where the file says nothing (default: canary). Use only numbers
        and addresses that you control, with their owners' consent.

        Raises:
            InputRefused: a file that cannot be read, or a row that cannot be; all problems at once.
        """
        from tracer.identify.number_forms import checked_region
        from tracer.marking.canary.intake import take_in

        kind = None if kind is None else one_of(kind, _KINDS, "kind")
        with self._access.writing() as store:
            region = checked_region(region) if region is not None else None
            done = take_in(store, path(file), kind=kind, region=region)
        notes = (*(f"Warning: {one}" for one in done.warnings), *(f"Note: {one}" for one in done.notes))
        return Table.of_rows([done.to_json()], notes=notes)

    def remove(self, what: AnyPath, *, region: str | None = None) -> Table:
        """Take identities out that nothing rests on: those of a file that was imported, or the one with a number or
        address. A row for each kind.

        Raises:
            InputRefused: the case has none of them, or one is in use; nothing is removed then.
        """
        from tracer.identify.number_forms import checked_region
        from tracer.marking.canary.intake import take_out

        with self._access.writing() as store:
            return Table.of_rows(take_out(store, str(what), region=None if region is None else checked_region(region)))

    def make(
        self, count: int, *, domains: str | Iterable[str] = (), mailbox: str | None = None, like: str | None = None,
        kind: str = "canary", until: Day | None = None,
    ) -> Table:  # fmt: skip
        """Add mail addresses of your own domains, or tags of a mailbox, as canaries. One row: what was made.

        domains: take mail for every address; like: the list that they are to fit (default: your only own list); until:
        the last day on which they take mail.

        Raises:
            InputRefused: neither a domain nor a mailbox, or both; a list that cannot be imitated.

        >>> case.canaries.make(3, domains="mail.example.com", like="client")[0]["made"]
        3
        """
        from tracer.marking.canary.made import AddressRequest, make_addresses

        one_of(kind, _KINDS, "kind")
        request = AddressRequest(count, texts(domains), mailbox, like, kind, None, day(until, "until"))
        with self._access.writing() as store:
            made = make_addresses(store, request)
        return Table.of_rows([made.to_json()], notes=tuple(f"Note: {one}" for one in made.notes))

    def make_home(
        self, *, domains: str | Iterable[str] = (), mailbox: str | None = None, like: str | None = None,
        count: int = 8, until: Day | None = None,
    ) -> Table:  # fmt: skip
        """Home canaries under your own domain, with as many controls, as the rows to enter into your own database.

        A home canary fires when the database itself, a backup or somebody who has all of it leaks; a control is entered
        nowhere and shows what strangers send to such an address. The rows are in clear, in the columns of your list
        where one is loaded.

        Raises:
            InputRefused: neither a domain nor a mailbox, or both; a list that cannot be imitated.

        >>> len(case.canaries.make_home(domains="post.example.com", count=2, like="client"))
        2
        """
        from tracer.marking.canary.made import AddressRequest, make_home

        request = AddressRequest(count, texts(domains), mailbox, like, "home", None, day(until, "until"))
        with self._access.writing() as store:
            rows, notes = make_home(store, request)
        return Table.of_rows(rows, notes=tuple(f"Note: {one}" for one in notes))

    def export(self, dataset: str) -> Table:
        """Home canaries as rows of a list, in its columns and in clear, to be entered into your own database.

        Raises:
            UsageError: the case does not have the dataset.
            InputRefused: it has no home canary.
        """
        from tracer.marking.canary.made import home_rows_of

        with self._access.writing() as store:
            rows, notes = home_rows_of(store, dataset)
        return Table.of_rows(rows, notes=tuple(f"Note: {one}" for one in notes))

    def list(self, *, each: bool = False, reveal: str | None = None) -> Table:
        """Identities by kind and state, how many a release can use today, and why not the rest; each: one row each.

        reveal: the reason why single ones are shown in clear, with their personas; it is journaled.

        >>> len(case.canaries.list())
        0
        """
        from tracer.clock import today
        from tracer.marking.canary.identity_register import advice, identities, revealed, summary

        with self._access.reading() if reveal is None else self._access.writing() as store:
            rows = (identities if each else summary)(store.con, today())
            if each and reveal is not None:
                rows = revealed(store, rows, reveal)
            return Table.of_rows(rows, notes=tuple(advice(store.con, today())))


class Handovers(CasePart):
    """The releases of a `Case` that are recorded or withdrawn; `case.release` writes new ones."""

    def add(
        self, dataset: str, *, to: str, date: Day, ends: Day | None = None, path: AnyPath | None = None,
        canary_rows: Iterable[int] = (), id: str | None = None, purpose: str | None = None, use: str | None = None,
        evidence: str | Iterable[str] = (),
    ) -> Changed:  # fmt: skip
        """Record a copy that was handed over without tracer, as [[release]] in a manifest does.

        path: the copy, by which its canaries and withheld rows are known; without it, all rows of the dataset.
        canary_rows: rows of the copy, from 1, that are canaries without having been imported.

        Raises:
            InputRefused: an unknown dataset or party, a copy that cannot be read, a day that cannot be.

        >>> case.releases.add("client", to="vendor-a", date="2026-01-10")["release"]
        'client@vendor-a@2026-01-10'
        """
        from tracer.marking.release.handed_over import ReleaseFacts
        from tracer.marking.release.record import record_handover

        handed_over = day(date, "date")
        if handed_over is None:
            raise UsageError("the day is missing", where="date", remedy="write it like 2026-05-01")
        asked = ReleaseFacts(
            id or "", dataset, to, handed_over, ends=day(ends, "ends"), canary_rows=tuple(canary_rows),
            purpose=purpose, use_basis=use, evidence=texts(evidence),
        )  # fmt: skip
        with self._access.writing() as store:
            with store.transaction():
                copy = record_handover(store, asked, path_or_none(path))
                done = {
                    "release": copy.release, "dataset": dataset, "recipient": to, "rows": copy.rows,
                    "canaries": copy.canaries, "withheld": copy.withheld,
                }  # fmt: skip
                store.journal.append(command="release add", detail={**done, "date": str(handed_over)})
            stale = store.meta("stage:overlaps") != ""
        return Changed(done, stale, tuple(copy.notes))

    def withdraw(self, releases: str | Iterable[str], *, reason: str | None = None, undo: bool = False) -> Table:
        """Remove copies that were not handed out from the releases; identities that no other copy has are free again.

        It does not ask. undo: take a withdrawal back, as long as no other copy has its canaries. A row each; `is_there`
        says that the file still lies at `path`.

        Raises:
            InputRefused: an unknown release, or one of which a canary was reached or is in a list.

        >>> _ = case.releases.add("client", to="vendor-a", date="2026-01-10")
        >>> case.releases.withdraw("client@vendor-a@2026-01-10")[0]["release"]
        'client@vendor-a@2026-01-10'
        """
        from tracer.custody.withdrawal import NOT_HANDED_OUT, undo_withdrawal, withdraw

        named = texts(releases)
        with self._access.writing() as store:
            rows: list[dict[str, object]]
            if undo:
                rows = [{"release": one} for one in undo_withdrawal(store, named)]
            else:
                rows = [one.to_json() for one in withdraw(store, named, reason or NOT_HANDED_OUT)]
            table = Table.of_rows(rows)
            table.to_trace = store.meta("stage:overlaps") != ""
        return table


class Signals(CasePart):
    """The records of a `Case`."""

    def load(
        self, files: AnyPath | Iterable[AnyPath], *, form: str | None = None, zone: str | None = None,
        canary: int | None = None, region: str | None = None,
    ) -> Table:  # fmt: skip
        """Load call, SMS and mail records; what reached a canary or a control is kept, in UTC, the rest is counted.

        A Maildir folder is loaded as its messages; a note says which could not be read, and why. form: `asterisk-cdr`,
        `twilio`, `mbox` … (`tracer help signals`; detected otherwise); zone: of times that name none (`Asia/Shanghai`);
        canary: whose telephone's log it is; region: of numbers without a country code (default: that of the
        lists). A row for each file; the same bytes are loaded once, and a note says so.

        Raises:
            UsageError: an unknown format.
            InputRefused: files that cannot be read; the others are loaded.
        """
        from tracer.identify.number_forms import checked_region
        from tracer.signals.load import checked_format, load_each, number_of_canary

        checked_format(form)
        with self._access.writing() as store:
            own = None if canary is None else number_of_canary(store.con, canary)
            home = None if region is None else checked_region(region)
            loaded, refused = load_each(store, paths(files), form, zone=zone, own=own, region=home)
        left = [f"left out: {problem.line()}" for problem in refused]
        had = [f"{one.path}: already loaded as file {one.file}; nothing was added" for one in loaded if not one.new]
        rejected = [_REJECTED] if any(one.rejected for one in loaded) else []
        return Table.of_rows(
            [one.to_json() for one in loaded],
            notes=(*left, *had, *rejected, *(f"{one.path}: {one.note}" for one in loaded if one.note)),
        )

    def watch(
        self, folder: AnyPath, *, hit: Callable[[dict[str, Any]], None], form: str | None = None,
        zone: str | None = None, once: bool = False, interval: float = 5.0, rest: float = 2.0, tell: Listener = quiet,
    ) -> None:  # fmt: skip
        """Watch a folder and load files of records as they arrive, until `KeyboardInterrupt`; `once`: what rests now.

        hit: is given each hit, masked; interval: seconds between looks; rest: seconds that a file must rest. Nothing is
        concluded: that is `case.watch`.
        """
        from tracer.alarm.intake import FolderReading
        from tracer.alarm.watch import FolderSource, Watch
        from tracer.signals.load import checked_format

        checked_format(form)
        source = FolderSource(path(folder), FolderReading(form, zone, lists=False), rest)
        reader = self._access.reader()
        Watch(self._access.writing, reader, (), tell, [source], hit=hit, interval=interval, once=once).follow()

    def fetch(
        self, mailbox: str, *, password: str | None = None, folders: str | Iterable[str] = (), starttls: bool = False,
        follow: bool = False, tell: Listener = quiet,
    ) -> Table:  # fmt: skip
        """Load the mail of a mailbox, each message once; it stays there, unread as it was. Nothing is concluded.

        mailbox: `imaps://user@host/FOLDER`, always encrypted, or a folder of this machine with messages (a Maildir).
        follow: go on as mail arrives, until `KeyboardInterrupt`.

        Raises:
            MailboxUnavailable: not reached, or the login refused.
        """
        from tracer.alarm.watch import MailSource, Watch
        from tracer.signals.fetch import mailbox_of

        if "://" not in mailbox:
            return self.load(mailbox)
        source = MailSource(mailbox_of(mailbox, password, folders=texts(folders), starttls=starttls))
        watch = Watch(
            self._access.writing, self._access.reader(), (), tell, mailboxes=[source], hit=_no_hit, once=not follow
        )
        watch.follow()
        return Table.of_rows([{"messages": watch.total.mails, "signals": watch.total.hits, "aside": watch.total.aside}])


def _no_hit(_: dict[str, Any]) -> None:
    """Single hits are not asked for."""


class Probes(CasePart):
    """The sheets of a `Case`."""

    def plan(
        self, releases: str | Iterable[str] = (), *, out: AnyPath, service: str | None = None,
        after: str | None = None, by: str | None = None, names: bool = True, most: int = 60, ordinary: int = 12,
        withheld: int = 8, wrong: float = 0.05, alpha: float = 0.01, agreed: AnyPath | None = None,
        reason: str | None = None, lang: str = "en",
    ) -> tuple[str, ...]:  # fmt: skip
        """Draw what to ask of a service, as a sheet to fill in (`out`: .csv or .xlsx); returns notes.

        releases: copies that may be the source, by id or pattern (`list@*`). after: go on from the answers to this
        sheet; by: `phone`, `email` or `name`; names: whether the service shows a name; most: questions in all sheets;
        ordinary, withheld: people to ask for, at most; wrong: share of wrong answers, at most; alpha: family-wise error
        over all probes of this service and list; agreed: ask only for people in this file; reason: why people may be
        shown to the service, journaled.

        Raises:
            UsageError, InputRefused: what cannot be asked, with the reason.
        """
        from tracer.ask.probing import plan_notes, sheet_file
        from tracer.findings.probes import ProbeRequest, plan_probe, read_agreed
        from tracer.wording import Voice

        voice, target, agreement = Voice(language(lang)), path(out), path_or_none(agreed)
        with self._access.writing() as store:
            request = ProbeRequest(
                texts(releases), service, after, by, names, most, ordinary, withheld, wrong, alpha, reason,
                None if agreement is None else read_agreed(store, agreement),
            )  # fmt: skip
            with store.transaction():
                planned = plan_probe(store, request)
                put_file(sheet_file(planned, target, store.region, voice), target)
        return tuple(voice.say(note) for note in plan_notes(planned))

    def remove(self, probe: str) -> Changed:
        """Remove a sheet that was never asked: it uses nothing up, and its name is given to no other.

        Raises:
            InputRefused: it has answers, or the case does not have it.
        """
        from tracer.findings.probes import remove_probe

        with self._access.writing() as store:
            remove_probe(store, probe)
        return Changed({"probe": probe, "outcome": "removed"})

    def load(self, file: AnyPath, *, lang: str = "en", shown: int | None = None) -> Table:
        """Load a filled-in sheet; a row for each copy with what its answers say, and what they come to as notes.

        shown: rows at most; not public.

        Raises:
            InputRefused: it is not a sheet of this case.
        """
        from tracer.ask.probing import findings_of
        from tracer.findings.probes import take_answers
        from tracer.wording import Voice

        with self._access.writing() as store:
            taken = take_answers(store, path(file))
            rows, notes = findings_of(store.con, taken.plan, Voice(language(lang)), shown=shown)
        counted = f"{taken.answered} answers loaded, {taken.known} were known, {taken.blank} are blank."
        return Table.of_rows(rows, notes=(*notes, counted), lang=lang)

    def show(self, probe: str, *, lang: str = "en", shown: int | None = None) -> Table:
        """What the answers to a sheet, and to those that it goes on from, say.

        Raises:
            UsageError: the sheet is unknown.
        """
        from tracer.ask.probing import findings_of
        from tracer.wording import Voice

        with self._access.reading() as store:
            rows, notes = findings_of(store.con, probe, Voice(language(lang)), shown=shown)
        return Table.of_rows(rows, notes=tuple(notes), lang=lang)
