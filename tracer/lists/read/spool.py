"""Keeps what is unpacked but once, so that it can be read again: in memory, and beyond 8 MiB in a file without a name.

The file is encrypted under a key that never leaves this process, and gone with it: personal data must not lie in clear
in a temporary folder.
"""

from __future__ import annotations

import io
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tracer.errors import InputRefused
from tracer.lists.read.source import CHUNK, Source, bytes_source

_HELD = 8 << 20
_BLOCK = 16


@contextmanager
def spooled(pieces: Iterable[bytes], where: str, name: str, member: str | None) -> Iterator[Source]:
    """The bytes as a source that can be opened again and again, until the block ends.

    Raises InputRefused where the temporary folder is full, and what the pieces raise.
    """
    rest = iter(pieces)
    held = bytearray()
    for piece in rest:
        held += piece
        if len(held) > _HELD:
            break
    else:
        yield bytes_source(bytes(held), where, name, member)
        return
    key = secrets.token_bytes(32)
    with tempfile.TemporaryFile(prefix="tracer-", buffering=0) as file:
        sealing, size = _stream(key, 0), len(held)
        try:
            _write(file, sealing.update(held))
            del held
            for piece in rest:
                size += len(piece)
                _write(file, sealing.update(piece))
        except OSError as error:
            raise InputRefused(
                f"what it unpacks to cannot be kept in {tempfile.gettempdir()} ({error.strerror})", where=where,
                remedy="make room there or set TMPDIR, or unpack it and load what is in it",
            ) from error  # fmt: skip
        yield Source(
            where, name, member, None, size, lambda: io.BufferedReader(_Spool(file.fileno(), key, size), CHUNK)
        )


def _write(file: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _stream(key: bytes, block: int) -> CipherContext:
    """AES in counter mode from a block on; the key is used for one file, so the counter begins at 0."""
    return Cipher(AES256(key), CTR(block.to_bytes(_BLOCK, "big"))).encryptor()


class _Spool(io.RawIOBase):
    """The clear bytes of the file."""

    def __init__(self, file: int, key: bytes, size: int) -> None:
        super().__init__()
        self._file, self._key, self._size = file, key, size
        self._at, self._opening = 0, _stream(key, 0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begun = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, begun + offset)
        self._opening = _stream(self._key, self._at // _BLOCK)
        self._opening.update(bytes(self._at % _BLOCK))
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands over
        data = os.pread(self._file, min(len(buffer), max(0, self._size - self._at)), self._at)
        buffer[: len(data)] = self._opening.update(data)
        self._at += len(data)
        return len(data)
