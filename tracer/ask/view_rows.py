"""Rows of the documented views as answers read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import duckdb

from tracer.policy import masked_row

Narrowed: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes out of a row what must stay hidden, for an answer that leaves."""


def view_rows(
    con: duckdb.DuckDBPyConnection, statement: str, bound: Mapping[str, Any] | None = None, narrowed: Narrowed = dict
) -> list[dict[str, Any]]:
    """The rows of a statement by their columns, words of people masked; reasons stay as they are."""
    cursor = con.execute(statement, dict(bound or {}))
    columns = [column[0] for column in cursor.description or []]
    return [narrowed(masked_row(dict(zip(columns, row, strict=True)))) for row in cursor.fetchall()]
