"""Planned campaigns come in as a file of signals: `format = "allowed"`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.inserted import LOADED, insert
from tests.signals.register import case_with_numbers, write
from tracer.errors import InputRefused
from tracer.signals.load import load_signals


def test_windows_are_taken_in_and_bad_ones_refused_together(tmp_path: Path) -> None:
    case = case_with_numbers()
    insert(case.con, "release", id="r", dataset="a", recipient="v", registered_at=LOADED)
    rows = "r,call,2026-05-01,2026-05-31,reminder\nr,,2026-06-01,2026-06-01,\n"
    path = write(tmp_path, "planned.csv", f"release,channel,from,until,note\n{rows}")
    loaded = load_signals(case, path, "allowed")
    assert (loaded.format, loaded.rows, loaded.signals) == ("allowed", 2, 0)
    assert load_signals(case, path, "allowed") == loaded
    found = case.con.execute("SELECT release, channel, first, last FROM allowed_window ORDER BY row").fetchall()
    assert found == [("r", "call", date(2026, 5, 1), date(2026, 5, 31)), ("r", None, *[date(2026, 6, 1)] * 2)]
    wrong = (
        "x,call,2026-05-01,2026-05-31\nr,pigeon,2026-05-01,2026-05-31\nr,call,may,june\nr,call,2026-05-31,2026-05-01\n"
    )
    with pytest.raises(InputRefused) as refused:
        load_signals(case, write(tmp_path, "planned.csv", f"release,channel,from,until\n{wrong}"), "allowed")
    for said in ("no release 'x'", "invalid channel", "must be days", "ends before it begins"):
        assert said in refused.value.line()
    with pytest.raises(InputRefused, match="missing column first and last"):
        load_signals(case, write(tmp_path, "planned.csv", "release,note\nr,x\n"), "allowed")
    assert case.con.execute("FROM allowed_window SELECT release").fetchall() == [("r",)] * 2
