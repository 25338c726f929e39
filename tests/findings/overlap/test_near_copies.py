"""Near-copies of one list count as one witness: for hidden lists, for a second confirmation, against a random list."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.findings import marked_world
from tests.findings.attribution.test_attribution import marked
from tests.findings.worlds import World, fresh
from tracer.findings import attribution, derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.random import assess_random
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import DerivationModel
from tracer.findings.overlap.near_copies import are_near, one_list, witnesses

HIDDEN = "SELECT children, contacts FROM hidden ORDER BY id"


def _hidden(lists: dict[str, NDArray[np.int64]], *pairs: tuple[str, str], patch: pytest.MonkeyPatch) -> list[object]:
    """What is proposed where these pairs are found to be brothers."""
    compute = import_module("tracer.findings.derivation.compute")
    propose = compute.propose

    def told(
        counts: MembershipCounts, model: DerivationModel, brother: NDArray[np.float64], taken: int
    ) -> tuple[Hidden, ...]:
        ids = counts.traced.ids
        p = np.zeros_like(brother)
        for a, b in pairs:
            p[ids.index(a), ids.index(b)] = p[ids.index(b), ids.index(a)] = 0.99
        found: tuple[Hidden, ...] = propose(counts, model, p, taken)
        return found

    patch.setattr(compute, "propose", told)
    con = World(lists).load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    return list(con.execute(HIDDEN).fetchall())


def test_two_near_copies_alone_show_no_hidden_list(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    keys = fresh(rng, 600)
    lists = {"y": keys, "z": np.concatenate([keys[:590], fresh(rng, 5)]), "w": fresh(rng, 400)}
    assert _hidden(lists, ("y", "z"), patch=monkeypatch) == []


def test_what_near_copies_share_is_not_what_the_hidden_list_must_have_held(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    source = fresh(rng, 900)
    y = np.concatenate([rng.permutation(source)[:600], fresh(rng, 60)])
    lists = {"x": rng.permutation(source)[:600], "y": y, "z": y[:-5]}
    found = _hidden(lists, ("x", "y"), ("x", "z"), ("y", "z"), patch=monkeypatch)
    assert found == [(["x", "y", "z"], np.intersect1d(lists["x"], y).size)]


def test_a_list_hosted_twice_confirms_nothing() -> None:
    world = marked_world.World()
    copies = marked(world)
    leaked = world.sample(copies["r2"], 0.6)
    first = world.dataset("leak-a", "trader", leaked)
    second = world.dataset("leak-b", "contractor", leaked[3:])
    assert one_list(world.con, first, second)
    assert {row.grade for row in attribution.compute(CaseFacts(world.con), 1) if row.accused} == {"G3"}


def test_two_hosts_of_a_random_list_do_not_contradict_it() -> None:
    """Nobody knows which of the three was first; that two of them are tied to each other makes no real list of them."""
    world = marked_world.World()
    numbers = world.people(3000)
    world.dataset("said", "trader", numbers)
    world.dataset("host-a", "a", numbers[2:])
    world.dataset("host-b", "b", numbers[:-2])
    world.dataset("client", "client", world.people(3000), origin="own")
    overlap.compute(CaseFacts(world.con), 1)
    world.derivation("host-a", "host-b", 0.9)
    verdict = assess_random(CaseFacts(world.con), "said")
    assert verdict.verdict == "consistent"
    assert verdict.numbers["witnesses"] == ["client"]


def test_near_is_measured_on_the_larger_list() -> None:
    assert are_near(95, 100, 100)
    assert not are_near(100, 100, 200), "a part of a list is no near-copy of it"
    assert witnesses([3, 1, 2], lambda a, b: (a, b) == (1, 3)) == [[1, 3], [2]]
