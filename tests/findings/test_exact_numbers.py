"""Pool sizes, rates and tails: intervals cover what they say, and tails are those of scipy, exactly computed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.stats import poisson

from tracer.findings import tails
from tracer.findings.campaigns.pool import pool_size
from tracer.findings.claims.size import at_least, at_most, p_as_large, several_samples, two_samples


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


@pytest.mark.parametrize(("size", "calls"), [(1, 3), (5, 12), (50, 10), (50, 60), (200, 30), (200, 300), (10_000, 118)])
def test_pool_intervals_cover(size: int, calls: int) -> None:
    chances = occupied(size, calls)
    covered = 0.0
    for callers, chance in enumerate(chances):
        if chance > 1e-9:
            found = pool_size(calls, callers)
            covered += chance * (found.low <= size and (found.high is None or size <= found.high))
    assert covered >= 0.9499


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
    ends = [tails.count_interval(n) for n in range(120)]
    assert sum(poisson.pmf(n, mean) for n, (low, high) in enumerate(ends) if low <= mean <= high) >= 0.95


COUNTS = [-1, 0, 1, 2, 7, 40, 399, 400, 401]


def test_tails_and_intervals_are_those_of_scipy() -> None:
    for mean in (0.0, 1e-9, 0.3, 7.0, 390.0):
        assert [tails.poisson_at_least(count, mean) for count in COUNTS] == [poisson.sf(n - 1, mean) for n in COUNTS]
        assert [tails.poisson_at_most(count, mean) for count in COUNTS] == [poisson.cdf(n, mean) for n in COUNTS]
    for share in (0.0, 1e-6, 0.02, 0.5, 0.97, 1.0):
        expected = [stats.binom.sf(count - 1, 400, share) for count in COUNTS]
        assert [tails.binomial_at_least(count, 400, share) for count in COUNTS] == expected
        assert tails.binomials_at_least(np.array(COUNTS), 400, share).tolist() == expected
        at_most = [tails.binomial_at_most(count, 400, share) for count in COUNTS]
        assert at_most == pytest.approx([stats.binom.cdf(count, 400, share) for count in COUNTS], rel=1e-12)
        assert (tails.binomial_at_least(1, 0, share), tails.binomial_at_most(0, 0, share)) == (0.0, 1.0)
    for marked, of, drawn in ((5, 100, 30), (40, 60, 50), (1, 1, 1), (300, 90_000, 4_000)):
        for count in range(min(marked, drawn) + 3):
            found = tails.hypergeometric_at_least(count, marked, of, drawn)
            assert found == pytest.approx(stats.hypergeom.sf(count - 1, of, marked, drawn), rel=1e-9, abs=1e-300)
    tail = (1.0 - tails.LEVEL) / 2.0
    for hits, of in ((1, 2), (3, 40), (39, 40), (17, 29_956)):
        exact = stats.beta.ppf(tail, hits, of - hits + 1), stats.beta.isf(tail, hits + 1, of - hits)
        assert tails.share_interval(hits, of) == exact
        assert tails.count_interval(hits) == (stats.gamma.ppf(tail, hits), stats.gamma.isf(tail, hits + 1))
    rng = np.random.default_rng(3)
    seen, even = rng.integers(5, 60, 40), rng.uniform(5, 60, 40)
    even *= seen.sum() / even.sum()
    assert tails.evenness(seen) == stats.chisquare(seen).pvalue
    assert tails.evenness(seen, even) == stats.chisquare(seen, even).pvalue


@pytest.mark.parametrize(("size", "first", "second", "common"), [
    (1_000, 100, 200, 20), (1_000, 600, 700, 410), (50, 30, 40, 25), (1_000_000, 1_000, 2_000, 3), (100, 10, 10, 0),
])  # fmt: skip
def test_tails_are_those_of_another_library(size: int, first: int, second: int, common: int) -> None:
    exact = stats.hypergeom(size, first, second)
    assert at_most(size, first, second, common) == pytest.approx(exact.cdf(common), abs=1e-9)
    assert at_least(size, first, second, common) == pytest.approx(exact.sf(common - 1), abs=2e-9)


def test_five_hundred_millions_are_rejected_from_32_common_members_on() -> None:
    """Methods 4: two samples of 100,000 expect 20 in common."""
    enough, few, pool = (two_samples(100_000, 100_000, common) for common in (32, 31, 20))
    assert p_as_large(enough, 5e8) <= 0.01 < p_as_large(few, 5e8)
    assert pool.low < 5e8 < (pool.high or 0)
    assert pool.estimate == pytest.approx(100_001**2 / 21 - 1)
    assert two_samples(100, 100, 0).high is None
    assert two_samples(100, 100, 100).low == 100


@pytest.mark.parametrize("size", [300, 2_000])
def test_the_interval_is_the_set_that_no_tail_excludes(size: int) -> None:
    for common in range(0, 30, 3):
        pool = two_samples(60, 80, common)
        inside = at_most(size, 60, 80, common) >= 0.025 and at_least(size, 60, 80, common) >= 0.025
        assert (pool.low <= size <= (pool.high or size)) == inside


def test_three_samples_give_chaos_bound() -> None:
    pool = several_samples([100, 100, 100], [250, 22, 2])
    assert pool.common == 28
    assert pool.estimate == pytest.approx(274 + 2 / 3 * 250 * 249 / (2 * 23))
    assert pool.low <= pool.estimate <= (pool.high or 0)
    assert several_samples([10, 10, 10], [30, 0, 0]).high is None
    with pytest.raises(ValueError, match="11 common members"):
        two_samples(10, 20, 11)
