"""Tables of a database as they come in from a dump or a file: the ones that hold identifiers become parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.encoding import Decoded, Encoding, by_name, find_encoding, public_name, sample_bytes, text_head
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, refuse_width, table_of_rows
from tracer.lists.read.model import Account, PartRead, ReadOptions, Source
from tracer.lists.read.roles import door_of
from tracer.lists.read.sql_statements import DumpWalk, SqlRows, SqlTable
from tracer.lists.read.sql_values import dialect_of, end_is_missing
from tracer.lists.read.workbook import FrameBatches, ReadingProgram, child_frames, failure_of

_BATCH = 120_000  # rows: DuckDB's unit of storage


@dataclass
class FilledTable:
    """One table while its rows come in."""

    table: SqlTable
    columns: list[str] = field(default_factory=list)
    rows: list[Sequence[str | None]] = field(default_factory=list)
    batches: list[pa.Table] = field(default_factory=list)
    """Rows that are held until they are enough to be landed; `rows` come behind them."""
    landing: Landing | None = None
    read: int = 0


def take_rows(reading: SourceReading, filling: FilledTable, piece: SqlRows) -> None:
    """Take rows in, their values under the table's columns."""
    filling.read += piece.count
    places = None
    if piece.columns is not None and piece.columns != tuple(filling.columns):
        places = [_place(filling.columns, name) for name in piece.columns]
        places = None if places == list(range(len(places))) else places
    if isinstance(piece.rows, pa.Table):
        _batch(filling)
        filling.batches.append(piece.rows if places is None else _placed(piece.rows, places, len(filling.columns)))
    elif places is None:
        filling.rows += piece.rows
    else:
        width = len(filling.columns)
        for row in piece.rows:
            cells: list[str | None] = [None] * width
            for place, cell in zip(places, row, strict=False):
                cells[place] = cell
            filling.rows.append([*cells, *row[len(places) :]])
    if len(filling.rows) + sum(batch.num_rows for batch in filling.batches) >= _BATCH:
        land_rows(reading, filling)


def _batch(filling: FilledTable) -> None:
    """Make one batch of the rows that came one by one."""
    if filling.rows:
        filling.batches.append(table_of_rows(filling.rows))
        filling.rows = []


def _placed(rows: pa.Table, places: Sequence[int], width: int) -> pa.Table:
    """The columns of some rows where they belong among the table's; those that it has no name for behind them."""
    columns = [pa.nulls(rows.num_rows, pa.string())] * width
    for place, column in zip(places, rows.columns, strict=False):
        columns[place] = column
    columns += rows.columns[len(places) :]
    return pa.table(columns, names=[str(column) for column in range(len(columns))])


def _place(columns: list[str], name: str) -> int:
    """Where a column is, whatever its case; it is added where it is new."""
    folded = name.casefold()
    for place, known in enumerate(columns):
        if known.casefold() == folded:
            return place
    columns.append(name)
    return len(columns) - 1


def land_rows(reading: SourceReading, filling: FilledTable) -> None:
    """Land the rows that are held."""
    _batch(filling)
    if not filling.batches:
        return
    width = max(len(filling.columns), *(batch.num_columns for batch in filling.batches))
    refuse_width(width, reading.limits, reading.place(filling.table.name))
    if filling.landing is None:
        filling.landing = Landing(reading.con, reading.namer(), width)
    filling.landing.door = door_of(filling.columns, reading.options)
    filling.landing.append(pa.concat_tables(filling.batches, promote_options="default"))
    filling.batches = []


def table_parts(
    reading: SourceReading, filled: Sequence[FilledTable], format_name: str, encoding: str | None
) -> list[PartRead]:
    """The parts: tables with identifiers first of all; where there are none, all tables."""
    options, where = reading.options, reading.source.where
    databases = {one.table.database for one in filled if one.read}
    found = []
    for one in filled:
        name = _shown(one.table, len(databases) > 1)
        if one.landing is None:
            continue
        landing = one.landing
        header = (*one.columns, *("",) * (landing.width - len(one.columns)))
        account = Account(one.read, rows=landing.rows, blank=landing.blank)
        part = reading.part(landing.table, landing, header, format_name, account, encoding=encoding, sheet=name)
        wanted = options.sheet is None or options.sheet in (name, one.table.name)
        found.append(part if wanted else _left_out(reading.con, part))
    if options.sheet is not None and all(not part.rows for part in found):
        known = ", ".join(_shown(one.table, len(databases) > 1) for one in filled if one.read)
        raise InputRefused(
            f"there is no table {options.sheet!r} with rows",
            where=where,
            remedy=f"its tables are {known or 'empty'}",
        )
    holding = [part for part in found if any(column.identifies for column in part.columns)]
    if not holding:
        return found
    parts = [part if part in holding or not part.rows else _left_out(reading.con, part) for part in found]
    others = [
        (part.sheet, part.account.left_out) for part in parts if part.account is not None and part.account.left_out
    ]
    if others:
        told = ", ".join(f"{name} ({count:,} rows)" for name, count in others[:8])
        more = f" and {len(others) - 8} more" if len(others) > 8 else ""
        reading.notes.append(f"{where}: tables without a number, address or key left out: {told}{more}")
    return parts


def _shown(table: SqlTable, several: bool) -> str:
    """The table's name, with its database where there are several, and a schema that is not the usual one."""
    schema = table.schema if table.schema.lower() not in ("", "public", "dbo") else ""
    return ".".join(name for name in (table.database if several else "", schema, table.name) if name)


def _left_out(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part without its rows, which its account counts as left out."""
    drop_raw(con, part.raw_table)
    account = part.account and replace(part.account, rows=0, left_out=part.rows)
    return replace(part, rows=0, columns=(), account=account)


# Reads an SQLite file: each table that holds identifiers is a part. Its rows come from a child process.

_DATABASE = ReadingProgram("tracer.lists.read.database_process", "database", "dump the table that you need as csv")


def read_database(reading: SourceReading) -> list[PartRead]:
    """The tables that hold identifiers (or the one that the user names with `sheet`), in their order.

    Raises InputRefused for a database that is damaged, cut off or too large, and where that table is not in it.
    """
    source, limits = reading.source, reading.limits
    filled: list[FilledTable] = []
    with child_frames(source, reading.options, limits, _DATABASE) as frames:
        frame = next(frames)
        while frame[0] != b"D":
            if frame[0] == b"F":
                raise failure_of(json_of(frame[1]), source, _DATABASE)
            if frame[0] == b"N":
                names = json_of(frame[1])["sheets"]
                wanted = reading.options.sheet
                if not names or (wanted is not None and wanted not in names):
                    what = f"there is no table {wanted!r}" if names else "there is no table in it"
                    remedy = f"its tables are {', '.join(names[:12])}" if names else "check that it is the right file"
                    raise InputRefused(what, where=reading.source.where, remedy=remedy)
                frame = next(frames)
                continue
            about = json_of(frame[1])
            table = SqlTable("", "", str(about["table"]))
            filling = FilledTable(table, [str(name) for name in about["columns"]])
            filled.append(filling)
            batches = FrameBatches(frames)
            for batch in batches:
                take_rows(reading, filling, SqlRows(table, None, batch))
            land_rows(reading, filling)
            if filling.read != about["rows"] and about["read"]:
                raise failure_of({"kind": "broken", "text": f"table {table.name}"}, source, _DATABASE)
            frame = batches.ended_by
    # Note the write-ahead log next to the file: what it holds is not in the database yet.
    path = reading.source.path
    log = path.with_name(f"{path.name}-wal") if path is not None else None
    if log is not None and log.is_file() and log.stat().st_size:
        reading.notes.append(
            f"{reading.source.where}: {log.name} next to it holds changes that are not read; open it in SQLite once,"
            " `PRAGMA wal_checkpoint`, and load it again"
        )
    return table_parts(reading, filled, "sqlite", None)


# Reads an SQL dump: each table that holds identifiers becomes a part, with its columns and rows.

_SAID = re.compile(rb"SET NAMES '?(\w+)|client_encoding\s*=\s*'([\w-]+)'", re.IGNORECASE)
_SERVERS = {
    "utf8mb4": "utf-8", "utf8mb3": "utf-8", "utf8": "utf-8", "latin1": "cp1252", "latin2": "iso8859-2", "sjis": "cp932",
    "latin5": "iso8859-9", "ujis": "euc_jp", "euckr": "cp949", "gb2312": "gb18030", "koi8r": "koi8-r",
    "hebrew": "iso8859-8", "greek": "iso8859-7", "tis620": "tis-620", "euc_cn": "gb18030",
}  # fmt: skip
"""Servers' names of encodings that Python has other names for; `win1251` is `cp1251`."""
_TAIL = 400


def read_dump(reading: SourceReading) -> list[PartRead]:
    """The tables of a dump that hold identifiers (or that the user names with `sheet`), in their order.

    Tables without any are counted as left out. A dump that ends too early keeps what is complete, and is said to.
    """
    source, options = reading.source, reading.options
    encoding = _encoding(source, options)
    head, _ = text_head(source, encoding)
    decoded = Decoded(source, encoding, strict=options.encoding is not None)
    tail = _Tail(decoded)
    backslash, lines_end = dialect_of(head)
    if backslash is None:
        backslash = _well_read(head, True, lines_end) >= _well_read(head, False, lines_end)
    walk = DumpWalk(tail, backslash, lines_end)
    filled: dict[SqlTable, FilledTable] = {}
    for piece in walk:
        take_rows(reading, filled.setdefault(piece.table, FilledTable(piece.table)), piece)
    for filling in filled.values():
        land_rows(reading, filling)
    parts = table_parts(reading, list(filled.values()), "sql", public_name(encoding.name))
    reading.notes.extend(_cut(walk, end_is_missing(head[:2_000], tail.last), filled, source.where))
    if decoded.replaced:
        reading.notes.append(
            f"{source.where}: {decoded.replaced:,} places are not {public_name(encoding.name)} (binary columns?)"
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


def _encoding(source: Source, options: ReadOptions) -> Encoding:
    """The encoding: what the user says, what the bytes are without a doubt, what the dump says, what is found."""
    found = find_encoding(source, options.encoding)
    said = _SAID.search(source.head(1 << 16))
    if options.encoding is not None or found.certain:
        return found
    # Binary columns are not UTF-8. If that is the encoding, the text between them is.
    read = sample_bytes(source)[0].decode("utf-8", "replace")
    broken = read.count("\ufffd")
    if sum(1 for char in read if char > "\x7f") >= 2 * broken:
        return Encoding("utf-8", 0, False)
    if said is None:
        return found
    name = (said[1] or said[2]).decode().lower()
    name = _SERVERS.get(name, re.sub(r"^win(?=\d)", "cp", name))
    try:
        return by_name(name, b"", source.where)
    except InputRefused:
        return found


class _Tail:
    """A text in pieces, whose end is remembered."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.pieces, self.last = pieces, ""

    def __iter__(self) -> Iterator[str]:
        for piece in self.pieces:
            self.last = (self.last + piece)[-_TAIL:]
            yield piece


def _cut(walk: DumpWalk, missing: bool, filled: dict[SqlTable, FilledTable], where: str) -> list[str]:
    notes = []
    if walk.cut_in is not None:
        rows = filled[walk.cut_in].read if walk.cut_in in filled else 0
        notes.append(
            f"{where}: cut off in table {walk.cut_in.name}; its {rows:,} complete rows are kept, the rest is missing"
        )
    elif missing:
        notes.append(f"{where}: the line that ends such a dump is missing: tables may be missing")
    if walk.passed_over:
        places = "1 place" if walk.passed_over == 1 else f"{walk.passed_over:,} places"
        notes.append(f"{where}: rows could not be read in {places}, up to the next statement")
    return notes
