"""Releases that were handed over without this tool: put on record, with the canaries that the copy's file shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.identify.normalise import normalise_as
from tracer.lists.keys_together import drop_keys, read_keys
from tracer.lists.linking import seal_part
from tracer.lists.read.file import read_file
from tracer.lists.read.identifiers import FURTHER_ROLES
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.marking.canary.copy_canaries import enter_canaries
from tracer.records import ReleaseFacts as ReleaseFacts  # noqa: PLC0414 - other rooms import it from here
from tracer.regular import sha256_of

_JOINING = ("phone", "email", "key", *FURTHER_ROLES)
_TOLD = 20
"""Foreign rows of a copy are reported from this number on."""


@dataclass(frozen=True)
class HandedOverCopy:
    """What was put on record."""

    release: str
    rows: int
    """Rows of the copy; of the dataset where there is no file."""
    canaries: int
    new_canaries: int
    withheld: int
    """Rows of the dataset that the copy lacks, home canaries not counted."""
    holds_secrets: bool = False
    foreign: int = 0
    """Rows of the copy that the dataset lacks and that are not canaries: people, so they mark nothing."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What its recorder should know.

        Under `_TOLD` foreign rows nothing is said: it would reveal whether the dataset holds a single row.
        """
        if self.foreign < _TOLD:
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
    source = con.execute(
        "SELECT no, rows, region, options FROM dataset WHERE id = $id AND current AND purged_at IS NULL",
        {"id": facts.dataset},
    ).fetchone()
    if source is None:
        raise InputRefused(
            f"the case holds no dataset {facts.dataset!r}", where=f"release {facts.id}", remedy="load it first"
        )
    old = con.execute("SELECT drawn FROM release WHERE id = $id", {"id": facts.id}).fetchone()
    if old is not None and old[0]:
        raise InputRefused(
            "the tool made this release and committed its register", where=f"release {facts.id}",
            remedy="use another id",
        )  # fmt: skip
    if con.execute("SELECT 1 FROM withdrawn_release WHERE id = $id", {"id": facts.id}).fetchone() is not None:
        raise InputRefused(
            "this release was withdrawn, and its register keeps the id", where=f"release {facts.id}",
            remedy="use another id, or take the withdrawal back: tracer release withdraw --undo",
        )  # fmt: skip
    for table, column in (("withheld", "release"), ("release_canary", "release"), ("release", "id")):
        con.execute(f"DELETE FROM {table} WHERE {column} = $id", {"id": facts.id})
    no, rows, own, options = source  # a copy's numbers are those of the list that it is a copy of
    region = own or region
    if path is None:
        if facts.canary_rows:
            raise InputRefused("canary_rows needs a path", where=f"release {facts.id}", remedy="name the copy's file")
        _insert(con, facts, None, None, rows, 0)
        return HandedOverCopy(facts.id, rows, 0, 0, 0)
    keys = json_of(options or "{}").get("columns", {}).get("key")  # and its keys are made of the same columns
    read = read_file(con, path, ReadOptions(region=region, columns={"key": keys} if keys else {}))
    _collect(con, read.parts, region)
    _refuse_another_list(con, no, path)
    found = enter_canaries(con, facts.id, no, read.parts, region, facts.canary_rows)
    withheld = _withhold(con, facts.id, no)
    rows = sum(part.rows for part in read.parts)
    _insert(con, facts, path, sha256_of(path), rows, found.foreign)
    for part in read.parts:
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    con.execute("DROP TABLE handed_over_key")
    return HandedOverCopy(facts.id, rows, found.canaries, found.new, withheld, read.holds_secrets, found.foreign)


def _insert(
    con: duckdb.DuckDBPyConnection, facts: ReleaseFacts, path: Path | None, sha256: str | None, rows: int, foreign: int
) -> None:
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, path, sha256, rows, foreign_rows,"
        " canary_rows, drawn, evidence, registered_at) VALUES ($id, $dataset, $to, $day, $ends, $purpose, $basis,"
        " $path, $sha256, $rows, $foreign, $marked, false, $evidence, $at)",
        {
            "id": facts.id, "dataset": facts.dataset, "to": facts.recipient, "day": facts.date, "ends": facts.ends,
            "purpose": facts.purpose, "basis": facts.use_basis, "path": None if path is None else str(path.absolute()),
            "sha256": sha256, "rows": rows, "foreign": foreign, "marked": list(facts.canary_rows),
            "evidence": list(facts.evidence), "at": now(),
        },
    )  # fmt: skip


def _collect(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], region: str) -> None:
    """Make temp table handed_over_key(part, row, position, key): the identifiers of the copy."""
    con.execute("CREATE OR REPLACE TEMP TABLE handed_over_key (part INTEGER, row BIGINT, position INTEGER, key BIGINT)")
    for number, part in enumerate(parts, 1):
        seal_part(con, part)
        for column in part.columns:
            if column.role not in _JOINING:
                continue
            cells = f"(SELECT row, {column.position} AS position, c{column.position} AS cell FROM {part.raw_table})"
            own = column.variant if column.role == "handle" and column.variant else region
            normalise_as(con, cells, "cell", "handed_over_cell", column.role, own)
            _keep(con, number, "handed_over_cell")
            con.execute("DROP TABLE handed_over_cell")
        made = list[str]()
        read_keys(con, [(part, 1)], region, made)
        for name in made:
            _keep(con, number, f"{name}_seen")
        drop_keys(con)


def _keep(con: duckdb.DuckDBPyConnection, part: int, cells: str) -> None:
    con.execute(
        f"INSERT INTO handed_over_key SELECT $part, row, position, key FROM {cells} WHERE key IS NOT NULL",
        {"part": part},
    )


def _refuse_another_list(con: duckdb.DuckDBPyConnection, no: int, path: Path) -> None:
    """A copy shares most of its rows with its dataset."""
    counted = con.execute(
        "SELECT count(*), count(*) FILTER (shared) FROM (SELECT k.part, k.row, count(m.key) > 0 AS shared"
        " FROM handed_over_key AS k LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no"
        " GROUP BY k.part, k.row)",
        {"no": no},
    ).fetchone()
    rows, shared = (0, 0) if counted is None else counted
    if shared * 2 < rows or rows == 0:
        raise InputRefused(
            f"{rows - shared:,} of the copy's {rows:,} contacts are not in the dataset", where=str(path),
            remedy="name the dataset that it is a copy of",
        )  # fmt: skip


def _withhold(con: duckdb.DuckDBPyConnection, release: str, no: int) -> int:
    """Enter the contacts that the copy lacks, home canaries left out; how many there are."""
    con.execute(
        "INSERT INTO withheld SELECT $release, contact, false FROM ("
        " SELECT coalesce(a.contact, m.key) AS contact, bool_or(k.key IS NOT NULL) AS copied,"
        " bool_or(m.key IN (SELECT unnest([phone, email]) FROM canary UNION SELECT key FROM canary_key)) AS marked"
        " FROM membership AS m"
        " LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key"
        " LEFT JOIN (SELECT DISTINCT key FROM handed_over_key) AS k ON k.key = m.key WHERE m.dataset = $no"
        " GROUP BY coalesce(a.contact, m.key)) WHERE NOT copied AND NOT coalesce(marked, false) ORDER BY contact",
        {"release": release, "no": no},
    )
    row = con.execute("SELECT count(*) FROM withheld WHERE release = $release", {"release": release}).fetchone()
    return 0 if row is None else int(row[0])
