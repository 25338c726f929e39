"""Of a switch's log it is kept who called whom and when, for counting; of a telephone's own nothing; no view tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signals.register import CANARY, EPOCH, write
from tracer.ask.sandbox import documented_views
from tracer.case.case import Case
from tracer.signals.load import load_signals
from tracer.identify.callers import beginnings, read_callers, segment_of

OTHER, CALLER = "14199990000", "16355500001"


def test_calls_of_a_switch_are_kept_and_shown_by_no_view(case: Case, tmp_path: Path) -> None:
    path = write(
        tmp_path, "cdr.csv",
        f"at,caller,called\n2026-06-18 12:00:00,{CALLER},{OTHER}\n2026-06-18 12:00:01,+86{CALLER},{CANARY}\n"
        f"2026-06-18 12:00:02,,{OTHER}\nnonsense,{CALLER},{OTHER}\n2026-06-18 12:00:03,anonymous,{OTHER}\n",
    )  # fmt: skip
    for _ in range(2):
        loaded = load_signals(case, path)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (5, 1, 1)
    kept = case.con.execute('SELECT caller, called FROM call_record ORDER BY "at"').fetchall()
    assert kept == [(CALLER, int(f"86{OTHER}")), (CALLER, int(f"86{CANARY}"))]
    for view in documented_views(case.con):
        shown = str(case.con.execute(f"SELECT * FROM views.{view}").fetchall())
        assert OTHER not in shown, view
        assert CALLER not in shown, view
    assert case.con.execute("SELECT calls, callers FROM views.call_records").fetchall() == [(2, 1)]


def test_a_telephones_own_log_leaves_nothing_of_others(case: Case, tmp_path: Path) -> None:
    call = f'<call number="{OTHER}" duration="9" date="{EPOCH}000" type="2" />'
    load_signals(case, write(tmp_path, f"calls-{CANARY}.xml", f'<?xml version="1.0"?><calls count="1">{call}</calls>'))
    assert case.con.execute("SELECT count(*) FROM call_record").fetchone() == (0,)


@pytest.mark.parametrize(
    ("shown", "digits"),
    [
        ("+86 163-5550 0001", CALLER), ("0086" + CALLER, CALLER), ("86" + CALLER, CALLER), ("0" + CALLER, CALLER),
        ("02583000001", "02583000001"), ("+862583000001", "02583000001"), ("+8695500", "95500"),
        ("+864008001234", "4008001234"), ("106900001234", "106900001234"), ("１６３５５５００００１", CALLER),
        ("anonymous", ""), ("+14155550100", "14155550100"),
    ],
)  # fmt: skip
def test_a_number_has_one_form(case: Case, shown: str, digits: str) -> None:
    code = define_caller_digits(case.con, "CN")
    row = case.con.execute("SELECT caller_digits($shown, $code)", {"shown": shown, "code": code}).fetchone()
    assert row == (digits,)
