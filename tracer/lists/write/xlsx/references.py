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
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

LAST_ROW, LAST_COLUMN = 1_048_576, 16_383
"""Rows of a sheet, and the number of its last column from 0."""
OWN = "\0"
"""Stands for the number of the row that a formula is in."""
GONE = "#REF!"


@dataclass(frozen=True)
class RowMoves:
    """Where the rows of one sheet are after some went out and others came in, by their numbers there, from 1."""

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
        begin, end = first if first == self.first else self.new_number(first, 1), self.new_number(last, -1)
        if last == self.last:
            behind = self.row(last + 1)
            end = LAST_ROW if behind is None else behind - 1
        return (begin, end) if begin <= end else None

    def new_number(self, number: int, step: int) -> int:
        """The new number of a row, or of the next one that is left: below it (`step` 1), or above it (-1)."""
        while (row := self.row(number)) is None:
            number += step
        return row


Moves = Mapping[str, RowMoves]
"""Name of a sheet, casefolded -> where its rows are; sheets whose rows all stay are not in it."""
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
_END = re.compile(r"(\$?[A-Za-z]{0,3}\$?)([0-9]{0,7})")
_MORE = {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#13;": "\r", "&#9;": "\t"}


class Token(NamedTuple):
    """One word of a formula."""

    kind: str
    text: str
    start: int
    sheet: str | None
    """The sheet that is named before it, without quotes: `Jan:Mar` where there are several, with `[1]` in it where it
    is in another workbook. None: that of the formula."""


class RangeEnd(NamedTuple):
    """One end of a reference."""

    head: str
    """What is written before the row: column and `$`."""
    row: int | None
    """From 1; None for whole columns."""
    column: int | None
    """From 0; None for whole rows."""

    @property
    def fixed(self) -> bool:
        """Whether the row has a `$`."""
        return self.head.endswith("$")


class CellRange(NamedTuple):
    """A reference to cells."""

    first: RangeEnd
    last: RangeEnd
    single: bool

    @property
    def rows(self) -> tuple[int, int] | None:
        """First and last row; None for whole columns."""
        one, other = self.first.row, self.last.row
        return None if one is None or other is None else (min(one, other), max(one, other))

    @property
    def columns(self) -> range:
        """Its columns."""
        ends = [self.first.column or 0, LAST_COLUMN if self.last.column is None else self.last.column]
        return range(min(ends), max(ends) + 1)

    @property
    def fixed(self) -> bool:
        """Whether both rows have a `$`."""
        return self.first.fixed and self.last.fixed

    def with_rows(self, first: int | str, last: int | str) -> str:
        """It as text with other rows, its upper and its lower one."""
        if self.first.row is None or self.last.row is None:
            return f"{self.first.head}:{self.last.head}"
        upper, lower = (first, last) if self.first.row <= self.last.row else (last, first)
        return f"{self.first.head}{upper}" + ("" if self.single else f":{self.last.head}{lower}")


def tokens(formula: str) -> Iterator[Token]:
    """The words of a formula; what is between them are operators, brackets and blanks."""
    sheet, sheet_end = None, -1
    for found in _TOKEN.finditer(formula):
        kind = str(found.lastgroup)
        if kind == "sheet":
            named = found.group()[:-1]
            sheet, sheet_end = named[1:-1].replace("''", "'") if named.startswith("'") else named, found.end()
            continue
        yield Token(kind, found.group(), found.start(), sheet if found.start() == sheet_end else None)


def cell_range(text: str) -> CellRange | None:
    """A reference's ends; None where the word is none, or beyond the grid, and so a name."""
    first, colon, last = text.partition(":")
    ends = []
    for found in map(_END.fullmatch, (first, last or first)):
        if found is None:
            return None
        letters_, row = found.group(1).strip("$"), int(found.group(2) or 0)
        column = column_number(letters_) if letters_ else None
        ends.append(RangeEnd(found.group(1), row or None, column))
        if (column or 0) > LAST_COLUMN or row > LAST_ROW:
            return None
    return CellRange(ends[0], ends[1], not colon)


def with_references_changed(formula: str, change: Callable[[Token, CellRange], str | None]) -> str:
    """The formula with each reference as `change` writes it; None leaves it as it is."""
    pieces, position = [], 0
    for token in tokens(formula):
        cells = cell_range(token.text) if token.kind == "cells" else None
        instead = None if cells is None else change(token, cells)
        if instead is not None:
            pieces += [formula[position : token.start], instead]
            position = token.start + len(token.text)
    return "".join([*pieces, formula[position:]]) if pieces else formula


def moved_formula(formula: str, sheet: str | None, moves: Moves, *, fixed_only: bool = False) -> str:
    """The formula, in a cell that is in no data row, after rows have moved: as the program rewrites it then.

    `sheet`: the formula's own. `fixed_only`: rows without a `$` count from the cell that uses the formula (defined
    names, rules over a range) and stay as they are.
    """

    def change(token: Token, cells: CellRange) -> str | None:
        own = moves.get((token.sheet or sheet or "").casefold())
        if own is None or cells.rows is None or (fixed_only and not cells.fixed):
            return None
        new = own.span(*cells.rows)
        return GONE if new is None else cells.with_rows(*new)

    return with_references_changed(formula, change)


def with_own_row(formula: str, sheet: str, row: int) -> str:
    """The formula of a data row with `OWN` for its row in relative references to it."""

    def change(token: Token, cells: CellRange) -> str | None:
        own = cells.rows == (row, row) and not cells.first.fixed and not cells.last.fixed
        return cells.with_rows(OWN, OWN) if own and (token.sheet or sheet).casefold() == sheet.casefold() else None

    return with_references_changed(formula, change)


def shifted_formula(formula: str, rows: int, columns: int) -> str:
    """The formula as it is filled over so many rows and columns: what each cell of a shared formula says."""

    def end(each: RangeEnd) -> str:
        head, column, row = each.head, each.column, each.row
        if column is not None and not head.startswith("$"):
            column += columns
            head = letters(column) + ("$" if each.fixed and row is not None else "")
        if row is not None and not each.fixed:
            row += rows
        beyond = not 0 <= (column or 0) <= LAST_COLUMN or (row is not None and not 1 <= row <= LAST_ROW)
        return GONE if beyond else f"{head}{row or ''}"

    def change(_token: Token, cells: CellRange) -> str:
        ends = [end(cells.first), end(cells.last)]
        return GONE if GONE in ends else ends[0] if cells.single else ":".join(ends)

    return with_references_changed(formula, change)


def column_number(named: str) -> int:
    """A column's number, from 0."""
    number = 0
    for letter in named.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@cache
def letters(column: int) -> str:
    """A column's letters, by its number from 0."""
    front, last = divmod(column, 26)
    return (letters(front - 1) if front > 0 else "") + chr(65 + last)


def formula_text(xml: bytes) -> str:
    """A formula as text."""
    return unescape(xml.decode(), _MORE)


def formula_xml(formula: str) -> bytes:
    """A formula as XML."""
    return escape(formula, {"\n": "&#10;", "\r": "&#13;"}).encode()
