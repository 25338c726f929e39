"""Questions chosen and answers weighed: power, error and framings by play, and the tails by counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.bench.probes import BY_NAME, CHANCE_NAME, HALF, SPENT, YES_NO, design
from tracer.marking.probe import (
    ProbeService,
    compare_names,
    drawn_tail,
    own_marks_to_ask,
    play,
    posterior,
    read_answer,
    shares_of_error,
    tail,
)

HOLDER = ProbeService(HALF, CHANCE_NAME, HALF, CHANCE_NAME)


def test_one_of_200_copies_is_named_from_sixty_answers() -> None:
    """The bench finds .96 in 1,000 plays; of 150, fewer than 135 would be three standard deviations below .95."""
    rng = np.random.default_rng(1)
    ends = [play(rng, design(), BY_NAME, HOLDER, SPENT) for _ in range(150)]
    assert sum(end.named == (0,) for end in ends) >= 135
    assert max(end.asked for end in ends) <= 60
    assert not any(set(end.named) - {0} for end in ends)


def test_stolen_marks_without_rows_are_never_taken_for_the_copy() -> None:
    rng = np.random.default_rng(2)
    stolen = ProbeService(0.95, CHANCE_NAME, CHANCE_NAME, CHANCE_NAME)
    ends = [play(rng, design(), BY_NAME, stolen, SPENT) for _ in range(100)]
    assert sum(0 in end.by_marks for end in ends) >= 95, "its marks are found"
    assert not any(end.named for end in ends)


def test_who_says_yes_to_anybody_names_no_copy() -> None:
    rng = np.random.default_rng(3)
    bluff = ProbeService(0.3, 0.3, 0.3, 0.3)
    ends = [play(rng, design(20, 128, 110, 18), YES_NO, bluff, SPENT, None) for _ in range(60)]
    assert sum(bool(end.named) for end in ends) <= 2, "wrong answers are counted where they are more than was stated"


def test_tails_are_those_of_counting() -> None:
    things = range(9)
    drawn = [len(set(chosen) & set(range(4))) for chosen in combinations(things, 5)]
    for mine in range(5):
        assert drawn_tail(mine, 4, 5, 5) == pytest.approx(sum(k >= mine for k in drawn) / len(drawn))
    assert tail(0, 7, 0.05) == pytest.approx(1.0)
    assert tail(2, 2, 0.05) == pytest.approx(0.0025)


def test_the_likeliest_copy_is_asked_first_and_the_error_is_not_overdrawn() -> None:
    chances = posterior(np.array([3, 1, 0]), np.array([1, 1, 4]), BY_NAME)
    assert chances[0] > chances[1] > chances[2]
    asked = own_marks_to_ask(chances, np.array([2, 9, 9]), 5, BY_NAME, 8)
    assert asked.sum() == 5
    assert asked[0] == 2, "all that it has"
    assert sum(shares_of_error(0, range(100)).values()) <= 1.0


@pytest.mark.parametrize(("shown", "known", "how"), [
    ("SCHMIDT, Anna", "Anna Schmidt", "full"), ("Anna S.", "Anna Schmidt", "masked"), ("王*明", "王小明", "masked"),
    ("李*", "王小明", "other"), ("***", "王小明", "other"), ("王小明 先生", "王小明", "full"), ("", "王小明", None),
    ("Isla", "Isla Clarke", "masked"), ("小明", "王小明", "masked"), ("Isla Mary Clarke", "Isla Clarke", "masked"),
    ("Clara", "Isla Clarke", "other"), ("明", "王小明", "other"),
])  # fmt: skip
def test_names_are_compared(shown: str, known: str, how: str | None) -> None:
    assert compare_names(shown, known) == how


@pytest.mark.parametrize("word", ["perhaps", "x", "jo", "?"])
def test_what_may_mean_either_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_answer(word)
