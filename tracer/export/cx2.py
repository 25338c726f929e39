"""CX2: what Cytoscape desktop (3.10 and newer), Cytoscape Web and NDEx open with its look, after the specification 2.0.

Colours, shapes and lines are a style of the file, so that a person can change them there; planted records and callers
are hidden, which Cytoscape's `Show all` undoes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tracer.export.figure.canvas import INK, PAPER, hex_of
from tracer.export.flat import Flat, flat_rows
from tracer.export.folded import FOLDED, counts_of, folded_into
from tracer.export.palette import BASES, EDGE_COLOURS, NODE_COLOURS, OTHER, edge_weight, node_size
from tracer.export.picture.placement import positions
from tracer.graph.model import Graph

Aspect: TypeAlias = list[dict[str, object]]
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


def cx2(graph: Graph, title: str) -> bytes:
    """The whole graph; every field is an attribute, lists become one text."""
    counts, homes, places = counts_of(graph), folded_into(graph), positions(graph)
    nodes = flat_rows(
        {
            **node, "name": node["label"], "size": node_size(node), "folded_into": homes.get(node["id"]),
            "canaries_found": counts.found.get(node["id"]), "signals": counts.signals.get(node["id"]) or None,
        }
        for node in graph["nodes"]
    )  # fmt: skip
    edges = flat_rows(
        {**edge, "name": f"{edge['source']} ({edge['kind']}) {edge['target']}", "interaction": edge["kind"],
         "weight": edge_weight(edge)} for edge in graph["edges"]
    )  # fmt: skip
    number = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    hidden = {at for at, node in enumerate(graph["nodes"]) if node["kind"] in FOLDED}
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in graph["edges"]]
    of_network = {"name": title or "tracer", "description": " ".join(graph["left_out"])}
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
        "NODE_SHAPE": "ellipse", "NODE_LABEL_COLOR": INK, "NODE_LABEL_FONT_SIZE": 11, "NODE_BORDER_WIDTH": 0,
        "NODE_BORDER_COLOR": INK, "NODE_BACKGROUND_COLOR": hex_of(OTHER),
        "NODE_LABEL_POSITION": {
            "HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "top", "HORIZONTAL_ANCHOR": "center",
            "VERTICAL_ANCHOR": "bottom", "MARGIN_X": 0, "MARGIN_Y": 4, "JUSTIFICATION": "center",
        },
    }  # fmt: skip
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": PAPER},
            "node": usual,
            "edge": {
                "EDGE_LINE_COLOR": hex_of(OTHER), "EDGE_TARGET_ARROW_COLOR": hex_of(OTHER), "EDGE_LINE_STYLE": "solid",
                "EDGE_TARGET_ARROW_SHAPE": "triangle", "EDGE_WIDTH": 1.4, "EDGE_OPACITY": 0.8,
            },
        },
        "nodeMapping": {
            "NODE_LABEL": _passed("name", "string"),
            "NODE_WIDTH": _passed("size", "double"),
            "NODE_HEIGHT": _passed("size", "double"),
            "NODE_BACKGROUND_COLOR": _by("kind", {kind: hex_of(colour) for kind, colour in NODE_COLOURS.items()}),
            "NODE_SHAPE": _by("kind", {"party": "round-rectangle"}),
            "NODE_BORDER_WIDTH": _by("kind", {"hidden": 1.5}),
            "NODE_BORDER_STYLE": _by("kind", {"hidden": "dashed"}),
        },
        "edgeMapping": {
            "EDGE_LINE_COLOR": _by("kind", {kind: hex_of(colour) for kind, colour in EDGE_COLOURS.items()}),
            "EDGE_TARGET_ARROW_COLOR": _by("kind", {kind: hex_of(colour) for kind, colour in EDGE_COLOURS.items()}),
            "EDGE_LINE_STYLE": _by("basis", {basis: style.shape for basis, style in BASES.items()}),
            "EDGE_WIDTH": _passed("weight", "double"),
        },
    }  # fmt: skip


def _passed(attribute: str, kind: str) -> dict[str, object]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}


def _by(attribute: str, values: Mapping[str, object]) -> dict[str, object]:
    pairs = [{"v": value, "vp": look} for value, look in values.items()]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": "string", "map": pairs}}
