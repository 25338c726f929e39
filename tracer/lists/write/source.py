"""Chooses how a source is copied: the one door of this room."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from tracer.lists.write.delimited import DelimitedTemplate, codec_of
from tracer.lists.write.model import GBK_NAMES, NewRow, PartEdit, SourcePart, Template, rewritten_zip, unwritable
from tracer.lists.write.new_workbook import REWRITTEN, NewWorkbookTemplate, Row
from tracer.lists.write.records import CardTemplate, JsonTemplate, ParquetTemplate, table_without
from tracer.lists.write.xlsx.template import WorkbookTemplate

_ONE_PART: Mapping[str, Callable[[bytes, SourcePart, str], Template]] = {
    **dict.fromkeys(("csv", "tsv", "txt"), DelimitedTemplate),
    **dict.fromkeys(("json", "ndjson"), JsonTemplate),
    "vcf": CardTemplate,
    "parquet": ParquetTemplate,
}
RawRows = Callable[[int], Sequence[Row]]
"""Part number -> its rows as the raw table has them; asked only where the format itself is not written."""


class ArchiveTemplate(Template):
    """A zip whose members are templates themselves; the others and the directory stay as they are."""

    suffix = ".zip"

    def __init__(self, content: bytes, members: Mapping[str, Template], names: Mapping[int, str]) -> None:
        """`names`: of the member that has each part."""
        self.content, self.members, self.names = content, members, names
        self.notes = tuple(note for name in sorted(members) for note in members[name].notes)

    def _of(self, name: str, edits: Mapping[int, PartEdit]) -> dict[int, PartEdit]:
        return {part: edit for part, edit in sorted(edits.items()) if self.names[part] == name}

    def check(self, edits: Sequence[Mapping[int, PartEdit]]) -> None:
        """See `Template`."""
        for name, template in self.members.items():
            template.check([self._of(name, each) for each in edits])

    def listed(self, part: int) -> int | None:
        """See `Template`."""
        return self.members[self.names[part]].listed(part)

    def computed(self, part: int) -> Mapping[int, str]:
        """See `Template`."""
        return self.members[self.names[part]].computed(part)

    def give_up(self, part: int, columns: Collection[int]) -> None:
        """See `Template`."""
        self.members[self.names[part]].give_up(part, columns)

    def as_written(self, part: int, row: NewRow) -> NewRow:
        """See `Template`."""
        return self.members[self.names[part]].as_written(part, row)

    def forms(self, part: int, row: int | NewRow) -> tuple[str, ...]:
        """See `Template`."""
        return self.members[self.names[part]].forms(part, row)

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        changed = {
            name: self.members[name].render(self._of(name, edits)) for name in {self.names[part] for part in edits}
        }
        return rewritten_zip(self.content, changed)


def can_write(part: SourcePart, texts: Sequence[str]) -> bool:
    """Whether copies of a part can hold these texts: those in an encoding of its own have only its letters."""
    if part.encoding is None or part.format not in ("csv", "tsv", "txt", "json", "ndjson", "vcf"):
        return True
    try:
        "".join(texts).encode(codec_of(b"", part.encoding))
    except UnicodeEncodeError:
        return False
    return True


def open_template(content: bytes, parts: Sequence[SourcePart], raw_rows: RawRows, where: str) -> Template:
    """Make a source ready to be copied.

    `content`: the original's bytes; `parts`: all its parts in order; `where` names it in errors. Raises `InputRefused`
    where rows cannot be told apart in the bytes as they were read.
    """
    if all(part.member is None for part in parts):
        return _single(content, parts, raw_rows, where)
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise unwritable("a copy of this archive cannot be written", where, "unpack it, load the list and release that")
    members: dict[str, Template] = {}
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES) as archive:
        held = set(archive.namelist())
        for name in dict.fromkeys(str(part.member) for part in parts):
            if name not in held:
                raise unwritable("an archive in an archive", f"{where}:{name}", "load the inner one and release that")
            mine = [part for part in parts if part.member == name]
            if mine[0].format in REWRITTEN:
                raise unwritable(
                    f"a member in {mine[0].format} cannot be written in kind",
                    f"{where}:{name}",
                    "load the member by itself and release that: its copies become xlsx",
                )
            members[name] = _single(archive.read(name), mine, raw_rows, f"{where}:{name}")
    return ArchiveTemplate(content, members, {part.part: str(part.member) for part in parts})


def _single(content: bytes, parts: Sequence[SourcePart], raw_rows: RawRows, where: str) -> Template:
    kind = parts[0].format
    if kind == "xlsx":
        return WorkbookTemplate(content, parts, where)
    if kind in REWRITTEN:
        return NewWorkbookTemplate(parts, {part.part: raw_rows(part.part) for part in parts}, kind)
    if kind not in _ONE_PART:
        raise unwritable(
            f"a copy of {kind} cannot be written in kind", where, "export its table as csv, load that and release it"
        )
    return _ONE_PART[kind](content, parts[0], where)


def without_columns(
    content: bytes, parts: Sequence[SourcePart], columns: Sequence[Sequence[int]], where: str
) -> tuple[bytes, tuple[SourcePart, ...]]:
    """The original without these columns (positions, for each part), and its parts as they then are.

    Formats whose copies are written as new workbooks stay as they are. Raises `InputRefused` for a format that
    columns are not taken out of: in a workbook formulas, charts and filters refer to them.
    """
    left = tuple(
        replace(part, headers=tuple(name for i, name in enumerate(part.headers) if i not in gone))
        for part, gone in zip(parts, columns, strict=True)
    )
    part, kind = parts[0], parts[0].format
    if kind in REWRITTEN:
        return content, left
    if kind == "xlsx" and part.member is None:
        raise unwritable(
            "columns cannot be left out of a copy of a workbook: formulas, tables, charts and rules may refer to them",
            where,
            "delete the columns in the program that made it, so that it adjusts these, or save the sheet as csv; load"
            " that and release it",
        )
    if len(parts) > 1 or part.member is not None or kind not in _ONE_PART:
        raise unwritable(
            f"columns cannot be left out of a copy of {'an archive' if part.member is not None else kind}",
            where,
            "take them out of the file itself or save it as csv, load that and release it",
        )
    gone = frozenset(columns[0])
    if kind == "parquet":
        return table_without(content, gone), left
    return _ONE_PART[kind](content, part, where).without(gone), left
