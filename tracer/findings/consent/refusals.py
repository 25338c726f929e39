"""Refusals with their days, held against copies, calls and lists.

A person who is in a list of refusals twice has refused on the earlier day. Without a readable day the refusal
counts from the day on which the list was made, or was obtained: never earlier than it is known. A call on the day of
the refusal may be the one that was refused, so only later days count.

Lists of refusals are often handed on as hashes, and so are the lists that they are held against. While this lasts, all
lists and those who were called are hashed to be found among refusals, and refusals to be found among lists of hashes;
nothing else is compared.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import duckdb

from tracer.findings.consent.composed import compose
from tracer.findings.consent.refusal_days import read_days
from tracer.findings.lines.events import LineEvents
from tracer.findings.sightings.hashed import held_identifiers
from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""


_CALLED = "SELECT called FROM line_event UNION SELECT called FROM line_complaint WHERE called IS NOT NULL"
"""SQL: the numbers that were called."""


class Refusals:
    """Temp table `refused` (refusals, client, key, contact, row, day) while needed. Needs those of `LineEvents`."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def __enter__(self) -> Refusals:
        con = self._con
        read_days(con)
        con.execute(statement("refused"))
        self._hashed = self._with_hashes()
        self._hashed.__enter__()
        con.execute(statement("refused_hashed"))
        return self

    def _with_hashes(self) -> AbstractContextManager[None]:
        """`held_identifier` and `hash_match` while it lasts."""
        hashed = self._con.execute(statement("hashed_lists")).fetchall()
        sources = self._con.execute(statement("compared_lists")).fetchall() if hashed else []
        refusals, others = ([no for no, refused in hashed if refused is kind] for kind in (True, False))
        plain = [no for no, refused in sources if refused]
        everybody = [no for no, _ in sources] if refusals else []
        compose(self._con, everybody)
        return held_identifiers(self._con, refusals, everybody, also=_CALLED, further=(others, plain))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hashed.__exit__(kind, error, trace)
        if kind is None:
            for table in ("refused", "refusal_day", "refused_in", "composed"):
                self._con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def write_refusals(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `after_refusal` and `refused_inside`; needs the temp tables of `Refusals`."""
    con.execute(statement("inside"))
    for name in ("released", "called", "listed", "refused_inside"):
        con.execute(statement(name), {"run": run})


def refused_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """(refusals, row, refused on, what, of, day, key) of every person who was handed on or called after refusing.

    These are people's numbers: for a command that reveals them for a reason, and for nothing else.
    """
    with LineEvents(con), Refusals(con):
        return con.execute(statement("single_rows")).fetchall()
