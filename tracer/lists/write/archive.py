"""Copies of zip archives: members with an edit are rendered again, the others and the directory stay as they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence

from tracer.lists.write.model import NewRow, PartEdit, Template

GBK_NAMES = "gb18030"
"""Names that are not marked as UTF-8 are read and written in it, as the reader does."""


class ArchiveTemplate(Template):
    """A zip whose members are templates themselves."""

    suffix = ".zip"

    def __init__(self, content: bytes, members: Mapping[str, Template], parts: Mapping[str, frozenset[int]]) -> None:
        self.content, self.members, self.parts = content, members, parts
        self.notes = tuple(note for name in sorted(members) for note in members[name].notes)

    def check(self, edits: Sequence[Mapping[int, PartEdit]]) -> None:
        """See `Template`."""
        for name, template in self.members.items():
            numbers = self.parts[name]
            mine = [{part: edit for part, edit in each.items() if part in numbers} for each in edits]
            template.check(mine)

    def listed(self, part: int) -> int | None:
        """See `Template`."""
        return next((self.members[name].listed(part) for name, mine in self.parts.items() if part in mine), None)

    def computed(self, part: int) -> Mapping[int, str]:
        """See `Template`."""
        return next((self.members[name].computed(part) for name, mine in self.parts.items() if part in mine), {})

    def give_up(self, part: int, columns: Collection[int]) -> None:
        """See `Template`."""
        for name, mine in self.parts.items():
            if part in mine:
                self.members[name].give_up(part, columns)

    def as_written(self, part: int, row: NewRow) -> NewRow:
        """See `Template`."""
        for name, template in self.members.items():
            if part in self.parts[name]:
                return template.as_written(part, row)
        return row

    def forms(self, part: int, row: int | NewRow) -> tuple[str, ...]:
        """See `Template`."""
        for name, template in self.members.items():
            if part in self.parts[name]:
                return template.forms(part, row)
        return ()

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        changed = {
            name: template.render({part: edits[part] for part in sorted(self.parts[name]) if part in edits})
            for name, template in self.members.items()
            if self.parts[name] & edits.keys()
        }
        return rewritten(self.content, changed)


def rewritten(content: bytes, changed: Mapping[str, bytes], dropped: Collection[str] = ()) -> bytes:
    """A zip with the contents of some members changed and some left out; order, names, dates and compression stay."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES) as source,
        zipfile.ZipFile(sink, "w") as target,
    ):
        target.comment = source.comment
        for info in source.infolist():
            if info.filename in dropped:
                continue
            data = changed[info.filename] if info.filename in changed else source.read(info)
            utf8 = bool(info.flag_bits & 0x800) or info.filename.isascii()
            kept = (zipfile.ZipInfo if utf8 else _RawName)(info.filename, info.date_time)
            kept.compress_type, kept.external_attr, kept.create_system = (
                info.compress_type,
                info.external_attr,
                info.create_system,
            )
            kept.comment, kept.internal_attr = info.comment, info.internal_attr
            target.writestr(kept, data)
    return sink.getvalue()


class _RawName(zipfile.ZipInfo):
    """An entry whose name is written in the bytes it had: zipfile would mark every Chinese name as UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name that zipfile calls
        return self.filename.encode(GBK_NAMES), self.flag_bits & ~0x800
