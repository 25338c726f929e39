"""What a refused release can leave out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.marking.detection.test_detectability import HEAD, people, true_rows
from tests.marking.hand_lists import ROWS, load_table, material
from tracer.marking.detection.detectability import detectability
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.left_out import without
from tracer.marking.release.way_out import share_known


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
    numbers = [row for row in true_rows(m) if row.cells[1]][:40]
    planted = [replace(row, cells=(row.cells[0], *row.cells[2:], row.cells[1]), taken=(None,) * 4) for row in numbers]
    report = detectability(case.con, bare, planted)
    assert any(sign.what == "whether a row has a number" and sign.auc > 0.8 for sign in report.strong_features)
