"""Hidden brokers: pairs that look copied from one another, but are copies of a list that nobody has obtained.

What tells brothers from parent and child: a child has its parent's losses and slips, so only one side has lost what the
other kept; brothers have each lost something. And a child's own rows are of a kind of their own, while what a brother
has beyond the common rows came from the same source as these. And what three lists have in common two and two, no one
of them held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import networkx as nx
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.derivation.counts import Counts, log_profiles
from tracer.findings.derivation.model import Model
from tracer.findings.derivation.weights import EdgeWeights
from tracer.findings.near_copies import NEAR, are_near, witnesses

LOG_PRIOR = -3.6
"""Log odds, before looking, that a related pair are brothers rather than parent and child: 61 to 2,304 among the pairs
that the search joins, on 82 markets of tuning seeds and all settings (`python -m tests.bench.brothers`)."""
CLOSED = (-1.2, 2.9, 4.4)
"""Nats for brothers by how many third lists are joined to both of a pair: none, one, more. In the same markets 18, 19
and 24 of the brothers, and 2,254, 39 and 11 of the parents and children."""
LEAST_REST = 0.02
"""Share of a list below which what it has beyond the other list is nothing."""
NO_REST = -4.0
"""Nats against brothers where one of the two has nothing beyond the other: the source would be that other list."""
PLACES_TEMPER, PLACES_RANGE = 0.25, (-6.0, 4.0)
"""Power of the likelihood of places, and the range of what one side may weigh."""
ALIKE = 0.05
"""Share of copies whose own rows lie where the copied ones do."""
CHOSEN = 0.1
"""Share of copies that took some places of their source only, so that its rest lies elsewhere."""
ONE_HOLDER = -6.0
"""Nats against brothers where both lists are one holder's: they are versions."""
LEAST_PROPOSED, LEAST_EACH = 0.5, 0.05
"""Probability from which a hidden dataset is proposed, and that each of several near-copies has a share in it."""


@dataclass(frozen=True)
class Hidden:
    """A proposed dataset that nobody has obtained."""

    id: str
    parents: tuple[int, ...]
    children: tuple[int, ...]
    contacts: int
    """Contacts that it must have held: those that two of its children have in common, near-copies taken as one."""
    probability: float


def brothers(counts: Counts, model: Model, weights: EdgeWeights, holders: Sequence[str]) -> NDArray[np.float64]:
    """datasets x datasets (symmetric): probability that a pair that the search joined are brothers."""
    n = len(counts.traced)
    p = np.zeros((n, n))
    joined = model.posterior.edge + model.posterior.edge.T
    third = joined_to_both(model.posterior.edge)
    for a, b in zip(*np.nonzero(np.triu(joined >= 0.1)), strict=True):
        odds = LOG_PRIOR + CLOSED[min(int(third[a, b]), len(CLOSED) - 1)] + _places(counts, model, int(a), int(b))
        # A merge has rows from others, with what these had lost and kept.
        if max(len(model.posterior.best[a]), len(model.posterior.best[b])) < 2:
            odds += weights.brothers[a, b]
        odds += ONE_HOLDER if holders[a] == holders[b] else 0.0
        p[a, b] = p[b, a] = 1.0 / (1.0 + float(np.exp(np.clip(-odds, -50, 50))))
    return p


def joined_to_both(edge: NDArray[np.float64]) -> NDArray[np.int64]:
    """datasets x datasets: how many third datasets are joined to both of a pair; edge: [parent, child] probabilities.

    A reseller merges lists that are different, seldom a list with a copy of it: so three lists of which each is joined
    to the others are rarely parent and child in all pairs. Three copies of a list that nobody has obtained are, for any
    two of them have rows in common that the third did not take.
    """
    near = (edge + edge.T >= 0.5).astype(np.int64)
    return np.asarray(near @ near, dtype=np.int64)


def propose(counts: Counts, model: Model, brother: NDArray[np.float64], taken: int = 0) -> tuple[Hidden, ...]:
    """One hidden dataset for each connected group of probable brothers; its parents are what they have in common.

    Near-copies are one witness: two of them alone show no third list, and what they share nothing that it held.
    `taken`: the highest number that an older proposal keeps.
    """
    joined = brother * (model.posterior.edge + model.posterior.edge.T) * model.related
    graph: nx.Graph[int] = nx.Graph()
    for a, b in np.argwhere(np.triu(_with_copies(counts, joined), 1) >= LEAST_PROPOSED).tolist():
        graph.add_edge(a, b)
    groups = sorted(tuple(sorted(group)) for group in nx.connected_components(graph))
    told = [(group, seen_by) for group in groups if len(seen_by := _witnesses(counts, group)) > 1]
    proposed = []
    for number, (group, seen_by) in enumerate(told, start=taken + 1):
        above = [{p for p in range(len(counts.traced)) if model.edge[p, c] >= 0.5} for c in group]
        parents = tuple(sorted(set.intersection(*above) - set(group)))
        surest = max(float(brother[a, b]) for a, b in graph.edges(group))
        proposed.append(Hidden(f"hidden-{number}", parents, group, _in_several(counts, seen_by), surest))
    return tuple(proposed)


def _with_copies(counts: Counts, joined: NDArray[np.float64]) -> NDArray[np.float64]:
    """datasets x datasets: probability of being joined as brothers with the other or a near-copy of it.

    Which of two near-copies a list is joined to the rows cannot tell: the search gives it to each now and then.
    """
    contacts = counts.traced.contacts
    near = np.asarray(counts.shared >= NEAR * np.maximum(contacts[:, None], contacts[None, :]))
    np.fill_diagonal(near, val=True)
    either = np.maximum(joined @ near, near @ joined)
    return np.where(near | (joined < LEAST_EACH), joined, np.minimum(either, 1.0))


def _witnesses(counts: Counts, group: Sequence[int]) -> list[list[int]]:
    contacts = counts.traced.contacts
    return witnesses(group, lambda a, b: are_near(int(counts.shared[a, b]), int(contacts[a]), int(contacts[b])))


def _in_several(counts: Counts, seen_by: Sequence[Sequence[int]]) -> int:
    """Contacts that two or more witnesses hold."""
    holders = sum(counts.sets.with_any(one).astype(np.int64) for one in seen_by)
    return int(counts.sets.totals[np.asarray(holders) > 1].sum())


def write_hidden(con: duckdb.DuckDBPyConnection, run: int, counts: Counts, proposed: tuple[Hidden, ...]) -> None:
    """Insert into `hidden`."""
    ids = counts.traced.ids
    reasons = [
        [
            f"{h.contacts:,} contacts are in two or more of {', '.join(ids[c] for c in h.children)}",
            "each has kept cells that another lost, or has more rows of the common kind: none is the other's source",
        ]
        for h in proposed
    ]
    table = pa.table(
        {
            "run": pa.array([run] * len(proposed), pa.int32()),
            "superseded": pa.nulls(len(proposed), pa.int32()),
            "id": pa.array([h.id for h in proposed], pa.string()),
            "parents": pa.array([[ids[p] for p in h.parents] for h in proposed], pa.list_(pa.string())),
            "children": pa.array([[ids[c] for c in h.children] for h in proposed], pa.list_(pa.string())),
            "contacts": pa.array([h.contacts for h in proposed], pa.int64()),
            "probability": pa.array([round(h.probability, 6) for h in proposed], pa.float64()),
            "reasons": pa.array(reasons, pa.list_(pa.string())),
        }
    )
    con.register("hidden_rows", table)
    con.execute("INSERT INTO hidden SELECT * FROM hidden_rows")
    con.unregister("hidden_rows")


def _places(counts: Counts, model: Model, a: int, b: int) -> float:
    """Nats for brothers by place. x: log odds that one side's rest lies where the common rows lie.

    A source's rest does, a child's own rows mostly do not; a brother's rest does unless he has rows of his own.
    """
    sides = []
    for here, other in ((a, b), (b, a)):
        common, rest = _split(counts, model, here, other)
        if rest.sum() <= LEAST_REST * (common.sum() + rest.sum()):
            return NO_REST
        line = rest[None, :]
        fresh = log_profiles(line, counts.place_share, counts.concentration)
        alike = log_profiles(line, counts.place_share, counts.concentration, seen=common)
        sides.append(float(np.exp(np.clip(PLACES_TEMPER * (alike - fresh)[0], *PLACES_RANGE))))
    x, y = sides
    brother = (0.5 * x + 0.5) * (0.5 * y + 0.5)
    of_x, of_y = (1 - CHOSEN) * x + CHOSEN, (1 - CHOSEN) * y + CHOSEN
    child = 0.5 * (of_x * (ALIKE * y + 1 - ALIKE) + of_y * (ALIKE * x + 1 - ALIKE))
    return float(np.log(brother / child))


def _split(counts: Counts, model: Model, here: int, other: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows of one dataset by place: those in common with the other, and those that no parent of it holds either."""
    sets = counts.sets
    taken = [other, *(p for p in model.posterior.best[here] if p != other)]
    mine = sets.of(here)
    _, place, contacts = sets.places(mine[~sets.with_any(taken)[mine]])
    of_rest = np.bincount(place, contacts, counts.place_share.size)
    unit = float(counts.unit[here])
    return sets.common[:, here, other] / unit, (of_rest + counts.singles[here]) / unit
