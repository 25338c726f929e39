"""The graph for programs that draw it, Gephi, Cytoscape and their like: GEXF and CX2, with the colours, dashes and
sizes of the page as such programs name them.

Tools draw each node; hundreds of planted records and callers about a few findings would bury the rest. They stay in the
files, each with the copy or list that it is folded into, and these have their counts, as on the page.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracer.clock import today
from tracer.documents import json_of
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
    counts, rows = counts_of(graph), []
    for node in graph["nodes"]:
        name, signals = node["id"], counts.signals.get(node["id"]) or None
        counted = {"canaries_found": counts.found.get(name), "signals": signals}
        rows.append({**node, "folded_into": homes.get(name), **counted})
    return rows


def drawn_edges(graph: Graph) -> list[dict[str, object]]:
    """The edges with what their colour says, and whether they have a head."""
    return [
        {**edge, "paint": paint_of(edge["kind"]), "head": edge["direction"] != "not_told"} for edge in graph["edges"]
    ]


_GEXF = {"xmlns": "http://www.gexf.net/1.2draft", "xmlns:viz": "http://www.gexf.net/1.2draft/viz", "version": "1.2"}
_OWN = {"node": ("id", "label"), "edge": ("id", "source", "target", "kind")}
"""What GEXF has attributes of its own for."""
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


def gexf(leaving: Outgoing) -> bytes:
    """GEXF 1.2 with positions, colours, sizes and dates: Gephi opens it and it looks like the page.

    networkx writes it with a creation date of its own and no positions from us, so the file is written here, after
    https://gexf.net/1.2 (the version that Gephi, networkx and graphology all read). The graph is dynamic with
    intervals, so that Gephi offers its time line; all other fields are static, attributes of the same name. Planted
    records and callers lie on what they are folded into, small and clear, with `folded_into` to filter by.
    """
    graph = leaving.labelled()
    root = Element("gexf", _GEXF)
    meta = SubElement(root, "meta", {"lastmodifieddate": today().isoformat()})
    SubElement(meta, "creator").text = "tracer"
    SubElement(meta, "description").text = xml_text(" ".join(graph["left_out"]))
    dynamic = {"mode": "dynamic", "timerepresentation": "interval", "timeformat": "date"}
    body = SubElement(root, "graph", {"defaultedgetype": "directed", **dynamic})
    safe, homes, places = safe_ids(node["id"] for node in graph["nodes"]), folded_into(graph), positions(graph)
    rows = {"node": flat_rows(drawn_nodes(graph, homes)), "edge": flat_rows(drawn_edges(graph))}
    fields: dict[str, list[str]] = {}
    for kind, given in rows.items():
        types: dict[str, str] = {}
        for row in given:
            for name, value in row.items():
                if name not in _OWN[kind]:
                    types.setdefault(name, _TYPES[type(value)])
        fields[kind] = sorted(types)
        attributes = SubElement(body, "attributes", {"class": kind, "mode": "static"})
        for name in fields[kind]:  # ids are the titles: readers that know no titles (graphology) then give the names
            SubElement(attributes, "attribute", {"id": name, "title": name, "type": types[name]})
    begins = _begins(graph)

    def add(parent: Element, row: Mapping[str, Flat], own: dict[str, str], colour: str, *, clear: bool) -> Element:
        kind = parent.tag.removesuffix("s")
        element = SubElement(parent, kind, own)
        values = SubElement(element, "attvalues")
        for name in (one for one in fields[kind] if one in row):
            text = str(row[name]).lower() if isinstance(row[name], bool) else str(row[name])
            SubElement(values, "attvalue", {"for": name, "value": text})
        channels = dict(zip("rgb", map(str, bytes.fromhex(colour.removeprefix("#"))), strict=True))
        SubElement(element, "viz:color", {**channels, "a": "0.0" if clear else "1.0"})
        return element

    nodes = SubElement(body, "nodes")
    for node, row in zip(graph["nodes"], rows["node"], strict=True):
        (x, y), folded = places[homes.get(node["id"], node["id"])], "folded_into" in row
        role, shape = NODE_ROLES[node["kind"]]
        life = {"start": begins[node["id"]]} if node["id"] in begins else {}
        own = {"id": safe[node["id"]], "label": xml_text(node["label"]), **life}
        element = add(nodes, row, own, LIGHT.of(role), clear=folded)
        SubElement(element, "viz:position", {"x": f"{x:.1f}", "y": f"{-y:.1f}", "z": "0.0"})  # Gephi's y grows upwards
        SubElement(element, "viz:size", {"value": "1.0" if folded else str(node_size(node))})
        SubElement(element, "viz:shape", {"value": shape})
    edges = SubElement(body, "edges")
    for edge, row in zip(graph["edges"], rows["edge"], strict=True):
        ends, kind, weight = (edge["source"], edge["target"]), xml_text(edge["kind"]), str(edge_weight(edge))
        start = edge["date"] or max((begins[end] for end in ends if end in begins), default=None)
        life = {"start": start} if start is not None else {}
        if start is not None and edge["until"] is not None and edge["until"] >= start:  # GEXF demands the order
            life["end"] = edge["until"]
        own = {"id": edge["id"], "source": safe[ends[0]], "target": safe[ends[1]]}
        own |= {"kind": kind, "label": kind, "weight": weight, **life}
        clear = not homes.keys().isdisjoint(ends)
        element = add(edges, row, own, paint_colour(paint_of(edge["kind"])), clear=clear)
        SubElement(element, "viz:thickness", {"value": weight})
        SubElement(element, "viz:shape", {"value": SHAPES[edge["basis"]]})
    indent(root, " ")
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"


def _begins(graph: Graph) -> dict[str, str]:
    """Node id -> the first day on which it is known, its lines' days among them; a line never begins before its ends.

    A node has no end: a copy whose time is up is still there, and what is found of it later would begin after it.
    """
    begins = {node["id"]: node["date"] for node in graph["nodes"] if node["date"] is not None}
    for edge in graph["edges"]:
        for end in (edge["source"], edge["target"]):
            if edge["date"] is not None and end in begins:
                begins[end] = min(begins[end], edge["date"])
    return begins


def cx2(leaving: Outgoing) -> bytes:
    """CX2: what Cytoscape desktop (3.10 and newer), Cytoscape Web and NDEx open with its look, after the specification
    2.0; every field is an attribute, lists become one text.

    Colours, shapes and lines are a style of the file, so that a person can change them there; planted records and
    callers are hidden, which Cytoscape's `Show all` undoes.
    """
    graph, places = leaving.graph, positions(leaving.graph)
    labels = [node["label"] for node in leaving.labelled()["nodes"]]
    nodes = flat_rows(
        {**row, "name": label, "size": node_size(node)}
        for node, label, row in zip(graph["nodes"], labels, drawn_nodes(graph, folded_into(graph)), strict=True)
    )
    named = [f"{edge['source']} ({edge['kind']}) {edge['target']}" for edge in graph["edges"]]
    edges = flat_rows(
        {**row, "name": name, "interaction": edge["kind"], "weight": edge_weight(edge)}
        for edge, name, row in zip(graph["edges"], named, drawn_edges(graph), strict=True)
    )
    number = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    hidden = {at for at, node in enumerate(graph["nodes"]) if node["kind"] in FOLDED}
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in graph["edges"]]
    hidden_edges = [at for at, both in enumerate(ends) if hidden.intersection(both)]
    at_places = [places[node["id"]] for node in graph["nodes"]]
    of_network = {"name": leaving.title or "tracer", "description": " ".join(graph["left_out"])}

    def declared(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
        types = {name: type(value) for row in rows for name, value in row.items()}
        return {name: {"d": _TYPES[types[name]]} for name in sorted(types)}

    texts = {name: {"d": "string"} for name in of_network}
    style = Template((Path(__file__).parent / "cx2_style.json").read_text("utf-8")).substitute(vars(LIGHT))
    aspects: dict[str, list[dict[str, object]]] = {
        "attributeDeclarations": [{"networkAttributes": texts, "nodes": declared(nodes), "edges": declared(edges)}],
        "networkAttributes": [dict(of_network)],
        "nodes": [
            {"id": at, "x": round(x, 1), "y": round(y, 1), "v": row}
            for at, (row, (x, y)) in enumerate(zip(nodes, at_places, strict=True))
        ],
        "edges": [
            {"id": at, "s": s, "t": t, "v": row} for at, (row, (s, t)) in enumerate(zip(edges, ends, strict=True))
        ],
        "visualProperties": [json_of(style)],
        "nodeBypasses": [{"id": at, "v": {"NODE_VISIBILITY": "none"}} for at in sorted(hidden)],
        "edgeBypasses": [{"id": at, "v": {"EDGE_VISIBILITY": "none"}} for at in hidden_edges],
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": True}}],
    }
    there = {name: aspect for name, aspect in aspects.items() if aspect}
    counts = [{"name": name, "elementCount": len(aspect)} for name, aspect in there.items()]
    whole: list[dict[str, object]] = [{"CXVersion": "2.0", "hasFragments": False}, {"metaData": counts}]
    whole += [{name: aspect} for name, aspect in there.items()]
    whole.append({"status": [{"error": "", "success": True}]})
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"
