"""Unique canaries: how often a sample is named, beside 1 - (1 - r)^K, and how often an innocent copy is.

Two worlds: bare numbers in sparse blocks with 20 releases, and lists whose names agree with 1,000 releases. A third
shows where one hit is not enough: bare numbers in dense blocks with 1,000 releases.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.stats import binomtest

from tests.findings.marked_world import AT, SPACE
from tracer.findings.attribution.nulls import block_chance
from tracer.findings.sightings import Canary, CanaryChance

ALPHA, RUNS, SEED = 0.01, 5_000, 9_001
WORLDS = (
    ("sparse blocks, bare numbers", 20, 0.02, None),
    ("names agree with one row in 2,000 by chance", 1000, 1.0, 1 / 2000),
    ("dense blocks, bare numbers", 1000, 1000.0, None),
)
"""Name, releases, mean of other numbers of the list in each canary's block, chance that a row agrees with a persona."""
SAMPLES = ((0.5, 5), (0.2, 14), (0.1, 29), (0.05, 59))
"""Rate and canaries of the copy: those that methods give for 95 %."""


def named(others: np.ndarray, seen: np.ndarray, agreeing: np.ndarray, releases: int, alike: float | None) -> bool:
    """Whether a release would be named by its unique canaries, one in each block beside `others` numbers."""
    if not seen.any():
        return False
    planted = len(seen)
    canaries = [Canary(i, "canary", SPACE + i * 10_000, None, None, None, AT) for i in range(planted)]
    held = others + seen
    blocks = {(SPACE + i * 10_000) // 10_000: int(held[i]) for i in range(planted)}
    beside = frozenset(int(i) for i in np.flatnonzero(agreeing))
    around = CanaryChance(blocks, 0, alike is not None, beside, dict.fromkeys(range(planted), alike or 0.0))
    there = frozenset(int(i) for i in np.flatnonzero(seen))
    return block_chance(canaries, there, around) <= ALPHA / releases


def main() -> int:
    """Print the table; 1 where detection is off by more than .02 in the first two worlds, or the error is not kept."""
    held = True
    for at, (name, releases, mean, alike) in enumerate(WORLDS):
        print(f"{name}; {releases} releases")
        for rate, planted in SAMPLES:
            rng = np.random.default_rng([SEED, at, planted])
            found = wrong = 0
            for _ in range(RUNS):
                others = rng.poisson(mean, planted)
                seen = rng.random(planted) < rate
                found += named(others, seen, seen, releases, alike)
                chance = rng.random(planted) < others / 10_000
                wrong += named(
                    others - chance, chance, chance & (rng.random(planted) < (alike or 0.0)), releases, alike
                )
            stated = 1 - (1 - rate) ** planted
            keeps = binomtest(wrong, RUNS, ALPHA / releases, alternative="greater").pvalue > 0.01
            held &= bool(keeps) and (at == 2 or abs(found / RUNS - stated) <= 0.02)
            print(
                f"  r={rate:<5} K={planted:<3} named {found / RUNS:.3f}, 1-(1-r)^K {stated:.3f};"
                f" one innocent copy named {wrong}/{RUNS}, bound {ALPHA / releases:g}",
                flush=True,
            )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
