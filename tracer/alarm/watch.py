"""`tracer watch`: read what has arrived, conclude, keep, send, trace, wait.

The case is opened for a step and closed again, so that others can work on it. Reading is done by a process of its own
(`reader`); sending while the case is closed, since a receiver may take its time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from tracer.alarm.alive import Read, give_sign, keep_counts
from tracer.alarm.aside import waiting
from tracer.alarm.channels import Channel
from tracer.alarm.conclude import Look, begin, conclusions, look_at, looked_at
from tracer.alarm.intake import Arrived, FileArrived, FolderReading, Item, MailsArrived, is_one_mail
from tracer.alarm.outbox import CouldNotSend, Message, announce, delivered, failed, forget, pending, report
from tracer.alarm.reader import Reader
from tracer.alarm.words import Writer, reading_of
from tracer.ask.status import unplanted
from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.clock import now
from tracer.disclosure import Reason, Text
from tracer.errors import CaseUnavailable, InputRefused
from tracer.signals.fetch import MailBatch, Mailbox, MailboxUnavailable, connected, explained, fetch, last_fetched
from tracer.signals.resting import RestingFiles
from tracer.stages import stale_stages
from tracer.trace import trace
from tracer.visible import label

_Due: TypeAlias = tuple[Writer | None, list[tuple[Channel, list[Message]]]]
"""What is to be sent, and who writes it."""
_IDLE_S = 20.0
"""Seconds after which the case is opened although nothing has arrived: a week may be over, a list loaded elsewhere."""
_RETRY_S = 2.0
"""The same while messages wait."""
_UNTRACED_S = 1_800.0
"""Seconds for which arrivals come before a trace; after that it is brought to its end."""
_SENDING_S = 60.0
"""Seconds that a message may take on its way."""
_AT_ONCE = 500
"""Files that are read before it is concluded from them."""
_PAUSES_S = (5.0, 300.0)
"""Seconds until a mailbox that was not reached is tried again: doubled each time, up to the second."""


class _ArrivedMeanwhile(Exception):
    """Something arrived during a trace, which is begun again after it was looked at."""


@dataclass
class FolderSource:
    """A folder that is watched."""

    folder: Path
    reading: FolderReading = field(default_factory=FolderReading)
    rest: float = 2.0
    """Seconds for which a file must not have changed."""
    files: RestingFiles = field(init=False)

    def __post_init__(self) -> None:
        """The files of the folder."""
        self.files = RestingFiles(self.folder, self.rest)

    def take(self, reader: Reader) -> Iterator[Arrived]:
        """Read what rests, up to some hundred files, mails together."""
        ready = dict(islice(self.files.ready(), _AT_ONCE))
        for item, arrived in reader.read(self._items(list(ready))) if ready else ():
            paths = (
                item.paths if isinstance(item, MailsArrived) else [item.path] if isinstance(item, FileArrived) else ()
            )
            for path in paths:
                self.files.done(path, ready[path], again=arrived.left)
            yield arrived

    def _items(self, paths: Sequence[Path]) -> Iterator[Item]:
        mails = tuple(path for path in paths if self.reading.form is None and is_one_mail(path))
        if mails:
            yield MailsArrived(mails, self.folder, self.reading)
        for path in paths:
            if path not in mails:
                yield FileArrived(path, self.folder, self.reading)


@dataclass
class MailSource:
    """A mailbox that is fetched."""

    mailbox: Mailbox
    read_at: str | None = None
    """When it was last read, as text."""
    _open: ExitStack = field(default_factory=ExitStack)
    _client: Any = None
    _pause: float = _PAUSES_S[0]
    _again: float = 0.0
    # when it is looked at again, by the monotonic clock

    def is_due(self) -> bool:
        """Whether it is time to look."""
        return time.monotonic() >= self._again

    def look_again(self) -> None:
        """It is time to look, whenever it was looked at last."""
        self._again = 0.0

    def take(self, reader: Reader, last: Callable[[str, int], int], every: float) -> Iterator[Arrived]:
        """Fetch what is new; the connection stays. `every`: seconds between looks.

        Raises:
            MailboxUnavailable: not reached, or the login refused. It is tried again later.
        """
        self._again = time.monotonic() + every
        while True:
            kept = self._client is not None
            try:
                self._client = self._client or self._open.enter_context(connected(self.mailbox))
                for _, arrived in reader.read(self._batches(last)):
                    yield arrived
            except MailboxUnavailable:
                self.close()
                if kept:  # it may be the connection alone
                    continue
                self._again = time.monotonic() + self._pause
                self._pause = min(self._pause * 2, _PAUSES_S[1])
                raise
            break
        self._pause, self.read_at = _PAUSES_S[0], f"{now():%Y-%m-%d %H:%M}"

    def _batches(self, last: Callable[[str, int], int]) -> Iterator[MailBatch]:
        with explained(self.mailbox):
            batches = fetch(self._client, self.mailbox, last)
        while True:
            with explained(self.mailbox):  # the network alone: not what becomes of a batch
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def close(self) -> None:
        """End the connection."""
        self._client = None
        with suppress(OSError, MailboxUnavailable):  # it may be lost, which is why it is closed
            self._open.close()
        self._open = ExitStack()


@dataclass
class Watch:
    """A watch that reads what arrives, and reports what it concludes."""

    open_case: Callable[[], AbstractContextManager[Case]]
    reader: Reader
    channels: Sequence[Channel]
    say: Callable[[str], None]
    folders: Sequence[FolderSource] = ()
    mailboxes: Sequence[MailSource] = ()
    lang: str = "en"
    traces: bool = True
    """Whether the case is traced after its conclusions have gone out."""
    hit: Callable[[dict[str, Any]], None] | None = None
    """Is given each hit of a file of records, masked; then nothing is concluded."""
    interval: float = 5.0
    """Seconds between looks."""
    once: bool = False
    _begun: bool = False
    _due: float = 0.0
    # when the case must be opened again, by the monotonic clock
    _outcomes: list[tuple[Message, CouldNotSend | None]] = field(default_factory=list)
    # sent, and not marked yet
    _stale_since: float | None = None
    # since when a trace has been due
    _read: Read = field(default_factory=Read)
    # read, and not counted yet
    total: Read = field(default_factory=Read)
    """Since the watch began."""
    _unreached: dict[str, MailboxUnavailable] = field(default_factory=dict)
    # mailboxes that were not reached when they were looked at last, by host
    _troubles: dict[str, str] = field(default_factory=dict)
    # what is the matter, by where; said once

    def follow(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Step until interrupted, or once.

        Ctrl-C between two steps ends it with nothing half done; during one, what is being read is rolled back.

        Raises:
            InputRefused: no such folder. With `once`, also MailboxUnavailable, when all else is done.
        """
        missing = [one.folder for one in self.folders if not one.folder.is_dir()]
        if missing:
            raise InputRefused("no such folder", where=str(missing[0]), remedy="make it first, or check its name")
        names = [str(one.folder) for one in self.folders] + [one.mailbox.host for one in self.mailboxes]
        self.say(f"watching {', '.join(names)}" + ("" if self.once else " (Ctrl-C ends it)"))
        try:
            while True:
                self.step()
                if self.once:
                    return
                sleep(self.interval)
        finally:
            for mailbox in self.mailboxes:
                mailbox.close()
            self._sum_up()

    def step(self) -> None:
        """Everything that can be done now. A case that somebody else works on is left for the next step.

        Raises:
            JournalChanged: the journal was changed; waiting does not help. With `once`, also MailboxUnavailable and
            CaseUnavailable.
        """
        try:
            if not self._begun:
                with self.open_case() as case:
                    # Before anything is read: lists that are there already are left to `trace`.
                    begin(case)
                    self._begun = True
                    if bare := unplanted(case.con):
                        self.say(
                            f"{bare} home canaries are in no list of your own that is loaded: whether they are planted"
                            " is not known. Load it: tracer load FILE --origin own --replace"
                        )
            took = self._take_in()
            while self.once and self._take_in():  # more lies there than is read at a time
                took = True
            # Messages that were sent and not marked as sent, and the pause between two looks, are reasons too.
            if took or self._outcomes or time.monotonic() >= self._due:
                self._work()
            self._well("case")
            if self.once and self._unreached:
                raise next(iter(self._unreached.values()))
        except CaseUnavailable as problem:
            if self.once or isinstance(problem, JournalChanged):
                raise
            self._trouble("case", f"waiting: {problem.line()}")
            self._due = 0.0

    def test(self) -> int:
        """Send a marked test on every channel, and look into every mailbox; how many did not take it."""
        names = [channel.name for channel in self.channels]
        with self.open_case() as case:
            with case.transaction():
                reading = Reason.of("alarm-test", case=Text(case.name or case.folder.name))
                announce(case, f"test:{now():%Y-%m-%dT%H:%M:%S}", {}, reading, names)
            due = self._pending(case)
        self._send(due)
        refused = {message.channel: problem for message, problem in self._outcomes if problem is not None}
        with self.open_case() as case:
            for message, problem in self._outcomes:
                if problem is not None and message.thread.startswith("test:"):
                    forget(case, message)
            self._outcomes = [one for one in self._outcomes if one[1] is None or not one[0].thread.startswith("test:")]
            self._mark(case)
        for name in names:
            if name != "print":
                problem = refused.get(name)
                self.say(f"{name}: " + ("the test was taken" if problem is None else f"NOT TAKEN: {problem.fault}"))
        for source in self.mailboxes:
            with connected(source.mailbox):
                self.say(f"{source.mailbox.host}: the login works")
        return len(refused)

    def _take_in(self) -> bool:
        """Read what has arrived; whether anything was."""
        outcomes = 0
        with closing(self.reader):
            for outcome in self._arriving():
                outcomes += 1
                self._read += outcome.read
                self.total += outcome.read
                if outcome.said and outcome.said not in self._troubles:
                    self.say(outcome.said)
                if outcome.left:
                    self._troubles[outcome.said] = outcome.said
                if self.hit is not None and outcome.file is not None:
                    with self.open_case() as case:
                        hits = hits_of(case, outcome.file)
                    for one in hits:
                        self.hit(one)
        return outcomes > 0

    def _arriving(self) -> Iterator[Arrived]:
        for folder in self.folders:
            where = str(folder.folder)
            if folder.folder.is_dir():
                self._well(where)
                yield from folder.take(self.reader)
            else:
                self._trouble(where, f"{where}: the folder is gone; it is looked for again")
        for mailbox in self.mailboxes:
            if not mailbox.is_due():
                continue
            try:
                yield from mailbox.take(self.reader, self._last_uid, max(self.interval, _IDLE_S))
                self._unreached.pop(mailbox.mailbox.host, None)
                self._well(mailbox.mailbox.host)
            except MailboxUnavailable as problem:
                self._unreached[mailbox.mailbox.host] = problem
                self._trouble(mailbox.mailbox.host, f"{problem.line()}; it is tried again")

    def _last_uid(self, name: str, validity: int) -> int:
        with self.open_case() as case:
            return last_fetched(case, name, validity)

    def _work(self) -> None:
        """Conclude, send, trace, conclude again."""
        with self.open_case() as case:
            self._mark(case)
            stale, due = self._concluded(case)
        self._send(due)
        if stale and self.traces and self.hit is None:
            self._trace()
        if self._outcomes:
            with self.open_case() as case:
                self._mark(case)

    def _trace(self) -> None:
        """Trace the case, and conclude again; left for later where something arrives, which is not to wait for it."""
        self._stale_since = self._stale_since or time.monotonic()
        try:
            with self.open_case() as case:
                self._mark(case)
                trace(case, self._unless_arrived)
                _, due = self._concluded(case, again=True)
        except _ArrivedMeanwhile:
            self._due = 0.0
            return
        self._stale_since = None
        self._send(due)

    def _unless_arrived(self, _stage: str) -> None:
        waited = time.monotonic() - (self._stale_since or 0.0)
        arrived = any(True for folder in self.folders for _ in folder.files.ready())
        if not self.once and waited < _UNTRACED_S and arrived:
            raise _ArrivedMeanwhile

    def _concluded(self, case: Case, *, again: bool = False) -> tuple[bool, _Due]:
        """Conclude from what has not been looked at; whether a trace may find more, and what is to be sent."""
        had, seen = looked_at(case.con) or Look(0, 0, ""), look_at(case.con)
        names = [channel.name for channel in self.channels]
        if self.hit is None and (had != seen or again):
            found = conclusions(case, had, seen, again=again)
            with case.transaction():
                report(case, [(one, reading_of(case.con, one)) for one in found], names)
                seen.keep(case)
        with case.transaction():
            keep_counts(case, self._read)
        self._read = Read()
        read_at = max((one.read_at for one in self.mailboxes if one.read_at), default=None)
        give_sign(case, names, read_at, next(iter(self._unreached.values()), None))
        self._due = time.monotonic() + _IDLE_S
        return bool(stale_stages(case.con)), self._pending(case)

    def _pending(self, case: Case) -> _Due:
        due = [(channel, pending(case.con, channel.name)) for channel in self.channels]
        return Writer(case.con, self.lang, case.case_id) if any(messages for _, messages in due) else None, due

    def _send(self, due: _Due) -> None:
        """Send on every channel, one message after the other, up to the first that fails, unless it failed alone."""
        writer, channels = due
        for channel, messages in channels:
            for message in messages:
                assert writer is not None  # noqa: S101 - there is one where there are messages
                try:
                    _within(_SENDING_S, channel, message, writer)
                except CouldNotSend as problem:
                    self._outcomes.append((message, problem))
                    if not problem.alone:
                        break
                else:
                    self._outcomes.append((message, None))

    def _mark(self, case: Case) -> None:
        """Keep what came of the messages that were sent."""
        while self._outcomes:
            message, problem = self._outcomes[0]
            if problem is None:
                delivered(case, message)
                self._well(message.channel)
            else:
                failed(case, message, problem)
                self._trouble(message.channel, f"{message.channel}: {problem.fault}; it is kept and tried again")
                self._due = min(self._due, time.monotonic() + _RETRY_S)
            self._outcomes.pop(0)

    def _trouble(self, where: str, what: str) -> None:
        """Say what is the matter, once, until it is well or something else."""
        if self._troubles.get(where) != what:
            self._troubles[where] = what
            self.say(what)

    def _well(self, where: str) -> None:
        if self._troubles.pop(where, None) is not None and where != "case":
            self.say(f"{where}: works again")

    def _sum_up(self) -> None:
        """Say what was left, and what lies aside."""
        left = [path.name for folder in self.folders for path in folder.files.waiting()]
        if left:
            names = label(", ".join(left[:5]) + (" …" if len(left) > 5 else ""))
            self.say(f"left, since they still changed or could not be read yet: {len(left)} ({names})")
        try:
            with self.open_case() as case:
                aside = len(waiting(case.con))
        except CaseUnavailable:
            return
        if aside:
            self.say(f"{'one input is' if aside == 1 else f'{aside} inputs are'} set aside: tracer aside list")


def _within(seconds: float, channel: Channel, message: Message, writer: Writer) -> None:
    """Send a message. A receiver that answers a byte at a time is left after so long; its thread ends when it ends.

    Raises:
        CouldNotSend: it did not arrive, or took too long.
    """
    found: list[BaseException | None] = []

    def send() -> None:
        try:
            channel.send(message, writer)
        except BaseException as problem:  # noqa: BLE001 - raised again in the thread that waits
            found.append(problem)
        else:
            found.append(None)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise CouldNotSend(f"the receiver took more than {seconds:.0f} seconds")
    if found[0] is not None:
        raise found[0]


def hits_of(case: Case, file: int) -> list[dict[str, Any]]:
    """The hits of a file as they are shown one by one: masked, with the copies that hold each canary."""
    rows = case.con.execute(
        "SELECT strftime(s.\"at\", '%Y-%m-%dT%H:%M:%SZ'), s.channel, s.caller, s.canary, c.kind, s.releases, s.file,"
        " s.row FROM views.signals s JOIN views.canaries c ON c.canary = s.canary WHERE s.file = $file"
        " ORDER BY s.row, s.canary",
        {"file": file},
    ).fetchall()
    names = ("at", "channel", "caller", "canary", "kind", "releases", "file", "row")
    return [{"event": "signal", **dict(zip(names, row, strict=True))} for row in rows]
