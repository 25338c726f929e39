"""The vintage fence: how often windows of 95 % hold the day on which a copy left, and how wide they are.

By the rate at which the copy was sub-sampled, for lists whose columns tell when rows came and went, and for lists of
which only successive versions are known. Clients are drawn with seeds that tuning did not use; some rows come
otherwise, some are misdated, and rows come in bursts.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from tests.findings.row_histories import Setting, draw
from tracer.findings.vintage.fence import find_fence

FIRST_SEED = 50_000
"""Tuning used 100 to 199, the tests 7,001."""
RATES = (0.05, 0.1, 0.2, 0.5, 1.0)
HISTORIES = {"columns": None, "lists of every 60 days": 60, "lists of every 180 days": 180}


def measure(setting: Setting, cases: int, first_seed: int) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """How many of the windows hold the true day, and all widths in days."""
    hit, widths = 0, []
    for case in range(cases):
        copied = draw(setting, np.random.default_rng([first_seed, case]))
        fence = find_fence(copied.cohorts, 0, copied.obtained)
        hit += fence.first <= copied.left <= fence.last
        widths.append(fence.last - fence.first + 1)
    return hit, np.array(widths, dtype=np.int64)


def main() -> None:
    """Print coverage with its exact interval, and quartiles of the width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    given = parser.parse_args()
    print(f"{'history':<24} {'rate':>5} {'covered':>8} {'95 % of that':>14} {'width, days (quartiles)':>24}")
    for name, every in HISTORIES.items():
        for rate in RATES:
            hit, widths = measure(Setting(rate, every=every), given.cases, given.seed)
            interval = stats.binomtest(hit, given.cases).proportion_ci()
            quarters = " / ".join(f"{q:.0f}" for q in np.quantile(widths, [0.25, 0.5, 0.75]))
            covered = f"{hit / given.cases:>8.3f} {interval.low:>8.3f}-{interval.high:.3f}"
            print(f"{name:<24} {rate:>5.2f} {covered} {quarters:>24}")


if __name__ == "__main__":
    main()
