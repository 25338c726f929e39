"""People of the list who are asked for, and what of a row or an identity is typed into a service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.identify.email import read_email_cell
from tracer.identify.keys import EMAIL_BASE, KEY_BASE, PHONE_END
from tracer.identify.person import whole_name
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions
from tracer.marking.persona.draws import KeyedDraw

_TRIES = 60
"""Rows drawn for each that is wanted: some are canaries, doubles, without a name, or were withheld."""
_RANGES = {"phone": (0, PHONE_END), "email": (EMAIL_BASE, KEY_BASE), "name": (0, 1 << 62)}
"""Keys of what a service is asked by; any for a name, which the row has."""


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


@dataclass(frozen=True)
class PeopleOfList:
    """The people of a loaded list (its number) who can be asked for by phone, email or name."""

    con: duckdb.DuckDBPyConnection
    draw: KeyedDraw
    dataset: int
    by: str
    agreed: Collection[int] | None
    """Keys of people who agreed; None where everybody may be asked for."""

    def ordinary(self, count: int, without: Collection[int]) -> list[int]:
        """Drawn at random, each by a key of the kind that is asked: no canary, no contact of `without`."""
        row = self.con.execute("SELECT rows FROM dataset WHERE no = $no", {"no": self.dataset}).fetchone()
        rows = 0 if row is None else int(row[0])
        if count == 0 or rows == 0:
            return []
        tries = count * _TRIES if self.agreed is None else rows
        drawn = list(dict.fromkeys(1 + self.draw.below(rows) for _ in range(tries)))
        low, high = _RANGES[self.by]
        found = self.con.execute(
            "SELECT m.key FROM (SELECT unnest($rows) AS row, generate_subscripts($rows, 1) AS place) AS d"
            " JOIN membership AS m ON m.dataset = $no AND m.row = d.row WHERE m.key >= $low AND m.key < $high"
            " AND m.key NOT IN (SELECT phone FROM canary WHERE phone IS NOT NULL)"
            " AND m.key NOT IN (SELECT email FROM canary WHERE email IS NOT NULL)"
            " AND m.key NOT IN (SELECT key FROM canary_key) ORDER BY d.place, m.key",
            {"rows": drawn, "no": self.dataset, "low": low, "high": high},
        ).fetchall()
        keys = dict.fromkeys(key for (key,) in found if self.agreed is None or key in self.agreed)
        one_each = {contact: key for key, contact in reversed(contacts_of(self.con, self.dataset, keys).items())}
        return self._able((key for contact, key in reversed(one_each.items()) if contact not in without), count)

    def withheld(self, release: str, count: int, without: Collection[int]) -> list[int]:
        """Those whom the copy of a release lacks, drawn at random from those that the tool withheld, each by a key of
        the kind that is asked: `withheld` has one identifier of each, and the list has the others."""
        if count == 0:
            return []
        low, high = _RANGES[self.by]
        found = self.con.execute(
            "SELECT coalesce(a.contact, m.key) AS contact, min(m.key) FROM membership AS m"
            " LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key"
            " WHERE m.dataset = $no AND m.key >= $low AND m.key < $high"
            " AND coalesce(a.contact, m.key) IN (SELECT key FROM withheld WHERE release = $release AND drawn)"
            " GROUP BY ALL ORDER BY ALL",
            {"release": release, "no": self.dataset, "low": low, "high": high},
        ).fetchall()
        keys = [key for contact, key in found if contact not in without and (self.agreed is None or key in self.agreed)]
        return self._able(self.draw.shuffled(keys), count)

    def _able(self, keys: Iterable[int], count: int) -> list[int]:
        """The first of these who have what the service is asked by."""
        able = (key for key in keys if getattr(person(self.con, self.dataset, key), self.by) is not None)
        return [key for key, _ in zip(able, range(count), strict=False)]


def contacts_of(con: duckdb.DuckDBPyConnection, dataset: int, keys: Iterable[int]) -> dict[int, int]:
    """Key -> the contact that it is one identifier of, in the order of the keys."""
    wanted = list(keys)
    known = con.execute(
        "SELECT key, contact FROM contact_alias WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[]))",
        {"no": dataset, "keys": wanted},
    ).fetchall()
    contacts = dict(known)
    return {key: contacts.get(key, key) for key in wanted}


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
