"""What a case would say had no person judged: the same stages, over what the lists alone show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

_JUDGED = ("derivation", "retention")
"""Findings that hold what they would be without judgements; what others are is computed from these."""
NOTICED = 0.005
"""Least difference that a judgement makes for it to be named: under it the numbers that are shown are the same."""


@contextmanager
def unjudged(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within it these tables are what they would be without judgements, for all that reads them by their bare names."""
    for table in _JUDGED:
        con.execute(
            f"CREATE TEMP TABLE {table} AS SELECT * REPLACE (coalesce(without_judgement, probability) AS probability)"
            f" FROM {table} WHERE superseded IS NULL"
        )
    yield
    # An error undoes them with its transaction, in which nothing more can be executed.
    for table in _JUDGED:
        con.execute(f"DROP TABLE temp.{table}")


def any_judged(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a judgement is in force that decides something."""
    return deciding(con, ()) is not None


def deciding(con: duckdb.DuckDBPyConnection, lists: Sequence[str]) -> int | None:
    """Number of the judgement that what is stated of these lists rests on: the newest on one of them, else of all."""
    row = con.execute(
        "SELECT no FROM views._judged WHERE verdict <> 'unsure'"
        " ORDER BY list_contains($lists, a) OR list_contains($lists, b) DESC, no DESC LIMIT 1",
        {"lists": list(lists)},
    ).fetchone()
    return None if row is None else int(row[0])
