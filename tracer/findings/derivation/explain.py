"""How a pair of lists came to have contacts in common: all explanations with their probabilities, best first.

Direct copying either way, copying through a third loaded list, a common source that is loaded or that nobody has
obtained, or nothing but popular contacts and public sources. What the sampled graphs say of ways and common sources is
read off them; they are weighed so that, with the edges as they are told, everything sums to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.generations import Graph, Hands, descent, in_order
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import Model

COPIED, THROUGH, COMMON, HIDDEN, CHANCE, OTHER = "copied", "through", "common", "hidden", "chance", "other"
LEAST_TOLD = 1e-4
"""Explanations that are less likely are left out."""
LEAST_SHARED = 20
"""Contacts in common from which a pair is explained."""
LEAST_RELATED = 0.02
"""Probability of more than chance in common, from which it is."""


@dataclass(frozen=True)
class Explanation:
    """One way in which two lists may have come to have contacts in common."""

    kind: str
    """copied: `giver` → `taker` directly; through: by way of `through`; common: both from `through`, which is loaded;
    hidden: both from a list that nobody has obtained (`through`, where it is proposed); chance; other."""
    giver: int
    taker: int
    """The pair, in this direction; where the kind has none, the smaller first."""
    through: str | None
    """Id of the list in between, or of the common source."""
    probability: float


Explained: TypeAlias = Mapping[tuple[int, int], tuple[Explanation, ...]]
"""Pair a < b → its explanations, likeliest first."""


def explain(
    counts: Counts, model: Model, brother: NDArray[np.float64], proposed: Sequence[Hidden], steps: Hands
) -> Explained:
    """All pairs with enough in common. brother: of `hidden.brothers`; steps: of `generations.hands`."""
    ways = _Ways.of(model.posterior.graphs, len(counts.traced))
    hidden_of = {(a, b): one.id for one in proposed for a in one.children for b in one.children if a != b}
    whole = descent(steps, len(counts.traced))
    worth = np.triu((counts.shared >= LEAST_SHARED) & (model.related >= LEAST_RELATED), 1)
    found = {}
    for a, b in np.argwhere(worth).tolist():
        related = float(model.related[a, b])
        joined = min(1.0, float(model.posterior.edge[a, b] + model.posterior.edge[b, a]))
        by_ways, apart = _by_ways(counts, model, ways, whole, (a, b))
        traced = [
            Explanation(COPIED, a, b, None, float(model.edge[a, b])),
            Explanation(COPIED, b, a, None, float(model.edge[b, a])),
            *by_ways,
        ]
        # Related, and tied by no loaded list: then by one that is not loaded.
        unseen = (float(brother[a, b]) * joined + apart) * related
        others = [
            Explanation(HIDDEN, a, b, hidden_of.get((a, b)), unseen),
            Explanation(CHANCE, a, b, None, 1.0 - related),
        ]
        found[a, b] = _normal(traced, others, a, b)
    return found


def _normal(traced: Sequence[Explanation], others: Sequence[Explanation], a: int, b: int) -> tuple[Explanation, ...]:
    """The ways that were traced stay as they are told; the others have the room that these leave."""
    room = max(0.0, 1.0 - sum(part.probability for part in traced))
    rest = sum(part.probability for part in others)
    factor = min(1.0, room / rest) if rest > 0 else 0.0
    told = [
        *traced,
        *(replace(part, probability=part.probability * factor) for part in others),
        Explanation(OTHER, a, b, None, max(0.0, room - rest)),
    ]
    likely = [part for part in told if part.probability >= LEAST_TOLD]
    return tuple(sorted(likely, key=lambda part: (-part.probability, part.kind, part.giver)))


@dataclass(frozen=True)
class _Ways:
    """The sampled graphs, as arrays datasets x graphs x datasets: what is known of one dataset lies together."""

    direct: NDArray[np.bool_]
    """[child, graph, parent]: whether it has the edge."""
    into: NDArray[np.bool_]
    """[dataset, graph, ancestor]: whether a way leads from the one to the other."""
    out_of: NDArray[np.bool_]
    """[ancestor, graph, dataset]: the same."""
    depth: NDArray[np.int64]
    """datasets: ancestors in all graphs together; of a line of sources the nearest has most."""

    @classmethod
    def of(cls, graphs: Sequence[Graph], n: int) -> _Ways:
        direct = np.zeros((n, len(graphs), n), dtype=np.bool_)
        for at, graph in enumerate(graphs):
            for child, parents in enumerate(graph):
                direct[child, at, list(parents)] = True
        into = direct.copy()
        for at, graph in enumerate(graphs):
            for child in in_order(graph):
                into[child, at] |= into[list(graph[child]), at].any(axis=0)
        return cls(direct, into, np.ascontiguousarray(into.transpose(2, 1, 0)), into.sum(axis=(1, 2)))

    def most(self, times: NDArray[np.int64]) -> int:
        """The dataset that is met most often, of these the nearest, of these the first."""
        return int(np.lexsort((np.arange(times.size), -self.depth, -times))[0])


def _by_ways(
    counts: Counts, model: Model, ways: _Ways, whole: NDArray[np.float64], pair: tuple[int, int]
) -> tuple[list[Explanation], float]:
    """The explanations by way of other loaded lists, with the one that is passed most often; and the share of the
    sampled graphs in which nothing ties the two.

    whole: [ancestor, dataset] probability of a descent with the edges as they are told. That both come from one source
    is as likely as its share of the sampled graphs and the descents of both.
    """
    a, b = pair
    ids, into = counts.traced.ids, ways.into
    found = []
    for giver, taker in ((a, b), (b, a)):
        indirect = into[taker, :, giver] & ~ways.direct[taker, :, giver]
        passed = (ways.out_of[giver, indirect] & into[taker, indirect]).sum(axis=0)
        if passed.any():
            chance = max(0.0, float(whole[giver, taker] - model.edge[giver, taker]))
            found.append(Explanation(THROUGH, giver, taker, ids[ways.most(passed)], chance))
    untied = ~into[b, :, a] & ~into[a, :, b]
    both = into[a, untied] & into[b, untied]
    common = both.sum(axis=0)
    if common.any():
        source = ways.most(common)
        chance = float(common[source] / untied.size * whole[source, a] * whole[source, b])
        found.append(Explanation(COMMON, a, b, ids[source], chance))
    return found, float((~both.any(axis=1)).sum()) / untied.size


def write_explanations(con: duckdb.DuckDBPyConnection, run: int, counts: Counts, explained: Explained) -> None:
    """Insert into `explanation`."""
    ids = counts.traced.ids
    rows = [part for pair in sorted(explained) for part in explained[pair]]
    table = pa.table(
        {
            "run": pa.array([run] * len(rows), pa.int32()),
            "superseded": pa.nulls(len(rows), pa.int32()),
            "giver": pa.array([ids[part.giver] for part in rows], pa.string()),
            "taker": pa.array([ids[part.taker] for part in rows], pa.string()),
            "kind": pa.array([part.kind for part in rows], pa.string()),
            "through": pa.array([part.through for part in rows], pa.string()),
            "probability": pa.array([round(part.probability, 6) for part in rows], pa.float64()),
        }
    )
    con.register("explanation_rows", table)
    con.execute("INSERT INTO explanation SELECT * FROM explanation_rows")
    con.unregister("explanation_rows")
