"""Values that are drawn for personas: few-valued columns, last digits, dates and moments between two others."""

from __future__ import annotations

from collections import Counter

import numpy as np
from scipy.stats import chisquare

from tracer.marking.persona.dates import Dates, moment_at, moment_of
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.last_digits import LastDigits
from tracer.marking.persona.occurrences import Occurrences, accepted

DRAW = KeyedDraw(b"values", "test")


def test_values_that_are_equally_likely_come_next_alike_however_often_they_stand() -> None:
    ages = [str(age) for age in np.random.default_rng(1).integers(20, 70, 3_000)]
    seen = Occurrences(ages)
    drawn = Counter(accepted(lambda: DRAW.choice(ages), seen, DRAW) for _ in range(20_000))
    assert chisquare([drawn[str(age)] for age in range(20, 70)]).pvalue > 0.001


def test_values_of_unlike_likelihood_keep_it() -> None:
    cities = ["南京"] * 1500 + ["苏州"] * 1000 + ["无锡"] * 400 + ["泰州"] * 100
    drawn = Counter(accepted(lambda: DRAW.choice(cities), Occurrences(cities), DRAW) for _ in range(5_000))
    assert abs(drawn["南京"] / 5_000 - 0.5) < 0.03
    assert abs(drawn["泰州"] / 5_000 - 1 / 30) < 0.015


def test_only_uniform_digits_are_drawn() -> None:
    rng = np.random.default_rng(2)
    assert LastDigits(f"{n}00" for n in rng.integers(10, 100, 500)).count == 0
    free = LastDigits(f"3{n:03d}" for n in rng.integers(0, 1000, 2000))
    assert free.count == 3
    made = {free.drawn("3-12.3", DRAW) for _ in range(300)}
    assert len(made) > 200
    assert all(text[0] == "3" and text[1] == "-" and text[4] == "." for text in made)


def test_a_moment_is_written_like_another_and_lies_between_two() -> None:
    for cell in ("2024-01-05 09:08:07", "2024/1/05T23:59"):
        assert moment_of(cell) is not None
    assert moment_at((moment_of("2024-01-05 09:08:07") or 0) + 60, "2024-01-05 09:08:07") == "2024-01-05 09:09:07"
    assert moment_of("2024-01-05") is None
    assert moment_of("2024-01-05 25:00") is None
    between = Dates(["2024-01-05 09:08:07", "2024-01-05 09:08:09"]).between(
        "2024-01-05 09:08:09", "2024-01-05 09:08:07", DRAW
    )
    assert between == "2024-01-05 09:08:08"


def test_a_day_with_few_rows_is_likelier_than_its_neighbour_with_many() -> None:
    days = {f"2024-01-{day:02d}": 4 for day in range(1, 20)} | {"2024-01-05": 7, "2024-01-06": 1}
    dates = Dates([day for day, rows in days.items() for _ in range(rows)])
    drawn = Counter(dates.between("2024-01-05", "2024-01-06", DRAW) for _ in range(1_000))
    assert abs(drawn["2024-01-06"] / 1_000 - 8 / 10) < 0.05, "8 rows and 1 against 7 rows and 2"
