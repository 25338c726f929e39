"""A client's own list, and what insiders and vendors take from it.

One firm keeps a customer database for years: people register, move, change numbers and classes, and are deleted. Its
own export is one specimen. Others hold what was taken from the database on some day: the newest fifth, one class, the
first five thousand, everything. Lists of other firms were collected from the same population.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations, product
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tests.bench.zoo.truth import Edge, Truth, write_manifest, write_table

Rows: TypeAlias = npt.NDArray[np.void]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Combination: TypeAlias = tuple[str, bool, str, str, bool]

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "dated": {},
    "own_younger": {"when": "before"},
    "undated": {"when": "around", "dated": False},
    "unmarked": {"when": "around", "dated": False, "marked": False},
    "insiders": {"when": "around", "nested": True},
}
FIRST_DAY = date(2024, 1, 1)
OPENED, CLOSED = -1800, 900  # days in which the client's database is kept; exports are made late in them
SEEN = 20  # contacts that two lists must share for there to be anything to see
ROW = np.dtype([(name, "i8") for name in ("person", "number", "serial", "added", "city", "street", "level", "style")])
KINDS = ("newest", "oldest", "block", "class", "place", "first", "thinned", "whole")
ORDERS, COLUMNS = ("list", "number", "shuffled"), ("same", "fewer", "others")
COMBINATIONS = [*product(KINDS, (False, True), ORDERS, COLUMNS, (False, True))]
"""Kind of extract, padded with foreign rows, order, columns, number format changed."""
BASE = ("name", "number", "firm", "street", "city", "level", "added", "serial")
EXTRA = ("mail", "rep", "spent", "trade", "channel")  # columns of the database that an export may leave out
HEADERS = {
    "name": ("客户姓名", "姓名", "联系人"), "number": ("手机", "手机号码", "联系电话"), "firm": ("公司", "单位"),
    "street": ("地址", "详细地址"), "city": ("城市", "所在地"), "level": ("客户等级", "级别", "分类"),
    "added": ("登记时间", "注册日期"), "serial": ("客户编号", "ID", "编号"), "mail": ("邮箱", "Email"),
    "spent": ("累计消费", "金额"), "trade": ("行业",), "channel": ("渠道",), "rep": ("业务员",), "running": ("序号",),
}  # fmt: skip
TOWNS = "南京苏州无锡杭州宁波温州广州深圳东莞佛山济南青岛郑州成都武汉长沙厦门福州合肥保定西安沈阳上海北京重庆天津"
CITIES = [TOWNS[at : at + 2] for at in range(0, len(TOWNS), 2)]
PREFIXES = np.array([142, 143, 154, 160, 163, 164, 168, 169, 179])  # segments that no carrier was given
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻潘葛范彭鲁韦马苗方袁柳唐罗薛贺汤"
GIVEN = "建国秀兰志远晓东文静子豪雨欣佳怡俊杰海燕春梅永强丽娜天宇思琪少华玉珍明辉美玲振宇淑芬家辉雪松立新"
FIRMS = "鸿运瑞丰恒达盛源嘉禾万通聚宝天成博远金诚东升顺发凯旋宏图百川德润"
TRADES = ("商贸", "科技", "餐饮", "建材", "物流", "教育", "服饰", "装饰", "咨询", "机械")
STYLES = ("{}{:04}{:04}", "+86{}{:04}{:04}", "86{}{:04}{:04}", "{}-{:04}-{:04}", "{} {:04} {:04}")
USUAL = (0.72, 0.1, 0.06, 0.06, 0.06)  # how often each way of writing a number is met


@dataclass(frozen=True)
class Setting:
    """When extracts leave, next to the day of the client's own export, and what the manifest says."""

    when: str = "after"  # after, before, around
    dated: bool = True
    marked: bool = True
    nested: bool = False  # several overlapping extracts, one of them mostly taken from another

    def extracts(self, seed: int) -> list[Combination]:
        """What the extracts of a case are; all combinations come in turn, in an order that is drawn once."""
        rounds, rest = divmod(seed, 3)
        count, before = (3, 3 * seed) if self.nested else (1 + rest, 6 * rounds + rest * (rest + 1) // 2)
        drawn = np.random.default_rng([*map(ord, self.when), self.marked]).permutation(len(COMBINATIONS))
        return [COMBINATIONS[drawn[number % len(drawn)]] for number in range(before, before + count)]

    def leaves(self, day: int, rng: np.random.Generator) -> int:
        """When an extract leaves, if the client's own export is made on the day."""
        how = str(rng.choice(["same", "before", "after"], p=[0.3, 0.35, 0.35])) if self.when == "around" else self.when
        late = min(4 + int(rng.exponential(70)), 280)
        return day + {"same": 0, "before": -late, "after": late}[how]


@dataclass(frozen=True)
class People:
    """Everybody who can be in a list, with what is theirs wherever they register."""

    number: Ints
    city: Ints
    street: Ints
    fame: Floats

    def rows(self, who: Ints, rng: np.random.Generator) -> Rows:
        """Fresh rows of these people."""
        rows = np.zeros(len(who), ROW)
        rows["person"], rows["number"] = who, self.number[who]
        rows["city"], rows["street"] = self.city[who], self.street[who]
        rows["level"] = rng.choice(4, len(who), p=[0.08, 0.22, 0.4, 0.3])
        return rows

    def draw(self, count: int, taste: Floats, rng: np.random.Generator, drawn: Ints | None = None) -> Ints:
        """As many people who were not drawn before, by their fame and the taste for their towns."""
        ranks = rng.exponential(1, len(self.city)) / (self.fame * taste[self.city])
        ranks[[] if drawn is None else drawn] = np.inf
        return rng.permutation(np.argpartition(ranks, count)[:count])


@dataclass(eq=False)
class Specimen:
    """A list as it was found."""

    role: str
    rows: Rows
    columns: list[str]
    headers: int  # which of the words for each column
    day: int  # when it left the database that it was taken from
    parent: Specimen | None = None
    released: bool = False
    obtained: int | None = None
    created: int | None = None
    name: str = ""
    contacts: frozenset[int] = frozenset()


class Database:
    """The client's database on every day of its life."""

    def __init__(self, people: People, size: int, day: int, rng: np.random.Generator) -> None:
        self.people, count = people, round(2.2 * size)
        # A firm that grows, with campaigns that bring many on one day.
        days = OPENED + (CLOSED - OPENED) * rng.random(count) ** (1 / rng.uniform(1.0, 2.4))
        for _ in range(int(rng.integers(0, 8))):
            days[rng.random(count) < rng.uniform(0.01, 0.06)] = rng.integers(OPENED, CLOSED)
        added = np.sort(days.astype(np.int64))
        taste, drawn = rng.lognormal(0, 1.1, len(CITIES)), np.zeros(0, np.int64)
        for part in np.array_split(added, 5):  # where the firm is strong changes with the years
            taste = taste * rng.lognormal(0, 0.4, len(CITIES))
            drawn = np.append(drawn, people.draw(len(part), taste, rng, drawn))
        rows = people.rows(drawn, rng)
        again = rng.random(count) < rng.choice([0.0, 0.0, 0.006, 0.02])  # registered before, and not recognised
        rows[again] = rows[np.maximum(np.flatnonzero(again) - rng.integers(1, 2_000, again.sum()), 0)]
        deleted = added + rng.exponential(rng.uniform(2_500, 9_000), count).astype(np.int64)
        purge, old = int(rng.integers(-200, 700)), int(rng.integers(900, 1_800))
        purged = (added < purge - old) & (rng.random(count) < rng.choice([0.0, 0.3, 0.9])) & (rows["level"] == 3)
        deleted[purged & (deleted > purge)] = purge
        kept = rng.random(count) < size / max(size, ((added <= day) & (deleted > day)).sum())
        self.rows, self.added, self.deleted, count = rows[kept], added[kept], deleted[kept], kept.sum()
        self.rows["added"], self.style = self.added, int(rng.choice(5, p=USUAL))
        self.rows["serial"] = int(rng.choice([1, 1_000, 300_000])) + np.cumsum(rng.choice([1, 1, 1, 2, 3], count))
        by_hand = rng.random(count) < rng.choice([0.0, 0.0, 0.03, 0.12])
        self.rows["style"] = np.where(by_hand, rng.integers(0, 5, count), self.style)
        # Days on which people moved, took another number, and were put into another class, each after they registered.
        self.changes = [self.added + rng.exponential(mean, count).astype(np.int64) for mean in (12_000, 30_000, 5_000)]
        self.then = people.rows(rng.choice(len(people.number), count), rng)

    def state(self, day: int) -> Rows:
        """The rows that the database shows on a day, in order of registration."""
        rows = self.rows.copy()
        for changed, names in zip(self.changes, (("city", "street"), ("number",), ("level",)), strict=True):
            for name in names:
                rows[name] = np.where(changed <= day, self.then[name], rows[name])
        return np.compress((self.added <= day) & (self.deleted > day), rows)


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Keep the client's database, take extracts from it, and write what was found with its manifest."""
    setting = Setting(**settings)
    rng = np.random.default_rng([seed, 52_009, *map(ord, setting.when), setting.dated, setting.marked, setting.nested])
    size, day = int(np.exp(rng.uniform(np.log(3_000), np.log(30_000)))), int(rng.integers(350, 501))
    people = _people(int(np.clip(size * rng.uniform(5, 18), 60_000, 350_000)), rng)
    base = Database(people, size, day, rng)
    views = ["serial", "-serial", "city", "level", "number", "street"]
    view = str(rng.choice(views, p=[0.52, 0.2, 0.1, 0.06, 0.07, 0.05]))
    columns = [one for one in BASE if one in ("name", "number") or rng.random() < 0.97]
    columns += rng.choice(EXTRA, int(rng.choice([0, 1, 2], p=[0.5, 0.3, 0.2])), replace=False).tolist()
    lists = [Specimen("client", _ordered(base.state(day), view), columns, int(rng.integers(6)), day)]
    combinations = setting.extracts(seed)
    for nth, combination in enumerate(combinations):
        if setting.nested and nth == 2 and rng.random() < 0.75:
            parent = lists[int(rng.integers(1, 3))]
            left, source = parent.day + 1 + int(rng.exponential(30)), parent.rows
        else:
            parent, left = lists[0], setting.leaves(day, rng)
            source = _ordered(base.state(left), view)
        lists.append(_extract(base, parent, source, left, combination, rng))
    lists += [_stranger(people, rng) for _ in range(min(int(rng.integers(0, 4)), 5 - len(combinations)))]
    for number, one in zip(rng.permutation(len(lists)), lists, strict=True):
        one.name, one.contacts = f"d{number:03}", frozenset(one.rows["number"].tolist())
    _date(setting, lists, rng)
    _manifest(folder, setting, lists, {one.name: _write(folder, one, rng) for one in lists}, rng)
    return _truth(setting, lists)


def _people(count: int, rng: np.random.Generator) -> People:
    # Each town has its blocks of ten thousand numbers, the larger the town, the more.
    towns = rng.choice(len(CITIES), len(PREFIXES) * 10_000, p=rng.dirichlet(np.full(len(CITIES), 1.5)))
    used = rng.permutation(len(towns))[: count // 60]
    numbers = np.unique(rng.choice(used, round(1.1 * count)) * 10_000 + rng.integers(0, 10_000, round(1.1 * count)))
    numbers = rng.permutation(numbers)[:count]
    city = towns[numbers // 10_000]
    city = np.where(rng.random(len(city)) < 0.15, rng.permutation(city), city)  # some live elsewhere
    fame = rng.lognormal(0, rng.uniform(0.3, 1.2), len(city))
    numbers = PREFIXES[numbers // 10**8] * 10**8 + numbers % 10**8
    return People(numbers, city, rng.integers(0, 10**8, len(city)), fame)


def _ordered(rows: Rows, view: str) -> Rows:
    by = rows[view.removeprefix("-")]
    return np.take(rows, np.argsort(-by if view.startswith("-") else by, kind="stable"))


def _extract(
    base: Database, parent: Specimen, source: Rows, left: int, combination: Combination, rng: np.random.Generator
) -> Specimen:
    """Take from rows as they stand in front of the taker; what an extract does not show cannot be chosen by."""
    kind, padded, order, which, changed = combination
    if not (first_hand := parent.parent is None):
        needed = {"newest": "added", "oldest": "added", "block": "added", "class": "level", "place": "city"}
        kind = kind if needed.get(kind, "number") in parent.columns else "first"
        which = "fewer" if which == "others" else which
    rows = _selected(source, kind, rng)
    if padded:
        rows = _padded(base, rows, rng)
    if order != "list":
        rows = _ordered(rows, "number") if order == "number" else rng.permutation(rows)
    if changed:
        rows = rows.copy()
        rows["style"] = (base.style + int(rng.integers(1, 5))) % 5
    vendor = first_hand and rng.random() < 0.5
    role = str(rng.choice(["system_vendor", "contractor"])) if vendor else "data_trader"
    headers = parent.headers if rng.random() < 0.6 else int(rng.integers(6))
    columns = _columns(parent.columns, which, rng)
    return Specimen(role, rows, columns, headers, left, parent, released=vendor and rng.random() < 0.5)


def _selected(rows: Rows, kind: str, rng: np.random.Generator) -> Rows:
    count, share, start = len(rows), rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.5)
    fifth = 1 - rng.choice([0.2, 0.2, 0.1, 0.33, 0.5])
    low, high = {"newest": (fifth, 1), "oldest": (0, share), "block": (start, start + share)}.get(kind, (0, 1))
    rank = np.argsort(np.argsort(rows["added"], kind="stable")) / count
    chosen = (rank >= low) & (rank < high)
    if kind in ("class", "place"):
        cells = rows["level" if kind == "class" else "city"]
        values, often = np.unique(cells, return_counts=True)
        chosen = np.isin(cells, rng.permutation(values)[: int(rng.integers(1, 3 if kind == "class" else 5))])
        chosen |= (cells == values[often.argmax()]) & (chosen.sum() < 150)  # too few to be worth it
    elif kind == "first":
        # Exports are cut at round numbers, in the list's order or in another that was on the screen.
        rows = rows if rng.random() < 0.7 else _ordered(rows, str(rng.choice(["-serial", "city", "level", "number"])))
        limits = [n for n in (200, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000) if 0.04 * count < n < 0.9 * count]
        chosen = np.arange(count) < (int(rng.choice(limits)) if limits else count // 2)
    elif kind == "thinned":
        chosen = rng.random(count) < rng.uniform(0.3, 0.9)
    return np.compress(chosen, rows)


def _padded(base: Database, rows: Rows, rng: np.random.Generator) -> Rows:
    """With about one foreign row in a hundred, at the end, at the head or scattered."""
    outside = np.setdiff1d(np.arange(len(base.people.number)), base.rows["person"])
    foreign = base.people.rows(rng.choice(outside, max(2, round(len(rows) * rng.uniform(0.006, 0.016)))), rng)
    foreign["style"], foreign["added"] = rng.choice(rows[["style", "added"]].tolist(), len(foreign)).T
    foreign["serial"] = rng.integers(rows["serial"].min(), rows["serial"].max() + 1, len(foreign))
    scattered, edge = rng.integers(0, len(rows) + 1, len(foreign)), np.full(len(foreign), rng.choice([0, len(rows)]))
    return np.insert(rows, np.sort(scattered) if rng.random() < 0.4 else edge, foreign)


def _columns(known: Sequence[str], which: str, rng: np.random.Generator) -> list[str]:
    if which == "same":
        return list(known)
    others, lacking = [one for one in known if one != "number"], [one for one in EXTRA if one not in known]
    count = int(rng.choice(5, p=[0.15, 0.2, 0.25, 0.2, 0.2]))
    kept = ["number", *rng.permutation(others)[:count]]
    if which == "others":
        kept += rng.permutation(lacking)[: int(rng.integers(1, 4))].tolist()
    columns = [one for one in BASE + EXTRA if one in kept]
    return ["running", *columns] if len(columns) > 1 and "serial" not in columns and rng.random() < 0.3 else columns


def _stranger(people: People, rng: np.random.Generator) -> Specimen:
    """A list that another firm collected from the same population."""
    count, taste = int(np.exp(rng.uniform(np.log(800), np.log(9_000)))), rng.lognormal(0, 1.0, len(CITIES))
    rows = people.rows(people.draw(count, taste, rng), rng)
    rows["serial"] = int(rng.integers(1, 5_000)) + np.arange(count)
    rows["added"], rows["style"] = np.sort(rng.integers(-600, 350, count)), rng.choice(5, count, p=USUAL)
    columns = _columns([*BASE, *rng.choice(EXTRA, 2, replace=False).tolist()], "fewer", rng)
    role, view = str(rng.choice(["platform", "data_trader", "contractor"])), str(rng.choice(["serial", "number"]))
    return Specimen(role, _ordered(rows, view), columns, int(rng.integers(6)), 350)


def _date(setting: Setting, lists: Sequence[Specimen], rng: np.random.Generator) -> None:
    """When each list was obtained and, where that is known, made."""
    for one, own in ((one, lists[0]) for one in lists):
        late = 1 + int(rng.gamma(1.5, 30))
        if not setting.dated:
            one.obtained = CLOSED + 30
        elif one is own:
            one.obtained = own.day + int(rng.integers(0, 15))
            one.created = own.day if not setting.nested or rng.random() < 0.7 else None
        elif setting.when == "before" and one.parent is own:
            early = rng.random() < 0.6  # found before the client's own export was made
            one.obtained = int(rng.integers(one.day + 1, own.day)) if early else max(one.day + late, own.day)
            one.created = one.day if not early or rng.random() < 0.2 else None
        else:
            one.obtained = one.day + late if rng.random() < 0.75 else None
            one.created = one.day if rng.random() < 0.15 else None


def _write(folder: Path, one: Specimen, rng: np.random.Generator) -> str:
    """Write a list's file; its name."""
    shape = str(rng.choice(["utf-8", "utf-8-sig", "gb18030", "xlsx"], p=[0.4, 0.1, 0.25, 0.25]))
    dates = str(rng.choice(["%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d 00:00:00"]))
    header = tuple(HEADERS[column][(one.headers + len(column)) % len(HEADERS[column])] for column in one.columns)
    bare = one.columns == ["number"]
    table = [header][bare:] + list(zip(*(_cells(column, one.rows, dates) for column in one.columns), strict=True))
    if shape == "xlsx" and (len(table) > 6_000 or bare):
        shape = "gb18030"
    name = f"{one.name}.{'txt' if bare else 'xlsx' if shape == 'xlsx' else 'csv'}"
    write_table(folder / name, table, shape)
    return name


def _cells(column: str, rows: Rows, dates: str) -> list[str]:
    """The cells of a column as text."""
    who: list[int] = (rows["person"] * 48_271 % (2**31 - 1)).tolist()
    cells: dict[str, list[int]] = {name: rows[name].tolist() for name in ROW.names or ()}
    made: Mapping[str, Callable[[], list[str]]] = {
        # Some names were mistyped when the row was entered, and stay so.
        "name": lambda: [_name(p, serial % 67 == 0) for p, serial in zip(who, cells["serial"], strict=True)],
        "number": lambda: [STYLES[style].format(n // 10**8, n // 10**4 % 10**4, n % 10**4)
                           for n, style in zip(cells["number"], cells["style"], strict=True)],
        "firm": lambda: [_firm(p // 7 % 40_000) for p in who],
        "street": lambda: [f"{CITIES[c]}市{GIVEN[s % 46]}{GIVEN[s // 46 % 46]}路{s % 397 + 1}号"
                           for c, s in zip(cells["city"], cells["street"], strict=True)],
        "city": lambda: [CITIES[city] for city in cells["city"]],
        "level": lambda: ["ABCD"[level] for level in cells["level"]],
        "added": lambda: [(FIRST_DAY + timedelta(day)).strftime(dates) for day in cells["added"]],
        "serial": lambda: [str(serial) for serial in cells["serial"]],
        "running": lambda: [str(number) for number in range(1, len(rows) + 1)],
        "mail": lambda: [f"m{p}@mail.example" if p % 5 < 2 else "" for p in who],
        "rep": lambda: [f"{SURNAMES[serial // 50 % 12 * 3]}经理" for serial in cells["serial"]],
        "spent": lambda: [f"{s * 7_919 % 10_007 * (s % 89 + 1) / 100:.2f}" for s in cells["serial"]],
        "trade": lambda: [TRADES[p // 7 % 40_000 % 10] for p in who],
        "channel": lambda: ["门店网站展会转介"[s // 9 % 4 * 2 :][:2] for s in cells["serial"]],
    }  # fmt: skip
    return made[column]()


def _name(person: int, slip: bool) -> str:
    given = person // 50
    whole = SURNAMES[person % 50] + GIVEN[given % 46] + ("" if given % 5 == 0 else GIVEN[given // 46 % 46])
    return whole[:-1] + GIVEN[(given + 7) % 46] if slip else whole


def _firm(number: int) -> str:
    first, second = divmod(number, len(FIRMS))
    return FIRMS[first % len(FIRMS)] + FIRMS[second] + TRADES[number % 10] + ("有限公司" if number % 3 else "公司")


def _manifest(
    folder: Path, setting: Setting, lists: Sequence[Specimen], files: Mapping[str, str], rng: np.random.Generator
) -> None:
    parties, datasets, releases = (list[dict[str, object]]() for _ in range(3))
    holders, firms = rng.permutation(len(lists)), rng.permutation(999)
    for one in sorted(lists, key=lambda one: one.name):
        holder, own = f"p{holders[lists.index(one)]:02}", one is lists[0] and setting.marked
        role = one.role if setting.marked else None
        parties.append({"id": holder, "name": _firm(int(firms[len(parties)])), "role": role})
        obtained, created = ((FIRST_DAY + timedelta(day) if day else None) for day in (one.obtained, one.created))
        found = {"holder": holder, "obtained": obtained, "created": created, "origin": "own" if own else None}
        datasets.append({"id": one.name, "path": files[one.name], **found})
        if one.released and setting.dated:  # on paper the vendor got the list, whichever part of it turned up
            left = FIRST_DAY + timedelta(one.day)
            ends = left + timedelta(int(rng.integers(30, 200))) if rng.random() < 0.6 else None
            releases.append({"dataset": lists[0].name, "to": holder, "date": left, "ends": ends, "purpose": "dialling"})
    write_manifest(folder, name="extracts", parties=parties, datasets=datasets, releases=releases)


def _truth(setting: Setting, lists: Sequence[Specimen]) -> Truth:
    edges: set[Edge] = set()
    allowed: set[Edge] = set()
    for one in lists:
        if one.parent is not None:
            shared = len(one.contacts & one.parent.contacts)
            (edges if shared >= SEEN else allowed).add((one.parent.name, one.name))
    # Nothing tells apart lists of the same contacts, unless one of them is marked as the client's own.
    for one, twin in permutations(lists, 2):
        if one.contacts == twin.contacts and not (setting.marked and lists[0] in (one, twin)):
            allowed.add((one.name, twin.name))
            if one.parent not in (None, twin):
                allowed.add((one.parent.name, twin.name))
    extracts = frozenset(edge for edge in edges if edge[0] == lists[0].name)
    return Truth(frozenset(edges), frozenset(allowed - edges), extracts)
