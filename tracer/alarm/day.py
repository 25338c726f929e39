"""Once a day: what came that says nothing, summed up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import duckdb

from tracer.alarm.outbox import latest, report_day
from tracer.alarm.words import reading_of_day
from tracer.case.case import Case
from tracer.clock import today

_UP_TO = "alarm:days"
"""Named value: the last day that was summed up."""


def sum_up(case: Case, channels: Iterable[str]) -> bool:
    """Keep a summary of each day that is over and on which hits were loaded; whether there was one to keep.

    Days are UTC, by when records came to the case.
    """
    yesterday = today() - timedelta(days=1)
    last = case.meta(_UP_TO)
    if last >= yesterday.isoformat():
        return False
    if not last:  # a watch sums up what came while it watched
        with case.transaction():
            case.set_meta(_UP_TO, yesterday.isoformat())
        return False
    rows = case.con.execute(
        "SELECT CAST(f.loaded_at AS DATE) AS day, count(*), count(*) FILTER (c.kind = 'control'),"
        " list(c.no) FILTER (c.kind <> 'control')"
        " FROM (SELECT DISTINCT file, row, canary FROM signal) s JOIN signal_file f ON f.no = s.file"
        " JOIN canary c ON c.no = s.canary"
        " WHERE CAST(f.loaded_at AS DATE) > CAST($last AS DATE) AND CAST(f.loaded_at AS DATE) <= CAST($to AS DATE)"
        " GROUP BY day ORDER BY day",
        {"last": last, "to": yesterday.isoformat()},
    ).fetchall()
    leaked = _leaked(case.con) if rows else frozenset[int]()
    with case.transaction():
        for day, calls, controls, planted in rows:
            reported = sum(no in leaked for no in planted or [])
            facts = {"day": day.isoformat(), "hits": calls, "controls": controls, "reported": reported}
            report_day(case, day, facts, reading_of_day(day, calls, controls, reported), channels)
        case.set_meta(_UP_TO, yesterday.isoformat())
    return bool(rows)


def _leaked(con: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """Canaries of what was reported as leaked."""
    known = [one for one in (kept.conclusion for kept in latest(con)) if one is not None]
    standing = [one for one in known if one.heard is not None and one.sure != "cannot-be-told"]
    releases = [one.subject for one in standing if one.kind == "release"]
    rows = con.execute(
        "SELECT DISTINCT canary FROM release_canary WHERE release IN (SELECT unnest($ids)) OR $all",
        {"ids": releases, "all": any(one.kind == "register" for one in standing)},
    ).fetchall()
    homes = con.execute("SELECT no FROM canary WHERE kind = 'home'").fetchall()
    found = rows + (homes if any(one.kind != "release" for one in standing) else [])
    return frozenset(no for (no,) in found)
