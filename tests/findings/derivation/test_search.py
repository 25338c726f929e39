"""Averaging over graphs: what explains the lists alike is found alike often."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tracer.findings.derivation.nodes import ParentSets
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
        left = dict(enumerate(graph))
        while left:
            free = [x for x, parents in left.items() if not set(parents) & set(left)]
            assert free, f"a circle among {left}"
            for x in free:
                del left[x]


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
