"""Generated dirty phone numbers, Chinese and foreign, and where the rules read them otherwise than libphonenumber.

Drawn, compared and thrown away: no list of them is kept anywhere. Valid ones start from libphonenumber's example of a
region, whose last digits are drawn anew.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

import duckdb
import phonenumbers
import pyarrow as pa
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from tracer.identify.normalise import normalise_phones

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
        *(text, f" {text}\t", f"'{text}", f'"{text}"', f"({text})", text.translate(_WIDE)),
        *(text.replace(" ", "\u00a0"), text.replace("-", "\u2013"), text.replace("-", " ").replace(" ", "-")),
        *(text[:4] + "\u200b" + text[4:], "\ufeff" + text),
        rng.choice(("Tel: ", "电话：", "手机 ", "Mobile ", "T. ")) + text,
        text + rng.choice(("（张经理）", " office", "。", ";", " *")),
        text + rng.choice((" ext. 12", "x801", " #5", ";ext=77")),
    )
    return rng.choice(variants)


def _written(number: PhoneNumber, region: str, rng: random.Random) -> str:
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


def by_libphonenumber(text: str, region: str) -> int | None:
    """The E.164 digits of a text that libphonenumber holds for a valid number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


def by_rules(texts: Sequence[str], region: str) -> list[frozenset[int | None]]:
    with duckdb.connect() as con:
        con.register("given", pa.table({"row": range(len(texts)), "position": [0] * len(texts), "text": texts}))
        normalise_phones(con, "given", "text", "got", region)
        read: list[set[int | None]] = [set() for _ in texts]
        for row, key in con.execute("SELECT row, key FROM got").fetchall():
            read[row].add(key)
    return [frozenset(keys) for keys in read]


def disagreements(numbers: Iterable[tuple[str, str]]) -> tuple[int, list[tuple[str, str, int, frozenset[int | None]]]]:
    """How many texts libphonenumber finds valid, and those of them that the rules read otherwise."""
    valid: dict[str, list[tuple[str, int]]] = {}
    for text, region in numbers:
        key = by_libphonenumber(text, region)
        if key is not None:
            valid.setdefault(region, []).append((text, key))
    wrong = []
    for region, pairs in sorted(valid.items()):
        for (text, key), keys in zip(pairs, by_rules([text for text, _ in pairs], region), strict=True):
            if keys != {key}:
                wrong.append((text, region, key, keys))
    return sum(map(len, valid.values())), wrong
