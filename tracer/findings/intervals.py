"""Exact intervals for shares, counts and sizes: each inverts the tails of its own distribution, none is a normal limit.

Exact in the sense of Clopper and Pearson (Biometrika 26, 1934): an interval holds the true value at least as often as
it says, whatever that value is, and may hold it more often.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.special import betainccinv, betaincinv, gammainccinv, gammaincinv

from tracer.findings.tails import binomial_at_least, binomial_at_most

LEVEL = 0.95
LEAST_P = 1e-12
LARGEST = 10**15
"""Sizes beyond which nothing bounds a pool: more than there are numbers."""


def share_interval(hits: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Clopper–Pearson interval of a share, from quantiles of the beta distribution; (0, 1) for nothing tried."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    tail = (1.0 - level) / 2.0
    low = 0.0 if hits == 0 else float(betaincinv(hits, of - hits + 1, tail))
    high = 1.0 if hits == of else float(betainccinv(hits + 1, of - hits, tail))
    return low, high


def share_at_most(hits: int, of: int, level: float = LEVEL) -> float:
    """One-sided upper bound of a share: 0 of 29,956 bounds it by 1 in 10,000 at 95 % (methods 4)."""
    return 1.0 if hits >= of else float(betainccinv(hits + 1, of - hits, 1.0 - level))


def count_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """Exact interval of a Poisson mean, from quantiles of the gamma distribution (Garwood, Biometrika 28, 1936)."""
    tail = (1.0 - level) / 2.0
    return float(gammaincinv(count, tail)) if count else 0.0, float(gammainccinv(count + 1, tail))


def calls_needed(complaints: int, rate: float, level: float = LEVEL) -> int:
    """Calls that it takes at least for so many complaints to be compatible with `rate` (one-sided): 0 for none."""
    if complaints == 0:
        return 0
    tail = 1.0 - level
    return first_size(lambda n: binomial_at_least(complaints, n, rate) >= tail, complaints) or LARGEST


def calls_to_support(complaints: int, rate: float, level: float = LEVEL) -> int:
    """Calls with no more than these complaints that would show the rate to be below `rate` (one-sided)."""
    tail = 1.0 - level
    return first_size(lambda n: binomial_at_most(complaints, n, rate) <= tail, complaints + 1) or LARGEST


def first_size(holds: Callable[[int], bool], start: int, largest: int = LARGEST) -> int | None:
    """The smallest size from `start` on at which a condition holds that stays true; None beyond `largest`."""
    start = max(start, 1)
    if holds(start):
        return start
    below, above = start, 2 * start
    while not holds(above):
        below, above = above, 2 * above
        if above > largest:
            return None
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return above


def rounded(value: float) -> float:
    """Four significant digits: what is printed, and the same on every machine."""
    return value if math.isinf(value) else float(f"{value:.4g}")


def rounded_up(p_value: float) -> float:
    """A p-value as it is printed: four significant digits, rounded up, so that P(p ≤ a) ≤ a still holds; none is below
    `LEAST_P`: no assumption holds that far out."""
    near = rounded(max(p_value, LEAST_P))
    return min(1.0, near if near >= p_value else float(f"{near * 1.001:.4g}"))
