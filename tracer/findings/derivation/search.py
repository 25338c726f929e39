"""Averaging over acyclic graphs: blocked Gibbs sampling of pairs of families, with exact conditional probabilities.

One step takes two datasets, forgets both their parent sets and draws them anew together, with their exact joint
probability given all other families and acyclicity; so an edge can be added, dropped, swapped or turned in one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.nodes import Node


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

    def parents(self, x: int) -> list[int]:
        mask = int(self.nodes[x].masks[self.chosen[x]])
        return [c for bit, c in enumerate(self.nodes[x].candidates) if mask >> bit & 1]

    def put(self, x: int, index: int) -> None:
        for p in self.parents(x):
            self.children[p] &= ~(1 << x)
        self.chosen[x] = index
        for p in self.parents(x):
            self.children[p] |= 1 << x

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

    def touched(self, x: int, bits: int) -> int:
        return sum(1 << bit for bit, c in enumerate(self.nodes[x].candidates) if bits >> c & 1)


def average(
    nodes: Sequence[Node], start: Sequence[int], *, seed: int, sweeps: int, burn: int, keep: int = 50
) -> Posterior:
    """Sample acyclic graphs from the product of the nodes' weights, from `start` (parent sets' indices) on.

    A sweep takes every pair of datasets of which one is the other's candidate, once, in random order.
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
