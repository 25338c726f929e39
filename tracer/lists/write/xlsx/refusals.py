"""What keeps a workbook from being copied row by row: asked before anything is used or written, and all at once.

What names the list's cells has to move with them: a reference that cannot would be wrong in the copy. What rows have
one by one a planted record would lack, and what keeps the list as it was would betray what went out and came in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from tracer.errors import InputRefused
from tracer.lists.write.xlsx.around import FORMULA_OF_CHART, OF_CELLS, RULE, notes_of, pictures_of
from tracer.lists.write.xlsx.book import Book, SheetLinks, relations_path, target_for
from tracer.lists.write.xlsx.cells import attribute
from tracer.lists.write.xlsx.references import RowMoves, cell_range, column_number, formula_text, letters, tokens
from tracer.lists.write.xlsx.sheet import Sheet

_MOST = 0.5
"""Share of the data rows from which what single rows have is looked for in every row."""
_STRIPES, _FEW, _TURNS = 400, 10, 0.95
"""Rows that are looked at for stripes, rows of which nothing is said, and share that is in turn."""
_LINKS, _FOLLOW = 200, 0.98
"""Links of a column that are looked at, and share of them that has to follow their texts."""
_MEMBERS = (
    (r".*vbaproject.*\.bin", "it has macros, which may count rows", "save it as xlsx without macros"),
    (r"_xmlsignatures/.*", "it is signed, and every copy would break the signature", "save it without one"),
    (r"xl/model/.*", "it has a data model, which keeps the list as it was", "save the list in a workbook alone"),
    (r"xl/revisions/.*", "it keeps the history of its changes", "stop tracking changes, and save it"),
    (
        r"xl/querytables/.*",
        "its rows come from a query, which would bring the original rows again",
        "unlink the query (table design, unlink), and save it",
    ),
    (r"xl/tables/tablesinglecells.*", "it maps cells to XML", "take the XML map out, and save it"),
)
_PIVOTS = r"xl/pivotcache/pivotcachedefinition[^/]*\.xml"
_VALUES = "replace the formula by its value (copy, paste special, values), load that and release it"


class _Naming(NamedTuple):
    """A formula that is none of a data row's own."""

    where: str
    """Its cell, or what has it."""
    sheet: str
    """Blank for what belongs to the whole workbook."""
    row: int
    text: str
    fixed_only: bool
    """Whether rows without a `$` count from the cell that uses it."""


def problems(book: Book, moved: Sequence[Mapping[str, RowMoves]]) -> list[InputRefused]:
    """All that speaks against copies whose rows move so."""
    edited = {name for moves in moved for name in moves}
    if not edited:
        return []
    found = [
        InputRefused(what, where=book.where, remedy=remedy)
        for pattern, what, remedy in _MEMBERS
        if book.package.find(pattern)
    ]
    if any(_pivots_of(book, path, edited) for path in book.package.find(_PIVOTS)):
        what = "it has a pivot table over the list, which keeps the rows as they were"
        remedy = "delete the pivot table, or save the list in a workbook of its own"
        found.append(InputRefused(what, where=book.where, remedy=remedy))
    for sheet in book.sheets:
        if sheet.name.casefold() in edited:
            found += _valueless(book, sheet)
            where = f"{book.where}:{sheet.name}"
            found += [InputRefused(what, where=where, remedy=remedy) for what, remedy in _of_rows(book, sheet)]
    return [*found, *_references_that_cannot_move(book, moved, edited)]


def _pivots_of(book: Book, path: str, edited: Collection[str]) -> bool:
    """Whether a pivot table keeps the rows of a list that changes."""
    found = re.search(rb"<(?:\w+:)?worksheetSource\b[^>]*>", book.package.read(path))
    sheet, name = (attribute(b"" if found is None else found.group(), key) for key in (b"sheet", b"name"))
    if sheet is not None:
        return formula_text(sheet).casefold() in edited
    return name is None or bool((book.sheets_named(formula_text(name)) or {*edited}) & {*edited})


def _valueless(book: Book, sheet: Sheet) -> Iterator[InputRefused]:
    """Formulas that would become their values, and have none."""
    columns = defaultdict(list)
    for formula in sheet.valued_formulas:
        if formula.value is None or formula.column not in sheet.with_values:
            columns[formula.column].append(formula.cell)
    for column, cells in columns.items():
        more = f", and {len(cells) - 1:,} more" if len(cells) > 1 else ""
        yield InputRefused(
            "a formula goes beyond its row, and has no stored value that copies could have instead"
            f" (cell {cells[0]}{more})",
            where=f"{book.where}:{sheet.name}, column {letters(column)} ({sheet.heading(column)})",
            remedy="save it in a spreadsheet program, so that the values are stored; load that and release it",
        )


def _of_rows(book: Book, sheet: Sheet) -> Iterator[tuple[str, str]]:
    """What most rows have one by one, and a new row would not; what helps."""
    package, path, behind = book.package, book.paths[sheet.name], sheet.xml[sheet.all_rows[-1].end :]
    body = {row.number for row in sheet.rows[: sheet.body]}
    most = _MOST * len(body)
    for column in _foreign_links(book, sheet, body):
        what = f"the cells of column {column} are links to a page of each record, which a planted one has not"
        yield what, "remove the links (their texts stay), or leave the column out"
    notes = map(package.read, package.related_paths(path, "comments", "threadedComment"))
    if len({row for xml in notes for row in notes_of(xml)} & body) >= most:
        yield "most rows have a note, which a planted one has not", "remove the notes"
    for found in re.finditer(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([^"]*)"', behind):
        cells = cell_range(found.group(1).decode())
        if cells is not None and cells.rows is not None and cells.rows[0] < cells.rows[1] and body & {*cells.rows}:
            what = f"cells of several rows are merged ({found.group(1).decode()})"
            yield what, "unmerge the cells of the list, and fill them"
            break
    alone = defaultdict[bytes, set[int]](set)
    for found in OF_CELLS.finditer(behind):
        area = re.search(rb'(?:ref="|sqref="|sqref>)([A-Z]+(\d+)(?::[A-Z]+\2)?)["<]', found.group())
        if area is not None and found.group(2) != b"hyperlink":
            alone[found.group(2)].add(int(area.group(2)))
    for kind, rows in alone.items():
        if len(rows & body) >= most:
            what = f"most rows have a {kind.decode()} of their own, which a planted one has not"
            yield what, "let one rule cover all rows, or remove them"
    tags = [sheet.xml[row.start : row.end].partition(b">")[0] for row in sheet.rows]
    filters = [behind, *map(package.read, package.related_paths(path, "table"))]
    hidden = any(re.search(rb'\shidden="(?:1|true)"', tag) for tag in tags)
    if hidden and any(b"filterColumn" in xml for xml in filters):
        what = "a filter hides rows of the list, and a planted row would be shown or hidden against it"
        yield what, "clear the filter, and save it"
    if _rows_shaded_in_turn(sheet):
        what = "rows are shaded in turn, each by its own format, and the turn would break at planted rows"
        yield what, "clear the shading, or shade the rows by a table style"
    pictures = {row for part in package.related_paths(path, "drawing") for row in pictures_of(package.read(part))}
    if len(pictures & body) > max(2, 0.05 * len(body)):
        yield "the rows have pictures, which a planted one has not", "remove the pictures"


def _foreign_links(book: Book, sheet: Sheet, body: Collection[int]) -> Iterator[str]:
    """Columns of which most cells have a link that does not lead where their texts say, to a mail address or a site."""
    targets = SheetLinks(book.package.read(relations_path(book.paths[sheet.name]))).targets
    columns = defaultdict(list)
    for found in re.finditer(rb'<(?:\w+:)?hyperlink\b[^>]*?\sref="([A-Z]+)(\d+)[":][^>]*>', sheet.xml):
        if int(found.group(2)) in body:
            relation = re.search(rb'\s\w+:id="([^"]*)"', found.group())
            columns[found.group(1).decode()].append((int(found.group(2)), relation))
    for column, links in columns.items():
        i, follows = column_number(column) - sheet.left, list[bool]()
        for row, relation in links[:_LINKS]:
            if relation is not None:
                text = book.text(sheet.data_cells(sheet.data_of[row]).get(i))
                follows.append(
                    bool(text) and target_for(targets.get(relation.group(1), ""), text or "", "") is not None
                )
        if len(links) >= _MOST * len(body) and sum(follows) < _FOLLOW * len(follows):
            yield column


def _rows_shaded_in_turn(sheet: Sheet) -> bool:
    """Whether rows are shaded in turn by their own formats: where one comes in or goes out the turn breaks."""
    styles = [
        {cell.column: cell.style for cell in sheet.data_cells(row).values()}
        for row in range(1, min(sheet.body, _STRIPES) + 1)
    ]
    columns = sorted(set.intersection(*map(set, styles))) if styles else []
    rows = [tuple(row[column] for column in columns) for row in styles]
    turns = sum(one != other for one, other in pairwise(rows))
    same = sum(one == other for one, other in zip(rows, rows[2:], strict=False))
    return len(rows) > _FEW and turns >= _TURNS * (len(rows) - 1) and same >= _TURNS * (len(rows) - 2)


def _references_that_cannot_move(
    book: Book, moved: Sequence[Mapping[str, RowMoves]], edited: Collection[str]
) -> Iterator[InputRefused]:
    """References to rows of the list that cannot move as the program moves them, or that show which rows came in."""
    one_by_one: dict[tuple[str, str], set[int]] = defaultdict(set)
    for naming in _namings(book, edited):
        what = _wrong_with(book, naming, moved, edited, one_by_one)
        if what:
            yield InputRefused(f"{naming.where} {what}", where=book.where, remedy=_VALUES)
    for sheet in book.sheets:
        name, where = sheet.name.casefold(), f"{book.where}:{sheet.name}"
        for formula in sheet.around(edited) if name in edited else ():
            if formula.kind == "dataTable":
                yield InputRefused(f"{formula.cell} has a what-if table next to the list", where=where, remedy=_VALUES)
            gone = any(name in moves and formula.row in moves[name].removed for moves in moved)
            if gone and sheet.heading(formula.column) == letters(formula.column):
                yield InputRefused(
                    f"{formula.cell} has a formula next to the list, in a row that a copy lacks",
                    where=where,
                    remedy="move it above the list or to another sheet, or leave --withhold out",
                )
        body = {row.number for row in sheet.rows[: sheet.body]}
        for (of, named), rows in one_by_one.items():
            if named == name and body and len(rows & body) >= _MOST * len(body):
                yield InputRefused(
                    f"sheet {of} shows the list's rows one by one, and would lack the planted ones",
                    where=where,
                    remedy=f"delete sheet {of}, or save the list in a workbook of its own",
                )


def _namings(book: Book, edited: Collection[str]) -> Iterator[_Naming]:
    for name, text in book.names.items():
        yield _Naming(f"the name {name}", "", 0, text, True)
    for path in book.package.find(r"xl/charts/chart[^/]*\.xml"):
        for found in FORMULA_OF_CHART.finditer(book.package.read(path)):
            yield _Naming(f"the chart {path.rpartition('/')[2]}", "", 0, formula_text(found.group(2)), False)
    for sheet in book.sheets:
        for formula in sheet.around(edited):
            yield _Naming(f"{sheet.name}!{formula.cell}", sheet.name, formula.row, formula.text, False)
        rules = sheet.xml[sheet.all_rows[-1].end :] if sheet.all_rows else b""
        for found in RULE.finditer(rules):
            yield _Naming(
                f"a rule or validation of sheet {sheet.name}", sheet.name, 0, formula_text(found.group(2)), True
            )


def _wrong_with(
    book: Book,
    naming: _Naming,
    moved: Sequence[Mapping[str, RowMoves]],
    edited: Collection[str],
    one_by_one: Mapping[tuple[str, str], set[int]],
) -> str:
    """What is wrong with a formula; blank where it can be moved. Enters the single rows that it names."""
    indirect = re.search(r"\bINDIRECT\(", naming.text, re.IGNORECASE) is not None
    for token in tokens(naming.text):
        named = (token.sheet or naming.sheet).casefold()
        if indirect and token.kind == "text" and re.search(r"[A-Za-z]\$?[1-9][0-9]*\b", token.text):
            whose = token.text[1:].rpartition("!")[0].strip("'").casefold() or naming.sheet.casefold()
            if whose in edited:
                return "names cells of the list in a text (INDIRECT), which does not move with them"
        cells = cell_range(token.text) if token.kind == "cells" else None
        if cells is None or cells.rows is None:
            continue
        if ":" in named and {*edited} & book.sheets_named(f"'{named}'!A1"):
            return f"names the same cells of several sheets ({token.sheet}), of which the list's move"
        if naming.fixed_only and not cells.fixed:
            continue
        for moves in moved:
            if named in moves and naming.row not in moves[named].removed and moves[named].span(*cells.rows) is None:
                return f"names rows of the list that a copy lacks ({token.text}); without --withhold all stay"
        if cells.rows[0] == cells.rows[1] and named in edited and naming.sheet and named != naming.sheet.casefold():
            one_by_one[naming.sheet, named].add(cells.rows[0])
    return ""
