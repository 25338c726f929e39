"""gz, bz2, xz, zst, tar and 7z as `unpack_process` unpacks them, in that child: members in order, each a source."""

from __future__ import annotations

import io
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.lists.read.model import CHUNK, Limits, Source, bytes_source
from tracer.lists.read.zips import JUNK, OUT, Budget, fed, next_frame, send, skipped_note
from tracer.optional import ARCHIVES, require

# Keeps what is unpacked but once, so that it can be read again: in memory, and beyond 8 MiB in a file without a name.
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
        sealing, size = _stream(key, 0), 0
        try:
            for piece in chain([bytes(held)], rest):
                size += len(piece)
                sealed = memoryview(sealing.update(piece))
                while sealed:
                    sealed = sealed[file.write(sealed) :]
        except OSError as error:
            raise InputRefused(
                f"what it unpacks to cannot be kept in {tempfile.gettempdir()} ({error.strerror})", where=where,
                remedy="make room there or set TMPDIR, or unpack it and load what is in it",
            ) from error  # fmt: skip
        yield Source(
            where, name, member, None, size, lambda: io.BufferedReader(_Spool(file.fileno(), key, size), CHUNK)
        )


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


_MEMORY = 3 << 29
"""Addresses that the child has in addition to the archive's own bytes: the largest dictionaries in use have 256 MiB."""
_PACKED = re.compile(r"\.(?:gz|gzip|bz2|bzip2|xz|lzma|zst|zstd)$", re.IGNORECASE)
_ENTRIES = 10
"""Folders and links that are passed over, for each member that an archive may have."""
_REMEDY = "unpack it and load what is in it"
_FAILURES = {
    "bomb": (
        "unpacks to far more than a list does: an archive bomb",
        "unpack it yourself if you trust it, and load the files",
    ),
    "method": ("packed in a way that is not read ({text})", _REMEDY),
    "memory": ("the archive needs too much memory", _REMEDY),
    "locked": ("the archive is protected by a password", _REMEDY),
    "joined": ("something follows the end of the archive", _REMEDY),
    "import": ("the module that unpacks zst is missing", f"install tracer again, or {_REMEDY}"),
    "damaged": ("the archive is damaged or cut off", "get it again"),
}
"""What went wrong in the child, and what to do."""


class PackedMembers:
    """The members of one archive, read once and in order."""

    def __init__(
        self, child: subprocess.Popen[bytes], outer: Source, limits: Limits, budget: Budget, notes: list[str]
    ) -> None:
        self._child, self._outer, self._limits, self._budget, self._notes = child, outer, limits, budget, notes
        self._members = self._entries = 0
        self._skipped: list[str] = []

    def __iter__(self) -> Iterator[Source]:
        """Members that may be lists; each can be read until the next is asked for. Notes those that are skipped.

        Raises InputRefused for too many or too large members, and for what cannot be unpacked.
        """
        while (answer := self._ask("next", self._outer.where))[0] == b"M":
            about: dict[str, Any] = json_of(answer[1])
            name = about["name"] or None
            if not self._is_wanted(about):
                continue
            if name is None:  # one file, packed
                shown = _PACKED.sub("", PurePosixPath(self._outer.name).name) or self._outer.name
                where = self._outer.where
            else:
                shown, where = name, f"{self._outer.where}:{name}"
            member = shown if self._outer.member is None else f"{self._outer.member}/{shown}"
            with spooled(self._pieces(where), where, shown, member) as source:
                if source.size:
                    yield source
                else:
                    self._notes.append(f"{where}: empty; skipped")
        if self._skipped:
            self._notes.append(skipped_note(self._outer.where, self._skipped))

    def _is_wanted(self, about: dict[str, Any]) -> bool:
        name, limits, where = about["name"], self._limits, self._outer.where
        passed = about["folder"] or about["link"]
        self._members += not passed
        self._entries += 1
        if self._members > limits.archive_members or self._entries > _ENTRIES * limits.archive_members:
            raise InputRefused(f"more than {limits.archive_members:,} members", where=where, remedy="unpack it first")
        if about["link"]:
            self._notes.append(f"{where}: {name!r} is left out: a link or a device, not a file")
        elif name is not None and not passed and OUT.search(name):
            self._notes.append(f"{where}: {name!r} is left out: its name leads out of the archive")
        elif name is not None and not passed and JUNK.search(name):
            self._skipped.append(name)
        else:
            return not passed
        return False

    def _pieces(self, where: str) -> Iterator[bytes]:
        size, limits = 0, self._limits
        while (answer := self._ask("read", where))[0] == b"B":
            size += len(answer[1])
            self._budget.left -= len(answer[1])
            if size > limits.member_bytes or self._budget.left < 0:
                raise InputRefused(_FAILURES["bomb"][0], where=where, remedy=_FAILURES["bomb"][1])
            yield answer[1]

    def _ask(self, verb: str, where: str) -> tuple[bytes, bytes]:
        """Kind and payload of the answer to a request."""
        send(self._child, verb)
        frame = next_frame(self._child)
        if frame is None:
            raise InputRefused(
                f"the archive takes more than {self._limits.archive_seconds:,} s or too much memory to unpack,"
                " or is damaged", where=where, remedy="unpack it yourself and load the files",
            )  # fmt: skip
        if frame[0] == b"F":
            about = json_of(frame[1])
            what, remedy = _FAILURES[about["kind"]]
            raise InputRefused(what.format(text=about["text"]), where=where, remedy=remedy)
        return frame


@contextmanager
def unpacked(source: Source, kind: str, limits: Limits, budget: Budget, notes: list[str]) -> Iterator[PackedMembers]:
    """The members of an archive of a kind (`gz`, `bz2`, `xz`, `zst`, `tar`, `7z`); its child goes when the block ends.

    Raises InputRefused: damaged, locked, or more than the child may take.
    """
    if kind == "7z":
        require("py7zr", ARCHIVES, f"{source.where} is a 7z archive, and unpacking it", InputRefused)
    most = min(max(limits.ratio_from, limits.ratio * source.size), limits.total_bytes)
    command = (sys.executable, "-P", "-m", "tracer.lists.read.unpack_process", kind)
    with fed(command, source, limits, most, memory=_MEMORY) as child:
        yield PackedMembers(child, source, limits, budget, notes)
