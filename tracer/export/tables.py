"""Tables of data: findings as JSON, lines, CSV and Parquet, the graph as a pair of CSV files, and what describes them.

What the columns of exported rows hold is as their query says, else as they look.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tracer.export.drawing.map_figure import positions
from tracer.export.drawing_tools import edge_weight
from tracer.export.flat import JOINER
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, RowColumn, RowSchema
from tracer.policy import FEW
from tracer.version import __version__
from tracer.visible import defused

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def columns_of(rows: Sequence[Mapping[str, Any]], schema: RowSchema | None, names: Sequence[str]) -> list[RowColumn]:
    """The columns `names` of rows: declared, or judged by all values."""

    def looks(name: str) -> str:
        if name.removesuffix("s").endswith("_code"):  # the codes of sentences
            return "codes"
        values = [row[name] for row in rows if row.get(name) is not None]
        kinds = {type(value) for value in values}
        if kinds in ({float}, {int, float}):
            return "number"
        if kinds == {str}:
            return "date" if all(map(_DAY.fullmatch, values)) else "text"
        return _LOOKS.get(next(iter(kinds)), "text") if len(kinds) == 1 else "text"

    known = {column.name: column for column in schema.columns} if schema is not None else {}
    return [known.get(name) or RowColumn(name, looks(name)) for name in names]


_LOOKS = {bool: "boolean", int: "integer", list: "list", tuple: "list", dict: "json"}


_FIELD_TYPES: Mapping[str, Mapping[str, Any]] = {
    **{kind: {"type": kind} for kind in ("integer", "number", "boolean", "date")},
    "count": {"type": "string", "constraints": {"pattern": f"{FEW}|[0-9]+"}},
    "measure": {"type": "string", "constraints": {"pattern": f"{FEW}|[-+0-9.eE]+"}},
}
"""Type of a column → its field; every other is a string: a count may be hidden, and lists are one text."""


def data_package(
    leaving: Outgoing, tables: Mapping[str, Sequence[RowColumn]], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """`-datapackage.json` of the files `-NAME` of `tables`, which lie next to it: a Data Package with a Table Schema a
    file (Frictionless standards)."""
    resources = []
    for name, columns in tables.items():
        known, content, fields = leaving.schema.get(name), files[f"-{name}"], []
        for column in columns:
            said = {"description": column.text} if column.text else {}
            fields.append({"name": column.name, **_FIELD_TYPES.get(column.type, {"type": "string"}), **said})
        resources.append(
            {
                "name": name,
                "path": f"{leaving.stem or 'export'}-{name}.csv",
                "profile": "tabular-data-resource",
                **({"description": known.answers} if known is not None else {}),
                **{"scheme": "file", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig"},
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "dialect": _DIALECT,
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package",
        "name": "tracer-export",
        "title": leaving.title,
        "description": " ".join(leaving.graph["left_out"]),
        "created": f"{leaving.generated}T00:00:00Z",
        "version": __version__,
        "resources": resources,
    }
    return {"-datapackage.json": json.dumps(package, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"}


_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def findings_json(leaving: Outgoing) -> dict[str, bytes]:
    """One object: query → its rows, with the contract's keys; `left_out` says what is withheld."""
    whole = {
        "title": leaving.title,
        "generated": leaving.generated,
        **{name: value for name, value in leaving.graph.items() if name.startswith("left_out")},
        "findings": {name: list(rows) for name, rows in leaving.findings.items()},
    }
    return {"": json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"}


def findings_ndjson(leaving: Outgoing) -> dict[str, bytes]:
    """One row a line, its query under `finding`."""
    lines = [
        json.dumps({"finding": name, **row}, ensure_ascii=False, allow_nan=False)
        for name, rows in leaving.findings.items()
        for row in rows
    ]
    return {"": "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")}


def findings_csv(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with a byte order mark; lists are one text, formulas defused. A data package describes them."""
    files, tables = {}, {}
    for name, rows in leaving.findings.items():
        columns = names_in(rows)
        files[f"-{name}"] = _csv(rows, columns)
        tables[name] = columns_of(rows, leaving.schema.get(name), columns)
    return files | data_package(leaving, tables, files)


def findings_parquet(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with typed columns; what has no type of its own is JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = {}
    for name, rows in leaving.findings.items():
        table = pa.table({name: _arrow_column([row.get(name) for row in rows]) for name in names_in(rows)})
        sink = io.BytesIO()
        pq.write_table(table, sink)
        files[f"-{name}"] = sink.getvalue()
    return files


def names_in(rows: Sequence[FindingRow]) -> list[str]:
    """The columns of rows, in the order in which they come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _arrow_column(values: list[object]) -> object:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (str, pa.string())):
        if kinds == {kind}:
            return pa.array(values, arrow)
    if kinds == {int, float}:
        return pa.array([None if value is None else float(str(value)) for value in values], pa.float64())
    if kinds == {list}:
        lists = [[str(one) for one in value] if isinstance(value, list) else None for value in values]
        return pa.array(lists, pa.list_(pa.string()))
    own = (str, type(None))
    texts = [one if isinstance(one, own) else json.dumps(one, ensure_ascii=False, sort_keys=True) for one in values]
    return pa.array(texts, pa.string())


BOM = b"\xef\xbb\xbf"
_NODE_NAMES = {"id": "Id", "label": "Label", "kind": "Kind", "role": "Role", "party": "Party", "date": "Date"}
_EDGE_NAMES = {"source": "Source", "target": "Target", "id": "Id", "kind": "Kind"}
_NODE_FIRST = ("Id", "Label", "Kind", "Role")
_EDGE_FIRST = ("Source", "Target", "Type", "Kind", "Weight", "Label", "Id")


def csv_pair(leaving: Outgoing) -> dict[str, bytes]:
    """`-nodes` and `-edges`: every field of the graph, with Gephi's column names and its own columns first; UTF-8 with
    byte order mark, for spreadsheets too; and what describes both.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. `+86…` and `-5` are not formulas
    and stay; what begins with an apostrophe gets a second one, so that reading back is exact (`undefused`).
    """
    graph, places = leaving.graph, positions(leaving.graph)
    nodes, edges = list[dict[str, object]](), list[dict[str, object]]()
    for node in graph["nodes"]:
        x, y = places[node["id"]]
        row = {**node, "x": round(x, 1), "y": round(-y, 1)}
        nodes.append({_NODE_NAMES.get(name, name): value for name, value in row.items()})
    for edge in graph["edges"]:
        row = {**edge, "Type": "Directed", "Weight": edge_weight(edge), "Label": edge["kind"]}
        edges.append({_EDGE_NAMES.get(name, name): value for name, value in row.items()})
    files, types = {}, {}
    for name, rows, first in (("nodes", nodes, _NODE_FIRST), ("edges", edges, _EDGE_FIRST)):
        columns = [*first, *sorted(set(names_in(rows)) - set(first))]
        files[f"-{name}"], types[name] = _csv(rows, columns), columns_of(rows, None, columns)
    return files | data_package(leaving, types, files)


def _csv(rows: Sequence[FindingRow], columns: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_cell(row.get(name)) for name in columns] for row in rows)
    return BOM + text.getvalue().encode("utf-8", "replace")


def spreadsheet_cell(value: object) -> str:
    """A value as a spreadsheet may have it: lists joined, objects as JSON, formulas defused; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, list | tuple):
        return defused(JOINER.join(map(str, value)))
    return defused(json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value))
