"""Peers of `derivation`: each makes directed edges from the same lists, for the same score in the same run.

Thresholds are those that gave the best directed F1 on tuning seeds (`python -m tests.bench.tuned_peers`). Where a
method tells no direction, the older list is the parent, or, where dates do not tell, the larger one: so would its
user do. A peer that states every related pair may have its implied edges removed (transitive reduction).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx
import numpy as np
from datasketch import MinHash, MinHashLSHEnsemble
from numpy.typing import NDArray

from tests.bench.copy_detection import copying
from tests.bench.seen_lists import SeenList, earlier, shared_counts

Edges: TypeAlias = set[tuple[str, str]]
"""(parent, child)."""
PERMUTATIONS = 256
CACHED = 1 << 16
"""Permuted values of a batch of keys: half a megabyte."""


@dataclass(frozen=True)
class Peer:
    """A method with its tuned settings."""

    name: str
    find: Callable[..., Edges]
    settings: Mapping[str, float]

    def __call__(self, lists: Sequence[SeenList]) -> Edges:
        """The edges it states."""
        return self.find(lists, **self.settings)


def jaccard_tree(lists: Sequence[SeenList], least: float) -> Edges:
    """RELIC (Shrestha et al., "RELIC: Retrospective lineage inference", VLDB 2021): a maximum spanning forest.

    Pairs of a Jaccard similarity under `least` are no edges. RELIC leaves edges undirected.
    """
    shared = shared_counts(lists).astype(np.float64)
    size = shared.diagonal()
    jaccard = shared / np.maximum(size[:, None] + size[None, :] - shared, 1)
    graph: nx.Graph[int] = nx.Graph()
    for a, b in zip(*np.nonzero(np.triu(jaccard >= least, k=1)), strict=True):
        graph.add_edge(int(a), int(b), weight=float(jaccard[a, b]))
    forest = nx.maximum_spanning_edges(graph, algorithm="kruskal", data=False)
    return {_directed(lists, int(a), int(b)) for a, b in forest}


def edmonds(lists: Sequence[SeenList], least: float, dates: float) -> Edges:
    """The best branching on containment (Edmonds 1967, by networkx): each list has at most one parent.

    The weight of A → B is |A and B| / |B| - `least`; `dates`: 1 where a younger list may not be a parent.
    """
    shared = shared_counts(lists).astype(np.float64)
    containment = shared / np.maximum(shared.diagonal()[None, :], 1)
    graph: nx.DiGraph[int] = nx.DiGraph()
    for a, b in zip(*np.nonzero(containment > least), strict=True):
        young = dates > 0 and earlier(lists[int(b)], lists[int(a)])
        if a != b and not young:
            graph.add_edge(int(a), int(b), weight=float(containment[a, b] - least))
    if graph.number_of_edges() == 0:
        return set()
    return {(lists[a].id, lists[b].id) for a, b in nx.maximum_branching(graph).edges()}


def min_hash(lists: Sequence[SeenList], least: float, reduced: float) -> Edges:
    """Containment by MinHash (Zhu et al., "LSH Ensemble", VLDB 2016, by datasketch): every pair over the threshold."""
    known = [(sketch(one.keys), one) for one in lists]
    index = MinHashLSHEnsemble(threshold=least, num_perm=PERMUTATIONS, num_part=8)
    index.index([(number, made, one.keys.size) for number, (made, one) in enumerate(known)])
    found = set()
    for number, (made, one) in enumerate(known):
        for other in index.query(made, one.keys.size):
            # The index answers with candidates; the estimate of the sketches decides.
            if other != number and _contained(made, one, *known[other]) >= least:
                found.add(_directed(lists, number, int(other)))
    return without_implied(found) if reduced > 0 else found


def dong(lists: Sequence[SeenList], rate: float, dates: float, reduced: float) -> Edges:
    """Pairwise copy detection (see `copy_detection`), stated from a probability of .5 on.

    `rate`: least share that a copier has from its source; `dates`: 1 where known dates decide the direction of a pair
    that is dependent.
    """
    probability = copying(lists, rate)
    found = set()
    for a, b in zip(*np.nonzero(np.triu(probability + probability.T >= 0.5, k=1)), strict=True):
        first, second = int(a), int(b)
        forward = probability[first, second] >= probability[second, first]
        if dates > 0:
            told = earlier(lists[first], lists[second])
            forward = forward if told is None else told
        parent, child = (first, second) if forward else (second, first)
        found.add((lists[parent].id, lists[child].id))
    return without_implied(found) if reduced > 0 else found


def without_implied(edges: Iterable[tuple[str, str]]) -> Edges:
    """Less the edges that a longer path implies; circles are left as they are."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(sorted(edges))
    if not nx.is_directed_acyclic_graph(graph):
        return set(graph.edges())
    return set(nx.transitive_reduction(graph).edges())


def sketch(keys: NDArray[np.int64], permutations: int = PERMUTATIONS) -> MinHash:
    """The MinHash of a list's keys, as fast as datasketch makes it: keys are mixed by numpy, and permuted in batches
    that stay in the processor's cache (ten times as fast as one batch of keys that Python mixes)."""
    made = MinHash(num_perm=permutations, seed=1, hashfunc=int)
    mixed = _mixed(keys).tolist()
    batch = max(1, CACHED // permutations)
    for start in range(0, len(mixed), batch):
        made.update_batch(mixed[start : start + batch])
    return made


def _mixed(keys: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Thirty-two bits of each number (the finaliser of SplitMix64)."""
    x = keys.astype(np.uint64)
    x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return (x ^ x >> np.uint64(31)) & np.uint64(0xFFFFFFFF)


def _contained(sketch: MinHash, one: SeenList, other_sketch: MinHash, other: SeenList) -> float:
    """Estimated share of `one` that is in `other`."""
    jaccard = float(sketch.jaccard(other_sketch))
    return jaccard / (1 + jaccard) * (one.keys.size + other.keys.size) / max(one.keys.size, 1)


def _directed(lists: Sequence[SeenList], a: int, b: int) -> tuple[str, str]:
    told = earlier(lists[a], lists[b])
    first = lists[a].keys.size >= lists[b].keys.size if told is None else told
    return (lists[a].id, lists[b].id) if first else (lists[b].id, lists[a].id)


PEERS = (
    Peer("Jaccard tree", jaccard_tree, {"least": 0.1}),
    Peer("Edmonds", edmonds, {"least": 0.25, "dates": 1}),
    Peer("pairwise copying", dong, {"rate": 0.5, "dates": 1, "reduced": 0}),
    Peer("MinHash ensemble", min_hash, {"least": 0.6, "reduced": 0}),
)
