"""A conclusion as a sentence, and a message as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import duckdb

from tracer.alarm.conclude import LeakReport
from tracer.alarm.outbox import Message
from tracer.disclosure import DatasetRef, PartyRef, Probability, Reason, Ref, ReleaseRef, Word
from tracer.findings.campaigns.leaks import YEARS
from tracer.wording import Voice
from tracer.wording.names import names_of

_CODES = {
    "release": "alarm-copy",
    "client": "alarm-client",
    "register": "alarm-register",
    "undecided": "alarm-undecided",
}


def reading_of(con: duckdb.DuckDBPyConnection, conclusion: LeakReport) -> Reason:
    """What is concluded, in one sentence."""
    heard, about = conclusion.heard, conclusion.subject
    whose: dict[str, Any] = {"release": None, "party": PartyRef(about) if about else None}
    if conclusion.kind == "release":
        row = con.execute("SELECT recipient FROM release WHERE id = $id", {"id": about}).fetchone()
        whose = {"release": ReleaseRef(about), "party": PartyRef("" if row is None else row[0])}
    if heard is not None and conclusion.sure == "cannot-be-told" and not conclusion.lists:
        return Reason.of("alarm-withdrawn", **whose)
    code, found = _CODES[conclusion.kind], {} if heard is None else heard.hits
    if conclusion.kind == "client":
        code = "alarm-own-list" if heard is None else code if heard.copies else "alarm-own"
    seen = [
        Reason.of("alarm-hits", channel=Word(channel), n=found[channel])
        for channel in ("email", "call", "sms", "flash_sms")
        if found.get(channel)
    ]
    for one in conclusion.lists:
        dataset, holder = DatasetRef(one.dataset), PartyRef(one.holder)
        seen.append(Reason.of("alarm-list", dataset=dataset, holder=holder, grade=Word(one.grade)))
    counted: dict[str, Any] = {"probability": None, "reached": None, "planted": None}
    days = None
    if heard is not None:
        days = (heard.last - heard.first).days + 1
        counted = {"probability": Probability(heard.probability), "reached": heard.numbers, "planted": heard.planted}
    return Reason.of(code, seen=tuple(seen), days=Reason.of("alarm-in-days", n=days), **counted, **whose)


class Writer:
    """Writes messages in a language."""

    def __init__(self, con: duckdb.DuckDBPyConnection, lang: str, case_id: str) -> None:
        self.voice = Voice(lang, names_of(con, lang))
        self._case = case_id
        rows = con.execute("SELECT id, recipient, dataset, date, ends FROM release ORDER BY id").fetchall()
        self._releases = {release: rest for release, *rest in rows}

    def id_of(self, message: Message) -> str:
        """What names the message, whichever channel it goes by and however often it is sent."""
        return f"{self._case or 'case'}-{message.no}"

    def event(self, message: Message) -> str:
        """conclusion, test or alive."""
        return "conclusion" if "heard" in message.facts else message.thread.partition(":")[0]

    def sentence(self, message: Message) -> str:
        """What it says, in a sentence or two."""
        said = message.reading
        return self.voice.say(Reason.of("alarm-update", what=said) if message.version > 1 else said)

    def text(self, message: Message) -> str:
        """All that a person has to know: what it is, what it rests on, how often it is false, what to do next."""
        facts, said = message.facts, [self.sentence(message)]
        if "heard" not in facts or message.reading.code == "alarm-withdrawn":
            return said[0]
        if facts["kind"] == "release" and facts["subject"] in self._releases:
            recipient, dataset, day, ends = self._releases[facts["subject"]]
            copy, party = ReleaseRef(facts["subject"]), PartyRef(recipient)
            handed = {"release": copy, "dataset": DatasetRef(dataset), "party": party, "day": day, "ends": ends}
            said.append(self.voice.say(Reason.of("alarm-handed", **handed)))
        heard = facts["heard"] or {}
        mails, hits = heard.get("mails", ()), sum(heard.get("hits", {}).values())
        if mails:
            first = self.voice.say(Reason.of("alarm-rests-on", n=len(mails), more=max(0, hits - len(mails)) or None))
            said.append("\n".join([first, *(f"  {self._line_of(mail)}" for mail in mails)]))
        if heard:
            said.append(self.voice.say(Reason.of("alarm-false", years=YEARS)))
        if facts["lists"]:
            lists = tuple(DatasetRef(one["dataset"]) for one in facts["lists"])
            said.append(self.voice.say(Reason.of("alarm-next-list", lists=lists, first=Ref(lists[0].id))))
        if heard:
            said.append(self.voice.say(Reason.of("alarm-next", kind=Word(facts["kind"]))))
        return "\n\n".join([*said, self.voice.say(Reason.of("alarm-duty"))])

    def _line_of(self, mail: Mapping[str, Any]) -> str:
        """A hit: when, by whom, what about. The sender's own date is said to be one."""
        at = f"{mail['at'][:16].replace('T', ' ')} UTC"
        if mail["timed"] == "sender":
            at += f" ({self.voice.say(Reason.of('alarm-sender-date'))})"
        nothing = Reason.of("alarm-said-nothing", channel=Word(mail["channel"]))
        about = f"“{mail['subject']}”" if mail["subject"] else self.voice.say(nothing)
        return "  ".join(part for part in (at, mail["from"], about) if part)

    def body(self, message: Message) -> dict[str, Any]:
        """The message as JSON: no number or address of a person is in it."""
        facts = message.facts
        body: dict[str, Any] = {"event": self.event(message), "id": self.id_of(message), "thread": message.thread}
        body |= {"version": message.version, "rank": message.rank, "at": f"{message.at:%Y-%m-%dT%H:%M:%SZ}"}
        body["said"] = self.sentence(message)
        if "heard" not in facts:
            return body | facts
        release = facts["subject"] if facts["kind"] == "release" else None
        heard, state = facts["heard"] or {}, message.state
        body |= {"kind": facts["kind"], "release": release, "recipient": self._releases.get(release, (None,))[0]}
        body |= {"client": None if release else facts["subject"] or None, "sure": state["sure"]}
        body |= {"probability": heard.get("probability"), "grade": state["grade"], "channels": state["channels"]}
        body |= {"first": heard.get("first"), "last": heard.get("last"), "hits": heard.get("hits", {})}
        body |= {name: heard.get(name) for name in ("numbers", "planted", "knew")}
        return body | {"mails": heard.get("mails", []), "lists": facts["lists"]}

    def line(self, message: Message) -> str:
        """The same as one line."""
        return json.dumps(self.body(message), ensure_ascii=False)
