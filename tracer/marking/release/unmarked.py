"""What every copy of a list holds without a mark: sheets, members and arrays that were not loaded, and columns that a
map of columns left out.

Planted records go into loaded rows. Where the rest of the file names people, a leak of it alone would name no copy, so
such a list is not released; what names none goes out as it is, and its sender is informed.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.dossier.vocabulary import refuse
from tracer.errors import InputRefused
from tracer.lists.read.cells import is_plainly_phone
from tracer.lists.read.file import BUILT_IN, identifying_rows
from tracer.lists.read.landing import sample_columns
from tracer.lists.read.model import IDENTIFYING, ReadOptions, Source, bytes_source
from tracer.lists.read.records import arrays_in
from tracer.lists.read.roles import assign_roles
from tracer.lists.write.delimited import codec_of
from tracer.lists.write.model import GBK_NAMES, SourcePart
from tracer.lists.write.new_workbook import REWRITTEN
from tracer.lists.write.xlsx.book import Package
from tracer.marking.persona.source_list import SourceList

_TEXTS = frozenset({"txt", "log", "pdf", "html", "htm"})
"""Endings of what is often a notice with the sender's own number."""
_LISTS = frozenset(BUILT_IN) - _TEXTS
_PLAINLY = 0.5  # Share of cells that can only be numbers, from which a column without a heading holds numbers.
_NAMED = 5


class _NotLoaded(NamedTuple):
    """A piece of the original that has no part in the dataset."""

    name: str
    source: Source | None  # None: it is not looked into.
    sheet: str | None
    remedy: str


def refuse_unmarked(case: Case, source: SourceList) -> list[str]:
    """What to say of contents that go out without a mark. Raises `InputRefused`, all together, where they name people
    and were not loaded."""
    said = case.con.execute("SELECT options FROM dataset WHERE no = $no", {"no": source.no}).fetchall()[0][0]
    options = json_of(said or "{}")
    problems, harmless, unread = list(_unnamed_columns(case, source, options.get("columns") or {})), [], []
    for piece in _not_loaded(case, source, options.get("sheet") is not None):
        if piece.source is None:
            unread.append(piece.name)
            continue
        try:
            rows = identifying_rows(case.con, piece.source, ReadOptions(sheet=piece.sheet, region=source.region))
        except InputRefused as error:
            if piece.sheet is None:  # a member that is not a list at all
                unread.append(piece.name)
                continue
            what = f"{piece.name} was not loaded and cannot be read ({error.what}), and every copy would hold it"
            problems.append(InputRefused(what, where=source.id, remedy=piece.remedy))
            continue
        if rows:
            what = f"{piece.name} was not loaded and names people ({rows:,} rows); every copy would hold it unmarked"
            problems.append(InputRefused(what, where=source.id, remedy=piece.remedy))
        else:
            harmless.append(piece.name)
    refuse(problems)
    notes = [f"in every copy as they are, without a number, address or key: {_listed(harmless)}"] if harmless else []
    notes += [f"in every copy as they are, and not looked into: {_listed(unread)}"] if unread else []
    # What is planted is planted in one part.
    others = [
        f"{_place(part)} ({part.rows:,} rows)"
        for part in source.parts
        if part != source.main and set(source.roles[part.part]) & set(IDENTIFYING)
    ]
    if others:
        notes.append(
            f"planted records are in {_place(source.main)} alone; a leak of other parts names a copy only by rows that"
            f" it lacks (--withhold): {_listed(others)}"
        )
    return notes


def _place(part: SourcePart) -> str:
    return ":".join(filter(None, (part.member, part.sheet)))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")


def _unnamed_columns(case: Case, source: SourceList, named: dict[str, Any]) -> Iterator[InputRefused]:
    """Columns that would identify people, and do not since the user gave their role to others: a planted record would
    have values there that are made up, or other people's."""
    for part in source.whole if named else ():
        table, columns = case.con.execute(
            "SELECT raw_table, (SELECT list((role, how) ORDER BY position) FROM dataset_column AS c"
            " WHERE c.dataset = part.dataset AND c.part = part.part) FROM part WHERE dataset = $no AND part = $part",
            {"no": source.no, "part": part.part},
        ).fetchall()[0]
        sample = sample_columns(case.con, table, part.rows, len(columns))
        found = assign_roles(part.headers, sample, ReadOptions(region=source.region), source.id)
        for column, (role, how) in zip(found, columns, strict=True):
            at = column.position
            if role != "other" or how == "map" or at in source.left_out.get(part.part, ()):
                continue
            cells = sample[at]
            plainly = sum(map(is_plainly_phone, cells)) >= _PLAINLY * len(cells) > 0
            if column.role in named and (column.how == "header" or column.role == "email" or plainly):
                name = column.header or f"column {at + 1}"
                yield InputRefused(
                    f"{name} seems to identify people ({column.role}) and was not named with --map, so that planted"
                    " records would have made-up values there, or other people's",
                    where=source.id,
                    remedy=f"load the list again with --replace, and name it too (--map {column.role}=…|{at + 1}), or"
                    f" say that it holds none (--map other={at + 1}); or leave it out with --without",
                )


def _not_loaded(case: Case, source: SourceList, sheet_chosen: bool) -> Iterator[_NotLoaded]:
    """What the original has and the dataset has not, of formats whose copies hold all of the original."""
    first, where = source.whole[0], Path(source.path).name
    if first.member is None:
        if first.format == "json" or (first.format == "xlsx" and sheet_chosen):
            content = case.vault.files.read(source.sha256)
            yield from _in_file(content, source.whole, where, source.region, sheet_chosen)
        return
    content = case.vault.files.read(source.sha256)
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # no copy of it is written
    with zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES) as archive:
        for info in archive.infolist():
            name = info.filename
            mine = tuple(part for part in source.whole if part.member == name)
            if mine and mine[0].format not in REWRITTEN:
                yield from _in_file(archive.read(info), mine, name, source.region, sheet_chosen)
            elif not mine and not info.is_dir() and info.file_size:
                is_list = Path(name).suffix.lower().removeprefix(".") in _LISTS and not name.startswith("__MACOSX/")
                inner = bytes_source(archive.read(info), f"{where}:{name}", name, name) if is_list else None
                remedy = "take it out of the archive, and release it by itself; load the rest and release that"
                yield _NotLoaded(name, inner, None, remedy)


def _in_file(
    content: bytes, parts: tuple[SourcePart, ...], where: str, region: str, sheet_chosen: bool
) -> Iterator[_NotLoaded]:
    """The other sheets of a workbook, the other arrays of a document."""
    if parts[0].format == "xlsx" and sheet_chosen:
        whole = bytes_source(content, where, where, None)
        for name in Package(content).sheets():
            if name not in {part.sheet for part in parts}:
                remedy = (
                    "save the sheet that is to be released as a file of its own, load that and release it; or load all"
                    " sheets (--replace, without --sheet), and mark them with --withhold"
                )
                yield _NotLoaded(f"sheet {name}", whole, name, remedy)
    elif parts[0].format == "json":
        text = content.decode(codec_of(content, parts[0].encoding)).removeprefix("\ufeff")
        for array in arrays_in(text, region)[1:]:
            given = json.dumps(array).encode()
            remedy = "save the array that is to be released as a file of its own, load that and release it"
            name = f"another array of {len(array):,} objects in {where}"
            yield _NotLoaded(name, bytes_source(given, where, "array.json", None), None, remedy)
