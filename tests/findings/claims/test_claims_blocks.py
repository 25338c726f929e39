"""The exact block test: against brute force, against simulation, and never too bold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tracer.findings.claims.blocks import BLOCK, overlap_null


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), min_size=1, max_size=6),
    st.integers(0, 60),
)
@settings(max_examples=60, deadline=None)
def test_the_tail_equals_direct_convolution(blocks: list[tuple[int, int]], overlap: int) -> None:
    """An oracle: the blocks' hypergeometrics convolved one by one."""
    known, drawn = (np.array(side, dtype=np.int64) for side in zip(*blocks, strict=True))
    mass = np.ones(1)
    for held, taken in blocks:
        mass = np.convolve(mass, stats.hypergeom.pmf(np.arange(taken + 1), BLOCK, held, taken))
    exact = min(1.0, float(mass[overlap:].sum()))
    printed = overlap_null(known, drawn).tail(overlap)
    assert printed >= exact - 1e-15
    assert printed <= exact + 2e-12 + (exact * 1e-9)


def test_far_tails_are_bounds_and_small() -> None:
    null = overlap_null(np.full(2_000, 200), np.full(2_000, 5))
    assert 150 < null.mean < 250
    assert null.tail(2_000) < 1e-100
    assert null.tail(null.critical(0.01)) <= 0.01 < null.tail(null.critical(0.01) - 1)


@pytest.mark.parametrize("density", [0.0005, 0.02, 0.2])
def test_p_values_are_valid_under_in_block_random_lists(density: float) -> None:
    """Printed p: P(p ≤ a) ≤ a (exact binomial test at 1 %); randomised p: uniform (KS). 2,000 lists, fixed seed."""
    rng = np.random.default_rng(20261)
    drawn = rng.integers(0, 4, size=500)
    known = rng.binomial(BLOCK, density, size=500)
    null = overlap_null(known, drawn)
    overlaps = rng.hypergeometric(known, BLOCK - known, drawn, size=(2_000, 500)).sum(axis=1)
    printed = np.array([null.tail(int(o)) for o in overlaps])
    for level in (0.001, 0.01, 0.05):
        hits = int((printed <= level).sum())
        assert stats.binomtest(hits, 2_000, level, alternative="greater").pvalue > 0.01, (level, hits)
    randomised = np.array([null.randomised(int(o), u) for o, u in zip(overlaps, rng.random(2_000), strict=True)])
    assert stats.kstest(randomised, "uniform").pvalue > 0.01


@pytest.mark.parametrize(("density", "least"), [(0.005, 0.999), (0.02, 0.985), (0.05, 0.9)])
def test_power_at_one_percent_true_overlap(density: float, least: float) -> None:
    """n = 10,000, α = 1 %: .99 at a density of 2 % (methods 3); the printed power agrees with simulation."""
    rng = np.random.default_rng(7)
    drawn = np.full(5_000, 2)
    known = np.full(5_000, round(BLOCK * density))
    null = overlap_null(known, drawn)
    critical = null.critical(0.01)
    random = rng.hypergeometric(known, BLOCK - known, drawn, size=(1_500, 5_000)).sum(axis=1)
    copied = rng.binomial(10_000, 0.01, size=1_500)
    simulated = float((rng.binomial(random, 0.99) + copied >= critical).mean())
    assert simulated >= least
    assert null.power(0.01, 0.01) == pytest.approx(simulated, abs=0.02)
