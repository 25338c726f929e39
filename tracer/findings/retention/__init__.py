"""Retention: whose copy of a client's list is behind a dataset that somebody else holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

import duckdb

from tracer.findings.retention.judge import Retention, judge

__all__ = ["Retention", "compute"]


def compute(con: duckdb.DuckDBPyConnection, run: int) -> list[Retention]:
    """Read releases, marks, derivations and attributions that stand; write and return the retention rows of `run`.

    Rows of a probability below .01 are not written.
    """
    found = judge(con)
    if found:
        columns = (
            "vendor", "client", "release", "dataset", "seen_in", "seen_with", "first_seen", "reading", "after_end",
            "probability", "grade",
        )  # fmt: skip
        values = {name: [getattr(row, name) for row in found] for name in columns}
        con.execute(
            f"INSERT INTO retention (run, {', '.join(columns)}, reasons, against)"
            f" SELECT $run, {', '.join(f'unnest(${name})' for name in columns)}, unnest($reasons), unnest($against)",
            {
                "run": run, **values,
                "reasons": [list(row.reasons) for row in found], "against": [list(row.against) for row in found],
            },
        )  # fmt: skip
    return found
