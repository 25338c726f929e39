"""Lists written as files and loaded from them, and tables of cells as a reader leaves them, without a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ColumnRole, FileRead, PartRead, ReadOptions


def load_text(
    case: Case, path: Path, text: str | Iterable[str], origin: str = "obtained", codec: str = "utf-8", **options: Any
) -> Loaded:
    """A list of this text or these lines; its id is the file's name, its holder its own."""
    path.write_text(text if isinstance(text, str) else "\n".join(text) + "\n", encoding=codec)
    return load_dataset(case, path, DatasetFacts(path.stem, f"of-{path.stem}", origin=origin), ReadOptions(**options))


def own_list(folder: Path, lines: Iterable[str], codec: str = "utf-8", **options: Any) -> Case:
    """A case with a client's list of these lines as dataset `own`, and parties v0 and v1."""
    case = memory_case()
    load_text(case, folder / "own.csv", lines, "own", codec, **options)
    case.con.execute("INSERT INTO party (id) VALUES ('v0'), ('v1')")
    return case


def everything_in(case: Case) -> str:
    """All values of all tables of a case, as one text."""
    tables = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_catalog()"
    found = case.con.execute(tables).fetchall()
    return "\n".join(str(case.con.execute(f'FROM "{schema}"."{table}"').fetchall()) for schema, table in found)


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
