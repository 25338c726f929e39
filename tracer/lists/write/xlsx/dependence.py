"""Which results outside of the data rows are others once rows come in or go out: a total, what is computed from it.

Ranges are followed through names, tables and other sheets. What cannot be followed (`INDIRECT`, `OFFSET`, a moment)
counts as another result.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tracer.lists.write.xlsx.book import Book
from tracer.lists.write.xlsx.references import LAST_COLUMN, cell_range, column_number, tokens
from tracer.lists.write.xlsx.row_moves import LAST_ROW
from tracer.lists.write.xlsx.sheet import Sheet

UNKNOWN = frozenset({"INDIRECT(", "OFFSET(", "CELL(", "INFO(", "ADDRESS("})
"""Functions whose result depends on more than the references show."""
MOMENTS = frozenset({"NOW(", "TODAY(", "RAND(", "RANDBETWEEN(", "_XLFN.RANDARRAY("})
PLACES = frozenset({"ROW(", "ROWS("})
"""Functions of where a cell is."""


@dataclass(frozen=True)
class Area:
    """Cells of one sheet."""

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    """From 0."""
    fixed: bool
    """Whether both rows have a `$`."""
    single: bool


class References:
    """What formulas of a book name, with names and tables followed."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.names = book.package.defined_names()
        self.order = [sheet.name.casefold() for sheet in book.sheets]
        self.tables = dict(_tables(book))

    def of(self, formula: str, sheet: str, row: int, depth: int = 0) -> Iterator[Area]:
        """The areas that a formula names; those of tables' own rows are its row."""
        for token in tokens(formula):
            if token.is_external:
                continue
            named = (token.sheet or sheet).casefold()
            if token.kind == "cells":
                cells = cell_range(token.text)
                if cells is None:
                    continue
                columns = sorted(
                    (cells.first.column or 0, LAST_COLUMN if cells.last.column is None else cells.last.column)
                )
                rows = cells.rows or (1, LAST_ROW)
                fixed = cells.first.fixed and cells.last.fixed
                for each in self._sheets(named):
                    yield Area(each, rows, (columns[0], columns[1]), fixed, rows[0] == rows[1])
            elif token.kind == "table":
                yield from self._of_table(token.text, sheet, row)
            elif token.kind == "name" and depth < 8:
                inner = self.names.get(token.text.casefold())
                if inner is not None:
                    yield from self.of(inner, sheet, row, depth + 1)

    def _sheets(self, named: str) -> list[str]:
        """The sheets of a name: of `Jan:Mar` all from the one to the other."""
        first, colon, last = named.partition(":")
        if not colon or first not in self.order or last not in self.order:
            return [named]
        low, high = sorted((self.order.index(first), self.order.index(last)))
        return self.order[low : high + 1]

    def _of_table(self, text: str, sheet: str, row: int) -> Iterator[Area]:
        name, _, inner = text.partition("[")
        found = self.tables.get(name.casefold())
        if not name:
            found = next(
                (t for t in self.tables.values() if t.sheet == sheet.casefold() and t.rows[0] <= row <= t.rows[1]), None
            )
        if found is None:
            return
        first, last = found.rows
        if "#this row" in inner.casefold() or "@" in inner:
            first, last = row, row
        elif "#headers" in inner.casefold() and "#data" not in inner.casefold():
            last = first
        elif "#totals" in inner.casefold() and "#data" not in inner.casefold():
            first = last
        yield Area(found.sheet, (first, last), found.columns, first == last, first == last)


class StaleCells:
    """Formula cells outside of the data rows whose results are others in a copy."""

    def __init__(self, references: References, edited: Collection[str]) -> None:
        """`edited`: sheets whose rows change, casefolded."""
        self.references = references
        self.spans = {
            sheet.name.casefold(): sheet.span for sheet in references.book.sheets if sheet.name.casefold() in edited
        }
        self._cells: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._follow([sheet for sheet in references.book.sheets if edited])

    def has(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell's result is another one."""
        rows = self._cells.get(sheet.casefold(), {}).get(column, [])
        at = bisect.bisect_left(rows, row)
        return at < len(rows) and rows[at] == row

    def meets(self, area: Area) -> bool:
        """Whether an area holds data rows that change, or a cell whose result is another one."""
        return self.meets_data(area) or self._meets_stale(area)

    def meets_data(self, area: Area) -> bool:
        """Whether an area holds data rows of a sheet that changes."""
        span = self.spans.get(area.sheet)
        return span is not None and area.rows[0] <= span[1] and area.rows[1] >= span[0]

    def _meets_stale(self, area: Area) -> bool:
        for column, rows in self._cells.get(area.sheet, {}).items():
            if area.columns[0] <= column <= area.columns[1]:
                at = bisect.bisect_left(rows, area.rows[0])
                if at < len(rows) and rows[at] <= area.rows[1]:
                    return True
        return False

    def _follow(self, sheets: Collection[Sheet]) -> None:
        waiting = []
        for sheet in sheets:
            for formula in sheet.formulas:
                if sheet.name.casefold() in self.spans and sheet.is_of_row(formula):
                    continue
                areas = list(self.references.of(formula.text, sheet.name, formula.row))
                waiting.append((sheet.name.casefold(), formula.row, formula.column, areas, _is_unknown(formula.text)))
        while True:
            now = [each for each in waiting if each[4] or any(self.meets(area) for area in each[3])]
            if not now:
                return
            for name, row, column, _, _ in now:
                bisect.insort(self._cells[name][column], row)
            done = {(each[0], each[1], each[2]) for each in now}
            waiting = [each for each in waiting if (each[0], each[1], each[2]) not in done]


def _is_unknown(formula: str) -> bool:
    return any(
        token.kind == "function" and token.text.upper() in UNKNOWN | MOMENTS | PLACES for token in tokens(formula)
    )


def _tables(book: Book) -> Iterator[tuple[str, Area]]:
    """Name of each table, casefolded -> its cells."""
    for sheet in book.sheets:
        for path in book.package.related(sheet.path, "table"):
            xml = book.package.read(path)
            opening = re.search(rb"<(?:\w+:)?table\b[^>]*>", xml)
            if opening is None:
                continue
            found = re.search(rb'\sref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"', opening.group())
            if found is None:
                continue
            left, top, right, bottom = (each.decode() for each in found.groups())
            area = Area(
                sheet.name.casefold(), (int(top), int(bottom)), (column_number(left), column_number(right)), True, False
            )
            for name in re.findall(rb'\s(?:name|displayName)="([^"]*)"', opening.group()):
                yield name.decode().casefold(), area
