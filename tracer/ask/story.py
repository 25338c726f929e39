"""The findings of a case as a person reads them: what matters first, how sure, and what speaks against it.

Places statements in sections. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import duckdb

from tracer.ask.story_parts import StoryFinding, StorySection, Teller, section, sentences, spoken
from tracer.ask.warnings import warned
from tracer.disclosure import DatasetRef, Reason
from tracer.findings.statements import Statement, headlines, replies
from tracer.wording import Voice, say
from tracer.wording.claims import key_numbers

_SENTENCES = 3
"""Reasons, and as many objections, that are listed for one finding; the rest is counted."""
_SECTIONS = (
    ("chains", "resale-chains", ("chain",)), ("attributions", "attributions", ("attribution", "unnamed")),
    ("campaigns", "campaigns", ("campaign",)), ("derivations", "derivations", ("derivation",)),
    ("claims", "claims", ("claim",)), ("contradictions", "contradictions", ("contradiction",)),
    ("sales", "sales", ("sale",)), ("lines", "lines", ("line",)), ("refusals", "after-refusal", ("refusal",)),
)  # fmt: skip
"""Code of the title, the query that shows more, and the kinds of statements."""


def story(
    con: duckdb.DuckDBPyConnection, *, untraced: str = "", lang: str = "en", teller: Teller | None = None
) -> list[StorySection]:
    """All sections that have something to say, the weightiest first.

    untraced: that findings are not those of the case as it is now (`stages.untraced`); it comes before all of them.
    teller: what has read the case before.
    """
    teller = teller or Teller(con, lang)
    sections = (
        section(teller.word(Reason.of("story-not-up-to-date")), [], "", untraced), warned(teller), _copies(teller),
        *(_told(teller, title, query, kinds) for title, query, kinds in _SECTIONS), _lists(teller), _replies(teller),
    )  # fmt: skip
    return [each for each in sections if each.findings or each.note]


def by_copy(found: Sequence[Statement]) -> list[list[Statement]]:
    """Statements on copies, copy by copy."""
    return [list(seen) for _, seen in groupby(found, key=lambda one: one.copies)]


def _copies(teller: Teller) -> StorySection:
    """One finding a copy: the reasons are those of the first list, the weightiest."""
    voice = teller.voice()
    findings = [
        StoryFinding(
            voice.say(headlines.given(seen[0].row)),
            items=tuple(f"{one.grade} {voice.say(headlines.seen(one.row))}" for one in seen),
            reasons=spoken(seen[0].reasons, voice),
            against=spoken(seen[0].against, voice),
        )
        for seen in by_copy(teller.of("retention"))
    ]
    held = len({one.parties[0] for one in teller.of("held")})
    note = teller.word(Reason.of("story-held", n=held)) if held else ""
    return section(teller.word(Reason.of("story-retention")), findings, "retention", note)


def _told(teller: Teller, title: str, query: str, kinds: Sequence[str]) -> StorySection:
    voice = teller.voice()
    findings = [_finding(one, voice, teller) for kind in kinds for one in teller.of(kind)]
    note = sentences(_notes(teller, title, some=bool(findings)), teller.plain())
    return section(teller.word(Reason(f"story-{title}")), findings, query, note)


def _finding(one: Statement, voice: Voice, teller: Teller) -> StoryFinding:
    numbers = key_numbers(one.row, teller.plain()) if one.kind == "claim" else ()
    named = f"{one.about[0]}{': ' if voice.lang == 'en' else '：'}" if one.kind == "campaign" else ""
    return StoryFinding(
        named + voice.say(one.said), one.grade, sentences(one.sure, voice),
        items=(" · ".join(numbers),) if numbers else (), against=spoken(one.against, voice),
    )  # fmt: skip


def _notes(teller: Teller, title: str, *, some: bool) -> Iterator[Reason]:
    """What is counted next to the findings of a section."""
    if title == "campaigns" and some:
        apart = teller.rows("SELECT count(*) AS n FROM views.signals WHERE campaign IS NULL")[0]["n"]
        if apart:
            yield Reason.of("story-no-campaign", n=apart)
    if title == "claims":
        for verdict in ("untestable", "untested"):
            number = sum(row["verdict"] == verdict for row in teller.queried("claims"))
            if number:
                yield Reason(f"story-{verdict}", {"n": number})


def counted(teller: Teller, *, worst: bool = True) -> str:
    """How many lists and records there are, and how many gave nothing to compare; `worst`: in which list most."""
    row = teller.rows(
        "SELECT count(*) AS lists, coalesce(sum(rows), 0)::BIGINT AS n, coalesce(sum(rejected), 0)::BIGINT AS rejected,"
        " max(rejected) AS most, arg_max(dataset, (rejected, dataset)) AS worst"
        " FROM views.datasets WHERE purged_at IS NULL"
    )[0]
    several = worst and row["lists"] > 1 and row["most"]
    return teller.word(
        Reason.of(
            "story-counted", lists=row["lists"], rows=row["n"], rejected=row["rejected"],
            most=row["most"] if several else None, where=DatasetRef(row["worst"]) if several else None,
        )
    )  # fmt: skip


def _lists(teller: Teller) -> StorySection:
    note = counted(teller)
    gone = teller.rows("SELECT dataset FROM views.datasets WHERE purged_at IS NOT NULL ORDER BY dataset")
    if gone:
        named = tuple(DatasetRef(row["dataset"]) for row in gone)
        note += " " + teller.voice().say(Reason.of("story-purged", n=len(gone), datasets=named))
    return section(teller.word(Reason.of("story-lists")), [], "datasets", note)


def _replies(teller: Teller) -> StorySection:
    """The right of reply of everybody whom a statement says something about."""
    named = {
        party
        for one in teller.statements
        if one.of("retention", "attribution", "claim")
        for party in replies.accused(one, teller.holders)
    }
    voice = teller.voice()
    rows = teller.rows("SELECT * FROM views.replies ORDER BY party, asked")
    lines = replies.lines(sorted(named), replies.replied(rows), {}, voice.lang)
    findings = [StoryFinding(voice.say(one)) for one in lines]
    return section(teller.word(Reason.of("story-replies")), findings, "parties")


def told(texts: Sequence[str], lang: str = "en") -> list[str]:
    """The first sentences, and how many more there are."""
    more = len(texts) - _SENTENCES
    return [*texts[:_SENTENCES], *([say(Reason.of("story-more-reasons", n=more), lang)] if more > 0 else [])]
