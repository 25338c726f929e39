"""Reads databases, from SQL dumps, SQLite files and dBase tables: the tables that hold identifiers become parts."""

from __future__ import annotations

import datetime as dt
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tracer.lists.read import sql_values
from tracer.lists.read.encoding import TABLE as ENCODINGS
from tracer.lists.read.encoding import (
    Decoded,
    Encoding,
    by_name,
    detect,
    sample_bytes,
    text_codec,
    text_head,
)
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, table_of_rows
from tracer.lists.read.model import Account, PartRead, Source, counted
from tracer.lists.read.roles import door_of
from tracer.lists.read.workbook import child_frames

# Walks through an SQL dump: which tables there are, and their rows, as the statements give them. One walk for all
# dialects. What is not CREATE TABLE, INSERT, REPLACE or COPY is passed over as a whole, so that text in a procedure or
# a comment gives no rows.

_HELD = 1 << 16  # characters that are held ahead of a statement: its head is shorter
_LONGEST = 1 << 24  # characters of one row or statement; a quote that never closes must not hold the rest of a file
_ROWS = 5_000
_BLOCK, _TOGETHER = 1 << 20, 1 << 15
"""Characters that are read together at most (what the processor's cache holds), and at least: less is read row by row
as fast."""
_MARK = re.compile(r"\s*+([,;]?)")
_BETWEEN = re.compile(r"\)\s*;?\s*(?:GO\s+)*")
_BLANK = re.compile(r"(?:\s++|--[^\n]*+(?:\n|\Z)|\#[^\n]*+(?:\n|\Z)|/\*(?:[^*]++|\*(?!/))*+\*/;?)*+")
_LINE = re.compile(r"(?:\\|GO\b|/\s*(?:\n|\Z)|REM\b|PROMPT\b|SET\s+DEFINE|SPOOL\b|@)[^\n]*+(?:\n|\Z)", re.IGNORECASE)
_INTO = (
    r"(?:INSERT\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|ALL|OR\s+\w+)\s+)*(?:INTO\s+)?"
    r"|REPLACE\s+(?:INTO\s+)?|INTO\s+)"
    rf"({sql_values.FULL})\s*{sql_values.LIST}(?:OVERRIDING\s+\w+\s+VALUE\s+)?"
)
_INSERT = re.compile(rf"{_INTO}VALUES?\s*(?=\()", re.IGNORECASE)
_SELECT = re.compile(rf"{_INTO}(?=SELECT\b)", re.IGNORECASE)
_GIVES_ROWS = re.compile(r"(?:INSERT|REPLACE|COPY)\s+(?!.*\bTO\s+(?:stdout|'))", re.IGNORECASE)
_CREATE = re.compile(
    r"CREATE\s+(?:(?:GLOBAL|LOCAL|TEMPORARY|TEMP|UNLOGGED|OR\s+REPLACE|COLUMN)\s+)*TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rf"({sql_values.FULL})\s*(?=\()",
    re.IGNORECASE,
)
_COPY = re.compile(
    rf"COPY\s+({sql_values.FULL})\s*{sql_values.LIST}FROM\s+stdin\b((?:[^;']|'[^']*')*);[^\n]*\n", re.IGNORECASE
)
_COPY_END = re.compile(r"^\\\.", re.MULTILINE)
_USE = re.compile(rf"(?:USE\s+|\\connect\s+(?:-\S+\s+)*)({sql_values.NAME})[^\n]*(?:\n|\Z)", re.IGNORECASE)
_DELIMITER = re.compile(r"DELIMITER\s+(?!;\s)(\S+).*?(?:\n\s*DELIMITER\s+;|\Z)", re.IGNORECASE | re.DOTALL)
_ROUTINE = re.compile(r"(?:CREATE|ALTER)\s+(?:OR\s+\w+\s+)?(?:TEMP\w*\s+)?(PROC\w*|FUNCTION|TRIGGER)\b", re.IGNORECASE)
_TO_GO = re.compile(r".*?(?:\n\s*GO\s*(?:\n|\Z)|\Z)", re.IGNORECASE | re.DOTALL)
_TO_END = re.compile(r".*?(?:\bEND\s*;|\Z)", re.IGNORECASE | re.DOTALL)
_QUOTED = r"""'(?:[^']++|'')*+'|"(?:[^"]++|"")*+"|`[^`]*+`|--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/"""
_SKIP = re.compile(
    rf"(?:[^;'\"`$/\-]++|{_QUOTED}|\$(\w*)\$.*?\$\1\$|[$/\-])*+;", re.DOTALL
)  # up to a semicolon outside quotes
_FLAT = rf"[^()'\"`/\-]++|{_QUOTED}|[/\-]"
_PARENTHESES = re.compile(rf"\(((?:{_FLAT}|\((?:{_FLAT}|\((?:{_FLAT}|\((?:{_FLAT})*+\))*+\))*+\))*+)\)", re.DOTALL)
_ITEM = re.compile(rf"((?:[^()'\"`/\-,]++|{_QUOTED}|[/\-]|\((?:{_FLAT}|\((?:{_FLAT}|\((?:{_FLAT})*+\))*+\))*+\))++)")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NO_COLUMN = re.compile(
    r"(?:PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|LIKE|PERIOD|SUPPLEMENTAL)\b",
    re.IGNORECASE,
)
_AFTER_ROWS = re.compile(r"\s*(?:ON\s+(?:DUPLICATE|CONFLICT)|RETURNING|AS\s)", re.IGNORECASE)
"""What may follow the last row: ON DUPLICATE KEY, ON CONFLICT, RETURNING."""
_RESUME = re.compile(r"\n(?=\s*(?:INSERT|REPLACE|COPY|CREATE|USE|ALTER|DROP|LOCK|UNLOCK|SET|GO)\b)", re.IGNORECASE)


@dataclass(frozen=True)
class SqlTable:
    """A table's name in its database."""

    database: str
    schema: str
    name: str


@dataclass(frozen=True)
class SqlRows:
    """Some rows of a table; none where it is created."""

    table: SqlTable
    columns: tuple[str, ...] | None
    """As the statement names them; None where it leaves them out."""
    rows: Sequence[Sequence[str | None]] | pa.Table = ()
    """Cells; a table of text columns where many were read together."""

    @property
    def count(self) -> int:
        """How many rows."""
        return self.rows.num_rows if isinstance(self.rows, pa.Table) else len(self.rows)


_Rows = Iterator[list[str | None] | pa.Table]
"""A row at a time, or many together."""


@dataclass
class DumpWalk:
    """The statements of a dump, iterated once; afterwards, what could not be read."""

    pieces: Iterable[str]
    backslash: bool
    lines_end: bool = False
    cut_in: SqlTable | None = None
    passed_over: int = 0

    def __post_init__(self) -> None:
        self._pieces, self._patterns = iter(self.pieces), sql_values.value_patterns(backslash=self.backslash)
        self._text, self._at, self._database = "", 0, ""

    def _more(self) -> bool:
        """Hold more of the text; False at its end."""
        piece = next(self._pieces, None)
        if piece is None:
            return False
        self._text, self._at = self._text[self._at :] + piece, 0
        return True

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The pattern here, which ends before what is held does; None where it does not fit."""
        while True:
            found = pattern.match(self._text, self._at)
            if found is not None and found.end() < len(self._text):
                return found
            held = len(self._text) - self._at
            if held > _LONGEST or not self._more():
                return found
            # Twice as much each time: the pattern starts over, and must not for each piece.
            while len(self._text) - self._at < 2 * held and self._more():
                pass

    def _past(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The pattern here, and go past it."""
        found = self._match(pattern)
        self._at = found.end() if found is not None else self._at
        return found

    def __iter__(self) -> Iterator[SqlRows]:
        readers = ((_INSERT, self._values), (_SELECT, self._selected_rows), (_COPY, self._copied_rows))
        while True:
            while len(self._text) - self._at < _HELD and self._more():
                pass
            self._past(_BLANK)
            if self._at >= len(self._text) and not self._more():
                return
            if (used := _USE.match(self._text, self._at)) is not None:
                self._database, self._at = _bare(used[1]), used.end()
                continue
            if (created := _CREATE.match(self._text, self._at)) is not None:
                self._at = created.end()
                if (body := self._past(_PARENTHESES)) is not None:
                    items = (_COMMENT.sub("", item).strip() for item in _ITEM.findall(body[1]))
                    columns = (re.match(sql_values.NAME, item) for item in items if not _NO_COLUMN.match(item))
                    names = tuple(_bare(name[0]) for name in columns if name is not None)
                    yield SqlRows(self._table_named(created[1]), names)
                continue
            for pattern, read in readers:
                if (begun := pattern.match(self._text, self._at)) is not None:
                    self._at = begun.end()
                    yield from self._together(begun, read)
                    break
            else:
                line = self._text[self._at : self._at + _HELD].partition("\n")[0]
                self.passed_over += _GIVES_ROWS.match(line + " ") is not None
                self._pass()

    def _table_named(self, written: str) -> SqlTable:
        names = [_bare(name) for name in re.findall(sql_values.NAME, written)]
        return SqlTable(names[-3] if len(names) > 2 else self._database, names[-2] if len(names) > 1 else "", names[-1])

    def _together(self, begun: re.Match[str], read: Callable[[re.Match[str], SqlTable], _Rows]) -> Iterator[SqlRows]:
        """The rows of a statement, those that come one by one in pieces."""
        table = self._table_named(begun[1])
        columns = None if begun[2] is None else tuple(_bare(name) for name in re.findall(sql_values.NAME, begun[2]))
        held: list[list[str | None]] = []
        for row in read(begun, table):
            together = isinstance(row, pa.Table)
            if held and (together or len(held) >= _ROWS):
                yield SqlRows(table, columns, held)
                held = []
            if together:
                yield SqlRows(table, columns, row)
            else:
                held.append(row)
        if held:
            yield SqlRows(table, columns, held)

    def _pass(self) -> None:
        """Go past a statement that gives no rows."""
        routine = _ROUTINE.match(self._text, self._at)
        before, trigger = self._at, routine is not None and routine[1].upper() == "TRIGGER"
        if _LINE.match(self._text, self._at):
            self._past(_LINE)
        elif _DELIMITER.match(self._text, self._at):
            self._past(_DELIMITER)
        elif routine is not None and self.lines_end:
            self._past(_TO_GO)
        elif trigger and re.search(r"\bBEGIN\b", self._text[self._at : self._at + 2_000]):
            self._past(_TO_END)
        elif not self.lines_end:
            self._past(_SKIP)
        if self._at == before:
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end + 1

    def _values(self, begun: re.Match[str], table: SqlTable) -> _Rows:
        """The rows of a statement, and of those after it that begin alike."""
        # Whether rows can be read together is looked at first, and again after each few thousand that could not.
        row, after, single = self._patterns.row, ",", 0
        while after == ",":
            if single % _ROWS == 0 and (block := self._block(begun[0])) is not None:
                yield block
                mark = self._past(_MARK)
                after = "" if mark is None else mark[1]
                continue
            found = row.match(self._text, self._at)
            if found is None or found.end() == len(self._text):
                found = self._match(row)
            if found is None:  # the text ends in it, or it is damaged; go on at the next statement
                next_one = _RESUME.search(self._text, self._at)
                while next_one is None and self._more():
                    next_one = _RESUME.search(self._text, self._at)
                self._at = len(self._text) if next_one is None else next_one.end()
                self.passed_over += next_one is not None
                self.cut_in = table if next_one is None else self.cut_in
                return
            yield sql_values.row_of(found[1], self._patterns)
            single += 1
            after, self._at = found[2], found.end()
        if after != ";" and not self.lines_end and _AFTER_ROWS.match(self._text, self._at):
            self._past(_SKIP)

    def _block(self, head: str) -> pa.Table | None:
        """Rows that are read together from here on, and gone past; None where there are few, or none so plain."""
        while len(self._text) - self._at < _BLOCK and self._more():
            pass
        if len(self._text) - self._at < _TOGETHER:
            return None
        text = self._text[self._at : self._at + _BLOCK]
        between = None
        again = text.find(head)
        if again > 0 and (gap := _BETWEEN.fullmatch(text, text.rfind(")", 0, again), again)) is not None:
            between = (gap[0] + head + "(").encode()
        data = text.encode("utf-8", "replace")
        block = sql_values.inserted_block(data, self._patterns, between)
        if block is None:
            return None
        rows, size = block
        self._at += size if text.isascii() else len(data[:size].decode("utf-8"))
        return rows

    def _selected_rows(self, _: re.Match[str], __: SqlTable) -> _Rows:
        """The rows of a statement that selects values, one SELECT each; rows of another table are not in the dump."""
        after = "union"
        while after.startswith("union"):
            found = self._match(self._patterns.select)
            row = None if found is None else sql_values.selected_row(found[1], self._patterns)
            if found is None or row is None or found[2].lower() in ("from", "where"):
                self.passed_over += 1
                self._pass()
                return
            yield row
            after, self._at = found[2].lower(), found.end()

    def _copied_rows(self, begun: re.Match[str], table: SqlTable) -> _Rows:
        """The lines of a COPY up to the one that ends it."""
        written = sql_values.CopyFormat.of(begun[3])
        if written.csv:
            yield from self._copied_csv(written, table)
            return
        while True:
            end = _COPY_END.search(self._text, self._at)
            last = end.start() if end is not None else self._text.rfind("\n", self._at) + 1
            if last > self._at:
                text, self._at = self._text[self._at : last], last
                plain = written.usual and len(text) >= _TOGETHER
                block = sql_values.copied_block(text.encode("utf-8", "replace")) if plain else None
                if block is not None:
                    yield block
                else:
                    yield from (sql_values.copied_row(line.rstrip("\r"), written) for line in text[:-1].split("\n"))
            if end is not None:
                self._at = end.end()
                return
            if not self._more():
                self.cut_in, self._at = table, len(self._text)
                return

    def _copied_csv(self, written: sql_values.CopyFormat, table: SqlTable) -> _Rows:
        """The records of a COPY in CSV format; where the text ends amid them, the last line is cut."""
        ended = False

        def lines() -> Iterator[str]:
            nonlocal ended
            quotes = 0
            while True:
                while (end := self._text.find("\n", self._at)) < 0 and self._more():
                    pass
                if end < 0:  # the text ends amid a line
                    self._at = len(self._text)
                    return
                line, self._at = self._text[self._at : end + 1], end + 1
                quotes += line.count(written.quote)
                ended = quotes % 2 == 0 and line.rstrip("\r\n") == "\\."
                if ended:
                    return
                yield line

        for record in islice(written.records(lines()), int(written.header), None):
            yield [None if cell == written.null else cell for cell in record]
        if not ended:
            self.cut_in = table


def _bare(name: str) -> str:
    """A name without its quotes."""
    for first, last in (("`", "`"), ('"', '"'), ("[", "]")):
        if name.startswith(first) and name.endswith(last) and len(name) > 1:
            return name[1:-1].replace(last * 2, last)
    return name


# The tables, from a dump or from a database file.

_BATCH = 120_000  # rows: DuckDB's unit of storage


@dataclass
class FilledTable:
    """One table while its rows come in."""

    table: SqlTable
    columns: list[str] = field(default_factory=list)
    rows: list[Sequence[str | None]] = field(default_factory=list)
    """Rows, as their statements list them, that are to make one of the `batches`, which are held until they are enough
    to be landed."""
    batches: list[pa.Table] = field(default_factory=list)
    listed: tuple[str, ...] | None = None
    places: list[int] = field(default_factory=list)
    landing: Landing | None = None
    held: int = 0
    read: int = 0

    def add(self, reading: SourceReading, piece: SqlRows) -> None:
        """Add rows, and land those that are held where they are enough."""
        self.read += piece.count
        if piece.columns != self.listed:
            self._batch()
            self.listed, self.places = piece.columns, [self._place(name) for name in piece.columns or ()]
        if isinstance(piece.rows, pa.Table):
            self._batch()
            self.batches.append(self._rows_in_place(piece.rows))
        else:
            self.rows += piece.rows
        self.held += piece.count
        if self.held >= _BATCH:
            self.land(reading)

    def _place(self, name: str) -> int:
        """Where a column is, whatever its case; it is added where it is new."""
        folded = [known.casefold() for known in self.columns]
        if name.casefold() in folded:
            return folded.index(name.casefold())
        self.columns.append(name)
        return len(folded)

    def _rows_in_place(self, rows: pa.Table) -> pa.Table:
        """The rows with their columns where they belong, those without a name after them."""
        if self.places == list(range(len(self.places))):
            return rows
        columns = [pa.nulls(rows.num_rows, pa.string())] * len(self.columns)
        for place, column in zip(self.places, rows.columns, strict=False):
            columns[place] = column
        columns += rows.columns[len(self.places) :]
        return pa.table(columns, names=[str(column) for column in range(len(columns))])

    def _batch(self) -> None:
        """Make one batch of the rows that came one by one."""
        if self.rows:
            self.batches.append(self._rows_in_place(table_of_rows(self.rows)))
            self.rows = []

    def land(self, reading: SourceReading) -> None:
        """Land the rows that are held."""
        self._batch()
        if not self.batches:
            return
        width = max(len(self.columns), *(batch.num_columns for batch in self.batches))
        reading.refuse_width(width, self.table.name)
        if self.landing is None:
            self.landing = Landing.begun(reading.con, reading.namer(), width)
        self.landing.door = door_of(self.columns, reading.options)
        self.landing.append(pa.concat_tables(self.batches, promote_options="default"))
        self.batches, self.held = [], 0


def _parts(
    reading: SourceReading, filled: Sequence[FilledTable], format_name: str, encoding: Encoding | None
) -> list[PartRead]:
    """The parts: tables with identifiers first of all; where there are none, all tables. The rows of others are
    dropped, and their accounts count them as left out."""
    wanted = reading.options.sheet
    several = len({one.table.database for one in filled if one.read}) > 1

    def name_of(table: SqlTable) -> str:
        """With its database where there are several, and a schema that is not the usual one."""
        schema = table.schema if table.schema.lower() not in ("", "public", "dbo") else ""
        return ".".join(name for name in (table.database if several else "", schema, table.name) if name)

    def left_out(part: PartRead) -> PartRead:
        drop_raw(reading.con, part.raw_table)
        account = part.account and replace(part.account, rows=0, left_out=part.rows)
        return replace(part, rows=0, columns=(), account=account)

    found = []
    for one in filled:
        landing, name = one.landing, name_of(one.table)
        if landing is not None:
            account = Account(one.read, rows=landing.rows, blank=landing.blank)
            part = reading.part(landing, tuple(one.columns), format_name, account, encoding=encoding, sheet=name)
            found.append(part if wanted in (None, name, one.table.name) else left_out(part))
    if wanted is not None and all(not part.rows for part in found):
        known = ", ".join(name_of(one.table) for one in filled if one.read)
        raise reading.source.refusal(f"there is no table {wanted!r} with rows", f"its tables are {known or 'empty'}")
    holding = [any(column.identifies for column in part.columns) for part in found]
    if not any(holding):
        return found
    parts = [part if holds or not part.rows else left_out(part) for part, holds in zip(found, holding, strict=True)]
    counts = [(part.sheet, part.account.left_out) for part in parts if part.account is not None]
    others = [f"{name} ({count:,} rows)" for name, count in counts if count]
    if others:
        more = f" and {len(others) - 8} more" if len(others) > 8 else ""
        listed = ", ".join(others[:8]) + more
        reading.note(f"tables without a number, address or key left out: {listed}")
    return parts


def read_database(reading: SourceReading) -> list[PartRead]:
    """The tables of an SQLite file that hold identifiers (or the one that the user names with `sheet`), in their order.

    Raises InputRefused for a database that is damaged, cut off or too large, and where that table is not in it.
    """
    source, wanted = reading.source, reading.options.sheet
    filled: list[FilledTable] = []
    with child_frames(reading, "database", "dump the table that you need as csv") as frames:
        while (about := frames.next()) is not None:
            names = about.get("sheets")
            if names is None:
                table = SqlTable("", "", str(about["table"]))
                filling = FilledTable(table, [str(name) for name in about["columns"]])
                filled.append(filling)
                for batch in frames.batches():
                    filling.add(reading, SqlRows(table, None, batch))
                filling.land(reading)
                if filling.read != about["rows"] and about["read"]:
                    raise frames.failure("broken", f"table {table.name}")
            elif not names or (wanted is not None and wanted not in names):
                if not names:
                    raise source.refusal("there is no table in it", "check that it is the right file")
                raise source.refusal(f"there is no table {wanted!r}", f"its tables are {', '.join(names[:12])}")
    # What the write-ahead log next to the file holds is not in the database yet.
    log = source.path.with_name(f"{source.path.name}-wal") if source.path is not None else None
    if log is not None and log.is_file() and log.stat().st_size:
        reading.note(
            f"{log.name} next to it holds changes that are not read; open it in SQLite once,"
            " `PRAGMA wal_checkpoint`, and load it again"
        )
    return _parts(reading, filled, "sqlite", None)


# SQL dumps.

_NAMED_ENCODING = re.compile(rb"SET NAMES '?(\w+)|client_encoding\s*=\s*'([\w-]+)'", re.IGNORECASE)
_TAIL = 400


def read_dump(reading: SourceReading) -> list[PartRead]:
    """The tables of a dump that hold identifiers (or that the user names with `sheet`), in their order.

    Tables without any are counted as left out. A dump that ends too early keeps what is complete, and is said to.
    """
    source, encoding = reading.source, _dump_encoding(reading)
    head, _ = text_head(source, encoding)
    decoded = Decoded(source, encoding, strict=reading.options.encoding is not None)
    tail = ""

    def text() -> Iterator[str]:
        nonlocal tail
        for piece in decoded:
            tail = (tail + piece)[-_TAIL:]
            yield piece

    backslash, lines_end = sql_values.dialect_of(head)
    if backslash is None:
        backslash = _well_read(head, True, lines_end) >= _well_read(head, False, lines_end)
    walk = DumpWalk(text(), backslash, lines_end)
    filled: dict[SqlTable, FilledTable] = {}
    for piece in walk:
        filled.setdefault(piece.table, FilledTable(piece.table)).add(reading, piece)
    for filling in filled.values():
        filling.land(reading)
    parts = _parts(reading, list(filled.values()), "sql", encoding)
    if walk.cut_in is not None:
        rows = filled[walk.cut_in].read if walk.cut_in in filled else 0
        reading.note(f"cut off in table {walk.cut_in.name}; its {rows:,} complete rows are kept, the rest is missing")
    elif sql_values.end_is_missing(head[:2_000], tail):
        reading.note("the line that ends such a dump is missing: tables may be missing")
    if walk.passed_over:
        reading.note(f"rows could not be read in {counted(walk.passed_over, 'place')}, up to the next statement")
    if decoded.replaced:
        reading.note(
            f"{decoded.replaced:,} places are not {encoding.shown} (binary columns?) and were replaced by U+FFFD"
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


def _dump_encoding(reading: SourceReading) -> Encoding:
    """The encoding: what the user says, what the bytes are without a doubt, what the dump says, what is found."""
    source, found = reading.source, reading.encoding
    if reading.options.encoding is not None or found.certain:
        return found
    # Binary columns are not UTF-8. If that is the encoding, the text between them is.
    read = sample_bytes(source)[0].decode("utf-8", "replace")
    if sum(1 for char in read if char > "\x7f") >= 2 * read.count("\ufffd"):
        return Encoding("utf-8", 0, False)
    said = _NAMED_ENCODING.search(source.head(1 << 16))
    name = "" if said is None else (said[1] or said[2]).decode().lower()
    codec = text_codec(ENCODINGS["servers"].get(name, re.sub(r"^win(?=\d)", "cp", name)))
    return found if codec is None else Encoding(codec, 0, True)


# dBase, FoxPro and Clipper tables (.dbf): records of one length, cut into their fields.

_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\x8e\xcb\xe5\xeb\xf5\xfb")
_LEVEL_7, _FOXPRO = (0x04, 0x8C), (0x30, 0x31, 0x32)
_PAGES = {byte: codec for codec, listed in ENCODINGS["dbase"].items() for byte in bytes.fromhex(listed)}
"""Code pages by the byte that names them in the header."""
_MEMOS, _SAMPLED, _RECORDS = b"MGPBW", 4_000, 20_000
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

    def read(self, source: Source) -> Iterator[np.ndarray[tuple[int, int], np.dtype[np.uint8]]]:
        """The records, many at a time, a row of bytes each."""
        with source.open() as stream:
            stream.read(self.begins)
            for first in range(0, self.records, _RECORDS):
                count = min(self.records - first, _RECORDS)
                yield np.frombuffer(stream.read(count * self.size), np.uint8).reshape(count, self.size)


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
    source = reading.source
    header = header_of(source.head(1 << 16))
    if header is None:
        raise LookupError("asked to read what is not a table")
    held = (source.size - header.begins) // header.size
    if held < header.records:
        what = f"the table is damaged or cut off: it has {max(held, 0):,} of its {header.records:,} records"
        raise source.refusal(what, "get it again")
    if held > header.records:
        reading.note(f"{counted(held - header.records, 'record')} beyond those that the table counts not read")
    memos = [
        field.name.decode("ascii", "replace").strip()
        for field in header.fields
        if field.kind in _MEMOS and _reader(header, field, "ascii") is None
    ]
    if memos:
        reading.note(f"what the memo fields {', '.join(memos)} hold is in another file (.dbt, .fpt) and not read")
    encoding = _dbf_encoding(reading, header)
    fields = [field for field in header.fields if field.kind != ord("0")]
    readers = [_reader(header, field, encoding.name) for field in fields]
    names = tuple(field.name.decode(encoding.name, "replace").strip() for field in fields)
    landing = reading.landing(names)
    deleted = 0
    for records in header.read(source):
        marked = records[:, 0] == ord("*")
        deleted += int(np.count_nonzero(marked))
        kept = records[~marked]
        columns = []
        for column, read in zip(fields, readers, strict=True):
            data = np.ascontiguousarray(kept[:, column.at : column.at + column.size]).tobytes()
            cells = (data[at : at + column.size] for at in range(0, len(data), column.size))
            columns.append(pa.array([None if read is None else read(cell) for cell in cells], pa.string()))
        landing.append(pa.table(columns, names=[str(i) for i in range(len(columns))]))
    if deleted:
        reading.note(f"{counted(deleted, 'record')} marked as deleted left out")
    account = Account(header.records, rows=landing.rows, blank=landing.blank, left_out=deleted)
    return reading.part(landing, names, "dbf", account, encoding=encoding)


def _dbf_encoding(reading: SourceReading, header: DbfHeader) -> Encoding:
    """The encoding: what the user says; UTF-8 where it is; what the header says, if it can be; what is found."""
    source, named = reading.source, reading.options.encoding
    if named is not None:
        return by_name(named, source)
    texts = [field for field in header.fields if field.kind in b"CV"]
    some = islice((record.tobytes() for records in header.read(source) for record in records), _SAMPLED)
    sample = b"\n".join(b",".join(data[one.at : one.at + one.size].strip(b" \0") for one in texts) for data in some)
    found = detect(sample, True)
    said = _PAGES.get(header.page)
    if found.name == "utf-8" or said is None:
        return found
    encoding = by_name(said, source)
    if "\ufffd" not in sample.decode(encoding.name, "replace"):
        return encoding
    reading.note(f"its header says {encoding.shown}, which it is not; read as {found.shown}. --encoding decides")
    return found


def _reader(  # noqa: PLR0911 - one answer a kind of field
    header: DbfHeader, field: DbfField, codec: str
) -> Callable[[bytes], str | None] | None:
    """How a field of bytes is read; None where it is not: a memo's place, a picture."""
    kind, level_7 = chr(field.kind), header.version in _LEVEL_7

    def text(cell: bytes) -> str:
        return cell.decode(codec, "replace").strip(" \0\t")

    if kind == "V":  # the last byte says how long the text is, unless it takes all the room
        return lambda cell: text(
            cell[: cell[-1]] if cell[-1] < len(cell) and not cell[cell[-1] : -1].strip(b" \0") else cell
        )
    if kind == "D":
        return lambda cell: re.sub(r"^(\d{4})(\d\d)(\d\d)\Z", r"\1-\2-\3", text(cell))
    if kind == "L":
        return lambda cell: None if text(cell) == "?" else text(cell)
    if kind in "CNF":
        return text
    if kind in "I+" and field.size == 4 and level_7:  # the sign is turned over, so that bytes sort as numbers do
        return lambda cell: str(int.from_bytes(cell, "big") - (1 << 31)) if any(cell) else None
    if kind == "I" and field.size == 4:
        return lambda cell: str(int.from_bytes(cell, "little", signed=True))
    if kind == "Y" and field.size == 8:
        return lambda cell: f"{int.from_bytes(cell, 'little', signed=True) / 10_000:.4f}"
    if kind == "B" and field.size == 8 and header.version in _FOXPRO:  # elsewhere the place of a memo
        return _float
    return _moment if kind in "T@" and field.size == 8 else None


def _float(cell: bytes) -> str:
    (number,) = struct.unpack("<d", cell)
    return str(int(number)) if number.is_integer() and abs(number) < 1 << 53 else repr(number)


def _moment(cell: bytes) -> str | None:
    day, thousandths = struct.unpack("<II", cell)
    if not 0 < day - _EPOCH <= dt.date.max.toordinal():
        return None
    date = dt.date.fromordinal(day - _EPOCH)
    seconds = round(thousandths / 1000)
    return f"{date} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}" if seconds else str(date)
