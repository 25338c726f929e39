"""Right of reply in words: a line for each party that a statement names, the same wherever the statement is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracer.disclosure import Number, PartyRef, Reason, Text, Word
from tracer.documents import json_of
from tracer.dossier.replies import reply_state
from tracer.findings.statements import Statement
from tracer.findings.statements.headlines import kebab
from tracer.visible import written_in_chinese

NOT_ASKED_ROLES = frozenset({"client", "public_source", "regulator", "source"})
"""Roles of parties of whom no reply is asked for: whose data it is, who publishes or oversees, who helped the case."""


_NAMED = 4
"""Who were not asked: so many are named, and the others counted."""
FACTS = ("asked", "deadline", "answered", "text", "language", "translation")
"""What is on record of each."""


@dataclass(frozen=True)
class Replied:
    """How far it has come with one party."""

    party: str
    state: str = "not_asked"
    """One of `dossier.replies.STATES`."""
    asked: date | None = None
    deadline: date | None = None
    answered: date | None = None
    text: str | None = None
    language: str | None = None
    translation: Mapping[str, str] = field(default_factory=dict)
    """Language to the text in it."""
    because: str | None = None
    """Why it was not asked, where somebody says so."""

    def said(self, lang: str) -> Reason:
        """The state, with the words where it has answered, for a reader of `lang`."""
        known = self._original
        foreign = self.text is not None and known is not None and known.split("-")[0] != lang
        translated = self.translation.get(lang) if foreign else None
        untranslated = Word("zh" if known == "zh" else "other") if foreign and translated is None else None
        return Reason.of(
            f"reply-said-{kebab(self.state)}", asked=self.asked, deadline=self.deadline,
            answered=self.answered, text=_text(self.text), translation=_text(translated), untranslated=untranslated,
            because=_text(self.because),
        )  # fmt: skip

    def line(self, lang: str) -> Reason:
        """The same after the party's name."""
        return Reason.of("headline-reply", party=PartyRef(self.party), state=self.said(lang))

    @property
    def _original(self) -> str | None:
        if self.language is not None or self.text is None:
            return self.language
        return "zh" if written_in_chinese(self.text) else "en"


def replied(rows: Iterable[Mapping[str, Any]]) -> dict[str, Replied]:
    """Party to its reply: of several questions the one that was answered, due or asked last.

    rows: of `views.replies`, or the same columns elsewhere; days may be texts.
    """
    found: dict[str, Replied] = {}
    for row in rows:
        asked, deadline, answered = (_day(row.get(name)) for name in ("asked", "deadline", "answered"))
        one = Replied(
            str(row["party"]), reply_state(asked, deadline, answered), asked, deadline, answered, row.get("text"),
            row.get("language"), _translation(row.get("translation")),
        )  # fmt: skip
        known = found.get(one.party)
        if known is None or _latest(one) >= _latest(known):
            found[one.party] = one
    return found


def lines(
    parties: Sequence[str], known: Mapping[str, Replied], roles: Mapping[str, str | None], lang: str,
    quoted: set[str] | None = None,
) -> list[Reason]:  # fmt: skip
    """A line for each of these of whom a reply is asked for, in their order, each once; those who were not asked
    share one.

    roles: by party. quoted: parties whose words the reader has seen already; those that are given join them.
    """
    named = [party for party in dict.fromkeys(parties) if roles.get(party) not in NOT_ASKED_ROLES]
    found = [known.get(party, Replied(party)) for party in named]
    if quoted is not None:
        found = [replace(one, text=None) if one.party in quoted else one for one in found]
        quoted.update(named)
    unheard = [one for one in found if one.state == "not_asked"]
    shown = [one for one in found if one.state != "not_asked" or one is unheard[0]]
    return [_of_several(unheard, lang) if one.state == "not_asked" else one.line(lang) for one in shown]


def _of_several(unheard: Sequence[Replied], lang: str) -> Reason:
    parties: tuple[Number, ...] = tuple(PartyRef(one.party) for one in unheard)
    more = len(parties) - _NAMED
    named = parties if more <= 1 else (*parties[:_NAMED], Reason.of("front-others", n=more))
    return Reason.of("headline-reply", party=named, state=unheard[0].said(lang))


def parties_of(one: Statement, holders: Mapping[str, str | None]) -> tuple[str, ...]:
    """Whom a statement names: those that it is about, else who holds its lists. holders: by list."""
    held = [holders.get(name) for name in one.lists]
    return one.parties or tuple(dict.fromkeys(party for party in held if party is not None))


def accused(one: Statement, holders: Mapping[str, str | None]) -> tuple[str, ...]:
    """Whom a statement says something against, whatever their role: a client, too, may have bought another's list."""
    if one.kind in ("retention", "attribution", "chain"):
        return tuple(party for party in one.parties[one.kind == "chain" :] if party != one.row.get("client"))
    if one.kind == "derivation" and one.row.get("kind") != "version":
        giver, taker = (holders.get(name) for name in one.lists)
        return () if taker is None or giver == taker else (taker,)
    return one.parties[:1] if one.kind == "claim" and one.row["verdict"] == "contradicted" else ()


def _text(text: str | None) -> Text | None:
    return None if text is None else Text(text)


def _day(value: object) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _translation(value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return value
    return json_of(str(value)) if value else {}


def _latest(one: Replied) -> tuple[date, date]:
    return (one.answered or one.deadline or one.asked or date.min, one.asked or date.min)
