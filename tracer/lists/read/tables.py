"""Tables of a database as they come in from a dump or a file: the ones that hold identifiers become parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, refuse_width, table_of_rows
from tracer.lists.read.model import Account, PartRead, ReadOptions
from tracer.lists.read.roles import door_of, find_column, held_keys
from tracer.lists.read.sql_statements import SqlRows, SqlTable
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
    filling.landing.door = door_of(filling.columns, _for_table(reading.options, filling.columns))
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
        for_table = replace(reading, options=_for_table(reading.options, header))
        account = Account(one.read, rows=landing.rows, blank=landing.blank)
        part = for_table.part(landing.table, landing, header, format_name, account, encoding=encoding, sheet=name)
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


def _for_table(options: ReadOptions, header: Sequence[str]) -> ReadOptions:
    """The options with those mapped columns alone that this table has; others are in another table."""
    kept: dict[str, str | Sequence[str]] = {}
    for role, value in options.columns.items():
        if role == "key":
            if held := held_keys(header, value, find_column):
                kept[role] = held
            continue
        wanted = value.split("|") if isinstance(value, str) else list(value)
        here = [one for one in wanted if find_column(header, one)]
        if here:
            kept[role] = here
    return replace(options, columns=kept)


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
