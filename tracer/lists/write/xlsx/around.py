"""What a sheet says of its cells outside of them: ranges, rules, links, merged cells, breaks, small charts in cells.

What lies over several rows grows and shrinks with them. What belongs to one data row goes with it, and a row that comes
in has what its model has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracer.lists.write.xlsx.references import (
    OWN,
    CellRange,
    Moves,
    RowMoves,
    cell_range,
    escaped,
    moved,
    shifted,
    tokens,
    unescaped,
    with_own_row,
)

# What lies over a sheet or shows its cells: charts, shapes, pictures, notes, tables, names.

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
        # Where a row went out, the next one that is left.
        kept = [rows.kept(number + 1, 1) - 1 for number in numbers]
        keeps_size = b'editAs="oneCell"' in whole[: whole.index(b">")]
        ends = [kept[0] + n - numbers[0] for n in numbers] if keeps_size else kept
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


_ELEMENTS = (
    b"hyperlink", b"mergeCell", b"conditionalFormatting", b"dataValidation", b"ignoredError", b"protectedRange",
    b"sparkline", b"cellWatch",
)  # fmt: skip
_ELEMENT = re.compile(
    rb"<((?:\w+:)?)(" + b"|".join(_ELEMENTS) + rb")\b[^>]*?(?:/>|(?<!/)>.*?</(?:\w+:)?\2>)", re.DOTALL
)
_AREA = re.compile(rb'(\s(?:ref|sqref|r)=")([^"]*)(?=")|(<(?:\w+:)?sqref>)([^<]*)(?=</)')
_RULE = re.compile(rb"(<(?:\w+:)?(?:formula[12]?|f)>)([^<]*)(?=</)")
_LOCATION = re.compile(rb'(\slocation=")([^"]*)(?=")')
_RANGES = re.compile(rb'(\s(?:ref|sqref|activeCell)=")([^"]*)(?=")|(<(?:\w+:)?sqref>)([^<]*)(?=</)')
_BREAK = re.compile(rb'(<(?:\w+:)?brk\b[^>]*?\sid=")(\d+)(?=")')
_BREAKS = re.compile(rb"<(?:\w+:)?rowBreaks\b.*?</(?:\w+:)?rowBreaks>", re.DOTALL)
_COUNTED = re.compile(
    rb'<((?:\w+:)?)(mergeCells|dataValidations)\b([^>]*?)\s(count)="\d+"([^>]*)>(.*?)</\1\2>', re.DOTALL
)
_EMPTY = re.compile(
    rb"<((?:\w+:)?)(hyperlinks|mergeCells|dataValidations|ignoredErrors|protectedRanges|cellWatches|conditionalFormattings"
    rb"|sparklines)\b[^>]*></\1\2>"
)
_ID = re.compile(rb'(\s(?:\w+:)?id=")([^"]*)(?=")')
_UID = re.compile(rb'(\s(?:\w+:)?uid="\{)[^"]*(?=\}")')


@dataclass(frozen=True)
class PlantedPlace:
    """Where a new row is, for what belongs to rows."""

    like: int
    """Number in the source of the row that is its model."""
    number: int


LinkOf = Callable[[bytes, PlantedPlace, bytes], bytes | None]
"""(relation of a model's link, new row, the link's cell) -> the relation of the new row's; None where it has none."""


class SheetSurroundings:
    """The XML before and behind a sheet's rows, in one copy."""

    def __init__(
        self, sheet: str, moves: Moves, rows: RowMoves | None, planted: Sequence[PlantedPlace], link: LinkOf
    ) -> None:
        self.sheet, self.moves, self.rows, self.link = sheet, moves, rows, link
        self.by_like: dict[int, list[PlantedPlace]] = {}
        for each in planted:
            self.by_like.setdefault(each.like, []).append(each)

    def rewritten(self, xml: bytes) -> bytes:
        """One stretch of the sheet's XML, without its rows."""
        pieces, position = [], 0
        run: list[list[tuple[int, bytes]]] = []
        firsts: list[int] = []
        for found in [*_ELEMENT.finditer(xml), None]:
            between = xml[position : len(xml) if found is None else found.start()]
            if between.strip() or found is None:
                pieces += [*_in_order(run, firsts), self._plain(between)]
                run, firsts = [], []
            elif between:
                run.append([(firsts[-1] if firsts else 0, between)])
            if found is not None:
                firsts.append(_first_row(_area(found.group())))
                run.append(self._element(found.group()))
                position = found.end()
        whole = _COUNTED.sub(_counted, b"".join(pieces))
        return _EMPTY.sub(b"", whole) if len(pieces) > 1 else whole

    def _plain(self, xml: bytes) -> bytes:
        xml = _RULE.sub(lambda found: found.group(1) + self._of_cell(found.group(2), 0, None), xml)
        if self.rows is None:
            return xml
        xml = _RANGES.sub(
            lambda found: (
                (found.group(1) or found.group(3))
                + (
                    self._areas(found.group(2) if found.group(1) else found.group(4))
                    or (found.group(2) or found.group(4))
                )
            ),
            xml,
        )
        return _BREAKS.sub(lambda found: _BREAK.sub(self._broken, found.group()), xml)

    def _broken(self, found: re.Match[bytes]) -> bytes:
        row = self.rows.row(int(found.group(2))) if self.rows is not None else None
        return found.group(1) + (found.group(2) if row is None else str(row).encode())

    def _element(self, xml: bytes) -> list[tuple[int, bytes]]:
        """An element with its cells: moved, left out with its row, and once more for each new row like its own. Each
        with its first row."""
        found = _AREA.search(xml)
        text = _area(xml)
        if found is None or self.rows is None:
            return [(0, self._with_formulas(xml, 0))]
        place = found.start(2) if found.group(1) else found.start(4)
        base, areas = _first_row(text), self._areas(text)
        copies = []
        if areas:
            changed = xml[:place] + areas + xml[place + len(text) :]
            copies.append((_first_row(areas), self._with_formulas(changed, _first_row(areas) - base)))
        alone = _one_row(text)
        for new in self.by_like.get(alone, []) if alone is not None else []:
            again = self._again(xml, text, place, new)
            if again is not None:
                copies.append((new.number, again))
        return copies

    def _again(self, xml: bytes, text: bytes, place: int, new: PlantedPlace) -> bytes | None:
        """A model row's own element for a new row."""
        areas = re.sub(rb"\d+", str(new.number).encode(), text)
        changed = xml[:place] + areas + xml[place + len(text) :]
        relation = _ID.search(changed[: changed.index(b">")])
        if relation is not None and b"hyperlink" in changed[:20]:
            target = self.link(relation.group(2), new, text)
            if target is None:
                return None
            changed = changed[: relation.start(2)] + target + changed[relation.end(2) :]
        changed = _UID.sub(lambda found: found.group(1) + _guid(found.group(), new.number), changed)
        return self._with_formulas(changed, new.number - new.like, new)

    def _areas(self, text: bytes) -> bytes:
        """Ranges of the sheet after rows have moved, and cells of new rows where their models' are among them."""
        if self.rows is None:
            return text
        several = b" " in text
        run, firsts = [], []
        for area in text.split():
            cells = _cells(area)
            rows = None if cells is None else cells.rows
            if cells is None or rows is None:
                run.append([(0, area)])
                continue
            span = self.rows.span(*rows)
            mine = [] if span is None else [(span[0], cells.with_rows(*span).encode())]
            if several and rows[0] == rows[1]:
                places = self.by_like.get(rows[0], [])
                mine += [(each.number, cells.with_rows(each.number, each.number).encode()) for each in places]
            run.append(mine)
            firsts.append(rows[0])
        return b" ".join(_in_order(run, firsts))

    def _with_formulas(self, xml: bytes, offset: int, new: PlantedPlace | None = None) -> bytes:
        """An element whose formulas count from its first cell, which moves by `offset` rows.

        `new`: the row that it is copied for. What a small chart shows and where a link leads counts from no cell.
        """
        of_row = b"sparkline" in xml[:20]
        rule = self._of_cell if of_row else self._rule
        xml = _RULE.sub(lambda found: found.group(1) + rule(found.group(2), offset, new), xml)
        return _LOCATION.sub(lambda found: found.group(1) + self._of_cell(found.group(2), offset, new), xml)

    def _rule(self, xml: bytes, offset: int, _new: PlantedPlace | None) -> bytes:
        text = unescaped(xml)
        text = shifted(text, offset, 0) if offset else text
        return escaped(moved(text, self.sheet, self.moves, fixed_only=True))

    def _of_cell(self, xml: bytes, _offset: int, new: PlantedPlace | None) -> bytes:
        text = unescaped(xml)
        text = text if new is None else with_own_row(text, self.sheet, new.like)
        text = moved(text, self.sheet, self.moves)
        text = text if new is None else text.replace(OWN, str(new.number))
        return escaped(text).replace(b'"', b"&quot;")


def _in_order(run: Sequence[Sequence[tuple[int, bytes]]], firsts: Sequence[int]) -> list[bytes]:
    """What follows each other, in the order of its rows where the source has it so."""
    items = [item for each in run for item in each]
    if list(firsts) == sorted(firsts):
        items.sort(key=lambda item: item[0])
    return [xml for _, xml in items]


def _area(xml: bytes) -> bytes:
    found = _AREA.search(xml)
    return b"" if found is None else found.group(2) if found.group(1) else found.group(4)


def _counted(found: re.Match[bytes]) -> bytes:
    p, name, before, count, behind, inner = found.groups()
    children = len(re.findall(rb"<(?:\w+:)?" + name[:-1] + rb"\b", inner))
    return b'<%b%b%b %b="%d"%b>%b</%b%b>' % (p, name, before, count, children, behind, inner, p, name)


def _cells(area: bytes) -> CellRange | None:
    text = area.decode()
    try:
        return cell_range(text)
    except ValueError:
        return None


def _first_row(areas: bytes) -> int:
    rows = [cells.rows[0] for area in areas.split() if (cells := _cells(area)) is not None and cells.rows is not None]
    return min(rows, default=0)


def _one_row(areas: bytes) -> int | None:
    """The row of a range of one row; None for any other and for several ranges."""
    cells = _cells(areas) if b" " not in areas else None
    return cells.rows[0] if cells is not None and cells.rows is not None and cells.rows[0] == cells.rows[1] else None


def _guid(old: bytes, number: int) -> bytes:
    digest = hashlib.sha256(old + str(number).encode()).hexdigest().upper()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32])).encode()


def rows_of_elements(xml: bytes) -> Mapping[bytes, Sequence[tuple[bytes, int]]]:
    """Element -> (its cells, row) of those that belong to one row: what a check of links, rules and merges asks."""
    found: dict[bytes, list[tuple[bytes, int]]] = {}
    for each in _ELEMENT.finditer(xml):
        text = _area(each.group())
        row = _one_row(text)
        if row is not None:
            found.setdefault(each.group(2), []).append((text, row))
    return found
