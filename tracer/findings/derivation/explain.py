"""How a pair of lists came to have contacts in common: all explanations with their probabilities, best first.

Direct copying either way, copying through a third loaded list, a common source that is loaded or was never obtained,
one register that both were collected from, or nothing but popular contacts and public sources. What the sampled graphs
say of ways and common sources is read off them; they are weighed so that, with the edges as they are stated, everything
sums to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.generations import Graph, Hands, descent, in_order
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import DerivationModel
from tracer.findings.finding_tables import put_rows
from tracer.policy import SHOWN_FROM

# The ways between datasets in the sampled graphs, of all pairs at once: the graphs are bits of whole numbers.


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


COPIED, THROUGH, COMMON = "copied", "through", "common"
REGISTER, HIDDEN, CHANCE, OTHER = "register", "hidden", "chance", "other"
LEAST_TOLD = 1e-4
"""Explanations that are less likely are left out."""
LEAST_RELATED = 0.02
"""Probability of more than chance in common, from which it is."""


@dataclass(frozen=True)
class Explanation:
    """One way in which two lists may have come to have contacts in common."""

    kind: str
    """copied: `giver` → `taker` directly; through: by way of `through`; common: both from `through`, which is loaded;
    register: collected independently from one register or public source; hidden: both from a list that was never
    obtained (`through`, where it is proposed); chance; other."""
    giver: int
    taker: int
    """The pair, in this direction; where the kind has none, the smaller first."""
    through: str | None
    """Id of the list in between, or of the common source."""
    probability: float


Explained: TypeAlias = Mapping[tuple[int, int], tuple[Explanation, ...]]
"""Pair a < b → its explanations, likeliest first."""


def explain(
    counts: MembershipCounts,
    model: DerivationModel,
    brother: NDArray[np.float64],
    proposed: Sequence[Hidden],
    steps: Hands,
) -> Explained:
    """All pairs with enough in common. brother: of `stating.state`; steps: of `generations.hands`."""
    n = len(counts.traced)
    a, b = np.nonzero(np.triu((counts.shared >= SHOWN_FROM) & (model.related >= LEAST_RELATED), 1))
    ways, whole = Ways.of(model.posterior.graphs, n), descent(steps, n)
    there, back, apart = ways.between(a, b), ways.between(b, a), ways.apart(a, b)
    # That both come from one source is as likely as its share of the sampled graphs and the descents of both.
    common = apart.common * whole[apart.source, a] * whole[apart.source, b]
    joined = np.minimum(1.0, model.posterior.edge[a, b] + model.posterior.edge[b, a])
    traced = [
        _Kind(COPIED, model.edge[a, b]),
        _Kind(COPIED, model.edge[b, a], turned=True),
        _Kind(THROUGH, np.where(there >= 0, np.maximum(0.0, (whole - model.edge)[a, b]), 0.0), through=there),
        _Kind(THROUGH, np.where(back >= 0, np.maximum(0.0, (whole - model.edge)[b, a]), 0.0), True, back),
        _Kind(COMMON, np.where(apart.source >= 0, common, 0.0), through=apart.source),
    ]
    # Related, and tied by no loaded list: then by one that is not loaded.
    unseen = (brother[a, b] * joined + apart.unrelated) * model.related[a, b]
    # Such a list and a register look the same; the reader should think of the harmless one.
    register = model.stated.one_population[a, b]
    others = [
        _Kind(REGISTER, np.where(register, unseen, 0.0)),
        _Kind(HIDDEN, np.where(register, 0.0, unseen)),
        _Kind(CHANCE, 1.0 - model.related[a, b]),
    ]
    names = {(x, y): one.id for one in proposed for x in one.children for y in one.children if x != y}
    return _told(a, b, _normal(traced, others), counts.traced.ids, names)


@dataclass(frozen=True)
class _Kind:
    """One way of explaining all pairs; one element a pair."""

    kind: str
    probability: NDArray[np.float64]
    turned: bool = False
    through: NDArray[np.int64] | None = None


def _normal(traced: Sequence[_Kind], others: Sequence[_Kind]) -> list[_Kind]:
    """Edges stay as stated; ways and common sources have the room that these leave, the others what is left then."""
    edges = sum(kind.probability for kind in traced if kind.kind == COPIED)
    indirect = sum(kind.probability for kind in traced if kind.kind != COPIED)
    fits = np.minimum(1.0, np.maximum(0.0, 1.0 - edges) / np.maximum(indirect, 1e-300))
    traced = [kind if kind.kind == COPIED else replace(kind, probability=kind.probability * fits) for kind in traced]
    room = np.maximum(0.0, 1.0 - sum(kind.probability for kind in traced))
    rest = sum(kind.probability for kind in others) + np.zeros_like(room)
    factor = np.where(rest > 0, np.minimum(1.0, room / np.maximum(rest, 1e-300)), 0.0)
    fitted = [replace(kind, probability=kind.probability * factor) for kind in others]
    return [*traced, *fitted, _Kind(OTHER, np.maximum(0.0, room - rest))]


def _told(
    a: NDArray[np.int64], b: NDArray[np.int64], kinds: Sequence[_Kind], ids: Sequence[str],
    names: Mapping[tuple[int, int], str],
) -> Explained:  # fmt: skip
    """names: of the hidden list from which a pair comes, where one is proposed."""
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    found: dict[tuple[int, int], list[Explanation]] = {pair: [] for pair in pairs}
    for kind in kinds:
        for at in np.flatnonzero(kind.probability >= LEAST_TOLD).tolist():
            pair = pairs[at]
            giver, taker = pair[::-1] if kind.turned else pair
            through = names.get(pair) if kind.kind == HIDDEN else None
            if kind.through is not None:
                through = ids[int(kind.through[at])]
            found[pair].append(Explanation(kind.kind, giver, taker, through, float(kind.probability[at])))
    return {
        pair: tuple(sorted(parts, key=lambda part: (-part.probability, part.kind, part.giver)))
        for pair, parts in found.items()
    }


def write_explanations(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, explained: Explained
) -> None:
    """Insert into `explanation`."""
    ids = counts.traced.ids
    put_rows(con, "explanation", run, "giver taker kind through probability", (
        (ids[part.giver], ids[part.taker], part.kind, part.through, round(part.probability, 6))
        for pair in sorted(explained) for part in explained[pair]
    ))  # fmt: skip
