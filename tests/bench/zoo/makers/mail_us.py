"""A market of mail addresses in the United States.

Shops, newsletters and a vendor of rolls collect people; lists are uploaded to mail services, rented out by the slice,
bought and merged by brokers, suppressed, cleaned, and filled up with columns of other lists. Few rows are complete.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import openpyxl

from tests.bench.zoo.truth import Truth, write_manifest

Rows: TypeAlias = npt.NDArray[np.void]

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "standard": {},
    "undated": {"dated": False},
    "merges": {"merge": (2, 5), "brokers": 6},
    "hidden": {"holders": (24, 29), "hidden": 0.34},
    "holes": {"holes": 0.3},
}
FIRST_DAY = date(2024, 3, 1)
SEEN = 20  # contacts that went from one list to the other and show in both, for there to be anything to see
CELLS = ("first", "last", "street", "city", "state", "zip")
FIELDS = ("person", "mail", "phone", "cells", "day", "site", "mail_case", "name_case", "slip", "out", "source", "fill")
ROW = np.dtype([(name, "i8") for name in FIELDS])
# mail: which of the person's, or -1; phone: 0, or -1; cells: bits of the other filled columns; source, fill: the deals,
# from 1, through which the row came, and through which a missing phone or mail was filled in.
REGIONS = (  # state, its share of the people, area codes; towns with the beginning of their zip codes
    "CA 39 213 310 323 408 415 510 619 626 650 707 714 760 805 818 916|900 Los Angeles|921 San Diego|958 Sacramento",
    "TX 29 210 214 254 281 361 409 432 512 713 806 817 903 915 940 956 972|770 Houston|752 Dallas|787 Austin",
    "FL 21 239 305 321 352 386 407 561 727 772 813 850 863 904 941 954|331 Miami|336 Tampa|328 Orlando",
    "NY 20 212 315 347 516 518 585 607 631 646 716 718 845 914 917|100 New York|112 Brooklyn|142 Buffalo|146 Rochester",
    "PA 13 215 267 412 484 570 610 717 724 814|191 Philadelphia|152 Pittsburgh", "MA 7 413 508 617 781 978|021 Boston",
    "IL 13 217 309 312 618 630 708 773 815 847|606 Chicago|627 Springfield", "WA 8 206 253 360 425 509|981 Seattle",
    "OH 12 216 330 419 440 513 614 740 937|432 Columbus|441 Cleveland", "AZ 7 480 520 602 623 928|850 Phoenix",
    "GA 11 229 404 478 706 770 912|303 Atlanta", "NC 11 252 336 704 828 910 919|282 Charlotte|276 Raleigh",
    "MI 10 231 248 313 517 586 616 734 810|482 Detroit", "VA 9 276 434 540 703 757 804|232 Richmond|235 Norfolk",
)  # fmt: skip
PLACES = [(line[:2], *town.split(" ", 1)) for line in REGIONS for town in line.split("|")[1:]]
CODES = [(line[:2], code) for line in REGIONS for code in line.split("|")[0].split()[2:]]
STATES, OWNERS = np.array([state for state, *_ in PLACES]), np.repeat([state for state, _ in CODES], 100)
FIRST, LAST, BRANDS, GOODS, DOMAINS = (line.split() for line in (
    "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Susan Joseph Jessica Sarah "
    "Karen Daniel Lisa Anthony Betty Steven Ashley Emily Kevin Donna José Amanda Luis Melissa Renée Zoë Tyrone Keisha",
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Lopez Wilson Anderson Taylor Moore Lee Perez "
    "Thompson Harris Sanchez Lewis Young King Wright Torres Hill Green Nelson Hall Rivera Carter Muñoz Peña O'Brien",
    "Blue Green Bright Happy Prime Urban Golden Silver Summit Harbor Meadow Copper Lucky Cozy Rapid Noble",
    "Garden Shoes Pets Books Coffee Travel Deals Toys Health Fitness Audio Kitchen Outdoors Crafts Beauty Auto",
    "mailhub " * 9 + "postbox " * 5 + "brightmail " * 4 + "webpost " * 2 + "oldnet " * 2 + "quickmail",
))  # fmt: skip
NICK = {"James": "Jim", "Robert": "Bob", "Michael": "Mike", "William": "Bill", "Elizabeth": "Liz", "Joseph": "Joe"}
PHONES = ("({}) 555-0{}", "{}-555-0{}", "{}.555.0{}", "{}5550{}", "+1 {} 555 0{}", "1-{}-555-0{}")
SHAPES = (("csv", ","), ("csv", ","), ("csv", ";"), ("tsv", "\t"), ("tsv", "\t"), ("ndjson", ""), ("xlsx", ""))
HEADERS = {
    "mail": "Email|E-mail Address|email_address|EMAIL", "phone": "Phone|Phone Number|phone_no", "zip": "Zip|ZIP Code",
    "first": "First Name|FNAME|first_name", "last": "Last Name|LNAME|last_name", "street": "Address|Street|address1",
    "city": "City|CITY", "state": "State|ST", "day": "Signup Date|Date Added|created_at", "site": "Source|source_site",
}  # fmt: skip


class Trade(NamedTuple):
    """What a kind of holder does."""

    role: str
    stock: tuple[int, int]
    form: tuple[float, float, float, float]  # how often mail, phone, name and street are given to it
    deals: tuple[int, int]
    givers: str


TRADES = {
    "roll": Trade("public_source", (2_500, 5_500), (0.4, 0.4, 1.0, 1.0), (0, 0), ""),
    "shop": Trade("client", (500, 3_200), (0.96, 0.5, 0.97, 0.85), (0, 2), "newsletter broker affiliate roll"),
    "newsletter": Trade("platform", (800, 4_000), (1.0, 0.06, 0.65, 0.15), (0, 2), "shop affiliate newsletter"),
    "service": Trade("system_vendor", (0, 1), (1.0, 0.5, 0.9, 0.7), (1, 3), "shop newsletter"),
    "affiliate": Trade("data_trader", (350, 1_000), (0.95, 0.3, 0.8, 0.35), (1, 2), "newsletter shop broker"),
    "broker": Trade("data_trader", (300, 700), (0.9, 0.5, 0.9, 0.7), (1, 3), "shop newsletter affiliate roll broker"),
    "mailer": Trade("contractor", (0, 1), (1.0, 0.6, 0.95, 0.8), (1, 2), "broker shop service roll"),
}  # fmt: skip


class Setting(NamedTuple):
    """How large the market is, how many lists a broker takes in, and what is found."""

    holders: tuple[int, int] = (16, 24)
    merge: tuple[int, int] = (1, 3)
    brokers: int = 3
    hidden: float = 0.08  # share of the holders of which nothing was found
    holes: float = 0.04  # cells that are empty for no reason, beside those that a form did not ask for
    dated: bool = True


@dataclass(eq=False)
class Holder:
    """A holder with its list, its habits, and the export of it that was found, if any."""

    kind: str
    weights: npt.NDArray[np.float64]
    rate: int
    site: str
    columns: list[str]
    cases: tuple[int, int]  # how it writes mails and names that it takes in; -1: as they are
    fills: bool
    keeps: bool  # day and site of rows that it takes in
    rows: Rows = field(default_factory=lambda: np.zeros(0, ROW))
    exported: int = 0
    export: Rows = field(default_factory=lambda: np.zeros(0, ROW))
    name: str = ""
    shown: dict[int, set[int]] = field(default_factory=dict)  # person → identifiers in the export


@dataclass
class Deal:
    """A part of one list that goes into another; what is appended fills cells of known rows only."""

    giver: int
    taker: int
    day: int
    how: str
    came: dict[int, tuple[int, int]] = field(default_factory=dict)  # person → source and fill with the giver


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Let the market trade, and write what was found of it with its manifest."""
    world = World(Setting(**settings), seed)
    world.live()
    found = [one for one in world.holders if len(one.export) >= 300]
    for number, one in zip(world.rng.permutation(len(found)), found, strict=True):
        one.name, rows = f"d{number:03}", one.export
        for person, *both in np.vstack([rows["person"], world.identifiers(rows)]).T.tolist():
            one.shown.setdefault(person, set()).update(set(both) - {0})
    _manifest(folder, world, {one.name: _write(folder, one, world) for one in found})
    return _truth(world)


class World:
    """The market through its time."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.rng = rng = np.random.default_rng([seed, *map(ord, repr(setting))])
        self.setting, self.days = setting, int(rng.integers(400, 651))
        self._settle(int(rng.integers(28_000, 55_001)))
        kinds = [*TRADES, "shop", "shop", "shop", "newsletter", *["broker"] * (setting.brokers - 1)]
        kinds += rng.choice([*TRADES, "shop"][1:], int(rng.integers(*setting.holders)) - len(kinds)).tolist()
        # Lists go down this line only, so that nobody buys back what it gave.
        order = np.argsort([[*TRADES].index(kind) + rng.normal(0, 1.3) for kind in kinds])
        sites = rng.permutation(256).tolist()
        self.holders = [self._holder(kinds[at], sites[at]) for at in order]
        self.deals = [deal for taker in range(len(kinds)) for deal in self._deals_of(taker)]

    def _settle(self, count: int) -> None:
        """People: towns, numbers (or -1), how many addresses, and from when each of those bounces."""
        rng, shares = self.rng, {line[:2]: int(line.split()[1]) / line.count("|") for line in REGIONS}
        weights = np.array([shares[state] for state in STATES]) * rng.lognormal(0, 0.4, len(PLACES))
        self.place = rng.choice(len(PLACES), count, p=weights / weights.sum())
        self.phone, self.fame = np.full(count, -1), rng.lognormal(0, rng.uniform(0.5, 1.1), count)
        for state in shares:
            who, numbers = (rng.permutation(np.flatnonzero(of == state)) for of in (STATES[self.place], OWNERS))
            self.phone[who[: len(numbers)]] = numbers[: len(who)]
        partner = rng.random(count) < 0.12  # at the number of somebody else
        self.phone[partner] = self.phone[rng.integers(0, count, partner.sum())]
        self.mails, self.dead = rng.choice([1, 2, 3], count, p=[0.55, 0.27, 0.18]), rng.exponential(2_500, (count, 3))

    def _holder(self, kind: str, site: int) -> Holder:
        rng, (_, phone, name, street) = self.rng, TRADES[kind].form
        towns, kinds = rng.lognormal(0, rng.uniform(0.2, 1.2), len(PLACES)), rng.lognormal(0, rng.uniform(0.3, 1.1), 6)
        weights = np.cumsum(self.fame * towns[self.place] * kinds[np.arange(len(self.fame)) % 6])
        often = (1.0, 0.4 + phone, street, name, name, street, street, street, 0.7, 0.55)
        columns = [column for column, share in zip(HEADERS, often, strict=True) if rng.random() < share]
        rng.shuffle(columns)
        cases = int(rng.choice([-1, 0, 2], p=[0.45, 0.4, 0.15])), int(rng.choice([-1, 0, 1], p=[0.5, 0.3, 0.2]))
        rate, fills, keeps = int(rng.integers(10, 70)), rng.random() < 0.5, rng.random() < 0.65
        domain = f"{BRANDS[site % 16]}{GOODS[site // 16]}.example".lower()
        return Holder(kind, weights, rate * (TRADES[kind].stock > (0, 1)), domain, columns, cases, fills, keeps)

    def live(self) -> None:
        """Let the days pass."""
        rng, count = self.rng, len(self.holders)
        agenda = [(30 * month, 0, 0) for month in range(-25, self.days // 30 + 1)]
        agenda += [(deal.day, 1, number) for number, deal in enumerate(self.deals)]
        for number in rng.permutation(count)[: round(count * (1 - self.setting.hidden))].tolist():
            got = [deal.day for deal in self.deals if deal.taker == number]
            first = min(got, default=0) + 5 if TRADES[self.holders[number].kind].stock == (0, 1) else 0.5 * self.days
            agenda.append((int(rng.uniform(first, max(first + 20, self.days))), 2, number))
        for day, what, number in sorted(agenda):
            (self._month, self._trade, self._export)[what](day, number)

    def _deals_of(self, taker: int) -> Iterator[Deal]:
        rng, kind = self.rng, self.holders[taker].kind
        givers = [at for at in range(taker) if self.holders[at].kind in TRADES[kind].givers.split()]
        low, high = self.setting.merge if kind == "broker" else TRADES[kind].deals
        campaign = rng.uniform(0.1, 0.65) * self.days
        for giver in rng.permutation(givers)[: int(rng.integers(low, high + 1))].tolist():
            how = str(rng.choice(["rental", "newest", "state", "whole", "append"], p=[0.3, 0.15, 0.15, 0.25, 0.15]))
            how = "whole" if kind == "service" or (kind == "mailer" and how == "append") else how
            day = campaign + rng.uniform(-12, 12) if kind == "broker" else rng.uniform(0.08, 0.8) * self.days
            yield Deal(giver, taker, int(day), how)

    def _collect(self, number: int, day: int, count: int) -> Rows:
        rng, holder, empty = self.rng, self.holders[number], 0.65 * self.setting.holes
        who = np.unique(np.searchsorted(holder.weights, rng.random(count) * holder.weights[-1]))
        who = rng.permutation(who[~np.isin(who, holder.rows["person"])])
        rows, count, (mail, phone, name, street) = np.zeros(len(who), ROW), len(who), TRADES[holder.kind].form
        rows["person"], rows["day"], rows["site"], rows["out"] = who, day - rng.integers(0, 30, count), number, 10**6
        slots = np.where(rng.random(count) < 0.6, 0, rng.integers(0, self.mails[who]))
        rows["mail"] = np.where(rng.random(count) < mail * (1 - empty), slots, -1)
        rows["phone"] = np.where((self.phone[who] >= 0) & (rng.random(count) < phone * (1 - empty)), 0, -1)
        named, housed = rng.random(count) < name, rng.random(count) < street
        asked = np.array([named, named & (rng.random(count) < 0.9), housed, housed, housed, housed])
        rows["cells"] = (1 << np.arange(6)) @ (asked & (rng.random(asked.shape) >= empty))
        for column, shares in (("mail_case", (0.88, 0.08)), ("name_case", (0.87, 0.05)), ("slip", (0.92, 0.06))):
            rows[column] = rng.choice(3, count, p=[*shares, 1 - sum(shares)])
        holder.rows = np.concatenate([holder.rows, rows])
        return holder.rows

    def _month(self, day: int, _: int) -> None:
        """People come and opt out; now and then those who did, and addresses that bounced, are removed."""
        rng = self.rng
        for number, holder in enumerate(self.holders):
            stock = int(rng.integers(*TRADES[holder.kind].stock)) // 25
            rows = self._collect(number, day, stock if day < 0 else int(rng.poisson(holder.rate)))
            rows["out"] = np.where(rng.random(len(rows)) < 0.012, np.minimum(rows["out"], day), rows["out"])
            if rng.random() < 0.05:
                rows["mail"][(rows["mail"] >= 0) & (self.dead[rows["person"], rows["mail"]] <= day)] = -1
                holder.rows = rows[((rows["mail"] >= 0) | (rows["phone"] >= 0)) & (rows["out"] > day)]

    def _cargo(self, deal: Deal) -> Rows:
        rng, rows = self.rng, self.holders[deal.giver].rows
        taken = np.ones(len(rows), bool)
        if deal.how in ("rental", "append"):
            taken = rng.random(len(rows)) < (rng.uniform(0.2, 0.6) if deal.how == "rental" else 0.85)
        elif deal.how == "newest":
            taken = np.argsort(np.argsort(-rows["day"], kind="stable")) < rng.choice([500, 1_000, 2_000])
        elif deal.how == "state":
            states = STATES[self.place[rows["person"]]]
            taken = np.isin(states, [PLACES[place][0] for place in rng.integers(0, len(PLACES), 4)])
        if self.holders[deal.taker].kind != "service" and rng.random() < 0.75:  # suppressed: those who opted out
            taken &= rows["out"] > deal.day
        cargo = np.compress(taken, rows) if taken.sum() >= 100 else rows.copy()
        return cargo if rng.random() < 0.7 else rng.permutation(cargo)

    def _trade(self, day: int, number: int) -> None:
        deal = self.deals[number]
        holder, new = self.holders[deal.taker], self._cargo(deal)
        deal.came = {who: (source, fill) for who, source, fill in new[["person", "source", "fill"]].tolist()}
        new["source"], new["fill"] = number + 1, 0
        for name, case in zip(("mail_case", "name_case"), holder.cases, strict=True):
            new[name] = new[name] if case < 0 else case
        new["day"], new["site"] = (new["day"], new["site"]) if holder.keeps else (day, deal.taker)
        append = deal.how == "append"
        held = {key: at for at, key in enumerate(self._keys(holder.rows, append))}
        at = np.array([held.get(key, -1) for key in self._keys(new, append)], np.int64)
        if holder.fills or append:
            old, known = at[at >= 0], new[at >= 0]
            for name in ("mail", "phone"):
                lacks = (holder.rows[name][old] < 0) & (known[name] >= 0)
                holder.rows[name][old[lacks]], holder.rows["fill"][old[lacks]] = known[name][lacks], number + 1
            holder.rows["cells"][old] |= known["cells"]
        holder.rows = np.concatenate([holder.rows, new[(at < 0) & (not append)]])

    def identifiers(self, rows: Rows) -> npt.NDArray[np.int64]:
        """Mails and phones as numbers, or 0: two rows."""
        mails = np.where(rows["mail"] >= 0, 1 + rows["person"] * 3 + rows["mail"], 0)
        return np.array([mails, np.where(rows["phone"] >= 0, -1 - self.phone[rows["person"]], 0)])

    def _keys(self, rows: Rows, append: bool) -> list[int]:
        """What rows are matched by: the mail, or else the phone; in an append, the name with the street."""
        mails, phones = self.identifiers(rows)
        other = np.where(phones != 0, phones, 10**9 + rows["person"])
        return [int(key) for key in (rows["person"] if append else np.where(mails != 0, mails, other))]

    def _export(self, day: int, number: int) -> None:
        rng, holder, empty = self.rng, self.holders[number], 0.45 * self.setting.holes
        rows = holder.rows.copy()
        by = (np.zeros(len(rows)), rows["day"], rng.random(len(rows)))[int(rng.choice(3, p=[0.7, 0.15, 0.15]))]
        rows = rows[by >= (np.quantile(by, rng.uniform(0.1, 0.5)) if len(rows) > 1_000 else -9_999)]
        rows = rows[np.sort(rng.permutation(len(rows))[:6_000])]
        orders = rows["cells"] * 0, rows["day"], rows["person"] * 104_729 // 64 % len(LAST), rng.random(len(rows))
        rows = rows[np.argsort(orders[int(rng.choice(4, p=[0.45, 0.25, 0.15, 0.15]))], kind="stable")]
        for name in ("mail", "phone"):
            rows[name][rng.random(len(rows)) < (empty if name in holder.columns else 1)] = -1
        rows["cells"] &= (1 << np.arange(6)) @ (rng.random((6, len(rows))) >= empty)
        holder.exported, holder.export = day, rows


def _write(folder: Path, one: Holder, world: World) -> str:
    """Write a list's file, in a shape of its own; its name."""
    end, split = SHAPES[int(world.rng.integers(len(SHAPES)))]
    header = tuple(str(world.rng.choice(HEADERS[column].split("|"))) for column in one.columns)
    table = list(zip(*(_cells(column, one.export, world) for column in one.columns), strict=True))
    path = folder / f"{one.name}.{end}"
    if end == "xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Contacts")
        for row in (header, *table):
            sheet.append(row)
        book.save(path)
    elif end == "ndjson":
        rows = ({name: cell for name, cell in zip(header, row, strict=True) if cell} for row in table)
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    else:
        with path.open("w", encoding=str(world.rng.choice(["utf-8", "cp1252"])), newline="") as file:
            csv.writer(file, delimiter=split).writerows([header, *table])
    return path.name


def _cells(column: str, rows: Rows, world: World) -> list[str]:
    """The cells of a column as text."""
    who, phones = rows["person"].tolist(), world.phone[rows["person"]].tolist()
    places = [PLACES[place] for place in world.place[rows["person"]]]
    ways = world.rng.choice(PHONES, int(world.rng.choice([1, 1, 3])))
    day = str(world.rng.choice(["%m/%d/%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]))
    made: Mapping[str, Callable[[], list[str]]] = {
        "mail": lambda: [_mail(*one) for one in rows[["person", "mail", "mail_case"]].tolist()],
        "phone": lambda: [ways[n % len(ways)].format(CODES[n // 100][1], 100 + n % 100) for n in phones],
        "day": lambda: [(FIRST_DAY + timedelta(one)).strftime(day) for one in rows["day"].tolist()],
        "site": lambda: [world.holders[site].site for site in rows["site"]],
        "first": lambda: [_name(*one)[0] for one in rows[["person", "slip", "name_case"]].tolist()],
        "last": lambda: [_name(*one)[1] for one in rows[["person", "slip", "name_case"]].tolist()],
        "street": lambda: [f"{p * 31 % 9_899 + 100} {BRANDS[p % 16]} {('St', 'Ave', 'Rd', 'Ln')[p % 4]}" for p in who],
        "city": lambda: [town for *_, town in places], "state": lambda: [state for state, *_ in places],
        "zip": lambda: [f"{zone}{p % 97:02}" for p, (_, zone, _) in zip(who, places, strict=True)],
    }  # fmt: skip
    there = rows["cells"] >> CELLS.index(column) & 1 if column in CELLS else rows[column.replace("day", "site")] >= 0
    return [text if full else "" for text, full in zip(made[column](), there, strict=True)]


def _name(person: int, slip: int = 0, case: int = 0) -> tuple[str, str]:
    first, last = FIRST[person * 7_919 % len(FIRST)], LAST[person * 104_729 // 64 % len(LAST)]
    first, last = NICK.get(first, first) if slip == 1 else first, last[:2] + last[1:] if slip == 2 else last
    return ((first, last), (first.upper(), last.upper()), (first.lower(), last.lower()))[case]


def _mail(person: int, slot: int, case: int) -> str:
    (first, last), year = _name(person), person * 613 % 9_973
    names = f"{first}.{last}{year}", f"{first[0]}{last}{year}", f"{last}_{first[0]}{year}", f"{first}{year}"
    name, domain = names[(person + slot) % 4], DOMAINS[(person // 3 + 5 * slot) % len(DOMAINS)]
    if slot == 2:  # at work
        name, domain = f"{first}.{last}{person % 7 or ''}", f"{BRANDS[person % 16]}{GOODS[person // 16 % 16]}-inc"
    plain = f"{name}@{domain}.example".translate(str.maketrans("éëñ", "een", "'"))
    return (plain.lower(), plain, plain.upper())[case]


def _manifest(folder: Path, world: World, files: Mapping[str, str]) -> None:
    rng, dated = world.rng, world.setting.dated
    party = {world.holders[at]: f"p{number:02}" for number, at in enumerate(rng.permutation(len(world.holders)))}
    asked = [one for one in world.holders if one.kind == "shop" and one.name and rng.random() < 0.75]
    datasets: list[dict[str, object]] = []
    for one in sorted((one for one in world.holders if one.name), key=lambda one: one.name):
        late = one.exported + int(rng.gamma(1.5, 4 if one in asked else 20)) if dated else world.days + 60
        datasets.append({
            "id": one.name, "path": files[one.name], "holder": party[one], "origin": "own" if one in asked else None,
            "obtained": FIRST_DAY + timedelta(late),
            "created": FIRST_DAY + timedelta(one.exported) if dated and rng.random() < 0.25 else None,
        })  # fmt: skip
    releases: list[dict[str, object]] = []
    for deal in world.deals:
        giver, taker = world.holders[deal.giver], world.holders[deal.taker]
        if deal.how == "whole" and giver in asked and rng.random() < 0.85:
            day = FIRST_DAY + timedelta(deal.day)
            ends = day + timedelta(int(rng.integers(60, 300))) if rng.random() < 0.6 else None
            releases.append({"dataset": giver.name, "to": party[taker], "date": day, "ends": ends})
    parties = [{"id": name, "name": one.site, "role": TRADES[one.kind].role} for one, name in party.items()]
    write_manifest(folder, name="mail", region="US", parties=parties, datasets=datasets, releases=releases)


def _truth(world: World) -> Truth:
    """Edges by the deals that rows and filled cells came through, past holders of whom nothing was found."""
    counts, weak = Counter[tuple[str, str]](), set[tuple[str, str]]()
    for holder in (one for one in world.holders if one.name):
        for who, *starts in holder.export[["person", "source", "fill"]].tolist():
            for giver in _givers(world, starts, who, False):
                counts[giver.name, holder.name] += bool(giver.shown.get(who, set()) & holder.shown[who])
            # A holder's export may lack what it passed on, which then is seen only further up.
            weak |= {(giver.name, holder.name) for giver in _givers(world, starts, who, True)}
    weak |= {(world.holders[deal.giver].name, world.holders[deal.taker].name) for deal in world.deals}
    edges = frozenset(pair for pair, count in counts.items() if count >= SEEN)
    return Truth(edges, frozenset(pair for pair in weak | set(counts) if all(pair)) - edges)


def _givers(world: World, deals: Iterable[int], person: int, showing: bool) -> set[Holder]:
    """Going back from deals: the next holders of whom something was found, or in whose export the person is."""
    found: set[Holder] = set()
    for deal in (world.deals[number - 1] for number in deals if number):
        giver = world.holders[deal.giver]
        stops = person in giver.shown if showing else giver.name
        found |= {giver} if stops else _givers(world, deal.came.get(person, ()), person, showing)
    return found
