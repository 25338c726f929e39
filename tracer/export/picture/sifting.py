"""Sifting: each box of a layer in turn goes where it makes the fewest crossings with both neighbouring layers.

Matuszewski, Schönfeld and Molitor, "Using sifting for k-layer straightline crossing minimization", GD 1999. Lines
within one layer are bows on its right side: they cross the lines that leave the boxes between their ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Ends = Mapping[int, Sequence[float]]
"""Box -> places where its lines end in a neighbouring layer."""


def crossing_matrix(layer: Sequence[int], sides: Sequence[Ends]) -> Floats:
    """`matrix[u, v]`: crossings of the lines of `layer[u]` and `layer[v]` when the first is above, n x n."""
    matrix = np.zeros((len(layer), len(layer)))
    for side in sides:
        ends = np.array([end for box in layer for end in side.get(box, ())], dtype=np.float64)
        if not len(ends):
            continue
        owner = np.repeat(np.arange(len(layer)), [len(side.get(box, ())) for box in layer])
        order = np.argsort(ends, kind="stable")
        before = np.zeros((len(ends) + 1, len(layer)))
        before[np.arange(1, len(ends) + 1), owner[order]] = 1.0
        np.cumsum(before, axis=0, out=before)
        np.add.at(matrix, owner, before[np.searchsorted(ends[order], ends, side="left")])
    return matrix


def sifted(
    layer: Sequence[int], sides: Sequence[Ends], band: Sequence[int], bows: Mapping[int, Sequence[int]]
) -> list[int]:
    """`layer` with every box moved once to its best place within its band; ties keep it as high as they can.

    `sides`: the lines to the left and to the right layer. `bows`: box -> those of its own layer that it is joined with.
    """
    matrix = crossing_matrix(layer, sides)
    gain = matrix - matrix.T
    leaving = np.array([float(len(sides[-1].get(box, ()))) for box in layer])
    bands = np.array([band[box] for box in layer])
    index = {box: number for number, box in enumerate(layer)}
    bound = [[index[other] for other in bows.get(box, ()) if other in index] for box in layer]
    joined = [(one, other) for one, others in enumerate(bound) for other in others if one < other]
    pairs = np.array(joined, dtype=np.int64).reshape(-1, 2)
    order = np.arange(len(layer))
    for box in np.argsort(-np.abs(gain).sum(axis=1), kind="stable").tolist():
        rest = order[order != box]
        # Cost of being before the k-th of the others: those above it are passed, those below are not.
        cost = np.concatenate([[0.0], np.cumsum(gain[rest, box])])
        if any(bound):
            cost = cost + _bowed(box, rest, bound, pairs, leaving)
        free = np.flatnonzero(bands[rest] == bands[box])
        first = int(free[0]) if len(free) else int(np.searchsorted(bands[rest], bands[box]))
        last = int(free[-1]) + 1 if len(free) else first
        now = int(np.flatnonzero(order == box)[0])
        best = first + int(np.argmin(cost[first : last + 1]))
        if cost[best] < cost[now] - 1e-9:
            order = np.insert(rest, best, box)
    return [layer[number] for number in order.tolist()]


def _bowed(
    box: int, rest: NDArray[np.int64], bound: Sequence[Sequence[int]], pairs: NDArray[np.int64], leaving: Floats
) -> Floats:
    """Crossings with bows for every place of `box` among the others: its own bows, and those that it would be in."""
    cost = np.zeros(len(rest) + 1)
    passed = np.concatenate([[0.0], np.cumsum(leaving[rest])])
    place = np.empty(len(leaving), dtype=np.int64)
    place[rest] = np.arange(len(rest))
    for other in bound[box]:
        at = place[other]
        cost += np.where(np.arange(len(cost)) <= at, passed[at] - passed, passed - passed[at + 1])
    ends = pairs[(pairs != box).all(axis=1)]
    if len(ends):
        between = np.sort(place[ends], axis=1) + 1
        covered = np.zeros(len(cost) + 1)
        np.add.at(covered, between[:, 0], leaving[box])
        np.add.at(covered, between[:, 1], -leaving[box])
        cost += np.cumsum(covered)[:-1]
    return cost
