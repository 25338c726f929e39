"""`tracer watch`: read what has arrived, conclude, keep, send, trace, wait.

The case is opened for a step and closed again, so that others can work on it. Reading is done by a process of its own
(`reader`); sending while the case is closed, since a receiver may take its time.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import islice
from math import inf
from pathlib import Path
from stat import S_ISREG
from typing import Any, TypeAlias

from tracer.alarm.channels import Channel
from tracer.alarm.conclude import Look, begin, conclusions, look_at, looked_at, report
from tracer.alarm.intake import Arrived, FileArrived, FolderReading, Item, MailsArrived, Read, asides
from tracer.alarm.outbox import CouldNotSend, Message, forget, keep, mark_delivered, mark_failed, pending_messages
from tracer.alarm.reader import ChildReader
from tracer.alarm.words import Writer, reading_of
from tracer.ask.status import home_canaries_not_seen
from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.clock import now
from tracer.disclosure import Reason, Text
from tracer.documents import json_of
from tracer.errors import CaseUnavailable, InputRefused
from tracer.signals.fetch import (
    Mailbox,
    MailboxUnavailable,
    fetch,
    last_fetched,
    logged_in,
)
from tracer.signals.mail import is_maildir, is_one_mail
from tracer.stages import stale_stages
from tracer.trace import trace
from tracer.visible import label

_Due: TypeAlias = list[tuple[Channel, list[Message], Writer]]
"""What is to be sent on each channel, and who writes it."""
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
_DEEPEST = 20
"""Folders in one another that are looked into: more have names that are too long."""
_UNFINISHED = (".part", ".tmp", ".crdownload", ".swp")
_AGAIN_S = 600.0
"""Seconds after which a file is tried again that failed by no fault of its own, as far as can be told."""
FileShape: TypeAlias = tuple[int, int, int]
"""Size, time of change, and time at which anything about it changed, such as who may read it (ns)."""
_PAUSES_S = (5.0, 300.0)
"""Seconds until a mailbox that was not reached is tried again: doubled each time, up to the second."""
_COUNTS, _ALIVE, _FETCHED, _FAULT = "alarm:counts", "alarm:alive", "alarm:fetched", "alarm:fault"
"""Named values: what was read since the last sign of life, and when the next is due; when a mailbox was last read, and
why one is not reached now."""
_WEEK = timedelta(days=7)
"""Between two signs of life: an officer who hears nothing for a week looks whether it still runs."""


class _ArrivedMeanwhile(Exception):
    """Something arrived during a trace, which is begun again after it was looked at."""


@dataclass
class FolderSource:
    """A folder that is watched. Its files are read when they have arrived whole: a file is left while its size or time
    changes. It is polled, because network shares and recordings of other machines report no changes."""

    folder: Path
    reading: FolderReading = field(default_factory=FolderReading)
    rest: float = 2.0
    """Seconds for which a file must not have changed."""
    _seen: dict[Path, tuple[FileShape, float]] = field(default_factory=dict)
    # file → its shape, and since when it has had it
    _done: dict[Path, tuple[FileShape, float]] = field(default_factory=dict)
    # file → its shape when it was read, and when it is tried again though it has not changed

    def take(self, reader: ChildReader) -> Iterator[Arrived]:
        """Read what rests, up to some hundred files, mails together."""
        ready = dict(islice(self.resting(), _AT_ONCE))
        mails = tuple(path for path in ready if self.reading.form is None and is_one_mail(path))
        items: list[Item] = [MailsArrived(mails, self.folder, self.reading)] if mails else []
        items += [FileArrived(path, self.folder, self.reading) for path in ready if path not in mails]
        for item, arrived in reader.read(items):
            alone = (item.path,) if isinstance(item, FileArrived) else ()
            for path in item.paths if isinstance(item, MailsArrived) else alone:
                # Not read again until it changes; where it may be no fault of its own, after some minutes.
                self._done[path] = ready[path], time.monotonic() + _AGAIN_S if arrived.left else inf
            yield arrived

    def resting(self) -> Iterator[tuple[Path, FileShape]]:
        """Files that are new or changed and have rested: by their own time of change, or under our eyes, because the
        clock of another machine may be wrong."""
        now, seen_at = time.time(), time.monotonic()
        for path, shape in self._files():
            had = self._seen.get(path)
            since = had[1] if had is not None and had[0] == shape else seen_at
            self._seen[path] = (shape, since)
            rested = now - shape[1] / 1e9 >= self.rest or seen_at - since >= self.rest > 0
            read_as, again = self._done.get(path, (None, inf))
            if rested and (read_as != shape or seen_at >= again):
                yield path, shape

    def waiting(self) -> list[Path]:
        """Files that are not read yet."""
        return sorted(path for path, shape in self._files() if self._done.get(path, (None,))[0] != shape)

    def _files(self) -> Iterator[tuple[Path, FileShape]]:
        """Every regular file below the folder, in order; hidden and unfinished ones left out."""
        found = list[Path]()
        for folder, inner, files in os.walk(self.folder):
            depth = len(Path(folder).relative_to(self.folder).parts)
            inner[:] = [] if depth >= _DEEPEST else [name for name in inner if not name.startswith(".")]
            found += [Path(folder, name) for name in files if not name.startswith(".")]
        for path in sorted(found):
            if path.suffix.lower() in _UNFINISHED:
                continue
            try:
                facts = path.lstat()
                arriving = path.parent.name == "tmp" and is_maildir(path.parent.parent)
            except OSError:
                continue  # gone since it was listed, or in a folder that may be listed and not entered
            if S_ISREG(facts.st_mode) and facts.st_size > 0 and not arriving:
                yield path, (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


@dataclass
class MailSource:
    """A mailbox that is fetched."""

    mailbox: Mailbox
    read_at: str | None = None
    """When it was last read, as text."""
    _open: ExitStack = field(default_factory=ExitStack)
    _client: Any = None
    _pause: float = _PAUSES_S[0]
    due: float = 0.0
    """When it is looked at again, by the monotonic clock."""

    def take(self, reader: ChildReader, last: Callable[[str, int], int], every: float) -> Iterator[Arrived]:
        """Fetch what is new; the connection stays. `every`: seconds between looks.

        Raises `MailboxUnavailable`: not reached, or the login refused. It is tried again later."""
        self.due = time.monotonic() + every
        while True:
            kept = self._client is not None
            try:
                self._client = self._client or self._open.enter_context(logged_in(self.mailbox))
                for _, arrived in reader.read(fetch(self._client, self.mailbox, last)):
                    yield arrived
            except MailboxUnavailable:
                self.close()
                if kept:  # it may be the connection alone
                    continue
                self.due = time.monotonic() + self._pause
                self._pause = min(self._pause * 2, _PAUSES_S[1])
                raise
            break
        self._pause, self.read_at = _PAUSES_S[0], f"{now():%Y-%m-%d %H:%M}"

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
    reader: ChildReader
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

        Raises `InputRefused`: no such folder. With `once`, also `MailboxUnavailable`, when all else is done."""
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
            # What was left, and what lies aside.
            left = [path.name for folder in self.folders for path in folder.waiting()]
            if left:
                some = label(", ".join(left[:5]) + (" …" if len(left) > 5 else ""))
                self.say(f"left, since they still changed or could not be read yet: {len(left)} ({some})")
            with suppress(CaseUnavailable), self.open_case() as case:
                if aside := len(asides(case.con)):
                    self.say(f"{'one input is' if aside == 1 else f'{aside} inputs are'} set aside: tracer aside list")

    def step(self) -> None:
        """Everything that can be done now. A case that somebody else works on is left for the next step.

        Raises `JournalChanged`: the journal was changed; waiting does not help. With `once`, also `MailboxUnavailable`
        and `CaseUnavailable`."""
        try:
            if not self._begun:
                with self.open_case() as case:
                    # Before anything is read: lists that are there already are left to `trace`.
                    begin(case)
                    self._begun = True
                    if bare := home_canaries_not_seen(case.con):
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
        """Send a marked test on every channel, and look into every mailbox; how many did not take it.

        What else waits is left to the next watch: a message that a receiver refuses says nothing of the test."""
        names = [channel.name for channel in self.channels]
        thread = f"test:{now():%Y-%m-%dT%H:%M:%S}"
        with self.open_case() as case:
            with case.transaction():
                reading = Reason.of("alarm-test", case=Text(case.name or case.folder.name))
                keep(case, thread, {}, reading, names)
            due = self._due_messages(case)
        self._send([(channel, [one for one in waiting if one.thread == thread], say) for channel, waiting, say in due])
        refused = {message.channel: problem for message, problem in self._outcomes if problem is not None}
        with self.open_case() as case:
            for message, problem in [*self._outcomes]:
                if problem is not None:
                    forget(case, message)
                    self._outcomes.remove((message, problem))
            self._mark(case)
        for name in names:
            if name != "print":
                problem = refused.get(name)
                self.say(f"{name}: " + ("the test was taken" if problem is None else f"NOT TAKEN: {problem.fault}"))
        for source in self.mailboxes:
            with logged_in(source.mailbox):
                self.say(f"{source.mailbox.host}: the login works")
        return len(refused)

    def _take_in(self) -> bool:
        """Read what has arrived; whether anything was."""
        outcomes = 0
        with closing(self.reader):
            for outcome in self._arrived_files():
                outcomes += 1
                self._read += outcome.read
                self.total += outcome.read
                if outcome.said and outcome.said not in self._troubles:
                    self.say(outcome.said)
                if outcome.left:
                    self._troubles[outcome.said] = outcome.said
                if self.hit is not None and outcome.file is not None:
                    with self.open_case() as case:
                        hits = _hits_of(case, outcome.file)
                    for one in hits:
                        self.hit(one)
        return outcomes > 0

    def _arrived_files(self) -> Iterator[Arrived]:
        for folder in self.folders:
            where = str(folder.folder)
            if folder.folder.is_dir():
                self._well(where)
                yield from folder.take(self.reader)
            else:
                self._trouble(where, f"{where}: the folder is gone; it is looked for again")
        for mailbox in self.mailboxes:
            host = mailbox.mailbox.host
            if time.monotonic() < mailbox.due:
                continue
            try:
                yield from mailbox.take(self.reader, self._last_uid, max(self.interval, _IDLE_S))
                self._unreached.pop(host, None)
                self._well(host)
            except MailboxUnavailable as problem:
                self._unreached[host] = problem
                self._trouble(host, f"{problem.line()}; it is tried again")

    def _last_uid(self, name: str, validity: int) -> int:
        with self.open_case() as case:
            return last_fetched(case, name, validity)

    def _work(self) -> None:
        """Conclude, send, trace, conclude again."""
        with self.open_case() as case:
            self._mark(case)
            stale, due = self._conclude(case)
        self._send(due)
        if stale and self.traces and self.hit is None:
            # A trace is left for later where something arrives, which is not to wait for it.
            self._stale_since = self._stale_since or time.monotonic()
            try:
                with self.open_case() as case:
                    self._mark(case)
                    trace(case, self._unless_arrived)
                    _, due = self._conclude(case, again=True)
            except _ArrivedMeanwhile:
                self._due = 0.0
            else:
                self._stale_since = None
                self._send(due)
        if self._outcomes:
            with self.open_case() as case:
                self._mark(case)

    def _unless_arrived(self, _stage: str) -> None:
        waited = time.monotonic() - (self._stale_since or 0.0)
        arrived = any(True for folder in self.folders for _ in folder.resting())
        if not self.once and waited < _UNTRACED_S and arrived:
            raise _ArrivedMeanwhile

    def _conclude(self, case: Case, *, again: bool = False) -> tuple[bool, _Due]:
        """Conclude from what has not been looked at; whether a trace may find more, and what is to be sent."""
        had, seen = looked_at(case.con) or Look(0, 0, ""), look_at(case.con)
        names = [channel.name for channel in self.channels]
        if self.hit is None and (had != seen or again):
            found = conclusions(case, had, seen, again=again)
            with case.transaction():
                report(case, [(one, reading_of(case.con, one)) for one in found], names)
                seen.keep(case)
        read_at = max((one.read_at for one in self.mailboxes if one.read_at), default=None)
        give_sign(case, names, self._read, read_at, next(iter(self._unreached.values()), None))
        self._read = Read()
        self._due = time.monotonic() + _IDLE_S
        return bool(stale_stages(case.con)), self._due_messages(case)

    def _due_messages(self, case: Case) -> _Due:
        due = [(channel, pending_messages(case.con, channel.name)) for channel in self.channels]
        if not any(messages for _, messages in due):
            return []
        writer = Writer(case.con, self.lang, case.case_id)
        return [(channel, messages, writer) for channel, messages in due]

    def _send(self, due: _Due) -> None:
        """Send on every channel, one message after the other, up to the first that fails, unless it failed alone."""
        for channel, messages, writer in due:
            for message in messages:
                try:
                    _send_in_time(_SENDING_S, channel, message, writer)
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
                mark_delivered(case, message)
                self._well(message.channel)
            else:
                mark_failed(case, message, problem)
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


def give_sign(case: Case, channels: Sequence[str], read: Read, fetched: str | None, fault: Exception | None) -> None:
    """Count what was read; where a week is over, keep a sign of life for each channel. Silence otherwise, so that
    silence means something.

    `fetched`: when a mailbox was read by this watch, as text; `fault`: why one is not reached. Both are kept: `status`
    says them, and a watch that begins again."""
    at, due, counts = now(), case.meta(_ALIVE), case.meta(_COUNTS)
    total = (Read(**json_of(counts)) if counts else Read()) + read
    kept = {_FETCHED: fetched or case.meta(_FETCHED), _FAULT: "" if fault is None else str(fault)}
    with case.transaction():
        for name, value in kept.items():
            if case.meta(name) != value:
                case.set_meta(name, value)
        if not due or at.isoformat() >= due:
            if due:
                last, week = kept[_FETCHED] or None, f"{at:%G-W%V}"
                why = Text(kept[_FAULT]) if fault is not None else None
                said = Reason.of("alarm-alive", **asdict(total), fetched=Text(last) if last else None, fault=why)
                keep(case, f"alive:{week}", {"week": week, **asdict(total), "fetched": last}, said, channels)
                total, read = Read(), total
            case.set_meta(_ALIVE, (at + _WEEK).isoformat())
        if read != Read():
            case.set_meta(_COUNTS, json.dumps(asdict(total)))


def _send_in_time(seconds: float, channel: Channel, message: Message, writer: Writer) -> None:
    """Send a message. A receiver that answers a byte at a time is left after so long; its thread ends when it ends.

    Raises `CouldNotSend`: it did not arrive, or took too long."""
    sent: Future[None] = Future()

    def send() -> None:
        try:
            channel.send(message, writer)
        except BaseException as problem:  # noqa: BLE001 - raised again in the thread that waits
            sent.set_exception(problem)
        else:
            sent.set_result(None)

    threading.Thread(target=send, daemon=True).start()
    try:
        sent.result(seconds)
    except TimeoutError:
        raise CouldNotSend(f"the receiver took more than {seconds:.0f} seconds") from None


def _hits_of(case: Case, file: int) -> list[dict[str, Any]]:
    """The hits of a file as they are shown one by one: masked, with the copies that hold each canary."""
    names = ("at", "channel", "caller", "canary", "kind", "releases", "file", "row")
    rows = case.con.execute(
        "SELECT strftime(s.\"at\", '%Y-%m-%dT%H:%M:%SZ'), s.channel, s.caller, s.canary, c.kind, s.releases, s.file,"
        " s.row FROM views.signals s JOIN views.canaries c ON c.canary = s.canary WHERE s.file = $file"
        " ORDER BY s.row, s.canary",
        {"file": file},
    ).fetchall()
    return [{"event": "signal", **dict(zip(names, row, strict=True))} for row in rows]
