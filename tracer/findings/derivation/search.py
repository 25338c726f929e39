"""Averaging over acyclic graphs: blocked Gibbs sampling of pairs of families, with exact conditional probabilities.

One step takes two datasets, forgets both their parent sets and draws them again together, with their exact joint
probability given all other families and acyclicity; so an edge can be added, dropped, swapped or turned in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.nodes import ParentSets

LONGEST_PATH = 6
"""Edges of a path that is turned in one step."""
_BLOCK = 4_096
"""Uniform numbers that are drawn at a time."""


@dataclass(frozen=True)
class DerivationPosterior:
    """What the search found. Arrays are datasets x datasets, [parent, child]."""

    edge: NDArray[np.float64]
    best: tuple[tuple[int, ...], ...]
    graphs: tuple[tuple[tuple[int, ...], ...], ...]


class _State:
    def __init__(self, nodes: Sequence[ParentSets]) -> None:
        self.nodes = nodes
        self.n = len(nodes)
        self.chosen = [0] * self.n
        self.children = [0] * self.n  # bits of datasets
        self.parents_of = [[node.parents(index) for index in range(node.masks.size)] for node in nodes]
        self.bits = [[(1 << c, 1 << bit) for bit, c in enumerate(node.candidates)] for node in nodes]
        self.all_candidates = [sum(1 << c for c in node.candidates) for node in nodes]
        self.bit_of = [{c: bit for bit, c in enumerate(node.candidates)} for node in nodes]
        self.set_of = [{int(mask): index for index, mask in enumerate(node.masks.tolist())} for node in nodes]

    def parents(self, x: int) -> tuple[int, ...]:
        return self.parents_of[x][self.chosen[x]]

    def put(self, x: int, index: int) -> None:
        for p in self.parents_of[x][self.chosen[x]]:
            self.children[p] &= ~(1 << x)
        self.chosen[x] = index
        for p in self.parents_of[x][index]:
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
        return any(self.below(child) >> x & 1 for child in _bits(self.children[x]))

    def touched(self, x: int, datasets: int) -> int:
        """Bits of those candidates of x that are among the datasets (bits)."""
        if not datasets & self.all_candidates[x]:
            return 0
        return sum(bit for dataset, bit in self.bits[x] if datasets & dataset)


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


def _uniform(rng: np.random.Generator) -> Iterator[float]:
    """Uniform numbers, drawn many at a time."""
    while True:
        yield from rng.random(_BLOCK).tolist()


def average(
    nodes: Sequence[ParentSets], start: Sequence[int], *, seed: int, sweeps: int, burn: int, keep: int = 50
) -> DerivationPosterior:
    """Sample acyclic graphs from the product of the nodes' weights, from `start` (parent sets' indices) on.

    A sweep takes every pair of datasets of which one is the other's candidate, once, in random order, and tries to turn
    as many paths as there are datasets.
    """
    state = _State(nodes)
    for x, index in enumerate(start):
        state.put(x, index)
    n = state.n
    rng = np.random.default_rng(seed)
    uniform = _uniform(rng)
    pairs = sorted({(min(x, c), max(x, c)) for x in range(n) for c in nodes[x].candidates})
    told = [np.zeros(len(node.candidates)) for node in nodes]
    drawn = [0] * n
    best: tuple[tuple[int, ...], ...] = tuple(() for _ in range(n))
    best_weight = -np.inf
    graphs: list[tuple[tuple[int, ...], ...]] = []
    for sweep in range(sweeps):
        for which in rng.permutation(len(pairs)).tolist():
            a, b = pairs[which]
            marginals = _redraw(state, a, b, uniform)
            if sweep >= burn:
                for x, parts in zip((a, b), marginals, strict=True):
                    drawn[x] += 1
                    for share, marginal in parts:
                        told[x] += share * marginal
        for _ in range(n):
            _turn_path(state, uniform)
        weight = sum(float(nodes[x].weight[state.chosen[x]]) for x in range(n))
        if weight > best_weight + 1e-9:
            best, best_weight = tuple(state.parents(x) for x in range(n)), weight
        if sweep >= burn and (sweep - burn) % max(1, (sweeps - burn) // keep) == 0:
            graphs.append(tuple(state.parents(x) for x in range(n)))
    edge = np.zeros((n, n))
    for x, node in enumerate(nodes):
        edge[list(node.candidates), x] = told[x] / max(1, drawn[x])
    # The two directions come from different blocks of draws; together they may be a hair over 1.
    edge /= np.maximum(edge + edge.T, 1.0)
    return DerivationPosterior(edge, best, tuple(graphs))


_Marginal: TypeAlias = tuple[tuple[float, NDArray[np.float64]], ...]
"""Conditional probabilities of a dataset's candidates, as shares with the probabilities in each."""


def _redraw(state: _State, a: int, b: int, uniform: Iterator[float]) -> tuple[_Marginal, _Marginal]:
    """Draw the families of a and b again; returns each one's conditional probabilities of its candidates."""
    state.put(a, 0)
    state.put(b, 0)
    below_a, below_b = state.below(a), state.below(b)
    barred_a, barred_b = state.touched(a, below_a), state.touched(b, below_b)
    # A parent of a that lies below b closes a circle as soon as a parent of b lies below a.
    over_a, over_b = state.touched(a, below_b) & ~barred_a, state.touched(b, below_a) & ~barred_b
    node_a, node_b = state.nodes[a], state.nodes[b]
    # The empty sets of parents are always free, so that there is a first way.
    free_a, free_b = node_a.part(barred_a | over_a), node_b.part(barred_b | over_b)
    ways = [(free_a, free_b)]
    if over_a and (crossing := node_a.part(barred_a, over_a)).sets:
        ways.append((crossing, free_b))
    if over_b and (crossing := node_b.part(barred_b, over_b)).sets:
        ways.append((free_a, crossing))
    totals = [of_a.total + of_b.total for of_a, of_b in ways]
    top = max(totals)
    likely = [exp(total - top) for total in totals]
    whole = sum(likely)
    chosen, left = 0, next(uniform) * whole - likely[0]
    while left >= 0 and chosen + 1 < len(ways):
        chosen += 1
        left -= likely[chosen]
    of_a, of_b = ways[chosen]
    state.put(a, of_a.draw(next(uniform)))
    state.put(b, of_b.draw(next(uniform)))
    shares = [(p / whole, of_a.marginal, of_b.marginal) for (of_a, of_b), p in zip(ways, likely, strict=True)]
    return tuple((p, m) for p, m, _ in shares), tuple((p, m) for p, _, m in shares)


def _turn_path(state: _State, uniform: Iterator[float]) -> None:
    """Propose to turn a whole path of edges (Metropolis and Hastings).

    A chain of copies and the same chain the other way round explain the memberships alike, and between them lie graphs
    that do not: edge by edge the one is never reached from the other, and either would pass for certain.
    """
    path = [int(next(uniform) * state.n)]
    there = 0.0
    for _ in range(1 + int(next(uniform) * LONGEST_PATH)):
        above = state.parents(path[-1])
        if not above:
            return
        there -= log(len(above))
        path.append(above[int(next(uniform) * len(above))])
    before = [state.chosen[x] for x in path]
    after, back = [], 0.0
    for place, x in enumerate(path):
        parents = set(state.parents(x)) - set(path[place + 1 : place + 2]) | set(path[max(0, place - 1) : place])
        index = state.index(x, parents)
        if index is None:
            return
        after.append(index)
        back -= log(len(parents)) if place else 0.0
    gain = sum(
        float(state.nodes[x].weight[new] - state.nodes[x].weight[old])
        for x, new, old in zip(path, after, before, strict=True)
    )
    if log(1.0 - next(uniform)) >= gain + back - there:
        return
    for x, index in zip(path, after, strict=True):
        state.put(x, index)
    if any(state.circular(x) for x in path):
        for x, index in zip(path, before, strict=True):
            state.put(x, index)
