"""What lies over a sheet or shows its cells: charts, shapes, pictures, notes, tables, names."""

from __future__ import annotations

import re

from tracer.lists.write.xlsx.formulas import Moves, escaped, moved, unescaped
from tracer.lists.write.xlsx.references import cell_range, tokens
from tracer.lists.write.xlsx.row_moves import RowMoves

_CHART_REF = re.compile(rb"(<(?:\w+:)?f\b[^>]*>)([^<]*)(?=</)")
_CACHE = re.compile(
    rb"<((?:\w+:)?)(numCache|strCache|multiLvlStrCache)\b[^>]*?(?:/>|(?<!/)>.*?</\1\2>)|<((?:\w+:)?)lvl\b[^>]*?(?:/>|(?<!/)>.*?</\3lvl>)",
    re.DOTALL,
)
_ANCHOR = re.compile(rb"<((?:\w+:)?)(twoCellAnchor|oneCellAnchor)\b[^>]*>.*?</\1\2>", re.DOTALL)
_PLACE = re.compile(rb"<((?:\w+:)?)(from|to)>.*?</\1\2>", re.DOTALL)
_ANCHOR_ROW = re.compile(rb"(<(?:\w+:)?row>)(\d+)(?=</)")
_NOTE = re.compile(
    rb'<((?:\w+:)?)(comment|threadedComment)\b[^>]*?\sref="([A-Z]+)(\d+)"[^>]*?(?:/>|(?<!/)>.*?</\1\2>)', re.DOTALL
)
_SHAPE = re.compile(rb"<v:shape\b[^>]*>.*?</v:shape>", re.DOTALL)
_SHAPE_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(?=\s*</x:Row>)")
_SHAPE_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(?=</x:Anchor>)")
_NAME = re.compile(rb"(<(?:\w+:)?definedName\b[^>]*>)([^<]*)(?=</)")
_TABLE_RANGE = re.compile(rb'(\sref=")([^"]*)(?=")')
_TABLE_FORMULA = re.compile(rb"(<(?:\w+:)?(?:calculatedColumnFormula|totalsRowFormula)\b[^>]*>)([^<]*)(?=</)")
_TOP_ROW, _BOTTOM_ROW = 2, 6
"""Rows in a shape's anchor of eight numbers."""


def moved_chart(xml: bytes, moves: Moves) -> bytes:
    """A chart whose ranges have moved. The points that it keeps of them are left out: the program makes them again."""
    if not any(names_sheet(unescaped(found.group(2)), moves) for found in _CHART_REF.finditer(xml)):
        return xml
    xml = _CHART_REF.sub(lambda found: found.group(1) + escaped(moved(unescaped(found.group(2)), None, moves)), xml)
    return _CACHE.sub(b"", xml)


def names_sheet(formula: str, moves: Moves) -> bool:
    """Whether a formula names a sheet whose rows have moved."""
    return any(token.sheet is not None and token.sheet.casefold() in moves for token in tokens(formula))


def moved_names(workbook: bytes, moves: Moves) -> bytes:
    """The workbook's XML with the ranges of its names moved, print areas and titles among them."""
    return _NAME.sub(
        lambda found: found.group(1) + escaped(moved(unescaped(found.group(2)), None, moves, fixed_only=True)), workbook
    )


def moved_table(xml: bytes, sheet: str, rows: RowMoves, moves: Moves) -> bytes:
    """A table whose cells have moved, with its filter and its columns' formulas."""

    def place(found: re.Match[bytes]) -> bytes:
        cells = cell_range(found.group(2).decode())
        span = None if cells is None or cells.rows is None else rows.span(*cells.rows)
        return found.group() if cells is None or span is None else found.group(1) + cells.with_rows(*span).encode()

    xml = _TABLE_RANGE.sub(place, xml)
    return _TABLE_FORMULA.sub(
        lambda found: found.group(1) + escaped(moved(unescaped(found.group(2)), sheet, moves, fixed_only=True)), xml
    )


def moved_drawing(xml: bytes, rows: RowMoves) -> bytes:
    """Charts, pictures and shapes over a sheet, with the cells under them; rows count from 0."""

    def anchor(found: re.Match[bytes]) -> bytes:
        whole = found.group()
        numbers = [
            int(row.group(2)) for place in _PLACE.finditer(whole) for row in [_ANCHOR_ROW.search(place.group())] if row
        ]
        if not numbers:
            return whole
        start = _kept_row(rows, numbers[0])
        keeps_size = b'editAs="oneCell"' in whole[: whole.index(b">")]
        ends = [start, *(_kept_row(rows, n) if not keeps_size else start + n - numbers[0] for n in numbers[1:])]
        if b'editAs="absolute"' in whole[: whole.index(b">")]:
            return whole
        again = iter(ends)

        def placed(place: re.Match[bytes]) -> bytes:
            return _ANCHOR_ROW.sub(lambda row: row.group(1) + str(next(again)).encode(), place.group(), count=1)

        return _PLACE.sub(placed, whole)

    return _ANCHOR.sub(anchor, xml)


def moved_notes(xml: bytes, rows: RowMoves) -> bytes:
    """Notes and comments; those of rows that went out go with them."""

    def note(found: re.Match[bytes]) -> bytes:
        row = rows.row(int(found.group(4)))
        if row is None:
            return b""
        whole, at = found.group(), found.start(4) - found.start()
        return whole[:at] + str(row).encode() + whole[at + len(found.group(4)) :]

    return _NOTE.sub(note, xml)


def moved_shapes(xml: bytes, rows: RowMoves) -> bytes:
    """The boxes of notes and form controls, as the old drawing language has them."""

    def shape(found: re.Match[bytes]) -> bytes:
        whole = found.group()
        named = _SHAPE_ROW.search(whole)
        if named is None:
            return whole
        old = int(named.group(2))
        new = rows.row(old + 1)
        if new is None:
            return b""
        whole = _SHAPE_ROW.sub(lambda row: row.group(1) + str(new - 1).encode(), whole)

        def anchor(place: re.Match[bytes]) -> bytes:
            numbers = [part.strip() for part in place.group(2).split(b",")]
            for i in (_TOP_ROW, _BOTTOM_ROW):
                if i < len(numbers):
                    numbers[i] = str(max(0, int(numbers[i]) + new - 1 - old)).encode()
            return place.group(1) + b", ".join(numbers)

        return _SHAPE_ANCHOR.sub(anchor, whole)

    return _SHAPE.sub(shape, xml)


def notes_of(xml: bytes) -> list[int]:
    """Rows of the notes of a sheet."""
    return [int(found.group(4)) for found in _NOTE.finditer(xml)]


def pictures_of(xml: bytes) -> list[int]:
    """Rows in which pictures begin, from 1."""
    found = []
    for each in _ANCHOR.finditer(xml):
        row = _ANCHOR_ROW.search(each.group())
        if re.search(rb"<(?:\w+:)?pic\b", each.group()) and row is not None:
            found.append(int(row.group(2)) + 1)
    return found


def _kept_row(rows: RowMoves, number: int) -> int:
    """A row of an anchor, from 0, where it is now; the next one that is left where it went out."""
    row = number + 1
    while (new := rows.row(row)) is None:
        row += 1
    return new - 1
