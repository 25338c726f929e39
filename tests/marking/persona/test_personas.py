"""What a persona keeps of its list, and what it must not take from it."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.lists.loading import own_list
from tests.marking.hand_lists import CANARIES, ROWS, identities, load_table, material
from tests.marking.makers import MAKERS
from tests.marking.own_list import NEW_FAMILY, NEW_GIVEN, in_new_york, made_rows, raw_rows, with_personas
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.lists.write.model import NewRow
from tracer.marking.canary.intake import import_canaries
from tracer.marking.persona.ids import is_record, record_check, record_numbers, record_of
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.names import fresh_names
from tracer.marking.persona.source_list import order_of, read_source_list
from tracer.marking.persona.written import (
    fits,
    in_form,
    measure_of,
    number_form,
)
from tracer.marking.release.identities import available
from tracer.simulate.names import Texts
from tracer.simulate.segments import FORMS

SAMPLE = Path(__file__).parents[3] / "sample_data" / "lists"


@cache
def made(name: str) -> tuple[list[dict[str, str]], list[dict[str, str]], list[NewRow]]:
    """The rows of a list by their headings, a copy with 60 personas for its owner's canaries, and these."""
    with TemporaryDirectory() as folder:
        of_maker = MAKERS[name](Path(folder), 1_000, 3)
        case = memory_case(of_maker.region)
        load_dataset(case, of_maker.list, DatasetFacts("own", "us", origin="own"), ReadOptions(region=of_maker.region))
        import_canaries(case.con, of_maker.canaries, region=of_maker.region)
    usable = available(case.con, read_source_list(case.con, "own"), 60, date(2026, 4, 1)).identities
    source, rows = made_rows(case, usable[:60], b"s")
    table, heads = raw_rows(case, source), [str(head) for head in source.main.headers]
    copy = [dict(zip(heads, cells, strict=True)) for cells in with_personas(table, rows)]
    return [{head: cell or "" for head, cell in zip(heads, cells, strict=True)} for cells in table], copy, rows


def personas(name: str) -> list[dict[str, str]]:
    table, _, rows = made(name)
    return [{head: cell or "" for head, cell in zip(table[0], row.cells, strict=True)} for row in rows]


@pytest.mark.parametrize(
    ("name", "person", "other"),
    [("firms", "Contact", "Company"), ("firms", "Contact", "Street"), ("insurer", "Nachname", "Straße")],
)
def test_no_name_stands_with_a_firm_or_address_that_it_has_in_the_list(name: str, person: str, other: str) -> None:
    known = {(row[person], row[other]) for row in made(name)[0]}
    assert not {(row[person], row[other]) for row in personas(name)} & known


@pytest.mark.parametrize(
    ("name", "column", "sign"),
    [("insurer", "Vertragsnummer", 1), ("crm", "客户编号", -1), ("crm", "创建时间", -1)],
)
def test_copies_are_sorted_as_the_list_is(name: str, column: str, sign: int) -> None:
    _, copy, rows = made(name)
    assert len({row.before for row in rows}) < len(rows), "some stand in one place: otherwise nothing is tested"
    assert all(a[column] <= b[column] if sign > 0 else a[column] >= b[column] for a, b in pairwise(copy))


def test_the_mix_of_forms_is_the_lists() -> None:
    forms, ours = (
        Counter(found[0] for row in rows if (found := number_form(row["Telefon"], "DE")) is not None)
        for rows in (made("insurer")[0], personas("insurer"))
    )
    assert set(ours) <= set(forms)
    assert len(ours) > 3
    for form, times in forms.most_common(2):
        assert abs(ours[form] / ours.total() - times / forms.total()) < 0.15


def test_sexes_go_with_names_and_levels_with_what_was_done() -> None:
    women = {row["客户姓名"][-1] for row in made("crm")[0] if row["性别"] == "女"}
    men = {row["客户姓名"][-1] for row in made("crm")[0] if row["性别"] == "男"}
    told = [(row["客户姓名"][-1], row["性别"]) for row in personas("crm") if row["性别"]]
    told = [(last, sex) for last, sex in told if (last in women) != (last in men)]
    assert len(told) > 30
    assert sum((last in women) != (sex == "女") for last, sex in told) <= 3, "half of them by chance"
    levels = {"已成交": "A", "已流失": "D"}
    assert sum(row["客户级别"] != levels.get(row["成交状态"], row["客户级别"]) for row in personas("crm")) <= 1


def test_contacts_of_one_firm_stay_together(tmp_path: Path) -> None:
    """Firms city by city; a persona must not stand next to its number's region, either."""
    m = material(3)
    order = sorted(range(ROWS // 2), key=lambda k: (m.city(k), k))
    held = [order[at] for at in np.sort(m.rng.integers(0, ROWS // 2, ROWS))]
    people = [[m.firms[k], m.people[i], str(m.numbers[i]), m.addresses[k], m.city(k)] for i, k in enumerate(held)]
    case = load_table(tmp_path, [["企业名称", "联系人", "手机", "地址", "城市"], *people], m=m)
    source, rows = made_rows(case, identities(m, mails=False), b"s")
    table = raw_rows(case, source)
    runs = [b[0] for a, b in pairwise(with_personas(table, rows)) if a[0] != b[0]]
    assert len(runs) - len(set(runs)) <= 2, "a new firm may have the name of another"
    firms, near = {row[0]: row[3] for row in table}, []
    for row in rows:
        beside = [table[k - 1] for k in (row.before - 1, row.before) if 1 <= k <= len(table)]
        near += [str(other[2])[:7] == str(row.cells[2])[:7] for other in beside]
        if row.cells[0] in firms:
            assert row.cells[0] in {other[0] for other in beside}
            assert row.cells[3] == firms[row.cells[0]]
        else:
            assert len({other[0] for other in beside}) == 2, "a new firm stands between two"
    assert sum(near) / len(near) < 0.06, "one in sixty by chance"


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


@pytest.mark.parametrize("name", ["chenxi-2026-01.csv", "hesong-2026-06.vcf", "luyan-2026-02.xlsx"])
def test_the_sample_lists_get_personas_with_the_columns_that_rows_fill(name: str) -> None:
    case = memory_case()
    load_dataset(case, SAMPLE / name, DatasetFacts("own", "client", origin="own"), ReadOptions())
    source, rows = made_rows(case, identities(material(9)), b"sample")
    table = raw_rows(case, source)
    filled = {tuple(cell is not None and cell != "" for cell in row) for row in table}
    assert all(tuple(cell is not None for cell in row.cells) in filled for row in rows)
    assert not {row.cells for row in rows} & set(table)
    heads = source.main.headers
    if "FN" in heads:
        full, structured = heads.index("FN"), heads.index("N")
        assert all(row.cells[full] == row.cells[structured] for row in rows), "a name that is repeated is the same"
    if name.startswith("chenxi"):
        mail = source.places("email")[0]
        share = sum(bool(row[mail]) for row in table) / len(table)
        assert 0.2 < share < 0.8
        assert abs(sum(bool(row.cells[mail]) for row in rows) / CANARIES - share) < 0.1, "as often as in the list"


def test_values_that_would_be_somebodys_are_left_blank(tmp_path: Path) -> None:
    m = material(10)
    people = [[m.people[i], str(m.numbers[i]), str(10**17 + 7919 * i)] for i in range(500)]
    case = load_table(tmp_path, [["姓名", "手机", "身份证号"], *people], m=m)
    assert {row.cells[2] for row in made_rows(case, identities(m)[:20], b"x")[1]} == {None}


def test_the_same_secret_makes_the_same_rows() -> None:
    assert made.__wrapped__("crm") == made("crm")


@pytest.mark.slow("a thousand personas")
def test_a_thousand_personas_for_a_long_list_take_seconds(tmp_path: Path) -> None:
    m = material(13)
    table = [["编号", "姓名", "手机号", "公司", "地址"]]
    rng = np.random.default_rng(13)
    for k in range(10_000):
        i = int(rng.integers(3000))
        table.append([f"K{2 * k:06d}", m.people[i], f"142{rng.integers(10**7, 10**8)}", m.firms[i], m.addresses[i]])
    case = load_table(tmp_path, table, m=m)
    many = [Identity(k, 86_143_0000_0000 + k, f"143{k:08d}") for k in range(1000)]
    begin = time.process_time()
    _, rows = made_rows(case, many, b"many")
    assert len({row.cells[0] for row in rows}) == 1000
    assert time.process_time() - begin < 20, "one row at a time asked of the store takes minutes"


@pytest.mark.parametrize(
    ("written", "key"), [("%d-%m-%Y", "day first"), ("%m/%d/%Y", "month first"), ("%Y-%m-%d", "text")]
)
def test_dates_are_sorted_by_time_however_they_are_written(written: str, key: str) -> None:
    con = duckdb.connect()
    days = [(date(2021, 1, 1) + timedelta(days=at)).strftime(written) for at in range(400)]
    con.execute("CREATE TABLE list AS SELECT unnest(range(1, 401)) AS row, unnest($days) AS c0", {"days": days})
    order = order_of(con, "list", 0, "other")
    assert order is not None
    assert (order.key, order.sign, order.whole) == (key, 1, True), (
        "a month's first day comes behind the last of another"
    )
    values = [str(order.value(day)) for day in days]
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("column", "thousands", "point"),
    [(1, "", "."), (2, "", "."), (2, ",", "."), (2, ".", ","), (2, "\u202f", ","), (2, "\u00a0", ","), (2, "’", ".")],
)
def test_a_list_in_order_of_amounts_or_of_numbers_with_a_plus_stays_in_order(
    tmp_path: Path, column: int, thousands: str, point: str
) -> None:
    rng, rows = random.Random(3), list[list[str]]()
    for _ in range(500):
        phone = f"+1{rng.choice((212, 305, 312, 404, 415, 503, 617, 702, 973))}55501{rng.randrange(100):02d}"
        turnover = f"{10 ** rng.uniform(0, 5):,.2f}".replace(",", "t").replace(".", point).replace("t", thousands)
        rows.append([f"{rng.choice(NEW_GIVEN)} {rng.choice(NEW_FAMILY)}", phone, turnover])

    def amount(cell: str | None) -> float:
        text = str(cell)
        return float((text.replace(thousands, "") if thousands else text).replace(point, "."))

    rows.sort(key=lambda row: -amount(row[column]))
    for made in made_for(tmp_path, "Name,Phone,Turnover", rows, in_new_york(30)):
        around = [rows[at][column] for at in (made.before - 2, made.before - 1) if 0 <= at < len(rows)]
        above, below = max(map(amount, around)), min(map(amount, around))
        assert made.before == 1 or amount(made.cells[column]) <= above, made
        assert made.before > len(rows) or below <= amount(made.cells[column]), made


@pytest.mark.parametrize("every", [1, 3])
def test_addresses_have_capitals_where_those_of_the_list_have(tmp_path: Path, every: int) -> None:
    """`every`: one of so many is in capitals, the others are written Ana.Vellmar@host.example."""
    rng, rows = random.Random(7), list[list[str]]()
    for at in range(400):
        given, family = rng.choice(NEW_GIVEN), rng.choice(NEW_FAMILY)
        address = f"{given}.{family}@host{rng.randrange(1000, 9999)}.example"
        rows.append([f"{given} {family}", address.upper() if at % every == 0 else address])
    wanted = [Identity(no, email_raw=f"lena.ostrik@post{no}.example") for no in range(60)]
    made = [str(row.cells[1]) for row in made_for(tmp_path, "Name,E-Mail", rows, wanted)]
    capitals = sum(address.isupper() for address in made)
    assert abs(capitals / len(made) - 1 / every) < 0.2
    assert all(address.isupper() or address.startswith("Lena.Ostrik@post") for address in made)


@pytest.mark.parametrize("count", [1, 20])
def test_a_few_numbers_of_one_block_are_a_list_too(tmp_path: Path, count: int) -> None:
    rows = [[f"+141555501{at:02d}"] for at in range(count)]
    assert len({row.cells for row in made_for(tmp_path, "Phone", rows, in_new_york(5))}) == 5


def made_for(folder: Path, head: str, rows: list[list[str]], wanted: list[Identity], **options: Any) -> list[NewRow]:
    lines = [head, *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    return made_rows(own_list(folder, lines, **(options or {"find_region": True})), wanted, b"secret")[1]


_TOWNS = {
    "Leeds": ("0113 496 0", "44113496", "LS", ("Ashworth", "Sutcliffe", "Quenby")),
    "London": ("020 7946 0", "44207946", "NW", ("Thistleby", "Marchbrook", "Vellmar")),
    "Cardiff": ("029 2018 0", "44292018", "CF", ("Prydderch", "Gwynneth", "Ostrik")),
}


def town_rows(count: int) -> list[list[str]]:
    """People whose family names, postcodes and area codes are those of their towns."""
    rng, rows = random.Random(8), []
    left = {town: iter(rng.sample(range(1000), 1000)) for town in _TOWNS}
    for _ in range(count):
        town = rng.choice(sorted(_TOWNS))
        area, _, post, names = _TOWNS[town]
        code = f"{post}{rng.randrange(1, 9)} {rng.randrange(1, 9)}{rng.choice('ABDE')}{rng.choice('JLNP')}"
        day = f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(10, 29)}"
        moment = f"{day} 1{rng.randrange(10)}:{rng.randrange(10, 60)}:07"
        spent = rng.choice((f"{rng.randrange(1000, 90000) / 100:.2f}", "0.00"))
        given, phone = rng.choice(("Ana", "Luca", "Petra", "Iris", "Omar")), f"{area}{next(left[town]):03d}"
        rows.append([given, rng.choice(names), town, code, phone, spent, moment])
    return rows


def test_a_persona_is_of_the_town_that_its_name_and_number_are_of(tmp_path: Path) -> None:
    rows = town_rows(900)
    wanted = [
        Identity(no, int(f"{head}{no + 2000}"), None, None, f"Ana {names[no % 3]}")
        for no, (_, head, _, names) in enumerate([*_TOWNS.values()] * 20)
    ]
    heads = "First Name,Last Name,Town,Postcode,Phone,Total Spent,Last Change"
    found = made_for(tmp_path, heads, rows, wanted, region="GB")
    listed = {row[5] for row in rows} - {"0.00"}
    moments, again = {row[6] for row in rows}, 0
    for row in found:
        _, name, town, post, phone, spent, changed = (str(cell) for cell in row.cells)
        area, _, begin, names = _TOWNS[town]
        assert name in names
        assert post.startswith(begin)
        assert phone.startswith(area[:8]), (phone, town)
        assert spent not in listed
        again += changed in moments
    assert again <= 2, "as many as rows of the list share theirs"
    assert 0.3 < sum(row.cells[5] == "0.00" for row in found) / len(found) < 0.7


def test_a_number_of_a_block_of_unknown_place_goes_with_the_town_that_the_lists_others_have(tmp_path: Path) -> None:
    m = material(64)
    table = [[m.people[i], str(m.numbers[i]), m.firms[i] if i % 3 else "", m.city(i)] for i in range(ROWS)]
    case = load_table(tmp_path, [["姓名", "手机号", "公司", "城市"], *table])
    case.con.execute("DELETE FROM segment")
    rows = made_rows(case, identities(m, mails=False), b"blocks")[1]
    town_of = {str(m.numbers[i])[:7]: m.city(i) for i in range(ROWS)}
    assert [row.cells[3] for row in rows] == [town_of[str(row.cells[1])[:7]] for row in rows]
    blank = sum(row.cells[2] is None for row in rows) / len(rows)
    assert abs(blank - 1 / 3) < 0.12, "a third, as in the list"


@pytest.mark.parametrize(
    ("cells", "value", "written"),
    [
        (["1.284,50", "391,20", "12.048,75"], 20391.2, "20.391,20"),
        (["1,284.50", "391.20", "12,048.75"], 20391.2, "20,391.20"),
        (["1284.5", "391", "12048.75"], 20391.2, "20391.2"),
        (["€ 12", "€ 340", "€ 7"], 1200.0, "€ 1200"),
        (["15 %", "5 %", "20 %"], 25.0, "25 %"),
    ],
)
def test_amounts_are_written_as_their_column_writes_them(cells: list[str], value: float, written: str) -> None:
    measure = measure_of(cells * 5, code=False)
    assert measure is not None
    assert [measure.write(measure.value(cell) or 0.0, cell) for cell in cells] == cells
    assert measure.write(value, cells[0]) == written
    for postcodes in (["01067", "80331"], ["10115", "80331"]):
        assert measure_of(postcodes * 20, code=False) is None


def test_new_moments_have_parts_of_a_second_of_their_own(tmp_path: Path) -> None:
    """Two rows with the same microseconds would show that one was written like the other."""
    rng, rows = random.Random(7), []
    for at in range(900):
        moment = datetime(2025, 1, 1, 9) + timedelta(minutes=rng.randrange(500_000), microseconds=rng.randrange(10**6))
        seen = f"{moment + timedelta(days=rng.randrange(90)):%Y-%m-%d %H:%M:%S}.000"
        rows.append([f"Ana{at} Vellmar", f"+1 212 555 0{at:03d}", f"{moment:%Y-%m-%d %H:%M:%S.%f}", seen])
    planted = made_for(tmp_path, "Name,Phone,Created,Seen", rows, in_new_york(40))
    held = {row[2][-7:] for row in rows}
    found = [str(row.cells[2]) for row in planted]
    assert all(len(cell) == 26 for cell in found)
    assert sum(cell[-7:] in held for cell in found) < 3
    assert all(str(row.cells[3]).endswith(".000") for row in planted)


def test_no_moment_that_rises_with_ids_is_that_of_the_row_before(tmp_path: Path) -> None:
    """Where the last change follows as well, but less closely, nothing was between the neighbours in both."""
    rng, rows, made = random.Random(5), [], datetime(2023, 1, 2, 9)
    for at in range(900):
        made += timedelta(seconds=rng.randrange(60, 20_000), microseconds=rng.randrange(10**6))
        changed = made + timedelta(seconds=rng.expovariate(1 / 2e6)) if rng.random() < 0.6 else made
        row = [str(100_000 + at + at // 50 * 3), f"Ana{at} Vellmar", f"+1 212 555 0{at:03d}"]
        rows.append([*row, *(f"{day:%Y-%m-%d %H:%M:%S.%f}" for day in (made, changed))])
    planted = made_for(tmp_path, "Id,Name,Phone,Created,Updated", rows, in_new_york(40))
    held = {row[3] for row in rows}
    assert [row.cells[3] for row in planted if row.cells[3] in held] == []


def test_what_is_computed_of_others_is_computed_again(tmp_path: Path) -> None:
    """Net is turnover without the discount, which goes with the level; hardly a turnover comes twice."""
    rng, rows, discounts = random.Random(6), [], {"A": 0.2, "B": 0.1, "C": 0.0}
    for at in range(900):
        level, turnover = rng.choice("ABBCCC"), round(rng.lognormvariate(8, 1), 2)
        amounts = (discounts[level], turnover, turnover * (1 - discounts[level]))
        rows.append([f"Ana{at} Vellmar", f"+1 212 555 0{at:03d}", level, *(f"{amount:.2f}" for amount in amounts)])
    found = made_for(tmp_path, "Name,Phone,Level,Discount,Turnover,Net", rows, in_new_york(40))
    for row in found:
        level, off, gross, net = (str(cell) for cell in row.cells[2:])
        assert float(off) == discounts[level]
        assert abs(float(gross) * (1 - float(off)) - float(net)) <= 0.0051
    assert sum(row.cells[4] in {row[4] for row in rows} for row in found) <= 2


def test_new_names_are_of_the_lists_language_and_in_its_case() -> None:
    from faker.providers.person.de_DE import Provider as German
    from faker.providers.person.pt_BR import Provider as Brazilian

    rng = np.random.default_rng(2)
    for provider, region in ((German, "DE"), (Brazilian, "BR")):
        table = sorted(set(provider.last_names))
        texts = [table[::2][int(at)] for at in rng.integers(0, len(table[::2]), 300)]
        fresh = fresh_names(texts, "family_name", region)
        assert fresh
        assert set(fresh) <= set(table) - set(texts)
        assert fresh_names([text.upper() for text in texts], "family_name", region) == sorted(map(str.upper, fresh))
    assert fresh_names(["Vellmar", "Ostrik", "Dunkova"] * 40, "family_name", "US") == []


_FIRMS = ("Larkspur Energy Inc.", "Redwood Roofing LLC", "Harbor Labs", "Copper Supply Group", "Falcon Freight Co.")
_CRM_HEAD = "Id,AccountId,Account Name,First Name,Last Name,Full Name,MobilePhone,CreatedDate,LastModifiedDate,Row GUID"


def crm_rows(count: int) -> list[list[str]]:
    """Contacts of accounts, in the order in which they were created."""
    rng, rows, number, day = random.Random(3), [], 5_000_000, 0
    for _ in range(count):
        number += rng.choice((1, 2, 3, 7))
        day += rng.choice((0, 1, 1, 2))
        firm = rng.randrange(len(_FIRMS))
        given, family = rng.choice(NEW_GIVEN), rng.choice(NEW_FAMILY)
        begun = f"{2023 + day // 360}-{1 + day % 360 // 30:02d}-{1 + day % 28:02d}T{rng.randrange(8, 18):02d}"
        rows.append([
            record_of("0035g0", number, checked=True), record_of("0015g0", 77 + 911 * firm, checked=True),
            _FIRMS[firm], given, family, f"{family}, {given}",
            f"({rng.choice((212, 415, 312))}) 555-01{rng.randrange(100):02d}",
            f"{begun}:{rng.randrange(60):02d}:11.000+0000", f"{begun}:59:{rng.randrange(60):02d}.000+0000",
            str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        ])  # fmt: skip
    return rows


def test_a_contact_of_a_crm_system_fits_its_columns(tmp_path: Path) -> None:
    rows = crm_rows(500)
    found = made_for(tmp_path, _CRM_HEAD, rows, in_new_york(40))
    ids, people = {row[0] for row in rows}, {(row[3], row[4]) for row in rows}
    accounts = {row[1]: row[2] for row in rows}
    for one in found:
        record, account, firm, given, family, whole, phone, created, changed, token = (str(cell) for cell in one.cells)
        assert is_record(record)
        assert record not in ids
        before, behind = (record_numbers([rows[k][0]])[0] for k in (max(0, one.before - 2), min(499, one.before - 1)))
        assert before <= record_numbers([record])[0] <= behind or one.before in (1, 501)
        assert accounts[account] == firm
        assert whole == f"{family}, {given}"
        assert {given} <= {row[3] for row in rows} | {given[: len(given) // 2] + given[len(given) // 2 :]}
        assert phone.startswith("(917) 555-01"), "written as the list writes its numbers"
        assert created.endswith(".000+0000")
        assert created <= changed
        assert uuid.UUID(token).version == 4
    assert len({str(one.cells[0]) for one in found}) == 40
    repeated = sum((str(one.cells[3]), str(one.cells[4])) in people for one in found)
    assert repeated >= 20, "in a list in which most names come again, most of the personas' do"


def test_letters_behind_a_record_id_say_which_letters_are_capitals() -> None:
    assert record_check("001D000000IqhSL") == "IAZ", "an example of Salesforce's own help"
    assert is_record("001D000000IqhSLIAZ")
    assert not is_record("001D000000IqhSLIAA")
