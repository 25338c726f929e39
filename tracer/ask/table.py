"""An answer as people read it: a table where its columns fit, one record after the other where they do not.

Columns in which no row has a value are left out, and named below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from rich.cells import cell_len

from tracer.ask.cells import json_value
from tracer.ask.column_words import cell, heading, truth
from tracer.ask.result import Column, ColumnType, Result
from tracer.visible import visible
from tracer.wording import word
from tracer.wording.terminal import folded

LIST_SHOWN = 4
"""Items of a list that a table shows; the rest is counted."""
ROWS_SHOWN = 200
"""Rows that a table shows; the rest is counted."""
_GAP = 2
"""Cells between two columns."""
_PROSE = 28
"""Cells that a column of sentences needs to be read with ease."""
_RIGHT = {ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.COUNT, ColumnType.MEASURE}
_NOTHING = "–"


def table_lines(result: Result, width: int, lang: str = "en") -> list[str]:
    """The answer in lines of at most `width` cells; `lang`: of headings and of the data's own words."""
    if not result.table.num_rows:
        return [word("table-no-rows", lang)]
    rows = [row for row, _ in zip(result.rows(), range(ROWS_SHOWN), strict=False)]
    told = [column for column in result.columns if not column.detail]
    columns = [column for column in told if any(row[column.name] is not None for row in rows)]
    texts = [[table_text(column, row[column.name], result.of, lang) for column in columns] for row in rows]
    columns = [replace(column, name=heading(column.name, lang)) for column in columns]
    needed = sum(_least(column, [row[at] for row in texts]) + _GAP for at, column in enumerate(columns)) - _GAP
    lines = list(_table(columns, texts, width) if needed <= width else _records(columns, texts, width))
    empty = [heading(column.name, lang) for column in told if all(row[column.name] is None for row in rows)]
    if empty:
        lines += folded(word("table-empty", lang, columns=", ".join(empty)), "", width)
    details = [column.name for column in result.columns if column.detail]
    if details:
        lines += folded(word("table-details", lang, columns=", ".join(details)), "", width)
    if result.table.num_rows > ROWS_SHOWN:
        rest = result.table.num_rows - ROWS_SHOWN
        lines.append(word("table-more", lang, n=rest))
    return lines


def _least(column: Column, texts: list[str]) -> int:
    """The cells that a column cannot do without: words are not broken, sentences need room."""
    words = max((cell_len(word) for text in texts for word in text.split()), default=0)
    whole = max((cell_len(line) for text in texts for line in text.splitlines()), default=0)
    broken = whole if column.type in _RIGHT else min(whole, max(words, _PROSE))
    return max(broken, cell_len(column.name))


def _table(columns: list[Column], texts: list[list[str]], width: int) -> Iterator[str]:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for at, column in enumerate(columns):
        right = column.type in _RIGHT
        table.add_column(
            Text(column.name),
            justify="right" if right else "left",
            overflow="fold",
            min_width=_least(column, [row[at] for row in texts]),
        )
    for row in texts:
        table.add_row(*(Text(text) for text in row))
    yield from _printed(table, width)


def _records(columns: list[Column], texts: list[list[str]], width: int) -> Iterator[str]:
    from rich.table import Table
    from rich.text import Text

    for number, row in enumerate(texts):
        if number:
            yield ""
        record = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
        record.add_column(no_wrap=True, min_width=max(cell_len(column.name) for column in columns))
        record.add_column(overflow="fold")
        for column, text in zip(columns, row, strict=True):
            if text != _NOTHING:
                record.add_row(Text(column.name), Text(text))
        yield from _printed(record, width)


def _printed(what: Any, width: int) -> Iterator[str]:
    import io

    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False, color_system=None, highlight=False, emoji=False).print(what)
    return (line.rstrip() for line in out.getvalue().splitlines())


def table_text(column: Column, value: Any, of: str = "", lang: str = "en") -> str:
    """A cell as a table shows it: thousands apart, four digits of a measure, lists cut and the cut shown.

    of: the named query whose column it is, which distinguishes the data's own words from people's.
    """
    plain = json_value(column, value)
    if isinstance(plain, bool):
        return truth(plain, lang)
    if isinstance(plain, str):
        plain = cell(of, column.name, plain, lang)
    return _NOTHING if plain is None else next(show(plain) for kind, show in _SHOWN if isinstance(plain, kind))


def _shown_list(items: list[Any]) -> str:
    shown = [visible(_plainly(item)) for item in items[:LIST_SHOWN]]
    more = [f"… {len(items) - LIST_SHOWN} more"] if len(items) > LIST_SHOWN else []
    if any(" " in item for item in shown):  # sentences: one a line
        return "\n".join([*(f"· {item}" for item in shown), *more])
    return ", ".join([*shown, *more])


def _plainly(value: Any) -> str:
    """A value within another one, on one line: what programs write as brackets and quotes, in words."""
    if value is None:
        return _NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{str(key).replace('_', ' ')} {_plainly(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_plainly(inner) for inner in value)
    return next((show(value) for kind, show in _SHOWN if isinstance(value, kind)), str(value))


_SHOWN: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (list, _shown_list),
    (bool, lambda value: "yes" if value else "no"),
    (int, lambda value: f"{value:,}"),
    (float, lambda value: f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"),
    (dict, lambda value: "\n".join(f"{visible(str(key))}: {visible(_plainly(value[key]))}" for key in value)),
    (str, visible),
)
