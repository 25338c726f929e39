"""Right of reply in words: a line for each party that a statement names, the same wherever the statement is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracer.disclosure import Number, PartyRef, Reason, Text, Word
from tracer.documents import json_of
from tracer.dossier.statements import reply_state
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
    """One of `dossier.statements.STATES`."""
    asked: date | None = None
    deadline: date | None = None
    answered: date | None = None
    text: str | None = None
    language: str | None = None
    translation: Mapping[str, str] = field(default_factory=dict)
    """Language to the text in it."""
    because: str | None = None
    """Why it was not asked, where somebody says so."""

    def sentence(self, lang: str) -> Reason:
        """The state, with the words where it has answered, for a reader of `lang`."""
        known = self.language
        if known is None and self.text is not None:
            known = "zh" if written_in_chinese(self.text) else "en"
        foreign = self.text is not None and known is not None and known.split("-")[0] != lang
        translated = self.translation.get(lang) if foreign else None
        untranslated = Word("zh" if known == "zh" else "other") if foreign and translated is None else None
        days = {"asked": self.asked, "deadline": self.deadline, "answered": self.answered}
        text, translation, because = (
            None if one is None else Text(one) for one in (self.text, translated, self.because)
        )
        words = {"text": text, "translation": translation, "untranslated": untranslated, "because": because}
        return Reason(f"reply-said-{kebab(self.state)}", {**days, **words})


def replies_by_party(rows: Iterable[Mapping[str, Any]]) -> dict[str, Replied]:
    """Party to its reply: of several questions the one that was answered, due or asked last.

    rows: of `views.replies`, or the same columns elsewhere; days may be texts.
    """
    found: dict[str, tuple[tuple[date, date], Replied]] = {}
    for row in rows:
        asked, deadline, answered = (
            day if day is None or isinstance(day, date) else date.fromisoformat(str(day)[:10])
            for day in (row.get(name) for name in ("asked", "deadline", "answered"))
        )
        text, language, translation = row.get("text"), row.get("language"), row.get("translation") or {}
        if not isinstance(translation, Mapping):
            translation = json_of(str(translation))
        state, latest = reply_state(asked, deadline, answered), answered or deadline or asked or date.min
        one = Replied(str(row["party"]), state, asked, deadline, answered, text, language, translation)
        order = latest, asked or date.min
        if one.party not in found or order >= found[one.party][0]:
            found[one.party] = order, one
    return {party: one for party, (_, one) in found.items()}


def lines(
    parties: Sequence[str],
    known: Mapping[str, Replied],
    roles: Mapping[str, str | None],
    lang: str,
    quoted: set[str] | None = None,
) -> list[Reason]:
    """A line for each of these of whom a reply is asked for, in their order, each once; those who were not asked
    share one.

    roles: by party. quoted: parties whose words the reader has seen already; those that are given join them.
    """
    named = [party for party in dict.fromkeys(parties) if roles.get(party) not in NOT_ASKED_ROLES]
    found = [known.get(party, Replied(party)) for party in named]
    if quoted is not None:
        found = [replace(one, text=None) if one.party in quoted else one for one in found]
        quoted.update(named)
    unheard = [one.party for one in found if one.state == "not_asked"]
    several: tuple[Number, ...] = tuple(PartyRef(party) for party in unheard)
    if len(unheard) > _NAMED + 1:
        several = (*several[:_NAMED], Reason.of("front-others", n=len(unheard) - _NAMED))
    shown = [one for one in found if one.state != "not_asked" or one.party == unheard[0]]
    whom = [several if one.state == "not_asked" else PartyRef(one.party) for one in shown]
    said = zip(whom, shown, strict=True)
    return [Reason.of("headline-reply", party=party, state=one.sentence(lang)) for party, one in said]


def parties_of(one: Statement, holders: Mapping[str, str | None]) -> tuple[str, ...]:
    """Whom a statement names: those that it is about, else who holds its lists. holders: by list."""
    held = [holders.get(name) for name in one.lists]
    return one.parties or tuple(dict.fromkeys(party for party in held if party is not None))


def accused_parties(one: Statement, holders: Mapping[str, str | None]) -> tuple[str, ...]:
    """Whom a statement says something against, whatever their role: a client, too, may have bought another's list."""
    if one.kind in ("retention", "attribution", "chain"):
        return tuple(party for party in one.parties[one.kind == "chain" :] if party != one.row.get("client"))
    if one.kind == "derivation" and one.row.get("kind") != "version":
        giver, taker = (holders.get(name) for name in one.lists)
        return () if taker is None or giver == taker else (taker,)
    return one.parties[:1] if one.kind == "claim" and one.row["verdict"] == "contradicted" else ()
