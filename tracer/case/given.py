"""Values that a statement reads as a column, without Arrow: loading it takes longer than most look-ups do."""

from __future__ import annotations

import json
from collections.abc import Iterable


def given(values: Iterable[int] | Iterable[str]) -> str:
    """Distinct values in order as one text to bind; a statement reads it by `unnest(from_json($name, '["VARCHAR"]'))`.

    Each value that is bound in a list costs a search for modules that are not installed. Raises `UnicodeEncodeError`
    for halves of characters, which DuckDB's texts cannot hold.
    """
    text = json.dumps(sorted(set(values)), ensure_ascii=False)
    text.encode("utf-8")
    return text
