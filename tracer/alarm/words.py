"""A conclusion as a reason, and a message as JSON and as a mail's text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from tracer.alarm.conclusion import LeakReport, SignalsHeard
from tracer.alarm.outbox import Message
from tracer.disclosure import DatasetRef, PartyRef, Probability, Reason, ReleaseRef, Word
from tracer.wording import Voice
from tracer.wording.names import names_of


def reading_of(con: duckdb.DuckDBPyConnection, conclusion: LeakReport) -> Reason:
    """What is concluded, in one sentence."""
    heard = conclusion.heard
    if heard is not None and conclusion.sure == "cannot-be-told" and not conclusion.lists:
        return Reason.of("conclusion-withdrawn", **_whose(con, conclusion))
    seen = (*_hits(heard), *_lists(conclusion))
    probability = None if heard is None else Probability(heard.probability)
    days = 0 if heard is None else (heard.last - heard.first).days + 1
    whose = _whose(con, conclusion)
    if conclusion.kind == "release":
        return Reason.of("conclusion-copy", seen=seen, days=days, probability=probability, **whose)
    if conclusion.kind == "client":
        return Reason.of("conclusion-client", seen=seen, days=days, probability=probability, **whose)
    if conclusion.kind == "register":
        return Reason.of("conclusion-register", seen=seen, days=days, probability=probability, **whose)
    return Reason.of("conclusion-undecided", seen=seen, days=days, probability=probability, **whose)


def reading_of_day(day: date, calls: int, controls: int, reported: int) -> Reason:
    """What came on a day, and what of it says nothing."""
    return Reason.of("conclusion-day", day=day, calls=calls, controls=controls, reported=reported)


def _whose(con: duckdb.DuckDBPyConnection, conclusion: LeakReport) -> dict[str, Any]:
    if conclusion.kind != "release":
        return {"release": None, "party": PartyRef(conclusion.subject)}
    row = con.execute("SELECT recipient FROM release WHERE id = $id", {"id": conclusion.subject}).fetchone()
    return {"release": ReleaseRef(conclusion.subject), "party": PartyRef("" if row is None else row[0])}


def _hits(heard: SignalsHeard | None) -> tuple[Reason, ...]:
    found = heard.hits if heard is not None else {}
    return tuple(
        Reason.of("conclusion-hits", channel=Word(channel), n=found[channel])
        for channel in ("email", "call", "sms", "flash_sms") if found.get(channel)
    )  # fmt: skip


def _lists(conclusion: LeakReport) -> tuple[Reason, ...]:
    return tuple(
        Reason.of(
            "conclusion-list", dataset=DatasetRef(one.dataset), holder=PartyRef(one.holder), grade=Word(one.grade)
        )
        for one in conclusion.lists
    )


class Writer:
    """Writes messages in a language."""

    def __init__(self, con: duckdb.DuckDBPyConnection, lang: str, case_id: str) -> None:
        self.voice = Voice(lang, names_of(con, lang))
        self._case = case_id
        self._recipients = dict(con.execute("SELECT id, recipient FROM release ORDER BY id").fetchall())

    def id_of(self, message: Message) -> str:
        """What names the message, whichever channel it goes by and however often it is sent."""
        return f"{self._case or 'case'}-{message.no}"

    def sentence(self, message: Message) -> str:
        """What it says."""
        return self.voice.say(message.reading)

    def body(self, message: Message) -> dict[str, Any]:
        """The message as JSON: no number or address of a person is in it."""
        facts: Mapping[str, Any] = message.facts
        body: dict[str, Any] = {
            "event": "day" if message.thread.startswith("day:") else "conclusion",
            "id": self.id_of(message), "thread": message.thread, "version": message.version, "rank": message.rank,
            "at": f"{message.at:%Y-%m-%dT%H:%M:%SZ}", "said": self.sentence(message),
        }  # fmt: skip
        if "heard" not in facts:
            return {**body, **facts}
        release = facts["subject"] if facts["kind"] == "release" else None
        heard = facts["heard"] or {}
        return body | {
            "kind": facts["kind"], "release": release, "recipient": self._recipients.get(release),
            "client": None if release else facts["subject"], "sure": message.state["sure"],
            "probability": heard.get("probability"), "grade": message.state["grade"],
            "channels": message.state["channels"], "first": heard.get("first"), "last": heard.get("last"),
            "hits": heard.get("hits", {}), "numbers": heard.get("numbers"), "planted": heard.get("planted"),
            "knew": heard.get("knew"), "lists": facts["lists"],
        }  # fmt: skip

    def line(self, message: Message) -> str:
        """The same as one line."""
        return json.dumps(self.body(message), ensure_ascii=False)
