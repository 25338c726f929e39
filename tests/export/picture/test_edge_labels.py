"""Grades on lines: off boxes and each other wherever there is room, and on their line before beside it."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from tracer.export.picture.edge_labels import APART, CLEAR, MARK, EdgeLabels
from tracer.export.picture.placement import Point

FLAT = ((0.0, 100.0), (100.0, 100.0), (200.0, 100.0), (300.0, 100.0))


def touches(point: Point, box: tuple[float, float, float, float]) -> bool:
    """Whether a grade at `point` and a box have an area in common."""
    (x, y), (left, top, right, bottom) = point, box
    across, down = MARK[0] / 2, MARK[1] / 2
    return left < x + across and x - across < right and top < y + down and y - down < bottom


def test_behind_a_box_from_end_to_end_it_stands_beside_the_line() -> None:
    box = (-20.0, 80.0, 320.0, 120.0)
    point = EdgeLabels([box], (300, 200)).place(FLAT)
    assert not touches(point, box)
    assert abs(point[1] - 100) <= 20 + CLEAR[1] + 18


def test_grades_of_many_lines_touch_nothing() -> None:
    draw = Random(7)
    boxes = [(x, y, x + 110.0, y + 40.0) for x in range(40, 1200, 200) for y in range(20, 780, 70)]
    marks = EdgeLabels(boxes, (1240, 800))
    for _ in range(90):
        ends = [(draw.uniform(20, 1200), draw.uniform(20, 780)) for _ in range(2)]
        pull = (ends[1][0] - ends[0][0]) / 2
        points = (ends[0], (ends[0][0] + pull, ends[0][1]), (ends[1][0] - pull, ends[1][1]), ends[1])
        marks.place(points)
    assert not [(point, box) for point in marks.taken for box in boxes if touches(point, box)]
    assert all(abs(a[0] - b[0]) > APART[0] or abs(a[1] - b[1]) > APART[1] for a, b in combinations(marks.taken, 2))


def test_where_all_is_full_it_still_stands_on_its_line() -> None:
    marks = EdgeLabels([(-500.0, -500.0, 900.0, 900.0)], (300, 200))
    assert marks.place(FLAT)[1] == pytest.approx(100)
