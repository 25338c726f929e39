"""How many cards does a SIM pool hold? From repeats among the callers of n calls (methods 4).

One card is picked at random for each call, so that the number U of distinct callers in n calls to be seen from a pool
of N is the number of occupied cells (the classical occupancy distribution). The interval inverts its exact tails; it
is exact in the sense of Clopper and Pearson, so it may cover more than it says. Calls that are unevenly spread over
the cards make the pool look smaller than it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from tracer.findings.intervals import first_size

_EXACT = 1_500
"""Calls up to which the distribution is computed; beyond, its normal limit with the exact mean and variance."""
_LARGEST = 1_000_000_000
"""Cards beyond which a pool counts as unbounded."""


@dataclass(frozen=True)
class PoolSize:
    """What repeats say about a pool."""

    calls: int
    callers: int
    low: int
    estimate: int | None
    """Likeliest size; None where no caller came twice."""
    high: int | None
    """Upper end; None where nothing bounds it."""


def pool_size(calls: int, callers: int, level: float = 0.95) -> PoolSize:
    """Size of the pool from which `callers` distinct numbers were seen in `calls` calls.

    Raises `ValueError` for no calls, or more callers than calls.
    """
    if not 0 < callers <= calls:
        raise ValueError(f"{callers} callers in {calls} calls")
    tail = (1.0 - level) / 2.0
    # U grows with N: the smallest N that makes so many callers no surprise, the largest that makes so few none.
    low = first_size(lambda size: _at_least(size, calls, callers) >= tail, callers, _LARGEST)
    if callers == calls:
        return PoolSize(calls, callers, low or callers, None, None)
    beyond = first_size(lambda size: _at_most(size, calls, callers) < tail, callers, _LARGEST)
    return PoolSize(calls, callers, low or callers, _likeliest(calls, callers), None if beyond is None else beyond - 1)


def p_so_few(size: int, calls: int, callers: int) -> float:
    """P(at most so many distinct callers) where the pool holds `size` cards: small where the pool is smaller."""
    return _at_most(size, calls, callers)


def _likeliest(calls: int, callers: int) -> int:
    """Maximum of P(U = callers | N): ln [N! / (N - u)!] - n ln N, which has one maximum in N."""

    def rises(size: int) -> bool:
        step = math.log1p(1.0 / size)
        return math.log(size + 1) - math.log(size + 1 - callers) <= calls * step

    return first_size(rises, callers, _LARGEST) or _LARGEST


def _at_most(size: int, calls: int, callers: int) -> float:
    """P(U <= callers)."""
    if calls > _EXACT:
        mean, deviation = _moments(size, calls)
        return float(ndtr((callers + 0.5 - mean) / deviation)) if deviation > 0 else float(callers >= mean)
    return float(_occupied(size, calls)[: callers + 1].sum())


def _at_least(size: int, calls: int, callers: int) -> float:
    """P(U >= callers)."""
    if calls > _EXACT:
        mean, deviation = _moments(size, calls)
        return float(ndtr((mean - callers + 0.5) / deviation)) if deviation > 0 else float(callers <= mean)
    return float(_occupied(size, calls)[callers:].sum())


def _moments(size: int, calls: int) -> tuple[float, float]:
    """Mean and standard deviation of U; empty cells as in Feller I, IX.5."""
    one, two = math.exp(calls * math.log1p(-1.0 / size)), math.exp(calls * math.log1p(-2.0 / size)) if size > 2 else 0.0
    variance = size * one + size * (size - 1.0) * two - (size * one) ** 2
    return size * (1.0 - one), math.sqrt(max(variance, 0.0))


@cache
def _occupied(size: int, calls: int) -> npt.NDArray[np.float64]:
    """P(U = j), j = 0 … calls, by adding one call after the other."""
    chances = np.zeros(calls + 1)
    chances[0] = 1.0
    cells = np.arange(calls + 1) / size
    for _ in range(calls):
        chances[1:] = chances[1:] * cells[1:] + chances[:-1] * np.maximum(0.0, 1.0 - cells[:-1])
        chances[0] = 0.0
    return chances
