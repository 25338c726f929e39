"""Contact lists in Brazil and the United Kingdom: collectors, platforms, and sellers who buy from them and each other.

Collectors gather a list once; platforms keep theirs for three years, while people join, leave and correct their names.
Sellers buy whole lists, samples, lots of some months and regions, merge, thin, deduplicate, take their own customers
out, add some contacts, and some keep what they made as a database. What has been resold is the likelier to be resold.
Of some lists nothing is found, of living ones there are up to three states. In the United Kingdom few numbers are known
to many collectors, so that lists share much by chance.
"""

from __future__ import annotations

import csv
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.zoo.makers.abroad_world import LARGE, LAST, Listing, Rows, Setting, World
from tests.bench.zoo.truth import Edge, Truth, write_manifest

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "br_mixed": {},
    "br_undated": {"hidden": 0.25, "created": 0.0, "lacking": 0.3},
    "br_bad_dates": {"wrong": 0.3, "lacking": 0.1},
    "br_merges": {"collectors": (3, 5), "platforms": (0, 1), "sales": (8, 11), "hidden": 0.35, "created": 0.3,
                  "lacking": 0.1, "merge": 0.65},
    "uk_dense": {"country": "uk", "people": 17_000, "steep": 1.5, "collectors": (5, 8), "platforms": (0, 1),
                 "sales": (3, 5), "created": 0.5, "wrong": 0.05, "lacking": 0.1, "merge": 0.3},
    "br_platform": {"people": 40_000, "steep": 1.0, "collectors": (1, 2), "platforms": (2, 2), "sales": (5, 8),
                    "created": 0.5, "lacking": 0.1, "merge": 0.2, "own": True},
    "br_numbers": {"hidden": 0.25, "created": 0.4, "wrong": 0.05, "merge": 0.3, "cells": False},
}  # fmt: skip
FIRST_DAY = date(2023, 1, 1)
SEEN = 20  # contacts that went from one list to the other and show in both, for there to be anything to see
FEWEST, MOST = 6, 15  # lists of a case
STYLES = {
    "br": ("({0}) {1}-{2}", "+55 {0} {1}-{2}", "{0}{1}{2}", "0{0} {1}-{2}", "{0} {1} {2}"),
    "uk": ("0{0} {1} {2}", "+44 {0} {1}{2}", "0{0}{1}{2}", "(0{0}) {1} {2}", "+44 (0){0} {1} {2}"),
}
FIVE = ("07", "01632")  # beginnings of British numbers of which five digits stand together


@dataclass(eq=False)
class Specimen:
    """A state of a list as it was found."""

    of: Listing
    day: int
    rows: Rows
    name: str = ""


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Let lists be collected, kept and sold; write what was found with its manifest."""
    setting = Setting(**settings)
    rng = np.random.default_rng([seed, 67_003, zlib.crc32(repr(setting).encode())])
    world = World(setting, rng)
    holder = 0
    for bounds, comes in ((setting.collectors, world.collect), (setting.platforms, world.open)):
        for _ in range(int(rng.integers(bounds[0], bounds[1] + 1))):
            comes(holder)
            holder += 1
    sellers: list[int] = []
    for day in np.sort(rng.uniform(200, 1_050, int(rng.integers(setting.sales[0], setting.sales[1] + 1)))).astype(int):
        again = bool(sellers) and rng.random() < 0.2
        seller = sellers[int(rng.integers(len(sellers)))] if again else holder + len(set(sellers))
        if world.sell(int(day), seller):
            sellers.append(seller)
    found = _found(world)
    for letter, one in zip(rng.permutation(len(found)).tolist(), found, strict=True):
        one.name = f"{world.country.words[1]}-{chr(97 + letter)}"
    for one in found:
        _write(folder, world, one)
    _manifest(folder, world, found)
    return _truth(world, found)


def _found(world: World) -> list[Specimen]:
    """The states of lists that were found; six lists or more are seen, of whatever share is hidden."""
    rng, lists = world.rng, world.lists
    hidden = [one for one in lists if rng.random() < world.setting.hidden]
    for _ in range(min(len(hidden), max(0, FEWEST - len(lists) + len(hidden)))):
        hidden.pop(int(rng.integers(len(hidden))))
    found = []
    for one in lists:
        if one in hidden:
            continue
        platform, days = one.role == "platform", {one.born}
        if one.living:
            count = int(rng.integers(1, 4 if platform else 3))
            days = set(rng.uniform(max(one.born, 250), LAST, count).astype(int).tolist())
        for day in sorted(days):
            if len(rows := one.state(day)) >= 300:
                found.append(Specimen(one, day, rows if platform else rows[:LARGE]))
    return [found[number] for number in sorted(rng.permutation(len(found))[:MOST].tolist())]


def _write(folder: Path, world: World, one: Specimen) -> None:
    """Write a specimen's file, in an order and with columns of its own."""
    rng = world.rng
    columns = ["tel"]
    if world.setting.cells:
        columns = ["name", "tel"] if rng.random() < 0.9 else columns
        columns += ["mail"] * bool(rng.random() < 0.6) + ["city"] * bool(rng.random() < 0.6)
        columns += ["day"] * bool(one.of.days and rng.random() < 0.6)
        columns = ["serial"] * bool(one.of.serials and rng.random() < 0.5) + columns
        columns = rng.permutation(columns).tolist() if rng.random() < 0.3 else columns
    order = str(rng.choice(["as it is", "name", "tel", "city", "shuffled"], p=[0.35, 0.2, 0.2, 0.1, 0.15]))
    ranks = np.arange(len(one.rows))
    if order == "shuffled":
        ranks = rng.permutation(ranks)
    elif order != "as it is":  # under one another as text, whatever the file shows
        ranks = np.argsort(np.array(_cells(order, world, one.rows)), kind="stable")
    one.rows = np.take(one.rows, ranks)
    style, dates = int(rng.integers(5)), str(rng.choice(["%d/%m/%Y", "%Y-%m-%d"]))
    header = [str(rng.choice(world.country.headers[column])) for column in columns]
    cells = (_cells(column, world, one.rows, style, dates) for column in columns)
    encoding, delimiter = str(rng.choice(["utf-8", "utf-8-sig", "cp1252"])), str(rng.choice([";", ","]))
    with (folder / f"{one.name}.csv").open("w", encoding=encoding, newline="") as file:
        table = csv.writer(file, delimiter=delimiter)
        table.writerow(header)
        table.writerows(zip(*cells, strict=True))


def _cells(column: str, world: World, rows: Rows, style: int = 2, dates: str = "%Y-%m-%d") -> list[str]:
    """The cells of a column as text."""
    who: list[int] = rows["person"].tolist()
    made: Mapping[str, Callable[[], list[str]]] = {
        "name": lambda: [world.names[name] for name in rows["name"].tolist()],
        "tel": lambda: [_number(world.setting.country, world.numbers[person], style) for person in who],
        "city": lambda: [world.country.places[place][0] for place in world.place[rows["person"]].tolist()],
        "mail": lambda: [world.mail(person) * has for person, has in zip(who, rows["mail"].tolist(), strict=True)],
        "day": lambda: [(FIRST_DAY + timedelta(int(day))).strftime(dates) for day in rows["signed"].tolist()],
        "serial": lambda: [str(serial or "") for serial in rows["serial"].tolist()],
    }
    return made[column]()


def _number(country: str, number: str, style: int) -> str:
    """A number as it is written in the country: 11 99012-3456, 020 7946 0123, 01632 960 123, 0113 496 0123."""
    if country == "br":
        cuts = 2, 7
    else:
        cuts = (3, 7) if number.startswith(("020", "029", "028")) else (5, 8) if number.startswith(FIVE) else (4, 7)
    first = number[: cuts[0]].removeprefix("0")
    return STYLES[country][style].format(first, number[cuts[0] : cuts[1]], number[cuts[1] :])


def _manifest(folder: Path, world: World, found: Sequence[Specimen]) -> None:
    """Say who holds what, and, not always rightly, since when."""
    rng, setting, (region, _, party) = world.rng, world.setting, world.country.words
    roles = {one.of.holder: one.of.role for one in found}
    ids = dict(
        zip(rng.permutation(list(roles)).tolist(), (f"{party}{n}" for n in range(1, len(roles) + 1)), strict=True)
    )
    parties = [{"id": ids[one], "name": f"Empresa {ids[one]}", "role": roles[one]} for one in sorted(roles)]
    datasets = list[dict[str, object]]()
    for one in found:
        days: dict[str, int] = {}
        if rng.random() >= setting.lacking:
            days["obtained"] = one.day + int(rng.exponential(120)) + 2
        if rng.random() < setting.created:
            wrong = int(rng.choice([-1, 1]) * rng.uniform(40, 300)) if rng.random() < setting.wrong else 0
            days["created"] = one.day + wrong
            if days.get("obtained", days["created"]) < days["created"]:
                days["obtained"] = days["created"] + 1
        own = setting.own and one.of.role == "platform" and rng.random() < 0.5
        said = {name: FIRST_DAY + timedelta(day) for name, day in days.items()}
        place = {"id": one.name, "path": f"{one.name}.csv", "holder": ids[one.of.holder]}
        datasets.append({**place, **said, "origin": "own" if own else None})
    write_manifest(folder, name="abroad", region=region, parties=parties, datasets=datasets)


def _truth(world: World, found: Sequence[Specimen]) -> Truth:
    """What came straight from a list that was found is an edge, and undecided what may be seen in other ways."""
    states: dict[int, list[Specimen]] = defaultdict(list)
    for one in found:
        states[one.of.at].append(one)
    edges, allowed = set[Edge](), set[Edge]()
    for one in found:
        straight, through = _came(world, one, states)
        older = [state for state in states[one.of.at] if state.day < one.day]
        if older:
            edges.add((max(older, key=lambda state: state.day).name, one.name))
        for ancestor in _ancestors(world, one.of) & states.keys():
            routes = straight[ancestor]
            names = {(state.name, one.name) for state in states[ancestor]}
            if through[ancestor] < SEEN or 0 < routes.total() < SEEN:
                allowed |= names
            elif routes.total() >= SEEN:
                # From the state before the list was taken; a later state of the taker's list has it from its own.
                taken = routes.most_common(1)[0][0]
                before = [state for state in states[ancestor] if state.day <= taken] or states[ancestor][:1]
                if not older:
                    edges.add((before[-1].name, one.name))
                allowed |= names
    return Truth(frozenset(edges), frozenset(allowed - edges))


def _came(
    world: World, one: Specimen, states: Mapping[int, Sequence[Specimen]]
) -> tuple[dict[int, Counter[int]], Counter[int]]:
    """How many rows came from each list that was found: through no other of them, by the day when they were taken from
    it, and in any way."""
    taken = {(source, listing.at): day for listing in world.lists for source, day in listing.sources}
    straight: dict[int, Counter[int]] = defaultdict(Counter)
    through: Counter[int] = Counter()
    for number, count in zip(
        *(each.tolist() for each in np.unique(one.rows["chain"], return_counts=True)), strict=True
    ):
        chain = world.chains[number]
        seen = [(source, taker) for source, taker in pairwise(chain) if source in states]
        through.update({source: count for source, _ in seen})
        if seen:
            straight[seen[-1][0]][taken[seen[-1]]] += count
    return straight, through


def _ancestors(world: World, one: Listing) -> set[int]:
    return {up for source, _ in one.sources for up in ({source} | _ancestors(world, world.lists[source]))}
