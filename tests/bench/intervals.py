"""Intervals of size, growth, pool and complaint rate cover ≥ 94 % in every cell of a grid, 20,000 draws each.

Run: python -m tests.bench.intervals [--draws N]. Fixed seeds. Prints coverage and median width. Cells of unevenly
drawn members or cards have no bar: they show how far below the truth estimates fall, which the results say themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tests.bench import frame
from tracer.findings.campaigns.pool import PoolSize, pool_size
from tracer.findings.claims.size import PoolEstimate, several_samples, two_samples
from tracer.findings.tails import count_interval, share_interval

BAR = 0.94
SEED = 5_000_000
"""First seed of these cells; what was looked at while the methods were made began at 1,000,000."""
Interval = tuple[float, float, float]
"""Lower end, upper end (inf: none), point estimate."""


@dataclass(frozen=True)
class Cell:
    """One cell of the grid."""

    what: str
    setting: str
    truth: float
    draw: Callable[[np.random.Generator, int], NDArray[np.int64]]
    """(generator, draws) → outcomes, one a row."""
    interval: Callable[[tuple[int, ...]], Interval]
    """Outcome → interval."""
    bar: bool = True


def cells() -> Iterator[Cell]:
    """The grid."""
    for size, first, second in (
        (1_000, 100, 100), (10_000, 200, 200), (10_000, 1_000, 3_000), (100_000, 1_000, 400), (1_000_000, 2_000, 2_000),
        (1_000_000, 20_000, 5_000), (500_000_000, 100_000, 100_000), (2_000, 1_500, 1_200),
    ):  # fmt: skip
        yield _two(size, first, second)
    for size, sizes in ((2_000, (200, 200, 200)), (20_000, (500, 400, 300, 500)), (200_000, (2_000,) * 3)):
        yield _several(size, sizes)
    for rate, days in ((0.5, 1), (4.0, 1), (20.0, 2), (1_000.0, 1)):
        yield _growth(rate, days)
    pools = {50: (30, 200), 1_000: (118, 1_000), 10_000: (118, 800), 3_000: (4_000,)}
    for cards, calls in ((cards, calls) for cards, many in pools.items() for calls in many):
        yield _pool(cards, calls)
    for rate, calls in ((1e-4, 5_000), (1e-4, 29_956), (1e-4, 1_000_000), (1e-3, 3_000), (5e-3, 400), (1e-5, 200_000)):
        yield _complaints(rate, calls)
    yield _uneven_members(20_000, 500)
    yield _pool(1_000, 600, np.random.default_rng(SEED - 2).gamma(0.5, size=1_000))


def _ends(pool: PoolEstimate | PoolSize) -> Interval:
    high, estimate = (np.inf if end is None else end for end in (pool.high, pool.estimate))
    return pool.low, high, estimate


def _two(size: int, first: int, second: int) -> Cell:
    return Cell(
        "size", f"N={size:,} n={first:,},{second:,}", size,
        lambda rng, draws: rng.hypergeometric(first, size - first, second, size=draws)[:, None],
        lambda outcome: _ends(two_samples(first, second, outcome[0])),
    )  # fmt: skip


def _several(size: int, sizes: tuple[int, ...]) -> Cell:
    """One sample is added after the other: of those seen k times a hypergeometric part is seen again."""

    def draw(rng: np.random.Generator, draws: int) -> NDArray[np.int64]:
        seen = np.zeros((draws, len(sizes) + 1), dtype=np.int64)
        seen[:, 0] = size
        for sample in sizes:
            left, drawn = np.full(draws, sample), np.zeros_like(seen)
            rest = np.full(draws, size)
            for times in range(len(sizes) + 1):
                here = seen[:, times]
                rest = rest - here
                taken = rng.hypergeometric(here, rest, left)
                drawn[:, times] = taken
                left = left - taken
            seen = seen - drawn
            seen[:, 1:] += drawn[:, :-1]
        return seen[:, 1:]

    setting = f"N={size:,} n={','.join(map(str, sizes))}"
    return Cell("size", setting, size, draw, lambda outcome: _ends(several_samples(sizes, outcome)))


def _growth(rate: float, days: int) -> Cell:
    def interval(outcome: tuple[int, ...]) -> Interval:
        low, high = count_interval(outcome[0])
        return low / days, high / days, outcome[0] / days

    return Cell(
        "growth", f"{rate:g} new a day, {days} days", rate,
        lambda rng, draws: rng.poisson(rate * days, size=draws)[:, None], interval,
    )  # fmt: skip


def _distinct(
    rng: np.random.Generator, draws: int, cards: int, calls: int, weights: NDArray[np.float64] | None = None
) -> NDArray[np.int64]:
    """Distinct callers in `calls` calls, `draws` times."""
    found = np.empty((draws, 1), dtype=np.int64)
    edges = None if weights is None else np.cumsum(weights / weights.sum())
    for start in range(0, draws, 500):
        many = min(500, draws - start)
        if edges is None:
            callers = rng.integers(0, cards, size=(many, calls))
        else:
            callers = np.searchsorted(edges, rng.random((many, calls)))
        callers.sort(axis=1)
        found[start : start + many, 0] = 1 + (np.diff(callers, axis=1) > 0).sum(axis=1)
    return found


def _pool(cards: int, calls: int, weights: NDArray[np.float64] | None = None) -> Cell:
    return Cell(
        "pool" if weights is None else "pool, uneven", f"{cards:,} cards, {calls:,} calls", cards,
        lambda rng, draws: _distinct(rng, draws, cards, calls, weights),
        lambda outcome: _ends(_pool_size(calls, outcome[0])), bar=weights is None,
    )  # fmt: skip


_pool_size = cache(pool_size)


def _complaints(rate: float, calls: int) -> Cell:
    return Cell(
        "complaints", f"{rate:g} of {calls:,} calls", rate,
        lambda rng, draws: rng.binomial(calls, rate, size=draws)[:, None],
        lambda outcome: (*share_interval(outcome[0], calls), outcome[0] / calls),
    )  # fmt: skip


def _uneven_members(size: int, sample: int) -> Cell:
    """Members are drawn with chances that differ as a gamma variate of shape 1/2: more are in common."""
    chances = np.random.default_rng(SEED - 1).gamma(0.5, size=size)
    chances = np.minimum(chances * sample / chances.sum(), 1.0)
    # The common members of two samples drawn with these chances; their number is a sum of rare ones: Poisson.
    return Cell(
        "size, uneven", f"N={size:,} n={sample},{sample}", size,
        lambda rng, draws: rng.poisson(float((chances**2).sum()), size=draws)[:, None],
        lambda outcome: _ends(two_samples(sample, sample, outcome[0])), bar=False,
    )  # fmt: skip


def measure(cell: Cell, seed: int, draws: int) -> tuple[float, float, float]:
    """(coverage, median relative width, median estimate by the truth)."""
    outcomes, times = np.unique(cell.draw(np.random.default_rng(seed), draws), axis=0, return_counts=True)
    ends = np.array([cell.interval(tuple(int(x) for x in row)) for row in outcomes], dtype=np.float64)
    covered = (ends[:, 0] <= cell.truth) & (cell.truth <= ends[:, 1])
    share = float(times[covered].sum() / times.sum())
    return share, _median(ends[:, 1] - ends[:, 0], times) / cell.truth, _median(ends[:, 2], times) / cell.truth


def _median(values: NDArray[np.float64], times: NDArray[np.int64]) -> float:
    order = np.argsort(values)
    at = int(np.searchsorted(np.cumsum(times[order]), times.sum() / 2))
    return float(values[order][at])


def main(*, draws: int = 20_000) -> bool:
    """Print the table; 1 where a cell misses the bar, or an uneven cell is not biased low."""
    missed = False
    print(f"{'what':14} {'setting':34} coverage   median width   median estimate (both by the truth)")
    for number, cell in enumerate(cells()):
        covered, width, estimate = measure(cell, SEED + number, draws)
        missed |= covered < BAR if cell.bar else estimate >= 1.0
        print(f"{cell.what:14} {cell.setting:34} {covered:8.4f}   {width:12.3f}   {estimate:8.3f}", flush=True)
    print(f"bars: coverage ≥ {BAR} in every cell, uneven cells biased low:", "MISSED" if missed else "met")
    return not missed


if __name__ == "__main__":
    frame.run(main)
