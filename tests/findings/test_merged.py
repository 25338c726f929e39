"""Identifiers of several datasets, merged: the same as by grouping all memberships."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.findings.merged import merge_keys
from tracer.findings.patterns import read_traced, run_sql
from tracer.identify.keys import EMAIL_BASE

_LEFT = ("FROM signed_key WHERE holders > 1 ORDER BY ALL", "FROM signed_block WHERE keys > 0 ORDER BY ALL")


def _case(lists: int) -> duckdb.DuckDBPyConnection:
    rng = np.random.default_rng(lists)
    landlines = 862_100_000_000 + np.arange(300, dtype=np.int64)
    everyone = np.concatenate([fresh(rng, 2_000), landlines, EMAIL_BASE + np.arange(500, dtype=np.int64)])
    has = {f"l{n:02}": everyone[rng.random(everyone.size) < rng.uniform(0.1, 0.8)] for n in range(lists)}
    con = World(has, raw=False).load()
    # One version that nobody asks about any more, and junk of one dataset that others hold too.
    con.execute("INSERT INTO membership SELECT 99, key, row FROM membership WHERE dataset = 1")
    junk = [(1, int(key)) for key in [*everyone[:40], *landlines[:5], everyone[-1]]]
    con.executemany(
        "INSERT INTO junk VALUES (?, ?, NULL, 'hotline', 1, 30)", [*junk, (1, None), (99, int(everyone[50]))]
    )
    return con


@pytest.mark.parametrize("order", ["dataset, key", "key", "row"])
@pytest.mark.parametrize("lists", [1, 2, 12])
def test_merged_identifiers_are_those_that_are_grouped(lists: int, order: str) -> None:
    con = _case(lists)
    con.execute(f"CREATE OR REPLACE TABLE membership AS FROM membership ORDER BY {order}")
    read_traced(con)
    run_sql(con, "signature")
    run_sql(con, "signed_block")
    grouped = [con.execute(statement).fetchall() for statement in _LEFT]
    merge_keys(con)
    assert [con.execute(statement).fetchall() for statement in _LEFT] == grouped
    assert bool(grouped[0]) == (lists > 1)
    assert len(grouped[1]) > 1


def test_a_case_without_memberships_has_none_to_merge() -> None:
    con = World({}, raw=False).load()
    read_traced(con)
    merge_keys(con)
    assert [con.execute(statement).fetchall() for statement in _LEFT] == [[], []]
