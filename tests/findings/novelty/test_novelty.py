"""Which contacts of a list are new: held against sets that are known, with small counts hidden from subtraction."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.ask.named import find_query, run_query
from tracer.ask.result import json_rows
from tracer.findings import novelty, overlap
from tracer.findings.case_facts import CaseFacts, drop_answered, is_frozen_sql
from tracer.trace import _columns, _settle

NUMBERS = fresh(np.random.default_rng(5), 6000)
JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def computed(con: duckdb.DuckDBPyConnection) -> None:
    with CaseFacts(con) as facts:
        overlap.compute(facts, 1)
        novelty.compute(facts, 1)


def parts(world: World, dataset: str = "d", **set_: object) -> list[dict[str, Any]]:
    """The rows of a list. set_: columns of all its lists."""
    con = world.load()
    for column, value in set_.items():
        con.execute(f"UPDATE dataset SET {column} = $value WHERE id = $id", {"value": value, "id": dataset})
    computed(con)
    return list(json_rows(run_query(con, find_query("novelty"), {"dataset": dataset})))


def seen(rows: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [(row["part"], row["first"], row["since"], row["contacts"]) for row in rows]


def test_contacts_belong_to_the_earliest_list_that_has_them() -> None:
    """d is 1,000 of a, 500 of b of which 200 are in a too, and 800 new; e is younger and takes nothing away."""
    a, b = NUMBERS[:2000], np.concatenate([NUMBERS[:200], NUMBERS[2000:3000]])
    d = np.concatenate([NUMBERS[:1000], NUMBERS[2000:2300], NUMBERS[4000:4800]])
    world = World(
        {"a": a, "b": b, "d": d, "e": NUMBERS[3900:4900]}, {"a": JAN, "b": FEB, "d": MAR, "e": APR}, raw=False
    )
    rows = parts(world)
    assert seen(rows) == [
        ("new", None, None, 800), ("recycled", "a", "2026-01-01", 1000), ("recycled", "b", "2026-02-01", 300),
    ]  # fmt: skip
    assert [(row["low"], row["high"]) for row in rows] == [(row["share"], row["share"]) for row in rows]
    assert "800 of the 2,100 contacts of d are in no earlier list" in str(rows[0]["reasons"])
    assert "older than the day on which it was obtained" in str(rows[1]["against"])


@pytest.mark.parametrize("obtained", [{"a": JAN}, {"a": JAN, "d": JAN}])
def test_without_a_day_it_is_open_which_list_had_them_first(obtained: dict[str, date]) -> None:
    rows = parts(World({"a": NUMBERS[:500], "d": NUMBERS[:900]}, obtained, raw=False))
    assert seen(rows) == [("new", None, None, 400), ("open", None, None, 500)]


def test_a_count_under_20_cannot_be_subtracted_out() -> None:
    world = World({"a": NUMBERS[:500], "d": NUMBERS[:510]}, {"a": JAN, "d": FEB}, raw=False)
    new, recycled = parts(world)
    assert (new["contacts"], new["share"], recycled["contacts"], recycled["share"]) == ("<20", None, None, None)
    assert recycled["low"] * 510 < 500 < recycled["high"] * 510
    assert "500" not in str(recycled["reasons"])
    apart = World({"a": NUMBERS[:500], "d": np.concatenate([NUMBERS[:19], NUMBERS[1000:1500]])}, {"a": JAN, "d": FEB})
    assert seen(parts(apart)) == [("new", None, None, 519)]  # fewer than 20 in common are none


def test_masked_rows_and_hashes_leave_a_range() -> None:
    world = World({"a": NUMBERS[:500], "d": NUMBERS[:900]}, {"a": JAN, "d": FEB}, raw=False)
    new, recycled = parts(world, masked=100)
    assert (new["low"], new["high"]) == (0.4, 0.5)
    assert (recycled["low"], recycled["high"]) == (0.5, 0.6)
    assert "100 rows are masked" in str(new["against"])
    new, recycled = parts(world, hashes=900)
    assert (new["low"], recycled["high"]) == (0.0, 1.0)


def test_hashes_of_addresses_leave_no_range_for_numbers() -> None:
    """An earlier list of hashes of addresses cannot have had a number first."""
    world = World(
        {"a": NUMBERS[:500], "d": NUMBERS[:900], "h": NUMBERS[5000:]}, {"a": JAN, "d": MAR, "h": FEB}, raw=False
    )
    con = world.load()
    con.execute("UPDATE dataset SET hashes = contacts WHERE id = 'h'; DELETE FROM dataset_column")
    asked = "INSERT INTO dataset_column (dataset, part, position, role, how) SELECT no, 1, 0, {}, 'header' FROM dataset"
    for hashed, low in (("email_hash", 0.444444), ("phone_hash", 0.0)):
        con.execute("DELETE FROM dataset_column; DELETE FROM novelty; DELETE FROM overlap")
        con.execute(asked.format(f"if(id = 'h', '{hashed}', 'phone')"))
        computed(con)
        rows = json_rows(run_query(con, find_query("novelty"), {"dataset": "d"}))
        assert [row["low"] for row in rows if row["part"] == "new"] == [low], hashed


def test_parts_sum_up_to_the_list_whatever_overlaps() -> None:
    rng = np.random.default_rng(3)
    lists = {f"l{i}": rng.choice(NUMBERS[:3000], 900, replace=False) for i in range(6)}
    days = {f"l{i}": date(2026, 1 + i, 1) for i in range(6)}
    for i, name in enumerate(lists):
        rows = parts(World(lists, days, raw=False), name)
        assert sum(int(row["contacts"]) for row in rows) == 900
        before = set[int]().union(*(lists[f"l{j}"].tolist() for j in range(i)))
        assert int(rows[0]["contacts"]) == len(set(lists[name].tolist()) - before)


def test_parts_stay_as_they_were_where_a_list_that_had_some_first_was_purged() -> None:
    world = World(
        {"a": NUMBERS[:500], "b": NUMBERS[400:800], "d": NUMBERS[:900]}, {"a": JAN, "b": FEB, "d": MAR}, raw=False
    )
    con = world.load()
    computed(con)
    shown = "SELECT part, first, contacts FROM novelty WHERE dataset = 'd' AND superseded IS NULL ORDER BY ALL"
    before = con.execute(shown).fetchall()
    assert [n for _, _, n in before] == [100, 500, 300]
    con.execute("UPDATE dataset SET purged_at = '2026-05-01' WHERE id = 'a'")
    con.execute("DELETE FROM membership WHERE dataset = 1")
    with CaseFacts(con) as facts:
        novelty.compute(facts, 2)
    drop_answered(con, "novelty", 2)
    _settle(con, "novelty", _columns(con)["novelty"], 2, f" AND NOT {is_frozen_sql('novelty')}")
    assert con.execute(shown).fetchall() == before
