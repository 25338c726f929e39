"""What a persona keeps of its list, and what it must not take from it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.marking.hand_lists import CANARIES, Material, identities, listed, load_path, load_table, material
from tests.marking.made import copy_of, made_rows, raw_rows
from tests.marking.market_lists import held_out, sample_case
from tracer.lists.write.model import NewRow
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.program_ids import SCHEMES
from tracer.marking.persona.written_numbers import fits, in_form, number_form
from tracer.simulate.names import Texts
from tracer.simulate.segments import FORMS

SAMPLE = Path(__file__).parents[3] / "sample_data" / "lists"


def made(
    name: str, folder: Path, m: Material, secret: bytes = b"s"
) -> tuple[list[tuple[str | None, ...]], list[NewRow]]:
    case = listed(name, folder, m)
    source, rows = made_rows(case, identities(m, phones=name != "mail only", mails="mail" in name), secret)
    return raw_rows(case, source), rows


@pytest.mark.parametrize(("name", "person", "others"), [("sorted by id", 1, (3, 4)), ("companies", 1, (0, 3))])
def test_no_name_stands_with_a_firm_or_address_that_it_has_in_the_list(
    name: str, person: int, others: tuple[int, ...], tmp_path: Path
) -> None:
    table, rows = made(name, tmp_path, material(3))
    for j in others:
        pairs = {(row[person], row[j]) for row in table}
        assert not {(row.cells[person], row.cells[j]) for row in rows} & pairs


@pytest.mark.parametrize(
    ("name", "column", "sign"),
    [("sorted by id", 0, 1), ("sorted by id", 5, 1), ("sorted by phone", 1, 1), ("newest first", 0, -1)],
)
def test_copies_are_sorted_as_the_list_is(name: str, column: int, sign: int, tmp_path: Path) -> None:
    table, rows = made(name, tmp_path, material(21))
    assert len({row.before for row in rows}) < len(rows), "some stand in one place: otherwise nothing is tested"
    cells = [row[column] for row in copy_of(table, rows)[0]]
    assert all(a <= b if sign > 0 else a >= b for a, b in pairwise(cells))


def test_contacts_of_one_firm_stay_together(tmp_path: Path) -> None:
    copy, _ = copy_of(*made("companies", tmp_path, material(22)))
    runs = [b[0] for a, b in pairwise(copy) if a[0] != b[0]]
    assert len(runs) - len(set(runs)) <= 2, "a new firm may have the name of another"


def test_the_mix_of_forms_is_the_lists(tmp_path: Path) -> None:
    table, rows = made("two phones", tmp_path, material(5))
    forms = Counter(found[0] for row in table if (found := number_form(str(row[1]))) is not None)
    ours = Counter(found[0] for row in rows if (found := number_form(str(row.cells[1]))) is not None)
    assert sum(ours.values()) == CANARIES
    assert set(ours) <= set(forms)
    assert len(ours) > 4
    share = forms.most_common(1)[0][1] / sum(forms.values())
    assert abs(ours[forms.most_common(1)[0][0]] / CANARIES - share) < 0.1


def test_ids_keep_prefix_width_and_check_digit_and_are_new(tmp_path: Path) -> None:
    table, rows = made("checked ids", tmp_path, material(6))
    ids = [str(row.cells[1]) for row in rows]
    assert len({*ids}) == CANARIES
    assert not {*ids} & {row[1] for row in table}
    assert all(cell.startswith("VIP") and len(cell) == 10 for cell in ids)
    assert all(SCHEMES["luhn"](cell[3:-1]) == cell[-1] for cell in ids)


def test_sexes_go_with_names_and_sources_with_levels(tmp_path: Path) -> None:
    table, rows = made("newest first", tmp_path, material(7))
    female = {str(row[1])[-1] for row in table if row[2] == "女"}
    assert all((str(row.cells[1])[-1] in female) == (row.cells[2] == "女") for row in rows)
    usual = {"A": "门店", "B": "官网", "C": "展会"}
    agree = sum(row.cells[5] == usual[str(row.cells[4])] for row in rows) / len(rows)
    assert 0.7 < agree < 0.9


def test_a_firm_with_several_contacts_keeps_them_together(tmp_path: Path) -> None:
    table, rows = made("companies", tmp_path, material(8))
    firms = {row[0]: row[3] for row in table}
    for row in rows:
        beside = {table[k - 1][0] for k in (row.before - 1, row.before) if 1 <= k <= len(table)}
        if row.cells[0] in firms:
            assert row.cells[0] in beside
            assert row.cells[3] == firms[row.cells[0]]
        else:
            assert len(beside) == 2, "a new firm stands between two"


@pytest.mark.parametrize(("form", "write"), [(f, w) for f, w in FORMS.items() if f not in ("lossy", "masked")])
def test_every_form_is_read_and_written_again(form: str, write: Callable[[Texts], Texts]) -> None:
    one, other = (str(write(np.array([digits]))[0]) for digits in ("14200000001", "17998765432"))
    read = number_form(one)
    assert read is not None
    assert read[1] == "8614200000001"
    assert in_form(read[0], "8617998765432") == other, form


@pytest.mark.parametrize(
    ("cell", "region", "key", "another", "written"),
    [
        ("(212) 555-0142", "US", "12125550142", "14155550199", "(415) 555-0199"),
        ("+1 212.555.0142", "US", "12125550142", "14155550199", "+1 415.555.0199"),
        ("07700 900123", "GB", "447700900123", "447700900987", "07700 900987"),
        ("06 39 98 12 34", "FR", "33639981234", "33639989876", "06 39 98 98 76"),
        ("+33 (0)6 39 98 12 34", "FR", "33639981234", "33639989876", "+33 (0)6 39 98 98 76"),
        ("(11) 91234-5678", "BR", "5511912345678", "5521998765432", "(21) 99876-5432"),
    ],
)
def test_numbers_of_every_plan_are_written_as_the_list_writes_them(
    cell: str, region: str, key: str, another: str, written: str
) -> None:
    form, of = number_form(cell, region) or ("", "")
    assert of == key
    assert fits(form, of, another)
    assert in_form(form, another) == written
    assert not fits(form, of, "8614200000001")


@pytest.mark.parametrize(
    "cell", ["142****0001", "1.42E+10", "14200000001/14200000002", "02584716622", "张伟 14200000001 老客户"]
)
def test_what_is_no_single_number_or_holds_more_has_no_form(cell: str) -> None:
    assert number_form(cell) is None


@pytest.mark.parametrize(
    "name", ["chenxi-2026-01.csv", "quandu-2026-05.csv", "hesong-2026-06.vcf", "luyan-2026-02.xlsx"]
)
def test_the_sample_lists_get_personas_with_the_columns_that_rows_fill(name: str, tmp_path: Path) -> None:
    case = load_path(SAMPLE / name)
    m = material(9)
    source, rows = made_rows(case, identities(m)[:40], b"sample")
    table = raw_rows(case, source)
    filled = {tuple(cell is not None and cell != "" for cell in row) for row in table}
    assert all(tuple(cell is not None for cell in row.cells) in filled for row in rows)
    assert not {row.cells for row in rows} & set(table)


def test_a_column_that_repeats_the_name_repeats_the_personas(tmp_path: Path) -> None:
    case = load_path(SAMPLE / "hesong-2026-06.vcf")
    source, rows = made_rows(case, identities(material(9))[:20], b"twin")
    full, structured = (source.main.headers.index(name) for name in ("FN", "N"))
    assert all(row.cells[full] == row.cells[structured] for row in rows)


def test_rows_have_an_address_as_often_as_the_lists_where_some_identities_have_one() -> None:
    case = sample_case("chenxi-2026-01.csv")
    wanted = held_out(case, 14, CANARIES)
    source, rows = made_rows(case, wanted, b"mails")
    mail = source.places("email")[0]
    table = raw_rows(case, source)
    share = sum(bool(row[mail]) for row in table) / len(table)
    assert 0.2 < share < 0.8
    assert abs(sum(bool(row.cells[mail]) for row in rows) / CANARIES - share) < 0.1


def test_numbers_are_no_likelier_of_their_neighbours_segments_than_others(tmp_path: Path) -> None:
    """A persona that follows a row of its number's region must not stand beside that row."""
    table, rows = made("companies", tmp_path, material(15))
    beside = [
        str(table[at - 1][2])[:7] == str(row.cells[2])[:7]
        for row in rows
        for at in (row.before - 1, row.before)
        if 1 <= at <= len(table)
    ]
    assert sum(beside) / len(beside) < 0.06, "one in sixty by chance"


def test_values_that_would_be_somebodys_are_left_blank(tmp_path: Path) -> None:
    m = material(10)
    table = [
        ["姓名", "手机", "身份证号"],
        *([m.people[i], str(m.numbers[i]), str(10**17 + 7919 * i)] for i in range(500)),
    ]
    case = load_table(tmp_path, table, "utf-8", m)
    _, rows = made_rows(case, identities(m)[:20], b"x")
    assert {row.cells[2] for row in rows} == {None}


def test_the_same_secret_makes_the_same_rows(tmp_path: Path) -> None:
    first, second = (made("companies", tmp_path, material(2), secret)[1] for secret in (b"a", b"a"))
    assert first == second


def test_five_thousand_personas_for_a_long_list_take_seconds(tmp_path: Path) -> None:
    m = material(13)
    table = [["编号", "姓名", "手机号", "公司", "地址"]]
    rng = np.random.default_rng(13)
    for k in range(20_000):
        i = int(rng.integers(3000))
        table.append([f"K{2 * k:06d}", m.people[i], f"142{rng.integers(10**7, 10**8)}", m.firms[i], m.addresses[i]])
    case = load_table(tmp_path, table, "utf-8", m)
    many = [Identity(k, 86_143_0000_0000 + k, f"143{k:08d}") for k in range(1000)]
    begin = time.perf_counter()
    _, rows = made_rows(case, many, b"many")
    assert len({row.cells[0] for row in rows}) == 1000
    assert time.perf_counter() - begin < 30, "one row at a time asked of the store takes minutes"
