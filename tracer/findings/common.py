"""Contacts in common of all pairs of datasets, from the sets of holders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_CHUNK = 8_192
"""Sets that are multiplied at a time: their matrix lies in the processor's cache."""
_HALF = 1 << 23
"""Whole numbers up to twice as much are exact in single precision, and sums of them in whatever order."""
_DENSE_COST, _SPARSE_COST = 1.3e-11, 1.0e-8
"""Seconds of a pair of datasets in a full matrix product, and of a pair of holders in a sparse one."""


def common_keys(
    held: sparse.csr_matrix, keys: NDArray[np.int64], which: NDArray[np.integer] | None = None
) -> NDArray[np.int64]:
    """datasets x datasets: sum of `keys` over the sets that hold both; on the diagonal, over those that hold one.

    held: sets x datasets; keys: one element for each set of `which` (all sets by default, in order). Exact. Sets of few
    holders are summed pair by pair, sets of many as products of full matrices in single precision, in parts whose sums
    stay exact.
    """
    sets = np.arange(held.shape[0]) if which is None else which
    n = held.shape[1]
    lengths = held.indptr[sets + 1] - held.indptr[sets]
    few = lengths.astype(np.float64) ** 2 * _SPARSE_COST <= n * n * _DENSE_COST
    few |= keys >= _HALF
    short = held[sets[few]]
    total = np.asarray((short.T @ (sparse.diags_array(keys[few], dtype=np.int64) @ short)).toarray(), dtype=np.int64)
    many = np.flatnonzero(~few)
    for start in range(0, many.size, _CHUNK):
        chunk = many[start : start + _CHUNK]
        of_chunk = keys[chunk]
        full = held[sets[chunk]].astype(np.float32).toarray()
        bounds = np.searchsorted(np.cumsum(of_chunk), np.arange(_HALF, int(of_chunk.sum()), _HALF), "right")
        for part in np.split(np.arange(chunk.size), bounds):
            total += (full[part].T @ (full[part] * of_chunk[part, None].astype(np.float32))).astype(np.int64)
    return total
