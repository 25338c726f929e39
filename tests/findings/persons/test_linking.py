"""Links between made-up people whose truth is known: what probabilities mean, and weights computed by hand."""

from __future__ import annotations

import math
from collections import Counter

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from rapidfuzz.distance import JaroWinkler

from tests.findings.persons.people import FIELDS, Setting, TwoLists, two_lists
from tracer.findings.persons import LEAST_PROBABILITY, REACH, Linkage, link_tables, same_people, share_reaching
from tracer.findings.persons.fields import Field, FieldKind, make_records, plain_date
from tracer.findings.persons.levels import levels_of, top
from tracer.findings.persons.model import field_weights, learn, random_levels, start
from tracer.findings.persons.pairs import STEP, CandidatePairs, candidate_pairs, one_to_one, wrong_shares

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


OF_NAMES = (
    Field("given", FieldKind.PART, "surname"),
    Field("surname", FieldKind.PART, "given"),
    Field("sex", FieldKind.CATEGORY),
)
A = [("anna", "lint", "f"), ("bert", "moss", "m"), ("carla", "moss", ""), ("dora", "fenn", "f"), ("anna", "moss", "f")]
B = [("anna", "lint", "f"), ("moss", "bert", "m"), ("karla", "moss", "f"), ("", "fenn", "m"), ("zoe", "lint", "f")]


def _table(rows: list[tuple[str, str, str]]) -> pa.Table:
    return pa.table({field.name: [row[at] for row in rows] for at, field in enumerate(OF_NAMES)})


def _all_pairs(first: int, second: int) -> CandidatePairs:
    i, j = (one.ravel() for one in np.meshgrid(np.arange(first), first + np.arange(second), indexing="ij"))
    return CandidatePairs(i, j, np.zeros(i.size, np.bool_), np.ones(i.size), first, second)


def _level(a: str, b: str) -> int:
    """Of two parts of a name that are not crossed."""
    if not a or not b:
        return -1
    similar = JaroWinkler.similarity(a, b)
    return 3 if a == b else int(similar >= 0.8) + int(similar >= 0.92)


def test_weights_are_those_of_a_computation_by_hand() -> None:
    records = make_records(_table(A), _table(B), OF_NAMES)
    pairs = _all_pairs(len(A), len(B))
    levels = levels_of(records, pairs.i, pairs.j)
    model = start(records, random_levels(records))
    weights = field_weights(model, records, levels, pairs)
    names = Counter(text for row in A + B for text in row[:2] if text)
    sexes = Counter(row[2] for row in A + B if row[2])
    for at, (i, j) in enumerate(zip(pairs.i.tolist(), pairs.j.tolist(), strict=True)):
        (given, surname, sex), (other_given, other_surname, other_sex) = A[i], B[j - len(A)]
        crossed = bool(given and surname) and given == other_surname and surname == other_given
        rare = {name: -math.log(count / sum(names.values())) for name, count in names.items()}
        expected = []
        for field, (one, other) in enumerate(((given, other_given), (surname, other_surname))):
            level = _level(one, other)
            if crossed:
                expected.append(math.log(model.m[0, 4]) + rare[given] + rare[surname] if field == 0 else 0.0)
            elif level < 0:
                expected.append(0.0)
            elif level == 3:
                partial = max(math.log(model.m[field, k] / model.u[field, k]) for k in (1, 2))
                expected.append(max(math.log(model.m[field, 3]) + rare[one], partial, 0.0))
            else:
                expected.append(math.log(model.m[field, level] / model.u[field, level]))
        if not sex or not other_sex:
            expected.append(0.0)
        elif sex == other_sex:
            expected.append(max(math.log(model.m[2, 1]) - math.log(sexes[sex] / sum(sexes.values())), 0.0))
        else:
            expected.append(math.log(model.m[2, 0] / model.u[2, 0]))
        assert weights[at] == pytest.approx(expected), (A[i], B[j - len(A)])


def test_u_of_equal_values_is_the_share_of_all_pairs_that_are_equal() -> None:
    records = make_records(_table(A), _table(B), OF_NAMES)
    model = start(records, random_levels(records))
    for at in range(3):
        told = [(a[at], b[at]) for a in A for b in B if a[at] and b[at]]
        top = 3 if at < 2 else 1
        assert model.u[at, top] == pytest.approx(sum(a == b for a, b in told) / len(told))
        assert model.u[at, : top + 1].sum() == pytest.approx(1.0)


def test_m_is_learnt_as_it_is_among_the_true_pairs() -> None:
    made = two_lists(1, Setting(both=1_500, slips=0.1, missing=0.05, short=0.0))
    records = make_records(made.a, made.b, made.fields)
    pairs = candidate_pairs(duckdb.connect(), records)
    levels = levels_of(records, pairs.i, pairs.j)
    model = learn(start(records, random_levels(records)), records, levels, pairs)
    who = np.concatenate([made.of_a[records.rows[: records.first]], made.of_b[records.rows[records.first :]]])
    _, i, j = np.intersect1d(who[: records.first], who[records.first :], return_indices=True)
    true = levels_of(records, i, records.first + j)
    for at, field in enumerate(made.fields):
        told = true[true[:, at] >= 0, at]
        assert 0.7 < (told == top(field)).mean() < 1.0
        assert model.m[at, top(field)] == pytest.approx((told == top(field)).mean(), abs=0.03), field.name


def test_one_to_one_takes_the_best_of_what_is_left() -> None:
    rng = np.random.default_rng(3)
    pairs = _all_pairs(12, 9)
    weights = rng.normal(size=pairs.i.size).round(1)
    left, expected = list(range(pairs.i.size)), []
    while left:
        best = min(left, key=lambda at: (-weights[at], pairs.i[at], pairs.j[at]))
        expected.append(best)
        left = [at for at in left if pairs.i[at] != pairs.i[best] and pairs.j[at] != pairs.j[best]]
    assert set(one_to_one(pairs, weights).tolist()) == set(expected)


def test_a_link_is_as_wrong_as_decoys_are_many() -> None:
    wrong = wrong_shares(np.array([100.0, 100.0, 100.0]), np.array([50.0, 10.0, 0.0]), 1.0)
    assert wrong == pytest.approx([0.5, 0.1, 0.01])
    # Pooled where more links would be wrong at a larger weight, and never more than all.
    pooled = wrong_shares(np.array([100.0, 100.0]), np.array([0.0, 30.0]), 0.0)
    assert pooled == pytest.approx([0.15, 0.15])
    assert wrong_shares(np.array([10.0]), np.array([30.0]), 0.0) == pytest.approx([1.0])


def test_the_sum_over_fields_is_that_of_independent_parts() -> None:
    rng = np.random.default_rng(5)
    values = [rng.integers(-12, 40, 4), rng.integers(-12, 40, 3)]
    parts = [np.bincount(some + REACH, minlength=2 * REACH + 1).astype(np.float64) for some in values]
    sums = np.array([x + y for x in values[0] for y in values[1]]) * STEP
    for weight in (-20.0, 0.0, 3.0, 9.5, 40.0):
        assert share_reaching(parts, weight) == pytest.approx((sums >= weight).mean(), abs=1e-9)


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
    records = make_records(
        pa.table({"x": [a], "other": ["k"], "more": ["k"]}), pa.table({"x": [b], "other": ["k"], "more": ["k"]}), fields
    )
    assert levels_of(records, np.array([0]), np.array([1]))[0, 0] == level


@pytest.mark.parametrize("text", ["1900-01-01", "1970/1/1", "unknown", "12.3.1980", "198"])
def test_what_is_no_day_is_missing(text: str) -> None:
    assert plain_date(text) is None
