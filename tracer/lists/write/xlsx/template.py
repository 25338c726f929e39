"""Copies of xlsx workbooks, by the door that all formats have."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tracer.errors import InputRefused
from tracer.lists.write.archive import rewritten
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template
from tracer.lists.write.xlsx.book import Book
from tracer.lists.write.xlsx.copying import BookCopier
from tracer.lists.write.xlsx.dependence import References, StaleCells
from tracer.lists.write.xlsx.results import Results, shown
from tracer.lists.write.xlsx.safety import problems


class WorkbookTemplate(Template):
    """An xlsx source. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.content = content
        self.book = Book(content, parts, where)
        self.references = References(self.book)
        self.results = Results(self.book)
        self.notes: tuple[str, ...] = ()
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
