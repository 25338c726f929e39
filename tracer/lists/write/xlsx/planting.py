"""The rows that come in: written cell by cell as the rows around them are.

A cell follows the same column's cell of its model row, or of the row that it is taken over from: kind, format, formula.
Where the model has none of that kind, it follows the commonest one of the column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tracer.lists.write.model import NewRow
from tracer.lists.write.xlsx.cells import (
    CopiedStrings,
    NumberFormats,
    SharedStrings,
    SheetCell,
    attribute,
    opening_tag,
    prefix_of,
    text_element,
    with_attribute,
    xml_text,
)
from tracer.lists.write.xlsx.references import letters, unescaped
from tracer.lists.write.xlsx.sheet import NUMBER, SLOT, CompiledRow, Result, RowCompiler, Sheet, numbered_opening

SAMPLE = 1_000
"""Data rows whose ways of writing are looked at."""
_OF_ITS_PLACE = (b"outlineLevel", b"collapsed", b"hidden")
"""Attributes that a row has by where it is."""


class RowPlanter:
    """Writes new rows of one sheet."""

    def __init__(self, sheet: Sheet, compiler: RowCompiler, formats: NumberFormats, strings: SharedStrings) -> None:
        self.sheet, self.compiler, self.formats, self.strings = sheet, compiler, formats, strings
        step = max(1, sheet.body // SAMPLE)
        rows = [sheet.data_cells(row) for row in range(1, sheet.body + 1, step)]
        # Position -> kind -> a cell of the commonest format, the commonest kind first.
        counts: dict[int, Counter[tuple[str, bytes | None]]] = {}
        cells: dict[tuple[int, str, bytes | None], SheetCell] = {}
        for row in rows:
            for i, cell in row.items():
                key = (cell.kind, cell.style)
                counts.setdefault(i, Counter())[key] += 1
                cells.setdefault((i, *key), cell)
        found: dict[int, dict[str, SheetCell]] = {}
        for i, counted in counts.items():
            # Where most blanks have no cell at all, a blank one of the few others is not an example.
            absent = len(rows) - sum(counted.values())
            for (kind, style), count in counted.most_common():
                if kind != "" or count > absent:
                    found.setdefault(i, {}).setdefault(kind, cells[i, kind, style])
        self.examples = found
        """Position -> its kinds, the commonest first, each with a cell."""

    def row(self, new: NewRow, strings: CopiedStrings, results: Mapping[int, Result]) -> CompiledRow:
        """A new row with marks. `results`: position -> what its formula gives, where that is known."""
        span = self.sheet.rows[new.like - 1]
        xml = self.sheet.xml[span.start : span.end]
        model = self.sheet.data_cells(new.like)
        slots: list[int] = []
        tag = numbered_opening(opening_tag(xml))
        near = self.sheet.rows[min(new.before, self.sheet.body) - 1]
        beside = opening_tag(self.sheet.xml[near.start : near.end])
        for name in _OF_ITS_PLACE:
            value = attribute(beside, name)
            if attribute(tag, name) is not None:
                tag = with_attribute(tag, name, value)
            elif value is not None:
                tag = tag[:-1] + b" " + name + b'="' + value + b'">'
        pieces = [tag]
        nameless = any(attribute(cell.opening, b"r") is None for cell in model.values())
        for i in sorted(model.keys() | set(range(len(new.cells)))):
            cell = self._cell(i, new, model, strings, slots, results.get(i))
            # A cell without a name is the next one: none may be left out.
            pieces.append(b"<%bc/>" % prefix_of(xml) if nameless and not cell else cell)
        return CompiledRow(b"".join([*pieces, b"</", prefix_of(xml), b"row>"]), tuple(slots))

    def formula_cell(self, new: NewRow, i: int) -> tuple[SheetCell, int] | None:
        """The cell whose formula a new row has in a column, and its data row; None where it has none."""
        if i + self.sheet.left in self.sheet.aside:
            return None
        donor = new.taken[i] if i < len(new.taken) else None
        for row in (donor, new.like) if donor is not None else (new.like,):
            cell = self.sheet.data_cells(row).get(i)
            if cell is not None and cell.kind == "f":
                return cell, row
            if donor is not None:
                return None
        return None

    def content(self, new: NewRow, i: int) -> tuple[str, str | None]:
        """What a new row's cell without a formula holds: its kind (n, b, or a text), and the content."""
        text = new.cells[i] if 0 <= i < len(new.cells) else None
        donor = new.taken[i] if 0 <= i < len(new.taken) else None
        cells = [self.sheet.data_cells(donor).get(i)] if donor is not None else []
        if not cells or cells[0] is None:
            if text is None:
                return "", None
            cells = [self.sheet.data_cells(new.like).get(i), *self.examples.get(i, {}).values()]
        for cell in cells:
            if cell is None or cell.kind in ("", "f"):
                continue
            if donor is not None and cell.kind in ("n", "b", "str", "d"):
                return cell.kind, unescaped(cell.value or b"")
            number = None if text is None or cell.kind != "n" else self.formats.number(text, cell.style)
            if number is not None:
                return "n", number.decode()
            if cell.kind != "n":
                return cell.kind, text
        return "s", text

    def _cell(
        self,
        i: int,
        new: NewRow,
        model: Mapping[int, SheetCell],
        strings: CopiedStrings,
        slots: list[int],
        result: Result | None,
    ) -> bytes:
        text = new.cells[i] if i < len(new.cells) else None
        donor = new.taken[i] if i < len(new.taken) else None
        computed = self.formula_cell(new, i)
        if computed is not None:
            cell, row = computed
            number = self.sheet.rows[row - 1].number
            return self.compiler.cell(cell, number, row, slots, result)
        like = model.get(i)
        if donor is not None:
            taken = self.sheet.data_cells(donor).get(i)
            if taken is not None:
                return self.compiler.cell(self._in_style(taken, like), 0, None, slots)
        if text is None:
            # A cell without content, as the column has them: with a format, or no cell at all.
            if like is None:
                return b""
            blank = like if like.kind == "" else self.examples.get(i, {}).get("")
            return b"" if blank is None else _named(blank)
        examples = self.examples.get(i, {})
        models = [cell for cell in (like, *examples.values()) if cell is not None and cell.kind not in ("", "f")]
        for cell in models:
            written = self._written(cell, text, strings, slots)
            if written is not None:
                return written
        p = prefix_of(like.xml) if like is not None else b""
        name = letters(i + self.sheet.left).encode() + NUMBER
        return b'<%bc r="%b" t="inlineStr"><%bis>%b</%bis></%bc>' % (
            p, name, p, text_element(p, b"", xml_text(text), text), p, p,
        )  # fmt: skip

    def _in_style(self, cell: SheetCell, like: SheetCell | None) -> SheetCell:
        """A cell that is taken over, in the format of the row's own where both show a number alike."""
        if like is None or like.kind != cell.kind or not self.formats.same(cell.style, like.style):
            return cell
        if cell.style is None or like.style is None or cell.style == like.style:
            return cell
        opening = with_attribute(cell.opening, b"s", like.style)
        return SheetCell(cell.column, opening + cell.xml[len(cell.opening) :])

    def _written(self, cell: SheetCell, text: str, strings: CopiedStrings, slots: list[int]) -> bytes | None:
        """A text in the way of a cell; None where that cannot hold it."""
        named, kind = _named(cell), cell.kind
        opening = named[: named.index(b">") + 1]
        end = b"</%bc>" % prefix_of(cell.xml)
        p = prefix_of(cell.xml)
        if kind == "n":
            number = self.formats.number(text, cell.style)
            return None if number is None else opening + b"<%bv>%b</%bv>" % (p, number, p) + end
        if kind == "b":
            flag = {"TRUE": b"1", "FALSE": b"0"}.get(text)
            return None if flag is None else opening + b"<%bv>%b</%bv>" % (p, flag, p) + end
        if kind == "s":
            slots.append(strings.number(text, int(cell.value or 0)))
            return opening + b"<%bv>%b</%bv>" % (p, SLOT, p) + end
        if kind == "inlineStr":
            item = self.strings.item_like(cell.xml[len(cell.opening) : -len(end)], text)
            return opening + item + end
        if kind in ("str", "d"):
            return opening + b"<%bv>%b</%bv>" % (p, xml_text(text), p) + end
        return None


def _named(cell: SheetCell) -> bytes:
    """A cell with the mark for its row, if it has a name."""
    opening = cell.opening
    if attribute(opening, b"r") is not None:
        opening = with_attribute(opening, b"r", cell.name.encode() + NUMBER)
    return opening + cell.xml[len(cell.opening) :]
