"""One sheet of an xlsx workbook: its rows as they were read, and what they say.

The rows that were read are the last filled ones; what is above them are titles and the header. Rows at the end that sum
up the others (a total under the list) are not data rows: nothing is put behind them, and none is a model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tracer.lists.write.model import SourcePart, unwritable
from tracer.lists.write.xlsx.cells import (
    SheetCell,
    SheetRow,
    first_column,
    formula_of,
    is_filled,
    row_cells,
    sheet_rows,
)
from tracer.lists.write.xlsx.compiled import masters_of
from tracer.lists.write.xlsx.references import cell_range, shifted, tokens

_FOOT = 20
"""Rows at the end that may be totals."""


@dataclass(frozen=True)
class PlacedFormula:
    """A formula and where it is."""

    row: int
    column: int
    text: str
    kind: str
    ref: str
    data: int | None
    """Data row; None where it is in none."""


class Sheet:
    """A sheet's XML with its rows. `part`: None where nothing of it was read."""

    def __init__(
        self, xml: bytes, path: str, name: str, part: SourcePart | None, empty: frozenset[int], where: str
    ) -> None:
        self.xml, self.path, self.name, self.part = xml, path, name, part
        self.all_rows = list(sheet_rows(xml))
        filled = [] if part is None else [row for row in self.all_rows if is_filled(xml[row.start : row.end], empty)]
        self.rows = [] if part is None else self._data_rows(filled, part, where)
        self.data_of = {row.number: i for i, row in enumerate(self.rows, 1)}
        self.left = min((first_column(xml[row.start : row.end]) for row in filled), default=0)
        """First column that was read."""

    def _data_rows(self, filled: list[SheetRow], part: SourcePart, where: str) -> list[SheetRow]:
        above = len(filled) - part.rows
        if above < (1 if any(part.headers) else 0) or above > 50:
            raise unwritable(
                "its rows cannot be told apart as they were read", f"{where}:{part.sheet}",
                "save it again as xlsx, load that and release it",
            )  # fmt: skip
        return filled[above:]

    def cells(self, row: SheetRow) -> list[SheetCell]:
        """The cells of a row."""
        return row_cells(self.xml[row.start : row.end])

    def data_cells(self, row: int) -> dict[int, SheetCell]:
        """Cells of a data row (from 1) by their position among the columns that were read."""
        return {cell.column - self.left: cell for cell in self.cells(self.rows[row - 1])}

    @cached_property
    def by_number(self) -> dict[int, SheetRow]:
        """All rows by their numbers."""
        return {row.number: row for row in self.all_rows}

    @cached_property
    def masters(self) -> dict[bytes, tuple[str, int, int]]:
        """Shared formula -> text, row and column of its first cell."""
        return masters_of([(cell, number) for cell, number in self._formula_cells()])

    @cached_property
    def formulas(self) -> tuple[PlacedFormula, ...]:
        """All formulas in the order of their cells."""
        found = []
        for cell, number in self._formula_cells():
            formula = formula_of(cell)
            if formula is None:
                continue
            text = formula.text
            if formula.kind == "shared" and formula.group in self.masters:
                master, row, column = self.masters[formula.group]
                text = shifted(master, number - row, cell.column - column)
            ref = (formula.ref or b"").decode() if formula.kind in ("array", "dataTable") else ""
            data = self.data_of.get(number)
            found.append(PlacedFormula(number, cell.column, text, formula.kind, ref, data))
        return tuple(found)

    def formula_text(self, cell: SheetCell, number: int) -> str | None:
        """A cell's formula in full, that of its cell where it is shared; None where it has none."""
        found = formula_of(cell)
        if found is None or found.kind == "dataTable":
            return None
        if found.kind == "shared" and found.group is not None and found.group in self.masters:
            text, row, column = self.masters[found.group]
            return shifted(text, number - row, cell.column - column)
        return found.text

    def _formula_cells(self) -> Iterator[tuple[SheetCell, int]]:
        for row in self.all_rows:
            xml = self.xml[row.start : row.end]
            if b"<f" in xml or b":f" in xml:
                yield from ((cell, row.number) for cell in row_cells(xml) if cell.formula is not None)

    @cached_property
    def aside(self) -> frozenset[int]:
        """Columns with formulas in so few data rows that these are not a column of the list: a total at its side."""
        counts = Counter(formula.column for formula in self.formulas if formula.data is not None)
        few = min(_FOOT, len(self.rows) // 10)
        arrays = {formula.column for formula in self.formulas if ":" in formula.ref}
        return frozenset(column for column, count in counts.items() if count <= few and column not in arrays)

    def is_of_row(self, formula: PlacedFormula) -> bool:
        """Whether a formula is one of those that each row of the list has."""
        return formula.data is not None and formula.data <= self.body and formula.column not in self.aside

    @cached_property
    def body(self) -> int:
        """How many data rows there are above the totals."""
        by_row: dict[int, list[PlacedFormula]] = {}
        summing: Counter[int] = Counter()
        for formula in self.formulas:
            if formula.data is not None and self._sums_up(formula):
                by_row.setdefault(formula.data, []).append(formula)
                summing[formula.column] += 1
        body, few = len(self.rows), max(_FOOT, len(self.rows) // 10)
        # What most rows have is not a total: a running one, a share of the whole.
        while body > 1 and len(self.rows) - body < _FOOT:
            mine = [each for each in by_row.get(body, []) if summing[each.column] <= few]
            if not mine:
                break
            body -= 1
        return body

    def _sums_up(self, formula: PlacedFormula) -> bool:
        """Whether a formula goes over several data rows, all of them above its own."""
        for token in tokens(formula.text):
            if token.kind == "table" and "#this row" not in token.text.casefold() and "@" not in token.text:
                return True
            cells = cell_range(token.text) if token.kind == "cells" and token.sheet in (None, self.name) else None
            if cells is not None and cells.rows is not None:
                first, last = cells.rows
                if first < last < formula.row and last >= self.rows[0].number:
                    return True
        return False

    @property
    def span(self) -> tuple[int, int]:
        """Numbers of the first data row and of the last one above the totals."""
        return self.rows[0].number, self.rows[self.body - 1].number
