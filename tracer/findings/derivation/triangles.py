"""Lists that are independent of one another given one common population: a register, a public source, a lost list.

Two lists of n and m contacts that were drawn independently from N people share n·m/N, so that every pair of them gives
the same N (the estimate of Lincoln and Petersen). A copy is nearer to its source than to all others: its pair gives a
smaller N. So where the three pairs of three lists give one N, and none of the three holds another, none was copied from
another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WHOLE = 0.985
"""Share of the smaller list from which the larger holds it: then the pair gives its size alone."""
LEAST_SHARED = 50
"""Contacts in common from which a pair gives an N well enough."""
NOISE = 1.5
"""Standard errors by which two estimates may differ for nothing."""


def population_gap(shared: NDArray[np.int64], contacts: NDArray[np.int64]) -> NDArray[np.float64]:
    """datasets x datasets: by how much ln N of a pair differs from that of its pairs with a third list, at least.

    The third list that fits best counts, of its two pairs the one that fits worse, less the noise of
    sampling; infinity where no third list says anything. Near 0: all three look independent of one another.
    """
    size = np.maximum(contacts, 1).astype(np.float64)
    common = shared.astype(np.float64)
    smaller = np.minimum(size[:, None], size[None, :])
    log_n = np.log(size[:, None] * size[None, :]) - np.log(np.maximum(common, 1.0))
    # Variance by the hypergeometric distribution of the overlap.
    left = np.maximum(1 - common / size[:, None], 0.002) * np.maximum(1 - common / size[None, :], 0.002)
    variance = left / np.maximum(common, 1.0)
    tells = (common >= LEAST_SHARED) & (common < WHOLE * smaller)
    np.fill_diagonal(tells, val=False)
    gap = np.full(common.shape, np.inf)
    for a in np.flatnonzero(tells.any(axis=1)).tolist():
        others = np.flatnonzero(tells[a])
        inside = np.ix_(others, others)
        # [b, third]: the pair a, b against the pairs a, third and b, third.
        here, noise = log_n[a, others], variance[a, others]
        to_a = np.abs(here[:, None] - here[None, :]) - NOISE * np.sqrt(noise[:, None] + noise[None, :])
        to_b = np.abs(here[:, None] - log_n[inside]) - NOISE * np.sqrt(noise[:, None] + variance[inside])
        worse = np.where(tells[inside], np.maximum(to_a, to_b), np.inf)
        np.fill_diagonal(worse, np.inf)
        gap[a, others] = np.maximum(worse.min(axis=1, initial=np.inf), 0.0)
    return gap
