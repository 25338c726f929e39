"""Realistic lists pass whole, and attackers who share nothing with the gate strip little more than of the list's rows.

Two of the eight lists, by another seed than the one they were looked at with; all: `python -m tests.bench.eight`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.eight import MORE, attacked, control, released, seen
from tests.marking.makers import MAKERS

COPIES, RECORDS, ROWS, SEED = 9, 5, 2_000, 2


@pytest.mark.slow("a release is written and attacked")
@pytest.mark.parametrize("name", ["insurer", "benefits"])
def test_a_list_passes_whole_and_rules_strip_little_more_than_of_its_rows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in (("TRACER_KEY", "ab" * 32), ("TRACER_NOW", "2026-04-01T09:00:00")):
        monkeypatch.setenv(key, value)
    made = MAKERS[name](tmp_path, ROWS, SEED)
    verdict, trial, why = released(made, tmp_path, COPIES, RECORDS)
    assert verdict == "passes whole", why
    assert trial is not None
    of_rows = attacked(seen(control(made, COPIES, RECORDS, SEED)), SEED)
    assert attacked(seen(trial), SEED).rules <= of_rows.rules + MORE
