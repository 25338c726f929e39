"""Ways of lines between rows that have one mark each: out of a mark, along a lane of its own, into each taker.

A lane passes no mark of another row, and is at least `APART` from every other. Left and right of a mark its row is
empty, so that what comes from the side touches nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracer.export.drawing.marks import Point

APART = 6.0
"""Pixels between lanes, and between lines that come to one mark from the same side."""
MOST_BESIDE = 8
"""Lanes next to one another."""
_HEADROOM, _CLEAR, _SLANT = 17.0, 6.0, 15.0
"""Pixels before a mark that a line and its head need, around a mark that a lane passes, and between a lane and the
mark above which it ends."""


@dataclass(frozen=True)
class LaneMark:
    """The mark of a row: a dot, or a bar from `left` to `right`."""

    left: float
    right: float
    y: float
    dot: bool

    @property
    def middle(self) -> float:
        """A dot's."""
        return (self.left + self.right) / 2

    @property
    def half(self) -> float:
        """From its middle to its upper side, with air."""
        return (self.right - self.left) / 2 + 2.0 if self.dot else 6.0


@dataclass
class Lane:
    """What goes from one mark in one look."""

    giver: str
    takers: Sequence[str]
    leaves: float
    """Where it leaves the mark by choice."""
    x: float = 0.0
    above: set[str] = field(default_factory=set)
    """Takers that it comes to from above or below."""
    top: float = 0.0
    bottom: float = 0.0

    def beside(self, other: Lane) -> bool:
        """Whether both are in some row."""
        return self.top < other.bottom + 10.0 and other.top < self.bottom + 10.0


class Lanes:
    """Gives lanes their places, the first first."""

    def __init__(self, marks: Mapping[str, LaneMark], low: float, high: float, *, sides: bool) -> None:
        """low, high: where lanes may be; sides: they come to marks from the left alone, past words above the marks."""
        self._marks, self._sides = marks, sides
        steps = int((high - low) / 2.0)
        self._free = [low + 2.0 * at for at in range(steps + 1)]
        self.placed: list[Lane] = []

    def add(self, lane: Lane) -> bool:
        """Whether there is a place for it."""
        ys = [self._marks[name].y for name in (lane.giver, *lane.takers)]
        lane.top, lane.bottom = min(ys), max(ys)
        beside = [one for one in self.placed if one.beside(lane)]
        if len(beside) >= MOST_BESIDE and any(
            sum(one.top <= mark.y <= one.bottom for one in beside) >= MOST_BESIDE
            for mark in self._marks.values() if lane.top <= mark.y <= lane.bottom
        ):  # fmt: skip
            return False
        own = [] if self._sides else [lane.leaves, *(self._marks[name].middle for name in lane.takers)]
        costs = [(self._cost(lane, x, beside), x) for x in (*own, *self._free)]
        cost, lane.x = min(costs, key=lambda one: one[0])
        if cost == float("inf"):
            return False
        lane.above = {name for name in lane.takers if self._over(lane, name, lane.x)}
        self.placed.append(lane)
        return True

    def _cost(self, lane: Lane, x: float, beside: Sequence[Lane]) -> float:
        """How far it is out of the way; infinite where something is in it."""
        never, giver = float("inf"), self._marks[lane.giver]
        if any(abs(x - one.x) < APART for one in beside):
            return never
        cost = 0.05 * abs(x - lane.leaves)
        if x != lane.leaves and (self._sides or giver.dot or not giver.left + 3.0 <= x <= giver.right - 3.0):
            away = max(giver.left - x, x - giver.right)
            if away < 4.0:
                return never
            cost = away + (10.0 if x > giver.right else 14.0)
        elif lane.leaves >= giver.right and x != lane.leaves:
            cost += 30.0
        for name, mark in self._marks.items():
            if name == lane.giver or not lane.top <= mark.y <= lane.bottom:
                continue
            if name not in lane.takers:
                if mark.left - _CLEAR < x < mark.right + _CLEAR:
                    return never
            elif self._over(lane, name, x):
                cost += 2.0
            elif x > mark.left - _HEADROOM:
                if self._sides or x < mark.right + _HEADROOM or not mark.dot:
                    return never
                cost += 150.0
        return cost

    def _over(self, lane: Lane, name: str, x: float) -> bool:
        """Whether it ends at this mark from above or below: at its last row, and near enough."""
        mark = self._marks[name]
        near = mark.left + 2.0 - _SLANT <= x <= (mark.right - 2.0 + _SLANT if mark.dot else mark.left + 4.0)
        return near and not self._sides and mark.y in (lane.top, lane.bottom)

    def ways(self) -> dict[tuple[int, str], list[Point]]:
        """(place among those placed, taker) -> corners of its line."""
        ports, found = self._ports(), {}
        for at, lane in enumerate(self.placed):
            giver = self._marks[lane.giver]
            for name in lane.takers:
                taker = self._marks[name]
                down = 1.0 if taker.y > giver.y else -1.0
                if (at, lane.giver) in ports:
                    way = self._side(giver, lane.x, ports[at, lane.giver], 1.0)
                else:
                    way = [(lane.x, giver.y + down * (giver.half - 2.0))]
                if name in lane.above:
                    x = taker.middle if taker.dot else max(lane.x, taker.left + 2.0)
                    end = taker.y - down * taker.half
                    way += [(lane.x, end - down * 13.0)] * (abs(x - lane.x) > 1.0) + [(x, end)]
                else:
                    way += reversed(self._side(taker, lane.x, ports[at, name], 2.0))
                found[at, name] = way
        return found

    def _side(self, mark: LaneMark, x: float, aside: float, air: float) -> list[Point]:
        """From a mark's side to a lane: of several next to one another each leads to the middle of a dot."""
        left = -1.0 if x < mark.left else 1.0
        radius = (mark.right - mark.left) / 2 + air
        off = max(-0.6 * radius, min(0.6 * radius, 0.6 * aside)) if mark.dot else max(-3.0, min(3.0, 0.5 * aside))
        reach = (radius**2 - off**2) ** 0.5
        tip = mark.middle + left * reach if mark.dot else (mark.left - air if left < 0 else mark.right + air)
        bend = tip + left * 11.0
        slanted = [(bend, mark.y + aside)] if aside and abs(bend - mark.middle) < abs(x - mark.middle) else []
        return [(tip, mark.y + off), *slanted, (x, mark.y + aside)]

    def _ports(self) -> dict[tuple[int, str], float]:
        """(lane, mark) -> how far below the mark's middle the lane comes to its side or leaves it. What comes from
        above is above, and next to each other they are such that none crosses another."""
        sides: dict[tuple[str, bool], list[tuple[bool, float, int]]] = defaultdict(list)
        for at, lane in enumerate(self.placed):
            for name in (lane.giver, *lane.takers):
                mark = self._marks[name]
                if name in lane.above or (name == lane.giver and mark.left <= lane.x <= mark.right):
                    continue
                up = lane.top < mark.y and (name != lane.giver or lane.bottom == mark.y)
                left = lane.x < mark.left
                near = lane.x if left else -lane.x
                sides[name, left].append((not up, -near if up else near, at))
        return {
            (at, name): APART * (place - (len(lines) - 1) / 2)
            for (name, _), lines in sides.items()
            for place, (*_, at) in enumerate(sorted(lines))
        }
