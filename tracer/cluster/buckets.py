"""In which of Spark's buckets a key lies, so that a table bucketed here is read there without being shuffled again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SEED = 42
"""Spark's (org.apache.spark.sql.catalyst.expressions.Murmur3Hash)."""


def bucket_of(keys: NDArray[np.int64], buckets: int) -> NDArray[np.int32]:
    """`pmod(hash(key), buckets)` as Spark computes it: Murmur3 (x86, 32 bits) of the key's eight bytes."""
    halves = keys.astype(np.int64).view(np.uint32).reshape(-1, 2)
    state = np.full(keys.size, _SEED, dtype=np.uint32)
    for half in (halves[:, 0], halves[:, 1]):
        mixed = _turned(half * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
        state = _turned(state ^ mixed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
    state ^= np.uint32(8)
    state = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    state = (state ^ (state >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    state ^= state >> np.uint32(16)
    return np.mod(state.view(np.int32).astype(np.int64), buckets).astype(np.int32)


def _turned(words: NDArray[np.uint32], by: int) -> NDArray[np.uint32]:
    return (words << np.uint32(by)) | (words >> np.uint32(32 - by))
