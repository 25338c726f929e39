"""The search over orders: it finds the likeliest graph of a few lists, and its places are those of a plain row."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from tracer.findings.derivation.nodes import ParentSets
from tracer.findings.derivation.order import _insert, _Order, best_graph


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
    left = {x: set(node.parents(index)) for x, (node, index) in enumerate(zip(nodes, found, strict=True))}
    while left:
        free = [x for x, parents in left.items() if not parents & set(left)]
        assert free, "a circle"
        for x in free:
            del left[x]


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
