"""One sheet of an xlsx workbook: its rows as they were read, and what they say.

The rows that were read are the last filled ones; what is above them are titles and the header. Rows at the end that sum
up the others (a total under the list) are not data rows: nothing is put behind them, and none is a model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tracer.lists.write.model import SourcePart, has_plausible_head, unwritable
from tracer.lists.write.xlsx.cells import (
    SheetCell,
    SheetRow,
    attribute,
    first_column,
    formula_of,
    is_filled,
    opening_tag,
    prefix_of,
    row_cells,
    sheet_rows,
    with_attribute,
    with_formula,
    with_kind,
)
from tracer.lists.write.xlsx.references import OWN, cell_range, escaped, shifted, tokens, with_own_row

# Rows of a sheet, made ready to be written in many copies: only what changes in them is looked at again. A row is
# bytes with marks: `OWN` where its number is, `SLOT` where a shared string's number or a formula goes.

Result = tuple[bytes, bytes | None]
"""What a formula gives, and the kind that its cell says it has; None: a number."""
NUMBER, SLOT = OWN.encode(), b"\1"
_NAME = re.compile(rb'(\sr="[A-Z]+)[0-9]+(?=")')
_NAMED = re.compile(rb'\sr="[^"]*"')
_INDEX = re.compile(rb"(<(?:\w+:)?v\b[^>]*>)([0-9]+)(?=</)")


@dataclass(frozen=True)
class CompiledRow:
    """One row with marks."""

    template: bytes
    slots: tuple[int, ...]
    """What goes into its slots: numbers of shared strings, and -1 - n for formula n."""


@dataclass
class Formulas:
    """The formulas of a sheet that may change in a copy, each text once."""

    texts: list[str] = field(default_factory=list)
    _numbers: dict[tuple[str, bool], int] = field(default_factory=dict)

    def slot(self, text: str, *, of_data: bool) -> int:
        """The slot for a formula."""
        number = self._numbers.setdefault((text, of_data), len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return -1 - number


class RowCompiler:
    """Compiles the rows of one sheet."""

    def __init__(
        self,
        name: str,
        text_of: Callable[[SheetCell, int], str | None],
        aside: Collection[int],
        keeps_value: Callable[[int | None, SheetCell, int], bool],
    ) -> None:
        self.name, self.text_of, self.aside, self.keeps_value = name, text_of, aside, keeps_value
        """(cell, row number) -> its formula in full. Whether a formula's result stays: (data row or
        None, cell, row number)."""
        self.formulas = Formulas()

    def row(self, xml: bytes, row: SheetRow, data: int | None) -> CompiledRow:
        """A whole row. `data`: its data row, None for any other."""
        slots: list[int] = []
        pieces = [numbered_opening(opening_tag(xml))]
        for cell in row_cells(xml):
            pieces.append(self.cell(cell, row.number, None if cell.column in self.aside else data, slots))
        pieces.append(b"</" + prefix_of(xml) + b"row>")
        return CompiledRow(b"".join(pieces), tuple(slots))

    def cell(
        self, cell: SheetCell, number: int, data: int | None, slots: list[int], value: Result | None = None
    ) -> bytes:
        """A cell with marks; what goes into its slots is put behind `slots`. `value`: another result of its formula."""
        xml = _NAME.sub(rb"\g<1>" + NUMBER, cell.xml, count=1)
        if attribute(cell.opening, b"t") == b"s" and b"<f" not in xml:
            found = _INDEX.search(xml)
            if found is not None:
                slots.append(int(found.group(2)))
                return xml[: found.start(2)] + SLOT + xml[found.end(2) :]
            return xml
        formula = self.text_of(cell, number)
        if formula is None:
            return xml
        array = None
        held = formula_of(cell)
        if held is not None and held.kind == "array" and held.ref is not None:
            array = cell.name.encode() + NUMBER if data is not None else held.ref
        text = with_own_row(formula, self.name, number) if data is not None else formula
        if any(token.kind == "cells" for token in tokens(text)):
            slots.append(self.formulas.slot(text, of_data=data is not None))
            written = SLOT
        else:
            written = escaped(text)
        if value is not None:
            opening = xml[: xml.index(b">") + 1]
            xml = with_kind(opening, value[1]) + xml[len(opening) :]
        kept = value[0] if value is not None else cell.value if self.keeps_value(data, cell, number) else None
        return with_formula(xml, written, array=array, value=kept)


def row_forms(row: CompiledRow, formulas: Formulas, left: int, width: int) -> tuple[str, ...]:
    """What each of the first `width` cells is apart from its content: attributes, what is in it, its formula; and the
    row itself, its attributes and how many cells it has."""
    found = [""] * width
    texts = iter(row.slots)
    cells = row_cells(row.template)
    for cell in cells:
        slots = [next(texts) for _ in range(cell.xml.count(SLOT))]
        said = [formulas.texts[-1 - slot] for slot in slots if slot < 0]
        formula = cell.formula
        text = b"" if formula is None else formula.group(2)
        inner = re.sub(rb">[^<]*<", b"><", cell.xml[len(cell.opening) :])
        if 0 <= cell.column - left < width:
            found[cell.column - left] = f"{_NAMED.sub(b'', cell.opening)!r} {inner!r} {said} {text!r}"
    return (*found, f"{opening_tag(row.template)!r} {len(cells)}")


def numbered_opening(tag: bytes) -> bytes:
    """A row's opening tag with the mark for its number."""
    return with_attribute(tag, b"r", NUMBER)


def written(row: CompiledRow, number: int, strings: Sequence[bytes], formulas: Sequence[bytes]) -> bytes:
    """A row as it is in a copy."""
    template = row.template
    if row.slots:
        pieces = template.split(SLOT)
        merged = [pieces[0]]
        for slot, piece in zip(row.slots, pieces[1:], strict=True):
            merged += [strings[slot] if slot >= 0 else formulas[-1 - slot], piece]
        template = b"".join(merged)
    return template.replace(NUMBER, str(number).encode())


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
        above = 0 if part is None else len(filled) - part.rows
        if part is not None and not has_plausible_head(above, part):
            raise unwritable(
                "its rows cannot be told apart as they were read", f"{where}:{part.sheet}",
                "save it again as xlsx, load that and release it",
            )  # fmt: skip
        self.rows = filled[above:]
        self.data_of = {row.number: i for i, row in enumerate(self.rows, 1)}
        self.left = min((first_column(xml[row.start : row.end]) for row in filled), default=0)
        """First column that was read."""

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
        masters = {}
        for cell, number in self._formula_cells():
            found = formula_of(cell)
            if found is not None and found.kind == "shared" and found.group is not None and found.text:
                masters[found.group] = (found.text, number, cell.column)
        return masters

    @cached_property
    def formulas(self) -> tuple[PlacedFormula, ...]:
        """All formulas in the order of their cells."""
        found = []
        for cell, number in self._formula_cells():
            formula = formula_of(cell)
            if formula is None:
                continue
            text = self.formula_text(cell, number)
            text = formula.text if text is None else text  # of a what-if table
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
