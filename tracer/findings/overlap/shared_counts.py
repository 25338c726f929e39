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


def common_keys(held: sparse.csr_matrix, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: sum of `keys` over the sets that hold both; on the diagonal, over those that hold one.

    held: sets x datasets, the columns of each line in order; keys: one element a set. Exact. Sets of few holders are
    summed pair by pair, sets of many as products of full matrices in single precision, in parts whose sums stay exact.
    """
    n, lengths = held.shape[1], np.diff(held.indptr)
    many = (lengths > _MANY * n) & (lengths > 8) & (keys < _HALF)
    return _by_pairs(held, keys, np.flatnonzero(~many)) + _by_products(held, keys[many], np.flatnonzero(many))


def within_spans(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """The places from each start on, as many as its length, one span behind the other."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(int(lengths.sum()))


def as_words(held: sparse.csr_matrix) -> NDArray[np.uint64]:
    """lines x words: the columns that are not 0, as bits."""
    lines = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    words = np.zeros((held.shape[0], (held.shape[1] + 63) // 64), dtype=np.uint64)
    columns = held.indices.astype(np.uint64)
    np.bitwise_or.at(words, (lines, held.indices // 64), np.uint64(1) << (columns % np.uint64(64)))
    return words


def _by_pairs(held: sparse.csr_matrix, keys: NDArray[np.int64], sets: NDArray[np.int64]) -> NDArray[np.int64]:
    n = held.shape[1]
    pairs, single = np.zeros(n * n), np.zeros(n)
    starts, lengths = held.indptr[sets], held.indptr[sets + 1] - held.indptr[sets]
    waiting: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
    most = max(_PAIRS, pairs.size)
    for length in np.unique(lengths).tolist():
        of_length = np.flatnonzero(lengths == length)
        first, second = np.triu_indices(length, 1)
        step = max(1, _PAIRS // max(1, first.size))
        for part in (of_length[at : at + step] for at in range(0, of_length.size, step)):
            members = held.indices[starts[part, None] + np.arange(length)].astype(np.int64)
            weight = keys[sets[part]].astype(np.float64)
            single += np.bincount(members.ravel(), np.repeat(weight, length), n)
            waiting.append(((members[:, first] * n + members[:, second]).ravel(), np.repeat(weight, first.size)))
            if sum(one.size for one, _ in waiting) >= most:
                pairs += _summed(waiting, pairs.size)
    pairs += _summed(waiting, pairs.size)
    half = pairs.reshape(n, n).astype(np.int64)
    return half + half.T + np.diag(single.astype(np.int64))


def _summed(waiting: list[tuple[NDArray[np.int64], NDArray[np.float64]]], size: int) -> NDArray[np.float64]:
    """Sums of what waits, by pair; nothing waits any more."""
    if not waiting:
        return np.zeros(size)
    pair, weight = (np.concatenate(each) for each in zip(*waiting, strict=True))
    waiting.clear()
    return np.asarray(np.bincount(pair, weight, size), dtype=np.float64)


def _by_products(held: sparse.csr_matrix, keys: NDArray[np.int64], sets: NDArray[np.int64]) -> NDArray[np.int64]:
    total = np.zeros((held.shape[1], held.shape[1]), dtype=np.int64)
    for start in range(0, sets.size, _CHUNK):
        of_chunk = keys[start : start + _CHUNK]
        full = held[sets[start : start + _CHUNK]].astype(np.float32).toarray()
        bounds = np.searchsorted(np.cumsum(of_chunk), np.arange(_HALF, int(of_chunk.sum()), _HALF), "right")
        for part in np.split(np.arange(of_chunk.size), bounds):
            total += (full[part].T @ (full[part] * of_chunk[part, None].astype(np.float32))).astype(np.int64)
    return total
