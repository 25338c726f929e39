"""Of a switch's log it is kept who called whom and when, for counting; of a telephone's own nothing; no view tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signals.register import CANARY, case_with_numbers
from tracer.ask.sandbox import documented_views
from tracer.signals.load import load_signals
from tracer.signals.records import define_caller_digits

OTHER = "14199990000"


def test_calls_of_a_switch_are_kept_to_whomever_they_went(tmp_path: Path) -> None:
    case = case_with_numbers()
    path = tmp_path / "cdr.csv"
    path.write_text(
        f"at,caller,called\n2026-06-18 12:00:00,16355500001,{OTHER}\n2026-06-18 12:00:01,+8616355500001,{CANARY}\n"
        f"2026-06-18 12:00:02,,{OTHER}\nnonsense,16355500001,{OTHER}\n2026-06-18 12:00:03,anonymous,{OTHER}\n",
        encoding="utf-8",
    )
    loaded = load_signals(case, path)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (5, 1, 1)
    kept = case.con.execute('SELECT caller, called FROM call_record ORDER BY "at"').fetchall()
    assert kept == [("16355500001", int(f"86{OTHER}")), ("16355500001", int(f"86{CANARY}"))]
    load_signals(case, path)
    assert case.con.execute("SELECT count(*) FROM call_record").fetchone() == (2,)


def test_a_telephones_own_log_leaves_nothing_of_others(tmp_path: Path) -> None:
    case = case_with_numbers()
    path = tmp_path / f"calls-{CANARY}.xml"
    path.write_text(
        '<?xml version="1.0"?><calls count="1">'
        f'<call number="{OTHER}" duration="9" date="1781757919000" type="2" /></calls>',
        encoding="utf-8",
    )
    load_signals(case, path)
    assert case.con.execute("SELECT count(*) FROM call_record").fetchone() == (0,)


def test_no_view_shows_a_number_of_these_calls(tmp_path: Path) -> None:
    case = case_with_numbers()
    path = tmp_path / "cdr.csv"
    path.write_text(f"at,caller,called\n2026-06-18 12:00:00,16355500001,{OTHER}\n", encoding="utf-8")
    load_signals(case, path)
    for view in documented_views(case.con):
        shown = str(case.con.execute(f"SELECT * FROM views.{view}").fetchall())
        assert OTHER not in shown, view
        assert "16355500001" not in shown, view
    assert case.con.execute("SELECT calls, callers FROM views.call_records").fetchall() == [(1, 1)]


@pytest.mark.parametrize(
    ("shown", "digits"),
    [
        ("+86 163-5550 0001", "16355500001"), ("008616355500001", "16355500001"), ("8616355500001", "16355500001"),
        ("016355500001", "16355500001"), ("02583000001", "02583000001"), ("+862583000001", "02583000001"),
        ("+8695500", "95500"), ("+864008001234", "4008001234"), ("106900001234", "106900001234"),
        ("１６３５５５００００１", "16355500001"), ("anonymous", ""), ("+14155550100", "14155550100"),
    ],
)  # fmt: skip
def test_a_number_has_one_form(shown: str, digits: str) -> None:
    case = case_with_numbers()
    code = define_caller_digits(case.con, "CN")
    row = case.con.execute("SELECT caller_digits($shown, $code)", {"shown": shown, "code": code}).fetchone()
    assert row == (digits,)
