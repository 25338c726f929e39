"""People of the list who are asked for, and what of a row or an identity is typed into a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.identify.email import read_email_cell
from tracer.identify.keys import PHONE_END
from tracer.identify.person import whole_name
from tracer.identify.phone import read_phone_cell
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions


def read_agreed(case: Case, path: Path) -> frozenset[int]:
    """Keys of the numbers and addresses in a file, of people who agreed to be asked for. Raises `InputRefused` where it
    has none."""
    readers = {"phone": read_phone_cell, "email": read_email_cell}
    keys: set[int] = set()
    for part in read_file(case.con, path, ReadOptions(region=case.region)).parts:
        for column in part.columns:
            if column.role not in readers:
                continue
            name = f"c{column.position}"
            cells = case.con.execute(f"SELECT DISTINCT {name} FROM {part.raw_table} WHERE {name} IS NOT NULL")
            for (cell,) in cells.fetchall():
                found = readers[column.role](cell, case.region)
                keys |= {one.key for one in found if one.status == "ok" and one.key is not None}
        case.con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if not keys:
        raise InputRefused("no number or address", where=str(path), remedy="head the column phone or email")
    return frozenset(keys)


@dataclass(frozen=True)
class AskedFor:
    """What is known of one who is asked for."""

    phone: int | None = None
    email: str | None = None
    name: str | None = None
    address: str | None = None


def contacts_of(con: duckdb.DuckDBPyConnection, dataset: int, keys: Iterable[int]) -> dict[int, int]:
    """Key -> the contact that it is one identifier of, in the order of the keys."""
    wanted = list(keys)
    known = con.execute(
        "SELECT key, contact FROM contact_alias WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[]))",
        {"no": dataset, "keys": wanted},
    ).fetchall()
    contacts = dict(known)
    return {key: contacts.get(key, key) for key in wanted}


def asked_for(con: duckdb.DuckDBPyConnection, dataset: int, canary: int | None, key: int | None) -> AskedFor:
    """What a question asks for: a controlled identity, or one of the list's people."""
    return identity(con, canary) if canary is not None else person(con, dataset, key or 0)


def person(con: duckdb.DuckDBPyConnection, dataset: int, key: int) -> AskedFor:
    """What the list says of one of its people."""
    row = con.execute(
        "SELECT p.part, p.raw_table, m.row - p.first_row + 1 FROM membership AS m JOIN part AS p"
        " ON p.dataset = m.dataset AND m.row >= p.first_row AND m.row < p.first_row + p.rows"
        " WHERE m.dataset = $no AND m.key = $key",
        {"no": dataset, "key": key},
    ).fetchone()
    if row is None:
        return AskedFor()
    part, table, at = row
    roles = _roles(con, dataset, part)
    names = ", ".join(f"c{i}" for i in range(len(roles)))
    cells = con.execute(f"SELECT {names} FROM {table} WHERE row = $row", {"row": at}).fetchone()
    told = _by_role(roles, cells or ())
    return AskedFor(key if key < PHONE_END else None, told.get("email"), _name(told), told.get("address"))


def identity(con: duckdb.DuckDBPyConnection, canary: int) -> AskedFor:
    """What a controlled identity is known by: the persona of its row in the copies, where it has one."""
    row = con.execute("SELECT phone, email_raw, name, address FROM canary WHERE no = $no", {"no": canary}).fetchone()
    known = AskedFor(*(row or ()))
    persona = con.execute(
        "SELECT k.persona, d.no FROM release_canary AS k JOIN release AS r ON r.id = k.release"
        " JOIN dataset AS d ON d.id = r.dataset AND d.current WHERE k.canary = $no AND k.persona IS NOT NULL"
        " ORDER BY k.release LIMIT 1",
        {"no": canary},
    ).fetchone()
    if persona is None:
        return known
    cells, dataset = json_of(persona[0]), persona[1]
    for (part,) in con.execute("SELECT part FROM part WHERE dataset = $no ORDER BY part", {"no": dataset}).fetchall():
        roles = _roles(con, dataset, part)
        if len(roles) == len(cells):
            told = _by_role(roles, cells)
            return AskedFor(known.phone, known.email, _name(told) or known.name, told.get("address") or known.address)
    return known


def _roles(con: duckdb.DuckDBPyConnection, dataset: int, part: int) -> list[str]:
    """What each column holds: a role, or a piece of one."""
    rows = con.execute(
        "SELECT coalesce(piece, role) FROM dataset_column WHERE dataset = $no AND part = $part ORDER BY position",
        {"no": dataset, "part": part},
    ).fetchall()
    return [role for (role,) in rows]


def _by_role(roles: Sequence[str], cells: Sequence[str | None]) -> Mapping[str, str]:
    """Role -> the first filled cell."""
    found: dict[str, str] = {}
    for role, cell in zip(roles, cells, strict=False):
        if cell:
            found.setdefault(role, cell)
    return found


def _name(told: Mapping[str, str]) -> str | None:
    return told.get("name") or whole_name(told.get("given_name", ""), told.get("family_name", "")) or None
