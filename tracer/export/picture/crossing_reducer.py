"""Takes crossings out of a weave: a box goes, with its lines, to where they cross the fewest others.

What every place would cost a box is known at once: the ways of a line from its far end to all places are shortest paths
through the layers. Where no single move helps, a few boxes are put anywhere and what is around them is repaired:
iterated local search (Lourenço, Martin and Stützle 2003).
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from tracer.export.picture.layered_order import BOW, LayeredOrder, between
from tracer.export.picture.routing import INFINITE, Crossed

PASSES = 6
"""Rounds over all boxes and lines at most; after three little changes."""

SHAKEN = 4
"""Boxes that are put anywhere at a time, to get out of a state in which no single move helps."""

PATIENCE = 60
"""How often that is done without a gain; what was better before is taken back."""

IDLE = 0.3
"""Share of the moves that are made though they gain nothing: what is equal may lead on to what is better."""

WORK = 24_000
"""Segments that all of it may look at, so that a large picture takes no longer than a middling one."""

LARGE = 250
"""Segments from which it looks at fewer, by the fourth power: there moves cost more and bring less (in a picture of 200
lists they took one crossing of a hundred away, in half of the time of all that lays it out)."""

MOST_WOVEN = 1_200
"""Segments up to which boxes are moved with their lines at all."""


class CrossingReducer(LayeredOrder):
    """A weave and the moves that take crossings out of it."""

    def improve(self, draw: random.Random, passes: int) -> None:
        """Moves every box, and leads every line again, in drawn order, as long as a pass takes crossings away."""
        for _ in range(passes):
            before = self.cost
            self._pass(draw, sorted(self._of), range(len(self.lines)))
            if self.cost >= before - 1e-9:
                return

    def shake(self, draw: random.Random, boxes: int) -> None:
        """Puts so many drawn boxes in drawn places, then repairs what is around them."""
        near = set[int]()
        for box in draw.sample(sorted(self._of), min(boxes, len(self._of))):
            layer = draw.choice(self._layers(box))
            first, last = self._within(layer, self._bands[box])
            self._again(self._of[box], (box, layer, draw.randint(first, last)), always=True)
            near |= {box, *(self._far(line, box)[0] for line in self._of[box])}
        self._pass(draw, sorted(near), sorted({line for box in near for line in self._of[box]}))

    def _pass(self, draw: random.Random, boxes: Sequence[int], lines: Sequence[int]) -> None:
        for box in draw.sample(boxes, len(boxes)):
            self.move(box, idle=draw.random() < IDLE)
        for line in draw.sample(lines, len(lines)):
            if self._last[line] - self._first[line] > 1:
                now = self._share_of([line])
                if now and self._way(line).cost < now - 1e-6:
                    self._again([line], None)

    def move(self, box: int, *, idle: bool) -> None:
        """Puts a box, and its lines, where they cross the fewest others; `idle`: also if that is as many as now."""
        own = self._of[box]
        if not own:
            return
        now = self._share_of(own)
        if not now and not idle:
            return
        layers = self._layers(box)
        best: tuple[float, int, int, int] | None = None
        for layer, costs in self._costs(box, layers).items():
            first, last = self._within(layer, self._bands[box])
            cost = min(costs[first : last + 1])
            found = (cost, int(layer != self.layer[box]), layer, costs.index(cost, first))
            best = found if best is None or found < best else best
        if best is not None and best[0] < now + (1e-6 if idle else -1e-6):
            self._again(own, (box, best[2], best[3]))

    def _costs(self, box: int, layers: Sequence[int]) -> dict[int, list[float]]:
        """Per layer what each place in it would cost the box and its lines."""
        own = self._of[box]
        ends = [self._far(line, box) for line in own]
        span = {self.layer[other] for other, _, _ in ends} | set(layers)
        places = {n: len(self.rows[n]) + 1 for n in range(min(span), max(span) + 1)}
        gaps = {n: self._through(n, own) for n in range(min(span), max(span))}
        crossed = {n: Crossed(gap, places[n], places[n + 1]) for n, gap in gaps.items()}
        covered = {n: self._covered(n, own) for n in places}
        costs = {n: [0.0] * places[n] for n in layers}
        for other, share, _ in ends:
            far = self.layer[other]
            if other == box:
                continue
            y = self.rows[far].index(other) + share
            band = max(self._bands[box], self._bands[other])
            if far in costs:
                leaving = sorted(gaps[far].left) if far in gaps else []
                for place in range(places[far]):
                    low, high = min(place, y), max(place, y)
                    costs[far][place] += max(bisect_left(leaving, high) - bisect_right(leaving, low), 0) + BOW
            for step in (1, -1):
                here, total = far, [0.0]
                limit = max(costs) if step > 0 else min(costs)
                while here * step < limit * step:
                    gap = min(here, here + step)
                    if here == far:
                        reach = gaps[gap].from_left if step > 0 else gaps[gap].from_right
                        total = reach(y, places[here + step])
                    else:
                        total = crossed[gap].onward(total) if step > 0 else crossed[gap].back(total)
                    here += step
                    over = [one + more for one, more in zip(total, covered[here], strict=True)]
                    if here in costs:
                        added = over if step < 0 else total
                        costs[here] = [one + more for one, more in zip(costs[here], added, strict=True)]
                    first, last = self._within(here, band)
                    outside = [INFINITE] * first, [INFINITE] * (places[here] - last - 1)
                    total = [*outside[0], *over[first : last + 1], *outside[1]]
        return costs

    def _share_of(self, lines: Sequence[int]) -> float:
        """What these lines cost as they are led now, among themselves left out."""
        total = 0.0
        first, last = min(self._first[line] for line in lines), max(self._last[line] for line in lines)
        for layer in range(first, last + 1):
            bows = self._bows(layer, lines)
            flat = [self._bow(line) for line in lines if line in self._flat and self._first[line] == layer]
            leaving = [line for line in lines if self._first[line] <= layer < self._last[line]]
            here = [self._y[layer][line] for line in leaving]
            total += between(here, bows) + BOW * len(flat)
            if layer == self._depth - 1:
                continue
            gap = self._through(layer, lines)
            total += gap.count(here, [self._y[layer + 1][line] for line in leaving]) + between(gap.left, flat)
        return total


def searched(weave: CrossingReducer, draw: random.Random, patience: int = PATIENCE) -> CrossingReducer:
    """`weave` in the best state that a search finds: descents, and restarts from where a few boxes were moved."""
    if weave.segments > MOST_WOVEN:
        return weave
    weave.improve(draw, PASSES)
    best, kept = weave.cost, weave.state()
    share = (LARGE / max(weave.segments, LARGE)) ** 4
    left, work = patience, int(share * WORK) // max(weave.segments, 1)
    while best and left > 0 and work > 0:
        weave.shake(draw, SHAKEN)
        left, work = left - 1, work - 1
        if weave.cost < best - 1e-6:
            left = patience
        if weave.cost <= best + 1e-6:
            best, kept = weave.cost, weave.state()
        else:
            weave.restore(kept)
    return weave
