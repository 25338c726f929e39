"""Reads an SQLite file: each table that holds identifiers is a part. Its rows come from a child process."""

from __future__ import annotations

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.model import PartRead
from tracer.lists.read.reading import SourceReading
from tracer.lists.read.sql_statements import SqlRows, SqlTable
from tracer.lists.read.tables import FilledTable, land_rows, table_parts, take_rows
from tracer.lists.read.workbook import FrameBatches, ReadingProgram, child_frames, failure_of

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
