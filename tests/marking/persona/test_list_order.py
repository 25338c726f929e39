"""What a list is sorted by, as its cells are written."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from tracer.marking.persona.source_list import order_of


@pytest.mark.parametrize(
    ("written", "key"), [("%d-%m-%Y", "day first"), ("%m/%d/%Y", "month first"), ("%Y-%m-%d", "text")]
)
def test_dates_are_sorted_by_time_however_they_are_written(written: str, key: str) -> None:
    con = duckdb.connect()
    days = [(date(2021, 1, 1) + timedelta(days=at)).strftime(written) for at in range(400)]
    con.execute("CREATE TABLE list AS SELECT unnest(range(1, 401)) AS row, unnest($days) AS c0", {"days": days})
    order = order_of(con, "list", 0, "other")
    assert order is not None
    assert (order.key, order.sign, order.whole) == (key, 1, True), (
        "a month's first day comes behind the last of another"
    )
    values = [str(order.value(day)) for day in days]
    assert values == sorted(values)
