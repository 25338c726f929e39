"""Answers as json, ndjson, csv and parquet for programs, or as a table for people (`table`). One writer each.

Dates are ISO 8601; lists are arrays in JSON and joined by `; ` in csv. A csv cell never begins a formula. Next to
sentences programs get their codes and numbers, which are JSON texts where a cell holds one text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from tracer.ask.cells import json_value
from tracer.ask.result import Column, ColumnType, Result, untyped
from tracer.visible import defused

BINARY = frozenset({"parquet"})
"""Formats of rows that are not text."""


def json_rows(result: Result) -> Iterator[dict[str, Any]]:
    """The rows as JSON objects."""
    for row in result.rows():
        yield {column.name: json_value(column, row[column.name]) for column in result.columns}


def flat_records(records: Sequence[Mapping[str, object]], notes: tuple[str, ...] = ()) -> Result:
    """Plain records, which all have the same keys, as a result: what is nested becomes JSON text."""
    import pyarrow as pa

    flat = [{key: _flat(value) for key, value in record.items()} for record in records]
    return untyped(pa.Table.from_pylist(flat), notes)


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value]
    return value


def rendered(result: Result, form: str, *, width: int = 100, lang: str = "en") -> str | bytes:
    """A result in one of `WRITERS`; bytes where that is not text."""
    buffer = io.BytesIO()
    write(result, form, buffer, width, lang)
    return buffer.getvalue() if form in BINARY else buffer.getvalue().decode()


def flat_text(column: Column, value: Any) -> str:
    """A cell as one text: empty where there is none."""
    plain = json_value(column, value)
    if column.type is ColumnType.CODES and plain is not None:
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, list):
        return "; ".join("" if item is None else str(item) for item in plain)
    if isinstance(plain, dict):
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return str(plain)


def _write_json(result: Result, target: BinaryIO, _: int, __: str) -> None:
    rows = list(json_rows(result))
    target.write(json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n")


def _write_ndjson(result: Result, target: BinaryIO, _: int, __: str) -> None:
    for row in json_rows(result):
        target.write(json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n")


def _write_csv(result: Result, target: BinaryIO, _: int, __: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in result.columns)
    for row in result.rows():
        writer.writerow(defused(flat_text(column, row[column.name])) for column in result.columns)
    target.write(text.getvalue().encode())


def _write_parquet(result: Result, target: BinaryIO, _: int, __: str) -> None:
    import pyarrow.parquet as pq

    pq.write_table(result.table, target)


def _write_table(result: Result, target: BinaryIO, width: int, lang: str) -> None:
    from tracer.ask.table import table_lines

    target.write(("\n".join(table_lines(result, width, lang)) + "\n").encode())


WRITERS: Mapping[str, Callable[[Result, BinaryIO, int, str], None]] = {
    "table": _write_table,
    "json": _write_json,
    "ndjson": _write_ndjson,
    "csv": _write_csv,
    "parquet": _write_parquet,
}
"""The formats of `-f`."""


def write(result: Result, form: str, target: BinaryIO, width: int = 100, lang: str = "en") -> None:
    """Write an answer to `target` in one of `WRITERS`.

    width: the terminal's, in cells, for tables; lang: of the headings of tables and of the data's own words in them.
    """
    WRITERS[form](result, target, width, lang)
