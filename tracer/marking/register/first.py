"""The leaves of registers that were committed before releases had leaves of their own.

Their roots are in journals: they are computed as they were then. The end date was part of every leaf, so a register
of this kind does not outlast a correction of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_NAMES = (
    "release", "dataset", "recipient", "date", "ends", "canary", "scheme", "persona", "row", "phone", "email",
)  # fmt: skip


def leaves_of(con: duckdb.DuckDBPyConnection, draw: str) -> Iterator[tuple[str, str | None, int | None, bytes]]:
    """(kind, release, canary, entry) of every leaf of one draw, in the register's order."""
    query = _statement("first_canaries")
    for row in con.execute(query, {"draw": draw}).fetchall():
        facts = dict(zip(_NAMES, row, strict=True))
        yield "canary", facts["release"], facts["canary"], _json(facts)
    query = _statement("withheld")
    for release, key in con.execute(query, {"draw": draw}).fetchall():
        yield "withheld", release, None, _json({"release": release, "withheld": key})


def _json(entry: dict[str, object]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()
