"""How data went from dataset to dataset: the derivations as a graph without cycles, and what it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from tracer.disclosure import Reason

LEAST = 0.05
"""Derivations less likely than this are left out, as in the answers of the tool."""


@dataclass(frozen=True)
class DerivationStep:
    """A derivation."""

    parent: str
    probability: float
    """That data went from it to the child through no third loaded dataset."""
    grade: str
    by_lists: float
    """The same without a person's judgement."""
    judged: Reason | None = None
    """By whom it was judged."""


def acyclic(derivations: Iterable[tuple[Any, ...]]) -> nx.DiGraph[str]:
    """The derivations, strongest first, each that closes no cycle.

    derivations: parent, child, probability, grade; then, where they are known, the probability without a judgement and
    by whom it was judged.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for parent, child, probability, grade, *more in sorted(derivations, key=lambda d: (-d[2], d[0], d[1])):
        if probability < LEAST or parent == child:
            continue
        graph.add_nodes_from((parent, child))
        without, judged = (*more, None, None)[:2]
        by_lists = probability if without is None else without
        if not nx.has_path(graph, child, parent):
            graph.add_edge(parent, child, step=DerivationStep(parent, probability, grade, by_lists, judged))
    return graph


def steps_into(graph: nx.DiGraph[str], dataset: str) -> list[DerivationStep]:
    """The derivations into a dataset, by parent."""
    if dataset not in graph:
        return []
    return [graph.edges[parent, dataset]["step"] for parent in sorted(graph.predecessors(dataset))]


def reachability(graph: nx.DiGraph[str], datasets: Iterable[str], sources: frozenset[str]) -> dict[str, float]:
    """Probability that a dataset holds data copied from one of `sources`, through whatever loaded datasets."""
    order = list(nx.lexicographical_topological_sort(graph))
    found = dict.fromkeys((*order, *datasets), 0.0)
    for dataset in order:
        if dataset in sources:
            found[dataset] = 1.0
            continue
        missed = 1.0
        for step in steps_into(graph, dataset):
            missed *= 1.0 - step.probability * found[step.parent]
        found[dataset] = 1.0 - missed
    return found | dict.fromkeys(sources, 1.0)
