"""Which of two tests decides about a release, and which judgement about a finding: what this would be without one.

Not in the stages: who reads findings needs nothing that computes them, which takes long to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb

DRAW, CANARIES = "draw", "canaries"
COPY_UNKNOWN = "attribution-copy-unknown"
COMPARED = "attribution-compared"
DAYS = "attribution-days"
UNNAMED = (COPY_UNKNOWN, COMPARED, DAYS)
"""Codes of reasons that are an answer though no copy is named, by which readers know rows: a client's rows are there as
hashes; they are all there without a planted record; a copy's marks are in a list that is dated before the copy."""

_JUDGED = ("derivation", "retention")
"""Findings that hold what they would be without judgements; what others are is computed from these."""
NOTICED = 0.005
"""Least difference that a judgement makes for it to be named: under it the numbers that are shown are the same."""


def deciding_test(p_value: float | None, chance: float | None) -> tuple[str | None, float | None]:
    """The test that speaks louder, and its error; (None, None) where neither says anything.

    `draw`: the code null over what the tool drew; `canaries`: the block null of canaries that no other release has.
    Each has the same alpha over all releases, so the smaller number is the smaller after its own alpha too. Equals
    `views._test` and `views._error`.
    """
    p, c = (1.0 if number is None else number for number in (p_value, chance))
    if min(p, c) >= 1.0:
        return None, None
    return (CANARIES, c) if c < p else (DRAW, p)


@contextmanager
def without_judgements(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
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
    return deciding_judgement(con, ()) is not None


def deciding_judgement(con: duckdb.DuckDBPyConnection, lists: Sequence[str]) -> int | None:
    """Number of the judgement that what is stated of these lists rests on: the newest on one of them, else of all."""
    row = con.execute(
        "SELECT no FROM views._judged WHERE verdict <> 'unsure'"
        " ORDER BY list_contains($lists, a) OR list_contains($lists, b) DESC, no DESC LIMIT 1",
        {"lists": list(lists)},
    ).fetchone()
    return None if row is None else int(row[0])


# The fixed seed of the draw behind findings, by itself: a report names it and needs no computing for it.

CODE_SEED = 20_190_315
"""Seed of the codes of rows: any fixed number, the codes only have to be the same in every run."""
