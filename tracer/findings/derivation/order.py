"""A good acyclic graph to start from: annealed search over orders of the datasets.

Given an order, the best parent set of every dataset among those before it is found by itself (Friedman and Koller
2003); so turning a whole chain round is a few steps here, where it is a barrier for moves of single edges.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import exp

import numpy as np

from tracer.findings.derivation.nodes import ParentSets

HOTTEST, SWEEPS = 3_000.0, 24
"""Temperature of the first sweep (it falls geometrically to 1) and number of sweeps."""
_NARROW = 1e-9
"""Distance of two numbers between which no third is put."""


def best_graph(nodes: Sequence[ParentSets], *, seed: int, starts: int = 2) -> tuple[int, ...]:
    """The likeliest graph that was met, as the index of each dataset's parent set."""
    rng = np.random.default_rng(seed)
    found = [_anneal(nodes, rng) for _ in range(starts)]
    return max(found, key=lambda one: one[0])[1]


def _anneal(nodes: Sequence[ParentSets], rng: np.random.Generator) -> tuple[float, tuple[int, ...]]:
    n = len(nodes)
    order = _Order([int(x) for x in rng.permutation(n)], nodes)
    best: tuple[float, tuple[int, ...]] = (-np.inf, tuple(0 for _ in range(n)))
    for sweep in range(SWEEPS):
        hot = HOTTEST ** (1 - sweep / (SWEEPS - 3)) if sweep < SWEEPS - 3 else 1e-3
        for x, u in zip(rng.permutation(n).tolist(), rng.random(n).tolist(), strict=True):
            _insert(order, x, hot, u)
        total, chosen = _graph(order)
        if total > best[0] + 1e-9:
            best = (total, chosen)
    return best


class _Order:
    """Datasets in a row, each with a number that grows along it, so that places are found without counting, and with
    those of its candidates that come before it."""

    def __init__(self, datasets: list[int], nodes: Sequence[ParentSets]) -> None:
        self.datasets, self.nodes = datasets, nodes
        self.numbers: list[float] = []
        self.number = [0.0] * len(datasets)
        self._number_anew()
        bit_of = [{c: 1 << bit for bit, c in enumerate(node.candidates)} for node in nodes]
        near: list[set[int]] = [set(bits) for bits in bit_of]
        for x, bits in enumerate(bit_of):
            for c in bits:
                near[c].add(x)
        self.relatives = [
            [(y, bit_of[x].get(y, 0), bit_of[y].get(x, 0)) for y in sorted(found)] for x, found in enumerate(near)
        ]
        """For each dataset those that it is a candidate of, or that are its candidates, with their bit among its
        candidates and its bit among theirs; 0 where it is none."""
        self.before = [
            sum(bit for c, bit in bits.items() if self.number[c] < self.number[x]) for x, bits in enumerate(bit_of)
        ]
        """Bits of each dataset's candidates that come before it."""

    def _number_anew(self) -> None:
        self.numbers = [float(place) for place in range(len(self.datasets))]
        for place, x in enumerate(self.datasets):
            self.number[x] = float(place)

    def take(self, x: int) -> None:
        """Take a dataset out."""
        place = self.place(x)
        del self.datasets[place], self.numbers[place]

    def place(self, x: int) -> int:
        """How many are before it."""
        return bisect_left(self.numbers, self.number[x])

    def put(self, x: int, place: int) -> None:
        """Put a dataset in, so that so many are before it."""
        numbers = self.numbers
        before = numbers[place - 1] if place else numbers[0] - 2.0 if numbers else 0.0
        after = numbers[place] if place < len(numbers) else before + 2.0
        self.number[x] = middle = (before + after) / 2
        self.datasets.insert(place, x)
        numbers.insert(place, middle)
        if after - before < _NARROW:
            self._number_anew()


def _insert(order: _Order, x: int, hot: float, u: float) -> None:
    """Take x out and put it back at a place drawn by the score of the whole order; u: uniform.

    All others than its relatives leave the score as it is, so that all places between two relatives are alike.
    """
    order.take(x)
    number, before, nodes = order.number, order.before, order.nodes
    best = nodes[x].best
    alone = best(0)[0]
    relatives = sorted((number[y], y, bit, mine) for y, bit, mine in order.relatives[x])
    starts, scores, inside = [0], [0.0], [0]
    for _, y, bit, mine in relatives:
        delta = 0.0
        if bit:
            with_y = best(inside[-1] | bit)[0]
            delta += with_y - alone
            alone = with_y
        if mine:
            others = before[y] & ~mine
            delta += nodes[y].best(others)[0] - nodes[y].best(others | mine)[0]
        inside.append(inside[-1] | bit)
        starts.append(order.place(y) + 1)
        scores.append(scores[-1] + delta)
    top = max(scores)
    ends = [*starts[1:], len(order.datasets) + 1]
    each = [exp((score - top) / hot) for score in scores]
    left = u * sum(p * (end - start) for p, start, end in zip(each, starts, ends, strict=True))
    place, passed = len(order.datasets), len(relatives)
    for nth, (p, start, end) in enumerate(zip(each, starts, ends, strict=True)):
        if left < p * (end - start):
            place, passed = min(start + int(left / p), end - 1), nth
            break
        left -= p * (end - start)
    order.put(x, place)
    before[x] = inside[passed]
    for nth, (_, y, _, mine) in enumerate(relatives):
        before[y] = before[y] & ~mine if nth < passed else before[y] | mine


def _graph(order: _Order) -> tuple[float, tuple[int, ...]]:
    """The score of an order and the best parent set of each dataset in it."""
    chosen, total = [0] * len(order.nodes), 0.0
    for x in order.datasets:
        weight, chosen[x] = order.nodes[x].best(order.before[x])
        total += weight
    return total, tuple(chosen)
