"""Reads databases, from SQL dumps and SQLite files: the tables that hold identifiers become parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from tracer.errors import InputRefused
from tracer.lists.read.encoding import Decoded, Encoding, by_name, find_encoding, public_name, sample_bytes, text_head
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, refuse_width, table_of_rows
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.roles import door_of
from tracer.lists.read.sql_statements import DumpWalk, SqlRows, SqlTable
from tracer.lists.read.sql_values import dialect_of, end_is_missing
from tracer.lists.read.workbook import child_frames

_BATCH = 120_000  # rows: DuckDB's unit of storage


@dataclass
class FilledTable:
    """One table while its rows come in."""

    table: SqlTable
    columns: list[str] = field(default_factory=list)
    rows: list[Sequence[str | None]] = field(default_factory=list)
    batches: list[pa.Table] = field(default_factory=list)
    """Rows that are held until they are enough to be landed; `rows` come after them."""
    landing: Landing | None = None
    read: int = 0

    def add(self, reading: SourceReading, piece: SqlRows) -> None:
        """Add rows, their values under the table's columns, and land those that are held where they are enough."""
        self.read += piece.count
        places = None
        if piece.columns is not None and piece.columns != tuple(self.columns):
            places = [self._place(name) for name in piece.columns]
            places = None if places == list(range(len(places))) else places
        width = len(self.columns)
        if isinstance(piece.rows, pa.Table):
            self._batch()
            rows = piece.rows
            if places is not None:  # the columns where they belong, those without a name after them
                columns = [pa.nulls(rows.num_rows, pa.string())] * width
                for place, column in zip(places, rows.columns, strict=False):
                    columns[place] = column
                columns += rows.columns[len(places) :]
                rows = pa.table(columns, names=[str(column) for column in range(len(columns))])
            self.batches.append(rows)
        elif places is None:
            self.rows += piece.rows
        else:
            for row in piece.rows:
                cells: list[str | None] = [None] * width
                for place, cell in zip(places, row, strict=False):
                    cells[place] = cell
                self.rows.append([*cells, *row[len(places) :]])
        if len(self.rows) + sum(batch.num_rows for batch in self.batches) >= _BATCH:
            self.land(reading)

    def _place(self, name: str) -> int:
        """Where a column is, whatever its case; it is added where it is new."""
        folded = name.casefold()
        for place, known in enumerate(self.columns):
            if known.casefold() == folded:
                return place
        self.columns.append(name)
        return len(self.columns) - 1

    def _batch(self) -> None:
        """Make one batch of the rows that came one by one."""
        if self.rows:
            self.batches.append(table_of_rows(self.rows))
            self.rows = []

    def land(self, reading: SourceReading) -> None:
        """Land the rows that are held."""
        self._batch()
        if not self.batches:
            return
        width = max(len(self.columns), *(batch.num_columns for batch in self.batches))
        refuse_width(width, reading.limits, reading.place(self.table.name))
        if self.landing is None:
            self.landing = Landing(reading.con, reading.namer(), width)
        self.landing.door = door_of(self.columns, reading.options)
        self.landing.append(pa.concat_tables(self.batches, promote_options="default"))
        self.batches = []


def _parts(
    reading: SourceReading, filled: Sequence[FilledTable], format_name: str, encoding: str | None
) -> list[PartRead]:
    """The parts: tables with identifiers first of all; where there are none, all tables."""
    wanted, where = reading.options.sheet, reading.source.where
    several = len({one.table.database for one in filled if one.read}) > 1

    def name_of(table: SqlTable) -> str:
        """With its database where there are several, and a schema that is not the usual one."""
        schema = table.schema if table.schema.lower() not in ("", "public", "dbo") else ""
        return ".".join(name for name in (table.database if several else "", schema, table.name) if name)

    found = []
    for one in filled:
        landing, name = one.landing, name_of(one.table)
        if landing is not None:
            header = (*one.columns, *("",) * (landing.width - len(one.columns)))
            account = Account(one.read, rows=landing.rows, blank=landing.blank)
            part = reading.part(landing, header, format_name, account, encoding=encoding, sheet=name)
            found.append(part if wanted in (None, name, one.table.name) else _left_out(reading.con, part))
    if wanted is not None and all(not part.rows for part in found):
        known = ", ".join(name_of(one.table) for one in filled if one.read)
        what, remedy = f"there is no table {wanted!r} with rows", f"its tables are {known or 'empty'}"
        raise InputRefused(what, where=where, remedy=remedy)
    holding = [part for part in found if any(column.identifies for column in part.columns)]
    if not holding:
        return found
    parts = [part if part in holding or not part.rows else _left_out(reading.con, part) for part in found]
    left_out = [(part.sheet, part.account.left_out) for part in parts if part.account is not None]
    others = [f"{name} ({count:,} rows)" for name, count in left_out if count]
    if others:
        more = f" and {len(others) - 8} more" if len(others) > 8 else ""
        listed = ", ".join(others[:8]) + more
        reading.notes.append(f"{where}: tables without a number, address or key left out: {listed}")
    return parts


def _left_out(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part without its rows, which its account counts as left out."""
    drop_raw(con, part.raw_table)
    account = part.account and replace(part.account, rows=0, left_out=part.rows)
    return replace(part, rows=0, columns=(), account=account)


def read_database(reading: SourceReading) -> list[PartRead]:
    """The tables of an SQLite file that hold identifiers (or the one that the user names with `sheet`), in their order.

    Raises InputRefused for a database that is damaged, cut off or too large, and where that table is not in it.
    """
    source, wanted = reading.source, reading.options.sheet
    filled: list[FilledTable] = []
    with child_frames(reading, "database", "dump the table that you need as csv", wanted) as frames:
        while (about := frames.next()) is not None:
            names = about.get("sheets")
            if names is None:
                table = SqlTable("", "", str(about["table"]))
                filling = FilledTable(table, [str(name) for name in about["columns"]])
                filled.append(filling)
                for batch in frames.batches():
                    filling.add(reading, SqlRows(table, None, batch))
                filling.land(reading)
                if filling.read != about["rows"] and about["read"]:
                    raise frames.failure("broken", f"table {table.name}")
            elif not names or (wanted is not None and wanted not in names):
                what = f"there is no table {wanted!r}" if names else "there is no table in it"
                remedy = f"its tables are {', '.join(names[:12])}" if names else "check that it is the right file"
                raise InputRefused(what, where=source.where, remedy=remedy)
    # What the write-ahead log next to the file holds is not in the database yet.
    log = source.path.with_name(f"{source.path.name}-wal") if source.path is not None else None
    if log is not None and log.is_file() and log.stat().st_size:
        reading.notes.append(
            f"{source.where}: {log.name} next to it holds changes that are not read; open it in SQLite once,"
            " `PRAGMA wal_checkpoint`, and load it again"
        )
    return _parts(reading, filled, "sqlite", None)


# SQL dumps.

_NAMED_ENCODING = re.compile(rb"SET NAMES '?(\w+)|client_encoding\s*=\s*'([\w-]+)'", re.IGNORECASE)
_SERVERS = {
    **{"utf8mb4": "utf-8", "utf8mb3": "utf-8", "utf8": "utf-8", "latin1": "cp1252", "latin2": "iso8859-2"},
    **{"latin5": "iso8859-9", "hebrew": "iso8859-8", "greek": "iso8859-7", "tis620": "tis-620", "koi8r": "koi8-r"},
    **{"sjis": "cp932", "ujis": "euc_jp", "euckr": "cp949", "gb2312": "gb18030", "euc_cn": "gb18030"},
}
"""Servers' names of encodings that Python has other names for; `win1251` is `cp1251`."""
_TAIL = 400


def read_dump(reading: SourceReading) -> list[PartRead]:
    """The tables of a dump that hold identifiers (or that the user names with `sheet`), in their order.

    Tables without any are counted as left out. A dump that ends too early keeps what is complete, and is said to.
    """
    source, where = reading.source, reading.source.where
    encoding = _encoding(reading)
    head, _ = text_head(source, encoding)
    decoded = Decoded(source, encoding, strict=reading.options.encoding is not None)
    tail = ""

    def text() -> Iterator[str]:
        nonlocal tail
        for piece in decoded:
            tail = (tail + piece)[-_TAIL:]
            yield piece

    backslash, lines_end = dialect_of(head)
    if backslash is None:
        backslash = _well_read(head, True, lines_end) >= _well_read(head, False, lines_end)
    walk = DumpWalk(text(), backslash, lines_end)
    filled: dict[SqlTable, FilledTable] = {}
    for piece in walk:
        filled.setdefault(piece.table, FilledTable(piece.table)).add(reading, piece)
    for filling in filled.values():
        filling.land(reading)
    parts = _parts(reading, list(filled.values()), "sql", public_name(encoding.name))
    if walk.cut_in is not None:
        rows = filled[walk.cut_in].read if walk.cut_in in filled else 0
        reading.notes.append(
            f"{where}: cut off in table {walk.cut_in.name}; its {rows:,} complete rows are kept, the rest is missing"
        )
    elif end_is_missing(head[:2_000], tail):
        reading.notes.append(f"{where}: the line that ends such a dump is missing: tables may be missing")
    if walk.passed_over:
        places = "1 place" if walk.passed_over == 1 else f"{walk.passed_over:,} places"
        reading.notes.append(f"{where}: rows could not be read in {places}, up to the next statement")
    if decoded.replaced:
        reading.notes.append(
            f"{where}: {decoded.replaced:,} places are not {public_name(encoding.name)} (binary columns?)"
            " and were replaced by U+FFFD"
        )
    return parts


def _well_read(head: str, backslash: bool, lines_end: bool) -> int:
    """How well the beginning reads with or without escapes: rows as wide as most, less what cannot be read."""
    walk, widths = DumpWalk(iter([head]), backslash, lines_end), Counter[int]()
    for piece in walk:
        rows = piece.rows
        widths.update([rows.num_columns] * rows.num_rows if isinstance(rows, pa.Table) else map(len, rows))
    most = max(widths.values(), default=0)
    return 2 * most - widths.total() - 10 * walk.passed_over


def _encoding(reading: SourceReading) -> Encoding:
    """The encoding: what the user says, what the bytes are without a doubt, what the dump says, what is found."""
    source, given = reading.source, reading.options.encoding
    found = find_encoding(source, given)
    said = _NAMED_ENCODING.search(source.head(1 << 16))
    if given is not None or found.certain:
        return found
    # Binary columns are not UTF-8. If that is the encoding, the text between them is.
    read = sample_bytes(source)[0].decode("utf-8", "replace")
    if sum(1 for char in read if char > "\x7f") >= 2 * read.count("\ufffd"):
        return Encoding("utf-8", 0, False)
    if said is None:
        return found
    name = (said[1] or said[2]).decode().lower()
    try:
        return by_name(_SERVERS.get(name, re.sub(r"^win(?=\d)", "cp", name)), b"", source.where)
    except InputRefused:
        return found
