"""Lists without a number or an address, joined by several columns together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.lists.loading import load_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.findings.attribution import attribute
from tracer.identify.keys import further_kind, mask
from tracer.lists.loaded import Loaded
from tracer.marking.release.handed_over import ReleaseFacts, register_release_file
from tracer.trace import trace


def _load(
    case: Case, folder: Path, name: str, lines: Sequence[str], key: str | list[str], region: str = "CN"
) -> Loaded:
    return load_text(case, folder / f"{name}.csv", lines, columns={"key": key}, region=region)


def _people(rng: random.Random, count: int) -> list[str]:
    given = [a + b for a in "伟芳娜敏静丽强磊军洋" for b in "勇艳杰娟涛明超秀霞平"]
    return [
        f"{rng.choice('王李张刘陈杨赵黄')}{rng.choice(given)},"
        f"{rng.randint(1950, 2005)}-{rng.randint(1, 12)}-{rng.randint(1, 28)}"
        for _ in range(count)
    ]


def _shared(case: Case) -> int:
    found = case.con.execute("SELECT count(*) FROM (SELECT key FROM membership GROUP BY key HAVING count(*) > 1)")
    return int(found.fetchall()[0][0])


def test_rolls_are_joined_however_their_columns_are_cut_and_written(tmp_path: Path) -> None:
    case = memory_case()
    one = ["姓名,出生日期,备注", "张三,1990-03-04,x", "欧阳娜娜,19770506,y", "李四,1985年12月1日,"]
    other = ["生日,姓,名", "1990/3/4,張,三", "1977-05-06 00:00:00,歐陽,娜娜", "1-Dec-1985,李,四"]
    _load(case, tmp_path, "a", one, ["姓名", "出生日期"])
    loaded = _load(case, tmp_path, "b", other, "生日,姓,名")
    assert (loaded.identifiers, loaded.contacts, loaded.rejected) == (3, 3, 0)
    assert _shared(case) == 3
    assert [column.role for column in loaded.parts[0].columns] == ["other", "name", "name"]
    kinds = case.con.execute("SELECT DISTINCT key FROM membership").fetchall()
    assert {(further_kind(key), mask(key)) for (key,) in kinds} == {("composite", "composite ****")}


def test_a_row_is_one_contact_by_its_number_or_its_key(tmp_path: Path) -> None:
    case = memory_case()
    lines = ["name,dob,phone", "Ana Díaz,04/03/1990,+12025550142", "DIAZ ANA,1990-03-04,"]
    lines.append("Bo Li,25/12/1970,+12025550143")
    loaded = _load(case, tmp_path, "a", lines, "name,dob", "ES")
    assert (loaded.rows, loaded.contacts, loaded.identifiers, loaded.duplicates) == (3, 2, 4, 1)


@pytest.mark.parametrize(("key", "why"), [
    ("姓名", "a name alone"), (["姓名", "性别"], "a name alone"), ("姓名,年份", "distinguishes too few people"),
    ("姓名,生日", "unknown column '生日'"),
])  # fmt: skip
def test_names_alone_never_link(tmp_path: Path, key: str | list[str], why: str) -> None:
    rng = random.Random(1)
    given = [a + b for a in "伟芳娜敏静" for b in "强磊军洋勇"]
    lines = [
        "姓名,性别,年份",
        *(f"{rng.choice('王李张刘')}{rng.choice(given)},男,{rng.randint(1960, 1999)}" for _ in range(2000)),
    ]
    with pytest.raises(InputRefused, match=why):
        _load(memory_case(), tmp_path, "a", lines, key)


def test_days_that_were_filled_in_join_nobody(tmp_path: Path) -> None:
    case = memory_case()
    lines = ["name,birthday", *(f"Ann{i} Lee,199{i % 10}-0{i % 9 + 1}-{i % 28 + 1:02d}" for i in range(400)),
             *(f"Bob{i} Lee,1980-01-01" for i in range(60)), "Cy Lee,1900-01-01", "Di Lee,", "E*** Lee,1990-01-01",
    ]  # fmt: skip
    loaded = _load(case, tmp_path, "a", lines, "name,birthday", "US")
    assert loaded.reasons == {"day filled in": 61, "part of the key missing": 2}
    assert loaded.identifiers == 400


def test_alternatives_are_keys_of_their_own(tmp_path: Path) -> None:
    lines = ["会员号,姓名,生日", *(f"M{i},王小{'明红亮芳'[i % 4]},19{50 + i}-02-03" for i in range(30))]
    both = _load(memory_case(), tmp_path, "a", lines, "会员号|姓名,生日")
    assert (both.identifiers, both.contacts) == (60, 30)
    assert _load(memory_case(), tmp_path, "b", lines, ["姓名,生日", "会员号"]).identifiers == 60


def test_a_copy_is_found_and_strangers_are_not(tmp_path: Path) -> None:
    """Rolls that share nothing but a key of name and birthday: an extract is found, namesakes are not kin."""
    people, case = _people(random.Random(5), 9000), memory_case()
    for name, rows in (("a", people[:4000]), ("b", people[4000:8000]), ("c", [*people[1000:2000], *people[8000:]])):
        _load(case, tmp_path, name, ["姓名,生日", *rows], "姓名,生日")
    trace(case)
    found = case.con.execute("SELECT a, b, shared FROM views.overlaps ORDER BY a, b").fetchall()
    assert [(a, b, shared >= 990) for a, b, shared in found] == [("a", "c", True)]
    pairs = case.con.execute(
        "SELECT DISTINCT least(parent, child), greatest(parent, child) FROM views.derivations"
    ).fetchall()
    assert pairs == [("a", "c")]


def test_a_copy_without_a_number_is_recorded_and_attributed(tmp_path: Path) -> None:
    """A roll that went to two recipients with different rows withheld, one of which turns up under other headings."""
    rows, case = _people(random.Random(6), 600), memory_case()
    _load(case, tmp_path, "mine", ["姓名,生日", *rows], "姓名,生日")
    for name, gone in (("one", rows[:30]), ("two", rows[30:60])):
        path = tmp_path / f"copy-{name}.csv"
        path.write_text("\n".join(["姓名,生日", *(row for row in rows if row not in gone)]) + "\n", encoding="utf-8")
        handed = register_release_file(case.con, ReleaseFacts(name, "mine", f"to-{name}"), path)
        assert (handed.rows, handed.withheld, handed.foreign, handed.canaries) == (570, 30, 0, 0)
    turned = [",".join(reversed(row.split(","))) for row in rows[30:]]
    _load(case, tmp_path, "found", ["出生年月日,联系人", *turned], ["联系人", "出生年月日"])
    matched = {one.release: one.rows_matched for one in attribute(case.con, "found")}
    assert matched == {"one": 570, "two": 540}
