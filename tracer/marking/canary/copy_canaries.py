"""Which rows of a copy that was handed over without this tool are its canaries: those that somebody controls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.identify.email import mailbox_key, read_email_cell
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.model import PartRead
from tracer.marking.canary.identity_file import with_wholes
from tracer.marking.canary.intake import ImportedIdentity, add_canaries

_FOUND = "found in the copy that was handed over"
"""Note of identities that were not imported: they count where `canary_rows` names them, and go when no copy has
them."""


@dataclass(frozen=True)
class Entered:
    """What a copy's rows beyond its dataset are."""

    canaries: int
    new: int
    foreign: int


def enter_canaries(
    con: duckdb.DuckDBPyConnection, release: str, no: int, parts: Sequence[PartRead], region: str, marked: Sequence[int]
) -> Entered:
    """Enter the canaries of a copy: of the rows that dataset `no` lacks those with an imported identity, and `marked`.

    Reads `handed_over_key`(part, row, position, key). `marked`: data rows of the copy, from 1; a row there that cannot
    be a canary raises `InputRefused`.
    """
    before = {number: sum(part.rows for part in parts[: number - 1]) for number in range(1, len(parts) + 1)}
    beyond = {
        before[part_no] + row: (part_no, row)
        for part_no, row in con.execute(
            "SELECT k.part, k.row FROM handed_over_key AS k"
            " LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no"
            " GROUP BY k.part, k.row HAVING count(m.key) = 0 ORDER BY k.part, k.row",
            {"no": no},
        ).fetchall()
    }
    _refuse_rows(release, marked, beyond, sum(part.rows for part in parts))
    entered: dict[int, tuple[str, int]] = {}
    fresh: list[tuple[ImportedIdentity, str, int]] = []
    known = _imported(con, beyond, frozenset(marked))
    for place in sorted(known.keys() | set(marked)):
        part_no, row = beyond[place]
        cells = _cells(con, parts[part_no - 1], row)
        identity = _identity(parts[part_no - 1], row, cells, region)
        persona = json.dumps(cells, ensure_ascii=False)
        if place not in known:
            fresh.append((identity, persona, place))
        elif known[place] not in entered:
            entered[known[place]] = (persona, place)
            _complete(con, known[place], identity)
    numbers = add_canaries(con, [identity for identity, _, _ in fresh], now())
    entered |= {number: (persona, place) for number, (_, persona, place) in zip(numbers, fresh, strict=True)}
    for number, (persona, place) in sorted(entered.items()):
        con.execute(
            "INSERT INTO release_canary VALUES ($release, $canary, 'unique', $persona, $row)",
            {"release": release, "canary": number, "persona": persona, "row": place},
        )
    con.execute(
        # A canary that is in several releases of the register is one of a pool, whatever it was meant to be.
        "UPDATE release_canary SET scheme = 'pool' WHERE canary IN (SELECT canary FROM release_canary"
        " WHERE canary IN (SELECT canary FROM release_canary WHERE release = $release)"
        " GROUP BY canary HAVING count(DISTINCT release) > 1) AND scheme = 'unique'"
        " AND release NOT IN (SELECT id FROM release WHERE drawn)",
        {"release": release},
    )
    con.execute(
        "DELETE FROM canary WHERE note = $found AND no NOT IN (SELECT canary FROM release_canary)"
        " AND no NOT IN (SELECT canary FROM signal WHERE canary IS NOT NULL)",
        {"found": _FOUND},
    )
    return Entered(len(entered), len(numbers), len(beyond.keys() - known.keys() - set(marked)))


def _refuse_rows(release: str, marked: Sequence[int], beyond: Mapping[int, object], rows: int) -> None:
    """What is named in `canary_rows` must be a row with an identifier that the dataset lacks."""
    wrong = sorted({row for row in marked if row not in beyond})
    if wrong:
        shown = ", ".join(map(str, wrong[:5])) + (" …" if len(wrong) > 5 else "")
        raise InputRefused(
            f"canary_rows: {shown} cannot be canaries: not among the {rows:,} rows, without a number or address, or in"
            " the dataset", where=f"release {release}", remedy="count data rows of the copy from 1, behind the header",
        )  # fmt: skip


def _imported(
    con: duckdb.DuckDBPyConnection, beyond: Mapping[int, tuple[int, int]], marked: frozenset[int]
) -> dict[int, int]:
    """Row of the copy -> the imported identity in it (in `marked` rows also one of a copy); the first.

    An address counts in every form that means its mailbox, where no other identity has that mailbox.
    """
    numbers: dict[int, int] = {}
    boxes: dict[int, set[int]] = {}
    of_copies = set[int]()
    for number, phone, email, raw, note in con.execute(
        "SELECT no, phone, email, email_raw, note FROM canary ORDER BY no"
    ).fetchall():
        if note == _FOUND:
            of_copies.add(number)
        for key in (phone, email):
            if key is not None:
                numbers.setdefault(key, number)
        box = None if raw is None else mailbox_key(raw)
        if box is not None:
            boxes.setdefault(box, set()).add(number)
    for box, owners in boxes.items():
        if len(owners) == 1:
            numbers.setdefault(box, min(owners))
    table = pa.table({
        "key": pa.array(list(numbers), pa.int64()), "canary": pa.array(list(numbers.values()), pa.int64()),
    })  # fmt: skip
    with registered(con, canary_key=table):
        rows = con.execute(
            "SELECT k.part, k.row, min(c.canary) FROM handed_over_key AS k JOIN canary_key AS c ON c.key = k.key"
            " GROUP BY k.part, k.row ORDER BY k.part, k.row"
        ).fetchall()
    found = {(part, row): canary for part, row, canary in rows}
    return {
        place: found[at]
        for place, at in beyond.items()
        if at in found and (found[at] not in of_copies or place in marked)
    }


def _cells(con: duckdb.DuckDBPyConnection, part: PartRead, row: int) -> tuple[str | None, ...]:
    names = ", ".join(f"c{i}" for i in range(len(part.columns)))
    found = con.execute(f"SELECT {names} FROM {part.raw_table} WHERE row = $row", {"row": row}).fetchone()
    return () if found is None else tuple(found)


def _identity(part: PartRead, row: int, cells: Sequence[str | None], region: str) -> ImportedIdentity:
    """The identity in a row of the copy."""
    told: dict[str, str | None] = {}
    for column in part.columns:
        cell = cells[column.position]
        if cell is not None:
            told.setdefault(column.holds, cell)
    texts = with_wholes(told)
    phone = next((r.key for r in read_phone_cell(texts.get("phone") or "", region) if r.status == "ok"), None)
    email = next((r.key for r in read_email_cell(texts.get("email") or "", region) if r.status == "ok"), None)
    return ImportedIdentity(
        row, phone, email, texts.get("phone"), texts.get("email"), texts.get("name"), texts.get("organisation"),
        texts.get("address"), "canary", None, None, None, None, _FOUND,
    )  # fmt: skip


def _complete(con: duckdb.DuckDBPyConnection, number: int, identity: ImportedIdentity) -> None:
    """The persona in the copy becomes that of an identity which was imported without one."""
    con.execute(
        "UPDATE canary SET name = coalesce(name, $name), organisation = coalesce(organisation, $organisation),"
        " address = coalesce(address, $address) WHERE no = $no",
        {"no": number, "name": identity.name, "organisation": identity.organisation, "address": identity.address},
    )
