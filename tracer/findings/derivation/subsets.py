"""Sums over cells by which sets of parents meet them, all sets at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sum_intersecting(masks: NDArray[np.int64], counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets x columns: sums of the lines of `counted` (2^k x columns) whose number has a bit in common with the set."""
    within = sums_within(counted)
    return np.asarray(within[-1] - within[~masks & (counted.shape[0] - 1)])


def by_members(masks: NDArray[np.int64], p: int, counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets x 2^p x columns: sums of the lines by which of the set's members their numbers have; all sets have p.

    The lines whose members are among some are those within these and all that are not members; less those with fewer
    (Moebius inversion). Exact for counts.
    """
    every = counted.shape[0] - 1
    some, left = np.zeros((masks.size, 1), dtype=np.int64), masks.copy()
    for _ in range(p):
        lowest = left & -left
        left ^= lowest
        some = np.concatenate([some, some | lowest[:, None]], axis=1)
    found = np.asarray(sums_within(counted)[(every & ~masks)[:, None] | some], dtype=np.float64)
    for bit in range(p):
        halves = found.reshape(masks.size, 1 << p - bit - 1, 2, 1 << bit, counted.shape[1])
        halves[:, :, 1] -= halves[:, :, 0]
    return found


def sums_within(counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """lines x columns: sums of the lines whose bits are all among the line's, by k additions of halves (the zeta
    transform of Yates 1937) where a sum for each set would take as many as there are cells. Exact for counts."""
    within = counted.copy()
    bit = 1
    while bit < counted.shape[0]:
        halves = within.reshape(-1, 2, bit, counted.shape[1])
        halves[:, 1] += halves[:, 0]
        bit <<= 1
    return within
