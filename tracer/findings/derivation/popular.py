"""How popular a contact is: in how many lists it is that did not get it from one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.shared_counts import as_words

POPULARITY = 0.6
"""Shape of the gamma distribution of popularity: 1 / CV². The heavier the tail, the nearer to 0."""
_CHUNK = 65_536
"""Sets that are looked at together."""


def log_popular(held: sparse.csr_matrix, related: NDArray[np.bool_]) -> NDArray[np.float64]:
    """sets: ln (k + w) / (k + 1), with w the other independent origins of such a contact, at least one.

    held: sets x datasets; related: datasets x datasets. Gamma-Poisson popularity: after w collections of a contact the
    next has a rate in ratio to k + w. Origins are counted as connected groups of related holders: copies of one list
    count once.
    """
    others = np.maximum(groups(held, related) - 1, 1)
    popular: NDArray[np.float64] = np.log((POPULARITY + others) / (POPULARITY + 1))
    return popular


def groups(held: sparse.csr_matrix, related: NDArray[np.bool_]) -> NDArray[np.int64]:
    """sets: connected groups of related datasets in each; every set has at least one dataset."""
    found, near = np.zeros(held.shape[0], dtype=np.int64), as_words(sparse.csr_matrix(related))
    for start in range(0, held.shape[0], _CHUNK):
        end = min(start + _CHUNK, held.shape[0])
        found[start:end] = _groups(as_words(held[start:end]), near)
    return found


def _groups(rest: NDArray[np.uint64], near: NDArray[np.uint64]) -> NDArray[np.int64]:
    """rest: sets x words, the datasets; near: datasets x words, those related to each. All sets are flooded at once,
    one dataset of each at a time: the next one that a group has reached, or the first of a new group."""
    found = np.zeros(rest.shape[0], dtype=np.int64)
    which, reached = np.arange(rest.shape[0]), np.zeros_like(rest)
    while which.size:
        starts = np.asarray(~reached.any(axis=1), dtype=np.bool_)
        found[which[starts]] += 1
        from_ = np.where(starts[:, None], rest, reached)
        word = (from_ != 0).argmax(axis=1)
        line = np.arange(which.size)
        lowest = from_[line, word]
        lowest &= ~lowest + np.uint64(1)
        dataset = word * 64 + np.bitwise_count(lowest - np.uint64(1))
        rest[line, word] &= ~lowest
        reached[line, word] &= ~lowest
        fresh = rest & near[dataset]
        reached |= fresh
        rest &= ~fresh
        going = np.asarray((rest | reached).any(axis=1), dtype=np.bool_)
        if not going.all():
            which, rest, reached = which[going], rest[going], reached[going]
    return found
