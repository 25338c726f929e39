"""The parts of a list's cells: a contract's prefix, a date's year, a name's last letter, the size of an amount.

Each part of a column is a view: one code for each row. What goes with what in a list is seen between views.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from tracer.lists.read.model import SEALED_ROLES
from tracer.marking.persona.source_list import POSTCODE, Sample, SourceList
from tracer.marking.persona.written import (
    DAY,
    MeasuredColumn,
    NumberRegions,
    area_of,
    calling_code,
    kind_of,
    measure_of,
    number_form,
    read_date,
)

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Read = Callable[[str], str]

ROWS = 6_000  # Rows of the sample from which records are drawn: more make no view clearer.
_BINS = (6, 24, 96)  # Parts of equal size that amounts and moments are cut into.
_OWN = 0.9  # Distinct cells as a share of the filled ones, above which the whole cell says nothing of other rows.
_MOST = 400  # Different parts above which a beginning or an end says too little of each.
_COMMON = 95  # Commonest parts of a view that are kept as they are where information is computed; the others are one.
_LONGEST, _SIGNS = 24, 40
"""Signs of a code of one length whose single signs may say something, and different ones at a place at most."""
_PLACES = (12, 60, 300)  # Parts of equal length that the list is cut into.
_USUAL = 12  # Factors between two amounts, or times between two days, that are usual.
_MOSTLY = 0.6
_EQUAL = 0.03  # Share of rows in which two days are one, from which on it matters in which they are.
_ENOUGH = 50  # Rows with both of two amounts or days, from which on something is said of the two.
_ORDERED, _BY_CHANCE = 0.99, 0.93
_PRICE = re.compile(r"[0-9][.,][0-9]{2}$")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)?([0-9]{2})$")
_CHINA, _MOBILE, _BLOCK = "86", 13, 9
"""China's country code, and digits with it of a mobile and of the block that it was given out with."""


@dataclass
class View:
    """One part of the cells of one column."""

    column: int
    read: Read
    codes: Codes  # For each row, from 0; blank cells have a code too.
    index: Mapping[str, int]
    counts: Codes
    capped: Codes  # The codes with all rare parts as one.

    def code(self, cell: str | None) -> int:
        """The code of a new cell; -1 where no row has its part."""
        return self.index.get("" if cell is None else self.read(cell), -1)


class ListColumns:
    """The rows of one list from which records are drawn, by view."""

    def __init__(self, source: SourceList, sample: Sample, regions: NumberRegions) -> None:
        self.source, self.sample, self.regions = source, sample, regions
        self.roles = source.roles[source.main.part]
        self.width = len(self.roles)
        self.place = self.width  # Number of a further column, of a row's place; after it come those of `usual`.
        self.rows = sorted(sample.rows)[:: max(1, -(-len(sample.rows) // ROWS))]
        self.cells = [[sample.rows[row][i] for row in self.rows] for i in range(self.width)]
        self.filled = [[cell for cell in cells if cell is not None] for cells in self.cells]
        self.headings = [heading or "" for heading in source.main.headers]
        self.measures = {i: m for i in range(self.width) if (m := self._measure(i)) is not None}
        self.values: dict[int, Floats] = {}
        for i, measure in self.measures.items():
            read = [measure.value(cell) for cell in self.cells[i]]
            self.values[i] = np.array([np.nan if value is None else value for value in read])
        # Blocks of mobiles that are in several rows, where most numbers are of such.
        keys = [number_form(cell, source.region) for i in source.places("phone") for cell in self.filled[i]]
        counts = Counter(_block(key[1]) for key in keys if key is not None and not regions.of(key[1]))
        del counts[""]
        again = {block for block, count in counts.items() if count > 1}
        self._blocks = again if sum(counts[block] for block in again) > counts.total() / 2 else set[str]()
        self.ordered: list[tuple[int, int]] = []
        """Pairs of days or amounts of which the first is hardly ever above the second, as it would be by chance."""
        self.usual: list[tuple[int, int]] = []
        """Amounts that are others times one of a few factors, and days that are as long after others as often."""
        able = [i for i in self.measures if len(set(self.filled[i])) >= 30]
        for a, b in combinations(able, 2):
            if self.measures[a].dated == self.measures[b].dated:
                self._relate(a, b)
        self.views: list[View] = []
        self.whole: dict[int, int] = {}  # Column -> the view that says all that its cells say of other rows.
        self.of: dict[int, list[int]] = {}

    def _measure(self, i: int) -> MeasuredColumn | None:
        role, filled = self.roles[i], self.filled[i]
        if role in ("phone", "email", *SEALED_ROLES):
            return None
        if role in ("name", "organisation", "address"):  # a heading may say "customer" above a day
            dates = measure_of(filled, code=True)
            return dates if dates is not None and dates.dated else None
        code = role in ("id", "key") or POSTCODE.search(self.headings[i]) is not None or i in self.sample.numbering
        code = code and sum(_PRICE.search(cell) is not None for cell in filled) < _MOSTLY * len(filled)
        return measure_of(filled, code=code or i in self.sample.codes or i in self.sample.timed)

    def _relate(self, a: int, b: int) -> None:
        """Enter two columns where one is hardly ever above the other, or where usual factors or times are between."""
        one, two = self.values[a], self.values[b]
        both = np.isfinite(one) & np.isfinite(two)
        if both.sum() < _ENOUGH:
            return
        other = two[both][np.random.Generator(np.random.PCG64(2)).permutation(int(both.sum()))]
        for sign, pair in ((1, (a, b)), (-1, (b, a))):
            signed = sign * one[both]
            if (signed <= sign * two[both]).mean() >= _ORDERED and (signed <= sign * other).mean() < _BY_CHANCE:
                self.ordered.append(pair)
                break
        both &= one != 0
        if both.sum() < _ENOUGH:
            return
        one, two = one[both], two[both]
        other = two[np.random.Generator(np.random.PCG64(1)).permutation(len(two))]
        equal = [float((one == each).mean()) for each in (two, other)]
        if self.measures[a].dated and equal[0] >= _EQUAL and equal[1] < 0.5 * equal[0]:
            self.usual.append((a, b))
            return
        shares = []
        for each in (two, other):
            relations = Counter(self._relation(a, x, y) for x, y in zip(one, each, strict=True))
            shares.append(sum(count for _, count in relations.most_common(_USUAL)) / len(one))
        if shares[0] >= _MOSTLY and shares[1] < 0.5 * shares[0]:
            self.usual.append((a, b))

    def _relation(self, a: int, one: float, two: float) -> str:
        """The weeks or years between two days, or the factor between two amounts, as text."""
        if not self.measures[a].dated:
            return "0" if one == 0 or two == 0 else f"{round(np.log(abs(two / one)) * 150)}"
        if one == two:
            return "="
        days = (two - one) / DAY
        return str(round(days / 7)) if abs(two - one) < 300 * DAY else f"{days / 365.25:.1f}"

    def further(self, cells: Sequence[str | None]) -> list[str | None]:
        """What is written between the columns of `usual` in a row."""
        found: list[str | None] = []
        for a, b in self.usual:
            one, two = self.measures[a].value(cells[a]), self.measures[b].value(cells[b])
            found.append(None if one is None or two is None else self._relation(a, one, two))
        return found

    def is_out_of_order(self, cells: Sequence[str | None]) -> bool:
        """Whether a day or amount is above one that in the list it hardly ever is above."""
        pairs = ((self.measures[a].value(cells[a]), self.measures[b].value(cells[b])) for a, b in self.ordered)
        return any(one is not None and two is not None and one > two for one, two in pairs)

    def see(self, templates: Mapping[int, list[str | None]]) -> None:
        """Make the views; `templates`: column -> what is seen in place of its cells."""
        for i in range(self.width):
            if i in templates:
                self.cells[i] = templates[i]
                self.filled[i] = [cell for cell in templates[i] if cell is not None]
            cells, filled = self.cells[i], self.filled[i]
            if not filled or i in self.sample.codes or i in self.sample.timed:
                continue
            if len(filled) < len(cells):
                self._enter(i, "filled", lambda _: "x", cells)
            own = len(set(filled)) > _OWN * len(filled)
            for name, read, most in self._parts(i):
                if name != "whole" or not own:
                    self._enter(i, name, read, cells, most)
        count = len(self.rows)
        self.cells.append([str(at) for at in range(count)])
        for parts in _PLACES:
            if parts * 4 <= count:
                in_part = partial(lambda parts, place: str(int(place) * parts // count), parts)
                self._enter(self.place, f"place {parts}", in_part, self.cells[self.place])
        between = [self.further(row) for row in zip(*self.cells[: self.width], strict=True)]
        for k in range(len(self.usual)):
            self.cells.append([row[k] for row in between])
            for name, read in (("kind", _sign), ("whole", str)):
                self._enter(self.place + 1 + k, name, read, self.cells[-1])
        for at, view in enumerate(self.views):
            self.of.setdefault(view.column, []).append(at)

    def _parts(self, i: int) -> list[tuple[str, Read, int | None]]:
        """Parts of a column's cells, coarse before fine ones: (name, how it is read, different ones at most)."""
        role, whole = self.roles[i], ("whole", str, None)
        if i in self.measures:
            return [*self._sizes(i), whole]
        if role == "phone":
            beginnings = [(f"digits {k}", self._of_number(partial(_digits, k)), None) for k in (3, 4, 5, 6)]
            kind, region = self._of_number(kind_of), self._of_number(self._region)
            return [("kind", kind, None), ("shape", _coarse, _MOST), ("region", region, None), *beginnings]
        if role == "email":
            return [
                ("top", lambda cell: cell.rpartition(".")[2].lower(), _MOST),
                ("year", lambda cell: next(iter(_YEAR.findall(cell.partition("@")[0])), ""), None),
                ("shape", lambda cell: _coarse(cell.partition("@")[0]), _MOST),
                ("domain", lambda cell: cell.rpartition("@")[2].lower(), None),
            ]
        found: list[tuple[str, Read, int | None]] = [
            ("shape", _coarse, _MOST),
            ("begin", lambda cell: cell[:1].lower(), _MOST),
            ("begin 2", lambda cell: cell[:2].lower(), _MOST),
            ("begin 3", lambda cell: cell[:3].lower(), _MOST),
            ("head", lambda cell: re.split(r"[0-9]", cell, maxsplit=1)[0], _MOST),
            ("end", lambda cell: cell[-1:].lower(), _MOST),
        ]
        if role in ("name", "organisation", "address"):
            found.append(("first", lambda cell: cell.split()[0] if cell.split() else "", 4 * _MOST))
            found.append(("last", lambda cell: cell.split()[-1] if cell.split() else "", 4 * _MOST))
        if role == "address":
            found.append(("street", lambda cell: re.sub(r"[0-9]+[ ]?[a-zA-Z]?\b", "9", cell), None))
        sizes = {len(cell) for cell in self.filled[i]}
        if len(sizes) == 1 and max(sizes) <= _LONGEST and self.sample.distinct[i] > _OWN:
            found += [(f"sign {at + 1}", itemgetter(at), _SIGNS) for at in range(3, max(sizes))]
        return [*found, whole]

    def _sizes(self, i: int) -> list[tuple[str, Read, int | None]]:
        """Parts of amounts and moments."""
        measure, values = self.measures[i], self.values[i]
        known = values[np.isfinite(values)]
        found: list[tuple[str, Read, int | None]] = []
        for bins in _BINS:
            edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
            found.append((f"size {bins}", partial(_bin_of, measure, edges), None))
        if measure.dated:
            names = ("weekday", "day", "month", "year", "hour", "seconds")
            return [*found, *((name, partial(_part_of_day, measure.day_first, name), None) for name in names)]
        return [*found, ("ending", lambda cell: f"{measure.unit(measure.value(cell) or 0.0, cell):.6f}", None)]

    def _of_number(self, say: Read) -> Read:
        """What is said of a cell's number, all its digits with its country code."""

        def read(cell: str) -> str:
            found = number_form(cell, self.source.region)
            return "?" if found is None else say(found[1])

        return read

    def _region(self, key: str) -> str:
        """The region of a number where its block's is known, otherwise its area code, or its block itself where the
        list has others of it: what goes with these goes with it."""
        return self.regions.of(key) or area_of(key) or (_block(key) if _block(key) in self._blocks else "")

    def _enter(self, i: int, name: str, read: Read, cells: Sequence[str | None], most: int | None = None) -> None:
        parts = {cell: "" if cell is None else read(cell) for cell in dict.fromkeys(cells)}
        index: dict[str, int] = {}
        for part in parts.values():
            index.setdefault(part, len(index))
        if len(index) < 2 or (most is not None and len(index) > most):
            return
        codes = np.array([index[parts[cell]] for cell in cells], dtype=np.int64)
        for at, view in enumerate(self.views):
            if view.column == i and view.counts.size == len(index):
                # Two views with as many parts tell the same rows apart where they have no more parts together.
                together = np.unique(view.codes * (int(codes.max()) + 1) + codes)
                if len(together) == int(view.codes.max()) + 1:
                    if name == "whole":
                        self.whole[i] = at
                    return
        counts = np.bincount(codes, minlength=len(index))
        if name in ("whole", "head"):
            self.whole[i] = len(self.views)
        rank = np.empty(len(index), dtype=np.int64)
        rank[np.argsort(-counts, kind="stable")] = np.arange(len(index))
        self.views.append(View(i, read, codes, index, counts, np.minimum(rank, _COMMON)[codes]))


def _block(key: str) -> str:
    """The block that a Chinese mobile was given out with, with the country code; empty for other numbers."""
    return key[:_BLOCK] if key.startswith(_CHINA) and len(key) == _MOBILE else ""


def _digits(size: int, key: str) -> str:
    """The first digits of a number after its country code."""
    return key[len(calling_code(key)) :][:size]


def _sign(relation: str) -> str:
    return "=" if relation in ("=", "0") else "-" if relation[:1] == "-" else "+"


def _part_of_day(day_first: bool | None, name: str, cell: str) -> str:
    found = read_date(cell, day_first)
    if found is None:
        return "?"
    if name in ("hour", "seconds"):
        return found.rest[1:3] if name == "hour" else found.rest[6:9]
    return str(found.day.weekday() if name == "weekday" else getattr(found.day, name))


def _bin_of(measure: MeasuredColumn, edges: Floats, cell: str) -> str:
    value = measure.value(cell)
    return "?" if value is None else str(int(np.searchsorted(edges, value, side="right")))


def _coarse(cell: str) -> str:
    """A cell's digits, letters and signs, each run of one kind as one."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\W\d_]", "a", re.sub(r"[0-9]", "9", cell)))[:12]
