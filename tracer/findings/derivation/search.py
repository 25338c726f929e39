"""Averaging over acyclic graphs: blocked Gibbs sampling of pairs of families, with exact conditional probabilities.

One step takes two datasets, forgets both their parent sets and draws them anew together, with their exact joint
probability given all other families and acyclicity; so an edge can be added, dropped, swapped or turned in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.nodes import Node

LONGEST_PATH = 6
"""Edges of a path that is turned in one step."""


@dataclass(frozen=True)
class Posterior:
    """What the search found. Arrays are datasets x datasets, [parent, child]."""

    edge: NDArray[np.float64]
    """Probability of the edge."""
    ancestor: NDArray[np.float64]
    """Probability that a path leads from the one to the other."""
    best: tuple[tuple[int, ...], ...]
    """datasets: its parents in the likeliest graph that was visited."""
    graphs: tuple[tuple[tuple[int, ...], ...], ...]
    """Sampled graphs (each: parents of every dataset), evenly spaced."""


class _State:
    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.n = len(nodes)
        self.chosen = [0] * self.n
        self.children = [0] * self.n  # bits of datasets
        self.bit_of = [{c: bit for bit, c in enumerate(node.candidates)} for node in nodes]
        self.set_of = [{int(mask): index for index, mask in enumerate(node.masks.tolist())} for node in nodes]

    def parents(self, x: int) -> list[int]:
        mask = int(self.nodes[x].masks[self.chosen[x]])
        return [c for bit, c in enumerate(self.nodes[x].candidates) if mask >> bit & 1]

    def put(self, x: int, index: int) -> None:
        for p in self.parents(x):
            self.children[p] &= ~(1 << x)
        self.chosen[x] = index
        for p in self.parents(x):
            self.children[p] |= 1 << x

    def index(self, x: int, parents: Collection[int]) -> int | None:
        """Which parent set of x this is; None where it is none that was scored."""
        bits = [self.bit_of[x].get(p) for p in parents]
        return None if None in bits else self.set_of[x].get(sum(1 << bit for bit in bits if bit is not None))

    def below(self, x: int) -> int:
        """Bits of x and everything below it."""
        seen, todo = 1 << x, [x]
        while todo:
            fresh = self.children[todo.pop()] & ~seen
            seen |= fresh
            while fresh:
                low = fresh & -fresh
                todo.append(low.bit_length() - 1)
                fresh ^= low
        return seen

    def circular(self, x: int) -> bool:
        """Whether x has come to be its own ancestor."""
        seen, todo = 0, [x]
        while todo:
            fresh = self.children[todo.pop()] & ~seen
            seen |= fresh
            todo += [bit for bit in range(self.n) if fresh >> bit & 1]
        return bool(seen >> x & 1)

    def touched(self, x: int, bits: int) -> int:
        return sum(1 << bit for bit, c in enumerate(self.nodes[x].candidates) if bits >> c & 1)


def average(
    nodes: Sequence[Node], start: Sequence[int], *, seed: int, sweeps: int, burn: int, keep: int = 50
) -> Posterior:
    """Sample acyclic graphs from the product of the nodes' weights, from `start` (parent sets' indices) on.

    A sweep takes every pair of datasets of which one is the other's candidate, once, in random order, and tries to turn
    as many paths as there are datasets.
    """
    state = _State(nodes)
    for x, index in enumerate(start):
        state.put(x, index)
    n = state.n
    rng = np.random.default_rng(seed)
    pairs = sorted({(min(x, c), max(x, c)) for x in range(n) for c in nodes[x].candidates})
    edge, ancestor = np.zeros((n, n)), np.zeros((n, n))
    best: tuple[tuple[int, ...], ...] = tuple(() for _ in range(n))
    best_weight = -np.inf
    graphs: list[tuple[tuple[int, ...], ...]] = []
    counted = np.zeros((n, n))
    for sweep in range(sweeps):
        for which in rng.permutation(len(pairs)).tolist():
            a, b = pairs[which]
            drawn = _redraw(state, a, b, rng)
            if sweep >= burn:
                for x, marginal in zip((a, b), drawn, strict=True):
                    for c, p in zip(nodes[x].candidates, marginal, strict=True):
                        edge[c, x] += p
                        counted[c, x] += 1
        for _ in range(n):
            _turn_path(state, rng)
        weight = sum(float(nodes[x].weight[state.chosen[x]]) for x in range(n))
        if weight > best_weight + 1e-9:
            best, best_weight = tuple(tuple(sorted(state.parents(x))) for x in range(n)), weight
        if sweep >= burn:
            for x in range(n):
                below = state.below(x) & ~(1 << x)
                ancestor[x, [y for y in range(n) if below >> y & 1]] += 1
            if (sweep - burn) % max(1, (sweeps - burn) // keep) == 0:
                graphs.append(tuple(tuple(sorted(state.parents(x))) for x in range(n)))
    edge /= np.maximum(counted, 1)
    # The two directions come from different blocks of draws; together they may be a hair over 1.
    edge /= np.maximum(edge + edge.T, 1.0)
    return Posterior(edge, ancestor / max(1, sweeps - burn), best, tuple(graphs))


def _redraw(state: _State, a: int, b: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the families of a and b anew; returns each one's conditional probabilities of its candidates."""
    state.put(a, 0)
    state.put(b, 0)
    below_a, below_b = state.below(a), state.below(b)
    node_a, node_b = state.nodes[a], state.nodes[b]
    open_a = (node_a.masks & state.touched(a, below_a)) == 0
    open_b = (node_b.masks & state.touched(b, below_b)) == 0
    # A parent of a that lies below b closes a circle as soon as a parent of b lies below a.
    crossing_a = (node_a.masks & state.touched(a, below_b)) != 0
    crossing_b = (node_b.masks & state.touched(b, below_a)) != 0
    log_a, log_b = np.where(open_a, node_a.weight, -np.inf), np.where(open_b, node_b.weight, -np.inf)
    free_a, free_b = np.where(crossing_a, -np.inf, log_a), np.where(crossing_b, -np.inf, log_b)
    p_a = _normal(log_a + np.where(crossing_a, _log_sum(free_b), _log_sum(log_b)))
    p_b = _normal(log_b + np.where(crossing_b, _log_sum(free_a), _log_sum(log_a)))
    index_a = _pick(p_a, rng)
    index_b = _pick(_normal(free_b if crossing_a[index_a] else log_b), rng)
    state.put(a, index_a)
    state.put(b, index_b)
    return _marginal(node_a, p_a), _marginal(node_b, p_b)


def _turn_path(state: _State, rng: np.random.Generator) -> None:
    """Propose to turn a whole path of edges (Metropolis and Hastings).

    A chain of copies and the same chain the other way round explain the memberships alike, and between them lie graphs
    that do not: edge by edge the one is never reached from the other, and either would pass for certain.
    """
    path = [int(rng.integers(state.n))]
    there = 0.0
    for _ in range(int(rng.integers(1, LONGEST_PATH + 1))):
        above = state.parents(path[-1])
        if not above:
            return
        there -= np.log(len(above))
        path.append(above[int(rng.integers(len(above)))])
    before = [state.chosen[x] for x in path]
    after, back = [], 0.0
    for place, x in enumerate(path):
        parents = set(state.parents(x)) - set(path[place + 1 : place + 2]) | set(path[max(0, place - 1) : place])
        index = state.index(x, parents)
        if index is None:
            return
        after.append(index)
        back -= np.log(len(parents)) if place else 0.0
    gain = sum(
        float(state.nodes[x].weight[new] - state.nodes[x].weight[old])
        for x, new, old in zip(path, after, before, strict=True)
    )
    if np.log(rng.random()) >= gain + back - there:
        return
    for x, index in zip(path, after, strict=True):
        state.put(x, index)
    if any(state.circular(x) for x in path):
        for x, index in zip(path, before, strict=True):
            state.put(x, index)


def _log_sum(weights: NDArray[np.float64]) -> float:
    """ln of the sum of exponentials; the empty set of parents is always there, so it is finite."""
    top = float(weights.max())
    return top + float(np.log(np.exp(weights - top).sum()))


def _normal(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    p: NDArray[np.float64] = np.exp(weights - weights.max())
    p /= p.sum()
    return p


def _pick(p: NDArray[np.float64], rng: np.random.Generator) -> int:
    return min(int(np.searchsorted(np.cumsum(p), rng.random())), p.size - 1)


def _marginal(node: Node, p: NDArray[np.float64]) -> NDArray[np.float64]:
    bits = (node.masks[:, None] >> np.arange(len(node.candidates))[None, :]) & 1
    return np.asarray(p @ bits)
