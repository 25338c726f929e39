"""Counts and lessens the crossings of lines between neighbouring layers: barycentre sweeps from several starts, sifted.

Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", IEEE SMC 11 (1981).
"""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tracer.export.picture.sifting import sifted

SWEEPS = 12
"""Down and up; later sweeps rarely improve."""

STARTS = 8
"""Orders from which the search begins: the given one, its reverse, and drawn ones."""

WORK = 100_000
"""Over the square of the segments: how many orders are sifted and their long lines led again, the best of each
start."""

MOST_SEARCHED = 600
"""Segments up to which that is done; of more there is one start, and sifting alone."""

MOST_SIFTED = 6_000
"""Segments up to which a layer is sifted: it is quadratic in its boxes."""

ROUNDS = 8
"""Rounds of sifting at most."""


@dataclass(frozen=True)
class Segment:
    """A line between two boxes of neighbouring layers, `left` in the lower layer."""

    left: int
    left_share: float
    """Where it leaves the box: 0 top, 1 bottom."""
    right: int
    right_share: float


def order_layers(
    layers: list[list[int]],
    segments: Sequence[Segment],
    bands: Sequence[int] | None = None,
    bows: Sequence[tuple[int, int]] = (),
) -> list[list[int]]:
    """The boxes of each layer in an order with few crossings; ties keep the given order.

    `bands`: per box the band it belongs to; in every layer lower bands are above higher ones. `bows`: pairs of boxes
    of one layer that are joined. The same input gives the same order: the starts are drawn with a fixed seed.
    """
    band = list(bands) if bands is not None else [0] * (1 + max((box for layer in layers for box in layer), default=-1))
    layers = [sorted(layer, key=lambda box: band[box]) for layer in layers]
    sides = _Sides(len(layers), segments, layers, band, bows)
    found = [(sides.cost(layers), 0, [list(layer) for layer in layers])]
    drawn = random.Random(len(segments))  # noqa: S311 - starts of a search, not a secret
    for start in range(STARTS if len(segments) <= MOST_SEARCHED else 1):
        current = [list(layer) for layer in (layers if start % 2 == 0 else [layer[::-1] for layer in layers])]
        if start > 1:
            for layer in current:
                drawn.shuffle(layer)
        current = [sorted(layer, key=lambda box: band[box]) for layer in current]
        met = []
        for sweep in range(SWEEPS):
            ascending = (sweep + start) % 2 == 0
            for at in range(1, len(current)) if ascending else range(len(current) - 2, -1, -1):
                current[at] = sides.by_barycentre(current, at, towards_left=ascending)
            met.append((sides.cost(current), start * SWEEPS + sweep + 1, [list(layer) for layer in current]))
        found.append(min(met))
    found.sort()
    if len(segments) > MOST_SEARCHED:
        return found[0][2] if len(segments) > MOST_SIFTED else sides.settled(found[0][2])
    refined = found[: max(WORK // max(len(segments), 1) ** 2, 1)]
    settled = [sides.settled(order) for _, _, order in refined]
    return min(settled, key=sides.cost)


def count_crossings(layers: list[list[int]], segments: Sequence[Segment]) -> int:
    """How many pairs of segments cross when the boxes are in this order."""
    return _Sides(len(layers), segments, layers, [], ()).crossings(layers)


class _Sides:
    """Segments by the layer of their left box and by box."""

    def __init__(
        self,
        depth: int,
        segments: Sequence[Segment],
        layers: list[list[int]],
        band: list[int],
        bows: Sequence[tuple[int, int]],
    ) -> None:
        self._band = band
        layer_of = {box: number for number, layer in enumerate(layers) for box in layer}
        self._bows: dict[int, list[int]] = {}
        for one, other in bows:
            self._bows.setdefault(one, []).append(other)
            self._bows.setdefault(other, []).append(one)
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

    def cost(self, layers: list[list[int]]) -> int:
        """Crossings, those of bows with the lines that leave the boxes between their ends included."""
        total = self.crossings(layers)
        for layer in layers:
            place = {box: number for number, box in enumerate(layer)}
            leaving = list(accumulate((len(self._right[box]) for box in layer), initial=0))
            for one in layer:
                for other in self._bows.get(one, ()):
                    if place[one] < place.get(other, -1):
                        total += leaving[place[other]] - leaving[place[one] + 1]
        return total

    def settled(self, layers: list[list[int]]) -> list[list[int]]:
        """Sifts layer by layer, there and back, while that takes crossings away."""
        fewest = self.cost(layers)
        for turn in range(ROUNDS):
            for layer in range(len(layers)) if turn % 2 == 0 else reversed(range(len(layers))):
                if len(layers[layer]) > 1:
                    layers[layer] = sifted(layers[layer], self._ends(layers, layer), self._band, self._bows)
            count = self.cost(layers)
            if count >= fewest:
                break
            fewest = count
        return layers

    def _ends(self, layers: list[list[int]], layer: int) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
        found = []
        for near, neighbours in ((layer - 1, self._left), (layer + 1, self._right)):
            place = {box: number for number, box in enumerate(layers[near])} if 0 <= near < len(layers) else {}
            # A box's own ports are in order: two lines of one box never count as crossing.
            found.append({box: [place[other] + share for other, share, _ in neighbours[box]] for box in layers[layer]})
        return found[0], found[1]
