"""Tables of cells as a reader leaves them, without a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from tracer.lists.read.model import ColumnRole, FileRead, PartRead


def read_table(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str | None]], name: str = "made"
) -> PartRead:
    """A part whose columns are named by their roles (`phone`, `phone 2`, `name` …), in a temp table."""
    cells = {f"c{i}": pa.array(list(column), pa.string()) for i, column in enumerate(columns.values())}
    rows = len(next(iter(columns.values())))
    con.register("made_cells", pa.table({"row": pa.array(range(1, rows + 1), pa.int64()), **cells}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM made_cells ORDER BY row")
    con.unregister("made_cells")
    roles = tuple(ColumnRole(i, role, role.split()[0], "map") for i, role in enumerate(columns))
    return PartRead(
        member=None, sheet=None, hidden=False, format="csv", encoding="utf-8", delimiter=",", header=tuple(columns),
        header_row=1, rows=rows, raw_table=f"temp.{name}", columns=roles,
    )  # fmt: skip


def read_parts(*parts: PartRead) -> FileRead:
    return FileRead("csv", "utf-8", parts, ())
