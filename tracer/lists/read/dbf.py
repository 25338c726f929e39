"""Reads dBase, FoxPro and Clipper tables (.dbf): records of one length, cut into their fields."""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tracer.errors import InputRefused
from tracer.lists.read.encoding import Encoding, by_name, detect, public_name
from tracer.lists.read.landing import SourceReading
from tracer.lists.read.model import Account, PartRead

_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\x8e\xcb\xe5\xeb\xf5\xfb")
_LEVEL_7 = (0x04, 0x8C)
_PAGES = {
    **dict.fromkeys(b"\x01\x09\x0b\x0d\x0f\x11\x15\x18\x19\x1b", "437"),
    **dict.fromkeys(b"\x02\x0a\x0e\x10\x12\x14\x16\x1a\x1d\x25\x37", "850"),
    **dict.fromkeys(b"\x03\x57\x58\x59", "1252"),
    **dict.fromkeys(b"\x08\x17\x66", "865"),
    **dict.fromkeys(b"\x1f\x22\x23\x40\x64\x87", "852"),
    **{0x04: "mac-roman", 0x13: "932", 0x7B: "932", 0x1C: "863", 0x6C: "863", 0x24: "860", 0x26: "866"},
    **{0x65: "866", 0x4D: "936", 0x7A: "936", 0x4E: "949", 0x79: "949", 0x4F: "950", 0x78: "950", 0x50: "874"},
    **{0x7C: "874", 0x67: "861", 0x6A: "737", 0x86: "737", 0x6B: "857", 0x88: "857", 0x7D: "1255", 0x7E: "1256"},
    **{0x96: "mac-cyrillic", 0x97: "mac-latin2", 0x98: "mac-greek", 0xC8: "1250", 0xC9: "1251", 0xCA: "1254"},
    **{0xCB: "1253", 0xCC: "1257"},
}
"""Code pages by the byte that names them in the header (language driver)."""
_TEXT, _MEMOS, _SAMPLE, _ROWS = b"CNFLDV", b"MGPBW", 4_000, 20_000
_EPOCH = 1_721_425  # Julian number of the day before the first of Python's calendar


class DbfField(NamedTuple):
    """A field of the records."""

    name: bytes
    kind: int
    at: int
    size: int


@dataclass(frozen=True)
class DbfHeader:
    """What the file says of itself."""

    version: int
    records: int
    begins: int
    size: int
    page: int
    fields: tuple[DbfField, ...]


def header_of(head: bytes) -> DbfHeader | None:
    """The header of a file that begins so; None where it is not such a table, whose fields add up to its records."""
    if len(head) < 65 or head[0] not in _VERSIONS or not (head[2] <= 12 and head[3] <= 31):
        return None
    records, begins, size = struct.unpack_from("<IHH", head, 4)
    step, first, long_name = (48, 68, 32) if head[0] in _LEVEL_7 else (32, 32, 11)
    fields, place, at = list[DbfField](), first, 1
    while place + step <= min(begins, len(head)) and head[place] != 0x0D:
        kind = head[place + long_name]
        length = head[place + long_name + 1] if step == 48 else head[place + 16]
        if kind == ord("C") and step == 32:
            length += head[place + 17] << 8
        if not (chr(kind).isalpha() or kind in b"0@+") or not length:
            return None
        fields.append(DbfField(head[place : place + long_name].split(b"\0")[0], kind, at, length))
        place, at = place + step, at + length
    if not fields or at != size or place >= len(head) or head[place] != 0x0D or begins <= place:
        return None
    return DbfHeader(head[0], records, begins, size, head[29], tuple(fields))


def read_dbf(reading: SourceReading) -> PartRead:
    """The table as one part; records that are marked as deleted are left out, and noted.

    Raises InputRefused for a table that is cut off.
    """
    source, notes = reading.source, reading.notes
    header = header_of(source.head(1 << 16))
    if header is None:
        raise LookupError("asked to read what is not a table")
    held = (source.size - header.begins) // header.size
    if held < header.records:
        what = f"the table is damaged or cut off: it has {max(held, 0):,} of its {header.records:,} records"
        raise InputRefused(what, where=source.where, remedy="get it again")
    if held > header.records:
        notes.append(f"{source.where}: {_counted(held - header.records)} beyond those that the table counts not read")
    memos = [_name(field, "ascii") for field in header.fields if field.kind in _MEMOS and not _is_double(header, field)]
    if memos:
        notes.append(
            f"{source.where}: what the memo fields {', '.join(memos)} hold is in another file (.dbt, .fpt) and not read"
        )
    encoding = _encoding(reading, header)
    fields = [field for field in header.fields if field.kind != ord("0")]
    names = tuple(_name(field, encoding.name) for field in fields)
    landing = reading.landing(names)
    deleted = 0
    for records in _records(reading, header):
        marked = records[:, 0] == ord("*")
        deleted += int(np.count_nonzero(marked))
        kept = records[~marked]
        columns = [_column(kept[:, field.at : field.at + field.size], field, header, encoding) for field in fields]
        landing.append(pa.table(columns, names=[str(i) for i in range(len(columns))]))
    if deleted:
        notes.append(f"{source.where}: {_counted(deleted)} marked as deleted left out")
    account = Account(header.records, rows=landing.rows, blank=landing.blank, left_out=deleted)
    return reading.part(landing, names, "dbf", account, encoding=public_name(encoding.name))


def _counted(records: int) -> str:
    return "1 record" if records == 1 else f"{records:,} records"


def _name(field: DbfField, codec: str) -> str:
    return field.name.decode(codec, "replace").strip()


def _records(reading: SourceReading, header: DbfHeader) -> Iterator[np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
    with reading.source.open() as stream:
        stream.read(header.begins)
        left = header.records
        while left:
            count = min(left, _ROWS)
            data = stream.read(count * header.size)
            left -= count
            yield np.frombuffer(data, np.uint8).reshape(count, header.size)


def _encoding(reading: SourceReading, header: DbfHeader) -> Encoding:
    """The encoding: what the user says; UTF-8 where it is; what the header says, if it can be; what is found."""
    source, named = reading.source, reading.options.encoding
    if named is not None:
        return by_name(named, b"", source.where)
    texts = [field for field in header.fields if field.kind in b"CV"]
    lines = list[bytes]()
    for records in _records(reading, header):
        for record in records[: _SAMPLE - len(lines)]:
            data = record.tobytes()
            lines.append(b",".join(data[field.at : field.at + field.size].strip(b" \0") for field in texts))
        if len(lines) >= _SAMPLE:
            break
    found = detect(b"\n".join(lines), True)
    said = _PAGES.get(header.page)
    if found.name == "utf-8" or said is None:
        return found
    encoding = by_name(said if said.startswith("mac") else f"cp{said}", b"", source.where)
    text = b"\n".join(lines).decode(encoding.name, "replace")
    if "\ufffd" not in text:
        return encoding
    reading.notes.append(
        f"{source.where}: its header says {public_name(encoding.name)}, which it is not; read as"
        f" {public_name(found.name)}. --encoding decides"
    )
    return found


def _is_double(header: DbfHeader, field: DbfField) -> bool:
    """Whether a field B holds a number, as FoxPro writes it, and not the place of a memo."""
    return field.kind == ord("B") and header.version in (0x30, 0x31, 0x32) and field.size == 8


def _column(
    cells: np.ndarray[tuple[int, int], np.dtype[np.uint8]], field: DbfField, header: DbfHeader, encoding: Encoding
) -> pa.Array:
    """A field of some records as text."""
    data = np.ascontiguousarray(cells).tobytes()
    pieces = [data[at : at + field.size] for at in range(0, len(data), field.size)]
    if field.kind in _TEXT:
        if field.kind == ord("V"):  # the last byte says how long the text is, unless it takes all the room
            pieces = [
                piece[: piece[-1]] if piece[-1] < len(piece) and not piece[piece[-1] : -1].strip(b" \0") else piece
                for piece in pieces
            ]
        texts: list[str | None] = [piece.decode(encoding.name, "replace").strip(" \0\t") for piece in pieces]
        if field.kind == ord("D"):
            texts = [re.sub(r"^(\d{4})(\d\d)(\d\d)\Z", r"\1-\2-\3", text or "") for text in texts]
        elif field.kind == ord("L"):
            texts = [None if text == "?" else text for text in texts]
        return pa.array(texts, pa.string())
    read = _numbers(header, field)
    return pa.array([None if read is None else read(piece) for piece in pieces], pa.string())


def _numbers(header: DbfHeader, field: DbfField) -> Callable[[bytes], str | None] | None:
    """How a field of bytes is read; None where it is not: a memo's place, a picture."""
    kind, level_7 = chr(field.kind), header.version in _LEVEL_7
    if kind in "I+" and field.size == 4 and level_7:  # the sign is turned over, so that bytes sort as numbers do
        return lambda piece: str(int.from_bytes(piece, "big") - (1 << 31)) if any(piece) else None
    if kind == "I" and field.size == 4:
        return lambda piece: str(int.from_bytes(piece, "little", signed=True))
    if kind == "Y" and field.size == 8:
        return lambda piece: f"{int.from_bytes(piece, 'little', signed=True) / 10_000:.4f}"
    if _is_double(header, field):
        return _float
    if kind in "T@" and field.size == 8:
        return _moment
    return None


def _float(piece: bytes) -> str:
    (number,) = struct.unpack("<d", piece)
    return str(int(number)) if number.is_integer() and abs(number) < 1 << 53 else repr(number)


def _moment(piece: bytes) -> str | None:
    day, thousandths = struct.unpack("<II", piece)
    if not 0 < day - _EPOCH <= dt.date.max.toordinal():
        return None
    date = dt.date.fromordinal(day - _EPOCH)
    seconds = round(thousandths / 1000)
    return f"{date} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds else str(date)
