"""Tails from the special functions are those of scipy's distributions, to the last bit where it says so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tracer.findings import tails

COUNTS = [-1, 0, 1, 2, 7, 40, 399, 400, 401]


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.3, 7.0, 390.0])
def test_poisson(mean: float) -> None:
    for count in COUNTS:
        assert tails.poisson_at_least(count, mean) == stats.poisson.sf(count - 1, mean)
        assert tails.poisson_at_most(count, mean) == stats.poisson.cdf(count, mean)


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.02, 0.5, 0.97, 1.0])
def test_binomial(share: float) -> None:
    expected = [stats.binom.sf(count - 1, 400, share) for count in COUNTS]
    assert [tails.binomial_at_least(count, 400, share) for count in COUNTS] == expected
    assert tails.binomials_at_least(np.array(COUNTS), 400, share).tolist() == expected
    at_most = [tails.binomial_at_most(count, 400, share) for count in COUNTS]
    assert at_most == pytest.approx([stats.binom.cdf(count, 400, share) for count in COUNTS], rel=1e-12)
    assert tails.binomial_at_least(1, 0, share) == 0.0
    assert tails.binomial_at_most(0, 0, share) == 1.0


@pytest.mark.parametrize(("marked", "of", "drawn"), [(5, 100, 30), (40, 60, 50), (1, 1, 1), (300, 90_000, 4_000)])
def test_hypergeometric(marked: int, of: int, drawn: int) -> None:
    for count in range(min(marked, drawn) + 3):
        expected = stats.hypergeom.sf(count - 1, of, marked, drawn)
        assert tails.hypergeometric_at_least(count, marked, of, drawn) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_quantiles() -> None:
    for hits, of in ((1, 1), (3, 70), (4_000, 29_956)):
        for chance in (0.025, 0.05, 0.95):
            assert tails.beta_quantile(chance, hits, of - hits + 1) == stats.beta.ppf(chance, hits, of - hits + 1)
            assert tails.beta_quantile_above(chance, hits, of) == stats.beta.isf(chance, hits, of)
            assert tails.gamma_quantile(chance, hits) == stats.gamma.ppf(chance, hits)
            assert tails.gamma_quantile_above(chance, hits) == stats.gamma.isf(chance, hits)


def test_evenness() -> None:
    rng = np.random.default_rng(3)
    seen, expected = rng.integers(5, 60, 40), rng.uniform(5, 60, 40)
    expected *= seen.sum() / expected.sum()
    assert tails.evenness(seen) == stats.chisquare(seen).pvalue
    assert tails.evenness(seen, expected) == stats.chisquare(seen, expected).pvalue
