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
from tracer.lists.write.xlsx.references import RowMoves, cell_range, column_number, letters, tokens, unescaped
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
    found += _pivots(book, edited)
    for sheet in book.sheets:
        if sheet.name.casefold() in edited:
            found += [*_valueless(book, sheet), *_of_rows(book, sheet)]
    return [*found, *_unmoved(book, moved, edited)]


def _pivots(book: Book, edited: Collection[str]) -> Iterator[InputRefused]:
    """Pivot tables keep the rows that they were made of."""
    for path in book.package.find(r"xl/pivotcache/pivotcachedefinition[^/]*\.xml"):
        found = re.search(rb"<(?:\w+:)?worksheetSource\b[^>]*>", book.package.read(path))
        source = b"" if found is None else found.group()
        sheet = re.search(rb'\ssheet="([^"]*)"', source)
        name = re.search(rb'\sname="([^"]*)"', source)
        named = {unescaped(sheet.group(1)).casefold()} if sheet is not None else {*edited}
        if sheet is None and name is not None:
            named = book.sheets_named(unescaped(name.group(1))) or named
        if named & {*edited}:
            yield InputRefused(
                "it has a pivot table over the list, which keeps the rows as they were",
                where=book.where,
                remedy="delete the pivot table, or save the list in a workbook of its own",
            )
            return


def _valueless(book: Book, sheet: Sheet) -> Iterator[InputRefused]:
    """Formulas that would become their values, and have none."""
    columns = defaultdict(list)
    for formula in sheet.valued:
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


def _of_rows(book: Book, sheet: Sheet) -> Iterator[InputRefused]:
    """What most rows have one by one, and a new row would not."""
    package, path, where = book.package, book.paths[sheet.name], f"{book.where}:{sheet.name}"
    end, body = sheet.all_rows[-1].end, {row.number for row in sheet.rows[: sheet.body]}
    for column in _foreign_links(book, sheet, body):
        yield InputRefused(
            f"the cells of column {column} are links to a page of each record, which a planted one has not",
            where=where,
            remedy="remove the links (their texts stay), or leave the column out",
        )
    noted = {
        row for part in package.related(path, "comments", "threadedComment") for row in notes_of(package.read(part))
    }
    if len(noted & body) >= _MOST * len(body):
        yield InputRefused("most rows have a note, which a planted one has not", where=where, remedy="remove the notes")
    for found in re.finditer(rb'<(?:\w+:)?mergeCell\b[^>]*?\sref="([^"]*)"', sheet.xml[end:]):
        cells = cell_range(found.group(1).decode())
        if cells is not None and cells.rows is not None and cells.rows[0] < cells.rows[1] and body & {*cells.rows}:
            yield InputRefused(
                f"cells of several rows are merged ({found.group(1).decode()})",
                where=where,
                remedy="unmerge the cells of the list, and fill them",
            )
            break
    alone = defaultdict[bytes, set[int]](set)
    for found in OF_CELLS.finditer(sheet.xml[end:]):
        area = re.search(rb'(?:ref="|sqref="|sqref>)([A-Z]+(\d+)(?::[A-Z]+\2)?)["<]', found.group())
        if area is not None and found.group(2) != b"hyperlink":
            alone[found.group(2)].add(int(area.group(2)))
    for kind, rows in alone.items():
        if len(rows & body) >= _MOST * len(body):
            yield InputRefused(
                f"most rows have a {kind.decode()} of their own, which a planted one has not",
                where=where,
                remedy="let one rule cover all rows, or remove them",
            )
    tags = [sheet.xml[row.start : row.end].partition(b">")[0] for row in sheet.rows]
    filters = [sheet.xml[end:], *map(package.read, package.related(path, "table"))]
    hidden = any(re.search(rb'\shidden="(?:1|true)"', tag) for tag in tags)
    if hidden and any(b"filterColumn" in xml for xml in filters):
        yield InputRefused(
            "a filter hides rows of the list, and a planted row would be shown or hidden against it",
            where=where,
            remedy="clear the filter, and save it",
        )
    if _striped(sheet):
        yield InputRefused(
            "rows are shaded in turn, each by its own format, and the turn would break at planted rows",
            where=where,
            remedy="clear the shading, or shade the rows by a table style",
        )
    pictures = [row for part in package.related(path, "drawing") for row in pictures_of(package.read(part))]
    if len({*pictures} & body) > max(2, 0.05 * len(body)):
        yield InputRefused(
            "the rows have pictures, which a planted one has not", where=where, remedy="remove the pictures"
        )


def _foreign_links(book: Book, sheet: Sheet, body: Collection[int]) -> Iterator[str]:
    """Columns of which most cells have a link that does not lead where their texts say, to a mail address or a site."""
    targets = SheetLinks(book.package.read(relations_path(book.paths[sheet.name]))).targets
    columns = defaultdict(list)
    for found in re.finditer(rb'<(?:\w+:)?hyperlink\b[^>]*?\sref="([A-Z]+)(\d+)[":][^>]*>', sheet.xml):
        if int(found.group(2)) in body:
            relation = re.search(rb'\s\w+:id="([^"]*)"', found.group())
            columns[found.group(1).decode()].append((int(found.group(2)), relation))
    for column, links in columns.items():
        looked = [(row, relation.group(1).decode()) for row, relation in links[:_LINKS] if relation is not None]
        i = column_number(column) - sheet.left
        texts = [book.text(sheet.data_cells(sheet.data_of[row]).get(i)) for row, _ in looked]
        follow = sum(
            text is not None and target_for(targets.get(relation, ""), text, "") is not None
            for text, (_, relation) in zip(texts, looked, strict=True)
        )
        if len(links) >= _MOST * len(body) and follow < _FOLLOW * len(looked):
            yield column


def _striped(sheet: Sheet) -> bool:
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


def _unmoved(book: Book, moved: Sequence[Mapping[str, RowMoves]], edited: Collection[str]) -> Iterator[InputRefused]:
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
            yield _Naming(f"the chart {path.rpartition('/')[2]}", "", 0, unescaped(found.group(2)), False)
    for sheet in book.sheets:
        for formula in sheet.around(edited):
            yield _Naming(f"{sheet.name}!{formula.cell}", sheet.name, formula.row, formula.text, False)
        rules = sheet.xml[sheet.all_rows[-1].end :] if sheet.all_rows else b""
        for found in RULE.finditer(rules):
            yield _Naming(f"a rule or validation of sheet {sheet.name}", sheet.name, 0, unescaped(found.group(2)), True)


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
