"""The days on which people refused: of each list of refusals the column that says so, in whatever form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.findings.persons.lists import is_birthday
from tracer.identify.composite import folded_day, order_of
from tracer.lists.read.model import IDENTIFYING
from tracer.lists.recognised import says_since
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_MOSTLY = 0.5
"""Share of a column's filled cells that must be days, from which it may be the one that is looked for."""
_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
"""Between which a refusal lies: a column with other days holds something else, or what a program wrote for none."""


def read_days(con: duckdb.DuckDBPyConnection) -> None:
    """Make `refusal_day`(dataset, row, day); of several columns of a part the one whose heading speaks of a refusal, or
    else of a day."""
    con.execute("CREATE OR REPLACE TEMP TABLE refusal_day (dataset INTEGER, row BIGINT, day DATE)")
    parts = con.execute(_statement("date_columns"), {"identifying": list(IDENTIFYING)}).fetchall()
    for dataset, _, raw, before, region, columns in parts:
        found = [
            (_rank(column), place, days)
            for place, column in enumerate(columns)
            if not is_birthday(column["header"]) and (days := _days(con, raw, column["position"], region))
        ]
        if found:
            _, place, days = max(found, key=lambda one: (one[0], -one[1]))
            texts = pa.table(
                {"raw": pa.array(list(days), pa.string()), "day": pa.array(list(days.values()), pa.date32())}
            )
            with registered(con, refused_on=texts):
                con.execute(
                    f"INSERT INTO refusal_day SELECT $dataset, r.row + $before, o.day FROM {raw} AS r"
                    f" JOIN refused_on AS o ON o.raw = r.c{columns[place]['position']}",
                    {"dataset": dataset, "before": before},
                )


def _rank(column: Mapping[str, Any]) -> int:
    return 2 if says_since(column["header"] or "") else column["role"] in ("date", "created", "deleted")


def _days(con: duckdb.DuckDBPyConnection, raw: str, position: int, region: str) -> dict[str, date]:
    """Text -> day, of a column that mostly holds such."""
    texts = con.execute(
        f"SELECT DISTINCT c{position} AS raw FROM {raw} WHERE c{position} <> '' ORDER BY raw"
    ).fetchall()
    order = order_of((text for (text,) in texts), region)
    found = dict[str, date]()
    for (text,) in texts:
        day = folded_day(text, order, serials=True)
        try:
            read = None if day is None else date.fromisoformat(day)
        except ValueError:
            continue
        if read is not None and _FIRST <= read < _LAST:
            found[text] = read
    return found if len(found) >= max(1, _MOSTLY * len(texts)) else {}
