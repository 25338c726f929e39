"""Somebody tries to frame a vendor: a few attempts of every kind; `tests.bench.framing` makes a thousand of each."""

from __future__ import annotations

import pytest

from tests.bench.framing import FRAMING, Kind, attempts, leak, whole


@pytest.mark.parametrize("kind", FRAMING, ids=lambda kind: str(kind.make.__name__))
def test_an_innocent_vendor_is_not_named(kind: Kind) -> None:
    ends = attempts(kind, 3, seed=77)
    assert len(ends) == 3
    assert not any(end & kind.innocent for end in ends)


def test_its_own_leak_names_it() -> None:
    """The same check accuses where it should."""
    assert attempts(Kind(leak, True, frozenset()), 2, seed=77) == [frozenset({"r3"})] * 2


def test_what_cannot_be_told_from_a_merger_is_taken_for_one() -> None:
    assert attempts(Kind(whole, True, frozenset()), 1, seed=77) == [frozenset({"r3", "r5"})]
