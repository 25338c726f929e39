"""The best way of one long line through all layers at once, everything else fixed: a shortest path.

Moving its bends one at a time gets stuck, because each alone would make crossings that all together take away.

Most pictures have a few lines between two layers: they are counted in lists, and only large ones in arrays, of which
each takes longer to make than to fill.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INFINITE = float("inf")
_FEW = 400
"""Pairs of places up to which lists are faster."""


@dataclass(frozen=True)
class Gap:
    """The other lines between two neighbouring layers: where each leaves the left one and reaches the right one.

    Place i of a layer is above its i-th box, whose lines have numbers from i to i + 1, both not among them.
    """

    left: Sequence[float] | Floats
    right: Sequence[float] | Floats

    def crossed(self, begins: Floats, ends: Floats) -> Floats:
        """`[i, j]`: how many of them a line from `begins[i]` to `ends[j]` crosses."""
        import numpy as np

        left, right = np.asarray(self.left, dtype=np.float64), np.asarray(self.right, dtype=np.float64)
        above, below = left[None, :] < begins[:, None], left[None, :] > begins[:, None]
        under, over = right[None, :] > ends[:, None], right[None, :] < ends[:, None]
        return above.astype(np.float64) @ under.T + below.astype(np.float64) @ over.T

    def count(self, begins: Sequence[float], ends: Sequence[float]) -> int:
        """How many of them the lines from `begins[i]` to `ends[i]` cross, taken together."""
        pairs = list(zip(self.left, self.right, strict=True))
        return sum(
            [
                (left < begin and right > end) or (left > begin and right < end)
                for begin, end in zip(begins, ends, strict=True)
                for left, right in pairs
            ]
        )

    def crossings(self) -> int:
        """How many of them cross one another."""
        seen = list[float]()
        found, lowest = 0, -INFINITE
        for _, right in sorted(zip(self.left, self.right, strict=True)):
            if right >= lowest:  # below all others, as most are in a good order
                seen.append(lowest := right)
                continue
            at = bisect_right(seen, right)
            found += len(seen) - at
            seen.insert(at, right)
        return found

    def from_left(self, begin: float, places: int) -> list[float]:
        """How many of them a line from `begin` to each place of the right layer crosses."""
        return _from_one(begin, self.left, self.right, places)

    def from_right(self, end: float, places: int) -> list[float]:
        """How many of them a line from each place of the left layer to `end` crosses."""
        return _from_one(end, self.right, self.left, places)

    def between_places(self, left: int, right: int) -> Floats:
        """`[i, j]`: how many of them a line from place i to place j crosses; so many places are on either side."""
        import numpy as np

        width = right - 1
        leave, reach = np.asarray(self.left).astype(np.int64), np.asarray(self.right).astype(np.int64)
        met = np.bincount(leave * width + reach, minlength=(left - 1) * width)
        before = np.zeros((left, right))
        inner = before[1:, 1:]
        np.cumsum(met.reshape(left - 1, width), axis=0, dtype=np.float64, out=inner)
        np.cumsum(inner, axis=1, out=inner)
        return before[:, -1:] + before[-1:, :] - (before + before)


def _from_one(begin: float, here: Iterable[float], there: Iterable[float], places: int) -> list[float]:
    steps = [0.0] * (places + 1)
    for one, other in zip(here, there, strict=True):
        if one < begin:
            steps[0] += 1.0
            steps[int(other) + 1] -= 1.0
        elif one > begin:
            steps[int(other) + 1] += 1.0
    return list(accumulate(steps[:places]))


class Crossed:
    """How many lines of a gap are crossed between all places of its two layers."""

    def __init__(self, gap: Gap, left: int, right: int) -> None:
        self._gap, self._sides = gap, (left, right)

    @cached_property
    def _array(self) -> Floats:
        return self._gap.between_places(*self._sides)

    def to(self, place: int) -> list[float]:
        """How many a line from each place of the left layer to this one of the right layer crosses."""
        if self._sides[0] * self._sides[1] > _FEW:
            column: list[float] = self._array[:, place].tolist()
            return column
        return [row[place] for row in self._rows]

    @cached_property
    def _rows(self) -> list[list[int]]:
        left, right = self._sides
        leaving: list[list[int]] = [[] for _ in range(left)]
        steps = [0] * (right + 1)
        for one, other in zip(self._gap.left, self._gap.right, strict=True):
            leaving[int(one)].append(int(other) + 1)
            steps[int(other) + 1] += 1
        row = list(accumulate(steps[:right]))
        found = [row]
        for gone in leaving[: left - 1]:
            for at in gone:  # it was below, and is above from this place on
                row = [n + 1 for n in row[:at]] + [n - 1 for n in row[at:]]
            found.append(row)
        return found

    def onward(self, total: Sequence[float]) -> list[float]:
        """The least that each place of the right layer costs, if those of the left one cost `total`."""
        if self._sides[0] * self._sides[1] > _FEW:
            import numpy as np

            least: list[float] = (np.array(total)[:, None] + self._array).min(axis=0).tolist()
            return least
        best = [INFINITE] * self._sides[1]
        for cost, row in zip(total, self._rows, strict=True):
            if cost != INFINITE:
                best = [old if old <= (new := cost + step) else new for old, step in zip(best, row, strict=True)]
        return best

    def back(self, total: Sequence[float]) -> list[float]:
        """The least that each place of the left layer costs, if those of the right one cost `total`."""
        if self._sides[0] * self._sides[1] > _FEW:
            import numpy as np

            least: list[float] = (np.array(total)[None, :] + self._array).min(axis=1).tolist()
            return least
        return [min([cost + step for cost, step in zip(total, row, strict=True)]) for row in self._rows]


@dataclass(frozen=True)
class Way:
    """Where a line passes the layers between its ends."""

    cost: float
    places: list[int]
    """One for each layer; place p is above the box there."""


def best_way(
    start: float,
    end: float,
    gaps: Sequence[Gap],
    rooms: Sequence[tuple[int, int]],
    extra: Sequence[Sequence[float] | Floats],
    sizes: Sequence[int] = (),
) -> Way:
    """Places in the layers between, one each, of the way with the fewest crossings; of equal ones the highest.

    `gaps` are one more than the layers passed. `rooms[k]`: first and last place that the line may have in layer k;
    place p is above the box there. `extra[k]`: further crossings for each of these places. `sizes[k]`: how many places
    layer k has, where its room does not end with them.
    """
    sizes = sizes or [last + 1 for _, last in rooms]
    totals: list[list[float]] = []
    between: list[Crossed] = []
    for number, (gap, size, (first, last), more) in enumerate(zip(gaps, sizes, rooms, extra, strict=False)):
        if number:
            between.append(Crossed(gap, sizes[number - 1], size))
            cost = between[-1].onward(totals[-1])
        else:
            cost = gap.from_left(start, size)
        inside = [one + other for one, other in zip(cost[first : last + 1], more, strict=True)]
        totals.append([INFINITE] * first + inside + [INFINITE] * (size - last - 1))
    final = [one + other for one, other in zip(totals[-1], gaps[-1].from_right(end, sizes[-1]), strict=True)]
    chosen = [final.index(min(final))]
    for number in range(len(between) - 1, -1, -1):
        steps = [one + other for one, other in zip(totals[number], between[number].to(chosen[-1]), strict=True)]
        chosen.append(steps.index(min(steps)))
    return Way(min(final), chosen[::-1])
