"""The background of unsolicited calls: what reaches numbers that were given to no one, and how it spreads over
numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracer.findings.campaigns.facts import Hit, Number, SignalFacts
from tracer.findings.intervals import count_interval

MONTH = 365.25 / 12
"""Days."""
SHAPE = 2.0
"""Shape of the gamma prior of a number's rate: rates of never-published numbers differ by about their mean (methods 1:
about 2 calls a month on the average number)."""
_DEFAULT = 2.0
"""Calls a month that are assumed where there are no controls (methods 1)."""
RECYCLED = 3.0
"""How much more a number that another person had before is called, until its own record is long enough."""
RECYCLED_STATES = ("recycled", "second-hand", "二次号", "二次放号", "回收号")


@dataclass(frozen=True)
class ControlRate:
    """Hits on controls, a month and number."""

    medium: str
    numbers: int
    months: float
    hits: int
    low: float
    high: float

    @property
    def mean(self) -> float | None:
        """Hits a month and number; None without controls."""
        return self.hits / self.months if self.months > 0 else None


def poisson_interval(count: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson rate (Garwood 1936): count over exposure, any unit."""
    if exposure <= 0:
        return 0.0, float("inf")
    low, high = count_interval(count, level)
    return low / exposure, high / exposure


def watched(number: Number, span: tuple[datetime, datetime] | None) -> float:
    """Months in which records could tell of this number: the observed span, cut to the number's life."""
    if span is None:
        return 0.0
    first, last = span[0].date(), span[1].date()
    first = max(first, number.since) if number.since is not None else first
    last = min(last, number.until) if number.until is not None else last
    return max(0.0, ((last - first) + timedelta(days=1)).days / MONTH)


def control_rates(facts: SignalFacts) -> list[ControlRate]:
    """The background rate by medium, from the controls alone."""
    rates = []
    for medium, span in sorted(facts.observed.items()):
        controls = [n for n in facts.numbers.values() if n.kind == "control" and n.has(medium)]
        months = sum(watched(number, span) for number in controls)
        hits = sum(hit.medium == medium and hit.number.kind == "control" for hit in facts.hits)
        rates.append(ControlRate(medium, len(controls), months, hits, *poisson_interval(hits, months)))
    return rates


def spread(facts: SignalFacts, rates: Sequence[ControlRate], noise: Iterable[Hit], medium: str) -> dict[int, float]:
    """Number → its share of the background of a medium, among the numbers that can be reached by it; sums to 1.

    A number's rate is that of the controls, corrected by what reached it as `noise` (gamma–Poisson: (a + n) /
    (a / mean + months)): hits that cannot come from any copy. A recycled number so explains its own hits.
    """
    rate = next((rate.mean for rate in rates if rate.medium == medium and rate.mean), None) or _DEFAULT
    counts = Counter(hit.number.no for hit in noise if hit.medium == medium)
    span = facts.observed.get(medium)
    weights: dict[int, float] = {}
    for number in facts.numbers.values():
        if not number.has(medium):
            continue
        months = watched(number, span)
        mean = rate * (RECYCLED if number.state in RECYCLED_STATES else 1.0)
        weights[number.no] = (SHAPE + counts[number.no]) / (SHAPE / mean + months) * max(months, 1.0 / MONTH)
    total = sum(weights.values())
    return {no: weight / total for no, weight in weights.items()}


def share_of(spread_: Mapping[int, float], number: Number) -> float:
    """A number's share of the background, never 0."""
    return max(spread_.get(number.no, 0.0), 1e-9)
