"""Which numbers of a list have blocks that are known, and which are mobile: by the plans and the case's own table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import statement
from tracer.identify.keys import PHONE_END
from tracer.identify.number_plans import COARSE, LEAST_LIVE, NumberRange, mobile_sql
from tracer.identify.segments import plan_ranges

_UNTOLD = 0.01
"""Share of a list's numbers which may be of either kind where mobile numbers are still counted."""


def ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    """The ranges of which dataset `no` has numbers, in their order, and how many."""
    return facts.once(("number ranges", no), lambda: _ranges_in(facts, no))


def other_ranges_in(facts: CaseFacts, no: int) -> list[NumberRange]:
    """Where dataset `no` has numbers between those ranges, whose blocks are not known: blocks that keep the last four
    digits together, with as few live numbers as in any plan. Nothing drawn evenly is tested on them."""
    gaps, first = list[NumberRange](), 0
    for each in (*sorted(_plan_ranges(facts), key=lambda one: one.first), None):
        last = PHONE_END - 1 if each is None else each.first - 1
        if first <= last:
            gaps.append(NumberRange("", first, last, COARSE, LEAST_LIVE, float(last - first + 1)))
        first = max(first, first if each is None else each.last + 1)
    return list(_counted(facts, no, gaps))


def mobiles_in(facts: CaseFacts, no: int) -> tuple[str, int | None]:
    """SQL for whether `key` of dataset `no` is a mobile number, and how many are; None where its plans do not tell."""
    return facts.once(("mobiles", no), lambda: _mobiles_in(facts, no))


def _mobiles_in(facts: CaseFacts, no: int) -> tuple[str, int | None]:
    bound = {"dataset": no, "end": PHONE_END}
    heads = [head for (head,) in facts.con.execute(statement("heads"), bound).fetchall()]
    mobile, either = mobile_sql("key", _plan_ranges(facts), heads)
    counted = facts.con.execute(statement("mobiles").format(mobile=mobile, either=either), bound).fetchall()
    numbers, mobiles, untold = counted[0]
    return mobile, mobiles if untold <= _UNTOLD * numbers else None


def _plan_ranges(facts: CaseFacts) -> tuple[NumberRange, ...]:
    return facts.once("ranges of plans", lambda: plan_ranges(facts.con))


def _ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    return _counted(facts, no, _plan_ranges(facts))


def _counted(facts: CaseFacts, no: int, ranges: Sequence[NumberRange]) -> Mapping[NumberRange, int]:
    counts = ", ".join(f"count(*) FILTER (key BETWEEN {each.first} AND {each.last})" for each in ranges)
    row = facts.con.execute(f"SELECT {counts} FROM membership WHERE dataset = $no", {"no": no}).fetchone() or ()
    return {each: count for each, count in zip(ranges, row, strict=True) if count}
