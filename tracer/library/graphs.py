"""The provenance graph as networkx has it, made from the JSON that leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx


def graph_of(text: str, notes: tuple[str, ...]) -> networkx.MultiDiGraph[str]:
    """Nodes under their ids, edges from giver to taker; everything else of the JSON is the graph's attributes."""
    import networkx

    from tracer.documents import json_of

    document = json_of(text)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.graph.update({name: value for name, value in document.items() if name not in ("nodes", "edges")})
    graph.graph["notes"] = notes
    for node in document["nodes"]:
        graph.add_node(node["id"], **{name: value for name, value in node.items() if name != "id"})
    for edge in document["edges"]:
        ends = ("source", "target")
        graph.add_edge(*(edge[end] for end in ends), **{name: one for name, one in edge.items() if name not in ends})
    return graph
