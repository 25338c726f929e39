"""The references in a formula, as a workbook's file has it: in English, with commas, in the A1 form.

Texts, numbers, functions, names of the workbook and of tables are kept apart from references and left alone. Nothing
is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from tracer.lists.write.xlsx.row_moves import LAST_ROW

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
