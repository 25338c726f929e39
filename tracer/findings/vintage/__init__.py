"""The vintage fence: in which window did a copy of a client's list leave the client, and which releases are dated then?

For clients with a row history: columns that tell when rows were added and deleted, or successive lists. It tells the
releases of one client apart; it never says whether somebody kept a copy after its end (methods 2).
"""

from __future__ import annotations

import json

import duckdb

from tracer.findings.vintage.history import as_date
from tracer.findings.vintage.judge import Vintage, judge
from tracer.findings.vintage.words import speaks_against, speaks_for

__all__ = ["Vintage", "compute"]


def compute(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Read row histories and derivations that stand; write the `vintage` rows of `run`."""
    for row in judge(con):
        con.execute(
            "INSERT INTO vintage VALUES ($run, NULL, $client, $source, $dataset, $first, $last, $best, $rate, $matched,"
            " $later, $later_seen, $gone, $gone_seen, $releases, $dates, $probability, $reasons, $against)",
            {
                "run": run, "client": row.client, "source": row.source, "dataset": row.dataset,
                "first": None if row.open_from else as_date(row.fence.first),
                "last": None if row.open_to else as_date(row.fence.last),
                "best": as_date(row.fence.best), "rate": round(row.fence.rate, 4), "matched": row.matched,
                "later": row.later, "later_seen": row.later_seen, "gone": row.gone, "gone_seen": row.gone_seen,
                "releases": [release.release for release in row.releases if release.inside],
                "dates": _dates(row), "probability": round(row.probability, 6),
                "reasons": list(speaks_for(row)), "against": list(speaks_against(row)),
            },
        )  # fmt: skip


def _dates(row: Vintage) -> str:
    """JSON: how well the day of each release fits."""
    told = [
        {
            "release": release.release, "recipient": release.recipient, "date": str(as_date(release.day)),
            "nats": max(-99.0, round(release.nats, 2)), "inside": release.inside,
        }
        for release in row.releases
    ]  # fmt: skip
    return json.dumps(told, ensure_ascii=False)
