"""Lists as people write them: numbers amid text, countries that nobody has named, and what is said of what is not read.

All numbers are made of ranges that the plans keep for fiction, or of the unallocated segments 1400 and 1420.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lists.loading import load_text
from tests.lists.read.reading import xlsx, zipped
from tracer.case.memory import memory_case
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.lists.load import load_files
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions
from tracer.lists.unread_columns import commonest_shape

FRENCH = [f"{front} {a:02d} {b:02d}" for a in range(10, 30) for b, front in enumerate(("06 39 98", "01 99 00"))]
BARE_FRENCH = [number.replace(" ", "") for number in FRENCH]
US = [f"{area}-555-01{at:02d}" for at in range(10) for area in (212, 312, 415, 713)]
GERMAN = [f"{front}{at:02d}" for at in range(10) for front in ("0171 39200", "030 231250", "040 669690", "0221 47100")]
VIETNAMESE = [f"0903.123.{at:03d}" for at in range(40)]
FULL = [f"{code}{at}" for at in range(10, 30) for code in ("336399810", "4477009001", "4917139200", "121255501")]
UNCLEAR = [f"2{at:07d}" for at in range(1_000_000, 9_000_000, 300_000)]
PEOPLE = ("Chloé Lefèvre", "Benoît Dupré", "Hélène Béranger")
PLAIN = ("Jean Dupont", "Marie Lefebvre", "Camille Moreau", "Luc Fournier", "Manon Girard")


def number(at: int) -> str:
    return f"1400{at * 7919 % 10_000_000:07d}"


def mail(at: int) -> str:
    return f"person{at}@mail.example"


def lines(form: Callable[[int], str], count: int, start: int = 0) -> str:
    return "".join(f"{form(at)}\n" for at in range(start, start + count))


def table(heading: str, rows: Iterable[str]) -> str:
    return "\n".join([heading, *rows]) + "\n"


def regions(loaded: Loaded) -> list[str | None]:
    return [column.region for part in loaded.parts for column in part.columns if column.role == "phone"]


def read(folder: Path, text: str, name: str = "list.csv", **options: Any) -> Loaded:
    """A list in a case of its own, as by the command: nobody has said its region, unless `options` do."""
    return load_text(memory_case(), folder / name, text, **(options or {"find_region": True}))


def load(files: Sequence[Path], *, dry_run: bool = False) -> list[Loaded]:
    options = ReadOptions(find_region=True)
    return load_files(memory_case(), files, DatasetFacts("", "broker"), options, replace=False, dry_run=dry_run)


# One list: its text, the regions of its columns of numbers, rows without an identifier, identifiers, and what is said.

OF_A_COUNTRY: dict[str, tuple[str, list[str | None], int, int, str]] = {
    "people and money": (
        table("a,b,Mobile", (f"{PLAIN[at % 5]},{at * 3}.99 EUR,{n}" for at, n in enumerate(BARE_FRENCH))),
        ["FR"], 0, 40, ""),
    "grouped numbers of a large country": (
        table("NAME,PHONE", (f"A{at},{n}" for at, n in enumerate(US))), ["US"], 0, 40, ""),
    "one has its code": (
        "Name,Phone\na,142 0000 0001\na,+86 142 0000 0002\na,142 0000 0003\na,142 0000 0004\n", [None], 0, 4, ""),
    "a country for each row": (
        table("Vorname,Handy,Land", [*(f"Käthe,{n},Germany" for n in GERMAN), *(f"L,{n},Vietnam" for n in VIETNAMESE)]),
        ["VN"], 0, 80, "the country that column 3, 'Land' names"),
    "full numbers of several countries without their plus": (
        table("phone", FULL), ["ZZ"], 0, 80, "full numbers without their plus"),
    "with their plus": (table("phone", (f"+{n}" for n in FULL)), [None], 0, 80, ""),
    "mobile numbers behind the country's own code": (
        table("name,phone", (f"Jürgen Köhler,{'49' if at % 2 else '0'}17139200{at}" for at in range(10, 60))),
        ["DE"], 0, 50, "read as numbers of Germany"),
    "the code in a column of its own": (
        table("区号,手机号,姓名", (f"+86,{number(at)},张三" for at in range(40))), [None], 0, 40, ""),
    "a German column": (
        table("Vorname;Handy;E-Mail", (f"Käthe;0171 39200{at:02d};{mail(at)}" for at in range(60))),
        ["DE"], 0, 120, "column 2, 'Handy': read as numbers of Germany (DE); --region overrides"),
    **{f"area codes, {region}": (
        table(head, (f"Jürgen Brandt,{n.replace(sign, ',', 1)},A{at}" for at, n in enumerate(numbers))),
        [region], 0, 40, "area codes of column 2")
       for region, head, sign, numbers in (("US", "Name,Area Code,Phone,City", "-", US),
                                           ("DE", "Name,Vorwahl,Rufnummer,Ort", " ", GERMAN))},
    **{form: (table("name,contact,city", (f"{PEOPLE[at % 3]},{form.format(n)},Nantes" for at, n in enumerate(FRENCH))),
              ["FR"], 0, 40, "read as numbers of France (FR)") for form in ("tel: {}", "({})", "Mob {}")},
}  # fmt: skip


@pytest.mark.parametrize("name", OF_A_COUNTRY)
def test_the_country_of_a_list_is_found(tmp_path: Path, name: str) -> None:
    text, found, rejected, identifiers, note = OF_A_COUNTRY[name]
    loaded = read(tmp_path, text)
    assert (regions(loaded), loaded.rejected, loaded.identifiers) == (found, rejected, identifiers)
    assert any(note in each for each in ("", *loaded.notes)), loaded.notes
    assert not any("not understood: Vorwahl" in each for each in loaded.notes)
    columns: Any = loaded.to_json()["columns"]
    assert [column["region"] for column in columns if column["role"] == "phone"] == found


# Several lists of a command, sheets of a workbook, members of an archive.


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_list_without_a_sign_is_of_the_country_of_those_beside_it(tmp_path: Path, dry_run: bool) -> None:
    clear = table("Nom,Ville,Portable", (f"{PEOPLE[at % 3]},Lyon,{n}" for at, n in enumerate(FRENCH)))
    files = [tmp_path / f"{name}.csv" for name in "abcd"]
    for at, path in enumerate(files):
        path.write_text(clear + "\n" * at if at else table("Mobile", BARE_FRENCH), encoding="utf-8")
    with pytest.raises(InputRefused, match="may be those of"):
        load(files[:1])
    loaded = load(files, dry_run=dry_run)
    assert [regions(one) for one in loaded] == [["FR"]] * 4
    assert loaded[0].identifiers == len(FRENCH)


Table = list[Sequence[object]]
NAMED: Table = [["Prénom", "Ville", "Tél. portable"], *(["Chloé", "Orléans", each] for each in FRENCH)]
BARE: Table = [["Mobile"], *([int(each)] for each in BARE_FRENCH)]
# Such numbers would be of Morocco as well; the other sheet names towns of France.
MOROCCAN: Table = [["Name", "Cell"], *([f"N {n}", f"063998{n:04d}"] for n in range(40))]
TOWNS: Table = [["Nom", "GSM", "Ville"], *((*row, ("Lyon", "Nantes")[n % 2]) for n, row in enumerate(MOROCCAN[1:]))]


@pytest.mark.parametrize("sheets", [(BARE, NAMED), (TOWNS, MOROCCAN)])
def test_a_sheet_or_a_member_is_of_its_sisters_country(tmp_path: Path, sheets: tuple[Table, ...]) -> None:
    (tmp_path / "clients.xlsx").write_bytes(xlsx(*sheets))
    texts = ["\n".join(",".join(map(str, row)) for row in rows) for rows in sheets]
    (tmp_path / "all.zip").write_bytes(zipped({f"{at}.csv": text for at, text in enumerate(texts)}))
    for name in ("clients.xlsx", "all.zip"):
        (loaded,) = load([tmp_path / name])
        assert (regions(loaded), loaded.rejected) == (["FR", "FR"], 0)


def test_what_stays_in_doubt_is_one_question(tmp_path: Path) -> None:
    texts = dict.fromkeys(("one", "two", "three"), table("Phone", UNCLEAR))
    for at, (name, text) in enumerate({**texts, "de": table("Vorname,Handy", (f"Käthe,{n}" for n in GERMAN))}.items()):
        (tmp_path / f"{name}.csv").write_text(text + "\n" * at, encoding="utf-8")
    with pytest.raises(InputRefused) as error:
        load(sorted(tmp_path.iterdir()))
    assert len(error.value.problems) == 1
    assert all(said in error.value.what for said in ("one.csv, column 1, 'Phone'", "three.csv", "may be those of"))
    assert "by themselves" in error.value.remedy
    assert error.value.remedy.count("--region") == 3


def test_a_dry_run_of_a_loaded_file_shows_how_it_is_read(tmp_path: Path) -> None:
    case, file = memory_case(), tmp_path / "list.csv"
    file.write_text(table("Name,E-Mail", (f"A,{mail(at)}" for at in range(30))), encoding="utf-8")
    for dry_run in (False, True):
        facts, options = DatasetFacts("", "broker"), ReadOptions(find_region=True)
        (loaded,) = load_files(case, [file], facts, options, replace=False, dry_run=dry_run)
        assert [column.role for column in loaded.parts[0].columns] == ["name", "email"]
    assert any("would be refused: these bytes are already loaded as list" in note for note in loaded.notes)
    assert case.con.execute("SELECT count(*) FROM dataset").fetchall() == [(1,)]


# Texts that are no single table: each line decides for itself, rows and identifiers are exact.

SEPARATORS = (",", "\t", ";", "|", " ", "----", "，", " / ")
TEXTS: dict[str, tuple[str, int | None, int]] = {
    "chat.txt": (
        lines(lambda at: f"[{at % 28 + 1:02d}.01.26, 12:{at % 60:02d}:00] Anna: call {number(at)} please\n"
                         f"[{at % 28 + 1:02d}.01.26, 12:{at % 60:02d}:30] Bob: ok, thanks", 60), 120, 60),
    "separated.txt": (lines(lambda at: f"张三{SEPARATORS[at % 8]}{number(at)}", 160), 160, 160),
    "notes.csv": (
        "姓名,手机号,城市\n"
        + lines(lambda at: f"张三,{number(at)},南京" + "\n以下为第二批,需要复核" * (at % 20 == 19), 80), 84, 80),
    "tables.csv": (
        "姓名,手机号\n" + lines(lambda at: f"张三,{number(at)}", 50)
        + "\n手机号,姓名,城市\n" + lines(lambda at: f"{number(at)},李四,南京", 50, 50)
        + "\nemail;phone\n" + lines(lambda at: f"{mail(at)};{number(at)}", 50, 100), 150, 200),
    "talk.txt": (
        lines(lambda at: f"张三,{number(at)}", 80)
        + lines(lambda at: f"昨天联系了{number(at)},对方说考虑一下,再打{number(at + 1000)}", 60, 80), 140, 200),
    "forms.txt": (
        lines(lambda at: (number(at), f"张三,{number(at)}", f"南京 李四 电话:{number(at)} 已联系")[at % 3], 150),
        150, 150),
    "blocks.txt": (lines(lambda at: f"姓名: 张三\n电话: {number(at)}\n邮箱: {mail(at)}\n", 40), 120, 80),
    # Every address of a text about people; years are no numbers.
    "AUTHORS": (
        "# Authors by first contribution.\n\n" + lines(lambda at: f"Ada <{mail(at)}> (2015-2019, 2021)", 60), None, 60),
    "MAINTAINERS": (
        "M: Mail patches to\tFullName <address at domain>\nL: Mailing list\tthat is relevant\n\n"
        + lines(lambda at: f"DRIVER {at}\nM:\tAda <{mail(2 * at)}>\nL:\t{mail(2 * at + 1)}\nS:\tMaintained\n"
                           f"F:\tboard/x{at}/\n", 30), None, 60),
    "CREDITS.csv": (
        lines(lambda at: f"Ada Author <{mail(at)}>", 18) + "Name, E-mail, City\n"
        + lines(lambda at: f"Ada Author {at}, {mail(at)}, Town", 42, 18), None, 60),
    "THANKS": (
        "The following people have helped, in many ways, and we thank them all:\n\n"
        + lines(lambda at: f"Ada Author {at}{' ' * (20 - at % 7)}{mail(at)}", 60), None, 60),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_loses_its_number(tmp_path: Path, name: str) -> None:
    text, rows, identifiers = TEXTS[name]
    loaded = read(tmp_path, text, name)
    assert (loaded.rows if rows else None, loaded.identifiers) == (rows, identifiers)
    assert not any("NOT READ" in note for note in loaded.notes)
    if name == "tables.csv":  # headings further down are headings
        assert loaded.account is not None
        assert (loaded.account.header, loaded.account.rows, loaded.account.blank) == (3, 150, 2)
        assert loaded.rejected == 0
        assert any("100 lines are unlike the table" in note for note in loaded.notes)


@pytest.mark.parametrize(("head", "form"), [
    ("姓名,手机号,备注\n", "张三,{},回拨{more}"), ("手机号,身份证\n", "{},11010119900101{at:04d}"),
    ("", "张三,{none},11010119900101{at:04d}"),
])  # fmt: skip
def test_a_table_whose_rows_are_alike_is_left_as_it_is(tmp_path: Path, head: str, form: str) -> None:
    def row(at: int) -> str:
        called = number(at) if at % 3 else ""
        return form.format(called, none=called or "无", at=at, more=number(at + 500))

    loaded = read(tmp_path, head + lines(row, 90))
    assert loaded.identifiers == 60
    assert not any("unlike the table" in note for note in loaded.notes)


@pytest.mark.parametrize(("forms", "order"), [((0,), "0770090040"), ((0, 1), "2208"), ((1, 0, 0), "2208")])
def test_sentences_are_no_table_of_blanks_or_semicolons(tmp_path: Path, forms: tuple[int, ...], order: str) -> None:
    sentences = (
        "Rang on {day}/4/25 - {name} (07700{blank}900{at}) owes £26.94; order no. {order}{rest}",
        "{day} March 2025: spoke to {name} on 07700{blank}900{at}, quoted £69,021, invoice 2025401{at}.",
    )
    names = ("Oliver Whitlock", "Poppy Lockwood", "Rhys Kersey", "Hazel Radcliffe")

    def sentence(at: int) -> str:
        filled = {"day": at % 28 + 1, "rest": at % 100, "name": names[at % 7 % 4], "blank": " " * (at % 3 > 0)}
        return sentences[forms[at % len(forms)]].format(at=at, order=order, **filled)

    case = memory_case()
    loaded = load_text(case, tmp_path / "notes.txt", lines(sentence, 60, 310), find_region=True)
    assert loaded.account is not None
    assert (loaded.account.header, loaded.account.title, loaded.rows) == (0, 0, 60)
    keys = case.con.execute("SELECT DISTINCT key FROM membership ORDER BY key").fetchall()
    assert [key for (key,) in keys] == [447700900310 + at for at in range(60)]


CHATS = toml_of((Path(__file__).parent / "read" / "headings.toml").read_text("utf-8"))["chats"]


@pytest.mark.parametrize("region", CHATS)
def test_numbers_amid_text_are_found_in_national_forms(tmp_path: Path, region: str) -> None:
    line, forms = CHATS[region]["line"], CHATS[region]["numbers"]
    text = lines(lambda at: line.format(d=at % 28 + 1, n=forms[at % len(forms)].format(at + 10)), 40)
    for options in ({"region": region}, {"find_region": True}):
        loaded = read(tmp_path, text, "chat.txt", **options)
        assert (loaded.rows, loaded.identifiers, loaded.rejected) == (40, 40, 0)


def test_days_of_birth_are_no_days_of_rows(tmp_path: Path) -> None:
    rows = (f"{1950 + at}-03-0{at % 9 + 1},{mail(at)}" for at in range(50))
    assert [column.role for column in read(tmp_path, table("wann,E-Mail", rows)).parts[0].columns] == ["other", "email"]


# What a list promises and does not give is said when it is loaded, with a shape and never with a value.


def test_a_shape_says_nothing_of_the_cell() -> None:
    shapes = {"(212) 555-0142": "(###) ###-####", "Anna Example 7": "aaa… aaa… #"}
    assert {cell: commonest_shape([cell]) for cell in shapes} == shapes
    assert len(commonest_shape(["1-" * 100])) < 40
    assert commonest_shape(["12", "34", "a"]) == "##"


@pytest.mark.parametrize(("text", "words", "never"), [
    (table("email,手机号", (f"{mail(at)},{at}-99" for at in range(30))),
     ("column 2, '手机号'", "##-##", "--region", "--map other=2"), "99"),
    (table("Phone,Email", (f"{n},{mail(at)}" for at, n in enumerate(UNCLEAR))),
     ("their country is not clear", "--region"), UNCLEAR[0]),
    (lines(lambda at: f"Käthe sagt ruf an 0612 555 {at:04d}, am 03.04.2024", 40) + "mail a@mail.example\n",
     ("the numbers amid its text",), "column"),
])  # fmt: skip
def test_numbers_that_are_not_read_are_said(tmp_path: Path, text: str, words: tuple[str, ...], never: str) -> None:
    (note,) = [note for note in read(tmp_path, text, "list.txt").notes if note.startswith("NOT READ")]
    assert all(word in note for word in words), note
    assert never not in note


def test_rejected_rows_are_spoken_of_and_what_is_no_shortfall_is_not(tmp_path: Path) -> None:
    """Whether and how many under a heading of addresses or numbers, and cells that say nothing."""
    rows = (f"1420000{at:04d},{'yn'[at % 2]},{'FALSE' if at % 3 else ''},{at},N/A" for at in range(30))
    notes = read(tmp_path, table("手机号,Email OK,Accepts Email Marketing,Number of Gifts,邮箱", rows)).notes
    assert not [note for note in notes if "NOT READ" in note or "邮箱" in note]
    # Rejected rows are, with their reason, where they are many.
    notes = read(tmp_path, table("手机号", (f"1420000{at:04d}" if at % 3 else "12-34" for at in range(30)))).notes
    assert any("10 of 30 rows (33 %) are rejected: 10 too short ('##-##')" in note for note in notes)
    assert any("10 of 30 cells" in note and not note.startswith("NOT READ") for note in notes)


def test_a_file_without_identifiers_names_the_column_that_should_have_some(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as error:
        read(tmp_path, table("name,Cell Phone", (f"a,x-{at}-y" for at in range(20))))
    assert "column 2, 'Cell Phone', as in" in error.value.what
    assert "--region" in error.value.remedy
