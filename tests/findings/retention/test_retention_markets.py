"""Retention on simulated markets, from seeds that were not used in tuning (9101 to 9116 were).

What is missed is mostly a list merged from a recipient's copy and the client's own: home canaries point at the client.
"""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from tests.simulate import score
from tests.simulate.loading import CHINA, insert_market
from tests.simulate.score import ConfusionCounts
from tracer.case.memory import memory_case
from tracer.findings import attribution, derivation, overlap, retention
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.market import Market, MarketSpec
from tracer.simulate.trade import make_market

SEEDS = range(9202, 9205)


def put_canaries(con: duckdb.DuckDBPyConnection, market: Market) -> None:
    """Enter the market's canaries as the client knows them, in place of any that are there."""
    con.execute("DELETE FROM release_canary")
    con.execute("DELETE FROM canary")
    rows: list[tuple[str, str | None, int]] = [("home", None, person) for person in market.home_canaries]
    rows += [("canary", release.id, person) for release in market.releases for person in release.canaries]
    for no, (kind, release, person) in enumerate(rows, 1):
        con.execute(
            "INSERT INTO canary (no, phone, kind, imported_at) VALUES ($no, $phone, $kind, $at)",
            {
                "no": no,
                "phone": int(market.population.number[person]) + CHINA,
                "kind": kind,
                "at": datetime(2020, 1, 1),
            },
        )
        if release is not None:
            con.execute(
                "INSERT INTO release_canary VALUES ($release, $no, 'unique', NULL, NULL)",
                {"release": release, "no": no},
            )
    con.execute('UPDATE release SET drawn = true, design = \'{"draw": "simulated"}\'')


@pytest.mark.slow("three simulated markets")
def test_retention_is_found_on_markets_with_merges() -> None:
    right = wrong = missed = 0
    for seed in SEEDS:
        spec = MarketSpec(seed=seed, people=50_000, clients=2, collectors=3, copies=10, rows=(1_000, 2_500))
        market = make_market(spec)
        case = memory_case()
        insert_market(case.con, market)
        put_canaries(case.con, market)
        overlap.compute(CaseFacts(case.con), 1)
        derivation.compute(CaseFacts(case.con), 1)
        attribution.compute(CaseFacts(case.con), 1)
        rows = retention.compute(CaseFacts(case.con), 1)
        found = {(row.vendor, row.release, row.seen_in): (row.reading, row.probability) for row in rows}
        counts = score.retention(found, market.truth)
        right, wrong, missed = right + counts.right, wrong + counts.wrong, missed + counts.missed
        case.con.close()
    total = ConfusionCounts(right=right, wrong=wrong, missed=missed)
    assert right >= 5, "the markets hold something to be found"
    assert 2 * right / (2 * right + wrong + missed) >= 0.9, total
    assert wrong == 0, total
