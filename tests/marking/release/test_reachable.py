"""Copies without the rows that have neither number nor address."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.marking.own_list import asked, lines_of, own_case
from tests.marking.release.test_release import added
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.copies import release_copies
from tracer.marking.release.left_out import dataset_rows, reachable, unreachable_rows


def test_rows_without_a_number_are_in_no_copy(tmp_path: Path) -> None:
    case = own_case(tmp_path, blank=4)
    request = replace(asked(tmp_path, "v0", "v1", unique=3, withhold=0.03), only_reachable=True)
    copies = release_copies(case, request)
    source = lines_of(tmp_path / "own.csv")[1:]
    kept = [line for line in source if line.split(",")[2] and "0900-000" not in line]
    for copy in copies:
        lines = lines_of(Path(copy.path))[1:]
        ordinary = [line for line in lines if line in set(source)]
        assert set(ordinary) <= set(kept)
        assert ordinary == [line for line in kept if line in set(ordinary)], "in the list's order"
        assert len(kept) - len(ordinary) == copy.withheld > 0, "what is withheld would be in the copy otherwise"
        assert copy.rows == len(lines) == len(ordinary) + 3
        assert len(added(tmp_path, copy)) == 3
        ids = [line.split(",")[0] for line in lines]
        assert ids == sorted(ids), "planted rows are where their ids belong"
        assert any("150 rows without number or address are in no copy" in note for note in copy.notes)
    design = case.con.execute("SELECT DISTINCT json_extract(design, '$.only_reachable')::BOOLEAN FROM release")
    assert design.fetchall() == [(True,)]


def test_row_numbers_go_there_and_back(tmp_path: Path) -> None:
    case = own_case(tmp_path, blank=3)
    whole = read_source_list(case.con, "own")
    source = reachable(case.con, whole)
    assert source.main.rows == 400
    assert len(unreachable_rows(source)[source.main.part]) == 200
    rows = dataset_rows(source)
    assert rows is not None
    assert len(rows) == 400
    assert np.isin(2, rows) == np.False_
    for before in (1, 2, 400, 401):
        row = NewRow(before, min(before, 400), ("K1",), (7,))
        assert source.in_copies(source.in_original(row)) == row
    assert source.in_original(NewRow(401, 1, (), ())).before == 601
    assert reachable(case.con, source) is source


def test_choices_ask_for_a_list_of_its_own(tmp_path: Path) -> None:
    case = own_case(tmp_path, blank=4)
    request = replace(asked(tmp_path, "v0", unique=3, choices=True), only_reachable=True)
    with pytest.raises(InputRefused, match="--choices cannot go with --only-reachable"):
        release_copies(case, request)
