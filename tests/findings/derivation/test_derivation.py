"""Derivations of small cases made by hand."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.ask.story import story
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts


def _resale() -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    rng = np.random.default_rng(0)
    client = fresh(rng, 1000)
    vendor = rng.permutation(client)[:600]
    resold = rng.permutation(np.concatenate([vendor[:500], fresh(rng, 400)]))
    return {"client": client, "vendor": vendor, "resold": resold, "unrelated": fresh(rng, 700)}


def test_a_resold_list_is_traced_hand_by_hand() -> None:
    found = World(_resale(), own=("client",)).trace()
    assert {edge for edge, (p, _) in found.items() if p >= 0.5} - {("vendor", "resold")} == {("client", "vendor")}
    assert found["client", "vendor"] >= (0.85, "G2")
    # Each of the two has many contacts that the other lacks, and nothing dates them: a third list may be behind both.
    assert found["vendor", "resold"] < (0.8, "G2")
    assert found["vendor", "resold"] > found["resold", "vendor"]


def test_dates_and_a_third_copy_tell_a_resold_list_hand_by_hand() -> None:
    lists = _resale()
    rng = np.random.default_rng(9)
    lists["again"] = rng.permutation(lists["resold"])[:500]
    dated = {name: date(2026, month, 1) for month, name in enumerate(("client", "vendor", "resold", "again"), start=1)}
    found = World(lists, own=("client",), obtained=dated).trace()
    stated = {edge for edge, (p, _) in found.items() if p >= 0.5}
    assert stated - {("vendor", "resold")} == {("client", "vendor"), ("resold", "again")}
    assert found["vendor", "resold"][0] > 2 * found["resold", "vendor"][0]


def test_without_dates_and_origins_no_direction_of_the_chain_is_sure() -> None:
    found = World(_resale()).trace()
    for a, b in (("client", "vendor"), ("vendor", "resold")):
        assert max(found[a, b][0], found[b, a][0]) < 0.8
        assert found[a, b][1] == found[b, a][1] == "G1"
        assert found[a, b][0] + found[b, a][0] > 0.5
    assert ("client", "resold") not in found
    assert not any("unrelated" in edge for edge in found)


def test_identical_copies_cannot_be_told_apart_but_by_dates() -> None:
    keys = fresh(np.random.default_rng(1), 300)
    found = World({"a": keys, "b": keys}).trace()
    assert found["a", "b"][0] == pytest.approx(found["b", "a"][0], abs=0.02)
    assert found["a", "b"][1] == found["b", "a"][1] == "G1"
    dated = World({"a": keys, "b": keys}, obtained={"a": date(2026, 1, 1), "b": date(2026, 7, 1)}).trace()
    assert dated["a", "b"][0] > 3 * dated["b", "a"][0]
    assert dated["a", "b"][0] > 0.5


def test_two_parents_of_a_merge_are_both_found() -> None:
    rng = np.random.default_rng(2)
    one, two = fresh(rng, 400), fresh(rng, 500)
    merged = rng.permutation(np.concatenate([one[:300], two[:350]]))
    found = World({"one": one, "two": two, "merged": merged, "other": fresh(rng, 300)}).trace()
    assert {edge for edge, (p, _) in found.items() if p >= 0.5} == {("one", "merged"), ("two", "merged")}


def test_independent_lists_that_share_popular_numbers_have_no_edge() -> None:
    rng = np.random.default_rng(3)
    popular = fresh(rng, 30)
    lists = {name: np.concatenate([fresh(rng, 500), rng.permutation(popular)[:25]]) for name in "abcd"}
    assert not any(p >= 0.5 for p, _ in World(lists).trace().values())
    pair = {name: np.concatenate([fresh(rng, 500), popular]) for name in "ab"}
    assert not any(p >= 0.5 or grade >= "G2" for p, grade in World(pair).trace().values())


@pytest.mark.parametrize("names", ["", "a", "ab"])
def test_empty_and_tiny_cases_are_traced(names: str) -> None:
    rng = np.random.default_rng(4)
    lists = {name: fresh(rng, 3 * number) for number, name in enumerate(names)}
    assert World(lists).trace() == {}


def test_lists_of_which_one_alone_has_cells_are_traced() -> None:
    con = World(_resale()).load()
    con.execute("DELETE FROM part WHERE dataset <> 1")
    derivation.compute(CaseFacts(con), 1)
    found = con.execute("SELECT parent, child FROM derivation WHERE probability >= 0.3").fetchall()
    assert {"client", "vendor"} in [set(edge) for edge in found]


def test_a_persons_decision_is_kept() -> None:
    world = World(_resale())
    assert ("client", "vendor") not in world.trace(derivation.Decision("client", "vendor", confirmed=False))
    con = world.load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1, [derivation.Decision("vendor", "client", confirmed=True)])
    (row,) = con.execute(
        "SELECT probability, grade, without_judgement, list_transform(against, lambda x: x.code) FROM derivation"
        " WHERE parent = 'vendor' AND child = 'client'"
    ).fetchall()
    assert row[0] >= 0.99
    # The lists say what they said before: the grade is theirs, and the likelier explanation still speaks against it.
    assert (row[1], row[2] < 0.8, row[3][0]) == ("G1", True, "derivation-alternative")


def test_what_a_person_confirms_stands_where_the_lists_share_nothing() -> None:
    found = World(_resale()).trace(derivation.Decision("client", "unrelated", confirmed=True))
    assert found["client", "unrelated"][0] >= 0.99
    assert ("unrelated", "client") not in found


def test_the_same_case_gives_the_same_rows_and_directions_sum_to_one_at_most() -> None:
    tables = ("derivation", "generation", "unexplained", "hidden")
    results = []
    for _ in range(2):
        con = World(_resale()).load()
        derivation.compute(CaseFacts(con), 1)
        results.append([con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables])
    assert results[0] == results[1]
    edges = {(row[2], row[3]): row[4] for row in results[0][0]}
    assert all(p + edges.get((b, a), 0.0) <= 1.0 + 1e-6 for (a, b), p in edges.items())
    assert {row[2]: (row[3], row[4] + row[5]) for row in results[0][2]}["vendor"] == (600, 600)
    assert all(
        {"signal", "value", "weight", "reason"} == set(step) for row in results[0][0] for step in json.loads(row[-4])
    )


def _swapped(held: tuple[int, int] = (300, 300)) -> World:
    """Two clients, each with rows of the other."""
    rng = np.random.default_rng(11)
    one, two = fresh(rng, 1000), fresh(rng, 800)
    taken, given = rng.permutation(two)[: held[0]], rng.permutation(one)[: held[1]]
    lists = {"one": np.concatenate([one, taken]), "two": np.concatenate([two, given])}
    return World({name: rng.permutation(keys) for name, keys in lists.items()})


def test_an_exchange_on_record_is_one_statement_and_its_ways_sum_to_one() -> None:
    con = _swapped().load()
    con.execute(
        "INSERT INTO release (id, dataset, recipient, date, registered_at) VALUES"
        " ('r1', 'one', 'two', '2025-01-01', '2025-01-01'), ('r2', 'two', 'one', '2025-01-01', '2025-01-01')"
    )
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    rows = con.execute("SELECT parent, child, kind, probability, grade FROM derivation ORDER BY parent").fetchall()
    assert [row[:3] for row in rows] == [("one", "two", "exchange"), ("two", "one", "exchange")]
    assert rows[0][3:] == rows[1][3:]
    assert rows[0][3] > 0.8
    ways = dict(con.execute("SELECT kind, sum(probability) FROM explanation GROUP BY kind").fetchall())
    assert ways["exchange"] == rows[0][3]
    assert sum(ways.values()) == pytest.approx(1.0, abs=1e-3)
    said = [headline for section in story(con) for headline in section.findings if "took contacts" in str(headline)]
    assert len(said) == 1


def test_an_exchange_is_an_explanation_where_nothing_records_it() -> None:
    con = _swapped().load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    ways = dict(con.execute("SELECT kind, sum(probability) FROM explanation GROUP BY kind").fetchall())
    assert 0.005 < ways["exchange"] < 0.05
    assert sum(ways.values()) == pytest.approx(1.0, abs=1e-3)


def test_two_states_of_one_list_may_be_behind_two_copies() -> None:
    rng = np.random.default_rng(12)
    older = fresh(rng, 900)
    newer = np.concatenate([older[40:], fresh(rng, 300)])
    lists = {"s1": older, "s2": newer, "mine": rng.permutation(older)[:700], "mine2": rng.permutation(newer)[:900]}
    days = dict(zip(lists, (date(2024, 1, 1), date(2025, 6, 1), date(2024, 3, 1), date(2025, 8, 1)), strict=True))
    holders = {"s1": "source", "s2": "source", "mine": "firm", "mine2": "firm"}
    con = World(lists, own=("s1", "s2"), obtained=days, holders=holders).load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    ways = con.execute(
        "SELECT giver, taker, through, probability FROM explanation WHERE kind = 'states' AND probability >= .01"
    ).fetchall()
    assert ("mine", "mine2", "s2") in [row[:3] for row in ways]
