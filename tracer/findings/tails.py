"""Tails and quantiles of common distributions, straight from the special functions that give them.

The same to the last bit as `scipy.stats`, which is not asked because loading it takes a third of a second: more than
the whole rest of the stages that need a tail in a case of twenty lists.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]


def log_sum(logs: Floats) -> float:
    """ln Σ exp of finite values, as `logsumexp` of SciPy gives it, which takes seven times as long for a few."""
    top = logs.max()
    at = logs == top
    rest = np.exp(np.where(at, -np.inf, logs) - top).sum()
    return float(np.log1p(rest / at.sum()) + np.log(at.sum()) + top)


def poisson_at_least(count: float, mean: float) -> float:
    """P(N ≥ count) of a Poisson number."""
    return float(special.pdtrc(count - 1, mean)) if count >= 1 else 1.0


def poisson_at_most(count: float, mean: float) -> float:
    """P(N ≤ count) of a Poisson number."""
    return float(special.pdtr(count, mean)) if count >= 0 else 0.0


def binomial_at_least(count: float, tries: float, share: float) -> float:
    """P(N ≥ count) of a binomial number."""
    return float(binomials_at_least(count, tries, share))


def binomials_at_least(count: ArrayLike, tries: float, share: float) -> Floats:
    """P(N ≥ count) for each whole count: the incomplete beta function (Abramowitz and Stegun 26.5.24)."""
    least = np.asarray(count, dtype=np.float64)
    inside = (least >= 1) & (least <= tries)
    beta = special.betainc(np.where(inside, least, 1.0), np.where(inside, tries - least + 1, 1.0), share)
    tail: Floats = np.where(inside, beta, np.where(least < 1, 1.0, 0.0))
    return tail


def hypergeometric_at_least(count: int, marked: int, of: int, drawn: int) -> float:
    """P(N ≥ count): marked ones among so many drawn from `of`, summed term by term."""
    if count <= max(0, marked + drawn - of):
        return 1.0

    def choices(n: int, taken: ArrayLike) -> Floats:
        """Logarithm of the binomial coefficient."""
        k = np.asarray(taken, dtype=np.float64)
        return np.asarray(-special.betaln(n - k + 1, k + 1) - np.log(n + 1))

    k = np.arange(count, min(marked, drawn) + 1, dtype=np.float64)
    return float(min(1.0, np.exp(choices(marked, k) + choices(of - marked, drawn - k) - choices(of, drawn)).sum()))


def binomial_at_most(count: int, tries: int, share: float) -> float:
    """P(N ≤ count) of a binomial number."""
    if not 0 <= count < tries:
        return 1.0 if count >= tries else 0.0
    return float(special.betaincc(count + 1.0, float(tries - count), share))


def evenness(seen: ArrayLike, expected: ArrayLike | None = None) -> float:
    """p of Pearson's χ² test: counts against `expected` of the same sum, or against even ones."""
    counts = np.asarray(seen, dtype=np.float64)
    even = counts.mean() if expected is None else np.asarray(expected, dtype=np.float64)
    return float(special.chdtrc(counts.size - 1, ((counts - even) ** 2 / even).sum()))


# Exact intervals for shares, counts and sizes: each inverts the tails of its own distribution, none is a normal limit.
#
# Exact in the sense of Clopper and Pearson (Biometrika 26, 1934): an interval holds the true value at least as often as
# it says, whatever that value is, and may hold it more often.

LEVEL = 0.95
_TAIL = 1.0 - LEVEL
LEAST_P = 1e-12
LARGEST = 10**15
"""Sizes beyond which nothing bounds a pool: more than there are numbers."""


def share_interval(hits: int, of: int) -> tuple[float, float]:
    """Clopper–Pearson interval of a share, from quantiles of the beta distribution; (0, 1) for nothing tried."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of}")
    low = 0.0 if hits == 0 else float(special.betaincinv(hits, of - hits + 1, _TAIL / 2.0))
    return low, 1.0 if hits == of else float(special.betainccinv(hits + 1, of - hits, _TAIL / 2.0))


def share_at_most(hits: int, of: int) -> float:
    """One-sided upper bound of a share: 0 of 29,956 bounds it by 1 in 10,000 at 95 % (methods 4)."""
    return 1.0 if hits >= of else float(special.betainccinv(hits + 1, of - hits, _TAIL))


def count_interval(count: int) -> tuple[float, float]:
    """Exact interval of a Poisson mean, from quantiles of the gamma distribution (Garwood, Biometrika 28, 1936)."""
    tail = _TAIL / 2.0
    return float(special.gammaincinv(count, tail)) if count else 0.0, float(special.gammainccinv(count + 1, tail))


def calls_needed(complaints: int, rate: float) -> int:
    """Calls that it takes at least for so many complaints to be compatible with `rate` (one-sided): 0 for none."""
    if complaints == 0:
        return 0
    return first_size(lambda n: binomial_at_least(complaints, n, rate) >= _TAIL, complaints) or LARGEST


def calls_to_support(complaints: int, rate: float) -> int:
    """Calls with no more than these complaints that would show the rate to be below `rate` (one-sided)."""
    return first_size(lambda n: binomial_at_most(complaints, n, rate) <= _TAIL, complaints + 1) or LARGEST


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


def four_digits(value: float) -> float:
    """Four significant digits: what is printed, and the same on every machine."""
    return value if math.isinf(value) else float(f"{value:.4g}")


def rounded_up(p_value: float) -> float:
    """A p-value as it is printed: four significant digits, rounded up, so that P(p ≤ a) ≤ a still holds; none is below
    `LEAST_P`: no assumption holds that far out."""
    near = four_digits(max(p_value, LEAST_P))
    return min(1.0, near if near >= p_value else float(f"{near * 1.001:.4g}"))
