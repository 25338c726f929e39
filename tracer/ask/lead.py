"""The first lines of a case's findings: the strongest ones, a sentence each, that a newspaper could print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from tracer.ask.story import by_copy, counted
from tracer.ask.story_parts import Teller, sentences
from tracer.disclosure import Number, PartyRef, Reason, Ref
from tracer.findings.statements import Statement, conclusions, headlines
from tracer.wording.terminal import folded

LINES = 15
"""Lines that it has at most."""
_NAMES = 4
"""Parties whose ids are listed at the end."""
_CLAIMS, _REFUSALS, _CAMPAIGNS, _COPIED = 2, 1, 1, 2
"""How many of a kind there is room for, where other kinds have something to say."""
_COPIES = "SELECT count(*) AS copies, count(*) FILTER (canaries > 0) AS marked FROM views.releases"
_LIKELY = 0.8
"""A copy that nothing but the lists shows is among the first lines where it is at least likely."""


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
    if not untraced:
        (copies,) = teller.rows(_COPIES)
        if not found or not all(copies.values()):  # what cannot be answered yet is said before what was found
            lines += folded(teller.word(Reason("lead-nothing", copies)), "· ")
    end = _end(teller, found, behind)
    room = LINES - len(lines) - len(end)
    for text, _ in found:
        told = folded(text, "· ")
        if len(told) <= room:
            lines += told
            room -= len(told)
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
    for reason, sureness in _headlines(teller):
        yield sentences((reason, *(() if sureness is None else (sureness,))), voice), reason


def _headlines(teller: Teller) -> Iterator[tuple[Reason, Reason | None]]:
    copies = by_copy(teller.of("retention"))
    for conclude in (conclusions.kept, conclusions.passed_on):
        for seen in copies:
            yield from conclude(seen)
    contradicted = {one.parties[0]: one for one in reversed(teller.of("claim")) if _contradicted(one)}
    for one in list(reversed(contradicted.values()))[:_CLAIMS]:
        yield headlines.claim({**one.row, "quote": None}), None
    counted = [one for one in teller.of("refusal") if one.row["people"] is not None]
    behind = {one.row["seen_in"] for one in teller.of("retention")}
    apart = [one for one in teller.of("derivation") if _new(one, teller, behind)]
    apart.sort(key=lambda one: one.grade, reverse=True)
    for one in (*counted[:_REFUSALS], *teller.of("campaign")[:_CAMPAIGNS], *apart[:_COPIED]):
        yield one.said, one.sureness


def _contradicted(one: Statement) -> bool:
    return one.row["verdict"] == "contradicted" and one.grade != "G0"


def _new(one: Statement, teller: Teller, behind: set[str]) -> bool:
    """Whether it is a copy between two holders that no copy which was handed over explains."""
    holders = {teller.holders.get(name) for name in one.lists}
    told = one.row["direction"] != "not_told" and (one.probability or 0.0) >= _LIKELY
    return told and len(holders) > 1 and one.row["child"] not in behind
