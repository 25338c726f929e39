"""Writes rows of findings with the number of their run; reasons as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.disclosure import Reason, Text, stored


def put_rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    run: int,
    schema: Mapping[str, pa.DataType],
    rows: Iterable[Sequence[object]],
) -> None:
    """Insert rows, whose values are in the order of `schema`, into a finding table. Names are the code's own."""
    listed = list(rows)
    if not listed:
        return
    columns = list(zip(*listed, strict=True))
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.values(), strict=True)]
    runs = pa.array([run] * len(listed), pa.int32())
    put_table(con, table, pa.table([runs, *arrays], ["run", *schema]))


def put_table(con: duckdb.DuckDBPyConnection, target: str, rows: pa.Table) -> None:
    """Insert rows into a table; its columns that they lack are empty."""
    with registered(con, found_rows=rows):
        con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM found_rows")


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [stored(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons]
