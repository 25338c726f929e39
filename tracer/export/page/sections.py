"""The tables below the picture: which rows in which order with which columns, as one table of data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.export.gate import FindingRow, Findings
from tracer.export.page.facts import Cell, Index, figure, figure_of, percent
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.graph.model import GRADES
from tracer.wording.claims import number_label, number_value

MOST_ROWS = 400
"""Rows of one table, the best founded; `tracer query` prints all."""


@dataclass(frozen=True)
class SectionColumn:
    """One column: a key of the rows and how its values are shown."""

    key: str
    shown: str = "text"
    """`party`, `dataset`, `release` (links), `parties`, `datasets`, `releases` (lists of labels), `grade`, `number`,
    `text`, or the first part of words (`kind`: the value v is the word `kind-v`)."""
    head: str = ""
    """What its heading says where the key's own word is another table's."""


@dataclass(frozen=True)
class PageSection:
    """One table."""

    name: str
    columns: tuple[SectionColumn, ...]
    brief_without: str | None = None
    """A key of truth: rows in which it is false are shown in one line each, their reasons being reasons against."""


SECTIONS = (
    PageSection(
        "retention",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("reading", "kind"),
            SectionColumn("vendor", "party"),
            SectionColumn("client", "party"),
            SectionColumn("release", "release"),
            SectionColumn("seen_in", "dataset"),
            SectionColumn("seen_with", "party"),
            SectionColumn("first_seen"),
            SectionColumn("after_end", "truth"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "resale-chains",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("chain", "parties"),
            SectionColumn("datasets", "datasets"),
            SectionColumn("first_seen"),
            SectionColumn("last_seen"),
        ),
    ),
    PageSection(
        "attributions",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("release", "release"),
            SectionColumn("recipient", "party"),
            SectionColumn("accused", "truth"),
            SectionColumn("canaries_seen", "number"),
            SectionColumn("canaries_planted", "number"),
            SectionColumn("rows_matched", "number"),
            SectionColumn("error", "number"),
            SectionColumn("test", "by"),
        ),
        brief_without="accused",
    ),
    PageSection(
        "derivations",
        (
            SectionColumn("grade", "grade"),
            SectionColumn("parent", "dataset"),
            SectionColumn("child", "dataset"),
            SectionColumn("shared", "number"),
            SectionColumn("share_of_child", "number"),
            SectionColumn("via", "dataset"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "vintage",
        (
            SectionColumn("client", "party"),
            SectionColumn("source", "dataset"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("from_day"),
            SectionColumn("to_day"),
            SectionColumn("best"),
            SectionColumn("matched", "number"),
            SectionColumn("rate", "number", "taken"),
            SectionColumn("releases", "releases"),
            SectionColumn("probability", "chance"),
        ),
    ),
    PageSection(
        "claims",
        (
            SectionColumn("verdict", "verdict"),
            SectionColumn("party", "party"),
            SectionColumn("about", "party"),
            SectionColumn("kind", "claim"),
            SectionColumn("value"),
            SectionColumn("dataset", "dataset"),
            SectionColumn("p_value", "number"),
        ),
    ),
    PageSection(
        "after-refusal",
        (
            SectionColumn("what", "refused"),
            SectionColumn("client", "party"),
            SectionColumn("refusals", "dataset"),
            SectionColumn("of", "release"),
            SectionColumn("party", "party"),
            SectionColumn("people", "number"),
            SectionColumn("events", "number"),
            SectionColumn("first_day"),
            SectionColumn("last_day"),
        ),
    ),
    PageSection(
        "complaint-rates",
        (
            SectionColumn("dimension", "dimension"),
            SectionColumn("name"),
            SectionColumn("calls", "number"),
            SectionColumn("complaints", "number"),
            SectionColumn("rate", "number"),
            SectionColumn("low", "number"),
            SectionColumn("high", "number"),
            SectionColumn("p_value", "number"),
            SectionColumn("needed", "number"),
        ),
    ),
    PageSection(
        "lines",
        (
            SectionColumn("line"),
            SectionColumn("vendor", "party"),
            SectionColumn("carrier", "party"),
            SectionColumn("province"),
            SectionColumn("hand", "number"),
            SectionColumn("inferred", "number"),
            SectionColumn("rule"),
            SectionColumn("bound"),
            SectionColumn("examined", "number"),
            SectionColumn("violations", "number"),
        ),
    ),
    PageSection(
        "counts",
        (
            SectionColumn("scope", "scope"),
            SectionColumn("party", "party"),
            SectionColumn("counterparty", "party"),
            SectionColumn("list"),
            SectionColumn("lists", "number"),
            SectionColumn("raw", "number"),
            SectionColumn("repeated", "number"),
            SectionColumn("untrue", "number"),
            SectionColumn("people", "number"),
            SectionColumn("together", "number"),
        ),
    ),
    PageSection(
        "consent",
        (
            SectionColumn("what", "listed"),
            SectionColumn("list"),
            SectionColumn("party", "party"),
            SectionColumn("client", "party"),
            SectionColumn("collected_under", "basis"),
            SectionColumn("used_under", "basis"),
            SectionColumn("state", "consent"),
            SectionColumn("refused", "number"),
            SectionColumn("purged"),
        ),
    ),
    PageSection(
        "sales",
        (
            SectionColumn("state", "sale"),
            SectionColumn("seller", "party"),
            SectionColumn("buyer", "party"),
            SectionColumn("date"),
            SectionColumn("evidence"),
            SectionColumn("parent", "dataset"),
            SectionColumn("child", "dataset"),
            SectionColumn("probability", "chance"),
            SectionColumn("opposite", "chance"),
        ),
    ),
    PageSection(
        "contradictions",
        (
            SectionColumn("what", "contradiction"),
            SectionColumn("about", "party"),
            SectionColumn("kind", "claim"),
            SectionColumn("party_a", "party"),
            SectionColumn("value_a"),
            SectionColumn("said_a"),
            SectionColumn("party_b", "party"),
            SectionColumn("value_b", "verdict"),
            SectionColumn("said_b"),
        ),
    ),
)


_ELSEWHERE = frozenset({"datasets", "parties"})
"""Queries whose rows the page shows from the graph, with their links."""


@dataclass(frozen=True)
class ShownRow:
    """One row with what stands below it."""

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
    """Rows that are not shown: the weakest."""


def tables(findings: Findings, index: Index, walks: frozenset[int] = frozenset()) -> list[ShownSection]:
    """All sections in order, then those queries' rows the table above does not know, with the columns they have."""
    known = {section.name for section in SECTIONS} | _ELSEWHERE
    shown = [_shown(section, findings.get(section.name, ()), index) for section in SECTIONS]
    for name in sorted(set(findings) - known):
        keys = list(dict.fromkeys(key for row in findings[name] for key in row))
        shown.append(_shown(PageSection(name, tuple(SectionColumn(key) for key in keys)), findings[name], index))
    return [_walkable(one, walks) if one.name == "resale-chains" else one for one in shown]


def _walkable(section: ShownSection, walks: frozenset[int]) -> ShownSection:
    """Chains with their numbers, where the picture has them: both sort them in the same way."""
    rows = [replace(row, walk=number if number in walks else None) for number, row in enumerate(section.rows)]
    return replace(section, rows=rows)


def _shown(section: PageSection, rows: Sequence[FindingRow], index: Index) -> ShownSection:
    heads = [PageWord.of("col", column.head or column.key) for column in section.columns]
    ordered = sorted(rows, key=_strength)
    shown = [_row(section, row, index) for row in ordered[:MOST_ROWS]]
    return ShownSection(section.name, heads, shown, max(len(rows) - MOST_ROWS, 0))


def _strength(row: FindingRow) -> tuple[int, float, int]:
    """Best grade first, then the most probable, of chains the longest; rows that have none of it keep their order."""
    grade, probability = row.get("grade"), row.get("probability")
    place = GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else -1
    return (-place, -probability if isinstance(probability, float) else 0.0, -len(_texts(row.get("chain"))))


def _row(section: PageSection, row: FindingRow, index: Index) -> ShownRow:
    card = index.lines.get((section.name, str(row.get("parent")), str(row.get("child"))), "")
    brief = bool(card) or (section.brief_without is not None and not row.get(section.brief_without))
    against = [] if brief else _texts(row.get("against")) or _texts(row.get("alternatives"))
    return ShownRow(
        cells=[_cell(column, row.get(column.key), index) for column in section.columns],
        grade=str(row.get("grade") or ""),
        reasons=[] if brief else _texts(row.get("reasons")),
        numbers=[] if brief or _texts(row.get("reasons")) else _numbers(row.get("numbers")),
        against=against,
        quote=clean(str(row["quote"])) if row.get("quote") else "",
        walk=None,
        card=card,
    )


def _cell(column: SectionColumn, value: object, index: Index) -> Cell:
    if value is None:
        return Cell("–")
    show = _SHOW.get(column.shown)
    return _plain(value) if show is None else show(column.shown, value, index)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _plain(value: object) -> Cell:
    if isinstance(value, list | tuple):
        return Cell(", ".join(_texts(value)))
    return Cell(text := figure(value), style="day" if _DAY.fullmatch(text) else "")


_SHOW: Mapping[str, Callable[[str, object, Index], Cell]] = {
    "party": lambda shown, value, index: index.link(value, shown),
    "dataset": lambda shown, value, index: index.link(value, shown),
    "release": lambda shown, value, index: index.link(value, shown),
    "parties": lambda _, value, index: Cell(" → ".join(index.label(v, "party") for v in _texts(value)), style="chain"),
    "datasets": lambda _, value, index: Cell(", ".join(index.label(v, "dataset") for v in _texts(value)), style="id"),
    "releases": lambda _, value, index: Cell(", ".join(index.label(v, "release") for v in _texts(value)), style="id"),
    "grade": lambda _, value, __: Cell(clean(str(value)), style="grade"),
    "number": lambda _, value, __: Cell(figure_of(value), style="number"),
    "chance": lambda _, value, __: Cell(percent(value), style="number"),
    "truth": lambda _, value, __: Cell(word=PageWord("yes" if value else "no")),
    **dict.fromkeys(
        ("refused", "dimension", "scope", "listed", "basis", "consent", "sale"),
        lambda shown, value, _: Cell(word=PageWord.of(shown, value)),
    ),
    "kind": lambda shown, value, _: Cell(word=PageWord.of(shown, value)),
    **dict.fromkeys(("verdict", "claim", "contradiction"), lambda shown, value, _: _word_or_plain(shown, value)),
}


def _texts(value: object) -> list[str]:
    return [clean(str(one)) for one in value] if isinstance(value, list | tuple) else []


def _numbers(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        return []
    return [
        (
            f"{number_label(name, 'en')}: {_worded(name, one, 'en')}",
            f"{number_label(name, 'zh')}：{_worded(name, one, 'zh')}",
        )
        for name, one in ((clean(str(name)), one) for name, one in value.items())
        if one is not None
    ]


def _worded(name: str, value: object, lang: str) -> str:
    if isinstance(value, list | tuple):
        return (", " if lang == "en" else "、").join(number_value(name, clean(str(one)), lang) for one in value)
    return number_value(name, figure_of(value), lang)


def _word_or_plain(table: str, value: object) -> Cell:
    """A word of the tool's own; what a person wrote stays as it is."""
    word = PageWord.known(table, value)
    return _plain(value) if word is None else Cell(word=word)
