"""Realistic lists pass whole, and attackers who share nothing with the gate strip a part of the records, not all.

The aim is at most 15 points more than of the list's rows. By this seed, which nothing was looked at with, they strip
.24 and .34 for 0 and .01; on the lists as they were made first, .92 and .82 before. What is held here is that it gets
no worse. All eight lists: `python -m tests.bench.eight`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.eight import attacked, released, seen
from tests.marking.makers import MAKERS

COPIES, RECORDS, ROWS, SEED = 9, 5, 2_000, 2
MOST = 0.55
"""Share of the records that may be stripped: of 45 that is three standard errors above what was measured."""


@pytest.mark.slow("a release is written and attacked")
@pytest.mark.parametrize("name", ["insurer", "benefits"])
def test_a_list_passes_whole_and_rules_strip_a_part_of_its_records(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in (("TRACER_KEY", "ab" * 32), ("TRACER_NOW", "2026-04-01T09:00:00")):
        monkeypatch.setenv(key, value)
    made = MAKERS[name](tmp_path, ROWS, SEED)
    verdict, trial, why = released(made, tmp_path, COPIES, RECORDS)
    assert verdict == "passes whole", why
    assert trial is not None
    assert attacked(seen(trial), SEED).rules <= MOST
