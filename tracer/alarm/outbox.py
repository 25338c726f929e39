"""What was concluded, and what is still to be sent: kept in one transaction before anything goes out.

A message is sent, and then marked. A watch that is killed between the two sends it again under the same id, by which
the receiver knows it; nothing is lost, and nothing is given up: what a receiver does not take is tried again until it
does, and who opens the case is warned meanwhile. A receiver that is down is asked once in a while, and not once
for each message.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tracer.alarm.conclusion import LeakReport, is_news
from tracer.case.case import Case
from tracer.clock import now
from tracer.disclosure import Reason, reason_of, stored
from tracer.documents import json_of

_SILENT = timedelta(days=30)
_FIRST_S, _LONGEST_S = 5, 3_600
"""Seconds until a message is tried again: doubled each time, up to an hour."""


class CouldNotSend(Exception):
    """A message did not go out. `alone`: because of this message or this address, so that others may go out; `wait`:
    seconds for which the receiver asks to be left alone."""

    def __init__(self, fault: str, *, alone: bool = False, wait: float | None = None) -> None:
        self.fault, self.alone, self.wait = fault, alone, wait
        super().__init__(fault)


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
        """The conclusion; None of a sign of life or a test."""
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
        if is_news(None if had is None else had.state, state) or _is_anew(had, conclusion):
            version = 1 if had is None else had.version + 1
            numbers.append(_keep(case, conclusion.thread, version, state, conclusion.facts(), reading))
    _address(case.con, numbers, channels)
    return numbers


def _is_anew(had: KeptReport | None, now: LeakReport) -> bool:
    """Whether what is in use was silent for a month since it was reported: a database may leak twice."""
    before = None if had is None or had.conclusion is None else had.conclusion.heard
    return before is not None and now.heard is not None and now.heard.first > before.last + _SILENT


def announce(case: Case, thread: str, facts: dict[str, Any], reading: Reason, channels: Iterable[str]) -> int:
    """Keep something other than a conclusion, a test or a sign of life, for each channel. Call it in a transaction."""
    no = _keep(case, thread, 1, {}, facts, reading)
    _address(case.con, [no], channels)
    return no


def _keep(case: Case, thread: str, version: int, state: dict[str, Any], facts: dict[str, Any], reading: Reason) -> int:
    row = case.con.execute("SELECT coalesce(max(no), 0) + 1 FROM conclusion").fetchone()
    no = int(row[0]) if row is not None else 1
    case.con.execute(
        "INSERT INTO conclusion VALUES ($no, $thread, $version, $at, $state, $facts, $reading)",
        {
            "no": no,
            "thread": thread,
            "version": version,
            "at": now(),
            "state": json.dumps(state),
            "facts": json.dumps(facts, ensure_ascii=False),
            "reading": stored(reading),
        },
    )
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
    """What a channel is to send now, in order."""
    rows = con.execute(
        'SELECT d.conclusion, d.channel, d.rank, d.attempts, c.thread, c.version, c."at", c.facts, c.state, c.reading'
        " FROM delivery d JOIN conclusion c ON c.no = d.conclusion"
        " WHERE d.channel = $channel AND d.delivered_at IS NULL AND d.next_at <= $now ORDER BY d.conclusion",
        {"channel": channel, "now": now()},
    ).fetchall()
    return [
        Message(no, name, rank, attempts, thread, version, at, json_of(facts), json_of(state), reason_of(reading))
        for no, name, rank, attempts, thread, version, at, facts, state, reading in rows
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


def failed(case: Case, message: Message, problem: CouldNotSend) -> None:
    """It could not be sent, and is tried again later; so are those that wait with it, unless it failed alone."""
    attempts = message.attempts + 1
    seconds = max(backoff(message, attempts), min(problem.wait or 0.0, _LONGEST_S))
    bound = {"no": message.no, "channel": message.channel}
    with case.transaction():
        case.con.execute(
            "UPDATE delivery SET attempts = $attempts, fault = $fault WHERE conclusion = $no AND channel = $channel",
            {"attempts": attempts, "fault": problem.fault[:200], **bound},
        )
        case.con.execute(
            "UPDATE delivery SET next_at = greatest(next_at, $next) WHERE channel = $channel AND delivered_at IS NULL"
            " AND (conclusion = $no OR NOT $alone)",
            {"next": now() + timedelta(seconds=seconds), "alone": problem.alone, **bound},
        )


def forget(case: Case, message: Message) -> None:
    """It need not go out any more: a test, whose fate was seen."""
    with case.transaction():
        case.con.execute(
            "DELETE FROM delivery WHERE conclusion = $no AND channel = $channel AND delivered_at IS NULL",
            {"no": message.no, "channel": message.channel},
        )


def backoff(message: Message, attempts: int) -> float:
    """Seconds until the next attempt, a fifth more or less by the message, so that receivers are not asked in step."""
    seed = hashlib.sha256(f"{message.thread} {message.version} {message.channel} {attempts}".encode()).digest()[0]
    return float(min(_FIRST_S * 2 ** min(attempts - 1, 20), _LONGEST_S)) * (0.8 + 0.4 * seed / 255)
