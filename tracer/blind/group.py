"""How identifiers are hidden: as points of ristretto255 (RFC 9496), by libsodium, or as keyed fingerprints.

Each side has a secret exponent for one exchange. An identifier becomes a point by the one-way map of RFC 9496 (4.3.4)
over its SHA-512, so that the logarithm of one to another is unknown: with a hash put on the generator as an exponent,
one blinded point would be enough to try out every number. Blinding by a and then by b gives the same as by b and then
by a (Meadows 1986; Huberman, Franklin and Hogg 1999).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tracer.errors import InputRefused
from tracer.optional import BLIND, require

T = TypeVar("T")

_DOMAIN = b"tracer blind comparison 1\x00"
"""Separates these points from those of any other protocol over the same identifiers."""
_FINGERPRINT = b"tracer blind fingerprint 1\x00"
_SCALAR_SEED = 64
_CHUNK = 2_000
"""Points that a thread takes at a time; libsodium works without Python's lock."""


def exponent(seed: bytes) -> bytes:
    """The secret exponent that 64 uniformly random bytes stand for."""
    if len(seed) != _SCALAR_SEED:
        raise ValueError(f"an exponent is made of {_SCALAR_SEED} bytes")
    require("rbcl", BLIND, "comparing without showing")
    import rbcl

    scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(seed)
    return scalar


def blinded_keys(keys: Sequence[int], scalar: bytes) -> list[bytes]:
    """The points of identifiers (keys), blinded, in their order."""
    import rbcl

    def one(key: int) -> bytes:
        digest = hashlib.sha512(_DOMAIN + str(key).encode()).digest()
        point: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, rbcl.crypto_core_ristretto255_from_hash(digest))
        return point

    return _each(one, keys)


def blinded_points(points: Sequence[bytes], scalar: bytes, where: str) -> list[bytes]:
    """Points of the other side, blinded once more, in their order.

    Raises `InputRefused` where one of them is not a point of the group, or its neutral element.
    """
    import rbcl

    def one(point: bytes) -> bytes:
        try:
            twice: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, point)
        except (RuntimeError, ValueError, TypeError) as error:
            what = "holds a value that is not a point of the group"
            raise InputRefused(what, where=where, remedy="ask the other side for the file again") from error
        return twice

    return _each(one, points)


def _each(one: Callable[[T], bytes], items: Sequence[T]) -> list[bytes]:
    """`one` of every item, in their order, on all processors."""
    chunks = [items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [made for chunk in pool.map(lambda part: [one(item) for item in part], chunks) for made in chunk]


def fingerprints_of(keys: Sequence[int], key: bytes) -> list[bytes]:
    """The fingerprints of identifiers, in their order."""
    start = hmac.new(key, _FINGERPRINT, hashlib.sha256)
    made = []
    for identifier in keys:
        state = start.copy()
        state.update(str(identifier).encode())
        made.append(state.digest())
    return made
