"""A user's few words become a market of that size."""

from __future__ import annotations

from typing import Any

import pytest

from tracer.errors import UsageError
from tracer.simulate.asked import SHARES, market_spec
from tracer.simulate.market import MarketSpec
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


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"lists": 5}, "too few for a market"),
        ({"rows": 39}, "too short"),
        ({"shares": {"merges": 1.5}}, "not between"),
        ({"shares": {"seed": 0.5}}, "invalid share"),
    ],
)
def test_what_cannot_be_drawn_is_refused(words: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        market_spec(1, **words)
