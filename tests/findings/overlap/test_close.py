"""Sets of close datasets against the definition: what several close lists share, and nothing else."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.close import all_close, close_sets, parts_of


def _world(seed: int, n: int, sets: int, far: float) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.bool_]]:
    """Sets of holders, how many identifiers each holds, and which datasets are close."""
    rng = np.random.default_rng(seed)
    inside = np.unique(rng.random((sets, n)) < 0.4, axis=0)
    inside = inside[inside.sum(axis=1) > 1]
    close = rng.random((n, n)) >= far
    close &= close.T
    np.fill_diagonal(close, True)
    return inside, rng.integers(1, 50, inside.shape[0]), close


@pytest.mark.parametrize(("seed", "n", "far"), [(0, 6, 0.3), (1, 9, 0.6), (2, 9, 0.1), (3, 45, 0.02), (4, 5, 1.0)])
def test_close_lists_share_what_they_did_and_others_nothing(seed: int, n: int, far: float) -> None:
    inside, keys, close = _world(seed, n, 40, far)
    codes = np.random.default_rng(9).integers(1, 1 << 60, n)
    found = close_sets(sparse.csr_matrix(inside.astype(np.int64)), close, codes)
    sets, counts = found.held.toarray() > 0, found.of @ keys
    for size in (2, 3):
        for members in combinations(range(min(n, 9)), size):
            among = list(members)
            expected = keys[inside[:, among].all(axis=1)].sum() if close[np.ix_(among, among)].all() else 0
            assert counts[sets[:, among].all(axis=1)].sum() == expected, members
    assert all(close[np.ix_(one, one)].all() for one in map(np.flatnonzero, sets))


def test_lists_that_are_all_close_stay_as_they_are() -> None:
    inside, _, close = _world(5, 8, 40, 0.0)
    held = sparse.csr_matrix(inside.astype(np.int64))
    found = close_sets(held, close, np.arange(8))
    assert found.held is held
    assert not found.apart.any()
    assert np.array_equal(found.of.toarray(), np.eye(held.shape[0]))


@pytest.mark.parametrize("seed", range(8))
def test_of_one_set_every_close_set_is_held_once_and_no_other(seed: int) -> None:
    draw = random.Random(seed)
    holders = sorted(draw.sample(range(100), draw.randint(1, 9)))
    pairs = {pair for pair in combinations(holders, 2) if draw.random() < seed / 7}

    def close(a: int, b: int) -> bool:
        return (min(a, b), max(a, b)) in pairs

    parts = parts_of(holders, close)
    assert all(times for times in parts.values())
    for size in range(1, len(holders) + 1):
        for some in combinations(holders, size):
            held = sum(times for part, times in parts.items() if set(some) <= set(part))
            assert held == int(all_close(close, some)), some


def test_a_contact_of_many_lists_is_taken_apart_in_no_time() -> None:
    """Taken apart list by list, without like parts put together, these are more than can be counted."""
    lists = range(90)
    parts = parts_of(lists, lambda a, b: a % 6 == b % 6 or (min(a, b) < 12 and abs(a - b) < 40))
    assert sum(parts.values()) == 1
    assert all(len(part) < 90 for part in parts)
