"""The tables below the picture: which rows in which order with which columns, as one table of data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.export.gate import FindingRow, Findings
from tracer.export.page.facts import Cell, Index, figure, figure_of, percent
from tracer.export.page.inside import Word
from tracer.export.page.text import clean
from tracer.graph.model import GRADES
from tracer.wording.claims import number_label, number_value

MOST_ROWS = 400
"""Rows of one table, the best founded; `tracer query` prints all."""


@dataclass(frozen=True)
class Column:
    """One column: a key of the rows and how its values are shown."""

    key: str
    shown: str = "text"
    """`party`, `dataset`, `release` (links), `parties`, `datasets`, `releases` (lists of labels), `grade`, `number`,
    `text`, or the first part of words (`kind`: the value v is the word `kind-v`)."""
    head: str = ""
    """What its heading says where the key's own word is another table's."""


@dataclass(frozen=True)
class Section:
    """One table."""

    name: str
    columns: tuple[Column, ...]
    brief_without: str | None = None
    """A key of truth: rows in which it is false are shown in one line each, their reasons being reasons against."""


SECTIONS = (
    Section(
        "retention",
        (
            Column("grade", "grade"),
            Column("reading", "kind"),
            Column("vendor", "party"),
            Column("client", "party"),
            Column("release", "release"),
            Column("seen_in", "dataset"),
            Column("seen_with", "party"),
            Column("first_seen"),
            Column("after_end", "truth"),
            Column("probability", "chance"),
        ),
    ),
    Section(
        "resale-chains",
        (
            Column("grade", "grade"),
            Column("chain", "parties"),
            Column("datasets", "datasets"),
            Column("first_seen"),
            Column("last_seen"),
        ),
    ),
    Section(
        "attributions",
        (
            Column("grade", "grade"),
            Column("dataset", "dataset"),
            Column("release", "release"),
            Column("recipient", "party"),
            Column("accused", "truth"),
            Column("canaries_seen", "number"),
            Column("canaries_planted", "number"),
            Column("rows_matched", "number"),
            Column("error", "number"),
            Column("test", "by"),
        ),
        brief_without="accused",
    ),
    Section(
        "derivations",
        (
            Column("grade", "grade"),
            Column("parent", "dataset"),
            Column("child", "dataset"),
            Column("shared", "number"),
            Column("share_of_child", "number"),
            Column("via", "dataset"),
            Column("probability", "chance"),
        ),
    ),
    Section(
        "vintage",
        (
            Column("client", "party"),
            Column("source", "dataset"),
            Column("dataset", "dataset"),
            Column("from_day"),
            Column("to_day"),
            Column("best"),
            Column("matched", "number"),
            Column("rate", "number", "taken"),
            Column("releases", "releases"),
            Column("probability", "chance"),
        ),
    ),
    Section(
        "claims",
        (
            Column("verdict", "verdict"),
            Column("party", "party"),
            Column("about", "party"),
            Column("kind", "claim"),
            Column("value"),
            Column("dataset", "dataset"),
            Column("p_value", "number"),
        ),
    ),
    Section(
        "after-refusal",
        (
            Column("what", "refused"),
            Column("client", "party"),
            Column("refusals", "dataset"),
            Column("of", "release"),
            Column("party", "party"),
            Column("people", "number"),
            Column("events", "number"),
            Column("first_day"),
            Column("last_day"),
        ),
    ),
    Section(
        "complaint-rates",
        (
            Column("dimension", "dimension"),
            Column("name"),
            Column("calls", "number"),
            Column("complaints", "number"),
            Column("rate", "number"),
            Column("low", "number"),
            Column("high", "number"),
            Column("p_value", "number"),
            Column("needed", "number"),
        ),
    ),
    Section(
        "lines",
        (
            Column("line"),
            Column("vendor", "party"),
            Column("carrier", "party"),
            Column("province"),
            Column("hand", "number"),
            Column("inferred", "number"),
            Column("rule"),
            Column("bound"),
            Column("examined", "number"),
            Column("violations", "number"),
        ),
    ),
    Section(
        "counts",
        (
            Column("scope", "scope"),
            Column("party", "party"),
            Column("counterparty", "party"),
            Column("list"),
            Column("lists", "number"),
            Column("raw", "number"),
            Column("repeated", "number"),
            Column("untrue", "number"),
            Column("people", "number"),
            Column("together", "number"),
        ),
    ),
    Section(
        "consent",
        (
            Column("what", "listed"),
            Column("list"),
            Column("party", "party"),
            Column("client", "party"),
            Column("collected_under", "basis"),
            Column("used_under", "basis"),
            Column("state", "consent"),
            Column("refused", "number"),
            Column("purged"),
        ),
    ),
    Section(
        "sales",
        (
            Column("state", "sale"),
            Column("seller", "party"),
            Column("buyer", "party"),
            Column("date"),
            Column("evidence"),
            Column("parent", "dataset"),
            Column("child", "dataset"),
            Column("probability", "chance"),
            Column("opposite", "chance"),
        ),
    ),
    Section(
        "contradictions",
        (
            Column("what", "contradiction"),
            Column("about", "party"),
            Column("kind", "claim"),
            Column("party_a", "party"),
            Column("value_a"),
            Column("said_a"),
            Column("party_b", "party"),
            Column("value_b", "verdict"),
            Column("said_b"),
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
    heads: list[Word]
    rows: list[ShownRow]
    more: int = 0
    """Rows that are not shown: the weakest."""


def tables(findings: Findings, index: Index, walks: frozenset[int] = frozenset()) -> list[ShownSection]:
    """All sections in order, then those queries' rows the table above does not know, with the columns they have."""
    known = {section.name for section in SECTIONS} | _ELSEWHERE
    shown = [_shown(section, findings.get(section.name, ()), index) for section in SECTIONS]
    for name in sorted(set(findings) - known):
        keys = list(dict.fromkeys(key for row in findings[name] for key in row))
        shown.append(_shown(Section(name, tuple(Column(key) for key in keys)), findings[name], index))
    return [_walkable(one, walks) if one.name == "resale-chains" else one for one in shown]


def _walkable(section: ShownSection, walks: frozenset[int]) -> ShownSection:
    """Chains with their numbers, where the picture has them: both sort them in the same way."""
    rows = [replace(row, walk=number if number in walks else None) for number, row in enumerate(section.rows)]
    return replace(section, rows=rows)


def _shown(section: Section, rows: Sequence[FindingRow], index: Index) -> ShownSection:
    heads = [Word.of("col", column.head or column.key) for column in section.columns]
    ordered = sorted(rows, key=_strength)
    shown = [_row(section, row, index) for row in ordered[:MOST_ROWS]]
    return ShownSection(section.name, heads, shown, max(len(rows) - MOST_ROWS, 0))


def _strength(row: FindingRow) -> tuple[int, float, int]:
    """Best grade first, then the most probable, of chains the longest; rows that have none of it keep their order."""
    grade, probability = row.get("grade"), row.get("probability")
    place = GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else -1
    return (-place, -probability if isinstance(probability, float) else 0.0, -len(_texts(row.get("chain"))))


def _row(section: Section, row: FindingRow, index: Index) -> ShownRow:
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


def _cell(column: Column, value: object, index: Index) -> Cell:
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
    "truth": lambda _, value, __: Cell(word=Word("yes" if value else "no")),
    **dict.fromkeys(
        ("refused", "dimension", "scope", "listed", "basis", "consent", "sale"),
        lambda shown, value, _: Cell(word=Word.of(shown, value)),
    ),
    "kind": lambda shown, value, _: Cell(word=Word.of(shown, value)),
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
    word = Word.known(table, value)
    return _plain(value) if word is None else Cell(word=word)
