"""Dates that rise with ids in a list that is sorted by names: a persona's lie where its id does, and the gate looks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.marking.made import made_rows
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.detection.detectability import detectability
from tracer.marking.persona.maker import Identity

_GIVEN = ("Ana", "Luca", "Petra", "Iris", "Jonas", "Marta", "Pavel", "Nora", "Omar", "Lena", "Tibor", "Runa")
_FAMILY = ("Vellmar", "Ostrik", "Dunkova", "Harrand", "Belotti", "Kesmar", "Ruprand", "Ilvane", "Torsell", "Querido")
_FEATURE = "how far the two are from rising together"


def customers(count: int) -> list[list[str]]:
    """Customers by name; their numbers were given in the order in which they came, days first in the dates."""
    rng = random.Random(5)
    rows, day, number = [], date(2021, 3, 1), 1000
    for at in range(count):
        number += int(rng.expovariate(0.3)) + 1
        day += timedelta(days=rng.choice((0, 0, 1, 2)))
        # The last change comes within days, so that the two rise together.
        changed = day + timedelta(days=rng.randrange(1, 9))
        phone = f"({rng.choice((212, 415, 312))}) 555-{at // 100 % 10:01d}{rng.randrange(1000):03d}"
        name = f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"
        rows.append([f"C{number:06d}", name, phone, f"{day:%d/%m/%Y}", f"{changed:%d/%m/%Y}"])
    return sorted(rows, key=lambda row: row[1])


def day_of(cell: str | None) -> date:
    day, month, year = map(int, str(cell).split("/"))
    return date(year, month, day)


@pytest.mark.parametrize("count", [700])
def test_dates_lie_where_the_id_does_though_the_list_is_sorted_by_names(tmp_path: Path, count: int) -> None:
    rows = customers(count)
    path = tmp_path / "own.csv"
    head = "Customer No,Name,Phone,First order,Last change"
    path.write_text("\n".join((head, *(",".join(row) for row in rows))), encoding="utf-8")
    case = memory_case()
    load_dataset(case, path, DatasetFacts("own", "client", None, None, "own"), ReadOptions(find_region=True))
    identities = [Identity(no, 19175550100 + no, f"+1 917 555 01{no:02d}", None, None, None, None) for no in range(30)]
    source, made = made_rows(case, identities, b"secret")
    by_id = sorted(rows)
    for one in made:
        number, _, _, begun, changed = one.cells
        at = sum(row[0] < str(number) for row in by_id)
        assert day_of(by_id[max(0, at - 1)][3]) <= day_of(begun)
        assert at == count or day_of(begun) <= day_of(by_id[at][3])
        assert 1 <= (day_of(changed) - day_of(begun)).days <= 8, "as long after it as in other rows"

    found = {each.column: each for each in detectability(case.con, source, made).features if each.what == _FEATURE}
    assert set(found) >= {"Customer No with First order", "First order with Last change"}
    assert all(each.p_value > 0.05 for each in found.values())
    dates = [one.cells[3] for one in made]
    mixed = [replace(one, cells=(*one.cells[:3], dates[k - 7], one.cells[4])) for k, one in enumerate(made)]
    report = detectability(case.con, source, mixed)
    assert "Customer No with First order" in {each.column for each in report.detectable_features}
