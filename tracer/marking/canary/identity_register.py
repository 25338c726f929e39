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
from tracer.marking.canary.intake import STATES, statement

DEAD = ("silent", "burnt", "expired")
"""States in which an identity hears nothing or is known to others."""
ENOUGH = 5
"""Canaries of its own that a copy should have: half of the copy leaking shows one with 97 %."""
_WHY_KIND = {
    "home": "in your own database, in no copy",
    "control": "in no list: it measures the background",
    "reserve": "held back",
}
_QUIET = 90
"""Days without a call or message after which number checks may take a number for a dead one. A guess: providers and the
services that clean lists do not say; one month is what is heard most."""
_SOON = 30  # Days before its end that are said beforehand.
_WANTED = {"home": "your own database leaking", "control": "how many calls any number gets"}
"""Kinds of which a case should have some, and what is not seen without them."""


def identities(con: duckdb.DuckDBPyConnection, day: date) -> list[dict[str, object]]:
    """One row for each identity, by number: masked, with its kind, state, dates and holders, and why it cannot be used.

    `age`: days since it began, or was imported; `heard`: the last day on which anything reached it; `health`: what asks
    for something to be done.
    """
    watched = con.execute("SELECT count(*) > 0 FROM signal_file").fetchone() == (True,)
    rows = []
    for no, phone, email, *row in con.execute(statement("identities")).fetchall():
        kind, state, since, until, consent, taken, used, later, imported, heard, holders = row
        why = (
            (kind != "canary", _WHY_KIND.get(kind, kind)),
            (taken, "used in a release"),
            (used, "its number or address is used in a release"),
            (state in DEAD, f"it is {state}"),
            (until is not None and until < day, "its time is over"),
            (since is not None and since > day, "its time has not begun"),
            (later, "one persona of its number can be used at a time"),
        )
        why_not = next((reason for holds, reason in why if holds), None)
        age = (day - (since or imported)).days
        quiet = (day - heard).days if heard is not None else age if watched else None
        left = None if until is None else (until - day).days
        if state in DEAD:
            health = str(state)
        elif left is not None and left <= _SOON:
            health = "expired" if left < 0 else f"ends in {left} days"
        elif phone is not None and quiet is not None and quiet > _QUIET:
            health = f"silent for {quiet} days"
        else:
            health = "well"
        shown = {"phone": None if phone is None else mask(phone), "email": None if email is None else mask(email)}
        found = {"no": no, **shown, "kind": kind, "state": state, "since": since, "until": until, "age": age}
        found |= {"heard": heard, "holders": list(holders), "health": health, "consent": consent}
        rows.append(found | {"usable": why_not is None, "why_not": why_not})
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
    order = sorted(counts, key=lambda one: (one[0], rank.get(one[1], 99), one[2]))
    return [
        {
            "kind": kind,
            "state": state or None,
            "identities": counts[kind, state, why],
            "usable": 0 if why else counts[kind, state, why],
            "why_not": why or None,
        }
        for kind, state, why in order
    ]
