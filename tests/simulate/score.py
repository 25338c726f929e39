"""How near findings come to the truth of a market."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx

from tracer.simulate.market import Truth

Edge: TypeAlias = tuple[str, str]
"""(parent, child) or (ancestor, descendant)."""


@dataclass(frozen=True)
class ConfusionCounts:
    right: int = 0
    wrong: int = 0
    missed: int = 0


def retention(
    found: Mapping[tuple[str, str, str], tuple[str, float]], truth: Truth, least: float = 0.5
) -> ConfusionCounts:
    """(vendor, release, dataset) → (reading, probability) against the true retentions; the reading must be right."""
    given = {(*key, reading) for key, (reading, p) in found.items() if p >= least}
    true = {(entry.vendor, entry.release, entry.dataset, entry.reading) for entry in truth.retained}
    return ConfusionCounts(right=len(given & true), wrong=len(given - true), missed=len(true - given))


def closure(edges: Iterable[Edge]) -> set[Edge]:
    """All (ancestor, descendant) pairs; cycles are followed once."""
    graph: nx.DiGraph[str] = nx.DiGraph(edges)
    return {(above, below) for above in graph for below in nx.descendants(graph, above)}
