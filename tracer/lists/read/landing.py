"""Lands rows in a raw table: Arrow batches of cells in, (row, c0, c1, …) out, blank rows left out, empty cells as
NULL.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.case.pieces import UNCOMMITTED, pieces
from tracer.case.registered import registered
from tracer.errors import InputRefused
from tracer.lists.read.header import HEAD_ROWS, HeaderPlan, find_header
from tracer.lists.read.model import Account, Limits, ReadOptions
from tracer.lists.read.roles import door_of, named_columns
from tracer.lists.read.secret_columns import SecretDoor

_numbers = itertools.count(1)

TableNamer = Callable[[], str]
"""Gives the (qualified) name of the next raw table to create."""


def temp_namer() -> TableNamer:
    """Names of temporary tables, unique within the process."""
    return lambda: f"temp.read_{next(_numbers)}"


def scratch_name(stem: str) -> str:
    """A name for a passing relation, unique within the process."""
    return f"read_{stem}_{next(_numbers)}"


SAMPLE_ROWS = 600
_TOGETHER = 256
"""Columns that are sampled at a time: sorting thousands in parallel takes gigabytes."""


def create_numbered(con: duckdb.DuckDBPyConnection, table: str, width: int, rows: pa.RecordBatchReader) -> None:
    """Makes a raw table of `rows` (c0, c1, …; none of them blank) in their order.

    A number for each row would make DuckDB write with one thread. So a table that stays (`raw.d1_p1`) is a view that
    counts the rows of `raw.d1_p1_cells`, which are appended in order and never deleted one by one.
    """
    names, scratch = ", ".join(f"c{i}" for i in range(width)), scratch_name("rows")
    with registered(con, **{scratch: rows}):
        if table.startswith("temp."):
            con.execute(f"CREATE TEMP TABLE {table} AS SELECT row_number() OVER () AS row, {names} FROM {scratch}")
            return
        con.execute(f"CREATE TABLE {table}_cells AS SELECT {names} FROM {scratch}")
    con.execute(f"CREATE VIEW {table} AS SELECT rowid % {UNCOMMITTED} + 1 AS row, {names} FROM {table}_cells")


def sample_columns(con: duckdb.DuckDBPyConnection, table: str, rows: int, width: int) -> list[list[str]]:
    """About `SAMPLE_ROWS` cells per column, from rows spread evenly over the part, empty cells left out."""
    if not rows:
        return [[] for _ in range(width)]
    chosen = _some_rows(con, table, range(1, rows + 1, max(1, rows // SAMPLE_ROWS)))
    columns: list[list[str]] = []
    for first in range(0, width, _TOGETHER):
        places = range(first, min(first + _TOGETHER, width))
        names = ", ".join(f"left(c{i}, 300)" for i in places)
        sample = con.execute(f"SELECT {names} {chosen} ORDER BY row").fetchall()
        columns += [[row[i - first] for row in sample if row[i - first] is not None] for i in places]
    return columns


def _some_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[int]) -> str:
    """SQL, FROM and WHERE: these rows of a raw table, by their numbers, without reading the others."""
    if not _counts_rows(con, table):
        return f"FROM {table} WHERE row IN ({', '.join(map(str, rows))})"
    places = [row - 1 for row in rows]
    listed = ", ".join(map(str, [*places, *(place + UNCOMMITTED for place in places)]))
    parts = in_pieces(con, table, rows[-1], f"rowid IN ({listed})")
    return f"FROM ({' UNION ALL '.join(f'SELECT * FROM {part}' for part in parts)})"


def in_pieces(con: duckdb.DuckDBPyConnection, table: str, rows: int, where: str = "true") -> list[str]:
    """SQL relations (row, c0, …) that part those of a raw table's rows for which a condition holds (`case.pieces`)."""
    cells = f"SELECT * FROM {table}"
    if _counts_rows(con, table):
        cells = f"SELECT rowid % {UNCOMMITTED} + 1 AS row, * FROM {table}_cells"
    return [f"({cells} WHERE {where} AND {piece})" for piece in pieces(con, rows)]


def _counts_rows(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether it is a view that counts the rows of its cells.

    Asked by naming them: what the catalogue lists takes longer the more parts an archive has. A name that is not found
    fails before anything is executed, so a transaction goes on.
    """
    if table.startswith("temp."):
        return False
    try:
        con.execute(f"SELECT 1 FROM {table}_cells LIMIT 0")
    except duckdb.CatalogException:
        return False
    return True


def cells_of(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The table that has the cells of a raw table, which may be a view that counts its rows."""
    return f"{table}_cells" if _counts_rows(con, table) else table


def drop_raw(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Drops a raw table, if it is there, however it was made."""
    if _counts_rows(con, table):
        con.execute(f"DROP VIEW {table}")
        con.execute(f"DROP TABLE {table}_cells")
    else:
        con.execute(f"DROP TABLE IF EXISTS {table}")


def refuse_long_cells(con: duckdb.DuckDBPyConnection, table: str, width: int, limits: Limits, where: str) -> None:
    """Raises InputRefused for the first column of a raw table that has a cell beyond `limits.cell_bytes`."""
    lengths = con.execute(f"SELECT {', '.join(f'max(strlen(c{i}))' for i in range(width))} FROM {table}").fetchone()
    for column, longest in enumerate(lengths or ()):
        if (longest or 0) > limits.cell_bytes:
            row = con.execute(f"SELECT min(row) FROM {table} WHERE strlen(c{column}) = $size", {"size": longest})
            at = f"column {column + 1}, data row {(row.fetchone() or (0,))[0]:,}"
            raise InputRefused(
                f"a cell of {longest:,} bytes ({at}), more than {limits.cell_bytes:,}", where=where,
                remedy="look for a quote that is not closed; if it is one cell, raise it: --limit cell_bytes=NUMBER",
            )  # fmt: skip


class Landing:
    """A raw table under construction; widens when a batch is wider than those before it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, width: int, door: SecretDoor | None = None) -> None:
        self.con, self.table, self.width, self.rows, self.blank = con, table, max(width, 1), 0, 0
        self.door = door or SecretDoor()
        kind = "TEMP TABLE" if table.startswith("temp.") else "TABLE"
        columns = ", ".join(f"c{i} VARCHAR" for i in range(self.width))
        con.execute(f"CREATE {kind} {table} (row BIGINT, {columns})")

    def append(self, batch: pa.Table) -> None:
        """Appends a batch of string columns in order; drops its blank rows, and its secrets."""
        full, dropped = without_blanks(self.door.batch(batch))
        self.blank += dropped
        if full.num_rows == 0:
            return
        for i in range(self.width, full.num_columns):
            self.con.execute(f"ALTER TABLE {self.table} ADD COLUMN c{i} VARCHAR")
        self.width = max(self.width, full.num_columns)
        names = [f"c{i}" for i in range(full.num_columns)]
        numbered = full.rename_columns(names).add_column(
            0, "row", pa.array(np.arange(self.rows + 1, self.rows + full.num_rows + 1, dtype=np.int64))
        )
        scratch, listed = scratch_name("batch"), ", ".join(names)
        with registered(self.con, **{scratch: numbered}):
            # In the batch's order, which DuckDB keeps (`preserve_insertion_order`); to sort it takes a third longer.
            self.con.execute(f"INSERT INTO {self.table} (row, {listed}) SELECT row, {listed} FROM {scratch}")
        self.rows += full.num_rows


def without_blanks(batch: pa.Table) -> tuple[pa.Table, int]:
    """The batch with empty cells as null and without rows of nothing but such cells; and how many those were."""
    if batch.num_columns == 0:
        return batch.slice(0, 0), batch.num_rows
    columns: list[pa.ChunkedArray] = []
    filled = None
    full = False
    for column in batch.columns:
        empty = pc.equal(column, "")
        cells = pc.if_else(empty, pa.scalar(None, column.type), column) if pc.any(empty).as_py() else column
        columns.append(cells)
        full = full or cells.null_count == 0
        if not full:
            present = pc.is_valid(cells)
            filled = present if filled is None else pc.or_(filled, present)
    nulled = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
    kept = nulled if full else nulled.filter(filled)
    return kept, batch.num_rows - kept.num_rows


def table_of_rows(rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """An Arrow table of string columns from rows that may differ in length."""
    columns = list(itertools.zip_longest(*rows))
    return pa.Table.from_arrays(
        [pa.array(column, pa.string()) for column in columns], names=[str(i) for i in range(len(columns))]
    )


def head_rows(tables: Sequence[pa.Table]) -> list[list[str]]:
    """The first `HEAD_ROWS` rows of some tables as lists of text."""
    rows: list[list[str]] = []
    for table in tables:
        piece = table.slice(0, HEAD_ROWS - len(rows))
        rows += [[cell or "" for cell in row] for row in zip(*(c.to_pylist() for c in piece.columns), strict=True)]
        if len(rows) >= HEAD_ROWS:
            break
    return rows


def land_batches(
    con: duckdb.DuckDBPyConnection,
    batches: Iterable[pa.Table],
    table: str,
    options: ReadOptions,
    limits: Limits,
    where: str,
) -> tuple[Landing, HeaderPlan, Account]:
    """Lands batches whose first rows may hold titles and a header, which is found and left out.

    The account is of the batches' rows. Raises InputRefused for more columns than the limit.
    """
    fed = 0

    def counted() -> Iterator[pa.Table]:
        nonlocal fed
        for batch in batches:
            fed += batch.num_rows
            yield batch

    stream = counted()
    held: list[pa.Table] = []
    while sum(t.num_rows for t in held) < HEAD_ROWS and (batch := next(stream, None)) is not None:
        held.append(batch)
    width = max((t.num_columns for t in held), default=0)
    refuse_width(width, limits, where)
    plan = find_header(head_rows(held), width, options.region, options.has_header, named_columns(options.columns))
    landing = Landing(con, table, width, door_of(plan.names, options))
    skip = plan.skip
    for batch in itertools.chain(held, stream):
        refuse_width(batch.num_columns, limits, where)
        taken = min(skip, batch.num_rows)
        skip -= taken
        landing.append(batch.slice(taken))
    blank = plan.preamble - plan.titles + landing.blank
    return landing, plan, Account(fed, header=plan.depth, title=plan.titles, rows=landing.rows, blank=blank)


def doubtful_titles(plan: HeaderPlan, where: str) -> list[str]:
    """The note on lines above the header that look like rows, if there are such."""
    if not plan.doubtful:
        return []
    some = "1 line" if plan.doubtful == 1 else f"{plan.doubtful:,} lines"
    return [f"{where}: {some} with data above the header not loaded; if the list has no header, use --no-header"]


def refuse_width(width: int, limits: Limits, where: str) -> None:
    """Raises InputRefused for more columns than the limit."""
    if width > limits.columns:
        raise InputRefused(
            f"{width:,} columns, more than {limits.columns:,}",
            where=where,
            remedy="take out the stray cells at the far right and save it again",
        )
