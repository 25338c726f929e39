"""Walks through an SQL dump: which tables there are, and their rows, as the statements give them.

One walk for all dialects. What is not CREATE TABLE, INSERT, REPLACE or COPY is passed over as a whole, so that text in
a procedure or a comment gives no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tracer.lists.read.sql_values import (
    FULL,
    LIST,
    NAME,
    Block,
    CopyFormat,
    ValuePatterns,
    copied_block,
    copied_row,
    inserted_block,
    row_of,
    selected_row,
    value_patterns,
)

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
    rf"({FULL})\s*{LIST}(?:OVERRIDING\s+\w+\s+VALUE\s+)?"
)
_INSERT = re.compile(rf"{_INTO}VALUES?\s*(?=\()", re.IGNORECASE)
_SELECT = re.compile(rf"{_INTO}(?=SELECT\b)", re.IGNORECASE)
_GIVES_ROWS = re.compile(r"(?:INSERT|REPLACE|COPY)\s+(?!.*\bTO\s+(?:stdout|'))", re.IGNORECASE)
_CREATE = re.compile(
    r"CREATE\s+(?:(?:GLOBAL|LOCAL|TEMPORARY|TEMP|UNLOGGED|OR\s+REPLACE|COLUMN)\s+)*TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rf"({FULL})\s*(?=\()",
    re.IGNORECASE,
)
_COPY = re.compile(rf"COPY\s+({FULL})\s*{LIST}FROM\s+stdin\b((?:[^;']|'[^']*')*);[^\n]*\n", re.IGNORECASE)
_COPY_END = re.compile(r"^\\\.", re.MULTILINE)
_USE = re.compile(rf"(?:USE\s+|\\connect\s+(?:-\S+\s+)*)({NAME})[^\n]*(?:\n|\Z)", re.IGNORECASE)
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


@dataclass
class DumpWalk:
    """The statements of a dump, iterated once; afterwards, what could not be read."""

    pieces: Iterable[str]
    backslash: bool
    lines_end: bool = False
    cut_in: SqlTable | None = None
    passed_over: int = 0

    def __post_init__(self) -> None:
        self._pieces = iter(self.pieces)
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

    def __iter__(self) -> Iterator[SqlRows]:
        while True:
            while len(self._text) - self._at < _HELD and self._more():
                pass
            blank = self._match(_BLANK)
            self._at = blank.end() if blank is not None else self._at
            if self._at >= len(self._text) and not self._more():
                return
            used = _USE.match(self._text, self._at)
            if used is not None:
                self._database, self._at = _bare(used[1]), used.end()
            elif (created := _CREATE.match(self._text, self._at)) is not None:
                self._at = created.end()
                body = self._match(_PARENTHESES)
                if body is not None:
                    self._at = body.end()
                    yield SqlRows(self._named(created[1]), _columns(body[1]))
            elif (inserted := _INSERT.match(self._text, self._at)) is not None:
                self._at = inserted.end()
                yield from self._values(self._named(inserted[1]), _listed(inserted[2]), inserted[0])
            elif (selected := _SELECT.match(self._text, self._at)) is not None:
                self._at = selected.end()
                yield from self._selected(self._named(selected[1]), _listed(selected[2]))
            elif (copied := _COPY.match(self._text, self._at)) is not None:
                self._at = copied.end()
                yield from self._copied(self._named(copied[1]), _listed(copied[2]), CopyFormat.of(copied[3]))
            else:
                if _GIVES_ROWS.match(self._text[self._at : self._at + _HELD].partition("\n")[0] + " "):
                    self.passed_over += 1
                self._pass()

    def _pass(self) -> None:
        """Go past a statement that gives no rows."""
        routine = _ROUTINE.match(self._text, self._at)
        if _LINE.match(self._text, self._at):
            found = self._match(_LINE)
        elif _DELIMITER.match(self._text, self._at):
            found = self._match(_DELIMITER)
        elif routine is not None and self.lines_end:
            found = self._match(_TO_GO)
        elif (
            routine is not None
            and routine[1].upper() == "TRIGGER"
            and re.search(r"\bBEGIN\b", self._text[self._at : self._at + 2_000])
        ):
            found = self._match(_TO_END)
        else:
            found = None if self.lines_end else self._match(_SKIP)
        if found is not None and found.end() > self._at:
            self._at = found.end()
            return
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end + 1

    def _values(self, table: SqlTable, columns: tuple[str, ...] | None, head: str) -> Iterator[SqlRows]:
        """The rows of a statement, and of those after it that begin alike."""
        patterns = value_patterns(backslash=self.backslash)
        rows: list[list[str | None]] = []
        after = ","
        while after == ",":
            if not rows and (block := self._block(head, patterns)) is not None:
                yield SqlRows(table, columns, block.rows)
                mark = self._match(_MARK)
                after = "" if mark is None else mark[1]
                self._at = self._at if mark is None else mark.end()
                continue
            found = patterns.row.match(self._text, self._at)
            if found is None or found.end() == len(self._text):
                found = self._match(patterns.row)
            if found is None:
                self._lost(table)
                break
            rows.append(row_of(found[1], patterns))
            after, self._at = found[2], found.end()
            if len(rows) >= _ROWS:
                yield SqlRows(table, columns, rows)
                rows = []
        else:
            if after != ";" and not self.lines_end and _AFTER_ROWS.match(self._text, self._at):
                skipped = self._match(_SKIP)
                self._at = skipped.end() if skipped is not None else self._at
        if rows:
            yield SqlRows(table, columns, rows)

    def _block(self, head: str, patterns: ValuePatterns) -> Block | None:
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
        block = inserted_block(data, patterns, between)
        if block is not None:
            self._at += block.size if text.isascii() else len(data[: block.size].decode("utf-8"))
        return block

    def _selected(self, table: SqlTable, columns: tuple[str, ...] | None) -> Iterator[SqlRows]:
        """The rows of a statement that selects values, one SELECT each; rows of another table are not in the dump."""
        patterns = value_patterns(backslash=self.backslash)
        rows: list[list[str | None]] = []
        after = "union"
        while after.startswith("union"):
            found = self._match(patterns.select)
            row = None if found is None else selected_row(found[1], patterns)
            if found is None or row is None or found[2].lower() in ("from", "where"):
                self.passed_over += 1
                self._pass()
                break
            rows.append(row)
            after, self._at = found[2].lower(), found.end()
        for first in range(0, len(rows), _ROWS):
            yield SqlRows(table, columns, rows[first : first + _ROWS])

    def _lost(self, table: SqlTable) -> None:
        """A row that cannot be read: the text ends in it, or it is damaged; go on at the next statement."""
        found = _RESUME.search(self._text, self._at)
        while found is None and self._more():
            found = _RESUME.search(self._text, self._at)
        if found is None:
            self.cut_in, self._at = table, len(self._text)
        else:
            self.passed_over += 1
            self._at = found.end()

    def _copied(self, table: SqlTable, columns: tuple[str, ...] | None, written: CopyFormat) -> Iterator[SqlRows]:
        """The lines of a COPY up to the one that ends it."""
        if written.csv:
            yield from self._copied_csv(table, columns, written)
            return
        while True:
            end = _COPY_END.search(self._text, self._at)
            last = end.start() if end is not None else self._text.rfind("\n", self._at) + 1
            if last > self._at:
                text = self._text[self._at : last]
                self._at = last
                plain = written.usual and len(text) >= _TOGETHER
                block = copied_block(text.encode("utf-8", "replace")) if plain else None
                if block is not None:
                    yield SqlRows(table, columns, block.rows)
                else:
                    lines = [copied_row(line.rstrip("\r"), written) for line in text[:-1].split("\n")]
                    for first in range(0, len(lines), _ROWS):
                        yield SqlRows(table, columns, lines[first : first + _ROWS])
            if end is not None:
                self._at = end.end()
                return
            if not self._more():
                self.cut_in, self._at = table, len(self._text)
                return

    def _copied_csv(self, table: SqlTable, columns: tuple[str, ...] | None, written: CopyFormat) -> Iterator[SqlRows]:
        """The records of a COPY in CSV format; where the text ends amid them, the last line is cut."""
        rows: list[list[str | None]] = []
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

        for number, record in enumerate(written.records(lines())):
            if number == 0 and written.header:
                continue
            rows.append([None if cell == written.null else cell for cell in record])
            if len(rows) >= _ROWS:
                yield SqlRows(table, columns, rows)
                rows = []
        if not ended:
            self.cut_in = table
        if rows:
            yield SqlRows(table, columns, rows)

    def _named(self, written: str) -> SqlTable:
        names = [_bare(name) for name in re.findall(NAME, written)]
        database = names[-3] if len(names) > 2 else self._database
        return SqlTable(database, names[-2] if len(names) > 1 else "", names[-1])


def _bare(name: str) -> str:
    """A name without its quotes."""
    for first, last in (("`", "`"), ('"', '"'), ("[", "]")):
        if name.startswith(first) and name.endswith(last) and len(name) > 1:
            return name[1:-1].replace(last * 2, last)
    return name


def _listed(columns: str | None) -> tuple[str, ...] | None:
    """The names of a column list."""
    return None if columns is None else tuple(_bare(name) for name in re.findall(NAME, columns))


def _columns(body: str) -> tuple[str, ...]:
    """The names of the columns that a CREATE TABLE makes."""
    found = []
    for item in _ITEM.findall(body):
        text = _COMMENT.sub("", item).strip()
        name = re.match(NAME, text)
        if name is not None and not _NO_COLUMN.match(text):
            found.append(_bare(name[0]))
    return tuple(found)
