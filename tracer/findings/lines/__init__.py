"""Lines: whose numbers carried the calls, how many people complained, which rules were broken, through how many hands.

A caller's number is an attribute that can be forged: what is counted here is what was shown, and the words say so.
"""

from __future__ import annotations

from tracer.findings.case_facts import CaseFacts
from tracer.findings.lines.events import LineEvents, enter_line_events
from tracer.findings.lines.hands import write_hands
from tracer.findings.lines.rates import write_rates
from tracer.findings.lines.rules import write_rules

__all__ = ["LineEvents", "compute"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write complaint rates, hands and broken rules as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    write_rates(con, run)
    write_rules(con, run)
    write_hands(con, run)
