"""Rows of invented people for `tests.bench.holes`: dirty cells, holes in every column, lists that descend from others.

Chinese numbers lie in segments that no carrier has, American ones in 555-0100 to 0199, mail addresses under `.example`.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

Row: TypeAlias = dict[str, str]
"""Field -> cell; an empty text is a hole."""

FIELDS = (
    "phone", "phone2", "email", "name", "given", "family", "organisation", "address", "city", "province", "date",
    "created", "deleted", "id", "key", "other",
)  # fmt: skip
HEADINGS: Mapping[str, Sequence[str]] = {
    "CN": ("手机号", "电话2", "邮箱", "姓名", "名", "姓", "公司", "地址", "城市", "省份", "日期", "创建时间",
           "注销时间", "序号", "会员", "备注"),
    "US": ("Phone", "Mobile", "Email", "Name", "First Name", "Last Name", "Company", "Address", "City", "State", "Date",
           "Created At", "Deleted At", "ID", "Member", "Notes"),
}  # fmt: skip
"""Region -> heading of each field."""
SHARES = (0.0, 0.0, 0.05, 0.5, 0.95, 1.0)
"""Shares of empty cells that a column may have."""
_SEGMENTS = ("142", "143", "154", "160", "163", "164", "168", "169", "179")
_JUNK = ("无", "-", "0", "00000000000", "暂无", "N/A", "null", "nan", "11111111111", "1420000", "?", " ", "#REF!", "'")
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈", "一二三四五六七八九文武安平华强芳丽"
_NAMES = ("Avery", "Blake", "Corin", "Dale", "Ember", "Finley", "Garnet", "Hollis", "Indigo", "Jules")
_PLACES = {
    "CN": (("南京", "江苏"), ("杭州", "浙江"), ("深圳", "广东"), ("成都", "四川"), ("北京", "北京")),
    "US": (("Austin", "TX"), ("Boston", "MA"), ("Denver", "CO"), ("Albany", "NY")),
}


def phone(rng: random.Random, region: str) -> str:
    """A number that nobody has."""
    if region == "CN":
        return f"{rng.choice(_SEGMENTS)}{rng.randrange(10**8):08d}"
    return f"{rng.randrange(201, 990)}-555-01{rng.randrange(100):02d}"


def person(rng: random.Random, region: str) -> Row:
    """Somebody invented, with something in every field."""
    if region == "CN":
        family, given = rng.choice(_FAMILY), "".join(rng.choices(_GIVEN, k=rng.randint(1, 2)))
        name, firm = family + given, f"{rng.choice(_GIVEN)}{rng.choice(_GIVEN)}示例有限公司"
    else:
        given, family = rng.choice(_NAMES), rng.choice(_NAMES) + rng.choice(("son", "", "ley"))
        name, firm = f"{given} {family}", f"{rng.choice(_NAMES)} Example Inc"
    city, province = rng.choice(_PLACES[region])
    joined = date(2020, 1, 1) + timedelta(days=rng.randrange(2200))
    values = (
        phone(rng, region), phone(rng, region), f"u{rng.randrange(10**6)}@mail.example", name, given, family, firm,
        f"{city}路{rng.randrange(300)}号" if region == "CN" else f"{rng.randrange(900)} {city} St", city, province,
        _day(rng, joined), _day(rng, joined), _day(rng, joined + timedelta(days=rng.randrange(900))),
        str(rng.randrange(10**5)), f"m{rng.randrange(10**5)}", rng.choice(("vip", "x,y", 'said "no"', "a;b", "再联系")),
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def _day(rng: random.Random, day: date) -> str:
    forms = (day.isoformat(), f"{day:%Y/%m/%d}", f"{day:%Y-%m-%d} 10:07:00", f"{day:%Y%m%d}", "2026-13-45")
    return rng.choices(forms, (8, 3, 3, 1, 1))[0]


@dataclass(frozen=True)
class Holes:
    """How a list is damaged."""

    shares: Mapping[str, float]
    """Field -> share of its cells that are empty."""
    rows: tuple[float, float, float, float]
    """Shares of rows with a mail address only, a number only, neither, and nothing at all."""
    dirt: float
    """Share of numbers that are junk, masked, hashed, decimal or written with an exponent."""
    numbers: str
    """`clear`, `hashed` or `masked`: the whole column."""
    repeated: float


def draw_holes(rng: random.Random) -> Holes:
    """Some way of damaging a list; one in six is left whole but for its columns' holes."""
    rows = rng.choice(
        ((0, 0, 0, 0), (0.1, 0.1, 0.05, 0.05), (0.9, 0.05, 0, 0), (0.05, 0.9, 0, 0), (0.1, 0.1, 0.3, 0.3))
    )
    return Holes(
        {field: rng.choice(SHARES) for field in FIELDS}, rows, rng.choice((0.0, 0.05, 0.4)),
        rng.choices(("clear", "hashed", "masked"), (10, 1, 1))[0], rng.choice((0.0, 0.0, 0.1, 0.5)),
    )  # fmt: skip


def with_holes(rng: random.Random, rows: Sequence[Row], holes: Holes) -> list[Row]:
    """Copies of the rows, damaged."""
    damaged: list[Row] = []
    for row in rows:
        cut = {field: "" if rng.random() < holes.shares[field] else cell for field, cell in row.items()}
        kind = rng.choices(("mail", "number", "neither", "empty", "all"), (*holes.rows, 1 - sum(holes.rows)))[0]
        emptied = {
            "mail": ("phone", "phone2"), "number": ("phone2", "email"), "neither": ("phone", "phone2", "email"),
            "empty": FIELDS, "all": (),
        }[kind]  # fmt: skip
        cut.update(dict.fromkeys(emptied, ""))
        if kind == "mail":
            cut["email"] = row["email"]
        elif kind == "number":
            cut["phone"] = row["phone"]
        for field in ("phone", "phone2"):
            if cut[field]:
                cut[field] = _written(rng, cut[field], holes)
        damaged.append(cut)
        if rng.random() < holes.repeated:
            damaged.extend([dict(cut)] * rng.randint(1, 3))
    return damaged


def _written(rng: random.Random, number: str, holes: Holes) -> str:
    digits = number.replace("-", "")
    if holes.numbers == "hashed":
        return hashlib.md5(digits.encode(), usedforsecurity=False).hexdigest()
    if holes.numbers == "masked":
        return f"{digits[:3]}****{digits[-4:]}"
    if rng.random() >= holes.dirt or len(digits) < 10:
        return number
    abroad = "+1" if len(digits) == 10 else "+86"
    return rng.choice((
        rng.choice(_JUNK), f"{digits[:3]}****{digits[-4:]}", hashlib.sha256(digits.encode()).hexdigest(),
        f"{digits}.0", f"{digits[0]}.{digits[1:3]}E+10", f"{abroad} {digits}", f"{number}/{number[:-1]}9", digits[:-2],
        f"{digits}a", f" {number}　", "",
    ))  # fmt: skip


def draw_rows(rng: random.Random, region: str, earlier: Sequence[Sequence[Row]]) -> list[Row]:
    """The people of a list: others than those of earlier lists, a sample, a merge, or an exact copy of them."""
    size = rng.choice((0, 1, 2, 7, 20, 40, 90, 150, 300))
    fresh = [person(rng, region) for _ in range(size)]
    how = rng.choice(("fresh", "sample", "merge", "copy", "grown")) if earlier else "fresh"
    parent = list(rng.choice(earlier)) if earlier else []
    if how == "sample":
        rows = rng.sample(parent, int(len(parent) * rng.choice((0.3, 0.7, 0.95))))
    elif how == "merge":
        other = list(rng.choice(earlier))
        rows = (parent + other)[:400]
    elif how == "copy":
        return [dict(row) for row in parent]
    elif how == "grown":
        rows = parent[: len(parent) * 9 // 10] + fresh[:60]
    else:
        rows = fresh
    if rng.random() < 0.3:
        rng.shuffle(rows)
    return [dict(row) for row in rows]
