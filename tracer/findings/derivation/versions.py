"""Versions of one holder's list: which follow one another, and what shows the older one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from tracer.disclosure import Count, DatasetRef, Reason
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.dates import DossierFacts
from tracer.findings.derivation.weights import EdgeWeights, Signal

Succession: TypeAlias = frozenset[tuple[int, int]]
"""Pairs a < b of datasets that follow one another among the versions of one list."""
ALIKE = 0.5
"""Share of the shorter list from which two lists of one holder are versions of one list."""
FOLLOWS = 12.0
"""Nats for one of two versions that follow one another being made from the other. What else could explain them, a third
list that holds both, was usually made from one of them."""
GROWN, HELD, LONGER = 1.0, 0.985, 1.02
"""Log odds that the longer version is the later one where it holds this share of the shorter and is so many times as
long: in real families of versions five steps in six add more than they take away."""


def succession(shared: NDArray[np.int64], contacts: NDArray[np.int64], facts: Sequence[DossierFacts]) -> Succession:
    """The versions that follow one another: by day of making or obtaining; one without a day is placed by its
    length."""
    found: set[tuple[int, int]] = set()
    holders: dict[str, list[int]] = {}
    for x, fact in enumerate(facts):
        holders.setdefault(fact.holder, []).append(x)
    for lists in holders.values():
        graph: nx.Graph[int] = nx.Graph()
        graph.add_edges_from((a, b) for a in lists for b in lists if a < b and _alike(shared, contacts, a, b))
        for family in nx.connected_components(graph):
            row = _in_a_row(sorted(family), contacts, facts)
            found |= {(min(a, b), max(a, b)) for a, b in pairwise(row) if _alike(shared, contacts, a, b)}
    return frozenset(found)


def _alike(shared: NDArray[np.int64], contacts: NDArray[np.int64], a: int, b: int) -> bool:
    return bool(shared[a, b] >= ALIKE * min(contacts[a], contacts[b]))


def _in_a_row(family: Sequence[int], contacts: NDArray[np.int64], facts: Sequence[DossierFacts]) -> list[int]:
    days = {x: facts[x].created or facts[x].obtained for x in family}
    known = [day for day in days.values() if day is not None]
    if len(set(known)) < 2:
        return sorted(family, key=lambda x: (contacts[x], x))
    row = sorted((x for x in family if days[x] is not None), key=lambda x: (days[x] or date.min, contacts[x], x))
    for x in sorted((x for x in family if days[x] is None), key=lambda x: (contacts[x], x)):
        at = next((place for place, y in enumerate(row) if contacts[y] > contacts[x]), len(row))
        row.insert(at, x)
    return row


def weigh_versions(weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts]) -> None:
    """Add that versions follow one another, and that a list that is kept up grows."""
    size, lists = counts.traced.contacts, [DatasetRef(name) for name in counts.traced.ids]
    for a, b in sorted(counts.succession):
        for parent, child in ((a, b), (b, a)):
            reason = Reason.of("derivation-versions", datasets=(lists[a], lists[b]))
            weights.add(parent, child, Signal("versions", "", FOLLOWS, reason))
    for a, b in np.argwhere(np.triu(counts.related, 1)).tolist():
        old, new = (a, b) if size[a] <= size[b] else (b, a)
        if facts[a].holder != facts[b].holder or size[new] < LONGER * size[old]:
            continue
        if counts.shared[a, b] >= HELD * size[old]:
            more = Count(int(size[new] - counts.shared[a, b]))
            reason = Reason.of("derivation-grown", newer=lists[new], older=lists[old], more=more)
            weights.turn(old, new, "grown", f"{size[old]}:{size[new]}", GROWN, reason)
