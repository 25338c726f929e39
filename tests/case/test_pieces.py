"""Rows that a transaction has not committed: read in pieces, every one once."""

from __future__ import annotations

import duckdb
import pytest

from tracer.case import registered as parting
from tracer.case.registered import row_ranges, united


@pytest.mark.parametrize("rows", [0, 1, 4, 5, 1_000])
@pytest.mark.parametrize("expected", [1, 5, 1_000, 5_000])
@pytest.mark.parametrize("threads", [1, 3, 8])
def test_pieces_hold_every_row_once(monkeypatch: pytest.MonkeyPatch, rows: int, expected: int, threads: int) -> None:
    monkeypatch.setattr(parting, "_LEAST", 2)
    con = duckdb.connect()
    con.execute(f"SET threads = {threads}")
    con.execute("BEGIN")
    con.execute(f"CREATE TABLE t AS SELECT range AS i FROM range({rows})")
    for _ in ("uncommitted", "committed"):
        found = con.execute(f"SELECT i FROM ({united(con, 'i', 't', expected, 'i % 3 > 0')}) ORDER BY i").fetchall()
        assert found == [(i,) for i in range(rows) if i % 3]
        con.execute("COMMIT")
        con.execute("BEGIN")
    con.execute("INSERT INTO t SELECT * FROM range(10, 20)")  # rows of both kinds
    assert con.execute(f"SELECT count(*) FROM ({united(con, 'i', 't', expected)})").fetchone() == (rows + 10,)


def test_pieces_are_even_and_as_many_as_threads() -> None:
    con = duckdb.connect()
    con.execute("SET threads = 4")
    con.execute("BEGIN")
    con.execute("CREATE TABLE t AS SELECT range AS i FROM range(500_000)")
    sizes = [con.execute(f"SELECT count(*) FROM t WHERE {piece}").fetchall() for piece in row_ranges(con, 500_000)]
    assert sizes == [[(125_000,)]] * 4
