"""Where there are more identities than needed, those are planted that are like the list."""

import numpy as np

from tracer.marking.release.most_alike import nearest_means


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
