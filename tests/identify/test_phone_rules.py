"""The phone rules, form by form. Numbers lie in segments and area codes of nobody, or are reserved for fiction."""

from __future__ import annotations

import pytest

from tracer.identify.keys import HASH_BASE, is_hash
from tracer.identify.phone_rules import phone_key, read_phone_cell

MOBILE = 8614200138000


@pytest.mark.parametrize(
    "text",
    [
        "14200138000",
        "14200138000.0",  # a float column; libphonenumber reads another, invalid number
        "14200138000.00",
        "1 4 2 0 0 1 3 8 0 0 0",
        "(0086)14200138000",
        "014200138000",  # trunk prefix of long-distance calls
        '="14200138000"',  # formula that keeps spreadsheets from rounding
        '"14200138000"',
        "1\u200b4200138000\u202c",  # zero-width and bidirectional marks
        "\ufeff14200138000",
        "（142）0013—8000",
        "手机号码：14200138000",
        "Tel. 14200138000",
        "14200138000(张经理)",
        "*14200138000",
        "14,200,138,000",  # thousands separators
        "1.4200138000E+10",  # all eleven digits are there
        "14200138000转801",
        "14200138000-801",
        "٠١٤٢٠٠١٣٨٠٠٠",  # Arabic-Indic digits
    ],
)
def test_forms_of_one_mobile_number(text: str) -> None:
    """Beside those that `tests/lists/test_reformatted.py` puts together."""
    (reading,) = read_phone_cell(text, "CN")
    assert (reading.key, reading.status, reading.kind) == (MOBILE, "ok", "mobile")


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        ("", "empty", "empty"),
        (" \u200b\t", "empty", "empty"),
        ("N/A", "junk", "placeholder"),
        ("无", "junk", "placeholder"),
        ("－", "junk", "placeholder"),
        ("00000000000", "junk", "one digit repeated"),
        ("11111111111", "junk", "one digit repeated"),
        ("0", "junk", "one digit repeated"),
        ("12345678901", "junk", "digits in sequence"),
        ("123456", "junk", "digits in sequence"),
        ("142****8000", "masked", "masked"),
        ("026-5888****", "masked", "masked"),
        ("1.42E+10", "lossy", "scientific notation lost digits"),
        ("1,42E+10", "lossy", "scientific notation lost digits"),  # decimal comma
        ("1.4200138E+10", "lossy", "scientific notation lost digits"),  # may be 14200138000, may be 14200138499
        ("1.42001380001E+10", "lossy", "scientific notation lost digits"),  # a fraction of a number
        ("58888888", "invalid", "no area code"),
        ("5888888", "invalid", "no area code"),
        ("95001", "invalid", "too short"),
        ("142001380001", "invalid", "no valid number"),
        ("1420013800", "invalid", "no valid number"),
        ("142001380001420013800", "invalid", "too long"),
        ("张三", "invalid", "no number"),
        ("+14200138000", "invalid", "no valid number"),  # behind a plus the 1 is North America
    ],
)
def test_why_there_is_no_number(text: str, status: str, reason: str) -> None:
    (reading,) = read_phone_cell(text, "CN")
    assert (reading.key, reading.status, reading.reason) == (None, status, reason)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("026-58888888", 862658888888),
        ("(026)58888888", 862658888888),
        ("026-58888888-801", 862658888888),  # libphonenumber takes the extension for the number's end
        ("026-58888888转801", 862658888888),
        ("026-58888888 分机 801", 862658888888),
        ("026-58888888#801", 862658888888),
        ("026-58888888x801", 862658888888),
        ("026-58888888 ext. 801", 862658888888),
        ("026-5888-8888", 862658888888),  # the second dash is no extension: the number is not complete before it
        ("0399-7654321-8", 863997654321),
        ("+86 26 58888888", 862658888888),
        ("+86 (026) 58888888", 862658888888),
        ("86-026-58888888", 862658888888),
    ],
)
def test_landlines_have_the_base_number_as_key(text: str, key: int) -> None:
    (reading,) = read_phone_cell(text, "CN")
    assert (reading.key, reading.kind) == (key, "landline")


@pytest.mark.parametrize("text", ["4000000123", "400-000-0123", "400 0000 123", "+864000000123", "400-000-0123转9"])
def test_service_numbers(text: str) -> None:
    (reading,) = read_phone_cell(text, "CN")
    assert (reading.key, reading.kind) == (864000000123, "service")


@pytest.mark.parametrize(
    "text",
    [
        "14200138000|+86 143-0013-9000",
        "手机:14200138000 备用:14300139000",
        "张三14200138000李四14300139000",
        "14200138000/14300139000/14200138000",  # each number once
    ],
)
def test_several_numbers_in_a_cell(text: str) -> None:
    assert [reading.key for reading in read_phone_cell(text, "CN")] == [MOBILE, 8614300139000]


def test_a_bad_number_beside_a_good_one_is_told() -> None:
    good, bad = read_phone_cell("14200138000/58888888", "CN")
    assert (good.key, bad.status, bad.reason) == (MOBILE, "invalid", "no area code")


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("+1 202 555 0142", "CN", 12025550142),
        ("001 202 555 0142", "CN", 12025550142),
        ("(202) 555-0142", "US", 12025550142),
        ("+44 20 7946 0958", "CN", 442079460958),
        ("0044 20 7946 0958", "US", 442079460958),  # 00 is not how the US dials abroad, but how people write it
        ("020 7946 0958", "GB", 442079460958),
        ("+44 20/7946-0958", "CN", 442079460958),  # a slash within one number parts nothing
        ("+86 142 0013 8000", "US", MOBILE),
        ("0086 142 0013 8000", "US", MOBILE),
        ("8614200138000", "US", MOBILE),
        ("07700 900123", "GB", 447700900123),  # kept for stories, which libphonenumber holds for invalid
        ("0115 496 0123", "GB", 441154960123),
        ("06 39 98 12 34", "FR", 33639981234),
        ("020 911 1234", "IE", 353209111234),
    ],
)
def test_countries(text: str, region: str, key: int) -> None:
    assert phone_key(text, region) == key


def test_bare_chinese_rule_holds_in_china_only() -> None:
    assert phone_key("12025550142", "US") == 12025550142
    assert phone_key("14200138000", "US") is None


@pytest.mark.parametrize("digest", ["0123456789abcdef" * 2, "0123456789abcdef0123" * 2, "0123456789ABCDEF" * 4])
def test_hashes_have_a_range_of_their_own(digest: str) -> None:
    (reading,) = read_phone_cell(digest, "CN")
    assert reading.status == "hash"
    assert reading.key is not None
    assert is_hash(reading.key)
    assert reading.key >= HASH_BASE
    assert read_phone_cell(digest.lower(), "CN") == (reading,)


def test_digits_alone_are_no_hash() -> None:
    (reading,) = read_phone_cell("1234567890" * 3 + "12", "CN")
    assert reading.status == "invalid"
