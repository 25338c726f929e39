"""Through how many hands did a dataset come from an ancestor, no surer than the edges on the way are stated?

The search samples graphs; an edge as it is stated is less likely than its share of these, because the pair may be
unrelated, may be brothers, or may be wrong for reasons that the model does not know. So each edge of a sampled graph
survives with the probability with which it is stated over its share, independently of the others, and the shortest way
through what survives is counted: by simulation, with strata, so that each edge's own share is met to one draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tracer.findings.seeds import HANDS_SEED

DRAWS = 40
"""Thinned copies of each sampled graph."""
FAR = 255
"""No way from the one to the other."""

Graph: TypeAlias = Sequence[Sequence[int]]
"""Parents of every dataset."""
Hands: TypeAlias = Mapping[tuple[int, int, int], float]
"""(ancestor, dataset, hands) → probability."""


def descent(found: Hands, n: int) -> NDArray[np.float64]:
    """[ancestor, dataset]: probability of a way from the one to the other, through however many of `n` lists."""
    total = np.zeros((n, n))
    for (ancestor, dataset, _), p in found.items():
        total[ancestor, dataset] += p
    return np.minimum(total, 1.0)


def hands(graphs: Sequence[Graph], edge: NDArray[np.float64]) -> Hands:
    """(ancestor, dataset, hands) → probability that the shortest way from the one to the other has so many steps.

    edge: [parent, child] probabilities as they are stated. One hand is as likely as the edge; the numbers of hands of a
    pair sum to at most 1, and to no more than all edges out of the ancestor, or into the dataset, do together.
    """
    n = edge.shape[0]
    survival = _survival(graphs, edge)
    rng = np.random.default_rng(HANDS_SEED)
    counts: dict[int, NDArray[np.float64]] = {}
    for graph in graphs:
        distance = _distances(graph, survival, rng)
        pairs = np.array([(a, d) for d, above in enumerate(_ancestors(graph)) for a in sorted(above)], dtype=np.int64)
        ancestor, dataset = pairs.reshape(-1, 2).T
        reached = distance[dataset, :, ancestor]
        for steps in np.unique(reached[reached < FAR]).tolist():
            counts.setdefault(steps, np.zeros((n, n)))
            counts[steps][ancestor, dataset] += (reached == steps).sum(axis=1)
    total = max(1, len(graphs) * DRAWS)
    further = {steps: count / total for steps, count in sorted(counts.items()) if steps > 1}
    whole: NDArray[np.float64] = sum(further.values(), np.zeros((n, n)))
    room = np.minimum(1.0, np.minimum(edge.sum(axis=1)[:, None], edge.sum(axis=0)[None, :])) - edge
    fits = np.minimum(1.0, np.maximum(room, 0.0) / np.maximum(whole, 1e-300))
    found = {(int(a), int(d), 1): float(edge[a, d]) for a, d in np.argwhere(edge > 0)}
    for steps, share in further.items():
        held = share * fits
        found |= {(int(a), int(d), steps): float(held[a, d]) for a, d in np.argwhere(held > 0)}
    return found


def _survival(graphs: Sequence[Graph], edge: NDArray[np.float64]) -> NDArray[np.float64]:
    """[parent, child]: probability with which a sampled edge survives."""
    share = np.zeros(edge.shape)
    for graph in graphs:
        for child, parents in enumerate(graph):
            share[list(parents), child] += 1 / len(graphs)
    return np.minimum(1.0, edge / np.maximum(share, 1e-300))


def _distances(graph: Graph, survival: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.uint8]:
    """datasets x draws x ancestors: steps of the shortest way through the edges that survive; `FAR` where none does."""
    n = len(graph)
    distance = np.full((n, DRAWS, n), FAR, dtype=np.uint8)
    edges = [(parent, child) for child in in_order(graph) for parent in graph[child]]
    strata = np.tile(np.arange(DRAWS), (len(edges), 1))
    fallen = (rng.permuted(strata, axis=1) + rng.random(strata.shape)) / DRAWS
    for (parent, child), of_edge in zip(edges, fallen, strict=True):
        way = distance[parent]
        way = np.where(way < FAR, way + 1, way).astype(np.uint8)
        way[:, parent] = 1
        way[of_edge >= survival[parent, child]] = FAR
        np.minimum(distance[child], way, out=distance[child])
    return distance


def _ancestors(graph: Graph) -> list[set[int]]:
    """For every dataset, all those from which a way leads to it."""
    above: list[set[int]] = [set() for _ in graph]
    for child in in_order(graph):
        for parent in graph[child]:
            above[child] |= {parent} | above[parent]
    return above


def in_order(graph: Graph) -> list[int]:
    """Datasets, every one after all its parents."""
    order: list[int] = []
    done: set[int] = set()
    todo = list(range(len(graph) - 1, -1, -1))
    while todo:
        x = todo[-1]
        open_ = [p for p in graph[x] if p not in done]
        if x in done or not open_:
            todo.pop()
            if x not in done:
                done.add(x)
                order.append(x)
        else:
            todo += open_
    return order
