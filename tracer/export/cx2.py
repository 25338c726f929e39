"""CX2: what Cytoscape desktop (3.10 and newer), Cytoscape Web and NDEx open with its look, after the specification 2.0.

Colours, shapes and lines are a style of the file, so that a person can change them there; planted records and callers
are hidden, which Cytoscape's `Show all` undoes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from tracer.export.drawing.looks import LIGHT, PAINTS
from tracer.export.drawing.map_figure import positions
from tracer.export.drawing.palette import NODE_ROLES, SHAPES, edge_weight, node_size, paint_colour
from tracer.export.flat import Flat, flat_rows
from tracer.export.folded import FOLDED, drawn_edges, drawn_nodes, folded_into
from tracer.export.outgoing import Outgoing

Aspect: TypeAlias = list[dict[str, object]]
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


def cx2(leaving: Outgoing) -> bytes:
    """The whole graph; every field is an attribute, lists become one text."""
    graph, places = leaving.graph, positions(leaving.graph)
    nodes = flat_rows(
        {**row, "name": node["label"], "size": node_size(node)}
        for node, row in zip(leaving.labelled()["nodes"], drawn_nodes(graph, folded_into(graph)), strict=True)
    )
    edges = flat_rows(
        {
            **row, "name": f"{edge['source']} ({edge['kind']}) {edge['target']}", "interaction": edge["kind"],
            "weight": edge_weight(edge),
        }
        for edge, row in zip(graph["edges"], drawn_edges(graph), strict=True)
    )  # fmt: skip
    number = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    hidden = {at for at, node in enumerate(graph["nodes"]) if node["kind"] in FOLDED}
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in graph["edges"]]
    of_network = {"name": leaving.title or "tracer", "description": " ".join(graph["left_out"])}
    aspects: dict[str, Aspect] = {
        "attributeDeclarations": [
            {"networkAttributes": {name: {"d": "string"} for name in of_network}, "nodes": _declared(nodes),
             "edges": _declared(edges)}
        ],
        "networkAttributes": [dict(of_network)],
        "nodes": [
            {"id": at, "x": round(x, 1), "y": round(y, 1), "v": row}
            for at, (row, (x, y)) in enumerate(zip(nodes, (places[node["id"]] for node in graph["nodes"]), strict=True))
        ],
        "edges": [
            {"id": at, "s": source, "t": target, "v": row}
            for at, (row, (source, target)) in enumerate(zip(edges, ends, strict=True))
        ],
        "visualProperties": [_style()],
        "nodeBypasses": [{"id": at, "v": {"NODE_VISIBILITY": "none"}} for at in sorted(hidden)],
        "edgeBypasses": [
            {"id": at, "v": {"EDGE_VISIBILITY": "none"}} for at, both in enumerate(ends) if hidden.intersection(both)
        ],
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": True}}],
    }  # fmt: skip
    there = {name: aspect for name, aspect in aspects.items() if aspect}
    whole: list[dict[str, object]] = [
        {"CXVersion": "2.0", "hasFragments": False},
        {"metaData": [{"name": name, "elementCount": len(aspect)} for name, aspect in there.items()]},
    ]
    whole += [{name: aspect} for name, aspect in there.items()]
    whole.append({"status": [{"error": "", "success": True}]})
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"


def _declared(rows: Sequence[Mapping[str, Flat]]) -> dict[str, object]:
    """The type of each field that occurs."""
    types = {name: type(value) for row in rows for name, value in row.items()}
    return {name: {"d": _TYPES[types[name]]} for name in sorted(types)}


def _style() -> dict[str, object]:
    """How nodes and lines look: as on the page, by their kinds and by what they rest on."""
    usual = {
        "NODE_SHAPE": "ellipse", "NODE_LABEL_COLOR": LIGHT.ink, "NODE_LABEL_FONT_SIZE": 11, "NODE_BORDER_WIDTH": 0,
        "NODE_BORDER_COLOR": LIGHT.ink, "NODE_BACKGROUND_COLOR": LIGHT.known,
        "NODE_LABEL_POSITION": {
            "HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "top", "HORIZONTAL_ANCHOR": "center",
            "VERTICAL_ANCHOR": "bottom", "MARGIN_X": 0, "MARGIN_Y": 4, "JUSTIFICATION": "center",
        },
    }  # fmt: skip
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": LIGHT.paper},
            "node": usual,
            "edge": {
                "EDGE_LINE_COLOR": LIGHT.known, "EDGE_TARGET_ARROW_COLOR": LIGHT.known, "EDGE_LINE_STYLE": "solid",
                "EDGE_TARGET_ARROW_SHAPE": "triangle", "EDGE_WIDTH": 1.4, "EDGE_OPACITY": 0.8,
            },
        },
        "nodeMapping": {
            "NODE_LABEL": _passed("name", "string"),
            "NODE_WIDTH": _passed("size", "double"),
            "NODE_HEIGHT": _passed("size", "double"),
            "NODE_BACKGROUND_COLOR": _by("kind", {kind: LIGHT.of(role) for kind, (role, _) in NODE_ROLES.items()}),
            "NODE_SHAPE": _by("kind", {"party": "round-rectangle", "release": "diamond"}),
            "NODE_BORDER_WIDTH": _by("kind", {"hidden": 1.5}),
            "NODE_BORDER_STYLE": _by("kind", {"hidden": "dashed"}),
        },
        "edgeMapping": {
            "EDGE_LINE_COLOR": _by("paint", {paint: paint_colour(paint) for paint in PAINTS}),
            "EDGE_TARGET_ARROW_COLOR": _by("paint", {paint: paint_colour(paint) for paint in PAINTS}),
            "EDGE_LINE_STYLE": _by("basis", SHAPES),
            "EDGE_TARGET_ARROW_SHAPE": _by("head", {True: "triangle", False: "none"}, "boolean"),
            "EDGE_WIDTH": _passed("weight", "double"),
        },
    }  # fmt: skip


def _passed(attribute: str, kind: str) -> dict[str, object]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}


def _by(attribute: str, values: Mapping[Any, object], kind: str = "string") -> dict[str, object]:
    pairs = [{"v": value, "vp": look} for value, look in values.items()]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": kind, "map": pairs}}
