"""One sheet of an xlsx workbook: its rows as they were read, and which of its formulas stay formulas.

The rows that were read are the last filled ones; what is above them are titles and the header. Rows at the end that sum
up the others (a total under the list) are not data rows: nothing is put behind them, and none is a model.

A formula that names cells of its own row alone goes where its row goes. Any other formula of a data row (a running
total, a rank, a look-up) could give another value once rows come in or go out: its cell keeps the stored value alone.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from tracer.lists.write.model import SourcePart, has_plausible_head, unwritable
from tracer.lists.write.xlsx import cells as markup
from tracer.lists.write.xlsx import references

_LOOKED_AT = 200
_FOOT = 20
"""Rows at the end that may be totals."""
ELSEWHERE = frozenset({"INDIRECT(", "OFFSET(", "CELL(", "INFO(", "ADDRESS("})
"""Functions whose result depends on more than the references show."""
_MOVING = ELSEWHERE | {"NOW(", "TODAY(", "RAND(", "RANDBETWEEN(", "_XLFN.RANDARRAY(", "ROW(", "ROWS("}
"""These, and functions of the moment, of chance, and of where a cell is."""


class BookTable(NamedTuple):
    """A table of a workbook."""

    sheet: str
    """Casefolded."""
    left: int
    """Its first column, from 0."""
    columns: tuple[str, ...]
    """Their names, casefolded."""


class PlacedFormula(NamedTuple):
    """A formula and where it is."""

    row: int
    column: int
    text: str
    kind: str
    """normal, shared, array, dataTable."""
    ref: str
    """Cells of an array formula; blank for others."""
    data: int | None
    """Data row; None where it is in none."""
    value: bytes | None
    """What is stored of it; None: nothing."""

    @property
    def cell(self) -> str:
        """The cell's name."""
        return f"{references.letters(self.column)}{self.row}"


class Sheet:
    """A sheet's XML with its rows. `part`: None where nothing of it was read."""

    def __init__(self, xml: bytes, name: str, part: SourcePart | None, empty: frozenset[int], where: str) -> None:
        self.xml, self.name, self.part, self.tables = xml, name, part, dict[str, BookTable]()
        self.all_rows = list(markup.sheet_rows(xml))
        filled = (
            [] if part is None else [row for row in self.all_rows if markup.is_filled(xml[row.start : row.end], empty)]
        )
        above = 0 if part is None else len(filled) - part.rows
        if part is not None and not has_plausible_head(above, part):
            raise unwritable(
                "its rows cannot be told apart as they were read",
                f"{where}:{part.sheet}",
                "save it again as xlsx, load that and release it",
            )
        self.rows = filled[above:]
        self.headers = () if part is None else part.headers
        self.data_of = {row.number: i for i, row in enumerate(self.rows, 1)}
        self.left = min((markup.first_column(xml[row.start : row.end]) for row in filled), default=0)
        """First column that was read."""
        self.given_up: frozenset[int] = frozenset()
        """Columns whose formulas name cells of their row alone, of which copies have the values all the same."""

    @cached_property
    def formulas(self) -> Mapping[tuple[int, int], PlacedFormula]:
        """(row, column) -> formula, in the order of the cells."""
        found, shared = {}, dict[bytes, tuple[str, int, int]]()
        for row in self.all_rows:
            xml, data = self.xml[row.start : row.end], self.data_of.get(row.number)
            for cell in markup.row_cells(xml) if b"<f" in xml or b":f" in xml else ():
                if (formula := cell.formula) is None:
                    continue
                kind, group, ref = (markup.attribute(formula.group(1), name) or b"" for name in (b"t", b"si", b"ref"))
                text, at = references.formula_text(formula.group(2) or b""), (row.number, cell.column)
                if group and text:
                    shared[group] = (text, *at)
                elif group in shared:  # its text is in the first cell of the group alone
                    first, top, left = shared[group]
                    text = references.shifted_formula(first, at[0] - top, at[1] - left)
                value = cell.value or (b"" if markup.attribute(cell.opening, b"t") == b"str" else None)
                found[at] = PlacedFormula(*at, text, kind.decode() or "normal", ref.decode(), data, value)
        return found

    @cached_property
    def body(self) -> int:
        """How many data rows there are above the totals."""
        by_row, summing = defaultdict[int, list[int]](list), Counter[int]()
        for formula in self.formulas.values():
            if formula.data is not None and self._sums_up(formula):
                by_row[formula.data].append(formula.column)
                summing[formula.column] += 1
        body, few = len(self.rows), max(_FOOT, len(self.rows) // 10)
        # What most rows have is not a total: a running one, a share of the whole.
        while 1 < body > len(self.rows) - _FOOT and any(summing[column] <= few for column in by_row[body]):
            body -= 1
        return body

    def _sums_up(self, formula: PlacedFormula) -> bool:
        """Whether a formula goes over several data rows, all of them above its own."""
        for token in references.tokens(formula.text):
            if token.kind == "table" and "#this row" not in token.text.casefold() and "@" not in token.text:
                return True
            cells = (
                references.cell_range(token.text)
                if token.kind == "cells" and token.sheet in (None, self.name)
                else None
            )
            if cells is not None and cells.rows is not None:
                first, last = cells.rows
                if first < last < formula.row and last >= self.rows[0].number:
                    return True
        return False

    @cached_property
    def own(self) -> Mapping[int, str]:
        """Column -> its formula with `OWN` for the row, where each formula of the column is this one and names cells of
        its own row alone."""
        found: dict[int, str | None] = {}
        for each in self.formulas.values():
            if each.data is not None and each.data <= self.body:
                text = references.with_own_row(each.text, self.name, each.row)
                alone = each.kind in ("normal", "shared") or each.ref in (each.cell, f"{each.cell}:{each.cell}")
                if each.column not in found:
                    found[each.column] = text if self._is_of_row(text) else None
                if found[each.column] != text or not alone:
                    found[each.column] = None
        return {column: text for column, text in found.items() if text is not None}

    def _is_of_row(self, own: str) -> bool:
        """Whether a formula names and depends on cells of its row alone, among the columns that were read."""
        words, columns = list(references.tokens(own.replace(references.OWN, "1"))), set[int]()
        for word in words:
            named = self.columns_of(word) if word.kind in ("cells", "table") else []
            foreign = word.kind == "name" and word.text.upper() not in ("TRUE", "FALSE")
            if named is None or foreign or (word.kind == "function" and word.text.upper() in _MOVING):
                return False
            columns |= {*named}
        # A reference without the mark is to a cell elsewhere.
        marks = sum(2 if ":" in word.text else 1 for word in words if word.kind == "cells")
        return marks == own.count(references.OWN) and columns <= {*range(self.left, self.left + len(self.headers))}

    def columns_of(self, word: references.Token) -> Sequence[int] | None:
        """The columns of its row that a reference of such a formula names; None for other rows."""
        if word.kind == "cells":
            cells = references.cell_range(word.text)
            return None if cells is None else cells.columns
        name, _, inner = word.text.casefold().partition("[")
        table = self.tables.get(name) if name else next(iter(self.tables.values()), None)
        named = [each.strip("@") for each in re.findall(r"(?:'.|[^\[\]',:])+", inner)]
        named = [re.sub(r"'(.)", r"\1", each) for each in named if each.strip() and each != "#this row"]
        of_row = "#this row" in inner or "@" in inner
        if table is None or not of_row or not named or not set(named) <= set(table.columns):
            return None
        places = [table.columns.index(each) + table.left for each in named]
        return range(min(places), max(places) + 1) if ":" in inner else places

    @property
    def kept_formulas(self) -> Mapping[int, str]:
        """Columns of the list whose formulas stay formulas."""
        return {column: text for column, text in self.own.items() if column not in self.given_up}

    @cached_property
    def with_values(self) -> frozenset[int]:
        """Columns whose formulas in data rows have values, and not all 0, which programs write that do not compute."""
        return frozenset(f.column for f in self.formulas.values() if f.data is not None and f.value not in (None, b"0"))

    def heading(self, column: int) -> str:
        """A column's heading, or its letters."""
        i = column - self.left
        return (self.headers[i] if 0 <= i < len(self.headers) else "") or references.letters(column)

    def holds_numbers(self, i: int) -> bool:
        """Whether the cells of a column, by its position, are numbers."""
        cells = (self.data_cells(row).get(i) for row in range(1, min(self.body, _LOOKED_AT) + 1))
        kinds = [markup.attribute(cell.opening, b"t") for cell in cells if cell is not None and cell.value is not None]
        return sum(kind in (None, b"n") for kind in kinds) > len(kinds) / 2

    @cached_property
    def aside(self) -> frozenset[int]:
        """Columns with other formulas in so few data rows that these are not of the list: a total at its side."""
        others = [f for f in self.formulas.values() if f.data is not None and f.column not in self.own]
        counts, few = Counter(each.column for each in others), min(_FOOT, len(self.rows) // 10)
        arrays = {each.column for each in others if ":" in each.ref}
        return frozenset(column for column, count in counts.items() if count <= few and column not in arrays)

    def is_of_list(self, data: int | None, column: int) -> bool:
        """Whether a cell is of a data row, not of a total under the list or at its side."""
        return data is not None and data <= self.body and column not in self.aside

    @property
    def valued_formulas(self) -> list[PlacedFormula]:
        """Formulas of data rows of which a copy has the stored value alone."""
        kept = self.kept_formulas
        return [f for f in self.formulas.values() if self.is_of_list(f.data, f.column) and f.column not in kept]

    def around(self, edited: Collection[str]) -> list[PlacedFormula]:
        """Formulas that are none of a data row's own: totals, what is next to the list; all where no row changes."""
        every = self.name.casefold() not in edited
        return [f for f in self.formulas.values() if every or not self.is_of_list(f.data, f.column)]

    def opening(self, row: markup.SheetRow) -> bytes:
        """The opening tag of a row."""
        return markup.opening_tag(self.xml[row.start : row.end])

    def data_cells(self, row: int) -> dict[int, markup.SheetCell]:
        """Cells of a data row (from 1), as a copy whose rows change has them, by their position among the columns that
        were read."""
        return {cell.column - self.left: cell for cell in self.cells(self.rows[row - 1], edited=True, stale=True)}

    def cells(self, row: markup.SheetRow, *, edited: bool, stale: bool) -> list[markup.SheetCell]:
        """The cells of a row, as a copy has them. `edited`: whether rows of the sheet change; `stale`: whether results
        of its formulas around the list may be others then."""
        xml, cells = self.xml[row.start : row.end], list[markup.SheetCell]()
        if b"<f" not in xml and b":f" not in xml:
            return markup.row_cells(xml)
        data, kept = self.data_of.get(row.number) if edited else None, self.kept_formulas
        for cell in markup.row_cells(xml):
            formula, of_list = self.formulas.get((row.number, cell.column)), self.is_of_list(data, cell.column)
            if formula is None or (formula.kind == "dataTable" and not of_list):
                cells.append(cell)
                continue
            text, ref, value = formula.text, formula.ref, None if stale else cell.value
            if data is not None and data <= self.body and cell.column in kept:
                text, ref, value = kept[cell.column], f"{references.letters(cell.column)}{references.OWN}", cell.value
            elif of_list:
                cells.append(markup.SheetCell(cell.column, markup.FORMULA.sub(b"", cell.xml, count=1)))
                continue
            elif formula.kind == "normal" and not stale:
                cells.append(cell)
                continue
            array = ref.encode() if formula.kind == "array" else b""
            cells.append(cell.with_formula(references.formula_xml(text), array=array, value=value))
        return cells
