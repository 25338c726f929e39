"""The schema of exported csv files: a Data Package with a Table Schema a file (Frictionless standards).

A count may be hidden: such columns are strings with a pattern. Lists are one text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tracer.export.schema import RowColumn
from tracer.policy import FEW
from tracer.version import __version__

if TYPE_CHECKING:
    from tracer.export.outgoing import Outgoing

_TYPES: Mapping[str, Mapping[str, Any]] = {
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
    return {"name": column.name, **_TYPES.get(column.type, {"type": "string"}), **said}
