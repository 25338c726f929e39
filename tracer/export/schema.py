"""What the columns of exported rows hold, for formats that have types: as their query says, else as they look."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODES = "_code"
"""What the column of the codes of sentences ends in, with an s or without."""


@dataclass(frozen=True)
class RowColumn:
    """One column of exported rows."""

    name: str
    type: str
    """A column type of a query: `text`, `id`, `integer`, `count`, `number`, `date`, `moment`, `boolean`, `list` …"""
    text: str = ""
    """What it means; empty where no query says so."""


@dataclass(frozen=True)
class RowSchema:
    """What a query answers, and its columns."""

    answers: str
    columns: tuple[RowColumn, ...]


def columns_of(rows: Sequence[Mapping[str, Any]], schema: RowSchema | None, names: Sequence[str]) -> list[RowColumn]:
    """The columns `names` of rows: declared, or judged by all values."""
    known = {column.name: column for column in schema.columns} if schema is not None else {}
    return [known.get(name) or RowColumn(name, _looks(name, [row.get(name) for row in rows])) for name in names]


def _looks(name: str, values: Sequence[Any]) -> str:
    if name.removesuffix("s").endswith(_CODES):
        return "codes"
    kinds = {type(value) for value in values if value is not None}
    for kind, word in ((bool, "boolean"), (int, "integer"), (list, "list"), (tuple, "list"), (dict, "json")):
        if kinds == {kind}:
            return word
    if kinds and kinds <= {int, float}:
        return "number"
    if kinds == {str} and all(_DAY.fullmatch(value) for value in values if value is not None):
        return "date"
    return "text"
