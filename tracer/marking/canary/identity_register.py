"""What the register of controlled identities holds: how many of each kind and state, and which can be used today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import duckdb

from tracer.case.case import Case
from tracer.errors import refuse_short
from tracer.identify.keys import mask
from tracer.marking.canary.identity_file import STATES

DEAD = ("silent", "burnt", "expired")
"""States in which an identity hears nothing or is known to others."""
ENOUGH = 5
"""Canaries of its own that a copy should have: half of the copy leaking shows one with 97 %."""
_WHY_KIND = {
    "home": "in your own database, in no copy",
    "control": "in no list: it measures the background",
    "reserve": "held back",
}
_ALL = (
    "WITH used AS (SELECT DISTINCT unnest([c.phone, c.email]) AS key FROM release_canary AS k"
    " JOIN canary AS c ON c.no = k.canary),"
    " taken AS (SELECT canary FROM release_canary"
    " UNION SELECT canary FROM code_position WHERE freed IS DISTINCT FROM true)"
    " SELECT c.no, c.phone, c.email, c.kind, c.state, c.since, c.until, c.consent IS NOT NULL,"
    " c.no IN (SELECT canary FROM taken), c.phone IN (SELECT key FROM used) OR c.email IN (SELECT key FROM used),"
    " min(c.no) OVER (PARTITION BY coalesce(c.phone, c.email), c.kind) < c.no,"
    " CAST(c.imported_at AS DATE), h.heard, coalesce(o.holders, [])"
    " FROM canary AS c"
    ' LEFT JOIN (SELECT canary, CAST(max("at") AS DATE) AS heard FROM signal GROUP BY canary) AS h ON h.canary = c.no'
    " LEFT JOIN (SELECT k.canary, list(DISTINCT r.recipient ORDER BY r.recipient) AS holders FROM release_canary AS k"
    " JOIN release AS r ON r.id = k.release GROUP BY k.canary) AS o ON o.canary = c.no"
    " ORDER BY c.no"
)
_QUIET = 90
"""Days without a call or message after which number checks may take a number for a dead one. A guess: providers and the
services that clean lists do not say; one month is what is heard most."""
_SOON = 30
"""Days before its end that are said beforehand."""
_WANTED = {"home": "your own database leaking", "control": "how many calls any number gets"}
"""Kinds of which a case should have some, and what is not seen without them."""


def identities(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each identity, by number: masked, with its kind, state, dates and holders, and why it cannot be used.

    `age`: days since it began, or was imported; `heard`: the last day on which anything reached it; `health`: what asks
    for something to be done.
    """
    watched = con.execute("SELECT count(*) > 0 FROM signal_file").fetchone() == (True,)
    rows = []
    for (
        no,
        phone,
        email,
        kind,
        state,
        since,
        until,
        consent,
        taken,
        used,
        later,
        imported,
        heard,
        holders,
    ) in con.execute(_ALL).fetchall():
        why = _why_not(kind, state, since, until, day, taken=taken, used=bool(used), later=bool(later))
        age = (day - (since or imported)).days
        quiet = (day - heard).days if heard is not None else age if watched else None
        rows.append({
            "no": no, "phone": None if phone is None else mask(phone), "email": None if email is None else mask(email),
            "kind": kind, "state": state, "since": since, "until": until, "age": age, "heard": heard,
            "holders": list(holders), "health": _health(state, until, day, quiet, by_phone=phone is not None),
            "consent": consent, "usable": why is None, "why_not": why,
        })  # fmt: skip
    return rows


def revealed(case: Case, rows: Sequence[Mapping[str, object]], reason: str) -> list[dict[str, object]]:
    """Rows of `identities` in clear, with their personas: for their owner, who has to reach them; journaled with the
    reason. Raises `UsageError` for a reason of one word."""
    refuse_short(reason, "say who asked for them, and why")
    fields = ("name", "organisation", "address", "postcode", "city", "note")
    own = {
        no: dict(zip(("phone", "email", *fields), cells, strict=True))
        for no, *cells in case.con.execute(
            f"SELECT no, phone_raw, email_raw, {', '.join(fields)} FROM canary ORDER BY no"
        ).fetchall()
    }
    with case.transaction():
        case.journal.append(command="canary list", detail={"revealed": {"reason": reason, "identities": len(rows)}})
    return [{**row, **own[cast("int", row["no"])]} for row in rows]


def _health(state: str | None, until: date | None, day: date, quiet: int | None, *, by_phone: bool) -> str:
    """What asks for something to be done about an identity; `quiet`: days without anything, by the records."""
    if state in DEAD:
        return str(state)
    if until is not None and until < day:
        return "expired"
    if until is not None and (until - day).days <= _SOON:
        return f"ends in {(until - day).days} days"
    if by_phone and quiet is not None and quiet > _QUIET:
        return f"silent for {quiet} days"
    return "well"


def advice(con: duckdb.DuckDBPyConnection, day: date) -> list[str]:
    """What to plant or do next, one sentence each; the most pressing first."""
    rows = identities(con, day)
    usable = sum(bool(row["usable"]) for row in rows)
    kinds = Counter(row["kind"] for row in rows if row["state"] not in DEAD)
    ending = sum(str(row["health"]).startswith("ends in") for row in rows)
    silent = sum(str(row["health"]).startswith("silent for") for row in rows)
    found = []
    if usable < ENOUGH:
        found.append(
            f"{usable} canaries can be used in the next release: a copy should have {ENOUGH} or more of its own."
            " More: tracer canary import, or tracer canary make for mail addresses."
        )
    if ending:
        found.append(f"{ending} end within {_SOON} days: renew them, or plant others in time.")
    if silent:
        found.append(f"{silent} have been silent for more than {_QUIET} days: call them, or number checks drop them.")
    found += [
        f"Without {kind} identities, the case cannot see {what}." for kind, what in _WANTED.items() if not kinds[kind]
    ]
    return found


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
