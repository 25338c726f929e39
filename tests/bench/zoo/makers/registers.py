"""Registers that many compile for themselves, lists that grow for years, and the copies that are taken from them.

A body's members join, move, change their numbers and leave. Parties that do not know of each other compile what it
publishes; each misses rows of its own, mistypes, and adds people who are in no register. Some copy another's list with
its slips, gaps and strangers. An association's own list is exported for years, taken over by others who keep it up from
then on, and sold in extracts. A copy is taken from a file that is known, or from the list as it was on another day.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeAlias, TypeVar

from tests.bench.zoo.truth import Edge, Truth, write_manifest, write_table

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "register": {"world": "register", "copies": (3, 6)},
    "independent": {"world": "register", "compilers": (12, 18)},
    "source": {"world": "register", "compilers": (11, 18), "shown": True},
    "popular": {"world": "popular"},
    "growing": {"world": "growing"},
    "growing_undated": {"world": "growing", "dated": False},
}

START, SPAN = date(2018, 1, 1), 2_600  # first day, and days until the last one
SEGMENTS = ("142", "143", "154", "160", "163", "164", "168", "169", "179")  # of nobody
SURNAMES = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
CHARACTERS = "安邦宝晨成川春达德东芳飞丰福刚光桂国海浩和恒红华辉慧佳建杰金静军凯康兰乐丽亮琳玲龙梅美敏明宁平琪强清"
CITIES = ("南京", "苏州", "无锡", "常州", "南通", "扬州", "镇江", "泰州", "徐州", "合肥", "芜湖", "杭州")
HEADS: Mapping[str, tuple[str, ...]] = {
    "phone": ("手机号", "手机", "联系电话", "电话", "手机号码", "mobile"),
    "name": ("姓名", "联系人", "名字", "name"),
    "city": ("城市", "所在城市", "地区", "city"),
    "firm": ("单位", "公司", "工作单位", "机构名称"),
    "number": ("会员号", "编号", "证号"),
    "since": ("入会日期", "登记日期", "注册时间"),
}


class Row(NamedTuple):
    """A contact as some list has it; what the list does not have is empty."""

    name: str
    phone: str
    city: str
    firm: str
    number: str = ""
    since: str = ""


Rows: TypeAlias = dict[str, Row]  # a list in its order, by person; the keys are in no file
State = TypeVar("State", Row, Rows)


def _standing(states: Sequence[tuple[int, State]], day: float) -> State:
    return states[max(0, bisect_right(states, day, key=lambda one: one[0]) - 1)][1]


@dataclass(frozen=True)
class Member:
    """One of a body, with what the body knows from each of the days on."""

    joined: int
    left: int
    states: list[tuple[int, Row]]

    def at(self, day: float) -> Row | None:
        """The entry of that day."""
        return _standing(self.states, day) if self.joined <= day < self.left else None


class Body(dict[str, Member]):
    """Members in the order of joining."""

    def at(self, day: int) -> Rows:
        """The body's own list on a day."""
        return {key: row for key, member in self.items() if (row := member.at(day)) is not None}


class Care(NamedTuple):
    """How well somebody keeps a list."""

    coverage: float
    slips: float  # share of typed rows in which something is wrong
    learns: float  # share of changes, departures and new entries that come to the keeper's notice


class Style(NamedTuple):
    """How a party exports; `order` and `fields` name fields of a row."""

    fields: tuple[str, ...]
    heads: tuple[str, ...]
    order: str
    form: str
    phone: str

    def cells(self, row: Row) -> list[str]:
        """The row as it is in the file."""
        phone = self.phone.format(row.phone, row.phone[:3], row.phone[3:7], row.phone[7:])
        return [phone if name == "phone" else str(getattr(row, name)) for name in self.fields]


@dataclass(eq=False)
class Holding:
    """A living list of one party."""

    role: str
    style: Style
    states: list[tuple[int, Rows]] = field(default_factory=list)  # from each of the days on
    body: Body | None = None  # in place of the states: whose own list this is
    parents: list[tuple[Holding, int]] = field(default_factory=list)  # lists it was taken from, and the days
    exports: list[int] = field(default_factory=list)  # days of the exports that are on file
    ids: list[str] = field(default_factory=list)  # datasets, one for each export

    def at(self, day: int) -> Rows:
        """The list on a day."""
        return self.body.at(day) if self.body is not None else _standing(self.states, day)

    def file(self, day: int) -> Rows:
        """What an export of that day shows, in the file's order."""
        rows, order = list(self.at(day).items()), self.style.order
        if order == "random":
            Random(f"{len(rows)} {day}").shuffle(rows)
        elif order != "held":
            rows.sort(key=lambda one: str(getattr(one[1], order)))
        lacking = {name: "" for name in Row._fields if name not in self.style.fields}
        return {key: row._replace(**lacking) for key, row in rows}


class World:
    """People, the lists that are kept of them, and chance."""

    def __init__(self, rng: Random) -> None:
        self.rng, self.lists, self._phones = rng, list[Holding](), set[str]()
        self._cities = rng.sample(CITIES, rng.randint(6, 12))

    def person(self) -> Row:
        """One who is in no list yet; the first cities are the large ones, no number is given twice."""
        draw = self.rng
        while (phone := f"{draw.choice(SEGMENTS)}{draw.randrange(10**8):08}") in self._phones:
            pass
        self._phones.add(phone)
        city = self._cities[int(len(self._cities) * draw.random() ** 1.8)]
        name = draw.choice(SURNAMES) + "".join(draw.choices(CHARACTERS, k=draw.choice((1, 2, 2))))
        return Row(name, phone, city, f"{city}{''.join(draw.choices(CHARACTERS, k=4))}有限公司")

    def strangers(self, count: int) -> Rows:
        """People who are in no register."""
        return {f"x{n}": self.person() for n in range(count)}

    def body(self, size: int, growth: float) -> Body:
        """growth: share of the first size that joins in a year."""
        rng = self.rng
        leaving, moving = rng.uniform(0.01, 0.05) / 365, rng.uniform(0.04, 0.12) / 365
        joined = [-rng.randrange(1, 6_000) for _ in range(size)]
        joined += [rng.randrange(SPAN) for _ in range(int(size * growth * SPAN / 365))]
        members, before = Body(), self.person()
        for n, day in enumerate(sorted(joined)):
            row = self.person()
            if rng.random() < 0.03:  # one desk answers for several of a firm
                row = row._replace(phone=before.phone, city=before.city, firm=before.firm)
            before = row = row._replace(number=f"A{100_000 + n}", since=str(START + timedelta(day)))
            states, now = [(day, row)], float(max(day, 0))
            left = int(now) + 1 + int(rng.expovariate(leaving))
            while (now := now + rng.expovariate(moving)) < min(left, SPAN):
                new = self.person()
                moved = row._replace(city=new.city, firm=new.firm)
                row = moved if rng.random() < 0.5 else row._replace(phone=new.phone)
                states.append((int(now), row))
            members[f"m{n}"] = Member(day, left, states)
        return members

    def care(self) -> Care:
        """Nearly all is found, and mistyped seldom."""
        return Care(self.rng.uniform(0.9, 0.99), 10 ** self.rng.uniform(-3, -1.8), self.rng.uniform(0.3, 0.95))

    def style(self, registered: bool = True) -> Style:
        """registered: the register's number and date are at hand."""
        rng = self.rng
        form = rng.choices(("utf-8", "utf-8-sig", "gb18030", "xlsx", "txt"), (5, 2, 4, 3, 1))[0]
        chances = {"name": 0.95, "city": 0.6, "firm": 0.5, "number": 0.35 * registered, "since": 0.3 * registered}
        others = [name for name, chance in chances.items() if form != "txt" and rng.random() < chance]
        names = rng.sample(["phone", *others], 1 + len(others))
        order = rng.choices(("held", "number", "name", "city", "phone", "random"), (6, 1, 1, 1, 1, 1))[0]
        phone = rng.choices(("{0}", "+86 {0}", "86{0}", "{1}-{2}-{3}"), (8, 1, 1, 1))[0]
        return Style(tuple(names), tuple(rng.choice(HEADS[name]) for name in names), order, form, phone)

    def typed(self, row: Row, care: Care) -> Row:
        """The row as it is entered: now and then a digit or a character is another one, or two digits change places."""
        rng = self.rng
        if rng.random() >= care.slips:
            return row
        if rng.random() < 0.3:
            return row._replace(name=row.name[:-1] + rng.choice(CHARACTERS))
        digits, at = list(row.phone), rng.randrange(3, 10)
        other = digits[at + 1] if rng.random() < 0.5 else rng.choice("0123456789")
        digits[at : at + 2] = other, digits[at] if other == digits[at + 1] else digits[at + 1]
        return row._replace(phone="".join(digits))

    def compiled(self, body: Body, day: int, care: Care) -> Rows:
        """A published register as it is taken down, page by page, in up to two months; pages and rows are missed."""
        rng, found = self.rng, list(body.items())
        lasts, page = rng.choice((1, 1, 7, 30, 60)), rng.choice((10, 20, 50))
        if order := rng.choice(("", "", "city", "name")):
            found.sort(key=lambda one: str(getattr(one[1].states[0][1], order)))
        misses, by_page, rows = 1 - care.coverage, rng.uniform(0.1, 0.8), Rows()
        for first in range(0, len(found), page):
            if rng.random() < misses * by_page:
                continue
            for key, member in found[first : first + page]:
                row = member.at(day + lasts * first / len(found))
                if row is not None and rng.random() >= misses * (1 - by_page):
                    rows[key] = self.typed(row, care)
        return rows

    def mixed(self, rows: Rows, strangers: Rows, count: int) -> Rows:
        """People from elsewhere are added, at the end or among the others."""
        names = [key for key in self.rng.sample(sorted(strangers), min(count, len(strangers))) if key not in rows]
        last = self.rng.choice((0, len(rows)))
        places = {key: n for n, key in enumerate(rows)} | {key: self.rng.uniform(last, len(rows)) for key in names}
        return {key: rows[key] if key in rows else strangers[key] for key in sorted(places, key=places.__getitem__)}

    def kept_up(self, rows: Rows, body: Body, span: tuple[int, int], care: Care, joins: float) -> Rows:
        """The list at the end of the span; joins: of those whose joining is noticed, the share that is wanted."""
        (since, day), later, rng = span, Rows(), self.rng
        for key, row in rows.items():
            known, now = (body[key].at(since), body[key].at(day)) if key in body else (None, None)
            if known is None or now == known or rng.random() >= care.learns:
                later[key] = row
            elif now is not None:
                later[key] = self.typed(row._replace(phone=now.phone, city=now.city, firm=now.firm), care)
        for key, member in body.items():
            if since < member.joined <= day and key not in later and rng.random() < care.learns * joins:
                new = member.at(day)
                later |= {key: self.typed(new, care)} if new is not None else {}
        return later

    def kept(self, rows: Rows, body: Body, day: int, own: float | None = None) -> Iterator[tuple[int, Rows]]:
        """The list from a day on, seen to from time to time; own: share of members in a year of a list that went its
        own way, for which the body's new members are no longer wanted."""
        care, every, joins = self.care(), self.rng.uniform(100, 400), 1.0 if own is None else 0.1
        yield day, rows
        while (later := day + int(self.rng.uniform(0.7, 1.3) * every)) < SPAN:
            rows = self.kept_up(rows, body, (day, later), care, joins)
            for n in range(round(len(rows) * (own or 0.0) * (later - day) / 365)):
                since = str(START + timedelta(self.rng.randint(day, later)))
                rows[f"own {every} {later} {n}"] = self.person()._replace(since=since)
            day = later
            yield day, rows

    def taken(self, parent: Holding) -> tuple[int, Rows]:
        """A day, and what somebody got of the list: a file that is known, or the list itself at some other time."""
        if parent.exports and self.rng.random() < 0.6:
            export = self.rng.choice(parent.exports)
            return min(SPAN - 5, export + int(self.rng.expovariate(1 / 60))), parent.file(export)
        day = self.rng.randint(first := parent.states[0][0] if parent.states else 100, max(first, SPAN - 60))
        return day, parent.at(day)

    def hold(self, holding: Holding, wait: float = 150, seen: float = 1.0) -> Holding:
        """The list is kept; with chance `seen` one export, some days after its first one, is on file."""
        if self.rng.random() < seen:
            holding.exports = [min(SPAN, holding.states[0][0] + int(self.rng.expovariate(1 / wait)))]
        self.lists.append(holding)
        return holding

    def copied(self, parent: Holding, body: Body, strangers: Rows) -> Holding:
        """A list that was taken from another one, whole or in part, sometimes filled up from the register."""
        (day, rows), rng = self.taken(parent), self.rng
        share = rng.choice((1, 1, 1, rng.uniform(0.6, 0.98), rng.uniform(0.6, 0.98)))
        rows = {key: row for key, row in rows.items() if rng.random() < share}
        if body and rng.random() < 0.25:
            rows = rows | {key: row for key, row in self.compiled(body, day, self.care()).items() if key not in rows}
        rows = self.mixed(rows, strangers, int(len(rows) * rng.choice((0, 0, 0.01, 0.04, 0.1))))
        return self.hold(Holding("data_trader", self.style(), [(day, rows)], parents=[(parent, day)]), seen=0.85)

    def registers(self, compilers: tuple[int, int], copies: tuple[int, int], shown: bool) -> None:
        """One register and its compilers; shown: an export of the register itself is on file."""
        rng, body = self.rng, self.body(round(1_100 * 4.5 ** self.rng.random()), self.rng.uniform(0.01, 0.03))
        strangers = self.strangers(len(body) // 2)
        source = Holding("public_source", self.style(), body=body, exports=[rng.randrange(300, SPAN)])
        for _ in range(rng.randint(*compilers)):
            day = rng.randrange(100, SPAN - 200)
            rows = self.compiled(body, day, self.care())
            rows = self.mixed(rows, strangers, int(len(body) * rng.uniform(0, 0.08)))
            states = list(self.kept(rows, body, day)) if rng.random() < 0.5 else [(day, rows)]
            self.hold(Holding("data_trader", self.style(), states, parents=[(source, day)] * shown), 200)
        for _ in range(rng.randint(*copies)):
            self.copied(rng.choice(self.lists), body, strangers)
        self.lists += [source] * shown

    def populars(self) -> None:
        """Collections of parties that draw from one population, in which some are on every list; nobody copies."""
        rng, everyone = self.rng, self.strangers(self.rng.randrange(15_000, 35_000))
        known = dict(zip(everyone, map(rng.paretovariate, [rng.uniform(0.9, 1.2)] * len(everyone)), strict=True))
        for _ in range(rng.randint(12, 18)):
            flat, care, day = rng.uniform(0.7, 1.1), self.care(), rng.randrange(SPAN - 200)
            near = {city: rng.choice((1, 4)) for city in CITIES}
            turns = {key: rng.expovariate(known[key] ** flat * near[row.city]) for key, row in everyone.items()}
            keys = heapq.nsmallest(round(400 * 12 ** rng.random()), turns, key=turns.__getitem__)
            rng.shuffle(keys)
            rows = {key: self.typed(everyone[key], care) for key in keys}
            self.hold(Holding(rng.choice(("data_trader", "platform")), self.style(False), [(day, rows)]))

    def extract(self, rows: Rows) -> Rows:
        """Some cities, the newest or the oldest, or a sample."""
        kind, size = self.rng.choice(("city", "since", "sample")), int(self.rng.uniform(0.15, 0.7) * len(rows))
        keys = self.rng.sample(list(rows), len(rows))
        if kind != "sample":
            values = {key: str(getattr(rows[key], kind)) for key in keys}
            first = CITIES[self.rng.randrange(len(CITIES)) :] if kind == "city" else ()
            keys.sort(key=lambda key: (values[key] in first, values[key]), reverse=True)
        some = set(keys[: max(320, size)])
        return {key: row for key, row in rows.items() if key in some}

    def growings(self) -> None:
        """An association's list over the years, who took it over and kept it up, extracts with traders, strangers."""
        rng, strangers = self.rng, self.strangers(6_000)
        body = self.body(round(800 * 4 ** rng.random()), rng.uniform(0.04, 0.12))
        exports = sorted(rng.sample(range(150, SPAN, 15), rng.randint(4, 7)))
        self.lists = [Holding(rng.choice(("client", "other")), self.style(), body=body, exports=exports)]
        for _ in range(rng.randint(1, 2)):
            day, rows = self.taken(self.lists[0])
            states, days = list(self.kept(rows, body, day, rng.uniform(0.02, 0.15))), range(day, SPAN + 30, 15)
            exports = sorted(rng.sample(days, min(len(days), rng.randint(1, 3))))
            self.lists.append(Holding("other", self.style(), states, parents=[(self.lists[0], day)], exports=exports))
        roots, extracts = list(self.lists), []
        for _ in range(rng.randint(3, 5)):
            parent = rng.choice([*roots, roots[0], roots[0]])
            day, rows = self.taken(parent)
            rows = self.extract(rows)
            rows = self.mixed(rows, strangers, int(len(rows) * rng.choice((0, 0, 0.05, 0.2, 0.5))))
            one = Holding("data_trader", self.style(), [(day, rows)], parents=[(parent, day)])
            extracts.append(self.hold(one, 90, 0.85))
        for _ in range(rng.randint(1, 3)):
            self.copied(rng.choice(extracts), Body(), strangers)
        for _ in range(rng.randint(2, 3)):
            day, care = rng.randrange(100, SPAN - 100), self.care()
            members = {key: row for key, row in body.at(day).items() if rng.random() < 0.08}
            rows = self.mixed(members, strangers, rng.randrange(400, 2_500))
            rows = {key: self.typed(row, care) for key, row in rows.items()}
            self.hold(Holding("data_trader", self.style(False), [(day, rows)]))

    def write(self, folder: Path, dated: bool) -> Truth:
        """Lists and manifest; neither ids nor their order tell anything."""
        rng = self.rng
        lists, count = len(self.lists), sum(len(one.exports) for one in self.lists)
        holders, names = rng.sample(range(lists), lists), rng.sample(range(count), count)
        parties, datasets = {}, {}
        for one, holder in zip(self.lists, (f"p{n:02}" for n in holders), strict=True):
            parties[holder] = {"id": holder, "name": "".join(rng.choices(CHARACTERS, k=4)), "role": one.role}
            for export in one.exports:
                one.ids.append(name := f"d{names.pop():03}")
                form, heads = one.style.form, [] if one.style.form == "txt" else [one.style.heads]
                path = f"{name}.{form if form in {'xlsx', 'txt'} else 'csv'}"
                table = [*heads, *map(one.style.cells, one.file(export).values())]
                write_table(folder / path, table, "utf-8" if form == "txt" else form)
                found = export + 1 + int(rng.expovariate(1 / 70)) if dated else SPAN + 100
                datasets[name] = {"id": name, "path": path, "holder": holder, "obtained": START + timedelta(found)} | {
                    "created": START + timedelta(export) if dated and rng.random() < 0.45 else None,
                    "origin": "own" if one.role == "client" else None,
                }
        seen = [parties[one] for one in sorted({str(row["holder"]) for row in datasets.values()})]
        write_manifest(folder, name="Registers", parties=seen, datasets=[datasets[name] for name in sorted(datasets)])
        return truth_of(self.lists)


def truth_of(lists: list[Holding]) -> Truth:
    """Edges between the exports that are on file; lists without one are passed through."""
    edges, allowed, extracts = set[Edge](), set[Edge](), set[Edge]()
    for child in lists:
        edges |= set(zip(child.ids, child.ids[1:], strict=False))
        for parent, day in (one for above in child.parents if child.ids for one in _sighted(*above)):
            # Of exports that are older than the child's first, the one that is nearest to the day of copying.
            known = dict(zip(parent.exports, parent.ids, strict=True))
            days = [export for export in known if export <= child.exports[0]] or list(known)
            near = sorted(days, key=lambda export: abs(export - day))
            edges.add(edge := (known[near[0]], child.ids[0]))
            extracts |= {edge} if parent.role == "client" and child.role == "data_trader" else set()
            # Taken between two exports, about as far from the one as from the other: of which state is undecided.
            if len(near) > 1 and (near[0] - day) * (near[1] - day) < 0 and abs(near[1] - day) < 2 * abs(near[0] - day):
                allowed.add((known[near[1]], child.ids[0]))
    return Truth(frozenset(edges), frozenset(allowed), frozenset(extracts))


def _sighted(parent: Holding, day: int) -> list[tuple[Holding, int]]:
    return [(parent, day)] if parent.exports else [one for above in parent.parents for one in _sighted(*above)]


def build(
    folder: Path, seed: int, *, world: str = "register", compilers: tuple[int, int] = (9, 14),
    copies: tuple[int, int] = (0, 0), shown: bool = False, dated: bool = True,
) -> Truth:  # fmt: skip
    """Make one case; `world` is register, popular or growing."""
    made = World(Random(f"registers {world} {seed}"))
    worlds = {"register": lambda: made.registers(compilers, copies, shown), "popular": made.populars}
    worlds.get(world, made.growings)()
    return made.write(folder, dated)
