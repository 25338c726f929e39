"""Releases that were handed over without this tool: put on record, with the canaries that the copy's file shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a field of the contract is called `date`
from pathlib import Path

import duckdb

from tracer.clock import now
from tracer.errors import InputRefused
from tracer.identify.email import read_email_cell
from tracer.identify.normalise import normalise_emails, normalise_phones
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.marking.canaries import Identity, add_canaries
from tracer.regular import sha256_of

_MOST = 5_000
"""Rows that a copy may have beyond its dataset: more is another list, not canaries."""


@dataclass(frozen=True)
class ReleaseFacts:
    """What is said about a release."""

    id: str
    """Given, or made by `release_id`."""
    dataset: str
    """The dataset that was copied."""
    recipient: str
    """Who got the copy."""
    date: Day | None = None
    """When."""
    ends: Day | None = None
    """After it the recipient may hold nothing."""
    purpose: str | None = None
    """For what."""
    use_basis: str | None = None
    """Lawful basis of use."""
    evidence: tuple[str, ...] = ()
    """Ids of what backs it."""


@dataclass(frozen=True)
class HandedOver:
    """What was put on record."""

    release: str
    """Its id."""
    rows: int
    """Rows of the copy; of the dataset where there is no file."""
    canaries: int
    """Canaries that stand in the copy."""
    new_canaries: int
    """Those of them that the case did not know."""
    withheld: int
    """Rows of the dataset that the copy lacks, home canaries not counted."""


def register_release_file(
    con: duckdb.DuckDBPyConnection, facts: ReleaseFacts, path: Path | None = None, region: str = "CN"
) -> HandedOver:
    """Put a release on record, in the caller's transaction; one of the same id is put on record anew.

    With the copy's file: rows whose identifiers the dataset all lacks are its canaries (known ones where a number or
    address agrees, new ones otherwise), contacts that are absent were withheld. Without: the release holds all rows.
    Nothing of it was drawn by the tool, so none of it enters a code null. Raises `InputRefused` where the dataset is
    not there, where the tool itself has made this release, or where the file is no copy of the dataset.
    """
    source = con.execute(
        "SELECT no, rows FROM dataset WHERE id = $id AND current AND purged_at IS NULL", {"id": facts.dataset}
    ).fetchone()
    if source is None:
        raise InputRefused(
            f"the case holds no dataset {facts.dataset!r}", where=f"release {facts.id}", remedy="load it first"
        )
    old = con.execute("SELECT drawn FROM release WHERE id = $id", {"id": facts.id}).fetchone()
    if old is not None and old[0]:
        raise InputRefused(
            "the tool made this release and committed its register", where=f"release {facts.id}",
            remedy="give this one an id of its own",
        )  # fmt: skip
    for table, column in (("withheld", "release"), ("release_canary", "release"), ("release", "id")):
        con.execute(f"DELETE FROM {table} WHERE {column} = $id", {"id": facts.id})
    no, rows = source
    if path is None:
        _insert(con, facts, None, None, rows)
        return HandedOver(facts.id, rows, 0, 0, 0)
    read = read_file(con, path, ReadOptions(region=region))
    _collect(con, read.parts, region)
    _refuse_another_list(con, no, path)
    canaries, fresh = _canaries(con, facts.id, no, read.parts, region)
    withheld = _withhold(con, facts.id, no)
    rows = sum(part.rows for part in read.parts)
    _insert(con, facts, path, sha256_of(path), rows)
    for part in read.parts:
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    con.execute("DROP TABLE handed_over_key")
    return HandedOver(facts.id, rows, canaries, fresh, withheld)


def _insert(
    con: duckdb.DuckDBPyConnection, facts: ReleaseFacts, path: Path | None, sha256: str | None, rows: int
) -> None:
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, ends, purpose, use_basis, path, sha256, rows, drawn,"
        " evidence, registered_at) VALUES ($id, $dataset, $to, $day, $ends, $purpose, $basis, $path, $sha256, $rows,"
        " false, $evidence, $at)",
        {
            "id": facts.id, "dataset": facts.dataset, "to": facts.recipient, "day": facts.date, "ends": facts.ends,
            "purpose": facts.purpose, "basis": facts.use_basis, "path": None if path is None else str(path.absolute()),
            "sha256": sha256, "rows": rows, "evidence": list(facts.evidence), "at": now(),
        },
    )  # fmt: skip


def _collect(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], region: str) -> None:
    """Make temp table handed_over_key(part, row, position, key): the identifiers of the copy."""
    con.execute("CREATE OR REPLACE TEMP TABLE handed_over_key (part INTEGER, row BIGINT, position INTEGER, key BIGINT)")
    for number, part in enumerate(parts, 1):
        for column in part.columns:
            if column.role not in ("phone", "email"):
                continue
            cells = f"(SELECT row, {column.position} AS position, c{column.position} AS cell FROM {part.raw_table})"
            if column.role == "phone":
                normalise_phones(con, cells, "cell", "handed_over_cell", region)
            else:
                normalise_emails(con, cells, "cell", "handed_over_cell")
            con.execute(
                "INSERT INTO handed_over_key SELECT $part, row, position, key FROM handed_over_cell"
                " WHERE key IS NOT NULL",
                {"part": number},
            )
            con.execute("DROP TABLE handed_over_cell")


def _refuse_another_list(con: duckdb.DuckDBPyConnection, no: int, path: Path) -> None:
    """A copy shares most of its rows with its dataset."""
    counted = con.execute(
        "SELECT count(DISTINCT k.key), count(DISTINCT m.key) FROM handed_over_key AS k"
        " LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no",
        {"no": no},
    ).fetchone()
    keys, shared = (0, 0) if counted is None else counted
    if shared * 2 < keys or keys == 0:
        raise InputRefused(
            f"{keys - shared:,} of its {keys:,} identifiers are not in the dataset", where=str(path),
            remedy="name the dataset that it is a copy of",
        )  # fmt: skip


def _canaries(
    con: duckdb.DuckDBPyConnection, release: str, no: int, parts: Sequence[PartRead], region: str
) -> tuple[int, int]:
    """Enter the rows that the dataset lacks as canaries; how many, and how many of them are new."""
    foreign = con.execute(
        "SELECT k.part, k.row FROM handed_over_key AS k LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no"
        " GROUP BY k.part, k.row HAVING count(m.key) = 0 ORDER BY k.part, k.row",
        {"no": no},
    ).fetchall()
    if len(foreign) > _MOST:
        raise InputRefused(
            f"{len(foreign):,} rows are not in the dataset, too many for canaries", where=f"release {release}",
            remedy="name the dataset that it is a copy of",
        )  # fmt: skip
    known = {
        key: canary
        for canary, key in con.execute(
            "SELECT no, unnest([phone, email]) AS key FROM canary ORDER BY no DESC"
        ).fetchall()
        if key is not None
    }
    entered: dict[int, tuple[str, int]] = {}
    fresh: list[tuple[Identity, str, int]] = []
    for part_no, row in foreign:
        part = parts[part_no - 1]
        cells = _cells(con, part, row)
        identity = _identity(part, row, cells, region)
        place = sum(earlier.rows for earlier in parts[: part_no - 1]) + row
        persona = json.dumps(cells, ensure_ascii=False)
        number = next((known[k] for k in (identity.phone, identity.email) if k in known), None)
        if number is None:
            fresh.append((identity, persona, place))
            known |= dict.fromkeys((k for k in (identity.phone, identity.email) if k is not None), -len(fresh))
        elif number > 0:
            entered.setdefault(number, (persona, place))
            _complete(con, number, identity)
    numbers = add_canaries(con, [identity for identity, _, _ in fresh], now())
    entered |= {number: (persona, place) for number, (_, persona, place) in zip(numbers, fresh, strict=True)}
    for number, (persona, place) in sorted(entered.items()):
        con.execute(
            "INSERT INTO release_canary VALUES ($release, $canary, 'unique', $persona, $row)",
            {"release": release, "canary": number, "persona": persona, "row": place},
        )
    con.execute(
        # A canary that stands in several releases of the register is one of a pool, whatever it was meant to be.
        "UPDATE release_canary SET scheme = 'pool' WHERE canary IN (SELECT canary FROM release_canary"
        " WHERE canary IN (SELECT canary FROM release_canary WHERE release = $release)"
        " GROUP BY canary HAVING count(DISTINCT release) > 1) AND scheme = 'unique'"
        " AND release NOT IN (SELECT id FROM release WHERE drawn)",
        {"release": release},
    )
    return len(entered), len(numbers)


def _cells(con: duckdb.DuckDBPyConnection, part: PartRead, row: int) -> tuple[str | None, ...]:
    names = ", ".join(f"c{i}" for i in range(len(part.columns)))
    found = con.execute(f"SELECT {names} FROM {part.raw_table} WHERE row = $row", {"row": row}).fetchone()
    return () if found is None else tuple(found)


def _identity(part: PartRead, row: int, cells: Sequence[str | None], region: str) -> Identity:
    """The identity that stands in a row of the copy."""
    texts: dict[str, str] = {}
    for column in part.columns:
        cell = cells[column.position]
        if cell is not None:
            texts.setdefault(column.role, cell)
    phone = next((r.key for r in read_phone_cell(texts.get("phone", ""), region) if r.status == "ok"), None)
    email = next((r.key for r in read_email_cell(texts.get("email", ""), region) if r.status == "ok"), None)
    return Identity(
        row, phone, email, texts.get("phone"), texts.get("email"), texts.get("name"), texts.get("organisation"),
        texts.get("address"), "canary", None, None, None, None, "found in the copy that was handed over",
    )  # fmt: skip


def _complete(con: duckdb.DuckDBPyConnection, number: int, identity: Identity) -> None:
    """The persona in the copy becomes that of an identity which was imported without one."""
    con.execute(
        "UPDATE canary SET name = coalesce(name, $name), organisation = coalesce(organisation, $organisation),"
        " address = coalesce(address, $address) WHERE no = $no",
        {"no": number, "name": identity.name, "organisation": identity.organisation, "address": identity.address},
    )


def _withhold(con: duckdb.DuckDBPyConnection, release: str, no: int) -> int:
    """Enter the contacts that the copy lacks, home canaries left out; how many there are."""
    con.execute(
        "INSERT INTO withheld SELECT $release, contact, false FROM ("
        " SELECT coalesce(a.contact, m.key) AS contact, bool_or(k.key IS NOT NULL) AS copied,"
        " bool_or(m.key IN (SELECT unnest([phone, email]) FROM canary)) AS marked FROM membership AS m"
        " LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key"
        " LEFT JOIN (SELECT DISTINCT key FROM handed_over_key) AS k ON k.key = m.key WHERE m.dataset = $no"
        " GROUP BY coalesce(a.contact, m.key)) WHERE NOT copied AND NOT coalesce(marked, false) ORDER BY contact",
        {"release": release, "no": no},
    )
    row = con.execute("SELECT count(*) FROM withheld WHERE release = $release", {"release": release}).fetchone()
    return 0 if row is None else int(row[0])
