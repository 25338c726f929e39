"""Copies that were handed over without the tool: only what somebody controls marks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.lists.loading import own_list
from tests.marking.own_list import asked, import_file, lines_of, own_case
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.marking.release.copies import release_copies
from tracer.marking.release.handed_over import ReleaseFacts, register_release_file

PLANTED = {"一": "14000300000", "二": "14009999992"}


def test_a_copy_that_was_handed_over_is_compared_with_its_dataset(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    lines = lines_of(tmp_path / "own.csv")
    extra = [f"K99999{name},外{name},{phone},江苏外一公司,南京市,2025-12-15" for name, phone in PLANTED.items()]
    copy = tmp_path / "handed.csv"
    copy.write_text("\n".join([*lines[:-2][:500], *extra]) + "\n", encoding="utf-8")
    facts = ReleaseFacts("r1", "own", "v0", date(2026, 1, 10), date(2026, 6, 30))
    for _ in range(2):
        with case.transaction():
            done = register_release_file(case.con, facts, copy)
        assert (done.rows, done.canaries, done.withheld, done.foreign) == (501, 1, len(lines) - 1 - 2 - 499, 1)
        assert done.new_canaries == 0
        assert done.notes == (), "of a single row it is not told whether the dataset holds it"
    assert _marks(case) == [(3, "外一")], "an imported canary is used where the number agrees, nobody else becomes one"
    for rows, new in (((501,), 1), ((501,), 0)):
        with case.transaction():
            done = register_release_file(case.con, replace(facts, canary_rows=rows), copy)
        assert (done.canaries, done.new_canaries, done.foreign, done.notes) == (2, new, 0, ())
        assert _marks(case) == [(3, "外一"), (33, "外二")], "a row that is said to be a canary is one"
    with case.transaction():
        register_release_file(case.con, facts, copy)
    assert _marks(case) == [(3, "外一")]
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (32,), "a person is taken off the register"
    for row in (3, 502):
        with pytest.raises(InputRefused, match="cannot be canaries"), case.transaction():
            register_release_file(case.con, replace(facts, canary_rows=(501, row)), copy)


def _marks(case: Case) -> list[tuple[int, str]]:
    return case.con.execute(
        "SELECT c.no, c.name FROM release_canary AS k JOIN canary AS c ON c.no = k.canary ORDER BY c.no"
    ).fetchall()


def test_people_whose_address_is_written_otherwise_are_no_canaries(tmp_path: Path) -> None:
    """`@gmail.com` in the list, `@googlemail.com` and dots in the copy; 60 who left; and one planted address."""
    copy, left = tmp_path / "copy.csv", [f"left{i}@example.com" for i in range(60)]
    written = [f"us.er{i}@googlemail.com" for i in range(280)]
    copy.write_text("\n".join(["email", *written, *left, "pla.nted@gmail.com"]) + "\n", encoding="utf-8")
    case = own_list(tmp_path, ["email", *(f"user{i}@gmail.com" for i in range(300))])
    import_file(case, tmp_path, ["planted@googlemail.com"], "canary", "email")
    with case.transaction():
        done = register_release_file(case.con, ReleaseFacts("r", "own", "v"), copy)
    assert (done.canaries, done.new_canaries, done.foreign, done.withheld) == (1, 0, 60, 20)
    assert "60 of the copy's rows" in done.notes[0]
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (1,)
    assert case.con.execute("SELECT foreign_rows FROM views.releases").fetchone() == (60,)


def test_a_release_without_a_file_holds_all_rows(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    with case.transaction():
        done = register_release_file(case.con, ReleaseFacts("r1", "own", "v0"))
    assert (done.rows, done.canaries, done.withheld) == (600, 0, 0)


def test_another_list_and_the_tools_own_release_are_refused(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("姓名,手机号\n" + "".join(f"无名{i},{14008000000 + i}\n" for i in range(50)), encoding="utf-8")
    with pytest.raises(InputRefused, match="are not in the dataset"), case.transaction():
        register_release_file(case.con, ReleaseFacts("r1", "own", "v0"), other)
    made = release_copies(case, asked(tmp_path, "v0", unique=3))[0]
    with pytest.raises(InputRefused, match="committed its register"), case.transaction():
        register_release_file(case.con, ReleaseFacts(made.release, "own", "v0"))
