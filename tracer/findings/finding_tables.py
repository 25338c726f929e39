"""Writes rows of findings with the number of their run; reasons as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

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
    con.register("found_rows", pa.table(arrays, schema.names))
    con.execute(f"INSERT INTO {table} (run, {names}) SELECT $run, {names} FROM found_rows", {"run": run})
    con.unregister("found_rows")


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [stored(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons]
