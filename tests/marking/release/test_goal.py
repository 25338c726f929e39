"""Plans backwards keep their word: leaks of what they plan are named as often as they say, at the tool's own error."""

from __future__ import annotations

import numpy as np
import pytest

from tracer.errors import InputRefused
from tracer.marking.codes import Code, weigh
from tracer.marking.codes.evidence import leak_of
from tracer.marking.release.forecast import ALPHA, Goal, Means, caught_by_own, means, seen_needed


def code_of(rng: np.random.Generator, recipients: int, own: int, pool: int, bias: float) -> Code:
    return Code(
        tuple(f"r{j}" for j in range(recipients)), np.full(recipients, own), np.full(pool, bias),
        rng.random((recipients, pool)) < bias,
    )  # fmt: skip


def named(rng: np.random.Generator, code: Code, leaked: float, runs: int) -> tuple[float, int]:
    """How often the tool names the copy of which a share leaks, scored with the codes of all recipients, and how often
    an innocent one."""
    hits = wrong = 0
    for _ in range(runs):
        source = int(rng.integers(code.size))
        accused = weigh(code, [leak_of(rng, code, [source], "merge", leaked)], ALPHA, code.size).accused
        hits += source in accused
        wrong += bool(set(accused) - {source})
    return hits / runs, wrong


def test_own_canaries_and_pool_are_named_as_planned_by_the_draw_alone() -> None:
    goal = Goal(12, 0.3, 0.9)
    found = {one.marks: one for one in means(goal, ("own_bare", "pool"))}
    rng = np.random.default_rng(3)
    own = found["own_bare"]
    assert own.amount is not None
    # 150 leaks of a share that is named 9 times in 10: three standard deviations are .07.
    code = code_of(rng, 12, int(own.amount), 0, 0.5)
    hits, wrong = named(rng, code, 0.3, 150)
    assert hits == pytest.approx(own.caught, abs=0.07)
    assert wrong <= 5, "at most 1 in 100 on average: more than 5 of 150 have a probability below .005"
    pool = found["pool"]
    assert pool.amount is not None
    assert pool.identities == pool.amount < own.identities
    drawn = [named(rng, code_of(rng, 12, 0, int(pool.amount), 0.5), 0.3, 10) for _ in range(12)]
    assert np.mean([hits for hits, _ in drawn]) > 0.9 - 0.08
    assert sum(wrong for _, wrong in drawn) <= 5


def test_samples_are_drawn_without_replacement_and_the_least_number_is_given() -> None:
    rng = np.random.default_rng(4)
    goal = Goal(20, 0.1, 0.99, rows=400)
    own = next(int(one.amount or 0) for one in means(goal, ("own",)))
    assert caught_by_own(goal, "one copy", 1, own, bare=False) >= 0.99
    assert caught_by_own(goal, "one copy", 1, own - 1, bare=False) < 0.99
    drawn = rng.hypergeometric(own, 400, round(0.1 * (400 + own)), 40_000)
    assert np.mean(drawn > 0) == pytest.approx(caught_by_own(goal, "one copy", 1, own, bare=False), abs=0.003)
    assert own < next(int(one.amount or 0) for one in means(Goal(20, 0.1, 0.99), ("own",)))


@pytest.mark.parametrize(("own", "recipients"), [(8, 20), (30, 3), (12, 200)])
def test_so_many_must_be_seen_as_the_code_asks_for(own: int, recipients: int) -> None:
    code = code_of(np.random.default_rng(5), recipients, own, 0, 0.5)
    needed = seen_needed(own, recipients)
    assert needed is not None
    for seen, accused in ((needed, (0,)), (needed - 1, ())):
        leak = leak_of(np.random.default_rng(6), code, [0], "merge", 1.0)
        leak.unique[0] = seen
        assert weigh(code, [leak], ALPHA, recipients).accused == accused
    assert seen_needed(500, 1) is None, "where there is one copy, the draw names none"


def test_what_is_compared_away_is_not_promised_and_nonsense_is_refused() -> None:
    goal = Goal(5, 0.8, 0.8, sources=2)
    found: dict[tuple[str, str], Means] = {(one.move, one.marks): one for one in means(goal, ("own",))}
    assert found["keep common rows", "own"].amount is None
    assert found["keep common rows", "own"].option == ""
    assert found["merge", "own"].option == "--unique 1"
    with pytest.raises(InputRefused, match="9 sources among 5 recipients"):
        means(Goal(5, 0.5, 0.9, sources=9))
