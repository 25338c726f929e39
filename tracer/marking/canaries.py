"""Taking in controlled identities: numbers and mail addresses that the enterprise controls, each with its persona."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.vocabulary import CANARY_KINDS, did_you_mean
from tracer.errors import InputRefused
from tracer.identify.digests import WIDTHS
from tracer.identify.email import read_email_cell
from tracer.identify.hashing import match_digests, phone_texts_sql
from tracer.identify.keys import HASH_BASE, HASH_END
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions

_PLAIN = {
    "kind": ("kind", "类型", "种类"), "state": ("state", "状态"), "since": ("since",), "until": ("until",),
    "consent": ("consent",), "note": ("note", "备注"),
}  # fmt: skip
"""Columns that are known by their heading alone."""
_SHOWN = 50
"""Problems that are shown one by one."""


@dataclass(frozen=True)
class CanaryImport:
    """What an import did."""

    path: str
    """The file."""
    imported: Mapping[str, int]
    """Kind -> identities that are new."""
    known: int
    """Identities that the case had already; they are not doubled."""
    seen_before: int
    """New identities that stand in any loaded dataset: a count over the whole import, never by number."""

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        return {
            "path": self.path, "imported": sum(self.imported.values()), "known": self.known,
            "seen_before": self.seen_before, **{kind: self.imported.get(kind, 0) for kind in CANARY_KINDS},
        }  # fmt: skip

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who imports them should know."""
        if self.seen_before == 0:
            return ()
        return (
            f"{self.path}: {self.seen_before} of the {sum(self.imported.values())} new identities were seen in loaded "
            "datasets before; they prove nothing there, and a release does not use those that its list holds",
        )


@dataclass(frozen=True)
class Identity:
    """One row of an import."""

    row: int
    phone: int | None
    email: int | None
    phone_raw: str | None
    email_raw: str | None
    name: str | None
    organisation: str | None
    address: str | None
    kind: str
    state: str | None
    since: date | None
    until: date | None
    consent: str | None
    note: str | None

    @property
    def persona(self) -> tuple[int | None, int | None, str | None, str | None]:
        """What two canaries may not share: the same number may stand for another persona."""
        return self.phone, self.email, self.name, self.organisation


def take_in(case: Case, path: Path, *, kind: str | None = None) -> CanaryImport:
    """Import a file of controlled identities in a transaction of its own and journal it; see `import_canaries`."""
    with case.transaction():
        done = import_canaries(case.con, path, kind=kind, region=case.region)
        case.journal.append(
            command="canary import",
            inputs={path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
            detail={"imported": dict(done.imported), "known": done.known},
        )
    return done


def import_canaries(
    con: duckdb.DuckDBPyConnection, path: Path, *, kind: str | None = None, region: str = "CN"
) -> CanaryImport:
    """Take in a file of controlled identities, in the caller's transaction.

    Columns: phone and/or email; name, organisation, address, kind, state, since, until (ISO dates), consent, note. A
    phone column alone is enough. `kind` holds where the file names none (default canary). Raises `InputRefused` with
    all problems at once: cells that hold no single number or address, unknown kinds, bad dates, identities twice.
    """
    if kind is not None and kind not in CANARY_KINDS:
        raise InputRefused(f"{kind!r} is no kind of canary", remedy=did_you_mean(kind, CANARY_KINDS))
    read = read_file(con, path, ReadOptions(region=region))
    problems: list[InputRefused] = []
    identities: list[Identity] = []
    for part in read.parts:
        identities += _identities(con, part, path, kind, region, problems)
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    fresh, known = _fresh(con, identities, path, problems)
    if problems:
        more = len(problems) - _SHOWN
        last = [InputRefused(f"and {more} more problems", where=str(path))] if more > 0 else []
        raise InputRefused.many([*problems[:_SHOWN], *last])
    numbers = add_canaries(con, fresh, now())
    return CanaryImport(
        str(path), dict(sorted(Counter(i.kind for i in fresh).items())), known, seen_in_any(con, numbers)
    )


def _identities(
    con: duckdb.DuckDBPyConnection,
    part: PartRead,
    path: Path,
    kind: str | None,
    region: str,
    problems: list[InputRefused],
) -> list[Identity]:
    """The rows of a part; what is wrong with them is added to `problems`."""
    at: dict[str, int] = {}
    for column in part.columns:
        heading = column.header.strip().casefold()
        plain = next((name for name, words in _PLAIN.items() if heading in words), None)
        role = plain or (column.role if column.role in ("phone", "email", "name", "organisation", "address") else None)
        if role is not None:
            at.setdefault(role, column.position)
    if "phone" not in at and "email" not in at:
        problems.append(
            InputRefused("no column of numbers or mail addresses", where=str(path), remedy="head it phone or email")
        )
        return []
    width = len(part.columns)
    names = ", ".join(f"c{i}" for i in range(width))
    found = []
    for number, cells in enumerate(con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall(), 1):
        row = _Row(number, {role: (cells[i] or "").strip() or None for role, i in at.items()}, path, problems)
        identity = row.identity(kind, region)
        if identity is not None:
            found.append(identity)
    return found


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Mapping[str, str | None]
    path: Path
    problems: list[InputRefused]

    def identity(self, kind: str | None, region: str) -> Identity | None:
        """The identity of this row, or None with the problems noted."""
        before = len(self.problems)
        phone_raw, email_raw = self.cells.get("phone"), self.cells.get("email")
        phone = None if phone_raw is None else self._key("phone", phone_raw, region)
        email = None if email_raw is None else self._key("email", email_raw, region)
        if phone_raw is None and email_raw is None:
            self._refuse("neither a number nor a mail address")
        named = self.cells.get("kind") or kind or "canary"
        if named not in CANARY_KINDS:
            self._refuse(f"{named!r} is no kind of canary", did_you_mean(named, CANARY_KINDS))
        since, until = self._day("since"), self._day("until")
        if len(self.problems) > before:
            return None
        get = self.cells.get
        return Identity(
            self.number, phone, email, phone_raw, email_raw, get("name"), get("organisation"), get("address"), named,
            get("state"), since, until, get("consent"), get("note"),
        )  # fmt: skip

    def _key(self, role: str, raw: str, region: str) -> int | None:
        readings = read_phone_cell(raw, region) if role == "phone" else read_email_cell(raw, region)
        # An address with a tag has a folded twin, which is not the canary: the first reading is the address itself.
        exact = [reading for reading in readings if reading.kind != "email_folded"]
        if len(exact) != 1:
            self._refuse(f"{len(exact)} identities in one cell", "give each a row of its own")
        elif exact[0].status != "ok" or exact[0].key is None:
            what = "number" if role == "phone" else "mail address"
            self._refuse(f"no usable {what} ({exact[0].reason or exact[0].status})")
        else:
            return exact[0].key
        return None

    def _day(self, name: str) -> date | None:
        text = self.cells.get(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self._refuse(f"{text!r} in column {name} is no date", "write it like 2026-05-01")
            return None

    def _refuse(self, what: str, remedy: str = "") -> None:
        self.problems.append(InputRefused(what, where=f"{self.path}, row {self.number}", remedy=remedy))


def _fresh(
    con: duckdb.DuckDBPyConnection, identities: Sequence[Identity], path: Path, problems: list[InputRefused]
) -> tuple[list[Identity], int]:
    """The identities that are new, and how many the case has; doubles and changed kinds are problems."""
    held: dict[tuple[int | None, int | None], list[tuple[str | None, str | None, str]]] = {}
    for phone, email, name, organisation, kind in con.execute(
        "SELECT phone, email, name, organisation, kind FROM canary ORDER BY no"
    ).fetchall():
        held.setdefault((phone, email), []).append((name, organisation, kind))
    first: dict[tuple[int | None, int | None, str | None, str | None], int] = {}
    fresh, known = [], 0
    for identity in identities:
        where = f"{path}, row {identity.row}"
        if identity.persona in first:
            problems.append(InputRefused(f"the same identity as in row {first[identity.persona]}", where=where))
            continue
        first[identity.persona] = identity.row
        # What a release has made up for an identity (a firm for a bare name) does not make it another identity.
        had = next(
            (
                kind
                for name, organisation, kind in held.get((identity.phone, identity.email), [])
                if identity.name in (None, name) and identity.organisation in (None, organisation)
            ),
            None,
        )
        if had is None:
            fresh.append(identity)
        elif had != identity.kind:
            problems.append(InputRefused(f"the case has this identity as {had}, not {identity.kind}", where=where))
        else:
            known += 1
    return fresh, known


_FIELDS = (
    "phone", "email", "phone_raw", "email_raw", "name", "organisation", "address", "kind", "state", "since", "until",
    "consent", "note",
)  # fmt: skip
_TYPES = {"phone": "BIGINT", "email": "BIGINT", "since": "DATE", "until": "DATE"}


def add_canaries(con: duckdb.DuckDBPyConnection, identities: Sequence[Identity], at: datetime) -> list[int]:
    """Put identities into the register; returns their numbers, in the same order."""
    row = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchone()
    first = (0 if row is None else int(row[0])) + 1
    numbers = list(range(first, first + len(identities)))
    if identities:
        columns = ", ".join(f"unnest(${name}::{_TYPES.get(name, 'VARCHAR')}[])" for name in _FIELDS)
        con.execute(
            f"INSERT INTO canary (no, {', '.join(_FIELDS)}, imported_at)"
            f" SELECT unnest($numbers::INTEGER[]), {columns}, $at",
            {
                "numbers": numbers, "at": at,
                **{name: [getattr(identity, name) for identity in identities] for name in _FIELDS},
            },
        )  # fmt: skip
    return numbers


def seen_in_any(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> int:
    """How many of these canaries stand in any current dataset."""
    found = con.execute(
        "SELECT DISTINCT c.no FROM (SELECT no, unnest([phone, email]) AS key FROM canary"
        " WHERE no IN (SELECT unnest($numbers::INTEGER[]))) AS c JOIN membership AS m ON m.key = c.key"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current ORDER BY c.no",
        {"numbers": list(numbers)},
    ).fetchall()
    return len({no for (no,) in found} | _seen_hashed(con, numbers))


def _seen_hashed(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> set[int]:
    """Those whose number's hash stands in a current list of hashes."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE canary_wanted AS SELECT DISTINCT m.key AS hash FROM membership AS m"
        " JOIN dataset AS d ON d.no = m.dataset AND d.current AND d.hashes > 0 WHERE m.key >= $first AND m.key < $end",
        {"first": HASH_BASE, "end": HASH_END},
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE canary_text AS SELECT no AS key, unnest({phone_texts_sql('phone')}) AS text"
        " FROM canary WHERE phone IS NOT NULL AND no IN (SELECT unnest($numbers::INTEGER[]))",
        {"numbers": list(numbers)},
    )
    con.execute("CREATE OR REPLACE TEMP TABLE canary_found (key BIGINT, hash BIGINT)")
    match_digests(con, "temp.canary_text", "temp.canary_wanted", "temp.canary_found", WIDTHS)
    found = con.execute("SELECT DISTINCT key FROM temp.canary_found").fetchall()
    for table in ("wanted", "text", "found"):
        con.execute(f"DROP TABLE temp.canary_{table}")
    return {no for (no,) in found}
