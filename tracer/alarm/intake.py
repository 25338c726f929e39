"""Files of a watched folder: records of calls, messages and mail, or lists. What the case holds already is left."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from tracer.case.case import Case
from tracer.documents import toml_of
from tracer.dossier.vocabulary import listed
from tracer.errors import InputRefused
from tracer.lists.load import load_files
from tracer.lists.loaded import DAYS, DatasetFacts
from tracer.lists.made_id import id_from_name
from tracer.lists.read.model import ReadOptions
from tracer.regular import sha256_of, text_of
from tracer.signals.load import load_signals

SIDECAR = ".toml"
"""What is known of a list: `list.csv.toml` for `list.csv`."""
_FOLDERS = {"records": "records", "lists": "list"}
"""Folders in the watched one that say what is in them."""


class _RatherAList(Exception):
    """A table with times and numbers, but no record in it names a caller."""


@dataclass(frozen=True)
class Arrived:
    """What came of one file."""

    said: str
    """One line; empty where the case held it."""
    records: int | None = None


@dataclass(frozen=True)
class FolderReading:
    """How the files of a folder are read."""

    form: str | None = None
    """Format of all records; each is detected when None."""
    zone: str | None = None
    """Zone of times that name none."""
    holder: str | None = None
    """Who held the lists that have no file of their own to say it."""
    lists: bool = True
    """Whether a file may be a list; all are records otherwise."""


def take_in(case: Case, path: Path, folder: Path, reading: FolderReading) -> Arrived:
    """Load a file, in one transaction.

    Raises:
        InputRefused: neither records nor a list.
    """
    if path.suffix == SIDECAR and path.with_suffix("").is_file():
        return Arrived("")
    if _held(case, path):
        return Arrived("")
    kind = _kind_of(path, folder) if reading.lists else "records"
    if kind != "list":
        try:
            return _records(case, path, reading, sure=kind == "records")
        except _RatherAList:
            pass
        except InputRefused as problem:
            if kind == "records" or isinstance(problem.__cause__, OSError):
                raise
            return _list_or(case, path, reading, problem)
    return _list(case, path, reading)


def _kind_of(path: Path, folder: Path) -> str | None:
    """`records` or `list` where the file's place or its sidecar says so."""
    if path.with_name(path.name + SIDECAR).is_file():
        return "list"
    first = path.relative_to(folder).parts[0] if path.parent != folder else ""
    return _FOLDERS.get(first)


def _held(case: Case, path: Path) -> bool:
    """Whether the case has these bytes, as records or as a list."""
    row = case.con.execute(
        "SELECT EXISTS (FROM signal_file WHERE sha256 = $sha256)"
        " OR EXISTS (FROM dataset WHERE sha256 = $sha256 AND current)",
        {"sha256": sha256_of(path)},
    ).fetchone()
    return row == (True,)


def _records(case: Case, path: Path, reading: FolderReading, *, sure: bool) -> Arrived:
    with case.transaction():
        loaded = load_signals(case, path, reading.form, zone=reading.zone)
        if loaded.format == "csv" and not sure and reading.form is None and not _has_callers(case, loaded.file):
            raise _RatherAList
    return Arrived(
        f"{path.name}: {loaded.format}, {loaded.rows:,} records, {loaded.rejected:,} rejected, {loaded.signals:,} hits",
        loaded.file if loaded.new else None,
    )


def _has_callers(case: Case, file: int) -> bool:
    row = case.con.execute(
        "SELECT EXISTS (FROM signal WHERE file = $file AND caller IS NOT NULL)"
        " OR EXISTS (FROM call_record WHERE file = $file)",
        {"file": file},
    ).fetchone()
    return row == (True,)


def _list_or(case: Case, path: Path, reading: FolderReading, records: InputRefused) -> Arrived:
    try:
        return _list(case, path, reading)
    except InputRefused as problem:
        raise InputRefused(
            f"neither records ({records.what}) nor a list ({problem.what})", where=str(path),
            remedy="put it into the folder records or lists, which say what is in them",
        ) from None  # fmt: skip


def _list(case: Case, path: Path, reading: FolderReading) -> Arrived:
    facts = _facts(path, reading)
    options = ReadOptions(region=case.region, find_region=not case.region_is_said)
    loaded = load_files(case, [path], facts, options, replace=False, dry_run=False)
    unknown = "" if _is_known(facts, path) else f"; its holder is unknown: write holder = … into {path.name}{SIDECAR}"
    rows = sum(one.rows for one in loaded)
    return Arrived(f"{path.name}: list {loaded[0].dataset}, {rows:,} rows{unknown}")


def _is_known(facts: DatasetFacts, path: Path) -> bool:
    return facts.holder != _unknown(path)


def _unknown(path: Path) -> str:
    """A party of its own, so that no two lists of unknown holders seem to have one."""
    return f"unknown-{id_from_name(path)}"[:64]


def _facts(path: Path, reading: FolderReading) -> DatasetFacts:
    """What the sidecar says of a list, or `--holder`.

    Raises:
        InputRefused: a key that a dataset does not have, or a value of another kind.
    """
    side = path.with_name(path.name + SIDECAR)
    said = toml_of(text_of(side, "utf-8-sig")) if side.is_file() else {}
    known = {one.name for one in fields(DatasetFacts)}
    wrong = sorted(key for key, value in said.items() if key not in known or not _fits(key, value))
    if wrong:
        raise InputRefused(
            f"invalid {', '.join(wrong)}", where=str(side),
            remedy="keys as of [[dataset]] in a manifest: holder, id, title, origin, living (true or false), and the"
            f" dates {listed(DAYS)}",
        )  # fmt: skip
    given: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    given.setdefault("holder", reading.holder or _unknown(path))
    return DatasetFacts(**{"id": "", **given})


def _fits(key: str, value: object) -> bool:
    if key in DAYS:
        return type(value) is date
    if key == "living":
        return isinstance(value, bool)
    if key == "evidence":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str) and value != ""
