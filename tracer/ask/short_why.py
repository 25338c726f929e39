"""The short answer of `why`: one sentence that could be printed, how sure, what it rests on, what speaks against it,
and what would settle it. Everything else that is known of the pair is under `--details`.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.ask.conclusion import Conclusion, conclude
from tracer.ask.ends import Ends, Row
from tracer.ask.view_rows import Narrowed
from tracer.disclosure import Reason, reason_of
from tracer.wording import Voice, headlines
from tracer.wording.names import Introduced, names_of
from tracer.wording.sections import Block, Paragraph, Points

REASONS = 3
"""Reasons that are given, the strongest first; as many of what speaks against it and of what would settle it."""


def short_why(
    con: duckdb.DuckDBPyConnection, found: Row, lang: str, *, narrowed: Narrowed = dict, untraced: str = ""
) -> tuple[Block, ...]:
    """The answer of `why.tied` as blocks.

    untraced: that findings are not those of the case as it is now, in words.
    """
    ends = Ends(con, found, narrowed)
    voice = Voice(lang, Introduced(names_of(con, lang, narrowed), lang))
    concluded = conclude(found, ends)
    if untraced and concluded.open:  # nothing was looked for: what is not shown is not ruled out
        return (Paragraph(untraced), Paragraph(voice.say(Reason.of("why-more"))))
    blocks: list[Block] = [Paragraph(untraced)] if untraced else []
    blocks.append(Paragraph(voice.say(concluded.answer)))
    if concluded.sure is not None:
        blocks.append(Paragraph(voice.say(Reason.of("why-how-sure", sure=concluded.sure))))
    for title, said in (
        (Reason.of("why-rests-on"), _first(concluded.reasons)),
        (Reason.of("why-speaks-against"), _against(concluded)),
        (Reason.of("why-would-settle"), _settle(concluded, ends)),
    ):
        texts = tuple(voice.show(headlines.said(one)) for one in said)
        if texts:
            blocks += [Paragraph(voice.say(title), "label"), Points(texts)]
    blocks += _named_by_addresses(found, concluded, voice)
    return (*blocks, Paragraph(voice.say(Reason.of("why-more"))))


def _named_by_addresses(found: Row, concluded: Conclusion, voice: Voice) -> list[Block]:
    """What addresses of a list name, where the conclusion rests on something else."""
    rows = [row for row in found.get("alias_origins", []) if reason_of(row["reasons"][0]) != concluded.answer]
    if not rows:
        return []
    said = [one for row in rows[:REASONS] for one in (row["reasons"][0], *row["against"][:1])]
    texts = tuple(voice.show(headlines.said(one)) for one in said)
    return [Paragraph(voice.say(Reason.of("why-title-alias-origins")), "label"), Points(texts)]


def _first(reasons: Sequence[object]) -> list[object]:
    """The first ones, none twice."""
    return _distinct(reasons)[:REASONS]


def _distinct(reasons: Sequence[object]) -> list[object]:
    kept: dict[str, object] = {}
    for one in reasons:
        kept.setdefault(str(one), one)
    return list(kept.values())


def _against(concluded: Conclusion) -> list[object]:
    """What speaks against it, the weightiest first; that nothing does is said too."""
    found = _distinct(concluded.against)
    if not found:
        return [] if concluded.open else [Reason.of("why-against-none")]
    more = len(found) - REASONS
    return [*found[:REASONS], *([Reason.of("why-against-more", n=more)] if more > 0 else [])]


def _settle(concluded: Conclusion, ends: Ends) -> list[object]:
    asked = list(ends.unanswered(concluded.parties))
    return [*_distinct(concluded.settle)[:REASONS], *asked][: REASONS + 1]
