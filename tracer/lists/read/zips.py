"""A zip archive as `zip_process` reads it: the directory, and the members that may be
lists as streams. The parsing is done in that child.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import IO, Any

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read import zip_process
from tracer.lists.read.model import Limits, Source

# Child processes that unpack archives: started with a limit of their own, fed, and gone when they are not needed.


@contextmanager
def fed(
    command: Sequence[str], source: Source, limits: Limits, *between: int, memory: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A child that reads a source: by a descriptor where it is a file, else by its input, in which it is sent whole.

    `command`: what runs; it is given the bytes of memory it may take (`memory`, and three times what it is sent), the
    seconds, `between`, the descriptor (-1 for none) and how many bytes it is sent. The child is gone when the block
    ends.
    """
    held = source.held(limits) if source.path is None else b""
    with source.open() if source.path is not None else nullcontext() as stream:
        descriptor = -1 if stream is None else stream.fileno()
        arguments = (memory + 3 * len(held), limits.archive_seconds, *between, descriptor, len(held))
        child = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [*command, *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            pass_fds=() if descriptor < 0 else (descriptor,),
        )  # fmt: skip
        try:
            with suppress(BrokenPipeError):
                if child.stdin is not None:
                    child.stdin.write(held)
                    child.stdin.flush()
            del held
            yield child
        finally:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with suppress(BrokenPipeError):  # what was still to be sent to a child that is gone
                    if pipe is not None:
                        pipe.close()
            child.wait()


def send(child: subprocess.Popen[bytes], request: str) -> None:
    """Send a child a request. A missing child is reported where its answer is read."""
    with suppress(BrokenPipeError, ValueError):
        if child.stdin is not None:
            child.stdin.write(f"{request}\n".encode())
            child.stdin.flush()


def next_frame(child: subprocess.Popen[bytes]) -> tuple[bytes, bytes] | None:
    """Kind and payload of what a child says next; None where it ends before it has said it."""
    out = child.stdout
    head = out.read(9) if out is not None else b""
    size = int.from_bytes(head[1:], "big")
    payload = out.read(size) if out is not None and len(head) == 9 else b""
    return None if len(head) < 9 or len(payload) < size else (head[:1], payload)


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
        self._child, self._limits = child, limits
        entries: list[dict[str, Any]] = json_of(self.ask("", where))
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

    def ask(self, request: str, where: str) -> bytes:
        """The answer to a request; to an empty one, what the child says first."""
        if request:
            self.tell(request)
        frame = next_frame(self._child)
        if frame is None:
            raise InputRefused(
                f"the archive takes more than {self._limits.archive_seconds:,} s to unpack, or is damaged", where=where,
                remedy="unpack it yourself and load the files",
            )  # fmt: skip
        if frame[0] == b"F":
            if json_of(frame[1])["kind"] == "memory":
                raise InputRefused("the archive needs too much memory", where=where, remedy="unpack it first")
            raise InputRefused("the archive is damaged or cut off", where=where, remedy="get it again")
        return frame[1]

    def tell(self, request: str) -> None:
        """Send a request that is not answered."""
        send(self._child, request)


class _Stream(io.RawIOBase):
    """A member's bytes; refuses more of them than the directory promised: the promise has been checked."""

    def __init__(self, archive: Archive, member: Member, where: str) -> None:
        super().__init__()
        self.archive, self.where, self.left, self.piece = archive, where, member.size, memoryview(b"")
        self.number = int(archive.ask(f"open {member.index}", where))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is wider
        if not self.piece:
            self.piece = memoryview(self.archive.ask(f"next {self.number}", self.where))
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
            self.archive.tell(f"close {self.number}")
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


# The members of a zip that may be lists: junk is skipped, and bytes are counted over all of them.

JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)"
    r"|\.(jpe?g|png|gif|bmp|webp|tiff?|heic|ico|pdf|docx?|pptx?|mp[34]|wav|md|url|lnk|exe|ini|log)$"
    r"|(^|/)(readme|read me|说明|使用说明|説明|说明书|license|licence)[^/]*$",
    re.IGNORECASE,
)
"""Names of what is not a list."""

OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")
"""A member's name that leads out of the archive. Nothing is unpacked by it, but who made it meant something else."""


def begins_tar(block: bytes) -> bool:
    """Whether a block is a tar's header: what it says of itself adds up."""
    import tarfile

    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


class Budget:
    """Unpacked bytes still allowed over all members of one file."""

    def __init__(self, limits: Limits) -> None:
        self.left = limits.total_bytes


def members(archive: Archive, outer: Source, limits: Limits, budget: Budget, notes: list[str]) -> Iterator[Source]:
    """The members that may be lists, in the archive's order; notes those that are skipped.

    Raises InputRefused for too many, too large, too dense or locked members. `outer`: the archive itself.
    """
    infos = [info for info in archive.members if not info.folder]
    if len(infos) > limits.archive_members:
        raise InputRefused(
            f"{len(infos):,} members, more than {limits.archive_members:,}", where=outer.where, remedy="unpack it first"
        )
    astray = [info.name for info in infos if OUT.search(info.name)]
    notes += [f"{outer.where}: {name!r} is left out: its name leads out of the archive" for name in astray]
    infos = [info for info in infos if info.name not in astray]
    skipped = [info.name for info in infos if JUNK.search(info.name)]
    if skipped:
        notes.append(skipped_note(outer.where, skipped))
    for info in infos:
        if info.name in skipped:
            continue
        where = f"{outer.where}:{info.name}"
        if info.size == 0:
            notes.append(f"{where}: empty; skipped")
            continue
        refuse_bomb(info, limits, where)
        budget.left -= info.size
        if budget.left < 0:
            raise InputRefused(
                f"unpacks to more than {limits.total_bytes >> 30:,} GiB: a zip bomb",
                where=where,
                remedy="unpack it first",
            )
        yield member_source(archive, info, outer, where)


def skipped_note(where: str, skipped: Sequence[str]) -> str:
    """The members that were passed over because of their names."""
    more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
    return f"{where}: skipped {', '.join(skipped[:5])}{more}: no lists"


def member_source(archive: Archive, info: Member, outer: Source, where: str) -> Source:
    """A member as a source; it can be opened as long as the archive is open."""
    if info.locked:
        archive.open(info, outer.where)
    member = info.name if outer.member is None else f"{outer.member}/{info.name}"
    return Source(
        where=where,
        name=info.name,
        member=member,
        path=None,
        size=info.size,
        opener=lambda: archive.open(info, where),
    )
