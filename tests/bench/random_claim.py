"""The claim `random`: `python -m tests.bench.random_claim [--lists 200] [--countries US,DE]`.

First the exact test of overlaps by itself: printed p-values are at most as often small as they say, and randomised ones
are uniform, on lists that are random within their blocks; power at 1 % true overlap, n = 10,000, α = 1 %. Then country
by country: live numbers over the blocks that carriers were given, real lists of people among them, and lists that were
generated in the ways of the trade; how often each is contradicted. Bars: of lists that were generated at most 5 %
(scrubbed by number status too, while a block in use has as many live numbers as `number_plans` takes it to have), of
copies at a tenth of the list and more at least 95 %. Fixed seeds; no number leaves the process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy import stats

from tests.bench import frame
from tracer.findings.claims.blocks import BLOCK, Overlap, overlap_null, overlap_of
from tracer.findings.claims.random import ALPHA
from tracer.identify.number_plans import NumberRange, built_in_ranges
from tracer.identify.segments import BUILT_IN, BUILT_IN_ABROAD

Keys = NDArray[np.int64]
ROWS, KNOWN = 10_000, 20_000
"""Numbers of the claimed list, and of the real list that it is compared with."""
_REGION = 30_000_000
"""Numbers of the blocks in which the real list's people live: those of one region."""
_UNEVEN = 0.5
"""How unevenly a list's people are spread over blocks of equal size: deviation of the logarithm. Beyond, the case would
know more than half of a block's people, which the test takes for the most.
"""
_TRUE, _COPIES = 0.05, 0.95
LEVELS = (0.001, 0.01, 0.05)
DENSITIES = (0.0005, 0.005, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Market:
    """Live numbers of a region of one country."""

    within: NumberRange
    allotted: Keys
    """First key of each block that a carrier was given."""
    carrier: NDArray[np.int64]
    used: Keys
    live: NDArray[np.float64]
    popular: NDArray[np.float64]
    """How often a list's people are of the block: carriers and towns differ."""

    def people(self, rng: np.random.Generator, count: int) -> Keys:
        """A list of so many live numbers."""
        weight = self.live * self.popular
        block = rng.choice(self.used.size, 2 * count, p=weight / weight.sum())
        # The first numbers of a block are its live ones, in an order of its own that `_place` hides.
        at = (rng.random(block.size) * self.live[block] * self.within.block).astype(np.int64)
        return np.unique(_place(self.used[block], at, self.within.block))[:count]

    def is_live(self, keys: Keys) -> NDArray[np.bool_]:
        """Whether numbers are live: in blocks of other regions as in this one's."""
        start = keys - keys % self.within.block
        found = np.searchsorted(self.used, start)
        here = (found < self.used.size) & (self.used[np.minimum(found, self.used.size - 1)] == start)
        share = np.where(here, self.live[np.minimum(found, self.used.size - 1)], float(self.live.mean()))
        return np.asarray(_unplace(keys, self.within.block) < share * self.within.block, dtype=np.bool_)


def _place(start: Keys, at: Keys, size: int) -> Keys:
    """The `at`-th number of a block in an order of its own."""
    return start + (at * 7 + start // size * 331) % size


def _unplace(keys: Keys, size: int) -> Keys:
    inverse = pow(7, -1, size)
    return (keys % size - keys // size * 331) * inverse % size


def market(rng: np.random.Generator, within: NumberRange, flat: float | None = None) -> Market:
    """A region's market: blocks in use have the least share of live numbers or more, or all the same one."""
    prefixes, carriers = _prefixes(within)
    width = len(str(within.first))
    left = np.array([10 ** (width - len(prefix)) for prefix in prefixes], dtype=np.int64)
    start = np.array([int(prefix) for prefix in prefixes], dtype=np.int64) * left
    chosen = rng.choice(start.size, 40_000, p=left / left.sum())
    first = start[chosen] + (rng.random(chosen.size) * left[chosen]).astype(np.int64)
    blocks, at = np.unique(first - first % within.block, return_index=True)
    names = {name: n for n, name in enumerate(sorted(set(carriers)))}
    of = np.array([names[carriers[n]] for n in chosen[at]], dtype=np.int64)
    used = np.sort(rng.choice(blocks, min(_REGION // within.block, blocks.size), replace=False))
    live = np.clip(within.live + (1 - within.live) * rng.beta(0.8, 2.0, used.size), within.live, 0.95)
    live = live if flat is None else np.full(used.size, flat)
    return Market(within, blocks, of, used, live, rng.lognormal(0.0, _UNEVEN, used.size))


def _prefixes(within: NumberRange) -> tuple[list[str], list[str]]:
    """Prefixes of the range and the carrier of each; where carriers are not known, the place."""
    if within.country == "CN":
        table = pq.read_table(BUILT_IN).slice(0, 200_000).to_pylist()
        return [f"86{row['prefix']}" for row in table], [row["carrier"] for row in table]
    rows = [row for row in pq.read_table(BUILT_IN_ABROAD).to_pylist() if row["country"] == within.country]
    first, last, width = within.first, within.last, len(str(within.first))
    kept = [
        row for row in rows
        if (within.country != "US" or len(row["prefix"]) >= 8) and (within.country != "BR" or len(row["prefix"]) >= 6)
        and first <= int(row["prefix"][1:].ljust(width, "0")) <= last
    ]  # fmt: skip
    return [row["prefix"][1:] for row in kept], [row["carrier"] or row["province"] for row in kept]


def generated(rng: np.random.Generator, of: Market, count: int) -> Mapping[str, Keys]:
    """Lists that were generated, by how."""
    size = of.within.block

    def even(blocks: Keys, many: int) -> Keys:
        return np.unique(rng.choice(blocks, many) + rng.integers(0, size, many))

    valid = np.unique(rng.integers(of.within.first, of.within.last + 1, count))
    favourite = of.allotted[of.carrier == np.bincount(of.carrier).argmax()]
    runs = np.concatenate([
        start + np.arange(count // 5) for start in rng.choice(of.used, 5) + rng.integers(0, size, 5)
    ])  # fmt: skip
    scattered = np.concatenate([
        start + np.arange(50) for start in rng.choice(of.used, count // 50) + rng.integers(0, size - 50, count // 50)
    ])  # fmt: skip
    live = even(of.used, 40 * count)
    live = live[of.is_live(live)]
    return {
        "valid space": valid,
        "known prefixes": even(of.allotted, count),
        "one carrier": even(favourite, count),
        "blocks in use": even(of.used, count),
        "long runs": np.unique(runs),
        "short runs": np.unique(scattered),
        "scrubbed by status": rng.choice(live, min(count, live.size), replace=False),
    }


def copied(rng: np.random.Generator, of: Market, known: Keys, count: int) -> Mapping[str, Keys]:
    """Lists of people of whom a share was copied from the known list, the rest generated in blocks in use."""
    made = {}
    for share in (0.1, 0.5, 1.0):
        taken = rng.choice(known, round(share * count), replace=False)
        rest = rng.choice(of.used, count) + rng.integers(0, of.within.block, count)
        made[f"{share:.0%} copied"] = np.unique(np.concatenate([taken, rest[: count - taken.size]]))
    return made


def counted(within: NumberRange, mine: Keys, known: Keys) -> Overlap:
    """The overlap of a list with a known one."""
    shared = np.intersect1d(mine, known)
    blocks = np.unique(np.concatenate([mine, known]) // within.block)
    table = {"block": blocks} | {
        name: np.bincount(np.searchsorted(blocks, keys // within.block), minlength=blocks.size)
        for name, keys in (("drawn", mine), ("known", known), ("shared", shared))
    }
    return overlap_of({within: table})


def contradicted(overlap: Overlap) -> bool:
    """Whether the numbers alone contradict the claim."""
    return overlap.among_live().tail(overlap.shared) <= ALPHA / 3


def rates(country: str, lists: int, seed: int = 1, scrubbed: float | None = None) -> dict[str, float]:
    """Share of contradicted lists, by how they were made. scrubbed: instead, lists of live numbers alone, where every
    block has this share of the live ones that are presumed."""
    within, rng, counts = range_of(country), np.random.default_rng(seed), Counter[str]()
    for at in range(lists):
        if at % 20 == 0:
            of = market(rng, within, None if scrubbed is None else scrubbed * within.live)
            known = of.people(rng, KNOWN)
        if scrubbed is None:
            made = {**generated(rng, of, ROWS), **copied(rng, of, known, ROWS)}
        else:
            made = {"scrubbed": of.people(rng, ROWS)}
        for how, keys in made.items():
            counts[how] += contradicted(counted(within, keys, known))
    return {how: count / lists for how, count in counts.items()}


def range_of(country: str) -> NumberRange:
    """The range of a country's commonest numbers: the eleven digits of Indonesia, the longer ones of Germany."""
    ranges = [each for each in built_in_ranges() if each.country == country]
    return ranges[2] if country == "ID" else ranges[-1]


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
    # P(O > overlap) + uniform · P(O = overlap): exactly uniform under the null.
    beyond = np.append(null.mass[::-1].cumsum()[::-1], 0.0)
    at, uniform = overlaps - null.first, rng.random(overlaps.size)
    randomised = beyond[at + 1] + uniform * null.mass[at]
    return [float((printed <= level).mean()) for level in LEVELS], float(stats.kstest(randomised, "uniform").pvalue)


def power(density: float) -> float:
    """Power at 1 % true overlap, n = 10,000, two numbers a block, α = 1 %."""
    return overlap_null(np.full(5_000, round(BLOCK * density)), np.full(5_000, 2)).power(0.01, 0.01)


def exact_test(lists: int) -> bool:
    """Print calibration and power by density; whether a bar is missed."""
    missed = False
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
    return missed


def main(*, lists: int = 200, draws: int = 2_000, countries: str = "CN,US,IN,GB,DE,BR,ID,RU") -> bool:
    """Measure and print."""
    missed = exact_test(draws)
    for country in countries.split(","):
        least, thin = (rates(country, lists, 2, share)["scrubbed"] for share in (1.0, 0.5))
        found = rates(country, lists) | {"scrubbed at the least": least}
        missed |= any(rate < _COPIES if "copied" in how else rate > _TRUE for how, rate in found.items())
        told = " · ".join(f"{how} {rate:.3f}" for how, rate in found.items())
        print(f"{country}: {told} · beyond what is taken for granted (blocks half as full) {thin:.3f}", flush=True)
    return not missed


if __name__ == "__main__":
    frame.run(main)
