"""Copies of xlsx workbooks: rows of its sheets out and in, and all parts that name their cells."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from tracer.errors import InputRefused
from tracer.lists.write.computed import as_sql
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, rewritten_zip
from tracer.lists.write.xlsx import around, references
from tracer.lists.write.xlsx import cells as markup
from tracer.lists.write.xlsx.book import Book, SheetLinks, computed_on_load, relations_path, target_for
from tracer.lists.write.xlsx.refusals import problems
from tracer.lists.write.xlsx.sheet import Sheet

# Rows of copies: those that are there, made ready once for all copies, and those that come in. A row that comes in is
# written cell by cell as the rows around it are: each cell follows the same column's cell of its model row, or of the
# row that it is taken over from: kind, format, formula. Where the model has none of that kind, it follows the
# commonest one of the column.

NUMBER, SLOT = references.OWN.encode(), b"\1"
"""Marks in a row that is ready: for its number, and for the number of a shared string."""
_NAME = re.compile(rb'(\sr="[A-Z]+)[0-9]+(?=")')
_INDEX = re.compile(rb"(<(?:\w+:)?v\b[^>]*>)([0-9]+)(?=</)")
_SAMPLE = 1_000
"""Data rows whose ways of writing are looked at."""
_OF_ITS_PLACE = (b"outlineLevel", b"collapsed", b"hidden")
"""Attributes that a row has by where it is."""


class ReadyRow(NamedTuple):
    """One row with marks."""

    template: bytes
    strings: tuple[int, ...]
    """Numbers of the shared strings that go into its slots."""
    moves: bool
    """Whether it has formulas that name other rows."""


def ready(tag: bytes, cells: Collection[markup.SheetCell]) -> ReadyRow:
    """A row with marks, of its opening tag and its cells."""
    pieces, strings = [markup.with_attribute(tag, b"r", NUMBER)], list[int]()
    for cell in cells:
        xml = _NAME.sub(rb"\g<1>" + NUMBER, cell.xml, count=1)
        found = _INDEX.search(xml) if markup.attribute(cell.opening, b"t") == b"s" else None
        if found is not None:
            strings.append(int(found.group(2)))
            xml = xml[: found.start(2)] + SLOT + xml[found.end(2) :]
        pieces.append(xml)
    formulas = [found.group() for cell in cells if (found := cell.formula) is not None]
    whole = b"".join([*pieces, b"</", markup.prefix_of(tag), b"row>"])
    return ReadyRow(whole, tuple(strings), any(NUMBER not in each for each in formulas))


def row_xml(row: ReadyRow, number: int, strings: Sequence[bytes], formula: Callable[[re.Match[bytes]], bytes]) -> bytes:
    """A row as it is in a copy. `strings`: the numbers that shared strings have there; `formula`: what becomes of the
    formulas that name other rows. Those of the row itself have marks, which are not read as references."""
    template = row.template
    if row.strings:
        first, *pieces = template.split(SLOT)
        template = first + b"".join(strings[at] + piece for at, piece in zip(row.strings, pieces, strict=True))
    template = markup.FORMULA.sub(formula, template) if row.moves else template
    return template.replace(NUMBER, str(number).encode())


class RowPlanter:
    """Writes new rows of one sheet."""

    def __init__(self, sheet: Sheet, formats: markup.NumberFormats) -> None:
        self.sheet, self.formats = sheet, formats
        rows = [sheet.data_cells(row) for row in range(1, sheet.body + 1, max(1, sheet.body // _SAMPLE))]
        counts: dict[int, Counter[tuple[str, bytes | None]]] = {}
        cells: dict[tuple[int, str, bytes | None], markup.SheetCell] = {}
        for row in rows:
            for i, cell in row.items():
                counts.setdefault(i, Counter())[cell.kind, cell.style] += 1
                cells.setdefault((i, cell.kind, cell.style), cell)
        self.examples: dict[int, dict[str, markup.SheetCell]] = {}
        """Position -> its kinds, the commonest first, each with a cell of the commonest format."""
        for i, counted in counts.items():
            # Where most blanks have no cell at all, a blank one of the few others is not an example.
            absent = len(rows) - sum(counted.values())
            for (kind, style), count in counted.most_common():
                if kind != "" or count > absent:
                    self.examples.setdefault(i, {}).setdefault(kind, cells[i, kind, style])

    def row(self, new: NewRow, strings: markup.CopiedStrings) -> tuple[bytes, list[markup.SheetCell]]:
        """A new row: its opening tag and its cells."""
        like, near = (self.sheet.rows[at - 1] for at in (new.like, min(new.before, self.sheet.body)))
        model, tag, beside = self.sheet.data_cells(new.like), self.sheet.opening(like), self.sheet.opening(near)
        for name in _OF_ITS_PLACE:
            value = markup.attribute(beside, name)
            if markup.attribute(tag, name) is not None:
                tag = markup.with_attribute(tag, name, value)
            elif value is not None:
                tag = tag[:-1] + b" " + name + b'="' + value + b'">'
        nameless = any(markup.attribute(cell.opening, b"r") is None for cell in model.values())
        cells = []
        for i in sorted(model.keys() | set(range(len(new.cells)))):
            # A cell without a name is the next one: none may be left out.
            cell = self._cell(i, new, model.get(i), strings) or (b"<%bc/>" % markup.prefix_of(tag) if nameless else b"")
            if cell:
                cells.append(markup.SheetCell(i + self.sheet.left, cell))
        return tag, cells

    def _cell(self, i: int, new: NewRow, like: markup.SheetCell | None, strings: markup.CopiedStrings) -> bytes:
        text, donor = (new.cells[i], new.taken[i]) if i < len(new.cells) else (None, None)
        examples = self.examples.get(i, {})
        taken = None if donor is None else self.sheet.data_cells(donor).get(i)
        if taken is not None:
            # In the format of the row's own cell where both show a number alike.
            own = None if like is None or like.kind != taken.kind else like.style
            if own is None or taken.style is None or self.formats.id(own) != self.formats.id(taken.style):
                return taken.xml
            return markup.with_attribute(taken.opening, b"s", own) + taken.inner
        computed = examples.get("f") if i + self.sheet.left in self.sheet.kept_formulas else None
        if computed is not None and (text is not None or computed.value is None):
            return self._formula_cell(computed if like is None or like.kind != "f" else like, text)
        if text is None:
            # A cell without content, as the column has them: with a format, or no cell at all.
            blank = like if like is None or like.kind == "" else examples.get("")
            return b"" if blank is None else _opening_tag(blank) + blank.inner
        for cell in (like, *examples.values()):
            made = None if cell is None or cell.kind in ("", "f") else self._text_cell(cell, text, strings)
            if made is not None:
                return made
        p, name = (
            b"" if like is None else markup.prefix_of(like.xml),
            references.letters(i + self.sheet.left).encode() + NUMBER,
        )
        item = markup.text_element(p, b"", text)
        return b'<%bc r="%b" t="inlineStr"><%bis>%b</%bis></%bc>' % (p, name, p, item, p, p)

    def _formula_cell(self, cell: markup.SheetCell, text: str | None) -> bytes:
        """The column's formula with another stored value: that of the row's other cells."""
        number = None if text is None else self.formats.number(text, cell.style)
        value = number if number is not None or text is None else markup.xml_text(text)
        attributes, formula = (b"", b"") if cell.formula is None else cell.formula.groups()
        made = cell.with_formula(formula or b"", array=markup.attribute(attributes, b"ref") or b"", value=value)
        opening = markup.with_attribute(made.opening, b"t", None)
        if value is not None and number is None:
            opening = opening[:-1] + b' t="str">'
        return opening + made.inner

    def _text_cell(self, cell: markup.SheetCell, text: str, strings: markup.CopiedStrings) -> bytes | None:
        """A text in the way of a cell; None where that cannot hold it."""
        kind, p, opening = cell.kind, markup.prefix_of(cell.xml), _opening_tag(cell)
        if kind == "inlineStr":
            end = b"</%bc>" % p
            return opening + markup.item_like(cell.inner.removesuffix(end), text) + end
        value: bytes | None = markup.xml_text(text) if kind in ("str", "d") else None
        if kind == "n":
            value = self.formats.number(text, cell.style)
        elif kind == "b":
            value = {"TRUE": b"1", "FALSE": b"0"}.get(text)
        elif kind == "s":
            value = b"%d" % strings.number(text, int(cell.value or 0))
        return None if value is None else opening + b"<%bv>%b</%bv></%bc>" % (p, value, p, p)


def _opening_tag(cell: markup.SheetCell) -> bytes:
    """A cell's opening tag with the mark for its row, if it has a name."""
    return markup.with_attribute(cell.opening, b"r", references.letters(cell.column).encode() + NUMBER)


@dataclass
class _SheetCopy:
    sheet: Sheet
    rows: references.RowMoves | None
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
        book, strings, moves = self.book, markup.CopiedStrings(self.book.strings), self.book.moves(edits)
        copies = [
            self._sheet_rows(sheet, moves, edits.get(0 if sheet.part is None else sheet.part.part, PartEdit()), strings)
            for sheet in book.sheets
        ]
        xml, numbers = strings.number_strings([at for copy in copies for row, _, _ in copy.lines for at in row.strings])
        changed: dict[str, bytes | None] = {} if book.strings_path is None else {book.strings_path: xml}
        for copy in copies:
            changed |= self._sheet(copy, numbers, moves)
        for path in book.package.find(r"xl/charts/chart[^/]*\.xml"):
            xml = book.package.read(path)
            named = (references.formula_text(found.group(2)) for found in around.FORMULA_OF_CHART.finditer(xml))
            if any(book.sheets_named(each) & self.stale for each in named):
                changed[path] = around.moved_chart(xml, moves)
        workbook = around.moved_formulas(around.NAME, book.package.workbook, None, moves, fixed_only=True)
        if any(sheet.formulas for sheet in book.sheets):
            workbook = computed_on_load(workbook)
        return changed | {book.package.workbook_path: workbook} | book.package.without_order()

    def _sheet_rows(
        self, sheet: Sheet, moves: references.Moves, edit: PartEdit, strings: markup.CopiedStrings
    ) -> _SheetCopy:
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

    def _sheet(self, copy: _SheetCopy, numbers: Sequence[bytes], moves: references.Moves) -> dict[str, bytes | None]:
        """A sheet's XML, and the parts that belong to it."""
        sheet, path, rows, package = copy.sheet, self.book.paths[copy.sheet.name], copy.rows, self.book.package

        def formula(found: re.Match[bytes]) -> bytes:
            whole, text, ref = found.group(), found.group(2), markup.attribute(found.group(1), b"ref") or b""
            cells = references.cell_range(ref.decode())
            span = None if rows is None or cells is None or cells.rows is None else rows.span(*cells.rows)
            if cells is not None and span is not None:
                whole = whole.replace(b'"%b"' % ref, b'"%b"' % cells.with_rows(*span).encode(), 1)
            if not text:
                return whole
            new = references.formula_xml(references.moved_formula(references.formula_text(text), sheet.name, moves))
            return whole[: whole.index(b">") + 1] + new + whole[whole.rindex(b"</") :]

        start, end = (sheet.all_rows[0].start, sheet.all_rows[-1].end) if sheet.all_rows else (0, 0)
        lines = [gap + row_xml(row, number, numbers, formula) for row, number, gap in copy.lines]
        before, behind = (
            around.moved_surroundings(each, sheet.name, moves, partial(self._links, copy))
            for each in (sheet.xml[:start], sheet.xml[end:])
        )
        xml, changed = before + b"".join(lines) + behind, dict[str, bytes | None]()
        if rows is None:
            return {path: xml} if xml != sheet.xml else {}
        if copy.links.targets:
            xml, changed[relations_path(path)] = copy.links.renumber(xml, copy.linked)
        for part in package.related_paths(path, "table"):
            changed[part] = around.moved_table(package.read(part), sheet.name, moves)
        for kinds, move in (
            (("drawing",), around.moved_drawing),
            (("comments", "threadedComment"), around.moved_notes),
            (("vmlDrawing",), around.moved_shapes),
        ):
            changed |= {part: move(package.read(part), rows) for part in package.related_paths(path, *kinds)}
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
                i = references.column_number("" if named is None else named.group(1).decode()) - sheet.left
                text = new.cells[i] if 0 <= i < len(new.cells) else None
                was = self.book.text(sheet.data_cells(new.like).get(i))
                target = (
                    None if not text or not was else target_for(copy.links.targets.get(relation.group(), ""), was, text)
                )
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
            tag, cells = self._planters[sheet.name].row(row, markup.CopiedStrings(self.book.strings))
        else:
            tag, cells = sheet.opening(sheet.rows[row - 1]), list(sheet.data_cells(row).values())
        found = [""] * len(sheet.headers)
        for cell in cells:
            if 0 <= cell.column - sheet.left < len(found):
                text = b"" if cell.formula is None else cell.formula.group(2)
                opening = re.sub(rb'\sr="[^"]*"', b"", cell.opening)
                inner = re.sub(rb">[^<]*<", b"><", cell.inner)
                found[cell.column - sheet.left] = f"{opening!r} {inner!r} {text!r}"
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

        def places(word: references.Token) -> list[int]:
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
            if (columns := dict.fromkeys(sheet.heading(each.column) for each in sheet.valued_formulas))
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
        return rewritten_zip(self.content, changed, members.keys() - changed.keys())

    def _copier(self, edited: frozenset[str]) -> BookCopier:
        if edited not in self._copiers:
            self._copiers[edited] = BookCopier(self.book, edited)
        return self._copiers[edited]
