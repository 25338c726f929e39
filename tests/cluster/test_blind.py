"""Pseudonyms are a permutation that keeps blocks and ranges; buckets are Spark's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tracer.cluster.blind import Blinding
from tracer.cluster.exchange import bucket_of
from tracer.identify.keys import EMAIL_BASE, HASH_END, PHONE_END, is_mobile

SEVEN = 10**7


def _keys() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    rng = np.random.default_rng(4)
    return np.concatenate([
        rng.integers(8614200000000, 8614300000000, 20_000), rng.integers(0, PHONE_END, 5_000),
        rng.integers(EMAIL_BASE, HASH_END, 20_000), np.array([0, PHONE_END - 1, EMAIL_BASE, HASH_END - 1]),
    ])  # fmt: skip


def test_keys_come_back() -> None:
    keys, blinding = _keys(), Blinding(b"k" * 32)
    hidden = blinding.keys(keys)
    assert (blinding.keys(hidden, back=True) == keys).all()
    assert np.unique(hidden).size == np.unique(keys).size


@pytest.mark.slow("ten million numbers")
def test_the_last_seven_digits_are_a_permutation() -> None:
    whole = np.arange(8614200000000, 8614200000000 + SEVEN, dtype=np.int64)
    hidden = Blinding(b"k" * 32).keys(whole)
    assert (np.bincount(hidden - whole[0], minlength=SEVEN) == 1).all()
    # One in 10^7 of a random permutation stays where it is, on average.
    assert (hidden == whole).sum() < 10
    # Of neighbours in a block hardly any stays a neighbour.
    assert (np.abs(np.diff(hidden)) == 1).mean() < 0.001


def test_what_statements_compute_with_is_kept() -> None:
    keys, blinding = _keys(), Blinding(b"k" * 32)
    hidden = blinding.keys(keys)
    phones = keys < PHONE_END
    assert (blinding.blocks(keys[phones] // 10_000) == hidden[phones] // 10_000).all()
    assert (blinding.blocks(hidden[phones] // 10_000, back=True) == keys[phones] // 10_000).all()
    assert (hidden[phones] // SEVEN == keys[phones] // SEVEN).all()
    assert (hidden[~phones] >> 60 == keys[~phones] >> 60).all()
    assert [is_mobile(key) for key in hidden.tolist()] == [is_mobile(key) for key in keys.tolist()]


def test_another_secret_gives_other_pseudonyms() -> None:
    keys = _keys()
    assert (Blinding(b"k" * 32).keys(keys) == Blinding(b"l" * 32).keys(keys)).mean() < 0.01


def test_empty_cells_stay_empty() -> None:
    column = pa.array([8614212345678, None, EMAIL_BASE + 5], pa.int64())
    blinding = Blinding(b"k" * 32)
    there = blinding.column(column, "key", back=False)
    assert there.is_null().to_pylist() == [False, True, False]
    assert blinding.column(there, "key", back=True).equals(column)


def test_buckets_are_those_of_spark() -> None:
    # SELECT pmod(hash(CAST(k AS BIGINT)), 16) in Spark 4.1
    keys = np.array([0, 1, 42, 8614212345678, EMAIL_BASE + 5, (6 << 60) - 1], dtype=np.int64)
    assert bucket_of(keys, 16).tolist() == BUCKETS_OF_SPARK


BUCKETS_OF_SPARK = [13, 13, 8, 5, 12, 1]
