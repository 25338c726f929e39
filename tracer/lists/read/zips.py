"""A zip archive as `zip_process` reads it: the directory, and members as streams. The parsing is done in that child."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read import zip_process
from tracer.lists.read.child import fed
from tracer.lists.read.model import Limits
from tracer.lists.read.source import Source

_ENCRYPTED = 0x1
_MEMORY = 1 << 29
"""Addresses that the child has in addition to the archive's own bytes: a directory of 2,000 members needs a hundredth
of it."""


@dataclass(frozen=True)
class Member:
    """An entry of the directory, as it says of itself."""

    index: int
    name: str
    size: int
    """Bytes when unpacked."""
    packed: int
    folder: bool
    locked: bool


class Archive:
    """An open archive."""

    def __init__(self, child: subprocess.Popen[bytes], where: str, limits: Limits) -> None:
        self._child, self.where, self._limits = child, where, limits
        entries: list[dict[str, Any]] = json_of(self._answer()[1])
        self.members = [
            Member(i, e["name"], e["size"], e["packed"], e["folder"], bool(e["flags"] & _ENCRYPTED))
            for i, e in enumerate(entries)
        ]

    def open(self, member: Member, where: str) -> IO[bytes]:
        """The member's bytes; raises InputRefused, then or while it is read, where it cannot be unpacked."""
        if member.locked:
            raise InputRefused(
                "the archive is protected by a password", where=where, remedy="unpack it and load what is in it"
            )
        return io.BufferedReader(_Stream(self, member, where), zip_process.CHUNK)

    def ask(self, verb: str, number: int, where: str) -> tuple[bytes, bytes]:
        """Kind and payload of the answer to a request."""
        self.tell(verb, number)
        return self._answer(where)

    def tell(self, verb: str, number: int) -> None:
        """Send a request. A missing child is reported where its answer is read."""
        requests = self._child.stdin
        with suppress(BrokenPipeError, ValueError):
            if requests is not None:
                requests.write(f"{verb} {number}\n".encode())
                requests.flush()

    def _answer(self, where: str | None = None) -> tuple[bytes, bytes]:
        out, where = self._child.stdout, where or self.where
        head = out.read(9) if out is not None else b""
        size = int.from_bytes(head[1:], "big")
        payload = out.read(size) if out is not None and len(head) == 9 else b""
        if len(head) < 9 or len(payload) < size:
            raise InputRefused(
                f"the archive takes more than {self._limits.archive_seconds:,} s to unpack, or is damaged", where=where,
                remedy="unpack it yourself and load the files",
            )  # fmt: skip
        if head[:1] == b"F":
            if json_of(payload)["kind"] == "memory":
                raise InputRefused("the archive needs too much memory", where=where, remedy="unpack it first")
            raise InputRefused("the archive is damaged or cut off", where=where, remedy="get it again")
        return head[:1], payload


class _Stream(io.RawIOBase):
    """A member's bytes; refuses more of them than the directory promised: the promise has been checked."""

    def __init__(self, archive: Archive, member: Member, where: str) -> None:
        super().__init__()
        self.archive, self.where, self.left, self.piece = archive, where, member.size, memoryview(b"")
        self.number = int(archive.ask("open", member.index, where)[1])

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is wider
        if not self.piece:
            self.piece = memoryview(self.archive.ask("next", self.number, self.where)[1])
            self.left -= len(self.piece)
            if self.left < 0:
                raise InputRefused(
                    "unpacks to more than its directory says: a zip bomb", where=self.where, remedy="leave it out"
                )
        size = min(len(buffer), len(self.piece))
        buffer[:size] = self.piece[:size]
        self.piece = self.piece[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self.archive.tell("close", self.number)
        super().close()


@contextmanager
def opened(source: Source, limits: Limits) -> Iterator[Archive]:
    """The archive that a source is; its child process is gone when the block ends.

    Raises InputRefused: damaged, or more than the child may take.
    """
    with fed((sys.executable, "-I", "-S", zip_process.__file__), source, limits, memory=_MEMORY) as child:
        yield Archive(child, source.where, limits)


def refuse_bomb(member: Member, limits: Limits, where: str) -> None:
    """Raises InputRefused for a member that unpacks beyond the limits, by what its directory entry says."""
    large = member.size > limits.member_bytes
    dense = member.size > limits.ratio_from and member.size > limits.ratio * max(member.packed, 1)
    if large or dense:
        raise InputRefused(
            f"a member unpacks from {member.packed:,} to {member.size:,} bytes: a zip bomb",
            where=where,
            remedy="unpack it yourself if you trust it, and load the files",
        )
