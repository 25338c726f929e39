"""Android's "SMS Backup & Restore" XML: the messages and calls of one telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from tracer.errors import InputRefused
from tracer.regular import HELD, whole
from tracer.signals.texts import RAW_LIMIT, Cells

_PAIR = re.compile(rb"&#(x[dD][89abAB][0-9a-fA-F]{2}|5[56]\d{3});&#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});")
_LONE = re.compile(rb"&#(x[dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});")
_ROOT, _RECORD, _END = (
    re.compile(pattern) for pattern in (rb"<(?:smses|calls)\b", rb"<(?:sms|mms|call)\s", rb"</(?:smses|calls)>\s*$")
)
# android.provider.CallLog: 1 received, 2 made, 3 missed, 4 voicemail, 5 rejected, 6 blocked, 7 answered on another
# device.
_RECEIVED_CALLS = ("1", "3", "4", "5", "6", "7")
_FROM = "137"
"""Kind of a multimedia message's address: the sender (PduHeaders.FROM)."""


def xml_records(path: Path) -> Iterator[Cells]:
    """The file's records in order. Emoji, which the program writes as two references to surrogates (no well-formed
    XML), are repaired first. In a file that is damaged or cut off, each record that cannot be read is kept as its text.

    Raises:
        InputRefused: no such XML, or one with entities of its own; none of its records can be read.
    """
    data = _mended(whole(path, HELD))
    try:
        root = SafeXml.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        records = [] if isinstance(error, DefusedXmlException) else [_one_by_one(piece) for piece in _pieces(data)]
        if not any(isinstance(record, Element) for record in records):
            what = f"the XML cannot be read ({type(error).__name__}: {error})"
            raise InputRefused(what, where=str(path), remedy="export it again") from None
        yield from (_cells(record) if isinstance(record, Element) else {"raw": record} for record in records)
        return
    if root.tag not in ("smses", "calls"):
        what = f"not an SMS Backup & Restore file: it begins with <{root.tag}>"
        raise InputRefused(what, where=str(path), remedy="name the right file, or give its format with --as")
    for record in root:
        if record.tag in ("sms", "mms", "call"):
            yield _cells(record)


def _pieces(data: bytes) -> Iterator[bytes]:
    """The text from the beginning of one record to that of the next: an attribute cannot hold `<`."""
    if _ROOT.search(data) is None:
        return
    starts = [*(match.start() for match in _RECORD.finditer(data)), len(data)]
    for start, end in pairwise(starts):
        yield _END.sub(b"", data[start:end])


def _one_by_one(piece: bytes) -> Element | str:
    """The record, or its text where it cannot be read."""
    try:
        record: Element = SafeXml.fromstring(piece, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return piece[:RAW_LIMIT].decode("utf-8", "replace")
    return record


def _cells(record: Element) -> Cells:
    is_call, kind = record.tag == "call", record.get("type") or record.get("msg_box") or ""
    received = kind in _RECEIVED_CALLS if is_call else kind == "1"
    parts = [part.get("text") or "" for part in record.iter("part") if part.get("ct") == "text/plain"]
    text = record.get("body") or " ".join(parts) or record.get("sub")
    # The address of a message; that of a multimedia message to a group lists everybody, its parts tell who sent it.
    return {
        "at": _from_milliseconds(record.get("date")),
        "other": record.get("number")
        if is_call
        else next((a.get("address") for a in record.iter("addr") if a.get("type") == _FROM), record.get("address")),
        "direction": "in" if received else "out",
        "channel": "call" if is_call else "sms",
        "duration": record.get("duration"),
        "text": None if text == "null" else text,
        "raw": " ".join(f'{name}="{value}"' for name, value in record.attrib.items())[:RAW_LIMIT],
    }


def _mended(data: bytes) -> bytes:
    def code(reference: bytes) -> int:
        return int(reference[1:], 16) if reference[:1] in b"xX" else int(reference)

    def joined(match: re.Match[bytes]) -> bytes:
        high, low = code(match[1]), code(match[2])
        if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
            return match[0]
        return f"&#{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)};".encode()

    def lone(match: re.Match[bytes]) -> bytes:
        return b"&#65533;" if 0xD800 <= code(match[1]) < 0xE000 else match[0]

    return _LONE.sub(lone, _PAIR.sub(joined, data))


def _from_milliseconds(text: str | None) -> str | None:
    try:
        return datetime.fromtimestamp(int(text or "") / 1000, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
