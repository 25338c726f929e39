"""Single cells of an answer: as JSON values, and long texts in lines of a terminal's width."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracer.ask.result import Column, ColumnType
from tracer.documents import json_of

_NUMERIC = re.compile(r"-?\d+\Z"), re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")

_AS_IT_IS = (bool, int, str, list, dict)
# The first type that fits says how a Python value is written in JSON; bool before int, datetime before date.
_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (_AS_IT_IS, lambda value: value),
    (float, lambda value: value if math.isfinite(value) else None),
    (Decimal, lambda value: int(value) if value == value.to_integral_value() else float(value)),  # sums are decimals
    (datetime, lambda value: value.isoformat(sep="T", timespec="seconds") + "Z"),
    (date, lambda value: value.isoformat()),
)


def json_value(column: Column, value: Any) -> Any:
    """A cell as the JSON value of its column's type."""
    if value is None:
        return None
    if column.type in (ColumnType.JSON, ColumnType.CODES):
        return json_of(value)
    if column.type in (ColumnType.COUNT, ColumnType.MEASURE, ColumnType.SCALAR):
        return _number_or_text(value)
    if type(value) in _AS_IT_IS:  # nearly all of the cells of a long table
        return value
    return next((write_plain(value) for kind, write_plain in _PLAIN if isinstance(value, kind)), str(value))


def _number_or_text(value: Any) -> Any:
    text = str(value)
    if _NUMERIC[0].match(text):
        return int(text)
    return float(text) if _NUMERIC[1].match(text) else text
