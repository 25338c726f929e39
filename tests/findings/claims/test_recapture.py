"""Pool sizes from samples: the tails are the hypergeometric's, and the figures are those of the methods."""

from __future__ import annotations

import pytest
from scipy import stats

from tracer.findings.claims.size import at_least, at_most, p_as_large, several_samples, two_samples


@pytest.mark.parametrize(("size", "first", "second", "common"), [
    (1_000, 100, 200, 20), (1_000, 600, 700, 410), (50, 30, 40, 25), (1_000_000, 1_000, 2_000, 3), (100, 10, 10, 0),
])  # fmt: skip
def test_tails_are_those_of_another_library(size: int, first: int, second: int, common: int) -> None:
    assert at_most(size, first, second, common) == pytest.approx(
        stats.hypergeom.cdf(common, size, first, second), abs=1e-9
    )
    assert at_least(size, first, second, common) == pytest.approx(
        stats.hypergeom.sf(common - 1, size, first, second), abs=2e-9
    )


def test_five_hundred_millions_are_rejected_from_32_common_members_on() -> None:
    """Methods 4: two samples of 100,000 expect 20 in common."""
    assert (
        p_as_large(two_samples(100_000, 100_000, 32), 5e8) <= 0.01 < p_as_large(two_samples(100_000, 100_000, 31), 5e8)
    )
    pool = two_samples(100_000, 100_000, 20)
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


def test_impossible_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="11 common members"):
        two_samples(10, 20, 11)
