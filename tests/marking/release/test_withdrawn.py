"""Taking copies back and forth leaves the register and the codes as they were drawn, in whatever order it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.marking.own_list import asked, own_case
from tests.marking.register.drawn_case import faults_of
from tracer.case.case import Case
from tracer.clock import now
from tracer.custody.verify import check_registers
from tracer.custody.withdrawal import undo_withdrawal, withdraw
from tracer.errors import InputRefused
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.register.registers import unwritten
from tracer.marking.release.copies import release_copies

TABLES = ("release", "release_canary", "withheld", "code_position", "canary")


def contents(case: Case) -> list[list[tuple[object, ...]]]:
    return [case.con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in TABLES]


def freed(case: Case) -> list[str]:
    """The schemes of the canaries that are free again."""
    rows = case.con.execute(
        "SELECT scheme FROM code_position WHERE canary IN (SELECT canary FROM code_position WHERE freed)"
    )
    return [row[0] for row in rows.fetchall()]


@pytest.fixture
def drawn(tmp_path: Path) -> tuple[Case, list[str]]:
    case = own_case(tmp_path, canaries=40)
    request = asked(tmp_path, "v0", "v1", "v2", unique=2, pool=8, bias="0.5", pairs=True, withhold=0.02)
    return case, [copy.release for copy in release_copies(case, request)]


def test_what_is_taken_back_and_undone_is_as_before(drawn: tuple[Case, list[str]]) -> None:
    case, (a, b, c) = drawn
    before = contents(case)
    withdraw(case, [a])
    assert {*freed(case)} == {"unique"}
    withdraw(case, [b])
    assert {*freed(case)} == {"unique", "pair"}, "the pair of both has no copy left"
    withdraw(case, [c])
    assert len(freed(case)) == 3 * 2 + 8 + 3, "nothing of the draw is used any more"
    assert [len(table) for table in contents(case)[:3]] == [0, 0, 0]
    assert case.con.execute("SELECT count(*) FROM canary WHERE name IS NOT NULL").fetchone() == (0,)
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    assert check_registers(case)[0].detail.startswith("1 committed, 3 releases")
    assert unwritten(case.con) == []
    undo_withdrawal(case, [b])
    assert "pool" not in freed(case), "with a copy, the code is back"
    undo_withdrawal(case, [a, c])
    assert contents(case) == before
    assert faults_of(case) == []


def test_a_crash_leaves_all_or_nothing(drawn: tuple[Case, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    case, (a, b, _) = drawn
    before = contents(case)

    def crash(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(case.journal, "append", crash)
        with pytest.raises(KeyboardInterrupt):
            withdraw(case, [a, b])
    assert contents(case) == before
    assert case.con.execute("SELECT count(*) FROM withdrawn_release").fetchone() == (0,)
    withdraw(case, [a])
    with monkeypatch.context() as patch:
        patch.setattr(case.journal, "append", crash)
        with pytest.raises(KeyboardInterrupt):
            undo_withdrawal(case, [a])
    assert case.con.execute("SELECT count(*) FROM withdrawn_release").fetchone() == (1,)
    assert faults_of(case) == []


def test_verify_notices_a_copy_that_was_made_to_vanish(drawn: tuple[Case, list[str]]) -> None:
    case, (a, b, _) = drawn
    case.con.execute(
        "INSERT INTO withdrawn_release BY NAME SELECT *, $at::TIMESTAMP AS withdrawn_at, 'x' AS reason FROM release"
        " WHERE id = $id",
        {"id": a, "at": now()},
    )
    case.con.execute("DELETE FROM release WHERE id = $id", {"id": a})
    assert f"the journal does not say that {a} was withdrawn" in " ".join(faults_of(case))
    with pytest.raises(InputRefused, match="is not a withdrawn release"):
        undo_withdrawal(case, [b])


def test_a_withdrawn_release_has_all_columns_of_a_release(drawn: tuple[Case, list[str]]) -> None:
    case, _ = drawn

    def columns(table: str) -> list[tuple[str, str]]:
        return case.con.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $t ORDER BY 1", {"t": table}
        ).fetchall()

    more = [("reason", "VARCHAR"), ("withdrawn_at", "TIMESTAMP")]
    assert columns("withdrawn_release") == sorted([*columns("release"), *more])
