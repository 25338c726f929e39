"""Links between made-up people whose truth is known: what probabilities and levels mean."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from tests.findings.persons.people import Setting, TwoLists, two_lists
from tracer.findings.persons import (
    LEAST_PROBABILITY,
    REACH,
    STEP,
    CandidatePairs,
    Linkage,
    levels_of,
    link_tables,
    one_to_one,
    same_people,
    share_reaching,
    wrong_shares,
)
from tracer.findings.persons.fields import Field, FieldKind, make_records, plain_date

TEST_SEEDS = range(9_000, 9_002)
"""Those below 100 served for tuning."""
SETTINGS = {
    "independent": Setting(),
    "few": Setting(4_000, 1_000, 1_200, both=100),
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


_SLOW = pytest.mark.slow("thousands of people with every field")


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=_SLOW if one in ("independent", "dirty") else ()) for one in SETTINGS]
)
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
        found, right = _linked(two_lists(seed, Setting(4_000, 1_000, 1_200, both=0)))
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


def test_the_same_lists_give_the_same_links_and_rows_that_repeat_or_say_nothing_are_no_people() -> None:
    made = two_lists(9_002, Setting(people=400, a=100, b=100, both=60, missing=0.0))
    silent = pa.table({name: ["", "甲*"] for name in made.a.column_names})
    twice = pa.concat_tables([made.a, made.a, silent])
    first, second = (link_tables(duckdb.connect(), a, made.b, made.fields) for a in (made.a, twice))
    assert (second.records.first, second.records.second) == (100, 100)
    for name in ("a", "b", "probability"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


def test_wrong_links_are_reckoned_by_decoys_and_never_more_with_the_weight() -> None:
    for links, worth, more, wrong in (
        ([100.0, 100.0, 100.0], [50.0, 10.0, 0.0], 1.0, [0.5, 0.1, 0.01]),
        ([100.0, 100.0], [0.0, 30.0], 0.0, [0.15, 0.15]),  # pooled
        ([10.0], [30.0], 0.0, [1.0]),
    ):
        assert wrong_shares(np.array(links), np.array(worth), more) == pytest.approx(wrong)


def test_one_to_one_takes_the_best_of_what_is_left() -> None:
    i, j = (some.ravel() for some in np.meshgrid(np.arange(12), np.arange(12, 21), indexing="ij"))
    weights = np.random.default_rng(3).normal(size=i.size).round(1)
    pairs = CandidatePairs(i, j, np.zeros(i.size, dtype=bool), np.ones(i.size), 12, 9)
    left, expected = list(range(i.size)), set[int]()
    while left:
        best = min(left, key=lambda at: (-weights[at], i[at], j[at]))
        expected.add(best)
        left = [at for at in left if i[at] != i[best] and j[at] != j[best]]
    assert set(one_to_one(pairs, weights).tolist()) == expected


def test_the_sum_over_fields_is_that_of_independent_parts() -> None:
    rng = np.random.default_rng(5)
    values = [rng.integers(-12, 40, 4), rng.integers(-12, 40, 3)]
    parts = [np.bincount(some + REACH, minlength=2 * REACH + 1).astype(np.float64) for some in values]
    sums = np.add.outer(*values) * STEP
    for weight in (-20.0, 40.0, *sums.ravel().tolist()):
        assert share_reaching(parts, weight) == pytest.approx((sums >= weight).mean(), abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (5, 0), (1, 1)])
def test_lists_that_are_empty_share_nobody(first: int, second: int) -> None:
    made = two_lists(9_003, Setting(people=50, a=10, b=10, both=0))
    found = link_tables(duckdb.connect(), made.a.slice(0, first), made.b.slice(0, second), made.fields)
    estimate = same_people(found)
    assert (estimate.linked, estimate.same) == (0, 0.0)


def test_names_that_stand_crossed_in_two_columns_are_one_name() -> None:
    fields = (
        Field("given", FieldKind.PART, "surname"), Field("surname", FieldKind.PART, "given"),
        Field("sex", FieldKind.CATEGORY),
    )  # fmt: skip
    rows = [("bert", "moss", "m"), ("anna", "lint", "f"), ("carla", "fenn", "f")]
    written = [("moss", "bert", "m"), ("anna", "lint", "f"), ("karla", "fenn", "f")]
    a, b = (pa.table({field.name: column for field, column in zip(fields, zip(*some, strict=True), strict=True)})
            for some in (rows, written))  # fmt: skip
    records = make_records(a, b, fields)
    levels = levels_of(records, np.array([0, 1, 2, 0]), np.array([3, 4, 5, 4]))
    assert levels[:, :2].tolist() == [[4, -1], [3, 3], [1, 3], [0, 0]]


@pytest.mark.parametrize(
    ("kind", "a", "b", "level"),
    [
        (FieldKind.NAME, "王小明", "王晓明", 2),  # one of three characters
        (FieldKind.NAME, "王小明", "王伟", 1),  # the same surname
        (FieldKind.NAME, "王伟", "李伟", 0),  # one of two characters is another person
        (FieldKind.NAME, "王小明", "李娜", 0),
        (FieldKind.NAME, "王小明", "王小明", 3),
        (FieldKind.NAME, "王*", "王小明", -1),  # a masked name says nothing
        (FieldKind.DATE, "1980-04-09", "1980/9/4", 2),  # day and month the wrong way round
        (FieldKind.DATE, "19800409", "1980年4月9日", 3),
        (FieldKind.DATE, "19800409", "19810409", 2),  # one slip
        (FieldKind.DATE, "19800409", "19921109", 0),
        (FieldKind.TEXT, "江苏省南京市云溪县听潮路18号", "云溪县听潮路18号", 2),  # a part of it
        (FieldKind.TEXT, "12 Moss Lane", "12 moss-lane", 3),
        (FieldKind.NUMBER, "4012", "4021", 1),
        (FieldKind.NUMBER, "8", "9", 0),
        (FieldKind.CATEGORY, "男", "女", 0),
    ],
)
def test_levels(kind: FieldKind, a: str, b: str, level: int) -> None:
    fields = (Field("x", kind), Field("other", FieldKind.CATEGORY), Field("more", FieldKind.CATEGORY))
    one, other = (pa.table({"x": [text], "other": ["k"], "more": ["k"]}) for text in (a, b))
    records = make_records(one, other, fields)
    assert levels_of(records, np.array([0]), np.array([1]))[0, 0] == level


@pytest.mark.parametrize("text", ["1900-01-01", "1970/1/1", "unknown", "12.3.1980", "198"])
def test_what_is_no_day_is_missing(text: str) -> None:
    assert plain_date(text) is None
