"""Which rows of a client's list a release cannot have held, because they came later or had gone by then."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.findings.sightings import Release
from tracer.findings.vintage.history import Lineage, as_day, read_history, statement
from tracer.findings.vintage.judge import LAG


def read_absent(
    con: duckdb.DuckDBPyConnection, client: str, releases: Sequence[Release], lines: Sequence[Lineage]
) -> None:
    """Leave the TEMP table `absent_then` (release, key) for one client's releases; empty without a row history.

    lines: the lineages of all clients.

    Left out are releases of a list that was made before them, which hold that list's rows whatever came later, and
    releases of which the register itself says which rows they lack.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE absent_then (release VARCHAR, key BIGINT)")
    for lineage in lines:
        made = {one.id: one.day for one in lineage.lists}
        dated = [
            (release.id, as_day(release.date))
            for release in releases
            if release.date is not None
            and release.withheld == 0
            and made.get(release.dataset, -1) > as_day(release.date)
        ]
        if lineage.client == client and dated and read_history(con, lineage.lists):
            for release, day in dated:
                con.execute(statement("absent_then"), {"release": release, "day": day, "lag": LAG})
    con.execute("DROP TABLE IF EXISTS temp.row_history")
