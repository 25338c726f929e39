"""A case of an earlier version gets the tables and columns of this one, and keeps what it holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.inserted import LOADED, insert, insert_list
from tracer.case.case import Case, create_case, open_case
from tracer.case.memory import memory_case
from tracer.case.schema import compare, refresh_tables
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
        insert_list(case.con, 1, "d", [8614200000001])
        insert(case.con, "release", id="r", dataset="d", recipient="v", registered_at=LOADED)
        for statement in (
            "DROP TABLE code_position", "DROP TABLE register_stamp", "ALTER TABLE release DROP COLUMN committed",
            "DROP VIEW views.datasets", "ALTER TABLE dataset DROP COLUMN exported",
            "ALTER TABLE dataset DROP COLUMN living", "DELETE FROM meta WHERE name = 'tables'",
        ):  # fmt: skip
            case.con.execute(statement)
        return case.folder


@pytest.mark.parametrize("read_only", [True, False])
def test_an_old_case_is_brought_up_to_date(old: Path, read_only: bool) -> None:
    with open_case(old, read_only=read_only) as case:
        assert columns(case) == columns(memory_case())
        assert case.con.execute("SELECT id, committed FROM release").fetchall() == [("r", None)]
        assert compare(case.con, old).missing == []
        assert case.con.execute("SELECT count(*) FROM views.releases").fetchone() == (1,)
        said = case.con.execute("SELECT dataset, exported, living FROM views.datasets").fetchall()
        assert said == [("d", None, None)]


def test_an_old_case_that_cannot_be_written_says_so(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CaseUnavailable, match=r"made by an earlier version .*tracer verify"):
        open_case(old, read_only=True)


def test_a_column_keeps_its_default_and_a_table_that_is_up_to_date_its_columns() -> None:
    case = memory_case()
    before = columns(case)
    case.con.execute("ALTER TABLE party DROP COLUMN evidence")
    case.con.execute("DELETE FROM meta WHERE name = 'tables'")
    for _ in range(2):
        refresh_tables(case.con)
        assert (compare(case.con, case.folder).missing, columns(case)) == ([], before)
    case.con.execute("INSERT INTO party (id) VALUES ('p')")
    assert case.con.execute("SELECT evidence FROM party").fetchall() == [([],)]
