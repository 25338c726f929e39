"""Values of columns mapped as `key`: domains, member numbers, and other values that distinguish contacts."""

from __future__ import annotations

import unicodedata

from tracer.identify.cell import PLACEHOLDERS, ZERO_WIDTH, Reading, sql_literal
from tracer.identify.keys import KEY_BASE, text_key, text_key_sql

EMPTY = Reading(None, "empty", "", "empty")
PLACEHOLDER = Reading(None, "junk", "", "placeholder")
_UNSEEN = dict.fromkeys(map(ord, ZERO_WIDTH + "\0"))


def normalise(text: str) -> str:
    """NFKC, without invisible characters, trimmed, in lower case."""
    return unicodedata.normalize("NFKC", text.translate(_UNSEEN)).strip().lower()


def fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a value in printable ASCII that is not a placeholder, otherwise NULL."""
    folded = f"lower(trim({text}))"
    words = ", ".join(sql_literal(word) for word in sorted(PLACEHOLDERS) if word.isascii())
    plain = f"regexp_full_match({text}, '[ -~]+') AND {folded} <> '' AND {folded} NOT IN ({words})"
    zeros = f"regexp_full_match({folded}, '0+')"
    return f"CASE WHEN {plain} AND NOT {zeros} THEN {text_key_sql(KEY_BASE, folded)} END"


def read_key_cell(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """One reading: a cell holds one value."""
    text = normalise(raw)
    if not text:
        return (EMPTY,)
    if text in PLACEHOLDERS or not text.strip("0"):
        return (PLACEHOLDER,)
    return (Reading(text_key(KEY_BASE, text), "ok", "key", ""),)
