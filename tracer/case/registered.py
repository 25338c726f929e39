"""Arrow tables that a statement reads."""

from __future__ import annotations

from collections.abc import Iterator
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
