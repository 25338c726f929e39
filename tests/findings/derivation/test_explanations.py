"""Explanations of a pair: they sum to 1, name the list in between, and agree with the edges and the hands."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.findings.worlds import World, fresh
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts


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
