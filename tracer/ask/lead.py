"""The first lines of a case's findings: the strongest ones, a sentence each, that a newspaper could print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from tracer.ask.story import Teller, counted, sentences
from tracer.disclosure import Reason, Ref, parties_in
from tracer.findings.statements import conclusions, headlines
from tracer.wording.terminal import wrapped

LINES = 15
"""Lines that it has at most."""
_NAMES = 4
"""Parties whose ids are listed at the end."""
_CLAIMS, _REFUSALS, _CAMPAIGNS, _COPIED = 2, 3, 1, 2
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
    counts = [wrapped(counted(teller, worst=worst), "") for worst in (True, False)]
    lines = next((one for one in counts if len(one) == 1), counts[-1])
    if untraced:
        lines += wrapped(untraced, "")
    if not untraced:
        (copies,) = teller.rows(_COPIES)
        # What cannot be answered yet is said before what was found, where there is a client who might ask.
        asked = copies["copies"] or any(one["origin"] == "own" for one in teller.lists.values())
        if not found or (asked and not all(copies.values())):
            lines += wrapped(teller.word(Reason("lead-nothing", copies)), "· ")
    end = _end(teller, [reason for reason, _ in found], behind)
    room = LINES - len(lines) - len(end)
    for said in found:
        told = wrapped(sentences((one for one in said if one is not None), teller.plain()), "· ")
        if len(told) <= room:
            lines += told
            room -= len(told)
    return [*lines, *end]


def _end(teller: Teller, found: Sequence[Reason], behind: str) -> list[str]:
    """How to see more, with the ids of those who are named."""
    lines = wrapped(teller.word(Reason.of("lead-all", command=Ref(f"tracer findings{behind}"))), "")
    named = list(dict.fromkeys(party for reason in found for party in parties_in(reason)))
    ids = tuple(
        Reason.of("lead-name", party=party, id=Ref(party.id)) if teller.names.named(party) else Ref(party.id)
        for party in named[:_NAMES]
    )
    for most in range(len(ids), 0, -1):  # as many as one line has room for
        text = teller.word(Reason.of("lead-show", command=Ref(f"tracer show ID{behind}"), names=ids[:most]))
        if len(told := wrapped(text, "")) == 1 or most == 1:
            return lines + told
    return lines


def _strongest(teller: Teller) -> Iterator[tuple[Reason, Reason | None]]:
    """Headlines, the strongest findings first, each with how sure it is."""
    copies = conclusions.by_copy(teller.of("retention"))
    for conclude in (conclusions.kept, conclusions.passed_on):
        for seen in copies:
            yield from conclude(seen)
    claims = [one for one in teller.of("claim") if one.row["verdict"] == "contradicted" and one.grade != "G0"]
    contradicted = {one.parties[0]: one for one in reversed(claims)}
    shown = list(reversed(contradicted.values()))[:_CLAIMS]
    for one in shown:
        more = len(claims) - len(shown) if one is shown[-1] else 0
        yield headlines.claim({**one.row, "quote": None}), Reason.of("lead-more-claims", n=more) if more else None
    # Copies between two holders that no copy which was handed over explains.
    behind = {one.row["seen_in"] for one in teller.of("retention")}
    apart = [
        one
        for one in teller.of("derivation")
        if one.row["direction"] != "not_told"
        and (one.probability or 0.0) >= _LIKELY
        and len({teller.holders.get(name) for name in one.lists}) > 1
        and one.row["child"] not in behind
    ]
    apart.sort(key=lambda one: one.grade, reverse=True)
    for one in (
        *teller.of("refusal")[:_REFUSALS],
        *teller.of("campaign")[:_CAMPAIGNS],
        *apart[:_COPIED],
        *teller.of("inside")[:1],
    ):
        yield one.said, one.sureness
