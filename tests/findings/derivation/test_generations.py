"""Hands from an ancestor to a list, and explanations of a pair: no surer than the edges on the way, and one in all."""

from __future__ import annotations

import math
from datetime import date
from itertools import product

import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.generations import DRAWS, hands


def test_two_ways_and_their_shortest_against_all_cases() -> None:
    """An oracle: a diamond with a short cut, every combination of its edges counted out."""
    graph = ((), (0,), (0,), (1, 2, 0))
    chances = {(0, 1): 0.7, (0, 2): 0.6, (1, 3): 0.5, (2, 3): 0.8, (0, 3): 0.2}
    edge = np.zeros((4, 4))
    for (a, b), p in chances.items():
        edge[a, b] = p
    two = 0.0
    for stands in product((False, True), repeat=len(chances)):
        which = dict(zip(chances, stands, strict=True))
        weight = math.prod([p if which[pair] else 1 - p for pair, p in chances.items()])
        by_two = (which[0, 1] and which[1, 3]) or (which[0, 2] and which[2, 3])
        two += weight if by_two and not which[0, 3] else 0.0
    found = hands([graph] * 60, edge)
    assert found[0, 3, 1] == 0.2
    assert found[0, 3, 2] == pytest.approx(two, abs=4 * np.sqrt(0.25 / (60 * DRAWS)))


def test_graphs_that_differ_share_the_probability_and_sums_stay_at_one() -> None:
    edge = np.zeros((3, 3))
    edge[0, 1], edge[1, 2], edge[0, 2] = 0.98, 0.55, 0.5
    found = hands([((), (0,), (1,)), ((), (0,), (0,))] * 25, edge)
    assert found[0, 2, 1] + found[0, 2, 2] <= 1.0
    assert found[0, 2, 2] <= 0.55


def _family() -> World:
    rng = np.random.default_rng(12)
    first = fresh(rng, 900)
    second = rng.permutation(np.concatenate([first[:600], fresh(rng, 40)]))
    third = rng.permutation(np.concatenate([second[:400], fresh(rng, 200)]))
    fourth = rng.permutation(np.concatenate([third[:300], fresh(rng, 150)]))
    return World({"a": first, "b": second, "c": third, "d": fourth, "e": fresh(rng, 500)}, own=("a",))


def test_stored_generations_agree_with_the_stored_edges() -> None:
    con = _family().load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    edges = dict(con.execute("SELECT (parent, child), probability FROM derivation WHERE direction = 'told'").fetchall())
    rows = con.execute("SELECT ancestor, dataset, hands, probability FROM generation ORDER BY ALL").fetchall()
    assert {pair for pair, p in edges.items() if p >= 0.5} <= {(a, d) for a, d, steps, _ in rows if steps == 1}
    assert all(p == edges[a, d] for a, d, steps, p in rows if steps == 1)
    further = {(a, d): p for a, d, steps, p in rows if steps > 1 and p >= 0.2}
    assert ("a", "c") in further
    for (ancestor, dataset), p in further.items():
        assert p <= sum(q for (a, _), q in edges.items() if a == ancestor)
        assert p <= sum(q for (_, d), q in edges.items() if d == dataset)
        assert p < 1.0, "no way of two hands is surer than each of them"


def _found(world: World) -> dict[tuple[str, str], list[tuple[str, str | None, float]]]:
    con = world.load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    found: dict[tuple[str, str], list[tuple[str, str | None, float]]] = {}
    rows = con.execute("SELECT giver, taker, kind, through, probability FROM explanation ORDER BY 5 DESC, 1, 2, 3")
    for giver, taker, kind, through, p in rows.fetchall():
        found.setdefault((min(giver, taker), max(giver, taker)), []).append((f"{giver} {kind} {taker}", through, p))
    return found


def _market() -> World:
    rng = np.random.default_rng(21)
    source = fresh(rng, 1500)
    first = rng.permutation(np.concatenate([rng.permutation(source)[:600], fresh(rng, 80)]))
    second = rng.permutation(np.concatenate([rng.permutation(source)[:700], fresh(rng, 90)]))
    third = rng.permutation(np.concatenate([first[:400], fresh(rng, 200)]))
    lists = {"source": source, "first": first, "second": second, "third": third, "apart": fresh(rng, 700)}
    months = {"source": 1, "first": 4, "second": 5, "third": 9, "apart": 2}
    return World(lists, {name: date(2026, month, 1) for name, month in months.items()}, own=("source",))


def test_each_pair_has_its_likeliest_explanation_with_the_list_in_between() -> None:
    found = _found(_market())
    assert found["first", "source"][0][0] == "source copied first"
    assert found["source", "third"][0][:2] == ("source through third", "first")
    assert found["first", "second"][0][:2] == ("first common second", "source")
    assert not any("apart" in pair for pair in found), "what has nothing in common needs no explanation"


def test_a_pairs_explanations_sum_to_one_and_copying_is_as_likely_as_its_edge() -> None:
    world = _market()
    for rows in _found(world).values():
        assert sum(p for _, _, p in rows) == pytest.approx(1.0, abs=0.002)
    edges = {f"{parent} copied {child}": p for (parent, child), (p, _) in world.trace().items()}
    told = {name: p for rows in _found(world).values() for name, _, p in rows if " copied " in name and p >= 0.05}
    assert told == edges


def test_related_lists_that_no_loaded_list_ties_come_from_an_unseen_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.findings.derivation.model.LOG_PARENT", -1e6)  # no edge is ever worth its prior
    rng = np.random.default_rng(22)
    unseen = fresh(rng, 900)
    world = World({"a": rng.permutation(unseen)[:600], "b": rng.permutation(unseen)[:600], "c": fresh(rng, 500)})
    assert _found(world)["a", "b"][0][0] == "a hidden b"


def test_lists_that_each_cover_a_register_may_come_from_it_and_not_from_a_hidden_list() -> None:
    rng = np.random.default_rng(23)
    register = fresh(rng, 2000)
    lists = {name: np.concatenate([rng.permutation(register)[:1860], fresh(rng, 40)]) for name in "abcd"}
    found = _found(World({**lists, "apart": fresh(rng, 900)}))
    assert len(found) == 6
    for rows in found.values():
        kinds = {name.split()[1]: p for name, _, p in rows}
        assert kinds["register"] >= 0.1
        assert "hidden" not in kinds
