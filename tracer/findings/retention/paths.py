"""Through whose hands a client's data must have gone to a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx


@dataclass(frozen=True)
class Holding:
    """How one dataset may have come by a client's data."""

    dataset: str
    holder: str
    recipients: frozenset[str]
    parents: frozenset[str]


def dominators(client: str, holdings: Mapping[str, Holding]) -> dict[str, frozenset[str]]:
    """Dataset -> parties that are on every path from the client to it (immediate dominators of the holders' graph).

    Nodes are parties and datasets, distinguished by a prefix, since ids of both may be the same.
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
