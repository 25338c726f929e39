"""What a workbook says of a sheet's cells outside of them: ranges, rules, links, breaks, charts, notes, tables.

What lies over several rows grows and shrinks with them. What belongs to one data row goes with it, and a row that comes
in has a link where its model has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tracer.lists.write.xlsx.cells import element, rewritten, text_of
from tracer.lists.write.xlsx.references import (
    Moves,
    RowMoves,
    cell_range,
    formula_text,
    formula_xml,
    moved_formula,
    shifted_formula,
)

FORMULA_OF_CHART = text_of("f")
NAME = text_of("definedName")
RULE = re.compile(rb"(<(?:\w+:)?(?:formula[12]?|f)>)([^<]*)(?=</)")
OF_CELLS = element(
    "hyperlink|mergeCell|conditionalFormatting|dataValidation|ignoredError|protectedRange|sparkline|cellWatch"
)
_TABLE_FORMULA = text_of("calculatedColumnFormula|totalsRowFormula")
_CACHE = element("numCache|strCache|multiLvlStrCache|lvl")
_ANCHOR = element("twoCellAnchor|oneCellAnchor")
_ANCHOR_ROW = re.compile(rb"(<(?:\w+:)?row>)(\d+)(?=</)")
_NOTE = element("comment|threadedComment", r'\sref="[A-Z]+(\d+)"[^>]*?')
_SHAPE = re.compile(rb"<v:shape\b[^>]*>.*?</v:shape>", re.DOTALL)
_SHAPE_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(?=\s*</x:Row>)")
_SHAPE_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(?=</x:Anchor>)")
_AREAS = re.compile(rb'((?:\s(?:ref|sqref|activeCell|r)=")|<(?:\w+:)?sqref>)([^"<]+)')
_LOCATION = re.compile(rb'(\slocation=")([^"]*)(?=")')
_BREAKS = re.compile(rb"<(?:\w+:)?rowBreaks\b.*?</(?:\w+:)?rowBreaks>", re.DOTALL)
_BREAK = re.compile(rb'(<(?:\w+:)?brk\b[^>]*?\sid=")(\d+)(?=")')
_COUNTED = re.compile(
    rb'(<(?:\w+:)?(mergeCell|dataValidation)s\b[^>]*?\scount=")\d+("[^>]*>)(.*?)(?=</(?:\w+:)?\2s>)', re.DOTALL
)
_EMPTY = re.compile(
    rb"<((?:\w+:)?)(hyperlinks|mergeCells|dataValidations|ignoredErrors|protectedRanges|cellWatches|conditionalFormattings"
    rb"|sparklines)\b[^>]*></\1\2>"
)
LinksOf = Callable[[bytes, int], Mapping[int, bytes]]
"""(a link of a data row, its row) -> the new rows like it, each with a link of its own."""


def moved_formulas(
    pattern: re.Pattern[bytes], xml: bytes, sheet: str | None, moves: Moves, *, fixed_only: bool = False
) -> bytes:
    """XML whose formulas, the second group of a pattern, have moved."""

    def moved(text: bytes) -> bytes:
        return formula_xml(moved_formula(formula_text(text), sheet, moves, fixed_only=fixed_only))

    return rewritten(pattern, xml, moved)


def moved_chart(xml: bytes, moves: Moves) -> bytes:
    """A chart whose ranges have moved. The points that it keeps of them are left out: the program makes them again."""
    return _CACHE.sub(b"", moved_formulas(FORMULA_OF_CHART, xml, None, moves))


def moved_table(xml: bytes, sheet: str, moves: Moves) -> bytes:
    """A table whose cells have moved, with its filter and its columns' formulas."""
    return moved_formulas(_TABLE_FORMULA, _with_areas(xml, moves[sheet.casefold()], b""), sheet, moves, fixed_only=True)


def moved_drawing(xml: bytes, rows: RowMoves) -> bytes:
    """Charts, pictures and shapes over a sheet, with the cells under them; rows count from 0."""

    def anchor(found: re.Match[bytes]) -> bytes:
        whole, opening = found.group(), found.group().partition(b">")[0]
        numbers = [int(each.group(2)) for each in _ANCHOR_ROW.finditer(whole)]
        if b'editAs="absolute"' in opening or not numbers:
            return whole
        # Where a row went out, the next one that is left.
        kept = [rows.new_number(number + 1, 1) - 1 for number in numbers]
        again = iter([kept[0] + n - numbers[0] for n in numbers] if b'editAs="oneCell"' in opening else kept)
        return rewritten(_ANCHOR_ROW, whole, lambda _: b"%d" % next(again))

    return _ANCHOR.sub(anchor, xml)


def moved_notes(xml: bytes, rows: RowMoves) -> bytes:
    """Notes and comments; those of rows that went out go with them."""

    def note(found: re.Match[bytes]) -> bytes:
        row = rows.row(int(found.group(3)))
        start, end = found.start(3) - found.start(), found.end(3) - found.start()
        return b"" if row is None else found.group()[:start] + b"%d" % row + found.group()[end:]

    return _NOTE.sub(note, xml)


def moved_shapes(xml: bytes, rows: RowMoves) -> bytes:
    """The boxes of notes and form controls, as the old drawing language has them; rows count from 0."""

    def shape(found: re.Match[bytes]) -> bytes:
        named = _SHAPE_ROW.search(found.group())
        if named is None:
            return found.group()
        old = int(named.group(2))
        new = rows.row(old + 1)
        if new is None:
            return b""

        def anchor(place: bytes) -> bytes:
            numbers = [int(part) for part in place.split(b",")]
            # The rows of its upper and its lower edge are the third and the seventh of eight numbers.
            numbers = [max(0, n + new - 1 - old) if i in (2, 6) else n for i, n in enumerate(numbers)]
            return b", ".join(b"%d" % n for n in numbers)

        return rewritten(_SHAPE_ANCHOR, rewritten(_SHAPE_ROW, found.group(), lambda _: b"%d" % (new - 1)), anchor)

    return _SHAPE.sub(shape, xml)


def notes_of(xml: bytes) -> list[int]:
    """Rows of the notes of a sheet."""
    return [int(found.group(3)) for found in _NOTE.finditer(xml)]


def pictures_of(xml: bytes) -> list[int]:
    """Rows in which pictures begin, from 1."""
    anchors = [each.group() for each in _ANCHOR.finditer(xml) if re.search(rb"<(?:\w+:)?pic\b", each.group())]
    return [int(row.group(2)) + 1 for each in anchors if (row := _ANCHOR_ROW.search(each)) is not None]


def moved_surroundings(xml: bytes, sheet: str, moves: Moves, links: LinksOf) -> bytes:
    """The XML before or behind a sheet's rows."""
    rows = moves.get(sheet.casefold())
    pieces, position, linked = list[bytes](), 0, dict[int, bytes]()

    def breaks(found: re.Match[bytes]) -> bytes:
        return rewritten(_BREAK, found.group(), lambda n: n if rows is None else b"%d" % rows.new_number(int(n), -1))

    def between(text: bytes) -> None:
        # New links at the end would be the rows that came in: all are in the order of their rows.
        pieces.extend(linked.pop(n) for n in sorted(linked))
        pieces.append(_BREAKS.sub(breaks, _with_areas(moved_formulas(RULE, text, sheet, moves), rows, b"")))

    for found in OF_CELLS.finditer(xml):
        if xml[position : found.start()].strip():
            between(xml[position : found.start()])
        position, changed = found.end(), _of_cells(found.group(), sheet, moves, rows)
        if found.group(2) != b"hyperlink":
            pieces.append(changed)
            continue
        for number, link in ((first_row(changed), changed), *links(found.group(), first_row(found.group())).items()):
            linked[number] = linked.get(number, b"") + link
    between(xml[position:])

    def counted(found: re.Match[bytes]) -> bytes:
        before, name, behind, inner = found.groups()
        return before + b"%d" % len(re.findall(rb"<(?:\w+:)?" + name + rb"\b", inner)) + behind + inner

    return _EMPTY.sub(b"", _COUNTED.sub(counted, b"".join(pieces))) if position else b"".join(pieces)


def first_row(xml: bytes) -> int:
    """The first row of the cells that an element is of; 0 where it names none."""
    found = re.search(rb'\s(?:ref|sqref|r)="([^"]*)"|sqref>([^<]+)', xml)
    areas = [] if found is None else [cell_range(area.decode()) for area in (found.group(1) or found.group(2)).split()]
    return min((cells.rows[0] for cells in areas if cells is not None and cells.rows is not None), default=0)


def _of_cells(xml: bytes, sheet: str, moves: Moves, rows: RowMoves | None) -> bytes:
    """An element of `OF_CELLS` with its cells; none where all of them went out."""

    def location(text: bytes) -> bytes:
        return formula_xml(moved_formula(formula_text(text), sheet, moves)).replace(b'"', b"&quot;")

    changed = rewritten(_LOCATION, _with_areas(xml, rows, b"#"), location)
    areas = _AREAS.search(changed)
    if areas is not None and areas.group(2) == b"#":
        return b""
    if b"sparkline" in xml[:20]:  # what it shows counts from no cell
        return moved_formulas(RULE, changed, sheet, moves)
    offset = first_row(changed) - first_row(xml)

    def rule(text: bytes) -> bytes:
        formula = shifted_formula(formula_text(text), offset, 0) if offset else formula_text(text)
        return formula_xml(moved_formula(formula, sheet, moves, fixed_only=True))

    return rewritten(RULE, changed, rule)


def _with_areas(xml: bytes, rows: RowMoves | None, gone: bytes) -> bytes:
    """XML with its ranges moved. `gone`: what is put where nothing is left of them; they stay where that is blank."""
    if rows is None:
        return xml

    def areas(text: bytes) -> bytes:
        kept = list[bytes]()
        for area in text.split():
            cells = cell_range(area.decode())
            if cells is None or cells.rows is None:
                kept.append(area)
            elif (span := rows.span(*cells.rows)) is not None:
                kept.append(cells.with_rows(*span).encode())
        return b" ".join(kept) or gone or text

    return rewritten(_AREAS, xml, areas)
