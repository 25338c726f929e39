"""Which numbers of a list have blocks that are known: by the built-in plans and by the case's own table."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.findings.case_facts import CaseFacts
from tracer.identify.number_plans import NumberRange
from tracer.identify.segments import plan_ranges


def ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    """The ranges of which dataset `no` has numbers, in their order, and how many."""
    return facts.once(("number ranges", no), lambda: _ranges_in(facts, no))


def _ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    ranges = facts.once("ranges of plans", lambda: plan_ranges(facts.con))
    counts = ", ".join(f"count(*) FILTER (key BETWEEN {each.first} AND {each.last})" for each in ranges)
    row = facts.con.execute(f"SELECT {counts} FROM membership WHERE dataset = $no", {"no": no}).fetchone() or ()
    return {each: count for each, count in zip(ranges, row, strict=True) if count}
