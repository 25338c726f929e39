"""A school's list of customers, and what a caller has of it.

Customers sign up over three years. The school exports its list on one day, and a caller works from an extract that left
it on the same day, earlier or later, straight or through the hands of a broker. A case is one to four small lists: the
school's own, the caller's, and sometimes the broker's and that of another firm, which may share a few customers with
the school or sell to the broker too. The control is the other way round: the school bought the caller's list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tests.bench.zoo.truth import Edge, Truth, write_manifest, write_table

Rows: TypeAlias = npt.NDArray[np.void]
Ints: TypeAlias = npt.NDArray[np.int64]

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "own": {"declared": True},
    "undeclared": {"declared": False},
    "mixed": {"declared": True, "mixed": True},
    "bought": {"bought": True},
}
FIRST_DAY = date(2022, 1, 1)
SEEN = 20  # contacts that two lists must share for there to be anything to see, and that are worth handing on
FIELDS = ("number", "surname", "given", "mail", "city", "signed", "agent", "level", "note", "member")
ROW = np.dtype([(name, "i8") for name in FIELDS])
# given: 100 times the first sign, and the second from 1, or 0; or a form of address. mail, member: 0 for none.
SURNAMES = "".join(sorted("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"))
GIVEN = "".join(sorted("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文斌宇晨雨欣怡子涵博浩然梓轩"))
ADDRESSED = {100 * len(GIVEN): "先生", 100 * len(GIVEN) + 1: "女士"}
CITIES = ("苏州", "无锡", "常州", "南通", "扬州", "镇江", "盐城", "徐州")
CITY_SHARES = (0.35, 0.2, 0.12, 0.1, 0.08, 0.07, 0.05, 0.03)
LEVELS, LEVEL_SHARES = ("A", "B", "C", "D", "VIP"), (0.4, 0.3, 0.15, 0.1, 0.05)
AGENTS, ELSEWHERE = 14, 15  # who looks after the customers, and somebody of another firm
NOTES = ("", "", "", "", "已回访", "不接电话", "下周再打", "有意向")
HEADERS = {
    "number": "手机号", "name": "姓名", "mail": "邮箱", "city": "城市", "signed": "注册日期", "agent": "顾问",
    "level": "班级", "note": "备注", "member": "会员号",
}  # fmt: skip
OPTIONAL = ("mail", "city", "signed", "agent", "level", "note", "member")
STYLES = ("{}{:04}{:04}", "{}-{:04}-{:04}", "+86 {}{:04}{:04}")
ORDERS = ("signed", "newest", "number", "name", "level", "shuffled")
SELECTIONS = ("newest", "oldest", "middle", "level", "city", "random")


@dataclass(frozen=True)
class Setting:
    """What kind of hand-over it is."""

    declared: bool | None = None  # whether the manifest says that the school's list is its own; None: in half
    mixed: bool = False  # a broker was found, who sold another firm's contacts in the same list
    bought: bool = False  # the caller's list is the older one, and the school took it in


@dataclass
class Listing:
    """A list as it was found."""

    rows: Rows
    columns: list[str]
    style: int
    day: int = 0
    role: str = "other"
    own: bool = False
    name: str = ""


class World:
    """The people who are not in a list yet, and how lists are made of them."""

    def __init__(self, rng: np.random.Generator) -> None:
        # Nobody has a number of the segment 140: it was given to no carrier for persons.
        self.rng, self.numbers, self.taken = rng, 140 * 10**8 + rng.choice(10**8, 20_000, replace=False), 0

    def people(self, days: Ints) -> Rows:
        """As many new people, who signed up on these days."""
        rng, count = self.rng, len(days)
        rows = np.zeros(count, ROW)
        rows["number"] = self.numbers[self.taken : self.taken + count]
        self.taken += count
        rows["surname"] = rng.integers(0, len(SURNAMES), count)
        second = np.where(rng.random(count) < 0.5, rng.integers(1, len(GIVEN) + 1, count), 0)
        rows["given"] = 100 * rng.integers(0, len(GIVEN), count) + second
        rows["mail"] = np.where(rng.random(count) < 0.6, rng.integers(1, 3 * 10**7, count), 0)
        rows["city"] = rng.choice(len(CITIES), count, p=CITY_SHARES)
        rows["signed"], rows["agent"] = days, rng.integers(1, AGENTS + 1, count)
        rows["level"] = rng.choice(len(LEVELS), count, p=LEVEL_SHARES)
        rows["note"] = rng.integers(0, len(NOTES), count)
        return rows

    def grown(self, count: int, end: int) -> Rows:
        """A list that grew until a day; its members are numbered as they come."""
        rows = self.people(np.sort(self.rng.integers(0, end, count)))
        rows["member"] = 10_000 + 3 * np.arange(count) + self.rng.integers(0, 3, count)
        return rows

    def ordered(self, rows: Rows, how: str) -> Rows:
        """The rows in one of the orders in which lists are exported."""
        if how == "shuffled":
            return self.rng.permutation(rows)
        if how == "newest":
            return rows[::-1].copy()
        keys = {"number": ("number",), "name": ("given", "surname"), "level": ("number", "level")}.get(how)
        return rows if keys is None else np.take(rows, np.lexsort([rows[key] for key in keys]))

    def selected(self, rows: Rows, how: str) -> Rows:
        """The rows that are handed on, thinned; everything, where too few would be left."""
        rng, count = self.rng, len(rows)
        part = int(count * rng.uniform(0.15, 0.6))
        rank = np.argsort(np.argsort(rows["signed"], kind="stable"))
        eighth = count // 8
        start = int(rng.integers(eighth, count - part - eighth)) if count - part > 2 * eighth else eighth
        chosen: Mapping[str, Callable[[], npt.NDArray[np.bool_]]] = {
            "newest": lambda: rank >= count - part,
            "oldest": lambda: rank < part,
            "middle": lambda: (rank >= start) & (rank < start + part),
            "level": lambda: rows["level"] == rng.integers(3),
            "city": lambda: rows["city"] == rng.integers(3),
            "random": lambda: np.isin(np.arange(count), rng.choice(count, part, replace=False)),
            "all": lambda: np.ones(count, np.bool_),
        }
        kept = chosen[how]() & (rng.random(count) < rng.uniform(0.3, 0.9))
        return np.compress(kept, rows) if kept.sum() >= SEEN else rows

    def handed(self, rows: Rows, how: str, columns: Sequence[str], day: int) -> Listing:
        """What somebody gets of a list: padded or not, in an order, with columns and a way of writing of its own."""
        rng, rows = self.rng, self.selected(rows, how)
        if rng.random() < 0.4:  # scattered, not at the end
            foreign = self.people(day - rng.integers(0, 900, max(1, len(rows) // 100)))
            rows = np.insert(rows, np.sort(rng.integers(0, len(rows), len(foreign))), foreign)
        rows = self.ordered(rows, str(rng.choice(["signed", "number", "name", "shuffled"], p=[0.4, 0.2, 0.1, 0.3])))
        some = [column for column in columns if column in ("number", "name") or rng.random() < 0.5]
        shown = [["number"], ["number", "name"], some, list(columns)][int(rng.choice(4, p=[0.25, 0.25, 0.2, 0.3]))]
        if rng.random() < 0.2:
            rows = rows.copy()
            rows["given"] = rng.choice(list(ADDRESSED), len(rows))
        return Listing(rows, shown, int(rng.choice(3, p=[0.75, 0.1, 0.15])), day)


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Let the school's list grow and be handed on; write what was found with its manifest."""
    setting = Setting(**settings)
    rng = np.random.default_rng([seed, 61_007, *(2 if one is None else int(one) for one in vars(setting).values())])
    world, size = World(rng), _size(rng)
    exported = (date(2025, int(rng.integers(3, 12)), int(rng.integers(1, 28))) - FIRST_DAY).days
    when = str(rng.choice(["same", "earlier", "later"], p=[0.65, 0.22, 0.13]))
    left = exported + {"same": 0, "earlier": -int(rng.integers(20, 200)), "later": int(rng.integers(10, 60))}[when]
    life = world.grown(int(1.1 * size), max(exported, left))
    own, living = (np.compress(life["signed"] <= day, life) for day in (exported, left))
    if when == "earlier":  # some were struck off between the two exports
        own = np.compress((own["signed"] > left) | (rng.random(len(own)) > 0.02), own)
    if when == "later":
        living = np.compress(rng.random(len(living)) > 0.01, living)
    columns = ["number", "name", *(column for column in OPTIONAL if rng.random() < 0.55)]
    columns = rng.permutation(columns).tolist() if rng.random() < 0.3 else columns
    order = str(rng.choice(ORDERS, p=[0.45, 0.15, 0.1, 0.1, 0.1, 0.1]))
    chain = str(rng.choice(["straight", "broker", "hidden broker"], p=[0.6, 0.22, 0.18]))
    chain = "broker" if setting.mixed else "straight" if setting.bought else chain
    beside = rng.random() < 0.35 and not setting.mixed
    other = world.grown(_size(rng), exported)
    if beside and rng.random() < 0.5:
        other = _with_common(other, own, rng)
    school = own if setting.bought else _with_twice(own, rng) if rng.random() < 0.4 else own
    lists: dict[str, Listing] = {}
    mixed = False
    if setting.bought:
        left = exported - 60
        leads = world.grown(max(150, size // 3), left)
        school = _taken_in(own, leads, exported, order, rng)
        shown = ["number", "name", "city"] if rng.random() < 0.5 else ["number", "name"]
        lists["caller"] = Listing(leads, shown, 0, left)
    else:
        source = world.ordered(living, order)
        first = world.handed(source, str(rng.choice(SELECTIONS)), columns, left)
        lists["caller"] = first
        if chain != "straight":
            mixed = setting.mixed or rng.random() < 0.35
            if mixed:
                first.rows = np.append(first.rows, np.compress(rng.random(len(other)) < 0.5, other))
            how = str(rng.choice(["all", "random", "level", "city"], p=[0.4, 0.3, 0.15, 0.15]))
            lists["caller"] = world.handed(first.rows, how, first.columns, left)
            if chain == "broker":
                lists["broker"] = first
                first.role = str(rng.choice(["data_trader", "other"]))
        lists["caller"].day += 0 if setting.mixed else int(rng.integers(0, 2))
    lists["caller"].role = str(rng.choice(["contractor", "other"]))
    lists["school"] = Listing(world.ordered(school, order), columns, int(rng.choice(2, p=[0.85, 0.15])), exported)
    lists["school"].own = bool(rng.random() < 0.5) if setting.declared is None else setting.declared
    lists["school"].role = "client" if lists["school"].own or rng.random() < 0.5 else "other"
    if beside:
        lists["other"] = Listing(world.ordered(other, "shuffled"), ["number", "name"], 0, exported)
    for name, one in zip(rng.permutation(["k1", "m2", "r3", "x4"]).tolist(), lists.values(), strict=False):
        one.name = name
        _write(folder, one)
    _manifest(folder, list(lists.values()), max(exported, left), rng)
    return _truth(lists, mixed, setting.bought)


def _size(rng: np.random.Generator) -> int:
    return int(np.exp(rng.uniform(np.log(500), np.log(5_000))))


def _with_twice(rows: Rows, rng: np.random.Generator) -> Rows:
    """Some customers signed up twice."""
    again = np.compress(rng.random(len(rows)) < 0.015, rows)
    again["level"], again["note"] = rng.integers(0, len(LEVELS), len(again)), 0
    return np.append(rows, again)


def _with_common(other: Rows, own: Rows, rng: np.random.Generator) -> Rows:
    """A few people are customers of both firms."""
    common = rng.choice(len(own), min(len(own), len(other)) // 100, replace=False)
    rows = own[common]
    rows["signed"], rows["member"] = rng.integers(0, 900, len(rows)), -1 - common
    rows["agent"], rows["level"] = ELSEWHERE, LEVELS.index("D")
    return np.append(other, rows)


def _taken_in(own: Rows, leads: Rows, exported: int, order: str, rng: np.random.Generator) -> Rows:
    """The school's list with most of the leads that it bought, who count as its customers from then on."""
    got = np.compress(rng.random(len(leads)) < 0.8, leads)
    got["signed"], got["note"] = exported - rng.integers(1, 50, len(got)), 0
    got["level"], got["agent"] = rng.integers(0, len(LEVELS), len(got)), rng.integers(1, AGENTS + 1, len(got))
    rows = np.append(own, got)
    return np.take(rows, np.argsort(rows["signed"], kind="stable")) if order == "signed" else rows


def _write(folder: Path, one: Listing) -> None:
    cells = [[HEADERS[column], *_cells(column, one)] for column in one.columns]
    write_table(folder / f"{one.name}.csv", zip(*cells, strict=True), "utf-8")


def _cells(column: str, one: Listing) -> list[str]:
    """The cells of a column as text."""
    if column == "name":
        pairs = zip(one.rows["surname"].tolist(), one.rows["given"].tolist(), strict=True)
        return [SURNAMES[surname] + _given(given) for surname, given in pairs]
    made: Mapping[str, Callable[[int], str]] = {
        "number": lambda n: STYLES[one.style].format(n // 10**8, n // 10**4 % 10**4, n % 10**4),
        "mail": lambda n: f"u{n // 3:07}@example.{('com', 'org', 'net')[n % 3]}" if n else "",
        "city": lambda n: CITIES[n],
        "signed": lambda n: (FIRST_DAY + timedelta(n)).isoformat(),
        "agent": lambda n: "x" if n == ELSEWHERE else f"agent{n:02}",
        "level": lambda n: LEVELS[n],
        "note": lambda n: NOTES[n],
        "member": lambda n: f"M{n:06}" if n > 0 else f"Z{-1 - n:05}" if n else "",
    }
    return [made[column](value) for value in one.rows[column].tolist()]


def _given(given: int) -> str:
    first, second = divmod(given, 100)
    return ADDRESSED.get(given) or GIVEN[first] + GIVEN[second - 1 : second]


def _manifest(folder: Path, lists: Sequence[Listing], known: int, rng: np.random.Generator) -> None:
    """Say who holds what; for some of the lists also when they were made, found, or both."""
    parties, datasets = (list[dict[str, object]]() for _ in range(2))
    holders = rng.permutation(["ha", "hb", "hc", "hd"]).tolist()
    for at in rng.permutation(len(lists)).tolist():
        one, holder = lists[at], holders[at]
        parties.append({"id": holder, "name": f"Firm {holder}", "role": one.role})
        created, obtained = [(False, False), (True, False), (False, True), (True, True)][
            int(rng.choice(4, p=[0.35, 0.2, 0.25, 0.2]))
        ]
        found = max(one.day, known) + int(rng.integers(3, 120))
        datasets.append({
            "id": one.name, "path": f"{one.name}.csv", "holder": holder, "origin": "own" if one.own else None,
            "created": FIRST_DAY + timedelta(one.day) if created else None,
            "obtained": FIRST_DAY + timedelta(found) if obtained else None,
        })  # fmt: skip
    write_manifest(folder, name="handed on", parties=parties, datasets=datasets)


def _truth(lists: Mapping[str, Listing], mixed: bool, bought: bool) -> Truth:
    seller = "broker" if "broker" in lists else "caller"
    passed = [("caller", "school")] if bought else [("school", seller)]
    if seller == "broker":
        passed.append(("broker", "caller"))
    if mixed and "other" in lists:
        passed.append(("other", seller))
    edges, few = set[Edge](), set[Edge]()
    for giver, taker in passed:
        shared = np.intersect1d(lists[giver].rows["number"], lists[taker].rows["number"])
        (edges if len(shared) >= SEEN else few).add((lists[giver].name, lists[taker].name))
    extracts = frozenset() if bought else frozenset(edge for edge in edges if edge[0] == lists["school"].name)
    return Truth(frozenset(edges), frozenset(few), extracts)
