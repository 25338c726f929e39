"""What is stated of what the search found: calibrated by what the fitter finds, nothing against firm dates."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from tests.findings.worlds import Numbers, World, fresh
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.calibration import PairOdds, antisymmetric, calibration, symmetric, trust_in_dates
from tracer.findings.derivation.fitting import BACKWARD, FORWARD, NEITHER, KnownPairs, fit
from tracer.findings.derivation.triangles import population_gap
from tracer.findings.derivation.weights import ROWS, SIGNALS


def _pairs(rng: np.random.Generator, n: int) -> PairOdds:
    """Any pairs whatever."""
    one_way = rng.random(n)
    values: dict[str, Any] = {field.name: rng.normal(0, 5, n) for field in fields(PairOdds)} | {
        "forward": one_way, "backward": (1 - one_way) * rng.random(n),
        "trusted": 2 * rng.random(n), "held": rng.random(n), "of_larger": rng.random(n),
        "gap": np.where(rng.random(n) < 0.3, np.inf, rng.random(n)), "thirds": rng.integers(0, 4, n),
        "rows": rng.normal(0, 5, (n, len(ROWS))), "one_holder": rng.random(n) < 0.3, "successive": rng.random(n) < 0.1,
    }  # fmt: skip
    return PairOdds(**values)


def _turned(pairs: PairOdds) -> PairOdds:
    """The same with the two of every pair in the other order."""
    values = {field.name: getattr(pairs, field.name) for field in fields(PairOdds)}
    values |= {name: -values[name] for name in ("dates", "own", "documents", "rows", "grown", "larger")}
    return PairOdds(**(values | {"forward": pairs.backward, "backward": pairs.forward}))


def test_a_pair_in_the_other_order_has_the_same_probabilities_the_other_way_round() -> None:
    pairs = _pairs(np.random.default_rng(0), 500)
    forward, backward, odds = calibration().probabilities(pairs)
    again_backward, again_forward, turned = calibration().probabilities(_turned(pairs))
    np.testing.assert_allclose(forward, again_forward, atol=1e-12)
    np.testing.assert_allclose(backward, again_backward, atol=1e-12)
    np.testing.assert_allclose(odds, -turned)
    assert (forward + backward <= 1.0).all()


def test_evidence_for_a_direction_never_makes_it_less_likely_and_has_an_end() -> None:
    pairs = _pairs(np.random.default_rng(1), 200)
    for name in ("dates", "own", "documents", "rows", "grown"):
        values = {field.name: getattr(pairs, field.name) for field in fields(PairOdds)}
        steps = [
            calibration().probabilities(PairOdds(**(values | {name: np.full_like(values[name], odds)})))[2]
            for odds in (-400.0, -9.0, -1.0, 0.0, 1.0, 9.0, 400.0)
        ]
        assert all((later >= before - 1e-12).all() for before, later in pairwise(steps))
        np.testing.assert_allclose(steps[-1], steps[-2])


def test_days_count_for_as_much_as_they_agree_with_what_else_tells_a_direction() -> None:
    days, others = np.full(40, 1.2), np.full(40, 3.0)
    assert trust_in_dates(days, np.zeros(40)) == pytest.approx(1.0)
    assert trust_in_dates(days, others) > 2.0
    assert trust_in_dates(days, np.where(np.arange(40) % 2 == 0, 3.0, -3.0)) < 0.5
    assert trust_in_dates(days, -others) == 0.0
    # What days forbid is not asked whether it may be believed.
    assert trust_in_dates(100 * days, -others) == pytest.approx(1.0)


def test_every_feature_has_a_coefficient_and_no_coefficient_is_left_over() -> None:
    pairs = _pairs(np.random.default_rng(2), 3)
    assert set(symmetric(pairs)) == set(calibration().symmetric)
    assert set(antisymmetric(pairs)) == set(calibration().antisymmetric)
    assert len(calibration().makers) >= 7


def test_lists_of_one_register_tell_one_population_and_a_copy_does_not() -> None:
    rng = np.random.default_rng(3)
    register = fresh(rng, 6_000)
    lists = [rng.permutation(register)[: int(share * 6_000)] for share in (0.95, 0.93, 0.96, 0.9)]
    copy = np.concatenate([rng.permutation(lists[0])[:4_000], fresh(rng, 300)])
    gap = population_gap(*_counted([*lists, copy]))
    independent = gap[:4, :4][np.triu_indices(4, 1)]
    assert (independent < 0.02).all()
    assert (population_gap(*_counted([lists[0], copy])) == np.inf).all()
    # Nearer to its source than to the others: by the coverage of the source.
    assert gap[0, 4] > independent.max()


def _counted(lists: list[Numbers]) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int64]], Numbers]:
    shared = np.array([[np.intersect1d(a, b).size for b in lists] for a in lists], dtype=np.int64)
    np.fill_diagonal(shared, 0)
    return shared, np.array([one.size for one in lists], dtype=np.int64)


@pytest.mark.parametrize("seed", range(3))
def test_no_child_before_its_parent_by_two_firm_dates(seed: int) -> None:
    rng = np.random.default_rng([5, seed])
    lists: dict[str, Numbers] = {"l0": fresh(rng, 900)}
    for number in range(1, 7):
        source = lists[f"l{rng.integers(number)}"]
        taken = rng.permutation(source)[: int(source.size * rng.uniform(0.3, 1.0))]
        lists[f"l{number}"] = np.concatenate([taken, fresh(rng, int(rng.integers(0, 300)))])
    # Days drawn without regard to who copied from whom: right in one case in two.
    created = {name: date(2026, 1, 1) + timedelta(days=int(rng.integers(200))) for name in lists}
    con = World(lists).load()
    for name, day in created.items():
        con.execute("UPDATE dataset SET created = ? WHERE id = ?", [day, name])
    from tracer.findings import derivation

    derivation.compute(CaseFacts(con), 1)
    stated = con.execute("SELECT parent, child, probability FROM derivation").fetchall()
    assert stated
    assert not [row for row in stated if created[row[0]] > created[row[1]]]


def test_a_pair_without_a_reason_stands_both_ways_below_a_half() -> None:
    rng = np.random.default_rng(7)
    client = fresh(rng, 2_000)
    found = World({"list": client, "part": rng.permutation(client)[:900], "other": fresh(rng, 800)}).trace()
    there, back = found["list", "part"], found["part", "list"]
    assert there[0] < 0.5
    assert back[0] < 0.5
    assert there[0] + back[0] > 0.7
    assert {there[1], back[1]} == {"G1"}


@pytest.mark.parametrize("lists", [2, 5, 12])
def test_independent_lists_of_one_register_are_never_graded_as_copies(lists: int) -> None:
    for seed in range(2):
        rng = np.random.default_rng([8, lists, seed])
        register = fresh(rng, 3_000)
        made = {f"l{k}": rng.permutation(register)[: int(rng.uniform(0.9, 0.99) * 3_000)] for k in range(lists)}
        obtained = {name: date(2026, 1, 1) + timedelta(days=int(rng.integers(300))) for name in made}
        found = World(made, obtained=obtained).trace()
        assert not [edge for edge, (_, grade) in found.items() if grade >= "G2"]


PAIRS = 12_000


def drawn(maker: str, seed: int) -> KnownPairs:
    """Pairs of every kind, a third of them without a date, a third list or a document."""
    rng = np.random.default_rng(seed)
    joined, first = rng.uniform(0.02, 1.0, PAIRS), expit(rng.normal(0, 3, PAIRS))

    def odds(*more: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.where(rng.random((PAIRS, *more)) < 0.5, 0.0, rng.normal(0, 2, (PAIRS, *more)))

    pairs = PairOdds(
        forward=joined * first, backward=joined * (1 - first), background=rng.uniform(0, 8, PAIRS),
        held=rng.beta(2, 1, PAIRS), of_larger=rng.uniform(0.1, 1.0, PAIRS),
        gap=np.where(rng.random(PAIRS) < 0.3, np.nan, rng.random(PAIRS)), thirds=rng.integers(0, 4, PAIRS),
        one_holder=rng.random(PAIRS) < 0.1, successive=rng.random(PAIRS) < 0.1, dates=odds(),
        trusted=rng.uniform(0, 2, PAIRS), own=odds(), documents=2 * odds(), rows=odds(len(ROWS)), grown=odds(),
        larger=rng.normal(0, 0.5, PAIRS),
    )  # fmt: skip
    forward, backward, _ = calibration().probabilities(pairs)
    at = rng.random(PAIRS)
    label = np.where(at < forward, FORWARD, np.where(at < forward + backward, BACKWARD, NEITHER))
    return KnownPairs(maker, pairs, label, np.zeros((PAIRS, len(SIGNALS))), missed=0)


def test_it_finds_the_calibration_by_which_pasts_were_drawn() -> None:
    found = fit([drawn("a", 1), drawn("b", 2)])
    assert found.makers == ("a", "b")
    unseen = drawn("c", 3).pairs
    for ours, shipped in zip(found.probabilities(unseen)[:2], calibration().probabilities(unseen)[:2], strict=True):
        likely = (ours > 0.01) & (ours < 0.99)
        assert float(np.abs(ours - shipped)[likely].mean()) < 0.015
        assert float(np.abs(logit(ours[likely]) - logit(shipped[likely])).mean()) < 0.2


@pytest.mark.slow("a calibration is fitted many times")
def test_every_maker_weighs_the_same_and_evidence_never_counts_against_itself() -> None:
    one, other = drawn("a", 1), drawn("b", 2)
    turned = KnownPairs("b", other.pairs, np.where(other.label == FORWARD, BACKWARD, NEITHER), other.signals, missed=0)
    twice, once = fit([one, one, turned]).antisymmetric, fit([one, turned]).antisymmetric
    evidence = [name for name in once if not name.startswith("shorter")]
    assert max(abs(twice[name] - once[name]) for name in evidence) < 0.01, "more cases of a maker make it no heavier"
    assert min(fit([turned]).antisymmetric[name] for name in evidence) >= 0
