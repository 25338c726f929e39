"""Keys under pseudonyms: a keyed permutation that keeps what statements compute with, so that no number leaves.

Phone numbers keep all but their last seven digits. Of these, the first three (which block of 10,000) are permuted under
the digits before them, the last four under the whole block: what shares a block still does, and blocks are whole. All
other keys keep their range and permute its 60 bits. A permutation has no collisions: counts come out exactly the same.

Each permutation is a Feistel network over two halves with AES-256 as round function and as many rounds as FF1 has (NIST
SP 800-38G, algorithm 7). Domains of 1,000 and 10,000 are small: who knows many numbers of one block with their
pseudonyms learns others of that block. Pseudonymous data are still personal data.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from tracer.identify.keys import PHONE_END

Keys = NDArray[np.int64]

_BLOCK = 10_000
_BLOCKS = 1_000
"""Blocks that are permuted among themselves: those that share all but their last three digits."""
_BITS = 60
_ROUNDS = 10
_THREE, _FOUR, _WIDE = (10, 100), (100, 100), (1 << 30, 1 << 30)
"""The sizes of the two halves."""


class Blinding:
    """Pseudonyms of keys and of blocks under one secret (32 bytes), and back."""

    def __init__(self, secret: bytes) -> None:
        # Every input of the round function differs from every other, so that ECB is AES itself, one block at a time.
        self._cipher = Cipher(algorithms.AES256(secret), modes.ECB())  # noqa: S305 - a round function, not a mode

    def keys(self, keys: Keys, *, back: bool = False) -> Keys:
        """Pseudonyms of identifier keys, element by element; `back`: the keys of pseudonyms."""
        changed = np.empty_like(keys)
        phone = keys < PHONE_END
        block, last = np.divmod(keys[phone], _BLOCK)
        other = self.blocks(block, back=back)
        last = self._permute(last, other if back else block, _FOUR, back=back)
        changed[phone] = other * _BLOCK + last
        others = keys[~phone]
        kind = others >> _BITS
        changed[~phone] = (kind << _BITS) + self._permute(others - (kind << _BITS), kind, _WIDE, back=back)
        return changed

    def blocks(self, blocks: Keys, *, back: bool = False) -> Keys:
        """Pseudonyms of blocks (phone key // 10,000), or `back`: `keys(k) // 10_000 == blocks(k // 10_000)`."""
        head, own = np.divmod(blocks, _BLOCKS)
        return head * _BLOCKS + self._permute(own, head, _THREE, back=back)

    def column(self, column: pa.Array, kind: str, *, back: bool) -> pa.Array:
        """An Arrow column of `kind` "key" or "block", forth or `back`; empty cells stay empty."""
        values = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        change = {"key": self.keys, "block": self.blocks}[kind]
        empty = None if column.null_count == 0 else np.asarray(column.is_null())
        return pa.array(change(values, back=back), pa.int64(), mask=empty)

    def _permute(self, values: Keys, tweak: Keys, sizes: tuple[int, int], *, back: bool) -> Keys:
        """values below sizes[0] * sizes[1], permuted within each tweak."""
        left, right = np.divmod(values, sizes[1])
        for step in range(_ROUNDS):
            number = _ROUNDS - 1 - step if back else step
            sign = -1 if back else 1
            if number % 2 == 0:
                left = (left + sign * self._mixed(right, tweak, number, sizes, sizes[0])) % sizes[0]
            else:
                right = (right + sign * self._mixed(left, tweak, number, sizes, sizes[1])) % sizes[1]
        return left * sizes[1] + right

    def _mixed(self, half: Keys, tweak: Keys, number: int, sizes: tuple[int, int], below: int) -> Keys:
        """AES of (tweak, half, which permutation and round), below `below`."""
        given = np.empty((half.size, 4), dtype=np.uint32)
        given[:, :2] = tweak.astype(np.uint64).reshape(-1, 1).view(np.uint32)
        given[:, 2] = half
        given[:, 3] = number + 16 * (_THREE, _FOUR, _WIDE).index(sizes)
        mixed = np.frombuffer(self._cipher.encryptor().update(given.tobytes()), dtype=np.uint64)
        return (mixed[::2] % np.uint64(below)).astype(np.int64)
