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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracer.errors import CaseUnavailable, InputRefused
from tracer.input_files import opened

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
            raise CaseUnavailable(
                "the case names an original by an invalid hash",
                where=str(self.folder),
                remedy="restore the case from a backup",
            )
        return self.folder / sha256

    def store(self, source: Path, data: bytes | None = None) -> Stored:
        """Encrypt `source` into the vault and hash it on the way, reading it once; or `data`, which is in no file.

        Raises `InputRefused` where it cannot be read, or where it changes while it is read.
        """
        if data is not None:
            with self._draft(str(source)) as draft:
                digest, size = self._seal((data[at : at + CHUNK] for at in range(0, len(data), CHUNK)), draft)
                return Stored(digest, size, self._place(draft, digest))
        with self._draft(str(source)) as draft, opened(source) as clear:
            before = os.fstat(clear.fileno())
            self._refuse_large(before.st_size, source)
            digest, size = self._seal(iter(lambda: clear.read(CHUNK), b""), draft)
            after = os.fstat(clear.fileno())
            if size != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
                raise InputRefused(
                    "the file changed while it was read", where=str(source), remedy="load it when it is complete"
                )
            return Stored(digest, size, self._place(draft, digest))

    def copy_from(self, other: Vault, sha256: str) -> None:
        """Take an original over from a vault under another key; raises `CaseUnavailable` where it is damaged there."""
        with self._draft(sha256) as draft:
            digest, _ = self._seal(other.chunks(sha256), draft)
            if digest != sha256:
                raise _damaged(other.path(sha256))
            self._place(draft, digest)

    def _refuse_large(self, size: int, source: Path) -> None:
        """Before a byte is written: a file that only claims its length (a sparse one) must not fill the disk."""
        free = shutil.disk_usage(self.folder).free
        if size > free:
            raise InputRefused(
                f"the file has {size:,} bytes; the disk of the case has {free:,} free",
                where=str(source),
                remedy="make room, or split it",
            )

    @contextmanager
    def _draft(self, source: str) -> Iterator[Path]:
        """A path for an unfinished file, removed unless it was put in its place."""
        draft = self.folder / f".{os.getpid()}-{os.urandom(6).hex()}.part"
        try:
            yield draft
        except OSError as error:
            raise InputRefused(
                f"cannot be copied into the case ({error.strerror})",
                where=source,
                remedy="check that it can be read and that the disk has room",
            ) from error
        finally:
            draft.unlink(missing_ok=True)

    def _place(self, draft: Path, digest: str) -> bool:
        """Move a finished file to its place; False where the same bytes lie there already."""
        target = self.path(digest)
        if target.exists():
            return False
        draft.replace(target)
        return True

    def _seal(self, clear: Iterator[bytes], draft: Path) -> tuple[str, int]:
        """Seal chunks of at most 1 MiB into a new file, wait until it is on disk; returns hash and size in clear."""
        digest, size, prefix = hashlib.sha256(), 0, os.urandom(PREFIX)
        with draft.open("xb") as file:
            file.write(_MAGIC + prefix)
            sealed = ChunkWriter(file, self._aead, prefix, _MAGIC)
            for chunk in clear:
                digest.update(chunk)
                size += sealed.write(chunk)
            sealed.close()
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The clear bytes of an original, in order.

        Raises `CaseUnavailable` where it is missing, cut off, or changed.
        """
        path = self.path(sha256)
        try:
            file = opened(path, links=False)
        except OSError as error:
            raise CaseUnavailable(
                "an original is missing", where=str(path), remedy="restore the case from a backup"
            ) from error
        with file:
            head = file.read(len(_MAGIC) + PREFIX)
            if head[: len(_MAGIC)] != _MAGIC or len(head) != len(_MAGIC) + PREFIX:
                raise _damaged(path)
            try:
                yield from unsealed(file, self._aead, head[len(_MAGIC) :], _MAGIC)
            except InvalidTag as error:
                raise _damaged(path) from error

    def read(self, sha256: str) -> bytes:
        """All clear bytes of an original, checked against its hash."""
        content = b"".join(self.chunks(sha256))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _damaged(self.path(sha256))
        return content

    def extract(self, sha256: str, target: Path) -> int:
        """Write the clear bytes of an original to `target`, which must not exist; returns their number."""
        digest, size = hashlib.sha256(), 0
        try:
            with target.open("xb") as file:
                for chunk in self.chunks(sha256):
                    digest.update(chunk)
                    size += file.write(chunk)
        except FileExistsError as error:
            raise InputRefused("the file already exists", where=str(target), remedy="name a new file") from error
        if digest.hexdigest() != sha256:
            target.unlink()
            raise _damaged(self.path(sha256))
        return size

    def check(self, sha256: str) -> bool:
        """Whether an original is there, whole and unchanged."""
        digest = hashlib.sha256()
        try:
            for chunk in self.chunks(sha256):
                digest.update(chunk)
        except CaseUnavailable:
            return False
        return digest.hexdigest() == sha256

    def names(self) -> list[str]:
        """The hashes of the originals that lie here, sorted."""
        return sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))

    def remove(self, sha256: str) -> None:
        """Remove an original."""
        self.path(sha256).unlink(missing_ok=True)


def _damaged(path: Path) -> CaseUnavailable:
    return CaseUnavailable("an original is damaged", where=str(path), remedy="restore the case from a backup")
