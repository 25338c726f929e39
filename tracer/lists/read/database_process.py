"""The child process that reads an SQLite file: its tables in, frames as `sheet_process` writes them out.

A stranger's database is parsed by SQLite's own code, so it is opened read-only, with nothing of its schema trusted, in
a process that has limits of memory and time. Views, virtual tables and triggers are not used. Frames: `N` (JSON) the
tables' names; `S` (JSON) a table begins, with its columns; `B` a batch of its rows; `F` failure; `D` done.

Started as `python -m tracer.lists.read.database_process MEMORY SECONDS TABLE FILE`, as `sheet_process` is.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence

from tracer.lists.read.sheet_process import send_rows, text_of, write_frame
from tracer.lists.read.zip_process import limit

_ROWS = 20_000
_VIRTUAL = "CREATE VIRTUAL"


def cell_text(cell: object) -> str | None:
    """A cell as text; bytes as text where they are UTF-8 that can be printed, else as hexadecimal digits."""
    if isinstance(cell, bytes):
        try:
            text = cell.decode("utf-8")
        except UnicodeDecodeError:
            return cell.hex()
        return text if text.isprintable() else cell.hex()
    return text_of(cell)  # type: ignore[arg-type]  # SQLite has no other types


def _opened(kind: str) -> sqlite3.Connection:
    """The database, read-only; one that comes through a pipe is held in memory, without its write-ahead log."""
    if kind == "file":
        return sqlite3.connect("file:/dev/fd/0?mode=ro&immutable=1", uri=True)
    data = bytearray(sys.stdin.buffer.read())
    data[18:20] = b"\1\1"  # a database in memory has no such log, whatever its header says
    con = sqlite3.connect(":memory:")
    con.deserialize(data)
    return con


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _rows(con: sqlite3.Connection, name: str) -> Iterator[list[str | None]]:
    cursor = con.execute(f"SELECT * FROM {_quoted(name)}")
    while rows := cursor.fetchmany(_ROWS):
        yield from ([cell_text(cell) for cell in row] for row in rows)


def main(arguments: Sequence[str]) -> int:
    """Reads the database and writes the frames. Always 0 unless killed: failures are frames."""
    limit(int(arguments[0]), int(arguments[1]))
    wanted = json.loads(arguments[2])
    try:
        con = _opened(arguments[3])
        con.text_factory = lambda data: data.decode("utf-8", "replace")
        con.execute("PRAGMA trusted_schema = OFF")
        con.execute("PRAGMA cell_size_check = ON")
        listed = con.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        names = [
            str(name)
            for name, sql in listed
            if not str(name).startswith("sqlite_") and not str(sql or "").upper().startswith(_VIRTUAL)
        ]
        write_frame(b"N", json.dumps({"sheets": names}).encode())
        for name in names:
            columns = [str(row[1]) for row in con.execute(f"PRAGMA table_info({_quoted(name)})")]
            (count,) = con.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()
            about = {"table": name, "columns": columns, "rows": count, "read": wanted in (None, name)}
            write_frame(b"S", json.dumps(about).encode())
            if about["read"]:
                send_rows(_rows(con, name), trimmed=False)
    except MemoryError:
        write_frame(b"F", b'{"kind": "memory", "text": ""}')
    except (sqlite3.Error, OSError, ValueError) as error:
        write_frame(b"F", json.dumps({"kind": "broken", "text": str(error)}).encode())
    else:
        write_frame(b"D", b"")
    sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
