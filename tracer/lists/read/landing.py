"""Lands rows in a raw table: the header found, Arrow batches of cells in, (row, c0, c1, …) out, blank rows left out,
empty cells as NULL.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.case.registered import UNCOMMITTED, pieces, registered
from tracer.errors import InputRefused
from tracer.lists.read import cells
from tracer.lists.read.area_codes import join_area_codes
from tracer.lists.read.model import Account, ColumnRole, Limits, PartRead, ReadOptions, Source
from tracer.lists.read.region import looks_like_number
from tracer.lists.read.roles import assign_roles, door_of, named_columns
from tracer.lists.read.secret_columns import SecretDoor
from tracer.lists.read.words import fold, names_a_column

# Finds the header among a part's first rows: titles above it, several rows joined, or none at all. Selection rule:
# the first row with heading words and no data wins; without any heading word, the row above the first row with data,
# if it is as full as the data is; a first row with data means that there is no header.

HEAD_ROWS = 60
"""Rows that a header is looked for in: titles and legends above it are shorter than that."""
_CODE = 5
"""Digits from which a cell is not a sub-heading."""
_LONG = 9
"""Digits of a cell that can hardly be a heading."""
_DEEPEST = 3  # header rows; a fourth would be data without digits


@dataclass(frozen=True)
class HeaderPlan:
    """Where the data begins and what its columns are called."""

    preamble: int
    depth: int
    """Rows of the header; 0 for none."""
    names: tuple[str, ...]
    """Heading per column; empty strings where there is none."""
    titles: int = 0
    doubtful: int = 0

    @property
    def skip(self) -> int:
        """Rows above the first data row."""
        return self.preamble + self.depth


def _filled(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _heading_words(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip() and names_a_column(cell))


def _has_data(row: Sequence[str], region: str) -> bool:
    # A lone number is also a heading ("2026", "1"); phones, addresses, dates and digests are not.
    filled = _filled(row)
    strong = any(identifies(c, region) or cells.is_date(c) for c in filled)
    return strong or (bool(filled) and 2 * sum(cells.is_number(c) for c in filled) > len(filled))


def identifies(cell: str, region: str) -> bool:
    """Whether a cell is a number of the region or, by its length, of any; an address; a digest."""
    number = cells.is_phone(cell, region) or (looks_like_number(cell) and sum(map(str.isdigit, cell)) >= _LONG)
    return number or cells.is_email(cell) or cells.is_hash(cell)


def _by_words(rows: Sequence[Sequence[str]], region: str) -> int | None:
    width = max((len(_filled(row)) for row in rows), default=0)
    for index, row in enumerate(rows):
        filled = _filled(row)
        if not filled:
            continue
        if _has_data(row, region):
            return None
        words = _heading_words(row)
        enough = words >= 2 or (words == 1 and 2 * len(filled) >= width)
        # A title such as 客户名单 may hold a word too, but it is alone above a wider table.
        if enough and (len(filled) > 1 or width == 1):
            return index
    return None


def _by_content(rows: Sequence[Sequence[str]], region: str) -> int | None:
    first_data = next((i for i, row in enumerate(rows) if _has_data(row, region)), None)
    if first_data is None:
        # No row with data anywhere: the first row is a header if it is full, without repeats or digits, and the rest
        # is not so.
        written = [i for i, row in enumerate(rows) if _filled(row)]
        if len(written) < 2:
            return None
        first = _filled(rows[written[0]])
        plain = len(set(first)) == len(first) and not any(c.isdigit() for cell in first for c in cell)
        rest_digits = any(c.isdigit() for i in written[1:] for cell in rows[i] for c in cell)
        return written[0] if plain and rest_digits else None
    above = [i for i in range(first_data) if _filled(rows[i])]
    if not above:
        return None
    widest = max(len(_filled(row)) for row in rows[first_data:])
    *earlier, last = above
    full = len(_filled(rows[last]))
    # Several rows as full as the last one are not titles above a header: they are rows that hold no good value.
    like_it = any(len(_filled(rows[i])) >= max(full, 2) for i in earlier)
    return last if 2 * full >= widest and not like_it else None


def _joined(rows: Sequence[Sequence[str]], width: int) -> tuple[str, ...]:
    """Headings of several rows joined by a blank; a merged heading reaches over the empty cells to its right."""
    spread: list[list[str]] = []
    for level, row in enumerate(rows):
        texts = [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))
        if level + 1 < len(rows):
            below = rows[level + 1]
            for i in range(1, width):
                under = below[i].strip() if i < len(below) else ""
                if not texts[i] and under:
                    texts[i] = texts[i - 1]
        spread.append(texts)
    names = []
    for i in range(width):
        parts = dict.fromkeys(level[i] for level in spread if level[i])
        names.append(" ".join(parts))
    return tuple(names)


def _group_above(rows: Sequence[Sequence[str]], index: int, region: str) -> bool:
    """Whether the row above is a row of group headings (基本信息, 联系方式) and no title."""
    if index == 0:
        return False
    above, own = _filled(rows[index - 1]), _filled(rows[index])
    return 2 <= len(above) < len(own) and not _has_data(rows[index - 1], region) and max(map(len, above)) <= 12


def find_header(
    rows: Sequence[Sequence[str]], width: int, region: str, has_header: bool | None, named: Collection[str] = ()
) -> HeaderPlan:
    """The header among the first rows of a part.

    `rows`: at most `HEAD_ROWS` rows from the top, blank ones included; `width`: columns of the part;
    `has_header`: the user's word, which is obeyed (the first row that is not blank); `named`: headings that he
    named: the first row that has one of them is the header.
    """
    rows = rows[:HEAD_ROWS]
    plan = _plan(rows, width, region, has_header, named)
    above = [row for row in rows[: plan.preamble] if _filled(row)]
    told = has_header is not None or bool(named)
    if not told and sum(any(map(cells.holds_email, row)) for row in above) > 1:  # one may be a title's
        return HeaderPlan(0, 0, ("",) * width)
    doubtful = sum(1 for row in above if _like_a_row(row, rows[plan.preamble : plan.skip], region))
    return replace(plan, titles=len(above), doubtful=doubtful)


def _like_a_row(row: Sequence[str], header: Sequence[Sequence[str]], region: str) -> bool:
    """Whether a row above the header may be one of the data's: it holds an identifier, or is as full as the header."""
    filled = _filled(row)
    widest = max((len(_filled(names)) for names in header), default=2)
    somebody = any(identifies(c, region) or cells.holds_email(c) for c in filled)
    return somebody or (len(filled) > 1 and len(filled) >= widest)


def _plan(
    rows: Sequence[Sequence[str]], width: int, region: str, has_header: bool | None, named: Collection[str]
) -> HeaderPlan:
    blank = next((i for i, row in enumerate(rows) if _filled(row)), 0)
    if has_header is False:
        return HeaderPlan(0, 0, ("",) * width)
    if has_header is True:
        return HeaderPlan(blank, 1, _joined(rows[blank : blank + 1], width))
    wanted = {folded for name in named if len(folded := fold(name)) > 1 and not folded.isdigit()}
    found = next((i for i, row in enumerate(rows) if wanted & {fold(cell) for cell in row}), None)
    if found is not None:
        return HeaderPlan(found, 1, _joined([rows[found]], width))
    found = _by_words(rows, region)
    if found is None:
        found = _by_content(rows, region)
        if found is None:
            return HeaderPlan(_titles(rows, region), 0, ("",) * width)
        return HeaderPlan(found, 1, _joined([rows[found]], width))
    # How many rows the header has: sub-headings fill gaps or repeat under a merged heading, and hold no data.
    depth = 1
    while depth < _DEEPEST and found + depth + 1 < len(rows):
        row, above = rows[found + depth], rows[found + depth - 1]
        filled = _filled(row)
        data = _has_data(row, region) or any(sum(map(str.isdigit, cell)) >= _CODE for cell in filled)
        if not filled or data or not _heading_words(row):
            break
        fills_gap = any(
            cell.strip() and (i >= len(above) or not above[i].strip() or _heading_words([cell]))
            for i, cell in enumerate(row)
        )
        if not fills_gap or _heading_words(row) * 2 < len(filled):
            break
        depth += 1
    if depth < _DEEPEST and _group_above(rows, found, region):
        found, depth = found - 1, depth + 1
    return HeaderPlan(found, depth, _joined(rows[found : found + depth], width))


def _titles(rows: Sequence[Sequence[str]], region: str) -> int:
    """Rows above the first data row of a table without a header, if titles: one cell above a wider table."""
    first_data = next((i for i, row in enumerate(rows) if _has_data(row, region)), 0)
    width = max((len(_filled(row)) for row in rows), default=0)
    narrow = all(len(_filled(row)) <= 1 for row in rows[:first_data])
    return first_data if narrow and width > 1 else 0


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
    head = [
        [cell or "" for cell in row]
        for piece in held
        for row in zip(*(column.to_pylist() for column in piece.slice(0, HEAD_ROWS).columns), strict=True)
    ]
    plan = find_header(head[:HEAD_ROWS], width, options.region, options.has_header, named_columns(options.columns))
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


# What every format's reader is given, and what it makes of the rows that it has landed.


class LandedRows(Protocol):
    """Rows that are in a raw table."""

    @property
    def rows(self) -> int:
        """How many."""

    @property
    def width(self) -> int:
        """Columns."""


@dataclass(frozen=True)
class SourceReading:
    """One source that is being read."""

    con: duckdb.DuckDBPyConnection
    source: Source
    options: ReadOptions
    namer: TableNamer
    limits: Limits
    notes: list[str]

    def place(self, sheet: str | None) -> str:
        """The source, or a sheet of it, for messages."""
        return self.source.where if sheet is None else f"{self.source.where}:{sheet}"

    def land(self, batches: Iterable[pa.Table], table: str, sheet: str | None) -> tuple[Landing, HeaderPlan, Account]:
        """Land batches as `land_batches` does, and note lines above the header that look like rows."""
        where = self.place(sheet)
        landing, plan, account = land_batches(self.con, batches, table, self.options, self.limits, where)
        self.notes.extend(doubtful_titles(plan, where))
        return landing, plan, account

    def part(
        self,
        table: str,
        landed: LandedRows,
        header: tuple[str, ...],
        format_name: str,
        account: Account,
        *,
        encoding: str | None = None,
        sheet: str | None = None,
        hidden: bool = False,
        delimiter: str | None = None,
        header_row: int | None = None,
        longest_cell: int | None = None,
    ) -> PartRead:
        """A raw table as a part: its columns have roles, and those without a heading an empty one."""
        header += ("",) * (landed.width - len(header))
        columns: tuple[ColumnRole, ...] = ()
        if landed.rows:
            joined = join_area_codes(self.con, cells_of(self.con, table), header)
            if joined is not None:
                area, number = (f"column {at + 1}" for at in joined)
                self.notes.append(f"{self.place(sheet)}: the area codes of {area} were put in front of {number}")
            sample = sample_columns(self.con, table, landed.rows, landed.width)
            columns = assign_roles(header, sample, self.options, self.place(sheet))
            columns = tuple(
                replace(column, role="other", how="format")
                if joined and column.position == joined[0] and column.how not in ("map", "key")
                else column
                for column in columns
            )
        return PartRead(
            self.source.member, sheet, hidden, format_name, encoding, delimiter, header, header_row, landed.rows, table,
            columns, longest_cell, account,
        )  # fmt: skip
