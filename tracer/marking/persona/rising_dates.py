"""Dates that rise with ids, or with each other, in whatever order the list is: a persona's lie where its id does.

A customer's number and the day of the first order rise together even in a list that is sorted by names. The date of a
persona is drawn to lie between those of its neighbours by id, or as far outside of them as an ordinary row's. Dates
that follow another of the row (the last change of a record, a confirmation) come as long after it as those of a row
nearby.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.marking.persona.dates import DAY
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.free_columns import FreeColumns
from tracer.marking.persona.numbering import Series
from tracer.marking.persona.source_list import RowsOfList, Sample, SourceList

LEAST = 50
"""Rows with both from which it can be said whether two columns rise together."""
RISING = 0.9
"""Rank correlation (Spearman 1904) from which on they do."""
_NEAR = 200
"""Ids on each side among which a row is drawn that shows how far a date is from its neighbours'."""
_REACH = 30
"""Ids that are passed over, at most, to the next one with a date."""
_TRIES = 40

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Around:
    """The nearest dates by id: of a lower and of a higher one."""

    low: str
    high: str


class RisingDates:
    """Finds what rises together in a list, and settles a persona's dates by it."""

    def __init__(
        self, source: SourceList, sample: Sample, columns: FreeColumns, draw: KeyedDraw, rows: RowsOfList
    ) -> None:
        self.sample, self.columns, self.draw, self.rows = sample, columns, draw, rows
        self.roles = source.roles[source.main.part]
        self.order = sorted(sample.rows)
        dated = [i for i in columns.positions if len(columns.dates[i].dated) >= LEAST]
        read = {i: [columns.dates[i].seconds(sample.rows[row][i]) for row in self.order] for i in dated}
        self._seconds = {i: np.array([np.nan if x is None else x for x in found]) for i, found in read.items()}
        self._seconds = {i: found for i, found in self._seconds.items() if np.isfinite(found).sum() >= LEAST}
        self._latest = {i: float(np.nanmax(found)) for i, found in self._seconds.items()}
        self.by_id = self._by_id()
        """Column of dates -> the column of ids that it rises (or falls) with."""
        self.lags = self._lags()
        """Column of dates -> the column of those that they follow, or precede."""

    def settle(self, cells: list[str | None], taken: list[int | None]) -> None:
        """Put the dates into `cells` that fit the persona's id and each other."""
        near = self.order
        for j, i in self.by_id.items():
            found = self._place(i, cells[i])
            if found is None or cells[j] is None:
                continue
            series, at = found
            near = series.rows[max(0, at - _NEAR) : at + _NEAR].tolist()
            made = self._between(j, series, at)
            if made is not None:
                cells[j], taken[j] = made, None
        for j, i in self.lags.items():
            made = self._after(j, i, cells, near)
            if made is not None:
                cells[j], taken[j] = made, None

    def _between(self, j: int, series: Series, at: int) -> str | None:
        """A date for the id before the series' number `at`; None where its neighbours have none."""
        dates, own = self.columns.dates[j], self._around(j, series, at - 1, at)
        if own is None:
            return None
        first, last = max(1, at - _NEAR), min(len(series.rows) - 1, at + _NEAR)
        away = self._away(j, series, first + self.draw.below(max(1, last - first)))
        low, high = sorted((dates.seconds(own.low) or 0, dates.seconds(own.high) or 0))
        if away:
            moved = (low if away < 0 else high) + away
            if moved <= self._latest[j]:
                return dates.at(moved, own.low)
        return dates.between(own.low, own.high, self.draw) or own.low

    def _away(self, j: int, series: Series, at: int) -> int:
        """How many seconds the date of a row is before (less than 0) or behind those of its neighbours by id; 0
        between them."""
        dates = self.columns.dates[j]
        around = self._around(j, series, at - 1, at + 1) if at < len(series.rows) else None
        own = None if around is None else dates.seconds(self.rows.cell(int(series.rows[at]), j))
        if around is None or own is None:
            return 0
        low, high = sorted((dates.seconds(around.low) or 0, dates.seconds(around.high) or 0))
        return min(own - low, 0) or max(own - high, 0)

    def _around(self, j: int, series: Series, below: int, above: int) -> _Around | None:
        dates, rows = self.columns.dates[j], series.rows
        found = []
        for start, step in ((below, -1), (above, 1)):
            reached = range(start, max(-1, start - _REACH) if step < 0 else min(len(rows), start + _REACH), step)
            cells = (self.rows.cell(int(rows[at]), j) for at in reached)
            found.append(next((cell for cell in cells if dates.seconds(cell) is not None), None))
        low, high = found
        known = low or high
        return None if known is None else _Around(low or known, high or known)

    def _after(self, j: int, i: int, cells: Sequence[str | None], near: Sequence[int]) -> str | None:
        """A date that comes as long after column i's as that of a row nearby; None where the persona lacks either."""
        dates, other = self.columns.dates[j], self.columns.dates[i]
        own, cell = other.seconds(cells[i]), cells[j]
        for _ in range(_TRIES if own is not None and cell is not None else 0):
            row = self.draw.choice(near)
            begun, later = other.seconds(self.rows.cell(row, i)), dates.seconds(self.rows.cell(row, j))
            if begun is None or later is None:
                continue
            lag = later - begun if dates.timed else later // DAY * DAY - begun // DAY * DAY
            if int(own or 0) + lag <= self._latest[j] + (0 if dates.timed else DAY - 1):
                return dates.at(int(own or 0) + lag, str(cell))
        return None

    def _place(self, i: int, cell: str | None) -> tuple[Series, int] | None:
        """The series of an id and how many of its numbers are lower."""
        series = None if cell is None else self.sample.numbering[i].of(cell)
        number = None if series is None or cell is None else series.number(cell)
        if series is None or number is None or len(series.numbers) < 2:
            return None
        return series, int(np.searchsorted(series.numbers, number))

    def _by_id(self) -> dict[int, int]:
        """For each column of ids the column of dates that rises with it best, unless the list is sorted by it."""
        found = dict[int, int]()
        for i, numbering in self.sample.numbering.items():
            if any(series.like is not None for series in numbering.series.values()):
                continue
            ranks = self._ranks(i)
            able = {j: abs(together(ranks, seconds)) for j, seconds in self._seconds.items() if j not in found}
            able = {j: rho for j, rho in able.items() if rho >= RISING and not self._sorted_by(j)}
            able = {j: rho for j, rho in able.items() if not any(self._follows(j, other) for other in self._seconds)}
            if able:
                # The fuller of two: the other one is blank where this is not.
                full = {j: round(float(np.isfinite(self._seconds[j]).mean()), 1) for j in able}
                found[max(able, key=lambda j: (full[j], able[j], -j))] = i
        return found

    def _follows(self, j: int, i: int) -> bool:
        """Whether a date comes after one that the list is sorted by, in every row: it goes by that one, not by an id
        that rises with both."""
        if i == j or not self._sorted_by(i):
            return False
        one, two = self._seconds[i], self._seconds[j]
        both = np.isfinite(one) & np.isfinite(two)
        return both.sum() >= LEAST and bool((one <= two)[both].all()) and together(one, two) >= RISING

    def _sorted_by(self, j: int) -> bool:
        return j in self.sample.orders and self.sample.orders[j].whole

    def _ranks(self, i: int) -> Floats:
        """Ids as numbers that rise with them, those of a prefix behind those of the one before."""
        numbering = self.sample.numbering[i]
        keys: list[tuple[str, int] | None] = []
        for row in self.order:
            cell = self.sample.rows[row][i]
            series = None if cell is None else numbering.of(cell)
            number = None if series is None or cell is None else series.number(cell)
            keys.append(None if series is None or number is None else (series.prefix, number))
        place = {key: at for at, key in enumerate(sorted({key for key in keys if key is not None}))}
        return np.array([np.nan if key is None else place[key] for key in keys], dtype=np.float64)

    def _lags(self) -> dict[int, int]:
        """Dates that follow others in every row, and rise with them or are of records' creations; of an id's dates,
        the further ones."""
        found = dict[int, int]()
        bases = [*self.by_id, *(i for i in self._seconds if i not in self.by_id)]
        for i in bases:
            for j in self._seconds:
                if i == j or i in found or j in found or j in self.by_id or self._sorted_by(j):
                    continue
                one, two = self._seconds[i], self._seconds[j]
                both = np.isfinite(one) & np.isfinite(two)
                if both.sum() < LEAST or (one[both] == two[both]).all():
                    continue
                ordered = bool((one <= two)[both].all())
                created = ordered and self.roles[i] == "created"
                rising = abs(together(one, two)) >= RISING
                if created or (ordered and (rising or i in self.by_id)) or (rising and i in self.by_id):
                    found[j] = i
        return found


def together(one: Floats, two: Floats) -> float:
    """Rank correlation of two columns over the rows that have both (the others are NaN); 0 where these are few."""
    both = np.isfinite(one) & np.isfinite(two)
    if both.sum() < LEAST or np.ptp(one[both]) == 0 or np.ptp(two[both]) == 0:
        return 0.0
    return float(scipy.stats.spearmanr(one[both], two[both]).statistic)
