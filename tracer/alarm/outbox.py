"""What is to be sent: kept, with what it is about, in one transaction before anything goes out.

A message is sent, and then marked. A watch that is killed between the two sends it again under the same id, by which
the receiver knows it; nothing is lost, and nothing is given up: what a receiver does not take is tried again until it
does, and who opens the case is warned meanwhile. A receiver that is down is asked once in a while, and not once
for each message.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.disclosure import Reason, reason_of, stored_reason
from tracer.documents import json_of

_FIRST_S, _LONGEST_S = 5, 3_600
"""Seconds until a message is tried again: doubled each time, up to an hour."""


class CouldNotSend(Exception):
    """A message did not go out. `alone`: because of this message or this address, so that others may go out; `wait`:
    seconds for which the receiver asks to be left alone."""

    def __init__(self, fault: str, *, alone: bool = False, wait: float | None = None) -> None:
        self.fault, self.alone, self.wait = fault, alone, wait
        super().__init__(fault)


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


def keep(
    case: Case,
    thread: str,
    facts: dict[str, Any],
    reading: Reason,
    channels: Iterable[str],
    *,
    version: int = 1,
    state: dict[str, Any] | None = None,
    rank: int = 1,
) -> None:
    """Keep a version of a conclusion, a test or a sign of life, with a message for each channel. Call it in a
    transaction."""
    ((no,),) = case.con.execute("SELECT coalesce(max(no), 0) + 1 FROM conclusion").fetchall()
    about = {"no": no, "thread": thread, "version": version}
    known = {"state": json.dumps(state or {}), "facts": json.dumps(facts, ensure_ascii=False, default=str)}
    case.con.execute(
        "INSERT INTO conclusion VALUES ($no, $thread, $version, $at, $state, $facts, $reading)",
        {**about, **known, "at": now(), "reading": stored_reason(reading)},
    )
    detail = {"conclusion": no, "thread": thread, "version": version} | (state or {})
    case.journal.append(command="watch", detail=detail)
    for channel in channels:
        case.con.execute(
            "INSERT INTO delivery VALUES ($no, $channel, $rank, 0, $at, NULL, NULL, false)",
            {"no": no, "channel": channel, "rank": rank, "at": now()},
        )


def pending_messages(con: duckdb.DuckDBPyConnection, channel: str) -> list[Message]:
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


def mark_delivered(case: Case, message: Message) -> None:
    """The receiver has it."""
    with case.transaction():
        case.con.execute(
            "UPDATE delivery SET delivered_at = $at, attempts = attempts + 1, fault = NULL"
            " WHERE conclusion = $no AND channel = $channel",
            {"at": now(), "no": message.no, "channel": message.channel},
        )
        case.journal.append(command="watch", detail={"conclusion": message.no, "delivered": message.channel})


def mark_failed(case: Case, message: Message, problem: CouldNotSend) -> None:
    """It could not be sent, and is tried again later; so are those that wait with it, unless it failed alone."""
    attempts = message.attempts + 1
    # A fifth more or less by the message, so that receivers are not asked in step.
    seed = hashlib.sha256(f"{message.thread} {message.version} {message.channel} {attempts}".encode()).digest()[0]
    pause = min(_FIRST_S * 2 ** min(attempts - 1, 20), _LONGEST_S) * (0.8 + 0.4 * seed / 255)
    seconds = max(pause, min(problem.wait or 0.0, _LONGEST_S))
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
