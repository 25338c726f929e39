"""Which controlled identities may go into a release, which must come out of it, and who has them afterwards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import duckdb

from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow
from tracer.marking.personas import Identity
from tracer.marking.source_list import SourceList

_DEAD = ("silent", "burnt", "expired")
"""States in which an identity hears nothing or is known to others."""


def available(con: duckdb.DuckDBPyConnection, source: SourceList, needed: int, day: date) -> list[Identity]:
    """All identities that may go into this list's copies, by number.

    Of kind canary, alive on `day`, never used in a release (a canary is used in one design only, and its number or
    address in no second one), and of the kind that the list holds: with a number where it has numbers. Raises
    `InputRefused` where one of them stands in the list already, or where there are fewer than `needed`.
    """
    rows = con.execute(
        "WITH used AS (SELECT unnest([c.phone, c.email]) AS key FROM release_canary AS k"
        " JOIN canary AS c ON c.no = k.canary)"
        " SELECT c.no, c.phone, c.phone_raw, c.email_raw, c.name, c.organisation, c.address,"
        " EXISTS (SELECT 1 FROM membership AS m WHERE m.dataset = $no AND m.key IN (c.phone, c.email)) AS standing"
        " FROM canary AS c WHERE c.kind = 'canary' AND coalesce(c.state, '') NOT IN (SELECT unnest($dead))"
        " AND coalesce(c.until >= $day, true) AND coalesce(c.since <= $day, true)"
        " AND NOT EXISTS (SELECT 1 FROM used WHERE used.key IN (c.phone, c.email)) ORDER BY c.no",
        {"no": source.no, "dead": list(_DEAD), "day": day},
    ).fetchall()
    standing = [row[0] for row in rows if row[7]]
    if standing:
        shown = ", ".join(str(no) for no in standing[:10]) + (" …" if len(standing) > 10 else "")
        raise InputRefused(
            f"{len(standing)} canaries stand in {source.id} already (no. {shown})", where=source.id,
            remedy="they mark nothing there; import them as home canaries, or take them out of the list",
        )  # fmt: skip
    has_phones, has_mails = bool(source.places("phone")), bool(source.places("email"))
    able = [
        Identity(row[0], row[1], row[2], row[3], row[4], row[5], row[6])
        for row in rows
        if (row[1] is not None if has_phones else row[3] is not None and has_mails)
    ]
    seen, distinct = set[int | str](), list[Identity]()
    for identity in able:
        keys = {key for key in (identity.phone, identity.email_raw) if key is not None}
        # One reachable number may carry several personas, but never in releases that share rows.
        if not keys & seen:
            seen |= keys
            distinct.append(identity)
    if len(distinct) < needed:
        raise InputRefused(
            f"{needed} unused canaries are needed and {len(distinct)} are there: {needed - len(distinct)} are missing",
            where=source.id, remedy="import more with `tracer canary import`, or lower --unique",
        )  # fmt: skip
    return distinct


def home_rows(con: duckdb.DuckDBPyConnection, source: SourceList) -> dict[int, frozenset[int]]:
    """Part -> rows of home canaries, which are taken out of every copy."""
    rows = con.execute(
        "WITH home AS (SELECT unnest([phone, email]) AS key FROM canary WHERE kind = 'home')"
        " SELECT row FROM membership WHERE dataset = $no AND key IN (SELECT key FROM home)"
        " UNION SELECT row FROM duplicate WHERE dataset = $no AND key IN (SELECT key FROM home) ORDER BY row",
        {"no": source.no},
    ).fetchall()
    removed: dict[int, set[int]] = defaultdict(set)
    for (row,) in rows:
        part = next(p for p in source.parts if source.first_rows[p.part] <= row < source.first_rows[p.part] + p.rows)
        removed[part.part].add(row - source.first_rows[part.part] + 1)
    return {part: frozenset(gone) for part, gone in removed.items()}


def take(
    con: duckdb.DuckDBPyConnection, release: str, source: SourceList, rows: Sequence[tuple[int, NewRow, int]]
) -> None:
    """Enter the canaries of a release: (canary, its row, the row's number in the copy). Personas become the canaries'.

    An identity that came with a name or a firm of its own keeps it.
    """
    roles = source.roles[source.main.part]
    for no, row, place in rows:
        con.execute(
            "INSERT INTO release_canary VALUES ($release, $no, 'unique', $persona, $row)",
            {"release": release, "no": no, "persona": json.dumps(row.cells, ensure_ascii=False), "row": place},
        )
        made = {
            role: next((row.cells[i] for i, found in enumerate(roles) if found == role and row.cells[i]), None)
            for role in ("name", "organisation", "address")
        }
        con.execute(
            "UPDATE canary SET name = coalesce(name, $name), organisation = coalesce(organisation, $organisation),"
            " address = coalesce(address, $address) WHERE no = $no",
            {"no": no, **made},
        )


def withdraw(con: duckdb.DuckDBPyConnection, releases: Sequence[str], before: Sequence[Identity]) -> None:
    """Undo `take` for copies that could not be written: nobody has them. `before`: the identities as they were."""
    con.execute("DELETE FROM release_canary WHERE release IN (SELECT unnest($ids))", {"ids": list(releases)})
    con.execute("DELETE FROM release WHERE id IN (SELECT unnest($ids))", {"ids": list(releases)})
    for identity in before:
        con.execute(
            "UPDATE canary SET name = $name, organisation = $organisation, address = $address WHERE no = $no",
            {
                "no": identity.no, "name": identity.name, "organisation": identity.organisation,
                "address": identity.address,
            },
        )  # fmt: skip
