"""An answer: typed columns over one Arrow table, for every question, and its cells as JSON values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.documents import json_of
from tracer.wording import Voice, holds_codes, worded_table

if TYPE_CHECKING:
    import pyarrow as pa

_NUMERIC = re.compile(r"-?\d+\Z"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")


class ColumnType(Enum):
    """What a column holds, and how it is written."""

    TEXT = "text"
    ID = "id"
    INTEGER = "integer"
    NUMBER = "number"
    COUNT = "count"
    """A whole number, or that it is hidden; text in Arrow."""
    MEASURE = "measure"
    """A real number, or that it is hidden; text in Arrow."""
    DATE = "date"
    MOMENT = "moment"
    """A moment, UTC."""
    BOOLEAN = "boolean"
    LIST = "list"
    JSON = "json"
    SCALAR = "scalar"
    """A text that is written as a number where it is one: the value of a claim."""
    SENTENCE = "sentence"
    """A sentence. The SQL gives the reason that it is made of (`disclosure`)."""
    CODES = "codes"
    """JSON of the codes and numbers of a column of sentences; for programs, and declared by no query."""


@dataclass(frozen=True)
class Column:
    """One column of an answer."""

    name: str
    type: ColumnType
    text: str = ""
    detail: bool = False
    """Left out of tables: a reader would take it for another column's number."""


@dataclass(frozen=True)
class Result:
    """The rows of an answer."""

    columns: tuple[Column, ...]
    """In the order of the table's columns, with the same names."""
    table: pa.Table
    notes: tuple[str, ...] = ()
    """What the reader must know: that rows were cut, and how to get them."""
    of: str = ""

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows as Python values, batch by batch."""
        for batch in self.table.to_batches():
            yield from batch.to_pylist()


def json_value(column: Column, value: Any) -> Any:
    """A cell as the JSON value of its column's type."""
    if value is None:
        return None
    if column.type in (ColumnType.JSON, ColumnType.CODES):
        return json_of(value)
    if column.type in (ColumnType.COUNT, ColumnType.MEASURE, ColumnType.SCALAR):
        text = str(value)
        if _NUMERIC[0].match(text):
            return int(text)
        number = float(text) if _NUMERIC[1].match(text) else math.inf
        return number if math.isfinite(number) else text  # JSON has no number for what somebody wrote as 1e999
    if type(value) in _AS_IT_IS:  # nearly all of the cells of a long table
        return value
    return next((plain(value) for kind, plain in _PLAIN if isinstance(value, kind)), str(value))


_AS_IT_IS = (bool, int, str, list, dict)
# The first type that fits says how a Python value is written in JSON; bool before int, datetime before date.
_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (_AS_IT_IS, lambda value: value),
    (float, lambda value: value if math.isfinite(value) else None),
    (Decimal, lambda value: int(value) if value == value.to_integral_value() else float(value)),  # sums are decimals
    (datetime, lambda value: value.isoformat(sep="T", timespec="seconds") + "Z"),
    (date, lambda value: value.isoformat()),
)
_ARROW_TYPES: tuple[tuple[str, ColumnType], ...] = (
    ("is_boolean", ColumnType.BOOLEAN),
    ("is_integer", ColumnType.INTEGER),
    ("is_floating", ColumnType.NUMBER),
    ("is_decimal", ColumnType.NUMBER),
    ("is_date", ColumnType.DATE),
    ("is_timestamp", ColumnType.MOMENT),
    ("is_list", ColumnType.LIST),
)
"""Tests of `pyarrow.types`, by name: an answer that needs no Arrow does not load it."""


def with_codes(columns: tuple[Column, ...], table: pa.Table) -> tuple[Column, ...]:
    """The columns of a table of which `columns` are declared: those of codes follow them."""
    return (*columns, *(Column(field.name, ColumnType.CODES) for field in table.schema if holds_codes(field)))


def of_rows(columns: tuple[Column, ...], rows: Sequence[Mapping[str, Any]], voice: Voice, of: str = "") -> Result:
    """Rows that no query gives, as a result; `reasons` and `against` are reasons as the store holds them."""
    import pyarrow as pa

    from tracer.wording.arrow_types import REASONS

    kinds = {ColumnType.BOOLEAN: pa.bool_(), ColumnType.NUMBER: pa.float64(), ColumnType.INTEGER: pa.int64()}
    kinds |= {ColumnType.LIST: pa.list_(pa.string())}
    types = {one.name: kinds.get(one.type, pa.string()) for one in columns}
    types |= {name: REASONS for name in types if name in ("reasons", "against")}
    table = worded_table(pa.Table.from_pylist(list(rows), schema=pa.schema(list(types.items()))), voice)
    return Result(with_codes(columns, table), table, of=of)


def result_of_table(table: pa.Table, notes: tuple[str, ...] = ()) -> Result:
    """A result of a free query: columns by their Arrow types."""
    import pyarrow as pa

    columns = []
    for field in table.schema:
        found = (kind for test, kind in _ARROW_TYPES if getattr(pa.types, test)(field.type))
        columns.append(Column(field.name, ColumnType.CODES if holds_codes(field) else next(found, ColumnType.TEXT)))
    return Result(tuple(columns), table, notes)


def json_rows(result: Result) -> Iterator[dict[str, Any]]:
    """The rows as JSON objects."""
    for row in result.rows():
        yield {column.name: json_value(column, row[column.name]) for column in result.columns}


def flat_records(records: Sequence[Mapping[str, object]], notes: tuple[str, ...] = ()) -> Result:
    """Plain records, which all have the same keys, as a result: what is nested becomes JSON text."""
    import pyarrow as pa

    flat = [{key: _flat(value) for key, value in record.items()} for record in records]
    return result_of_table(pa.Table.from_pylist(flat), notes)


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
