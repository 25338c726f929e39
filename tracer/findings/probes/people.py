"""People of the list who are asked for, and what of a row or an identity is typed into a service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tracer.documents import json_of
from tracer.identify.keys import EMAIL_BASE, KEY_BASE, PHONE_END
from tracer.identify.person import whole_name
from tracer.marking.persona.draws import KeyedDraw

_TRIES = 60
"""Rows drawn for each that is wanted: some are canaries, doubles, without a name, or were withheld."""


@dataclass(frozen=True)
class AskedFor:
    """What is known of one who is asked for."""

    phone: int | None
    email: str | None
    name: str | None
    address: str | None


def ordinary_keys(
    con: duckdb.DuckDBPyConnection, draw: KeyedDraw, dataset: int, count: int, by: str, without: Collection[int],
    agreed: Collection[int] | None,
) -> list[int]:  # fmt: skip
    """People of the dataset, drawn at random, each by a key of the kind that is asked: no canary, no contact of
    `without`, of `agreed` alone where it is given."""
    if count == 0:
        return []
    row = con.execute("SELECT rows FROM dataset WHERE no = $no", {"no": dataset}).fetchone()
    rows = 0 if row is None else int(row[0])
    if rows == 0:
        return []
    drawn = list(dict.fromkeys(1 + draw.below(rows) for _ in range(count * _TRIES if agreed is None else rows)))
    low, high = _RANGES[by]
    found = con.execute(
        "SELECT m.key FROM (SELECT unnest($rows) AS row, generate_subscripts($rows, 1) AS place) AS d"
        " JOIN membership AS m ON m.dataset = $no AND m.row = d.row WHERE m.key >= $low AND m.key < $high"
        " AND m.key NOT IN (SELECT phone FROM canary WHERE phone IS NOT NULL)"
        " AND m.key NOT IN (SELECT email FROM canary WHERE email IS NOT NULL)"
        " AND m.key NOT IN (SELECT key FROM canary_key) ORDER BY d.place, m.key",
        {"rows": drawn, "no": dataset, "low": low, "high": high},
    ).fetchall()
    keys = dict.fromkeys(key for (key,) in found if agreed is None or key in agreed)
    one_each = {contact: key for key, contact in reversed(contacts_of(con, dataset, keys).items())}
    able = (key for contact, key in reversed(one_each.items()) if contact not in without)
    able = (key for key in able if _can_be_asked(person(con, dataset, key), by))
    return [key for key, _ in zip(able, range(count), strict=False)]


_RANGES = {"phone": (0, PHONE_END), "email": (EMAIL_BASE, KEY_BASE), "name": (0, 1 << 62)}
"""Keys of what a service is asked by; any for a name, which the row has."""


def contacts_of(con: duckdb.DuckDBPyConnection, dataset: int, keys: Iterable[int]) -> dict[int, int]:
    """Key -> the contact that it is one identifier of, in the order of the keys."""
    wanted = list(keys)
    known = con.execute(
        "SELECT key, contact FROM contact_alias WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[]))",
        {"no": dataset, "keys": wanted},
    ).fetchall()
    contacts = dict(known)
    return {key: contacts.get(key, key) for key in wanted}


def withheld_keys(
    con: duckdb.DuckDBPyConnection, draw: KeyedDraw, dataset: int, release: str, count: int, by: str,
    without: Collection[int], agreed: Collection[int] | None,
) -> list[int]:  # fmt: skip
    """People whom the copy of a release lacks, drawn at random from those that the tool withheld, each by a key of the
    kind that is asked: `withheld` has one identifier of each, and the list has the others."""
    if count == 0:
        return []
    low, high = _RANGES[by]
    found = con.execute(
        "SELECT coalesce(a.contact, m.key) AS contact, min(m.key) FROM membership AS m"
        " LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key"
        " WHERE m.dataset = $no AND m.key >= $low AND m.key < $high"
        " AND coalesce(a.contact, m.key) IN (SELECT key FROM withheld WHERE release = $release AND drawn)"
        " GROUP BY ALL ORDER BY ALL",
        {"release": release, "no": dataset, "low": low, "high": high},
    ).fetchall()
    keys = [key for contact, key in found if contact not in without and (agreed is None or key in agreed)]
    able = (key for key in draw.shuffled(keys) if _can_be_asked(person(con, dataset, key), by))
    return [key for key, _ in zip(able, range(count), strict=False)]


def person(con: duckdb.DuckDBPyConnection, dataset: int, key: int) -> AskedFor:
    """What the list says of one of its people."""
    row = con.execute(
        "SELECT p.part, p.raw_table, m.row - p.first_row + 1 FROM membership AS m JOIN part AS p"
        " ON p.dataset = m.dataset AND m.row >= p.first_row AND m.row < p.first_row + p.rows"
        " WHERE m.dataset = $no AND m.key = $key",
        {"no": dataset, "key": key},
    ).fetchone()
    if row is None:
        return AskedFor(None, None, None, None)
    part, table, at = row
    roles = _roles(con, dataset, part)
    names = ", ".join(f"c{i}" for i in range(len(roles)))
    cells = con.execute(f"SELECT {names} FROM {table} WHERE row = $row", {"row": at}).fetchone()
    told = _by_role(roles, cells or ())
    return AskedFor(key if key < PHONE_END else None, told.get("email"), _name(told), told.get("address"))


def identity(con: duckdb.DuckDBPyConnection, canary: int) -> AskedFor:
    """What a controlled identity is known by: the persona of its row in the copies, where it has one."""
    row = con.execute("SELECT phone, email_raw, name, address FROM canary WHERE no = $no", {"no": canary}).fetchone()
    known = AskedFor(*(row or (None, None, None, None)))
    persona = con.execute(
        "SELECT k.persona, d.no FROM release_canary AS k JOIN release AS r ON r.id = k.release"
        " JOIN dataset AS d ON d.id = r.dataset AND d.current WHERE k.canary = $no AND k.persona IS NOT NULL"
        " ORDER BY k.release LIMIT 1",
        {"no": canary},
    ).fetchone()
    if persona is None:
        return known
    cells = json_of(persona[0])
    for (part,) in con.execute(
        "SELECT part FROM part WHERE dataset = $no ORDER BY part", {"no": persona[1]}
    ).fetchall():
        roles = _roles(con, persona[1], part)
        if len(roles) == len(cells):
            told = _by_role(roles, cells)
            return AskedFor(known.phone, known.email, _name(told) or known.name, told.get("address") or known.address)
    return known


def _roles(con: duckdb.DuckDBPyConnection, dataset: int, part: int) -> list[str]:
    """What each column holds: a role, or a piece of one."""
    return [
        role
        for (role,) in con.execute(
            "SELECT coalesce(piece, role) FROM dataset_column WHERE dataset = $no AND part = $part ORDER BY position",
            {"no": dataset, "part": part},
        ).fetchall()
    ]


def _by_role(roles: Sequence[str], cells: Sequence[str | None]) -> Mapping[str, str]:
    """Role -> the first filled cell."""
    found: dict[str, str] = {}
    for role, cell in zip(roles, cells, strict=False):
        if cell:
            found.setdefault(role, cell)
    return found


def _name(told: Mapping[str, str]) -> str | None:
    return told.get("name") or whole_name(told.get("given_name", ""), told.get("family_name", "")) or None


def _can_be_asked(one: AskedFor, by: str) -> bool:
    return {"phone": one.phone, "email": one.email, "name": one.name}[by] is not None
