"""A persona's place in its list, and the cells that depend on it: ids, and what is alike among neighbours."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tracer.marking.persona.dates import Dates
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.free_columns import FreeColumns
from tracer.marking.persona.free_numbers import Integers
from tracer.marking.persona.source_list import RowsOfList, Sample, SourceList
from tracer.marking.persona.texts import shape

_REACH = 60
"""Rows to both sides among which a date is drawn that neighbours share."""
_SHARED = 0.2
"""Distinct values as a share of the rows: above it neighbours are near each other, not equal."""
_NEAR = 8
"""Free ids nearest to a place that are looked at."""


def nearest(rows: Sequence[int], place: int) -> int:
    """The row of `rows` (rising) that is nearest to a place; the earlier of two."""
    at = bisect_left(rows, place)
    return min(rows[max(0, at - 1) : at + 1], key=lambda row: (abs(row - place), row))


class PersonaPlaces:
    """Finds the places of one list's personas; an id is given out once."""

    def __init__(
        self, source: SourceList, sample: Sample, columns: FreeColumns, draw: KeyedDraw, rows: RowsOfList
    ) -> None:
        self.sample, self.columns, self.draw, self.rows = sample, columns, draw, rows
        self.count = source.main.rows
        self.firms = source.places("organisation")
        self._spent: set[tuple[int, str, int]] = set()
        self._next: dict[tuple[int, str], int] = defaultdict(int)
        self._held: dict[int, tuple[str, int]] = {}
        self._order = sorted(sample.rows)
        held = [*columns.positions, *source.places("phone"), *source.places("address"), *self.firms]
        alike = {i for i in sample.orders if i in held and sample.distinct[i] < _SHARED}
        self.anchored = bool((sample.local & set(columns.positions)) | (sample.clustered & set(held)) | alike)
        """Whether something that the persona cannot make up ties it to a place near its model."""
        self._forms = sorted(sample.clustered & set(source.places("phone")))
        self._shared = sorted(
            i
            for i in sample.local - set(self._forms) - columns.independent
            if (i not in sample.numbering and sample.distinct[i] < _SHARED)
            or (i in self.firms and i in sample.clustered)
        )

    def key(self, row: int) -> tuple[str, ...]:
        """What neighbours share, of a row of the sample: a persona's model and its anchor agree in it."""
        cells = self.sample.rows[row]
        made = (cells[i] or "" for i in self._shared)
        return (*made, *(shape(cells[i] or "") for i in self._forms))

    def by_id(self) -> int | None:
        """The place of the next free id, where the list is in its ids' order and neighbours have nothing else that is
        equal: None otherwise."""
        followed = [(i, numbering) for i, numbering in sorted(self.sample.numbering.items()) if numbering.follows]
        if not followed or self._shared or self._forms:
            return None
        i, numbering = followed[0]
        cell = self.sample.rows[self.draw.choice(self._order)][i]
        series = None if cell is None else numbering.of(cell)
        if series is None:
            return None
        at = self._free(i, series.prefix, series.after, None)
        self._held[i] = (series.written(int(series.free[at])), int(series.after[at]))
        return max(1, self._held[i][1] + (1 if numbering.follows > 0 else 0))

    def settle(self, model: int, fixed: int | None, cells: list[str | None], taken: list[int | None]) -> int:
        """The row before which the persona goes; its ids and what neighbours share are put into `cells`.

        `fixed`: the place that its number or address has in the list's order.
        """
        place = fixed if fixed is not None else self._wished(model, cells, taken)
        for i, numbering in sorted(self.sample.numbering.items()):
            cell = cells[i]
            if i in self._held:
                cells[i], taken[i] = self._held.pop(i)[0], None
                continue
            series = None if cell is None else numbering.of(cell)
            if series is None:
                continue
            bound = place if fixed is not None or self.anchored else None
            at = self._free(i, series.prefix, series.after, bound if numbering.follows else None)
            cells[i], taken[i] = series.written(int(series.free[at])), None
            if numbering.follows and fixed is None:
                place = int(series.after[at]) + (1 if numbering.follows > 0 else 0)
        place = max(1, place)
        self._keep_order(place, cells, taken, again=fixed is not None)
        return place

    def _wished(self, model: int, cells: list[str | None], taken: list[int | None]) -> int:
        """The place before ids are looked at."""
        for i, order in sorted(self.sample.orders.items(), key=lambda item: (not item[1].whole, item[0])):
            cell = cells[i]
            if cell is None or i in self.sample.numbering:
                continue
            if order.whole and self.anchored and cell == self.rows.cell(model, i):
                continue  # a piece of rows alike in it, within which another column decides
            if i in self.columns.positions:
                made = Dates(self.rows.around(i, model, _REACH)).new(cell, self.draw)
                if made is None:
                    continue
                if made != cell:
                    cells[i], taken[i] = made, None
                first, last = self.rows.places_of(i, made, order, model)
                return first + self.draw.below(last - first + 1)
            if self.anchored and cell == self.sample.rows[model][i]:
                continue
            if order.whole or self.anchored:
                first, last = self._narrowed(i, *self.rows.places_of(i, cell, order, model), cells)
                return first + self.draw.below(last - first + 1)
        if not self.anchored:
            return 1 + self.draw.below(self.count + 1)
        return self._between_firms(model + self.draw.below(2), model, cells)

    def _narrowed(self, by: int, first: int, last: int, cells: Sequence[str | None]) -> tuple[int, int]:
        """The places from `first` to `last` that fit the columns by which rows alike in `by` are sorted."""
        for i, order in sorted(self.sample.orders.items()):
            cell = cells[i]
            if last <= first or order.whole or i == by or cell is None or i in self.columns.positions:
                continue
            if i not in self.sample.numbering:
                low, high = self.rows.places_of(i, cell, order, first)
                first, last = max(first, min(low, last)), min(last, max(high, first))
        return first, last

    def _between_firms(self, place: int, model: int, cells: Sequence[str | None]) -> int:
        """Where firms' contacts are together, one more goes anywhere among its firm's; another firm after them.

        Before or behind a row of the firm drawn at random would be at its ends too seldom.
        """
        for i in self.firms:
            firm = self.rows.cell(model, i)
            if i not in self.sample.clustered or firm is None:
                continue
            first = last = model
            while self.rows.cell(first - 1, i) == firm:
                first -= 1
            while self.rows.cell(last + 1, i) == firm:
                last += 1
            place = last + 1 if cells[i] != firm else first + self.draw.below(last - first + 2)
        return place

    def _free(self, i: int, prefix: str, after: Integers, place: int | None) -> int:
        """Which free id of a series is taken: the next one, or the best of the nearest to a place."""
        if place is None:
            at = self._next[i, prefix]
            while at < len(after) - 1 and (i, prefix, at) in self._spent:
                at += 1
            self._next[i, prefix] = at + 1
        else:
            far = np.abs(after - (place - 1))
            reach = max(int(np.partition(far, min(_NEAR, len(far) - 1))[min(_NEAR, len(far) - 1)]), 1)
            # Those that lie among their neighbours as others do come first: the first within reach, not the nearest.
            near = [k for k in np.flatnonzero(far <= reach).tolist() if (i, prefix, k) not in self._spent]
            spare = np.argsort(far, kind="stable")[: 50 * _NEAR].tolist() if not near else []
            at = near[0] if near else next((k for k in spare if (i, prefix, k) not in self._spent), spare[0])
        self._spent.add((i, prefix, at))
        return int(at)

    def _keep_order(self, place: int, cells: list[str | None], taken: list[int | None], *, again: bool) -> None:
        """What the list is sorted by lies between the rows before and behind; with `again`, dates are drawn again."""
        for i in sorted(set(self.sample.orders) & set(self.columns.positions)):
            cell, order = cells[i], self.sample.orders[i]
            # Pieces of rows that are alike are broken by some: those of a persona may be, too.
            if cell is None or (not order.whole and self.sample.distinct[i] < _SHARED):
                continue
            first, last = self.rows.places_of(i, cell, order, place)
            fits = first <= place <= last
            if fits and not again:
                continue
            before, behind = self.rows.filled_around(i, place)
            if before is not None and behind is not None:
                made = Dates(self.rows.around(i, place, _REACH)).between(before, behind, self.draw)
                if made is not None:
                    cells[i], taken[i] = made, None
                    continue
            for donor in () if fits else (place - 1, place):
                other = self.rows.cell(donor, i)
                if other is not None:
                    cells[i], taken[i] = other, donor
                    break
