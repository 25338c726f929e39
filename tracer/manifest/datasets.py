"""The `[[dataset]]` tables: globs spelled out, ids made where none is given, options checked."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tracer.dossier.vocabulary import COLUMN_ROLES, did_you_mean
from tracer.lists.made_id import id_from_name, is_personal, numbered
from tracer.manifest.check import Findings, Row
from tracer.manifest.files import Home, find_file, find_files, id_apart, is_glob, written_path
from tracer.manifest.model import DatasetEntry, Known, Placed, bare_holder


def dataset_entries(rows: list[Row], base: Home, known: Known, found: Findings) -> tuple[Placed[DatasetEntry], ...]:
    """One entry a file. A glob leaves out the files that other tables name outright.

    A file that the case has loaded keeps the id it has there, so that a file that joins later renames none.
    """
    listed = [_listed(row, base, found) for row in rows]
    outright = Counter(
        file.resolve() for row, files in zip(rows, listed, strict=True) if not _by_glob(row) for file in files
    )
    had = {Path(path).resolve(): dataset for dataset, path in known.datasets.items()}
    chosen: list[tuple[Row, Path, str | None]] = []
    for row, files in zip(rows, listed, strict=True):
        _check_options(row, found)
        for file in files:
            if not (_by_glob(row) and file.resolve() in outright):
                chosen.append((row, file, row.get("id") or had.get(file.resolve())))
    made = Counter(id_from_name(file) for _, file, given in chosen if given is None)
    entries: list[Placed[DatasetEntry]] = []
    taken: dict[str, Path] = {}
    givens = {given for _, _, given in chosen if given is not None}
    for row, file, given in chosen:
        own = given or id_from_name(file)
        if given is None and is_personal(file):
            own = numbered(own, {*givens, *taken, *known.datasets})
        elif given is None and (made[own] > 1 or own in givens):
            own = id_apart(own, written_path(file, base.folder))
        if own in taken:
            found.note(row, "id" if row.get("id") else "path", f"the id {own!r} is used twice", "give each its own id")
            continue
        taken[own] = file
        entries.append(Placed(_entry(row, own, file), row.where, file))
    return tuple(entries)


def _by_glob(row: Row) -> bool:
    return is_glob(row.get("path") or "") and row.get("id") is None


def _listed(row: Row, base: Home, found: Findings) -> list[Path]:
    written = row.get("path")
    if written is None:
        return []
    file, problem = find_file(base, written)
    if problem is None:
        return [file]
    if not is_glob(written) or base.refused(written) is not None:
        found.keep(row, "path", problem)
        return []
    if row.get("id") is not None:
        found.note(row, "path", f"{written!r} is a glob, and a dataset with an id is one file", "leave out the id")
        return []
    files, problem = find_files(base, written)
    found.keep(row, "path", problem)
    if not files and problem is None:
        found.note(row, "path", f"no file matches {written!r}", "paths are relative to the manifest")
    return files


def _check_options(row: Row, found: Findings) -> None:
    encoding = row.get("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            found.note(row, "encoding", f"unknown encoding {encoding!r}", "write utf-8, gb18030, big5, utf-16 …")
    for role in row.get("columns") or {}:
        if role not in COLUMN_ROLES:
            found.note(row, "columns", f"a column cannot be {role!r}", did_you_mean(role, COLUMN_ROLES))


def _entry(row: Row, own: str, file: Path) -> DatasetEntry:
    columns: Mapping[str, str | list[str]] = row.get("columns") or {}
    # Who held it is not said: a party of its own, so that no two such lists seem to have one holder.
    holder = row.get("holder") or bare_holder(own)
    roles = {role: name if isinstance(name, str) else tuple(name) for role, name in columns.items()}
    sheet = row.get("table") or row.get("sheet")  # to a dump what a sheet is to a workbook
    return row.into(DatasetEntry, id=own, path=file, holder=holder, columns=roles, sheet=sheet)
