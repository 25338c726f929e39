"""Formulas with rows moved: as the program rewrites them when rows are inserted and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from tracer.lists.write.xlsx.references import LAST_COLUMN, CellRange, RangeEnd, Token, letters, replaced
from tracer.lists.write.xlsx.row_moves import LAST_ROW, RowMoves

OWN = "\0"
"""Stands for the number of the row that a formula is in."""
Moves = Mapping[str, RowMoves]
"""Name of a sheet, casefolded -> where its rows are; sheets whose rows all stay are not in it."""
GONE = "#REF!"
_MORE = {"&quot;": '"', "&apos;": "'", "&#10;": "\n", "&#13;": "\r", "&#9;": "\t"}


def moved(formula: str, sheet: str | None, moves: Moves, *, fixed_only: bool = False) -> str:
    """The formula, in a cell that is in no data row, after rows have moved.

    `sheet`: the formula's own. `fixed_only`: rows without a `$` count from the cell that uses the formula (defined
    names, rules over a range) and stay as they are.
    """

    def change(token: Token, cells: CellRange) -> str | None:
        own = moves.get((token.sheet or sheet or "").casefold())
        rows = cells.rows
        if own is None or token.is_external or rows is None:
            return None
        if fixed_only and not (cells.first.fixed and cells.last.fixed):
            return None
        new = own.span(*rows)
        return GONE if new is None else cells.with_rows(*new)

    return replaced(formula, change)


def with_own_row(formula: str, sheet: str, row: int) -> str:
    """The formula of a data row with `OWN` for its row in relative references to it."""

    def change(token: Token, cells: CellRange) -> str | None:
        if token.sheet is not None and token.sheet.casefold() != sheet.casefold():
            return None
        if cells.rows != (row, row) or cells.first.fixed or cells.last.fixed:
            return None
        last = "" if cells.single else f":{cells.last.head}{OWN}"
        return f"{cells.first.head}{OWN}{last}"

    return replaced(formula, change)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it is filled over so many rows and columns: what each cell of a shared formula says."""

    def change(_token: Token, cells: CellRange) -> str | None:
        first = _shifted_end(cells.first, rows, columns)
        last = _shifted_end(cells.last, rows, columns)
        if first is None or last is None:
            return GONE
        return first if cells.single else f"{first}:{last}"

    return replaced(formula, change)


def unescaped(xml: bytes) -> str:
    """A formula as text."""
    return unescape(xml.decode(), _MORE)


def escaped(formula: str) -> bytes:
    """A formula as XML."""
    return escape(formula, {"\n": "&#10;", "\r": "&#13;"}).encode()


def _shifted_end(end: RangeEnd, rows: int, columns: int) -> str | None:
    head, row, column = end.head, end.row, end.column
    if column is not None and not head.startswith("$"):
        column += columns
        if not 0 <= column <= LAST_COLUMN:
            return None
        head = letters(column) + ("$" if end.fixed and row is not None else "")
    if row is None:
        return head
    row = row if end.fixed else row + rows
    return f"{head}{row}" if 1 <= row <= LAST_ROW else None
