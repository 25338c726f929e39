"""What keeps a workbook from being copied row by row: asked before anything is used or written, and all at once.

An ordinary row must compute what it did. So a formula of a data row may name its own row, and cells that no row moves
the results of; what it takes from other rows (a running total, a rank, a share of the whole) would be another value
once rows come in or go out. Kept copies of the list within the workbook would betray what went out and came in.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracer.errors import InputRefused
from tracer.lists.write.model import PartEdit
from tracer.lists.write.xlsx.around import notes_of, pictures_of, rows_of_elements
from tracer.lists.write.xlsx.book import Book
from tracer.lists.write.xlsx.references import (
    LAST_COLUMN,
    LAST_ROW,
    OWN,
    RowMoves,
    cell_range,
    column_number,
    letters,
    shifted,
    tokens,
    with_own_row,
)
from tracer.lists.write.xlsx.sheet import PlacedFormula, Sheet

# Which results outside of the data rows are others once rows come in or go out: a total, what is computed from it.
# Ranges are followed through names, tables and other sheets. What cannot be followed (`INDIRECT`, `OFFSET`, a moment)
# counts as another result.

UNKNOWN = frozenset({"INDIRECT(", "OFFSET(", "CELL(", "INFO(", "ADDRESS("})
"""Functions whose result depends on more than the references show."""
MOMENTS = frozenset({"NOW(", "TODAY(", "RAND(", "RANDBETWEEN(", "_XLFN.RANDARRAY("})
PLACES = frozenset({"ROW(", "ROWS("})
"""Functions of where a cell is."""


@dataclass(frozen=True)
class Area:
    """Cells of one sheet."""

    sheet: str
    rows: tuple[int, int]
    columns: tuple[int, int]
    """From 0."""
    fixed: bool
    """Whether both rows have a `$`."""
    single: bool


class References:
    """What formulas of a book name, with names and tables followed."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.names = book.package.defined_names()
        self.order = [sheet.name.casefold() for sheet in book.sheets]
        self.tables = dict(_tables(book))

    def of(self, formula: str, sheet: str, row: int, depth: int = 0) -> Iterator[Area]:
        """The areas that a formula names; those of tables' own rows are its row."""
        for token in tokens(formula):
            if token.is_external:
                continue
            named = (token.sheet or sheet).casefold()
            if token.kind == "cells":
                cells = cell_range(token.text)
                if cells is None:
                    continue
                columns = sorted(
                    (cells.first.column or 0, LAST_COLUMN if cells.last.column is None else cells.last.column)
                )
                rows = cells.rows or (1, LAST_ROW)
                fixed = cells.first.fixed and cells.last.fixed
                for each in self._sheets(named):
                    yield Area(each, rows, (columns[0], columns[1]), fixed, rows[0] == rows[1])
            elif token.kind == "table":
                yield from self._of_table(token.text, sheet, row)
            elif token.kind == "name" and depth < 8:
                inner = self.names.get(token.text.casefold())
                if inner is not None:
                    yield from self.of(inner, sheet, row, depth + 1)

    def _sheets(self, named: str) -> list[str]:
        """The sheets of a name: of `Jan:Mar` all from the one to the other."""
        first, colon, last = named.partition(":")
        if not colon or first not in self.order or last not in self.order:
            return [named]
        low, high = sorted((self.order.index(first), self.order.index(last)))
        return self.order[low : high + 1]

    def _of_table(self, text: str, sheet: str, row: int) -> Iterator[Area]:
        name, _, inner = text.partition("[")
        found = self.tables.get(name.casefold())
        if not name:
            found = next(
                (t for t in self.tables.values() if t.sheet == sheet.casefold() and t.rows[0] <= row <= t.rows[1]), None
            )
        if found is None:
            return
        first, last = found.rows
        if "#this row" in inner.casefold() or "@" in inner:
            first, last = row, row
        elif "#headers" in inner.casefold() and "#data" not in inner.casefold():
            last = first
        elif "#totals" in inner.casefold() and "#data" not in inner.casefold():
            first = last
        yield Area(found.sheet, (first, last), found.columns, first == last, first == last)


class StaleCells:
    """Formula cells outside of the data rows whose results are others in a copy."""

    def __init__(self, references: References, edited: Collection[str]) -> None:
        """`edited`: sheets whose rows change, casefolded."""
        self.references = references
        self.spans = {
            sheet.name.casefold(): sheet.span for sheet in references.book.sheets if sheet.name.casefold() in edited
        }
        self._cells: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._follow([sheet for sheet in references.book.sheets if edited])

    def has(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell's result is another one."""
        rows = self._cells.get(sheet.casefold(), {}).get(column, [])
        at = bisect.bisect_left(rows, row)
        return at < len(rows) and rows[at] == row

    def meets(self, area: Area) -> bool:
        """Whether an area holds data rows that change, or a cell whose result is another one."""
        return self.meets_data(area) or self._meets_stale(area)

    def meets_data(self, area: Area) -> bool:
        """Whether an area holds data rows of a sheet that changes."""
        span = self.spans.get(area.sheet)
        return span is not None and area.rows[0] <= span[1] and area.rows[1] >= span[0]

    def _meets_stale(self, area: Area) -> bool:
        for column, rows in self._cells.get(area.sheet, {}).items():
            if area.columns[0] <= column <= area.columns[1]:
                at = bisect.bisect_left(rows, area.rows[0])
                if at < len(rows) and rows[at] <= area.rows[1]:
                    return True
        return False

    def _follow(self, sheets: Collection[Sheet]) -> None:
        waiting = []
        for sheet in sheets:
            for formula in sheet.formulas:
                if sheet.name.casefold() in self.spans and sheet.is_of_row(formula):
                    continue
                areas = list(self.references.of(formula.text, sheet.name, formula.row))
                waiting.append((sheet.name.casefold(), formula.row, formula.column, areas, _is_unknown(formula.text)))
        while True:
            now = [each for each in waiting if each[4] or any(self.meets(area) for area in each[3])]
            if not now:
                return
            for name, row, column, _, _ in now:
                bisect.insort(self._cells[name][column], row)
            done = {(each[0], each[1], each[2]) for each in now}
            waiting = [each for each in waiting if (each[0], each[1], each[2]) not in done]


def _is_unknown(formula: str) -> bool:
    return any(
        token.kind == "function" and token.text.upper() in UNKNOWN | MOMENTS | PLACES for token in tokens(formula)
    )


def _tables(book: Book) -> Iterator[tuple[str, Area]]:
    """Name of each table, casefolded -> its cells."""
    for sheet in book.sheets:
        for path in book.package.related(sheet.path, "table"):
            xml = book.package.read(path)
            opening = re.search(rb"<(?:\w+:)?table\b[^>]*>", xml)
            if opening is None:
                continue
            found = re.search(rb'\sref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"', opening.group())
            if found is None:
                continue
            left, top, right, bottom = (each.decode() for each in found.groups())
            area = Area(
                sheet.name.casefold(), (int(top), int(bottom)), (column_number(left), column_number(right)), True, False
            )
            for name in re.findall(rb'\s(?:name|displayName)="([^"]*)"', opening.group()):
                yield name.decode().casefold(), area


_MOST = 0.5
"""Share of the data rows from which what single rows have is looked for in every row."""
_STRIPES, _FEW, _TURNS = 400, 10, 0.95
"""Rows that are looked at for stripes, rows of which nothing is said, and share that is in turn."""
_VALUES = "replace the column's formulas by their values (copy, paste special, values), load that and release it"
_NUMBERING = re.compile(rf"(?:ROW\((?:[A-Z]+{OWN})?\)-\d+|ROW\((?:[A-Z]+{OWN})?\)-ROW\([^()]+\)|ROW\(\))(?:\+\d+)?")
"""A number of the row: it counts again, as it does when a row is put in by its user."""


_MEMBERS = (
    (r".*vbaproject.*\.bin", "it has macros, which may count rows", "save it as xlsx without macros"),
    (r"_xmlsignatures/.*", "it is signed, and every copy would break the signature", "save it without one"),
    (r"xl/model/.*", "it has a data model, which keeps the list as it was", "save the list in a workbook alone"),
    (r"xl/revisions/.*", "it keeps the history of its changes", "stop tracking changes, and save it"),
    (r"xl/querytables/.*", "its rows come from a query, which would bring the original rows again",
            "unlink the query (table design, unlink), and save it"),
    (r"xl/tables/tablesinglecells.*", "it maps cells to XML", "take the XML map out, and save it"),
)  # fmt: skip


def problems(
    book: Book,
    references: References,
    edits: Sequence[Mapping[int, PartEdit]],
    identities: Mapping[int, frozenset[int]],
) -> list[InputRefused]:
    """All that speaks against these copies. `identities`: part -> positions of its columns of numbers and addresses."""
    moved = [book.moves(edit) for edit in edits]
    edited = {name for moves in moved for name in moves}
    if not edited:
        return []
    stale = StaleCells(references, edited)
    found = [
        InputRefused(what, where=book.where, remedy=remedy)
        for pattern, what, remedy in _MEMBERS
        if book.package.find(pattern)
    ]
    found += _pivots(book, edited)
    for sheet in book.sheets:
        if sheet.name.casefold() in edited and sheet.part is not None:
            look = _SheetLook(book, sheet, references, stale, identities.get(sheet.part.part, frozenset()))
            found += look.problems()
    found += _taken_out(book, references, moved, edited)
    return found


def _pivots(book: Book, edited: Collection[str]) -> Iterator[InputRefused]:
    """Pivot tables keep the rows that they were made of."""
    package = book.package
    for path in package.find(r"xl/pivotcache/pivotcachedefinition[^/]*\.xml"):
        source = re.search(rb"<(?:\w+:)?worksheetSource\b[^>]*>", package.read(path))
        named = None if source is None else re.search(rb'\ssheet="([^"]*)"', source.group())
        if named is None or named.group(1).decode().casefold() in edited:
            yield InputRefused(
                "it has a pivot table over the list, which keeps the rows as they were", where=book.where,
                remedy="delete the pivot table, or save the list in a workbook of its own",
            )  # fmt: skip
            return


class _SheetLook:
    """What one sheet that changes has that cannot be moved."""

    def __init__(
        self, book: Book, sheet: Sheet, references: References, stale: StaleCells, identities: frozenset[int]
    ) -> None:
        self.book, self.sheet, self.references, self.stale, self.identities = book, sheet, references, stale, identities
        self.where = f"{book.where}:{sheet.name}"
        self._known: dict[str, str | None] = {}
        self.found: dict[tuple[str, int], list[PlacedFormula]] = {}

    def problems(self) -> list[InputRefused]:
        """All of them: one for each kind and column."""
        relative: dict[tuple[int, str], PlacedFormula] = {}
        for formula in self.sheet.formulas:
            if not self.sheet.is_of_row(formula):
                continue
            what = self._wrong_with(formula)
            if what is None and formula.column - self.sheet.left in self.identities:
                what = "a number or address that is computed cannot be a planted record's own"
            if what is None:
                filled = self._elsewhere(formula)
                known = relative.setdefault((formula.column, filled), formula) if filled else formula
                if known.row != formula.row:
                    what = "a formula takes each row's value from a row of another sheet by its position"
            if what is not None:
                self.found.setdefault((what, formula.column), []).append(formula)
        listed, headers = [], self.sheet.part.headers if self.sheet.part is not None else ()
        for (what, column), formulas in self.found.items():
            first = f"{letters(column)}{formulas[0].row}"
            more = f", and {len(formulas) - 1:,} more" if len(formulas) > 1 else ""
            i = column - self.sheet.left
            named = f" ({headers[i]})" if 0 <= i < len(headers) and headers[i] else ""
            heading = f"column {letters(column)}{named}"
            listed.append(
                InputRefused(f"{what} (cell {first}{more})", where=f"{self.where}, {heading}", remedy=_VALUES)
            )
        return [*listed, *self._rows(), *self._filter(), *self._stripes(), *self._pictures()]

    def _wrong_with(self, formula: PlacedFormula) -> str | None:
        if formula.kind == "dataTable":
            return "a what-if table is over the list's rows"
        cell = f"{letters(formula.column)}{formula.row}"
        if formula.kind == "array" and formula.ref not in (cell, f"{cell}:{cell}"):
            return "an array formula is over several rows or columns of the list"
        own = with_own_row(formula.text, self.sheet.name, formula.row)
        if own not in self._known:
            self._known[own] = self._wrong_in(own, formula.row)
        return self._known[own]

    def _wrong_in(self, own: str, row: int) -> str | None:
        """What is wrong with a formula in which `OWN` is the row: with the same one of every row."""
        functions = {token.text.upper() for token in tokens(own) if token.kind == "function"}
        if functions & UNKNOWN:
            return f"a formula builds its references itself ({', '.join(sorted(f[:-1] for f in functions & UNKNOWN))})"
        if functions & PLACES and _NUMBERING.fullmatch(own.replace(" ", "").upper()) is None:
            return "a formula computes with the number of its row"
        areas = self.references.of(own, self.sheet.name, row)
        if any(self._is_of_others(area, row) for area in areas):
            return "a formula computes from other rows, and ordinary rows would compute other values than they do"
        return None

    def _is_of_others(self, area: Area, row: int) -> bool:
        if area.sheet == self.sheet.name.casefold() and area.rows == (row, row):
            return False
        if self.stale.meets_data(area):
            return not (area.fixed and area.single)
        return self.stale.meets(area)

    def _elsewhere(self, formula: PlacedFormula) -> str:
        """A formula that names cells outside of its row without `$`, as it would be filled from the first row down."""
        own = with_own_row(formula.text, self.sheet.name, formula.row)
        for token in tokens(own):
            cells = cell_range(token.text) if token.kind == "cells" and not token.is_external else None
            if cells is not None and cells.rows is not None and not (cells.first.fixed and cells.last.fixed):
                # Seen from row 500,000 no reference of a sheet's upper half is beyond its edge.
                return shifted(own, 500_000 - formula.row, 0)
        return ""

    def _rows(self) -> Iterator[InputRefused]:
        """What most rows have one by one, and a new row would not."""
        sheet = self.sheet
        end = sheet.all_rows[-1].end if sheet.all_rows else 0
        body = {row.number for row in sheet.rows[: sheet.body]}
        elements = rows_of_elements(sheet.xml[end:])
        links = Counter(re.sub(rb"\d+", b"", area) for area, row in elements.get(b"hyperlink", ()) if row in body)
        for column, count in links.items():
            # Whether the links of a column lead where their cells' texts say.
            if count >= _MOST * len(body) and not self.book.links_follow(self.sheet, column):
                name = column.split(b":")[0].decode()
                yield InputRefused(
                    f"the cells of column {name} are links to a page of each record, which a planted one has not",
                    where=self.where, remedy="remove the links (their texts stay), or leave the column out",
                )  # fmt: skip
        notes = [
            row for kind in ("comments", "threadedComment") for path in self.book.package.related(sheet.path, kind)
            for row in notes_of(self.book.package.read(path)) if row in body
        ]  # fmt: skip
        if len(set(notes)) >= _MOST * len(body):
            yield InputRefused(
                "most rows have a note, which a planted one has not", where=self.where, remedy="remove the notes"
            )
        for found in re.finditer(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([^"]*)"', sheet.xml[end:]):
            cells = cell_range(found.group(1).decode())
            if cells is not None and cells.rows is not None and cells.rows[0] < cells.rows[1] and body & {*cells.rows}:
                yield InputRefused(
                    f"cells of several rows are merged ({found.group(1).decode()})", where=self.where,
                    remedy="unmerge the cells of the list, and fill them",
                )  # fmt: skip
                return

    def _filter(self) -> Iterator[InputRefused]:
        hidden = any(
            re.search(rb'\shidden="(?:1|true)"', self.sheet.xml[row.start : row.end].partition(b">")[0])
            for row in self.sheet.rows
        )
        tables = [self.book.package.read(path) for path in self.book.package.related(self.sheet.path, "table")]
        if hidden and any(b"filterColumn" in xml for xml in (self.sheet.xml, *tables)):
            yield InputRefused(
                "a filter hides rows of the list, and a planted row would be shown or hidden against it",
                where=self.where, remedy="clear the filter, and save it",
            )  # fmt: skip

    def _stripes(self) -> Iterator[InputRefused]:
        """Rows that are shaded in turn by their own formats: where one comes in or goes out the turn breaks."""
        sheet = self.sheet
        rows = sheet.rows[: min(sheet.body, _STRIPES)]
        styles = [tuple((cell.column, cell.style) for cell in sheet.cells(row)) for row in rows]
        columns = set.intersection(*({column for column, _ in row} for row in styles)) if styles else set()
        shared = [tuple(each for each in row if each[0] in columns) for row in styles]
        turns = sum(one != other for one, other in pairwise(shared))
        same = sum(one == other for one, other in zip(shared, shared[2:], strict=False))
        if len(rows) > _FEW and turns >= _TURNS * (len(rows) - 1) and same >= _TURNS * (len(rows) - 2):
            yield InputRefused(
                "rows are shaded in turn, each by its own format, and the turn would break at planted rows",
                where=self.where, remedy="clear the shading, or shade the rows by a table style",
            )  # fmt: skip

    def _pictures(self) -> Iterator[InputRefused]:
        body = {row.number for row in self.sheet.rows[: self.sheet.body]}
        rows = [
            row for path in self.book.package.related(self.sheet.path, "drawing")
            for row in pictures_of(self.book.package.read(path)) if row in body
        ]  # fmt: skip
        if len(rows) > max(2, 0.05 * len(body)):
            yield InputRefused(
                "the rows have pictures, which a planted one has not", where=self.where, remedy="remove the pictures"
            )


def _taken_out(
    book: Book, references: References, moved: Sequence[Mapping[str, RowMoves]], edited: Collection[str]
) -> list[InputRefused]:
    """Formulas that name a single row of the list which some copy lacks."""
    gone: dict[str, set[int]] = {}
    for moves in moved:
        for name, rows in moves.items():
            gone.setdefault(name, set()).update(rows.removed)
    if not any(gone.values()):
        return []
    names: list[tuple[str, str, int, str]] = [("", formula, 0, name) for name, formula in references.names.items()]
    for sheet in book.sheets:
        for formula in sheet.formulas:
            names.append(
                (sheet.name, formula.text, formula.row, f"{sheet.name}!{letters(formula.column)}{formula.row}")
            )
    for sheet_name, text, row, cell in names:
        for area in references.of(text, sheet_name, row):
            own = area.sheet == sheet_name.casefold() and area.rows == (row, row)
            if not own and area.single and area.sheet in edited and area.rows[0] in gone.get(area.sheet, ()):
                return [
                    InputRefused(
                        f"{cell} names single rows of the list, and a copy lacks one of them (row {area.rows[0]})",
                        where=book.where, remedy="leave --withhold out, or replace the formulas by their values",
                    )
                ]  # fmt: skip
    return []
