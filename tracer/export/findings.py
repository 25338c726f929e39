"""The findings that a page prints below its picture: rows of the documented views, with the contract's keys."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb

_JSON = frozenset({"numbers"})
"""Columns that hold JSON as text."""
_SQL = Path(__file__).parent / "sql" / "findings"


def findings_of(con: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, object]]]:
    """Rows by the named query's name, dates as text (ISO 8601). Not yet redacted: that is the gate's."""
    found: dict[str, list[dict[str, object]]] = {}
    for path in sorted(_SQL.glob("*.sql")):
        cursor = con.execute(path.read_text(encoding="utf-8"))
        names = [column[0] for column in cursor.description or []]
        found[path.stem] = [
            {name: _plain(name, value) for name, value in zip(names, row, strict=True)} for row in cursor.fetchall()
        ]
    return found


def _plain(name: str, value: object) -> object:
    if name in _JSON and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
