"""Hidden brokers: pairs that look copied from one another, but are copies of a list that was never obtained.

How likely that is comes with the calibration (`stating`): brothers are joined to third lists in triangles, and what
three lists have in common two and two, no one of them held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from tracer.disclosure import Count, DatasetRef, Reason
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.model import DerivationModel
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.overlap.near_copies import NEAR, are_near, witnesses

LEAST_PROPOSED, LEAST_EACH = 0.5, 0.05
"""Probability from which a hidden dataset is proposed, and that each of several near-copies has a share in it."""


@dataclass(frozen=True)
class Hidden:
    """A proposed dataset that was never obtained."""

    id: str
    parents: tuple[int, ...]
    children: tuple[int, ...]
    contacts: int
    """Contacts that it must have held: those that two of its children have in common, near-copies taken as one."""
    probability: float


def propose(
    counts: MembershipCounts, model: DerivationModel, brother: NDArray[np.float64], taken: int = 0
) -> tuple[Hidden, ...]:
    """One hidden dataset for each connected group of probable brothers; its parents are what they have in common.

    Near-copies are one witness: two of them alone show no third list, and what they share nothing that it held.
    `taken`: the highest number that an older proposal keeps.
    """
    joined = brother * (model.posterior.edge + model.posterior.edge.T) * model.related
    likely = np.triu(_with_copies(counts, joined), 1)
    graph: nx.Graph[int] = nx.Graph()
    for a, b in np.argwhere(likely >= LEAST_PROPOSED).tolist():
        graph.add_edge(a, b)
    groups = sorted(tuple(sorted(group)) for group in nx.connected_components(graph))
    told = [(group, seen_by) for group in groups if len(seen_by := _witnesses(counts, group)) > 1]
    proposed = []
    for number, (group, seen_by) in enumerate(told, start=taken + 1):
        above = [{p for p in range(len(counts.traced)) if model.edge[p, c] >= 0.5} for c in group]
        parents = tuple(sorted(set.intersection(*above) - set(group)))
        surest = max(float(likely[min(pair), max(pair)]) for pair in graph.edges(group))
        proposed.append(Hidden(f"hidden-{number}", parents, group, _in_several(counts, seen_by), surest))
    return tuple(proposed)


def _with_copies(counts: MembershipCounts, joined: NDArray[np.float64]) -> NDArray[np.float64]:
    """datasets x datasets: probability of being joined as brothers with the other or a near-copy of it.

    Which of two near-copies a list is joined to the rows cannot tell: the search gives it to each now and then.
    """
    contacts = counts.traced.contacts
    near = np.asarray(counts.shared >= NEAR * np.maximum(contacts[:, None], contacts[None, :]))
    np.fill_diagonal(near, val=True)
    either = np.maximum(joined @ near, near @ joined)
    return np.where(near | (joined < LEAST_EACH), joined, np.minimum(either, 1.0))


def _witnesses(counts: MembershipCounts, group: Sequence[int]) -> list[list[int]]:
    contacts = counts.traced.contacts
    return witnesses(group, lambda a, b: are_near(int(counts.shared[a, b]), int(contacts[a]), int(contacts[b])))


def _in_several(counts: MembershipCounts, seen_by: Sequence[Sequence[int]]) -> int:
    """Contacts that two or more witnesses hold."""
    holders = sum(counts.sets.with_any(one).astype(np.int64) for one in seen_by)
    return int(counts.sets.totals[np.asarray(holders) > 1].sum())


def write_hidden(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, proposed: tuple[Hidden, ...]
) -> None:
    """Insert into `hidden`."""
    ids = counts.traced.ids
    rows = []
    for one in proposed:
        children = tuple(DatasetRef(ids[c]) for c in one.children)
        reasons = [
            Reason.of("derivation-hidden-contacts", contacts=Count(one.contacts), datasets=children),
            Reason.of("derivation-hidden-unexplained"),
        ]
        rows.append((
            one.id, [ids[p] for p in one.parents], [ids[c] for c in one.children], one.contacts,
            round(one.probability, 6), kept(reasons),
        ))  # fmt: skip
    put_rows(con, "hidden", run, "id parents children contacts probability reasons", rows)
