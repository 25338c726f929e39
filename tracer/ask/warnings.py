"""Where the contents of lists, their days and what is said of them do not fit together.

A warning is read from the current findings, by `queries/warnings.sql`, at every question: it rests on nothing
but documented views, so a stage of its own would only keep a second copy of them that could be out of date.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from tracer.ask.copied import CopiedViews
from tracer.ask.named import find_query, query_rows
from tracer.ask.story_parts import StoryFinding, StorySection, Teller, section
from tracer.disclosure import Reason
from tracer.findings.statements import headlines
from tracer.wording import say


@dataclass(frozen=True)
class Caution:
    """One warning as a value."""

    kind: str
    """What does not fit, as a code of the catalogues: `impossible_dates`, `own_copied` …"""
    subjects: tuple[str, ...]
    reason: Reason
    """The same with the days, probabilities and ids that the sentence needs."""
    grade: str = ""
    """G0 to G5 of the derivation behind it; empty where there is none."""
    probability: float | None = None
    """Probability of the derivation it is about, both directions together where it is about both."""

    def said(self, lang: str = "en") -> str:
        """The warning in words."""
        return say(self.reason, lang)


def cautions(con: duckdb.DuckDBPyConnection, copied: CopiedViews | None = None) -> list[Caution]:
    """The warnings of a case as it was last traced, the weightiest kind first; `copied`: what else reads the case."""
    return [
        Caution(row["kind"], tuple(row["datasets"]), headlines.warning(row), row["grade"] or "", row["probability"])
        for row in query_rows(con, find_query("warnings"), copied=copied)
    ]


def warned(teller: Teller) -> StorySection:
    """The warnings as a section of the story."""
    voice = teller.voice()
    findings = [
        StoryFinding(voice.say(caution.reason), caution.grade) for caution in cautions(teller.con, teller.copied)
    ]
    return section(teller.word(Reason.of("story-warnings")), findings, "warnings")
