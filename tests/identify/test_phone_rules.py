"""The phone rules, form by form. Numbers lie in segments and area codes of nobody, or are reserved for fiction."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from tracer.documents import toml_of
from tracer.identify.phone import phone_key, read_phone_cell

MOBILE = 8614200138000


FORMS = toml_of((Path(__file__).parent / "phone_forms.toml").read_text("utf-8"))


def test_forms_of_one_mobile_number() -> None:
    for text in FORMS["mobile"]:
        (reading,) = read_phone_cell(text, "CN")
        assert (reading.key, reading.status, reading.kind) == (MOBILE, "ok", "mobile"), text


def test_a_mobile_number_in_groups_of_any_kind() -> None:
    for sign in (" ", "-", ".", "\u00a0", "\u3000", "－", "\u2009", "—", "  "):
        for front in ("", "+86", "86-", "(+86)", "0086-"):
            for sizes in ((3, 7), (3,), (7,), (3, 6), (4, 8)):
                ends = [0, *sizes, 11]
                text = front + sign.join("14200138000"[a:b] for a, b in pairwise(ends))
                assert phone_key(text, "CN") == MOBILE, text


def test_why_there_is_no_number() -> None:
    for said, texts in FORMS["no_number"].items():
        for text in texts:
            (reading,) = read_phone_cell(text, "CN")
            assert (reading.key, f"{reading.status}: {reading.reason}") == (None, said), text


def test_landlines_and_service_numbers_have_the_base_number_as_key() -> None:
    for said, texts in FORMS["other_kinds"].items():
        for text in texts:
            (reading,) = read_phone_cell(text, "CN")
            assert f"{reading.kind} {reading.key}" == said, text


def test_several_numbers_in_a_cell() -> None:
    between = ["/", "、", ",", "，", ";", "；", "|", "\n", " / ", "  ", " ", "或", "\r\n", "\t"]
    texts = [f"{front}14200138000{sign}{front}14300139000" for sign in between for front in ("", "+86", "0086")]
    texts += ["手机:14200138000 备用:14300139000", "张三14200138000李四14300139000"]
    for text in (*texts, "14200138000/14300139000/14200138000"):  # each number once
        assert [reading.key for reading in read_phone_cell(text, "CN")] == [MOBILE, 8614300139000], text
    for text in ("请打{}，谢谢", "王总 {} 周一", "微信同号{}", "A座3楼 {}", "2026年 {}", "{} 2026-01-05"):
        assert MOBILE in {reading.key for reading in read_phone_cell(text.format("14200138000"), "CN")}, text


def test_a_bad_number_beside_a_good_one_is_told() -> None:
    good, bad = read_phone_cell("14200138000/58888888", "CN")
    assert (good.key, bad.status, bad.reason) == (MOBILE, "invalid", "no area code")


def test_countries() -> None:
    for key, cells in FORMS["countries"].items():
        for region, _, text in (cell.partition(" ") for cell in cells):
            assert str(phone_key(text, region)) == key, (region, text)


def test_digits_alone_are_no_hash() -> None:
    (reading,) = read_phone_cell("1234567890" * 3 + "12", "CN")
    assert reading.status == "invalid"


PIECES = (
    "142", "0013", "8000", "14200138000", "14300139000", "026", "0399", "58888888", "7654321", "400", "0000123", "86",
    "+", "+86", "0086", "00", "1", "0", "-", " ", "  ", "/", "、", ",", ";", "转", "x", "xxx", "#", "ext", ".", ".0",
    "*", "****", "•", "(", ")", "（", "）", "手机", ":", "：", "E+10", "1.42", "1.4200138000", "'", '"', '="', "\u200b",
    "\u00a0", "\t", "\n", "１４２", "００", "８６", "＋", "ａ", "张三", "无", "N/A", "或", "801", "12345",
    "0123456789abcdef0123456789abcdef", "٣", "—", "\u3000", "202 555 0142", "%", "_", "é",
)  # fmt: skip


def test_agreement_with_libphonenumber() -> None:
    valid = 0
    for text, region in dirty_numbers(1500, seed=20260502):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            valid += 1
            key = int(phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:])
            assert {reading.key for reading in read_phone_cell(text, region)} == {key}, (text, region)
    assert valid > 1000


REGIONS = "CN HK TW JP KR SG US GB DE FR IT AU IN BR RU VN TH MY".split()
_TYPES = (
    PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST,
)  # fmt: skip
_WIDE = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）\u3000")


def _dirty(text: str, rng: random.Random) -> str:
    """What cells do to a number without changing it."""
    return rng.choice((
        text, f" {text}\t", f"'{text}", f'"{text}"', f"({text})", text.translate(_WIDE), text.replace(" ", "\u00a0"),
        text.replace("-", "\u2013"), text.replace("-", " ").replace(" ", "-"), text[:4] + "\u200b" + text[4:],
        "\ufeff" + text, rng.choice(("Tel: ", "电话：", "手机 ", "Mobile ", "T. ")) + text,
        text + rng.choice(("（张经理）", " office", "。", ";", " *")),
        text + rng.choice((" ext. 12", "x801", " #5", ";ext=77")),
    ))  # fmt: skip


def _written(number: PhoneNumber, region: str, rng: random.Random) -> str:
    forms = (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL,
             PhoneNumberFormat.RFC3966)  # fmt: skip
    e164, national, *more = (phonenumbers.format_number(number, form) for form in forms)
    ways = [e164, national, *more, "00" + e164[1:], "".join(filter(str.isdigit, national))]
    if region == "CN":
        bare, mark = str(number.national_number), rng.choice(" -.")
        front = rng.choice(("86", "0086", "(0086)", "(+86)", "86-", "+86 ", "0"))
        ways += [front + bare, mark.join((bare[:3], bare[3:7], bare[7:]))]
    return rng.choice(ways)


def dirty_numbers(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """`count` pairs (text, region of bare numbers), drawn and thrown away; six in ten are Chinese. They start from
    libphonenumber's examples of a region, whose last digits are drawn."""
    rng = random.Random(seed)
    for _ in range(count):
        region = "CN" if rng.random() < 0.6 else rng.choice(REGIONS)
        examples = [phonenumbers.example_number_for_type(region, kind) for kind in _TYPES]
        number = rng.choice([each for each in examples if each is not None])
        digits = str(number.national_number)
        kept = rng.randrange(2, len(digits) - 2)
        if region == "CN" and rng.random() < 0.6:
            digits, kept = f"1{rng.choice('3456789')}000000000", 2
        number.national_number = int(digits[:kept] + "".join(rng.choice("0123456789") for _ in digits[kept:]))
        # Bare numbers are read in the region of the list, which is not always theirs.
        yield _dirty(_written(number, region, rng), rng), region if rng.random() < 0.8 else "CN"
