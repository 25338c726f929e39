"""Retention: from whose copy of a client's list did a dataset come that another party holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.retention.judge import Retention, judge

__all__ = ["Retention", "compute"]

_COLUMNS = "vendor client release dataset seen_in seen_with first_seen reading after_end probability grade"


def compute(facts: CaseFacts, run: int) -> list[Retention]:
    """Read releases, marks, and current derivations and attributions; write and return the retention rows of `run`.

    Rows of a probability below .01 are not written.
    """
    found = judge(facts)
    put_rows(
        facts.con, "retention", run, f"{_COLUMNS} reasons against",
        ((*(getattr(row, name) for name in _COLUMNS.split()), kept(row.reasons), kept(row.against)) for row in found),
    )  # fmt: skip
    return found
