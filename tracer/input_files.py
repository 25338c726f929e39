"""The one door through which files are read: regular files alone, and no more of one than is allowed.

A pipe without a writer would be waited for without end, a device be read without end, and a file of the kernel's
(`/proc`) says a length of 0 and gives what it likes. So what a path leads to is looked at before it is opened, looked
at again when it is open, and never read beyond the length that it had then.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from pathlib import Path
from typing import BinaryIO, cast

from tracer.errors import InputRefused

SMALL = 64 << 20
"""Bytes of a document that people or `tracer` write: a manifest, a key, a stamp, a page."""
HELD = 1 << 30
"""Bytes of what is held in memory whole: a log, a mailbox."""
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a link"),
)


def refuse_special(path: Path, *, links: bool = True) -> None:
    """Raises `InputRefused` where the path leads to something other than a regular file; not `links`: to a link, too.
    Where its name is not UTF-8, too: neither the store nor the journal could say which file it was.

    Raises `OSError` where it leads nowhere.
    """
    try:
        os.fsencode(path).decode()
    except UnicodeDecodeError:
        raise InputRefused("the file's name is not UTF-8", where=str(path), remedy="rename it") from None
    _refuse_kind((path.stat() if links else path.lstat()).st_mode, path)


def _refuse_kind(mode: int, path: Path) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((name for test, name in _KINDS if test(mode)), "something else")
    raise InputRefused(f"this is {kind}, not a regular file", where=str(path), remedy="copy it to a file first")


def open_regular(path: Path, *, links: bool = True) -> BinaryIO:
    """A regular file, open for reading. Not `links`: nor does a link lead there (its last part is looked at).

    Raises `InputRefused` for all but a regular file, `OSError` where it cannot be opened.
    """
    refuse_special(path, links=links)
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags if links else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        _refuse_kind(os.fstat(file).st_mode, path)
        return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, _ToItsLength(file))))
    except BaseException:
        os.close(file)
        raise


class _ToItsLength(io.FileIO):
    """A file that ends where it ended when it was opened."""

    def __init__(self, file: int) -> None:
        super().__init__(file, "rb")
        self._length = os.fstat(file).st_size

    def _bytes_left(self) -> int:
        return max(0, self._length - self.tell())

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # what BufferedReader hands over
        return super().readinto(memoryview(buffer)[: self._bytes_left()])

    def readall(self) -> bytes:
        return super().read(self._bytes_left()) or b""

    def read(self, size: int | None = -1) -> bytes:
        left = self._bytes_left()
        return super().read(left if size is None or size < 0 else min(size, left)) or b""


def whole_bytes(path: Path, at_most: int = SMALL, *, links: bool = True) -> bytes:
    """All bytes of a regular file. Raises `InputRefused` beyond `at_most` bytes; otherwise as `open_regular`."""
    with open_regular(path, links=links) as file:
        if os.fstat(file.fileno()).st_size > at_most:
            most = f"{at_most >> 20:,} MiB" if at_most >= 1 << 20 else f"{at_most:,} bytes"
            what = f"more than {most}, too large for such a file"
            raise InputRefused(what, where=str(path), remedy="name the right file")
        return file.read()


def text_of(path: Path, encoding: str = "utf-8", at_most: int = SMALL, *, links: bool = True) -> str:
    """A regular file as text; raises as `whole_bytes`, and `UnicodeDecodeError`."""
    return whole_bytes(path, at_most, links=links).decode(encoding)


def secret_in(path: Path) -> str:
    """What a file that somebody named holds: a password or the like, without the line's end.

    Raises `InputRefused` where it cannot be read.
    """
    try:
        return text_of(path).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise InputRefused(f"the secret cannot be read ({why})", where=str(path), remedy="name the file") from None


def files_below(folder: Path) -> list[Path]:
    """The regular files in a folder and below it, in order; hidden ones and links are left out."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def sha256_of(path: Path) -> str:
    """SHA-256 of a regular file's bytes, hexadecimal. Raises as `open_regular`."""
    with open_regular(path) as file:
        return hashlib.file_digest(cast(io.BufferedReader, file), "sha256").hexdigest()
