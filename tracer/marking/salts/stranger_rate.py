"""How likely it is that a stranger has an invented person's key, bounded from above by the list's own frequencies.

A key is a name and a birthday, say. With n of the list's N rows that have a cell, the share of people who have it is
taken as (n + 1) / (N + 1), Laplace's rule: a cell that only the invented person has is not impossible. The cells are
multiplied, and the product is taken `TOGETHER` times: names go with years of birth, regions and each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from tracer.lists.write.model import NewRow
from tracer.marking.persona.source_list import SourceList

TOGETHER = 10.0
"""How many times as often as by their product the cells of a key come together at most. A given name is at most eight
times as frequent in the decade of its fashion as in all; an independent list is of other people of the same kind."""


def stranger_rates(
    con: duckdb.DuckDBPyConnection, source: SourceList, keys: Sequence[tuple[int, ...]], rows: Mapping[int, NewRow]
) -> dict[int, float]:
    """Number -> bound on the probability that one stranger has any of its row's keys. `keys`: columns of each.

    Without keys of several columns it is 1: numbers of members are given out by every club from 1 on.
    """
    if not keys:
        return dict.fromkeys(rows, 1.0)
    shares = {i: _shares(con, source, i, rows) for i in sorted({i for key in keys for i in key})}
    found = {}
    for no in rows:
        rate = 0.0
        for key in keys:
            product = TOGETHER
            for i in key:
                product *= shares[i][no]
            rate += product
        found[no] = min(1.0, rate)
    return found


def _shares(con: duckdb.DuckDBPyConnection, source: SourceList, i: int, rows: Mapping[int, NewRow]) -> dict[int, float]:
    """Number -> share of people with its cell of column `i`."""
    main = source.main
    statement = (
        "SELECT w.no, count(r.cell) FROM (SELECT unnest($nos::BIGINT[]) AS no,"
        f" {_plain('unnest($cells::VARCHAR[])')} AS cell) AS w"
        f" LEFT JOIN (SELECT {_plain(f'c{i}')} AS cell FROM {source.tables[main.part]}) AS r ON r.cell = w.cell"
        " GROUP BY w.no"
    )
    bound = {"nos": list(rows), "cells": [row.cells[i] for row in rows.values()]}
    counts = dict(con.execute(statement, bound).fetchall())
    return {no: (counts.get(no, 0) + 1) / (main.rows + 1) for no in rows}


def _plain(text: str) -> str:
    """SQL for a cell without white space and case."""
    return f"lower(regexp_replace({text}, '\\s+', '', 'g'))"
