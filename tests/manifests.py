"""Manifests as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date


def quoted(value: object) -> str:
    """A value of TOML."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {quoted(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def pairs(values: Mapping[str, object]) -> str:
    """Keys and values, a line each, without those that are None; `from_` is `from`."""
    known = {name.rstrip("_"): value for name, value in values.items() if value is not None}
    return "".join(f"{name} = {quoted(value)}\n" for name, value in known.items())


def entry(table: str, **values: object) -> str:
    """An entry of a table."""
    return f"[[{table}]]\n{pairs(values)}"
