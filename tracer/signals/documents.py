"""Signals that come as documents: Android's SMS Backup & Restore XML, and mail. Each becomes one table of texts.

The table has the columns at (ISO 8601 with zone), caller, called, channel, duration, text, direction and raw, in the
order of the records. Nothing is dropped: a record that lacks something has empty cells and is judged later.
"""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree as SafeXml
import pyarrow as pa
from defusedxml.common import DefusedXmlException

from tracer.errors import InputRefused

COLUMNS = ("at", "caller", "called", "channel", "duration", "text", "direction", "raw")
_PAIR = re.compile(rb"&#(x[dD][89abAB][0-9a-fA-F]{2}|5[56]\d{3});&#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[67]\d{3});")
_LONE = re.compile(rb"&#(x[dD][89a-fA-F][0-9a-fA-F]{2}|5[5-7]\d{3});")
_NUMBER = re.compile(r"(?<!\d)\+?\d{8,15}(?!\d)")
# SMS Backup & Restore: 1 is received for both; 3 is a missed, 5 a rejected, 6 a blocked call.
_RECEIVED_CALLS = ("1", "3", "4", "5", "6", "7")
_RAW_LIMIT = 4_000


def _row(**cells: str | None) -> dict[str, str | None]:
    return {column: cells.get(column) for column in COLUMNS}


def table_of(rows: Iterator[dict[str, str | None]]) -> pa.Table:
    """The records as an Arrow table of texts."""
    return pa.Table.from_pylist(list(rows), schema=pa.schema([(column, pa.string()) for column in COLUMNS]))


def xml_rows(path: Path) -> Iterator[dict[str, str | None]]:
    """The messages and calls of an SMS Backup & Restore file. The telephone's own number is the one in the file's name.

    Emoji, which the program writes as two references to surrogates (no well-formed XML), are mended first.

    Raises:
        InputRefused: no such XML, with entities of its own, or no number in the file's name.
    """
    own = _NUMBER.search(path.stem)
    if own is None:
        raise InputRefused(
            "the telephone's own number is not in the file", where=str(path),
            remedy="put it into the file's name, as in sms-8613…….xml",
        )  # fmt: skip
    try:
        root = SafeXml.fromstring(_mended(path.read_bytes()), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputRefused(f"no readable XML ({type(error).__name__}: {error})", where=str(path)) from None
    if root.tag not in ("smses", "calls"):
        raise InputRefused(f"<{root.tag}> is no SMS Backup & Restore file", where=str(path))
    for record in root:
        if record.tag not in ("sms", "mms", "call"):
            continue
        is_call, kind = record.tag == "call", record.get("type") or record.get("msg_box") or ""
        received = kind in _RECEIVED_CALLS if is_call else kind == "1"
        yield _row(
            at=_from_milliseconds(record.get("date")),
            caller=record.get("number") if is_call else record.get("address"),
            called=own[0],
            channel="call" if is_call else "sms",
            duration=record.get("duration"),
            text=record.get("body") or record.get("sub"),
            direction="in" if received else "out",
            raw=" ".join(f'{name}="{value}"' for name, value in record.attrib.items())[:_RAW_LIMIT],
        )


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


def mail_rows(path: Path) -> Iterator[dict[str, str | None]]:
    """The messages of an mbox file, or of one .eml; a message to several addresses gives a row for each.

    Raises:
        InputRefused: it does not begin like mail.
    """
    data = path.read_bytes()
    if data.startswith(b"From "):
        messages = re.split(rb"(?m)^From (?=\S+ .*\d{4}\s*$)", data)[1:]
        texts = [message.partition(b"\n")[2] for message in messages]
    elif re.match(rb"[A-Za-z-]+:", data):
        texts = [data]
    else:
        raise InputRefused("this does not begin like mail", where=str(path))
    parser = BytesParser(policy=email.policy.compat32)
    for text in texts:
        message = parser.parsebytes(text)
        yield from _mail(message)


def _mail(message: Message) -> Iterator[dict[str, str | None]]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
    to = [
        address
        for _, address in getaddresses([decoded(value) for name in names for value in message.get_all(name, [])])
    ]
    sender = next((address for _, address in getaddresses([decoded(message.get("From", ""))]) if address), None)
    try:
        at: str | None = parsedate_to_datetime(str(message.get("Date", ""))).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError):
        at = None
    for address in dict.fromkeys(one.strip().casefold() for one in to if one) or [None]:
        yield _row(
            at=at, caller=sender, called=address, channel="email", direction="in",
            text=decoded(message.get("Subject", "")),
            raw="\n".join(f"{name}: {decoded(value)}" for name, value in message.items())[:_RAW_LIMIT],
        )  # fmt: skip


def decoded(value: object) -> str:
    """A header as text. Headers that say gb2312 or gbk are often GB18030; bad bytes are replaced."""
    parts = []
    try:
        pieces = decode_header(str(value))
    except (ValueError, TypeError):
        return str(value)
    for text, charset in pieces:
        if isinstance(text, str):
            parts.append(text)
            continue
        codec = (charset or "utf-8").lower()
        codec = "gb18030" if codec in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else codec
        try:
            parts.append(text.decode(codec, errors="replace"))
        except LookupError:
            parts.append(text.decode("utf-8", errors="replace"))
    return "".join(parts)
