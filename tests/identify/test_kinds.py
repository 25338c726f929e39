"""Addresses, devices, cars, plates, accounts, IBANs and numbers of people, against generators and rules not ours."""

from __future__ import annotations

import importlib
import random
import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from faker import Faker
from stdnum import iban, imei

from tracer.documents import toml_of
from tracer.identify import keys
from tracer.identify.cell import Reading
from tracer.identify.devices import (
    chinese_plate,
    handle_of,
    plate_of,
    read_ad_id,
    read_handle,
    read_imei,
    read_vin,
    vin_of,
)
from tracer.identify.email import email_key, mailbox, mailbox_key, normalise, read_email_cell, rules
from tracer.identify.keys import EMAIL_BASE, FURTHER, FURTHER_BASE, further_kind, is_mobile, mask, text_key
from tracer.identify.national_ids import SCHEMES, folded_id, iban_of, is_filled_in, likeliest_scheme, seal_of, verhoeff

RNG = random.Random(20)
FAKE = Faker(["en_US", "de_DE", "es_ES", "pl_PL"])
FAKE.seed_instance(20)


def _keys(read: Callable[[str, str], tuple[Reading, ...]], *texts: str, region: str = "CN") -> list[int | None]:
    return [each.key for text in texts for each in read(text, region)]


def test_imeis_check_as_another_says_and_are_one_in_all_forms() -> None:
    texts = [f"35{RNG.randrange(10**13):013d}" for _ in range(400)]
    valid = [text for text in texts if imei.is_valid(text)]
    assert [text for text in texts if _keys(read_imei, text) != [None]] == valid
    assert 20 < len(valid) < 80
    forms = "35-686800-004141-8,356868000041418,35686800004141,3568680000414117, 356868 00 004141 8 ,356868000041418.0"
    keys = _keys(read_imei, *forms.split(","))
    assert len(set(keys)) == 1
    assert all(read_imei(text, "")[0].status == "junk" for text in ("000000000000000", "0", "无", "11111111111111"))
    assert read_imei("3.56868E+14", "")[0].status == "lossy"
    assert read_imei("13800138000", "")[0].status == "invalid", "a telephone number"


def test_advertising_ids() -> None:
    own = uuid.UUID(int=RNG.getrandbits(128))
    keys = _keys(read_ad_id, str(own), str(own).upper(), own.hex, f"{{{own}}}")
    assert len(set(keys)) == 1
    zeros = "00000000-0000-0000-0000-000000000000"
    for text in (zeros, "0" * 32, zeros.replace("0", "f"), "9774d56d682e549c"):
        assert read_ad_id(text, "")[0].status == "junk", text
    assert read_ad_id("not-an-id", "")[0].status == "invalid"


def test_cars_check_where_the_market_asks_for_it() -> None:
    assert all(vin_of(FAKE.vin()) for _ in range(200)), "another's generator"
    assert None not in (vin_of("1HGCM82633A004352"), vin_of("WVWZZZ1JZXW000001")), "Europe has no check"
    assert vin_of("1HGCM82634A004352") is vin_of("WVWZZZIJZXW000001") is None, "a wrong ninth sign; no I, O, Q"
    assert read_vin("11111111111111111", "")[0].status == "junk", "it checks, and is filled in"


def test_plates() -> None:
    for text in ("苏A12345", "苏A·D12345", "粤B 12345D", "沪AF0236", "京A1234警", "粤ZF023港", "苏a12345"):
        assert chinese_plate(text) is not None, text
    for text in ("苏A1234", "苏I12345", "苏A1234567", "A12345", "苏州12345"):
        assert chinese_plate(text) is None, text
    assert plate_of("b-mw 1234") == plate_of("BMW1234") == "BMW1234"
    assert all(plate_of(FAKE.license_plate()) for _ in range(100))
    assert plate_of("none") is None


def test_accounts_are_those_of_a_service() -> None:
    assert handle_of("@Anna_X", "telegram") == handle_of("https://t.me/anna_x", "wechat") == "telegram:anna_x"
    assert handle_of("https://www.linkedin.com/in/Anna-M%C3%BCller/", "linkedin") == "linkedin:anna-müller"
    assert handle_of("123456789", "wechat") == handle_of("123456789@qq.com", "qq") == "qq:123456789"
    assert handle_of("张三", "wechat") is None
    (number,) = read_handle("14200138000", "wechat")
    assert number.key is not None
    assert is_mobile(number.key), "people write their number for their account"
    assert further_kind(read_handle("wxid_a1b2c3d4e5", "wechat")[0].key or 0) == "handle"


def test_ibans_check_as_another_says() -> None:
    good = [FAKE.iban() for _ in range(50)]
    spoilt = [f"{text[:-1]}{(int(text[-1]) + 1) % 10}" for text in good if text[-1].isdigit()]
    for text in (*good, *spoilt):
        assert (iban_of(text) is not None) == iban.is_valid(text, check_country=False), text
    assert iban_of("de89 3704 0044 0532 0130 00") == iban_of("IBAN: DE89370400440532013000")


def test_a_seal_depends_on_the_case_and_says_nothing() -> None:
    text, spaced = "DE89370400440532013000", "DE89 3704 0044 0532 0130 00"
    assert seal_of(text, "iban", "", b"a") == seal_of(spaced, "iban", "", b"a") != seal_of(text, "iban", "", b"b")
    assert seal_of("DE00", "iban", "", b"a") == "?no valid number"
    assert seal_of("1.1E+17", "national_id", "CN", b"a") == "?digits are lost"


def test_a_key_says_its_kind_and_no_more() -> None:
    for kind, base in FURTHER.items():
        for key in (base, base + (1 << 56) - 1):
            assert (further_kind(key), mask(key)) == (kind, f"{kind} ****".replace("_", " "))
            assert not keys.is_phone(key)
    assert further_kind(FURTHER_BASE - 1) is None
    for base, kind in ((keys.EMAIL_BASE, "e-mail"), (keys.KEY_BASE, "key"), (keys.HASH_BASE, "hash")):
        for key in (base, base + (1 << 60) - 1):
            assert mask(key) == f"{kind} ****"
            assert key < 2**63
            assert not keys.is_phone(key)
        query = f"SELECT {keys.text_key_sql(base, '$text')}"
        assert duckdb.execute(query, {"text": "易卓@例子"}).fetchone() == (keys.text_key(base, "易卓@例子"),)
    assert keys.is_phone(999_999_999_999_999)
    assert (mask(8614200138000), mask(12025550142)) == ("142****8000", "+1202*****42")


# E-mail addresses: what links, what is folded beside it, what is none.


def test_forms_of_one_address() -> None:
    for text in (
        "Anna@Example.COM", " anna@example.com ", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "mailto:anna@example.com",
        "Anna <anna@example.com>", "anna\u200b@example.com", "邮箱：anna@example.com", "anna@example.com.",
        "邮箱anna@example.com", "anna@example.com张三", "李雷anna@example.com，备用", "'anna@example.com",
        '"anna@example.com"', "anna@example.com;",
    ):  # fmt: skip
        (reading,) = read_email_cell(text, "CN")
        assert (reading.key, reading.kind) == (text_key(EMAIL_BASE, "anna@example.com"), "email"), text


def test_a_tag_is_kept_and_the_mailbox_stands_beside() -> None:
    tagged, folded = read_email_cell("Anna.B+Shop@GoogleMail.com", "CN")
    assert (tagged.key, tagged.kind) == (email_key("anna.b+shop@googlemail.com"), "email_tagged")
    assert (folded.key, folded.kind) == (email_key("annab@gmail.com"), "email_folded")
    assert mailbox_key("annab@gmail.com") == folded.key
    assert mailbox("+shop@gmail.com") == "+shop@gmail.com"  # nothing would be left


def test_what_a_provider_documents_is_folded_and_elsewhere_two_addresses_are_two_people() -> None:
    for address, box in {
        "a.b@gmail.com": "ab@gmail.com", "a.b@googlemail.com": "ab@gmail.com", "a@mac.com": "a@icloud.com",
        "a.b+x@outlook.com": "a.b@outlook.com", "a+x@fastmail.fm": "a@fastmail.fm", "a@me.com": "a@icloud.com",
        "a.b+x@proton.me": "a.b@proton.me", "a@ya.ru": "a@yandex.ru", "a@yandex.kz": "a@yandex.ru",
    }.items():  # fmt: skip
        assert mailbox(address) == box
        assert {reading.key for reading in read_email_cell(address, "")} == {email_key(address), email_key(box)}
    for address in (
        "anna+shop@example.com", "a.b@outlook.com", "a.b@example.com", "a@hotmail.com", "a+x@icloud.com",
        "a.b@proton.me", "a@pm.me", "a-b@yandex.ru", "a.b@gmail.com.example", "a@mygmail.com", "a-x@yahoo.com",
    ):  # fmt: skip
        assert mailbox(address) == address
        assert [reading.kind for reading in read_email_cell(address, "")] == ["email"]
    for domain, rule in rules().items():
        box = mailbox(f"a.b-c+x@{domain}")
        assert box == mailbox(box)
        assert box.endswith(f"@{rule.domain}")


def test_long_cells_are_read_once() -> None:
    start = time.perf_counter()
    for cell in ("=/" * 50_000, "a." * 50_000, "a@" * 50_000, "x" * 90_000, "a@" + "b." * 50_000, "a.=." * 25_000):
        assert [reading.status for reading in read_email_cell(cell, "CN")] == ["invalid"]
    assert time.perf_counter() - start < 5  # a pattern that starts anew at each letter takes minutes


def test_several_addresses_in_a_cell() -> None:
    both = [reading.key for reading in read_email_cell("a@例子.中国，b@example.com, b@example.com", "CN")]
    assert both == [email_key("a@例子.中国"), email_key("b@example.com")]


def test_why_there_is_no_address() -> None:
    for text, status, reason in (
        ("", "empty", "empty"), ("无", "junk", "placeholder"), ("an•••@example.com", "masked", "masked"),
        ("noreply@example.com", "junk", "not a person's address"),
        ("anna.example.com", "invalid", "no e-mail address"),
    ):  # fmt: skip
        (reading,) = read_email_cell(text, "CN")
        assert (reading.key, reading.status, reading.reason) == (None, status, reason)


def test_hashes_and_foreign_domains() -> None:
    assert read_email_cell("0123456789abcdef" * 2, "CN")[0].status == "hash"
    assert normalise("anna@例子.测试") == "anna@xn--fsqu00a.xn--0zwm56d"
    assert normalise("anna@exa mple.com") is None


# Numbers of people: the published examples of another, and what becomes of them digit by digit.

OTHERS = toml_of((Path(__file__).parent / "national_ids.toml").read_text("utf-8"))


def _oracle(scheme: str) -> tuple[ModuleType, list[str]]:
    module = importlib.import_module("stdnum." + OTHERS["oracles"][scheme])
    return module, re.findall(r">>> validate\('([^']+)'[^)]*\)\n *'", module.__doc__ or "")


@pytest.mark.parametrize("scheme", OTHERS["oracles"])
def test_another_s_examples_are_valid_here_and_their_neighbours_are_not(scheme: str) -> None:
    module, examples = _oracle(scheme)
    assert examples
    refused = taken = 0
    for example in examples:
        assert folded_id(example, scheme) is not None, example
        digits = [place for place, char in enumerate(example) if char.isdigit()]
        for place in digits:
            for digit in "0123456789":
                other = example[:place] + digit + example[place + 1 :]
                mine, theirs = folded_id(other, scheme) is not None, bool(module.is_valid(other))
                refused += theirs and not mine
                taken += mine and not theirs
    assert refused == 0
    assert taken == 0 or scheme in OTHERS["looser"], taken


def test_schemes_without_an_oracle() -> None:
    """Examples of the offices that give the numbers out."""
    for scheme, good, bad in (
        ("HK", "A123456(3)", "A123456(4)"), ("SG", "S1234567D", "S1234567A"), ("TW", "A123456789", "A123456788"),
        ("RU", "112-233-445 95", "112-233-445 96"), ("IT", "RSSMRA85T10A562S", "RSSMRA85T10A562T"),
        ("ES", "X1234567L", "X1234567A"), ("IN PAN", "ABCPE1234F", "ABCPE12345"),
        ("GB", "AB 12 34 56 C", "AB 12 34 5C"),
    ):  # fmt: skip
        assert folded_id(good, scheme) is not None, scheme
        assert folded_id(bad, scheme) is None, scheme
    assert set(SCHEMES) == {*OTHERS["oracles"], "HK", "SG", "TW", "RU", "IT", "IN PAN", "GB"}


def test_one_number_is_one_text() -> None:
    assert folded_id("320311770706001", "CN") == folded_id("３２０３１１ 19770706 0018", "CN") == "320311197707060018"
    assert folded_id("12531909-2", "CL") == folded_id("12.531.909-2", "CL") == "125319092"
    assert {folded_id(text, "SE") for text in ("880320-0016", "19880320-0016", "8803200016", "880320+0016")} == {
        "8803200016"
    }
    zeros = next(f"0{body}" for body in range(10_000_000, 10_001_000) if folded_id(f"0{body}", "NL"))
    assert folded_id(zeros.lstrip("0"), "NL") == folded_id(f"{zeros.lstrip('0')}.0", "NL") == zeros, "a spreadsheet's"


def test_what_is_filled_in_is_nobodys() -> None:
    for text in ("无", "N/A", "000000000000000000", "111-11-1111", "xxxxxxxx"):
        assert is_filled_in(text), text
    assert folded_id("123456789", "US") is None
    assert folded_id("000000000", "NL") is None


def test_the_likeliest_scheme_is_that_of_most_cells() -> None:
    cells = [f"{number}" for number in range(234_000_000_000, 234_000_000_400) if verhoeff(str(number))]
    assert likeliest_scheme(cells, SCHEMES, 0.5) == "IN"
    assert likeliest_scheme(["12", "13", "14"], SCHEMES, 0.5) is None
