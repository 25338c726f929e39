"""Writes rows of findings with the number of their run; reasons as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa

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
    con.register("found_rows", pa.table(arrays, list(schema)))
    names = ", ".join(f'"{name}"' for name in schema)
    con.execute(f"INSERT INTO {table} (run, {names}) SELECT $run, {names} FROM found_rows", {"run": run})
    con.unregister("found_rows")


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [stored(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons]
