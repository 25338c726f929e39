"""Copies of xlsx workbooks: rows of its sheets out and in, and all parts that name their cells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tracer.errors import InputRefused
from tracer.lists.write.archive import rewritten
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template
from tracer.lists.write.xlsx import around
from tracer.lists.write.xlsx.as_sql import as_sql
from tracer.lists.write.xlsx.book import Book, SheetLinks, computed_on_load, relations_path, target_for
from tracer.lists.write.xlsx.cells import CopiedStrings, attribute
from tracer.lists.write.xlsx.references import (
    Moves,
    RowMoves,
    Token,
    cell_range,
    column_number,
    escaped,
    moved,
    unescaped,
)
from tracer.lists.write.xlsx.refusals import problems
from tracer.lists.write.xlsx.rows import ReadyRow, RowPlanter, ready, written
from tracer.lists.write.xlsx.sheet import Sheet


@dataclass
class _SheetCopy:
    sheet: Sheet
    rows: RowMoves | None
    links: SheetLinks
    lines: list[tuple[ReadyRow, int, bytes]] = field(default_factory=list)
    """Its rows with their numbers, and what is before each in the sheet's XML: blanks between rows."""
    planted: dict[int, NewRow] = field(default_factory=dict)
    """Number -> new row."""
    linked: dict[bytes, str] = field(default_factory=dict)
    """Mark for the link of a new row -> its target."""


class BookCopier:
    """Writes copies in which the same sheets change."""

    def __init__(self, book: Book, edited: frozenset[str]) -> None:
        self.book, self.edited, self.stale = book, edited, book.stale(edited)
        self._ready = dict[str, list[ReadyRow]]()
        for sheet in book.sheets:
            how = {"edited": sheet.name.casefold() in edited, "stale": sheet.name.casefold() in self.stale}
            self._ready[sheet.name] = [ready(sheet.opening(row), sheet.cells(row, **how)) for row in sheet.all_rows]
        changing = (sheet for sheet in book.sheets if sheet.name.casefold() in edited)
        self._planters = {sheet.name: RowPlanter(sheet, book.formats) for sheet in changing}

    def members(self, edits: Mapping[int, PartEdit]) -> dict[str, bytes | None]:
        """Path -> new bytes of each part that is another in this copy; None for one that is left out."""
        book, strings, moves = self.book, CopiedStrings(self.book.strings), self.book.moves(edits)
        copies = [
            self._filled(sheet, moves, edits.get(0 if sheet.part is None else sheet.part.part, PartEdit()), strings)
            for sheet in book.sheets
        ]
        xml, numbers = strings.numbered([at for copy in copies for row, _, _ in copy.lines for at in row.strings])
        changed: dict[str, bytes | None] = {} if book.strings_path is None else {book.strings_path: xml}
        for copy in copies:
            changed |= self._sheet(copy, numbers, moves)
        for path in book.package.find(r"xl/charts/chart[^/]*\.xml"):
            xml = book.package.read(path)
            named = (unescaped(found.group(2)) for found in around.FORMULA_OF_CHART.finditer(xml))
            if any(book.sheets_named(each) & self.stale for each in named):
                changed[path] = around.moved_chart(xml, moves)
        workbook = around.moved_formulas(around.NAME, book.package.workbook, None, moves, fixed_only=True)
        if any(sheet.formulas for sheet in book.sheets):
            workbook = computed_on_load(workbook)
        return changed | {book.package.workbook_path: workbook} | book.package.without_order()

    def _filled(self, sheet: Sheet, moves: Moves, edit: PartEdit, strings: CopiedStrings) -> _SheetCopy:
        """The rows of a sheet in their order, with their numbers."""
        rows = moves.get(sheet.name.casefold())
        links = SheetLinks(self.book.package.read(relations_path(self.book.paths[sheet.name])))
        copy, end, added = _SheetCopy(sheet, rows, links), None, dict[int, list[NewRow]]()
        for new in edit.added:
            added.setdefault(min(new.before, sheet.body + 1), []).append(new)

        def plant(at: int, first: int, gap: bytes) -> None:
            for number, new in enumerate(added.get(at, ()), first):
                copy.lines.append((ready(*self._planters[sheet.name].row(new, strings)), number, gap))
                copy.planted[number] = new

        for row, as_it_is in zip(sheet.all_rows, self._ready[sheet.name], strict=True):
            gap = sheet.xml[end : row.start] if end is not None else b""
            end, data = row.end, sheet.data_of.get(row.number, sheet.body + 1)
            if rows is not None and data <= sheet.body:
                plant(data, rows.place(row.number), gap)
            number = row.number if rows is None else rows.row(row.number)
            if number is not None:
                copy.lines.append((as_it_is, number, gap))
            if rows is not None and data == sheet.body:
                plant(data + 1, rows.place(row.number + 1), gap)
        return copy

    def _sheet(self, copy: _SheetCopy, numbers: Sequence[bytes], moves: Moves) -> dict[str, bytes | None]:
        """A sheet's XML, and the parts that belong to it."""
        sheet, path, rows, package = copy.sheet, self.book.paths[copy.sheet.name], copy.rows, self.book.package

        def formula(found: re.Match[bytes]) -> bytes:
            whole, text, ref = found.group(), found.group(2), attribute(found.group(1), b"ref") or b""
            cells = cell_range(ref.decode())
            span = None if rows is None or cells is None or cells.rows is None else rows.span(*cells.rows)
            if cells is not None and span is not None:
                whole = whole.replace(b'"%b"' % ref, b'"%b"' % cells.with_rows(*span).encode(), 1)
            if not text:
                return whole
            new = escaped(moved(unescaped(text), sheet.name, moves))
            return whole[: whole.index(b">") + 1] + new + whole[whole.rindex(b"</") :]

        start, end = (sheet.all_rows[0].start, sheet.all_rows[-1].end) if sheet.all_rows else (0, 0)
        lines = [gap + written(row, number, numbers, formula) for row, number, gap in copy.lines]
        before, behind = (
            around.moved_surroundings(each, sheet.name, moves, partial(self._links, copy))
            for each in (sheet.xml[:start], sheet.xml[end:])
        )
        xml, changed = before + b"".join(lines) + behind, dict[str, bytes | None]()
        if rows is None:
            return {path: xml} if xml != sheet.xml else {}
        if copy.links.targets:
            xml, changed[relations_path(path)] = copy.links.renumbered(xml, copy.linked)
        for part in package.related(path, "table"):
            changed[part] = around.moved_table(package.read(part), sheet.name, moves)
        for kinds, move in (
            (("drawing",), around.moved_drawing),
            (("comments", "threadedComment"), around.moved_notes),
            (("vmlDrawing",), around.moved_shapes),
        ):
            changed |= {part: move(package.read(part), rows) for part in package.related(path, *kinds)}
        return {path: xml, **changed}

    def _links(self, copy: _SheetCopy, xml: bytes, row: int) -> dict[int, bytes]:
        """Links of the new rows whose model is this row, each with a mark where it leads elsewhere. One that does not
        come from its cell's text has none: it would lead to the model's page."""
        found, sheet = {}, copy.sheet
        for number, new in copy.planted.items():
            if sheet.rows[new.like - 1].number != row:
                continue
            again = re.sub(rb'(\sref="[A-Z]+)\d+', rb"\g<1>%d" % number, xml)
            digest = hashlib.sha256(b"%d " % number + xml).hexdigest().upper()
            uid = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
            again = re.sub(rb'(uid="\{)[^"}]*', rb"\g<1>" + uid.encode(), again)
            relation = re.search(rb'(?<=:id=")[^"]*', again)
            if relation is not None:
                named = re.search(rb'\sref="([A-Z]+)', xml)
                i = column_number("" if named is None else named.group(1).decode()) - sheet.left
                text = new.cells[i] if 0 <= i < len(new.cells) else None
                was, old = self.book.text(sheet.data_cells(new.like).get(i)), relation.group().decode()
                target = None if not text or not was else target_for(copy.links.targets.get(old, ""), was, text)
                if target is None:
                    continue
                mark = b"new %d" % len(copy.linked)
                copy.linked[mark] = target
                again = again[: relation.start()] + mark + again[relation.end() :]
            found[number] = again
        return found

    def forms(self, sheet: Sheet, row: int | NewRow) -> tuple[str, ...]:
        """What each cell of a data row or of a new one is apart from its content: attributes, what is in it, its
        formula; and the row itself, its attributes and how many cells it has."""
        if isinstance(row, NewRow):
            tag, cells = self._planters[sheet.name].row(row, CopiedStrings(self.book.strings))
        else:
            tag, cells = sheet.opening(sheet.rows[row - 1]), list(sheet.data_cells(row).values())
        found = [""] * len(sheet.headers)
        for cell in cells:
            if 0 <= cell.column - sheet.left < len(found):
                text = b"" if cell.formula is None else cell.formula.group(2)
                opening, inner = re.sub(rb'\sr="[^"]*"', b"", cell.opening), cell.xml[len(cell.opening) :]
                found[cell.column - sheet.left] = f"{opening!r} {re.sub(rb'>[^<]*<', b'><', inner)!r} {text!r}"
        attributes = re.sub(rb'\sr="[^"]*"', b"", tag)
        return (*found, f"{attributes!r} {len(cells)}")


class WorkbookTemplate(Template):
    """An xlsx source. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.content, self.book = content, Book(content, parts, where)
        self._copiers: dict[frozenset[str], BookCopier] = {}

    def listed(self, part: int) -> int | None:
        """See `Template`."""
        sheet = self.book.by_part[part]
        return None if sheet.body == len(sheet.rows) else sheet.body

    def computed(self, part: int) -> Mapping[int, str]:
        """See `Template`."""
        sheet = self.book.by_part[part]
        numbers = {i for i in range(len(sheet.headers)) if sheet.holds_numbers(i)}

        def places(word: Token) -> list[int]:
            return [column - sheet.left for column in sheet.columns_of(word) or ()]

        own = {column: text for column, text in sheet.own.items() if column in sheet.with_values}
        return {column - sheet.left: as_sql(text, places, numbers) or "" for column, text in own.items()}

    def give_up(self, part: int, columns: Collection[int]) -> None:
        """See `Template`."""
        sheet = self.book.by_part[part]
        sheet.given_up = frozenset(i + sheet.left for i in columns)
        self._copiers.clear()

    def check(self, edits: Sequence[Mapping[int, PartEdit]]) -> None:
        """See `Template`."""
        self.notes = tuple(
            f"copies have values, not formulas, in these columns of sheet {sheet.name}, since the formulas go beyond"
            f" their row or are not understood: {', '.join(columns)}"
            for part, sheet in self.book.by_part.items()
            if any(part in edit for edit in edits)
            if (columns := dict.fromkeys(sheet.heading(each.column) for each in sheet.valued))
        )
        found = problems(self.book, [self.book.moves(edit) for edit in edits])
        if found:
            whole = InputRefused(
                "this workbook cannot be copied safely: nothing was written, and no identity was used",
                where=self.book.where,
                remedy="see below",
            )
            raise InputRefused.many((whole, *found))

    def as_written(self, part: int, row: NewRow) -> NewRow:
        """See `Template`."""
        return replace(row, before=min(row.before, self.book.by_part[part].body + 1))

    def forms(self, part: int, row: int | NewRow) -> tuple[str, ...]:
        """See `Template`."""
        sheet = self.book.by_part[part]
        return self._copier(frozenset({sheet.name.casefold()})).forms(sheet, row)

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
            self._copiers[edited] = BookCopier(self.book, edited)
        return self._copiers[edited]
