"""The JSON Schema of a manifest, for editors: made of the declarations by which a manifest is read (`model.TABLES`).

    python -m tracer.manifest.json_schema

writes the copy that ships. What JSON cannot say is left to `tracer manifest check`: JSON has no days, so that one in
quotes passes, and `1.0` is a whole number to it; ids that do not exist, files, and days in the wrong order.
"""

from __future__ import annotations

import json
from inspect import getdoc
from pathlib import Path
from typing import Any

from tracer.dossier.vocabulary import COLUMN_ROLES, ID_PATTERN, LANGUAGE_PATTERN, MOST_NUMBER, MOST_WHOLE
from tracer.manifest.model import ONCE, ONE_OF, RECORDS, TABLES, allowed_words
from tracer.records import Declared, Kind

Schema = dict[str, Any]

SHIPPED = Path(__file__).with_name("case.schema.json")
"""The copy that ships."""
FILE = SHIPPED.name
"""What a manifest names it."""
_ID = {"type": "string", "pattern": f"^{ID_PATTERN.pattern.removesuffix(chr(92) + 'Z')}$(?!\\n)"}
_FILLED = {"type": "string", "pattern": "\\S"}
_NOT_EMPTY = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date", "pattern": "^(?:(?:19|20|21)[0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$(?!\\n)"}
_LANGUAGE = f"^{LANGUAGE_PATTERN}$(?!\\n)"
_FORMS: dict[Kind, Schema] = {
    Kind.ID: _ID,
    Kind.PARTY: _ID,
    Kind.DATASET: _ID,
    Kind.EVIDENCE: {"type": "array", "items": _ID},
    Kind.DATE: _DAY,
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.SCALAR: {
        "type": ["string", "number", "boolean"],
        "pattern": "\\S",
        "minimum": -MOST_NUMBER,
        "maximum": MOST_NUMBER,
    },
    Kind.ROWS: {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE}},
    Kind.MAPPING: {
        "type": "object",
        "properties": {role: {"anyOf": [_NOT_EMPTY, {"type": "array", "items": _NOT_EMPTY}]} for role in COLUMN_ROLES},
        "additionalProperties": False,
    },
    Kind.LANGUAGE: _FILLED | {"pattern": _LANGUAGE},
    Kind.TRANSLATION: {
        "type": "object",
        "patternProperties": {_LANGUAGE: _FILLED},
        "additionalProperties": False,
        "minProperties": 1,
    },
}
"""What each kind of key is in JSON; others are texts that are not empty."""


def manifest_schema() -> Schema:
    """The schema (draft 2020-12) of `case.toml` as JSON sees it: tables are objects, days are texts."""
    tables: Schema = {}
    for name, keys in TABLES.items():
        required = [each for each, key in keys.items() if key.required]
        table: Schema = {
            "description": (getdoc(RECORDS[name]) or "").partition(".")[0],
            "type": "object",
            "properties": {each: {"description": key.says, **_form(key)} for each, key in keys.items()},
            "additionalProperties": False,
        }
        if required:
            table |= {"required": required, "x-taplo": {"initKeys": required}}
        if name in ONE_OF:
            table["oneOf"] = [{"required": [one]} for one in ONE_OF[name]]
        several = {"description": table["description"], "type": "array", "items": table}
        tables[name] = table if name in ONCE else several
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tracer manifest",
        "description": "What belongs to a case, in one file: tracer help manifest",
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as a file holds it."""
    return json.dumps(manifest_schema(), ensure_ascii=False, indent=1) + "\n"


def _form(key: Declared) -> Schema:
    if key.words:
        return {"type": "string", "enum": list(allowed_words(key))}
    if key.kind is Kind.TEXTS:
        return {"type": "array", "items": _NOT_EMPTY | ({"pattern": key.pattern} if key.pattern else {})}
    if key.kind is Kind.INTEGER:
        return {"type": "integer", "minimum": -MOST_WHOLE if key.least is None else key.least, "maximum": MOST_WHOLE}
    return _FORMS.get(key.kind, _FILLED)


if __name__ == "__main__":
    SHIPPED.write_text(schema_text(), encoding="utf-8")
