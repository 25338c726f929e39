"""Copies of delimited text and of lists of one value a line: bytes are cut and joined, never rewritten."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tracer.lists.read.delimited import has_escapes
from tracer.lists.read.encoding import escaped_lines
from tracer.lists.write.model import (
    NewRow,
    Offsets,
    PartEdit,
    SourcePart,
    Template,
    has_plausible_head,
    stretches,
    unwritable,
)


@dataclass(frozen=True)
class TextRecords:
    """The data records of a text, as spans of its bytes that end behind their line end."""

    data: bytes
    starts: Offsets
    ends: Offsets
    newline: bytes
    closed: bool
    """Whether the source itself ended with a line end; if not, the copy does not either."""
    unit: int = 1
    """Bytes of a line feed: 2 in UTF-16."""

    def record(self, row: int) -> bytes:
        """The bytes of a data row (from 1) without its line end."""
        record = self.data[self.starts[row - 1] : self.ends[row - 1]]
        for end in (self.newline, self.newline[-self.unit :]):
            if record.endswith(end):
                return record[: -len(end)]
        return record

    def splice(self, edit: PartEdit, written: Callable[[NewRow], bytes]) -> bytes:
        """The text with `edit` applied; `written`: a row that comes in as bytes, without its line end."""
        view = memoryview(self.data)
        return self.ended(
            view[piece] if isinstance(piece, slice) else written(piece) + self.newline
            for piece in stretches(edit, self.starts, self.ends, int(self.ends[-1]), len(view))
        )

    def ended(self, pieces: Iterable[bytes | memoryview]) -> bytes:
        """Pieces of a copy together, with a line end behind them where the source has one."""
        copy = b"".join(pieces)
        return copy if self.closed or not copy.endswith(self.newline) else copy[: -len(self.newline)]


_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class DelimitedTemplate(Template):
    """A delimited source, cut into records once. Raises `InputRefused` where its records cannot be told apart."""

    def __init__(self, content: bytes, part: SourcePart, where: str) -> None:
        self.part = part
        self.codec = codec_of(content, part.encoding)
        self.records, self.quote, self.escaped = read_records(content, part, self.codec, where)
        self.suffix = f".{part.format}"

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        return self.records.splice(edits.get(self.part.part, PartEdit()), self._record_bytes)

    def without(self, gone: frozenset[int]) -> bytes:
        """See `Template`; titles above the headings stay whole."""
        records, delimiter = self.records, self.part.delimiter or ""

        def cut(fields: list[str]) -> str:
            return delimiter.join(field for i, field in enumerate(fields) if i not in gone)

        lines = records.data[: int(records.starts[0])].decode(self.codec).splitlines(keepends=True)
        for at in range(len(lines) - 1, -1, -1):  # above the data: the row of headings
            body = lines[at].rstrip("\r\n")
            bom = "\ufeff" if body.startswith("\ufeff") else ""
            fields = raw_fields(body.removeprefix(bom), delimiter, self.quote, escaped=self.escaped)
            if len(fields) == len(self.part.headers):
                lines[at] = bom + cut(fields) + lines[at][len(body) :]
                break
        pieces = ["".join(lines).encode(self.codec)]
        for row, (start, end) in enumerate(zip(records.starts, records.ends, strict=True), 1):
            behind = int(start) + len(records.record(row))
            pieces += [cut(self._fields(row)).encode(self.codec), records.data[behind : int(end)]]
        return records.ended([*pieces, records.data[int(records.ends[-1]) :]])

    def _fields(self, row: int) -> list[str]:
        record = self.records.record(row).decode(self.codec)
        return raw_fields(record, self.part.delimiter or "", self.quote, escaped=self.escaped)

    def _record_bytes(self, new: NewRow) -> bytes:
        """A record whose cells are taken over as written, or new and quoted where those of its model are."""
        model = self._fields(new.like)
        needed = max((i + 1 for i, cell in enumerate(new.cells) if cell is not None), default=1)
        fields = []
        for i in range(max(needed, len(model))):
            cell = new.cells[i] if i < len(new.cells) else None
            donor = new.taken[i] if i < len(new.taken) else None
            if donor is not None:
                written = self._fields(donor)
                fields.append(written[i] if i < len(written) else "")
            else:
                fields.append(self._field(cell or "", model[i] if i < len(model) else ""))
        return (self.part.delimiter or "").join(fields).encode(self.codec)

    def _field(self, cell: str, model: str) -> str:
        quote, delimiter = self.quote, self.part.delimiter
        if not quote:
            return cell
        special = quote in cell or "\n" in cell or "\r" in cell or (bool(delimiter) and str(delimiter) in cell)
        if special or (model.startswith(quote) and len(model) > 1):
            if self.escaped:
                return quote + re.sub(r'[\\"]', r"\\\g<0>", cell) + quote
            return quote + cell.replace(quote, quote * 2) + quote
        return cell


def codec_of(content: bytes, encoding: str | None) -> str:
    """The codec of a text's characters behind its byte order mark."""
    for bom, codec in _BOMS:
        if content.startswith(bom):
            return codec
    name = codecs.lookup(encoding or "utf-8").name
    if name == "utf-16":
        return "utf-16-le"
    # GBK's superset writes the same bytes for the same characters, and more characters.
    return {"gb2312": "gb18030", "gbk": "gb18030", "utf-8-sig": "utf-8"}.get(name, name)


def raw_fields(record: str, delimiter: str, quote: str, *, escaped: bool) -> list[str]:
    """The fields of a record as they are written, quotes included."""
    if not delimiter:
        return [record]
    if not quote or quote not in record:
        return record.split(delimiter)
    d, q = re.escape(delimiter), re.escape(quote)
    inside = rf"[^\\{q}]|\\.|{q}{q}" if escaped else rf"[^{q}]|{q}{q}"
    quoted = rf"{q}(?:{inside})*{q}(?={d}|$)"
    fields, position = [], 0
    pattern = re.compile(rf"(?:{quoted}|(?:(?!{d}).)*)", re.DOTALL)
    while True:
        found = pattern.match(record, position)
        end = position if found is None else found.end()
        fields.append(record[position:end])
        if end >= len(record):
            return fields
        position = end + len(delimiter)


def read_records(content: bytes, part: SourcePart, codec: str, where: str) -> tuple[TextRecords, str, bool]:
    """The last `part.rows` records that are not blank: the rows above them are titles and the header. And the quote,
    and whether a backslash keeps one from closing its cell.

    Quotes are tried as quotes first, then as plain characters; the count of rows must agree with what was read.
    """
    wide = codec.startswith("utf-16")
    ends = (text.encode(codec) for text in ("\r\n", "\n", "\r"))
    newline = next((end for end in ends if end in content[: 1 << 20]), "\n".encode(codec))
    closed = content.endswith(newline)
    data = content if closed else content + newline
    escaped = has_escapes(escaped_lines(content).decode(codec, "replace"))
    for quote in ('"', "'", ""):
        if quote and quote.encode(codec) not in data:
            continue
        closing = re.sub(rb'\\["\\]', b"  ", data) if escaped else data
        starts, stops = _cut(closing, codec, newline, quote, wide=wide)
        filled = _filled_records(data, starts, stops, part.delimiter or "", quote, codec)
        above = len(filled) - part.rows
        if has_plausible_head(above, part):
            chosen = filled[above:]
            # Where nothing is quoted, a new cell that needs it is.
            unused = '"' if part.delimiter and '"'.encode(codec) not in data else ""
            records = TextRecords(data, starts[chosen], stops[chosen], newline, closed, 2 if wide else 1)
            return records, quote or unused, escaped
    raise unwritable(
        "its rows cannot be told apart byte by byte (free text, or quotes that never close)",
        where,
        "load a clean export of it and release that",
    )


def _cut(data: bytes, codec: str, newline: bytes, quote: str, *, wide: bool) -> tuple[Offsets, Offsets]:
    """Where all records begin and end, blank ones too."""
    kind = {"utf-16-le": "<u2", "utf-16-be": ">u2"}.get(codec, "u1")
    unit = 2 if wide else 1
    units = np.frombuffer(data[: len(data) // unit * unit], dtype=kind)
    last = newline.decode(codec)[-1]
    ends = np.flatnonzero(units == ord(last)) + 1
    if quote:
        # A line end inside quotes has an odd number of quote characters before it.
        quotes = np.flatnonzero(units == ord(quote))
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    bom = next((len(mark) // unit for mark, _ in _BOMS if data.startswith(mark)), 0)
    starts = np.concatenate(([bom], ends[:-1])) if len(ends) else np.array([], dtype=np.int64)
    return starts.astype(np.int64) * unit, ends.astype(np.int64) * unit


def _filled_records(data: bytes, starts: Offsets, ends: Offsets, delimiter: str, quote: str, codec: str) -> Offsets:
    """Indexes of the records that hold anything but separators and quotes; only short ones are looked at."""
    lengths = ends - starts
    keep = np.ones(len(lengths), dtype=bool)
    blank = f"{quote}\r\n\x00"
    for i in np.flatnonzero(lengths <= 4096 if len(lengths) < 1000 else lengths <= 128):
        text = data[starts[i] : ends[i]]
        # A record of plain characters is seen to be filled by its first byte.
        if text[:1].isalnum():
            continue
        decoded = text.decode(codec, "replace")
        keep[i] = bool((decoded.replace(delimiter, "") if delimiter else decoded).strip(blank))
    return np.flatnonzero(keep)
