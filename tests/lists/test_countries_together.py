"""The country of numbers without a code is found by all lists of a command and a case, and asked about once.

All numbers are made of ranges that the plans keep for fiction.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.lists.loading import load_text
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.load import load_files
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions

FRENCH = [f"{front} {a:02d} {b:02d}" for a in range(10, 30) for b, front in enumerate(("06 39 98", "01 99 00"))]
BARE_FRENCH = [number.replace(" ", "") for number in FRENCH]
US = [f"{area}-555-01{at:02d}" for at in range(10) for area in (212, 312, 415, 713)]
GERMAN = [f"{front}{at:02d}" for at in range(10) for front in ("0171 39200", "030 231250", "040 669690", "0221 47100")]
VIETNAMESE = [f"0903.123.{at:03d}" for at in range(40)]


def csv(path: Path, heading: str, rows: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{heading}\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def load(files: Sequence[Path], *, dry_run: bool = False) -> list[Loaded]:
    """A command's files, into a case of their own, without a region."""
    options = ReadOptions(find_region=True)
    facts = DatasetFacts("", "broker")
    return load_files(memory_case(), files, facts, options, replace=False, dry_run=dry_run)


def regions(one: Loaded) -> list[str | None]:
    return [column.region for part in one.parts for column in part.columns if column.role == "phone"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_list_without_a_sign_is_of_the_country_of_those_beside_it(tmp_path: Path, dry_run: bool) -> None:
    people = ("Chloé Lefèvre,Orléans", "Benoît Dupré,Lyon", "Hélène Béranger,Nantes")
    unclear = csv(tmp_path / "a.csv", "Mobile", BARE_FRENCH)
    clear = [
        csv(tmp_path / f"{at}.csv", "Nom,Ville,Portable", (f"{people[i % 3]},{n}" for i, n in enumerate(FRENCH)))
        for at in range(3)
    ]
    with pytest.raises(InputRefused) as error:
        load([unclear])
    assert "may be those of" in error.value.what
    loaded = load([unclear, *clear], dry_run=dry_run)
    assert [regions(one) for one in loaded] == [["FR"]] * 4
    assert loaded[0].identifiers == len(FRENCH)


def test_people_and_money_tell_a_country(tmp_path: Path) -> None:
    people = ("Jean Dupont", "Marie Lefebvre", "Camille Moreau", "Luc Fournier", "Manon Girard")
    rows = (f"{people[at % 5]},{at * 3}.99 EUR,{number}" for at, number in enumerate(BARE_FRENCH))
    (loaded,) = load([csv(tmp_path / "list.csv", "a,b,Mobile", rows)])
    assert regions(loaded) == ["FR"]


def test_a_short_list_of_grouped_numbers_of_a_large_country_is_not_asked_about(tmp_path: Path) -> None:
    (loaded,) = load([csv(tmp_path / "list.csv", "NAME,PHONE", (f"A{at},{n}" for at, n in enumerate(US)))])
    assert (regions(loaded), loaded.identifiers) == (["US"], len(US))


def test_a_sheet_is_of_its_sisters_country(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    south, north = book.active, book.create_sheet("Nord")
    assert south is not None
    south.title = "Sud"
    south.append(["Mobile"])
    north.append(["Prénom", "Nom", "Ville", "Tél. portable"])
    for at, number in enumerate(FRENCH):
        south.append([int(BARE_FRENCH[at])])
        north.append([("Chloé", "Hélène")[at % 2], "Lefèvre", "Orléans", number.replace("06", "07", 0)])
    book.save(tmp_path / "clients.xlsx")
    (loaded,) = load([tmp_path / "clients.xlsx"])
    assert regions(loaded) == ["FR", "FR"]
    assert loaded.rejected == 0


def test_bare_numbers_beside_one_with_the_code_are_of_its_country(tmp_path: Path) -> None:
    numbers = ("142 0000 0001", "+86 142 0000 0002", "142 0000 0003", "142 0000 0004")
    (loaded,) = load([csv(tmp_path / "four.csv", "Name,Phone", (f"a,{n}" for n in numbers))])
    assert loaded.identifiers == 4


def test_what_stays_in_doubt_is_one_question(tmp_path: Path) -> None:
    unclear = [f"2{at:07d}" for at in range(1_000_000, 9_000_000, 300_000)]
    files = [csv(tmp_path / f"{name}.csv", "Phone", unclear) for name in ("one", "two", "three")]
    with pytest.raises(InputRefused) as error:
        load([*files, csv(tmp_path / "de.csv", "Vorname,Handy", (f"Käthe,{n}" for n in GERMAN))])
    assert len(error.value.problems) == 1
    assert all(said in error.value.what for said in ("one.csv, column 1, 'Phone'", "three.csv")), error.value.what
    assert "by themselves" in error.value.remedy


def test_a_column_that_names_each_rows_country_decides_for_the_row(tmp_path: Path) -> None:
    rows = [f"Käthe,{n},Germany" for n in GERMAN] + [f"Linh,{n},Vietnam" for n in VIETNAMESE]
    (loaded,) = load([csv(tmp_path / "list.csv", "Vorname,Handy,Land", rows)])
    assert (loaded.identifiers, loaded.rejected) == (len(rows), 0)
    assert any("the country that column 3, 'Land' names" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("region", "number", "heading"),
    [
        ("IN", "91 98{:04d} 0000", "Mobile"), ("IN", "9198{:04d}0000", "Mobile"), ("BR", "551191{:04d}234", "Celular"),
        ("GB", "447700900{:03d}", "Mobile"), ("FR", "33 6 39 98 {:02d} 17", "Mobile"),
        ("DE", "0049 171 39200{:02d}", "Tel"),
        ("ES", "(+34) 612 34 5{:03d}", "Movil"), ("IN", "9198{:04d}0000", ""),
    ],
)  # fmt: skip
def test_numbers_with_their_code_and_no_plus_are_read(tmp_path: Path, region: str, number: str, heading: str) -> None:
    text = f"Name,{heading}\n" + "".join(f"a{at},{number.format(at + 10)}\n" for at in range(30))
    loaded = load_text(memory_case(), tmp_path / "list.csv", text, region=region)
    assert (loaded.identifiers, loaded.rejected) == (30, 0)


CHATS = {
    "FR": ("le {d:02d}.03.2024 à 15h30 : appelle {n}, 45,50 €, IBAN FR76 3000 6000 0112 3456 7890 189",
           ("06 39 98 12 {:02d}", "06.39.98.13.{:02d}", "+33 6 39 98 14 {:02d}", "01 99 00 15 {:02d}")),
    "DE": ("{d:02d}.03.2024: Bestellung 4512345678, bitte {n} anrufen, 1.234,50 EUR",
           ("0171 39200{:02d}", "030/231250{:02d}", "0049 171 39201{:02d}", "(040) 669690{:02d}")),
    "VN": ("gọi {n} nhé, chuyển 1.500.000 đ ngày {d:02d}/03/2024",
           ("0903.123.4{:02d}", "0903 124 4{:02d}", "09031254{:02d}")),
    "BR": ("zap {n} pedido 123456789 dia {d:02d}/03/2024 R$ 1.234,56", ("(11) 91234-56{:02d}", "11 91235-56{:02d}")),
}  # fmt: skip


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("region", CHATS)
def test_numbers_amid_text_are_found_in_national_forms(tmp_path: Path, region: str, said: bool) -> None:
    line, forms = CHATS[region]
    text = "".join(line.format(d=at % 28 + 1, n=forms[at % len(forms)].format(at + 10)) + "\n" for at in range(40))
    options = {"region": region} if said else {"find_region": True}
    loaded = load_text(memory_case(), tmp_path / "chat.txt", text, **options)
    assert (loaded.rows, loaded.identifiers, loaded.rejected) == (40, 40, 0)


def test_numbers_amid_text_are_not_said_to_be_a_column(tmp_path: Path) -> None:
    text = (
        "".join(f"Käthe sagt ruf an 0612 555 {at:04d}, am 03.04.2024\n" for at in range(40)) + "mail a@mail.example\n"
    )
    notes = load_text(memory_case(), tmp_path / "notes.txt", text, find_region=True).notes
    (note,) = [note for note in notes if note.startswith("NOT READ")]
    assert "the numbers amid its text" in note
    assert "column" not in note


def mail(at: int) -> str:
    return f"person{at}@mail.example"


def driver(at: int) -> str:
    return f"DRIVER {at}\nM:\tAda <{mail(2 * at)}>\nL:\t{mail(2 * at + 1)}\nS:\tMaintained\nF:\tboard/x{at}/\n\n"


AUTHORS = {
    "AUTHORS": "# Authors by first contribution.\n\n" + "".join(f"Ada <{mail(at)}>\n" for at in range(60)),
    "MAINTAINERS": "M: Mail patches to\tFullName <address at domain>\nL: Mailing list\tthat is relevant\n\n"
                   + "".join(map(driver, range(30))),
    "CREDITS.csv": "".join(f"Ada Author <{mail(at)}>\n" for at in range(18)) + "Name, E-mail, City\n"
                   + "".join(f"Ada Author {at}, {mail(at)}, Town\n" for at in range(18, 60)),
    "THANKS": "The following people have helped, in many ways, and we thank them all:\n\n"
              + "".join(f"Ada Author {at}{' ' * (20 - at % 7)}{mail(at)}\n" for at in range(60)),
}  # fmt: skip


@pytest.mark.parametrize("name", AUTHORS)
def test_every_address_of_a_text_about_people_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(AUTHORS[name], encoding="utf-8")
    (loaded,) = load([tmp_path / name])
    assert loaded.identifiers == 60


def test_a_line_of_data_above_a_header_is_said(tmp_path: Path) -> None:
    text = "Kundenliste, Fragen an anna@mail.example\nName;E-Mail\n" + "".join(f"A;{mail(at)}\n" for at in range(30))
    loaded = load_text(memory_case(), tmp_path / "list.csv", text, find_region=True)
    assert loaded.identifiers == 30
    assert any("1 line with data above the header not loaded" in note for note in loaded.notes)


def test_days_of_birth_are_no_days_of_rows(tmp_path: Path) -> None:
    text = "wann,E-Mail\n" + "".join(f"{1950 + at}-03-0{at % 9 + 1},{mail(at)}\n" for at in range(50))
    loaded = load_text(memory_case(), tmp_path / "list.csv", text, find_region=True)
    assert [column.role for column in loaded.parts[0].columns] == ["other", "email"]


def test_a_dry_run_of_a_loaded_file_shows_how_it_is_read(tmp_path: Path) -> None:
    case, file = memory_case(), csv(tmp_path / "list.csv", "Name,E-Mail", (f"A,{mail(at)}" for at in range(30)))
    for dry_run in (False, True):
        facts, options = DatasetFacts("", "broker"), ReadOptions(find_region=True)
        (loaded,) = load_files(case, [file], facts, options, replace=False, dry_run=dry_run)
        assert [column.role for column in loaded.parts[0].columns] == ["name", "email"]
    assert any("would be refused: these bytes are already loaded as list" in note for note in loaded.notes)
    assert case.con.execute("SELECT count(*) FROM dataset").fetchall() == [(1,)]


def test_a_zip_of_lists_is_decided_together(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("nord.csv", "Prénom,Ville,Portable\n" + "".join(f"Chloé,Orléans,{n}\n" for n in FRENCH))
        archive.writestr("sud.csv", "Mobile\n" + "\n".join(BARE_FRENCH))
    (loaded,) = load([tmp_path / "all.zip"])
    assert regions(loaded) == ["FR", "FR"]


def test_a_sister_sheet_without_a_hint_is_of_the_country_of_the_other(tmp_path: Path) -> None:
    """Such numbers (reserved for fiction) would be of Morocco as well; its sister names towns of France."""
    book = openpyxl.Workbook()
    sheets: tuple[tuple[str, list[str], list[str]], ...] = (
        ("Nord", ["Nom", "GSM", "Ville"], ["Lyon", "Nantes"]),
        ("Sud", ["Name", "Cell"], []),
    )
    for title, head, more in sheets:
        sheet = book.create_sheet(title)
        sheet.append(head)
        for n in range(40):
            sheet.append([f"N {n}", f"063998{n:04d}", *more[n % 2 : n % 2 + 1]])
    del book["Sheet"]
    book.save(tmp_path / "book.xlsx")
    (one,) = load_files(
        memory_case(), [tmp_path / "book.xlsx"], DatasetFacts("", "x"), ReadOptions(find_region=True),
        replace=False, dry_run=False,
    )  # fmt: skip
    assert [column.region for part in one.parts for column in part.columns if column.role == "phone"] == ["FR", "FR"]


@pytest.mark.parametrize("written", ["tel: {}", "({})", "T: {}", "Tél. {}", "Mob {}"])
def test_a_label_or_brackets_do_not_hide_a_country(tmp_path: Path, written: str) -> None:
    people = ("Chloé Lefèvre", "Benoît Dupré", "Hélène Béranger")
    rows = (f"{people[at % 3]},{written.format(number)},Nantes" for at, number in enumerate(FRENCH))
    (loaded,) = load([csv(tmp_path / "list.csv", "name,contact,city", rows)])
    assert (regions(loaded), loaded.identifiers) == (["FR"], len(FRENCH))
    assert any("read as numbers of France (FR)" in note for note in loaded.notes)


def test_full_numbers_of_several_countries_without_their_plus_are_no_country_s(tmp_path: Path) -> None:
    full = [f"{code}{at}" for at in range(10, 30) for code in ("336399810", "4477009001", "4917139200", "121255501")]
    (loaded,) = load([csv(tmp_path / "sms.csv", "phone", full)])
    assert regions(loaded) == ["ZZ"]
    assert any("full numbers without their plus" in note for note in loaded.notes)
    (said,) = load([csv(tmp_path / "plus.csv", "phone", (f"+{number}" for number in full))])
    assert loaded.identifiers == said.identifiers == len(full)


@pytest.mark.parametrize("region", [None, "DE"])
def test_a_mobile_number_behind_the_country_s_own_code_is_that(tmp_path: Path, region: str | None) -> None:
    numbers = [f"{'49' if at % 2 else '0'}17139200{at}" for at in range(10, 60)]
    people = ("Jürgen Brandt", "Uwe Köhler", "Silke Zimmer")
    path = csv(tmp_path / "list.csv", "name,phone", (f"{people[at % 3]},{number}" for at, number in enumerate(numbers)))
    case = memory_case()
    options = ReadOptions(region=region or "CN", find_region=region is None)
    load_files(case, [path], DatasetFacts("", "broker"), options, replace=False, dry_run=False)
    keys = case.con.execute("SELECT DISTINCT key FROM membership ORDER BY key").fetchall()
    assert [key for (key,) in keys] == [4917139200_10 + at for at in range(50)]


@pytest.mark.parametrize(
    ("headings", "numbers", "region"),
    [
        ("Name,Area Code,Phone,City", [tuple(number.split("-", 1)) for number in US], "US"),
        ("Name,Vorwahl,Rufnummer,Ort", [tuple(number.split(" ", 1)) for number in GERMAN], "DE"),
    ],
)
def test_an_area_code_in_a_column_of_its_own_belongs_to_the_number(
    tmp_path: Path, headings: str, numbers: list[tuple[str, str]], region: str
) -> None:
    rows = [f"Jürgen Brandt,{area},{number},A{at}" for at, (area, number) in enumerate(numbers)]
    (loaded,) = load([csv(tmp_path / "list.csv", headings, rows)])
    assert (regions(loaded), loaded.identifiers) == ([region], len(numbers))
    assert any("area codes of column 2" in note for note in loaded.notes)
    assert not any("not understood: Vorwahl" in note for note in loaded.notes)
