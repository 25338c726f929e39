"""Codes: exact tails, e-values with mean one, the error that is kept, sources that are named. Fixed seeds."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.stats import binomtest

from tracer.marking.codes import Code, Leak, masses, weigh
from tracer.marking.codes.evidence import (
    LOSS,
    MOVES,
    NOISE,
    catalogue,
    detection_probabilities,
    fit_moves,
    leak_of,
    take_census,
    theta,
)
from tracer.marking.codes.masses import InnocentMarks, Scale
from tracer.marking.codes.needed import MarksHeldAlike, comes_from_others, needed_marks

ALPHA = 0.01


def code_of(
    rng: np.random.Generator, copies: int, *, pool: int = 0, bias: tuple[float, ...] = (0.15, 0.5), unique: int = 0,
    pairs: bool = False, contacts: int = 0, share: float = 0.0,
) -> Code:  # fmt: skip
    """A code drawn as a release draws it."""
    p = np.resize(np.array(bias), pool)
    denied = [np.flatnonzero(rng.random(contacts) < share) for _ in range(copies)]
    both = np.array(list(combinations(range(copies), 2)) if pairs else [], dtype=np.int64).reshape(-1, 2)
    return Code(
        tuple(f"r{j}" for j in range(copies)), np.full(copies, unique, dtype=np.int64), p,
        rng.random((copies, pool)) < p, both, share, contacts,
        np.repeat(np.arange(copies), [len(item) for item in denied]), np.concatenate(denied).astype(np.int64),
    )  # fmt: skip


def test_a_move_shows_marks_by_how_many_sources_hold_them() -> None:
    assert theta("merge", 2, 0.5) == (0.0, 0.5, 0.75)
    assert theta("merge, then sample", 2, 0.5) == (0.0, 0.5, 0.5)
    assert theta("mix rows", 2, 1.0) == (0.0, 0.5, 1.0)
    assert theta("keep common rows", 3, 0.4) == (0.0, 0.0, 0.0, 0.4)
    assert theta("keep the majority", 3, 1.0) == (0.0, 0.0, 1.0, 1.0)
    assert {move.sources for move in catalogue(3).all} == {3, 4, 5, 6, 8}
    assert all(NOISE <= value <= 1 - LOSS for move in catalogue().all for value in move.theta)


@pytest.mark.parametrize(("named", "holders"), [(0, 0), (1, 0), (1, 1), (2, 1)])
def test_what_a_mark_shows_is_the_sum_over_the_other_sources(named: int, holders: int) -> None:
    either, lacking, holding = detection_probabilities(catalogue(named), 0.3, named, holders)
    for i, move in enumerate(catalogue(named).all):
        left = move.sources - named
        if left == 0:
            assert lacking[i] == holding[i] == either[i]
            continue
        by_hand = {0: 0.0, 1: 0.0}
        for bits in product((0, 1), repeat=left):
            weight = np.prod([0.3 if bit else 0.7 for bit in bits[1:]])
            by_hand[bits[0]] += float(weight) * move.theta[holders + sum(bits)]
        assert lacking[i] == pytest.approx(by_hand[0])
        assert holding[i] == pytest.approx(by_hand[1])
        assert either[i] == pytest.approx(0.7 * by_hand[0] + 0.3 * by_hand[1])


def test_tails_are_exact() -> None:
    """Against all outcomes of a small score: a binomial, a hypergeometric and a class that speaks against."""
    counts = [InnocentMarks(1.3, 3, 0.25), InnocentMarks(2.1, 2, population=6, drawn=3), InnocentMarks(-0.7, 2, 0.5)]
    scale = Scale(counts)
    laws = [count.pmf() for count in counts]
    outcomes = [
        (int(scale.score(np.array([held]))[0]), float(np.prod([law[k] for law, k in zip(laws, held, strict=True)])))
        for held in product(*(range(len(law)) for law in laws))
    ]
    assert sum(p for _, p in outcomes) == pytest.approx(1.0)
    for score, _ in outcomes:
        by_hand = sum(p for other, p in outcomes if other >= score)
        assert scale.upper_tails([score])[0] == pytest.approx(by_hand, rel=1e-12)
    assert scale.upper_tails([10**9])[0] < 1e-30
    scale = Scale([InnocentMarks(1.0, 100, 0.5)])
    all_held = int(scale.score(np.array([[100]]))[0])
    assert scale.upper_tails([all_held])[0] == pytest.approx(0.5**100, rel=1e-6), "small tails keep their digits"


def test_the_fit_sees_what_was_done() -> None:
    """But for rows that are mixed: they show as many marks as one whole copy, so all numbers of sources are weighed."""
    rng = np.random.default_rng(21)
    for move, sources, rate in (("merge", 3, 1.0), ("keep common rows", 2, 1.0)):
        code = code_of(rng, 50, pool=4000, bias=(0.1, 0.3, 0.6))
        leak = leak_of(rng, code, range(sources), move, rate)
        classes = [
            (float(p), 0, int(np.sum(code.bias == p)), int(leak.pool[code.bias == p].sum()))
            for p in np.unique(code.bias)
        ]
        likeliest = fit_moves(classes, 0).likeliest
        assert (likeliest.name, likeliest.sources) == (move, sources)


def test_the_e_value_of_an_innocent_copy_has_mean_one() -> None:
    """Over all that an innocent copy can have been given, whatever the leak shows: pool, own, pair, withheld."""
    rng = np.random.default_rng(22)
    copies = 6
    code = code_of(rng, copies, pool=6, unique=2, pairs=True, contacts=16, share=0.1)
    leak = leak_of(rng, code, [0, 1], "merge", 0.6)
    census = take_census(code, [leak], [])
    laws = [count.pmf() for count in census.counts(census.drawn[5])]
    held = np.array(list(product(*(range(len(law)) for law in laws))), dtype=np.int64)
    fake = type(census)(
        census.alike, census.contacts, held, np.repeat(census.drawn[5:6], len(held), axis=0), census.fits,
        census.contact_fits,
    )  # fmt: skip
    probabilities = np.prod([law[held[:, i]] for i, law in enumerate(laws)], axis=0)
    assert probabilities.sum() == pytest.approx(1.0)
    assert probabilities @ np.exp(fake.log_e_values(0)) == pytest.approx(1.0)


WORLDS = {
    "unmarked list": ([], "merge", 1.0),
    "two copies merged": ([0, 1], "merge", 0.5),
    "three copies mixed": ([0, 1, 2], "mix rows", 1.0),
    "two copies compared": ([0, 1], "keep common rows", 1.0),
}


@pytest.mark.slow("1,600 draws")
@pytest.mark.parametrize("name", WORLDS)
def test_innocent_copies_keep_the_stated_error(name: str) -> None:
    """All kinds of marks at once, 15 copies; 3 % of all canaries are seen for another reason.

    At an error of one in five 400 draws tell; at one in a hundred, which the benchmark of codes measures, few would.
    """
    sources, move, rate = WORLDS[name]
    alpha = 0.2
    runs, wrong, sums = 400, 0, np.zeros(15)
    for run in range(runs):
        rng = np.random.default_rng([23, run])
        code = code_of(rng, 15, pool=48, unique=3, pairs=True, contacts=2000, share=0.01)
        leak = leak_of(rng, code, sources or [0], move, rate if sources else 0.0)
        stray = rng.random(48) < 0.03
        leak = Leak(leak.pool | stray, leak.unique, leak.pairs | (rng.random(len(leak.pairs)) < 0.03), leak.contacts)
        found = weigh(code, [leak], alpha, 15)
        wrong += bool(set(found.accused) - set(sources))
        sums += found.e_values
    assert binomtest(wrong, runs, alpha, alternative="greater").pvalue > 0.01
    innocent = sums[len(sources) :] / runs
    assert np.mean(innocent) < 1.5


def test_several_leaks_of_the_same_copies_have_one_tail() -> None:
    """Scored together, they name more than one alone does, and keep the error."""
    runs, alone, together, wrong = 60, 0, 0, 0
    for run in range(runs):
        rng = np.random.default_rng([24, run])
        code = code_of(rng, 200, pool=96, unique=0)
        seen = [leak_of(rng, code, [0, 1], "merge", 0.3) for _ in range(3)]
        alone += len(set(weigh(code, seen[:1], ALPHA, 200).accused) & {0, 1})
        found = set(weigh(code, seen, ALPHA, 200).accused)
        together += len(found & {0, 1})
        wrong += bool(found - {0, 1})
    assert together > alone + runs / 4
    assert wrong <= 3


def test_a_source_that_is_known_helps_to_find_the_other() -> None:
    """Scored again with the first source's marks explained, more of the others are named than in one round."""
    first, all_rounds = 0, 0
    for run in range(80):
        rng = np.random.default_rng([25, run])
        code = code_of(rng, 300, pool=160, bias=(0.5,))
        leak = leak_of(rng, code, [0, 1, 2], "mix rows", 1.0)
        found = weigh(code, [leak], ALPHA, 300)
        census = take_census(code, [leak], [])
        scale = Scale(census.counts(census.drawn[0]))
        first += int(np.sum(2 * scale.upper_tails(scale.score(census.held))[:3] <= ALPHA / 300))
        all_rounds += sum(j < 3 for j in found.accused)
        assert all(j < 3 for j in found.accused) or run
    assert all_rounds > first * 1.1


def test_withheld_rows_alone_name_a_leaker_or_nobody() -> None:
    """1,000 copies of 100,000 contacts that each lack half a per cent."""
    rng = np.random.default_rng([26, 0])
    code = code_of(rng, 1000, contacts=100_000, share=0.005)
    part, few, whole = (
        weigh(code, [leak_of(rng, code, [7], "merge", rate)], ALPHA, 1000) for rate in (0.05, 0.0005, 1.0)
    )
    assert part.accused == whole.accused == (7,)
    assert few.accused == ()
    assert few.p_values[7] > 0.01, "fifty rows tell nothing"
    assert np.delete(whole.p_values, 7).min() > ALPHA / 1000


def test_pair_canaries_name_both_where_two_copies_are_compared() -> None:
    """Own canaries vanish; the pair's stays and adds to what the pool says."""
    with_pairs, without = 0, 0
    for run in range(60):
        rng = np.random.default_rng([27, run])
        code = code_of(rng, 20, pool=48, unique=2, pairs=True)
        leak = leak_of(rng, code, [4, 9], "keep common rows", 1.0)
        assert leak.pairs.sum() == 1
        with_pairs += len(set(weigh(code, [leak], ALPHA, 20).accused) & {4, 9})
        bare = Code(code.releases, code.unique, code.bias, code.held)
        nothing = np.zeros(0, dtype=np.bool_)
        without += len(set(weigh(bare, [Leak(leak.pool, leak.unique, nothing)], ALPHA, 20).accused) & {4, 9})
    assert with_pairs > without


@pytest.mark.parametrize("move", MOVES)
def test_all_copies_may_be_sources(move: str) -> None:
    rng = np.random.default_rng(28)
    code = code_of(rng, 2, pool=64, unique=4)
    found = weigh(code, [leak_of(rng, code, [0, 1], move, 1.0)], ALPHA, 2)
    assert found.p_values.shape == (2,)
    assert np.all(found.p_values <= 1.0)


def test_more_copies_may_be_sources_than_any_move_has() -> None:
    """Twenty whole copies of fifty, merged: the first round names more than are weighed together."""
    rng = np.random.default_rng(29)
    code = code_of(rng, 50, unique=11)
    found = weigh(code, [leak_of(rng, code, list(range(20)), MOVES[0], 1.0)], ALPHA, 50)
    assert len(found.accused) > max(move.sources for move in catalogue().all)
    assert set(found.accused) <= set(range(20))


SIDES = [(1, 1, 1), (60, 40, 50), (60, 40, 60), (60, 0, 0), (90_000, 300, 4_000), (1_000_000, 0, 20)]


def alike(*shown: int, of: tuple[int, ...], one: tuple[int, int]) -> list[MarksHeldAlike]:
    """What all copies hold, marks and how many are shown, and of each what it alone holds."""
    kinds = [MarksHeldAlike(frozenset({i}), marks, shown[i]) for i, marks in enumerate(of)]
    return [MarksHeldAlike(frozenset(range(len(shown))), *one), *kinds]


def test_which_copies_a_list_needs() -> None:
    contacts = alike(1, 1, of=(8, 8), one=(4_000, 400))
    found, same = (needed_marks([(2, 11), (2, 11)], some, 2e-2) for some in (contacts, contacts[:1]))
    assert (found.told_apart, found.instead) == (True, {0: frozenset({1}), 1: frozenset({0})})
    assert (same.told_apart, bool(same.instead)) == (False, True)
    twelve = needed_marks([(5, 5)] * 12, [MarksHeldAlike(frozenset(range(12)), 4_000, 4_000)], 2e-4)
    assert (bool(twelve.always | twelve.superfluous), set(twelve.instead)) == (False, set(range(12)))
    everyone = frozenset(range(3))
    parts = [MarksHeldAlike(everyone - {i}, 100, shown) for i, shown in enumerate((75, 75, 88))]
    two = needed_marks([(5, 11), (6, 11), (6, 11)], [MarksHeldAlike(everyone, 4_700, 4_120), *parts], 2e-4)
    assert (two.always, two.superfluous) == (frozenset({0, 1}), frozenset({2}))
    assert needed_marks([(0, 5)] * 2, alike(0, 0, of=(30, 30), one=(4_940, 4_940)), 2e-4).always == {0, 1}
    assert needed_marks([(5, 5), (0, 5)], alike(30, 0, of=(30,), one=(4_940, 4_940)), 2e-4).always == {0}


def test_rows_that_a_copy_never_had_come_from_others() -> None:
    for foreign, held, shown, never, there, others in (
        (0, 19_900, 1_990, 100, 3, True), (0, 19_900, 1_990, 100, 0, False), (0, 19_900, 19_900, 100, 30, False),
        (20_000, 19_900, 1_990, 100, 3, False),
    ):  # fmt: skip
        assert comes_from_others(held, shown, never, there, 5e-5, foreign) is others, (shown, there)


@pytest.mark.parametrize(("of", "marked", "drawn"), SIDES)
def test_hypergeometric(of: int, marked: int, drawn: int) -> None:
    counts = np.arange(min(marked, drawn) + 3)
    found, expected = masses.hypergeometric(counts, of, marked, drawn), stats.hypergeom.pmf(counts, of, marked, drawn)
    assert_allclose(found, expected, rtol=2e-11, atol=1e-290)
    assert ((found == 0) == (expected == 0))[expected > 1e-290].all()
    assert found[-2:].tolist() == [0.0, 0.0]
    logarithms = masses.log_hypergeometric(counts, of, marked, drawn)
    assert logarithms.tolist() == stats.hypergeom.logpmf(counts, of, marked, drawn).tolist()


def test_of_millions_it_is_exact_where_scipy_keeps_eight_digits_and_kinds_are_columns() -> None:
    """What mpmath gives with 60 digits."""
    found = masses.hypergeometric([0, 1, 25], 200_000_000, 5_000, 1_000_000)
    assert_allclose(found, [1.303969263680133e-11, 3.2763869874302344e-10, 0.079723497367275552], rtol=1e-12)
    found = masses.hypergeometric([210, 1200], 3_000_000, 40_000, 90_000)
    assert_allclose(found, [3.5540279783001218e-281, 0.011771129963946503], rtol=1e-12)
    of, marked, drawn = (np.array(side)[:, None] for side in ([60, 90], [40, 7], [50, 30]))
    expected = stats.hypergeom.pmf(np.arange(52), of, marked, drawn)
    assert_allclose(masses.hypergeometric(np.arange(52), of, marked, drawn), expected, rtol=1e-12)


@pytest.mark.parametrize("share", [0.0, 1e-300, 1e-6, 0.3, 0.5, 1 - 1e-9, 1.0])
@pytest.mark.parametrize("tries", [0, 1, 7, 400, 100_000])
def test_binomial(tries: int, share: float) -> None:
    counts = np.arange(tries + 1)
    expected = stats.binom.pmf(counts, tries, share)
    assert_allclose(masses.binomial(counts, tries, share), expected, rtol=2e-11, atol=1e-290)
