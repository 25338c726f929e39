"""Lands rows in a raw table: the header found, Arrow batches of cells in, (row, c0, c1, …) out, blank rows left out,
empty cells as NULL.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.case.store import UNCOMMITTED, registered_tables, row_ranges
from tracer.errors import InputRefused
from tracer.lists.read import cells
from tracer.lists.read.encoding import Decoded, Encoding, by_name, detect, sample_bytes
from tracer.lists.read.model import Account, ColumnRole, Limits, PartRead, ReadOptions, Source, counted
from tracer.lists.read.region import looks_like_number
from tracer.lists.read.roles import assign_roles, door_of, named_columns
from tracer.lists.read.secret_columns import SecretDoor
from tracer.lists.read.words import fold, names_a_column, plain, role_of_heading

# Finds the header among a part's first rows: titles above it, several rows joined, or none at all. Selection rule:
# the first row with heading words and no data wins; without any heading word, the row above the first row with data,
# if it is as full as the data is; a first row with data means that there is no header. A row of dashes above all data,
# as Markdown has one, is below the header, whatever its words are.

HEAD_ROWS = 60
"""Rows that a header is looked for in: titles and legends above it are shorter than that."""
_CODE = 5  # digits from which a cell is not a sub-heading
_LONG = 9  # digits of a cell that can hardly be a heading
_DASHES = re.compile(r":?-{2,}[-+]*:?")
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


def identifies(cell: str, region: str) -> bool:
    """Whether a cell is a number of the region or, by its length, of any; an address; a digest."""
    number = cells.is_phone(cell, region) or (looks_like_number(cell) and sum(map(str.isdigit, cell)) >= _LONG)
    return number or cells.is_email(cell) or cells.is_hash(cell)


def _filled_cells(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _has_data(row: Sequence[str], region: str) -> bool:
    # A lone number is also a heading ("2026", "1"); phones, addresses, dates and digests are not.
    filled = _filled_cells(row)
    strong = any(identifies(cell, region) or cells.is_date(cell) for cell in filled)
    return strong or (bool(filled) and 2 * sum(map(cells.is_number, filled)) > len(filled))


def find_header(
    rows: Sequence[Sequence[str]], width: int, region: str, has_header: bool | None, named: Collection[str] = ()
) -> HeaderPlan:
    """The header among the first rows of a part.

    `rows`: at most `HEAD_ROWS` rows from the top, blank ones included; `width`: columns of the part;
    `has_header`: the user's word, which is obeyed (the first row that is not blank); `named`: headings that he
    named: the first row that has one of them is the header.
    """
    rows = rows[:HEAD_ROWS]
    wanted = {folded for name in named if len(folded := fold(name)) > 1 and not folded.isdigit()}
    top: int | None = None
    if has_header is True:
        top = next((i for i, row in enumerate(rows) if _filled_cells(row)), 0)
    elif has_header is None:
        top = next((i for i, row in enumerate(rows) if wanted & {fold(cell) for cell in row}), None)
    depth = 1
    if top is None and has_header is None:
        top = _above_dashes(rows, region)
    if top is None and has_header is None:
        top = _by_words(rows, region)
        if top is not None:
            top, depth = _all_levels(rows, top, region)
        else:
            top = _by_content(rows, region)
    if top is None:
        top, depth = 0, 0
        if has_header is None:
            # Rows above the first with data are titles if they are one cell each above a wider table.
            data = next((i for i, row in enumerate(rows) if _has_data(row, region)), 0)
            widest = max((len(_filled_cells(row)) for row in rows), default=0)
            top = data if widest > 1 and all(len(_filled_cells(row)) <= 1 for row in rows[:data]) else 0
    above = [filled for row in rows[:top] if (filled := _filled_cells(row))]
    said = has_header is not None or bool(named)
    if not said and sum(any(map(cells.holds_email, row)) for row in above) > 1:  # one may be a title's
        return HeaderPlan(0, 0, ("",) * width)
    # Rows above it that may be the data's: they hold an identifier, or are as full as the header.
    full = max((2, *(len(_filled_cells(row)) for row in rows[top : top + depth])))
    doubtful = sum(
        len(row) >= full or any(identifies(cell, region) or cells.holds_email(cell) for cell in row) for row in above
    )
    # Headings of several rows are joined by a blank; a merged one reaches over the empty cells to its right.
    levels: list[list[str]] = []
    for level, row in enumerate(rows[top : top + depth], 1):
        texts = [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))
        if level < depth:
            for i, cell in enumerate(rows[top + level][:width]):
                texts[i] = texts[i - 1] if i and not texts[i] and cell.strip() else texts[i]
        levels.append(texts)
    names = tuple(" ".join(dict.fromkeys(texts[i] for texts in levels if texts[i])) for i in range(width))
    depth += bool(depth) and any(map(_is_of_dashes, rows[top + depth : top + depth + 1]))
    return HeaderPlan(top, depth, names, len(above), doubtful)


def _is_of_dashes(row: Sequence[str]) -> bool:
    filled = _filled_cells(row)
    return bool(filled) and all(_DASHES.fullmatch(cell.strip()) for cell in filled)


def _above_dashes(rows: Sequence[Sequence[str]], region: str) -> int | None:
    """The row above the first of dashes, if no row with data is above that."""
    dashes = next((i for i, row in enumerate(rows) if _is_of_dashes(row)), 0)
    headed = dashes and _filled_cells(rows[dashes - 1]) and not any(_has_data(row, region) for row in rows[:dashes])
    return dashes - 1 if headed else None


def _by_words(rows: Sequence[Sequence[str]], region: str) -> int | None:
    """The first row with heading words and no data."""
    width = max((len(_filled_cells(row)) for row in rows), default=0)
    for index, row in enumerate(rows):
        filled = _filled_cells(row)
        if not filled:
            continue
        if _has_data(row, region):
            return None
        words = sum(map(names_a_column, filled))
        enough = words >= 2 or (words == 1 and 2 * len(filled) >= width)
        # A title such as 客户名单 may hold a word too, but it is alone above a wider table.
        if enough and (len(filled) > 1 or width == 1):
            return index
    return None


def _all_levels(rows: Sequence[Sequence[str]], top: int, region: str) -> tuple[int, int]:
    """The first row of a header that has one with words, and how many it has: sub-headings fill gaps or repeat under a
    merged heading, and hold no data."""
    depth = 1
    while depth < _DEEPEST and top + depth + 1 < len(rows):
        row, above = rows[top + depth], rows[top + depth - 1]
        filled = _filled_cells(row)
        words = sum(map(names_a_column, filled))
        data = _has_data(row, region) or any(sum(map(str.isdigit, cell)) >= _CODE for cell in filled)
        fills_gap = any(
            cell.strip() and (i >= len(above) or not above[i].strip() or names_a_column(cell))
            for i, cell in enumerate(row)
        )
        if data or not words or not fills_gap or words * 2 < len(filled):
            break
        depth += 1
    # The row above may be one of group headings (基本信息, 联系方式) and no title.
    group = _filled_cells(rows[top - 1]) if top and depth < _DEEPEST else []
    if 2 <= len(group) < len(_filled_cells(rows[top])) and max(map(len, group)) <= 12 and not _has_data(group, region):
        return top - 1, depth + 1
    return top, depth


def _by_content(rows: Sequence[Sequence[str]], region: str) -> int | None:
    """The row above the first with data, if it is as full as the data is."""
    first_data = next((i for i, row in enumerate(rows) if _has_data(row, region)), None)
    if first_data is None:
        # No row with data anywhere: the first row is a header if it is full, without repeats or digits, and the rest
        # is not so.
        written = [(i, filled) for i, row in enumerate(rows) if (filled := _filled_cells(row))]
        if len(written) < 2:
            return None
        (index, first), *rest = written
        bare = len(set(first)) == len(first) and not any(c.isdigit() for cell in first for c in cell)
        return index if bare and any(c.isdigit() for _, row in rest for cell in row for c in cell) else None
    above = [i for i in range(first_data) if _filled_cells(rows[i])]
    if not above:
        return None
    widest = max(len(_filled_cells(row)) for row in rows[first_data:])
    *earlier, last = above
    full = len(_filled_cells(rows[last]))
    # Several rows as full as the last one are not titles above a header: they are rows that hold no good value.
    like_it = any(len(_filled_cells(rows[i])) >= max(full, 2) for i in earlier)
    return last if 2 * full >= widest and not like_it else None


_numbers = itertools.count(1)

TableNamer = Callable[[], str]
"""Gives the (qualified) name of the next raw table to create."""


def create_table(table: str) -> str:
    """SQL: how a statement begins that creates a table of this name."""
    return f"CREATE {'TEMP ' if table.startswith('temp.') else ''}TABLE {table}"


def scratch_name(stem: str) -> str:
    """A name for a passing relation, unique within the process."""
    return f"read_{stem}_{next(_numbers)}"


SAMPLE_ROWS = 600
_TOGETHER = 256  # columns that are sampled at a time: sorting thousands in parallel takes gigabytes


def create_numbered(con: duckdb.DuckDBPyConnection, table: str, width: int, rows: pa.RecordBatchReader) -> None:
    """Makes a raw table of `rows` (c0, c1, …; none of them blank) in their order.

    A number for each row would make DuckDB write with one thread. So a table that stays (`raw.d1_p1`) is a view that
    counts the rows of `raw.d1_p1_cells`, which are appended in order and never deleted one by one.
    """
    names, scratch = ", ".join(f"c{i}" for i in range(width)), scratch_name("rows")
    with registered_tables(con, **{scratch: rows}):
        if table.startswith("temp."):
            con.execute(f"{create_table(table)} AS SELECT row_number() OVER () AS row, {names} FROM {scratch}")
            return
        con.execute(f"CREATE TABLE {table}_cells AS SELECT {names} FROM {scratch}")
    con.execute(f"CREATE VIEW {table} AS SELECT rowid % {UNCOMMITTED} + 1 AS row, {names} FROM {table}_cells")


def sample_columns(con: duckdb.DuckDBPyConnection, table: str, rows: int, width: int) -> list[list[str]]:
    """About `SAMPLE_ROWS` cells per column, from rows spread evenly over the part, empty cells left out."""
    if not rows:
        return [[] for _ in range(width)]
    # These rows by their numbers, without reading the others.
    spread = range(1, rows + 1, max(1, rows // SAMPLE_ROWS))
    chosen = f"FROM {table} WHERE row IN ({', '.join(map(str, spread))})"
    if _counts_rows(con, table):
        listed = ", ".join(str(number - 1 + base) for base in (0, UNCOMMITTED) for number in spread)
        parts = row_relations(con, table, spread[-1], f"rowid IN ({listed})")
        chosen = f"FROM ({' UNION ALL '.join(f'SELECT * FROM {part}' for part in parts)})"
    columns: list[list[str]] = []
    for first in range(0, width, _TOGETHER):
        places = range(first, min(first + _TOGETHER, width))
        names = ", ".join(f"left(c{i}, 300)" for i in places)
        sample = con.execute(f"SELECT {names} {chosen} ORDER BY row").fetchall()
        columns += [[row[i - first] for row in sample if row[i - first] is not None] for i in places]
    return columns


def row_relations(con: duckdb.DuckDBPyConnection, table: str, rows: int, where: str = "true") -> list[str]:
    """SQL relations (row, c0, …) that part those of a raw table's rows for which a condition holds (`row_ranges`)."""
    cells = f"SELECT * FROM {table}"
    if _counts_rows(con, table):
        cells = f"SELECT rowid % {UNCOMMITTED} + 1 AS row, * FROM {table}_cells"
    return [f"({cells} WHERE {where} AND {piece})" for piece in row_ranges(con, rows)]


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
            what = f"a cell of {longest:,} bytes ({at}), more than {limits.cell_bytes:,}"
            remedy = "look for a quote that is not closed; if it is one cell, raise it: --limit cell_bytes=NUMBER"
            raise InputRefused(what, where=where, remedy=remedy)


@dataclass
class Landing:
    """A raw table of rows, which widens when a batch is wider than those before it."""

    con: duckdb.DuckDBPyConnection
    table: str
    width: int
    door: SecretDoor = field(default_factory=SecretDoor)
    rows: int = 0
    blank: int = 0

    @classmethod
    def begun(cls, con: duckdb.DuckDBPyConnection, table: str, width: int, door: SecretDoor | None = None) -> Landing:
        """A new table, without a row yet."""
        width = max(width, 1)
        con.execute(f"{create_table(table)} (row BIGINT, {', '.join(f'c{i} VARCHAR' for i in range(width))})")
        return cls(con, table, width, door or SecretDoor())

    def append(self, batch: pa.Table) -> None:
        """Appends a batch of string columns in order; drops its blank rows, and its secrets."""
        full, dropped = without_blanks(self.door.batch(batch))
        self.blank += dropped
        if full.num_rows == 0:
            return
        for i in range(self.width, full.num_columns):
            self.con.execute(f"ALTER TABLE {self.table} ADD COLUMN c{i} VARCHAR")
        self.width = max(self.width, full.num_columns)
        numbers = pa.array(np.arange(self.rows + 1, self.rows + full.num_rows + 1, dtype=np.int64))
        numbered = full.rename_columns([f"c{i}" for i in range(full.num_columns)]).add_column(0, "row", numbers)
        scratch = scratch_name("batch")
        with registered_tables(self.con, **{scratch: numbered}):
            # In the batch's order, which DuckDB keeps (`preserve_insertion_order`); to sort it takes a third longer.
            self.con.execute(f"INSERT INTO {self.table} BY NAME SELECT * FROM {scratch}")
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
    arrays = [pa.array(column, pa.string()) for column in columns]
    return pa.Table.from_arrays(arrays, names=[str(i) for i in range(len(columns))])


# What every format's reader is given, and what it makes of the rows that it has landed.


@dataclass(frozen=True)
class SourceReading:
    """One source that is being read."""

    con: duckdb.DuckDBPyConnection
    source: Source
    options: ReadOptions
    namer: TableNamer
    notes: list[str]

    def place(self, sheet: str | None) -> str:
        """The source, or a sheet of it, for messages."""
        return self.source.where if sheet is None else f"{self.source.where}:{sheet}"

    @cached_property
    def encoding(self) -> Encoding:
        """The text's encoding: what the user says, else what is found. Raises InputRefused for an unknown name."""
        named = self.options.encoding
        return detect(*sample_bytes(self.source)) if named is None else by_name(named, self.source)

    def text(self) -> Decoded:
        """The text; strict where its encoding was named."""
        return Decoded(self.source, self.encoding, strict=self.options.encoding is not None)

    def note(self, text: str, sheet: str | None = None) -> None:
        """Note something about the source, or a sheet of it, that a person should know."""
        self.notes.append(f"{self.place(sheet)}: {text}")

    def note_titles(self, plan: HeaderPlan, sheet: str | None = None) -> None:
        """Note lines above the header that look like rows, if there are such."""
        if plan.doubtful:
            some = f"{counted(plan.doubtful, 'line')} with data above the header"
            self.note(f"{some} not loaded; if the list has no header, use --no-header", sheet)

    def note_replaced(self, replaced: int) -> None:
        """Note bytes that could not be decoded, if there are such. Raises InputRefused where they are more than one in
        a hundred: then the encoding was not found."""
        name = self.encoding.shown
        if replaced * 100 > self.source.size:
            what = f"{replaced:,} bytes cannot be decoded as {name}"
            raise self.source.refusal(what, "name its encoding with --encoding")
        if replaced:
            self.note(f"{replaced:,} places are not {name} and were replaced by U+FFFD")

    def land(
        self, batches: Iterable[pa.Table], sheet: str | None = None, table: str | None = None
    ) -> tuple[Landing, HeaderPlan, Account]:
        """Land batches whose first rows may hold titles and a header, which is found and left out.

        `table`: the raw table to make, else the next one. The account is of the batches' rows. Raises InputRefused for
        more columns than the limit.
        """
        options, stream = self.options, iter(batches)
        held: list[pa.Table] = []
        while sum(t.num_rows for t in held) < HEAD_ROWS and (batch := next(stream, None)) is not None:
            held.append(batch)
        width = max((t.num_columns for t in held), default=0)
        self.refuse_width(width, sheet)
        head = [
            [cell or "" for cell in row]
            for piece in held
            for row in zip(*(column.to_pylist() for column in piece.slice(0, HEAD_ROWS).columns), strict=True)
        ]
        plan = find_header(head, width, options.region, options.has_header, named_columns(options.columns))
        landing = Landing.begun(self.con, table or self.namer(), width, door_of(plan.names, options))
        lines, skip = 0, plan.skip
        for batch in itertools.chain(held, stream):
            self.refuse_width(batch.num_columns, sheet)
            lines += batch.num_rows
            landing.append(batch.slice(min(skip, batch.num_rows)))
            skip = max(0, skip - batch.num_rows)
        blank = plan.preamble - plan.titles + landing.blank
        return landing, plan, Account(lines, header=plan.depth, title=plan.titles, rows=landing.rows, blank=blank)

    def refuse_width(self, width: int, sheet: str | None = None) -> None:
        """Raises InputRefused for more columns than the limit."""
        if width > self.options.limits.columns:
            what = f"{width:,} columns, more than {self.options.limits.columns:,}"
            remedy = "take out the stray cells at the far right and save it again"
            raise InputRefused(what, where=self.place(sheet), remedy=remedy)

    def landing(self, header: Sequence[str], sheet: str | None = None) -> Landing:
        """The next raw table, for rows under these headings. Raises InputRefused for more columns than the limit."""
        self.refuse_width(len(header), sheet)
        return Landing.begun(self.con, self.namer(), len(header), door_of(header, self.options))

    def part(
        self,
        landed: Landing,
        header: tuple[str, ...],
        format_name: str,
        account: Account,
        *,
        encoding: Encoding | None = None,
        sheet: str | None = None,
        delimiter: str | None = None,
        header_row: int | None = None,
        longest_cell: int | None = None,
    ) -> PartRead:
        """A raw table as a part: its columns have roles, and those without a heading an empty one."""
        header += ("",) * (landed.width - len(header))
        columns: list[ColumnRole] = []
        if landed.rows:
            joined = _join_area_codes(self.con, cells_of(self.con, landed.table), header)
            sample = sample_columns(self.con, landed.table, landed.rows, landed.width)
            columns += assign_roles(header, sample, self.options, self.place(sheet))
            if joined is not None:
                area, number = (f"column {at + 1}" for at in joined)
                self.note(f"the area codes of {area} were put in front of {number}", sheet)
                if columns[joined[0]].how not in ("map", "key"):
                    columns[joined[0]] = replace(columns[joined[0]], role="other", how="format")
        return PartRead(
            member=self.source.member,
            sheet=sheet,
            hidden=False,
            format=format_name,
            encoding=encoding.shown if encoding is not None else None,
            delimiter=delimiter,
            header=header,
            header_row=header_row,
            rows=landed.rows,
            raw_table=landed.table,
            columns=tuple(columns),
            longest_cell=longest_cell,
            account=account,
        )


# Area codes in a column of their own: a number next to one is whole only together with it.

AREA_AND_NUMBER = "area code and number"
"""Variant of the column that two were joined to."""
_PARTED = (
    ("US", "[2-9][0-9]{2}", "[2-9][0-9]{2}-?[0-9]{4}"),
    ("BR", "[1-9][1-9]", "9[0-9]{4}-?[0-9]{4}|[2-5][0-9]{3}-?[0-9]{4}"),
)
"""Whose do-not-call registries deliver area codes and numbers apart, and the form of each."""
_NEARLY_ALL, _HALF = 0.98, 0.5
_SAYS_AREA = re.compile(
    r"(?:phone|tel)?(?:area|std|city|diall?ing)(?:code|cd)|ddd|std|(?:orts|telefon)?vorwahl|prefisso|prefijo|(?:clave)?lada"
    r"|cod(?:igo|e|ice)?(?:de|di)?area|indicatif(?:regional)?|(?:numer)?kierunkowy|alankodu|netnummer|riktnummer"
    r"|kengetal|кодгорода|区号|區號|市外局番|지역번호"
)
"""Headings, by `plain`."""
_AREA, _REST = r"\(?\+?[0-9]{1,5}\)?", r"[1-9][0-9 .-]{3,10}[0-9]"


def parted_region(con: duckdb.DuckDBPyConnection, cells: str) -> str | None:
    """The country of a table that is nothing but area codes and numbers in two columns."""
    parted = (
        "SELECT count(*) FILTER (regexp_full_match(trim(c0), $area) AND regexp_full_match(trim(c1), $number))"
        f" >= $nearly * count(*) FROM {cells}"
    )
    for region, area, number in _PARTED:
        if con.execute(parted, {"area": area, "number": number, "nearly": _NEARLY_ALL}).fetchall()[0][0]:
            return region
    return None


def _join_area_codes(con: duckdb.DuckDBPyConnection, cells: str, header: Sequence[str]) -> tuple[int, int] | None:
    """Puts area codes in front of the numbers in the next column whose heading promises some; returns the positions of
    both. None where no heading says area code, or most numbers are whole."""
    area = next((at for at, heading in enumerate(header) if _SAYS_AREA.fullmatch(plain(heading))), None)
    if area is None:
        return None
    near = [at for at in (area + 1, area + 2, area - 1) if 0 <= at < len(header)]
    number = next((at for at in near if role_of_heading(header[at]) == "phone"), None)
    if number is None or (len(header) == 2 and parted_region(con, cells) is not None):
        return None
    forms = {"area": _AREA, "rest": _REST}
    apart = f"regexp_full_match(trim(c{area}), $area) AND regexp_full_match(trim(c{number}), $rest)"
    found = con.execute(
        f"SELECT count(*) FILTER ({apart}) >= {_HALF} * count(c{number}) FROM {cells}", forms
    ).fetchall()
    if not found[0][0]:
        return None
    con.execute(f"UPDATE {cells} SET c{number} = trim(c{area}) || ' ' || trim(c{number}) WHERE {apart}", forms)
    return area, number
