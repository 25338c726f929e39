"""Answers as json, ndjson, csv and parquet for programs, or as a table for people (`table`). One writer each.

Dates are ISO 8601; lists are arrays in JSON and joined by `; ` in csv. A csv cell never begins a formula.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from tracer.ask.result import Column, ColumnType, Result
from tracer.documents import json_of

_NUMERIC = re.compile(r"-?\d+\Z"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")
# Spreadsheets take these for formulas; `+86 138…` and negative numbers are none.
_FORMULA = re.compile(r"\s*(?:[=@]|[+-](?![\d.\s*()-]*\Z))|[\t\r]")


# The first type that fits says how a Python value is written in JSON; bool before int, datetime before date.
_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    ((bool, int, str, list, dict), lambda value: value),
    (float, lambda value: value if math.isfinite(value) else None),
    (Decimal, lambda value: int(value) if value == value.to_integral_value() else float(value)),  # sums are decimals
    (datetime, lambda value: value.isoformat(sep="T", timespec="seconds") + "Z"),
    (date, lambda value: value.isoformat()),
)


def json_value(column: Column, value: Any) -> Any:
    """A cell as the JSON value of its column's type."""
    if value is None:
        return None
    if column.type is ColumnType.JSON:
        return json_of(value)
    if column.type in (ColumnType.COUNT, ColumnType.MEASURE, ColumnType.SCALAR):
        return _number_or_text(value)
    return next((write_plain(value) for kind, write_plain in _PLAIN if isinstance(value, kind)), str(value))


def _number_or_text(value: Any) -> Any:
    text = str(value)
    if _NUMERIC[0].match(text):
        return int(text)
    return float(text) if _NUMERIC[1].match(text) else text


def json_rows(result: Result) -> Iterator[dict[str, Any]]:
    """The rows as JSON objects."""
    for row in result.rows():
        yield {column.name: json_value(column, row[column.name]) for column in result.columns}


def flat_text(column: Column, value: Any) -> str:
    """A cell as one text: empty where there is none."""
    plain = json_value(column, value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list):
        return "; ".join("" if item is None else str(item) for item in plain)
    if isinstance(plain, dict):
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return str(plain)


def without_formula(text: str) -> str:
    """A csv cell that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if _FORMULA.match(text) else text


def _write_json(result: Result, target: BinaryIO, _: int) -> None:
    rows = list(json_rows(result))
    target.write(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n")


def _write_ndjson(result: Result, target: BinaryIO, _: int) -> None:
    for row in json_rows(result):
        target.write(json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def _write_csv(result: Result, target: BinaryIO, _: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in result.columns)
    for row in result.rows():
        writer.writerow(without_formula(flat_text(column, row[column.name])) for column in result.columns)
    target.write(text.getvalue().encode())


def _write_parquet(result: Result, target: BinaryIO, _: int) -> None:
    import pyarrow.parquet as pq

    pq.write_table(result.table, target)


def _write_table(result: Result, target: BinaryIO, width: int) -> None:
    from tracer.ask.table import table_lines

    target.write(("\n".join(table_lines(result, width)) + "\n").encode())


WRITERS: Mapping[str, Callable[[Result, BinaryIO, int], None]] = {
    "table": _write_table,
    "json": _write_json,
    "ndjson": _write_ndjson,
    "csv": _write_csv,
    "parquet": _write_parquet,
}
"""The formats of `-f`."""


def write(result: Result, form: str, target: BinaryIO, width: int = 100) -> None:
    """Write an answer to `target` in one of `WRITERS`; `width` is the terminal's, in cells, for tables."""
    WRITERS[form](result, target, width)


def wrapped(text: str, first: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; `first` stands before the first one, spaces before the others.

    Lines break between words; a word is never broken unless it is wider than a line.
    """
    from rich.cells import cell_len, chop_cells

    before = " " * cell_len(first)
    room = max(20, width - len(before))
    lines, line = [], ""
    for word in text.split(" "):
        if line and cell_len(line) + 1 + cell_len(word) > room:
            lines.append(line)
            line = ""
        pieces = chop_cells(word, room) if cell_len(word) > room else [word]
        lines += pieces[:-1]
        line = f"{line} {pieces[-1]}" if line else pieces[-1]
    return [(first if number == 0 else before) + text for number, text in enumerate([*lines, line])]
