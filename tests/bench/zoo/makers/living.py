"""Living databases, seen through specimens.

Every holder runs a database through a year or two: it collects people by its own taste, loses rows, corrects cells,
and takes in parts of other holders' databases. What is found of it is an export of some day, often months away from the
copies that were taken, with rows, columns, order and format as somebody chose them for that export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tests.bench.zoo.truth import Edge, Truth, write_manifest, write_table

Rows: TypeAlias = npt.NDArray[np.void]
Ints: TypeAlias = npt.NDArray[np.int64]
Told: TypeAlias = tuple[str, "Specimen"]

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "standard": {},
    "undated": {"dated": False},
    "slow": {"churn": 0.25},
    "fast": {"churn": 4.0, "deals_in": (0.05, 0.45), "exports_in": (0.7, 1.0)},
    "versions": {"size": (8, 10), "versions": 2.4, "exports_in": (0.15, 1.0)},
    "hidden": {"size": (19, 23), "hidden": 0.34},
}
FIRST_DAY = date(2024, 1, 1)
SEEN = 20  # rows that must have gone from one list to the other and stand in both, for there to be anything to see
NAMES = ("person", "serial", "added", "since", "spelling", "place", "street", "format", "last", "way")
FIELDS = np.dtype([(name, "i4") for name in NAMES])
"""A row: `added` on a day, telling the date `since`; `last` is the deal that brought it, `way` the number of its way
through holders of whom there is a specimen."""
PREFIXES = ("142", "143", "154", "160", "163", "164", "168", "169", "179")  # segments that no carrier was given
_CITIES = "江苏南京江苏苏州浙江杭州浙江宁波广东广州广东深圳山东济南河南郑州四川成都湖北武汉湖南长沙福建厦门安徽合肥"
CITIES = [_CITIES[at : at + 4] for at in range(0, len(_CITIES), 4)]
PROVINCES = sorted({city[:2] for city in CITIES})
PROVINCE_OF = np.array([PROVINCES.index(city[:2]) for city in CITIES])
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡"
SYLLABLES = "安博晨丹恩芳刚海佳凯兰明宁鹏琪瑞珊涛薇欣雅泽志伟静敏丽强磊军洋勇艳杰娟霞平辉玲桂"
STREETS = [f"{{}}市{a}{b}路{number}号" for a in SYLLABLES for b in SYLLABLES for number in range(1, 8)] + [""]
ROLES: Mapping[str, tuple[float, float, tuple[str, ...]]] = {
    "public_source": (0.6, 0, ()),
    "client": (1.0, 0.35, ("platform", "public_source")),
    "platform": (1.2, 1.0, ("client", "public_source", "system_vendor", "platform")),
    "system_vendor": (0.06, 2.2, ("client", "platform")),
    "data_trader": (0.1, 2.2, ("system_vendor", "platform", "data_trader", "client", "public_source")),
    "contractor": (0.08, 1.6, ("data_trader", "platform", "system_vendor", "client")),
}
"""How busily a holder collects people itself, from about how many others it gets data, and from whom."""
MARKET = list(ROLES)[1:]
HEADERS = {
    "phone": ("手机号", "手机号码", "联系电话"), "name": ("姓名", "客户姓名", "联系人"), "city": ("城市", "所在城市"),
    "address": ("地址", "联系地址"), "date": ("注册日期", "登记日期", "创建时间"), "id": ("编号", "序号", "ID"),
}  # fmt: skip
FORMATS = ("{}{}{}", "+86{}{}{}", "86-{}{}{}", "{} {} {}", "{}-{}-{}")


class People:
    """Everybody who can be in a list."""

    def __init__(self, rng: np.random.Generator, days: int) -> None:
        count = int(rng.integers(20_000, 60_001))
        place = rng.choice(len(CITIES), count, p=rng.dirichlet(np.full(len(CITIES), 2.0)))
        # Numbers of one place come from its blocks of ten thousand, as carriers give them out.
        blocks = rng.permutation(len(PREFIXES) * 10_000)[: len(CITIES) * 300].reshape(len(CITIES), 300)
        numbers = blocks[place, rng.integers(0, 300, count)] * 10_000 + rng.integers(0, 10_000, count)
        kept = np.unique(numbers, return_index=True)[1]  # everybody stands by number
        self.place, numbers, count = place[kept], numbers[kept], len(kept)
        self.phone = [(PREFIXES[n // 10**8], f"{n // 10**4 % 10**4:04}", f"{n % 10**4:04}") for n in numbers.tolist()]
        self.moves = np.where(rng.random(count) < 0.12, rng.integers(0, days, count), 10**6)
        self.next_place, self.kind = rng.choice(place, count), rng.integers(0, 6, count)
        self.fame = rng.lognormal(0, 1.0, count)
        shape = rng.integers(0, [len(SURNAMES), len(SYLLABLES), len(SYLLABLES), 5, 2], (count, 5)).tolist()
        names = [SURNAMES[a] + SYLLABLES[b] + (SYLLABLES[c] if d else "") for a, b, c, d, _ in shape]
        slips = [name[:-1] + SYLLABLES[c - 7] for name, (_, _, c, _, _) in zip(names, shape, strict=True)]
        titles = [SURNAMES[a] + ("先生", "女士")[e] for a, _, _, _, e in shape]
        self.spellings = names, slips, [name[:-1] for name in names], titles

    def lives(self, who: Ints, day: int) -> Ints:
        """Where they live on a day."""
        return np.where(self.moves[who] <= day, self.next_place[who], self.place[who])


class Holder:
    """A holder with its database and its habits."""

    def __init__(self, role: str, people: People, churn: float, rng: np.random.Generator) -> None:
        self.role, self.rows, self.serial = role, np.zeros(0, FIELDS), int(rng.integers(1, 90_000))
        local, choosy = rng.lognormal(0, rng.uniform(0.3, 1.6), len(PROVINCES)), rng.lognormal(0, 0.6, 6)
        self.tastes = []
        for _ in range(3):  # what a holder looks for drifts from one campaign to the next
            where, what = local * rng.lognormal(0, 0.5, len(PROVINCES)), choosy * rng.lognormal(0, 0.3, 6)
            self.tastes.append(np.cumsum(people.fame * where[PROVINCE_OF[people.place]] * what[people.kind]))
        self.rate, self.refresh = rng.uniform(15, 55) * ROLES[role][0] * churn**0.5, rng.choice([0.0, 0.3, 1.0])
        self.loss = churn * rng.uniform(0.001, 0.006) * (2 if role == "contractor" else 1)
        self.edits, self.slips = churn * rng.uniform(0.0005, 0.004), rng.uniform(0.01, 0.06)
        self.purge_after, self.repeats = rng.integers(200, 700) / max(1.0, churn**0.5), rng.choice([0.0, 0.0, 0.08])
        self.formats = rng.choice(5, rng.integers(1, 4), p=[0.6, 0.12, 0.08, 0.1, 0.1])
        self.columns = [one for one in HEADERS if one != "phone" and rng.random() < (0.9 if one == "name" else 0.6)]
        self.resets_date, self.normalises, self.drops_street = rng.random(3) < (0.5, 0.5, 0.35)

    def append(self, new: Rows) -> None:
        """Put rows at the end."""
        new["serial"] = self.serial + np.arange(len(new))
        self.serial += len(new)
        self.rows = np.concatenate([self.rows, new])


@dataclass
class Deal:
    """A part of one database that goes into another."""

    giver: int
    receiver: int
    copied: int
    received: int
    how: str
    ends: int | None = None
    cargo: Rows = field(default_factory=lambda: np.zeros(0, FIELDS))


@dataclass
class Specimen:
    """An export of a holder's database."""

    holder: int
    day: int
    name: str = ""
    rows: Rows = field(default_factory=lambda: np.zeros(0, FIELDS))


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Let the market live, and write its specimens and the manifest into the folder."""
    world = World(np.random.default_rng([seed, 7_301]), **settings)
    world.live()
    for number, specimen in zip(world.rng.permutation(len(world.specimens)), world.specimens, strict=True):
        specimen.name = f"d{number:03}"
    _manifest(folder, world)
    return _truth(world)


@dataclass
class World:
    """The market through its time, and how lively it is and what an investigator gets of it."""

    rng: np.random.Generator
    size: tuple[int, int] = (13, 16)  # holders
    hidden: float = 0.1  # share of the holders of whom nothing was found
    versions: float = 1.45  # specimens of a holder
    churn: float = 1.0
    deals_in: tuple[float, float] = (0.08, 0.85)  # when in the period data is handed on, and when specimens are made
    exports_in: tuple[float, float] = (0.35, 1.0)
    dated: bool = True

    def __post_init__(self) -> None:
        rng, self.days = self.rng, int(self.rng.integers(380, 731))
        self.people = People(rng, self.days)
        roles = [*MARKET, "client", "system_vendor", "data_trader"]
        roles += rng.choice(MARKET, rng.integers(self.size[0], self.size[1] + 1) - len(roles)).tolist()
        roles += ["public_source"] * int(rng.random() < 0.4)
        # Data goes down the list only, so that nobody gets back what it gave; some platforms sell to clients.
        stand = [list(ROLES).index(role) + rng.normal(0, 0.8) for role in roles]
        self.holders = [Holder(roles[i], self.people, self.churn, rng) for i in np.argsort(stand)]
        self.deals = [deal for i in range(len(roles)) for deal in self._deals_of(i)]
        self.specimens = sorted(self._specimens(), key=lambda one: (one.day, one.holder))
        self.ways: list[tuple[int, ...]] = [()]
        self.found = {one.holder for one in self.specimens}

    def live(self) -> None:
        """Let the days pass: weekly change, and deals and exports on their days."""
        agenda: list[tuple[int, int, Callable[[Any], None], Any]]
        agenda = [(day, 0, self._week, day) for day in range(0, self.days + 1, 7)]
        agenda += [(deal.copied, 1, self._copy, deal) for deal in self.deals]
        agenda += [(deal.received, 2, self._receive, number) for number, deal in enumerate(self.deals)]
        ended = [(deal.ends, n) for n, deal in enumerate(self.deals) if deal.ends and self.rng.random() < 0.35]
        agenda += [(day, 3, self._give_up, number) for day, number in ended]
        agenda += [(one.day, 4, self._export, one) for one in self.specimens]
        for holder in self.holders:
            stock = int(self.rng.integers(900, 3600) * ROLES[holder.role][0])
            self._collect(holder, 0, np.sort(-self.rng.exponential(300, stock).astype(np.int64)))
        for _, _, happens, to in sorted(agenda, key=lambda one: one[:2]):
            happens(to)

    def _deals_of(self, receiver: int) -> Iterator[Deal]:
        rng, (_, mean, roles) = self.rng, ROLES[self.holders[receiver].role]
        may = [i for i in range(receiver) if self.holders[i].role in roles]
        for giver in rng.permutation(may)[: int(rng.poisson(max(0.0, mean - 0.5)) + (rng.random() < mean))].tolist():
            how = str(rng.choice(["whole", "newest", "place", "random", "kind", "unknown"]))
            day = int(rng.uniform(*self.deals_in) * self.days)
            for _ in range(int(rng.choice([1, 2, 3], p=[0.65, 0.2, 0.15]))):
                received = day + int(rng.exponential(6))
                ends = day + int(rng.integers(60, 300)) if self.holders[giver].role == "client" else None
                if received < self.days:
                    yield Deal(giver, receiver, day, received, how, ends)
                day += int(rng.integers(25, 120))

    def _specimens(self) -> Iterator[Specimen]:
        rng, count = self.rng, len(self.holders)
        found = rng.permutation(count)[: round(count * (1 - self.hidden))]
        total = int(np.clip(len(found) * self.versions * rng.uniform(0.85, 1.15), max(14, len(found)), 24))
        counts = Counter([*found.tolist(), *rng.choice(found, total - len(found)).tolist()])
        for holder, count in sorted(counts.items()):
            low, high = self.exports_in[0] * self.days, self.exports_in[1] * self.days
            got = [deal.received for deal in self.deals if deal.receiver == holder]
            if got and ROLES[self.holders[holder].role][0] < 0.5:  # there is little to export before
                low = min(max(low, min(got) + 7), high - 30)
            for n in range(count):
                yield Specimen(holder, int(low + (high - low) / count * (n + rng.uniform(0.1, 0.9))))

    def _week(self, day: int) -> None:
        for holder in self.holders:
            self._collect(holder, day, day - self.rng.integers(0, 7, self.rng.poisson(holder.rate)))
            kept = self.rng.random(len(holder.rows)) >= holder.loss * (1 + (day - holder.rows["added"]) / 365)
            if self.rng.random() < 1 / 50:  # a purge of what is old
                kept &= (holder.rows["since"] > day - holder.purge_after) | (self.rng.random(len(kept)) < 0.2)
            holder.rows = holder.rows[kept | (len(kept) < 300)]  # nobody empties what is in use
            at = np.flatnonzero(self.rng.random(len(holder.rows)) < holder.edits)
            holder.rows["place"][at] = self.people.lives(holder.rows["person"][at], day)
            holder.rows["spelling"][at] = np.where(self.rng.random(len(at)) < 0.85, 0, 3)

    def _collect(self, holder: Holder, day: int, dates: Ints) -> None:
        rng, taste = self.rng, holder.tastes[day // 130 % len(holder.tastes)]
        who = np.unique(np.searchsorted(taste, rng.random(len(dates)) * taste[-1]))
        who = rng.permutation(who[~np.isin(who, holder.rows["person"])])
        new = np.zeros(len(who), FIELDS)
        new["person"], new["added"], new["since"] = who, day, dates[: len(who)]
        new["spelling"] = np.where(rng.random(len(who)) < holder.slips, rng.integers(1, 4, len(who)), 0)
        new["place"], new["street"] = self.people.lives(who, day), -1 if holder.drops_street else who * 31 % 9_973
        new["format"], new["last"] = rng.choice(holder.formats, len(who)), -1
        holder.append(new)

    def _copy(self, deal: Deal) -> None:
        rng, rows = self.rng, self.holders[deal.giver].rows
        province = PROVINCE_OF[rows["place"]]
        ways: dict[str, Callable[[], npt.NDArray[np.bool_]]] = {
            "whole": lambda: np.ones(len(rows), np.bool_),
            "newest": lambda: np.arange(len(rows)) >= len(rows) * 0.8,
            "place": lambda: np.isin(province, rng.choice(province, rng.integers(1, 4))),
            "random": lambda: rng.random(len(rows)) < rng.uniform(0.15, 0.7),
            "kind": lambda: np.isin(self.people.kind[rows["person"]], rng.choice(6, 2, replace=False)),
            "unknown": lambda: ~np.isin(rows["person"], self.holders[deal.receiver].rows["person"]),
        }  # unknown: those whom the receiver lacks
        taken = ways[deal.how]()
        deal.cargo = rows[taken] if taken.sum() >= 100 or deal.how == "unknown" else rows.copy()

    def _receive(self, number: int) -> None:
        rng, deal = self.rng, self.deals[number]
        holder, new = self.holders[deal.receiver], rng.permutation(deal.cargo) if rng.random() < 0.4 else deal.cargo
        new["added"], new["last"] = deal.received, number
        if deal.giver in self.found:
            ways, which = np.unique(new["way"], return_inverse=True)
            new["way"] = len(self.ways) + which
            self.ways += [(*self.ways[way], number) for way in ways]
        new["since"] = deal.received if holder.resets_date else new["since"]
        new["format"] = holder.formats[0] if holder.normalises else new["format"]
        new["street"] = -1 if holder.drops_street else new["street"]
        new["spelling"][rng.random(len(new)) < 0.01] = 2
        held = {person: at for at, person in enumerate(holder.rows["person"].tolist())}
        at = np.array([held.get(person, -1) for person in new["person"].tolist()], np.int64)
        fresher = (at >= 0) & (rng.random(len(new)) < holder.refresh)
        for name in ("spelling", "place", "street"):
            holder.rows[name][at[fresher]] = new[name][fresher]
        holder.append(new[(at < 0) | (rng.random(len(new)) < holder.repeats)])

    def _give_up(self, number: int) -> None:
        holder = self.holders[self.deals[number].receiver]
        holder.rows = holder.rows[holder.rows["last"] != number]

    def _export(self, specimen: Specimen) -> None:
        rng, rows = self.rng, self.holders[specimen.holder].rows
        how, kept, province = rng.random(), np.ones(len(rows), np.bool_), PROVINCE_OF[rows["place"]]
        if how < 0.15:
            kept = np.isin(province, rng.choice(province, 3))
        elif how < 0.3:
            kept = rows["since"] >= np.quantile(rows["since"], rng.uniform(0.1, 0.6))
        elif how < 0.45:
            kept = rng.random(len(rows)) < rng.uniform(0.25, 0.8)
        rows = rows[kept] if kept.sum() >= 300 else rows
        if len(rows) > 6_000:
            rows = rows[-int(rng.choice([3_000, 5_000, 6_000])) :]
        key = str(rng.choice(["serial", "serial", "serial", "since", "person", "place", "shuffled"]))
        order = np.argsort(rng.permutation(len(rows)) if key == "shuffled" else rows[key], kind="stable")
        specimen.rows = rows[order[:: int(rng.choice([1, 1, -1]))]]


def _write(folder: Path, one: Specimen, world: World) -> str:
    """Write a specimen's file, in a format of its own; its name."""
    rng, people = world.rng, world.people
    kind = str(rng.choice(["utf-8", "gb18030", "xlsx", "txt"], p=[0.42, 0.22, 0.22, 0.14]))
    columns = ["phone"] + [column for column in world.holders[one.holder].columns if rng.random() < 0.8]
    columns = ["phone"] if kind == "txt" else rng.permutation(columns).tolist()
    header = [str(rng.choice(HEADERS[column])) for column in columns]
    alike = int(rng.choice([-1, 0, 1, 3, 4], p=[0.4, 0.4, 0.07, 0.06, 0.07]))  # one number format, or as they are kept
    dates = str(rng.choice(["%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d 00:00:00", "%Y%m%d"]))
    ways: dict[str, Callable[[dict[str, int]], str]] = {
        "phone": lambda row: FORMATS[row["format"] if alike < 0 else alike].format(*people.phone[row["person"]]),
        "name": lambda row: people.spellings[row["spelling"]][row["person"]],
        "city": lambda row: CITIES[row["place"]],
        "address": lambda row: STREETS[row["street"]].format(CITIES[row["place"]]),
        "date": lambda row: (FIRST_DAY + timedelta(row["since"])).strftime(dates),
        "id": lambda row: str(row["serial"]),
    }
    named = [dict(zip(NAMES, row, strict=True)) for row in one.rows.tolist()]
    table = [[ways[column](row) for column in columns] for row in named]
    path = folder / f"{one.name}.{kind if kind in ('xlsx', 'txt') else 'csv'}"
    write_table(path, table if kind == "txt" else [header, *table], "utf-8" if kind == "txt" else kind)
    return path.name


def _manifest(folder: Path, world: World) -> None:
    rng, holders = world.rng, world.holders
    ids = [f"p{number:02}" for number in rng.permutation(len(holders))]
    parties = [
        {"id": party, "name": "".join(rng.choice(list(SYLLABLES), 3)) + "公司", "role": holder.role}
        for party, holder in sorted(zip(ids, holders, strict=True))
    ]
    asked = {i for i, holder in enumerate(holders) if holder.role == "client" and rng.random() < 0.6}
    datasets: list[Mapping[str, object]] = []
    for one in sorted(world.specimens, key=lambda one: one.name):
        late = int(rng.gamma(1.5, 4 if one.holder in asked else 20))
        obtained, known = one.day + late if world.dated else world.days + 45, rng.random() < 0.25
        datasets.append({
            "id": one.name, "path": _write(folder, one, world),
            "holder": ids[one.holder], "obtained": FIRST_DAY + timedelta(obtained),
            "created": FIRST_DAY + timedelta(one.day) if world.dated and known else None,
            "origin": "own" if one.holder in asked else None,
        })  # fmt: skip
    releases: list[Mapping[str, object]] = []
    for deal in world.deals:
        seen = [one for one in world.specimens if one.holder == deal.giver]
        uploads = holders[deal.receiver].role in ("system_vendor", "contractor") and deal.giver in asked
        if uploads and seen and rng.random() < 0.7:
            releases.append({
                "dataset": _nearest(seen, deal.copied).name, "to": ids[deal.receiver], "purpose": "dialling",
                "date": FIRST_DAY + timedelta(deal.copied), "ends": FIRST_DAY + timedelta(deal.ends or 0),
            })  # fmt: skip
    write_manifest(folder, name="living", parties=parties, datasets=datasets, releases=releases)


def _nearest(specimens: Sequence[Specimen], copied: int) -> Specimen:
    """The specimen nearest to the state that was copied: the latest before, else the earliest; they stand by day."""
    return [specimens[0], *(one for one in specimens if one.day <= copied)][-1]


def _truth(world: World) -> Truth:
    """Edges between specimens, by the ways of their rows."""
    found: dict[str, set[Edge]] = {"edge": set(), "open": set(), "passed": set()}
    for new in world.specimens:
        own = [one for one in world.specimens if one.holder == new.holder and one.day < new.day]
        for holder in world.found:
            olds = [one for one in world.specimens if one.holder == holder]
            told = _versions(own, new) if holder == new.holder else _between(world, olds, new, own)
            for kind, old in told:
                found[kind].add((old.name, new.name))
    # What passed a holder of whom no specimen shows it is undecided.
    allowed = found["open"] | (found["passed"] - Truth(frozenset(found["edge"])).ancestors)
    return Truth(edges=frozenset(found["edge"]), allowed=frozenset(allowed - found["edge"]))


def _versions(own: Sequence[Specimen], new: Specimen) -> Iterator[Told]:
    """The one before is the parent; one still earlier counts for nothing if it shows what that one lacks."""
    for old in own:
        rest = new.rows["person"] if old is own[-1] else np.setdiff1d(new.rows["person"], own[-1].rows["person"])
        shows = np.isin(rest, old.rows["person"]).sum() >= SEEN
        if shows or old is own[-1]:
            yield "edge" if shows and old is own[-1] else "open", old


def _between(world: World, olds: Sequence[Specimen], new: Specimen, own: Sequence[Specimen]) -> Iterator[Told]:
    """The specimens of another holder from which there is an edge, or of whose list there is something else."""
    deals = [[world.deals[number] for number in way] for way in world.ways]
    last = {way: passed[-1] for way, passed in enumerate(deals) if passed and passed[-1].giver == olds[0].holder}
    through = [way for way, passed in enumerate(deals) if any(deal.giver == olds[0].holder for deal in passed)]
    for old in olds:
        both = new.rows[np.isin(new.rows["person"], old.rows["person"])]
        fresh = both["way"][both["added"] > (own[-1].day if own else -1)]
        if np.isin(fresh, [way for way, deal in last.items() if _nearest(olds, deal.copied) is old]).sum() >= SEEN:
            yield "edge", old
        elif np.isin(new.rows["way"], list(last)).any():
            yield "open", old
        elif np.isin(both["way"], through).sum() >= SEEN:
            yield "passed", old
