"""Whether a manifest can be run, without a case: everything in it that can be wrong, and whether its files can be read
as what it calls them.

Loads nothing. What only a case can know is said, and not held against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from tracer.case.store import files_connection
from tracer.dossier.calling_rules import read_rules
from tracer.errors import InputRefused
from tracer.identify.segments import calling_code, read_segments
from tracer.lists.read.file import read_file
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ReadOptions
from tracer.manifest.apply import files_of
from tracer.manifest.model import CanariesEntry, DatasetEntry, Known, Manifest, SignalsEntry, bare_holder
from tracer.manifest.read import read_manifest
from tracer.marking.canary.identity_file import identities_of
from tracer.regular import opened
from tracer.signals.formats import format_named
from tracer.signals.load import COMPLAINTS, document_format, land
from tracer.signals.texts import Piece

# The files of a manifest, read as `run` would read them, without a case: what would be refused of each. Rows go into
# a connection that holds no case, and are dropped. What rests on the case is not looked at: whether a list is loaded
# already, which copy is of which list, and in which country numbers are read where the manifest says none. Lists are
# read where the manifest says how (`columns`, `sheet`, `table`, `encoding`); reading all would take most of a `run`.

_MOST = 20
"""Problems of one file of canaries that are named."""
_REGION = "CN"
"""The region of a new case where none is given."""

Reader = Callable[[duckdb.DuckDBPyConnection, Path], object]


def unreadable(manifest: Manifest, files: Iterable[tuple[str, str, Path, str]]) -> Iterator[InputRefused]:
    """What would be refused of `files` (see `files_of`), each problem at its place in the manifest."""
    readers = _readers(manifest)
    with files_connection() as con:
        for table, _, file, where in files:
            try:
                readers.get((table, file), _opened)(con, file)
            except InputRefused as refused:
                for each in refused.problems:
                    place = file.name + each.where.removeprefix(str(file)).removeprefix(file.name)
                    yield InputRefused(f"{place}: {each.what}", where=where, remedy=each.remedy)
            except OSError as error:
                yield InputRefused(
                    f"{file.name} cannot be read ({error.strerror})",
                    where=where,
                    remedy="ask for permission to read it",
                )


def _readers(manifest: Manifest) -> dict[tuple[str, Path], Reader]:
    """(table, file) → how it is read. Everything else is only opened."""
    found: dict[tuple[str, Path], Reader] = {}
    for dataset in manifest.datasets:
        if dataset.value.columns or dataset.value.sheet or dataset.value.encoding:
            found["dataset", dataset.value.path] = partial(_list, manifest, dataset.value)
    for canaries in manifest.canaries:
        found["canaries", canaries.value.path] = partial(_canaries, manifest, canaries.value)
    for signals in manifest.signals:
        found["signals", signals.value.path] = partial(_signals, signals.value)
    for complaints in manifest.complaints:
        found["complaints", complaints.value.path] = lambda con, file: _drop(con, land(con, file, COMPLAINTS)[1])
    if manifest.segments is not None:
        found["segments", manifest.segments] = lambda _, file: read_segments(
            file, calling_code(manifest.region or _REGION)
        )
    if manifest.rules is not None:
        found["rules", manifest.rules] = lambda _, file: read_rules(file)
    return found


def _opened(_: duckdb.DuckDBPyConnection, file: Path) -> None:
    with opened(file) as stream:
        stream.read(1)


def _list(manifest: Manifest, entry: DatasetEntry, con: duckdb.DuckDBPyConnection, file: Path) -> None:
    region = entry.region or manifest.region
    options = ReadOptions(
        encoding=entry.encoding, columns=entry.columns, sheet=entry.sheet,
        region=region or _REGION, find_region=region is None,
    )  # fmt: skip
    for part in read_file(con, file, options).parts:
        drop_raw(con, part.raw_table)


def _canaries(manifest: Manifest, entry: CanariesEntry, con: duckdb.DuckDBPyConnection, file: Path) -> None:
    region, problems = manifest.region, list[InputRefused]()
    for part in read_file(con, file, ReadOptions(region=region or _REGION, find_region=region is None)).parts:
        if region is not None:  # whose numbers they are may be the case's to say
            identities_of(con, part, file, entry.kind, region, problems)
        drop_raw(con, part.raw_table)
    if problems:
        raise InputRefused.many(problems[:_MOST])


def _signals(entry: SignalsEntry, con: duckdb.DuckDBPyConnection, file: Path) -> None:
    form = format_named(entry.format) if entry.format is not None else document_format(file)
    if form is not None and form.reader == "allowed":  # it names copies that the case may hold
        _opened(con, file)
    else:
        _drop(con, land(con, file, form)[1])


def _drop(con: duckdb.DuckDBPyConnection, pieces: Iterable[Piece]) -> None:
    for piece in pieces:
        drop_raw(con, piece.table)


_NAMED = 3
"""Lists without a holder that are named."""


@dataclass(frozen=True)
class CheckedManifest:
    """A manifest that can be run, and what a person should know about it."""

    manifest: Manifest
    files: int
    notes: tuple[str, ...]
    """What is left to the case, parties that are named but not declared, and lists without a holder."""

    def line(self) -> str:
        """What it holds, in one line."""
        held = self.manifest
        counted = (
            (len(held.parties), "party", "parties"), (len(held.datasets), "list", "lists"),
            (len(held.releases), "copy handed out", "copies handed out"), (len(held.claims), "claim", "claims"),
            (len(held.signals) + len(held.complaints), "file of records", "files of records"),
        )  # fmt: skip
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counted if count]
        files = f"{self.files:,} {'file' if self.files == 1 else 'files'}, all readable"
        return f"{held.path.name} can be run: {', '.join([*parts, files])}"


def check_manifest(path: Path, *, outside: bool = False) -> CheckedManifest:
    """Hold a manifest to all that is known without a case; `outside`: its paths may leave its folder.

    Raises:
        InputRefused: with all that is wrong, in the order of the manifest's lines; files that cannot be read come last.
    """
    manifest = read_manifest(path, outside=outside)
    files = list(files_of(manifest))
    problems = list(unreadable(manifest, files))
    if problems:
        raise InputRefused.many(problems)
    notes = list[str]()
    try:
        read_manifest(path, Known(), outside=outside)
    except InputRefused as refused:  # what a case must hold for the manifest to be run
        notes += [f"left to the case: {problem.line()}" for problem in refused.problems]
    for party in manifest.bare_parties:
        notes.append(f"party {party} is named but not declared: it will have no name and no role")
    ids = [entry.value.id for entry in manifest.datasets if entry.value.holder == bare_holder(entry.value.id)]
    if ids:
        most = _NAMED if len(ids) > _NAMED + 1 else len(ids)
        named = ", ".join(ids[:most]) + (f" and {len(ids) - most:,} more lists" if len(ids) > most else "")
        notes.append(f"holder is not given for {named}: each gets a party of its own ({bare_holder(ids[0])})")
    return CheckedManifest(manifest, len(files), tuple(notes))
