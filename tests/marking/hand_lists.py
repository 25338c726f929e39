"""Lists made by hand, in which a canary must not stand out. Every number lies in a segment that is not allocated."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.identify.phone_rules import phone_key
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.program_ids import SCHEMES
from tracer.simulate import names
from tracer.simulate.names import emails
from tracer.simulate.segments import EVERYDAY, Segments, draw_numbers, make_segments, written

Table = list[list[str]]


@dataclass
class Material:
    """What lists are made of: seeded people with numbers in segments, and canaries' numbers beside them."""

    rng: np.random.Generator
    segments: Segments
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    where: np.ndarray[tuple[int], np.dtype[np.int64]]
    people: list[str]
    firms: list[str]
    addresses: list[str]
    mails: list[str]

    def city(self, i: int) -> str:
        return str(self.segments.city[self.where[i]])


ROWS = 3_000
CANARIES = 200


def material(seed: int) -> Material:
    """`ROWS` people, and behind them `CANARIES` more, who share blocks with them."""
    rng = np.random.default_rng(seed)
    segments = make_segments(rng, 60)
    n = ROWS + CANARIES
    numbers, where = draw_numbers(rng, segments, n)
    # One number in five was handed out elsewhere.
    home = np.where(rng.random(n) < 0.8, where, rng.integers(0, 60, n))
    firms = names.firms(rng, n, segments.city[home])
    return Material(
        rng,
        segments,
        numbers,
        where,
        names.person_names(rng, n).tolist(),
        firms.full.tolist(),
        names.addresses(rng, segments.province[home], segments.city[home]).tolist(),
        emails(rng, n).tolist(),
    )


def thinned(m: Material, first: int, share: float) -> list[int]:
    """Rising numbers, of which a share was taken out at random."""
    found = np.flatnonzero(m.rng.random(int(ROWS / (1 - share) * 1.2)) > share)[:ROWS]
    return [first + int(k) for k in found]


def days(m: Material, n: int, form: str = "%Y-%m-%d") -> list[str]:
    return [(date(2024, 1, 1) + timedelta(days=int(d))).strftime(form) for d in np.sort(m.rng.integers(0, 700, n))]


def by_id(m: Material) -> Table:
    """Sorted by ids and dates; four of ten rows were deleted since."""
    ids = thinned(m, 1000, 0.4)
    every = days(m, ids[-1] - 999)
    dates = [every[number - 1000] for number in ids]
    head = ["编号", "姓名", "手机号", "公司", "地址", "日期"]
    rows = [
        [f"K{ids[i]:06d}", m.people[i], str(m.numbers[i]), m.firms[i], m.addresses[i], dates[i]] for i in range(ROWS)
    ]
    return [head, *rows]


def by_phone(m: Material) -> Table:
    """Sorted by number, with a city column."""
    rows = sorted(([m.people[i], str(m.numbers[i]), m.city(i)] for i in range(ROWS)), key=lambda row: row[1])
    return [["姓名", "手机号", "城市"], *rows]


def newest_first(m: Material) -> Table:
    """Falling moments; sex with the name; an amount; a level and a source that go together."""
    begin = datetime(2024, 1, 1)
    moments = sorted((begin + timedelta(seconds=int(s)) for s in m.rng.integers(0, 60_000_000, ROWS)), reverse=True)
    rows = []
    for i in range(ROWS):
        sex = "女" if m.people[i][-1] in "芳娜敏静丽艳娟秀霞桂英华玉兰红雨婷欣怡佳琪雅诗彤燕春梅雪" else "男"
        level = str(m.rng.choice(["A", "B", "C"], p=[0.1, 0.3, 0.6]))
        origin = {"A": "门店", "B": "官网", "C": "展会"}[level] if m.rng.random() < 0.8 else "电话"
        amount = f"{m.rng.lognormal(7, 1):.2f}"
        rows.append([f"{moments[i]:%Y-%m-%d %H:%M:%S}", m.people[i], sex, str(m.numbers[i]), level, origin, amount])
    return [["登记时间", "姓名", "性别", "手机号", "等级", "来源", "消费金额"], *rows]


def two_phones(m: Material) -> Table:
    """A second column of numbers, which few rows have filled; numbers in many forms."""
    forms = {form: share for form, share in EVERYDAY.items() if form not in ("lossy", "masked")}
    texts = written(m.rng, m.numbers, forms).tolist()
    rows = []
    for i in range(ROWS):
        second = f"{14200000000 + int(m.rng.integers(0, 9_999_999))}" if m.rng.random() < 0.02 else ""
        rows.append([m.people[i], texts[i], second, m.addresses[i]])
    return [["联系人", "联系电话", "备用电话", "地址"], *rows]


def checked_ids(m: Material) -> Table:
    """Member numbers with a prefix and a Luhn digit, in no order."""
    bodies = m.rng.permutation(m.rng.choice(900_000, ROWS, replace=False) + 100_000)
    rows = [
        [m.people[i], f"VIP{bodies[i]}{SCHEMES['luhn'](str(bodies[i]))}", str(m.numbers[i]), m.mails[i]]
        for i in range(ROWS)
    ]
    return [["姓名", "会员号", "手机", "邮箱"], *rows]


def mail_only(m: Material) -> Table:
    dates = m.rng.permutation(np.array(days(m, ROWS, "%Y/%m/%d"))).tolist()
    return [["name", "email", "created"], *([m.people[i], m.mails[i], dates[i]] for i in range(ROWS))]


def companies(m: Material) -> Table:
    """Several contacts of a firm, one below the other; firms city by city."""
    firm = np.sort(m.rng.integers(0, ROWS // 2, ROWS))
    order = sorted(range(ROWS // 2), key=lambda k: (m.city(k), k))
    rows = []
    for i in range(ROWS):
        k = order[firm[i]]
        rows.append([m.firms[k], m.people[i], str(m.numbers[i]), m.addresses[k], m.city(k)])
    return [["企业名称", "联系人", "手机", "地址", "城市"], *rows]


def two_sources(m: Material) -> Table:
    """Two lists one after the other: each with its own way of writing numbers and its own batch."""
    rows = []
    for i in range(ROWS):
        text, first = str(m.numbers[i]), i < ROWS // 3
        rows.append(
            [
                m.people[i],
                f"{text[:3]}-{text[3:7]}-{text[7:]}" if first else f"+86{text}",
                "一批" if first else "二批",
                str(int(m.rng.integers(20, 70))),
            ]
        )
    return [["姓名", "手机号", "批次", "年龄"], *rows]


LISTS: Mapping[str, tuple[Callable[[Material], Table], str]] = {
    "sorted by id": (by_id, "gb18030"),
    "sorted by phone": (by_phone, "utf-8"),
    "newest first": (newest_first, "utf-8-sig"),
    "two phones": (two_phones, "gb18030"),
    "checked ids": (checked_ids, "utf-8"),
    "mail only": (mail_only, "utf-8"),
    "companies": (companies, "gb18030"),
    "two sources": (two_sources, "utf-8"),
}


def listed(name: str, folder: Path, m: Material) -> Case:
    build, encoding = LISTS[name]
    return load_table(folder, build(m), encoding, m)


def load_table(folder: Path, table: Table, encoding: str, m: Material | None = None) -> Case:
    """A case with the table as dataset `own`, and the segments' places."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(table)
    path = folder / "own.csv"
    path.write_bytes(stream.getvalue().encode(encoding))
    return load_path(path, m)


def load_path(path: Path, m: Material | None = None) -> Case:
    case = memory_case()
    load_dataset(case, path, DatasetFacts("own", "client", None, None, "own"), ReadOptions())
    if m is not None:
        case.con.execute("DELETE FROM segment")
        for prefix, province, city in zip(m.segments.prefix, m.segments.province, m.segments.city, strict=True):
            case.con.execute(
                "INSERT INTO segment (prefix, province, city) VALUES (?, ?, ?)", [str(prefix), str(province), str(city)]
            )
    return case


def identities(m: Material, *, phones: bool = True, mails: bool = True) -> list[Identity]:
    """Canaries whose numbers lie among the list's."""
    numbers = [str(number) for number in m.numbers]
    return [
        Identity(
            i,
            phone_key(numbers[i], "CN") if phones else None,
            numbers[i] if phones else None,
            m.mails[i] if mails else None,
        )
        for i in range(ROWS, ROWS + CANARIES)
    ]
