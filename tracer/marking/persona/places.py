"""A record's place in its list, its ids, and what the list is sorted by."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona.columns import ListColumns
from tracer.marking.persona.dates import DAY
from tracer.marking.persona.dependence import correlation
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.source_list import RowsOfList

_SHARED = 0.2
"""Distinct values as a share of the rows: above it neighbours are near each other, not equal."""
_MANY = 40
_ABLE, _GAPS = 40, 3
"""Free ids of a series that a record's is drawn of: so many, and one for as many of the series' gaps."""
_TRIES = 30
_RISING = 0.9
"""Rank correlation of moments and ids that were given out in one order."""


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
        self._number: dict[FreeId, int] = {}
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
            numbers = np.full(len(columns.rows), np.nan)
            for at, cell in enumerate(columns.cells[i]):
                series = None if cell is None else numbering.of(cell)
                number = None if series is None else series.number(str(cell))
                numbers[at] = np.nan if number is None else number
            found[i] = [
                j for j in columns.measures
                if columns.measures[j].dated and abs(correlation(numbers, columns.values[j])) >= _RISING
            ]  # fmt: skip
            found[i].sort(key=lambda j: -abs(correlation(numbers, columns.values[j])))
        return found

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
                return first + self.draw.below(last - first + 1)
        return None

    def free_ids(self, i: int) -> tuple[list[FreeId], NDArray[np.int64], NDArray[np.bool_]]:
        """The ids of a column that no row has and that are to be given out first, for each the row of the next lower
        one, and whether it is free still."""
        if i not in self._able:
            found = []
            for prefix, series in sorted(self.sample.numbering[i].series.items()):
                most = (len(series.numbers) or self.rows.count) // _GAPS + _ABLE
                found += [FreeId(i, prefix, at, int(after)) for at, after in enumerate(series.after[:most])]
            self._able[i] = found, np.array([each.after for each in found], dtype=np.int64)
            self._free[i] = np.array([each not in self._spent for each in found])
            self._number |= {each: at for at, each in enumerate(found)}
        return *self._able[i], self._free[i]

    def near(self, i: int, like: str | None, place: int | None) -> FreeId | None:
        """A free id of the series that `like` is of: the nearest to a place where one is given."""
        numbering = self.sample.numbering.get(i) or self.sample.references[i]
        series = None if like is None else numbering.of(like)
        if series is None:
            return None
        prefix = next(key for key, each in numbering.series.items() if each is series)
        order = (
            range(len(series.after))
            if place is None
            else np.argsort(np.abs(series.after - (place - 1)), kind="stable")[:2_000]
        )
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
                cells[k], taken[k] = self.columns.measures[k].written(value + step, str(cells[k])), None

    def _step(self, j: int, cell: str, low: float, high: float, keeps: Callable[[int, str | None], bool]) -> float:
        """Seconds by which a cell is moved, from `low` to `high`: 0 where it may stay."""
        measure = self.columns.measures[j]
        own, unit = measure.value(cell) or 0.0, measure.unit(0.0, cell)
        if low <= 0 <= high and keeps(j, cell):
            return 0.0
        made = [low + unit * self.draw.below(int((high - low) // unit) + 1) for _ in range(_TRIES)]
        if unit < DAY:
            # At a time of day at which rows are made: hardly any are at night.
            clock = [v % DAY for v in self.columns.values[j][: 50 * _TRIES] if np.isfinite(v)]
            by_day = [(own + v) // DAY * DAY + self.draw.choice(clock) - own for v in made]
            made = [v for v in by_day if low < v < high] or made
        known = self.sample.counts[j]
        return next((v for v in made if measure.written(own + v, cell) not in known), made[0])

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
            # Pieces of rows that are alike are broken by some: those of a record may be, too.
            if cell is None or i in self.given or i in self.sample.numbering:
                continue
            if not order.whole and self.sample.distinct[i] < _SHARED:
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
