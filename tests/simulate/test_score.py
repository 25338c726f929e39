"""Scores of findings against a market's truth, on cases that can be counted by hand."""

from __future__ import annotations

import pytest

from tests.simulate import score
from tests.simulate.score import ConfusionCounts, StatedProbabilities
from tracer.simulate.market import Retained, Truth

TRUTH = Truth(
    edges=frozenset({("a", "b"), ("b", "c"), ("a", "d")}),
    ancestors=frozenset({("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}),
    retained=frozenset({Retained("v", "c", "r", "x", "retained")}),
)
FOUND = {("a", "b"): 0.99, ("c", "b"): 0.7, ("b", "c"): 0.3, ("a", "d"): 0.97}


def test_directed_counts_stated_edges_alone() -> None:
    assert score.directed(FOUND, TRUTH) == ConfusionCounts(right=2, wrong=1, missed=1)
    assert score.directed(FOUND, TRUTH).f1 == pytest.approx(2 / 3)


def test_ancestry_follows_paths() -> None:
    assert score.ancestry({("a", "b"): 1.0, ("b", "c"): 1.0, ("a", "d"): 1.0}, TRUTH) == ConfusionCounts(4, 0, 0)


def test_roots_compare_sets_of_origins() -> None:
    assert score.roots(FOUND, TRUTH, ["a", "b", "c", "d"]) == ConfusionCounts(right=2, wrong=2)


def test_calibration() -> None:
    stated = score.stated(FOUND, TRUTH)
    assert stated.wrong_above(0.95) == ConfusionCounts(right=2)
    assert StatedProbabilities((0.9, 0.9), (True, False)).ece() == pytest.approx(0.4)
    assert StatedProbabilities().ece() == 0.0


def test_false_edges_by_grade() -> None:
    assert score.false_by_grade(dict.fromkeys(FOUND, "G2"), FOUND, TRUTH) == {"G2": 1}


def test_retention_needs_the_right_reading() -> None:
    assert score.retention({("v", "r", "x"): ("retained", 0.9)}, TRUTH) == ConfusionCounts(1, 0, 0)
    assert score.retention({("v", "r", "x"): ("held", 0.9)}, TRUTH) == ConfusionCounts(0, 1, 1)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert ConfusionCounts().f1 == 1.0


def test_interval_holds_the_figure() -> None:
    low, high = score.interval(
        [ConfusionCounts(9, 1, 0), ConfusionCounts(8, 0, 2), ConfusionCounts(10, 0, 0)], lambda c: c.f1
    )
    assert low <= (ConfusionCounts(9, 1, 0) + ConfusionCounts(8, 0, 2) + ConfusionCounts(10, 0, 0)).f1 <= high
