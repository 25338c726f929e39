"""Rows of a sheet, made ready to be written in many copies: only what changes in them is looked at again.

A row is bytes with marks: `OWN` where its number is, `SLOT` where a shared string's number or a formula goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tracer.lists.write.xlsx.cells import (
    SheetCell,
    SheetRow,
    attribute,
    formula_of,
    opening_tag,
    prefix_of,
    row_cells,
    with_attribute,
    with_formula,
)
from tracer.lists.write.xlsx.formulas import OWN, escaped, shifted, with_own_row
from tracer.lists.write.xlsx.references import tokens

NUMBER, SLOT = OWN.encode(), b"\1"
_NAME = re.compile(rb'(\sr="[A-Z]+)[0-9]+(?=")')
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
    of_data: list[bool] = field(default_factory=list)
    """Whether it is a data row's, with `OWN` for its row."""
    _numbers: dict[tuple[str, bool], int] = field(default_factory=dict)

    def slot(self, text: str, *, of_data: bool) -> int:
        """The slot for a formula."""
        number = self._numbers.setdefault((text, of_data), len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
            self.of_data.append(of_data)
        return -1 - number


class RowCompiler:
    """Compiles the rows of one sheet."""

    def __init__(
        self,
        name: str,
        masters: Mapping[bytes, tuple[str, int, int]],
        aside: Collection[int],
        keeps_value: Callable[[int | None, SheetCell, int], bool],
    ) -> None:
        self.name, self.masters, self.aside, self.keeps_value = name, masters, aside, keeps_value
        """Shared formula -> text, row and column of its first cell. Whether a formula's result stays: (data row or
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
        self, cell: SheetCell, number: int, data: int | None, slots: list[int], value: bytes | None = None
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
        kept = value if value is not None else cell.value if self.keeps_value(data, cell, number) else None
        return with_formula(xml, written, array=array, value=kept)

    def text_of(self, cell: SheetCell, number: int) -> str | None:
        """A cell's formula in full, that of its cell where it is shared; None where it has none."""
        found = formula_of(cell)
        if found is None or found.kind == "dataTable":
            return None
        if found.kind == "shared" and found.group is not None and found.group in self.masters:
            text, row, column = self.masters[found.group]
            return shifted(text, number - row, cell.column - column)
        return found.text


def masters_of(cells: Sequence[tuple[SheetCell, int]]) -> dict[bytes, tuple[str, int, int]]:
    """Shared formula -> its text, and row and column of the cell that has it."""
    masters = {}
    for cell, number in cells:
        found = formula_of(cell)
        if found is not None and found.kind == "shared" and found.group is not None and found.text:
            masters[found.group] = (found.text, number, cell.column)
    return masters


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
