"""Close datasets and near-copies: what they share, against the definition, and that they count as one witness."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from tests.findings import marked_world
from tests.findings.attribution.test_attribution import marked
from tests.findings.worlds import World, fresh
from tracer.findings import attribution, derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.random import assess_random
from tracer.findings.derivation.evidence import PairEvidence
from tracer.findings.derivation.ways import HIDDEN as UNSEEN
from tracer.findings.derivation.ways import Explanation, Hidden, propose
from tracer.findings.overlap.close import are_near, close_sets, one_list, parts_of, witnesses


def _hidden(lists: dict[str, NDArray[np.int64]], *pairs: tuple[str, str], patch: pytest.MonkeyPatch) -> list[object]:
    """What is proposed where these pairs are found to come from one list that was never obtained."""

    def told(evidence: PairEvidence, explained: object, edge: NDArray[np.float64], taken: int) -> list[Hidden]:
        ids = evidence.compared.traced.ids
        at = [(ids.index(a), ids.index(b)) for a, b in pairs]
        unseen = {(a, b): [Explanation(UNSEEN, a, b, None, 0.99)] for a, b in at}
        found: list[Hidden] = propose(evidence, unseen, edge, taken)
        return found

    patch.setattr(derivation, "propose", told)
    con = World(lists).load()
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    return list(con.execute("SELECT children, contacts FROM hidden ORDER BY id").fetchall())


def test_near_copies_show_no_hidden_list_and_do_not_add_to_what_it_must_have_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    keys = fresh(rng, 600)
    lists = {"y": keys, "z": np.concatenate([keys[:590], fresh(rng, 5)]), "w": fresh(rng, 400)}
    assert _hidden(lists, ("y", "z"), patch=monkeypatch) == []
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


@pytest.mark.parametrize(
    ("seed", "n", "far"), [(0, 6, 0.3), (1, 9, 0.6), (2, 9, 0.1), (3, 45, 0.02), (4, 5, 1.0), (5, 8, 0.0)]
)
def test_close_lists_share_what_they_did_and_others_nothing(seed: int, n: int, far: float) -> None:
    """Sets of holders, how many identifiers each holds, and which datasets are close."""
    rng = np.random.default_rng(seed)
    inside = np.unique(rng.random((40, n)) < 0.4, axis=0)
    inside = inside[inside.sum(axis=1) > 1]
    close = rng.random((n, n)) >= far
    close &= close.T
    np.fill_diagonal(close, True)
    keys = rng.integers(1, 50, inside.shape[0])
    codes = np.random.default_rng(9).integers(1, 1 << 60, n)
    found = close_sets(sparse.csr_matrix(inside.astype(np.int64)), close, codes)
    sets, counts = found.held.toarray() > 0, found.of @ keys
    for size in (2, 3):
        for members in combinations(range(min(n, 9)), size):
            among = list(members)
            expected = keys[inside[:, among].all(axis=1)].sum() if close[np.ix_(among, among)].all() else 0
            assert counts[sets[:, among].all(axis=1)].sum() == expected, members
    assert all(close[np.ix_(one, one)].all() for one in map(np.flatnonzero, sets))


@pytest.mark.parametrize("seed", range(8))
def test_of_one_set_every_close_set_is_held_once_and_no_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    holders = sorted(rng.choice(100, 1 + seed, replace=False).tolist())
    near = {pair for pair in combinations(holders, 2) if rng.random() < seed / 7}
    parts = parts_of(holders, lambda a, b: (min(a, b), max(a, b)) in near)
    assert all(parts.values())
    for size in range(1, len(holders) + 1):
        for some in combinations(holders, size):
            held = sum(times for part, times in parts.items() if set(some) <= set(part))
            assert held == int(near.issuperset(combinations(some, 2))), some


def test_a_contact_of_many_lists_is_taken_apart_in_no_time() -> None:
    """Taken apart list by list, without like parts put together, these are more than can be counted."""
    lists = range(90)
    parts = parts_of(lists, lambda a, b: a % 6 == b % 6 or (min(a, b) < 12 and abs(a - b) < 40))
    assert sum(parts.values()) == 1
    assert all(len(part) < 90 for part in parts)
