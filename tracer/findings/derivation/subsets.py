"""Sums over cells by which sets of parents meet them, all sets at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def met(masks: NDArray[np.int64], counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets x columns: sums of the lines of `counted` (2^k x columns) whose number has a bit in common with the set.

    All less those within the set's complement, which k additions of halves give (the zeta transform of Yates 1937)
    where a sum for each set would take as many as there are cells. Exact for counts.
    """
    within = counted.copy()
    bit = 1
    while bit < counted.shape[0]:
        halves = within.reshape(-1, 2, bit, counted.shape[1])
        halves[:, 1] += halves[:, 0]
        bit <<= 1
    return np.asarray(within[-1] - within[~masks & (counted.shape[0] - 1)])
