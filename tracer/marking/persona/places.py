"""A record's place in its list, its ids, and what the list is sorted by."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracer.lists.write.model import NewRow
from tracer.marking.persona.columns import Codes, Floats, ListColumns
from tracer.marking.persona.dependence import correlation
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.ids import Series
from tracer.marking.persona.source_list import Order, RowsOfList, Sample
from tracer.marking.persona.written import DAY

_EQUAL = 0.5  # How much oftener than by chance neighbours have the same value where it is the place that says it.
_MANY = 40
_ABLE, _GAPS = 40, 3
"""Free ids of a series that a record's is drawn of: so many, and one for as many of the series' gaps."""
_TRIES = 30
_NEXT = 3  # Ids after the last of a series among which a record's is drawn, where none is free among them.
_LOOKED_AT, _IN_ORDER = 3_000, 0.95
"""Rows that show by what those of one name are sorted, and the share of them that must be in order."""
_SOON = 3_600.0  # Seconds between two rows, above which nothing is known of the hours between them.
_ABOUT = 5  # Times of day on either side between which a new one lies.
_RISING = 0.9  # Rank correlation of moments and ids that were given out in one order.

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class FreeId:
    """An id that no row has."""

    column: int
    prefix: str
    at: int
    after: int  # Row of the next lower id.


@dataclass
class _FreeIds:
    """The free ids of one column."""

    ids: list[FreeId]
    after: Codes  # For each the row of the next lower one.
    unspent: Flags
    last: Codes  # For each the number of its series where it comes after all of it, -1 elsewhere.


class Places:
    """Finds the places of one list's records; an id is given out once."""

    def __init__(self, columns: ListColumns, own: Sequence[int], draw: KeyedDraw, rows: RowsOfList) -> None:
        """`own`: columns of names, numbers and mail addresses."""
        self.columns, self.draw, self.rows = columns, draw, rows
        self.sample = columns.sample
        self._spent: set[FreeId] = set()
        self._free: dict[int, _FreeIds] = {}
        self._number: dict[FreeId, int] = {}
        self._clocks: dict[int, tuple[Floats, Codes, Codes, float]] = {}
        self._second: dict[int, int | None] = {}
        self._near: dict[int | None, frozenset[int]] = {}
        self.given = set(own)
        # Columns that the list is sorted by, and those of whose many values equal ones are together: of others, the
        # place itself says what they are.
        local = {i for i, order in self.sample.orders.items() if order.whole or self._is_dated(i)}
        for i in self.sample.clustered:
            cells = columns.filled[i]
            if len(set(cells)) > _MANY and sum(a == b for a, b in pairwise(cells)) > 0.25 * len(cells):
                local.add(i)
        self.local = sorted(local - self.given)
        """Columns by which a row's place is known, without those that are a record's own."""
        self.following = [i for i, numbering in sorted(self.sample.numbering.items()) if numbering.follows]
        self.rising: dict[int, list[int]] = {}  # Column of ids -> columns of moments that rise with them.
        for i, numbering in sorted(self.sample.numbering.items()):
            numbers, series = np.full(len(columns.rows), np.nan), np.full(len(columns.rows), -1)
            prefixes = {id(each): at for at, each in enumerate(numbering.series.values())}
            for at, cell in enumerate(columns.cells[i]):
                of = None if cell is None else numbering.of(cell)
                number = None if of is None else of.number(str(cell))
                if of is not None and number is not None:
                    numbers[at], series[at] = number, prefixes[id(of)]
            ranks = _ranks_within(numbers, series)
            together = {
                j: abs(correlation(ranks, _ranks_within(columns.values[j], series)))
                for j in columns.measures
                if self._is_dated(j)
            }
            self.rising[i] = sorted((j for j in together if together[j] >= _RISING), key=lambda j: -together[j])

    def _is_dated(self, i: int) -> bool:
        return i in self.columns.measures and self.columns.measures[i].dated

    def near_columns(self, by: int | None) -> frozenset[int]:
        """Columns whose values are those of the rows next to a record's, or between them, where rows are in the order
        of the ids of column `by`, or in that of the list."""
        if by not in self._near:
            columns, order = self.columns, np.arange(len(self.columns.rows))
            found = {*self.local, *self.following, *self.sample.numbering}
            if by is not None and by not in self.following:
                found |= set(self.rising[by])
                order = np.argsort(columns.values[self.rising[by][0]], kind="stable") if self.rising[by] else order
            for i in set(range(columns.width)) - found:
                codes = np.unique([cell or "" for cell in columns.cells[i]], return_inverse=True)[1][order]
                chance = float(((np.bincount(codes) / len(codes)) ** 2).sum())
                if len(codes) > 1 and float((codes[1:] == codes[:-1]).mean()) > chance + _EQUAL * (1 - chance):
                    found.add(i)
            self._near[by] = frozenset(found)
        return self._near[by]

    @property
    def ties(self) -> list[tuple[int, int]]:
        """Columns that must come from one row, since they say where a record is."""
        place = [self.columns.place, *self.local, *self.following]
        return [*pairwise(place), *((i, j) for i, js in self.rising.items() for j in js)]

    def fixed_place(self, cells: Sequence[str | None]) -> int | None:
        """The row before which the list's order puts a record by its own number, address or name; None where it does
        not."""
        for i, order in sorted(self.sample.orders.items()):
            cell = cells[i]
            if order.whole and cell is not None and i not in self.local and i not in self.sample.numbering:
                first, last = self.rows.places_of(i, cell, order)
                second = self._sorted_second(i)
                name = None if second is None else cells[second]
                if second is not None and name is not None:
                    own = [(self.rows.cell(row, second) or "").casefold() for row in range(first, last)]
                    return first + bisect_left(own, name.casefold())
                return first + self.draw.below(last - first + 1)
        return None

    def _sorted_second(self, i: int) -> int | None:
        """The column of names by which rows are sorted that have one cell in column i."""
        if i not in self._second:
            rows = range(1, min(self.rows.count, _LOOKED_AT))
            same = [row for row in rows if self.rows.cell(row, i) == self.rows.cell(row + 1, i) is not None]
            self._second[i] = None
            for j in sorted(self.given - {i}) if len(same) >= _ABLE else ():
                cells = [[(self.rows.cell(at, j) or "").casefold() for at in (row, row + 1)] for row in same]
                rising = sum(one <= other for one, other in cells)
                if rising >= _IN_ORDER * len(cells) and sum(one < other for one, other in cells) > 0.5 * len(cells):
                    self._second[i] = j
        return self._second[i]

    def free_ids(self, i: int) -> tuple[list[FreeId], Codes, Flags]:
        """The ids of a column that no row has, for each the row of the next lower one, and whether it can be given out
        now: those among the list's, and of those after the last of each series the next few."""
        if i not in self._free:
            found, later = list[FreeId](), list[Codes]()
            for no, (prefix, series) in enumerate(sorted(self.sample.numbering[i].series.items())):
                most = (len(series.numbers) or self.rows.count) // _GAPS + _ABLE
                found += [FreeId(i, prefix, at, int(after)) for at, after in enumerate(series.after[:most])]
                last = series.numbers[-1] if len(series.numbers) else np.iinfo(np.int64).max
                later.append(np.where(series.free[:most] > last, no, -1))
            after = np.array([each.after for each in found], dtype=np.int64)
            unspent = np.array([each not in self._spent for each in found])
            self._free[i] = _FreeIds(found, after, unspent, np.concatenate(later))
            self._number |= {each: at for at, each in enumerate(found)}
        free = self._free[i]
        able = free.unspent.copy()
        for no in range(int(free.last.max()) + 1):
            able[np.flatnonzero(able & (free.last == no))[_NEXT:]] = False
        return free.ids, free.after, able

    def _series(self, free: FreeId) -> Series:
        numbering = self.sample.numbering.get(free.column) or self.sample.references[free.column]
        return numbering.series[free.prefix]

    def near(self, i: int, like: str | None, place: int | None) -> FreeId | None:
        """A free id of the series that `like` is of: the nearest to a place where one is given."""
        numbering = self.sample.numbering.get(i) or self.sample.references[i]
        series = None if like is None else numbering.of(like)
        if series is None:
            return None
        prefix = next(key for key, each in numbering.series.items() if each is series)
        number = None if place is not None else series.number(str(like))
        far = np.arange(len(series.after))
        if place is not None:
            far = np.abs(series.after - (place - 1))
        elif number is not None:
            # Where ids do not follow the rows, the record's is like the one that goes with what it has of that row.
            far = np.abs(series.free - number)
        far = np.where(series.free < 10**series.width, far, np.inf) if series.width else far
        order = np.argsort(far, kind="stable")[:2_000]
        if number is not None:
            order = order[self.draw.below(min(_ABLE, len(order))) :]
        able = (FreeId(i, prefix, int(at), int(series.after[at])) for at in order)
        return next((each for each in able if each not in self._spent), None)

    def give(self, free: FreeId) -> str:
        """Give an id out."""
        self._spent.add(free)
        if free in self._number:
            self._free[free.column].unspent[self._number[free]] = False
        series = self._series(free)
        return series.id_of(int(series.free[free.at]))

    def take_back(self, free: FreeId) -> None:
        """It was for a record that is not used."""
        self._spent.discard(free)
        if free in self._number:
            self._free[free.column].unspent[self._number[free]] = True

    def put_between(
        self, free: FreeId, cells: list[str | None], taken: list[int | None], keeps: Callable[[int, str | None], bool]
    ) -> None:
        """Put moments that rise with an id between those of its neighbours by id.

        `keeps`: whether one that a row has is kept.
        """
        measures, rising, series = self.columns.measures, self.rising[free.column], self._series(free)
        at = bisect_left(series.numbers, int(series.free[free.at]))
        room, first = list[tuple[float, float]](), None
        for j in rising:
            own = measures[j].value(cells[j])
            around = [self.rows.cell(int(series.rows[k]), j) for k in (at - 1, at) if 0 <= k < len(series.rows)]
            values = [value for cell in around if (value := measures[j].value(cell)) is not None]
            if len(values) == 1 and at == len(series.rows):
                values.append(values[0] + self._usual_gap(series, j))
            if own is not None and len(values) == 2:
                first = j if first is None else first
                room.append((min(values) - own, max(values) - own))
        if first is None:
            return
        low, high = max(each[0] for each in room), min(each[1] for each in room)
        # The one that rises most closely decides where no moment is between the neighbours in all of them.
        low, high = (low, high) if low < high else room[0]
        step = self._step(first, str(cells[first]), low, high, keeps)
        moved = set(rising)
        # What comes after it in the row comes as long after it as before.
        moved |= {k for pair in self.columns.ordered if moved & set(pair) for k in pair if measures[k].dated}
        begun = measures[first].value(cells[first])
        for k in sorted(moved) if step else ():
            value = measures[k].value(cells[k])
            if value is not None and taken[k] is not None:
                # What is of the same moment stays so; what came days after it keeps its time of day.
                by = step if k in rising or value == begun or step % DAY == 0 else round(step / DAY) * DAY
                cells[k], taken[k] = measures[k].write(value + by, str(cells[k])), None

    def _usual_gap(self, series: Series, j: int) -> float:
        """Seconds between two of the last moments of a series, in the middle: its next is about as far off."""
        last = [self.columns.measures[j].value(self.rows.cell(int(row), j)) for row in series.rows[-_ABLE:]]
        gaps = np.abs(np.diff([value for value in last if value is not None]))
        return float(np.median(gaps)) if len(gaps) else 0.0

    def _step(self, j: int, cell: str, low: float, high: float, keeps: Callable[[int, str | None], bool]) -> float:
        """Seconds by which a cell is moved, from `low` to `high`: 0 where it may stay."""
        measure = self.columns.measures[j]
        own, unit = measure.value(cell) or 0.0, measure.unit(0.0, cell)
        if low <= 0 <= high and keeps(j, cell):
            return 0.0
        made = 0.0
        for _ in range(_TRIES):
            made = low + unit * self.draw.below(int((high - low) // unit) + 1)
            made = round((own + made) / unit) * unit - own
            if unit < DAY:
                # At a time of day at which rows are made: hardly any are at night.
                by_day = (own + made) // DAY * DAY + self._clock(j) - own
                nearer = low if made - low < high - made else high
                made = by_day if low < by_day < high else made if high - low < _SOON else nearer
            if low < made < high and measure.write(own + made, cell) not in self.sample.counts[j]:
                return made
        # No usual time of day is between the two: soon after the first, or before the second.
        steps = int((high - low) // unit) - 1
        if unit >= DAY or steps < 1:
            return made
        soon = unit * (1 + self.draw.below(min(steps, max(1, int(_SOON // unit)))))
        return round((own + (low + soon if self.draw.below(2) else high - soon)) / unit) * unit - own

    def _clock(self, j: int) -> float:
        """A time of day like the column's: one that no row has as often as single rows have theirs."""
        if j not in self._clocks:
            values = self.columns.values[j]
            times, counts = np.unique(values[np.isfinite(values)] % DAY, return_counts=True)
            self._clocks[j] = times, np.cumsum(counts), counts, float((counts == 1).sum() / counts.sum())
        times, upto, counts, single = self._clocks[j]
        at = int(np.searchsorted(upto, self.draw.below(int(upto[-1])), side="right"))
        if counts[at] > 1 or self.draw.fraction() >= single:
            return float(times[at])
        low, high = float(times[max(0, at - _ABOUT)]), float(times[min(len(times) - 1, at + _ABOUT)])
        unit = self.columns.measures[j].grid
        return low + unit * self.draw.below(int((high - low) // unit) + 1)

    def place(self, anchor: int | None, fixed: int | None, by_id: FreeId | None, cells: list[str | None]) -> int:
        """The row before which a record goes. `anchor`: the row that what it shares with neighbours is of."""
        if fixed is not None:
            return fixed
        if by_id is not None and by_id.column in self.following:
            return max(1, by_id.after + (1 if self.sample.numbering[by_id.column].follows > 0 else 0))
        first, last = 1, self.rows.count + 1
        near = anchor
        for i, order in sorted(self.sample.orders.items(), key=lambda item: (not item[1].whole, item[0])):
            cell = cells[i]
            if cell is None or i in self.sample.numbering or (not order.whole and near is None):
                continue
            low, high = self.rows.places_of(i, cell, order, near)
            if max(first, low) <= min(last, high):
                first, last = max(first, low), min(last, high)
                near = first if near is None or not first <= near <= last else near
        if anchor is not None and first <= anchor + 1 and anchor <= last:
            first, last = max(first, anchor), min(last, anchor + 1)
        return first + self.draw.below(last - first + 1)

    def after_run(self, i: int, anchor: int) -> int:
        """The row before which a firm goes that is new: after the rows of the firm that is there."""
        own = self.rows.cell(anchor, i)
        while self.rows.cell(anchor + 1, i) == own is not None:
            anchor += 1
        return anchor + 1

    def keep_order(self, place: int, cells: list[str | None], taken: list[int | None]) -> None:
        """What the list is sorted by lies between the rows before and after."""
        for i, order in sorted(self.sample.orders.items()):
            cell = cells[i]
            if cell is None or "\x00" in cell or i in self.given or i in self.sample.numbering or place in order.breaks:
                continue
            first, last = self.rows.places_of(i, cell, order, place)
            if first <= place <= last:
                continue
            around, measure = self.rows.filled_around(i, place), self.columns.measures.get(i)
            values = [value for each in around if measure and (value := measure.value(each)) is not None]
            if measure is not None and len(values) == 2:
                step = measure.unit(min(values), str(around[0]))
                value = min(values) + step * self.draw.below(int((max(values) - min(values)) // step) + 1)
                cells[i], taken[i] = measure.write(value, str(around[0])), None
                continue
            donor = next((row for row in (place - 1, place) if self.rows.cell(row, i) is not None), None)
            if donor is not None:
                cells[i], taken[i] = self.rows.cell(donor, i), donor


def _ranks_within(values: Floats, series: Codes) -> Floats:
    """The ranks of values among those of their series, from -1/2 to 1/2; NaN for those of none."""
    found = np.full(len(values), np.nan)
    for one in np.unique(series[series >= 0]):
        own = np.flatnonzero((series == one) & np.isfinite(values))
        if len(own) > 1:
            found[own] = (np.searchsorted(np.sort(values[own]), values[own]) + 0.5) / len(own) - 0.5
    return found


def arranged_rows(
    rows: Mapping[int, NewRow], sample: Sample, of_list: RowsOfList, given: Sequence[int], renewable: Collection[int]
) -> dict[int, NewRow]:
    """The personas (by number) in the order in which the copy has them; ids and dates change hands where two that go
    between the same two rows are out of order.

    Each was put where its own number, id or date belongs among the list's rows: without this half of the pairs that
    become neighbours would be the wrong way round. `given`: columns whose cells cannot be changed, numbers and
    addresses; `renewable`: dates. So are ids.
    """
    orders = sample.orders
    following = [i for i, numbering in sorted(sample.numbering.items()) if numbering.follows]
    first = [i for i in given if i in orders and orders[i].whole]
    sorted_by = list(dict.fromkeys(i for i in (*first, *following, *sorted(orders)) if i in orders))

    def rank(row: NewRow) -> tuple[tuple[float | Decimal, ...], ...]:
        """Like values are together: those of the row before come first, those of the row after last."""
        ranks = [_sort_key(orders[i], row.cells[i]) for i in sorted_by]
        for i in sorted(sample.clustered):
            before, after = (of_list.cell(at, i) == row.cells[i] for at in (row.before - 1, row.before))
            ranks.append((float(after) - float(before),))
        return tuple(ranks)

    places: dict[int, list[int]] = defaultdict(list)
    for no, row in rows.items():
        places[row.before].append(no)
    found: dict[int, NewRow] = {}
    for place in sorted(places):
        ranked = sorted(places[place], key=lambda no: (rank(rows[no]), no))
        made = [rows[no] for no in ranked]
        for i in (i for i in sorted_by if len(made) > 1 and (i in following or i in renewable)):
            filled = [at for at, row in enumerate(made) if row.cells[i] is not None]
            rising = sorted((made[at] for at in filled), key=lambda row: _sort_key(orders[i], row.cells[i]))
            for at, donor in zip(filled, rising, strict=True):
                cells, taken = list(made[at].cells), list(made[at].taken)
                cells[i], taken[i] = donor.cells[i], donor.taken[i]
                made[at] = replace(made[at], cells=tuple(cells), taken=tuple(taken))
        found |= zip(ranked, made, strict=True)
    return found


def _sort_key(order: Order, cell: str | None) -> tuple[float | Decimal, ...]:
    """A key that rises down the list; cells without a value come last."""
    value = None if cell is None else order.value(cell)
    if value is None:
        return (1.0,)
    if isinstance(value, int | Decimal):
        return (0.0, value if order.sign > 0 else -value)
    symbols = value if isinstance(value, bytes) else [ord(char) for char in value]
    # A text that is the beginning of another comes first where the list rises, last where it falls.
    return (0.0, *(float(order.sign * symbol) for symbol in symbols), float(-order.sign))
