"""Campaigns: what calls, messages and mail that reached canaries say about the copies of a list.

Hits are screened, grouped, and held against every source that could have given the numbers; the outcome is a posterior,
joined with attribution from lists only where what the caller said agrees as well.
"""

from __future__ import annotations

from tracer.findings.campaigns.judge import SignalReadings, read_signals
from tracer.findings.campaigns.write import write
from tracer.findings.case_facts import CaseFacts

__all__ = ["SignalReadings", "compute", "read_signals"]


def compute(facts: CaseFacts, run: int) -> SignalReadings:
    """Read the signals of the case and write the findings of `run`."""
    reading = read_signals(facts.con)
    write(facts.con, run, reading)
    return reading
