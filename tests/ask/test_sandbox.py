"""`tracer sql` as an attacker would use it: base tables, files, settings and other catalogues are out of reach."""

from __future__ import annotations

import os
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from pathlib import Path

import duckdb
import pytest

from tracer.ask import bounds, sandbox
from tracer.ask.bounds import Bounds, run_within
from tracer.ask.named import load_queries, run_query
from tracer.ask.result import json_rows
from tracer.ask.sandbox import documented_views, run_sql
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused, UsageError
from tracer.plugins import Plugin, PluginGroup


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
    assert shown == set(documented_views(case.con))


@dataclass
class Outside:
    """What a statement could reach for outside: a server that counts who comes, files, a pipe, a home of its own."""

    folder: Path
    url: str
    came: list[bytes]

    def hears_nothing(self, before: frozenset[Path]) -> None:
        assert self.came == []
        assert frozenset(self.folder.rglob("*")) == before

    def files(self) -> frozenset[Path]:
        return frozenset(self.folder.rglob("*"))

    def attempts(self) -> Iterator[str]:
        for attempt in ATTEMPTS:
            yield attempt.replace("DIR", str(self.folder)).replace("URL", self.url).replace("⏎", "\n")


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    came = list[bytes]()

    class Answers(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            came.append(self.request.recv(200))

    server = socketserver.TCPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    folder = tmp_path / "outside"
    for name in ("whole", "piped", "home"):
        (folder / name).mkdir(parents=True)
    for name, text in (("schema", f"CREATE TABLE t AS FROM '{address}/t.csv'"), ("load", "COPY t FROM 't.csv'")):
        (folder / "whole" / f"{name}.sql").write_text(text)
    (folder / "secret.csv").write_text("word\nrosebud\n")
    (folder / "secret.json").write_text('{"word": "rosebud"}')
    os.mkfifo(folder / "piped" / "schema.sql")
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("HTTP_PROXY", address)
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.chdir(folder)
    yield Outside(folder, address, came)
    server.shutdown()
    server.server_close()


READERS = (
    "read_csv", "read_csv_auto", "sniff_csv", "read_json", "read_json_auto", "read_json_objects", "read_ndjson",
    "read_ndjson_auto", "read_ndjson_objects", "read_parquet", "parquet_scan", "parquet_metadata", "parquet_schema",
    "parquet_file_metadata", "parquet_kv_metadata", "parquet_bloom_probe", "read_text", "read_blob", "glob",
    "read_xlsx", "st_read", "sqlite_scan", "postgres_scan", "mysql_scan", "iceberg_scan", "delta_scan", "arrow_scan",
    "read_duckdb", "http_get", "read_avro", "read_ipc",
)  # fmt: skip
ATTEMPTS = (
    *(Path(__file__).parent / "sql_attempts.txt").read_text(encoding="utf-8").splitlines(), "",
    *(f"SELECT * FROM {reader}('{place}')" for reader in READERS for place in ("URL/x.csv", "DIR/secret.csv")),
)  # fmt: skip
"""Statements, a line each (⏎: a line's end within one), that are more than reading from the documented views."""


def test_everything_else_is_refused_and_unheard(case: Case, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    views = documented_views(case.con)
    monkeypatch.setattr(sandbox, "documented_views", lambda _: views)  # they are not what is tried here
    case_con = case.con.sql("SELECT 1 AS leaked")  # a Python variable that a replacement scan would find
    assert case_con is not None
    before, attempts, let_in = outside.files(), list(outside.attempts()), list[str]()
    assert len(attempts) > 200
    for attempt in attempts:
        try:
            let_in.append(f"{attempt}: {run_sql(case.con, attempt, Bounds(seconds=20)).table}")
        except UsageError as refused:
            if "rosebud" in str(refused):
                let_in.append(f"{attempt}: {refused}")
    assert let_in == []
    outside.hears_nothing(before)


def test_a_query_of_a_plug_in_is_held_to_the_same(case: Case, outside: Outside) -> None:
    plugin = Plugin(PluginGroup.QUERIES, "theirs", "example", "1.0", EntryPoint("theirs", "example", "tracer.queries"))
    before = outside.files()
    for attempt in list(outside.attempts())[:12]:
        theirs = replace(load_queries()["parties"], parameters=(), sql=attempt, plugin=plugin)
        with pytest.raises(UsageError):
            run_query(case.con, theirs, bounds=Bounds(seconds=20))
    outside.hears_nothing(before)


def test_the_lock_holds_without_the_reader(case: Case, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second wall alone: with the check of the parsed statement taken away, nothing is there to be read."""
    views = documented_views(case.con)
    monkeypatch.setattr(sandbox, "documented_views", lambda _: views)  # they are not what is tried here
    monkeypatch.setattr(sandbox, "views_read", lambda *_: set[str]())
    before, refused = outside.files(), set[str]()
    for attempt in outside.attempts():
        try:
            said = str(list(run_sql(case.con, attempt, Bounds(seconds=20)).rows()))
        except (UsageError, AttributeError) as error:  # the second: where there is no statement
            said = str(error)
            refused.add(attempt)
        assert not {"rosebud", "8614000000001"} & set(re.findall(r"\w+", said)), attempt
    outside.hears_nothing(before)
    assert refused >= {
        "SELECT * FROM main.membership", "SELECT * FROM membership", "ATTACH 'x.db'", "LOAD httpfs", "INSTALL httpfs",
        "SET enable_external_access = true", "COPY (SELECT 1) TO 'out.csv'",
        f"IMPORT DATABASE '{outside.folder}/whole'",
    }  # fmt: skip


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
            run_within(Bounds(seconds=0.1), "sql", late, con)
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
