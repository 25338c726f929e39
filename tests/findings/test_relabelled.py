"""A list that is called random, or a company's own data, is traced like any other, and the claim is held against it."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.simulate.loading import insert_market
from tracer.ask.why import why
from tracer.ask.why_text import why_text
from tracer.case.memory import memory_case
from tracer.simulate.market import Market, MarketSpec
from tracer.simulate.trade import make_market
from tracer.trace import trace

SPEC = MarketSpec(
    seed=6_001,
    people=25_000,
    clients=2,
    collectors=2,
    copies=8,
    rows=(500, 1_200),
    merges=0.0,
    random_false=2,
    keep=(0.6, 1.0),
)


@pytest.fixture(scope="module")
def market() -> Market:
    return make_market(SPEC)


@pytest.fixture(scope="module")
def con(market: Market) -> duckdb.DuckDBPyConnection:
    case = memory_case()
    insert_market(case.con, market)
    for claim in market.claims:
        case.con.execute(
            "INSERT INTO claim (id, party, about, kind, dataset) VALUES ($id, $party, $party, 'random', $dataset)",
            {"id": claim.id, "party": claim.party, "dataset": claim.dataset},
        )
        case.con.execute(
            "INSERT INTO claim (id, party, about, kind, dataset) VALUES ($id, $party, $party, 'own_collection',"
            " $dataset)",
            {"id": f"own-{claim.id}", "party": claim.party, "dataset": claim.dataset},
        )
    trace(case)
    return case.con


def test_a_copy_called_random_is_found_with_its_source_and_the_claim_is_contradicted(
    con: duckdb.DuckDBPyConnection, market: Market
) -> None:
    false = {claim.id: claim.dataset for claim in market.claims if not claim.true}
    assert len(false) == 2
    found = dict(con.execute("SELECT claim, verdict FROM claim_verdict WHERE superseded IS NULL").fetchall())
    for claim, dataset in false.items():
        parents = {parent for parent, child in market.truth.edges if child == dataset}
        rows = con.execute(
            "SELECT parent FROM derivation WHERE superseded IS NULL AND child = $d AND probability >= .5",
            {"d": dataset},
        ).fetchall()
        assert {row[0] for row in rows} == parents
        assert parents
        assert found[claim] == "contradicted"
        parent = min(parents)
        answer = why(con, parent, dataset)
        assert claim in {row["claim"] for row in answer["said"]}
        assert answer["what_if"][0]["best"]["said"] == f"{dataset} was copied from {parent}"
        text = " ".join(why_text(answer, 80).split())
        claimed = f"the numbers in {dataset} were generated at random"
        assert re.search(rf"{claimed}\W.{{0,60}}The data contradict this\.", text)


def test_a_random_list_called_random_is_not_contradicted(con: duckdb.DuckDBPyConnection, market: Market) -> None:
    true = [claim.id for claim in market.claims if claim.true]
    found = dict(con.execute("SELECT claim, verdict FROM claim_verdict WHERE superseded IS NULL").fetchall())
    assert true
    assert all(found[claim] == "consistent" for claim in true)
