"""`tracer watch`: load what has arrived, conclude, keep, send, trace."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tracer.alarm.channels import Channel, CouldNotSend
from tracer.alarm.conclude import Look, begin, conclusions, look_at, looked_at
from tracer.alarm.day import sum_up
from tracer.alarm.folder import FolderWatch, Ready
from tracer.alarm.outbox import Message, delivered, failed, pending, report
from tracer.alarm.words import Writer, reading_of
from tracer.case.case import Case
from tracer.stages import stale_stages
from tracer.trace import trace

_Due: TypeAlias = tuple[Writer | None, list[tuple[Channel, list[Message]]]]
"""What is to be sent, and who writes it."""
_IDLE_S = 20.0
"""Seconds after which the case is opened although no file has arrived: mail may have been fetched, a day be over."""
_RETRY_S = 2.0
"""The same while messages wait."""
_UNTRACED_S = 1_800.0
"""Seconds for which arrivals come before a trace; after that it is brought to its end."""


class _ArrivedMeanwhile(Exception):
    """Something arrived during a trace, which is begun again after it was looked at."""


@dataclass
class Alarm(FolderWatch):
    """A watch that reports what it concludes."""

    channels: Sequence[Channel]
    lang: str = "en"
    traces: bool = True
    """Whether the case is traced after its conclusions have gone out."""
    _begun: bool = False
    _due: float = 0.0
    # when the case must be opened again, by the monotonic clock
    _outcomes: list[tuple[Message, CouldNotSend | None]] = field(default_factory=list)
    # sent, and not marked yet
    _stale_since: float | None = None
    # since when a trace has been due
    _once: bool = False

    def follow(self, *, interval: float, once: bool, sleep: Callable[[float], None] = time.sleep) -> None:
        """Step until interrupted, or once; then nothing comes before the trace."""
        self._once = once
        super().follow(interval=interval, once=once, sleep=sleep)

    def is_due(self) -> bool:
        """Whether it has not begun, or messages were sent and not marked, or it is time to look at the case."""
        return not self._begun or bool(self._outcomes) or time.monotonic() >= self._due

    def put_off(self) -> None:
        """The case is opened as soon as it can be."""
        self._due = 0.0

    def work(self, ready: Ready) -> None:
        """Load, conclude, send, trace, conclude again."""
        with self.open_case() as case:
            self._mark(case)
            if not self._begun:
                begin(case)
                self._begun = True
            for _ in self.take(case, ready):
                pass
            stale, due = self._concluded(case)
        self._send(due)
        if stale and self.traces:
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
        if not self._once and waited < _UNTRACED_S and any(True for _ in self.files.ready()):
            raise _ArrivedMeanwhile

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
