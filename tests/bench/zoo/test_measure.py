"""What the zoo counts, on edges that can be counted by hand."""

from __future__ import annotations

import pytest

from tests.bench.zoo.measure import Score, score
from tests.bench.zoo.truth import Truth


def test_edges_are_counted_by_truth_direction_and_band() -> None:
    truth = Truth(edges=frozenset({("a", "b"), ("b", "c"), ("a", "d")}), allowed=frozenset({("b", "d")}))
    found = {("a", "b"): 0.99, ("c", "b"): 0.7, ("b", "c"): 0.3, ("a", "d"): 0.91, ("b", "d"): 0.97, ("c", "d"): 0.6}
    one = score(found, truth, {("c", "d"): "G2"})
    assert (one.right, one.wrong, one.missed) == (2, 2, 1), "what is undecided counts for nothing"
    assert (one.sure, one.sure_wrong, one.turned) == (1, 0, 1)
    assert one.direction == pytest.approx(2 / 3)
    assert (one.graded, one.graded_wrong, one.unrelated) == (1, 1, 1)
    assert [count for count, _, _ in one.banded] == [1, 1, 1, 1]
    assert (one + Score()).bands() == one.bands()
    assert ".90-0.95: 1 at 0.91, 1.00 right" in one.bands()
