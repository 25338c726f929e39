"""Views that one answer asks several times, copied once: planning them takes longer than their rows."""

from __future__ import annotations

import re
from collections.abc import Collection
from secrets import token_hex

import duckdb

COPIED = ("attributions", "claims", "derivations", "retention")
"""Documented views over views with statements within statements, which the sections of an answer share."""
_NAMED = re.compile(rf"\bviews\.({'|'.join(COPIED)})\b")


class CopiedViews:
    """Copies of documented views as they were when they were first asked for, until the connection is closed.

    They are for one answer of a case that does not change meanwhile, and know the names of their relations alone.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, views: Collection[str] = COPIED) -> None:
        """`views`: those of `COPIED` that the answer asks more than once; a copy is of all rows."""
        self._con, self._views = con, frozenset(views)
        self._made: dict[str, str] = {}

    def over(self, statement: str) -> str:
        """The statement with the copies in the place of those views that it names."""
        return _NAMED.sub(lambda found: self._copy(found[1]) if found[1] in self._views else found[0], statement)

    def _copy(self, view: str) -> str:
        if view not in self._made:
            name = f"{view}_{token_hex(6)}"
            self._con.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM views.{view}")
            self._made[view] = f"temp.{name}"
        return self._made[view]
