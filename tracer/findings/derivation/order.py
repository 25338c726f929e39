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
    order = _Order([int(x) for x in rng.permutation(n)])
    bit_of = [{c: 1 << bit for bit, c in enumerate(node.candidates)} for node in nodes]
    relatives = [sorted({*nodes[x].candidates, *(y for y in range(n) if x in bit_of[y])}) for x in range(n)]
    best: tuple[float, tuple[int, ...]] = (-np.inf, tuple(0 for _ in range(n)))
    for sweep in range(SWEEPS):
        hot = HOTTEST ** (1 - sweep / (SWEEPS - 3)) if sweep < SWEEPS - 3 else 1e-3
        for x, u in zip(rng.permutation(n).tolist(), rng.random(n).tolist(), strict=True):
            _insert(nodes, bit_of, relatives[x], order, x, hot, u)
        total, chosen = _graph(nodes, bit_of, order.datasets)
        if total > best[0] + 1e-9:
            best = (total, chosen)
    return best


class _Order:
    """Datasets in a row, each with a number that grows along it, so that places are found without counting."""

    def __init__(self, datasets: list[int]) -> None:
        self.datasets = datasets
        self.numbers: list[float] = []
        self.number = [0.0] * len(datasets)
        self._number_anew()

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


def _insert(
    nodes: Sequence[ParentSets], bit_of: Sequence[dict[int, int]], relatives: Sequence[int], order: _Order, x: int,
    hot: float, u: float,
) -> None:  # fmt: skip
    """Take x out and put it back at a place drawn by the score of the whole order; u: uniform.

    relatives: those that x is a candidate of, or that are its candidates; all others leave the score as it is, so that
    all places between two relatives are alike.
    """
    order.take(x)
    number = order.number
    mine, alone = 0, nodes[x].best(0)[0]
    starts, scores = [0], [0.0]
    for at, y in sorted((number[y], y) for y in relatives):
        delta = 0.0
        bit = bit_of[x].get(y)
        if bit is not None:
            mine |= bit
            with_y = nodes[x].best(mine)[0]
            delta += with_y - alone
            alone = with_y
        bit = bit_of[y].get(x)
        if bit is not None:
            before = sum(other for c, other in bit_of[y].items() if c != x and number[c] < at)
            delta += nodes[y].best(before)[0] - nodes[y].best(before | bit)[0]
        starts.append(order.place(y) + 1)
        scores.append(scores[-1] + delta)
    top = max(scores)
    ends = [*starts[1:], len(order.datasets) + 1]
    each = [exp((score - top) / hot) for score in scores]
    left = u * sum(p * (end - start) for p, start, end in zip(each, starts, ends, strict=True))
    place = len(order.datasets)
    for p, start, end in zip(each, starts, ends, strict=True):
        if left < p * (end - start):
            place = min(start + int(left / p), end - 1)
            break
        left -= p * (end - start)
    order.put(x, place)


def _graph(
    nodes: Sequence[ParentSets], bit_of: Sequence[dict[int, int]], order: Sequence[int]
) -> tuple[float, tuple[int, ...]]:
    chosen, total = [0] * len(nodes), 0.0
    seen: set[int] = set()
    for x in order:
        weight, chosen[x] = nodes[x].best(sum(bit for c, bit in bit_of[x].items() if c in seen))
        total += weight
        seen.add(x)
    return total, tuple(chosen)
