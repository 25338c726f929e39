"""Dates that rise with ids in a list that is sorted by names: a persona's lie where its id does."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from tests.lists.loading import own_list
from tests.marking.made import FAMILY, GIVEN, in_new_york, made_rows


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
        name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
        rows.append([f"C{number:06d}", name, phone, f"{day:%d/%m/%Y}", f"{changed:%d/%m/%Y}"])
    return sorted(rows, key=lambda row: row[1])


def day_of(cell: str | None) -> date:
    day, month, year = map(int, str(cell).split("/"))
    return date(year, month, day)


def test_dates_lie_where_the_id_does_though_the_list_is_sorted_by_names(tmp_path: Path) -> None:
    rows = customers(700)
    head = "Customer No,Name,Phone,First order,Last change"
    case = own_list(tmp_path, [head, *map(",".join, rows)], find_region=True)
    _, made = made_rows(case, in_new_york(30), b"secret")
    by_id = sorted(rows)
    for one in made:
        number, _, _, begun, changed = one.cells
        at = sum(row[0] < str(number) for row in by_id)
        assert day_of(by_id[max(0, at - 1)][3]) <= day_of(begun)
        assert at == len(rows) or day_of(begun) <= day_of(by_id[at][3])
        assert 1 <= (day_of(changed) - day_of(begun)).days <= 8, "as long after it as in other rows"
