"""Texts that are no single table: each line decides for itself, rows and identifiers are exact."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lists.loading import load_text
from tracer.case.memory import memory_case
from tracer.lists.loaded import Loaded

SEPARATORS = (",", "\t", ";", "|", " ", "----", "，", " / ")


def number(at: int) -> str:
    return f"1400{at * 7919 % 10_000_000:07d}"


def mail(at: int) -> str:
    return f"user{at}@mail.example"


CHAT = "".join(
    f"[{at % 28 + 1:02d}.01.26, 12:{at % 60:02d}:00] Anna: call {number(at)} please\n"
    f"[{at % 28 + 1:02d}.01.26, 12:{at % 60:02d}:30] Bob: ok, thanks\n"
    for at in range(60)
)
SEPARATED = "".join(f"张三{SEPARATORS[at % 8]}{number(at)}\n" for at in range(160))
NOTES = "姓名,手机号,城市\n" + "".join(
    f"张三,{number(at)},南京\n" + ("以下为第二批,需要复核\n" if at % 20 == 19 else "") for at in range(80)
)
TABLES = (
    "姓名,手机号\n" + "".join(f"张三,{number(at)}\n" for at in range(50))
    + "\n手机号,姓名,城市\n" + "".join(f"{number(at)},李四,南京\n" for at in range(50, 100))
    + "\nemail;phone\n" + "".join(f"{mail(at)};{number(at)}\n" for at in range(100, 150))
)  # fmt: skip
TALK_BELOW = "".join(f"张三,{number(at)}\n" for at in range(80)) + "".join(
    f"昨天联系了{number(at)},对方说考虑一下,再打{number(at + 1000)}\n" for at in range(80, 140)
)
FORMS = "".join(
    (f"{number(at)}\n", f"张三,{number(at)}\n", f"南京 李四 电话:{number(at)} 已联系\n")[at % 3] for at in range(150)
)
BLOCKS = "".join(f"姓名: 张三\n电话: {number(at)}\n邮箱: {mail(at)}\n\n" for at in range(40))


def _load(folder: Path, name: str, text: str) -> Loaded:
    return load_text(memory_case(), folder / name, text, find_region=True)


@pytest.mark.parametrize(
    ("name", "text", "rows", "identifiers"),
    [
        ("chat.txt", CHAT, 120, 60), ("separated.txt", SEPARATED, 160, 160), ("notes.csv", NOTES, 84, 80),
        ("tables.csv", TABLES, 150, 200), ("talk.txt", TALK_BELOW, 140, 200), ("forms.txt", FORMS, 150, 150),
        ("blocks.txt", BLOCKS, 120, 80),
    ],
)  # fmt: skip
def test_no_line_loses_its_number(tmp_path: Path, name: str, text: str, rows: int, identifiers: int) -> None:
    loaded = _load(tmp_path, name, text)
    assert (loaded.rows, loaded.identifiers) == (rows, identifiers)


def test_headings_further_down_are_headings(tmp_path: Path) -> None:
    loaded = _load(tmp_path, "tables.csv", TABLES)
    assert loaded.account is not None
    assert (loaded.account.header, loaded.account.rows, loaded.account.blank) == (3, 150, 2)
    assert loaded.rejected == 0
    assert any("100 lines are unlike the table" in note for note in loaded.notes)


@pytest.mark.parametrize(
    "text",
    [
        "姓名,手机号,备注\n"
        + "".join(f"张三,{number(at) if at % 3 else ''},回拨{number(at + 500)}\n" for at in range(90)),
        "手机号,身份证\n" + "".join(f"{number(at) if at % 3 else ''},11010119900101{at:04d}\n" for at in range(90)),
        "".join(f"张三,{number(at) if at % 3 else '无'},11010119900101{at:04d}\n" for at in range(90)),
    ],
)
def test_a_table_whose_rows_are_alike_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    loaded = _load(tmp_path, "list.csv", text)
    assert loaded.identifiers == 60
    assert not any("unlike the table" in note for note in loaded.notes)


@pytest.mark.parametrize(("forms", "order"), [((0,), "0770090040"), ((0, 1), "2208"), ((1, 0, 0), "2208")])
def test_sentences_are_no_table_of_blanks_or_semicolons(tmp_path: Path, forms: tuple[int, ...], order: str) -> None:
    sentences = (
        "Rang on {day}/4/25 - {name} (07700{blank}900{at}) owes £26.94; order no. {order}{rest}\n",
        "{day} March 2025: spoke to {name} on 07700{blank}900{at}, quoted £69,021, invoice 2025401{at}.\n",
    )
    names = ("Oliver Whitlock", "Poppy Lockwood", "Rhys Kersey", "Hazel Radcliffe")
    text = "".join(
        sentences[forms[at % len(forms)]].format(
            day=at % 28 + 1, at=at, order=order, rest=at % 100, name=names[at % 7 % 4], blank=" " * (at % 3 > 0)
        )
        for at in range(310, 370)
    )
    case = memory_case()
    loaded = load_text(case, tmp_path / "notes.txt", text, find_region=True)
    assert loaded.account is not None
    assert (loaded.account.header, loaded.account.title, loaded.rows) == (0, 0, 60)
    keys = case.con.execute("SELECT DISTINCT key FROM membership ORDER BY key").fetchall()
    assert [key for (key,) in keys] == [447700900310 + at for at in range(60)]


def test_years_are_no_numbers(tmp_path: Path) -> None:
    text = "AUTHORS\n=======\n\n" + "".join(f"Toby Ashworth <{mail(at)}> (2015-2019, 2021)\n" for at in range(60))
    loaded = _load(tmp_path, "AUTHORS", text)
    assert loaded.identifiers == 60
    assert not any("NOT READ" in note for note in loaded.notes)
