"""Once a week: that the watch is alive, and what it has read. Silence otherwise, so that silence means something."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import timedelta

from tracer.alarm.outbox import announce
from tracer.case.case import Case
from tracer.clock import now
from tracer.disclosure import Reason, Text
from tracer.documents import json_of

_COUNTS, _LAST = "alarm:counts", "alarm:alive"
"""Named values: what was read since the last sign of life, and when that was given."""
FETCHED, FAULT = "alarm:fetched", "alarm:fault"
"""Named values: when a mailbox was last read, and why one is not reached now."""
EVERY = timedelta(days=7)
"""Between two signs of life: an officer who hears nothing for a week looks whether it still runs."""


@dataclass(frozen=True)
class Read:
    """What a watch has read."""

    mails: int = 0
    records: int = 0
    """Calls and messages of logs."""
    lists: int = 0
    hits: int = 0
    """Mails, calls and messages that reached a planted record or a control."""
    aside: int = 0

    def __add__(self, other: Read) -> Read:
        return Read(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def keep_counts(case: Case, read: Read) -> None:
    """Add what was read to what the next sign of life says."""
    if read != Read():
        case.set_meta(_COUNTS, json.dumps(asdict(_counted(case) + read)))


def _counted(case: Case) -> Read:
    kept = case.meta(_COUNTS)
    return Read(**json_of(kept)) if kept else Read()


def give_sign(case: Case, channels: Iterable[str], fetched: str | None, fault: Exception | None = None) -> bool:
    """Keep a sign of life for each channel where a week is over; whether there was one to keep.

    `fetched`: when a mailbox was read by this watch, as text; `fault`: why one is not reached. Both are kept: `status`
    says them, and a watch that begins again.
    """
    at, last = now(), case.meta(_LAST)
    kept = {FETCHED: fetched or case.meta(FETCHED), FAULT: "" if fault is None else str(fault)}
    if any(case.meta(name) != value for name, value in kept.items()):
        with case.transaction():
            for name, value in kept.items():
                case.set_meta(name, value)
    fetched = kept[FETCHED] or None
    if last and at.isoformat() < last:
        return False
    due = (at + EVERY).isoformat()
    with case.transaction():
        if last:
            read = _counted(case)
            week = f"{at:%G-W%V}"
            reading = Reason.of(
                "alarm-alive",
                **asdict(read),
                fetched=Text(fetched) if fetched else None,
                fault=Text(kept[FAULT]) if fault is not None else None,
            )
            announce(case, f"alive:{week}", {"week": week, **asdict(read), "fetched": fetched}, reading, channels)
            case.set_meta(_COUNTS, json.dumps(asdict(Read())))
        case.set_meta(_LAST, due)
    return bool(last)
