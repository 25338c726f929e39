"""Generated dirty phone numbers, Chinese and foreign, for the agreement with libphonenumber.

Drawn, compared and thrown away: no list of them is kept anywhere. Valid ones start from libphonenumber's example of a
region, whose last digits are drawn anew.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

REGIONS = ("CN", "HK", "TW", "JP", "KR", "SG", "US", "GB", "DE", "FR", "IT", "AU", "IN", "BR", "RU", "VN", "TH", "MY")
_TYPES = (
    PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST,
)  # fmt: skip
_WIDE = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）\u3000")


def _grouped(text: str, rng: random.Random) -> str:
    mark = rng.choice(" -.")
    return mark.join((text[:3], text[3:7], text[7:]))


def _dirty(text: str, rng: random.Random) -> str:
    """What cells do to a number without changing it."""
    variants = (
        text,
        f" {text}\t",
        f"'{text}",
        f'"{text}"',
        f"({text})",
        text.translate(_WIDE),
        text.replace(" ", "\u00a0"),
        text.replace("-", "\u2013"),
        text.replace("-", " ").replace(" ", "-"),
        text[:4] + "\u200b" + text[4:],
        "\ufeff" + text,
        rng.choice(("Tel: ", "电话：", "手机 ", "Mobile ", "T. ")) + text,
        text + rng.choice(("（张经理）", " office", "。", ";", " *")),
        text + rng.choice((" ext. 12", "x801", " #5", ";ext=77")),
    )
    return rng.choice(variants)


def _written(number: PhoneNumber, region: str, rng: random.Random) -> str:
    """A way to write a number."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    ways = [
        e164,
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        "00" + e164[1:],
        national,
        "".join(char for char in national if char.isdigit()),
    ]
    if region == "CN":
        bare = str(number.national_number)
        ways += [rng.choice(("86", "0086", "(0086)", "(+86)", "86-", "+86 ", "0")) + bare, _grouped(bare, rng)]
    return rng.choice(ways)


def dirty_numbers(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """`count` pairs (text, region of bare numbers); six in ten are Chinese."""
    rng = random.Random(seed)
    examples: dict[str, list[PhoneNumber]] = {}
    for region in REGIONS:
        drawn = (phonenumbers.example_number_for_type(region, kind) for kind in _TYPES)
        examples[region] = [example for example in drawn if example is not None]
    for _ in range(count):
        region = "CN" if rng.random() < 0.6 else rng.choice(REGIONS)
        example = rng.choice(examples[region])
        number = PhoneNumber()
        number.merge_from(example)
        digits = str(example.national_number)
        kept = rng.randrange(2, len(digits) - 2)
        drawn_digits = "".join(rng.choice("0123456789") for _ in digits[kept:])
        if region == "CN" and rng.random() < 0.6:
            number.national_number = int(rng.choice("1") + rng.choice("3456789") + str(rng.randrange(10**8, 10**9)))
        else:
            number.national_number = int(digits[:kept] + drawn_digits)
        # Bare numbers are read in the region of the list, which is not always theirs.
        yield _dirty(_written(number, region, rng), rng), region if rng.random() < 0.8 else "CN"
