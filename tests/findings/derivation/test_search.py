"""Averaging over graphs, and the search over orders: what explains the lists alike is found alike often."""

from __future__ import annotations

from graphlib import TopologicalSorter
from itertools import pairwise, permutations

import numpy as np
import pytest

from tracer.findings.derivation.nodes import ParentSets
from tracer.findings.derivation.order import _insert, _Order, best_graph
from tracer.findings.derivation.search import average


def _node(candidates: tuple[int, ...], weights: dict[tuple[int, ...], float]) -> ParentSets:
    masks = [sum(1 << candidates.index(parent) for parent in parents) for parents in ((), *weights)]
    return ParentSets(candidates, np.array(masks, dtype=np.int64), np.array([0.0, *weights.values()]))


@pytest.mark.parametrize("start", [(0, 1, 1), (1, 2, 0)], ids=["first to last", "last to first"])
def test_a_chain_and_its_reverse_are_likely_alike_wherever_the_search_starts(start: tuple[int, ...]) -> None:
    nodes = [
        _node((1,), {(1,): 1.0}),
        _node((0, 2), {(0,): 30.0, (2,): 30.0}),
        _node((1,), {(1,): 1.0}),
    ]
    found = average(nodes, start, seed=5, sweeps=400, burn=10)
    # Turning one edge alone costs 29 nats: nobody gets from the one to the other that way.
    assert found.edge[0, 1] == pytest.approx(0.5, abs=0.12)
    assert found.edge[2, 1] == pytest.approx(0.5, abs=0.12)
    assert found.edge[1, 2] == pytest.approx(0.5 * (1 + np.exp(-30)), abs=0.25)


def test_turned_paths_close_no_circle() -> None:
    every = tuple(range(5))
    nodes = [
        _node(others, {(other,): 2.0 for other in others} | dict.fromkeys(pairwise(others), 3.0))
        for others in (tuple(x for x in every if x != node) for node in every)
    ]
    found = average(nodes, [0] * 5, seed=1, sweeps=60, burn=5)
    for graph in found.graphs:
        TopologicalSorter(dict(enumerate(graph))).prepare()  # raises where there is a circle


def test_probabilities_are_those_of_all_acyclic_graphs() -> None:
    weights: list[dict[tuple[int, ...], float]] = [
        {(1,): 1.2, (2,): 0.4, (1, 2): 1.9},
        {(0,): 0.9, (2,): 1.5},
        {(0,): 0.3, (1,): 1.1},
    ]
    candidates: list[tuple[int, ...]] = [(1, 2), (0, 2), (0, 1)]
    nodes = [_node(c, w) for c, w in zip(candidates, weights, strict=True)]
    found = average(nodes, [0, 0, 0], seed=3, sweeps=4000, burn=50)
    true = np.zeros((3, 3))
    total = 0.0
    sets: list[list[tuple[tuple[int, ...], float]]] = [[((), 0.0), *w.items()] for w in weights]
    for a, wa in sets[0]:
        for b, wb in sets[1]:
            for c, wc in sets[2]:
                parents = {0: set(a), 1: set(b), 2: set(c)}
                left = set(parents)
                while free := {x for x in left if not parents[x] & left}:
                    left -= free
                if not left:
                    total += (p := float(np.exp(wa + wb + wc)))
                    for child, above in parents.items():
                        for parent in above:
                            true[parent, child] += p
    assert found.edge == pytest.approx(true / total, abs=0.02)


def _nodes(seed: int, n: int) -> list[ParentSets]:
    rng = np.random.default_rng(seed)
    nodes = []
    for x in range(n):
        candidates = tuple(int(c) for c in rng.permutation([y for y in range(n) if y != x])[:3])
        masks = np.arange(1 << len(candidates))
        weight = rng.normal(0, 40, masks.size)
        weight[0] = 0.0
        nodes.append(ParentSets(candidates, masks, weight))
    return nodes


def _weight(nodes: list[ParentSets], order: tuple[int, ...]) -> float:
    """Of the best graph in which every dataset comes after its parents."""
    total = 0.0
    for place, x in enumerate(order):
        before = set(order[:place])
        allowed = [set(nodes[x].parents(index)) <= before for index in range(nodes[x].masks.size)]
        total += float(nodes[x].weight[allowed].max())
    return total


@pytest.mark.parametrize("seed", range(5))
def test_the_likeliest_graph_of_a_few_lists_is_found(seed: int) -> None:
    nodes = _nodes(seed, 6)
    best = max(_weight(nodes, order) for order in permutations(range(6)))
    found = best_graph(nodes, seed=seed)
    assert sum(float(node.weight[index]) for node, index in zip(nodes, found, strict=True)) == pytest.approx(best)
    parents = {x: node.parents(index) for x, (node, index) in enumerate(zip(nodes, found, strict=True))}
    TopologicalSorter(parents).prepare()  # raises where there is a circle


def test_places_are_those_of_a_plain_row_however_often_one_is_used() -> None:
    rng = np.random.default_rng(8)
    plain = list(range(20))
    order = _Order(list(plain), _nodes(8, 20))
    for step in range(2_000):
        x = int(rng.integers(20))
        order.take(x)
        plain.remove(x)
        # The same place again and again leaves no room between two numbers.
        place = 7 if step < 1_000 else int(rng.integers(20))
        order.put(x, place)
        plain.insert(place, x)
        assert order.datasets == plain
        assert [order.place(y) for y in plain] == list(range(20))


def test_what_comes_before_a_list_is_kept_as_others_move() -> None:
    rng = np.random.default_rng(9)
    nodes = _nodes(9, 15)
    order = _Order([int(x) for x in rng.permutation(15)], nodes)
    for x, u in zip(rng.integers(0, 15, 500).tolist(), rng.random(500).tolist(), strict=True):
        _insert(order, x, 50.0, u)
        for y, node in enumerate(nodes):
            earlier = set(order.datasets[: order.datasets.index(y)])
            assert order.before[y] == sum(1 << bit for bit, c in enumerate(node.candidates) if c in earlier)
