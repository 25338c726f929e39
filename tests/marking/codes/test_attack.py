"""An independent attacker, with other software than the tool's own report, must not find canaries better than a coin.

Null: a canary is like an ordinary row, so the AUC of a learner that has seen neither has mean ½ and the variance of
Mann and Whitney. Each list's AUC must lie within it, and so must the mean over all lists, which shows what is small and
everywhere. Personas were tuned on `TUNING` seeds. The seeds of `TESTING` were looked at once, when the work was done;
`tests/bench/detectability.py` has them all and the same for real rows in the canaries' place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tests.marking.attack import attack, copy_of
from tests.marking.hand_lists import listed, material
from tests.marking.made import made_rows, raw_rows
from tests.marking.marked_lists import ALL, MARKET, Marked, canaries_for, with_canaries
from tracer.marking.detection.detectability import detectability

TUNING = range(1, 41)
TESTING = range(301, 304)
TESTED = ("sorted by id", "two phones", "companies", MARKET, "hesong-2026-06.vcf")
"""A list of every kind; the bench looks at all of them."""
LEARNERS = 4
ALPHA = 0.01
"""Of the whole test on perfect canaries: half for single lists, half for the means."""


@pytest.mark.slow("twenty learners are trained")
def test_learners_that_know_half_the_canaries_do_not_find_the_others() -> None:
    found: dict[str, Mapping[str, float]] = {}
    spreads = {}
    for name in TESTED:
        marked = with_canaries(name, TESTING[0])
        found[name] = attack(marked.copy, marked.marks, marked.usable, TESTING[0])
        spreads[name] = marked.spread
    single = float(norm.isf(ALPHA / 2 / (LEARNERS * len(TESTED))))
    too_well = {name: areas for name, areas in found.items() if max(areas.values()) > 0.5 + single * spreads[name]}
    assert too_well == {}
    mean_spread = sum(spread**2 for spread in spreads.values()) ** 0.5 / len(TESTED)
    bound = 0.5 + float(norm.isf(ALPHA / 2 / LEARNERS)) * mean_spread
    for learner in next(iter(found.values())):
        assert float(np.mean([areas[learner] for areas in found.values()])) < bound, (learner, found)


@pytest.mark.slow("learners are trained")
def test_the_attacker_finds_canaries_that_do_not_fit(tmp_path: Path) -> None:
    """Otherwise the test above would show nothing: numbers written in one way only."""
    m = material(12)
    case = listed("two phones", tmp_path, m)
    source, rows = made_rows(case, canaries_for("two phones", m), b"twelve")
    plain = [
        replace(row, cells=(row.cells[0], str(m.numbers[-1 - k])[:11], *row.cells[2:])) for k, row in enumerate(rows)
    ]
    copy, marks = copy_of(raw_rows(case, source), plain)
    found = attack(copy, marks, np.ones(len(copy), dtype=bool), 12)
    spread = Marked(copy, marks, np.ones(len(copy), dtype=bool)).spread
    assert max(found.values()) > 0.5 + 5 * spread, "far beyond what the test above allows"
    assert any(f.column == "联系电话" for f in detectability(case.con, source, plain).detectable_features)


def test_every_list_that_is_tested_is_measured_in_full() -> None:
    assert set(TESTED) <= set(ALL)
