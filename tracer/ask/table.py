"""An answer as people read it: a table where its columns fit, one record after the other where they do not.

Columns in which no row has a value are left out, and named below. Headings and the data's own words are in the reader's
language, where the catalogues have them; English keeps the keys of JSON, by which parameters and fields are given.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from tracer.ask.result import Column, ColumnType, Result, flat_text, json_rows, json_value
from tracer.late_imports import imported_when_used
from tracer.visible import defused, visible
from tracer.wording import data_word, key_of, word
from tracer.wording.columns import SECTIONS
from tracer.wording.terminal import wrapped_lines

with imported_when_used():
    from rich.cells import cell_len

LIST_SHOWN, RECORD_SHOWN = 4, 2
"""Items of a list that a table shows, and that a record shows; the rest is counted."""
ROWS_SHOWN = 200
"""Rows that a table shows; the rest is counted."""
_COUNTED = {"rejects": ("reason", "of_reason")}
"""Query -> what its rows are counted by, and the column that says how many there are: shown before they are listed."""
_GAP = 3
"""Cells between two columns: their padding, and the blank that the box draws."""
_PROSE = 28
"""Cells that a column of sentences needs to be read with ease."""
_RIGHT = {ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.COUNT, ColumnType.MEASURE}
_NOTHING = "–"
_FACTS = " · "
"""Between two facts of a record."""
ALWAYS = {"reading": "kind", "verdict": "verdict", "role": "role", "basis": "basis", "event": "event"}
"""Column -> table of words, in whatever rows it is."""


def column_heading(column: str, lang: str) -> str:
    """What a column is called.

    >>> column_heading("seen_in", "zh"), column_heading("seen_in", "en"), column_heading("no_such", "zh")
    ('出现于', 'seen_in', 'no_such')
    """
    key = None if lang == "en" else key_of("page-col", column)
    return column if key is None else word(key, lang)


def cell(of: str, column: str, text: str, lang: str) -> str:
    """A word of the data in a column of the query or section `of`; anything else as it is.

    >>> cell("retention", "reading", "passed_on", "zh"), cell("datasets", "format", "csv", "zh")
    ('转出', 'csv')
    """
    table = None if lang == "en" else _tables().get((of, column), ALWAYS.get(column))
    return text if table is None else data_word(f"page-{table}", text, lang)


@cache
def _tables() -> dict[tuple[str, str], str]:
    return {
        (section.name, column.key): column.shown
        for section in SECTIONS
        for column in section.columns
        if column.shown not in ("grade", "text")
    }


def truth(value: bool, lang: str) -> str:
    """Yes or no."""
    return word("page-yes" if value else "page-no", lang) if lang != "en" else "yes" if value else "no"


def table_lines(result: Result, width: int, lang: str = "en") -> list[str]:
    """The answer in lines of at most `width` cells; `lang`: of headings and of the data's own words."""
    if not result.table.num_rows:
        return [word("table-no-rows", lang)]
    rows = [row for row, _ in zip(result.rows(), range(ROWS_SHOWN), strict=False)]
    by, count = _COUNTED.get(result.of, ("", ""))
    told = [
        column
        for column in result.columns
        if not column.detail and column.type is not ColumnType.CODES and column.name != count
    ]
    # Rows that are not shown count, too: a column that is left out must be empty.
    empty = {
        column.name
        for column, values in zip(result.columns, result.table.itercolumns(), strict=True)
        if values.null_count == result.table.num_rows
    }
    columns = [column for column in told if column.name not in empty]
    named = [replace(column, name=column_heading(column.name, lang)) for column in columns]

    def texts(most: int) -> list[list[str]]:
        return [[table_text(column, row[column.name], result.of, lang, most) for column in columns] for row in rows]

    whole = texts(LIST_SHOWN)
    needed = sum(_least(column, [row[at] for row in whole]) + _GAP for at, column in enumerate(named)) - _GAP
    counts = sorted({(-row[count], row[by]) for row in result.rows()}) if by else []
    lines = [line for n, what in counts for line in wrapped_lines(visible(what), f"{-n:>9,}  ", width)]
    lines += [""] if counts else []
    lines += _table(named, whole, width) if needed <= width else _records(named, texts(RECORD_SHOWN), width)
    left_out = [column_heading(column.name, lang) for column in told if column.name in empty]
    if left_out:
        lines += wrapped_lines(word("table-empty", lang, columns=", ".join(left_out)), "", width)
    details = [column.name for column in result.columns if column.detail]
    if details:
        lines += wrapped_lines(word("table-details", lang, columns=", ".join(details)), "", width)
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
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for at, column in enumerate(columns):
        table.add_column(
            Text(column.name),
            justify="right" if column.type in _RIGHT else "left",
            overflow="fold",
            min_width=_least(column, [row[at] for row in texts]),
        )
    for row in texts:
        table.add_row(*map(Text, row))
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=False, color_system=None, highlight=False, emoji=False).print(table)
    yield from (line.rstrip() for line in out.getvalue().splitlines())


def _records(columns: list[Column], texts: list[list[str]], width: int) -> Iterator[str]:
    """Each row as a block: facts flow, as many on a line as have room; sentences follow below their column's name."""
    for number, row in enumerate(texts):
        if number:
            yield ""
        told = [(column.name, text) for column, text in zip(columns, row, strict=True) if text != _NOTHING]
        sentences = [(name, text) for name, text in told if "\n" in text or text.startswith("· ")]
        line = ""
        for fact in (f"{name} {text}" for name, text in told if (name, text) not in sentences):
            longer = f"{line}{_FACTS}{fact}" if line else fact
            if line and cell_len(longer) > width:
                yield from wrapped_lines(line, "", width)
                longer = fact
            line = longer
        yield from wrapped_lines(line, "", width)
        for name, text in sentences:
            yield name
            for one in text.splitlines():
                first, _, rest = one.partition(" ") if one.startswith("· ") else ("", "", one)
                yield from wrapped_lines(rest, f"  {first} " if first else "    ", width)


def table_text(column: Column, value: Any, of: str = "", lang: str = "en", most: int = LIST_SHOWN) -> str:
    """A cell as a table shows it: thousands apart, four digits of a measure, lists cut and the cut shown.

    of: the named query whose column it is, which distinguishes the data's own words from people's; most: items of a
    list.
    """
    plain = json_value(column, value)
    if isinstance(plain, bool):
        return truth(plain, lang)
    if isinstance(plain, str):
        plain = cell(of, column.name, plain, lang)
    if plain in (None, []):
        return _NOTHING
    if not isinstance(plain, list):
        return next(show(plain) for kind, show in _SHOWN if isinstance(plain, kind))
    shown = [visible(_inner_text(item)) for item in plain[:most]]
    more = [word("table-items", lang, n=len(plain) - most)] if len(plain) > most else []
    if any(" " in item for item in shown):  # sentences: one a line
        return "\n".join([*(f"· {item}" for item in shown), *more])
    return ", ".join([*shown, *more])


def _inner_text(value: Any) -> str:
    """A value within another one, on one line: what programs write as brackets and quotes, in words."""
    if value is None:
        return _NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{str(key).replace('_', ' ')} {_inner_text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_inner_text(inner) for inner in value)
    return next((show(value) for kind, show in _SHOWN if isinstance(value, kind)), str(value))


_SHOWN: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (int, lambda value: f"{value:,}"),
    (float, lambda value: f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"),
    (dict, lambda value: "\n".join(f"{visible(str(key))}: {visible(_inner_text(value[key]))}" for key in value)),
    (str, visible),
)


def rendered(result: Result, form: str, *, width: int = 100, lang: str = "en") -> str | bytes:
    """A result in one of `FORMS`; bytes where that is not text.

    width: the terminal's, in cells, for tables; lang: of the headings of tables and of the data's own words in them.
    """
    if form == "parquet":
        import pyarrow.parquet as pq

        buffer = io.BytesIO()
        pq.write_table(result.table, buffer)
        return buffer.getvalue()
    if form == "table":
        from tracer.ask.table import table_lines

        return "\n".join(table_lines(result, width, lang)) + "\n"
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(column.name for column in result.columns)
        for row in result.rows():
            writer.writerow(defused(flat_text(column, row[column.name])) for column in result.columns)
        return text.getvalue()
    if form == "json":
        return json.dumps(list(json_rows(result)), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in json_rows(result))


FORMS = ("table", "json", "ndjson", "csv", "parquet")
"""The formats of `-f`."""
