"""Importing controlled identities."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.marking.own_list import own_case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.marking.canaries import import_canaries, take_in


def test_a_column_of_numbers_alone_is_enough(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text("phone\n140-0000-0001\n+86 14000000002\n", encoding="utf-8")
    done = import_canaries(case.con, path)
    assert (done.imported, done.known, done.warnings) == ({"canary": 2}, 0, ())
    rows = case.con.execute("SELECT no, phone, kind FROM canary ORDER BY no").fetchall()
    assert rows == [(1, 8614000000001, "canary"), (2, 8614000000002, "canary")]


def test_all_columns_are_kept(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text(
        "phone,email,name,organisation,kind,state,since,until,consent,note\n"
        "14000000001,an@muster.example,王一,无名公司,home,live,2025-01-01,2027-01-01,written,x\n"
        ",zwei@muster.example,李二,,,,,,,\n",
        encoding="utf-8",
    )
    done = import_canaries(case.con, path, kind="reserve")
    assert done.imported == {"home": 1, "reserve": 1}
    row = case.con.execute("SELECT * EXCLUDE (phone, email, imported_at) FROM canary WHERE no = 1").fetchall()[0]
    assert [str(cell) for cell in row] == [
        "1", "14000000001", "an@muster.example", "王一", "无名公司", "None", "home", "live", "2025-01-01", "2027-01-01",
        "written", "x",
    ]  # fmt: skip


def test_all_problems_are_told_at_once_and_nothing_is_kept(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text(
        "phone,kind,since\n14000000001,canary,\n14000000001,canary,\nabc,canary,\n14000000003,bird,\n"
        "14000000004,canary,soon\n00000000000,canary,\n",
        encoding="utf-8",
    )
    with pytest.raises(InputRefused) as refused:
        import_canaries(case.con, path)
    lines = str(refused.value.line()).splitlines()
    assert len(lines) == 5
    assert any("row 2: the same identity as in row 1" in line for line in lines)
    assert any("'bird' is no kind" in line for line in lines)
    assert any("'soon' in column since is no date" in line for line in lines)
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (0,)


def test_identities_the_case_has_are_not_doubled(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text("phone\n14000000001\n14000000002\n", encoding="utf-8")
    import_canaries(case.con, path)
    path.write_text("phone\n14000000001\n14000000003\n", encoding="utf-8")
    done = import_canaries(case.con, path)
    assert (done.imported, done.known) == ({"canary": 1}, 1)
    with pytest.raises(InputRefused, match="the case has this identity as canary, not home"):
        import_canaries(case.con, path, kind="home")


def test_a_persona_filled_by_a_release_is_no_new_identity(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text("phone,name\n14000000001,王一\n", encoding="utf-8")
    import_canaries(case.con, path)
    case.con.execute("UPDATE canary SET organisation = '无名公司'")
    path.write_text("phone,name\n14000000001,王一\n14000000002,李二\n14000000001,赵三\n", encoding="utf-8")
    done = import_canaries(case.con, path)
    assert (done.imported, done.known) == ({"canary": 2}, 1)  # another name on the same number is another persona


def test_numbers_seen_before_are_a_count_over_the_import(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=0, home=0)
    held = case.con.execute("SELECT key FROM membership ORDER BY key LIMIT 3").fetchall()
    path = tmp_path / "c.csv"
    path.write_text("phone\n" + "".join(f"{key - 86_000_0000_0000}\n" for (key,) in held) + "14009000009\n")
    done = import_canaries(case.con, path)
    assert done.seen_before == 3
    assert "3 of the 4 new identities" in done.warnings[0]
    assert str(held[0][0])[2:] not in done.warnings[0]


def test_an_import_is_journaled_without_a_number(tmp_path: Path) -> None:
    case = memory_case()
    path = tmp_path / "c.csv"
    path.write_text("phone\n14000000001\n", encoding="utf-8")
    done = take_in(case, path, kind="control")
    assert done.to_json() == {
        "path": str(path), "imported": 1, "known": 0, "seen_before": 0, "canary": 0, "home": 0, "control": 1,
        "reserve": 0,
    }  # fmt: skip
    journal = case.layout.journal.read_text(encoding="utf-8")
    assert "canary import" in journal
    assert "14000000001" not in journal
