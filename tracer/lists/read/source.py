"""Where bytes come from: a file, or a member of an archive; opened as often as a reader needs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracer.errors import InputRefused
from tracer.lists.read.model import Limits
from tracer.regular import opened

CHUNK = 1 << 20


@dataclass(frozen=True)
class Source:
    """Bytes with a name."""

    where: str
    """For messages: the file's name, and the member's behind a colon."""
    name: str
    """Name by which its kind is guessed where its bytes do not tell."""
    member: str | None
    path: Path | None
    """The file on disk; None for a member."""
    size: int
    """Bytes, as the directory or the archive says."""
    opener: Callable[[], IO[bytes]]

    def open(self) -> IO[bytes]:
        """A binary stream from the start."""
        return self.opener()

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of 1 MiB."""
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def head(self, size: int) -> bytes:
        """The first `size` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def held(self, limits: Limits) -> bytes:
        """All bytes. Raises InputRefused beyond `limits.held_bytes`."""
        with self.open() as stream:
            data = stream.read(limits.held_bytes + 1)
        if len(data) > limits.held_bytes:
            raise InputRefused(
                f"more than {limits.held_bytes >> 20:,} MiB in one document",
                where=self.where,
                remedy="save it as csv",
            )
        return data


def file_source(path: Path) -> Source:
    """A file on disk as a source; it must exist."""
    return Source(path.name, path.name, None, path, path.stat().st_size, lambda: opened(path))


def bytes_source(data: bytes, where: str, name: str, member: str | None) -> Source:
    """Bytes in memory as a source."""
    return Source(where, name, member, None, len(data), lambda: io.BytesIO(data))
