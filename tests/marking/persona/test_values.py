"""Amounts, days and moments: read and written as the list has them, renewed as often as its own are single."""

import random
from pathlib import Path

import numpy as np
import pytest

from tests.lists.loading import own_list
from tests.marking.made import in_new_york, made_rows
from tracer.marking.persona.measures import measure_of, moment_at, moment_of
from tracer.marking.persona.names import fresh_names


def test_a_moment_is_written_like_another() -> None:
    for cell in ("2024-01-05 09:08:07", "2024/1/05T23:59"):
        assert moment_of(cell) is not None
    assert moment_at((moment_of("2024-01-05 09:08:07") or 0) + 60, "2024-01-05 09:08:07") == "2024-01-05 09:09:07"
    assert moment_of("2024-01-05") is None
    assert moment_of("2024-01-05 25:00") is None


@pytest.mark.parametrize(
    ("cells", "value", "written"),
    [
        (["1.284,50", "391,20", "12.048,75"], 20391.2, "20.391,20"),
        (["1,284.50", "391.20", "12,048.75"], 20391.2, "20,391.20"),
        (["1284.5", "391", "12048.75"], 20391.2, "20391.2"),
        (["€ 12", "€ 340", "€ 7"], 1200.0, "€ 1200"),
        (["15 %", "5 %", "20 %"], 25.0, "25 %"),
    ],
)
def test_amounts_are_written_as_their_column_writes_them(cells: list[str], value: float, written: str) -> None:
    measure = measure_of(cells * 5, code=False)
    assert measure is not None
    assert [measure.written(measure.value(cell) or 0.0, cell) for cell in cells] == cells
    assert measure.written(value, cells[0]) == written


def test_postcodes_and_years_of_one_length_are_no_amounts() -> None:
    assert measure_of(["01067", "80331"] * 20, code=False) is None
    assert measure_of(["10115", "80331"] * 20, code=False) is None


def test_what_is_computed_of_others_is_computed_again(tmp_path: Path) -> None:
    """Net is turnover without the discount, which goes with the level; hardly a turnover comes twice."""
    rng, rows = random.Random(6), []
    for at in range(900):
        level = rng.choice("ABBCCC")
        turnover = round(rng.lognormvariate(8, 1), 2)
        discount = {"A": 0.2, "B": 0.1, "C": 0.0}[level]
        rows.append(
            [
                f"Ana{at} Vellmar",
                f"+1 212 555 0{at:03d}",
                level,
                f"{discount:.2f}",
                f"{turnover:.2f}",
                f"{turnover * (1 - discount):.2f}",
            ]
        )
    case = own_list(tmp_path, ["Name,Phone,Level,Discount,Turnover,Net", *map(",".join, rows)], find_region=True)
    _, made = made_rows(case, in_new_york(40), b"net")
    known = {row[4] for row in rows}
    for row in made:
        level, *amounts = (str(cell) for cell in row.cells[2:])
        off, gross, net = map(float, amounts)
        assert off == {"A": 0.2, "B": 0.1, "C": 0.0}[level]
        assert abs(gross * (1 - off) - net) <= 0.0051
    assert sum(row.cells[4] in known for row in made) <= 2


def test_new_names_are_of_the_lists_language_and_in_its_case() -> None:
    from faker.providers.person.de_DE import Provider as German
    from faker.providers.person.pt_BR import Provider as Brazilian

    rng = np.random.default_rng(2)
    for provider, region in ((German, "DE"), (Brazilian, "BR")):
        table = sorted(set(provider.last_names))
        texts = [table[::2][int(at)] for at in rng.integers(0, len(table[::2]), 300)]
        fresh = fresh_names(texts, "family_name", region)
        assert fresh
        assert set(fresh) <= set(table) - set(texts)
        assert fresh_names([text.upper() for text in texts], "family_name", region) == sorted(map(str.upper, fresh))
    assert fresh_names(["Vellmar", "Ostrik", "Dunkova"] * 40, "family_name", "US") == []
