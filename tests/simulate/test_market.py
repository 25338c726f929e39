"""Synthetic markets: the same spec gives the same market, and the truth is what the moves did."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tracer.simulate.market import MarketSpec
from tracer.simulate.rows import FIRST_DAY
from tracer.simulate.trade import Ghosts, make_market

SMALL = MarketSpec(seed=7, people=20_000, clients=2, collectors=3, copies=8, rows=(300, 900))


def test_an_edge_means_that_numbers_went_over() -> None:
    market = make_market(replace(SMALL, hidden=0.4, own_rows=(0.0, 0.0), wrong_numbers=0.0))
    for parent, child in market.truth.edges:
        assert np.intersect1d(market.named(parent).linking, market.named(child).linking).size >= 5
        assert not market.named(parent).hidden
    assert market.truth.edges <= market.truth.ancestors


def test_a_copy_of_a_list_without_names_has_no_names_for_its_rows() -> None:
    market = make_market(replace(SMALL, copies=24, numbers_only=0.3, own_rows=(0.0, 0.0), merges=0.9))
    bare = {entry.id for entry in market.lists if entry.layout.columns == ("phone",)}
    checked = 0
    for entry in market.lists:
        only = [parent for parent in entry.parents if parent in bare]
        if only and "name" in entry.layout.columns:
            rest = np.concatenate([market.named(p).rows.number for p in entry.parents if p not in bare])
            rows = np.isin(entry.rows.number, market.named(only[0]).rows.number) & ~np.isin(entry.rows.number, rest)
            assert (entry.rows.name[rows] == -1).all()
            checked += int(rows.sum())
    assert checked > 0


def test_padding_that_does_not_fit_is_refused() -> None:
    market = make_market(SMALL)
    with pytest.raises(ValueError, match="lower the padding"):
        Ghosts(market.population).draw(market.population.ghosts + 1)


def test_a_release_of_a_client_with_a_row_history_holds_the_rows_of_its_day() -> None:
    market = make_market(replace(SMALL, history=1.0))
    assert market.releases
    for release in market.releases:
        own, copy = market.named(release.dataset), market.named(release.copy)
        assert {"created", "deleted"} <= set(own.layout.columns)
        day = (release.date - FIRST_DAY).days
        there = (own.rows.day <= day) & (own.rows.gone > day)
        apart = ~np.isin(own.rows.person, [*release.canaries, *market.home_canaries])
        held = np.isin(own.rows.number, copy.rows.number)
        assert (held == there)[apart].all()
        assert not there[apart].all()
