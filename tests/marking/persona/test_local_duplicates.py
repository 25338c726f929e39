"""Personas that come to stand side by side keep the list's order among themselves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.marking.attack import copy_of
from tests.marking.hand_lists import LISTS, identities, load_table, material
from tests.marking.made import made_rows, raw_rows


@pytest.mark.parametrize(
    ("name", "column", "sign"), [("sorted by id", 0, 1), ("sorted by id", 5, 1), ("sorted by phone", 1, 1),
                                 ("newest first", 0, -1)]
)  # fmt: skip
def test_copies_are_sorted_as_the_list_is(name: str, column: int, sign: int, tmp_path: Path) -> None:
    m = material(21)
    build, encoding = LISTS[name]
    case = load_table(tmp_path, build(m), encoding, m)
    source, rows = made_rows(case, identities(m, mails=False), b"beside")
    assert len({row.before for row in rows}) < len(rows), "some stand in one place: otherwise nothing is tested"
    copy, _ = copy_of(raw_rows(case, source), rows)
    cells = [row[column] for row in copy]
    assert all(a <= b if sign > 0 else a >= b for a, b in pairwise(cells))


def test_contacts_of_one_firm_stay_together(tmp_path: Path) -> None:
    m = material(22)
    build, encoding = LISTS["companies"]
    case = load_table(tmp_path, build(m), encoding, m)
    source, rows = made_rows(case, identities(m, mails=False), b"beside")
    copy, _ = copy_of(raw_rows(case, source), rows)
    runs = [b[0] for a, b in pairwise(copy) if a[0] != b[0]]
    assert len(runs) - len(set(runs)) <= 2, "a new firm may have the name of another"
