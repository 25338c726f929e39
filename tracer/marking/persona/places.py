"""A record's place in its list, its ids, and what the list is sorted by."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona.columns import Floats, ListColumns, fraction
from tracer.marking.persona.dates import DAY
from tracer.marking.persona.dependence import correlation
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import RowsOfList

_EQUAL = 0.5
"""How much oftener than by chance neighbours have the same value where it is the place that says it."""
_MANY = 40
_ABLE, _GAPS = 40, 3
"""Free ids of a series that a record's is drawn of: so many, and one for as many of the series' gaps."""
_TRIES = 30
_NEXT = 3
"""Ids behind the last of a series among which a record's is drawn, where none is free among them."""
_LOOKED_AT, _IN_ORDER = 3_000, 0.95
"""Rows that show by what those of one name are sorted, and the share of them that must be in order."""
_SOON = 3_600.0
"""Seconds between two rows, above which nothing is known of the hours between them."""
_ABOUT = 5
"""Times of day on either side between which a new one lies."""
_RISING = 0.9
"""Rank correlation of moments and ids that were given out in one order."""


def _within(values: Floats, series: NDArray[np.int64]) -> Floats:
    """The ranks of values among those of their series, from -1/2 to 1/2; NaN for those of none."""
    found = np.full(len(values), np.nan)
    for one in np.unique(series[series >= 0]):
        own = np.flatnonzero((series == one) & np.isfinite(values))
        if len(own) > 1:
            found[own] = (np.searchsorted(np.sort(values[own]), values[own]) + 0.5) / len(own) - 0.5
    return found


@dataclass(frozen=True)
class FreeId:
    """An id that no row has."""

    column: int
    prefix: str
    at: int
    after: int
    """Row of the next lower id."""


class Places:
    """Finds the places of one list's records; an id is given out once."""

    def __init__(self, columns: ListColumns, own: Sequence[int], draw: KeyedDraw, rows: RowsOfList) -> None:
        """`own`: columns of names, numbers and mail addresses."""
        self.columns, self.draw, self.rows = columns, draw, rows
        self.sample = columns.sample
        self._spent: set[FreeId] = set()
        self._able: dict[int, tuple[list[FreeId], NDArray[np.int64]]] = {}
        self._free: dict[int, NDArray[np.bool_]] = {}
        self._behind: dict[int, NDArray[np.int64]] = {}
        """For each free id the number of its series where it comes after all of it, -1 elsewhere."""
        self._number: dict[FreeId, int] = {}
        self._clocks: dict[int, tuple[Floats, NDArray[np.int64], NDArray[np.int64], float, float]] = {}
        self._seconds: dict[int, int | None] = {}
        self._near: dict[int | None, frozenset[int]] = {}
        self.given = set(own)
        self.local = self._local()
        """Columns by which a row's place is known, those apart that are a record's own."""
        self.following = [i for i, numbering in sorted(self.sample.numbering.items()) if numbering.follows]
        self.rising = self._rising()
        """Column of ids -> columns of moments that rise with them."""

    def _local(self) -> list[int]:
        """Columns that the list is sorted by, and those of whose many values equal ones are together: of others, the
        place itself says what they are."""
        whole = {
            i for i, order in self.sample.orders.items()
            if order.whole or (i in self.columns.measures and self.columns.measures[i].dated)
        }  # fmt: skip
        runs = set()
        for i in self.sample.clustered:
            cells = [cell for cell in self.columns.cells[i] if cell is not None]
            again = sum(a == b for a, b in pairwise(cells))
            if len(set(cells)) > _MANY and again > 0.25 * len(cells):
                runs.add(i)
        return sorted((whole | runs) - self.given)

    def _rising(self) -> dict[int, list[int]]:
        columns, found = self.columns, dict[int, list[int]]()
        for i, numbering in sorted(self.sample.numbering.items()):
            numbers, series = np.full(len(columns.rows), np.nan), np.full(len(columns.rows), -1)
            prefixes = {id(each): at for at, each in enumerate(numbering.series.values())}
            for at, cell in enumerate(columns.cells[i]):
                of = None if cell is None else numbering.of(cell)
                number = None if of is None else of.number(str(cell))
                if of is not None and number is not None:
                    numbers[at], series[at] = number, prefixes[id(of)]
            told = {
                j: abs(correlation(_within(numbers, series), _within(columns.values[j], series)))
                for j, measure in columns.measures.items() if measure.dated
            }  # fmt: skip
            found[i] = sorted((j for j, share in told.items() if share >= _RISING), key=lambda j: -told[j])
        return found

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
                if float((codes[1:] == codes[:-1]).mean()) > chance + _EQUAL * (1 - chance):
                    found.add(i)
            self._near[by] = frozenset(found)
        return self._near[by]

    @property
    def ties(self) -> list[tuple[int, int]]:
        """Columns that must come from one row, since they say where a record is."""
        place = [self.columns.place, *self.local, *self.following]
        return [*pairwise(place), *((i, j) for i, js in self.rising.items() for j in js)]

    def fixed(self, cells: Sequence[str | None]) -> int | None:
        """The row before which the list's order puts a record by its own number, address or name; None where it does
        not."""
        for i, order in sorted(self.sample.orders.items()):
            cell = cells[i]
            if order.whole and cell is not None and i not in self.local and i not in self.sample.numbering:
                first, last = self.rows.places_of(i, cell, order)
                second = self._second(i)
                name = None if second is None else cells[second]
                if second is not None and name is not None:
                    own = [(self.rows.cell(row, second) or "").casefold() for row in range(first, last)]
                    return first + bisect_left(own, name.casefold())
                return first + self.draw.below(last - first + 1)
        return None

    def _second(self, i: int) -> int | None:
        """The column of names by which rows are sorted that have one cell in column i."""
        if i not in self._seconds:
            rows = range(1, min(self.rows.count, _LOOKED_AT))
            same = [row for row in rows if self.rows.cell(row, i) == self.rows.cell(row + 1, i) is not None]
            self._seconds[i] = None
            for j in sorted(self.given - {i}) if len(same) >= _ABLE else ():
                pairs = [((self.rows.cell(row, j) or "").casefold(), (self.rows.cell(row + 1, j) or "").casefold())
                         for row in same]  # fmt: skip
                rising = sum(one <= other for one, other in pairs)
                if rising >= _IN_ORDER * len(pairs) and sum(one < other for one, other in pairs) > 0.5 * len(pairs):
                    self._seconds[i] = j
        return self._seconds[i]

    def free_ids(self, i: int) -> tuple[list[FreeId], NDArray[np.int64], NDArray[np.bool_]]:
        """The ids of a column that no row has, for each the row of the next lower one, and whether it can be given out
        now: those among the list's, and of those behind the last of each series the next few."""
        if i not in self._able:
            found, behind = list[FreeId](), list[NDArray[np.int64]]()
            for no, (prefix, series) in enumerate(sorted(self.sample.numbering[i].series.items())):
                most = (len(series.numbers) or self.rows.count) // _GAPS + _ABLE
                found += [FreeId(i, prefix, at, int(after)) for at, after in enumerate(series.after[:most])]
                last = series.numbers[-1] if len(series.numbers) else np.iinfo(np.int64).max
                behind.append(np.where(series.free[:most] > last, no, -1))
            self._able[i] = found, np.array([each.after for each in found], dtype=np.int64)
            self._behind[i] = np.concatenate(behind)
            self._free[i] = np.array([each not in self._spent for each in found])
            self._number |= {each: at for at, each in enumerate(found)}
        free, behind_ = self._free[i].copy(), self._behind[i]
        for no in range(int(behind_.max()) + 1):
            free[np.flatnonzero(free & (behind_ == no))[_NEXT:]] = False
        return *self._able[i], free

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
            self._free[free.column][self._number[free]] = False
        numbering = self.sample.numbering.get(free.column) or self.sample.references[free.column]
        series = numbering.series[free.prefix]
        return series.written(int(series.free[free.at]))

    def take_back(self, free: FreeId) -> None:
        """It was for a record that is not used."""
        self._spent.discard(free)
        if free in self._number:
            self._free[free.column][self._number[free]] = True

    def between(
        self,
        free: FreeId,
        cells: list[str | None],
        taken: list[int | None],
        keeps: Callable[[int, str | None], bool],
    ) -> None:
        """Put moments that rise with an id between those of its neighbours by id.

        `keeps`: whether one that a row has is kept.
        """
        series = self.sample.numbering[free.column].series[free.prefix]
        at = bisect_left(series.numbers, int(series.free[free.at]))
        room, first = list[tuple[float, float]](), None
        for j in self.rising[free.column]:
            measure, own = self.columns.measures[j], self.columns.measures[j].value(cells[j])
            around = [self.rows.cell(int(series.rows[k]), j) for k in (at - 1, at) if 0 <= k < len(series.rows)]
            values = [value for cell in around if (value := measure.value(cell)) is not None]
            if own is not None and len(values) == 2:
                first = j if first is None else first
                room.append((min(values) - own, max(values) - own))
        if first is None:
            return
        low, high = max(each[0] for each in room), min(each[1] for each in room)
        low, high = (low, high) if low <= high else room[0]
        step = self._step(first, str(cells[first]), low, high, keeps)
        moved = set(self.rising[free.column])
        # What comes after it in the row comes as long after it as before.
        moved |= {
            k for pair in self.columns.ordered if moved & set(pair) for k in pair if self.columns.measures[k].dated
        }
        for k in sorted(moved) if step else ():
            value = self.columns.measures[k].value(cells[k])
            if value is not None and step and taken[k] is not None:
                by = step if k in self.rising[free.column] or step % DAY == 0 else round(step / DAY) * DAY
                cells[k], taken[k] = self.columns.measures[k].written(value + by, str(cells[k])), None

    def _step(self, j: int, cell: str, low: float, high: float, keeps: Callable[[int, str | None], bool]) -> float:
        """Seconds by which a cell is moved, from `low` to `high`: 0 where it may stay."""
        measure = self.columns.measures[j]
        own, unit = measure.value(cell) or 0.0, measure.unit(0.0, cell)
        if low <= 0 <= high and keeps(j, cell):
            return 0.0
        known, made = self.sample.counts[j], 0.0
        for _ in range(_TRIES):
            made = low + unit * self.draw.below(int((high - low) // unit) + 1)
            made = round((own + made) / unit) * unit - own
            if unit < DAY:
                # At a time of day at which rows are made: hardly any are at night.
                by_day = (own + made) // DAY * DAY + self._clock(j) - own
                beside = low if made - low < high - made else high
                made = by_day if low < by_day < high else made if high - low < _SOON else beside
            if measure.written(own + made, cell) not in known:
                break
        return made

    def _clock(self, j: int) -> float:
        """A time of day like the column's: one that no row has as often as single rows have theirs."""
        if j not in self._clocks:
            values = self.columns.values[j]
            times, counts = np.unique(values[np.isfinite(values)] % DAY, return_counts=True)
            unit = self.columns.measures[j].grid
            self._clocks[j] = times, np.cumsum(counts), counts, float((counts == 1).sum() / counts.sum()), unit
        times, upto, counts, single, unit = self._clocks[j]
        at = int(np.searchsorted(upto, self.draw.below(int(upto[-1])), side="right"))
        if counts[at] > 1 or fraction(self.draw) >= single:
            return float(times[at])
        low, high = float(times[max(0, at - _ABOUT)]), float(times[min(len(times) - 1, at + _ABOUT)])
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

    def behind_run(self, i: int, anchor: int) -> int:
        """The row before which a firm goes that is new: behind the rows of the firm that is there."""
        own = self.rows.cell(anchor, i)
        while self.rows.cell(anchor + 1, i) == own is not None:
            anchor += 1
        return anchor + 1

    def keep_order(self, place: int, cells: list[str | None], taken: list[int | None]) -> None:
        """What the list is sorted by lies between the rows before and behind."""
        for i, order in sorted(self.sample.orders.items()):
            cell = cells[i]
            made = cell is None or "\x00" in cell or i in self.given or i in self.sample.numbering
            if made or cell is None or place in order.breaks:
                continue
            first, last = self.rows.places_of(i, cell, order, place)
            if first <= place <= last:
                continue
            before, behind = self.rows.filled_around(i, place)
            measure = self.columns.measures.get(i)
            values = [measure.value(each) for each in (before, behind)] if measure is not None else []
            if measure is not None and None not in values:
                low, high = sorted(value for value in values if value is not None)
                step = measure.unit(low, str(before))
                room = int((high - low) // step)
                value = low + step * self.draw.below(room + 1)
                cells[i], taken[i] = measure.written(value, str(before)), None
                continue
            for donor in (place - 1, place):
                other = self.rows.cell(donor, i)
                if other is not None:
                    cells[i], taken[i] = other, donor
                    break
