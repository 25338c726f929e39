"""Marks in a case of `derivation_scale`: a client's list, released to vendors whose contracts have ended."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

RELEASED = date(2025, 1, 2)
"""The day after the first list was made."""
ENDED = date(2025, 1, 10)
AT = datetime(2025, 6, 1)


def mark(con: duckdb.DuckDBPyConnection, releases: int, each: int, withheld: int) -> None:
    """List 1 becomes its holder's own and is released to the holders of the next lists.

    Every copy has `each` canaries of its own, rows of list 1, and lacks `withheld` other rows of it.
    """
    con.execute("UPDATE dataset SET origin = 'own' WHERE no IN (1, 3)")
    con.execute(
        "INSERT INTO canary (no, phone, kind, imported_at)"
        " SELECT row_number() OVER (ORDER BY key), key, 'canary', $at"
        " FROM (SELECT key FROM membership WHERE dataset = 1 ORDER BY row LIMIT $marks)",
        {"at": AT, "marks": releases * each},
    )
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, ends, registered_at)"
        " SELECT 'r' || n, 'd001', 'party-' || (n + 1), $day, $ends, $at FROM range(1, $releases + 1) AS r (n)",
        {"day": RELEASED, "ends": ENDED, "at": AT, "releases": releases},
    )
    con.execute(
        "INSERT INTO release_canary (release, canary, scheme)"
        " SELECT 'r' || ((no - 1) // $each + 1), no, 'unique' FROM canary",
        {"each": each},
    )
    con.execute(
        "INSERT INTO withheld SELECT 'r' || n, key, true"
        " FROM (SELECT key FROM membership WHERE dataset = 1 ORDER BY row DESC LIMIT $withheld)"
        " CROSS JOIN range(1, $releases + 1) AS r (n)",
        {"withheld": withheld, "releases": releases},
    )
