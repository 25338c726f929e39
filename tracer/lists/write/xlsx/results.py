"""What the formulas of new rows give, where that can be known.

Kept results are worth something to programs that do not compute. A column keeps them where the formulas are understood
here: they must give what the file says, digit by digit, in every ordinary row that is looked at. In all other columns
no row of a copy keeps a result, and the program computes them when it opens the copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tracer.lists.write.model import NewRow
from tracer.lists.write.xlsx.book import Book
from tracer.lists.write.xlsx.cells import SheetCell
from tracer.lists.write.xlsx.compiled import Result
from tracer.lists.write.xlsx.evaluation import NotComputedError, Value, evaluated
from tracer.lists.write.xlsx.formulas import unescaped
from tracer.lists.write.xlsx.planting import RowPlanter
from tracer.lists.write.xlsx.references import cell_range
from tracer.lists.write.xlsx.sheet import Sheet
from tracer.lists.write.xlsx.strings import xml_text

_LOOKED_AT = 300
_DEPTH = 20
Writing = Callable[[float], str]
WRITINGS: Sequence[Writing] = (
    lambda number: str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number),
    lambda number: f"{number:.15g}", lambda number: f"{number:.16g}", lambda number: f"{number:.17g}",
    lambda number: f"{number:.16G}",
)  # fmt: skip
"""How programs write numbers."""


class Results:
    """Results of formulas in data rows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._kept: dict[str, dict[int, Writing]] = {}

    def drops(self, sheet: Sheet, column: int) -> bool:
        """Whether no row of a copy keeps a formula's result in this column of the sheet."""
        return column - sheet.left not in self._writings(sheet)

    def of(self, sheet: Sheet, new: NewRow, planter: RowPlanter) -> Mapping[int, Result]:
        """Position -> what the formula of a new row gives there, and the kind that its cell says."""
        found = {}
        for i, writing in list(self._writings(sheet).items()):
            if planter.formula_cell(new, i) is not None:
                try:
                    found[i] = _written(self._of_new(sheet, new, planter, i, 0), writing)
                except NotComputedError:
                    # One row without a result among rows that have one would show.
                    del self._kept[sheet.name][i]
        return found

    def _writings(self, sheet: Sheet) -> Mapping[int, Writing]:
        """Position of each column that keeps its results -> how it writes numbers."""
        if sheet.name not in self._kept:
            rows: dict[int, list[int]] = {}
            for formula in sheet.formulas:
                if sheet.is_of_row(formula) and formula.data is not None:
                    rows.setdefault(formula.column - sheet.left, []).append(formula.data)
            kept = {}
            for i, mine in rows.items():
                step = max(1, len(mine) // _LOOKED_AT)
                writing = self._confirmed(sheet, i, mine[::step])
                if writing is not None:
                    kept[i] = writing
            self._kept[sheet.name] = kept
        return self._kept[sheet.name]

    def _confirmed(self, sheet: Sheet, i: int, rows: Sequence[int]) -> Writing | None:
        """The way of writing in which all these rows' results are as the file has them."""
        able = list(WRITINGS)
        for row in rows:
            cells = sheet.data_cells(row)
            cell = cells.get(i)
            if cell is None or cell.value is None:
                return None
            try:
                value = self._of_row(sheet, row, cells, i, 0)
                kind = (cell.opening.find(b't="str"') >= 0, cell.opening.find(b't="b"') >= 0)
                if kind != (isinstance(value, str), isinstance(value, bool)):
                    return None
                able = [each for each in able if _written(value, each)[0] == cell.value]
            except NotComputedError:
                return None
            if not able:
                return None
        return able[0] if able else None

    def _of_row(self, sheet: Sheet, row: int, cells: Mapping[int, SheetCell], i: int, depth: int) -> Value:
        """An ordinary row's cell as a value; formulas are computed here."""
        cell = cells.get(i)
        number = sheet.rows[row - 1].number
        text = None if cell is None else sheet.formula_text(cell, number)
        if cell is None or text is None:
            return self._plain(cell)
        return self._computed(sheet, text, number, depth, lambda j: self._of_row(sheet, row, cells, j, depth + 1))

    def _of_new(self, sheet: Sheet, new: NewRow, planter: RowPlanter, i: int, depth: int) -> Value:
        found = planter.formula_cell(new, i)
        if found is not None:
            cell, row = found
            number = sheet.rows[row - 1].number
            text = sheet.formula_text(cell, number) or ""
            return self._computed(sheet, text, number, depth, lambda j: self._of_new(sheet, new, planter, j, depth + 1))
        kind, value = planter.content(new, i)
        if kind == "n" and value is not None:
            return float(value)
        if kind == "b":
            return value in ("1", "TRUE")
        return value

    def _computed(self, sheet: Sheet, text: str, number: int, depth: int, own: Callable[[int], Value]) -> Value:
        if depth > _DEPTH:
            raise NotComputedError

        def cells(reference: str) -> Sequence[Value]:
            named, _, area = reference.rpartition("!")
            found = cell_range(area)
            name = named.strip("'").replace("''", "'").casefold()
            if found is None or found.rows is None or found.first.column is None or found.last.column is None:
                raise NotComputedError
            columns = range(found.first.column, found.last.column + 1)
            if name in ("", sheet.name.casefold()) and found.rows == (number, number):
                return [own(column - sheet.left) for column in columns]
            if not found.single:
                raise NotComputedError
            return [self._elsewhere(sheet, name, found.rows[0], found.first.column)]

        return evaluated(text, cells)

    def _elsewhere(self, sheet: Sheet, name: str, row: int, column: int) -> Value:
        """A cell that is in no data row: a rate, a day."""
        of = next((each for each in self.book.sheets if each.name.casefold() == name), sheet)
        place = of.by_number.get(row)
        cell = None if place is None else next((c for c in of.cells(place) if c.column == column), None)
        if cell is not None and cell.formula is not None:
            raise NotComputedError
        return self._plain(cell)

    def _plain(self, cell: SheetCell | None) -> Value:
        if cell is None or cell.kind == "":
            return None
        if cell.kind in ("s", "inlineStr"):
            return self.book.text(cell)
        text = unescaped(cell.value or b"")
        if cell.kind == "n":
            return float(text)
        if cell.kind == "b":
            return text == "1"
        if cell.kind == "str":
            return text
        raise NotComputedError


def shown(value: bytes, kind: bytes | None) -> str:
    """A result as the reader of lists shows it."""
    text = unescaped(value)
    if kind == b"b":
        return "TRUE" if text == "1" else "FALSE"
    if kind is None:
        number = float(text)
        return str(int(number)) if number.is_integer() else repr(number)
    return text


def _written(value: Value, writing: Writing) -> Result:
    """A value as a cell has it, and what its cell says of its kind."""
    if isinstance(value, bool):
        return str(int(value)).encode(), b"b"
    if isinstance(value, str):
        return xml_text(value), b"str"
    return writing(0.0 if value is None else value).encode(), None
