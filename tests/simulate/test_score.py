"""Scores of findings against a market's truth, on cases that can be counted by hand."""

from __future__ import annotations

from tests.simulate import score
from tests.simulate.score import ConfusionCounts
from tracer.simulate.market import Retained, Truth


def test_retention_needs_the_right_reading() -> None:
    kept = frozenset({Retained("v", "c", "r", "x", "retained")})
    truth = Truth(frozenset(), frozenset(), retained=kept)
    assert score.retention({("v", "r", "x"): ("retained", 0.9)}, truth) == ConfusionCounts(1, 0, 0)
    assert score.retention({("v", "r", "x"): ("held", 0.9)}, truth) == ConfusionCounts(0, 1, 1)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert ConfusionCounts().f1 == 1.0


def test_a_closure_follows_paths_and_circles_once() -> None:
    assert score.closure([("a", "b"), ("b", "c"), ("c", "a")]) == {(x, y) for x in "abc" for y in "abc" if x != y}
