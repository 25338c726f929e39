"""Archives, as child processes unpack them: the members that may be lists, each a source.

A zip is read by its directory, in any order (`zip_process`); gz, bz2, xz, zst, tar and 7z once and in order
(`unpack_process`). All parsing is done in those children. Junk is skipped, and bytes are counted over all members.
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
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read import zip_process
from tracer.lists.read.model import CHUNK, Limits, Source, bytes_source
from tracer.lists.read.unpack_process import JUNK, OUT
from tracer.optional import ARCHIVES, require

_ENCRYPTED = 0x1
_ZIP_MEMORY, _UNPACK_MEMORY = 1 << 29, 3 << 29
"""Addresses that a child has in addition to the archive's own bytes: a zip's directory of 2,000 members needs a
hundredth of the first; the largest dictionaries in use have 256 MiB."""
_LOCKED = "the archive is protected by a password"
_DAMAGED = "the archive is damaged or cut off"


Members = Generator[Source, None, None]


class Budget:
    """Unpacked bytes still allowed over all members of one file."""

    def __init__(self, limits: Limits) -> None:
        self.left = limits.total_bytes


@contextmanager
def fed(
    command: Sequence[str], source: Source, limits: Limits, *between: int, memory: int, seconds: int, copies: int = 3
) -> Iterator[subprocess.Popen[bytes]]:
    """A child that reads a source: by a descriptor where it is a file, else by its input, in which it is sent whole.

    `command`: what runs; it is given the bytes of memory it may take (`memory`, and so many `copies` of what it is
    sent), the `seconds` of processor, `between`, the descriptor (-1 for none) and how many bytes it is sent. The child
    is gone when the block ends.
    """
    held = source.held(limits) if source.path is None else b""
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


def _send(child: subprocess.Popen[bytes], request: str) -> None:
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


def _skipped_note(where: str, skipped: Sequence[str]) -> str:
    """The members that were passed over because of their names."""
    more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
    return f"{where}: skipped {', '.join(skipped[:5])}{more}: no lists"


# Zip.


@dataclass(frozen=True)
class Member:
    """An entry of the directory, as it says of itself."""

    index: int
    name: str
    size: int
    packed: int
    folder: bool
    locked: bool


class Archive:
    """An open zip."""

    def __init__(self, child: subprocess.Popen[bytes], where: str, limits: Limits) -> None:
        self._child, self._limits = child, limits
        self.members = [
            Member(i, e["name"], e["size"], e["packed"], e["folder"], bool(e["flags"] & _ENCRYPTED))
            for i, e in enumerate(json_of(self.ask("", where)))
        ]

    def open(self, member: Member, where: str) -> IO[bytes]:
        """The member's bytes; raises InputRefused, then or while it is read, where it cannot be unpacked."""
        if member.locked:
            raise InputRefused(_LOCKED, where=where, remedy="unpack it and load what is in it")
        return io.BufferedReader(_ZipStream(self, member, where), CHUNK)

    def ask(self, request: str, where: str) -> bytes:
        """The answer to a request; to an empty one, what the child says first."""
        if request:
            self.send(request)
        frame = next_frame(self._child)
        if frame is None:
            what = f"the archive takes more than {self._limits.archive_seconds:,} s to unpack, or is damaged"
            raise InputRefused(what, where=where, remedy="unpack it yourself and load the files")
        if frame[0] == b"F":
            if json_of(frame[1])["kind"] == "memory":
                raise InputRefused("the archive needs too much memory", where=where, remedy="unpack it first")
            raise InputRefused(_DAMAGED, where=where, remedy="get it again")
        return frame[1]

    def send(self, request: str) -> None:
        """Send a request that is not answered."""
        _send(self._child, request)


class _ZipStream(io.RawIOBase):
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
                what = "unpacks to more than its directory says: a zip bomb"
                raise InputRefused(what, where=self.where, remedy="leave it out")
        size = min(len(buffer), len(self.piece))
        buffer[:size] = self.piece[:size]
        self.piece = self.piece[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self.archive.send(f"close {self.number}")
        super().close()


@contextmanager
def opened(source: Source, limits: Limits) -> Iterator[Archive]:
    """The zip that a source is; its child process is gone when the block ends.

    Raises InputRefused: damaged, or more than the child may take.
    """
    command = (sys.executable, "-I", "-S", zip_process.__file__)
    with fed(command, source, limits, memory=_ZIP_MEMORY, seconds=limits.archive_seconds) as child:
        yield Archive(child, source.where, limits)


def refuse_bomb(member: Member, limits: Limits, where: str) -> None:
    """Raises InputRefused for a member that unpacks beyond the limits, by what its directory entry says."""
    dense = member.size > limits.ratio_from and member.size > limits.ratio * max(member.packed, 1)
    if dense or member.size > limits.member_bytes:
        what = f"a member unpacks from {member.packed:,} to {member.size:,} bytes: a zip bomb"
        raise InputRefused(what, where=where, remedy="unpack it yourself if you trust it, and load the files")


def zip_members(outer: Source, limits: Limits, budget: Budget, notes: list[str]) -> Members:
    """The members of a zip that may be lists, in its order; each can be read until the iteration ends. Notes those that
    are skipped. `outer`: the archive itself.

    Raises InputRefused for too many, too large, too dense or locked members.
    """
    with opened(outer, limits) as archive:
        infos = [info for info in archive.members if not info.folder]
        if len(infos) > limits.archive_members:
            what = f"{len(infos):,} members, more than {limits.archive_members:,}"
            raise InputRefused(what, where=outer.where, remedy="unpack it first")
        astray = [info.name for info in infos if OUT.search(info.name)]
        notes += [f"{outer.where}: {name!r} is left out: its name leads out of the archive" for name in astray]
        infos = [info for info in infos if info.name not in astray]
        skipped = [info.name for info in infos if JUNK.search(info.name)]
        if skipped:
            notes.append(_skipped_note(outer.where, skipped))
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
                what = f"unpacks to more than {limits.total_bytes >> 30:,} GiB: a zip bomb"
                raise InputRefused(what, where=where, remedy="unpack it first")
            if info.locked:
                archive.open(info, outer.where)
            member = info.name if outer.member is None else f"{outer.member}/{info.name}"
            yield Source(where, info.name, member, None, info.size, partial(archive.open, info, where))


# What is unpacked once and in order.

_PACKED = re.compile(r"\.(?:gz|gzip|bz2|bzip2|xz|lzma|zst|zstd)$", re.IGNORECASE)
_ENTRIES = 10  # folders and links that are passed over, for each member that an archive may have
_UNPACK = "unpack it and load what is in it"
_BOMB_REMEDY = "unpack it yourself if you trust it, and load the files"
_FAILURES = {
    "bomb": ("unpacks to far more than a list does: an archive bomb", _BOMB_REMEDY),
    "method": ("packed in a way that is not read ({text})", _UNPACK),
    "memory": ("the archive needs too much memory", _UNPACK),
    "locked": (_LOCKED, _UNPACK),
    "joined": ("something follows the end of the archive", _UNPACK),
    "import": ("the module that unpacks zst is missing", f"install tracer again, or {_UNPACK}"),
    "damaged": (_DAMAGED, "get it again"),
}
"""What went wrong in the child, and what to do."""


def unpacked(outer: Source, kind: str, limits: Limits, budget: Budget, notes: list[str]) -> Members:
    """The members of an archive of a kind (`gz`, `bz2`, `xz`, `zst`, `tar`, `7z`) that may be lists; each can be read
    until the next is asked for. Notes those that are skipped.

    Raises InputRefused for too many or too large members, and for what is damaged, locked, or more than the child may
    take.
    """
    if kind == "7z":
        require("py7zr", ARCHIVES, f"{outer.where} is a 7z archive, and unpacking it", InputRefused)
    most = min(max(limits.ratio_from, limits.ratio * outer.size), limits.total_bytes)
    command = (sys.executable, "-P", "-m", "tracer.lists.read.unpack_process", kind)
    with fed(command, outer, limits, most, memory=_UNPACK_MEMORY, seconds=limits.archive_seconds) as child:

        def pieces(where: str) -> Iterator[bytes]:
            size = 0
            while (answer := _asked(child, "read", where, limits))[0] == b"B":
                size += len(answer[1])
                budget.left -= len(answer[1])
                if size > limits.member_bytes or budget.left < 0:
                    raise InputRefused(_FAILURES["bomb"][0], where=where, remedy=_BOMB_REMEDY)
                yield answer[1]

        skipped: list[str] = []
        members = entries = 0
        while (answer := _asked(child, "next", outer.where, limits))[0] == b"M":
            about: dict[str, Any] = json_of(answer[1])
            name, passed = about["name"] or None, about["folder"] or about["link"]
            members += not passed
            entries += 1
            if members > limits.archive_members or entries > _ENTRIES * limits.archive_members:
                what = f"more than {limits.archive_members:,} members"
                raise InputRefused(what, where=outer.where, remedy="unpack it first")
            if about["link"]:
                notes.append(f"{outer.where}: {name!r} is left out: a link or a device, not a file")
            elif name is not None and not passed and OUT.search(name):
                notes.append(f"{outer.where}: {name!r} is left out: its name leads out of the archive")
            elif name is not None and not passed and JUNK.search(name):
                skipped.append(name)
            elif not passed:
                shown, where = name or "", f"{outer.where}:{name}"
                if name is None:  # one file, packed
                    shown, where = _PACKED.sub("", PurePosixPath(outer.name).name) or outer.name, outer.where
                member = shown if outer.member is None else f"{outer.member}/{shown}"
                with spooled(pieces(where), where, shown, member) as source:
                    if source.size:
                        yield source
                    else:
                        notes.append(f"{where}: empty; skipped")
        if skipped:
            notes.append(_skipped_note(outer.where, skipped))


def _asked(child: subprocess.Popen[bytes], verb: str, where: str, limits: Limits) -> tuple[bytes, bytes]:
    """Kind and payload of the answer to a request. Raises InputRefused where it fails."""
    _send(child, verb)
    frame = next_frame(child)
    if frame is None:
        seconds = f"{limits.archive_seconds:,} s"
        what = f"the archive takes more than {seconds} or too much memory to unpack, or is damaged"
        raise InputRefused(what, where=where, remedy="unpack it yourself and load the files")
    if frame[0] == b"F":
        about = json_of(frame[1])
        what, remedy = _FAILURES[about["kind"]]
        raise InputRefused(what.format(text=about["text"]), where=where, remedy=remedy)
    return frame


# What is unpacked but once is kept so that it can be read again: in memory, and beyond 8 MiB in a file without a name.
# The file is encrypted under a key that never leaves this process, and gone with it: personal data must not lie in
# clear in a temporary folder.

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
