"""What the register of controlled identities holds: how many of each kind and state, and which can be used today."""

from __future__ import annotations

from collections import Counter
from datetime import date

import duckdb

from tracer.identify.keys import mask
from tracer.marking.canary.identity_file import STATES

DEAD = ("silent", "burnt", "expired")
"""States in which an identity hears nothing or is known to others."""
_WHY_KIND = {
    "home": "in your own database, in no copy",
    "control": "in no list: it measures the background",
    "reserve": "held back",
}
_ALL = (
    "WITH used AS (SELECT DISTINCT unnest([c.phone, c.email]) AS key FROM release_canary AS k"
    " JOIN canary AS c ON c.no = k.canary),"
    " taken AS (SELECT DISTINCT canary FROM release_canary)"
    " SELECT c.no, c.phone, c.email, c.kind, c.state, c.since, c.until, c.consent IS NOT NULL,"
    " c.no IN (SELECT canary FROM taken), c.phone IN (SELECT key FROM used) OR c.email IN (SELECT key FROM used),"
    " min(c.no) OVER (PARTITION BY coalesce(c.phone, c.email), c.kind) < c.no"
    " FROM canary AS c ORDER BY c.no"
)


def identities(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each identity, by number: masked, with its kind, state and dates, and why it cannot be used."""
    rows = []
    for no, phone, email, kind, state, since, until, consent, taken, used, later in con.execute(_ALL).fetchall():
        why = _why_not(kind, state, since, until, day, taken=taken, used=bool(used), later=bool(later))
        rows.append({
            "no": no, "phone": None if phone is None else mask(phone), "email": None if email is None else mask(email),
            "kind": kind, "state": state, "since": since, "until": until, "consent": consent, "usable": why is None,
            "why_not": why,
        })  # fmt: skip
    return rows


def summary(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each kind, state and reason: how many identities, and how many of them a release can use on `day`."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in identities(con, day):
        counts[str(row["kind"]), str(row["state"] or ""), str(row["why_not"] or "")] += 1
    rank = {"": -1} | {state: i for i, state in enumerate(STATES)}
    return [
        {
            "kind": kind, "state": state or None, "identities": count, "usable": 0 if why else count,
            "why_not": why or None,
        }
        for (kind, state, why), count in sorted(
            counts.items(), key=lambda item: (item[0][0], rank.get(item[0][1], 99), item[0][2])
        )
    ]  # fmt: skip


def _why_not(
    kind: str, state: str | None, since: date | None, until: date | None, day: date,
    *, taken: bool, used: bool, later: bool,
) -> str | None:  # fmt: skip
    """Why a release on `day` would not use an identity; None where it would."""
    reasons = (
        (kind != "canary", _WHY_KIND.get(kind, kind)),
        (taken, "used in a release"),
        (used, "its number or address is used in a release"),
        (state in DEAD, f"it is {state}"),
        (until is not None and until < day, "its time is over"),
        (since is not None and since > day, "its time has not begun"),
        (later, "one persona of its number can be used at a time"),
    )
    return next((reason for holds, reason in reasons if holds), None)
