"""Writes rows of findings with the number of their run; reasons as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.disclosure import Reason, Text, stored


def put_rows(
    con: duckdb.DuckDBPyConnection, table: str, run: int, columns: str, rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows into a finding table, whose types they take.

    columns: names between spaces, in the order of a row's values. Names are the code's own.
    """
    listed = list(rows)
    if not listed:
        return
    names = ", ".join(f'"{name}"' for name in columns.split())
    schema = con.execute(f"SELECT {names} FROM {table} LIMIT 0").to_arrow_table().schema
    arrays = [pa.array(values, field.type) for values, field in zip(zip(*listed, strict=True), schema, strict=True)]
    put_table(con, table, run, dict(zip(schema.names, arrays, strict=True)))


def put_table(con: duckdb.DuckDBPyConnection, table: str, run: int, columns: Mapping[str, pa.Array]) -> None:
    """The same by columns; those that are not given are empty."""
    with registered(con, found_rows=pa.table(dict(columns))):
        con.execute(f"INSERT INTO {table} BY NAME SELECT $run AS run, * FROM found_rows", {"run": run})


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [stored(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons]
