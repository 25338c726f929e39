"""Counts by block are those of the statement that a cluster runs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.findings.worlds import append
from tracer.case.memory import memory_case
from tracer.findings.claims import block_counts as counted
from tracer.findings.claims.verdict import statement
from tracer.identify.number_plans import built_in_ranges

FIRST = {"CN": 8614200000000, "US": 19995550000}
"""In segments that nobody was given."""


@pytest.mark.parametrize(
    ("country", "marked_from", "at_once", "without"),
    [("CN", 0, 3, []), ("CN", 100, 1 << 14, [4]), ("CN", 1 << 40, 3, [4]), ("US", 100, 3, []), ("US", 0, 1 << 14, [4])],
)
def test_the_same_as_the_statement(
    at_once: int, without: list[int], marked_from: int, country: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "_AT_ONCE", at_once)
    monkeypatch.setattr(counted, "_MARKED_FROM", marked_from)
    con = memory_case().con
    within = next(each for each in built_in_ranges() if each.country == country)
    rng = np.random.default_rng(7)
    for dataset, size in ((1, 3_000), (2, 8_000), (3, 6_000), (4, 500), (5, 4_000)):
        # Blocks lie apart, some numbers are of no block or another plan's, and the lists have numbers in common.
        keys = np.unique(FIRST[country] + rng.integers(0, 9, size) * 70_000 + rng.integers(0, 10_000, size))
        keys = np.append(keys, [447700900142 + dataset, 8602112345678])
        append(con, "membership", {"dataset": np.full(keys.size, dataset), "key": keys, "row": np.arange(keys.size)})
    con.execute(
        "INSERT INTO junk SELECT 2, min(key), 'x', 'hotline', 30, 25 FROM membership"
        " WHERE dataset = 1 AND key BETWEEN $first AND $last",
        {"first": within.first, "last": within.last},
    )
    bound = {"dataset": 1, "witnesses": [2, 3], "without": without, **counted.limits_of(within)}
    expected = con.execute(statement("blocks"), bound).fetchnumpy()
    found = counted.block_counts(con, 1, [2, 3], without, within)
    assert len(expected["block"]) > 5
    for name in ("block", "drawn", "known", "shared"):
        assert np.array_equal(found[name], expected[name]), name


def test_without_a_number_there_is_no_block() -> None:
    found = counted.block_counts(memory_case().con, 1, [2], [], built_in_ranges()[0])
    assert {name: values.size for name, values in found.items()} == {"block": 0, "drawn": 0, "known": 0, "shared": 0}
