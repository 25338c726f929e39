"""How a value of a row is shown in its column: as a link, a word, a figure, or as it was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tracer.export.page.facts import Cell, Index, figure, figure_of
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.wording.claims import CLAIM_REFS, number_label, number_value
from tracer.wording.columns import SectionColumn
from tracer.wording.voice import percent


def cell_of(column: SectionColumn, value: object, index: Index) -> Cell:
    """A value as its column shows it."""
    if value is None:
        return Cell("–")
    show = _SHOW.get(column.shown)
    return _plain(value) if show is None else show(column.shown, value, index)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _plain(value: object) -> Cell:
    if isinstance(value, list | tuple):
        return Cell(", ".join(texts_of(value)))
    return Cell(text := figure(value), style="day" if _DAY.fullmatch(text) else "")


_SHOW: Mapping[str, Callable[[str, object, Index], Cell]] = {
    "party": lambda shown, value, index: index.link(value, shown),
    "dataset": lambda shown, value, index: index.link(value, shown),
    "release": lambda shown, value, index: index.link(value, shown),
    "parties": lambda _, value, index: index.names(texts_of(value), "party", " → ", "chain"),
    "datasets": lambda _, value, index: index.names(texts_of(value), "dataset", ", "),
    "releases": lambda _, value, index: index.names(texts_of(value), "release", ", ", "id"),
    "grade": lambda _, value, __: Cell(clean(str(value)), style="grade"),
    "number": lambda _, value, __: _number(value),
    "chance": lambda _, value, __: Cell(percent(value), style="number"),
    "truth": lambda _, value, __: Cell(word=PageWord("yes" if value else "no")),
    **dict.fromkeys(
        ("refused", "dimension", "scope", "listed", "basis", "consent", "sale"),
        lambda shown, value, _: Cell(word=PageWord.of(shown, value)),
    ),
    "kind": lambda shown, value, _: Cell(word=PageWord.of(shown, value)),
    **dict.fromkeys(("verdict", "claim", "contradiction"), lambda shown, value, _: _word_or_plain(shown, value)),
}


def _number(value: object) -> Cell:
    english, chinese = figure_of(value, "en"), figure_of(value, "zh")
    return Cell(english, style="number", chinese="" if chinese == english else chinese)


def texts_of(value: object) -> list[str]:
    """The texts of a list; none where it is not a list."""
    return [clean(str(one)) for one in value] if isinstance(value, list | tuple) else []


def numbers_of(value: object, index: Index) -> list[tuple[str, str]]:
    """What a test counted, in English and in Chinese."""
    if not isinstance(value, Mapping):
        return []
    return [
        (
            f"{number_label(name, 'en')}: {_worded(name, one, 'en', index)}",
            f"{number_label(name, 'zh')}：{_worded(name, one, 'zh', index)}",
        )
        for name, one in ((clean(str(name)), one) for name, one in value.items())
        if one is not None
    ]


def _worded(name: str, value: object, lang: str, index: Index) -> str:
    if isinstance(value, list | tuple):
        return (", " if lang == "en" else "、").join(_worded(name, one, lang, index) for one in value)
    if name in CLAIM_REFS:
        named = index.link(value, CLAIM_REFS[name])
        return named.chinese or named.text if lang == "zh" else named.text
    return number_value(name, figure_of(value, lang), lang)


def _word_or_plain(table: str, value: object) -> Cell:
    """A word of the tool's own; what a person wrote stays as it is."""
    word = PageWord.known(table, value)
    return _plain(value) if word is None else Cell(word=word)
