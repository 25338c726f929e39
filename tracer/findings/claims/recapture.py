"""How large is a pool of which samples are held? Capture and recapture with exact intervals (methods 4).

Two samples without replacement of a pool of N: their common members M ~ Hypergeom(N, n₁, n₂). Point estimate: Chapman
(1951), (n₁+1)(n₂+1)/(m+1) − 1. Interval: all N that neither tail at (1 − level)/2 excludes; the normal interval
covers only 79 % at 4 expected recaptures. From three samples on: Chao's lower bound (Biometrics 43, 1987), and the
interval from the common members of all pairs, whose number has mean K/N, K = Σ nᵢnⱼ, and no more variance than a
Poisson number (pairs of uniform samples are uncorrelated): invert the Poisson tails.

Members that are likelier to be drawn than others, or samples of which one is a copy of the other, meet more often: all
estimates are then too low. That is said with every result; strata drawn at random help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from tracer.findings.intervals import LEVEL, count_interval, first_size
from tracer.findings.tails import poisson_at_least
from tracer.marking.codes import masses

MARGIN = 1e-9
"""Added to each upper tail: bounds the rounding of sums over a hundred thousand logarithms."""


@dataclass(frozen=True)
class PoolEstimate:
    """What samples say of the size of a pool."""

    samples: tuple[int, ...]
    common: int
    """For two samples the members in both; for more the pairs of samples that share a member."""
    low: float
    estimate: float
    high: float | None
    """Upper end; None where nothing bounds it."""


def two_samples(first: int, second: int, common: int, level: float = LEVEL) -> PoolEstimate:
    """Size of the pool from two samples with so many members in common.

    Raises `ValueError` where more are in common than one of them has, or a sample is empty.
    """
    if not 0 <= common <= min(first, second) or min(first, second) == 0:
        raise ValueError(f"{common} common members of samples of {first} and {second}")
    tail = (1.0 - level) / 2.0
    least = first + second - common
    # M falls as N grows: the smallest N that makes so few no surprise, the largest that makes so many none.
    low = first_size(lambda size: at_most(size, first, second, common) >= tail, least) or least
    high = None
    if common > 0:
        beyond = first_size(lambda size: at_least(size, first, second, common) < tail, least)
        high = None if beyond is None else max(beyond - 1, low)
    return PoolEstimate((first, second), common, low, (first + 1) * (second + 1) / (common + 1) - 1, high)


def several_samples(sizes: Sequence[int], seen: Sequence[int], level: float = LEVEL) -> PoolEstimate:
    """Size of the pool from t ≥ 3 samples; `seen[k]`: members that are in exactly k + 1 of them."""
    counts = np.asarray(seen, dtype=np.int64)
    times = np.arange(1, counts.size + 1)
    pairs = int((counts * times * (times - 1) // 2).sum())
    distinct = int(counts.sum())
    total = sum(sizes) ** 2 - sum(size * size for size in sizes)
    low, high = count_interval(pairs, level)
    once, twice = int(counts[0]), int(counts[1]) if counts.size > 1 else 0
    chao = distinct + (len(sizes) - 1) / len(sizes) * once * (once - 1) / (2 * (twice + 1))
    most = None if low == 0 else max(total / 2 / low, float(distinct))
    return PoolEstimate(tuple(sizes), pairs, max(total / 2 / high, float(distinct)), chao, most)


def p_as_large(pool: PoolEstimate, size: float) -> float:
    """P(so many in common, or more) where the pool holds `size`: small where the pool is smaller than that."""
    if len(pool.samples) == 2:
        return at_least(round(size), *pool.samples, pool.common)
    return poisson_at_least(pool.common, expected_common(pool.samples, size))


def expected_common(samples: Sequence[int], size: float) -> float:
    """Expected number in common (of pairs of samples) in a pool of `size`."""
    return (sum(samples) ** 2 - sum(n * n for n in samples)) / 2 / size


def at_least(size: int, first: int, second: int, common: int) -> float:
    """P(M ≥ common)."""
    if size < max(first, second, first + second - common):
        return 1.0
    return min(1.0, 1.0 - _below(size, first, second, common) + MARGIN) if common else 1.0


def at_most(size: int, first: int, second: int, common: int) -> float:
    """P(M ≤ common)."""
    if size < first + second - common:
        return 0.0
    return _below(size, first, second, common + 1)


@lru_cache(maxsize=100_000)
def _below(size: int, first: int, second: int, common: int) -> float:
    """P(M < common), summed over logarithms of exact terms: pools may be of any size."""
    few, many = min(first, second), max(first, second)
    start = max(0, first + second - size)
    if common <= start:
        return 0.0
    if common > few:
        return 1.0
    if start == 0:
        log_first = float(np.log1p(-many / (size - np.arange(few, dtype=np.float64))).sum())
    else:
        log_first = float(masses.log_hypergeometric(start, size, first, second))
    k = np.arange(start, common - 1, dtype=np.float64)
    steps: NDArray[np.float64] = (
        np.log(first - k) + np.log(second - k) - np.log(k + 1) - np.log(size - first - second + k + 1)
    )
    logs = log_first + np.concatenate(([0.0], np.cumsum(steps)))
    return float(min(1.0, np.exp(logsumexp(logs))))
