"""The graph for other programs: GraphML, GEXF for Gephi, CX2 for Cytoscape, CSV for Neo4j.

Most of these formats know only flat values: text, numbers and truth, nothing empty, no lists. networkx's writers raise
on None and lists, and a GEXF attribute that is an integer here and a fraction there cannot be read back: so a field has
one type in all nodes or edges, decided over the whole graph. Characters that XML forbids become U+FFFD, because a file
that holds one is not well-formed.

Programs that draw get the colours, dashes and sizes of the page. They draw each node; hundreds of planted records and
callers about a few findings would bury the rest. These stay in the files, each with the copy or list that it is folded
into, which has their counts, as on the page.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tracer.clock import today
from tracer.documents import json_of
from tracer.export.drawing.looks import LIGHT, PAINTS, paint_of
from tracer.export.drawing.map import positions
from tracer.export.gate import distinct
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Graph, Node
from tracer.visible import defused

Flat: TypeAlias = str | int | float | bool
JOINER = " | "
"""Between the members of a list, such as reasons."""
# XML 1.0, production 2 (Char), with the discouraged control characters of C1.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string", list: "string[]"}
"""What GEXF, CX2 and Neo4j call the types of values."""


def json_file(value: object) -> bytes:
    """A value as a file of JSON: indented, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"


def graph_json(leaving: Outgoing) -> bytes:
    """The graph as it is."""
    return json_file(leaving.graph)


def csv_file(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table in UTF-8. A text that a spreadsheet would take for a formula has an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


# ---------------------------------------------------------------- flat values
def xml_text(text: str) -> str:
    """`text` with each character that XML 1.0 forbids or discourages, and each carriage return, replaced by U+FFFD.

    A carriage return would be read back as a line feed (XML 1.0, 2.11).
    """
    return _FORBIDDEN.sub("\ufffd", text).replace("\r", "\ufffd")


def flat_rows(rows: Iterable[Mapping[str, object]]) -> list[dict[str, Flat]]:
    """Rows with empty fields left out, lists joined, and each field of one type throughout: truth, integer, fraction or
    text."""

    def flat(value: object) -> Flat | None:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, list | tuple):
            return xml_text(JOINER.join(map(str, value))) if value else None
        return xml_text(str(value))

    given = [{name: flat(value) for name, value in row.items()} for row in rows]
    kinds: dict[str, set[type]] = {}
    for row in given:
        for name, value in row.items():
            if value is not None:
                kinds.setdefault(name, set()).add(type(value))

    def of_one_type(name: str, value: Flat) -> Flat:
        if len(kinds[name]) == 1:
            return value
        return float(value) if kinds[name] == {int, float} else str(value)

    return [{name: of_one_type(name, value) for name, value in row.items() if value is not None} for row in given]


def safe_ids(graph: Graph) -> dict[str, str]:
    """Id of a node -> the id that XML can hold; they stay unique."""
    return distinct((node["id"], xml_text(node["id"])) for node in graph["nodes"])


def graphml(leaving: Outgoing) -> bytes:
    """The graph as GraphML, as networkx writes it; an edge's id is its key."""
    import networkx as nx

    flat: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph, sink = leaving.graph, io.BytesIO()
    safe = safe_ids(graph)
    for node, row in zip(graph["nodes"], flat_rows(graph["nodes"]), strict=True):
        flat.add_node(safe[node["id"]], **{name: value for name, value in row.items() if name != "id"})
    for edge, row in zip(graph["edges"], flat_rows(graph["edges"]), strict=True):
        fields = {name: value for name, value in row.items() if name not in ("id", "source", "target")}
        flat.add_edge(safe[edge["source"]], safe[edge["target"]], key=edge["id"], **fields)
    nx.write_graphml_xml(flat, sink, named_key_ids=True, edge_id_from_attribute=None)
    return sink.getvalue() + b"\n"


# ---------------------------------------------------------------- what programs draw
NODE_LOOKS: Mapping[str, tuple[str, str]] = {
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
FOLDED = frozenset({"canary", "caller"})
"""Kinds of nodes that are folded."""


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


def folded_counts(graph: Graph) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Per list the planted records found in it; per planted record the signals that reached it; and per copy those that
    reached any of its own."""
    found, reached, signals = Counter[str](), Counter[str](), Counter[str]()
    for edge in graph["edges"]:
        if edge["kind"] == "seen_in":
            found[edge["target"]] += 1
        elif edge["kind"] == "called":
            reached[edge["target"]] += edge["count"] or 0
    for edge in graph["edges"]:
        if edge["kind"] == "planted_in":
            signals[edge["target"]] += reached[edge["source"]]
    return found, reached, signals


def folded_into(graph: Graph) -> dict[str, str]:
    """Planted record or caller -> the copy that it was planted in, else the list that it was found in; first by id.

    A caller goes where the first record goes that it called. What belongs to none stays as it is.
    """
    kinds = {node["id"]: node["kind"] for node in graph["nodes"]}
    homes: dict[str, str] = {}
    for asked in ("planted_in", "seen_in", "called"):
        for source, target in sorted((one["source"], one["target"]) for one in graph["edges"] if one["kind"] == asked):
            home = homes.get(target) if asked == "called" else target
            if home is not None and kinds[source] in FOLDED:
                homes.setdefault(source, home)
    return homes


def _drawn_nodes(graph: Graph, homes: Mapping[str, str]) -> list[dict[str, object]]:
    """The nodes with what programs that draw need: `homes` as `folded_into` gives them, and what is counted."""
    (found, _, signals), rows = folded_counts(graph), list[dict[str, object]]()
    for node in graph["nodes"]:
        counted = {"canaries_found": found.get(node["id"]), "signals": signals.get(node["id"]) or None}
        rows.append({**node, "folded_into": homes.get(node["id"]), **counted})
    return rows


def _drawn_edge(edge: Edge) -> dict[str, object]:
    """An edge with what its colour says, and whether it has a head."""
    return {**edge, "paint": paint_of(edge["kind"]), "head": edge["direction"] != "not_told"}


# ---------------------------------------------------------------- Gephi
_GEXF = {"xmlns": "http://www.gexf.net/1.2draft", "xmlns:viz": "http://www.gexf.net/1.2draft/viz", "version": "1.2"}
_OWN = {"node": ("id", "label"), "edge": ("id", "source", "target", "kind")}
"""What GEXF has attributes of its own for."""


def gexf(leaving: Outgoing) -> bytes:
    """GEXF 1.2 with positions, colours, sizes and dates: Gephi opens it and it looks like the page.

    networkx writes it with a creation date of its own and no positions from us, so the file is written here, after
    https://gexf.net/1.2 (the version that Gephi, networkx and graphology all read). The graph is dynamic with
    intervals, so that Gephi offers its time line; all other fields are static, attributes of the same name. Planted
    records and callers lie on what they are folded into, small and clear, with `folded_into` to filter by.
    """
    graph = leaving.labelled_graph()
    root = Element("gexf", _GEXF)
    meta = SubElement(root, "meta", {"lastmodifieddate": today().isoformat()})
    SubElement(meta, "creator").text = "tracer"
    SubElement(meta, "description").text = xml_text(" ".join(graph["left_out"]))
    dynamic = {"mode": "dynamic", "timerepresentation": "interval", "timeformat": "date"}
    body = SubElement(root, "graph", {"defaultedgetype": "directed", **dynamic})
    safe, homes, places = safe_ids(graph), folded_into(graph), positions(graph)
    rows = {"node": flat_rows(_drawn_nodes(graph, homes)), "edge": flat_rows(map(_drawn_edge, graph["edges"]))}
    fields: dict[str, list[str]] = {}
    for kind, given in rows.items():
        types = {name: _TYPES[type(one)] for row in given for name, one in row.items() if name not in _OWN[kind]}
        fields[kind] = sorted(types)
        attributes = SubElement(body, "attributes", {"class": kind, "mode": "static"})
        for name in fields[kind]:  # ids are the titles: readers that know no titles (graphology) then give the names
            SubElement(attributes, "attribute", {"id": name, "title": name, "type": types[name]})
    # A node begins on the first day on which it is known, its lines' days among them: a line never begins before its
    # ends. It has no end: a copy whose time is up is still there, and what is found of it later would begin after it.
    begins = {node["id"]: node["date"] for node in graph["nodes"] if node["date"] is not None}
    for edge in graph["edges"]:
        for end in (edge["source"], edge["target"]):
            if edge["date"] is not None and end in begins:
                begins[end] = min(begins[end], edge["date"])

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
        role, shape = NODE_LOOKS[node["kind"]]
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
        colour = LIGHT.of(PAINTS[paint_of(edge["kind"])].colour)
        element = add(edges, row, own, colour, clear=not homes.keys().isdisjoint(ends))
        SubElement(element, "viz:thickness", {"value": weight})
        SubElement(element, "viz:shape", {"value": SHAPES[edge["basis"]]})
    indent(root, " ")
    text: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"


# ---------------------------------------------------------------- Cytoscape
def cx2(leaving: Outgoing) -> bytes:
    """CX2: what Cytoscape desktop (3.10 and newer), Cytoscape Web and NDEx open with its look, after the specification
    2.0; every field is an attribute, lists become one text.

    Colours, shapes and lines are a style of the file, so that a person can change them there; planted records and
    callers are hidden, which Cytoscape's `Show all` undoes.
    """
    graph, places = leaving.graph, positions(leaving.graph)
    drawn = zip(leaving.labelled_graph()["nodes"], _drawn_nodes(graph, folded_into(graph)), strict=True)
    nodes = flat_rows({**row, "name": node["label"], "size": node_size(node)} for node, row in drawn)
    edges = flat_rows(
        {
            **_drawn_edge(edge),
            "name": f"{edge['source']} ({edge['kind']}) {edge['target']}",
            "interaction": edge["kind"],
            "weight": edge_weight(edge),
        }
        for edge in graph["edges"]
    )
    number = {node["id"]: at for at, node in enumerate(graph["nodes"])}
    hidden = {at for at, node in enumerate(graph["nodes"]) if node["kind"] in FOLDED}
    ends = [(number[edge["source"]], number[edge["target"]]) for edge in graph["edges"]]
    hidden_edges = [at for at, both in enumerate(ends) if not hidden.isdisjoint(both)]
    of_network = {"name": leaving.title or "tracer", "description": " ".join(graph["left_out"])}

    def declared(rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
        types = {name: type(value) for row in rows for name, value in row.items()}
        return {name: {"d": _TYPES[types[name]]} for name in sorted(types)}

    def placed(node: Node) -> dict[str, object]:
        x, y = places[node["id"]]
        return {"id": number[node["id"]], "x": round(x, 1), "y": round(y, 1), "v": nodes[number[node["id"]]]}

    texts = {name: {"d": "string"} for name in of_network}
    style = Template((Path(__file__).parent / "cx2_style.json").read_text("utf-8")).substitute(vars(LIGHT))
    aspects: dict[str, list[object]] = {
        "attributeDeclarations": [{"networkAttributes": texts, "nodes": declared(nodes), "edges": declared(edges)}],
        "networkAttributes": [of_network],
        "nodes": [*map(placed, graph["nodes"])],
        "edges": [{"id": at, "s": s, "t": t, "v": edges[at]} for at, (s, t) in enumerate(ends)],
        "visualProperties": [json_of(style)],
        "nodeBypasses": [{"id": at, "v": {"NODE_VISIBILITY": "none"}} for at in sorted(hidden)],
        "edgeBypasses": [{"id": at, "v": {"EDGE_VISIBILITY": "none"}} for at in hidden_edges],
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": False, "arrowColorMatchesEdge": True}}],
    }
    there = {name: aspect for name, aspect in aspects.items() if aspect}
    counts = [{"name": name, "elementCount": len(aspect)} for name, aspect in there.items()]
    head = [{"CXVersion": "2.0", "hasFragments": False}, {"metaData": counts}]
    status = {"status": [{"error": "", "success": True}]}
    return json_file([*head, *({name: aspect} for name, aspect in there.items()), status])


# ---------------------------------------------------------------- Neo4j
ARRAY = "¦"
"""Between the members of an array (`--array-delimiter=U+00A6`); a text that holds it gets a whole bar instead."""
_DAYS = frozenset("date until created purged judged_on reply_asked reply_deadline reply_answered".split())
"""Fields that are days."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TYPE_NAME = re.compile(r"[^A-Z0-9]+")


def neo4j(leaving: Outgoing) -> dict[str, bytes]:
    """`-nodes` and `-relationships` for `neo4j-admin database import`: headings carry types (`rows:long`, `date:date`),
    so that the import needs no mapping. Without a byte order mark, which the importer takes for a column's name."""
    graph, relations = leaving.graph, []
    for edge in graph["edges"]:  # one property has one type: a count, or that it is too small to be shown
        fields = {name: value for name, value in edge.items() if name not in ("source", "target", "shared")}
        shared = edge["shared"]
        counted = {"shared": shared if isinstance(shared, int) else None, "few": isinstance(shared, str)}
        kind = _TYPE_NAME.sub("_", edge["kind"].upper()) or "RELATED"  # PASSED_ON, …
        relations.append(([edge["source"], edge["target"], kind], {**fields, **counted}))
    nodes = [
        ([node["id"], node["kind"].capitalize()], {name: value for name, value in node.items() if name != "id"})
        for node in graph["nodes"]
    ]
    return {
        "-nodes": _neo4j_table(["id:ID", ":LABEL"], nodes),
        "-relationships": _neo4j_table([":START_ID", ":END_ID", ":TYPE"], relations),
    }


def _neo4j_table(head: Sequence[str], rows: Sequence[tuple[list[str], Mapping[str, object]]]) -> bytes:
    """A table of rows, each what it has under `head` and its fields."""
    types = dict[str, str]()
    for name in dict.fromkeys(name for _, fields in rows for name in fields):
        given = [fields[name] for _, fields in rows if fields[name] is not None]
        kinds = {type(value) for value in given} or {str}
        types[name] = "double" if kinds == {int, float} else _TYPES[next(iter(kinds))]
        if name in _DAYS and all(isinstance(one, str) and _DAY.fullmatch(one) for one in given):
            types[name] = "date"

    def cell(value: object) -> str:
        if isinstance(value, list | tuple):
            return ARRAY.join(str(one).replace(ARRAY, "|") for one in value)
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    headings = [*head, *(f"{name}:{kind}" for name, kind in types.items())]
    return csv_file(headings, ([*own, *(cell(fields[name]) for name in types)] for own, fields in rows))
