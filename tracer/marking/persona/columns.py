"""The parts of a list's cells: a contract's prefix, a date's year, a name's last letter, the size of an amount.

Each part of a column is a view: one code for each row. What goes with what in a list is seen between views.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.marking.persona.dates import DAY, read_date
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.measures import MeasuredColumn, measure_of
from tracer.marking.persona.source_list import POSTCODE, Sample, SourceList
from tracer.marking.persona.written_numbers import NumberRegions, area_of, calling_code, kind_of, number_form

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Read = Callable[[str], str]

ROWS = 6_000
"""Rows of the sample from which records are drawn: more make no view clearer."""
MADE = ("phone", "email", "name", "organisation", "address")
"""Roles whose cells are a record's own."""
_BINS = (6, 24, 96)
"""Parts of equal size that amounts and moments are cut into."""
_OWN = 0.9
"""Distinct cells as a share of the filled ones, above which the whole cell says nothing of other rows."""
_MOST = 400
"""Different parts above which a beginning or an end says too little of each."""
_LONGEST, _SIGNS = 24, 40
"""Signs of a code of one length whose single signs may say something, and different ones at a place at most."""
_PLACES = (12, 60, 300)
"""Parts of equal length that the list is cut into."""
_USUAL = 12
"""Factors between two amounts, or times between two days, that are usual."""
_MOSTLY = 0.6
_EQUAL = 0.03
"""Share of rows in which two days are one, from which on it matters in which they are."""
_ORDERED, _BY_CHANCE = 0.99, 0.93
_PRICE = re.compile(r"[0-9][.,][0-9]{2}$")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)?([0-9]{2})$")
_CHINA, _MOBILE, _BLOCK = "86", 13, 9
"""China's country code, and digits with it of a mobile and of the block that it was given out with."""


@dataclass
class View:
    """One part of the cells of one column."""

    column: int
    name: str
    read: Read
    codes: Codes
    """For each row, from 0; blank cells have a code too."""
    index: Mapping[str, int]
    counts: Codes
    capped: Codes = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """The same with all rare parts as one."""

    def code(self, cell: str | None) -> int:
        """The code of a new cell; -1 where no row has its part."""
        return self.index.get("" if cell is None else self.read(cell), -1)


class ListColumns:
    """The engine's rows of one list, by view."""

    def __init__(self, source: SourceList, sample: Sample, regions: NumberRegions) -> None:
        self.source, self.sample, self.regions = source, sample, regions
        self.roles = source.roles[source.main.part]
        step = max(1, -(-len(sample.rows) // ROWS))
        self.rows = sorted(sample.rows)[::step]
        self.at = {row: at for at, row in enumerate(self.rows)}
        self.cells = [[sample.rows[row][i] for row in self.rows] for i in range(len(self.roles))]
        self.filled = [[cell for cell in cells if cell is not None] for cells in self.cells]
        self.headings = [heading or "" for heading in source.main.headers]
        self.measures = {i: m for i in range(len(self.roles)) if (m := self._measure(i)) is not None}
        self.values = {i: self._values(i) for i in self.measures}
        self.blocks = self._number_blocks()
        self.width = len(self.roles)
        self.place = self.width
        """Further columns: of a row's place, and behind it those of `usual`."""
        self.ordered: list[tuple[int, int]] = []
        """Pairs of days or amounts of which the first is hardly ever above the second, as it would be by chance."""
        self.usual = self._usual_relations()
        """Pairs of columns with usual factors or times between them."""
        self.views: list[View] = []
        self.whole: dict[int, int] = {}
        """Column -> the view that says all that its cells say of other rows."""
        self.of: dict[int, list[int]] = {}

    def _usual_relations(self) -> list[tuple[int, int]]:
        """Amounts that are others times one of a few factors, and days that are as long after others as often."""
        found = []
        able = [i for i in self.measures if len(set(self.filled[i])) >= 30]
        for a in able:
            for b in able:
                if a < b and self.measures[a].dated == self.measures[b].dated and self._in_order(a, b):
                    self.ordered.append((a, b) if self._in_order(a, b) > 0 else (b, a))
                if a < b and self.measures[a].dated == self.measures[b].dated:
                    one, two = self.values[a], self.values[b]
                    both = np.isfinite(one) & np.isfinite(two) & (one != 0)
                    if both.sum() < 50:
                        continue
                    one, two = one[both], two[both]
                    other = two[np.random.Generator(np.random.PCG64(1)).permutation(len(two))]
                    equal = [float((one == x).mean()) for x in (two, other)]
                    if self.measures[a].dated and equal[0] >= _EQUAL and equal[1] < 0.5 * equal[0]:
                        found.append((a, b))
                        continue
                    shares = [
                        _covered([self._relation(a, *each) for each in zip(one, x, strict=True)]) for x in (two, other)
                    ]
                    if shares[0] >= _MOSTLY and shares[1] < 0.5 * shares[0]:
                        found.append((a, b))
        return found

    def _in_order(self, a: int, b: int) -> int:
        """1 where column a is hardly ever above column b, -1 where b is not above a, 0 where neither is so or where it
        would be so by chance."""
        one, two = self.values[a], self.values[b]
        both = np.isfinite(one) & np.isfinite(two)
        if both.sum() < 50:
            return 0
        one, two = one[both], two[both]
        other = two[np.random.Generator(np.random.PCG64(2)).permutation(len(two))]
        for sign in (1, -1):
            if (sign * one <= sign * two).mean() >= _ORDERED and (sign * one <= sign * other).mean() < _BY_CHANCE:
                return sign
        return 0

    def _relation(self, a: int, one: float, two: float) -> str:
        if self.measures[a].dated:
            if one == two:
                return "="
            return str(
                round((two - one) / DAY / 7) if abs(two - one) < 300 * DAY else f"{(two - one) / DAY / 365.25:.1f}"
            )
        return "0" if one == 0 or two == 0 else f"{round(np.log(abs(two / one)) * 150)}"

    def further(self, cells: Sequence[str | None]) -> list[str | None]:
        """What is written between the columns of `usual` in a row."""
        found: list[str | None] = []
        for a, b in self.usual:
            one, two = self.measures[a].value(cells[a]), self.measures[b].value(cells[b])
            found.append(None if one is None or two is None else self._relation(a, one, two))
        return found

    def disordered(self, cells: Sequence[str | None]) -> bool:
        """Whether a day or amount is above one that in the list it hardly ever is above."""
        pairs = ((self.measures[a].value(cells[a]), self.measures[b].value(cells[b])) for a, b in self.ordered)
        return any(one is not None and two is not None and one > two for one, two in pairs)

    def see(self, templates: Mapping[int, list[str | None]]) -> None:
        """Make the views; `templates`: column -> what is seen in place of its cells."""
        for i in range(len(self.roles)):
            if i in templates:
                self.cells[i] = templates[i]
                self.filled[i] = [cell for cell in templates[i] if cell is not None]
                self.measures.pop(i, None)
            self._add(i)
        count = len(self.rows)
        self.cells.append([str(at) for at in range(count)])
        for parts in _PLACES:
            if parts * 4 <= count:
                self._enter(self.place, f"place {parts}", _part(parts, count), self.cells[self.place], None)
        for k in range(len(self.usual)):
            cells = [self.further([column[at] for column in self.cells[: self.width]])[k] for at in range(count)]
            self.cells.append(cells)
            for name, read in (("kind", _relation_kind), ("whole", str)):
                self._enter(self.place + 1 + k, name, read, cells, None)
        for at, view in enumerate(self.views):
            self.of.setdefault(view.column, []).append(at)

    def region(self, key: str) -> str:
        """The region of a number where its block's is known, otherwise its area code, or its block itself where the
        list has others of it: what goes with these goes with it."""
        block = number_block(key)
        return self.regions.of(key) or area_of(key) or (block if block in self.blocks else "")

    def _number_blocks(self) -> frozenset[str]:
        """The blocks of mobiles that are in several rows, where most numbers are of such."""
        keys = [found[1] for i in self.source.places("phone") for cell in self.filled[i]
                if (found := number_form(cell, self.source.region)) is not None]  # fmt: skip
        counts = Counter(block for key in keys if (block := number_block(key)) and not self.regions.of(key))
        again = frozenset(block for block, count in counts.items() if count > 1)
        return again if sum(counts[block] for block in again) > counts.total() / 2 else frozenset()

    def _measure(self, i: int) -> MeasuredColumn | None:
        if self.roles[i] in ("phone", "email", *SEALED_ROLES):
            return None
        if self.roles[i] in MADE:  # a heading may say "customer" above a day
            dates = measure_of(self.filled[i], code=True)
            return dates if dates is not None and dates.dated else None
        code = (
            self.roles[i] in ("id", "key")
            or POSTCODE.search(self.headings[i]) is not None
            or i in self.sample.numbering
        )
        code = code and sum(_PRICE.search(cell) is not None for cell in self.filled[i]) < _MOSTLY * len(self.filled[i])
        return measure_of(self.filled[i], code=code or i in self.sample.codes or i in self.sample.timed)

    def _values(self, i: int) -> Floats:
        read = [self.measures[i].value(cell) for cell in self.cells[i]]
        return np.array([np.nan if value is None else value for value in read])

    def _add(self, i: int) -> None:
        filled, role = self.filled[i], self.roles[i]
        if not filled or (i in self.sample.codes) or i in self.sample.timed:
            return
        own = len(set(filled)) > _OWN * len(filled)
        if len(filled) < len(self.cells[i]):
            self._enter(i, "filled", lambda _: "x", self.cells[i], None)
        for name, read, most in self._reads(i, role):
            if name != "whole" or not own:
                self._enter(i, name, read, self.cells[i], most)

    def _reads(self, i: int, role: str) -> list[tuple[str, Read, int | None]]:
        """Coarse parts before fine ones."""
        if i in self.measures:
            return self._of_measure(i)
        if role == "phone":
            return [("kind", self._kind, None), ("shape", _coarse, _MOST), ("region", self._region, None),
                    *((f"digits {k}", self._front(k), None) for k in (3, 4, 5, 6))]  # fmt: skip
        if role == "email":
            return [
                ("top", lambda cell: cell.rpartition(".")[2].lower(), _MOST), ("year", _year, None),
                ("shape", lambda cell: _coarse(cell.partition("@")[0]), _MOST),
                ("domain", lambda cell: cell.rpartition("@")[2].lower(), None),
            ]  # fmt: skip
        found: list[tuple[str, Read, int | None]] = [
            ("shape", _coarse, _MOST), ("begin", lambda cell: cell[:1].lower(), _MOST),
            ("begin 2", lambda cell: cell[:2].lower(), _MOST), ("begin 3", lambda cell: cell[:3].lower(), _MOST),
            ("head", _head, _MOST), ("end", lambda cell: cell[-1:].lower(), _MOST),
        ]  # fmt: skip
        if role in ("name", "organisation", "address"):
            found += [("first", lambda cell: cell.split()[0] if cell.split() else "", 4 * _MOST),
                      ("last", lambda cell: cell.split()[-1] if cell.split() else "", 4 * _MOST)]  # fmt: skip
        if role == "address":
            found.append(("street", street_of, None))
        sizes = {len(cell) for cell in self.filled[i]}
        if len(sizes) == 1 and max(sizes) <= _LONGEST and self.sample.distinct[i] > _OWN:
            found += [(f"sign {at + 1}", itemgetter(at), _SIGNS) for at in range(3, max(sizes))]
        return [*found, ("whole", lambda cell: cell, None)]

    def _of_measure(self, i: int) -> list[tuple[str, Read, int | None]]:
        measure, values = self.measures[i], self.values[i]
        known = values[np.isfinite(values)]
        found: list[tuple[str, Read, int | None]] = []
        for bins in _BINS:
            edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
            found.append((f"size {bins}", _binned(measure, edges), None))
        if measure.dated:
            for name, take in _OF_DAY.items():
                found.append((name, _dated(measure, take), None))
        else:
            found.append(("ending", lambda cell: f"{measure.unit(measure.value(cell) or 0.0, cell):.6f}", None))
        return [*found, ("whole", lambda cell: cell, None)]

    def _region(self, cell: str) -> str:
        found = number_form(cell, self.source.region)
        return "?" if found is None else self.region(found[1])

    def _front(self, size: int) -> Read:
        """The first digits of a number behind its country code."""

        def read(cell: str) -> str:
            found = number_form(cell, self.source.region)
            return "?" if found is None else found[1][len(calling_code(found[1])) :][:size]

        return read

    def _kind(self, cell: str) -> str:
        found = number_form(cell, self.source.region)
        return "?" if found is None else kind_of(found[1])

    def _enter(self, i: int, name: str, read: Read, cells: Sequence[str | None], most: int | None) -> None:
        parts = {cell: "" if cell is None else read(cell) for cell in dict.fromkeys(cells)}
        index: dict[str, int] = {}
        for part in parts.values():
            index.setdefault(part, len(index))
        if len(index) < 2 or (most is not None and len(index) > most):
            return
        codes = np.array([index[parts[cell]] for cell in cells], dtype=np.int64)
        for at, view in enumerate(self.views):
            if view.column == i and view.counts.size == len(index) and _same(view.codes, codes):
                if name == "whole":
                    self.whole[i] = at
                return
        counts = np.bincount(codes, minlength=len(index))
        if name in ("whole", "head"):
            self.whole[i] = len(self.views)
        order = np.argsort(-counts, kind="stable")
        rank = np.empty(len(index), dtype=np.int64)
        rank[order] = np.arange(len(index))
        self.views.append(View(i, name, read, codes, index, counts, np.minimum(rank, 95)[codes]))


def _part(parts: int, count: int) -> Read:
    return lambda cell: str(int(cell) * parts // count)


def _relation_kind(cell: str) -> str:
    return "=" if cell in ("=", "0") else cell[:1] if cell[:1] == "-" else "+"


def _covered(relations: Sequence[str]) -> float:
    return sum(count for _, count in Counter(relations).most_common(_USUAL)) / len(relations)


def _same(one: Codes, other: Codes) -> bool:
    """Whether two views tell the same rows apart, given that they have as many parts."""
    return len(np.unique(one * (int(other.max()) + 1) + other)) == int(one.max()) + 1


_OF_DAY: Mapping[str, Callable[[date, str], str]] = {
    "weekday": lambda day, _: str(day.weekday()), "day": lambda day, _: str(day.day),
    "month": lambda day, _: str(day.month), "year": lambda day, _: str(day.year),
    "hour": lambda _, rest: rest[1:3], "seconds": lambda _, rest: rest[6:9],
}  # fmt: skip


def _dated(measure: MeasuredColumn, take: Callable[[date, str], str]) -> Read:
    def read(cell: str) -> str:
        found = read_date(cell, measure.day_first)
        return "?" if found is None else take(found.day, found.rest)

    return read


def _binned(measure: MeasuredColumn, edges: Floats) -> Read:
    def read(cell: str) -> str:
        value = measure.value(cell)
        return "?" if value is None else str(int(np.searchsorted(edges, value, side="right")))

    return read


def _coarse(cell: str) -> str:
    """A cell's digits, letters and signs, each run of one kind as one."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\W\d_]", "a", re.sub(r"[0-9]", "9", cell)))[:12]


def _head(cell: str) -> str:
    """The letters and signs before the first digit."""
    return re.split(r"[0-9]", cell, maxsplit=1)[0]


def _year(cell: str) -> str:
    found = _YEAR.search(cell.partition("@")[0])
    return "" if found is None else found[1]


def street_of(cell: str) -> str:
    """An address without its numbers."""
    return re.sub(r"[0-9]+[ ]?[a-zA-Z]?\b", "9", cell)


def number_block(key: str) -> str:
    """The block that a Chinese mobile was given out with, with the country code; empty for other numbers."""
    return key[:_BLOCK] if key.startswith(_CHINA) and len(key) == _MOBILE else ""


def fraction(draw: KeyedDraw) -> float:
    """A number from 0 to 1, without 1."""
    return draw.below(1 << 40) / (1 << 40)


def weighted(weights: Floats, draw: KeyedDraw) -> int:
    """A place in proportion to the weights."""
    bounds = np.cumsum(weights)
    return min(int(np.searchsorted(bounds, fraction(draw) * bounds[-1], side="right")), len(weights) - 1)
