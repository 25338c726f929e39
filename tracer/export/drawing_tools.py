"""Colours, dashes and sizes for Gephi, Cytoscape and their like: those of `looks`, as such programs name them."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracer.clock import today
from tracer.export.drawing.looks import LIGHT, PAINTS, paint_of
from tracer.export.drawing.map_figure import positions
from tracer.export.flat import Flat, flat_rows, safe_ids, xml_text
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Graph, Node

NODE_ROLES: Mapping[str, tuple[str, str]] = {
    "party": ("ink", "square"),
    "dataset": ("soft", "disc"),
    "release": ("handed", "diamond"),
    "hidden": ("rule", "disc"),
    "canary": ("known", "disc"),
    "caller": ("known", "disc"),
}
"""Kind of a node -> its role of `Theme` and its shape; none is red, which says what was done with a list."""
SHAPES: Mapping[str, str] = {"documented": "solid", "inferred": "dashed", "alleged": "dotted"}
"""What a line rests on -> what such programs call its dashes (`looks.DASHES`)."""


def paint_colour(paint: str) -> str:
    """The colour of a paint on paper, as `#rrggbb`."""
    return LIGHT.of(PAINTS[paint].colour)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of `#rrggbb`."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def node_size(node: Node) -> float:
    """Diameter: parties 24; lists by their contacts, 6 to 20; all else 8."""
    if node["kind"] == "party":
        return 24.0
    if node["kind"] == "dataset" and node["contacts"]:
        return round(min(max(4.0 * math.log10(node["contacts"]) - 4.0, 6.0), 20.0), 2)
    return 8.0


def edge_weight(edge: Edge) -> float:
    """Weight for tools that need one: the shared contacts' power of ten, 1 where they are unknown."""
    shared = edge["shared"]
    return round(1.0 + math.log10(shared), 4) if isinstance(shared, int) and shared > 0 else 1.0


FOLDED = frozenset({"canary", "caller"})
"""Kinds of nodes that are folded."""


@dataclass(frozen=True)
class FoldedCounts:
    """What is folded, by the id of what it is folded into."""

    found: Mapping[str, int]
    reached: Mapping[str, int]
    signals: Mapping[str, int]


def counts_of(graph: Graph) -> FoldedCounts:
    """Per list the planted records found in it; per planted record the signals that reached it, and all of a copy's."""
    found: dict[str, int] = defaultdict(int)
    reached: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "seen_in":
            found[edge["target"]] += 1
        elif edge["kind"] == "called":
            reached[edge["target"]] += edge["count"] or 0
    signals: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "planted_in":
            signals[edge["target"]] += reached[edge["source"]]
    return FoldedCounts(found, reached, signals)


def folded_into(graph: Graph) -> dict[str, str]:
    """Planted record or caller -> the copy that it was planted in, else the list that it was found in; first by id.

    A caller goes where the first record goes that it called. What belongs to none stays as it is.
    """
    kinds = {node["id"]: node["kind"] for node in graph["nodes"]}
    homes: dict[str, str] = {}
    for asked in ("planted_in", "seen_in", "called"):
        for edge in sorted(
            [edge for edge in graph["edges"] if edge["kind"] == asked], key=lambda one: (one["source"], one["target"])
        ):
            target = homes.get(edge["target"]) if asked == "called" else edge["target"]
            if target is not None and kinds[edge["source"]] in FOLDED:
                homes.setdefault(edge["source"], target)
    return homes


def drawn_nodes(graph: Graph, homes: Mapping[str, str]) -> list[dict[str, object]]:
    """The nodes with what programs that draw need: `homes` as `folded_into` gives them, and what is counted."""
    counts = counts_of(graph)
    return [
        {
            **node,
            "folded_into": homes.get(node["id"]),
            "canaries_found": counts.found.get(node["id"]),
            "signals": counts.signals.get(node["id"]) or None,
        }
        for node in graph["nodes"]
    ]


def drawn_edges(graph: Graph) -> list[dict[str, object]]:
    """The edges with what their colour says, and whether they have a head."""
    return [
        {**edge, "paint": paint_of(edge["kind"]), "head": edge["direction"] != "not_told"} for edge in graph["edges"]
    ]


_SPACE = "http://www.gexf.net/1.2draft"
_VIZ = "http://www.gexf.net/1.2draft/viz"
_NODE_OWN = frozenset({"id", "label"})
_EDGE_OWN = frozenset({"id", "source", "target", "kind"})
"""What GEXF has attributes of its own for."""
_GEXF_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


def gexf(leaving: Outgoing) -> bytes:
    """The whole graph; fields that GEXF has no place for are attributes of the same name."""
    graph = leaving.labelled()
    root = Element("gexf", {"xmlns": _SPACE, "xmlns:viz": _VIZ, "version": "1.2"})
    meta = SubElement(root, "meta", {"lastmodifieddate": today().isoformat()})
    SubElement(meta, "creator").text = "tracer"
    SubElement(meta, "description").text = xml_text(" ".join(graph["left_out"]))
    body = SubElement(
        root,
        "graph",
        {"defaultedgetype": "directed", "mode": "dynamic", "timerepresentation": "interval", "timeformat": "date"},
    )
    safe = safe_ids(node["id"] for node in graph["nodes"])
    homes = folded_into(graph)
    node_rows, edge_rows = flat_rows(drawn_nodes(graph, homes)), flat_rows(drawn_edges(graph))
    node_fields = _declare(body, "node", node_rows, _NODE_OWN)
    edge_fields = _declare(body, "edge", edge_rows, _EDGE_OWN)
    places = positions(graph)
    # Node id -> the first day on which it is known, its lines' days among them; a line never begins before its ends.
    # A node has no end: a copy whose time is up is still there, and what is found of it later would begin after it.
    begins = {node["id"]: node["date"] for node in graph["nodes"] if node["date"] is not None}
    for edge in graph["edges"]:
        for end in (edge["source"], edge["target"]):
            if edge["date"] is not None and end in begins:
                begins[end] = min(begins[end], edge["date"])
    nodes = SubElement(body, "nodes")
    for node, row in zip(graph["nodes"], node_rows, strict=True):
        place = places[homes.get(node["id"], node["id"])]
        element = SubElement(
            nodes, "node", {"id": safe[node["id"]], "label": xml_text(node["label"]), **_life(begins.get(node["id"]))}
        )
        _values(element, row, node_fields)
        role, shape = NODE_ROLES[node["kind"]]
        _colour(element, LIGHT.of(role), clear="folded_into" in row)
        # Gephi's y grows upwards.
        SubElement(element, "viz:position", {"x": f"{place[0]:.1f}", "y": f"{-place[1]:.1f}", "z": "0.0"})
        SubElement(element, "viz:size", {"value": "1.0" if "folded_into" in row else str(node_size(node))})
        SubElement(element, "viz:shape", {"value": shape})
    edges = SubElement(body, "edges")
    for edge, row in zip(graph["edges"], edge_rows, strict=True):
        begin = max((begins[end] for end in (edge["source"], edge["target"]) if end in begins), default=None)
        clear = not homes.keys().isdisjoint((edge["source"], edge["target"]))
        _edge(edges, edge, row, edge_fields, safe, _life(edge["date"] or begin, edge["until"]), clear=clear)
    indent(root, " ")
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"


def _declare(body: Element, kind: str, rows: Sequence[Mapping[str, Flat]], own: frozenset[str]) -> dict[str, str]:
    """Declares the attributes that occur; field -> attribute id."""
    types: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            if name not in own:
                types.setdefault(name, _GEXF_TYPES[type(value)])
    attributes = SubElement(body, "attributes", {"class": kind, "mode": "static"})
    # Ids are the titles: readers that know no titles (graphology) then give the names.
    fields = {name: name for name in sorted(types)}
    for name, number in fields.items():
        SubElement(attributes, "attribute", {"id": number, "title": name, "type": types[name]})
    return fields


def _values(element: Element, row: Mapping[str, Flat], fields: Mapping[str, str]) -> None:
    holder = SubElement(element, "attvalues")
    for name, number in fields.items():
        if name in row:
            value = row[name]
            text = str(value).lower() if isinstance(value, bool) else str(value)
            SubElement(holder, "attvalue", {"for": number, "value": text})


def _edge(
    edges: Element,
    edge: Edge,
    row: Mapping[str, Flat],
    fields: Mapping[str, str],
    safe: Mapping[str, str],
    life: Mapping[str, str],
    *,
    clear: bool,
) -> None:
    own = {
        "id": edge["id"],
        "source": safe[edge["source"]],
        "target": safe[edge["target"]],
        "kind": xml_text(edge["kind"]),
        "label": xml_text(edge["kind"]),
        "weight": str(edge_weight(edge)),
    }
    element = SubElement(edges, "edge", {**own, **life})
    _values(element, row, fields)
    _colour(element, paint_colour(paint_of(edge["kind"])), clear=clear)
    SubElement(element, "viz:thickness", {"value": str(edge_weight(edge))})
    SubElement(element, "viz:shape", {"value": SHAPES[edge["basis"]]})


def _colour(element: Element, colour: str, *, clear: bool) -> None:
    channels = dict(zip("rgb", map(str, rgb(colour)), strict=True))
    SubElement(element, "viz:color", {**channels, "a": "0.0" if clear else "1.0"})


def _life(start: str | None, end: str | None = None) -> dict[str, str]:
    """Begin and end where they are known and in order, which GEXF demands."""
    if start is None:
        return {}
    return {"start": start} if end is None or end < start else {"start": start, "end": end}


Aspect: TypeAlias = list[dict[str, object]]
_CX2_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


def cx2(leaving: Outgoing) -> bytes:
    """The whole graph; every field is an attribute, lists become one text."""
    graph, places = leaving.graph, positions(leaving.graph)
    nodes = flat_rows(
        {**row, "name": node["label"], "size": node_size(node)}
        for node, row in zip(leaving.labelled()["nodes"], drawn_nodes(graph, folded_into(graph)), strict=True)
    )
    edges = flat_rows(
        {
            **row,
            "name": f"{edge['source']} ({edge['kind']}) {edge['target']}",
            "interaction": edge["kind"],
            "weight": edge_weight(edge),
        }
        for edge, row in zip(graph["edges"], drawn_edges(graph), strict=True)
    )
    number = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    hidden = {at for at, node in enumerate(graph["nodes"]) if node["kind"] in FOLDED}
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in graph["edges"]]
    of_network = {"name": leaving.title or "tracer", "description": " ".join(graph["left_out"])}
    aspects: dict[str, Aspect] = {
        "attributeDeclarations": [
            {
                "networkAttributes": {name: {"d": "string"} for name in of_network},
                "nodes": _declared(nodes),
                "edges": _declared(edges),
            }
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
    }
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
    return {name: {"d": _CX2_TYPES[types[name]]} for name in sorted(types)}


def _style() -> dict[str, object]:
    """How nodes and lines look: as on the page, by their kinds and by what they rest on."""
    usual = {
        "NODE_SHAPE": "ellipse",
        "NODE_LABEL_COLOR": LIGHT.ink,
        "NODE_LABEL_FONT_SIZE": 11,
        "NODE_BORDER_WIDTH": 0,
        "NODE_BORDER_COLOR": LIGHT.ink,
        "NODE_BACKGROUND_COLOR": LIGHT.known,
        "NODE_LABEL_POSITION": {
            "HORIZONTAL_ALIGN": "center",
            "VERTICAL_ALIGN": "top",
            "HORIZONTAL_ANCHOR": "center",
            "VERTICAL_ANCHOR": "bottom",
            "MARGIN_X": 0,
            "MARGIN_Y": 4,
            "JUSTIFICATION": "center",
        },
    }
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": LIGHT.paper},
            "node": usual,
            "edge": {
                "EDGE_LINE_COLOR": LIGHT.known,
                "EDGE_TARGET_ARROW_COLOR": LIGHT.known,
                "EDGE_LINE_STYLE": "solid",
                "EDGE_TARGET_ARROW_SHAPE": "triangle",
                "EDGE_WIDTH": 1.4,
                "EDGE_OPACITY": 0.8,
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
    }


def _passed(attribute: str, kind: str) -> dict[str, object]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}


def _by(attribute: str, values: Mapping[Any, object], kind: str = "string") -> dict[str, object]:
    pairs = [{"v": value, "vp": look} for value, look in values.items()]
    return {"type": "DISCRETE", "definition": {"attribute": attribute, "type": kind, "map": pairs}}
