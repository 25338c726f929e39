"""`tracer sql` as an attacker would use it: base tables, files, settings and other catalogues are out of reach."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import duckdb
import pytest

from tracer.ask import bounds, sandbox
from tracer.ask.bounds import Bounds, within
from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.ask.sandbox import documented_views, run_sql
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused, UsageError


@pytest.fixture
def case() -> Case:
    made = memory_case()
    made.con.execute("INSERT INTO party (id, name) VALUES ('p', 'P'), ('q', 'Q')")
    made.con.execute("INSERT INTO membership VALUES (1, 8614000000001, 1)")
    return made


def test_views_can_be_read_in_every_way_sql_knows(case: Case) -> None:
    for statement in (
        "SELECT party FROM parties ORDER BY 1",
        "FROM parties SELECT party ORDER BY party",
        "SELECT party FROM views.parties ORDER BY 1;",
        'WITH parties AS (SELECT * FROM "parties") SELECT party FROM parties ORDER BY 1',
        "SELECT party FROM PARTIES ORDER BY 1",
        "SELECT DISTINCT a.party FROM parties a, LATERAL (SELECT 1 FROM parties b WHERE b.party = a.party) ORDER BY 1",
    ):
        assert [row["party"] for row in run_sql(case.con, statement).rows()] == ["p", "q"], statement


def test_the_views_can_be_described(case: Case) -> None:
    assert "party" in {row["column_name"] for row in run_sql(case.con, "DESCRIBE parties").rows()}
    shown = {row["name"] for row in run_sql(case.con, "SHOW TABLES").rows()}
    assert shown == {view.name for view in documented_views(case.con)}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM membership",
        "SELECT * FROM main.membership",
        "SELECT * FROM kase.main.membership",
        'SELECT * FROM "main"."membership"',
        "SELECT * FROM views._size",
        "SELECT * FROM raw.d1_p1",
        "SELECT (SELECT count(*) FROM party) FROM parties",
        "SELECT * FROM parties WHERE party IN (SELECT id FROM dataset)",
        "WITH x AS (SELECT * FROM membership) SELECT * FROM x",
        "WITH membership AS (SELECT 1) SELECT * FROM main.membership",
        "SELECT * FROM parties UNION SELECT * FROM evidence, membership",
        "SELECT * FROM 'secret.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM duckdb_tables()",
        "SELECT * FROM duckdb_settings()",
        "SELECT * FROM information_schema.tables",
        "SELECT * FROM pg_catalog.pg_class",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM query('SELECT * FROM parties')",
        "SELECT * FROM query_table('par' || 'ties')",
        "SELECT * FROM pragma_database_list()",
        "SELECT current_setting('secret_directory')",
        "SELECT getenv('HOME')",
        "SELECT getvariable('x')",
        "PRAGMA database_list",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "COPY (SELECT 1) TO 'out.csv'",
        "COPY parties TO 'out.csv'",
        "EXPORT DATABASE 'x'",
        "CREATE TABLE t AS SELECT 1",
        "CREATE MACRO m() AS 1",
        "INSERT INTO parties SELECT * FROM parties",
        "UPDATE parties SET name = 'x'",
        "DELETE FROM parties",
        "DROP VIEW parties",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1; SELECT 2",
        "",
        "-- nothing",
        "SELECT * FROM case_con",
        "SELECT",
        "PREPARE p AS SELECT 1",
        "USE main",
    ],
)
def test_everything_else_is_refused(case: Case, statement: str) -> None:
    case_con = case.con.sql("SELECT 1 AS leaked")  # a Python variable that a replacement scan would find
    assert case_con is not None
    with pytest.raises(UsageError):
        run_sql(case.con, statement)


def test_the_lock_holds_without_the_reader(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second wall alone: with the check of the parsed statement taken away, nothing is there to be read."""
    monkeypatch.setattr(sandbox, "_check", lambda *_: set[str]())
    for statement in (
        "SELECT * FROM main.membership",
        "SELECT * FROM membership",
        "SELECT * FROM read_csv('/etc/hostname')",
        "COPY (SELECT 1 AS x) TO 'out.csv'",
        "ATTACH 'x.db'",
        "SET enable_external_access = true",
        "LOAD httpfs",
    ):
        with pytest.raises(UsageError):
            run_sql(case.con, statement)


def test_a_wrong_name_names_the_view(case: Case) -> None:
    with pytest.raises(UsageError, match="did you mean 'datasets'"):
        run_sql(case.con, "SELECT * FROM dataset")


def test_an_endless_result_is_cut_and_told(case: Case) -> None:
    result = run_sql(case.con, "SELECT * FROM range(1000000000000)", Bounds(rows=10))
    assert result.table.num_rows == 10
    assert "only the first 10 rows" in result.notes[0]
    assert run_sql(case.con, "SELECT * FROM range(10)").notes == ()


def test_large_rows_are_cut_and_told(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BYTES_AT_MOST", 1 << 20)
    result = run_sql(case.con, "SELECT repeat('x', 1000) FROM range(1000000)")
    assert 0 < result.table.num_rows < 100_000
    assert "MiB" in result.notes[0]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM range(1000000000000)",
        "WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) SELECT count(*) FROM t",
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1",
        "SELECT sum(x) FROM (SELECT unnest(range(1, 50000000)) x)",  # DuckDB does not interrupt this one
    ],
)
def test_a_statement_without_end_is_stopped(case: Case, statement: str) -> None:
    begun = time.monotonic()
    with pytest.raises(InputRefused, match=r"^sql: stopped after 0\.5 seconds; .*--timeout"):
        run_sql(case.con, statement, Bounds(seconds=0.5))
    assert time.monotonic() - begun < 10
    assert run_sql(case.con, "SELECT 1 AS one").table.num_rows == 1


def test_a_statement_that_begins_when_the_time_is_over_is_stopped_too() -> None:
    left = set(threading.enumerate())  # of statements that DuckDB does not interrupt
    with duckdb.connect() as con:

        def late() -> None:
            time.sleep(0.3)
            con.execute("SELECT count(*) FROM range(1000000000000)")

        with pytest.raises(InputRefused, match="stopped after"):
            within(Bounds(seconds=0.1), "sql", late, con)
        assert "question" not in {thread.name for thread in set(threading.enumerate()) - left}


def test_a_named_query_keeps_to_its_bounds(case: Case) -> None:
    query = load_queries()["parties"]
    endless = replace(query, sql=f"{query.sql.rstrip().rstrip(';')} LIMIT (SELECT count(*) FROM range(1000000000000))")
    with pytest.raises(InputRefused, match=r"^query parties: stopped after 0\.2 seconds"):
        run_query(case.con, endless, bounds=Bounds(seconds=0.2))
    cut = run_query(case.con, query, bounds=Bounds(rows=1))
    assert (cut.table.num_rows, len(cut.notes)) == (1, 1)
    assert run_query(case.con, query).table.num_rows == 2


def test_sums_are_whole_numbers(case: Case) -> None:
    (row,) = json_rows(run_sql(case.con, "SELECT sum(datasets) AS n, avg(datasets) AS mean FROM parties"))
    assert (repr(row["n"]), row["mean"]) == ("0", 0.0)
