"""How data went from dataset to dataset: the derivations as a graph without cycles, and who must have been passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

LEAST = 0.05
"""Derivations less likely than this are left out, as in the answers of the tool."""


@dataclass(frozen=True)
class Step:
    """A derivation."""

    parent: str
    """Dataset that was copied."""
    probability: float
    """That data went from it to the child through no third loaded dataset."""
    grade: str
    """Grade of the derivation."""


def acyclic(derivations: Iterable[tuple[str, str, float, str]]) -> nx.DiGraph[str]:
    """The derivations (parent, child, probability, grade), strongest first, each that closes no cycle."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for parent, child, probability, grade in sorted(derivations, key=lambda d: (-d[2], d[0], d[1])):
        if probability < LEAST or parent == child:
            continue
        graph.add_nodes_from((parent, child))
        if not nx.has_path(graph, child, parent):
            graph.add_edge(parent, child, step=Step(parent, probability, grade))
    return graph


def steps_into(graph: nx.DiGraph[str], dataset: str) -> list[Step]:
    """The derivations into a dataset, by parent."""
    if dataset not in graph:
        return []
    return [graph.edges[parent, dataset]["step"] for parent in sorted(graph.predecessors(dataset))]


def reach(graph: nx.DiGraph[str], datasets: Iterable[str], sources: frozenset[str]) -> dict[str, float]:
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


@dataclass(frozen=True)
class Holding:
    """How one dataset may have come by a client's data."""

    dataset: str
    """The dataset."""
    holder: str
    """Who holds it."""
    recipients: frozenset[str]
    """Recipients who may have handed it on directly."""
    parents: frozenset[str]
    """Loaded datasets that it may have been copied from."""


def dominators(client: str, holdings: Mapping[str, Holding]) -> dict[str, frozenset[str]]:
    """Dataset -> parties that stand on every path from the client to it (immediate dominators of the holders' graph).

    Nodes are parties and datasets, told apart by a prefix, since ids of both may be the same.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    root = f"party {client}"
    graph.add_node(root)
    for holding in holdings.values():
        node = f"dataset {holding.dataset}"
        for recipient in holding.recipients:
            graph.add_edge(root, f"party {recipient}")
            graph.add_edge(f"party {recipient}", node)
        for parent in holding.parents & holdings.keys():
            # What is copied from a dataset went through its holder's hands.
            graph.add_edge(f"dataset {parent}", f"held {parent}")
            graph.add_edge(f"held {parent}", node)
    above = nx.immediate_dominators(graph, root)
    found = {}
    for dataset in holdings:
        passed = set()
        node = f"dataset {dataset}"
        while node in above and node != root:
            kind, _, name = node.partition(" ")
            if kind == "party":
                passed.add(name)
            elif kind == "held":
                passed.add(holdings[name].holder)
            parent_node = above[node]
            if parent_node is None or parent_node == node:
                break
            node = parent_node
        found[dataset] = frozenset(passed)
    return found
