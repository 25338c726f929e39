"""Counts and lessens the crossings of lines between neighbouring layers: barycentre sweeps, then swaps of neighbours.

Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", IEEE SMC 11 (1981).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 24
"""Down and up; later sweeps rarely improve (the best order seen is kept)."""

MOST_SWAPPED = 4_000
"""Segments up to which neighbours are also swapped: it is quadratic in a box's lines."""


@dataclass(frozen=True)
class Segment:
    """A line between two boxes of neighbouring layers, `left` in the lower layer."""

    left: int
    left_share: float
    """Where it leaves the box: 0 top, 1 bottom."""
    right: int
    right_share: float


def order_layers(
    layers: list[list[int]], segments: Sequence[Segment], bands: Sequence[int] | None = None
) -> list[list[int]]:
    """The boxes of each layer in an order with few crossings; ties keep the given order.

    `bands`: per box the band it belongs to; in every layer lower bands stand above higher ones.
    """
    band = list(bands) if bands is not None else [0] * (1 + max((box for layer in layers for box in layer), default=-1))
    layers = [sorted(layer, key=lambda box: band[box]) for layer in layers]
    sides = _Sides(len(layers), segments, layers, band)
    best, fewest = [list(layer) for layer in layers], sides.crossings(layers)
    current = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        ascending = sweep % 2 == 0
        for layer in range(1, len(current)) if ascending else range(len(current) - 2, -1, -1):
            current[layer] = sides.by_barycentre(current, layer, towards_left=ascending)
        count = sides.crossings(current)
        if count < fewest:
            best, fewest = [list(layer) for layer in current], count
    return sides.swapped(best) if len(segments) <= MOST_SWAPPED else best


def count_crossings(layers: list[list[int]], segments: Sequence[Segment]) -> int:
    """How many pairs of segments cross when the boxes stand in this order."""
    return _Sides(len(layers), segments, layers, []).crossings(layers)


class _Sides:
    """Segments by the layer of their left box and by box."""

    def __init__(self, depth: int, segments: Sequence[Segment], layers: list[list[int]], band: list[int]) -> None:
        self._band = band
        layer_of = {box: number for number, layer in enumerate(layers) for box in layer}
        self._between: list[list[Segment]] = [[] for _ in range(depth)]
        self._left: dict[int, list[tuple[int, float, float]]] = {box: [] for box in layer_of}
        self._right: dict[int, list[tuple[int, float, float]]] = {box: [] for box in layer_of}
        for segment in segments:
            self._between[layer_of[segment.left]].append(segment)
            self._left[segment.right].append((segment.left, segment.left_share, segment.right_share))
            self._right[segment.left].append((segment.right, segment.right_share, segment.left_share))

    def crossings(self, layers: list[list[int]]) -> int:
        """Inversions of the right ends when the segments are sorted by their left ends."""
        place = {box: number for layer in layers for number, box in enumerate(layer)}
        total = 0
        for segments in self._between:
            ends = sorted((place[s.left] + s.left_share, place[s.right] + s.right_share) for s in segments)
            seen: list[float] = []
            start = 0
            while start < len(ends):
                stop = start
                while stop < len(ends) and ends[stop][0] == ends[start][0]:
                    total += len(seen) - bisect_right(seen, ends[stop][1])
                    stop += 1
                for _, right in ends[start:stop]:
                    insort(seen, right)
                start = stop
        return total

    def by_barycentre(self, layers: list[list[int]], layer: int, *, towards_left: bool) -> list[int]:
        """The layer sorted by the mean place of its boxes' neighbours; boxes without any keep their place."""
        neighbours = self._left if towards_left else self._right
        place = {box: number for number, box in enumerate(layers[layer - 1 if towards_left else layer + 1])}
        keys = {}
        for number, box in enumerate(layers[layer]):
            ends = [place[other] + share - own + 0.5 for other, share, own in neighbours[box]]
            keys[box] = sum(ends) / len(ends) if ends else float(number)
        return sorted(layers[layer], key=lambda box: (self._band[box], keys[box]))

    def swapped(self, layers: list[list[int]]) -> list[list[int]]:
        """Swaps neighbours while that takes crossings away."""
        layers = [list(layer) for layer in layers]
        place = {box: number for layer in layers for number, box in enumerate(layer)}
        improved = True
        rounds = 0
        while improved and rounds < SWEEPS:
            improved = False
            rounds += 1
            for layer in layers:
                for upper in range(len(layer) - 1):
                    a, b = layer[upper], layer[upper + 1]
                    if self._band[a] == self._band[b] and self._pair(a, b, place) > self._pair(b, a, place):
                        layer[upper], layer[upper + 1] = b, a
                        place[a], place[b] = upper + 1, upper
                        improved = True
        return layers

    def _pair(self, upper: int, lower: int, place: dict[int, int]) -> int:
        """Crossings between the segments of two boxes of one layer when `upper` stands above `lower`."""
        total = 0
        for sides in (self._left, self._right):
            above = sorted(place[other] + share for other, share, _ in sides[upper])
            total += sum(len(above) - bisect_right(above, place[other] + share) for other, share, _ in sides[lower])
        return total
