"""The bench's peers and reliability table on worlds that can be followed by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.bench.copy_detection import copying
from tests.bench.peers import dong, edmonds, jaccard_tree, min_hash, without_implied
from tests.bench.reliability import bins, wilson
from tests.bench.seen_lists import SeenList, earlier, shared_counts
from tests.simulate.score import StatedProbabilities

EVERYBODY = np.arange(1_000_000, dtype=np.int64)


def _list(name: str, keys: np.ndarray, day: int | None, wrong: float = 0.0, source: SeenList | None = None) -> SeenList:
    """A list with names: one wrong name in so many, those of its source where it has one."""
    keys = np.unique(keys)
    rng = np.random.default_rng(sum(map(ord, name)))
    names = keys * 10
    if source is not None:
        where = np.minimum(np.searchsorted(source.keys, keys), source.keys.size - 1)
        names = np.where(source.keys[where] == keys, source.cells["name"][where], names)
    names = np.where(rng.random(keys.size) < wrong, names + rng.integers(1, 9, keys.size), names)
    return SeenList(name, keys, {"name": names}, None if day is None else date(2025, 1, day))


def _chain() -> list[SeenList]:
    """a → b → c, each with rows of its own, and a stranger that shares popular contacts with all."""
    popular = EVERYBODY[:60]
    a = _list("a", np.concatenate([popular, EVERYBODY[1_000:2_000]]), 1, 0.02)
    b = _list("b", np.concatenate([popular, EVERYBODY[1_000:1_900], EVERYBODY[5_000:5_200]]), 2, 0.02, a)
    c = _list("c", np.concatenate([popular[:30], EVERYBODY[1_100:1_900], EVERYBODY[5_000:5_150]]), 3, 0.02, b)
    stranger = _list("s", np.concatenate([popular, EVERYBODY[8_000:9_000]]), 4, 0.02)
    return [a, b, c, stranger]


def test_jaccard_tree_and_edmonds_find_a_chain() -> None:
    lists = _chain()
    assert jaccard_tree(lists, least=0.1) == {("a", "b"), ("b", "c")}
    assert edmonds(lists, least=0.15, dates=1) == {("a", "b"), ("b", "c")}


def test_copy_detection_states_every_related_pair_and_no_stranger() -> None:
    lists = _chain()
    assert dong(lists, rate=0.3, dates=1, reduced=0) == {("a", "b"), ("b", "c"), ("a", "c")}
    assert dong(lists, rate=0.3, dates=1, reduced=1) == {("a", "b"), ("b", "c")}


def test_shared_errors_prove_copying_where_shared_truths_do_not() -> None:
    # Three lists of the same contacts: whoever shares b's false names copied b; right names are everybody's.
    contacts = EVERYBODY[:400]
    right, also_right = _list("a", contacts, None), _list("d", contacts, None)
    wrong = _list("b", contacts, None, 0.1)
    copier = _list("c", contacts, None, 0.0, wrong)
    independent = _list("e", contacts, None, 0.1)
    either = copying([right, also_right, wrong, copier, independent], 0.5)
    either = either + either.T
    assert either[2, 3] > 0.99
    assert either[2, 4] < 0.5


def test_min_hash_estimates_containment() -> None:
    lists = _chain()
    assert min_hash(lists, least=0.5, reduced=1) == {("a", "b"), ("b", "c")}


def test_directions_without_dates_go_from_the_larger_list() -> None:
    large, small = _list("x", EVERYBODY[:900], None), _list("y", EVERYBODY[:500], None)
    assert earlier(large, small) is None
    assert jaccard_tree([small, large], least=0.1) == {("x", "y")}


def test_shared_counts_are_symmetric_with_sizes_on_the_diagonal() -> None:
    lists = _chain()
    shared = shared_counts(lists)
    assert (shared == shared.T).all()
    assert shared.diagonal().tolist() == [one.keys.size for one in lists]


def test_implied_edges_go_and_circles_stay() -> None:
    assert without_implied({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}
    assert without_implied({("a", "b"), ("b", "a")}) == {("a", "b"), ("b", "a")}


def test_reliability() -> None:
    stated = StatedProbabilities((0.06, 0.96, 0.97, 1.0), (False, True, False, True))
    assert [(low, n, true) for low, _, n, _, true in bins(stated)] == [(0.05, 1, 0), (0.95, 2, 1), (0.99, 1, 1)]
    low, high = wilson(1, 10)  # Wilson 1927, as in Brown, Cai and DasGupta 2001
    assert [low, high] == pytest.approx([0.0179, 0.4042], abs=1e-3)
    assert wilson(0, 0) == (0.0, 1.0)
