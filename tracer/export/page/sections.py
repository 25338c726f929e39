"""The tables below the picture: which rows, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.cells import cell_of, numbers_of, texts_of
from tracer.export.page.facts import Cell, Index
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.graph.model import GRADES
from tracer.wording.columns import SECTIONS, PageSection, SectionColumn

MOST_ROWS = 100
"""Rows of one table, the best founded; `tracer query` prints all."""
_ELSEWHERE = frozenset({"datasets", "parties", "warnings"})
"""Queries whose rows the page shows in sections of their own."""


@dataclass(frozen=True)
class ShownRow:
    """One row with what is below it."""

    cells: list[Cell]
    grade: str
    reasons: list[str]
    numbers: list[tuple[str, str]]
    """What a test of the row counted, in English and in Chinese."""
    against: list[str]
    quote: str
    walk: int | None
    """Number of the chain, for walking along it in the picture."""
    card: str
    """Anchor of the card that says why; empty where the row itself says it."""


@dataclass(frozen=True)
class ShownSection:
    """One table, ready for the template."""

    name: str
    heads: list[PageWord]
    rows: list[ShownRow]
    more: int = 0


def tables(leaving: Outgoing, index: Index, walks: frozenset[int] = frozenset()) -> list[ShownSection]:
    """All sections in order, then those queries' rows the table above does not know, with the columns they have."""
    findings = leaving.rows
    known = {section.name for section in SECTIONS} | _ELSEWHERE
    shown = [_shown(section, leaving, index) for section in SECTIONS]
    for name in sorted(set(findings) - known):
        keys = list(dict.fromkeys(key for row in findings[name] for key in row))
        shown.append(_shown(PageSection(name, tuple(SectionColumn(key) for key in keys)), leaving, index))
    return [_walkable(one, walks) if one.name == "resale-chains" else one for one in shown]


def _walkable(section: ShownSection, walks: frozenset[int]) -> ShownSection:
    """Chains with their numbers, where the picture has them: both sort them in the same way."""
    rows = [replace(row, walk=number if number in walks else None) for number, row in enumerate(section.rows)]
    return replace(section, rows=rows)


def strongest(rows: Sequence[FindingRow]) -> list[FindingRow]:
    """The rows of a table that the page shows, in their order."""
    return sorted(rows, key=_strength)[:MOST_ROWS]


def _shown(section: PageSection, leaving: Outgoing, index: Index) -> ShownSection:
    rows = leaving.rows.get(section.name, ())
    heads = [PageWord.of("col", column.head or column.key) for column in section.columns]
    shown = [_row(section, row, index) for row in leaving.worded(strongest(rows))]
    return ShownSection(section.name, heads, shown, max(len(rows) - MOST_ROWS, 0))


def _strength(row: FindingRow) -> tuple[int, float, int]:
    """Best grade first, then the most probable, of chains the longest; rows that have none of it keep their order."""
    grade, probability = row.get("grade"), row.get("probability")
    place = GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else -1
    return (-place, -probability if isinstance(probability, float) else 0.0, -len(texts_of(row.get("chain"))))


def _row(section: PageSection, row: FindingRow, index: Index) -> ShownRow:
    card = index.lines.get((section.name, str(row.get("parent")), str(row.get("child"))), "")
    brief = bool(card) or (section.brief_without is not None and not row.get(section.brief_without))
    against = [] if brief else texts_of(row.get("against")) or texts_of(row.get("alternatives"))
    return ShownRow(
        cells=[cell_of(column, row.get(column.key), index) for column in section.columns],
        grade=str(row.get("grade") or ""),
        reasons=[] if brief else texts_of(row.get("reasons")),
        numbers=[] if brief or texts_of(row.get("reasons")) else numbers_of(row.get("numbers"), index),
        against=against,
        quote=clean(str(row["quote"])) if row.get("quote") else "",
        walk=None,
        card=card,
    )
