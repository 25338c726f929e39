"""The Merkle tree over salted leaves. Single leaves can be shown to be in it; none can be guessed from its root.

Leaf: SHA-256(0x00 | salt | entry), the salt 32 bytes; node: SHA-256(0x01 | left | right), the last of an odd row moves
up (RFC 6962, section 2.1, has the same prefixes). Hashes of a row lie one behind the other in one `bytes`: a register
of 700,000 leaves is 22 MB.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

SALT_BYTES = HASH_BYTES = 32
_PAIR = 2 * HASH_BYTES

Step = tuple[str, bytes]
"""("left" or "right", hash): what a hash is joined with on its way up, and the side of that."""


def leaf_hash(salt: bytes, entry: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + salt + entry).digest()


def root(row: bytes) -> bytes:
    """The root over leaf hashes in their order; SHA-256 of nothing where there are none."""
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > HASH_BYTES:
        row = _above(row)
    return row


def _above(row: bytes) -> bytes:
    sha256, whole = hashlib.sha256, len(row) - len(row) % _PAIR
    return b"".join([sha256(b"\x01" + row[at : at + _PAIR]).digest() for at in range(0, whole, _PAIR)]) + row[whole:]


def proofs(row: bytes, indexes: Sequence[int]) -> list[list[Step]]:
    """For each leaf in `indexes` (from 0), what it is hashed with on the way to the root, from below."""
    steps: list[list[Step]] = [[] for _ in indexes]
    places = list(indexes)
    while len(row) > HASH_BYTES:
        for found, place in zip(steps, places, strict=True):
            sibling = place ^ 1
            joined = row[sibling * HASH_BYTES : (sibling + 1) * HASH_BYTES]
            if joined:
                found.append(("left" if sibling < place else "right", joined))
        row, places = _above(row), [place // 2 for place in places]
    return steps


def follows(digest: bytes, steps: Sequence[Step], claimed: bytes) -> bool:
    """Whether a leaf's hash leads to the claimed root by the steps of its proof."""
    for side, sibling in steps:
        digest = hashlib.sha256(b"\x01" + (sibling + digest if side == "left" else digest + sibling)).digest()
    return hmac.compare_digest(digest, claimed)
