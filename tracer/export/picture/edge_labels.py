"""Where a line's grade goes: on its line if it can, off every box and every other grade.

A grade goes where the line crosses a gap between columns, the middle first; where that is all taken, anywhere on the
line; and where the line runs behind boxes from end to end, next to it, as near as there is room. The page's script gets
places and distances from here, because it places grades again when a card is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from tracer.export.picture.placement import Point

MARK = (24.0, 15.0)
"""Width and height of a grade."""
APART = (27.0, 18.0)
"""How far the middles of two grades are apart, across or down, at least."""
CLEAR = (13.0, 9.0)
"""How far a grade's middle is from every box, across or down, at least."""
ALONG = (
    0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.46, 0.54, 0.38, 0.62, 0.3, 0.7, 0.22, 0.78, 0.12, 0.88,
)  # fmt: skip
"""Where on a piece that crosses a gap a grade may go, the best place first."""
ANYWHERE = tuple(round(0.5 + sign * step / 40, 3) for step in range(20) for sign in (1, -1) if step or sign > 0)
"""Where on any piece it may go, the middle first."""
BESIDE = ((0, 0), *((x * step, y * step) for step in range(1, 16) for x, y in ((0, -18), (0, 18), (-30, 0), (30, 0))))
"""How far from the line it may be, the nearest first."""

Sides = tuple[float, float, float, float]
"""Left, top, right and bottom of a box."""


@dataclass
class EdgeLabels:
    """Grades placed already, among the boxes of a picture of `size`."""

    boxes: Sequence[Sides]
    size: tuple[float, float]
    taken: list[Point] = field(default_factory=list)

    def place(self, points: Sequence[Point]) -> Point:
        """The middle of the grade of a line through `points` (start, then three for each curve), which is taken then.

        Where the whole picture has no room it goes to another grade's or a box's place rather than nowhere.
        """
        curves = [tuple(points[start : start + 4]) for start in range(0, len(points) - 3, 3)]
        chosen = next((point for point in _places(curves) if self._free(point) and self._open(point)), None)
        if chosen is None:
            places = list(_gaps(curves))
            chosen = next((point for point in places if self._free(point)), places[0])
        self.taken.append(chosen)
        return chosen

    def _free(self, point: Point) -> bool:
        return all(abs(point[0] - x) > APART[0] or abs(point[1] - y) > APART[1] for x, y in self.taken)

    def _open(self, point: Point) -> bool:
        (x, y), (across, down) = point, CLEAR
        if not (across <= x <= self.size[0] - across and down <= y <= self.size[1] - down):
            return False
        return all(
            x < left - across or x > right + across or y < top - down or y > bottom + down
            for left, top, right, bottom in self.boxes
        )


def _middle_first(curves: Sequence[tuple[Point, ...]], every: int) -> list[tuple[Point, ...]]:
    """Every second piece of a long line runs flat behind a column of cards: with `every` 2 those are left out."""
    kept = curves[::every]
    return [kept[n] for n in sorted(range(len(kept)), key=lambda n: (abs(n - (len(kept) - 1) / 2), n))]


def _gaps(curves: Sequence[tuple[Point, ...]]) -> Iterator[Point]:
    return (point_at(curve, t) for curve, t in product(_middle_first(curves, 2), ALONG))


def _places(curves: Sequence[tuple[Point, ...]]) -> Iterator[Point]:
    yield from _gaps(curves)
    anywhere = [point_at(curve, t) for curve, t in product(_middle_first(curves, 1), ANYWHERE)]
    yield from ((x + across, y + down) for across, down in BESIDE for x, y in anywhere)


def point_at(curve: Sequence[Point], t: float) -> Point:
    """The point of a cubic Bézier curve at `t` in [0, 1]."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return (
        sum(weight * point[0] for weight, point in zip(weights, curve, strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, curve, strict=True)),
    )
