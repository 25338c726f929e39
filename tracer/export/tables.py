"""A pair of CSV files, nodes and edges, with Gephi's column names: UTF-8 with byte order mark, for spreadsheets too.

A text that a spreadsheet would take for a formula gets an apostrophe before it. `+86…` and `-5` are not formulas and
stay; what begins with an apostrophe gets a second one, so that reading back is exact (`undefused`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracer.export.drawing.map_figure import positions
from tracer.export.drawing_tools import edge_weight
from tracer.export.flat import JOINER
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, RowColumn, RowSchema
from tracer.policy import FEW
from tracer.version import __version__
from tracer.visible import defused

if TYPE_CHECKING:
    from tracer.export.outgoing import Outgoing, RowColumn, RowSchema

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODES = "_code"
"""What the column of the codes of sentences ends in, with an s or without."""


def columns_of(rows: Sequence[Mapping[str, Any]], schema: RowSchema | None, names: Sequence[str]) -> list[RowColumn]:
    """The columns `names` of rows: declared, or judged by all values."""
    known = {column.name: column for column in schema.columns} if schema is not None else {}
    return [known.get(name) or RowColumn(name, _looks(name, [row.get(name) for row in rows])) for name in names]


def _looks(name: str, values: Sequence[Any]) -> str:
    if name.removesuffix("s").endswith(_CODES):
        return "codes"
    kinds = {type(value) for value in values if value is not None}
    for kind, word in ((bool, "boolean"), (int, "integer"), (list, "list"), (tuple, "list"), (dict, "json")):
        if kinds == {kind}:
            return word
    if kinds and kinds <= {int, float}:
        return "number"
    if kinds == {str} and all(_DAY.fullmatch(value) for value in values if value is not None):
        return "date"
    return "text"


_FIELD_TYPES: Mapping[str, Mapping[str, Any]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "moment": {"type": "string"},
    "count": {"type": "string", "constraints": {"pattern": f"{FEW}|[0-9]+"}},
    "measure": {"type": "string", "constraints": {"pattern": f"{FEW}|[-+0-9.eE]+"}},
}
"""Type of a column → its field; every other is a string."""


def data_package(
    leaving: Outgoing, tables: Mapping[str, Sequence[RowColumn]], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """`-datapackage.json` of the files `-NAME` of `tables`, which lie next to it."""
    stem = leaving.stem or "export"
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package",
        "name": "tracer-export",
        "title": leaving.title,
        "description": " ".join(leaving.graph["left_out"]),
        "created": f"{leaving.generated}T00:00:00Z",
        "version": __version__,
        "resources": [_resource(leaving, stem, name, columns, files[f"-{name}"]) for name, columns in tables.items()],
    }
    return {"-datapackage.json": json.dumps(package, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"}


def _resource(leaving: Outgoing, stem: str, name: str, columns: Sequence[RowColumn], content: bytes) -> dict[str, Any]:
    known = leaving.schema.get(name)
    return {
        "name": name,
        "path": f"{stem}-{name}.csv",
        "profile": "tabular-data-resource",
        **({"description": known.answers} if known is not None else {}),
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {"fields": [_field(column) for column in columns], "missingValues": [""]},
    }


def _field(column: RowColumn) -> dict[str, Any]:
    said = {"description": column.text} if column.text else {}
    return {"name": column.name, **_FIELD_TYPES.get(column.type, {"type": "string"}), **said}


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
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        columns = _names_in(rows)
        writer.writerows([columns, *([spreadsheet_cell(row.get(column)) for column in columns] for row in rows)])
        files[f"-{name}"] = BOM + text.getvalue().encode("utf-8", "replace")
        tables[name] = columns_of(rows, leaving.schema.get(name), _names_in(rows))
    return files | data_package(leaving, tables, files)


def findings_parquet(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with typed columns; what has no type of its own is JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = {}
    for name, rows in leaving.findings.items():
        columns = _names_in(rows)
        table = pa.table({column: _arrow_column([row.get(column) for row in rows]) for column in columns})
        sink = io.BytesIO()
        pq.write_table(table, sink)
        files[f"-{name}"] = sink.getvalue()
    return files


def _names_in(rows: Sequence[FindingRow]) -> list[str]:
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
    texts = [
        value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for value in values
    ]
    return pa.array(texts, pa.string())


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
