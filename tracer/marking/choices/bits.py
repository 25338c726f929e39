"""The bits of keyed choices: which form each copy has of each cell, from a seed that only the case knows."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

CHOICES = b"choices"
"""Purpose of the case's secret that the seeds come from."""


def seed_of(secret: bytes, draw: str) -> bytes:
    """The 32-byte seed of a draw. `secret`: the case's, for `CHOICES`."""
    return hmac.digest(secret, draw.encode(), "sha256")


def bits_of(seed: bytes, release: str, bias: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """(n,) whether a copy has form 1 of each choice, with probability `bias` to within 2^-32, independently.

    A key stream of its own for each copy: ChaCha20 under HMAC-SHA-256 of the seed and the release's id.
    """
    key = hmac.digest(seed, release.encode(), hashlib.sha256)
    stream = Cipher(algorithms.ChaCha20(key, bytes(16)), mode=None).encryptor().update(bytes(4 * len(bias)))
    limits = np.round(bias * 2.0**32).astype(np.uint64)
    return np.asarray(np.frombuffer(stream, dtype="<u4").astype(np.uint64) < limits, dtype=np.bool_)
