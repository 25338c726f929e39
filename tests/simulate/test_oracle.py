"""The bench's oracle on small worlds."""

from __future__ import annotations

import pytest

from tests.bench.ablation import paired
from tests.bench.oracle import oracle
from tests.simulate import score
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market


@pytest.mark.parametrize("dates", ["both", "none"])
def test_the_oracle_finds_the_truth_of_a_small_market(dates: str) -> None:
    market = make_market(MarketSpec(
        seed=3, people=4_000, rows=(300, 600), clients=1, collectors=3, copies=6, vendors=1, canaries=3, dates=dates,
        random_true=0,
    ))  # fmt: skip
    assert score.counts_of(oracle(market), market.truth.edges).f1 >= 0.9


def test_losses_are_paired_over_markets() -> None:
    whole = [score.ConfusionCounts(9, 1, 1), score.ConfusionCounts(5, 5, 5)]
    same = paired(whole, whole, lambda c: c.f1)
    assert same == (0.0, 0.0, 0.0)
    loss, low, high = paired(whole, [score.ConfusionCounts(8, 1, 2), score.ConfusionCounts(4, 5, 6)], lambda c: c.f1)
    # However differently hard the markets are, each lost one edge: the interval is narrow.
    assert 0 < low <= loss <= high < 0.12
