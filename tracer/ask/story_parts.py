"""What the findings are shown by: sections, and what reads a case and says it in one language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from tracer.ask.copied import CopiedViews
from tracer.ask.named import ValueRows
from tracer.disclosure import Number, Reason
from tracer.findings.statements import Statement, statements
from tracer.policy import view_rows
from tracer.wording import Voice
from tracer.wording.names import Introduced, Names, names_of

_ITEMS = 8
"""Findings of one kind that are listed; the rest is counted."""


@dataclass(frozen=True)
class StoryFinding:
    """One finding: a headline and what it rests on."""

    headline: str
    grade: str = ""
    """G0 to G5, where it has one."""
    sureness: str = ""
    items: Sequence[str] = ()
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()


@dataclass(frozen=True)
class StorySection:
    """Findings of one kind."""

    title: str
    findings: Sequence[StoryFinding]
    more: int = 0
    query: str = ""
    note: str = ""


class Teller:
    """Reads a case and says what it finds in one language, parties and lists by their display names.

    What it has read once it knows: a case that is open for reading does not change.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, lang: str) -> None:
        self.con, self.lang = con, lang
        self.names: Names = names_of(con, lang)
        self.copied = CopiedViews(con)
        self.queried = ValueRows(con, copied=self.copied)

    @cached_property
    def statements(self) -> list[Statement]:
        """All of the case, the weightiest first."""
        return statements(self.queried)

    def of(self, kind: str) -> list[Statement]:
        """Those of a kind."""
        return [one for one in self.statements if one.kind == kind]

    @cached_property
    def holders(self) -> dict[str, str]:
        """List → who holds it."""
        return {row["dataset"]: row["holder"] for row in self.queried("datasets")}

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement over the views."""
        return view_rows(self.con, self.copied.over(statement))

    def voice(self) -> Voice:
        """A voice that says the id behind each name where it is first said: one for each section."""
        return Voice(self.lang, Introduced(self.names, self.lang))

    def plain(self) -> Voice:
        """A voice that says names alone."""
        return Voice(self.lang, self.names)

    def word(self, reason: Reason) -> str:
        """A title or a note."""
        return self.plain().say(reason)


def spoken(numbers: Iterable[Number], voice: Voice) -> tuple[str, ...]:
    """Reasons in words."""
    return tuple(voice.show(one) for one in numbers)


def sentences(reasons: Iterable[Reason], voice: Voice) -> str:
    """Several sentences as one text."""
    return (" " if voice.lang == "en" else "").join(voice.say(reason) for reason in reasons)


def section(title: str, findings: Sequence[StoryFinding], query: str, note: str = "") -> StorySection:
    """A section of the first findings, with how many more there are."""
    return StorySection(title, findings[:_ITEMS], max(0, len(findings) - _ITEMS), query, note)
