"""Boxes and lines in layers, woven: a box can be taken out with its lines and put in again, each line by its best way.

Sifting moves a box while its lines stay where they pass the layers between; here the lines go with it, and the box may
go to another layer. `unravelling` searches for the moves that help.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor

from tracer.export.picture.routing import Gap, Way, best_way

Rows = list[list[int]]
"""What is in each layer, from the top: numbers of boxes and of bends."""

BOW = 0.5
"""What a line within a layer costs in addition to its crossings: it has to go around."""


@dataclass(frozen=True)
class BoxLine:
    """A line between ports of two boxes; which of them is left is found in the layers."""

    one: int
    one_share: float
    """Where it leaves the box: 0 top, 1 bottom."""
    other: int
    other_share: float


@dataclass(frozen=True)
class Room:
    """The layers that a box may be in."""

    first: int
    last: int
    after: tuple[int, ...] = ()
    before: tuple[int, ...] = ()


@dataclass(frozen=True)
class WovenState:
    """An order with the bends of all lines, and what it costs."""

    rows: Rows
    cost: float
    layer_costs: tuple[float | None, ...]


class LayeredOrder:
    """An order of boxes in layers, with the ways of their lines; box numbers are 0 … n-1, bends follow."""

    def __init__(
        self, rows: Rows, lines: Sequence[BoxLine], bands: Sequence[int], rooms: Mapping[int, Room] | None = None
    ) -> None:
        """`rows`: boxes only; the lines find their ways. `rooms`: of boxes that may change their layer."""
        self.rows = [list(row) for row in rows]
        self.lines = lines
        self._bands, self._rooms = bands, rooms or {}
        self._banded = len(set(bands)) > 1
        self._depth, self._boxes = len(rows), len(bands)
        self.layer = {box: number for number, row in enumerate(rows) for box in row}
        self._of: dict[int, list[int]] = {box: [] for box in self.layer}
        for number, line in enumerate(lines):
            self._of[line.one].append(number)
            if line.other != line.one:
                self._of[line.other].append(number)
        self._line_bands = [max(bands[line.one], bands[line.other]) for line in lines]
        self._y = [[0.0] * len(lines) for _ in range(max(self._depth, 1))]
        """Layer -> line -> where the line passes it."""
        self._first, self._last = [0] * len(lines), [0] * len(lines)
        self._bow_y = [[0.0, 0.0] for _ in lines]
        self._led: list[set[int]] = [set() for _ in range(self._depth)]
        """Lines with a way between a layer and the next."""
        self._flat: set[int] = set()
        self._layer_costs: list[float | None] = [None] * self._depth
        """Layer -> crossings right of it; None where something has changed since they were counted."""
        for number in range(len(lines)):
            self._span(number)
        for row in range(self._depth):
            self._measure(row)
        for number in sorted(range(len(lines)), key=lambda number: (self._last[number] - self._first[number], number)):
            self._lead(number)
        self.cost = self._cost(range(self._depth))

    def bend(self, line: int, layer: int) -> int:
        """The number of the bend of a line in a layer that it passes."""
        return self._boxes + line * self._depth + layer

    def state(self) -> WovenState:
        """A copy of all rows with what they cost, for `restore`."""
        return WovenState([list(row) for row in self.rows], self.cost, tuple(self._layer_costs))

    def restore(self, state: WovenState) -> None:
        """Puts everything back as it was."""
        rows = state.rows
        self.rows = [list(row) for row in rows]
        self.layer = {item: number for number, row in enumerate(rows) for item in row if item < self._boxes}
        for number in range(len(self.lines)):
            self._unlead(number)
            self._span(number)
            self._lead_through(number)
        for row in range(self._depth):
            self._measure(row)
        self.cost, self._layer_costs = state.cost, list(state.layer_costs)

    @property
    def segments(self) -> int:
        """How many pieces between two layers all lines have."""
        return sum(self._last) - sum(self._first)

    def _layers(self, box: int) -> list[int]:
        """Where a box may go now: never in one layer with what it is joined with, unless it does already."""
        here = self.layer[box]
        room = self._rooms.get(box)
        if room is None:
            return [here]
        first = max([room.first, *(self.layer[other] + 1 for other in room.after)])
        last = min([room.last, *(self.layer[other] - 1 for other in room.before)])
        near = {self.layer[self._far(line, box)[0]] for line in self._of[box]}
        return sorted({here, *(layer for layer in range(first, last + 1) if layer not in near)})

    def _far(self, line: int, box: int) -> tuple[int, float, float]:
        """(the box at the other end, the share there, the share here)."""
        found = self.lines[line]
        if found.one == box:
            return found.other, found.other_share, found.one_share
        return found.one, found.one_share, found.other_share

    def _within(self, layer: int, band: int) -> tuple[int, int]:
        """First and last place of a band in a layer."""
        if not self._banded:
            return 0, len(self.rows[layer])
        row = self.rows[layer]
        return bisect_left(row, band, key=self._band), bisect_right(row, band, key=self._band)

    def _band(self, item: int) -> int:
        if item < self._boxes:
            return self._bands[item]
        return self._line_bands[(item - self._boxes) // self._depth]

    def _span(self, line: int) -> None:
        found = self.lines[line]
        first, last = sorted((self.layer[found.one], self.layer[found.other]))
        self._first[line], self._last[line] = first, last
        (self._flat.add if first == last else self._flat.discard)(line)

    def _measure(self, layer: int) -> None:
        """Where the lines pass this layer, after its row has changed."""
        self._layer_costs[layer] = None
        if layer:
            self._layer_costs[layer - 1] = None
        passed = self._y[layer]
        for place, item in enumerate(self.rows[layer]):
            if item >= self._boxes:
                passed[(item - self._boxes) // self._depth] = place + 0.5
                continue
            for number in self._of[item]:
                line = self.lines[number]
                if self._first[number] == self._last[number]:
                    if line.one == item:
                        self._bow_y[number][0] = place + line.one_share
                    if line.other == item:
                        self._bow_y[number][1] = place + line.other_share
                else:
                    passed[number] = place + (line.one_share if line.one == item else line.other_share)

    def _through(self, gap: int, without: Sequence[int]) -> Gap:
        """The lines between this layer and the next."""
        here, there = self._y[gap], self._y[gap + 1]
        others = self._led[gap].difference(without)
        return Gap([here[line] for line in others], [there[line] for line in others])

    def _bows(self, layer: int, without: Sequence[int] = ()) -> list[tuple[float, float]]:
        """Upper and lower end of the lines within this layer."""
        return [self._bow(line) for line in self._flat if self._first[line] == layer and line not in without]

    def _bow(self, line: int) -> tuple[float, float]:
        one, other = self._bow_y[line]
        return (one, other) if one <= other else (other, one)

    def _cost(self, layers: Iterable[int]) -> float:
        """Crossings right of these layers, those of bows with what leaves between their ends included."""
        total = 0.0
        for layer in layers:
            cost = self._layer_costs[layer]
            if cost is None:
                cost = self._layer_costs[layer] = self._cost_of(layer)
            total += cost
        return total

    def _cost_of(self, layer: int) -> float:
        bows = self._bows(layer)
        if layer == self._depth - 1:
            return BOW * len(bows)
        gap = self._through(layer, ())
        return BOW * len(bows) + gap.crossings() + between(gap.left, bows)

    def _covered(self, layer: int, without: Sequence[int]) -> list[float]:
        """How many bows a line crosses that leaves this layer at each place."""
        places = len(self.rows[layer]) + 1
        steps = [0.0] * (places + 1)
        for low, high in self._bows(layer, without):
            steps[floor(low) + 1] += 1.0
            steps[ceil(high)] -= 1.0
        return list(accumulate(steps[:places]))

    def _again(self, lines: Sequence[int], moved: tuple[int, int, int] | None, *, always: bool = False) -> None:
        """Takes out lines, and a box to (layer, place), and leads them again; back as it was if that crosses more."""
        ends = [self.layer[box] for line in lines for box in (self.lines[line].one, self.lines[line].other)]
        if moved is not None:
            ends += [self.layer[moved[0]], moved[1]]
        span = range(min(ends), max(ends) + 1)
        before = self._cost(span)
        kept = {layer: list(self.rows[layer]) for layer in span}
        costs = list(self._layer_costs)
        home = None if moved is None else (moved[0], self.layer[moved[0]])
        gone = {self.bend(line, layer) for line in lines for layer in span}
        place = 0
        if moved is not None:
            gone.add(moved[0])
            place = sum(item not in gone for item in self.rows[moved[1]][: moved[2]])
        rows = {layer: [item for item in self.rows[layer] if item not in gone] for layer in span}
        if moved is not None:
            rows[moved[1]].insert(place, moved[0])
        self._put(rows, lines, None if moved is None else (moved[0], moved[1]), led=False)
        for line in sorted(lines, key=lambda line: (self._last[line] - self._first[line], self._ends(line))):
            self._lead(line)
        after = self._cost(span)
        if after <= before + 1e-9 or always:
            self.cost += after - before
        else:
            self._put(kept, lines, home, led=True)
            self._layer_costs = costs

    def _put(
        self, rows: Mapping[int, list[int]], lines: Sequence[int], at: tuple[int, int] | None, *, led: bool
    ) -> None:
        """Sets these rows, with a box in its layer; `led`: whether the lines have their bends in them."""
        for layer, row in rows.items():
            self.rows[layer] = row
        if at is not None:
            self.layer[at[0]] = at[1]
        for line in lines:
            self._unlead(line)
            self._span(line)
            if led:
                self._lead_through(line)
        for layer in rows:
            self._measure(layer)

    def _ends(self, line: int) -> tuple[float, float]:
        return self._y[self._first[line]][line], self._y[self._last[line]][line]

    def _way(self, line: int) -> Way:
        """The best way of a line, should its bends be anywhere else."""
        first, last = self._first[line], self._last[line]
        inner = range(first + 1, last)
        rooms = [self._within(layer, self._line_bands[line]) for layer in inner]
        extra = [self._covered(layer, ())[low : high + 1] for layer, (low, high) in zip(inner, rooms, strict=True)]
        gaps = [self._through(layer, (line,)) for layer in range(first, last)]
        return best_way(*self._ends(line), gaps, rooms, extra, [len(self.rows[layer]) + 1 for layer in inner])

    def _lead(self, line: int) -> None:
        """Puts the bends of a line, which has none, where it crosses the fewest others."""
        first, last = self._first[line], self._last[line]
        if last - first > 1:
            for layer, place in enumerate(self._way(line).places, start=first + 1):
                self.rows[layer].insert(place, self.bend(line, layer))
                self._measure(layer)
        self._lead_through(line)

    def _lead_through(self, line: int) -> None:
        for layer in range(self._first[line], self._last[line]):
            self._led[layer].add(line)
            self._layer_costs[layer] = None

    def _unlead(self, line: int) -> None:
        for layer in range(self._first[line], self._last[line]):
            self._led[layer].discard(line)
            self._layer_costs[layer] = None


def between(places: Iterable[float], bows: Sequence[tuple[float, float]]) -> int:
    """How often one of these places is between the ends of one of these bows."""
    return sum([low < place < high for low, high in bows for place in places]) if bows else 0
