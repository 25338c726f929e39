"""Logs of telephones: "SMS Backup & Restore" of Android, the call history of an iPhone, and whose log it is.

An iPhone has CallHistory.storedata (Core Data) since iOS 8, call_history.db before. Times are seconds since 1 January
2001, UTC. The file is opened read-only and as it is: a write-ahead log next to it is not seen.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from tracer.errors import InputRefused
from tracer.input_files import HELD, refuse_special, whole_bytes
from tracer.signals.records import RAW_LIMIT, Cells

_SURROGATES = re.compile(rb"(?:&#(?:x[dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});)+")
_ROOT, _RECORD, _END = (
    re.compile(pattern) for pattern in (rb"<(?:smses|calls)\b", rb"<(?:sms|mms|call)\s", rb"</(?:smses|calls)>\s*$")
)
# android.provider.CallLog: 1 received, 2 made, 3 missed, 4 voicemail, 5 rejected, 6 blocked, 7 answered on another
# device.
_RECEIVED_CALLS = ("1", "3", "4", "5", "6", "7")
_UNREADABLE = (ParseError, DefusedXmlException, ValueError, LookupError)
"""What is raised where XML cannot be read."""
_FROM = "137"
"""Kind of a multimedia message's address: the sender (PduHeaders.FROM)."""
_CORE_DATA_EPOCH = 978_307_200
"""1 January 2001 in seconds since 1970."""
_OUTGOING_FLAG = 1
"""Bit of `call.flags` of iOS 7 and earlier: 4 is incoming, 5 outgoing; further bits tell how it ended."""
_NUMBER = re.compile(r"(?<!\d)\+?\d{8,15}(?!\d)")
_MOBILE = re.compile(r"\+\d[\d ().-]{6,18}\d|(?<!\d)(?:\+?86)?1\d{10}(?!\d)")
"""A number behind a plus, or a Chinese mobile one."""
_TITLE_WORDS = ("号码", "手机", "number", "用户")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?:年|[-/.]?(?:0[1-9]|1[0-2])(?!\d))")


def xml_records(path: Path) -> Iterator[Cells]:
    """The records of an Android backup in order. Emoji, which the program writes as two references to surrogates (no
    well-formed XML), are repaired first. In a file that is damaged or cut off, each record that cannot be read is kept
    as its text.

    Raises `InputRefused`: no such XML, or one with entities of its own; none of its records can be read."""
    data = _SURROGATES.sub(_whole_signs, whole_bytes(path, HELD))
    try:
        root = SafeXml.fromstring(data, forbid_dtd=True)
    except _UNREADABLE as error:
        records = list[Element | str]()
        if not isinstance(error, DefusedXmlException) and _ROOT.search(data) is not None:
            # The text from the beginning of one record to that of the next: an attribute cannot hold `<`.
            starts = [*(match.start() for match in _RECORD.finditer(data)), len(data)]
            for start, end in pairwise(starts):
                piece = _END.sub(b"", data[start:end])
                try:
                    records.append(SafeXml.fromstring(piece, forbid_dtd=True))
                except _UNREADABLE:
                    records.append(piece[:RAW_LIMIT].decode("utf-8", "replace"))
        if not any(isinstance(record, Element) for record in records):
            what = f"the XML cannot be read ({type(error).__name__}: {error})"
            raise InputRefused(what, where=str(path), remedy="export it again") from None
        yield from (_of_android(record) if isinstance(record, Element) else {"raw": record} for record in records)
        return
    if root.tag not in ("smses", "calls"):
        what = f"not an SMS Backup & Restore file: it begins with <{root.tag}>"
        raise InputRefused(what, where=str(path), remedy="name the right file, or give its format with --as")
    yield from (_of_android(record) for record in root if record.tag in ("sms", "mms", "call"))


def _of_android(record: Element) -> Cells:
    is_call, kind = record.tag == "call", record.get("type") or record.get("msg_box") or ""
    received = kind in _RECEIVED_CALLS if is_call else kind == "1"
    parts = [part.get("text") or "" for part in record.iter("part") if part.get("ct") == "text/plain"]
    text = record.get("body") or " ".join(parts) or record.get("sub")
    # The address of a multimedia message to a group lists everybody; its parts tell who sent it.
    senders = (one.get("address") for one in record.iter("addr") if one.get("type") == _FROM)
    try:
        at = datetime.fromtimestamp(int(record.get("date") or "") / 1000, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        at = None
    return {
        "at": at,
        "other": record.get("number") if is_call else next(senders, record.get("address")),
        "direction": "in" if received else "out",
        "channel": "call" if is_call else "sms",
        "duration": record.get("duration"),
        "text": None if text == "null" else text,
        "raw": " ".join(f'{name}="{value}"' for name, value in record.attrib.items())[:RAW_LIMIT],
    }


def _whole_signs(run: re.Match[bytes]) -> bytes:
    """References to halves of signs as references to the signs; a half alone becomes U+FFFD."""
    codes = run[0].replace(b"&#", b"").split(b";")[:-1]
    units = (int(code[1:], 16) if code.startswith(b"x") else int(code) for code in codes)
    text = b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "replace")
    return "".join(f"&#{ord(sign)};" for sign in text).encode()


def ios_records(path: Path) -> Iterator[Cells]:
    """The calls of an iPhone in the order in which its database numbers them.

    Raises `InputRefused`: no such database, or a damaged one."""
    refuse_special(path)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1", uri=True)) as con:
            con.row_factory = sqlite3.Row
            tables = {row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            known = {"ZCALLRECORD": "Z_PK", "call": "ROWID"}
            table = next((name for name in known if name in tables), None)
            if table is None:
                remedy = "give CallHistory.storedata or call_history.db"
                raise InputRefused("this database has no calls", where=str(path), remedy=remedy)
            for row in con.execute(f"SELECT * FROM {table} ORDER BY {known[table]}"):
                yield _of_iphone(row, table)
    except sqlite3.Error as error:
        raise InputRefused(f"the database cannot be read ({error})", where=str(path), remedy="copy it again") from None


def _of_iphone(row: sqlite3.Row, table: str) -> Cells:
    raw = {key: _text(row[key]) for key in row.keys()}  # noqa: SIM118 - a Row iterates over its values
    if table == "ZCALLRECORD":
        date, address, duration, made = (row[f"Z{name}"] for name in ("DATE", "ADDRESS", "DURATION", "ORIGINATED"))
        raw["service"] = raw.get("ZSERVICE_PROVIDER")
    else:
        date, address, duration, made = row["date"], row["address"], row["duration"], row["flags"] & _OUTGOING_FLAG
        if isinstance(date, int | float) and date > _CORE_DATA_EPOCH:  # iOS 6 and earlier counted from 1970
            date -= _CORE_DATA_EPOCH
    return {
        "at": str(int(date + _CORE_DATA_EPOCH)) if isinstance(date, int | float) else None,
        "other": _text(address) or None,
        "direction": "out" if made else "in",
        "channel": "call",
        "duration": None if duration is None else str(duration),
        "raw": json.dumps({key: v for key, v in raw.items() if v is not None}, ensure_ascii=False)[:RAW_LIMIT],
    }


def _text(value: Any) -> str | None:
    """Addresses are stored as bytes by some versions and as text by others."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return None if value is None else str(value)


def number_in_name(path: Path) -> str | None:
    """The number in the file's name (`sms-8613….xml`), or in that of its folder (`8613…/CallHistory.storedata`)."""
    for name in (path.stem, path.parent.name):
        # A backup's time stamp (sms-20260618124519.xml) has 14 digits and begins with a year.
        numbers = [found for found in _NUMBER.findall(name) if not re.fullmatch(r"20\d{6}(\d{6})?", found)]
        if numbers:
            return str(numbers[0])
    return None


def number_above(rows: Sequence[Sequence[str | None]]) -> str | None:
    """The number in the title rows of a bill: `手机号码：138…`, or alone in a cell next to such a word."""
    texts = (" ".join(cell for cell in row if cell) for row in rows)
    told = (_MOBILE.search(text) for text in texts if any(word in text.casefold() for word in _TITLE_WORDS))
    return next((found[0] for found in told if found is not None), None)


def year_around(rows: Sequence[Sequence[str | None]], path: Path) -> int | None:
    """The year of a bill whose times have none: in its title rows (`2026年05月`), else in the file's name."""
    texts = (*(" ".join(cell for cell in row if cell) for row in rows), path.stem)
    return next((int(found[1]) for text in texts if (found := _YEAR.search(text)) is not None), None)
