"""Importing controlled identities."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.marking.own_list import asked, own_case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.marking.canary.identity_register import identities, summary
from tracer.marking.canary.intake import import_canaries, take_in, with_wholes
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.copies import release_copies
from tracer.marking.release.identities import available


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return memory_case().con


def file(folder: Path, text: str) -> Path:
    path = folder / "c.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_column_of_numbers_alone_is_enough(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    done = import_canaries(con, file(tmp_path, "phone\n140-0000-0001\n+86 14000000002\n"))
    assert (done.imported, done.known) == ({"canary": 2}, 0)
    rows = con.execute("SELECT no, phone, kind FROM canary ORDER BY no").fetchall()
    assert rows == [(1, 8614000000001, "canary"), (2, 8614000000002, "canary")]


def test_all_columns_are_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "phone,email,name,organisation,kind,state,since,until,consent,note,city,邮编\n"
    text += "14000000001,an@muster.example,王一,无名公司,home,live,2025-01-01,2027-01-01,written,x,无名市,000001\n"
    done = import_canaries(con, file(tmp_path, f"{text},zwei@muster.example,李二,,,,,,,,,\n"), kind="reserve")
    assert done.imported == {"home": 1, "reserve": 1}
    row = con.execute("SELECT * EXCLUDE (phone, email, imported_at) FROM canary WHERE no = 1").fetchall()[0]
    assert [str(cell) for cell in row] == [
        "1",
        "14000000001",
        "an@muster.example",
        "王一",
        "无名公司",
        "None",
        "home",
        "live",
        "2025-01-01",
        "2027-01-01",
        "written",
        "x",
        "无名市",
        "000001",
    ]


def test_all_problems_are_told_at_once_and_nothing_is_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "phone,kind,since\n14000000001,canary,\n14000000001,canary,\nabc,canary,\n14000000003,bird,\n"
    text += "14000000004,canary,soon\n00000000000,canary,\n"
    with pytest.raises(InputRefused) as refused:
        import_canaries(con, file(tmp_path, text))
    told = refused.value.line()
    assert len(told.splitlines()) == 5
    assert "row 2: the same identity as in row 1" in told
    assert "invalid kind of canary 'bird'" in told
    assert "invalid date 'soon' in column since" in told
    assert con.execute("SELECT count(*) FROM canary").fetchone() == (0,)


def test_identities_the_case_has_are_not_doubled(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    import_canaries(con, file(tmp_path, "phone\n14000000001\n14000000002\n"))
    path = file(tmp_path, "phone\n14000000001\n14000000003\n")
    done = import_canaries(con, path)
    assert (done.imported, done.known) == ({"canary": 1}, 1)
    with pytest.raises(InputRefused, match="the identity already exists as canary, not home"):
        import_canaries(con, path, kind="home")


def test_a_persona_filled_by_a_release_is_no_new_identity(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    import_canaries(con, file(tmp_path, "phone,name\n14000000001,王一\n"))
    con.execute("UPDATE canary SET organisation = '无名公司'")
    again = "phone,name\n14000000001,王一\n14000000002,李二\n14000000001,赵三\n"
    done = import_canaries(con, file(tmp_path, again))
    assert (done.imported, done.known) == ({"canary": 2}, 1)  # another name on the same number is another persona


def test_numbers_seen_before_are_a_count_over_the_import(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=0, home=0)
    held = case.con.execute("SELECT key FROM membership ORDER BY key LIMIT 3").fetchall()
    numbers = [*(key - 86_000_0000_0000 for (key,) in held), *range(14009000009, 14009000026)]
    done = import_canaries(case.con, file(tmp_path, "\n".join(map(str, ("phone", *numbers)))))
    assert done.seen_before == 3
    assert "3 of the 20 new identities" in done.warnings[1]
    assert str(held[0][0])[2:] not in done.warnings[1]
    assert done.notes == ()


def test_a_small_import_does_not_answer_whether_a_number_is_in_a_list(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=0, home=0)
    held = case.con.execute("SELECT key FROM membership ORDER BY key LIMIT 1").fetchall()[0][0]
    answers = []
    for number in (str(held)[2:], "14009000009"):
        done = import_canaries(case.con, file(tmp_path, f"phone,consent\n{number},written\n"))
        answers.append((done.to_json()["seen_before"], done.warnings, done.notes))
    assert answers[0] == answers[1], "seen or not, the answer is the same"
    assert answers[0][0] is None
    assert "is shown for 20 new identities or more, not for 1" in answers[0][2][0]


def test_states_are_words_of_the_register_in_english_or_chinese(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    words = ["new", "养号", "Active", "静默", "已泄露", "过期", ""]
    rows = "".join(f"{14000000001 + i},{word}\n" for i, word in enumerate(words))
    import_canaries(con, file(tmp_path, "phone,状态\n" + rows))
    states = [row[0] for row in con.execute("SELECT state FROM canary ORDER BY no").fetchall()]
    assert states == ["new", "ageing", "live", "silent", "burnt", "expired", None]
    text = "phone,state,since,until\n14000000011,slient,,\n14000000012,live,2026-05-01,2026-04-01\n"
    with pytest.raises(InputRefused) as refused:
        import_canaries(con, file(tmp_path, text))
    first, second = refused.value.line().splitlines()
    assert "invalid state of a canary 'slient'" in first
    assert "did you mean 'silent'?" in first
    assert "until 2026-04-01, before it begins on 2026-05-01" in second


def test_consent_that_is_not_noted_is_counted(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = "phone,consent\n14000000001,written\n14000000002,\n14000000003,\n"
    done = import_canaries(con, file(tmp_path, text))
    assert done.without_consent == 2
    assert "2 of the 3 new identities have no consent noted" in done.warnings[0]


def test_a_later_import_changes_state_and_dates_and_leaves_the_rest(tmp_path: Path) -> None:
    case = memory_case()
    first = "phone,name,state,since,note\n14000000001,王一,live,2026-01-01,first\n14000000002,李二,live,,\n"
    take_in(case, file(tmp_path, first))
    later = "phone,name,state,until\n14000000001,王一,burnt,2026-06-30\n14000000002,李二,live,\n"
    done = take_in(case, file(tmp_path, later))
    assert (done.imported, done.known, done.updated) == ({}, 2, 1)
    row = case.con.execute("SELECT state, since, until, note FROM canary WHERE no = 1").fetchall()[0]
    assert [str(cell) for cell in row] == ["burnt", "2026-01-01", "2026-06-30", "first"]
    last = case.layout.journal.read_text(encoding="utf-8").splitlines()[-1]
    assert '"updated":1' in last.replace(" ", "")


def test_the_register_tells_how_many_can_be_used_and_why_not_the_others(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=4, home=2)
    text = "phone,name,state,since,until\n14000900001,王一,burnt,,\n14000900002,李二,live,,2025-12-31\n"
    text += "14000900003,赵三,new,2027-01-01,\n14000900004,钱四,live,,\n14000900004,孙五,live,,\n"
    import_canaries(case.con, file(tmp_path, text))
    day = date(2026, 6, 1)
    release_copies(case, replace(asked(tmp_path, "v0", unique=2), day=day))
    found = {
        (r["kind"], r["state"], r["why_not"]): (int(str(r["identities"])), int(str(r["usable"])))
        for r in summary(case.con, day)
    }
    usable = sum(usable for _, usable in found.values())
    assert usable == len(available(case.con, read_source_list(case.con, "own"), 0, day).identities)
    assert found["canary", "burnt", "it is burnt"] == (1, 0)
    assert found["canary", "live", "its time is over"] == (1, 0)
    assert found["canary", "new", "its time has not begun"] == (1, 0)
    assert found["home", None, "in your own database, in no copy"] == (2, 0)
    assert sum(count for (_, _, why), (count, _) in found.items() if why == "used in a release") == 2
    each = identities(case.con, day)
    assert len(each) == 11
    assert all(str(row["phone"]).count("*") == 4 for row in each)


def test_an_import_is_journaled_without_a_number(tmp_path: Path) -> None:
    case = memory_case()
    path = file(tmp_path, "phone\n14000000001\n")
    done = take_in(case, path, kind="control")
    assert done.to_json() == {
        "path": str(path),
        "imported": 1,
        "known": 0,
        "updated": 0,
        "without_consent": 1,
        "seen_before": None,
        "canary": 0,
        "home": 0,
        "control": 1,
        "reserve": 0,
    }
    journal = case.layout.journal.read_text(encoding="utf-8")
    assert "canary import" in journal
    assert "14000000001" not in journal


@pytest.mark.parametrize(
    ("first", "second", "fine"),
    [
        ("trap@gmail.com", "trap+x1@gmail.com", False),
        ("tr.ap@gmail.com", "trap@gmail.com", False),
        ("trap@googlemail.com", "trap@gmail.com", False),
        ("trap+x1@gmail.com", "trap+x2@gmail.com", True),
        ("trap@example.com", "trap+x1@example.com", True),
        ("trap@outlook.com", "trap@hotmail.com", True),
    ],
)
def test_two_identities_of_one_mailbox_must_be_told_apart(tmp_path: Path, first: str, second: str, fine: bool) -> None:
    """In one file and in two: who strips a tag from the one address would leave the other."""
    for cells in ([f"{first}\n{second}"], [first, second], [second, first]):
        con = memory_case().con
        for place, cell in enumerate(cells):
            refused = pytest.raises(InputRefused, match="the same mailbox as another identity's")
            with refused if place == len(cells) - 1 and not fine else nullcontext():
                import_canaries(con, file(tmp_path, f"email\n{cell}\n"))


def test_a_name_in_parts_is_put_together() -> None:
    told = with_wholes({"given_name": "Petra", "family_name": "Ostrik", "city": "Bremen", "phone": "1"})
    assert (told["name"], told["city"], told["phone"]) == ("Petra Ostrik", "Bremen", "1")
    assert with_wholes({"given_name": "安文", "family_name": "赵"})["name"] == "赵安文"
    assert with_wholes({"name": "Petra", "family_name": "Ostrik"})["name"] == "Petra", "a whole comes before its parts"
