"""The JSON Schema of a manifest, for editors: made of the same keys by which a manifest is read (`schema.TABLES`).

    python -m tracer.manifest.json_schema

writes the copy that ships. What JSON cannot say is left to `tracer manifest check`: JSON has no days, so that one in
quotes passes, and `1.0` is a whole number to it; ids that do not exist, files, and days in the wrong order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tracer.dossier.replies import LANGUAGE_PATTERN as _LANGUAGE
from tracer.dossier.vocabulary import COLUMN_ROLES, ID_PATTERN, MOST_NUMBER, MOST_WHOLE
from tracer.manifest.schema import ONCE, ONE_OF, TABLE_SAYS, TABLES, Key, Kind

Schema = dict[str, Any]

SHIPPED = Path(__file__).with_name("case.schema.json")
"""The copy that ships."""
FILE = SHIPPED.name
"""What a manifest names it."""
_ID = {"type": "string", "pattern": f"^{ID_PATTERN.pattern.removesuffix(chr(92) + 'Z')}$(?!\\n)"}
_FILLED = {"type": "string", "pattern": "\\S"}
_NOT_EMPTY = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date", "pattern": "^(?:(?:19|20|21)[0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$(?!\\n)"}


def _texts(key: Key) -> Schema:
    return {"type": "array", "items": _NOT_EMPTY | ({"pattern": key.pattern} if key.pattern else {})}


def _columns(_: Key) -> Schema:
    names = {"anyOf": [_NOT_EMPTY, {"type": "array", "items": _NOT_EMPTY}]}
    return {"type": "object", "properties": dict.fromkeys(COLUMN_ROLES, names), "additionalProperties": False}


def _whole(key: Key) -> Schema:
    return {"type": "integer", "minimum": -MOST_WHOLE if key.least is None else key.least, "maximum": MOST_WHOLE}


_FORMS: Mapping[Kind, Callable[[Key], Schema]] = {
    Kind.TEXT: lambda key: {"type": "string", "enum": list(key.allowed())} if key.words else _FILLED,
    Kind.ID: lambda _: _ID,
    Kind.PARTY: lambda _: _ID,
    Kind.DATASET: lambda _: _ID,
    Kind.EVIDENCE: lambda _: {"type": "array", "items": _ID},
    Kind.DATE: lambda _: _DAY,
    Kind.BOOLEAN: lambda _: {"type": "boolean"},
    Kind.INTEGER: _whole,
    Kind.SCALAR: lambda _: {
        "type": ["string", "number", "boolean"], "pattern": "\\S", "minimum": -MOST_NUMBER, "maximum": MOST_NUMBER,
    },
    Kind.ROWS: lambda _: {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE}},
    Kind.TEXTS: _texts,
    Kind.MAPPING: _columns,
    Kind.LANGUAGE: lambda _: _FILLED | {"pattern": f"^{_LANGUAGE}$(?!\\n)"},
    Kind.TRANSLATION: lambda _: {
        "type": "object", "patternProperties": {f"^{_LANGUAGE}$(?!\\n)": _FILLED}, "additionalProperties": False,
        "minProperties": 1,
    },
    Kind.FILE: lambda _: _FILLED,
    Kind.FILES: lambda _: _FILLED,
}  # fmt: skip
"""What each kind of key is in JSON."""


def manifest_schema() -> Schema:
    """The schema (draft 2020-12) of `case.toml` as JSON sees it: tables are objects, days are texts."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tracer manifest",
        "description": "What belongs to a case, in one file: tracer help manifest",
        "type": "object",
        "properties": {name: _repeated(name, _table(name, keys)) for name, keys in TABLES.items()},
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as a file holds it."""
    return json.dumps(manifest_schema(), ensure_ascii=False, indent=1) + "\n"


def _repeated(name: str, table: Schema) -> Schema:
    return table if name in ONCE else {"description": table["description"], "type": "array", "items": table}


def _table(name: str, keys: Mapping[str, Key]) -> Schema:
    required = [each for each, key in keys.items() if key.required]
    table: Schema = {
        "description": TABLE_SAYS[name],
        "type": "object",
        "properties": {each: {"description": key.says, **_FORMS[key.kind](key)} for each, key in keys.items()},
        "additionalProperties": False,
    }
    if required:
        table |= {"required": required, "x-taplo": {"initKeys": required}}
    if name in ONE_OF:
        table["oneOf"] = [{"required": [one]} for one in ONE_OF[name]]
    return table


if __name__ == "__main__":
    SHIPPED.write_text(schema_text(), encoding="utf-8")
