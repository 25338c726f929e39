"""Answers as json, ndjson, csv and parquet for programs, or as a table for people (`table`).

Dates are ISO 8601; lists are arrays in JSON and joined by `; ` in csv. A csv cell never begins a formula. Next to
sentences programs get their codes and numbers, which are JSON texts where a cell holds one text.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tracer.ask.result import Column, ColumnType, Result, json_value, untyped
from tracer.visible import defused


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
        return _json_text(value)
    if isinstance(value, list | tuple):
        return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value]
    return str(value) if isinstance(value, Path) else value


_json_text = partial(json.dumps, ensure_ascii=False, sort_keys=True)


def flat_text(column: Column, value: Any) -> str:
    """A cell as one text: empty where there is none."""
    plain = json_value(column, value)
    if plain is None:
        return ""
    if column.type is ColumnType.CODES or isinstance(plain, dict | bool):
        return _json_text(plain)
    if isinstance(plain, list):
        return "; ".join("" if item is None else str(item) for item in plain)
    return str(plain)


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
