"""An independent attacker, with other software than the tool's own report, must not find canaries better than a coin.

Seeds: the personas were tuned on seed 1, and faults that seed 11 showed were mended, so 11 guards against a relapse and
is no independent figure. On seeds never looked at (51 to 53) 2 of 24 lists exceed the tolerance, at .59; real rows in
the canaries' place exceed it in none.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.marking.attack import ORDINARY, attack, copy_of
from tests.marking.hand_lists import CANARIES, LISTS, Material, identities, load_table, material
from tests.marking.made import made_rows, raw_rows
from tracer.marking.detectability import detectability
from tracer.marking.personas import Identity

SPREAD = ((1 / CANARIES + 1 / ORDINARY) / 12) ** 0.5
"""Standard error of an AUC of ½ (Mann and Whitney 1947)."""
TOLERANCE = 3.42 * SPREAD
"""One-sided, at 1 % over eight lists and four learners: normal quantile of 1 - .01 / 32."""


def canaries_for(name: str, m: Material) -> list[Identity]:
    """With addresses where the list has them, without numbers where it has none."""
    return identities(m, phones=name != "mail only", mails=name in ("mail only", "checked ids"))


@pytest.mark.parametrize("name", list(LISTS))
def test_learners_that_know_half_the_canaries_do_not_find_the_others(name: str, tmp_path: Path) -> None:
    m = material(11)
    build, encoding = LISTS[name]
    case = load_table(tmp_path, build(m), encoding, m)
    source, rows = made_rows(case, canaries_for(name, m), b"eleven")
    copy, marks = copy_of(raw_rows(case, source), rows)
    assert int(marks.sum()) == CANARIES
    found = attack(copy, marks, np.ones(len(copy), dtype=bool), 11)
    assert max(found.values()) < 0.5 + TOLERANCE, found
    assert detectability(case.con, source, rows).giving_away == ()


def test_the_attacker_finds_canaries_that_do_not_fit(tmp_path: Path) -> None:
    """Otherwise the tests above would show nothing: rows copied whole, and numbers written in one way only."""
    m = material(12)
    build, encoding = LISTS["two phones"]
    case = load_table(tmp_path, build(m), encoding, m)
    source, rows = made_rows(case, canaries_for("two phones", m), b"twelve")
    from dataclasses import replace

    plain = [
        replace(row, cells=(row.cells[0], str(m.numbers[-1 - k])[:11], *row.cells[2:])) for k, row in enumerate(rows)
    ]
    copy, marks = copy_of(raw_rows(case, source), plain)
    found = attack(copy, marks, np.ones(len(copy), dtype=bool), 12)
    assert max(found.values()) > 0.5 + 2 * TOLERANCE
    assert any(f.column == "联系电话" for f in detectability(case.con, source, plain).giving_away)
