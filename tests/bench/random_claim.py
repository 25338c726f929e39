"""Bars of the claim `random` (methods 3): calibration, power, and time. Fixed seeds; prints a table.

Run: python -m tests.bench.random_claim [--full]
"""

from __future__ import annotations

import sys
import time

import numpy as np
from scipy import stats

from tracer.findings.claims.blocks import BLOCK, overlap_null

LEVELS = (0.001, 0.01, 0.05)
DENSITIES = (0.0005, 0.005, 0.02, 0.05, 0.1, 0.2)


def calibration(lists: int, density: float, seed: int) -> tuple[list[float], float]:
    """Shares of printed p-values at or under each level, and the KS p-value of the randomised ones."""
    rng = np.random.default_rng(seed)
    drawn = rng.poisson(2.0, size=2_000)
    known = rng.binomial(BLOCK, density, size=2_000)
    null = overlap_null(known, drawn)
    overlaps = np.concatenate(
        [rng.hypergeometric(known, BLOCK - known, drawn, size=(250, 2_000)).sum(axis=1) for _ in range(lists // 250)]
    )
    values, inverse = np.unique(overlaps, return_inverse=True)
    printed = np.array([null.tail(int(value)) for value in values])[inverse]
    randomised = [null.randomised(int(o), u) for o, u in zip(overlaps, rng.random(overlaps.size), strict=True)]
    return [float((printed <= level).mean()) for level in LEVELS], float(stats.kstest(randomised, "uniform").pvalue)


def power(density: float) -> float:
    """Power at 1 % true overlap, n = 10,000, two numbers a block, α = 1 %."""
    return overlap_null(np.full(5_000, round(BLOCK * density)), np.full(5_000, 2)).power(0.01, 0.01)


def seconds(numbers: int, memberships: int) -> float:
    """Time of the exact test alone, for a list of so many numbers in 100,000 blocks."""
    rng = np.random.default_rng(3)
    blocks = 100_000
    drawn = rng.multinomial(numbers, np.full(blocks, 1 / blocks))
    known = np.minimum(rng.multinomial(memberships, rng.dirichlet(np.full(blocks, 0.7))), BLOCK)
    began = time.perf_counter()
    null = overlap_null(known, drawn)
    null.tail(round(null.mean * 1.01))
    return time.perf_counter() - began


def main() -> None:
    """Print the table; exit 1 where a bar is missed."""
    full = "--full" in sys.argv
    lists, missed = 2_000 if full else 500, False
    print("density  " + "  ".join(f"P(p≤{level})" for level in LEVELS) + "  KS p    power at 1 %")
    for number, density in enumerate(DENSITIES):
        shares, uniform = calibration(lists, density, 100 + number)
        bold = [
            stats.binomtest(round(share * lists), lists, level, alternative="greater").pvalue <= 0.01 / len(DENSITIES)
            for share, level in zip(shares, LEVELS, strict=True)
        ]
        strength = power(density)
        # The 1 % of each level's test is shared by the densities: one of eighteen would be missed by chance often.
        missed |= any(bold) or uniform <= 0.01 / len(DENSITIES) or (density <= 0.02 and strength < 0.99)
        print(f"{density:<8} " + "  ".join(f"{share:9.4f}" for share in shares) + f"  {uniform:.3f}   {strength:.4f}")
    took = seconds(1_000_000, 100_000_000 if full else 10_000_000)
    missed |= took >= 10
    print(f"exact test of 1,000,000 numbers against {100 if full else 10} M memberships, counting apart: {took:.2f} s")
    raise SystemExit(int(missed))


if __name__ == "__main__":
    main()
