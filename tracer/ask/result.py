"""An answer: typed columns over one Arrow table, for every question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from tracer.wording import holds_codes

if TYPE_CHECKING:
    import pyarrow as pa


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


def untyped(table: pa.Table, notes: tuple[str, ...] = ()) -> Result:
    """A result of a free query: columns by their Arrow types."""
    import pyarrow as pa

    columns = []
    for field in table.schema:
        found = (kind for test, kind in _ARROW_TYPES if getattr(pa.types, test)(field.type))
        columns.append(Column(field.name, ColumnType.CODES if holds_codes(field) else next(found, ColumnType.TEXT)))
    return Result(tuple(columns), table, notes)
