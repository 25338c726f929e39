"""Markets of lists that grow and swallow others.

The simulator's copies are mostly smaller than their sources, and its resellers merge what is not related. Here lists
are added to for as long as they live, take in whole others with their ancestors, keep repeats and columns of every
part, are sold by the lot and copied whole. People, popularity, columns and files are drawn anew as well, and the lists
go in through the loader.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.zoo.truth import Truth, write_manifest

SETTINGS: Mapping[str, Mapping[str, bool]] = {"dated": {"dated": True}, "undated": {"dated": False}}
LISTS, COLLECTED, PEOPLE, MOST = 24, 5, 400_000, 45_000
OPERATIONS = {"sample": 0.30, "whole": 0.12, "grow": 0.14, "merge": 0.18, "absorb": 0.14, "version": 0.12}
"""How a list comes from others, and how often."""
_FIRST_DAY, _LAST_DAY = date(2022, 1, 1), date(2026, 6, 1)
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"


@dataclass(frozen=True)
class Grown:
    """One list. Arrays have one element a row; -1 in `name` and `day` is an empty cell."""

    parents: tuple[int, ...]
    made: int
    who: NDArray[np.int64]
    name: NDArray[np.int64]
    day: NDArray[np.int64]
    columns: tuple[str, ...]

    def __len__(self) -> int:
        return self.who.size

    def take(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
        """The columns of these rows."""
        return self.who[rows], self.name[rows], self.day[rows]


class _Growth:
    """A market while it is being drawn."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 77])
        popular = self.rng.pareto(1.6, PEOPLE) + 0.2
        self.popular = popular / popular.sum()
        self.region = self.rng.integers(0, 12, PEOPLE)
        # 140 0…: no carrier has it.
        self.number = 14_000_000_000 + self.rng.permutation(10_000_000)[:PEOPLE]
        self.true_name = self.rng.integers(0, len(_SURNAMES) * len(_GIVEN) ** 2, PEOPLE)
        self.lists: list[Grown] = []
        for number in range(LISTS):
            self.lists.append(self._list(300 + 20 * number + int(self.rng.integers(20)), number < COLLECTED))

    def _list(self, made: int, alone: bool) -> Grown:
        rng = self.rng
        if alone or rng.random() < 0.12:
            parents: tuple[int, ...] = ()
            rows = self._slips(self._own(int(rng.integers(800, 9000)), made), 0.01)
        else:
            parents, rows = self._made_from(str(rng.choice(list(OPERATIONS), p=list(OPERATIONS.values()))), made)
            rows = self._slips(rows, 0.004)
            if rng.random() < 0.7:
                rows = _at(rows, np.sort(np.unique(rows[0], return_index=True)[1]))
        form = rng.random()
        if form < 0.3:
            rows = _at(rows, np.argsort(self.number[rows[0]], kind="stable"))
        elif form < 0.5:
            rows = _at(rows, rng.permutation(rows[0].size))
        there = {column for parent in parents for column in self.lists[parent].columns} or {"name", "date"}
        columns = tuple(c for c in ("name", "date") if c in there and rng.random() < 0.75)
        # What a list has no column for is gone for all that is made from it.
        empty = np.full(rows[0].size, -1)
        name, day = rows[1] if "name" in columns else empty, rows[2] if "date" in columns else empty
        return Grown(parents, made, rows[0], name, day, columns)

    def _made_from(self, operation: str, made: int) -> tuple[tuple[int, ...], tuple[NDArray[np.int64], ...]]:
        rng = self.rng
        several = {"merge": (2, 4), "absorb": (2, 5)}.get(operation, (1, 2))
        parents = tuple(sorted(rng.permutation(len(self.lists))[: int(rng.integers(*several))].tolist()))
        parts = []
        for parent in parents:
            source = self.lists[parent]
            n = len(source)
            if operation == "sample" and rng.random() < 0.3:
                size = int(n * rng.uniform(0.1, 0.9))
                start = int(rng.integers(0, n - size + 1))
                rows = np.arange(start, start + size)
            else:
                low, high = {
                    "sample": (0.1, 0.9),
                    "merge": (0.4, 1.0),
                    "grow": (0.95, 0.95),
                    "version": (0.95, 0.95),
                }.get(operation, (1.0, 1.0))
                rows = np.flatnonzero(rng.random(n) < rng.uniform(low, high))
            parts.append(source.take(rows))
        copied = sum(part[0].size for part in parts)
        most = {"grow": 3.0, "version": 0.4, "absorb": 1.5, "sample": 0.5 * (rng.random() < 0.4)}.get(operation, 0.0)
        if most:
            parts.append(self._own(1 + min(20_000, int(copied * rng.uniform(0.05, most))), made))
        whole = tuple(np.concatenate(column) for column in zip(*parts, strict=True))
        if whole[0].size > MOST:
            whole = _at(whole, np.sort(rng.permutation(whole[0].size)[:MOST]))
        return parents, whole

    def _own(self, n: int, made: int) -> tuple[NDArray[np.int64], ...]:
        weight = self.popular * self.rng.dirichlet(np.full(12, 0.7))[self.region]
        who = self.rng.choice(PEOPLE, size=n, replace=False, p=weight / weight.sum())
        return who, self.true_name[who], made - self.rng.integers(0, 200, n)

    def _slips(self, rows: tuple[NDArray[np.int64], ...], share: float) -> tuple[NDArray[np.int64], ...]:
        """Names mistyped, and names and days lost."""
        who, name, day = rows
        slip = self.rng.random(who.size) / share
        other = name - name % len(_GIVEN) + self.rng.integers(0, len(_GIVEN), who.size)
        name = np.where((slip < 1) & (name >= 0), other, np.where(slip < 1.3, -1, name))
        return who, name, np.where((slip >= 1.3) & (slip < 1.6), -1, day)


def _at(rows: tuple[NDArray[np.int64], ...], order: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    return tuple(column[order] for column in rows)


def build(folder: Path, seed: int, *, dated: bool) -> Truth:
    """Write one market. dated: days of obtaining, and of making for a third; otherwise all were obtained on one day."""
    market = _Growth(seed)
    rng = np.random.default_rng([seed, 78])
    ids = [f"list-{number:02d}" for number in rng.permutation(LISTS)]
    datasets = []
    for index in rng.permutation(LISTS).tolist():
        grown = market.lists[index]
        _write(folder / f"{ids[index]}.csv", market, grown, int(rng.integers(3)))
        made = _FIRST_DAY + timedelta(days=grown.made)
        created = made if rng.random() < 0.3 else None
        obtained = made + timedelta(days=int(rng.exponential(25)))
        datasets.append({
            "id": ids[index], "path": f"{ids[index]}.csv", "holder": f"holder-{index}",
            "obtained": obtained if dated else _LAST_DAY, "created": created if dated else None,
        })  # fmt: skip
    parties = [{"id": f"holder-{index}", "name": f"holder {index}", "role": "data_trader"} for index in range(LISTS)]
    write_manifest(folder, name=f"growth {seed}", parties=parties, datasets=datasets)
    edges = {(ids[parent], ids[child]) for child, grown in enumerate(market.lists) for parent in grown.parents}
    return Truth(frozenset(edges))


def _write(path: Path, market: _Growth, grown: Grown, form: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["手机号", *({"name": "姓名", "date": "日期"}[column] for column in grown.columns)])
        cells = {"name": map(_name, grown.name.tolist()), "date": map(_day, grown.day.tolist())}
        numbers = map(_FORMS[form], map(str, market.number[grown.who].tolist()))
        out.writerows(zip(numbers, *(cells[column] for column in grown.columns), strict=True))


_FORMS = (lambda n: n, lambda n: f"+86 {n}", lambda n: f"{n[:3]}-{n[3:7]}-{n[7:]}")


def _name(code: int) -> str:
    if code < 0:
        return ""
    rest, last = divmod(code, len(_GIVEN))
    first, middle = divmod(rest, len(_GIVEN))
    return _SURNAMES[first] + _GIVEN[middle] + _GIVEN[last]


def _day(day: int) -> str:
    return "" if day < 0 else (_FIRST_DAY + timedelta(days=day)).isoformat()
