"""Files of controlled identities, read row by row: what each row says, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tracer.dossier.vocabulary import CANARY_KINDS, did_you_mean
from tracer.errors import InputRefused
from tracer.identify.email import read_email_cell
from tracer.identify.person import whole_name
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.model import PIECES, PartRead
from tracer.marking.persona.source_list import POSTCODE

STATES: Mapping[str, tuple[str, ...]] = {
    "new": ("新", "新卡", "新号", "未启用"),
    "ageing": ("aging", "warming", "养号", "养卡", "养护", "养号中", "养卡中", "养护中"),
    "live": ("active", "in use", "启用", "在用", "使用中", "正常", "活跃", "有效"),
    "silent": ("idle", "dormant", "静默", "沉默", "不活跃", "停用", "停机"),
    "burnt": ("burned", "exposed", "known", "暴露", "已暴露", "已泄露", "作废"),
    "expired": ("ended", "过期", "已过期", "到期", "已到期", "注销", "已注销"),
}
"""States of an identity in the order of its life, each with what else people write for it."""
_PLAIN = {
    "kind": ("kind", "类型", "种类"),
    "state": ("state", "状态"),
    "since": ("since", "起始", "启用日期"),
    "until": ("until", "截止", "到期日期"),
    "consent": ("consent", "同意", "授权"),
    "note": ("note", "备注"),
}
"""Columns that are known by their heading alone."""


_TAKEN = frozenset({"phone", "email", "name", "organisation", "address", *PIECES})
"""What of a column's roles is kept of an identity."""


def state_of(text: str) -> str | None:
    """The state that a word names, in English or Chinese; None where it names none."""
    word = text.strip().casefold()
    return next((state for state, others in STATES.items() if word == state or word in others), None)


@dataclass(frozen=True)
class ImportedIdentity:
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
    city: str | None = None
    postcode: str | None = None

    @property
    def persona(self) -> tuple[int | None, int | None, str | None, str | None]:
        """What two canaries may not share: the same number may stand for another persona."""
        return self.phone, self.email, self.name, self.organisation


def identities_of(
    con: duckdb.DuckDBPyConnection,
    part: PartRead,
    path: Path,
    kind: str | None,
    region: str,
    problems: list[InputRefused],
) -> list[ImportedIdentity]:
    """The rows of a part; what is wrong with them is added to `problems`. `kind` holds where a row names none, `region`
    where the column of numbers speaks for none."""
    at: dict[str, int] = {}
    for column in part.columns:
        heading = column.header.strip().casefold()
        plain = next((name for name, words in _PLAIN.items() if heading in words), None)
        role = plain or (column.holds if column.holds in _TAKEN else None)
        role = role or ("postcode" if POSTCODE.search(heading) else None)
        if role is not None and role not in at:
            at[role] = column.position
            region = column.region or region
    if "phone" not in at and "email" not in at:
        problems.append(
            InputRefused(
                "missing column of numbers or mail addresses", where=str(path), remedy="head it phone or email"
            )
        )
        return []
    width = len(part.columns)
    names = ", ".join(f"c{i}" for i in range(width))
    found = []
    for number, cells in enumerate(con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall(), 1):
        told = {role: (cells[i] or "").strip() or None for role, i in at.items()}
        row = _FileRow(number, with_wholes(told), path, problems)
        identity = row.identity(kind, region)
        if identity is not None:
            found.append(identity)
    return found


def with_wholes(told: dict[str, str | None]) -> Mapping[str, str | None]:
    """A row's cells with the name put together from its parts where no column has the whole."""
    given, family = told.get("given_name") or "", told.get("family_name") or ""
    return {**told, "name": told.get("name") or whole_name(given, family) or None}


@dataclass(frozen=True)
class _FileRow:
    number: int
    cells: Mapping[str, str | None]
    path: Path
    problems: list[InputRefused]

    def identity(self, kind: str | None, region: str) -> ImportedIdentity | None:
        """The identity of this row, or None with the problems noted."""
        before = len(self.problems)
        phone_raw, email_raw = self.cells.get("phone"), self.cells.get("email")
        phone = None if phone_raw is None else self._key("phone", phone_raw, region)
        email = None if email_raw is None else self._key("email", email_raw, region)
        if phone_raw is None and email_raw is None:
            self._refuse("neither a number nor a mail address")
        named = self.cells.get("kind") or kind or "canary"
        if named not in CANARY_KINDS:
            self._refuse(f"invalid kind of canary {named!r}", did_you_mean(named, CANARY_KINDS))
        state = self._state()
        since, until = self._day("since"), self._day("until")
        if since is not None and until is not None and until < since:
            self._refuse(f"it is there until {until}, before it begins on {since}")
        if len(self.problems) > before:
            return None
        get = self.cells.get
        return ImportedIdentity(
            self.number, phone, email, phone_raw, email_raw, get("name"), get("organisation"), get("address"), named,
            state, since, until, get("consent"), get("note"), get("city"), get("postcode"),
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

    def _state(self) -> str | None:
        text = self.cells.get("state")
        if text is None:
            return None
        known = state_of(text)
        if known is None:
            self._refuse(f"invalid state of a canary {text!r}", did_you_mean(text, STATES))
        return known

    def _day(self, name: str) -> date | None:
        text = self.cells.get(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text[:10].replace("/", "-"))
        except ValueError:
            self._refuse(f"invalid date {text!r} in column {name}", "write it like 2026-05-01")
            return None

    def _refuse(self, what: str, remedy: str = "") -> None:
        self.problems.append(InputRefused(what, where=f"{self.path}, row {self.number}", remedy=remedy))
