"""Probabilities of counts are those of scipy's distributions, to the last bit, within what can be and beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tracer.marking.codes import masses


@pytest.mark.parametrize(
    ("of", "marked", "drawn"), [(1, 1, 1), (60, 40, 50), (100, 5, 30), (90_000, 300, 4_000), (1_000_000, 0, 20)]
)
def test_hypergeometric(of: int, marked: int, drawn: int) -> None:
    counts = np.arange(min(marked, drawn) + 3)
    assert masses.hypergeometric(counts, of, marked, drawn).tolist() == (
        stats.hypergeom.pmf(counts, of, marked, drawn).tolist()
    )
    assert masses.log_hypergeometric(counts, of, marked, drawn).tolist() == (
        stats.hypergeom.logpmf(counts, of, marked, drawn).tolist()
    )


def test_kinds_as_columns() -> None:
    of, marked, drawn = (np.array(side)[:, None] for side in ([60, 90], [40, 7], [50, 30]))
    counts = np.arange(52)
    expected = stats.hypergeom.pmf(counts, of, marked, drawn)
    assert np.array_equal(masses.hypergeometric(counts, of, marked, drawn), expected)


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.3, 1.0])
def test_binomial(share: float) -> None:
    counts = np.arange(401)
    assert masses.binomial(counts, 400, share).tolist() == stats.binom.pmf(counts, 400, share).tolist()
