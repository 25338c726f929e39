"""Refusals with their days, held against copies, calls and lists.

A person who is in a list of refusals twice has refused on the earlier day. Without a readable day the refusal
counts from the day on which the list was made, or was obtained: never earlier than it is known. A call on the day of
the refusal may be the one that was refused, so only later days count.

Lists of refusals are often handed on as hashes, and so are the lists that they are held against. The case's own people,
those of its copies and refusals, and those who were called are hashed while this lasts; nothing else is compared.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import duckdb

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
        con.execute("CREATE OR REPLACE TEMP TABLE refusal_day (dataset INTEGER, row BIGINT, day DATE)")
        for dataset, position, first_row, raw_table in con.execute(statement("date_columns")).fetchall():
            con.execute(
                statement("days").replace("raw.list", raw_table).replace("c_date", f"c{position}"),
                {"dataset": dataset, "shift": first_row - 1},
            )
        con.execute(statement("refused"))
        self._hashed = self._with_hashes()
        self._hashed.__enter__()
        con.execute(statement("refused_hashed"))
        return self

    def _with_hashes(self) -> AbstractContextManager[None]:
        """`held_identifier` and `hash_match` while it lasts."""
        targets = [no for (no,) in self._con.execute(statement("hashed_lists")).fetchall()]
        sources = [no for (no,) in self._con.execute(statement("compared_lists")).fetchall()] if targets else []
        return held_identifiers(self._con, targets, sources, also=_CALLED)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hashed.__exit__(kind, error, trace)
        if kind is None:
            for table in ("refused", "refusal_day"):
                self._con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def write_refusals(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `after_refusal` and `refused_inside`; needs the temp tables of `Refusals`."""
    for name in ("released", "called", "inside"):
        con.execute(statement(name), {"run": run})


def refused_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """(refusals, row, refused on, what, of, day, key) of every person who was handed on or called after refusing.

    These are people's numbers: for a command that reveals them for a reason, and for nothing else.
    """
    with LineEvents(con), Refusals(con):
        return con.execute(statement("single_rows")).fetchall()
