"""What was concluded, and what is still to be sent: kept in one transaction before anything goes out.

A message is sent, and then marked. A watch that is killed between the two sends it again under the same id, by which
the receiver knows it; nothing is lost. One failing message holds up those after it on its channel, so that a receiver
that is down is asked once in a while, and not once for each message.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from tracer.alarm.conclusion import LeakReport, is_news
from tracer.case.case import Case
from tracer.clock import now
from tracer.disclosure import Reason, reason_of, stored
from tracer.documents import json_of

_FIRST_S, _LONGEST_S = 5, 3_600
"""Seconds until a message is tried again: doubled each time, up to an hour."""
_TRIES = 75
"""After three days of trying a message is given up, which is said; what it says is in the case."""


@dataclass(frozen=True)
class KeptReport:
    """The newest version of a thread."""

    no: int
    thread: str
    version: int
    state: dict[str, Any]
    facts: dict[str, Any]

    @property
    def conclusion(self) -> LeakReport | None:
        """The conclusion; None of the summary of a day."""
        return LeakReport.of(self.facts) if "heard" in self.facts else None


@dataclass(frozen=True)
class Message:
    """One message to one channel."""

    no: int
    channel: str
    rank: int
    """Its place among those that were concluded with it, from 1."""
    attempts: int
    thread: str
    version: int
    at: datetime
    facts: dict[str, Any]
    state: dict[str, Any]
    reading: Reason


def latest(con: duckdb.DuckDBPyConnection) -> list[KeptReport]:
    """The newest version of every thread, by number."""
    rows = con.execute(
        "SELECT no, thread, version, state, facts FROM conclusion"
        " QUALIFY row_number() OVER (PARTITION BY thread ORDER BY version DESC) = 1 ORDER BY no"
    ).fetchall()
    return [KeptReport(no, name, version, json_of(said), json_of(known)) for no, name, version, said, known in rows]


def report(case: Case, found: Sequence[tuple[LeakReport, Reason]], channels: Iterable[str]) -> list[int]:
    """Keep what is news, with a message for each channel; their numbers. Call it in a transaction."""
    before = {one.thread: one for one in latest(case.con)}
    numbers: list[int] = []
    for conclusion, reading in found:
        had, state = before.get(conclusion.thread), conclusion.state()
        if had is None and state["sure"] == "cannot-be-told":
            continue
        if is_news(None if had is None else had.state, state):
            version = 1 if had is None else had.version + 1
            numbers.append(_keep(case, conclusion.thread, version, state, conclusion.facts(), reading))
    _address(case.con, numbers, channels)
    return numbers


def report_day(case: Case, day: date, facts: dict[str, Any], reading: Reason, channels: Iterable[str]) -> None:
    """Keep the summary of a day, once. Call it in a transaction."""
    thread = f"day:{day}"
    if case.con.execute("SELECT 1 FROM conclusion WHERE thread = $thread", {"thread": thread}).fetchone() is None:
        no = _keep(case, thread, 1, {}, facts, reading)
        _address(case.con, [no], channels)


def _keep(case: Case, thread: str, version: int, state: dict[str, Any], facts: dict[str, Any], reading: Reason) -> int:
    row = case.con.execute("SELECT coalesce(max(no), 0) + 1 FROM conclusion").fetchone()
    no = int(row[0]) if row is not None else 1
    case.con.execute(
        "INSERT INTO conclusion VALUES ($no, $thread, $version, $at, $state, $facts, $reading)",
        {
            "no": no, "thread": thread, "version": version, "at": now(), "state": json.dumps(state),
            "facts": json.dumps(facts, ensure_ascii=False), "reading": stored(reading),
        },
    )  # fmt: skip
    case.journal.append(command="watch", detail={"conclusion": no, "thread": thread, "version": version} | state)
    return no


def _address(con: duckdb.DuckDBPyConnection, numbers: Iterable[int], channels: Iterable[str]) -> None:
    for rank, no in enumerate(numbers, start=1):
        for channel in channels:
            con.execute(
                "INSERT INTO delivery VALUES ($no, $channel, $rank, 0, $at, NULL, NULL, false)",
                {"no": no, "channel": channel, "rank": rank, "at": now()},
            )


def pending(con: duckdb.DuckDBPyConnection, channel: str) -> list[Message]:
    """What a channel is to send now, in order; nothing while the first of them waits to be tried again."""
    rows = con.execute(
        'SELECT d.conclusion, d.channel, d.rank, d.attempts, c.thread, c.version, c."at", c.facts, c.state, c.reading,'
        " d.next_at FROM delivery d JOIN conclusion c ON c.no = d.conclusion"
        " WHERE d.channel = $channel AND d.delivered_at IS NULL AND NOT d.given_up ORDER BY d.conclusion",
        {"channel": channel},
    ).fetchall()
    if rows and rows[0][-1] > now():
        return []
    return [
        Message(no, name, rank, attempts, thread, version, at, json_of(facts), json_of(state), reason_of(reading))
        for no, name, rank, attempts, thread, version, at, facts, state, reading, _ in rows
    ]


def delivered(case: Case, message: Message) -> None:
    """The receiver has it."""
    with case.transaction():
        case.con.execute(
            "UPDATE delivery SET delivered_at = $at, attempts = attempts + 1, fault = NULL"
            " WHERE conclusion = $no AND channel = $channel",
            {"at": now(), "no": message.no, "channel": message.channel},
        )
        case.journal.append(command="watch", detail={"conclusion": message.no, "delivered": message.channel})


def failed(case: Case, message: Message, fault: str, *, for_good: bool, wait: float | None = None) -> bool:
    """It could not be sent. `for_good`: the receiver refuses this very message; `wait`: seconds that it asks to be left
    alone. Returns whether it is given up.
    """
    attempts = message.attempts + 1
    given_up = for_good or attempts >= _TRIES
    seconds = max(backoff(message, attempts), min(wait or 0.0, _LONGEST_S))
    with case.transaction():
        case.con.execute(
            "UPDATE delivery SET attempts = $attempts, next_at = $next, fault = $fault, given_up = $given_up"
            " WHERE conclusion = $no AND channel = $channel",
            {
                "attempts": attempts, "next": now() + timedelta(seconds=seconds), "fault": fault[:200],
                "given_up": given_up, "no": message.no, "channel": message.channel,
            },
        )  # fmt: skip
    return given_up


def backoff(message: Message, attempts: int) -> float:
    """Seconds until the next attempt, a fifth more or less by the message, so that receivers are not asked in step."""
    seed = hashlib.sha256(f"{message.thread} {message.version} {message.channel} {attempts}".encode()).digest()[0]
    return float(min(_FIRST_S * 2 ** min(attempts - 1, 20), _LONGEST_S)) * (0.8 + 0.4 * seed / 255)


def waiting(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """(channel, messages that are not delivered yet, messages that were given up)."""
    return con.execute(
        "SELECT channel, count(*) FILTER (NOT given_up), count(*) FILTER (given_up) FROM delivery"
        " WHERE delivered_at IS NULL GROUP BY channel ORDER BY channel"
    ).fetchall()
