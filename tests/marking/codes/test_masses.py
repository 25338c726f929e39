"""Probabilities of counts are those of scipy's distributions, within what can be and beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from tracer.marking.codes import masses

SIDES = [(1, 1, 1), (60, 40, 50), (60, 40, 60), (60, 0, 0), (90_000, 300, 4_000), (1_000_000, 0, 20)]


@pytest.mark.parametrize(("of", "marked", "drawn"), SIDES)
def test_hypergeometric(of: int, marked: int, drawn: int) -> None:
    counts = np.arange(min(marked, drawn) + 3)
    found, expected = masses.hypergeometric(counts, of, marked, drawn), stats.hypergeom.pmf(counts, of, marked, drawn)
    assert_allclose(found, expected, rtol=2e-11, atol=1e-290)
    assert ((found == 0) == (expected == 0))[expected > 1e-290].all()
    assert found[-2:].tolist() == [0.0, 0.0]
    assert masses.log_hypergeometric(counts, of, marked, drawn).tolist() == (
        stats.hypergeom.logpmf(counts, of, marked, drawn).tolist()
    )


def test_of_millions_it_is_exact_where_scipy_keeps_eight_digits() -> None:
    """What mpmath gives with 60 digits."""
    found = masses.hypergeometric([0, 1, 25], 200_000_000, 5_000, 1_000_000)
    assert_allclose(found, [1.303969263680133e-11, 3.2763869874302344e-10, 0.079723497367275552], rtol=1e-12)
    found = masses.hypergeometric([210, 1200], 3_000_000, 40_000, 90_000)
    assert_allclose(found, [3.5540279783001218e-281, 0.011771129963946503], rtol=1e-12)


def test_kinds_as_columns() -> None:
    of, marked, drawn = (np.array(side)[:, None] for side in ([60, 90], [40, 7], [50, 30]))
    counts = np.arange(52)
    expected = stats.hypergeom.pmf(counts, of, marked, drawn)
    assert_allclose(masses.hypergeometric(counts, of, marked, drawn), expected, rtol=1e-12)


@pytest.mark.parametrize("share", [0.0, 1e-300, 1e-6, 0.3, 0.5, 1 - 1e-9, 1.0])
@pytest.mark.parametrize("tries", [0, 1, 7, 400, 100_000])
def test_binomial(tries: int, share: float) -> None:
    counts = np.arange(tries + 1)
    assert_allclose(
        masses.binomial(counts, tries, share), stats.binom.pmf(counts, tries, share), rtol=2e-11, atol=1e-290
    )
