"""The vintage fence: in which window did a copy of a client's list leave the client, and which releases are dated then?

For clients with a row history: columns that say when rows were added and deleted, or successive lists. It distinguishes
the releases of one client; it never says whether a recipient kept a copy after its end (methods 2).
"""

from __future__ import annotations

import json

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.vintage.history import as_date
from tracer.findings.vintage.judge import Vintage, judge
from tracer.findings.vintage.reasons import speaks_against, speaks_for

__all__ = ["Vintage", "compute"]


def compute(facts: CaseFacts, run: int) -> None:
    """Read row histories and current derivations; write the `vintage` rows of `run`."""
    columns = (
        "client source dataset from_day to_day best rate matched later later_seen gone gone_seen releases dates"
        " probability reasons against"
    )
    put_rows(facts.con, "vintage", run, columns, (
        (
            row.client, row.source, row.dataset, None if row.open_from else as_date(row.fence.first),
            None if row.open_to else as_date(row.fence.last), as_date(row.fence.best), round(row.fence.rate, 4),
            row.matched, row.later, row.later_seen, row.gone, row.gone_seen,
            [release.release for release in row.releases if release.inside], _dates(row), round(row.probability, 6),
            kept(speaks_for(row)), kept(speaks_against(row)),
        )
        for row in judge(facts)
    ))  # fmt: skip


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
