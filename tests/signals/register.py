"""A case with a canary and a control, and what was kept of the files that are loaded into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.identify.email import email_key

CANARY, CONTROL = "14000000001", "14000000002"  # in a segment nobody was given
MAIL = "lin@post.example"
LOCAL, EPOCH = "2026-06-18 12:45:19", 1781757919
APPLE = EPOCH - 978_307_200
IOS = (
    "CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZDATE TIMESTAMP, ZDURATION FLOAT, ZADDRESS BLOB,"
    " ZORIGINATED INTEGER, ZANSWERED INTEGER, ZSERVICE_PROVIDER VARCHAR);"
)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def database(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as con:
        con.executescript(script)
    return path


def case_with_numbers() -> Case:
    """Canary 1 (a number and an address) and control 2."""
    made = memory_case()
    made.con.execute(
        "INSERT INTO canary (no, phone, email, kind, imported_at) VALUES "
        "(1, 8614000000001, $email, 'canary', now()), (2, 8614000000002, NULL, 'control', now())",
        {"email": email_key(MAIL)},
    )
    return made


def signals(case: Case) -> list[tuple[object, ...]]:
    """(row, at, zone, channel, caller, canary, duration, text) of all that was kept, in order."""
    return case.con.execute(
        'SELECT row, "at", zone, channel, caller, canary, duration_s, text FROM signal ORDER BY file, row, canary'
    ).fetchall()


def rejects(case: Case) -> list[tuple[object, ...]]:
    """(row, reason, cell) of all that was not read."""
    return case.con.execute("SELECT row, reason, cell FROM signal_reject ORDER BY file, row").fetchall()


def full_disk(*_: object) -> None:
    """What writing does where there is no more room."""
    raise OSError(28, "No space left on device")
