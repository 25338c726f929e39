"""Links between made-up people whose truth is known: probabilities mean what they say, on seeds kept for this test."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from tests.findings.persons.people import FIELDS, Setting, TwoLists, two_lists
from tracer.findings.persons import LEAST_PROBABILITY, Linkage, link_tables, same_people

TEST_SEEDS = range(9_000, 9_002)
"""Those below 100 served for tuning."""
SETTINGS = {
    "independent": Setting(),
    "copy": Setting(both=1_500),
    "few": Setting(both=100),
    "birthdays": Setting(fields=("name", "born"), both=700),
    "dirty": Setting(both=1_000, slips=0.25, missing=0.25),
}


def _linked(made: TwoLists) -> tuple[Linkage, NDArray[np.bool_]]:
    found = link_tables(duckdb.connect(), made.a, made.b, made.fields)
    return found, made.of_a[found.a] == made.of_b[found.b]


def _told(table: pa.Table) -> NDArray[np.bool_]:
    """Rows that say something in two fields at least."""
    told = np.sum([np.array(column.to_pylist()) != "" for column in table.columns], axis=0)
    return np.asarray(told >= 2)


@pytest.mark.parametrize("name", SETTINGS)
def test_probabilities_and_estimates_mean_what_they_say(name: str) -> None:
    probability, right, covered = [], [], []
    for seed in TEST_SEEDS:
        made = two_lists(seed, SETTINGS[name])
        found, ok = _linked(made)
        probability.append(found.probability)
        right.append(ok)
        both = np.intersect1d(made.of_a[_told(made.a)], made.of_b[_told(made.b)]).size
        estimate = same_people(found)
        assert estimate.high is not None
        covered.append(estimate.low <= both <= estimate.high)
        assert abs(estimate.same - both) <= max(0.12 * both, 20), (estimate, both)
        stated = found.probability >= LEAST_PROBABILITY
        assert estimate.precision is not None
        # Twice the scatter of a share of so many links beside what the estimate may be wrong.
        assert abs(estimate.precision - ok[stated].mean()) < 0.06 + 1.0 / np.sqrt(stated.sum())
        assert estimate.recall is not None
        assert abs(estimate.recall - ok[stated].sum() / both) < 0.1
    said, held = np.concatenate(probability), np.concatenate(right)
    for low, high, slack in ((0.0, 0.5, 0.05), (0.5, 0.9, 0.15), (0.9, 1.01, 0.02)):
        some = (said >= low) & (said < high)
        scatter = 2.0 * np.sqrt(0.25 / max(1, int(some.sum())))
        assert some.sum() == 0 or abs(said[some].mean() - held[some].mean()) < slack + scatter, (low, high)
    assert sum(covered) >= len(covered) - 1


def test_strangers_are_hardly_ever_linked() -> None:
    for seed in TEST_SEEDS:
        found, right = _linked(two_lists(seed, Setting(both=0)))
        assert not right.any()
        assert (found.probability >= LEAST_PROBABILITY).sum() < 20


def test_where_a_name_alone_identifies_the_estimate_is_a_floor() -> None:
    made = two_lists(9_000, Setting(fields=("name", "sex", "city"), both=1_000))
    found, right = _linked(made)
    estimate = same_people(found)
    assert estimate.recall is None
    assert estimate.high is None
    assert estimate.same < made.both
    assert right[found.probability >= LEAST_PROBABILITY].mean() > 0.85


def test_the_same_lists_give_the_same_links() -> None:
    made = two_lists(9_001, Setting(people=800, a=200, b=250))
    first, second = (_linked(made)[0] for _ in range(2))
    for name in ("a", "b", "probability"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    assert same_people(first) == same_people(second)


def test_rows_that_repeat_and_rows_that_say_nothing_are_no_people() -> None:
    made = two_lists(9_002, Setting(people=400, a=100, b=100, both=60, missing=0.0))
    silent = pa.table({name: ["", "甲*"] for name in made.a.column_names})
    twice = pa.concat_tables([made.a, made.a, silent])
    found = link_tables(duckdb.connect(), twice, made.b, made.fields)
    assert (found.records.first, found.records.second) == (100, 100)
    assert found.records.untold[0] >= 1
    assert found.a.max() < 100


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_lists_that_are_empty_share_nobody(first: int, second: int) -> None:
    made = two_lists(9_003, Setting(people=50, a=10, b=10, both=0))
    found = link_tables(duckdb.connect(), made.a.slice(0, first), made.b.slice(0, second), made.fields)
    estimate = same_people(found)
    assert (estimate.linked, estimate.same) == (0, 0.0)


def test_a_missing_column_is_an_error() -> None:
    made = two_lists(9_003, Setting(people=50, a=10, b=10, fields=("name", "sex")))
    with pytest.raises(KeyError):
        link_tables(duckdb.connect(), made.a, made.b, FIELDS)
