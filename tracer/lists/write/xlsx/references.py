"""The references in a formula, as a workbook's file has it: in English, with commas, in the A1 form.

Texts, numbers, functions, names of the workbook and of tables are kept apart from references and left alone. Nothing
is computed.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape, unescape

# Where a sheet's rows are after some went out and others came in.

LAST_ROW = 1_048_576
"""Rows of a sheet."""


@dataclass(frozen=True)
class RowMoves:
    """Rows of one sheet, by their numbers there, from 1."""

    first: int
    last: int
    removed: Sequence[int]
    points: Sequence[int]
    """For each row that came in, the row before which it did, rising; `last` + 1: behind the data."""

    def row(self, number: int) -> int | None:
        """The new number of a row; None where it went out."""
        gone = bisect.bisect_left(self.removed, number)
        if gone < len(self.removed) and self.removed[gone] == number:
            return None
        return min(number + bisect.bisect_right(self.points, number) - gone, LAST_ROW)

    def place(self, number: int) -> int:
        """The new number of the first row that came in before a row: where that would be without them."""
        return number + bisect.bisect_left(self.points, number) - bisect.bisect_left(self.removed, number)

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """The new ends of a range of rows; None where all of them went out.

        A row that came in between the ends is in the range. One that came in at the first or last data row is too,
        where the range begins or ends with it: all rows are in a total of all rows. A row by itself never grows.
        """
        if first == last:
            row = self.row(first)
            return None if row is None else (row, row)
        begin = first if first == self.first else self.kept(first, 1)
        end = self._before(last + 1) if last == self.last else self.kept(last, -1)
        return (begin, end) if begin <= end else None

    def _before(self, number: int) -> int:
        """The new number of the row just before a row's place, with what came in there."""
        row = self.row(number)
        return LAST_ROW if row is None else row - 1

    def kept(self, number: int, step: int) -> int:
        """The new number of a row, or of the next one that is left: below it (`step` 1), or above it (-1)."""
        while (row := self.row(number)) is None:
            number += step
        return row


_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<error>\#(?:REF!|N/A|NAME\?|NULL!|DIV/0!|VALUE!|NUM!|SPILL!|CALC!|GETTING_DATA))"
    r"|(?P<sheet>'(?:[^']|'')*'!|\[\d+\]!|(?:\[\d+\])?[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!)"
    r"|(?P<table>[\w.\\]*\[(?:'.|[^'\[\]]|\[(?:'.|[^'\[\]])*\])*\])"
    r"|(?P<function>[^\W\d][\w.]*\()"
    rf"|(?P<cells>{_CELL}(?::{_CELL})?(?![\w.(\[!])"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(\[!])|\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}(?![\w.]))"
    r"|(?P<name>[^\W\d][\w.\\?]*)"
    r"|(?P<number>[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+)",
    re.DOTALL,
)
_END = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]{0,7})")
LAST_COLUMN = 16_383
"""Number of the last column of a sheet, from 0."""


@dataclass(frozen=True)
class Token:
    """One word of a formula."""

    kind: str
    text: str
    start: int
    sheet: str | None
    """The sheet that is named before it, without quotes: `Jan:Mar` where there are several, with `[1]` in it where it
    is in another workbook. None: that of the formula."""

    @property
    def is_external(self) -> bool:
        """Whether it is in another workbook."""
        return self.sheet is not None and "[" in self.sheet


@dataclass(frozen=True)
class RangeEnd:
    """One end of a reference."""

    column: int | None
    """From 0; None for whole rows."""
    row: int | None
    """From 1; None for whole columns."""
    fixed: bool
    """Whether the row has a `$`."""
    head: str
    """What is written before the row: column and `$`."""


@dataclass(frozen=True)
class CellRange:
    """A reference to cells."""

    first: RangeEnd
    last: RangeEnd
    single: bool

    @property
    def rows(self) -> tuple[int, int] | None:
        """First and last row; None for whole columns."""
        if self.first.row is None or self.last.row is None:
            return None
        return (self.first.row, self.last.row) if self.first.row <= self.last.row else (self.last.row, self.first.row)

    def with_rows(self, first: int, last: int) -> str:
        """It as text with other rows, its upper and its lower one."""
        if self.first.row is None or self.last.row is None:
            return f"{self.first.head}:{self.last.head}"
        if self.single:
            return f"{self.first.head}{first}"
        upper, lower = (first, last) if self.first.row <= self.last.row else (last, first)
        return f"{self.first.head}{upper}:{self.last.head}{lower}"


def tokens(formula: str) -> Iterator[Token]:
    """The words of a formula; what is between them are operators, brackets and blanks."""
    sheet, sheet_end = None, -1
    for found in _TOKEN.finditer(formula):
        kind = str(found.lastgroup)
        if kind == "sheet":
            sheet, sheet_end = _plain(found.group()[:-1]), found.end()
            continue
        yield Token(kind, found.group(), found.start(), sheet if found.start() == sheet_end else None)


def cell_range(text: str) -> CellRange | None:
    """A reference's ends; None where the word is beyond the grid, and so a name."""
    first, colon, last = text.partition(":")
    ends = [_end(first), _end(last or first)]
    for end in ends:
        if (end.column or 0) > LAST_COLUMN or (end.row or 0) > LAST_ROW:
            return None
    return CellRange(ends[0], ends[1], not colon)


def replaced(formula: str, change: Callable[[Token, CellRange], str | None]) -> str:
    """The formula with each reference as `change` writes it; None leaves it as it is.

    Raises nothing: what is not a reference stays.
    """
    pieces, position = [], 0
    for token in tokens(formula):
        if token.kind != "cells":
            continue
        cells = cell_range(token.text)
        instead = None if cells is None else change(token, cells)
        if instead is not None:
            pieces += [formula[position : token.start], instead]
            position = token.start + len(token.text)
    return "".join([*pieces, formula[position:]]) if pieces else formula


def column_number(letters: str) -> int:
    """A column's number, from 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@cache
def letters(column: int) -> str:
    """A column's letters, by its number from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _end(text: str) -> RangeEnd:
    found = _END.fullmatch(text)
    if found is None:
        raise ValueError(text)
    before, letters, dollar, digits = found.groups()
    if not letters:
        return RangeEnd(None, int(digits), bool(before), before)
    return RangeEnd(column_number(letters), int(digits) if digits else None, bool(dollar), f"{before}{letters}{dollar}")


def _plain(sheet: str) -> str:
    return sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet


# Formulas with rows moved: as the program rewrites them when rows are inserted and deleted.

OWN = "\0"
"""Stands for the number of the row that a formula is in."""
Moves = Mapping[str, RowMoves]
"""Name of a sheet, casefolded -> where its rows are; sheets whose rows all stay are not in it."""
GONE = "#REF!"
_MORE = {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#13;": "\r", "&#9;": "\t"}


def moved(formula: str, sheet: str | None, moves: Moves, *, fixed_only: bool = False) -> str:
    """The formula, in a cell that is in no data row, after rows have moved.

    `sheet`: the formula's own. `fixed_only`: rows without a `$` count from the cell that uses the formula (defined
    names, rules over a range) and stay as they are.
    """

    def change(token: Token, cells: CellRange) -> str | None:
        own = moves.get((token.sheet or sheet or "").casefold())
        rows = cells.rows
        if own is None or token.is_external or rows is None:
            return None
        if fixed_only and not (cells.first.fixed and cells.last.fixed):
            return None
        new = own.span(*rows)
        return GONE if new is None else cells.with_rows(*new)

    return replaced(formula, change)


def with_own_row(formula: str, sheet: str, row: int) -> str:
    """The formula of a data row with `OWN` for its row in relative references to it."""

    def change(token: Token, cells: CellRange) -> str | None:
        if token.sheet is not None and token.sheet.casefold() != sheet.casefold():
            return None
        if cells.rows != (row, row) or cells.first.fixed or cells.last.fixed:
            return None
        last = "" if cells.single else f":{cells.last.head}{OWN}"
        return f"{cells.first.head}{OWN}{last}"

    return replaced(formula, change)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it is filled over so many rows and columns: what each cell of a shared formula says."""

    def change(_token: Token, cells: CellRange) -> str | None:
        first = _shifted_end(cells.first, rows, columns)
        last = _shifted_end(cells.last, rows, columns)
        if first is None or last is None:
            return GONE
        return first if cells.single else f"{first}:{last}"

    return replaced(formula, change)


def unescaped(xml: bytes) -> str:
    """A formula as text."""
    return unescape(xml.decode(), _MORE)


def escaped(formula: str) -> bytes:
    """A formula as XML."""
    return escape(formula, {"\n": "&#10;", "\r": "&#13;"}).encode()


def _shifted_end(end: RangeEnd, rows: int, columns: int) -> str | None:
    head, row, column = end.head, end.row, end.column
    if column is not None and not head.startswith("$"):
        column += columns
        if not 0 <= column <= LAST_COLUMN:
            return None
        head = letters(column) + ("$" if end.fixed and row is not None else "")
    if row is None:
        return head
    row = row if end.fixed else row + rows
    return f"{head}{row}" if 1 <= row <= LAST_ROW else None
