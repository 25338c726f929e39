"""The best way of one long line through all layers at once, everything else standing still: a shortest path.

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


def best_way(
    start: float, end: float, gaps: Sequence[Gap], rooms: Sequence[tuple[int, int]], extra: Sequence[Floats]
) -> list[int]:
    """Places in the layers between, one each, of the way with the fewest crossings; of equal ones the highest.

    `gaps` are one more than the layers passed. `rooms[k]`: first and last place that the line may have in layer k;
    place p is above the box that stands there. `extra[k]`: further crossings for each of these places.
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
    return [first + step for (first, _), step in zip(rooms, reversed(chosen), strict=True)]
