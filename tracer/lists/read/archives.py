"""Archives, as a child process unpacks them (`unpack_process`), once and in order: their members that may be lists.

All parsing is done in that child. Junk is skipped, and bytes are counted over all members.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import PurePosixPath
from typing import NoReturn

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read import unpack_process
from tracer.lists.read.model import CHUNK, Limits, Source, bytes_source
from tracer.lists.read.unpack_process import JUNK, OUT
from tracer.optional import ARCHIVES, require

_MEMORY = 3 << 29
"""Addresses that a child has in addition to the archive's own bytes: the largest dictionaries in use have 256 MiB."""


@contextmanager
def reader_child(
    command: Sequence[str], source: Source, limits: Limits, *between: int, memory: int, seconds: int, copies: int = 3
) -> Iterator[subprocess.Popen[bytes]]:
    """A child that reads a source: by a descriptor where it is a file, else by its input, in which it is sent whole.

    `command`: what runs; it is given the bytes of memory it may take (`memory`, and so many `copies` of what it is
    sent), the `seconds` of processor, `between`, the descriptor (-1 for none) and how many bytes it is sent. The child
    is gone when the block ends.
    """
    held = source.read_all(limits) if source.path is None else b""
    with source.open() if source.path is not None else nullcontext() as stream:
        descriptor = -1 if stream is None else stream.fileno()
        arguments = (memory + copies * len(held), seconds, *between, descriptor, len(held))
        child = subprocess.Popen(  # noqa: S603 - our own programs, no shell
            [*command, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=() if descriptor < 0 else (descriptor,),
        )
        try:
            send(child, held)
            del held
            yield child
        finally:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                with suppress(BrokenPipeError):  # what was still to be sent to a child that is gone
                    if pipe is not None:
                        pipe.close()
            child.wait()


def send(child: subprocess.Popen[bytes], data: bytes) -> None:
    """Send a child something. A missing child is reported where its answer is read."""
    with suppress(BrokenPipeError, ValueError):
        if child.stdin is not None:
            child.stdin.write(data)
            child.stdin.flush()


def next_frame(child: subprocess.Popen[bytes]) -> tuple[bytes, bytes] | None:
    """Kind and payload of what a child says next; None where it ends before it has said it."""
    out = child.stdout
    head = out.read(9) if out is not None else b""
    size = int.from_bytes(head[1:], "big")
    payload = out.read(size) if out is not None and len(head) == 9 else b""
    return None if len(head) < 9 or len(payload) < size else (head[:1], payload)


@dataclass(frozen=True)
class Member:
    """An entry of an archive, as it says of itself."""

    name: str | None
    """None for one file that is packed without a name."""
    folder: bool = False
    link: bool = False
    size: int = 0
    """Bytes, packed and not, by the directory of a zip; it alone says so before a member is unpacked."""
    packed: int = 0
    count: int = 0
    """How many members there are, where the directory says so."""


_UNPACK = "unpack it and load what is in it"
_BOMB_REMEDY = "unpack it yourself if you trust it, and load the files"
_FAILURES = {
    "bomb": ("unpacks to far more than a list does: an archive bomb", _BOMB_REMEDY),
    "method": ("packed in a way that is not read ({text})", _UNPACK),
    "memory": ("the archive needs too much memory", _UNPACK),
    "locked": ("the archive is protected by a password", _UNPACK),
    "joined": ("something follows the end of the archive", _UNPACK),
    "import": ("the module that unpacks zst is missing", f"install tracer again, or {_UNPACK}"),
    "damaged": ("the archive is damaged or cut off", "get it again"),
}
"""What went wrong in the child, and what to do."""


class Archive:
    """An archive that is being unpacked: its members in order; each can be read until the next is asked for."""

    def __init__(self, child: subprocess.Popen[bytes], where: str, limits: Limits) -> None:
        self.child, self.where, self.limits = child, where, limits

    def __iter__(self) -> Iterator[Member]:
        while (answer := self._ask_child(b"next\n", self.where))[0] == b"M":
            yield Member(**json_of(answer[1]))

    def pieces(self, where: str) -> Iterator[bytes]:
        """The bytes of the member that came last. Raises InputRefused where it cannot be unpacked."""
        while (answer := self._ask_child(b"read\n", where))[0] == b"B":
            yield answer[1]

    def _ask_child(self, request: bytes, where: str) -> tuple[bytes, bytes]:
        send(self.child, request)
        frame = next_frame(self.child)
        if frame is None:
            seconds = f"{self.limits.archive_seconds:,} s"
            what = f"the archive takes more than {seconds} or too much memory to unpack, or is damaged"
            raise InputRefused(what, where=where, remedy="unpack it yourself and load the files")
        if frame[0] == b"F":
            about = json_of(frame[1])
            what, remedy = _FAILURES[about["kind"]]
            place = self.where if about["kind"] == "locked" else where
            raise InputRefused(what.format(text=about["text"]), where=place, remedy=remedy)
        return frame


@contextmanager
def opened_archive(source: Source, kind: str, limits: Limits) -> Iterator[Archive]:
    """The archive (`zip`, `gz`, `bz2`, `xz`, `zst`, `tar`, `7z`) that a source is; its child is gone when the block
    ends. What is damaged, locked or more than the child may take raises InputRefused where it is met.
    """
    if kind == "7z":
        require("py7zr", ARCHIVES, f"{source.where} is a 7z archive, and unpacking it", InputRefused)
    most = min(max(limits.ratio_from, limits.ratio * source.size), limits.total_bytes)
    # Nothing is imported from the current folder, which may be a stranger's; most kinds need no package (`-S`) either.
    isolated = ("-P",) if kind in ("zst", "7z") else ("-I", "-S")
    command = (sys.executable, *isolated, unpack_process.__file__, kind)
    with reader_child(command, source, limits, most, memory=_MEMORY, seconds=limits.archive_seconds) as child:
        yield Archive(child, source.where, limits)


def refuse_bomb(member: Member, limits: Limits, where: str) -> None:
    """Raises InputRefused for a member that unpacks beyond the limits, by what its directory entry says."""
    dense = member.size > limits.ratio_from and member.size > limits.ratio * max(member.packed, 1)
    if dense or member.size > limits.member_bytes:
        what = f"a member unpacks from {member.packed:,} to {member.size:,} bytes: a zip bomb"
        raise InputRefused(what, where=where, remedy=_BOMB_REMEDY)


_PACKED = re.compile(r"\.(?:gz|gzip|bz2|bzip2|xz|lzma|zst|zstd)$", re.IGNORECASE)
_ENTRIES = 10  # folders and links that are passed over, for each member that an archive may have


@dataclass
class Budget:
    """Unpacked bytes still allowed over all members of one file."""

    left: int

    def take_promised(self, member: Member, limits: Limits, where: str) -> None:
        """Take off what a directory says of a member. Raises InputRefused where that is too much."""
        refuse_bomb(member, limits, where)
        self.left -= member.size
        if self.left < 0:
            what = f"unpacks to more than {limits.total_bytes >> 30:,} GiB: a zip bomb"
            raise InputRefused(what, where=where, remedy="unpack it first")

    def count_pieces(self, pieces: Iterable[bytes], member: Member, limits: Limits, where: str) -> Iterator[bytes]:
        """The pieces of a member, as long as neither it nor all together are more than allowed."""
        size = 0
        for piece in pieces:
            size += len(piece)
            if member.count and size > member.size:
                what = "unpacks to more than its directory says: a zip bomb"
                raise InputRefused(what, where=where, remedy="leave it out")
            self.left -= 0 if member.count else len(piece)
            if size > limits.member_bytes or self.left < 0:
                raise InputRefused(_FAILURES["bomb"][0], where=where, remedy=_BOMB_REMEDY)
            yield piece


def unpacked_members(
    outer: Source, kind: str, limits: Limits, budget: Budget, notes: list[str]
) -> Generator[Source, None, None]:
    """The members of an archive that may be lists; each can be read until the next is asked for. Notes those that are
    skipped.

    Raises InputRefused for too many or too large members, and for what cannot be unpacked; of a zip, whose members can
    be unpacked each for itself, such a member raises when it is opened.
    """
    with opened_archive(outer, kind, limits) as archive:
        skipped: list[str] = []
        members = 0
        for entries, member in enumerate(archive, 1):
            name, passed = member.name or None, member.folder or member.link
            members += not passed
            endless = not member.count and entries > _ENTRIES * limits.archive_members
            if max(members, member.count) > limits.archive_members or endless:
                many = f"{member.count:,} members, more" if member.count else "more"
                what = f"{many} than {limits.archive_members:,}" + ("" if member.count else " members")
                raise outer.refusal(what, "unpack it first")
            where = outer.where if name is None else f"{outer.where}:{name}"
            leads_out = not passed and name is not None and OUT.search(name)
            if member.link or leads_out:
                why = "a link or a device, not a file" if member.link else "its name leads out of the archive"
                notes.append(f"{outer.where}: {name!r} is left out: {why}")
            elif passed:
                continue
            elif name is not None and JUNK.search(name):
                skipped.append(name)
            elif member.count and not member.size:  # a zip's directory says so
                notes.append(f"{where}: empty; skipped")
            else:
                budget.take_promised(member, limits, where)
                shown = _PACKED.sub("", PurePosixPath(outer.name).name) or outer.name if name is None else name
                path = shown if outer.member is None else f"{outer.member}/{shown}"
                try:
                    pieces = budget.count_pieces(archive.pieces(where), member, limits, where)
                    with spooled_source(pieces, where, shown, path) as source:
                        if source.size:
                            yield source
                        else:
                            notes.append(f"{where}: empty; skipped")
                except InputRefused as error:
                    if kind != "zip" or error.where == outer.where:
                        raise
                    yield Source(where, shown, path, None, 0, partial(_raise_refusal, error))
        if skipped:
            more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
            notes.append(f"{outer.where}: skipped {', '.join(skipped[:5])}{more}: no lists")


def _raise_refusal(error: InputRefused) -> NoReturn:
    raise error


# What is unpacked but once is kept so that it can be read again: in memory, and beyond 8 MiB in a file without a name.
# The file is encrypted under a key that never leaves this process, and gone with it: personal data must not lie in
# clear in a temporary folder.

_HELD = 8 << 20
_BLOCK = 16


@contextmanager
def spooled_source(pieces: Iterable[bytes], where: str, name: str, member: str | None) -> Iterator[Source]:
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
        sealing, size = _cipher(key, 0), 0
        try:
            for piece in chain([bytes(held)], rest):
                size += len(piece)
                sealed = memoryview(sealing.update(piece))
                while sealed:
                    sealed = sealed[file.write(sealed) :]
        except OSError as error:
            what = f"what it unpacks to cannot be kept in {tempfile.gettempdir()} ({error.strerror})"
            remedy = "make room there or set TMPDIR, or unpack it and load what is in it"
            raise InputRefused(what, where=where, remedy=remedy) from error
        yield Source(
            where, name, member, None, size, lambda: io.BufferedReader(_Spool(file.fileno(), key, size), CHUNK)
        )


def _cipher(key: bytes, block: int) -> CipherContext:
    """AES in counter mode from a block on; the key is used for one file, so the counter begins at 0."""
    return Cipher(AES256(key), CTR(block.to_bytes(_BLOCK, "big"))).encryptor()


class _Spool(io.RawIOBase):
    """The clear bytes of the file."""

    def __init__(self, file: int, key: bytes, size: int) -> None:
        super().__init__()
        self._file, self._key, self._size = file, key, size
        self._at, self._opening = 0, _cipher(key, 0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begun = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, begun + offset)
        self._opening = _cipher(self._key, self._at // _BLOCK)
        self._opening.update(bytes(self._at % _BLOCK))
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader hands over
        data = os.pread(self._file, min(len(buffer), max(0, self._size - self._at)), self._at)
        buffer[: len(data)] = self._opening.update(data)
        self._at += len(data)
        return len(data)
