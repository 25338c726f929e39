"""What columns hold: by heading, in the languages of the world and the exports of well-known programs; by content; by
the user's word. The country of their numbers, and doubt that is said; which headings may be printed.

All numbers are made of ranges that the plans keep for fiction, or of digits in sequence behind a country's prefix.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lists.read.reading import HEADER, ROWS, read_bytes, roles, written
from tracer.documents import toml_of
from tracer.lists.loaded import known_exports
from tracer.lists.read.landing import find_header
from tracer.lists.read.model import ColumnRole, PartRead, ReadOptions
from tracer.lists.read.roles import assign_roles
from tracer.lists.read.words import (
    is_never_ours,
    likeliest_languages,
    names_a_column,
    program_of,
    role_of_heading,
    shown_headings,
)


def test_without_a_header_content_decides(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written(ROWS, "gb18030"))
    assert (cells, part.header_row) == (ROWS, None)
    assert roles(part) == [(role, "content") for role in ("name", "phone", "organisation", "address", "date")]


def test_a_heading_without_a_number_under_it_yields(tmp_path: Path) -> None:
    rows = [["手机", "备注", "备用", "身份证号"], *([row[0], row[1], row[1], row[1]] for row in ROWS)]
    part, _ = read_bytes(tmp_path, "a.csv", written(rows, "utf-8"))
    assert roles(part) == [("name", "content"), ("phone", "content"), ("phone", "content"), ("other", "header")]


@pytest.mark.parametrize("heading", ["customer", "client", "客户", "Kunde", "cliente"])
def test_bare_numbers_under_a_word_for_people_are_no_names(tmp_path: Path, heading: str) -> None:
    rows = [[heading, "name", "phone"], *([str(1000 + at), row[0], row[1]] for at, row in enumerate(ROWS))]
    part, _ = read_bytes(tmp_path, "a.csv", written(rows, "utf-8"))
    assert [column.role for column in part.columns] == ["id", "name", "phone"]
    rows[1:] = [["7", *row[1:]] for row in rows[1:]]
    part, _ = read_bytes(tmp_path, "b.csv", written(rows, "utf-8"))
    assert part.columns[0].role == "other"


def test_an_empty_column_of_ids_in_a_list_without_numbers(tmp_path: Path) -> None:
    part, _ = read_bytes(tmp_path, "a.csv", b"id,city\n,X\n,Y\n")
    assert roles(part) == [("id", "header"), ("address", "header")]


def test_the_users_word(tmp_path: Path) -> None:
    rows = [["姓名", "手机号", "电话", "域名"], *([row[0], row[1], row[1], "a.example"] for row in ROWS)]
    data = written(rows, "utf-8")
    for wanted in ("电话", "3", "C", ["电话"]):
        part, _ = read_bytes(tmp_path, "a.csv", data, columns={"phone": wanted, "key": "域名"})
        assert [column.role for column in part.columns] == ["name", "other", "phone", "key"]
    part, _ = read_bytes(tmp_path, "a.csv", data, columns={"phone": "手机号|电话"})
    assert [column.how for column in part.columns] == ["header", "map", "map", "content"]


def test_header_by_the_users_word(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written([HEADER, *ROWS], "utf-8"), has_header=False)
    assert (part.rows, cells[0]) == (31, HEADER)
    part, cells = read_bytes(tmp_path, "a.csv", written(ROWS, "utf-8"), has_header=True)
    assert (part.header, part.rows) == (tuple(ROWS[0]), 29)


def test_unknown_words_over_data_and_a_heading_that_the_user_named_are_the_header() -> None:
    assert find_header([["wer", "wie"], ["张三", "14000000001"]], 2, "CN", None).depth == 1
    rows = [["domain"], ["mail.example"], ["box.example"]]
    assert find_header(rows, 1, "CN", None).names != ("domain",), "nothing tells it from a value"
    assert find_header(rows, 1, "CN", None, ("Domain",)).names == ("domain",)
    assert find_header(rows, 1, "CN", None, ("1",)).names != ("domain",), "a number counts columns"


@pytest.mark.parametrize(("headings", "shown"), [
    (["王小明", "苏州", ""], ["", "", ""]),
    (["Ada Ashdown", "Boston"], ["", ""]),
    (["姓名", "手机号", "渠道"], ["姓名", "手机号", "渠道"]),
    (["王小明", "电话"], ["", "电话"]),
    (["王小明电话", ""], ["", ""]),
    (["姓名", "电话", "14255512345"], ["姓名", "电话", ""]),
    (["eposta_sha256", "il", "segment"], ["eposta_sha256", "il", "segment"]),
    (["Ada Ashdown", "il", "segment"], ["", "il", ""]),
])  # fmt: skip
def test_only_what_is_sure_to_be_a_heading_is_shown(headings: list[str], shown: list[str]) -> None:
    """What was taken for a heading may be a list's first person."""
    assert shown_headings(headings) == shown


def columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, find_region: bool = True
) -> tuple[ColumnRole, ...]:
    sample = [[row[at] for row in rows if row[at]] for at in range(len(header))]
    return assign_roles(header, sample, ReadOptions(find_region=find_region), "list.csv")


SPREAD = [f"450{at * 7919 % 1000 * 977 % 1000000:06d}" for at in range(1, 200)]
"""Polish numbers of a segment that no carrier has, none near the one before."""


@pytest.mark.parametrize(("heading", "how"), [
    ("Kontakt", "content"), ("Contato", "content"), ("İletişim", "content"), ("Numer", "content"), ("Nr", "content"),
    ("Kontakt telefoniczny", "header"), ("Kontaktní číslo", "header"),
])  # fmt: skip
@pytest.mark.parametrize("code", ["", "48"])
def test_bare_numbers_that_are_no_ids_are_called_under_a_word_for_contacts_and_numbers(
    heading: str, how: str, code: str
) -> None:
    rows = [[str(at), "Jan Nowak", code + number, "Łódź"] for at, number in enumerate(SPREAD)]
    header = ["Lp", "Klient", heading, "Miasto"]
    found = columns(header, rows)[2]
    assert (found.role, found.how, found.region, found.doubt) == ("phone", how, "PL", ())
    sample = [[row[at] for row in rows] for at in range(4)]
    said = assign_roles(header, sample, ReadOptions(region="PL", find_region=False), "list.csv")
    assert said[2].role == "phone"


@pytest.mark.parametrize(("heading", "cells", "perhaps"), [
    ("Klient", SPREAD, True), ("Uwagi", SPREAD, True), ("Nr klienta", SPREAD, False), ("PESEL", SPREAD, False),
    ("Numer zamówienia", SPREAD, False), ("Kontakt", [str(450100200 + 3 * at) for at in range(99)], False),
    ("Nr", [str(450100200 + 3 * at) for at in range(99)], False), ("Nr", [str(100 + at) for at in range(99)], False),
    ("Kontakt", [f"2024{1 + at % 12:02d}{1 + at % 28:02d}" for at in range(84)], False),
    ("Kwota", SPREAD, False), ("Klient", SPREAD[:2] * 40, False),
])  # fmt: skip
def test_ids_days_and_amounts_stay_what_they_are_and_what_may_be_called_is_marked(
    heading: str, cells: list[str], perhaps: bool
) -> None:
    rows = [["Łódź", cell, f"a{at}@mail.example"] for at, cell in enumerate(cells)]
    found = columns(["Miasto", heading, "E-mail"], rows)[1]
    assert found.role != "phone"
    assert found.perhaps_phone == perhaps


@pytest.mark.parametrize(("heading", "codes", "role"), [
    ("klient_zlecenia", ["ZS-2024"], "other"), ("Klient", ["ZS-2024", "ZS-2025", "AB-1"], "other"),
    ("Klient", ["Zielony Sad"], "name"), ("Klient", ["Jan Nowak", "Ewa Nowak"], "name"),
    ("姓名", ["张三"], "name"), ("Firma", ["Zielony Sad"], "organisation"),
])  # fmt: skip
def test_few_codes_are_no_names(heading: str, codes: list[str], role: str) -> None:
    rows = [[codes[at % len(codes)], f"a{at}@mail.example"] for at in range(60)]
    assert columns([heading, "E-mail"], rows)[0].role == role
    assert columns([heading, "E-mail"], rows[:3])[0].role == ("organisation" if heading == "Firma" else "name")


def test_a_word_for_any_number_next_to_a_telephone_is_an_id() -> None:
    rows = [["Łódź", number, other] for number, other in zip(SPREAD, reversed(SPREAD), strict=True)]
    assert [column.role for column in columns(["Miasto", "Nr", "Telefon"], rows)] == ["address", "id", "phone"]


MADE: dict[str, dict[str, Any]] = toml_of((Path(__file__).parent / "headings.toml").read_text("utf-8"))


@pytest.mark.parametrize("role", MADE["headings"])
def test_headings_of_the_world(role: str) -> None:
    expected = None if role == "unknown" else role
    assert [heading for heading in MADE["headings"][role] if role_of_heading(heading) != expected] == []


@pytest.mark.parametrize(
    "heading", ["IP Address", "Home Fax", "Geburtsdatum", "Código postal", "PESEL", "ИНН", "IBAN", "Date of Birth"]
)
def test_headings_over_digits_that_are_no_numbers(heading: str) -> None:
    assert is_never_ours(heading)
    (column,) = columns([heading], [[f"06 12 34 56 {at:02d}"] for at in range(20)])
    assert column.role == "other"


@pytest.mark.parametrize("program", MADE["roles"])
def test_headings_of_great_exports(program: str) -> None:
    made = MADE["roles"][program]
    assert {name: role_of_heading(name, likeliest_languages(made)) for name in made} == made


def test_a_word_of_two_languages_is_read_by_the_other_headings_and_one_within_data_is_none() -> None:
    assert role_of_heading("Cep", ("tr",)) == "phone"
    assert role_of_heading("CEP", ("pt",)) == "other", "a Brazilian postal code"
    assert likeliest_languages(["Ad", "Soyad", "Cep"])[0] == "tr"
    assert "de" in likeliest_languages(["Vorname", "Nachname", "Ort"])
    # A firm, and an address.
    cells = ("Telefon geschäftlich", "Mobile Solutions Ltd", "Hauptstraße Bergdorf")
    assert [names_a_column(cell) for cell in cells] == [True, False, False]


@pytest.mark.parametrize("region", MADE["countries"])
def test_the_country_of_a_column_is_found(region: str) -> None:
    made = MADE["countries"][region]
    rows = [[made["name"], made["numbers"][at % len(made["numbers"])].format(at)] for at in range(60)]
    assert [(column.role, column.region) for column in columns(made["header"], rows)] == [
        ("name", None),
        ("phone", region),
    ]


def test_a_region_that_is_said_is_never_left() -> None:
    found = columns(["Vorname", "Handy"], [["Käthe", f"0171 39200{at:02d}"] for at in range(60)], find_region=False)
    assert found[1].region is None
    assert not found[1].doubt


@pytest.mark.parametrize("form", ["{}-{}", "{}{}", "({}){}"])
def test_chinese_landlines_of_several_areas_need_no_other_sign(form: str) -> None:
    """Each area code has subscribers of one length: numbers that all keep to it are no other country's."""
    areas = ("010-8", "021-8", "0571-8", "0755-8", "0531-8", "0411-8", "0851-8", "0314-7", "0563-7", "0831-7")
    rows = [[form.format(code, f"2000{at:04d}"[-int(digits) :].replace("0", "5", 1))]
            for at in range(30) for code, digits in [areas[at % len(areas)].split("-")]]  # fmt: skip
    (column,) = columns(["Phone"], rows)
    assert (column.region, column.doubt) == ("CN", ())
    # One area alone may be a town of another country.
    (column,) = columns(["Phone"], [[form.format("0421", f"234{at:04d}")] for at in range(30)])
    assert column.region != "CN"


@pytest.mark.parametrize(("header", "number"), [
    (["姓名", "手机号"], "1420000{:04d}"), (["name", "phone"], "1420000{:04d}"), (["", ""], "142-0000-{:04d}"),
    (["姓名", "电话"], "0571-8800{:04d}"), (["姓名", "电话"], "8800{:04d}"),
    (["姓名", "手机号"], "+86 142 0000 {:04d}"),
])  # fmt: skip
def test_chinese_lists_are_read_as_ever(header: list[str], number: str) -> None:
    rows = [["张三丰", number.format(at)] for at in range(60)]
    found, before = columns(header, rows), columns(header, rows, find_region=False)
    assert [(each.role, each.region, each.doubt) for each in found if each.role != "phone"] == [("name", None, ())]
    assert all(each.region is None and not each.doubt for each in found)
    assert {each.role for each in before} <= {each.role for each in found} | {"id", "other"}


# Exports of well-known programs: known by their headings, as they write them, and read to the last number.

_GIVEN = ("Ana", "Luca", "Petra", "Iris", "Jonas", "Marta")
_FAMILY = ("Vellmar", "Ostrik", "Dunkova", "Harrand", "Belotti")


def export(path: Path, headings: Sequence[str], cells: dict[str, str], *, above: str = "") -> PartRead:
    """A file with these headings and thirty rows; `cells`: heading to the shape of its cells, # for a digit."""
    rows = [
        ",".join(
            cells.get(heading, "").format(given=_GIVEN[at % 6], family=_FAMILY[at % 5]).replace("##", f"{at:02d}")
            for heading in headings
        )
        for at in range(30)
    ]
    data = "\n".join((",".join(headings), *rows))
    part, _ = read_bytes(path, "contacts.csv", (above + data + "\n").encode(), find_region=True)
    return part


@pytest.mark.parametrize("program", MADE["exports"])
def test_an_export_is_known_and_read(tmp_path: Path, program: str) -> None:
    made = MADE["exports"][program]
    part = export(tmp_path, made["headings"], made["cells"])
    assert program_of(part.header) == program
    held = [f"{one.header}:{one.holds}" for one in part.columns if one.holds != "other" and one.header != "微信号"]
    assert held == made["held"]
    if program == "Salesforce":
        (word,) = known_exports([part])
        assert word == "an export of Salesforce, by its headings; not the contact's own, and left aside: AssistantPhone"


def test_notes_above_the_headings(tmp_path: Path) -> None:
    above = 'Notes:\n"You will only see addresses of connections who, for their part, allow it."\n\n'
    headings = "First Name,Last Name,URL,Email Address,Company,Position,Connected On".split(",")
    part = export(tmp_path, headings, {"First Name": "{given}", "Email Address": "a##@mail.example"}, above=above)
    assert (part.rows, program_of(part.header)) == (30, "LinkedIn")
    assert [column.header for column in part.columns if column.role == "email"] == ["Email Address"]
    assert program_of(["First Name", "Last Name", "Phone"]) is None
