"""Where there are more identities than needed, those are planted that are like the list."""

from pathlib import Path

import numpy as np
import pytest

from tests.marking.own_list import asked, own_case
from tracer.marking.persona.source_list import read_source_list
from tracer.marking.release.drawing import draw_copies, nearest_means, prepared


def _table(seed: int, odd: int) -> tuple[np.ndarray, np.ndarray]:
    """1,000 ordinary rows behind 120 planted ones with 30 features; `odd` of the planted are far out in three."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(1120, 30))
    table[:odd, :3] += 4.0
    return table, np.arange(1120) < 120


def test_what_no_row_is_like_is_left_out() -> None:
    table, planted = _table(1, 25)
    gone = nearest_means(table, planted, range(120), 60)
    assert len(gone) == 60
    assert len(gone & set(range(25))) >= 23


@pytest.mark.slow("many draws")
def test_the_kept_are_as_near_to_the_list_as_chance_and_no_nearer() -> None:
    distances = []
    for seed in range(8):
        table, planted = _table(seed, 20)
        kept = [row for row in range(120) if row not in nearest_means(table, planted, range(120), 60)]
        distances.append(60 * float((table[kept].mean(axis=0) ** 2).sum()) / 30)
    # The mean of 60 rows drawn at random has 1.
    assert 0.4 < float(np.mean(distances)) < 1.2


def test_rows_that_must_stay_stay() -> None:
    table, planted = _table(2, 10)
    assert nearest_means(table, planted, range(20, 60), 30) <= set(range(20, 60))


def test_the_gate_looks_at_canaries_that_were_not_chosen(tmp_path: Path) -> None:
    """Those that were chosen are like the list in all that it looks at, whatever else gives them away."""
    case = own_case(tmp_path, canaries=40)
    request = asked(tmp_path, "v0", "v1", unique=8)
    source = read_source_list(case.con, "own")
    drawn = draw_copies(case, source, request, *prepared(case, source, request))
    assert drawn.planted.rows == drawn.rows
    looked, planted = drawn.looked_at, drawn.planted
    assert len(looked.rows) == len(planted.rows) == 16
    assert looked.rows.keys() != planted.rows.keys()
    for release, canaries in planted.held.items():
        assert len(looked.held[release]) == len(canaries) == 8
        assert set(looked.held[release]) <= looked.rows.keys()
    few = asked(tmp_path, "v0", "v1", unique=3)
    drawn = draw_copies(case, source, few, *prepared(case, source, few))
    assert drawn.looked_at == drawn.planted, "of so few none is chosen"
