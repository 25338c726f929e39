"""Reading with all threads what a transaction has not committed yet.

DuckDB reads a table by as many threads as its committed rows call for, so by one where all were written in the
transaction itself. Such rows are therefore read in pieces, united in front of a step that takes them in any order (a
sort, a grouping, a join's table): there the pieces are read at the same time, one by each thread.
"""

from __future__ import annotations

import duckdb

UNCOMMITTED = 36_028_797_018_960_000
"""DuckDB numbers the rows that a transaction has not committed yet from here; when it is committed, from 0."""
_LEAST = 100_000
"""Rows of a piece; fewer are not worth a thread."""


def pieces(con: duckdb.DuckDBPyConnection, rows: int) -> list[str]:
    """SQL conditions on `rowid` that part the rows of any table, evenly where it has so many uncommitted ones."""
    threads = int(con.execute("SELECT current_setting('threads')").fetchall()[0][0])
    number = max(1, min(threads, rows // _LEAST))
    bounds = [UNCOMMITTED + rows * piece // number for piece in range(1, number)]
    starts = ["true", *(f"rowid >= {bound}" for bound in bounds)]
    ends = [*(f"rowid < {bound}" for bound in bounds), "true"]
    return [f"{start} AND {end}" for start, end in zip(starts, ends, strict=True)]


def united(con: duckdb.DuckDBPyConnection, columns: str, table: str, rows: int, where: str = "true") -> str:
    """SQL of the columns of those rows of a table for which a condition holds, in pieces."""
    return " UNION ALL ".join(f"SELECT {columns} FROM {table} WHERE {where} AND {piece}" for piece in pieces(con, rows))
