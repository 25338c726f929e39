"""What a refused release can leave out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.marking.detection.test_detectability import HEAD, people, true_rows
from tests.marking.hand_lists import ROWS, load_table, material
from tracer.marking.detection.copy_reports import CopyReports
from tracer.marking.detection.detectability import DetectableFeature, detectability, too_few
from tracer.marking.detection.leaving_out import columns_to_leave
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.left_out import without
from tracer.marking.release.way_out import share_known, twins


def test_rows_that_lose_their_only_number_are_counted(tmp_path: Path) -> None:
    """Every canary keeps a number: where most rows have none, that says which rows may be canaries."""
    m = material(3)
    phone = HEAD.index("手机号")
    table = [[*row, row[phone] if at % 10 < 3 else ""] for at, row in enumerate(people(m, 0, ROWS))]
    case = load_table(tmp_path, [[*HEAD, "电话2"], *table], "utf-8", m)
    source = read_source_list(case.con, "own")
    assert share_known(case.con, source) == 1.0
    bare = without(case.con, source, ("手机号",))
    assert abs(share_known(case.con, bare) - 0.3) < 0.01
    assert share_known(case.con, source, [phone]) == share_known(case.con, bare)
    numbers = [row for row in true_rows(m) if row.cells[1]][:40]
    planted = [replace(row, cells=(row.cells[0], *row.cells[2:], row.cells[1]), taken=(None,) * 4) for row in numbers]
    report = detectability(case.con, bare, planted)
    assert any(sign.what == "whether a row has a number" and sign.auc > 0.8 for sign in report.strong_features)


def test_a_column_of_numbers_that_most_rows_need_stays(tmp_path: Path) -> None:
    m = material(5)
    table = [[*row, row[1] if at % 10 < 3 else ""] for at, row in enumerate(people(m, 0, 300))]
    case = load_table(tmp_path, [[*HEAD, "电话2"], *table], "utf-8", m)
    source = read_source_list(case.con, "own")
    sign = DetectableFeature(
        "how often both occur together", "", 0.1, 0.0, "", columns=(HEAD.index("手机号"), len(HEAD))
    )
    twice = [sign, replace(sign, columns=(HEAD.index("手机号"), HEAD.index("城市")))]
    reports = CopyReports(too_few(0), {})
    phones = [HEAD.index("手机号"), len(HEAD)]
    assert columns_to_leave(source, reports, [twice[0]], known=lambda gone: phones[0] not in gone) == (phones[1],)
    assert columns_to_leave(source, reports, twice, known=lambda gone: phones[0] not in gone) == (3, phones[1])


def test_a_firms_id_goes_with_its_name(tmp_path: Path) -> None:
    m = material(5)
    table = [
        [*row, f"A{at % 90:03d}", f"Firm {at % 90} Ltd", "yes" if at % 2 else "no"]
        for at, row in enumerate(people(m, 0, 300))
    ]
    case = load_table(tmp_path, [[*HEAD, "account", "company", "opted in"], *table], "utf-8", m)
    source, first = read_source_list(case.con, "own"), len(HEAD)
    assert twins(case.con, source, (first,)) == (first + 1,)
    assert twins(case.con, source, (HEAD.index("手机号"),)) == (), "numbers do not recur: all columns agree with them"
    assert twins(case.con, source, ()) == ()
