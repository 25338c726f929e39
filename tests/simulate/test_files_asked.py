"""A user's few words become a market of that size."""

from __future__ import annotations

import pytest

from tracer.simulate.market import SHARES, MarketSpec, market_spec
from tracer.simulate.trade import make_market


def test_without_words_it_is_the_default_market() -> None:
    assert market_spec(7) == MarketSpec(seed=7)


@pytest.mark.parametrize("lists", [6, 13, 30])
def test_as_many_lists_as_asked_for(lists: int) -> None:
    market = make_market(market_spec(2, lists=lists, rows=80, shares={"versions": 0.0}))
    handed = {release.copy for release in market.releases}
    assert len([entry for entry in market.lists if entry.id not in handed]) == lists


def test_shares_reach_the_spec() -> None:
    spec = market_spec(2, shares=dict.fromkeys(SHARES, 0.25))
    assert {getattr(spec, name) for name in SHARES} == {0.25}
