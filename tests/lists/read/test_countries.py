"""Lists of other countries: headings in their languages, numbers in their national form, and doubt that is said.

All numbers are made of ranges that the plans keep for fiction, or of digits in sequence behind a country's prefix.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tracer.lists.read.model import ColumnRole, ReadOptions
from tracer.lists.read.roles import assign_roles
from tracer.lists.read.words import is_never_ours, likeliest_languages, names_a_column, role_of_heading


def columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, find_region: bool = True
) -> tuple[ColumnRole, ...]:
    sample = [[row[at] for row in rows if row[at]] for at in range(len(header))]
    return assign_roles(header, sample, ReadOptions(find_region=find_region), "list.csv")


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Cell Phone", "phone"), ("Company phone", "phone"), ("Telefon geschäftlich 2", "phone"),
        ("Handynummer", "phone"), ("Geschaeftstelefon", "phone"), ("Tél. portable", "phone"), ("N° de mobile", "phone"),
        ("Teléfono móvil", "phone"), ("TELEFONO MOVIL", "phone"), ("Telemóvel", "phone"), ("Cellulare", "phone"),
        ("06-nummer", "phone"), ("Mobilnr.", "phone"), ("Kännykkä", "phone"), ("Tel. kom.", "phone"),
        ("Сотовый телефон", "phone"), ("Мобільний", "phone"), ("Κινητό τηλέφωνο", "phone"), ("رقم الجوال", "phone"),
        ("טלפון נייד", "phone"), ("No. HP", "phone"), ("เบอร์มือถือ", "phone"), ("Số điện thoại", "phone"),
        ("휴대폰 번호", "phone"), ("mobilePhone", "phone"), ("user_email", "email"), ("Correo electrónico", "email"),
        ("E-Mail 2: Adresse", "email"), ("Adresse e-mail", "email"), ("Sähköposti", "email"), ("Эл. почта", "email"),
        ("Prénom", "given_name"), ("Nachname", "family_name"), ("отчество", "middle_name"), ("ФИО", "name"),
        ("Vorname Nachname", "name"), ("Imię i nazwisko", "name"), ("성명", "name"),
        ("Raison sociale", "organisation"), ("Azienda", "organisation"), ("Şirket", "organisation"),
        ("Weitere Straße", "address"), ("Miejscowość", "city"), ("Direccion", "address"), ("Město", "city"),
        ("Shipping Address City", "city"), ("Adresse, ville", "address"), ("State/Province", "province"),
        ("Fecha de alta", "created"), ("Angelegt am", "created"), ("Дата регистрации", "created"),
        ("Kd.-Nr.", "id"), ("N° client", "id"), ("Codice cliente", "id"),
        ("E-mail 2 - Label", "other"), ("Phone 1 - Type", "other"), ("Teléfono verified", "other"),
        ("手机号", "phone"), ("联系方式", "phone"), ("行動電話", "phone"), ("携帯番号", "phone"), ("电话2", "phone"),
        ("ＴＥＬ", "phone"), ("Mobile No.", "phone"), ("手机号（必填）", "phone"), ("手机号MD5", "phone_hash"),
        ("メールアドレス", "email"), ("公司名称", "organisation"), ("会社名", "organisation"), ("联系人", "name"),
        ("氏名", "name"), ("通讯地址", "address"), ("住所", "address"), ("注册时间", "created"), ("下单时间", "date"),
        ("退订日期", "deleted"), ("序号", "id"), ("身份证号", "other"), ("QQ号", "other"), ("订单号", "other"),
        ("传真", "other"), ("备注", "other"), ("recipient", None), ("foo", None),
    ],
)  # fmt: skip
def test_headings_of_the_world(heading: str, role: str | None) -> None:
    assert role_of_heading(heading) == role


@pytest.mark.parametrize(
    "heading", ["IP Address", "Home Fax", "Geburtsdatum", "Código postal", "PESEL", "ИНН", "IBAN", "Date of Birth"]
)
def test_headings_over_digits_that_are_no_numbers(heading: str) -> None:
    assert is_never_ours(heading)
    (column,) = columns([heading], [[f"06 12 34 56 {at:02d}"] for at in range(20)])
    assert column.role == "other"


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        ("First Name,Name Prefix,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - City",
         "given_name,either_name,other,email,other,phone,city"),
        ("Contact ID,Account Name,Mailing City,MobilePhone,HasOptedOutOfEmail,Account Owner,CreatedDate",
         "id,organisation,city,phone,other,other,created"),
        ("Email Address,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,LATITUDE,LAST_CHANGED,LEID",
         "email,other,created,other,other,date,id"),
        ("Vorname,Firma,Ort geschäftlich,Fax geschäftlich,Telefon geschäftlich,Mobiltelefon,E-Mail-Typ",
         "given_name,organisation,city,other,phone,phone,other"),
        ("Prénom,Rue (bureau),Télécopie (bureau),Téléphone (domicile),Tél. mobile,Adresse de messagerie",
         "given_name,address,other,phone,phone,email"),
    ],
    ids=["Google", "Salesforce", "Mailchimp", "Outlook, German", "Outlook, French"],
)  # fmt: skip
def test_headings_of_great_exports(headings: str, roles: str) -> None:
    names = headings.split(",")
    found = [role_of_heading(name, likeliest_languages(names)) for name in names]
    assert ",".join(str(role) for role in found) == roles


def test_a_word_of_two_languages_is_read_by_the_other_headings() -> None:
    assert role_of_heading("Cep", ("tr",)) == "phone"
    assert role_of_heading("CEP", ("pt",)) == "other", "a Brazilian postal code"
    assert likeliest_languages(["Ad", "Soyad", "Cep"])[0] == "tr"
    assert "de" in likeliest_languages(["Vorname", "Nachname", "Ort"])


def test_words_within_data_are_no_headings() -> None:
    assert names_a_column("Telefon geschäftlich")
    assert not names_a_column("Mobile Solutions Ltd"), "a firm"
    assert not names_a_column("Hauptstraße Bergdorf"), "an address"


@pytest.mark.parametrize(
    ("header", "name", "numbers", "region"),
    [
        (["First Name", "Cell Phone"], "Ann",
         ["(212) 555-01{:02d}", "(312) 555-01{:02d}", "(415) 555-01{:02d}", "(713) 555-01{:02d}"], "US"),
        (["Prénom", "Portable"], "Chloé",
         ["01 99 00 {:02d} 17", "02 61 91 {:02d} 17", "03 53 01 {:02d} 17", "04 65 71 {:02d} 17"], "FR"),
        (["Vorname", "Handy"], "Käthe",
         ["0171 39200{:02d}", "030 231250{:02d}", "040 669690{:02d}", "0221 47100{:02d}", "089 999980{:02d}"], "DE"),
        (["Förnamn", "Mobil"], "Åsa",
         ["070-174 06 {:02d}", "031-390 06 {:02d}", "040-628 04 {:02d}", "08-465 004 {:02d}"], "SE"),
        (["Imię", "Telefon komórkowy"], "Łukasz", ["512 345 6{:02d}", "601 234 5{:02d}", "783 210 4{:02d}"], "PL"),
        (["Имя", "Мобильный"], "Ольга", ["8 (912) 345-67-{:02d}", "8 (903) 210-98-{:02d}"], "RU"),
        (["氏名", "携帯電話"], "さくら", ["090-1234-56{:02d}", "080-2345-67{:02d}", "070-3456-78{:02d}"], "JP"),
        (["성명", "휴대폰"], "김민준", ["010-2345-67{:02d}", "010-9876-54{:02d}", "010-4321-01{:02d}"], "KR"),
    ],
)  # fmt: skip
def test_the_country_of_a_column_is_found(header: list[str], name: str, numbers: list[str], region: str) -> None:
    found = columns(header, [[name, numbers[at % len(numbers)].format(at)] for at in range(60)])
    assert [(column.role, column.region) for column in found] == [("name", None), ("phone", region)]


def test_a_doubt_is_kept_with_the_likeliest() -> None:
    (column,) = columns(["Phone"], [[f"2{at:07d}"] for at in range(1_000_000, 9_000_000, 400_000)])
    assert column.region is None
    assert len(column.doubt) == 3


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


@pytest.mark.parametrize(
    ("header", "number"),
    [
        (["姓名", "手机号"], "1420000{:04d}"), (["name", "phone"], "1420000{:04d}"), (["", ""], "142-0000-{:04d}"),
        (["姓名", "电话"], "0571-8800{:04d}"), (["姓名", "电话"], "8800{:04d}"),
        (["姓名", "手机号"], "+86 142 0000 {:04d}"),
    ],
)  # fmt: skip
def test_chinese_lists_are_read_as_ever(header: list[str], number: str) -> None:
    rows = [["张三丰", number.format(at)] for at in range(60)]
    found, before = columns(header, rows), columns(header, rows, find_region=False)
    assert [(each.role, each.region, each.doubt) for each in found if each.role != "phone"] == [("name", None, ())]
    assert all(each.region is None and not each.doubt for each in found)
    assert {each.role for each in before} <= {each.role for each in found} | {"id", "other"}
