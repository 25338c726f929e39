"""Reads a file of any format into raw tables: the one door of this room."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.errors import InputRefused
from tracer.lists.read.delimited import read_delimited
from tracer.lists.read.landing import TableNamer, temp_namer
from tracer.lists.read.model import FileRead, Limits, PartRead, ReadOptions
from tracer.lists.read.source import Source, file_source
from tracer.lists.read.workbook import read_workbook


def read_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    options: ReadOptions,
    *,
    limits: Limits | None = None,
    namer: TableNamer | None = None,
) -> FileRead:
    """Reads a file into raw tables, one per part.

    `con`: gets the tables; temporary ones with names unique within the process, unless `namer` gives each the name of a
    table to create (`raw.d3_p1`): then the rows go straight where they are to stay. `limits`: what a file may unpack to.
    Raises InputRefused for anything that is not read whole; tables made by then are the caller's to roll back.
    """
    source = file_source(path)
    notes: list[str] = []
    parts = read_source(con, source, options, namer or temp_namer(), limits or Limits(), notes)
    if not parts:
        raise InputRefused("no data rows", where=source.where, remedy="check that it is the right file")
    encodings = {part.encoding for part in parts}
    return FileRead(parts[0].format, encodings.pop() if len(encodings) == 1 else None, tuple(parts), tuple(notes))


def read_source(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    options: ReadOptions,
    namer: TableNamer,
    limits: Limits,
    notes: list[str],
) -> list[PartRead]:
    """The parts of one source that is no archive."""
    head = source.head(8)
    if head.startswith(b"PK\x03\x04"):
        return read_workbook(con, source, options, namer, limits, notes, "xlsx")
    return [read_delimited(con, source, options, namer, limits, notes)]
