"""One sheet of an xlsx workbook as XML: rows go in and out, the row numbers behind them move, all else stays.

Formulas are not moved.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from tracer.lists.write.model import NewRow, PartEdit, SourcePart, unwritable

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.DOTALL)
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_NUMBERED = re.compile(rb'(<(?:\w+:)?(?:row|c)\b[^>]*?\sr=")([A-Z]*)(\d+)(?=")')
_RANGES = re.compile(rb'(\b(?:ref|sqref)=")([^"]*)(?=")')
SharedStrings = Callable[[str], int]
"""Gives the index of a text among the workbook's shared strings."""
Moved = Callable[[int, bool], int]
"""(row number, whether it ends a range) -> the row number that it has in the copy."""


@dataclass(frozen=True)
class _SheetRow:
    start: int
    end: int
    number: int


class Sheet:
    """One sheet's XML with its data rows."""

    def __init__(self, xml: bytes, path: str, part: SourcePart, empty: frozenset[int], where: str) -> None:
        self.xml, self.path, self.part = xml, path, part
        rows = [row for row in _rows(xml) if _is_filled(xml[row.start : row.end], empty)]
        above = len(rows) - part.rows
        if above < (1 if any(part.headers) else 0) or above > 50:
            raise unwritable(
                "its rows cannot be told apart as they were read", f"{where}:{part.sheet}",
                "save it again as xlsx, load that and release it",
            )  # fmt: skip
        self.rows = rows[above:]
        firsts = [_column(_cells(xml[row.start : row.end])[0][0]) for row in rows if _cells(xml[row.start : row.end])]
        self.left = min(firsts, default=0)

    def rendered(self, edit: PartEdit, shared: SharedStrings | None) -> tuple[bytes, Moved]:
        """The edited XML, and the function that says where a row number has gone (of a range's end: True)."""
        removed = sorted(self.rows[row - 1].number for row in edit.removed)
        last = self.rows[-1].number
        points = sorted(
            self.rows[new.before - 1].number if new.before <= len(self.rows) else last + 1 for new in edit.added
        )

        def moved(number: int, end: bool = False) -> int:
            if end:
                return moved(number + 1) - 1
            return number + bisect.bisect_right(points, number) - bisect.bisect_left(removed, number)

        added: dict[int, list[NewRow]] = {}
        for new in edit.added:
            added.setdefault(new.before, []).append(new)
        pieces, position = [], 0
        for index, row in enumerate([*self.rows, None], 1):
            if row is None or index in added or index in edit.removed:
                at = self.rows[-1].end if row is None else row.start
                pieces.append(_shifted(self.xml[position:at], moved, self.rows[0].start - position))
                number = (last + 1 if row is None else row.number) - bisect.bisect_left(
                    removed, last + 1 if row is None else row.number
                )
                number += bisect.bisect_left(points, last + 1 if row is None else row.number)
                for offset, new in enumerate(added.get(index, [])):
                    pieces.append(self._written(new, number + offset, shared))
                position = self.rows[-1].end if row is None else (row.end if index in edit.removed else row.start)
        tail = _shifted(self.xml[position:], moved, 0)
        body = b"".join(pieces)
        head, mark, rest = body.partition(b"sheetData")
        return moved_ranges(head, moved) + mark + rest + moved_ranges(tail, moved), moved

    def _row_cells(self, row: int) -> dict[int, bytes]:
        span = self.rows[row - 1]
        return {_column(name) - self.left: cell for name, cell in _cells(self.xml[span.start : span.end])}

    def _written(self, new: NewRow, number: int, shared: SharedStrings | None) -> bytes:
        """A row with its model's height and styles; cells taken over keep their XML."""
        span = self.rows[new.like - 1]
        model_xml = self.xml[span.start : span.end]
        model = self._row_cells(new.like)
        cells = []
        for i in sorted(model.keys() | set(range(len(new.cells)))):
            name = f"{column_letters(i + self.left)}{number}"
            donor = new.taken[i] if i < len(new.taken) else None
            text = new.cells[i] if i < len(new.cells) else None
            if donor is not None:
                taken = self._row_cells(donor).get(i)
                cells.append(b"" if taken is None else _renamed(taken, name))
            elif text is not None:
                cells.append(_cell(name, text, model.get(i), shared))
        opening = re.match(rb"<((?:\w+:)?)row\b[^>]*?/?>", model_xml)
        tag = model_xml[: opening.end()] if opening is not None else b"<row>"
        prefix = opening.group(1) if opening is not None else b""
        tag = re.sub(rb'(\sr=")\d+(?=")', rb"\g<1>" + str(number).encode(), tag.replace(b"/>", b">"))
        return tag + b"".join(cells) + b"</" + prefix + b"row>"


def _rows(xml: bytes) -> Iterator[_SheetRow]:
    """The rows of a sheet; those without a number follow the one before."""
    number = 0
    for found in _ROW.finditer(xml):
        named = re.search(rb'\sr="(\d+)"', found.group()[:200])
        number = int(named.group(1)) if named is not None else number + 1
        yield _SheetRow(found.start(), found.end(), number)


def _cells(row: bytes) -> list[tuple[str, bytes]]:
    """(column letters, XML) of the cells of a row; cells without a name follow the one before."""
    cells, column = [], -1
    for found in _CELL.finditer(row):
        named = re.search(rb'\br="([A-Z]+)\d+"', found.group(2))
        column = _column(named.group(1).decode()) if named is not None else column + 1
        cells.append((column_letters(column), found.group()))
    return cells


def _is_filled(row: bytes, empty: frozenset[int]) -> bool:
    for found in _CELL.finditer(row):
        inner = found.group(3)
        if not inner:
            continue
        value = re.search(rb"<(?:\w+:)?v[^>]*>([^<]+)</", inner)
        if value is not None and not (b't="s"' in found.group(2) and int(value.group(1)) in empty):
            return True
        if re.search(rb"<(?:\w+:)?t\b[^>]*>[^<]+</", inner):
            return True
    return False


def _shifted(xml: bytes, moved: Moved, skip: int) -> bytes:
    """XML with the numbers of its rows and cells moved; the first `skip` bytes are left alone."""
    skip = max(skip, 0)

    def renumber(found: re.Match[bytes]) -> bytes:
        return found.group(1) + found.group(2) + str(moved(int(found.group(3)), False)).encode()

    return xml[:skip] + _NUMBERED.sub(renumber, xml[skip:])


def moved_ranges(xml: bytes, moved: Moved) -> bytes:
    """XML with the rows in its `ref` and `sqref` attributes moved."""

    def place(found: re.Match[bytes]) -> bytes:
        return found.group(1) + b" ".join(_range(part, moved) for part in found.group(2).split(b" "))

    return _RANGES.sub(place, xml)


def _range(text: bytes, moved: Moved) -> bytes:
    first, colon, last = text.partition(b":")

    def one(cell: bytes, end: bool) -> bytes:
        return re.sub(rb"\d+$", lambda found: str(moved(int(found.group()), end)).encode(), cell)

    return one(first, False) + colon + one(last, True)


def _renamed(cell: bytes, name: str) -> bytes:
    opened = cell.index(b">")
    return re.sub(rb'(\br=")[A-Z]+\d+(?=")', rb"\g<1>" + name.encode(), cell[:opened], count=1) + cell[opened:]


def _cell(name: str, text: str, model: bytes | None, shared: SharedStrings | None) -> bytes:
    """A new cell in the style and type of its model: number, shared string or a string of its own."""
    opening = b"" if model is None else model[: model.index(b">") + 1]
    prefix = re.match(rb"<((?:\w+:)?)c\b", opening)
    p = b"" if prefix is None else prefix.group(1)
    style = re.search(rb'\ss="\d+"', opening)
    attributes = b' r="' + name.encode() + b'"' + (b"" if style is None else style.group())
    kind = re.search(rb'\bt="(\w+)"', opening)
    numeric = model is not None and (kind is None or kind.group(1) == b"n")
    if numeric and re.fullmatch(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?", text) is not None:
        as_model = b"" if kind is None else b' t="n"'
        return b"<%bc%b%b><%bv>%b</%bv></%bc>" % (p, attributes, as_model, p, text.encode(), p, p)
    value, written = escape(text).encode(), b"" if kind is None else kind.group(1)
    if written == b"str":
        return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (p, attributes, p, value, p, p)
    if written == b"inlineStr" or shared is None:
        return b'<%bc%b t="inlineStr"><%bis><%bt>%b</%bt></%bis></%bc>' % (p, attributes, p, p, value, p, p, p)
    return b'<%bc%b t="s"><%bv>%d</%bv></%bc>' % (p, attributes, p, shared(text), p, p)


def _column(letters: str) -> int:
    """A column's number, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


@cache
def column_letters(column: int) -> str:
    """A column's letters, by its number from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
