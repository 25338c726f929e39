"""Planned campaigns come in as a file of signals: `format = "allowed"`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.signals.register import case_with_numbers
from tracer.errors import InputRefused
from tracer.signals.load import load_signals


def test_windows_are_taken_in_and_bad_ones_refused_together(tmp_path: Path) -> None:
    case = case_with_numbers()
    case.con.execute(
        "INSERT INTO release (id, dataset, recipient, registered_at) VALUES ('r', 'a', 'v', $at)",
        {"at": datetime(2026, 1, 1)},
    )
    path = tmp_path / "planned.csv"
    rows = "r,call,2026-05-01,2026-05-31,reminder\nr,,2026-06-01,2026-06-01,\n"
    path.write_text("release,channel,from,until,note\n" + rows)
    loaded = load_signals(case, path, "allowed")
    assert (loaded.format, loaded.rows, loaded.signals) == ("allowed", 2, 0)
    assert load_signals(case, path, "allowed") == loaded
    windows = case.con.execute("SELECT release, channel, first, last FROM allowed_window ORDER BY row").fetchall()
    assert windows == [
        ("r", "call", date(2026, 5, 1), date(2026, 5, 31)),
        ("r", None, date(2026, 6, 1), date(2026, 6, 1)),
    ]
    path.write_text("release,channel,from,until\nx,call,2026-05-01,2026-05-31\nr,pigeon,2026-05-01,2026-05-31\n"
                    "r,call,may,june\nr,call,2026-05-31,2026-05-01\n")  # fmt: skip
    with pytest.raises(InputRefused) as refused:
        load_signals(case, path, "allowed")
    for said in ("no release 'x'", "invalid channel", "must be days", "ends before it begins"):
        assert said in refused.value.line()
    path.write_text("release,note\nr,x\n")
    with pytest.raises(InputRefused, match="missing column first and last"):
        load_signals(case, path, "allowed")
    assert case.con.execute("SELECT count(*) FROM allowed_window").fetchone() == (2,)
