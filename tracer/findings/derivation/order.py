"""A good acyclic graph to start from: annealed search over orders of the datasets.

Given an order, the best parent set of every dataset among those before it is found by itself (Friedman and Koller
2003); so turning a whole chain round is a few steps here, where it is a barrier for moves of single edges.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.nodes import Node

HOTTEST, SWEEPS = 3_000.0, 24
"""Temperature of the first sweep (it falls geometrically to 1) and number of sweeps."""


def best_graph(nodes: Sequence[Node], *, seed: int, starts: int = 2) -> tuple[int, ...]:
    """The likeliest graph that was met, as the index of each dataset's parent set."""
    rng = np.random.default_rng(seed)
    found = [_anneal(nodes, rng) for _ in range(starts)]
    return max(found, key=lambda one: one[0])[1]


def _anneal(nodes: Sequence[Node], rng: np.random.Generator) -> tuple[float, tuple[int, ...]]:
    n = len(nodes)
    order = [int(x) for x in rng.permutation(n)]
    bit_of = [{c: 1 << bit for bit, c in enumerate(node.candidates)} for node in nodes]
    relatives = [sorted({*nodes[x].candidates, *(y for y in range(n) if x in bit_of[y])}) for x in range(n)]
    best: tuple[float, tuple[int, ...]] = (-np.inf, tuple(0 for _ in range(n)))
    for sweep in range(SWEEPS):
        hot = HOTTEST ** (1 - sweep / (SWEEPS - 3)) if sweep < SWEEPS - 3 else 1e-3
        for x in rng.permutation(n).tolist():
            order = _insert(nodes, bit_of, relatives[x], order, x, hot, rng)
        total, chosen = _graph(nodes, bit_of, order)
        if total > best[0] + 1e-9:
            best = (total, chosen)
    return best


def _insert(
    nodes: Sequence[Node], bit_of: Sequence[dict[int, int]], relatives: Sequence[int], order: list[int], x: int,
    hot: float, rng: np.random.Generator,
) -> list[int]:  # fmt: skip
    """Take x out and put it back at a place drawn by the score of the whole order.

    relatives: those that x is a candidate of, or that are its candidates; all others leave the score as it is.
    """
    rest = [y for y in order if y != x]
    at = {y: place for place, y in enumerate(rest)}
    step = np.zeros(len(rest) + 1)
    mine, alone = 0, _value(nodes[x], 0)
    for place, y in sorted((at[y], y) for y in relatives):
        delta = 0.0
        if y in bit_of[x]:
            mine |= bit_of[x][y]
            with_y = _value(nodes[x], mine)
            delta += with_y - alone
            alone = with_y
        if x in bit_of[y]:
            before = sum(bit for c, bit in bit_of[y].items() if c != x and at[c] < place)
            delta += _value(nodes[y], before) - _value(nodes[y], before | bit_of[y][x])
        step[place + 1] = delta
    score = np.cumsum(step)
    p = np.exp((score - score.max()) / hot)
    place = min(int(np.searchsorted(np.cumsum(p), rng.random() * p.sum())), len(rest))
    return [*rest[:place], x, *rest[place:]]


def _graph(
    nodes: Sequence[Node], bit_of: Sequence[dict[int, int]], order: Sequence[int]
) -> tuple[float, tuple[int, ...]]:
    chosen, total = [0] * len(nodes), 0.0
    seen: set[int] = set()
    for x in order:
        allowed = sum(bit for c, bit in bit_of[x].items() if c in seen)
        weight = np.where((nodes[x].masks & ~allowed) == 0, nodes[x].weight, -np.inf)
        chosen[x] = int(np.argmax(weight))
        total += float(weight[chosen[x]])
        seen.add(x)
    return total, tuple(chosen)


def _value(node: Node, allowed: int) -> float:
    cached = node.cache.get(allowed)
    if cached is None:
        inside: NDArray[np.bool_] = (node.masks & ~allowed) == 0
        cached = float(node.weight[inside].max())
        node.cache[allowed] = cached
    return cached
