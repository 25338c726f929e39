"""Rows of copies: those that are there, made ready once for all copies, and those that come in.

A row that comes in is written cell by cell as the rows around it are: each cell follows the same column's cell of its
model row, or of the row that it is taken over from: kind, format, formula. Where the model has none of that kind, it
follows the commonest one of the column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from tracer.lists.write.model import NewRow
from tracer.lists.write.xlsx.cells import (
    FORMULA,
    CopiedStrings,
    NumberFormats,
    SheetCell,
    attribute,
    formula_of,
    item_like,
    prefix_of,
    text_element,
    with_attribute,
    with_formula,
    xml_text,
)
from tracer.lists.write.xlsx.references import OWN, escaped, letters
from tracer.lists.write.xlsx.sheet import Sheet

NUMBER, SLOT = OWN.encode(), b"\1"
"""Marks in a row that is ready: for its number, and for the number of a shared string."""
_NAME = re.compile(rb'(\sr="[A-Z]+)[0-9]+(?=")')
_INDEX = re.compile(rb"(<(?:\w+:)?v\b[^>]*>)([0-9]+)(?=</)")
_SAMPLE = 1_000
"""Data rows whose ways of writing are looked at."""
_OF_ITS_PLACE = (b"outlineLevel", b"collapsed", b"hidden")
"""Attributes that a row has by where it is."""


class ReadyRow(NamedTuple):
    """One row with marks."""

    template: bytes
    strings: tuple[int, ...]
    """Numbers of the shared strings that go into its slots."""
    moves: bool
    """Whether it has formulas that name other rows."""


def ready(tag: bytes, cells: Collection[SheetCell]) -> ReadyRow:
    """A row with marks, of its opening tag and its cells."""
    pieces, strings = [with_attribute(tag, b"r", NUMBER)], list[int]()
    for cell in cells:
        xml = _NAME.sub(rb"\g<1>" + NUMBER, cell.xml, count=1)
        found = _INDEX.search(xml) if attribute(cell.opening, b"t") == b"s" else None
        if found is not None:
            strings.append(int(found.group(2)))
            xml = xml[: found.start(2)] + SLOT + xml[found.end(2) :]
        pieces.append(xml)
    formulas = [found.group() for cell in cells if (found := cell.formula) is not None]
    whole = b"".join([*pieces, b"</", prefix_of(tag), b"row>"])
    return ReadyRow(whole, tuple(strings), any(NUMBER not in each for each in formulas))


def written(row: ReadyRow, number: int, strings: Sequence[bytes], formula: Callable[[re.Match[bytes]], bytes]) -> bytes:
    """A row as it is in a copy. `strings`: the numbers that shared strings have there; `formula`: what becomes of the
    formulas that name other rows. Those of the row itself have marks, which are not read as references."""
    template = row.template
    if row.strings:
        first, *pieces = template.split(SLOT)
        template = first + b"".join(strings[at] + piece for at, piece in zip(row.strings, pieces, strict=True))
    template = FORMULA.sub(formula, template) if row.moves else template
    return template.replace(NUMBER, str(number).encode())


class RowPlanter:
    """Writes new rows of one sheet."""

    def __init__(self, sheet: Sheet, formats: NumberFormats) -> None:
        self.sheet, self.formats = sheet, formats
        rows = [sheet.data_cells(row) for row in range(1, sheet.body + 1, max(1, sheet.body // _SAMPLE))]
        counts: dict[int, Counter[tuple[str, bytes | None]]] = {}
        cells: dict[tuple[int, str, bytes | None], SheetCell] = {}
        for row in rows:
            for i, cell in row.items():
                counts.setdefault(i, Counter())[cell.kind, cell.style] += 1
                cells.setdefault((i, cell.kind, cell.style), cell)
        self.examples: dict[int, dict[str, SheetCell]] = {}
        """Position -> its kinds, the commonest first, each with a cell of the commonest format."""
        for i, counted in counts.items():
            # Where most blanks have no cell at all, a blank one of the few others is not an example.
            absent = len(rows) - sum(counted.values())
            for (kind, style), count in counted.most_common():
                if kind != "" or count > absent:
                    self.examples.setdefault(i, {}).setdefault(kind, cells[i, kind, style])

    def row(self, new: NewRow, strings: CopiedStrings) -> tuple[bytes, list[SheetCell]]:
        """A new row: its opening tag and its cells."""
        like, near = (self.sheet.rows[at - 1] for at in (new.like, min(new.before, self.sheet.body)))
        model, tag, beside = self.sheet.data_cells(new.like), self.sheet.opening(like), self.sheet.opening(near)
        for name in _OF_ITS_PLACE:
            value = attribute(beside, name)
            if attribute(tag, name) is not None:
                tag = with_attribute(tag, name, value)
            elif value is not None:
                tag = tag[:-1] + b" " + name + b'="' + value + b'">'
        nameless = any(attribute(cell.opening, b"r") is None for cell in model.values())
        cells = []
        for i in sorted(model.keys() | set(range(len(new.cells)))):
            # A cell without a name is the next one: none may be left out.
            cell = self._cell(i, new, model.get(i), strings) or (b"<%bc/>" % prefix_of(tag) if nameless else b"")
            if cell:
                cells.append(SheetCell(i + self.sheet.left, cell))
        return tag, cells

    def _cell(self, i: int, new: NewRow, like: SheetCell | None, strings: CopiedStrings) -> bytes:
        text, donor = (new.cells[i], new.taken[i]) if i < len(new.cells) else (None, None)
        examples = self.examples.get(i, {})
        taken = None if donor is None else self.sheet.data_cells(donor).get(i)
        if taken is not None:
            return self._in_style(taken, like).xml
        computed = examples.get("f") if i + self.sheet.left in self.sheet.kept else None
        if computed is not None and (text is not None or computed.value is None):
            return self._computed(computed if like is None or like.kind != "f" else like, text)
        if text is None:
            # A cell without content, as the column has them: with a format, or no cell at all.
            blank = like if like is None or like.kind == "" else examples.get("")
            return b"" if blank is None else self._opening(blank) + blank.xml[len(blank.opening) :]
        for cell in (like, *examples.values()):
            made = None if cell is None or cell.kind in ("", "f") else self._written(cell, text, strings)
            if made is not None:
                return made
        p, name = b"" if like is None else prefix_of(like.xml), letters(i + self.sheet.left).encode() + NUMBER
        item = text_element(p, b"", text)
        return b'<%bc r="%b" t="inlineStr"><%bis>%b</%bis></%bc>' % (p, name, p, item, p, p)

    def _computed(self, cell: SheetCell, text: str | None) -> bytes:
        """The column's formula with another stored value: that of the row's other cells."""
        formula = formula_of(cell)
        number = None if text is None else self.formats.number(text, cell.style)
        value = number if number is not None or text is None else xml_text(text)
        text_of = "" if formula is None else formula.text
        made = with_formula(cell, escaped(text_of), array=b"" if formula is None else formula.ref, value=value)
        opening = with_attribute(made.opening, b"t", None)
        if value is not None and number is None:
            opening = opening[:-1] + b' t="str">'
        return opening + made.xml[len(made.opening) :]

    def _in_style(self, cell: SheetCell, like: SheetCell | None) -> SheetCell:
        """A cell that is taken over, in the format of the row's own where both show a number alike."""
        if like is None or like.kind != cell.kind or not self.formats.same(cell.style, like.style):
            return cell
        if cell.style is None or like.style is None:
            return cell
        return SheetCell(cell.column, with_attribute(cell.opening, b"s", like.style) + cell.xml[len(cell.opening) :])

    def _written(self, cell: SheetCell, text: str, strings: CopiedStrings) -> bytes | None:
        """A text in the way of a cell; None where that cannot hold it."""
        kind, p, opening = cell.kind, prefix_of(cell.xml), self._opening(cell)
        if kind == "inlineStr":
            end = b"</%bc>" % p
            return opening + item_like(cell.xml[len(cell.opening) : -len(end)], text) + end
        value: bytes | None = xml_text(text) if kind in ("str", "d") else None
        if kind == "n":
            value = self.formats.number(text, cell.style)
        elif kind == "b":
            value = {"TRUE": b"1", "FALSE": b"0"}.get(text)
        elif kind == "s":
            value = b"%d" % strings.number(text, int(cell.value or 0))
        return None if value is None else opening + b"<%bv>%b</%bv></%bc>" % (p, value, p, p)

    @staticmethod
    def _opening(cell: SheetCell) -> bytes:
        """A cell's opening tag with the mark for its row, if it has a name."""
        return with_attribute(cell.opening, b"r", letters(cell.column).encode() + NUMBER)
