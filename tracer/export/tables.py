"""A pair of CSV files, nodes and edges, with Gephi's column names: UTF-8 with byte order mark, for spreadsheets too.

A text that a spreadsheet would take for a formula gets an apostrophe before it. `+86…` and `-5` are not formulas and
stay; what begins with an apostrophe gets a second one, so that reading back is exact (`undefused`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from tracer.export.data_package import data_package
from tracer.export.drawing.map_figure import positions
from tracer.export.drawing.palette import edge_weight
from tracer.export.flat import JOINER
from tracer.export.outgoing import Outgoing
from tracer.export.schema import columns_of
from tracer.visible import defused

BOM = b"\xef\xbb\xbf"
_NODE_NAMES = {"id": "Id", "label": "Label", "kind": "Kind", "role": "Role", "party": "Party", "date": "Date"}
_EDGE_NAMES = {"source": "Source", "target": "Target", "id": "Id", "kind": "Kind"}


def csv_pair(leaving: Outgoing) -> dict[str, bytes]:
    """`-nodes` and `-edges`: every field of the graph, Gephi's own columns first; and what describes both."""
    graph = leaving.graph
    places = positions(graph)
    nodes = [
        {**node, "x": round(places[node["id"]][0], 1), "y": round(-places[node["id"]][1], 1)} for node in graph["nodes"]
    ]
    edges = [
        {**edge, "Type": "Directed", "Weight": edge_weight(edge), "Label": edge["kind"]} for edge in graph["edges"]
    ]
    tables = {
        "nodes": ([_renamed(node, _NODE_NAMES) for node in nodes], ["Id", "Label", "Kind", "Role"]),
        "edges": (
            [_renamed(edge, _EDGE_NAMES) for edge in edges],
            ["Source", "Target", "Type", "Kind", "Weight", "Label", "Id"],
        ),
    }
    files = {f"-{name}": _table(rows, _columns(rows, first)) for name, (rows, first) in tables.items()}
    types = {name: columns_of(rows, None, _columns(rows, first)) for name, (rows, first) in tables.items()}
    return files | data_package(leaving, types, files)


def _columns(rows: Sequence[Mapping[str, object]], first: Sequence[str]) -> list[str]:
    return [*first, *sorted({name for row in rows for name in row} - set(first))]


def _renamed(row: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    return {names.get(name, name): value for name, value in row.items()}


def _table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(row.get(name)) for name in columns] for row in rows)
    return BOM + text.getvalue().encode("utf-8", "replace")


def spreadsheet_cell(value: object) -> str:
    """A value as a spreadsheet may have it: lists joined, objects as JSON, formulas defused; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return defused(JOINER.join(map(str, value)))
    return defused(json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value))
