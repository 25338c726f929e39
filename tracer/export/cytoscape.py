"""Cytoscape JSON (`elements` of Cytoscape.js, read by Cytoscape desktop and networkx), with positions and colours."""

from __future__ import annotations

import json

from tracer.export.palette import BASES, NODE_COLOURS, edge_colour, edge_weight, node_size
from tracer.export.picture.placement import positions
from tracer.graph.model import Graph


def cytoscape(graph: Graph) -> bytes:
    """The whole graph: every field is one of `data`; lists stay lists, what is not known is null."""
    places = positions(graph)
    nodes = [
        {
            "data": {
                **node,
                "value": node["id"],
                "name": node["label"],
                "size": node_size(node),
                "colour": _hex(NODE_COLOURS[node["kind"]]),
            },
            "position": {"x": round(places[node["id"]][0], 1), "y": round(places[node["id"]][1], 1)},
            "classes": node["kind"],
        }
        for node in graph["nodes"]
    ]
    edges = [
        {
            "data": {
                **edge,
                "key": edge["id"],
                "interaction": edge["kind"],
                "weight": edge_weight(edge),
                "colour": _hex(edge_colour(edge)),
                "line_style": BASES[edge["basis"]].shape,
            },
            "classes": edge["kind"],
        }
        for edge in graph["edges"]
    ]
    whole = {
        "format_version": "1.0",
        "generated_by": "tracer",
        "data": {"name": "tracer", **{name: value for name, value in graph.items() if name not in ("nodes", "edges")}},
        "directed": True,
        "multigraph": True,
        "elements": {"nodes": nodes, "edges": edges},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
