"""What of a manifest the case lacks, has as it is, or has from a file that has changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import duckdb

from tracer import regular
from tracer.case.case import Case
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.manifest.files import written_path
from tracer.manifest.model import DatasetEntry, Known, Manifest, Placed

_FILE_MARK = "manifest:"
_REMEDY = "run again with --replace to load it again, or use another id"


_WITH_ID = frozenset({"dataset", "evidence", "release"})
"""Tables whose entries are named by their ids."""


@dataclass(frozen=True)
class LoadPlan:
    """Which files must be loaded; all other tables are facts and are put in as they are."""

    load: frozenset[tuple[str, str]]
    """(table, what) of files that the case lacks, or that changed and are to be replaced."""
    replaced: frozenset[tuple[str, str]]
    """Those of `load` that take the place of something."""
    inputs: dict[str, str]
    """`table:what` → SHA-256 of the files to load."""

    def journaled(self) -> dict[str | PurePath, str]:
        """`inputs` for the journal: what has no id is a file's path."""
        return {
            what if what.partition(":")[0] in _WITH_ID else PurePath(what): sha256
            for what, sha256 in self.inputs.items()
        }


def known_ids(con: duckdb.DuckDBPyConnection) -> Known:
    """The ids that a case holds, so that a manifest may name them."""
    return Known(
        parties=tuple(row[0] for row in con.execute("SELECT id FROM party ORDER BY id").fetchall()),
        datasets=dict(con.execute("SELECT id, path FROM dataset WHERE current ORDER BY id").fetchall()),
        evidence=tuple(row[0] for row in con.execute("SELECT id FROM evidence ORDER BY id").fetchall()),
    )


def files_of(manifest: Manifest) -> Iterable[tuple[str, str, Path, str]]:
    """(table, what, file, where) of every file that is loaded; `what`: an id, or the path where the table has none."""
    base = manifest.path.resolve().parent
    for dataset in manifest.datasets:
        yield "dataset", dataset.value.id, dataset.value.path, dataset.where
    for release in manifest.releases:
        if release.value.path is not None:
            yield "release", release.value.id, release.value.path, release.where
    for piece in manifest.evidence:
        if piece.file is not None:
            yield "evidence", piece.value.id, piece.file, piece.where
    for table, entries in (
        ("canaries", manifest.canaries), ("signals", manifest.signals), ("complaints", manifest.complaints),
    ):  # fmt: skip
        for entry in entries:
            assert entry.file is not None  # noqa: S101 - these tables are refused without a file
            yield table, written_path(entry.file, base), entry.file, entry.where
    for table, file in (("segments", manifest.segments), ("rules", manifest.rules)):
        if file is not None:
            yield table, written_path(file, base), file, f"{manifest.path.name}, [case] {table}"


def make_plan(case: Case, manifest: Manifest, *, replace: bool) -> LoadPlan:
    """Compare the manifest's files with what the case loaded.

    Raises:
        InputRefused: with every file that changed since it was loaded, unless `replace`.
    """
    load, replaced, inputs = set[tuple[str, str]](), set[tuple[str, str]](), dict[str, str]()
    changed: list[InputRefused] = []
    datasets = {entry.value.id: entry for entry in manifest.datasets}
    for table, what, file, where in files_of(manifest):
        had = _loaded_hash(case, table, what)
        now = sha256_of(file)
        reread = table == "dataset" and had is not None and _reads_otherwise(case, manifest, datasets[what])
        if had == now and not reread:
            continue
        load.add((table, what))
        inputs[f"{table}:{what}"] = now
        if had is not None:
            replaced.add((table, what))
            how = "the file has changed since it was loaded" if had != now else "it is to be read with other options"
            changed.append(InputRefused(f"{what}: {how}", where=where, remedy=_REMEDY))
    if changed and not replace:
        raise InputRefused.many(changed)
    return LoadPlan(frozenset(load), frozenset(replaced), inputs)


def remember(case: Case, table: str, what: str, sha256: str) -> None:
    """Keep the hash of a file that has no row of its own."""
    if table not in ("dataset", "evidence"):
        case.set_meta(f"{_FILE_MARK}{table}:{what}", sha256)


def sha256_of(file: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal.

    Raises:
        InputRefused: it cannot be read.
    """
    try:
        return regular.sha256_of(file)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(file), remedy="check the path") from None


def _loaded_hash(case: Case, table: str, what: str) -> str | None:
    found: tuple[Any, ...] | None
    if table == "dataset":
        found = case.con.execute("SELECT sha256 FROM dataset WHERE id = $id AND current", {"id": what}).fetchone()
    elif table == "evidence":
        found = case.con.execute("SELECT sha256 FROM evidence WHERE id = $id", {"id": what}).fetchone()
    elif table == "release":
        found = case.con.execute("SELECT sha256 FROM release WHERE id = $id", {"id": what}).fetchone()
    else:
        return case.meta(f"{_FILE_MARK}{table}:{what}") or None
    return None if found is None else found[0]


def read_options(case: Case, manifest: Manifest, entry: DatasetEntry) -> dict[str, Any]:
    """How an entry is to be read, in the form that the case keeps with a dataset."""
    return {
        "columns": {role: name if isinstance(name, str) else list(name) for role, name in entry.columns.items()},
        "encoding": entry.encoding,
        "sheet": entry.sheet,
        "region": entry.region or manifest.region or case.region,
        "find_region": not (entry.region or manifest.region or case.region_is_said),
    }


def _reads_otherwise(case: Case, manifest: Manifest, entry: Placed[DatasetEntry]) -> bool:
    """Whether the manifest asks for another reading than that by which the dataset was loaded."""
    row = case.con.execute("SELECT options FROM dataset WHERE id = $id AND current", {"id": entry.value.id}).fetchone()
    had = json_of(row[0]) if row is not None else {}
    wanted = read_options(case, manifest, entry.value)
    return any(had.get(name) != wanted[name] for name in wanted if name in had)
