"""Copies of xlsx workbooks, by the door that all formats have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracer.errors import InputRefused
from tracer.lists.write.archive import rewritten
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template
from tracer.lists.write.xlsx.around import (
    PlantedPlace,
    SheetSurroundings,
    moved_chart,
    moved_drawing,
    moved_names,
    moved_notes,
    moved_shapes,
    moved_table,
)
from tracer.lists.write.xlsx.book import Book, SheetLinks, on_load, relations_path, without_part, without_relation
from tracer.lists.write.xlsx.cells import CopiedStrings, SheetCell
from tracer.lists.write.xlsx.planting import RowPlanter
from tracer.lists.write.xlsx.references import Moves, RowMoves, escaped, moved
from tracer.lists.write.xlsx.results import Results, shown
from tracer.lists.write.xlsx.safety import References, StaleCells, problems
from tracer.lists.write.xlsx.sheet import CompiledRow, RowCompiler, Sheet, row_forms, written

# One copy of a workbook: its sheets with rows out and in, and all parts that name their cells.


@dataclass
class _CopiedRow:
    """A row of a copy."""

    row: CompiledRow
    number: int
    gap: bytes
    """What is before it in the sheet's XML: blanks between rows."""


@dataclass
class _SheetCopy:
    sheet: Sheet
    rows: RowMoves | None
    lines: list[_CopiedRow] = field(default_factory=list)
    planted: list[tuple[NewRow, int]] = field(default_factory=list)


class BookCopier:
    """Writes copies in which the same sheets change."""

    def __init__(self, book: Book, stale: StaleCells, results: Results) -> None:
        self.book, self.stale, self.results = book, stale, results
        self._compiled: dict[str, list[CompiledRow]] = {}
        self._compilers: dict[str, RowCompiler] = {}
        self._planters: dict[str, RowPlanter] = {}

    def members(self, edits: Mapping[int, PartEdit]) -> dict[str, bytes | None]:
        """Path -> new bytes of each part that is another in this copy; None for one that is left out."""
        moves = self.book.moves(edits)
        strings = CopiedStrings(self.book.strings)
        copies = []
        for sheet in self.book.sheets:
            edit = edits.get(0 if sheet.part is None else sheet.part.part, PartEdit())
            copy = _SheetCopy(sheet, moves.get(sheet.name.casefold()))
            self._fill(copy, edit, strings)
            copies.append(copy)
        used = [slot for copy in copies for line in copy.lines for slot in line.row.slots if slot >= 0]
        xml, numbers = strings.numbered(used)
        changed: dict[str, bytes | None] = {}
        if self.book.strings_path is not None:
            changed[self.book.strings_path] = xml
        for copy in copies:
            changed |= self._sheet(copy, numbers, moves)
        return changed | self._parts(moves)

    def forms(self, sheet: Sheet, row: int | NewRow, width: int) -> tuple[str, ...]:
        """How the cells of a data row, or of a new one, are written in a copy."""
        if isinstance(row, NewRow):
            planter = self.planter(sheet)
            xml = planter.row(row, CopiedStrings(self.book.strings), self.results.of(sheet, row, planter))
        else:
            place = sheet.rows[row - 1]
            xml = self._compiler(sheet).row(sheet.xml[place.start : place.end], place, row)
        return row_forms(xml, self._compiler(sheet).formulas, sheet.left, width)

    def planter(self, sheet: Sheet) -> RowPlanter:
        """What writes new rows of a sheet."""
        if sheet.name not in self._planters:
            self._planters[sheet.name] = RowPlanter(sheet, self._compiler(sheet), self.book.formats, self.book.strings)
        return self._planters[sheet.name]

    def _compiler(self, sheet: Sheet) -> RowCompiler:
        if sheet.name not in self._compilers:

            def keeps(data: int | None, cell: SheetCell, number: int) -> bool:
                if data is not None and self.results.drops(sheet, cell.column):
                    return False
                return not self.stale.has(sheet.name, number, cell.column)

            self._compilers[sheet.name] = RowCompiler(sheet.name, sheet.formula_text, sheet.aside, keeps)
        return self._compilers[sheet.name]

    def _rows(self, sheet: Sheet) -> list[CompiledRow]:
        if sheet.name not in self._compiled:
            compiler = self._compiler(sheet)
            self._compiled[sheet.name] = [
                compiler.row(sheet.xml[row.start : row.end], row, sheet.data_of.get(row.number))
                for row in sheet.all_rows
            ]
        return self._compiled[sheet.name]

    def _fill(self, copy: _SheetCopy, edit: PartEdit, strings: CopiedStrings) -> None:
        """The rows of a sheet in their order, with their numbers."""
        sheet, compiled, rows = copy.sheet, self._rows(copy.sheet), copy.rows
        added: dict[int, list[NewRow]] = {}
        for new in edit.added:
            added.setdefault(min(new.before, sheet.body + 1), []).append(new)
        end = None
        for row, ready in zip(sheet.all_rows, compiled, strict=True):
            gap = sheet.xml[end : row.start] if end is not None else b""
            end, data = row.end, sheet.data_of.get(row.number)
            if rows is not None and data is not None and data <= sheet.body and data in added:
                self._plant(copy, added[data], rows.place(row.number), gap, strings)
            number = row.number if rows is None else rows.row(row.number)
            if number is not None:
                copy.lines.append(_CopiedRow(ready, number, gap))
            if rows is not None and data == sheet.body and data + 1 in added:
                self._plant(copy, added[data + 1], rows.place(row.number + 1), gap, strings)

    def _plant(self, copy: _SheetCopy, new: Sequence[NewRow], first: int, gap: bytes, strings: CopiedStrings) -> None:
        """New rows, numbered from `first` on."""
        planter = self.planter(copy.sheet)
        for number, each in enumerate(new, first):
            results = self.results.of(copy.sheet, each, planter)
            copy.lines.append(_CopiedRow(planter.row(each, strings, results), number, gap))
            copy.planted.append((each, number))

    def _sheet(self, copy: _SheetCopy, numbers: Sequence[bytes], moves: Moves) -> dict[str, bytes]:
        """A sheet's XML, and the parts that belong to it."""
        sheet = copy.sheet
        found = self._compiler(sheet).formulas
        texts = [escaped(moved(text, sheet.name, moves)) for text in found.texts]
        body = b"".join(line.gap + written(line.row, line.number, numbers, texts) for line in copy.lines)
        start = sheet.all_rows[0].start if sheet.all_rows else 0
        end = sheet.all_rows[-1].end if sheet.all_rows else 0
        links = _Links(self.book, copy)
        around = SheetSurroundings(
            sheet.name, moves, copy.rows,
            [PlantedPlace(sheet.rows[new.like - 1].number, number) for new, number in copy.planted], links.target,
        )  # fmt: skip
        xml = around.rewritten(sheet.xml[:start]) + body + around.rewritten(sheet.xml[end:])
        if copy.rows is None:
            return {sheet.path: xml} if xml != sheet.xml else {}
        xml, changed = links.written(xml)
        return {sheet.path: xml, **changed, **self._over(copy, copy.rows, moves)}

    def _over(self, copy: _SheetCopy, rows: RowMoves, moves: Moves) -> dict[str, bytes]:
        """What lies over a sheet whose rows have moved."""
        package, path = self.book.package, copy.sheet.path
        changed = {}
        for table in package.related(path, "table"):
            changed[table] = moved_table(package.read(table), copy.sheet.name, rows, moves)
        for drawing in package.related(path, "drawing"):
            changed[drawing] = moved_drawing(package.read(drawing), rows)
        for kind in ("comments", "threadedComment"):
            for notes in package.related(path, kind):
                changed[notes] = moved_notes(package.read(notes), rows)
        for shapes in package.related(path, "vmlDrawing"):
            changed[shapes] = moved_shapes(package.read(shapes), rows)
        return changed

    def _parts(self, moves: Moves) -> dict[str, bytes | None]:
        """Parts of the whole workbook: charts, names, the order of computing."""
        package = self.book.package
        charts = package.find(r"xl/charts/chart[^/]*\.xml")
        changed: dict[str, bytes | None] = {path: moved_chart(package.read(path), moves) for path in charts}
        workbook = moved_names(package.workbook, moves)
        if self.book.has_formulas:
            workbook = on_load(workbook)
        changed[package.workbook_path] = workbook
        chains = package.related(package.workbook_path, "calcChain")
        if chains:
            place = relations_path(package.workbook_path)
            changed[place] = without_relation(package.read(place), b"calcChain")
            types = package.read("[Content_Types].xml")
            for chain in chains:
                types = without_part(types, chain)
                changed[chain] = None
            changed["[Content_Types].xml"] = types
        return changed


class _Links:
    """The links of a sheet's rows in one copy."""

    def __init__(self, book: Book, copy: _SheetCopy) -> None:
        self.book, self.copy = book, copy
        self.path = relations_path(copy.sheet.path)
        self.links = SheetLinks(book.package.read(self.path) if book.package.has(self.path) else b"")
        self.new: dict[bytes, str] = {}
        self.rows = {number: new for new, number in copy.planted}

    def target(self, relation: bytes, place: PlantedPlace, area: bytes) -> bytes | None:
        """A mark for the link of a new row that is like its model's; None where none fits."""
        new, old = self.rows[place.number], self.links.targets.get(relation.decode())
        if old is None:
            return relation
        found = self.book.link_target(self.copy.sheet, new, area, old)
        if found is None:
            return None
        mark = b"new %d %b" % (len(self.new), relation)
        self.new[mark] = found
        return mark

    def written(self, xml: bytes) -> tuple[bytes, dict[str, bytes]]:
        """The sheet's XML with its links numbered, and the part that has their targets."""
        if not self.links.targets:
            return xml, {}
        xml, relations = self.links.renumbered(xml, self.new)
        return xml, {self.path: relations}


class WorkbookTemplate(Template):
    """An xlsx source. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.content = content
        self.book = Book(content, parts, where)
        self.references = References(self.book)
        self.results = Results(self.book)
        self._copiers: dict[Collection[str], BookCopier] = {}

    def check(self, edits: Sequence[Mapping[int, PartEdit]], identities: Mapping[int, frozenset[int]]) -> None:
        """See `Template`."""
        found = problems(self.book, self.references, edits, identities)
        if found:
            whole = InputRefused(
                "this workbook cannot be copied safely: nothing was written, and no identity was used",
                where=self.book.where, remedy="see below",
            )  # fmt: skip
            raise InputRefused.many((whole, *found))

    def as_written(self, part: int, row: NewRow) -> NewRow:
        """See `Template`."""
        sheet = self.book.by_part[part]
        planter = self._copier(frozenset({sheet.name.casefold()})).planter(sheet)
        cells = list(row.cells)
        for i, (value, kind) in self.results.of(sheet, row, planter).items():
            cells[i] = shown(value, kind) or None
        return replace(row, before=min(row.before, sheet.body + 1), cells=tuple(cells))

    def forms(self, part: int, row: int | NewRow) -> tuple[str, ...]:
        """See `Template`."""
        sheet = self.book.by_part[part]
        width = 0 if sheet.part is None else len(sheet.part.headers)
        return self._copier(frozenset({sheet.name.casefold()})).forms(sheet, row, width)

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edited = frozenset(self.book.moves(edits))
        if not edited:
            return self.content
        members = self._copier(edited).members(edits)
        changed = {path: xml for path, xml in members.items() if xml is not None}
        return rewritten(self.content, changed, members.keys() - changed.keys())

    def _copier(self, edited: frozenset[str]) -> BookCopier:
        if edited not in self._copiers:
            self._copiers[edited] = BookCopier(self.book, StaleCells(self.references, edited), self.results)
        return self._copiers[edited]
