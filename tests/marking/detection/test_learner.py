"""The learner of the gate: it finds canaries by many small signs, and ordinary rows no more often than it says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tracer.marking.detection.learner import LEARNABLE, learned
from tracer.marking.detection.row_features import Feature


def rows_of(
    rng: np.random.Generator, shift: float, canaries: int = 80
) -> tuple[list[Feature], NDArray[np.bool_], list[int]]:
    """Forty features of a thousand rows, of which canaries have a little more."""
    marked = np.arange(1000) < canaries
    found = [
        Feature("size", f"c{i}", np.asarray(np.round(rng.normal(size=1000) + shift * marked, 1), dtype=np.float64), "")
        for i in range(40)
    ]
    return found, marked, [at % 4 for at in range(canaries)]


def test_many_small_signs_are_one_large_one() -> None:
    found, marked, copies = rows_of(np.random.default_rng(1), 0.25)
    result = learned(found, marked, copies)
    assert result is not None
    area, p_value, columns = result
    assert area > 0.75
    assert p_value < 1e-9
    assert columns.startswith("c")


@pytest.mark.slow("a learner is trained for every draw")
def test_rows_like_others_are_found_as_often_as_chance_says() -> None:
    rng = np.random.default_rng(2)
    found = [learned(*rows_of(rng, 0.0)) for _ in range(200)]
    p_values = np.array([each[1] for each in found if each is not None])
    assert len(p_values) == 200
    assert (p_values <= 0.05).sum() <= 19  # binomial, 99.5 %
    assert (p_values <= 0.0025).sum() <= 3


def test_of_few_canaries_nothing_is_learned() -> None:
    assert learned(*rows_of(np.random.default_rng(3), 1.0, LEARNABLE - 1)) is None
