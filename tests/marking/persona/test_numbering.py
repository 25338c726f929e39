"""Ids: their pattern, their checks, and free ones among them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tracer.marking.persona.numbering import free_numbers
from tracer.marking.persona.program_ids import SCHEMES, scheme_of


@pytest.mark.parametrize(
    ("scheme", "body", "check"),
    [
        ("luhn", "7992739871", "3"),  # the example of Luhn's patent family
        ("gs1", "400638133393", "1"),  # the EAN of many a textbook
        ("isbn", "030640615", "2"),  # ISBN 0-306-40615-2
        ("mod 11-2", "11010519491231002", "X"),  # the example of GB 11643
        ("mod 97-10", "794", "44"),  # the example of ISO/IEC 7064
        ("mod 11,10", "0794", "5"),  # the example of ISO/IEC 7064
    ],
)
def test_schemes_give_their_standards_examples(scheme: str, body: str, check: str) -> None:
    assert SCHEMES[scheme](body) == check


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_scheme_is_found_in_ids_that_keep_it_and_not_when_one_breaks_it(scheme: str) -> None:
    rng = np.random.default_rng(1)
    ids = [body + SCHEMES[scheme](body) for body in map(str, rng.integers(10**6, 10**7, 60))]
    found = scheme_of(ids)
    assert found is not None
    assert all(SCHEMES[found](tail[: len(tail) - (2 if "97" in found else 1)]) in tail for tail in ids)
    wrong = "0" if ids[0][-1] != "0" else "1"
    assert scheme_of([ids[0][:-1] + wrong, *ids[1:]]) is None
    assert scheme_of(ids[:20]) is None, "too few to tell"


def test_free_ids_stand_among_their_neighbours_like_others() -> None:
    rng = np.random.default_rng(2)
    numbers = np.flatnonzero(rng.random(30_000) < 0.6) + 1000
    free, after = free_numbers(numbers, np.arange(1, len(numbers) + 1), "x")
    free, after = free[:500], after[:500]
    assert not set(free.tolist()) & set(numbers.tolist())
    assert all(numbers[row - 1] < number < numbers[row] for number, row in zip(free, after, strict=True))
    left = free - numbers[after - 1]
    assert ks_2samp(left, np.diff(numbers)).pvalue > 0.01


def test_a_step_is_kept_and_a_list_without_gaps_goes_on_behind_its_end() -> None:
    numbers = np.arange(0, 5000, 5)
    free, after = free_numbers(numbers, np.arange(1, 1001), "x")
    assert free[:3].tolist() == [5000, 5005, 5010]
    assert set(after[:3].tolist()) == {1000}
    tens = np.array([0, 10, 30, 40, 60, 70])
    assert all(number % 10 == 0 for number in free_numbers(tens, np.arange(1, 7), "y")[0][:50])
