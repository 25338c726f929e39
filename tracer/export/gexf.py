"""GEXF 1.2 with positions, colours, sizes and dates: Gephi opens it and it looks like the page.

networkx writes it with a creation date of its own and no positions from us, so the file is written here, after
https://gexf.net/1.2 (the version that Gephi, networkx and graphology all read). The graph is dynamic with intervals, so
that Gephi offers its time line; all other fields are static. Planted records and callers lie on what they are folded
into, small and clear, with `folded_into` to filter by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracer.clock import today
from tracer.export.drawing.layout import Point
from tracer.export.drawing.looks import LIGHT, paint_of
from tracer.export.drawing.map_figure import positions
from tracer.export.drawing.palette import NODE_ROLES, SHAPES, edge_weight, node_size, paint_colour, rgb
from tracer.export.flat import Flat, flat_rows, safe_ids, xml_text
from tracer.export.folded import drawn_edges, drawn_nodes, folded_into
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Graph, Node

_SPACE = "http://www.gexf.net/1.2draft"
_VIZ = "http://www.gexf.net/1.2draft/viz"
_NODE_OWN = frozenset({"id", "label"})
_EDGE_OWN = frozenset({"id", "source", "target", "kind"})
"""What GEXF has attributes of its own for."""
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}


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
    begins = _begins(graph)
    nodes = SubElement(body, "nodes")
    for node, row in zip(graph["nodes"], node_rows, strict=True):
        place = places[homes.get(node["id"], node["id"])]
        _node(nodes, node, row, node_fields, safe[node["id"]], place, _life(begins.get(node["id"])))
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
                types.setdefault(name, _TYPES[type(value)])
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


def _node(
    nodes: Element,
    node: Node,
    row: Mapping[str, Flat],
    fields: Mapping[str, str],
    name: str,
    place: Point,
    life: Mapping[str, str],
) -> None:
    element = SubElement(nodes, "node", {"id": name, "label": xml_text(node["label"]), **life})
    _values(element, row, fields)
    role, shape = NODE_ROLES[node["kind"]]
    _colour(element, LIGHT.of(role), clear="folded_into" in row)
    # Gephi's y grows upwards.
    SubElement(element, "viz:position", {"x": f"{place[0]:.1f}", "y": f"{-place[1]:.1f}", "z": "0.0"})
    SubElement(element, "viz:size", {"value": "1.0" if "folded_into" in row else str(node_size(node))})
    SubElement(element, "viz:shape", {"value": shape})


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


def _begins(graph: Graph) -> dict[str, str]:
    """Node id -> the first day on which it is known, its lines' days among them; a line never begins before its ends.

    A node has no end: a copy whose time is up is still there, and what is found of it later would begin after it.
    """
    found = {node["id"]: node["date"] for node in graph["nodes"] if node["date"] is not None}
    for edge in graph["edges"]:
        for end in (edge["source"], edge["target"]):
            if edge["date"] is not None and end in found:
                found[end] = min(found[end], edge["date"])
    return found


def _life(start: str | None, end: str | None = None) -> dict[str, str]:
    """Begin and end where they are known and in order, which GEXF demands."""
    if start is None:
        return {}
    return {"start": start} if end is None or end < start else {"start": start, "end": end}
