"""Reads an SQL dump: each table that holds identifiers becomes a part, with its columns and rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pyarrow as pa

from tracer.errors import InputRefused
from tracer.lists.read.encoding import Encoding, by_name, public_name
from tracer.lists.read.landing import SourceReading
from tracer.lists.read.model import PartRead, ReadOptions, Source
from tracer.lists.read.sql_statements import DumpWalk, SqlTable
from tracer.lists.read.sql_values import dialect_of, end_is_missing
from tracer.lists.read.tables import FilledTable, land_rows, table_parts, take_rows
from tracer.lists.read.text import Decoded, find_encoding, sample_bytes, text_head

_SAID = re.compile(rb"SET NAMES '?(\w+)|client_encoding\s*=\s*'([\w-]+)'", re.IGNORECASE)
_SERVERS = {
    "utf8mb4": "utf-8", "utf8mb3": "utf-8", "utf8": "utf-8", "latin1": "cp1252", "latin2": "iso8859-2", "sjis": "cp932",
    "latin5": "iso8859-9", "ujis": "euc_jp", "euckr": "cp949", "gb2312": "gb18030", "koi8r": "koi8-r",
    "hebrew": "iso8859-8", "greek": "iso8859-7", "tis620": "tis-620", "euc_cn": "gb18030",
}  # fmt: skip
"""Servers' names of encodings that Python has other names for; `win1251` is `cp1251`."""
_TAIL = 400


def read_dump(reading: SourceReading) -> list[PartRead]:
    """The tables of a dump that hold identifiers (or that the user names with `sheet`), in their order.

    Tables without any are counted as left out. A dump that ends too early keeps what is complete, and is said to.
    """
    source, options = reading.source, reading.options
    encoding = _encoding(source, options)
    head, _ = text_head(source, encoding)
    decoded = Decoded(source, encoding, strict=options.encoding is not None)
    tail = _Tail(decoded)
    backslash, lines_end = dialect_of(head)
    if backslash is None:
        backslash = _well_read(head, True, lines_end) >= _well_read(head, False, lines_end)
    walk = DumpWalk(tail, backslash, lines_end)
    filled: dict[SqlTable, FilledTable] = {}
    for piece in walk:
        take_rows(reading, filled.setdefault(piece.table, FilledTable(piece.table)), piece)
    for filling in filled.values():
        land_rows(reading, filling)
    parts = table_parts(reading, list(filled.values()), "sql", public_name(encoding.name))
    reading.notes.extend(_cut(walk, end_is_missing(head[:2_000], tail.last), filled, source.where))
    if decoded.replaced:
        reading.notes.append(
            f"{source.where}: {decoded.replaced:,} places are not {public_name(encoding.name)} (binary columns?)"
            " and were replaced by U+FFFD"
        )
    return parts


def _well_read(head: str, backslash: bool, lines_end: bool) -> int:
    """How well the beginning reads with or without escapes: rows as wide as most, less what cannot be read."""
    walk, widths = DumpWalk(iter([head]), backslash, lines_end), Counter[int]()
    for piece in walk:
        rows = piece.rows
        widths.update([rows.num_columns] * rows.num_rows if isinstance(rows, pa.Table) else map(len, rows))
    most = max(widths.values(), default=0)
    return 2 * most - widths.total() - 10 * walk.passed_over


def _encoding(source: Source, options: ReadOptions) -> Encoding:
    """The encoding: what the user says, what the bytes are without a doubt, what the dump says, what is found."""
    found = find_encoding(source, options.encoding)
    said = _SAID.search(source.head(1 << 16))
    if options.encoding is not None or found.certain:
        return found
    # Binary columns are not UTF-8. If that is the encoding, the text between them is.
    read = sample_bytes(source)[0].decode("utf-8", "replace")
    broken = read.count("\ufffd")
    if sum(1 for char in read if char > "\x7f") >= 2 * broken:
        return Encoding("utf-8", 0, False)
    if said is None:
        return found
    name = (said[1] or said[2]).decode().lower()
    name = _SERVERS.get(name, re.sub(r"^win(?=\d)", "cp", name))
    try:
        return by_name(name, b"", source.where)
    except InputRefused:
        return found


class _Tail:
    """A text in pieces, whose end is remembered."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.pieces, self.last = pieces, ""

    def __iter__(self) -> Iterator[str]:
        for piece in self.pieces:
            self.last = (self.last + piece)[-_TAIL:]
            yield piece


def _cut(walk: DumpWalk, missing: bool, filled: dict[SqlTable, FilledTable], where: str) -> list[str]:
    notes = []
    if walk.cut_in is not None:
        rows = filled[walk.cut_in].read if walk.cut_in in filled else 0
        notes.append(
            f"{where}: cut off in table {walk.cut_in.name}; its {rows:,} complete rows are kept, the rest is missing"
        )
    elif missing:
        notes.append(f"{where}: the line that ends such a dump is missing: tables may be missing")
    if walk.passed_over:
        places = "1 place" if walk.passed_over == 1 else f"{walk.passed_over:,} places"
        notes.append(f"{where}: rows could not be read in {places}, up to the next statement")
    return notes
