"""One report for each copy: right where one copy alone stands out, silent over many clean ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.marking.detection.test_detectability import listed_people, true_rows
from tests.marking.own_list import asked, own_case
from tracer.marking.detection.copy_reports import copy_reports, looks
from tracer.marking.detection.detectability import LEAST, detectability
from tracer.marking.release.copies import release_copies

COPIES = {f"v{k}": tuple(range(20 * k, 20 * k + 20)) for k in range(9)} | {"few": tuple(range(180, 185))}


def test_a_copy_that_stands_out_is_named_among_others(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 51)
    rows = dict(enumerate(true_rows(m)))
    clean = copy_reports(case.con, source, rows, COPIES)
    assert "9 of 10 copies have 8 canaries or more and were looked at one by one: none stands out" in clean.notes()[-1]
    assert [copy for copy, report in clean.copies.items() if report.detectable_features] == []
    odd = rows | {no: replace(rows[no], cells=(*rows[no].cells[:2], None, rows[no].cells[3])) for no in COPIES["v3"]}
    found = copy_reports(case.con, source, odd, COPIES)
    assert [copy for copy, report in found.copies.items() if report.detectable_features] == ["v3"]
    assert any("1 stand out, most of all v3" in note for note in found.notes())
    assert "公司: " in str(found.copies["v3"].figures()["gives_away"])
    assert found.copies["few"].figures() == {"outlier_auc": None, "outlier_p_value": None, "gives_away": []}


def test_a_copys_values_are_counted_without_the_canaries_of_others(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 52)
    rows = dict(enumerate(true_rows(m)))
    several = copy_reports(case.con, source, rows, COPIES)
    alone = detectability(case.con, source, [rows[no] for no in COPIES["v2"]])
    counted = [found.auc for found in several.copies["v2"].features if found.what.startswith("how often the value")]
    assert sorted(counted) == sorted(f.auc for f in alone.features if f.what.startswith("how often the value"))


def test_reports_are_counted() -> None:
    assert [looks(counts) for counts in ([LEAST], [LEAST - 1], [LEAST, LEAST, 2])] == [1, 1, 3]


def test_the_rows_of_a_release_have_the_figures_of_their_copy(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=24, recipients=2)  # their numbers lie in blocks that the list has not
    for copy in release_copies(case, asked(tmp_path, "v0", "v1", unique=12)):
        row = copy.to_json()
        assert 0.5 < float(str(row["outlier_auc"])) <= 1.0
        assert 0.0 < float(str(row["outlier_p_value"])) <= 1.0
        assert "手机号: how many numbers of its block the list has" in str(row["gives_away"])
    assert any("2 of 2 copies" in note and "2 stand out" in note for note in copy.notes)
