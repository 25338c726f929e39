"""A workbook that was read, with all that a copy needs to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from tracer.lists.write.model import NewRow, PartEdit, SourcePart
from tracer.lists.write.xlsx.cells import SheetCell
from tracer.lists.write.xlsx.formats import NumberFormats
from tracer.lists.write.xlsx.formulas import unescaped
from tracer.lists.write.xlsx.links import SheetLinks, target_for
from tracer.lists.write.xlsx.package import Package, relations_path
from tracer.lists.write.xlsx.references import column_number
from tracer.lists.write.xlsx.row_moves import RowMoves
from tracer.lists.write.xlsx.sheet import Sheet
from tracer.lists.write.xlsx.strings import SharedStrings

_LINKS = 200
"""Links of a column that are looked at."""
NO_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"></sst>'


class Book:
    """All worksheets of a workbook. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.package, self.where = Package(content), where
        self.strings_path = self.package.strings_path
        self.strings = SharedStrings(NO_STRINGS if self.strings_path is None else self.package.read(self.strings_path))
        self.formats = NumberFormats(
            self.package.styles, from_1904=re.search(rb'\sdate1904="(?:1|true)"', self.package.workbook) is not None
        )
        of_sheet = {str(part.sheet): part for part in parts}
        self.sheets = [
            Sheet(self.package.read(path), path, name, of_sheet.get(name), self.strings.empty, where)
            for name, path in self.package.sheets().items()
        ]
        self.by_part = {sheet.part.part: sheet for sheet in self.sheets if sheet.part is not None}

    @cached_property
    def has_formulas(self) -> bool:
        """Whether any cell has a formula."""
        return any(sheet.formulas for sheet in self.sheets)

    def moves(self, edits: Mapping[int, PartEdit]) -> dict[str, RowMoves]:
        """Name of each sheet that changes, casefolded -> where its rows go."""
        found = {}
        for part, edit in edits.items():
            sheet = self.by_part[part]
            if edit.removed or edit.added:
                first, last = sheet.span
                removed = sorted(sheet.rows[row - 1].number for row in edit.removed)
                points = sorted(
                    sheet.rows[new.before - 1].number if new.before <= sheet.body else last + 1 for new in edit.added
                )
                found[sheet.name.casefold()] = RowMoves(first, last, removed, points)
        return found

    def link_target(self, sheet: Sheet, new: NewRow, cell: bytes, target: str) -> str | None:
        """Where the link of a new row leads, like that of its model's `cell`; None where that does not come from the
        cell's text."""
        i = column_number(re.sub(rb"[^A-Z]", b"", cell.split(b":")[0]).decode()) - sheet.left
        text = new.cells[i] if 0 <= i < len(new.cells) else None
        old = self.text(sheet.data_cells(new.like).get(i))
        return None if text is None or old is None else target_for(target, old, text)

    def text(self, cell: SheetCell | None) -> str | None:
        """What a cell shows, as far as it is a text or a plain number."""
        if cell is None or cell.kind == "":
            return None
        if cell.kind == "s":
            return self.strings.text(int(cell.value or 0))
        if cell.kind == "inlineStr":
            return "".join(unescaped(text) for text in re.findall(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<", cell.xml))
        return None if cell.value is None else unescaped(cell.value)

    def links_follow(self, sheet: Sheet, column: bytes) -> bool:
        """Whether the links of a column's cells lead where their texts say: a mail address, a site."""
        place = relations_path(sheet.path)
        targets = SheetLinks(self.package.read(place)).targets if self.package.has(place) else {}
        name = re.sub(rb"[^A-Z]", b"", column.split(b":")[0])
        i = column_number(name.decode()) - sheet.left
        looked = followed = 0
        pattern = rb'<(?:\w+:)?hyperlink\b[^>]*?\sref="' + name + rb'(\d+)[":][^>]*>'
        for found in list(re.finditer(pattern, sheet.xml))[:_LINKS]:
            row = sheet.data_of.get(int(found.group(1)))
            relation = re.search(rb'\s\w+:id="([^"]*)"', found.group())
            if row is None or relation is None:
                continue
            text = self.text(sheet.data_cells(row).get(i))
            looked += 1
            followed += (
                text is not None and target_for(targets.get(relation.group(1).decode(), ""), text, "") is not None
            )
        return followed >= 0.98 * looked
