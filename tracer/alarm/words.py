"""A conclusion as a sentence, and a message as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from tracer.alarm.conclusion import LeakReport
from tracer.alarm.outbox import Message
from tracer.disclosure import DatasetRef, Number, PartyRef, Probability, Reason, Ref, ReleaseRef, Word
from tracer.findings.campaigns.leaks import YEARS
from tracer.wording import Voice
from tracer.wording.names import names_of


def reading_of(con: duckdb.DuckDBPyConnection, conclusion: LeakReport) -> Reason:
    """What is concluded, in one sentence."""
    heard = conclusion.heard
    if heard is not None and conclusion.sure == "cannot-be-told" and not conclusion.lists:
        return Reason.of("alarm-withdrawn", **_whose(con, conclusion))
    code = _CODES[conclusion.kind]
    if conclusion.kind == "client":
        code = "alarm-own-list" if heard is None else code if heard.copies else "alarm-own"
    days = None if heard is None else (heard.last - heard.first).days + 1
    counted: dict[str, Number] = {"probability": None, "reached": None, "planted": None}
    if heard is not None:
        counted = {"probability": Probability(heard.probability), "reached": heard.numbers, "planted": heard.planted}
    found = heard.hits if heard is not None else {}
    seen = (
        *(
            Reason.of("alarm-hits", channel=Word(channel), n=found[channel])
            for channel in ("email", "call", "sms", "flash_sms")
            if found.get(channel)
        ),
        *(
            Reason.of("alarm-list", dataset=DatasetRef(one.dataset), holder=PartyRef(one.holder), grade=Word(one.grade))
            for one in conclusion.lists
        ),
    )
    return Reason.of(code, seen=seen, days=Reason.of("alarm-in-days", n=days), **counted, **_whose(con, conclusion))


_CODES = {
    "release": "alarm-copy",
    "client": "alarm-client",
    "register": "alarm-register",
    "undecided": "alarm-undecided",
}


def _whose(con: duckdb.DuckDBPyConnection, conclusion: LeakReport) -> dict[str, Any]:
    if conclusion.kind != "release":
        return {"release": None, "party": PartyRef(conclusion.subject) if conclusion.subject else None}
    row = con.execute("SELECT recipient FROM release WHERE id = $id", {"id": conclusion.subject}).fetchone()
    return {"release": ReleaseRef(conclusion.subject), "party": PartyRef("" if row is None else row[0])}


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
        return "\n\n".join([self.sentence(message), *self._paragraphs(message)])

    def _paragraphs(self, message: Message) -> Iterator[str]:
        facts = message.facts
        if "heard" not in facts or message.reading.code == "alarm-withdrawn":
            return
        if facts["kind"] == "release" and facts["subject"] in self._releases:
            recipient, dataset, day, ends = self._releases[facts["subject"]]
            yield self.voice.say(
                Reason.of(
                    "alarm-handed",
                    release=ReleaseRef(facts["subject"]),
                    dataset=DatasetRef(dataset),
                    party=PartyRef(recipient),
                    day=day,
                    ends=ends,
                )
            )
        heard = facts["heard"] or {}
        mails, hits = heard.get("mails", ()), sum(heard.get("hits", {}).values())
        if mails:
            first = self.voice.say(Reason.of("alarm-rests-on", n=len(mails), more=max(0, hits - len(mails)) or None))
            yield "\n".join([first, *(f"  {self._line_of(mail)}" for mail in mails)])
        if heard:
            yield self.voice.say(Reason.of("alarm-false", years=YEARS))
        if facts["lists"]:
            lists = tuple(DatasetRef(one["dataset"]) for one in facts["lists"])
            yield self.voice.say(Reason.of("alarm-next-list", lists=lists, first=Ref(facts["lists"][0]["dataset"])))
        if heard:
            yield self.voice.say(Reason.of("alarm-next", kind=Word(facts["kind"])))
        yield self.voice.say(Reason.of("alarm-duty"))

    def _line_of(self, mail: Mapping[str, Any]) -> str:
        """A hit: when, by whom, what about. The sender's own date is said to be one."""
        at = f"{mail['at'][:16].replace('T', ' ')} UTC"
        claimed = mail["timed"] == "sender"
        about = (
            f"“{mail['subject']}”"
            if mail["subject"]
            else self.voice.say(Reason.of("alarm-said-nothing", channel=Word(mail["channel"])))
        )
        parts = [at + (f" ({self.voice.say(Reason.of('alarm-sender-date'))})" if claimed else ""), mail["from"], about]
        return "  ".join(part for part in parts if part)

    def body(self, message: Message) -> dict[str, Any]:
        """The message as JSON: no number or address of a person is in it."""
        facts: Mapping[str, Any] = message.facts
        body: dict[str, Any] = {
            "event": self.event(message),
            "id": self.id_of(message),
            "thread": message.thread,
            "version": message.version,
            "rank": message.rank,
            "at": f"{message.at:%Y-%m-%dT%H:%M:%SZ}",
            "said": self.sentence(message),
        }
        if "heard" not in facts:
            return {**body, **facts}
        release = facts["subject"] if facts["kind"] == "release" else None
        heard = facts["heard"] or {}
        return body | {
            "kind": facts["kind"],
            "release": release,
            "recipient": self._releases.get(release, (None,))[0],
            "client": None if release else facts["subject"] or None,
            "sure": message.state["sure"],
            "probability": heard.get("probability"),
            "grade": message.state["grade"],
            "channels": message.state["channels"],
            "first": heard.get("first"),
            "last": heard.get("last"),
            "hits": heard.get("hits", {}),
            "numbers": heard.get("numbers"),
            "planted": heard.get("planted"),
            "knew": heard.get("knew"),
            "mails": heard.get("mails", []),
            "lists": facts["lists"],
        }

    def line(self, message: Message) -> str:
        """The same as one line."""
        return json.dumps(self.body(message), ensure_ascii=False)
