"""The stated error is kept and the stated power reached, by simulation with fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from tests.findings.marked_world import AT, SPACE
from tracer.findings.attribution.nulls import block_chance, excluded_rate, is_planted, tail
from tracer.findings.sightings import Canary, CanaryChance, MatchedRows

ALPHA = 0.01


def not_above(events: int, runs: int, rate: float) -> bool:
    """Whether so many events are compatible with `rate` or less, at 1 %."""
    return bool(binomtest(events, runs, rate, alternative="greater").pvalue > 0.01)


def spread(count: int) -> list[Canary]:
    """Canaries, each in a block of its own."""
    return [Canary(i, "canary", SPACE + i * 10_000, None, None, None, AT) for i in range(count)]


@pytest.mark.parametrize("named", [False, True])
def test_lists_that_are_random_in_their_blocks_keep_the_block_null(named: bool) -> None:
    rng = np.random.default_rng(12)
    runs, planted = 4000, 12
    held = {SPACE // 10_000 + i: 400 + 150 * i for i in range(planted)}
    likeness = dict.fromkeys(range(planted), 0.05) if named else {}
    values = []
    for _ in range(runs):
        seen = rng.random(planted) < np.array([*held.values()]) / 10_000
        agree = frozenset(np.flatnonzero(seen & (rng.random(planted) < 0.05)).tolist())
        background = CanaryChance(held, 0, named, agree, likeness)
        values.append(block_chance(spread(planted), frozenset(np.flatnonzero(seen).tolist()), background))
    for level in (0.001, 0.01, 0.05, 0.2):
        assert not_above(int(np.sum(np.array(values) <= level)), runs, level)


def test_unique_canaries_find_a_sample_as_often_as_stated() -> None:
    """Sparse blocks, 20 releases: one hit is enough, so a sample at r is named with probability 1 - (1 - r)^K."""
    rng = np.random.default_rng(13)
    runs, bound = 3000, ALPHA / 20
    for rate, planted in ((0.5, 5), (0.2, 4), (0.1, 5)):
        named = 0
        for _ in range(runs):
            seen = frozenset(np.flatnonzero(rng.random(planted) < rate).tolist())
            background = CanaryChance({SPACE // 10_000 + i: 1 for i in seen}, 0, False, frozenset(), {})
            named += bool(seen) and block_chance(spread(planted), seen, background) <= bound
        assert named / runs == pytest.approx(1 - (1 - rate) ** planted, abs=0.03)


def test_a_fair_sample_is_hardly_ever_taken_for_planted() -> None:
    rng = np.random.default_rng(14)
    runs, planted, ordinary = 5000, 6, 2000
    wrong = 0
    for rate in rng.uniform(0.01, 1.0, runs):
        seen = int(rng.binomial(planted, rate))
        matched = int(rng.binomial(ordinary, rate))
        wrong += is_planted(seen, planted, MatchedRows(matched, ordinary, 0.0, 0.0))
    assert not_above(wrong, runs, 0.001)
    assert is_planted(6, 6, MatchedRows(0, 2000, 0.0, 0.0)), "no ordinary row"
    assert is_planted(6, 6, MatchedRows(40, 2000, 5.0, 5.0)), "all canaries and a fiftieth of the rows"
    assert is_planted(6, 6, MatchedRows(300, 2000, 290.0, 5.0)), "no more rows than unrelated lists have in common"
    assert not is_planted(6, 6, MatchedRows(1200, 2000, 5.0, 5.0))
    assert not is_planted(18, 20, MatchedRows(1797, 1940, 835.0, 6.0)), (
        "a high estimate of the background frames nobody"
    )


def test_tails_are_exact() -> None:
    p = np.array([0.5, 0.25])
    assert [tail(p, k) for k in range(4)] == [1.0, 0.625, 0.125, 0.0]
    assert excluded_rate(5) == pytest.approx(1 - 0.05**0.2)
    assert excluded_rate(0) == 1.0
