"""The call history of an iPhone: CallHistory.storedata (Core Data) since iOS 8, call_history.db before.

Times are seconds since 1 January 2001, UTC. The file is opened read-only and as it is: a write-ahead log next to it is
not seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tracer.errors import InputRefused
from tracer.regular import refuse_special
from tracer.signals.texts import RAW_LIMIT, Cells

_CORE_DATA_EPOCH = 978_307_200
"""1 January 2001 in seconds since 1970."""
_OUTGOING_FLAG = 1
"""Bit of `call.flags` of iOS 7 and earlier: 4 is incoming, 5 outgoing; further bits tell how it ended."""


def ios_records(path: Path) -> Iterator[Cells]:
    """The calls in the order in which the database numbers them.

    Raises:
        InputRefused: no such database, or a damaged one.
    """
    refuse_special(path)
    try:
        con = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)
        try:
            con.row_factory = sqlite3.Row
            tables = {row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "ZCALLRECORD" in tables:
                yield from map(_core_data, con.execute("SELECT * FROM ZCALLRECORD ORDER BY Z_PK"))
            elif "call" in tables:
                yield from map(_old, con.execute("SELECT * FROM call ORDER BY ROWID"))
            else:
                what = "this database has no calls"
                raise InputRefused(what, where=str(path), remedy="give CallHistory.storedata or call_history.db")
        finally:
            con.close()
    except sqlite3.Error as error:
        raise InputRefused(f"the database cannot be read ({error})", where=str(path), remedy="copy it again") from None


def _core_data(row: sqlite3.Row) -> Cells:
    has = row.keys()
    service = _text(row["ZSERVICE_PROVIDER"]) if "ZSERVICE_PROVIDER" in has else None
    return _cells(row, row["ZDATE"], row["ZADDRESS"], row["ZDURATION"], bool(row["ZORIGINATED"]), service)


def _old(row: sqlite3.Row) -> Cells:
    date = row["date"]
    # iOS 6 and earlier counted from 1970.
    since_2001 = date - _CORE_DATA_EPOCH if isinstance(date, int | float) and date > _CORE_DATA_EPOCH else date
    return _cells(row, since_2001, row["address"], row["duration"], bool(row["flags"] & _OUTGOING_FLAG), None)


def _cells(row: sqlite3.Row, date: Any, address: Any, duration: Any, made: bool, service: str | None) -> Cells:
    raw = {key: _text(row[key]) for key in row.keys()}  # noqa: SIM118 - a Row iterates over its values
    raw = {key: value for key, value in {**raw, "service": service}.items() if value is not None}
    return {
        "at": str(int(date + _CORE_DATA_EPOCH)) if isinstance(date, int | float) else None,
        "other": _text(address) or None,
        "direction": "out" if made else "in",
        "channel": "call",
        "duration": None if duration is None else str(duration),
        "raw": json.dumps(raw, ensure_ascii=False)[:RAW_LIMIT],
    }


def _text(value: Any) -> str | None:
    """Addresses are stored as bytes by some versions and as text by others."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return None if value is None else str(value)
