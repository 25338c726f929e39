"""The first lines of a case's findings: the strongest ones, a sentence each, that a newspaper could print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from tracer.ask.story import CAMPAIGNS, DERIVATIONS, RETENTION, STRONG, by_copy, counted
from tracer.ask.story_parts import Teller, sentences
from tracer.ask.story_trade import CLAIMS, REFUSALS
from tracer.disclosure import Number, PartyRef, Reason, Ref
from tracer.wording import conclusions, headlines
from tracer.wording.claims import claim
from tracer.wording.terminal import folded

LINES = 15
"""Lines that it has at most."""
_NAMES = 4
"""Parties whose ids are listed at the end."""
_CLAIMS, _REFUSALS, _CAMPAIGNS, _COPIED = 2, 1, 1, 2
"""How many of a kind there is room for, where other kinds have something to say."""
_LIKELY = 0.8
"""A copy that nothing but the lists shows is among the first lines where it is at least likely."""
_APART = (
    f"SELECT d.* FROM ({DERIVATIONS}) d JOIN views.datasets p ON p.dataset = d.parent"
    " JOIN views.datasets c ON c.dataset = d.child WHERE p.holder <> c.holder AND d.direction <> 'not_told'"
    f" AND d.probability >= {_LIKELY}"
    f" AND d.child NOT IN (SELECT seen_in FROM views.retention WHERE probability >= {STRONG})"
    " ORDER BY d.grade DESC, d.probability DESC, d.parent, d.child"
)
"""Copies of lists that no copy which was handed over explains."""


def lead(
    con: duckdb.DuckDBPyConnection, lang: str, *, case: str = "", untraced: str = "", teller: Teller | None = None
) -> list[str]:
    """Lines of at most `COLUMNS` cells, at most `LINES` of them: what was compared, what was found, how to see more.

    case: how the commands name the case (`--case DIR`); untraced: that findings are not those of the case as it is now.
    teller: what has read the case before.
    """
    teller = teller or Teller(con, lang)
    behind = f" --case {case}" if case else ""
    found = list(_strongest(teller))
    counts = [folded(counted(teller, worst=worst), "") for worst in (True, False)]
    lines = next((one for one in counts if len(one) == 1), counts[-1])
    if untraced:
        lines += folded(untraced, "")
    end = _end(teller, found, behind)
    room = LINES - len(lines) - len(end)
    for text, _ in found:
        told = folded(text, "· ")
        if len(told) <= room:
            lines += told
            room -= len(told)
    if not found and not untraced:
        copies = teller.rows("SELECT count(*) AS n FROM views.releases")[0]["n"]
        lines += folded(teller.word(Reason.of("lead-nothing", copies=copies)), "· ")
    return [*lines, *end]


def _end(teller: Teller, found: Sequence[tuple[str, Reason]], behind: str) -> list[str]:
    """How to see more, with the ids of those who are named."""
    lines = folded(teller.word(Reason.of("lead-all", command=Ref(f"tracer findings{behind}"))), "")
    named = list(dict.fromkeys(party for _, reason in found for party in _parties(reason.numbers.values())))
    ids = tuple(
        Reason.of("lead-name", party=party, id=Ref(party.id)) if teller.names.named(party) else Ref(party.id)
        for party in named[:_NAMES]
    )
    for most in range(len(ids), 0, -1):  # as many as one line has room for
        text = teller.word(Reason.of("lead-show", command=Ref(f"tracer show ID{behind}"), names=ids[:most]))
        if len(told := folded(text, "")) == 1 or most == 1:
            return lines + told
    return lines


def _parties(numbers: Sequence[Number] | Any) -> Iterator[PartyRef]:
    for number in numbers:
        if isinstance(number, PartyRef):
            yield number
        elif isinstance(number, tuple):
            yield from _parties(number)
        elif isinstance(number, Reason):
            yield from _parties(number.numbers.values())


def _strongest(teller: Teller) -> Iterator[tuple[str, Reason]]:
    """Sentences, the strongest findings first, each with its headline."""
    voice = teller.plain()
    for reason, probability in _headlines(teller):
        sure = () if probability is None else (headlines.sureness(probability),)
        yield sentences((reason, *sure), voice), reason


def _headlines(teller: Teller) -> Iterator[tuple[Reason, float | None]]:
    copies = by_copy(teller.rows(RETENTION))
    for seen in copies:
        yield from conclusions.kept(seen)
    for seen in copies:
        yield from conclusions.passed_on(seen)
    contradicted: dict[str, dict[str, Any]] = {}
    for row in teller.rows(CLAIMS):
        if row["verdict"] == "contradicted" and row["grade"] != "G0":
            contradicted.setdefault(row["party"], row)
    for row in list(contradicted.values())[:_CLAIMS]:
        yield claim(row | {"quote": None}), None
    for row in teller.rows(REFUSALS)[:_REFUSALS]:
        if row["people"] is not None:
            yield headlines.refusal(row), None
    for row in teller.rows(CAMPAIGNS)[:_CAMPAIGNS]:
        yield headlines.campaign(row), row["probability"]
    for row in teller.rows(_APART)[:_COPIED]:
        yield headlines.derivation(row), row["probability"]
