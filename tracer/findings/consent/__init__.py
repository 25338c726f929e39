"""Consent: who was handed on or called after refusing, which lists hold people who refused, and how rows are counted.

The legal worth of a basis is not decided here: the bases are what the case states, the refusals what lists of
refusals show, and every count can be repeated.
"""

from __future__ import annotations

from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent.counting import write_counts
from tracer.findings.consent.refusals import Refusals, refused_rows, write_refusals
from tracer.findings.lines.events import enter_line_events

__all__ = ["Refusals", "compute", "refused_rows"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write what came after refusals, refusals inside lists, and the legal counts, as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    with Refusals(con):
        write_refusals(con, run)
    write_counts(con, run)
