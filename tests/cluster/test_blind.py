"""Pseudonyms are a permutation that keeps blocks and ranges; buckets are Spark's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tracer.cluster.exchange import Blinding, bucket_of
from tracer.identify.keys import EMAIL_BASE, HASH_END, PHONE_END, is_mobile

SEVEN = 10**7


def test_pseudonyms_come_back_and_keep_what_statements_compute_with() -> None:
    rng, blinding = np.random.default_rng(4), Blinding(b"k" * 32)
    keys = np.concatenate([
        rng.integers(8614200000000, 8614300000000, 20_000), rng.integers(0, PHONE_END, 5_000),
        rng.integers(EMAIL_BASE, HASH_END, 20_000), np.array([0, PHONE_END - 1, EMAIL_BASE, HASH_END - 1]),
    ])  # fmt: skip
    hidden, phones = blinding.keys(keys), keys < PHONE_END
    assert (blinding.keys(hidden, back=True) == keys).all()
    assert np.unique(hidden).size == np.unique(keys).size
    assert (Blinding(b"l" * 32).keys(keys) == hidden).mean() < 0.01, "another secret gives others"
    assert (blinding.blocks(keys[phones] // 10_000) == hidden[phones] // 10_000).all()
    assert (blinding.blocks(hidden[phones] // 10_000, back=True) == keys[phones] // 10_000).all()
    assert (hidden[phones] // SEVEN == keys[phones] // SEVEN).all()
    assert (hidden[~phones] >> 60 == keys[~phones] >> 60).all()
    assert [is_mobile(key) for key in hidden.tolist()] == [is_mobile(key) for key in keys.tolist()]
    column = pa.array([8614212345678, None, EMAIL_BASE + 5], pa.int64())
    there = blinding.column(column, "key", back=False)
    assert there.is_null().to_pylist() == [False, True, False]
    assert blinding.column(there, "key", back=True).equals(column)


def test_buckets_are_those_of_spark() -> None:
    # SELECT pmod(hash(CAST(k AS BIGINT)), 16) in Spark 4.1
    keys = np.array([0, 1, 42, 8614212345678, EMAIL_BASE + 5, (6 << 60) - 1], dtype=np.int64)
    assert bucket_of(keys, 16).tolist() == [13, 13, 8, 5, 12, 1]
