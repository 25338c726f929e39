"""Contacts in common of all pairs of datasets, from the sets of holders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

_CHUNK = 8_192
"""Sets that are multiplied at a time: their matrix lies in the processor's cache."""
_HALF = 1 << 23
"""Whole numbers up to twice as much are exact in single precision, and sums of them in whatever order."""
_MANY = 0.15
"""Share of all datasets in a set, from which a product of full matrices takes less time than its pairs one by one, also
where other processes keep the processor busy."""
_PAIRS = 1 << 22
"""Pairs of holders that are counted at a time."""


def common_keys(
    held: sparse.csr_matrix, keys: NDArray[np.int64], which: NDArray[np.integer] | None = None
) -> NDArray[np.int64]:
    """datasets x datasets: sum of `keys` over the sets that hold both; on the diagonal, over those that hold one.

    held: sets x datasets; keys: one element for each set of `which` (all sets by default, in order). The
    columns of each line are in order. Exact. Sets of few holders are summed pair by pair, sets of many as products of
    full matrices in single precision, in parts whose sums stay exact.
    """
    sets = np.arange(held.shape[0]) if which is None else which
    lengths = held.indptr[sets + 1] - held.indptr[sets]
    many = (lengths > _MANY * held.shape[1]) & (lengths > 8) & (keys < _HALF)
    return _by_pairs(held, keys[~many], sets[~many]) + _by_products(held, keys[many], sets[many])


def _by_pairs(
    held: sparse.csr_matrix, keys: NDArray[np.int64], sets: NDArray[np.integer]
) -> NDArray[np.int64]:  # fmt: skip
    n = held.shape[1]
    starts, lengths = held.indptr[sets], held.indptr[sets + 1] - held.indptr[sets]
    pairs, single = np.zeros(n * n), np.zeros(n)
    for length in np.unique(lengths).tolist():
        of_length = np.flatnonzero(lengths == length)
        step = max(1, _PAIRS // max(1, length))
        for part in (of_length[at : at + step] for at in range(0, of_length.size, step)):
            members = held.indices[starts[part, None] + np.arange(length)].astype(np.int64)
            weight = keys[part].astype(np.float64)
            single += np.bincount(members.ravel(), np.repeat(weight, length), n)
            for first in range(length - 1):
                others = length - 1 - first
                pair = members[:, first, None] * n + members[:, first + 1 :]
                pairs += np.bincount(pair.ravel(), np.repeat(weight, others), n * n)
    half = pairs.reshape(n, n).astype(np.int64)
    return half + half.T + np.diag(single.astype(np.int64))


def _by_products(
    held: sparse.csr_matrix, keys: NDArray[np.int64], sets: NDArray[np.integer]
) -> NDArray[np.int64]:  # fmt: skip
    total = np.zeros((held.shape[1], held.shape[1]), dtype=np.int64)
    for start in range(0, sets.size, _CHUNK):
        of_chunk = keys[start : start + _CHUNK]
        full = held[sets[start : start + _CHUNK]].astype(np.float32).toarray()
        bounds = np.searchsorted(np.cumsum(of_chunk), np.arange(_HALF, int(of_chunk.sum()), _HALF), "right")
        for part in np.split(np.arange(of_chunk.size), bounds):
            total += (full[part].T @ (full[part] * of_chunk[part, None].astype(np.float32))).astype(np.int64)
    return total
