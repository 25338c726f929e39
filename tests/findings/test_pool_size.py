"""Pool sizes and rates: the printed intervals cover what they say, exactly computed, not drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import poisson

from tracer.findings.campaigns.background import poisson_interval
from tracer.findings.campaigns.pool import pool_size


def occupied(size: int, calls: int) -> list[float]:
    """P(U = j) by another way than the code's: one call after the other, in plain Python."""
    chances = {0: 1.0}
    for _ in range(calls):
        nxt: dict[int, float] = {}
        for j, p in chances.items():
            nxt[j] = nxt.get(j, 0.0) + p * j / size
            nxt[j + 1] = nxt.get(j + 1, 0.0) + p * (size - j) / size
        chances = nxt
    return [chances.get(j, 0.0) for j in range(calls + 1)]


@pytest.mark.parametrize(
    ("size", "calls"), [(1, 3), (5, 12), (50, 10), (50, 60), (200, 30), (200, 300), (10_000, 118), (10_000, 300)]
)
def test_pool_intervals_cover(size: int, calls: int) -> None:
    chances = occupied(size, calls)
    covered = 0.0
    for callers, chance in enumerate(chances):
        if chance > 1e-9:
            found = pool_size(calls, callers)
            covered += chance * (found.low <= size and (found.high is None or size <= found.high))
    assert covered >= 0.9499


@pytest.mark.parametrize(("size", "calls"), [(1_000, 2_000), (3_000, 4_000)])
def test_pool_intervals_of_many_calls_cover(size: int, calls: int) -> None:
    """Beyond exact tails: 1,500 draws with fixed seeds; at 94 % true coverage fewer than 92.2 % has chance 0.2 %."""
    rng = np.random.default_rng(77)
    hit = 0
    for _ in range(1_500):
        found = pool_size(calls, len(np.unique(rng.integers(0, size, calls))))
        hit += found.low <= size and (found.high is None or size <= found.high)
    assert hit / 1_500 >= 0.922


def test_no_repeat_bounds_a_pool_from_below_only() -> None:
    found = pool_size(118, 118)
    assert (found.estimate, found.high) == (None, None)
    # 118 calls from 10,000 cards: an even chance of a repeat (methods 4); so few calls cannot refute "over 10,000".
    assert found.low < 10_000
    assert 1 - math.prod(1 - i / 10_000 for i in range(118)) == pytest.approx(0.5, abs=0.01)
    assert pool_size(2_000, 900).high < 10_000  # type: ignore[operator]  # bounded: callers came again
    with pytest.raises(ValueError, match="5 callers in 3 calls"):
        pool_size(3, 5)


@pytest.mark.parametrize("mean", [0.2, 1.0, 4.0, 25.0])
def test_rate_intervals_cover(mean: float) -> None:
    covered = sum(
        float(poisson.pmf(n, mean))
        for n in range(120)
        if poisson_interval(n, 2.0)[0] <= mean / 2.0 <= poisson_interval(n, 2.0)[1]
    )
    assert covered >= 0.95
    assert poisson_interval(0, 0.0) == (0.0, float("inf"))
