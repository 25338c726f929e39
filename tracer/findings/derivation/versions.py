"""Versions of one holder's list: which follow one another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray

ALIKE = 0.5
"""Share of the shorter list from which two lists of one holder are versions of one list. Parts of one database that a
holder keeps apart have less in common."""
WHOLE = 0.05
"""Share of the longer list that they must have in common too: a sample that was drawn from a list is not a state of it.
Holders whose lists grow twentyfold between two exports would change it."""


def versions_of(
    shared: NDArray[np.int64], contacts: NDArray[np.int64], holders: Sequence[str | None]
) -> list[tuple[int, int]]:
    """Pairs a < b of one holder that are versions of one list. holders: None for what cannot be a version."""
    known = np.array([holder is not None for holder in holders])
    same = (np.array(holders)[:, None] == np.array(holders)[None, :]) & known[:, None]
    shorter, longer = (of(contacts[:, None], contacts[None, :]) for of in (np.minimum, np.maximum))
    alike = (shared >= ALIKE * np.maximum(1, shorter)) & (shared >= WHOLE * longer)
    return [(a, b) for a, b in np.argwhere(np.triu(same & alike, 1)).tolist()]


def succession(
    versions: Sequence[tuple[int, int]], contacts: NDArray[np.int64], days: Sequence[date | None]
) -> frozenset[tuple[int, int]]:
    """The pairs a < b of versions that follow one another: by day; one without a day is placed by its length."""
    graph: nx.Graph[int] = nx.Graph(versions)
    found: set[tuple[int, int]] = set()
    for family in nx.connected_components(graph):
        row = _in_a_row(sorted(family), contacts, days)
        found |= {(min(a, b), max(a, b)) for a, b in pairwise(row) if graph.has_edge(a, b)}
    return frozenset(found)


def _in_a_row(family: Sequence[int], contacts: NDArray[np.int64], days: Sequence[date | None]) -> list[int]:
    known = [day for x in family if (day := days[x]) is not None]
    if len(set(known)) < 2:
        return sorted(family, key=lambda x: (contacts[x], x))
    row = sorted((x for x in family if days[x] is not None), key=lambda x: (days[x] or date.min, contacts[x], x))
    for x in sorted((x for x in family if days[x] is None), key=lambda x: (contacts[x], x)):
        at = next((place for place, y in enumerate(row) if contacts[y] > contacts[x]), len(row))
        row.insert(at, x)
    return row
