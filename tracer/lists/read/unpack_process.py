"""The child process that unpacks gz, bz2, xz, zst, tar and 7z: it parses what a stranger wrote, within limits.

Run as `python -m tracer.lists.read.unpack_process KIND MEMORY SECONDS UNPACKED FD SIZE`. UNPACKED: bytes after which
it gives up; FD is the archive's open file, or -1 where its SIZE bytes come first on standard input. Then requests come
on standard input, a line each: `next` (the next member), `read` (its next piece). Answers go out as frames: one byte of
kind, eight bytes of length (big-endian), payload. For `next` `M`, the member (JSON), or `D` at the archive's end; for
`read` `B` and up to 1 MiB, or `D` at the member's end; for either `F`, a failure (JSON).
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from queue import Queue
from threading import Thread
from typing import IO, Any, cast

from tracer.lists.read.zip_process import CHUNK, fail, limit, write

JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)"
    r"|\.(jpe?g|png|gif|bmp|webp|tiff?|heic|ico|pdf|docx?|pptx?|mp[34]|wav|md|url|lnk|exe|ini|log)$"
    r"|(^|/)(readme|read me|说明|使用说明|説明|说明书|license|licence)[^/]*$",
    re.IGNORECASE,
)
"""Names of what is not a list."""
OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")
"""A member's name that leads out of the archive. Nothing is unpacked by it, but who made it meant something else."""
_BLOCK = 512
Pieces = Iterator[bytes]
Found = tuple[dict[str, Any], Callable[[], Pieces]]


class _Bomb(ValueError):
    """More was unpacked than is allowed."""


class _Locked(ValueError):
    """The archive, or its directory, is encrypted."""


class _Method(ValueError):
    """A member is packed in a way that is not read."""


class _Joined(ValueError):
    """Something follows the end of the archive."""


_FAILURES = (
    *((MemoryError, "memory"), (ImportError, "import"), (_Bomb, "bomb")),
    *((_Locked, "locked"), (_Method, "method"), (_Joined, "joined")),
)


def begins_tar(block: bytes) -> bool:
    """Whether a block is a tar's header: what it says of itself adds up."""
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


class _Entry(tarfile.TarInfo):
    """A header of a tar that is damaged where it is damaged: `tarfile` takes every such header for the end."""

    ended = False

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Entry:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == _BLOCK and not any(buf):
                _Entry.ended = True
                raise
            raise ValueError("a header is damaged or missing") from error


class _Counted(io.RawIOBase):
    """What comes out of a decompressor, counted."""

    def __init__(self, inner: IO[bytes], most: int) -> None:
        super().__init__()
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise _Bomb
        buffer[: len(data)] = data
        return len(data)


def members(stream: IO[bytes], kind: str, most: int) -> Iterator[Found]:
    """The members of an archive in order, each with what gives its bytes."""
    if kind == "7z":
        yield from _seven_zip(stream, most)
        return
    inner = io.BufferedReader(_Counted(_decompressed(stream, kind), most), CHUNK)
    if kind == "tar" or begins_tar(inner.peek(_BLOCK)[:_BLOCK]):
        with tarfile.open(
            fileobj=inner, mode="r|", tarinfo=_Entry, bufsize=CHUNK, encoding="utf-8", errors="surrogateescape"
        ) as archive:
            while (entry := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # so that the next ones do not fill the memory
                try:  # names are UTF-8, or else GB18030 as in zips
                    written = entry.name.encode("utf-8", "surrogateescape")
                    name = written.decode("utf-8")
                except UnicodeDecodeError:
                    name = written.decode("gb18030", "replace")
                link = not entry.isdir() and not entry.isreg()
                about = {"name": name, "folder": entry.isdir(), "link": link}
                yield about, lambda entry=entry: _pieces(archive.extractfile(entry))  # type: ignore[misc]  # bind early
            if not _Entry.ended:
                raise ValueError("its end is missing")
            after = cast("IO[bytes]", archive.fileobj)
            while block := after.read(CHUNK):
                if any(block):
                    raise _Joined
        return
    yield {"name": None, "folder": False, "link": False}, lambda: _pieces(inner)


def _decompressed(stream: IO[bytes], kind: str) -> IO[bytes]:
    if kind == "gz":
        import gzip

        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    if kind == "bz2":
        import bz2

        return cast("IO[bytes]", bz2.BZ2File(stream))
    if kind == "xz":
        import lzma

        return cast("IO[bytes]", lzma.LZMAFile(stream))
    if kind == "zst":
        from backports import zstd

        return cast("IO[bytes]", zstd.ZstdFile(stream))
    return stream


def _seven_zip(stream: IO[bytes], most: int) -> Iterator[Found]:
    """First what is not unpacked; then the members in py7zr's order, which a thread unpacks a piece ahead of what is
    read: py7zr writes whole archives, and nothing here holds one."""
    from py7zr import SevenZipFile, WriterFactory, exceptions
    from py7zr.io import Py7zIO

    ready = Queue[str | bytes | Exception | None](maxsize=1)

    class Unpacked(Py7zIO):
        """What py7zr writes a member to."""

        def write(self, s: bytes | bytearray) -> int:
            for at in range(0, len(s), CHUNK):
                ready.put(bytes(s[at : at + CHUNK]))
            return len(s)

        def read(self, size: int | None = None) -> bytes:  # noqa: ARG002 - nothing can be read back
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - as it is called when a member ends
            return 0

        def flush(self) -> None:
            """Nothing is held back."""

        def size(self) -> int:
            return 0

    class EachUnpacked(WriterFactory):
        """Makes one for each member."""

        def create(self, filename: str) -> Py7zIO:
            ready.put(filename)
            return Unpacked()

    def unpack() -> None:
        try:
            archive.extract(targets=wanted, factory=EachUnpacked())
            ready.put(None)
        except exceptions.DecompressionBombError:
            ready.put(_Bomb())
        except exceptions.UnsupportedCompressionMethodError as error:
            ready.put(_Method(error.args[-1]))
        except Exception as error:  # noqa: BLE001 - said when the next piece is asked for
            ready.put(error)

    try:
        archive = SevenZipFile(stream, max_extract_size=most)
    except exceptions.PasswordRequired as error:
        raise _Locked from error
    if archive.needs_password():
        raise _Locked
    wanted = list[str]()
    for entry in archive.list():
        name = entry.filename
        if entry.is_file and not OUT.search(name) and not JUNK.search(name):
            wanted.append(name)
        else:
            link = not entry.is_directory and not entry.is_file
            yield {"name": name, "folder": entry.is_directory, "link": link}, lambda: iter(())
    Thread(target=unpack, daemon=True).start()
    held = ready.get()

    def pieces() -> Pieces:
        nonlocal held
        while isinstance(held := ready.get(), bytes):
            yield held
        if isinstance(held, Exception):
            raise held

    while isinstance(held, str):
        taken = pieces()
        about = {"name": held, "folder": False, "link": False}
        yield about, lambda taken=taken: taken  # type: ignore[misc]  # defaults bind early
        for _ in taken:
            pass
    if isinstance(held, Exception):
        raise held


def _pieces(stream: IO[bytes] | None) -> Pieces:
    while stream is not None and (piece := stream.read(CHUNK)):
        yield piece


class UnpackServer:
    """Answers requests. A member's next piece is unpacked while the last one is being read."""

    def __init__(self, found: Iterator[Found]) -> None:
        self.found, self.pieces, self.ahead = found, cast(Pieces, iter(())), b""
        self.failed: Exception | None = None
        self.take: Callable[[], Pieces] | None = None

    def answer(self, verb: str) -> None:
        """Carry out one request."""
        if verb == "next":
            found = next(self.found, None)
            if found is None:
                write(b"D", b"")
                return
            write(b"M", json.dumps(found[0]).encode())
            self.take = found[1]
            return
        if self.take is not None:
            self.pieces, self.take = self.take(), None
            self._look_ahead()
        if self.failed is not None:
            raise self.failed
        write(b"B" if self.ahead else b"D", self.ahead)
        sys.stdout.buffer.flush()
        if self.ahead:
            self._look_ahead()

    def _look_ahead(self) -> None:
        try:
            self.ahead = next(self.pieces, b"")
        except Exception as error:  # noqa: BLE001 - said when this piece is asked for
            self.failed = error


def main(arguments: Sequence[str]) -> None:
    """Serves until standard input ends. Failures are frames."""
    kind = arguments[0]
    memory, seconds, most, descriptor, size = (int(argument) for argument in arguments[1:])
    limit(memory, seconds)
    requests = sys.stdin.buffer
    stream = io.BytesIO(requests.read(size)) if descriptor < 0 else os.fdopen(descriptor, "rb")
    server = UnpackServer(members(stream, kind, most))
    for line in requests:
        try:
            server.answer(line.decode().strip())
        except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes lead to is a failure of this archive
            fail(error, _FAILURES)
        sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
