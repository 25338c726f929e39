"""The ways between datasets in the sampled graphs, of all pairs at once: the graphs are bits of whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.generations import Graph, in_order


@dataclass(frozen=True)
class Apart:
    """What two datasets have in common where neither comes from the other; one element a pair."""

    source: NDArray[np.int64]
    """The dataset from which both come in most graphs; of these the nearest, of these the first. -1: there is none."""
    common: NDArray[np.float64]
    """Share of the graphs in which both come from `source` and neither from the other."""
    unrelated: NDArray[np.float64]


@dataclass(frozen=True)
class Ways:
    """The sampled graphs. Arrays are datasets x datasets x words, [dataset, ancestor]: bits of graphs."""

    direct: NDArray[np.uint64]
    into: NDArray[np.uint64]
    every: NDArray[np.uint64]
    """words: the bits of all graphs."""
    depth: NDArray[np.int64]
    """datasets: ancestors in all graphs together; of a line of sources the nearest has most."""

    @classmethod
    def of(cls, graphs: Sequence[Graph], n: int) -> Ways:
        """Read off the graphs of `n` datasets."""
        direct = np.zeros((n, n, len(graphs)), dtype=np.bool_)
        for at, graph in enumerate(graphs):
            for child, parents in enumerate(graph):
                direct[child, list(parents), at] = True
        into = direct.copy()
        for at, graph in enumerate(graphs):
            for child in in_order(graph):
                for parent in graph[child]:
                    into[child, :, at] |= into[parent, :, at]
        every = _words(np.ones((1, 1, len(graphs)), dtype=np.bool_))[0, 0]
        return cls(_words(direct), _words(into), every, into.sum(axis=(1, 2)))

    def between(self, giver: NDArray[np.int64], taker: NDArray[np.int64]) -> NDArray[np.int64]:
        """pairs: the dataset that most graphs pass on a way from giver to taker that is not an edge; of these the
        nearest, of these the first. -1 where there is no such way."""
        indirect = self.into[taker, giver] & ~self.direct[taker, giver]
        passed = np.full(giver.size, -1, dtype=np.int64)
        some = np.flatnonzero(indirect.any(axis=1))
        onward = self.into[:, giver[some]].transpose(1, 0, 2)
        passed[some] = self._most(_times(onward & self.into[taker[some]] & indirect[some, None]))
        return passed

    def apart(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> Apart:
        """What ties two datasets where neither comes from the other."""
        untied = ~(self.into[b, a] | self.into[a, b]) & self.every
        both = self.into[a] & self.into[b] & untied[:, None]
        times = _times(both)
        source = self._most(times)
        graphs = max(1, int(np.bitwise_count(self.every).sum()))
        common = np.take_along_axis(times, np.maximum(source, 0)[:, None], axis=1)[:, 0] / graphs
        tied = np.bitwise_count(np.bitwise_or.reduce(both, axis=1)).sum(axis=1)
        unrelated = (np.bitwise_count(untied).sum(axis=1) - tied.astype(np.int64)) / graphs
        return Apart(source, common, np.asarray(unrelated, dtype=np.float64))

    def _most(self, times: NDArray[np.int64]) -> NDArray[np.int64]:
        """pairs: the dataset that is met most often, of these the nearest, of these the first; -1 where none is met."""
        rank = np.empty(self.depth.size, dtype=np.int64)
        rank[np.lexsort((-np.arange(rank.size), self.depth))] = np.arange(rank.size)
        best = np.argmax(times * rank.size + rank, axis=1)
        return np.where(times.any(axis=1), best, -1)


def _words(graphs: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The last axis as bits of whole numbers."""
    bits = np.packbits(graphs, axis=-1, bitorder="little")
    short = -bits.shape[-1] % 8
    return np.ascontiguousarray(np.pad(bits, ((0, 0), (0, 0), (0, short)))).view(np.uint64)


def _times(graphs: NDArray[np.uint64]) -> NDArray[np.int64]:
    """pairs x datasets: number of graphs, from pairs x datasets x words."""
    return np.asarray(np.bitwise_count(graphs).sum(axis=2, dtype=np.int64))
