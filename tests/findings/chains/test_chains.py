"""Chains: parties in order, the weakest grade, dates, and what makes no chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from tests.graph.market_case import borrowed_market
from tracer.case.case import Case
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import chains, compute


@pytest.fixture
def market() -> Iterator[Case]:
    yield from borrowed_market()


def sequences(case: Case) -> dict[tuple[str, ...], str]:
    return {route.parties: route.grade for route in chains(case.con)}


def test_chains_go_from_a_client_to_contractors_over_likely_and_unlawful_links(market: Case) -> None:
    found = sequences(market)
    assert found[("home-loans", "cti-x", "trader-q", "centre-1")] == "G2"
    assert found[("home-loans", "cti-x", "trader-q", "trader-w", "centre-2")] == "G2"
    assert found[("jobs-site", "leadhub", "lead-oem", "trader-w", "centre-2")] == "G1"  # the weakest link
    for parties in found:
        assert all(a != b for a, b in pairwise(parties)), "consecutive stations of one party count once"
        assert parties[:2] != ("edu-bright", "cti-y"), "lawful holding"
        assert "mr-chen" not in parties, "a link of .4"
        assert parties[-2:] != ("lead-oem", "centre-3"), "a link of .31"
    route = next(r for r in chains(market.con) if r.parties == ("home-loans", "cti-x", "trader-q", "centre-1"))
    assert (route.datasets[0], route.datasets[-1]) == ("a-2026-01", "d10-calls")
    assert (route.first_seen, route.last_seen) == (date(2026, 1, 9), date(2026, 7, 20))


def test_a_chain_is_as_likely_as_all_its_steps_together(market: Case) -> None:
    def surest(before: str) -> float:
        return next(r for r in chains(market.con) if r.parties == (before, "cti-x", "trader-q", "centre-1")).probability

    as_it_is = surest("home-loans")
    links = "UPDATE derivation SET probability = least(probability, $p) WHERE child = 'd10-calls' AND probability >= .5"
    market.con.execute(links, {"p": 0.55})
    known = "SELECT max(probability) FROM derivation WHERE child = 'd10-calls'"
    assert surest("home-loans") < as_it_is
    assert surest("home-loans") <= market.con.execute(known).fetchall()[0][0]


def test_a_cycle_does_not_hang(market: Case) -> None:
    market.con.execute(
        "INSERT INTO derivation SELECT * REPLACE ('d11-calls' AS parent, 'd8-trade' AS child, 0.5 AS probability) "
        "FROM derivation WHERE child = 'd11-calls'"
    )
    assert ("home-loans", "cti-x", "trader-q", "trader-w", "centre-2") in sequences(market)


def test_the_table_has_all_chains_and_none_without_findings(market: Case) -> None:
    compute(CaseFacts(market.con), 1)
    rows = market.con.execute("SELECT parties, grade FROM chain WHERE run = 1 AND superseded IS NULL").fetchall()
    assert {tuple(parties): grade for parties, grade in rows} == sequences(market)
    for table in ("derivation", "retention", "attribution"):
        market.con.execute(f"DELETE FROM {table}")
    assert chains(market.con) == []
