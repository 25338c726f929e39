"""Installing the schema and reading a case's named values."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

_HERE = Path(__file__).parent
_VIEWS = "views"
"""Named value: the digest of the views that the case has."""


def install_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Create all base tables and documented views in the current catalog of `con`."""
    con.execute((_HERE / "schema.sql").read_text(encoding="utf-8"))
    refresh_views(con)


def refresh_views(con: duckdb.DuckDBPyConnection) -> None:
    """Put this version's documented views in the place of those of the version that made the case."""
    text = (_HERE / "views.sql").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    if read_meta(con, _VIEWS) != digest:
        con.execute(text)
        write_meta(con, _VIEWS, digest)


def read_meta(con: duckdb.DuckDBPyConnection, name: str, default: str = "") -> str:
    """The value kept under `name`, or `default`."""
    row = con.execute("SELECT value FROM meta WHERE name = $name", {"name": name}).fetchone()
    return default if row is None else str(row[0])


def write_meta(con: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Keep `value` under `name`."""
    con.execute(
        "INSERT INTO meta VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        {"name": name, "value": value},
    )
