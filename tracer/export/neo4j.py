"""Neo4j: two CSV files for `neo4j-admin database import`.

Headings carry types (`rows:long`, `date:date`), so that the import needs no mapping; lists are arrays, joined by `¦`.
A text that a spreadsheet would take for a formula has an apostrophe before it, in both files alike (`visible.defused`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Node
from tracer.visible import defused

ARRAY = "¦"
"""Between the members of an array (`--array-delimiter=U+00A6`); a text that holds it gets a whole bar instead."""
_TYPES: Mapping[type, str] = {bool: "boolean", int: "long", float: "double", str: "string", list: "string[]"}
_DAYS = frozenset(
    {"date", "until", "created", "purged", "judged_on", "reply_asked", "reply_deadline", "reply_answered"}
)
"""Fields that are days."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TYPE_NAME = re.compile(r"[^A-Z0-9]+")


def csv_files(leaving: Outgoing) -> dict[str, bytes]:
    """`-nodes` and `-relationships`. Without a byte order mark, which the importer takes for a column's name."""
    graph = leaving.graph
    nodes = [{name: value for name, value in node.items() if name != "id"} for node in graph["nodes"]]
    edges = [_fields(edge) for edge in graph["edges"]]
    node_types, edge_types = _types(nodes), _types(edges)
    node_rows = [
        [node["id"], label_of(node), *(_cell(row[name], node_types[name]) for name in node_types)]
        for node, row in zip(graph["nodes"], nodes, strict=True)
    ]
    edge_rows = [
        [edge["source"], edge["target"], type_of(edge), *(_cell(row[name], edge_types[name]) for name in edge_types)]
        for edge, row in zip(graph["edges"], edges, strict=True)
    ]
    return {
        "-nodes": _table(["id:ID", ":LABEL", *(f"{name}:{kind}" for name, kind in node_types.items())], node_rows),
        "-relationships": _table(
            [":START_ID", ":END_ID", ":TYPE", *(f"{name}:{kind}" for name, kind in edge_types.items())], edge_rows
        ),
    }


def label_of(node: Node) -> str:
    """`Party`, `Dataset`, …"""
    return node["kind"].capitalize()


def type_of(edge: Edge) -> str:
    """`PASSED_ON`, …"""
    return _TYPE_NAME.sub("_", edge["kind"].upper()) or "RELATED"


def _is_day(value: object) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None


def _fields(edge: Edge) -> dict[str, object]:
    fields = {name: value for name, value in edge.items() if name not in ("source", "target", "shared")}
    # One property has one type: a count, or that it is too small to be shown.
    shared = edge["shared"]
    return {**fields, "shared": shared if isinstance(shared, int) else None, "few": isinstance(shared, str)}


def _types(rows: Sequence[Mapping[str, object]]) -> dict[str, str]:
    names = dict.fromkeys(name for row in rows for name in row)
    found = {}
    for name in names:
        given = [row[name] for row in rows if row[name] is not None]
        if name in _DAYS and all(map(_is_day, given)):
            found[name] = "date"
            continue
        kinds = {type(value) for value in given} or {str}
        found[name] = "double" if kinds == {int, float} else _TYPES[next(iter(kinds))]
    return found


def _cell(value: object, kind: str) -> str:
    if value is None:
        return ""
    if kind == "boolean":
        return str(value).lower()
    return ARRAY.join(str(one).replace(ARRAY, "|") for one in value) if isinstance(value, list | tuple) else str(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(head)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")
