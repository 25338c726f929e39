"""What a statement reads that is not stored: Arrow tables, values; and rows that are not committed yet, in pieces.

DuckDB reads a table by as many threads as its committed rows call for, so by one where all were written in the
transaction itself. Such rows are therefore read in pieces, united in front of a step that takes them in any order (a
sort, a grouping, a join's table): there the pieces are read at the same time, one by each thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def registered(con: duckdb.DuckDBPyConnection, **tables: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
    """Arrow tables under names of their own for as long as the block runs."""
    for name, table in tables.items():
        con.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            con.unregister(name)


@contextmanager
def given_values(con: duckdb.DuckDBPyConnection, values: pa.Array) -> Iterator[str]:
    """SQL for a column of values, for as long as the block runs: each value that is bound in a list costs a search for
    modules that are not installed."""
    import pyarrow as pa

    with registered(con, values_given=pa.table({"value": values})):
        yield "(SELECT value FROM values_given)"


def temp_table(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Put them into a TEMP table, in the place of one of that name."""
    with registered(con, rows_given=rows):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM rows_given")


def given(values: Iterable[int] | Iterable[str]) -> str:
    """Distinct values in order as one text to bind, without Arrow, which takes longer to load than most look-ups do.

    A statement reads it by `unnest(from_json($name, '["VARCHAR"]'))`.

    Each value that is bound in a list costs a search for modules that are not installed. Raises `UnicodeEncodeError`
    for halves of characters, which DuckDB's texts cannot hold.
    """
    text = json.dumps(sorted(set(values)), ensure_ascii=False)
    text.encode("utf-8")
    return text


UNCOMMITTED = 36_028_797_018_960_000
"""DuckDB numbers the rows that a transaction has not committed yet from here; when it is committed, from 0."""
_LEAST = 100_000
"""Rows of a piece; fewer are not worth a thread."""


def row_ranges(con: duckdb.DuckDBPyConnection, rows: int) -> list[str]:
    """SQL conditions on `rowid` that part the rows of any table, evenly where it has so many uncommitted ones."""
    threads = int(con.execute("SELECT current_setting('threads')").fetchall()[0][0])
    number = max(1, min(threads, rows // _LEAST))
    bounds = [UNCOMMITTED + rows * piece // number for piece in range(1, number)]
    starts = ["true", *(f"rowid >= {bound}" for bound in bounds)]
    ends = [*(f"rowid < {bound}" for bound in bounds), "true"]
    return [f"{start} AND {end}" for start, end in zip(starts, ends, strict=True)]


def united(con: duckdb.DuckDBPyConnection, columns: str, table: str, rows: int, where: str = "true") -> str:
    """SQL of the columns of those rows of a table for which a condition holds, in pieces."""
    return " UNION ALL ".join(
        f"SELECT {columns} FROM {table} WHERE {where} AND {piece}" for piece in row_ranges(con, rows)
    )
