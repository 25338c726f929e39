"""Lays boxes out in layers from left to right, so that every link goes right, few cross, and none passes a box.

Knows nothing of parties: boxes have a size, links join boxes. Where links go round in a circle, the weakest of it goes
left. A link over several layers gets a bend in each layer that it passes, so that it runs between the boxes.

Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", IEEE SMC 11 (1981);
Matuszewski, Schönfeld and Molitor, "Using sifting for k-layer straightline crossing minimization", GD 1999.
"""

from __future__ import annotations

import random
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import accumulate, pairwise
from math import exp
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """Something with a size."""

    id: str
    wide: float
    high: float


@dataclass(frozen=True)
class Link:
    """A line from one box to another; of a circle the one of least `weight` goes left."""

    id: str
    source: str
    target: str
    weight: float = 1.0
    thick: float = 0.0
    """Pixels that it takes of a side in addition to the distance between two links."""


@dataclass(frozen=True)
class Spacing:
    """Distances in pixels."""

    between: float = 20.0
    """From box to box within a layer."""
    layers: float = 70.0
    """From the widest box of a layer to the next layer."""
    straight: float = 34.0
    """How far of that a link goes straight before it ends at its right end: for its head and its grade."""
    left_ports: float = 19.0
    """From link to link where they end at the left side of a box."""
    right_ports: float = 9.0
    bend: float = 12.0
    """What a passing link takes of a layer."""
    margin: float = 6.0
    """From the first and the last link of a side to the box's corners."""
    components: float = 34.0
    """From one connected part to the next one below it."""


@dataclass(frozen=True)
class PlacedBox:
    """Where a box is: its upper left corner, and its height with room for all links that end at it."""

    x: float
    y: float
    high: float
    layer: int


@dataclass(frozen=True)
class Arrangement:
    """The places of everything."""

    places: Mapping[str, PlacedBox]
    ways: Mapping[str, tuple[Point, ...]]
    """Link -> a start and then (control, control, end) for each cubic piece, from source to target."""
    turned: frozenset[str]
    """Links that go left."""
    crossings: int
    width: float
    height: float


def arrange(
    boxes: Sequence[Box], links: Sequence[Link], space: Spacing = Spacing(), effort: float = 1.0
) -> Arrangement:
    """Places `boxes`, in their given order where nothing speaks against it; the same for the same input.

    Links from a box to itself are not drawn. effort: how long it looks for fewer crossings, 1 some seconds where there
    are a hundred boxes.
    """
    links = [link for link in links if link.source != link.target]
    turned = turned_links(links)
    parts = []
    for members in _components(boxes, links):
        names = {box.id for box in members}
        parts.append(_ConnectedPart(members, [link for link in links if link.source in names], turned, space, effort))
    places: dict[str, PlacedBox] = {}
    ways: dict[str, tuple[Point, ...]] = {}
    y = width = 0.0
    for part in parts:
        for name, at in part.places.items():
            places[name] = PlacedBox(at.x, at.y + y, at.high, at.layer)
        for name, way in part.ways.items():
            moved = tuple((px, py + y) for px, py in way)
            ways[name] = moved[::-1] if name in turned else moved
        y += part.height + space.components
        width = max(width, part.width)
    crossings = sum(part.crossings for part in parts)
    return Arrangement(places, ways, turned, crossings, width, max(y - space.components, 0.0))


def turned_links(links: Sequence[Link]) -> frozenset[str]:
    """The links that go left so that all others go right: each in turn, the weightiest first, goes right unless it
    closes a circle."""
    core = list(links)  # what lies on a circle, or between two of them; all else goes right in any case
    while True:
        sources, targets = {link.source for link in core}, {link.target for link in core}
        left = [link for link in core if link.source in targets and link.target in sources]
        if len(left) == len(core):
            break
        core = left
    after, turned = defaultdict[str, set[str]](set), set()
    for link in sorted(core, key=lambda link: (-link.weight, link.id)):
        reached, todo = {link.target}, [link.target]
        while todo:
            more = after[todo.pop()] - reached
            reached |= more
            todo += more
        if link.source in reached:
            turned.add(link.id)
        else:
            after[link.source].add(link.target)
    return frozenset(turned)


def _components(boxes: Sequence[Box], links: Sequence[Link]) -> list[list[Box]]:
    """Connected parts, the largest first, then in the given order."""
    part_of = {box.id: {box.id} for box in boxes}
    for link in links:
        smaller, larger = sorted((part_of[link.source], part_of[link.target]), key=len)
        if smaller is not larger:
            larger |= smaller
            part_of.update(dict.fromkeys(smaller, larger))
    parts: dict[int, list[Box]] = defaultdict(list)
    for box in boxes:
        parts[id(part_of[box.id])].append(box)
    return sorted(parts.values(), key=lambda members: -len(members))


class _ConnectedPart:
    """A connected part, with its upper left corner at (0, 0)."""

    def __init__(
        self, boxes: Sequence[Box], links: Sequence[Link], turned: frozenset[str], space: Spacing, effort: float
    ) -> None:
        self._boxes, self._links, self._space = boxes, links, space
        names = {box.id: number for number, box in enumerate(boxes)}
        ends = [(names[link.source], names[link.target]) for link in links]
        ends = [pair[::-1] if link.id in turned else pair for pair, link in zip(ends, links, strict=True)]
        order = Ordering(layers_of(len(boxes), ends), ends, effort)
        order.search()
        self.crossings = order.crossings
        bends = [item for row in order.rows for item in row if item >= len(boxes)]
        numbers = {item: number for number, item in enumerate([*range(len(boxes)), *bends])}
        self._chains = [[numbers[item] for item in order.chain(link)] for link in range(len(links))]
        self._rows = [[numbers[item] for item in row] for row in order.rows]
        self._heights = [box.high for box in boxes] + [space.bend] * len(bends)
        self._ports = self._ends_at_sides()
        # As `straightened_tops` has them; a bend in a long link is worse than a slanting short one.
        half = [high / 2 for high in self._heights]
        tops = straightened_tops(
            self._rows,
            self._heights,
            [
                (
                    one,
                    half[one] + self._below_middle(number, one),
                    other,
                    half[other] + self._below_middle(number, other),
                    1.0 if len(chain) == 2 else 4.0,
                )
                for number, chain in enumerate(self._chains)
                for one, other in pairwise(chain)
            ],
            len(boxes),
            space,
        )
        highest = min(tops, default=0.0)
        self._tops = [top - highest for top in tops]
        self.height = max((top + high for top, high in zip(self._tops, self._heights, strict=True)), default=0.0)
        self._lefts, x = list[float](), 0.0
        for row in self._rows:
            self._lefts.append(x)
            x += max((boxes[item].wide for item in row if item < len(boxes)), default=0.0) + space.layers
        self._lefts.append(x)
        self.width = x - space.layers
        layer_of = {item: of for of, row in enumerate(self._rows) for item in row}
        self.places = {
            name: PlacedBox(self._lefts[layer_of[at]], self._tops[at], self._heights[at], layer_of[at])
            for name, at in names.items()
        }
        self.ways = {link.id: self._way(number, layer_of) for number, link in enumerate(links)}

    def _ends_at_sides(self) -> dict[tuple[int, bool], float]:
        """(link, whether at its left end) -> how far below the middle of its box it ends: apart from the others of that
        side, in the order of where they go next. Boxes become as high as that needs."""
        place = {item: at for row in self._rows for at, item in enumerate(row)}
        sides: dict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(list)
        for number, chain in enumerate(self._chains):
            sides[chain[0], True].append((place[chain[1]], number))
            sides[chain[-1], False].append((place[chain[-2]], number))
            for bend in chain[1:-1]:
                self._heights[bend] = max(self._space.bend, self._links[number].thick + 6.0)
        ports = {}
        for (box, leaves), met in sides.items():
            apart = self._space.right_ports if leaves else self._space.left_ports
            needs = [(max(apart, self._links[number].thick + 3.0), number) for _, number in sorted(met)]
            whole = sum(need for need, _ in needs)
            self._heights[box] = max(self._heights[box], whole + 2 * self._space.margin)
            y = -whole / 2
            for need, number in needs:
                ports[number, leaves] = y + need / 2
                y += need
        return ports

    def _below_middle(self, number: int, item: int) -> float:
        """How far below the middle of an item a link meets it."""
        chain = self._chains[number]
        ends = {chain[0]: True, chain[-1]: False}
        return self._ports[number, ends[item]] if item in ends else 0.0

    def _way(self, number: int, layer_of: Mapping[int, int]) -> tuple[Point, ...]:
        """From left to right: curved between two layers, straight where it passes one and where it ends."""
        chain, way = self._chains[number], list[Point]()
        for item in chain:
            y = self._tops[item] + self._heights[item] / 2 + self._below_middle(number, item)
            left, right = self._lefts[layer_of[item]], self._lefts[layer_of[item] + 1] - self._space.layers
            if way:
                here, turn = way[-1], (left - self._space.straight, y)
                pull = (turn[0] - here[0]) / 2
                end = (left if item == chain[-1] else right, y)
                way += [(here[0] + pull, here[1]), (turn[0] - pull, y), turn, turn, end, end]
            else:
                way.append((left + self._boxes[item].wide, y))
        return tuple(way)


_ROUNDS, _PUSHED = 12, 60
"""Rounds of moving boxes, and boxes that are moved at once, at most."""


def layers_of(count: int, ends: Sequence[tuple[int, int]]) -> list[int]:
    """Layer of each of `count` boxes: every link goes at least one to the right, and links are short.

    First the longest path. Then each box in turn is moved right, or left, with all that it pushes along, as long as
    that makes the links shorter: a link takes a place in every layer that it passes.
    """
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for one, other in ends:
        before[other].append(one)
        after[one].append(other)
    layer = [0] * count
    for box in TopologicalSorter(dict(enumerate(before))).static_order():
        layer[box] = max((layer[one] + 1 for one in before[box]), default=0)
    for _ in range(_ROUNDS):
        moved = False
        for step, ahead, behind in ((1, after, before), (-1, before, after)):
            for box in range(count):
                pushed, left = {box}, [box]
                while left and len(pushed) <= _PUSHED:
                    here = left.pop()
                    more = {other for other in ahead[here] if layer[other] == layer[here] + step} - pushed
                    pushed |= more
                    left += more
                longer = sum(other not in pushed for one in pushed for other in behind[one])
                shorter = sum(other not in pushed for one in pushed for other in ahead[one])
                if longer < shorter and not left:
                    moved = True
                    for one in pushed:
                        layer[one] += step
        if not moved:
            break
    first = min(layer, default=0)
    return [one - first for one in layer]


class Ordering:
    """Boxes and bends in layers, in an order that few links cross in.

    Items are boxes, by their numbers, and bends, one for each layer that a link passes. Sweeps by barycentre and
    sifting find a good order of given layers; then drawn boxes are moved to other layers that their links leave them,
    with all of their bends: simulated annealing, Kirkpatrick, Gelatt and Vecchi, Science 220 (1983).
    """

    STARTS, SWEEPS = 10, 8
    """Orders that the search begins with, and rounds of each."""
    LEAST = 2
    """Starts at least."""
    LONGEST = 400
    """Items of a layer that is sifted: that is quadratic in them."""
    WORK, MOVES = 100_000, 600
    """What all may cost, in items that are sifted, and moves without a gain after which it ends: at full effort."""

    def __init__(self, layer: Sequence[int], ends: Sequence[tuple[int, int]], effort: float = 1.0) -> None:
        self._work, self._moves = int(self.WORK * effort), int(self.MOVES * effort)
        self.layer, self._ends = list(layer), ends
        self._depth, self._boxes = max(layer, default=-1) + 1, len(layer)
        self._of: list[list[int]] = [[] for _ in layer]
        for link, pair in enumerate(ends):
            for box in pair:
                self._of[box].append(link)
        self.rows: list[list[int]] = [[] for _ in range(self._depth)]
        for box, of in enumerate(layer):
            self.rows[of].append(box)
        for link in range(len(ends)):
            for bend in self.chain(link)[1:-1]:
                self.rows[(bend - self._boxes) % self._depth].append(bend)
        self._spent = 0
        self._join()

    def _join(self) -> None:
        """Finds the neighbours and the place of each item, and counts all crossings."""
        self._left, self._right = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        for link in range(len(self._ends)):
            self._thread(link)
        self._at, self._crossed = dict[int, int](), [0] * self._depth
        self._number(range(self._depth))
        self.crossings = self._count(range(self._depth))

    def chain(self, link: int) -> list[int]:
        """What a link goes through, from left to right: its left box, its bends, its right box."""
        one, other = self._ends[link]
        first = self._boxes + link * self._depth
        return [one, *range(first + self.layer[one] + 1, first + self.layer[other]), other]

    def _thread(self, link: int) -> None:
        for one, other in pairwise(self.chain(link)):
            self._right[one].append(other)
            self._left[other].append(one)

    def _unthread(self, link: int) -> None:
        chain = self.chain(link)
        self._right[chain[0]].remove(chain[1])
        self._left[chain[-1]].remove(chain[-2])
        for bend in chain[1:-1]:
            self._left[bend], self._right[bend] = [], []

    def _number(self, layers: Iterable[int]) -> None:
        for of in layers:
            for place, item in enumerate(self.rows[of]):
                self._at[item] = place

    def _count(self, layers: Iterable[int]) -> int:
        """All crossings, those right of these layers counted again: inversions of the right ends."""
        at = self._at
        for of in layers:
            seen: list[int] = []
            total = 0
            for item in self.rows[of]:
                ends = sorted([at[other] for other in self._right[item]])
                total += sum([len(seen) - bisect_right(seen, end) for end in ends])
                for end in ends:
                    insort(seen, end)
            self._crossed[of] = total
        self.crossings = sum(self._crossed)
        return self.crossings

    def search(self) -> None:
        """Takes the best of several starts, then moves boxes."""
        every = range(self._depth)
        draw = random.Random(len(self._ends))  # noqa: S311 - starts of a search, not a secret
        first = [list(row) for row in self.rows]
        best = self.crossings, first
        for start in range(self.STARTS):
            if not best[0] or (start >= self.LEAST and self._spent > self._work / 3):
                break
            self.rows = [list(row)[::-1] if start == 1 else list(row) for row in first]
            for row in self.rows if start > 1 else ():
                draw.shuffle(row)
            self._number(every)
            for sweep in range(self.SWEEPS):
                # Orders each row by where its links come from; what has none stays.
                towards_left = (sweep + start) % 2 == 0
                near, at = self._left if towards_left else self._right, self._at
                for of in range(1, self._depth) if towards_left else range(self._depth - 2, -1, -1):
                    keys = {
                        item: sum([at[other] for other in near[item]]) / len(near[item])
                        if near[item]
                        else float(at[item])
                        for item in self.rows[of]
                    }
                    self.rows[of].sort(key=keys.__getitem__)
                    self._number([of])
            self._sift(every)
            if self.crossings < best[0]:
                best = self.crossings, [list(row) for row in self.rows]
        self.rows = [list(row) for row in best[1]]
        self._number(every)
        self._count(every)
        kept = self.crossings, list(self.layer), [list(row) for row in self.rows]
        for turn in range(self._moves):
            if not self.crossings or self._spent > self._work:
                break
            self._try_move(draw, 2.0 * (1 - turn / self._moves) ** 2)
            if self.crossings < kept[0]:
                kept = self.crossings, list(self.layer), [list(row) for row in self.rows]
        _, self.layer, self.rows = kept
        self._join()

    def _sift(self, layers: Sequence[int], rounds: int = 20) -> None:
        """Moves each item in turn to its best place in its row, as long as crossings become fewer."""
        around = range(max(layers[0] - 1, 0), layers[-1] + 1)
        fewest = self._count(around)
        for turn in range(rounds):
            for of in layers if turn % 2 == 0 else reversed(layers):
                self._sift_row(self.rows[of])
            found = self._count(around)
            if found >= fewest:
                break
            fewest = found

    def _sift_row(self, row: list[int]) -> None:
        if not 1 < len(row) <= self.LONGEST:
            return
        self._spent += len(row)
        # [u, v]: crossings of the links of two items of a row with u above v, less those with v above u.
        total = np.zeros((len(row), len(row)))
        for near in (self._left, self._right):
            pairs = [(place, self._at[other]) for place, item in enumerate(row) for other in near[item]]
            if pairs:
                places, ends = np.array(sorted(pairs, key=itemgetter(1))).T
                before = np.zeros((len(pairs) + 1, len(row)))
                before[np.arange(1, len(pairs) + 1), places] = 1.0
                np.cumsum(before, axis=0, out=before)
                np.add.at(total, places, before[np.searchsorted(ends, ends)])
        gain: NDArray[np.float64] = total - total.T
        above = gain.T.tolist()
        order = list(range(len(row)))
        for item in np.argsort(-np.abs(gain).sum(axis=1), kind="stable").tolist():
            now = order.index(item)
            rest = order[:now] + order[now + 1 :]
            # What it costs to be below the first k of the others, against being above them all.
            cost = [0.0, *accumulate([above[item][other] for other in rest])]
            best = cost.index(min(cost))
            if cost[best] < cost[now]:
                rest.insert(best, item)
                order = rest
        row[:] = [row[number] for number in order]
        for place, item in enumerate(row):
            self._at[item] = place

    def _try_move(self, draw: random.Random, warm: float) -> None:
        """Puts a drawn box into a drawn layer and place, with all of its bends; back, if more cross then."""
        box = draw.randrange(self._boxes)
        of, ends = self._of[box], self._ends
        lowest = max([self.layer[ends[link][0]] + 1 for link in of if ends[link][1] == box], default=0)
        highest = min([self.layer[ends[link][1]] - 1 for link in of if ends[link][0] == box], default=self._depth - 1)
        layer, home, before = draw.randint(lowest, highest), self.layer[box], self.crossings
        far = [self.layer[end] for link in of for end in ends[link]]
        span = range(min([layer, *far]), max([layer, *far]) + 1)
        kept, crossed = {at: list(self.rows[at]) for at in span}, list(self._crossed)
        gone = {box, *(bend for link in of for bend in self.chain(link)[1:-1])}
        length = sum([len(self.chain(link)) for link in of])
        for link in of:
            self._unthread(link)
        self.layer[box] = layer
        rows = {at: [(self._share(item, at), item) for item in self.rows[at] if item not in gone] for at in span}
        for link in of:
            self._thread(link)
        near = [end for link in of for end in ends[link] if end != box]
        share = sum([self._share(end, self.layer[end]) for end in near]) / len(near)
        if layer == home:
            share = draw.random()
        rows[layer].append((share, box))
        for link in of:
            bends, (a, b) = self.chain(link)[1:-1], ends[link]
            first = share if a == box else self._share(a, self.layer[a])
            last = share if b == box else self._share(b, self.layer[b])
            for step, bend in enumerate(bends, start=1):
                rows[self.layer[a] + step].append((first + (last - first) * step / (len(bends) + 1), bend))
        for at in span:
            self.rows[at] = [item for _, item in sorted(rows[at])]
        self._number(span)
        self._sift(span, 3)
        longer = sum([len(self.chain(link)) for link in of]) - length
        worse = self.crossings - before + longer / 8
        if worse <= 0 or draw.random() < exp(-worse / max(warm, 0.01)):
            return
        for link in of:
            self._unthread(link)
        self.layer[box] = home
        for link in of:
            self._thread(link)
        for at, row in kept.items():
            self.rows[at] = row
        self._number(span)
        self._crossed, self.crossings = crossed, before

    def _share(self, item: int, layer: int) -> float:
        return (self._at[item] + 0.5) / max(len(self.rows[layer]), 1)


def straightened_tops(
    rows: Sequence[Sequence[int]],
    heights: Sequence[float],
    segments: Sequence[tuple[int, float, int, float, float]],
    boxes: int,
    space: Spacing,
) -> list[float]:
    """Tops of all items: twelve rounds in which each row comes as near to its neighbours' ports as its order allows.

    segments: (left item, port from its top, right item, port, weight).
    """
    gap = [space.between if item < boxes else 4.0 for item in range(len(heights))]
    tops = [0.0] * len(heights)
    for row in rows:
        y = 0.0
        for item in row:
            tops[item] = y
            y += heights[item] + gap[item]
    left: list[list[tuple[int, float, float]]] = [[] for _ in heights]
    right: list[list[tuple[int, float, float]]] = [[] for _ in heights]
    for one, port, other, other_port, weight in segments:
        right[one].append((other, other_port - port, weight))
        left[other].append((one, port - other_port, weight))
    for turn in range(12):
        both, ascending = turn >= 8, turn % 2 == 0
        for row in rows if ascending else reversed(rows):
            wanted, weights = [], []
            for item in row:
                pulls = left[item] if ascending else right[item]
                if both or not pulls:
                    pulls = left[item] + right[item]
                total = sum(weight for *_, weight in pulls)
                pulled = sum(weight * (tops[other] + shift) for other, shift, weight in pulls)
                wanted.append(pulled / total if total else 0.0)
                weights.append(total or 1e-6)
            below = zip(row, [*row[1:], *row[-1:]], strict=True)
            rooms = [heights[item] + max(gap[item], gap[after]) for item, after in below]
            for item, y in zip(row, nearest_in_order(wanted, weights, rooms), strict=True):
                tops[item] = y
    return tops


def nearest_in_order(wanted: Sequence[float], weights: Sequence[float], room: Sequence[float]) -> list[float]:
    """Places y with y[i+1] >= y[i] + room[i] that minimise the weighted squares of y - wanted.

    With the room subtracted this is isotonic regression, solved by pooling adjacent violators (Barlow et al. 1972).
    """
    pools, shifts = list[list[float]](), list(accumulate(room, initial=0.0))[:-1]
    for want, weight, shift in zip(wanted, weights, shifts, strict=True):
        pools.append([want - shift, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, more, count = pools.pop()
            below = pools[-1]
            below[0] = (below[0] * below[1] + mean * more) / (below[1] + more)
            below[1] += more
            below[2] += count
    levels = [mean for mean, _, count in pools for _ in range(int(count))]
    return [level + offset for level, offset in zip(levels, shifts, strict=True)]
