"""A case of an earlier version gets the tables and columns of this one, and keeps what it holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.inserted import insert_list
from tracer.case.case import Case, create_case, open_case
from tracer.case.memory import memory_case
from tracer.case.schema import missing_tables, refresh_tables
from tracer.errors import CaseUnavailable


def columns(case: Case) -> list[tuple[str, ...]]:
    return sorted(
        case.con.execute(
            "SELECT table_name, column_name, data_type, coalesce(column_default, '') FROM duckdb_columns()"
            " WHERE database_name = current_catalog() AND schema_name = 'main'"
        ).fetchall()
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A case without the register's tables, as it was made before there were any."""
    with create_case(tmp_path / "case") as case:
        case.con.execute("DROP TABLE code_position")
        case.con.execute("DROP TABLE register_stamp")
        case.con.execute("ALTER TABLE release DROP COLUMN committed")
        insert_list(case.con, 1, "d", [8614200000001])
        case.con.execute("DROP VIEW views.datasets")
        case.con.execute("ALTER TABLE dataset DROP COLUMN exported")
        case.con.execute("ALTER TABLE dataset DROP COLUMN living")
        case.con.execute("DELETE FROM meta WHERE name = 'tables'")
        case.con.execute(
            "INSERT INTO release (id, dataset, recipient, registered_at) VALUES ('r', 'd', 'v', TIMESTAMP '2026-01-01')"
        )
        return case.folder


@pytest.mark.parametrize("read_only", [True, False])
def test_an_old_case_is_brought_up_to_date(old: Path, read_only: bool) -> None:
    with open_case(old, read_only=read_only) as case:
        assert columns(case) == columns(memory_case())
        assert case.con.execute("SELECT id, committed FROM release").fetchall() == [("r", None)]
        assert missing_tables(case.con) == []
        assert case.con.execute("SELECT count(*) FROM views.releases").fetchone() == (1,)
        assert case.con.execute("SELECT dataset, exported, living FROM views.datasets").fetchall() == [
            ("d", None, None)
        ]


def test_an_old_case_that_cannot_be_written_says_so(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CaseUnavailable, match=r"made by an earlier version .*tracer verify"):
        open_case(old, read_only=True)


def test_a_column_keeps_its_default() -> None:
    case = memory_case()
    case.con.execute("ALTER TABLE party DROP COLUMN evidence")
    case.con.execute("DELETE FROM meta WHERE name = 'tables'")
    refresh_tables(case.con)
    case.con.execute("INSERT INTO party (id) VALUES ('p')")
    assert case.con.execute("SELECT evidence FROM party").fetchall() == [([],)]


def test_nothing_is_done_to_a_case_that_is_up_to_date(tmp_path: Path) -> None:
    with create_case(tmp_path / "case") as case:
        assert missing_tables(case.con) == []
        before = columns(case)
        refresh_tables(case.con)
        assert columns(case) == before
