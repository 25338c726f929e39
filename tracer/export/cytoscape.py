"""Cytoscape JSON (`elements` of Cytoscape.js, read by Cytoscape desktop and networkx), with positions and a style."""

from __future__ import annotations

import json

from tracer.export.figure.canvas import hex_of
from tracer.export.palette import BASES, NODE_COLOURS, edge_colour, edge_weight, node_size
from tracer.export.picture.placement import positions
from tracer.graph.model import Graph

STYLE = (
    {
        "selector": "node",
        "style": {
            "label": "data(name)", "background-color": "data(colour)", "width": "data(size)", "height": "data(size)",
            "font-size": 11, "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap",
            "text-max-width": "160px",
        },
    },
    {"selector": "node.party", "style": {"shape": "round-rectangle", "font-weight": "bold"}},
    {"selector": "node.canary, node.caller", "style": {"display": "none"}},
    {"selector": "node.hidden", "style": {"border-width": 1.5, "border-style": "dashed"}},
    {
        "selector": "edge",
        "style": {
            "line-color": "data(colour)", "line-style": "data(line_style)", "width": "data(weight)", "opacity": 0.8,
            "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": "data(colour)",
        },
    },
)  # fmt: skip
"""How Cytoscape.js draws the file as the page does: `cytoscape({container, ...file, layout: {name: "preset"}})`.

Planted records and callers, hundreds of nodes about a few findings, are in the file and folded away by the style.
"""


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
                "colour": hex_of(NODE_COLOURS[node["kind"]]),
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
                "colour": hex_of(edge_colour(edge)),
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
        "style": list(STYLE),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"
