"""Importing controlled identities."""

from __future__ import annotations

import json
import random
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.bench.small_world import command
from tests.marking.own_list import NEW_FAMILY, NEW_GIVEN, asked, own_case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.marking.canary.intake import (
    identities,
    import_canaries,
    import_file,
    remove_identities,
    summary,
    with_wholes,
)
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
    kept = "1|14000000001|an@muster.example|王一|无名公司|None|home|live|2025-01-01|2027-01-01|written|x|无名市|000001"
    assert "|".join(map(str, row)) == kept


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
    import_canaries(con, file(tmp_path, "phone,name\n14000000001,王一\n14000000002,\n"))
    con.execute("UPDATE canary SET organisation = '无名公司'")  # as a release fills it
    path = file(tmp_path, "phone,name\n14000000001,王一\n14000000003,李二\n14000000001,赵三\n")
    done = import_canaries(con, path)
    assert (done.imported, done.known) == ({"canary": 2}, 1), "another name on the same number is another persona"
    with pytest.raises(InputRefused, match="the identity already exists as canary, not home"):
        import_canaries(con, path, kind="home")


def test_numbers_seen_before_are_a_count_over_the_import_and_of_few_nothing_is_said(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=0, home=0)
    held = [str(key)[2:] for (key,) in case.con.execute("SELECT key FROM membership ORDER BY key LIMIT 4").fetchall()]
    answers = []
    for number in (held[3], "14009000008"):
        done = import_canaries(case.con, file(tmp_path, f"phone,consent\n{number},written\n"))
        answers.append((done.to_json()["seen_before"], done.warnings, done.notes))
    assert answers[0] == answers[1], "seen or not, the answer is the same"
    assert answers[0][0] is None
    assert "is shown for 20 new identities or more, not for 1" in answers[0][2][0]
    numbers = [*held[:3], *range(14009000009, 14009000026)]
    done = import_canaries(case.con, file(tmp_path, "\n".join(map(str, ("phone", *numbers)))))
    assert (done.seen_before, done.notes) == (3, ())
    assert "3 of the 20 new identities" in done.warnings[1]
    assert held[0] not in done.warnings[1]


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


def test_a_later_import_changes_state_and_dates_and_leaves_the_rest(tmp_path: Path) -> None:
    case = memory_case()
    import_file(case, file(tmp_path, "phone,name,state,since,note\n14000000001,王一,live,2026-01-01,first\n"))
    done = import_file(case, file(tmp_path, "phone,name,state,until\n14000000001,王一,burnt,2026-06-30\n"))
    assert (done.imported, done.known, done.updated) == ({}, 1, 1)
    row = case.con.execute("SELECT state, since, until, note FROM canary").fetchall()[0]
    assert [str(cell) for cell in row] == ["burnt", "2026-01-01", "2026-06-30", "first"]
    assert [*case.journal.entries()][-1]["detail"]["updated"] == 1


def test_the_register_tells_how_many_can_be_used_and_why_not_the_others(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=4, home=2)
    text = "phone,name,state,since,until\n14000900001,王一,burnt,,\n14000900002,李二,live,,2025-12-31\n"
    text += "14000900003,赵三,new,2027-01-01,\n14000900004,钱四,live,,\n14000900004,孙五,live,,\n"
    import_canaries(case.con, file(tmp_path, text))
    day = date(2026, 6, 1)
    release_copies(case, replace(asked(tmp_path, "v0", unique=2), day=day))
    found = summary(case.con, day)
    usable = sum(int(str(row["usable"])) for row in found)
    assert usable == len(available(case.con, read_source_list(case.con, "own"), 0, day).identities)
    unused = {(row["kind"], row["state"], row["why_not"], row["identities"]) for row in found if not row["usable"]}
    assert unused >= {
        ("canary", "burnt", "it is burnt", 1), ("canary", "live", "its time is over", 1),
        ("canary", "new", "its time has not begun", 1), ("home", None, "in your own database, in no copy", 2),
    }  # fmt: skip
    assert sum(int(str(row["identities"])) for row in found if row["why_not"] == "used in a release") == 2
    each = identities(case.con, day)
    assert len(each) == 11
    assert all(str(row["phone"]).count("*") == 4 for row in each)


def test_an_import_is_journaled_without_a_number(tmp_path: Path) -> None:
    case = memory_case()
    path = file(tmp_path, "phone\n14000000001\n")
    done = import_file(case, path, kind="control")
    none = dict.fromkeys(("known", "updated", "canary", "home", "reserve"), 0)
    told = {"path": str(path), "imported": 1, "without_consent": 1, "seen_before": None, "control": 1}
    assert done.to_json() == none | told
    assert "1 of the 1 new identities have no consent noted" in done.warnings[0]
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


def test_a_mistaken_import_is_undone_but_what_is_in_a_copy_stays(tmp_path: Path) -> None:
    case, mistaken, every = own_case(tmp_path, canaries=10), tmp_path / "mistaken.csv", tmp_path / "all.csv"

    def held() -> list[tuple[str, ...]]:
        sql = "SELECT coalesce(name, ''), phone_raw, coalesce(email_raw, '') FROM canary ORDER BY no"
        return case.con.execute(sql).fetchall()

    before, head = held(), "name,phone,email\n"
    mistaken.write_text(head + "".join(f"Anna {k},1410990{k:04d},anna{k}@mail.example\n" for k in range(5)), "utf-8")
    import_file(case, mistaken)
    assert len(held()) == len(before) + 5
    other = file(tmp_path, f"{head}Berta,14109900003,anna3@mail.example\n")
    import_file(case, other)
    assert remove_identities(case, str(other)) == [{"kind": "canary", "removed": 1}], "Anna has the number as well"
    for said, removed in (("ANNA3@mail.example", 1), ("1410990 0001", 1), (str(mistaken), 3)):
        assert remove_identities(case, said) == [{"kind": "canary", "removed": removed}]
    assert held() == before
    with pytest.raises(InputRefused, match="no identity of the case is there"):
        remove_identities(case, str(mistaken))
    release_copies(case, asked(tmp_path, "v0", unique=2))
    before = held()
    every.write_text(head + "".join(",".join(row) + "\n" for row in before), "utf-8")
    with pytest.raises(InputRefused, match=f"of {len(before)} identities there are in use: 2 in a copy"):
        remove_identities(case, str(every))
    assert held() == before


def test_a_postal_address_of_ones_own_goes_into_the_copy_whole_and_is_shown_for_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACER_KEY", "ab" * 32)
    own, place, draw = tmp_path / "own.csv", "Postfachweg 7,15810,Lindenau", random.Random(1)
    streets = ("Gartenstraße", "Amselweg", "Bahnhofstraße", "Lindenallee")
    people = [
        f"{draw.choice(NEW_GIVEN)} {draw.choice(NEW_FAMILY)},+49176040{k:05d},{draw.choice(streets)} {k % 90}"
        f",{k % 9 + 10110},Moosau"
        for k in range(400)
    ]
    own.write_text("\n".join(["Name,Telefon,Straße,PLZ,Ort", *people]) + "\n", encoding="utf-8")
    identities = "".join(f"+491760499900{k},{place}\n" for k in range(6))
    canaries = file(tmp_path, f"phone,address,postcode,city\n{identities}")
    case = ["--case", str(tmp_path / "case")]
    release = ["release", "own", "--to", "printer", "--unique", "4", "-o", str(tmp_path / "out"), "--accept-detectable"]
    each = ["canary", "list", "--each", "-f", "json"]
    said = [
        command(*step, *case)
        for step in (
            ["init", case[1], "--region", "DE"], ["load", str(own), "--holder", "own", "--origin", "own"],
            ["canary", "import", str(canaries)], ["party", "add", "printer"], [*release, "--plan"],
            release, each,
            [*each, "--reveal"], ["canary", "list", "--reveal", "--reason", "the provider asks"],
            [*each, "--reveal", "--reason", "the provider asks which are ours"], ["journal", "-f", "json"],
        )
    ]  # fmt: skip
    assert [code for code, _ in said] == [0] * 7 + [2, 2, 0, 0]
    *_, planned, _, masked, unreasoned, not_each, clear, journal = (text for _, text in said)
    assert "letters to planted records will not reach you" in " ".join(planned.split())
    (copy,) = (tmp_path / "out").iterdir()
    assert copy.read_text("utf-8").count(place) == 4
    assert place[:13] not in masked
    assert all("identities in clear need a reason" in text for text in (unreasoned, not_each))
    rows = json.JSONDecoder().raw_decode(clear)[0]
    assert {row["address"] for row in rows} == {place[:13]}
    assert all("*" not in row["phone"] for row in rows)
    assert "the provider asks which are ours" in journal
