"""The tables of the part for experts: which rows, in which order, and how each value is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from tracer.export.drawing.text import SENTENCES, clean
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.facts import Cell, Index, PageWord, Shown, figure, figure_of
from tracer.graph.model import GRADES
from tracer.wording.claims import CLAIM_REFS, number_label, number_value
from tracer.wording.columns import SECTIONS, PageSection, SectionColumn
from tracer.wording.voice import percent

MOST_ROWS = 100
"""Rows of one table, the best founded; `tracer query` prints all."""
_ELSEWHERE = frozenset({"datasets", "parties", "warnings"})
"""Queries whose rows the page shows in sections of their own."""
_ENDS = {
    "derivations": ("parent", "child"),
    "retention": ("release", "seen_in"),
    "attributions": ("release", "dataset"),
}
"""Query -> the columns that name both ends of what a step's card says."""


def tables(leaving: Outgoing, index: Index) -> list[Shown]:
    """All tables in order, then those queries' rows that none of them knows, with the columns they have."""
    known = {section.name for section in SECTIONS} | _ELSEWHERE
    shown = [_shown(section, leaving, index) for section in SECTIONS]
    for name in sorted(set(leaving.rows) - known):
        keys = list(dict.fromkeys(key for row in leaving.rows[name] for key in row))
        shown.append(_shown(PageSection(name, tuple(SectionColumn(key) for key in keys)), leaving, index))
    return shown


def strongest_rows(rows: Sequence[FindingRow]) -> list[FindingRow]:
    """The rows of a table that the page shows: best grade first, then the most probable, of chains the longest; rows
    that have none of it keep their order."""

    def strength(row: FindingRow) -> tuple[int, float, int]:
        grade, probability = row.get("grade"), row.get("probability")
        place = GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else -1
        return (-place, -probability if isinstance(probability, float) else 0.0, -len(_texts(row.get("chain"))))

    return sorted(rows, key=strength)[:MOST_ROWS]


def _shown(section: PageSection, leaving: Outgoing, index: Index) -> Shown:
    rows = leaving.rows.get(section.name, ())
    heads = [PageWord.of("col", column.head or column.key) for column in section.columns]
    shown = [_row(section, row, index) for row in leaving.worded(strongest_rows(rows))]
    return {"name": section.name, "heads": heads, "rows": shown, "more": max(len(rows) - MOST_ROWS, 0)}


def _row(section: PageSection, row: FindingRow, index: Index) -> Shown:
    ends = _ENDS.get(section.name, ("", ""))
    card = index.lines.get((section.name, str(row.get(ends[0])), str(row.get(ends[1]))), "")
    brief = bool(card) or (section.brief_without is not None and not row.get(section.brief_without))
    return {
        "cells": [cell_of(column, row.get(column.key), index) for column in section.columns],
        "grade": str(row.get("grade") or ""),
        "reasons": [] if brief else _texts(row.get("reasons")),
        "numbers": [] if brief or _texts(row.get("reasons")) else _numbers(row.get("numbers"), index),
        "against": [] if brief else _texts(row.get("against")) or _texts(row.get("alternatives")),
        "quote": clean(str(row["quote"])) if row.get("quote") else "",
        "card": card,
    }


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def cell_of(column: SectionColumn, value: object, index: Index) -> Cell:
    """A value as its column shows it: a link, a word, a figure, or as it was written."""
    if value is None:
        return Cell("–")
    show = _SHOW.get(column.shown)
    return _plain(value) if show is None else show(column.shown, value, index)


def _plain(value: object) -> Cell:
    if isinstance(value, list | tuple):
        return Cell(", ".join(_texts(value)))
    return Cell(text := figure(value), style="day" if _DAY.fullmatch(text) else "")


def _number(value: object) -> Cell:
    english, chinese = figure_of(value, "en"), figure_of(value, "zh")
    return Cell(english, style="number", chinese="" if chinese == english else chinese)


def _word_or_plain(table: str, value: object) -> Cell:
    """A word of the tool's own; what a person wrote stays as it is."""
    known = PageWord.known(table, value)
    return _plain(value) if known is None else Cell(word=known)


_SHOW: Mapping[str, Callable[[str, object, Index], Cell]] = {
    **dict.fromkeys(("party", "dataset", "release"), lambda shown, value, index: index.link(value, shown)),
    "parties": lambda _, value, index: index.names(_texts(value), "party", " → ", "chain"),
    "datasets": lambda _, value, index: index.names(_texts(value), "dataset", ", "),
    "releases": lambda _, value, index: index.names(_texts(value), "release", ", ", "id"),
    "grade": lambda _, value, __: Cell(clean(str(value)), style="grade"),
    "number": lambda _, value, __: _number(value),
    "chance": lambda _, value, __: Cell(percent(value), style="number"),
    "truth": lambda _, value, __: Cell(word=PageWord("yes" if value else "no")),
    **dict.fromkeys(
        ("refused", "dimension", "scope", "listed", "basis", "consent", "sale", "kind"),
        lambda shown, value, _: Cell(word=PageWord.of(shown, value)),
    ),
    **dict.fromkeys(("verdict", "claim", "contradiction"), lambda shown, value, _: _word_or_plain(shown, value)),
}


def _texts(value: object) -> list[str]:
    return [clean(str(one), SENTENCES) for one in value] if isinstance(value, list | tuple) else []


def _numbers(value: object, index: Index) -> list[tuple[str, str]]:
    """What a test counted, in English and in Chinese."""
    if not isinstance(value, Mapping):
        return []

    def worded(name: str, one: object, lang: str) -> str:
        if isinstance(one, list | tuple):
            return (", " if lang == "en" else "、").join(worded(name, each, lang) for each in one)
        if name in CLAIM_REFS:
            named = index.link(one, CLAIM_REFS[name])
            return named.chinese or named.text if lang == "zh" else named.text
        return number_value(name, figure_of(one, lang), lang)

    counted = [(clean(str(name)), one) for name, one in value.items() if one is not None]
    return [
        (
            f"{number_label(name, 'en')}: {worded(name, one, 'en')}",
            f"{number_label(name, 'zh')}：{worded(name, one, 'zh')}",
        )
        for name, one in counted
    ]
