"""Copies that are taken back: moved out of everything that looks for copies, and kept for the register.

What was committed stays: leaves, root and stamps are those of before. The canaries that no other copy has are free for
another draw, but for shared ones of a draw of which copies are left: whether a copy lacks them is part of its code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb

from tracer.marking.release.statements import statement

_MOVED = (("withheld", "release"), ("release_canary", "release"), ("release", "id"))
_NAMES = ("name", "organisation", "address")


def canaries_alone(con: duckdb.DuckDBPyConnection, releases: Sequence[str]) -> list[int]:
    """Canaries that these copies have and no other copy, by number."""
    return [
        row[0]
        for row in con.execute(
            "SELECT canary FROM release_canary GROUP BY canary"
            " HAVING bool_and(release IN (SELECT unnest($ids))) ORDER BY canary",
            {"ids": list(releases)},
        ).fetchall()
    ]


def move_out(con: duckdb.DuckDBPyConnection, releases: Sequence[str], at: datetime, reason: str) -> int:
    """Take copies out of the case's releases, in the caller's transaction; how many identities are free again."""
    ids = {"ids": list(releases)}
    con.execute(f"CREATE OR REPLACE TEMP TABLE freed_now AS {statement('freed')}", ids)
    con.execute(
        "INSERT INTO withdrawn_canary SELECT k.release, k.canary, k.scheme, k.persona, k.row,"
        " false, c.name, c.organisation, c.address"
        " FROM release_canary AS k LEFT JOIN canary AS c ON c.no = k.canary"
        " WHERE k.release IN (SELECT unnest($ids)) ORDER BY k.release, k.canary, k.row",
        ids,
    )
    con.execute(
        "INSERT INTO withdrawn_withheld BY NAME SELECT * FROM withheld WHERE release IN (SELECT unnest($ids))"
        " ORDER BY release, key",
        ids,
    )
    con.execute(
        "INSERT INTO withdrawn_release BY NAME SELECT *, $at::TIMESTAMP AS withdrawn_at, $reason AS reason FROM release"
        " WHERE id IN (SELECT unnest($ids)) ORDER BY id",
        {**ids, "at": at, "reason": reason},
    )
    con.execute(statement("forget_freed"), ids)
    con.execute("UPDATE withdrawn_canary SET freed = true WHERE canary IN (SELECT canary FROM temp.freed_now)")
    con.execute(
        "UPDATE code_position SET freed = true WHERE canary IN (SELECT canary FROM temp.freed_now)"
        " AND draw IN (SELECT json_extract_string(design, '$.draw') FROM withdrawn_release)"
    )
    for table, column in _MOVED:
        con.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT unnest($ids))", ids)
    row = con.execute("SELECT count(*) FROM temp.freed_now").fetchone()
    con.execute("DROP TABLE temp.freed_now")
    return 0 if row is None else int(row[0])


def used_again(con: duckdb.DuckDBPyConnection, releases: Sequence[str]) -> list[tuple[str, str]]:
    """(withdrawn copy, a release that has a canary which the copy would need again), by name."""
    return con.execute(statement("used_again"), {"ids": list(releases)}).fetchall()


def move_back(con: duckdb.DuckDBPyConnection, releases: Sequence[str]) -> None:
    """Undo `move_out`, in the caller's transaction: only where `used_again` finds nothing."""
    ids = {"ids": list(releases)}
    names = ", ".join(f"{name} = coalesce(canary.{name}, w.{name})" for name in _NAMES)
    con.execute(
        f"UPDATE canary SET {names} FROM withdrawn_canary AS w"
        " WHERE w.canary = canary.no AND w.release IN (SELECT unnest($ids))",
        ids,
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE needed_now AS {statement('needed')}", ids)
    con.execute(
        "UPDATE code_position SET freed = NULL FROM temp.needed_now AS n"
        " WHERE n.draw = code_position.draw AND n.canary = code_position.canary"
    )
    con.execute("UPDATE withdrawn_canary SET freed = false WHERE canary IN (SELECT canary FROM temp.needed_now)")
    con.execute("DROP TABLE temp.needed_now")
    con.execute(
        "INSERT INTO release_canary BY NAME SELECT release, canary, scheme, persona, row FROM withdrawn_canary"
        " WHERE release IN (SELECT unnest($ids)) ORDER BY release, canary, row",
        ids,
    )
    con.execute(
        "INSERT INTO withheld BY NAME SELECT * FROM withdrawn_withheld WHERE release IN (SELECT unnest($ids))"
        " ORDER BY release, key",
        ids,
    )
    con.execute(
        "INSERT INTO release BY NAME SELECT * EXCLUDE (withdrawn_at, reason) FROM withdrawn_release"
        " WHERE id IN (SELECT unnest($ids)) ORDER BY id",
        ids,
    )
    for table, column in _MOVED:
        con.execute(
            f"DELETE FROM withdrawn_{table.removeprefix('release_')} WHERE {column} IN (SELECT unnest($ids))", ids
        )
