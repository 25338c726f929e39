"""A conclusion: what of a copy, a database or a day is reported, and when it has changed enough to be said again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracer.disclosure import SURE

LIST = "list"
"""The channel of what a list shows."""


@dataclass(frozen=True)
class SignalsHeard:
    """What calls, messages and mail say of it."""

    first: date
    last: date
    hits: Mapping[str, int]
    """Channel → how many."""
    numbers: int
    planted: int
    knew: int
    others: int
    probability: float
    copies: int = 1
    """Copies of the client's lists that are on record: without one, only the database itself can be meant."""
    mails: tuple[Mapping[str, Any], ...] = ()
    """The newest of what it rests on: at, channel, from (a domain), subject, timed."""

    def to_json(self) -> dict[str, Any]:
        """As the store keeps it."""
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return {**self.__dict__, **days, "hits": dict(self.hits), "mails": list(self.mails)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> SignalsHeard:
        """From what the store keeps."""
        days = {name: date.fromisoformat(kept[name]) for name in ("first", "last")}
        return cls(**{**kept, **days, "mails": tuple(kept.get("mails", ()))})


@dataclass(frozen=True)
class ListSeen:
    """What a list shows of it."""

    dataset: str
    holder: str
    grade: str
    error: float | None


@dataclass(frozen=True)
class LeakReport:
    """What is reported of one copy, database or register."""

    kind: str
    subject: str
    heard: SignalsHeard | None = None
    lists: tuple[ListSeen, ...] = field(default=())

    @property
    def thread(self) -> str:
        """What its versions have in common."""
        return f"{'copy' if self.kind == 'release' else self.kind}:{self.subject}"

    @property
    def sure(self) -> str | None:
        """One of the five words, for what signals say; None where only lists speak."""
        if self.heard is None:
            return None
        return next(word for least, word in SURE if self.heard.probability >= least)

    @property
    def grade(self) -> str | None:
        """The best grade of its lists."""
        return max((one.grade for one in self.lists), default=None)

    def state(self) -> dict[str, Any]:
        """That of which a change is reported."""
        hits = self.heard.hits if self.heard is not None else {}
        channels = sorted([*hits, *([LIST] if self.lists else [])])
        parties = sorted({one.holder for one in self.lists})
        return {"sure": self.sure, "grade": self.grade, "channels": channels, "parties": parties}

    def facts(self) -> dict[str, Any]:
        """What it rests on, as the store keeps it."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "heard": None if self.heard is None else self.heard.to_json(),
            "lists": [one.__dict__ for one in self.lists],
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> LeakReport:
        """From the facts that the store keeps."""
        heard = None if kept["heard"] is None else SignalsHeard.of(kept["heard"])
        return cls(kept["kind"], kept["subject"], heard, tuple(ListSeen(**one) for one in kept["lists"]))

    def order(self) -> tuple[object, ...]:
        """The gravest first: lists by grade, then what was heard by how sure it is, then by name."""
        probability = self.heard.probability if self.heard is not None else 0.0
        return (-int((self.grade or "G0")[1:]), -probability, self.thread)


_WORDS = [word for _, word in SURE]


def is_news(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Whether a state is to be reported after another: a grade or a word that changed, a channel or party that is new.

    A word that falls by one is not news: it would come and go with every hit that belongs to somebody else.
    """
    if before is None:
        return True
    if before["grade"] != now["grade"]:
        return True
    if set(now["channels"]) - set(before["channels"]) or set(now["parties"]) - set(before["parties"]):
        return True
    was, word = before["sure"], now["sure"]
    if was is None or word is None:
        return bool(was != word)
    fall = _WORDS.index(word) - _WORDS.index(was)
    return fall < 0 or fall > 1 or (fall == 1 and word == _WORDS[-1])


def with_list(conclusion: LeakReport, seen: Sequence[ListSeen]) -> tuple[ListSeen, ...]:
    """The lists of a conclusion, with those that were looked at again in the place of what was known of them."""
    again = {one.dataset for one in seen}
    return tuple(
        sorted([*seen, *(one for one in conclusion.lists if one.dataset not in again)], key=lambda o: o.dataset)
    )
