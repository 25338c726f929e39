"""The exact block test: against brute force, against simulation, never too bold; counts are those of the statement."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.bench.random_claim import LEVELS, calibration
from tests.inserted import append
from tracer.case.memory import memory_case
from tracer.findings.claims import blocks as counted
from tracer.findings.claims.blocks import BLOCK, overlap_null
from tracer.findings.claims.verdict import statement
from tracer.identify.number_plans import built_in_ranges


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), min_size=1, max_size=6), st.integers(0, 60))
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
    shares, uniform = calibration(2_000, density, 20261)
    for level, share in zip(LEVELS, shares, strict=True):
        hits = round(2_000 * share)
        assert stats.binomtest(hits, 2_000, level, alternative="greater").pvalue > 0.01, (level, hits)
    assert uniform > 0.01


@pytest.mark.parametrize(("density", "least"), [(0.005, 0.999), (0.02, 0.985), (0.05, 0.9)])
def test_power_at_one_percent_true_overlap(density: float, least: float) -> None:
    """n = 10,000, α = 1 %: .99 at a density of 2 % (methods 3); the printed power agrees with simulation."""
    rng = np.random.default_rng(7)
    drawn = np.full(5_000, 2)
    known = np.full(5_000, round(BLOCK * density))
    null = overlap_null(known, drawn)
    critical = null.critical(0.01)
    assert null.tail(critical) <= 0.01 < null.tail(critical - 1)
    random = rng.hypergeometric(known, BLOCK - known, drawn, size=(1_500, 5_000)).sum(axis=1)
    copied = rng.binomial(10_000, 0.01, size=1_500)
    simulated = float((rng.binomial(random, 0.99) + copied >= critical).mean())
    assert simulated >= least
    assert null.power(0.01, 0.01) == pytest.approx(simulated, abs=0.02)


FIRST = {"CN": 8614200000000, "US": 19995550000}
"""In segments that nobody was given."""


@pytest.mark.parametrize(
    ("country", "marked_from", "at_once", "without"),
    [("CN", 0, 3, []), ("CN", 100, 1 << 14, [4]), ("CN", 1 << 40, 3, [4]), ("US", 100, 3, []), ("US", 0, 1 << 14, [4])],
)
def test_the_same_as_the_statement(
    at_once: int, without: list[int], marked_from: int, country: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "_BLOCKS_AT_ONCE", at_once)
    monkeypatch.setattr(counted, "_MARKED_FROM", marked_from)
    con = memory_case().con
    within = next(each for each in built_in_ranges() if each.country == country)
    rng = np.random.default_rng(7)
    for dataset, size in ((1, 3_000), (2, 8_000), (3, 6_000), (4, 500), (5, 4_000)):
        # Blocks lie apart, some numbers are of no block or another plan's, and the lists have numbers in common.
        keys = np.unique(FIRST[country] + rng.integers(0, 9, size) * 70_000 + rng.integers(0, 10_000, size))
        keys = np.append(keys, [447700900142 + dataset, 8602112345678])
        append(con, "membership", {"dataset": np.full(keys.size, dataset), "key": keys, "row": np.arange(keys.size)})
    con.execute(
        "INSERT INTO junk SELECT 2, min(key), 'x', 'hotline', 30, 25 FROM membership"
        " WHERE dataset = 1 AND key BETWEEN $first AND $last",
        {"first": within.first, "last": within.last},
    )
    bound = {"dataset": 1, "witnesses": [2, 3], "without": without, **counted.limits_of(within)}
    expected = con.execute(statement("blocks"), bound).fetchnumpy()
    found = counted.block_counts(con, 1, [2, 3], without, within)
    assert len(expected["block"]) > 5
    for name in ("block", "drawn", "known", "shared"):
        assert np.array_equal(found[name], expected[name]), name


def test_without_a_number_there_is_no_block() -> None:
    found = counted.block_counts(memory_case().con, 1, [2], [], built_in_ranges()[0])
    assert {name: values.size for name, values in found.items()} == {"block": 0, "drawn": 0, "known": 0, "shared": 0}
