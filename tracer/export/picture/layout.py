"""Lays boxes out in layers from left to right: order with few crossings, then heights so that lines run straight.

Knows nothing of parties: boxes have a layer and a height, links join ports of boxes. A link over several layers gets a
bend in each layer it passes, so that it runs between the boxes and never behind them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.export.picture.crossing_reducer import MOST_WOVEN, PASSES, CrossingReducer, searched
from tracer.export.picture.crossings import Segment, order_layers
from tracer.export.picture.layered_order import BoxLine

BEND = 16.0
"""Height that a passing line takes in a layer."""

SWEEPS = 16
"""Rounds of straightening; the picture is still after about ten."""

PATIENCE = 10
"""Restarts of the search without a gain: the given order has been searched before."""

_BEND_WEIGHT = 4.0
"""A bend in a long line is worse than a slanting short one."""


@dataclass(frozen=True)
class Box:
    """Something with a height in a layer."""

    id: str
    layer: int
    height: float
    band: int = 0


@dataclass(frozen=True)
class Link:
    """A line from a port of one box to a port of another."""

    id: str
    source: str
    source_port: float
    target: str
    target_port: float
    weight: float = 1.0


@dataclass(frozen=True)
class Arrangement:
    """The places of everything."""

    top: dict[str, float]
    """Box id -> y of its upper side; the smallest is 0."""
    bends: dict[str, list[tuple[int, float]]]
    """Link id -> (layer, y) of its bends, from source to target; links of one layer or of neighbours have none."""
    height: float


@dataclass(frozen=True)
class _Chain:
    """The boxes, real and bends, by number; and the segments between neighbouring layers."""

    heights: list[float]
    layers: list[list[int]]
    segments: list[tuple[int, float, int, float, float]]
    bends: dict[str, list[int]]
    names: dict[str, int]
    bands: list[int]


def arrange(
    boxes: Sequence[Box], links: Sequence[Link], gap: float = 22.0, apart: tuple[int, float] | None = None
) -> Arrangement:
    """Places `boxes` (in their given order where nothing speaks against it) `gap` apart within a layer.

    `apart`: (band, space): boxes of this band and lower ones are so far below all others, of whatever layer.
    """
    chain = _with_bends(boxes, links)
    shares = [
        Segment(left, _share(port, chain.heights[left]), right, _share(other, chain.heights[right]))
        for left, port, right, other, _ in chain.segments
    ]
    layer_of_box = {box.id: box.layer for box in boxes}
    bows = [
        (chain.names[link.source], chain.names[link.target])
        for link in links
        if link.source != link.target and layer_of_box[link.source] == layer_of_box[link.target]
    ]
    order = order_layers(chain.layers, shares, chain.bands, bows)
    if len(shares) <= MOST_WOVEN:
        order = _woven(boxes, links, chain, order)
    tops = _straighten(chain, order, gap)
    if apart is not None:
        tops = _set_apart(chain, tops, *apart)
    highest = min(tops, default=0.0)
    top = {box.id: tops[chain.names[box.id]] - highest for box in boxes}
    layer_of = {number: layer for layer, numbers in enumerate(chain.layers) for number in numbers}
    bends = {
        name: [(layer_of[number], tops[number] - highest + BEND / 2) for number in numbers]
        for name, numbers in chain.bends.items()
    }
    lowest = max((top + height for top, height in zip(tops, chain.heights, strict=True)), default=highest)
    return Arrangement(top, bends, lowest - highest)


def _set_apart(chain: _Chain, tops: list[float], band: int, space: float) -> list[float]:
    """The tops with those of `band` and lower ones moved to `space` below whatever is above them."""
    above = [top + high for top, high, of in zip(tops, chain.heights, chain.bands, strict=True) if of < band]
    below = [top for top, of in zip(tops, chain.bands, strict=True) if of >= band]
    if not above or not below:
        return tops
    shift = max(above) + space - min(below)
    return [top + shift if of >= band else top for top, of in zip(tops, chain.bands, strict=True)]


def _woven(boxes: Sequence[Box], links: Sequence[Link], chain: _Chain, order: list[list[int]]) -> list[list[int]]:
    """The better of two searches, from the order found so far and from the given one."""
    count = len(boxes)
    joined = [link for link in links if link.source != link.target]
    lines = []
    for link in joined:
        one, other = chain.names[link.source], chain.names[link.target]
        shares = _share(link.source_port, boxes[one].height), _share(link.target_port, boxes[other].height)
        lines.append(BoxLine(one, shares[0], other, shares[1]))
    woven = []
    for start in (order, chain.layers):
        rows = [sorted((box for box in row if box < count), key=chain.bands.__getitem__) for row in start]
        weave = CrossingReducer(rows, lines, chain.bands[:count])
        weave.improve(random.Random(len(lines)), PASSES)  # noqa: S311 - steps of a search, not a secret
        woven.append(weave)
    best = searched(min(woven, key=lambda weave: weave.cost), random.Random(len(lines)), PATIENCE)  # noqa: S311 - as above
    layer_of = {number: layer for layer, row in enumerate(chain.layers) for number in row}
    bends = {
        best.bend(line, layer_of[number]): number
        for line, link in enumerate(joined)
        for number in chain.bends.get(link.id, ())
    }
    return [[bends.get(item, item) for item in row] for row in best.rows]


def _share(port: float, height: float) -> float:
    # Kept inside (0, 1), so that ports of neighbouring boxes never have the same place.
    return min(max(port / height, 0.01), 0.99) if height > 0 else 0.5


def _with_bends(boxes: Sequence[Box], links: Sequence[Link]) -> _Chain:
    names = {box.id: number for number, box in enumerate(boxes)}
    heights = [box.height for box in boxes]
    bands = [box.band for box in boxes]
    layers: list[list[int]] = [[] for _ in range(max((box.layer for box in boxes), default=-1) + 1)]
    for number, box in enumerate(boxes):
        layers[box.layer].append(number)
    segments: list[tuple[int, float, int, float, float]] = []
    bends: dict[str, list[int]] = {}
    for link in links:
        ends = [(names[link.source], link.source_port), (names[link.target], link.target_port)]
        first, last = boxes[ends[0][0]].layer, boxes[ends[1][0]].layer
        if first == last:
            continue
        if first > last:
            ends.reverse()
        before, port = ends[0]
        for layer in range(min(first, last) + 1, max(first, last)):
            number = len(heights)
            heights.append(BEND)
            bands.append(max(bands[ends[0][0]], bands[ends[1][0]]))
            layers[layer].append(number)
            bends.setdefault(link.id, []).append(number)
            segments.append((before, port, number, BEND / 2, link.weight * _BEND_WEIGHT))
            before, port = number, BEND / 2
        segments.append((before, port, *ends[1], link.weight))
        if first > last and link.id in bends:
            bends[link.id].reverse()
    return _Chain(heights, layers, segments, bends, names, bands)


def _straighten(chain: _Chain, order: list[list[int]], gap: float) -> list[float]:
    """Tops of all boxes: sweeps in which each layer comes as near to its neighbours' ports as its order allows."""
    tops = [0.0] * len(chain.heights)
    for layer in order:
        y = 0.0
        for number in layer:
            tops[number] = y
            y += chain.heights[number] + gap
    left: dict[int, list[tuple[int, float, float]]] = {}
    right: dict[int, list[tuple[int, float, float]]] = {}
    for a, a_port, b, b_port, weight in chain.segments:
        right.setdefault(a, []).append((b, b_port - a_port, weight))
        left.setdefault(b, []).append((a, a_port - b_port, weight))
    for sweep in range(SWEEPS):
        last = sweep >= SWEEPS - 4
        ascending = sweep % 2 == 0
        for layer in order if ascending else reversed(order):
            wanted, weights = [], []
            for number in layer:
                pulls = left.get(number, []) if ascending else right.get(number, [])
                if last or not pulls:
                    pulls = left.get(number, []) + right.get(number, [])
                total = sum(weight for *_, weight in pulls)
                mean = sum(weight * (tops[other] + shift) for other, shift, weight in pulls)
                # A box that is joined with nothing goes up against its neighbour and moves no other.
                wanted.append(mean / total if total else 0.0)
                weights.append(total or 1e-6)
            placed = nearest_in_order(wanted, weights, [chain.heights[number] + gap for number in layer])
            for number, y in zip(layer, placed, strict=True):
                tops[number] = y
    return tops


def nearest_in_order(wanted: Sequence[float], weights: Sequence[float], room: Sequence[float]) -> list[float]:
    """Places y with y[i+1] >= y[i] + room[i] that minimise the weighted squares of y - wanted.

    With the room subtracted this is isotonic regression, solved by pooling adjacent violators (Barlow et al. 1972).
    """
    shift, pools = 0.0, []
    shifts = []
    for want, weight, height in zip(wanted, weights, room, strict=True):
        shifts.append(shift)
        pools.append([want - shift, weight, 1])
        shift += height
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, more, count = pools.pop()
            below = pools[-1]
            below[0] = (below[0] * below[1] + mean * more) / (below[1] + more)
            below[1] += more
            below[2] += count
    levels = [mean for mean, _, count in pools for _ in range(int(count))]
    return [level + offset for level, offset in zip(levels, shifts, strict=True)]
