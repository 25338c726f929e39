"""Bytes sealed in chunks: AES-256-GCM over up to 1 MiB each, in the STREAM construction of Hoang et al. 2015.

A chunk's number and whether it is the last are in its nonce, so that chunks can be neither swapped, nor dropped,
nor cut off unseen. Originals and backups are both written this way.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 1 << 20
"""Clear bytes in a chunk, at most."""
PREFIX = 7
"""Bytes of random nonce; 4 bytes of counter and 1 of "last" follow."""
_TAG = 16


class ChunkWriter:
    """Seals what is written into `file`; `close` seals the last chunk, and must be called."""

    def __init__(self, file: BinaryIO, aead: AESGCM, prefix: bytes, associated: bytes) -> None:
        self._file, self._aead, self._prefix, self._associated = file, aead, prefix, associated
        self._waiting, self._number = bytearray(), 0

    def write(self, clear: bytes) -> int:
        """Take clear bytes; returns how many."""
        self._waiting += clear
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(clear)

    def close(self) -> None:
        """Seal what is left as the last chunk."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, clear: bytes, *, last: bool) -> None:
        self._file.write(self._aead.encrypt(_nonce(self._prefix, self._number, last=last), clear, self._associated))
        self._number += 1


def unsealed(file: BinaryIO, aead: AESGCM, prefix: bytes, associated: bytes) -> Iterator[bytes]:
    """The clear chunks, from the file's position; raises `InvalidTag` where they were cut off or changed."""
    number, sealed = 0, file.read(CHUNK + _TAG)
    while True:
        following = file.read(CHUNK + _TAG)
        yield aead.decrypt(_nonce(prefix, number, last=not following), sealed, associated)
        if not following:
            return
        number, sealed = number + 1, following


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)
