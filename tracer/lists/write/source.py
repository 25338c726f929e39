"""Chooses how a source is copied: the one door of this room."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from tracer.lists.write.archive import GBK_NAMES, ArchiveTemplate
from tracer.lists.write.delimited import DelimitedTemplate, codec_of
from tracer.lists.write.json_records import JsonTemplate
from tracer.lists.write.model import SourcePart, Template, unwritable
from tracer.lists.write.new_workbook import REWRITTEN, NewWorkbookTemplate, Row
from tracer.lists.write.parquet import ParquetTemplate
from tracer.lists.write.vcard import CardTemplate
from tracer.lists.write.xlsx.template import WorkbookTemplate

_ONE_PART: Mapping[str, Callable[[bytes, SourcePart, str], Template]] = {
    "csv": DelimitedTemplate,
    "tsv": DelimitedTemplate,
    "txt": DelimitedTemplate,
    "json": JsonTemplate,
    "ndjson": JsonTemplate,
    "vcf": CardTemplate,
    "parquet": ParquetTemplate,
}
RawRows = Callable[[int], Sequence[Row]]
"""Part number -> its rows as the raw table has them; asked only where the format itself is not written."""


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
    numbers: dict[str, frozenset[int]] = {}
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
            numbers[name] = frozenset(part.part for part in mine)
    return ArchiveTemplate(content, members, numbers)


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
