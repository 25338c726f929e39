"""Which controlled identities may go into a release, which must come out of it, and who has them afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from tracer.case.store import registered_tables
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow
from tracer.lists.write.source import can_write
from tracer.marking.canary.intake import DEAD, identities
from tracer.marking.canary.persons import forget_persons
from tracer.marking.choices.finding import forget_choices
from tracer.marking.codes.evidence import SECOND
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.names import ListNames
from tracer.marking.persona.source_list import SourceList
from tracer.marking.release.request import Allotted, statement

_SOME = 0.02  # Share of rows without a number from which on an identity without one is like them.
_PERSONA = ("name", "organisation", "address")  # Columns that become the canary's own; the name is the first.
_TEXT, _NO = pa.string(), pa.int32()
_POSITION = pa.schema([("canary", _NO), ("scheme", _TEXT), ("bias", pa.float64()), ("made", pa.list_(_TEXT))])
_IN_COPY = pa.schema([("release", _TEXT), ("canary", _NO), ("scheme", _TEXT), ("persona", _TEXT), ("row", pa.int64())])


class Available(NamedTuple):
    """The identities that may go into a list's copies, and why others are not used, a line for each reason."""

    identities: Sequence[Identity] = ()
    left_out: tuple[str, ...] = ()


def available(
    con: duckdb.DuckDBPyConnection, source: SourceList, needed: int, day: date, kind: str = "canary"
) -> Available:
    """All identities of a kind that may go into this list's copies.

    Alive on `day`, never used in a release (a canary is used in one design only), its number and address in none whose
    list shares rows with this one, not in this list, of the kind that the list holds (with a number where all rows have
    one), and with a name that its encoding can write. Raises `InputRefused` where there are fewer than `needed`.
    """
    every = _free(con, source, day, kind)
    has_phones, by_mail = bool(source.places("phone")), goes_by_mail(con, source)
    free = [one.identity for one in every if not one.listed]
    fitting = [
        each for each in free if (has_phones and each.phone is not None) or (by_mail and each.email_raw is not None)
    ]
    unfit = len(free) - len(fitting)
    seen, distinct, unwritable = set[int | str](), list[Identity](), list[int]()
    for identity in fitting:
        keys = {key for key in (identity.phone, identity.email_raw) if key is not None}
        if not _is_writable(identity, source):
            unwritable.append(identity.no)
        # One reachable number may carry several personas, but never in releases that share rows.
        elif not keys & seen:
            seen |= keys
            distinct.append(identity)
    there = f"in {source.id} already, and in no copy"
    code = f"cannot be written in {source.main.encoding}, as {source.id} is"
    reasons = []
    for nos, one, more in (
        ([one.identity.no for one in every if one.listed], f"is {there}", f"are {there}"),
        (unwritable, f"has a name that {code}", f"have names that {code}"),
    ):
        named = ", ".join(map(str, nos[:10])) + (" …" if len(nos) > 10 else "")
        reasons += [f"{len(nos)} {one if len(nos) == 1 else more} (no. {named})"] if nos else []
    if len(distinct) < needed:
        named = "canaries" if kind == "canary" else f"identities of kind {kind}"
        missing = needed - len(distinct)
        lack = "an address alone, and its rows numbers" if has_phones else "no address, and its rows no numbers"
        why = ", ".join([*reasons, *([f"{unfit} have {lack}"] if unfit else [])])
        remedy = f"import more with `tracer canary import --kind {kind}`, or ask for fewer marks"
        raise InputRefused(
            f"{needed} unused {named} are needed; {len(distinct)} can be used in this list, {missing}"
            f" {'is' if missing == 1 else 'are'} missing{why and f'; of the others {why}'}",
            where=source.id,
            remedy=remedy + ("; or save the list as UTF-8, load that and release it" if unwritable else ""),
        )
    again = {one.identity.no for one in every if one.again}
    fresh = sum(identity.no not in again for identity in distinct)
    # What was in a withdrawn copy comes last: should that be out after all, as few others as possible are named by it.
    left_out = tuple(f"identities that are not used: {reason}" for reason in reasons)
    return Available(distinct[: max(fresh, needed)] if needed else distinct, left_out)


class _Free(NamedTuple):
    """An identity that no copy has."""

    identity: Identity
    listed: bool  # Whether the list has it.
    again: bool  # Whether a withdrawn copy had it.


def _free(con: duckdb.DuckDBPyConnection, source: SourceList, day: date, kind: str) -> list[_Free]:
    bound = {"no": source.no, "dead": list(DEAD), "day": day, "kind": kind}
    rows = con.execute(statement("available"), bound).fetchall()
    return [_Free(Identity(*fields), listed, again) for *fields, listed, again in rows]


def _is_writable(identity: Identity, source: SourceList) -> bool:
    """Whether the list's copies can hold what the identity came with."""
    given = [(role, getattr(identity, role)) for role in _PERSONA] + [("email", identity.email_raw)]
    return can_write(source.main, [text for role, text in given if text and source.places(role)])


@dataclass(frozen=True)
class UsableCanaries:
    """How many identities of kind canary a release can use: the one count that every command gives."""

    usable: int  # What `tracer canary list` counts, whatever the list.
    fitting: int  # Those that may mark the list that is asked about; all of them where none is.
    missing: str | None = None  # What those that do not fit lack, where they lack the same: number, address.
    left_out: tuple[str, ...] = ()  # Why some that could be used are not.

    def lines(self) -> list[str]:
        """Why the list's count is another than the case's; nothing where both are one."""
        surplus = self.usable - self.fitting
        if self.left_out:
            return list(self.left_out)
        if surplus > 0:
            lack = {
                "number": "they have an address alone, and the list's rows have numbers",
                "address": "they have no address, and the list's rows have no numbers",
            }.get(self.missing or "", "their numbers or addresses are in use, or there twice")
            return [f"{self.usable} can be used (`tracer canary list`), {surplus} of them not in this list: {lack}"]
        if surplus < 0:
            return [
                f"{-surplus} more are free for this list: the releases that use their numbers share no rows with it"
            ]
        return []


def usable_canaries(con: duckdb.DuckDBPyConnection, day: date, source: SourceList | None = None) -> UsableCanaries:
    """Count the identities of kind canary that can be used on a day, in a list where one is given."""
    usable = [row for row in identities(con, day) if row["usable"]]
    if source is None:
        return UsableCanaries(len(usable), len(usable))
    found = available(con, source, 0, day)
    able = {identity.no for identity in found.identities}
    rest = [row for row in usable if row["no"] not in able]
    lacking = (what for role, what in (("phone", "number"), ("email", "address")) if not any(row[role] for row in rest))
    missing = next(lacking, None) if rest else None
    return UsableCanaries(len(usable), len(able), missing, found.left_out)


def address_lenders(con: duckdb.DuckDBPyConnection, source: SourceList, day: date) -> list[Identity]:
    """Identities with an address alone, which lend it to personas of a list in which every row has a number."""
    if not source.places("phone") or not source.places("email") or goes_by_mail(con, source):
        return []
    free = [one.identity for one in _free(con, source, day, "canary") if not one.listed and not one.again]
    return [one for one in free if one.phone is None and one.email_raw is not None and _is_writable(one, source)]


def goes_by_mail(con: duckdb.DuckDBPyConnection, source: SourceList) -> bool:
    """Whether an identity with an address alone is like rows of the list, of which some have no number."""
    phones, mails = source.places("phone"), source.places("email")
    if not phones or not mails:
        return bool(mails)
    blank = " AND ".join(f"coalesce(c{i}, '') = ''" for i in phones)
    held = " OR ".join(f"c{i} LIKE '%@%'" for i in mails)
    row = con.execute(
        f"SELECT count(*) FILTER ({blank} AND ({held})), count(*) FROM {source.tables[source.main.part]}"
    ).fetchone()
    return row is not None and row[0] > _SOME * row[1]


def home_rows(con: duckdb.DuckDBPyConnection, source: SourceList) -> dict[int, frozenset[int]]:
    """Part -> rows of home canaries, which are taken out of every copy, and of other identities that no copy has: in a
    leak of a copy they would look as if somebody had the list of identities."""
    rows = con.execute(statement("home_rows"), {"no": source.no}).fetchall()
    return source.rows_of_parts(np.array([row for (row,) in rows], dtype=np.int64))


def reserve(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    draw: str,
    allotted: Sequence[Allotted],
    rows: Mapping[int, NewRow],
    places: Sequence[tuple[str, int, int]],
    lent: Mapping[int, Sequence[int]],
) -> None:
    """Enter the canaries of a draw, and of its copies: `places` are (release, canary, its row in the copy).

    `rows`: canary -> its row; `lent`: canary -> identities that lend its persona a number. Personas become the
    canaries'; an identity that came with a name or a firm of its own keeps it.
    """
    numbers = [item.identity.no for item in allotted]
    schemes = {item.identity.no: item.scheme for item in allotted}
    texts = {no: json.dumps(row.cells, ensure_ascii=False) for no, row in rows.items()}
    for no, others in lent.items():
        schemes |= dict.fromkeys(others, SECOND)
        texts |= dict.fromkeys(others, texts[no])
    made = [[role for role in _PERSONA if getattr(item.identity, role) is None] for item in allotted]
    positions = pa.table(
        [numbers, [item.scheme for item in allotted], [item.bias for item in allotted], made], schema=_POSITION
    )
    entered = [
        (release, each, schemes[each], texts[each], row)
        for release, no, row in places
        for each in (no, *lent.get(no, ()))
    ]
    copies = pa.table([list(column) for column in zip(*entered, strict=True)] or [[]] * 5, schema=_IN_COPY)
    with registered_tables(con, positions_now=positions, copies_now=copies):
        con.execute(
            "INSERT INTO code_position (draw, canary, scheme, bias, made)"
            " SELECT $draw, canary, scheme, bias, made FROM positions_now ORDER BY canary",
            {"draw": draw},
        )
        con.execute(
            "INSERT INTO release_canary SELECT release, canary, scheme, persona, row FROM copies_now ORDER BY ALL"
        )
    keep_personas(con, source, rows)


def keep_personas(con: duckdb.DuckDBPyConnection, source: SourceList, rows: Mapping[int, NewRow]) -> None:
    """Names, firms and addresses of `rows` (canary -> its row) become the canaries'; those that one came with stay."""
    roles, names = source.roles[source.main.part], ListNames(source)

    def of_role(row: NewRow, role: str) -> str | None:
        return next((row.cells[i] for i, found in enumerate(roles) if found == role and row.cells[i]), None)

    columns: list[list[Any]] = [list(rows), [names.of_row(row.cells)[0] for row in rows.values()]]
    columns += [[of_role(row, role) for row in rows.values()] for role in _PERSONA[1:]]
    made = pa.table(columns, schema=pa.schema([("no", pa.int32()), *((role, pa.string()) for role in _PERSONA)]))
    with registered_tables(con, made_now=made):
        con.execute(
            "UPDATE canary SET name = coalesce(canary.name, m.name),"
            " organisation = coalesce(canary.organisation, m.organisation),"
            " address = coalesce(canary.address, m.address) FROM made_now AS m WHERE m.no = canary.no"
        )


def forget_releases(con: duckdb.DuckDBPyConnection, releases: Sequence[str]) -> None:
    """Take releases that no recipient has, and all of their draws, out of the register.

    Names, firms and addresses that were made for their canaries go too: another list asks for others.
    """
    ids = {"ids": list(releases)}
    con.execute(statement("forget_personas"), ids)
    draws = "(SELECT json_extract_string(design, '$.draw') FROM release WHERE drawn AND id IN (SELECT unnest($ids)))"
    forget_persons(con, draws, ids)
    forget_choices(con, [name for (name,) in con.execute(f"SELECT DISTINCT d FROM {draws} AS t(d)", ids).fetchall()])
    for table, where in (
        *((table, f"draw IN {draws}") for table in ("code_position", "register_stamp")),
        *((table, "release IN (SELECT unnest($ids))") for table in ("withheld", "release_canary")),
        ("release", "id IN (SELECT unnest($ids))"),
    ):
        con.execute(f"DELETE FROM {table} WHERE {where}", ids)
