"""Releases that were handed over without this tool: put on record, with the canaries that the copy's file shows.

`record_handover` is `tracer release add`, checked as a manifest's [[release]] is; both put a release on record here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.documents import json_of
from tracer.dossier.parties import resolve
from tracer.dossier.stored import evidence_problems
from tracer.dossier.vocabulary import LAWFUL_BASES, did_you_mean, id_problem, refuse, word_problem
from tracer.errors import InputRefused
from tracer.identify.normalise import normalise_as
from tracer.input_files import open_regular, sha256_of
from tracer.lists.linking import drop_scratch, hash_document_numbers, read_keys
from tracer.lists.read.encoding import detect
from tracer.lists.read.file import read_file
from tracer.lists.read.model import FURTHER_ROLES, FileRead, PartRead, ReadOptions
from tracer.lists.read.roles import missing_columns
from tracer.marking.canary.intake import enter_canaries
from tracer.marking.release.request import release_id, statement, unknown_parties
from tracer.records import ReleaseFacts as ReleaseFacts  # noqa: PLC0414 - other rooms import it from here

_HEAD = 65_536
_JOINING = ("phone", "email", "key", *FURTHER_ROLES)
_SAID_FROM = 20
"""Foreign rows of a copy are reported from this number on: fewer would reveal whether the dataset has a single row."""


@dataclass(frozen=True)
class HandedOverCopy:
    """What was put on record."""

    release: str
    rows: int  # Rows of the copy; of the dataset where there is no file.
    canaries: int
    new_canaries: int
    withheld: int  # Rows of the dataset that the copy lacks, home canaries not counted.
    holds_secrets: bool = False
    foreign: int = 0  # Rows of the copy that the dataset lacks and that are not canaries: people, so they mark nothing.

    @property
    def notes(self) -> tuple[str, ...]:
        """What its recorder should know."""
        if self.foreign < _SAID_FROM:
            return ()
        return (
            f"release {self.release}: {self.foreign:,} of the copy's rows are not in its dataset and are not imported"
            " canaries; they mark nothing. If they were planted, import them with `tracer canary import` or list them"
            " in canary_rows",
        )


def register_release_file(
    con: duckdb.DuckDBPyConnection, facts: ReleaseFacts, path: Path | None = None, region: str = "CN"
) -> HandedOverCopy:
    """Put a release on record, in the caller's transaction; one of the same id is recorded again.

    With the copy's file: of the rows whose identifiers the dataset all lacks, those with an imported identity and those
    in `canary_rows` are its canaries. The others are foreign: a list that went on living has them too, so they are
    counted and mark nothing. Contacts that are absent were withheld. Without a file the release holds all rows.
    Nothing of it was drawn by the tool, so none of it enters a code null. Raises `InputRefused` where the
    dataset is not there, where the tool itself has made this release, where the file is not a copy of the dataset, or
    where a row in `canary_rows` cannot be a canary.
    """
    where = f"release {facts.id}"
    source = con.execute(
        "SELECT no, rows, region, options FROM dataset WHERE id = $id AND current AND purged_at IS NULL",
        {"id": facts.dataset},
    ).fetchone()
    if source is None:
        raise InputRefused(f"the case holds no dataset {facts.dataset!r}", where=where, remedy="load it first")
    old = con.execute("SELECT drawn FROM release WHERE id = $id", {"id": facts.id}).fetchone()
    if old is not None and old[0]:
        what = "the tool made this release and committed its register"
        raise InputRefused(what, where=where, remedy="use another id")
    if con.execute("SELECT 1 FROM withdrawn_release WHERE id = $id", {"id": facts.id}).fetchone() is not None:
        what = "this release was withdrawn, and its register keeps the id"
        remedy = "use another id, or take the withdrawal back: tracer release withdraw --undo"
        raise InputRefused(what, where=where, remedy=remedy)
    for table, column in (("withheld", "release"), ("release_canary", "release"), ("release", "id")):
        con.execute(f"DELETE FROM {table} WHERE {column} = $id", {"id": facts.id})
    no, rows, own, options = source  # a copy's numbers are those of the list that it is a copy of
    copy, region, file = HandedOverCopy(facts.id, rows, 0, 0, 0), own or region, ("", "")
    if path is None and facts.canary_rows:
        raise InputRefused("canary_rows needs a path", where=where, remedy="name the copy's file")
    if path is not None:
        read = _read_as_the_list(con, path, json_of(options or "{}"), region)
        _collect(con, read.parts, region)
        # A copy shares most of its rows with its dataset.
        named, shared = con.execute(statement("shared_rows"), {"no": no}).fetchall()[0]
        if shared * 2 < named or named == 0:
            what = f"{named - shared:,} of the copy's {named:,} contacts are not in the dataset"
            raise InputRefused(what, where=str(path), remedy="name the dataset that it is a copy of")
        canaries, new, foreign = enter_canaries(con, facts.id, no, read.parts, region, facts.canary_rows)
        con.execute(statement("absent_contacts"), {"release": facts.id, "no": no})
        counted = con.execute("SELECT count(*) FROM withheld WHERE release = $id", {"id": facts.id}).fetchall()
        rows = sum(part.rows for part in read.parts)
        copy = HandedOverCopy(facts.id, rows, canaries, new, counted[0][0], read.holds_secrets, foreign)
        for part in read.parts:
            con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
        con.execute("DROP TABLE handed_over_key")
        file = (str(path.absolute()), sha256_of(path))
    bound = vars(facts) | {"evidence": list(facts.evidence), "canary_rows": list(facts.canary_rows)}
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, path, sha256, rows, foreign_rows,"
        " canary_rows, drawn, evidence, registered_at) VALUES ($id, $dataset, $recipient, $date, $ends, $purpose,"
        " $use_basis, $path, $sha256, $rows, $foreign, $canary_rows, false, $evidence, $at)",
        bound
        | {"path": file[0] or None, "sha256": file[1] or None, "rows": copy.rows, "foreign": copy.foreign, "at": now()},
    )
    return copy


def _read_as_the_list(con: duckdb.DuckDBPyConnection, path: Path, said: dict[str, Any], region: str) -> FileRead:
    """A copy's file, read as its list was (`said`: the dataset's options): the same sheet or table, the same columns.

    What the copy has not is left out: a copy may be the sheet alone as csv, or lack a column. But its keys are made of
    all of their columns. Raises `InputRefused` where one is missing, and for a file that cannot be read.
    """
    with open_regular(path) if path.is_file() else nullcontext() as file:
        head = b"" if file is None else file.read(_HEAD)
    # Who saves a copy again often makes it UTF-8, which is seen; read as anything else it has other headings.
    encoding = None if detect(head, len(head) < _HEAD).name == "utf-8" else said.get("encoding")
    columns = said.get("columns") or {}
    options = ReadOptions(encoding, columns, said.get("sheet"), region, among_several=True)
    options = replace(options, has_header=said.get("has_header"))
    try:
        read = read_file(con, path, options)
    except InputRefused:
        if (options.encoding, options.sheet) == (None, None):
            raise
        read = read_file(con, path, replace(options, encoding=None, sheet=None))
    keys = {"key": columns["key"]} if "key" in columns else {}
    refuse(missing_columns(keys, [part.header for part in read.parts], path.name))
    return read


def _collect(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], region: str) -> None:
    """Make temp table handed_over_key(part, row, position, key): the identifiers of the copy."""
    con.execute("CREATE OR REPLACE TEMP TABLE handed_over_key (part INTEGER, row BIGINT, position INTEGER, key BIGINT)")
    keep = "INSERT INTO handed_over_key SELECT {}, row, position, key FROM {} WHERE key IS NOT NULL"
    for number, part in enumerate(parts, 1):
        hash_document_numbers(con, part)
        for column in part.columns:
            if column.role not in _JOINING:
                continue
            cells = f"(SELECT row, {column.position} AS position, c{column.position} AS cell FROM {part.raw_table})"
            own = column.variant if column.role == "handle" and column.variant else region
            normalise_as(con, cells, "cell", "handed_over_cell", column.role, own)
            con.execute(keep.format(number, "handed_over_cell"))
            con.execute("DROP TABLE handed_over_cell")
        made = list[str]()
        read_keys(con, [(part, 1)], region, made)
        for name in made:
            con.execute(keep.format(number, f"{name}_seen"))
        drop_scratch(con)


def record_handover(case: Case, facts: ReleaseFacts, path: Path | None = None) -> HandedOverCopy:
    """Put a handover on record, in the caller's transaction; its copy's file goes into the vault where it may.

    `facts.id`: empty for `dataset@recipient@date`. Raises `InputRefused` with all that is wrong: an unknown dataset,
    party, basis or piece of evidence, an end before the day, a release that is on record already, a file that is not a
    copy of the dataset.
    """
    con = case.con
    refuse(_problems(con, facts))
    withdrawn = {row[0] for row in con.execute("SELECT id FROM withdrawn_release").fetchall()}
    name = facts.id or release_id(withdrawn, facts.dataset, facts.recipient, facts.date)
    facts = replace(facts, recipient=resolve(con, facts.recipient), id=name)
    taken = con.execute("SELECT drawn FROM release WHERE id = $id", {"id": name}).fetchone()
    if taken is not None:
        what = f"release {name!r} already exists: {'tracer wrote its copy' if taken[0] else 'it was recorded'}"
        raise InputRefused(what, where=f"release {name}", remedy="give a second copy of that day another --id")
    copy = register_release_file(con, facts, path, case.region)
    if path is not None and not copy.holds_secrets:
        case.vault.store(path)
    return copy


def _problems(con: duckdb.DuckDBPyConnection, facts: ReleaseFacts) -> Iterator[InputRefused | None]:
    datasets = [row[0] for row in con.execute("SELECT id FROM dataset WHERE current AND purged_at IS NULL").fetchall()]
    if facts.dataset not in datasets:
        remedy = did_you_mean(facts.dataset, datasets) or "load it first: tracer load FILE --holder PARTY"
        yield InputRefused(f"unknown dataset {facts.dataset!r}", remedy=remedy)
    known = con.execute("SELECT 1 FROM party WHERE id = $id", {"id": facts.recipient}).fetchone()
    yield from unknown_parties([facts.recipient] if known is None else [])
    if facts.id:
        yield id_problem(facts.id, "release")
    yield word_problem(facts.use_basis, LAWFUL_BASES, "lawful basis")
    if facts.ends is not None and facts.date is not None and facts.ends < facts.date:
        yield InputRefused(f"the release ends on {facts.ends}, before it begins", remedy="give a later --ends")
    yield from evidence_problems(con, facts.evidence, "--evidence")
