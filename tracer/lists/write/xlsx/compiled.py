"""Rows of a sheet, made ready to be written in many copies: only what changes in them is looked at again.

A row is bytes with marks: `OWN` where its number is, `SLOT` where a shared string's number or a formula goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
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
    with_kind,
)
from tracer.lists.write.xlsx.references import OWN, escaped, tokens, with_own_row

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


def masters_of(cells: Sequence[tuple[SheetCell, int]]) -> dict[bytes, tuple[str, int, int]]:
    """Shared formula -> its text, and row and column of the cell that has it."""
    masters = {}
    for cell, number in cells:
        found = formula_of(cell)
        if found is not None and found.kind == "shared" and found.group is not None and found.text:
            masters[found.group] = (found.text, number, cell.column)
    return masters


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
