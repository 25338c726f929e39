"""The loop of a watch: load what rests, conclude, keep, send, trace, wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from tracer.alarm.channels import Channel, CouldNotSend
from tracer.alarm.conclude import Look, begin, conclusions, look_at, looked_at
from tracer.alarm.day import sum_up
from tracer.alarm.intake import FolderReading, take_in
from tracer.alarm.outbox import Message, delivered, failed, pending, report
from tracer.alarm.words import Writer, reading_of
from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.errors import CaseUnavailable, InputRefused, TracerError
from tracer.signals.resting import FileShape, RestingFiles
from tracer.stages import stale_stages
from tracer.trace import trace

_Due: TypeAlias = tuple[Writer | None, list[tuple[Channel, list[Message]]]]
"""What is to be sent, and who writes it."""
_IDLE_S = 20.0
"""Seconds after which the case is opened although no file has arrived: mail may have been fetched, a day be over."""
_RETRY_S = 2.0
"""The same while messages wait."""


@dataclass
class Alarm:
    """One watch of one folder. The case is opened for a step and closed again, so that others can work on it."""

    folder: Path
    open_case: Callable[[], AbstractContextManager[Case]]
    say: Callable[[str], None]
    """Receives what happens, a line each."""
    channels: Sequence[Channel]
    lang: str = "en"
    reading: FolderReading = field(default_factory=FolderReading)
    rest: float = 2.0
    """Seconds for which a file must not have changed."""
    traces: bool = True
    """Whether the case is traced after its conclusions have gone out."""
    files: RestingFiles = field(init=False)
    _begun: bool = False
    _due: float = 0.0
    # when the case must be opened again, by the monotonic clock
    _outcomes: list[tuple[Message, CouldNotSend | None]] = field(default_factory=list)
    # sent, and not marked yet

    def __post_init__(self) -> None:
        """The files of the folder."""
        self.files = RestingFiles(self.folder, self.rest)

    def step(self) -> None:
        """Everything that can be done now. A case that somebody else works on is left for the next step.

        Raises:
            JournalChanged: the journal was changed; waiting does not help.
        """
        ready = list(self.files.ready())
        if not ready and self._begun and not self._outcomes and time.monotonic() < self._due:
            return
        try:
            with self.open_case() as case:
                self._take(case, ready)
                stale, due = self._concluded(case)
            self._send(due)
            if stale and self.traces:
                with self.open_case() as case:
                    self._mark(case)
                    trace(case)
                    _, due = self._concluded(case, again=True)
                self._send(due)
            if self._outcomes:
                with self.open_case() as case:
                    self._mark(case)
        except JournalChanged:
            raise
        except CaseUnavailable as problem:
            self.say(f"waiting: {problem.line()}")
            self._due = 0.0

    def _take(self, case: Case, ready: Sequence[tuple[Path, FileShape]]) -> None:
        self._mark(case)
        if not self._begun:
            begin(case)
            self._begun = True
        for path, shape in ready:
            try:
                arrived = take_in(case, path, self.folder, self.reading)
            except CaseUnavailable:
                raise
            except TracerError as problem:
                self.files.done(path, shape)
                self.say(f"left out: {problem.line()}")
                continue
            self.files.done(path, shape)
            if arrived.said:
                self.say(arrived.said)

    def _concluded(self, case: Case, *, again: bool = False) -> tuple[bool, _Due]:
        """Conclude from what has not been looked at; whether a trace may find more, and what is to be sent."""
        had, now = looked_at(case.con) or Look(0, 0, ""), look_at(case.con)
        names = [channel.name for channel in self.channels]
        if had != now or again:
            found = conclusions(case, had, now, again=again)
            with case.transaction():
                report(case, [(one, reading_of(case.con, one)) for one in found], names)
                now.keep(case)
        sum_up(case, names)
        due = [(channel, pending(case.con, channel.name)) for channel in self.channels]
        self._due = time.monotonic() + _IDLE_S
        writer = Writer(case.con, self.lang, case.case_id) if any(messages for _, messages in due) else None
        return bool(stale_stages(case.con)), (writer, due)

    def _send(self, due: _Due) -> None:
        """Send on every channel, one message after the other, up to the first that fails. The case is closed: a
        receiver may take its time.
        """
        writer, channels = due
        for channel, messages in channels:
            for message in messages:
                assert writer is not None  # noqa: S101 - there is one where there are messages
                try:
                    channel.send(message, writer)
                except CouldNotSend as problem:
                    self._outcomes.append((message, problem))
                    self.say(f"{channel.name}: {problem.fault} ({writer.id_of(message)})")
                    if not problem.for_good:
                        break
                else:
                    self._outcomes.append((message, None))

    def _mark(self, case: Case) -> None:
        """Keep what came of the messages that were sent."""
        while self._outcomes:
            message, problem = self._outcomes[0]
            if problem is None:
                delivered(case, message)
            else:
                failed(case, message, problem.fault, for_good=problem.for_good, wait=problem.wait)
                self._due = min(self._due, time.monotonic() + _RETRY_S)
            self._outcomes.pop(0)


def follow_folder(alarm: Alarm, *, interval: float, once: bool, sleep: Callable[[float], None] = time.sleep) -> None:
    """Step until interrupted, or once.

    Raises:
        InputRefused: no such folder.
    """
    if not alarm.folder.is_dir():
        raise InputRefused("no such folder", where=str(alarm.folder), remedy="make it first, or check its name")
    alarm.say(f"watching {alarm.folder}" + ("" if once else " (Ctrl-C ends it)"))
    try:
        while True:
            alarm.step()
            if once:
                return
            sleep(interval)
    finally:
        _sum_up(alarm)


def _sum_up(alarm: Alarm) -> None:
    left = alarm.files.waiting()
    if left:
        names = ", ".join(path.name for path in left[:5])
        alarm.say(f"{len(left)} files still changed or could not be loaded yet, and were left: {names}")
