"""Manifests as text."""

from __future__ import annotations

import json
from datetime import date


def quoted(value: object) -> str:
    """A value of TOML."""
    if isinstance(value, date):
        return str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def entry(table: str, **values: object) -> str:
    """An entry of a table; `from_` is `from`."""
    return f"[[{table}]]\n" + "".join(f"{name.rstrip('_')} = {quoted(value)}\n" for name, value in values.items())
