"""Free numbers of a sequence: numbers that no row has, and that lie among their neighbours as others do.

A free number parts a gap g of the sequence into l and r. In a sequence whose gaps are independent with frequencies f,
an ordinary number lies between gaps (l, r) with probability f(l)·f(r); a gap g is met f(g) times as often as another.
So a free number is drawn with weight f(l)·f(r)/f(g): its own gaps are then distributed like an ordinary number's, as
far as the sequence has gaps that can be parted. For numbers that were thinned out at random the weights are all equal.

They are drawn in rounds, and each round sees those before it as part of the sequence: canaries that were never in one
gap would have wider gaps than others have.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

POOL = 20_000
"""Free numbers that are kept."""
_ROUNDS = 40
"""Each round draws as many of the sequence's gaps as it has rows, over this."""

Integers = NDArray[np.int64]


def free_numbers(numbers: Integers, rows: Integers, seed: str, most: int = POOL) -> tuple[Integers, Integers]:
    """Up to `most` numbers that are missing among `numbers` (rising), and the row of the next lower one of each.

    Where gaps run out, numbers behind the last one follow, in steps like those before.
    """
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big"))
    gaps = np.diff(numbers)
    # The first thousand tell the step: the others are looked at only where these agree on more than 1.
    step = math.gcd(*gaps[:1000].tolist()) if len(gaps) else 1
    step = math.gcd(step, *gaps.tolist()) if step > 1 else max(1, step)
    density = _Density(gaps // step)
    all_numbers, all_rows = numbers, rows
    found, after = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    missing = most
    for _ in range(_ROUNDS if len(gaps) else 0):
        made, below = _round(source, all_numbers, all_rows, step, density, min(missing, len(numbers) // _ROUNDS + 1))
        if len(made) == 0:
            break
        found.append(made)
        after.append(below)
        missing -= len(made)
        order = np.argsort(np.concatenate([all_numbers, made]), kind="stable")
        all_numbers = np.concatenate([all_numbers, made])[order]
        all_rows = np.concatenate([all_rows, below])[order]
    behind = _behind(source, numbers, gaps // step, step, missing)
    at_end = np.full(len(behind), rows[-1], dtype=np.int64)
    return np.concatenate([*found, behind]), np.concatenate([*after, at_end])


def _round(
    source: np.random.PCG64, numbers: Integers, rows: Integers, step: int, density: _Density, most: int
) -> tuple[Integers, Integers]:
    """Up to `most` free numbers, one of each gap, and the row of the next lower number of each."""
    units = np.diff(numbers) // step
    wide = np.flatnonzero(units > 1)
    if len(wide) > 10 * POOL:
        wide = wide[np.argsort(source.random_raw(len(wide)), kind="stable")[: 10 * POOL]]
    left = 1 + (_uniform(source, len(wide)) * (units[wide] - 1)).astype(np.int64)
    right = units[wide] - left
    weight = (units[wide] - 1) * density(left) * density(right) / density(units[wide])
    # Efraimidis and Spirakis 2006: the smallest -ln(u)/w are a weighted sample without replacement.
    keys = -np.log(_uniform(source, len(wide))) / np.maximum(weight, 1e-300)
    order = np.argsort(keys, kind="stable")[:most]
    return numbers[wide[order]] + step * left[order], rows[wide[order]]


def _behind(source: np.random.PCG64, numbers: Integers, units: Integers, step: int, count: int) -> Integers:
    """Numbers behind the last one, in steps like those before: none that is too large for its column."""
    drawn = (_uniform(source, count) * len(units)).astype(np.int64) if len(units) else np.zeros(0, np.int64)
    behind: Integers = numbers[-1] + step * np.cumsum(units[drawn] if len(units) else np.ones(count, np.int64))
    return behind[behind < max(10**15, 2 * int(numbers[-1]))]


def _uniform(source: np.random.PCG64, count: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), the same for the same state in every version of NumPy."""
    raw = np.asarray(source.random_raw(count), dtype=np.uint64)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53


class _Density:
    """How often a gap of a size is met: counts of single sizes up to 8, of sizes within 30 % of each other above."""

    def __init__(self, units: Integers) -> None:
        top = int(units.max()) if len(units) else 1
        edges = list(range(1, 10))
        while edges[-1] <= top:
            edges.append(int(edges[-1] * 1.3) + 1)
        self.edges = np.array(edges, dtype=np.int64)
        counts = np.histogram(units, bins=self.edges)[0] if len(units) else np.zeros(len(edges) - 1)
        self.values = np.maximum(counts / np.diff(self.edges), 1e-9)

    def __call__(self, sizes: Integers) -> NDArray[np.float64]:
        at = np.clip(np.searchsorted(self.edges, sizes, side="right") - 1, 0, len(self.values) - 1)
        found: NDArray[np.float64] = self.values[at]
        return found
