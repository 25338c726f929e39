"""The best way of one long line through all layers at once, everything else fixed: a shortest path.

Moving its bends one at a time gets stuck, because each alone would make crossings that all together take away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """The other lines between two neighbouring layers: where each leaves the left one and reaches the right one."""

    left: Floats
    right: Floats

    def crossed(self, begins: Floats, ends: Floats) -> Floats:
        """`[i, j]`: how many of them a line from `begins[i]` to `ends[j]` crosses."""
        above, below = self.left[None, :] < begins[:, None], self.left[None, :] > begins[:, None]
        under, over = self.right[None, :] > ends[:, None], self.right[None, :] < ends[:, None]
        return above.astype(np.float64) @ under.T + below.astype(np.float64) @ over.T

    def count(self, begins: Floats, ends: Floats) -> float:
        """How many of them the lines from `begins[i]` to `ends[i]` cross, taken together."""
        left, right = self.left[None, :] - begins[:, None], self.right[None, :] - ends[:, None]
        return float(np.count_nonzero(left * right < 0))

    def between_places(self, left: int, right: int) -> Floats:
        """`[i, j]`: how many of them a line from place i to place j crosses; so many places there are on either side.

        Place i is above the i-th box, whose lines have numbers from i to i + 1.
        """
        width = right - 1
        met = np.bincount(
            self.left.astype(np.int64) * width + self.right.astype(np.int64), minlength=(left - 1) * width
        )
        before = np.zeros((left, right))
        before[1:, 1:] = met.reshape(left - 1, width).cumsum(axis=0).cumsum(axis=1)
        return before[:, -1:] + before[-1:, :] - 2 * before


@dataclass(frozen=True)
class Way:
    """Where a line passes the layers between its ends."""

    cost: float
    places: list[int]
    """One for each layer; place p is above the box there."""


def best_way(
    start: float, end: float, gaps: Sequence[Gap], rooms: Sequence[tuple[int, int]], extra: Sequence[Floats]
) -> Way:
    """Places in the layers between, one each, of the way with the fewest crossings; of equal ones the highest.

    `gaps` are one more than the layers passed. `rooms[k]`: first and last place that the line may have in layer k;
    place p is above the box there. `extra[k]`: further crossings for each of these places.
    """
    total = np.zeros(1)
    before = np.array([start])
    ways: list[NDArray[np.int64]] = []
    for gap, (first, last), more in zip(gaps, rooms, extra, strict=False):
        places = np.arange(first, last + 1, dtype=np.float64)
        cost = total[:, None] + gap.crossed(before, places)
        ways.append(np.argmin(cost, axis=0))
        total = cost.min(axis=0) + more
        before = places
    cost = total + gaps[-1].crossed(before, np.array([end]))[:, 0]
    chosen = [int(np.argmin(cost))]
    for way in reversed(ways[1:]):
        chosen.append(int(way[chosen[-1]]))
    found = [first + step for (first, _), step in zip(rooms, reversed(chosen), strict=True)]
    return Way(float(cost.min()), found)
