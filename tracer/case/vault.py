"""The originals: each file encrypted in chunks, named by the SHA-256 of its clear bytes.

File layout: 8 bytes magic, a 7-byte random nonce prefix, then sealed chunks: AES-256-GCM over up to 1 MiB each, in the
STREAM construction of Hoang et al. 2015. A chunk's number and whether it is the last are in its nonce, so that chunks
can be neither swapped, nor dropped, nor cut off unseen. Backups are written this way, too.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracer.errors import CaseUnavailable, InputRefused
from tracer.input_files import open_regular

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


def clear_chunks(file: BinaryIO, aead: AESGCM, prefix: bytes, associated: bytes) -> Iterator[bytes]:
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


_MAGIC = b"TRCRVLT1"
_NAME = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """An original in the vault."""

    sha256: str
    """SHA-256 of the clear bytes, hexadecimal."""
    bytes: int
    new: bool
    """False where the vault held the same bytes already."""


class Vault:
    """Encrypted originals under one key."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder, self._aead = folder, AESGCM(key)

    def path(self, sha256: str) -> Path:
        """Where the encrypted original with this hash lies. Raises `CaseUnavailable` for an invalid hash."""
        if not _NAME.fullmatch(sha256):  # a store that a stranger made may name any file here
            what = "the case names an original by an invalid hash"
            raise CaseUnavailable(what, where=str(self.folder), remedy="restore the case from a backup")
        return self.folder / sha256

    def store(self, source: Path, data: bytes | None = None) -> Stored:
        """Encrypt `source` into the vault and hash it on the way, reading it once; or `data`, which is in no file.

        Raises `InputRefused` where it cannot be read, or where it changes while it is read.
        """
        if data is None:
            return self._keep(self._read_whole(source), str(source))
        return self._keep((data[at : at + CHUNK] for at in range(0, len(data), CHUNK)), str(source))

    def copy_from(self, other: Vault, sha256: str) -> None:
        """Take an original over from a vault under another key; raises `CaseUnavailable` where it is damaged there."""
        self._keep(other.chunks(sha256), sha256)

    def _read_whole(self, source: Path) -> Iterator[bytes]:
        with open_regular(source) as clear:
            before = os.fstat(clear.fileno())
            free = shutil.disk_usage(self.folder).free
            if before.st_size > free:  # a file that only claims its length (a sparse one) must not fill the disk
                what = f"the file has {before.st_size:,} bytes; the disk of the case has {free:,} free"
                raise InputRefused(what, where=str(source), remedy="make room, or split it")
            size = 0
            while chunk := clear.read(CHUNK):
                size += len(chunk)
                yield chunk
            after = os.fstat(clear.fileno())
            if size != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
                what, remedy = "the file changed while it was read", "load it when it is complete"
                raise InputRefused(what, where=str(source), remedy=remedy)

    def _keep(self, clear: Iterator[bytes], source: str) -> Stored:
        """Seal chunks of at most 1 MiB into a new file, and put it in its place once all of it is on disk."""
        digest, size, prefix = hashlib.sha256(), 0, os.urandom(PREFIX)
        draft = self.folder / f".{os.getpid()}-{os.urandom(6).hex()}.part"
        try:
            with draft.open("xb") as file:
                file.write(_MAGIC + prefix)
                sealed = ChunkWriter(file, self._aead, prefix, _MAGIC)
                for chunk in clear:
                    digest.update(chunk)
                    size += sealed.write(chunk)
                sealed.close()
                file.flush()
                os.fsync(file.fileno())
            target = self.path(digest.hexdigest())
            new = not target.exists()
            if new:
                draft.replace(target)
        except OSError as error:
            what = f"cannot be copied into the case ({error.strerror})"
            remedy = "check that it can be read and that the disk has room"
            raise InputRefused(what, where=source, remedy=remedy) from error
        finally:
            draft.unlink(missing_ok=True)
        return Stored(digest.hexdigest(), size, new)

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The clear bytes of an original, in order; at the end they are held against its hash.

        Raises `CaseUnavailable` where it is missing, cut off, or changed.
        """
        path, digest = self.path(sha256), hashlib.sha256()
        try:
            file = open_regular(path, links=False)
        except OSError as error:
            raise CaseUnavailable(
                "an original is missing", where=str(path), remedy="restore the case from a backup"
            ) from error
        damaged = CaseUnavailable("an original is damaged", where=str(path), remedy="restore the case from a backup")
        with file:
            head = file.read(len(_MAGIC) + PREFIX)
            if head[: len(_MAGIC)] != _MAGIC or len(head) != len(_MAGIC) + PREFIX:
                raise damaged
            try:
                for chunk in clear_chunks(file, self._aead, head[len(_MAGIC) :], _MAGIC):
                    digest.update(chunk)
                    yield chunk
            except InvalidTag as error:
                raise damaged from error
        if digest.hexdigest() != sha256:
            raise damaged

    def read(self, sha256: str) -> bytes:
        """All clear bytes of an original; raises as `chunks`."""
        return b"".join(self.chunks(sha256))

    def extract(self, sha256: str, target: Path) -> int:
        """Write the clear bytes of an original to `target`, which must not exist; returns their number."""
        try:
            with target.open("xb") as file:
                return sum(file.write(chunk) for chunk in self.chunks(sha256))
        except FileExistsError as error:
            raise InputRefused("the file already exists", where=str(target), remedy="name a new file") from error
        except BaseException:  # damaged, or a full disk: no part of it is left
            target.unlink(missing_ok=True)
            raise

    def check(self, sha256: str) -> bool:
        """Whether an original is there, whole and unchanged."""
        try:
            return all(True for _ in self.chunks(sha256))
        except CaseUnavailable:
            return False

    def names(self) -> list[str]:
        """The hashes of the originals that lie here, sorted."""
        return sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))

    def remove(self, sha256: str) -> None:
        """Remove an original."""
        self.path(sha256).unlink(missing_ok=True)
