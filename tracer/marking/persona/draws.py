"""Keyed draws: random without the case's secret, the same again with it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")


class KeyedDraw:
    """A stream of draws from one secret. Never seed it with a recipient's id: who knows ids would know the codes."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        self._key = hmac.digest(secret, purpose.encode(), hashlib.sha256)
        self._count = 0

    def _block(self) -> bytes:
        self._count += 1
        return hmac.digest(self._key, self._count.to_bytes(8, "big"), hashlib.sha256)

    def below(self, bound: int) -> int:
        """A number from 0 to bound - 1 (bound at most 2^64), uniform to within 2^-64."""
        return int.from_bytes(self._block()[:16], "big") % bound

    def fraction(self) -> float:
        """A number from 0 to 1, without 1."""
        return self.below(1 << 40) / (1 << 40)

    def weighted(self, weights: npt.NDArray[np.float64]) -> int:
        """A place in proportion to the weights."""
        bounds = np.cumsum(weights)
        return min(int(np.searchsorted(bounds, self.fraction() * bounds[-1], side="right")), len(weights) - 1)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order (Fisher and Yates)."""
        order = list(items)
        for i in range(len(order) - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order

    def flags(self, count: int, probability: float) -> npt.NDArray[np.bool_]:
        """(count,) independent flags, each true with this probability."""
        return keyed_flags(self._block(), np.full(count, probability))

    def seed(self) -> bytes:
        """What `flags_of` asks for."""
        return self._block()[:16]


def keyed_flags(key: bytes, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Independent flags, each true with its probability to within 2^-32: the key stream of ChaCha20, cut."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    cipher = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None)
    stream = cipher.encryptor().update(bytes(4 * len(probability)))
    limits = np.round(probability * 2.0**32).astype(np.uint64)
    return np.asarray(np.frombuffer(stream, dtype="<u4").astype(np.uint64) < limits, dtype=np.bool_)


def flags_of(keys: npt.NDArray[np.int64], seed: bytes, probability: float) -> npt.NDArray[np.bool_]:
    """Flags of the keys, each true with this probability: a key has the same one whatever other keys there are."""
    words = np.frombuffer(seed * 2, dtype="<u8")
    mixed = keys.astype(np.uint64)
    for word in words:  # rounds of splitmix64, each after another word of the seed
        mixed = mixed ^ word
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
    return np.asarray((mixed >> np.uint64(32)) < round(probability * 2**32), dtype=np.bool_)
