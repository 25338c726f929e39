"""The report on whether canaries stand out: right when they do, silent when they do not."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score

from tests.marking.hand_lists import CANARIES, ROWS, Material, identities, load_table, material
from tests.marking.made import made_rows
from tracer.case.case import Case
from tracer.lists.write.model import NewRow
from tracer.marking.detection.detectability import LEAST, auc, detectability
from tracer.marking.persona.source_list import SourceList, read_source_list

HEAD = ["姓名", "手机号", "公司", "城市"]


def people(m: Material, begin: int, end: int) -> list[list[str]]:
    return [[m.people[i], str(m.numbers[i]), m.firms[i], m.city(i)] for i in range(begin, end)]


def listed_people(folder: Path, seed: int, *, times: int = 1) -> tuple[Material, Case, SourceList]:
    """A list of them in a case."""
    m = material(seed)
    case = load_table(folder, [HEAD, *people(m, 0, ROWS) * times], "utf-8", m)
    return m, case, read_source_list(case.con, "own")


def true_rows(m: Material) -> list[NewRow]:
    """People like the list's, at random places: what a perfect canary is."""
    return [
        NewRow(int(m.rng.integers(1, ROWS + 2)), 1, tuple(row), (None,) * 4) for row in people(m, ROWS, ROWS + CANARIES)
    ]


def test_the_area_and_its_p_value_are_those_of_two_other_programs() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        values = rng.integers(0, 8, 300).astype(float)
        marked = rng.random(300) < 0.2
        area, p = auc(values, marked)
        assert area == pytest.approx(roc_auc_score(marked, values))
        other = mannwhitneyu(values[marked], values[~marked], method="asymptotic")
        assert p == pytest.approx(other.pvalue)


@pytest.mark.slow("thirty lists")
def test_real_rows_are_called_canaries_that_stand_out_at_most_once_in_a_hundred(tmp_path: Path) -> None:
    spoken_ill_of = 0
    for seed in range(200, 230):
        m, case, source = listed_people(tmp_path, seed)
        report = detectability(case.con, source, true_rows(m))
        spoken_ill_of += report.notes()[0].startswith("an outlier score finds its canaries no better") is False
    # 3 or more of 30 at 1 % have probability .003.
    assert spoken_ill_of <= 2


def test_what_gives_canaries_away_is_named_with_what_to_do(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 41)
    good = true_rows(m)
    assert detectability(case.con, source, good).detectable_features == ()
    changes = {
        "姓名": [replace(row, cells=(f"Anna Muster{k}", *row.cells[1:])) for k, row in enumerate(good)],
        "手机号": [replace(row, cells=(row.cells[0], f"179{k:08d}", *row.cells[2:])) for k, row in enumerate(good)],
        "公司": [replace(row, cells=(*row.cells[:2], None, row.cells[3])) for row in good],
        "城市": [replace(row, cells=(*row.cells[:3], f"{row.cells[3]}市")) for row in good],
    }
    for column, rows in changes.items():
        report = detectability(case.con, source, rows)
        assert str(report.detectable_features[0].column).startswith(column), "its region shows as well"
        line = next(line for line in report.notes() if line.startswith(f"column {column} gives canaries away: "))
        assert all(said in line for said in ("AUC ", "; ")), "and what to do"
    at_end = [replace(row, before=ROWS + 1) for row in good]
    assert any(found.column is None for found in detectability(case.con, source, at_end).detectable_features)


def test_of_few_canaries_nothing_is_said(tmp_path: Path) -> None:
    m = material(42)
    case = load_table(tmp_path, [HEAD, *people(m, 0, 200)], "utf-8", m)
    source, rows = made_rows(case, identities(m, mails=False)[: LEAST - 1], b"few")
    report = detectability(case.con, source, rows)
    assert "nothing can be said" in report.notes()[0]
    assert report.features == ()


def test_a_long_list_takes_seconds(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 43, times=33)
    begin = time.perf_counter()
    detectability(case.con, source, true_rows(m))
    assert time.perf_counter() - begin < 15, "3 s on an idle core; one query for each row takes minutes"
