"""Progress: a bar on a terminal, nothing drawn where nobody looks."""

from __future__ import annotations

import time

import duckdb
import pytest

from tracer.cli.progress import Bar, stages


def test_the_share_follows_files_steps_and_never_leaves_its_bounds() -> None:
    bar = Bar("loading", None, total=1000)
    bar.begin("a", 600)
    bar.heading_for(0.4)
    assert bar.share() == 0.0
    bar.heading_for(1.0)
    assert bar.share() == pytest.approx(0.24)
    bar.begin("b", 400)
    assert bar.share() == pytest.approx(0.6)
    bar.begin("c", 5000)
    assert bar.share() == 1.0


def test_a_statement_that_runs_counts_for_its_step() -> None:
    bar = Bar("tracing", duckdb.connect(), total=0)
    bar.begin("overlaps")
    assert 0.0 <= bar.share() <= 1.0


def test_where_nobody_looks_nothing_is_drawn_and_what_was_slow_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with stages("loading") as meter:
        meter.begin("quick.csv", 10)
        meter.begin("slow.csv", 10)
        time.sleep(1.05)
    told = capsys.readouterr()
    assert told.out == ""
    assert "\x1b" not in told.err
    assert "slow.csv took" in told.err
    assert "quick.csv" not in told.err
