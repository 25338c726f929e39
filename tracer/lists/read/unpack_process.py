"""The child process that unpacks archives: it parses what a stranger wrote, within limits of memory and time.

Run by its path, apart from the package: `unpack_process.py KIND MEMORY SECONDS UNPACKED FD SIZE`. UNPACKED: bytes after
which it gives up, but for a zip, whose directory says what comes; FD is the archive's open file, or -1 where its SIZE
bytes come first on standard input. Then requests come on standard input, a line each: `next` (the next member), `read`
(its next piece). Answers go out as frames: one byte of kind, eight bytes of length (big-endian), payload. For `next`
`M`, the member (JSON), or `D` at the archive's end; for `read` `B` and up to 1 MiB, or `D` at the member's end; for
either `F`, a failure (JSON).
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from queue import Queue
from threading import Thread
from typing import IO, Any, cast

CHUNK = 1 << 20
JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)"
    r"|\.(jpe?g|png|gif|bmp|webp|tiff?|heic|ico|pdf|docx?|pptx?|mp[34]|wav|md|url|lnk|exe|ini|log)$"
    r"|(^|/)(readme|read me|说明|使用说明|説明|说明书|license|licence)[^/]*$",
    re.IGNORECASE,
)
"""Names of what is not a list."""
OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")
"""A member's name that leads out of the archive. Nothing is unpacked by it, but who made it meant something else."""
_UNPACKERS = {"gz": "gzip", "bz2": "bz2", "xz": "lzma", "zst": "backports.zstd"}
_BLOCK = 512
Pieces = Iterator[bytes]
Found = tuple[dict[str, Any], Callable[[], Pieces]]


class _Failed(ValueError):
    """A failure of the kind that its text names: `bomb`, `locked`, `joined`, `method`."""

    def __init__(self, kind: str, text: str = "") -> None:
        super().__init__(text)
        self.kind = kind


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
            raise _Failed("bomb")
        buffer[: len(data)] = data
        return len(data)


def members(stream: IO[bytes], kind: str, most: int) -> Iterator[Found]:
    """The members of an archive in order, each with what gives its bytes."""
    if kind in ("zip", "7z"):
        yield from _zip(stream) if kind == "zip" else _seven_zip(stream, most)
        return
    if kind != "tar":
        stream = import_module(_UNPACKERS[kind]).open(stream)
    inner = io.BufferedReader(_Counted(stream, most), CHUNK)
    if kind != "tar" and not begins_tar(inner.peek(_BLOCK)[:_BLOCK]):
        yield {"name": None}, lambda: _chunks(inner)
        return
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
            yield about, lambda entry=entry: _chunks(archive.extractfile(entry))  # type: ignore[misc]  # bind early
        if not _Entry.ended:
            raise ValueError("its end is missing")
        after = cast("IO[bytes]", archive.fileobj)
        while block := after.read(CHUNK):
            if any(block):
                raise _Failed("joined")


def _chunks(stream: IO[bytes] | None) -> Pieces:
    while stream is not None and (piece := stream.read(CHUNK)):
        yield piece


def _zip(stream: IO[bytes]) -> Iterator[Found]:
    """The members as the directory says; names are GB18030 where they are not marked as UTF-8, and readable so."""
    try:
        archive = zipfile.ZipFile(stream, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        stream.seek(0)
        archive = zipfile.ZipFile(stream)
    infos = archive.infolist()
    count = sum(not info.is_dir() for info in infos)

    def pieces(info: zipfile.ZipInfo) -> Pieces:
        if info.flag_bits & 1:
            raise _Failed("locked")
        with archive.open(info) as member:
            yield from _chunks(member)

    for info in infos:
        sizes = {"size": info.file_size, "packed": info.compress_size, "count": count}
        yield {"name": info.filename, "folder": info.is_dir(), **sizes}, lambda info=info: pieces(info)  # type: ignore[misc]  # bind early


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
            ready.put(_Failed("bomb"))
        except exceptions.UnsupportedCompressionMethodError as error:
            ready.put(_Failed("method", str(error.args[-1])))
        except Exception as error:  # noqa: BLE001 - said when the next piece is asked for
            ready.put(error)

    try:
        archive = SevenZipFile(stream, max_extract_size=most)
    except exceptions.PasswordRequired as error:
        raise _Failed("locked") from error
    if archive.needs_password():
        raise _Failed("locked")
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
        yield {"name": held}, lambda taken=taken: taken  # type: ignore[misc]  # defaults bind early
        for _ in taken:
            pass
    if isinstance(held, Exception):
        raise held


def write(kind: bytes, payload: bytes) -> None:
    """One frame."""
    sys.stdout.buffer.write(kind + len(payload).to_bytes(8, "big"))
    sys.stdout.buffer.write(payload)


def limit(memory: int, seconds: int) -> None:
    """Limit what this process may take: bytes of addresses, seconds of the processor."""
    for kind, amount in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows no limit of address space; the clock of the parent remains
            continue


def main(arguments: Sequence[str]) -> None:
    """Serves until standard input ends. A member's next piece is unpacked while the last one is being read."""
    memory, seconds, most, descriptor, size = (int(argument) for argument in arguments[1:])
    limit(memory, seconds)
    requests = sys.stdin.buffer
    stream = io.BytesIO(requests.read(size)) if descriptor < 0 else os.fdopen(descriptor, "rb")
    found = members(stream, arguments[0], most)
    take: Callable[[], Pieces] | None = None
    pieces: Pieces = iter(())
    ahead: bytes | Exception = b""

    def look_ahead() -> bytes | Exception:
        try:
            return next(pieces, b"")
        except Exception as error:  # noqa: BLE001 - said when this piece is asked for
            return error

    for verb in requests:
        try:
            if verb == b"next\n":
                about, take = next(found, (None, None))
                write(b"D" if about is None else b"M", json.dumps(about).encode())
            else:
                if take is not None:
                    pieces, take = take(), None
                    ahead = look_ahead()
                if isinstance(ahead, Exception):
                    raise ahead
                write(b"B" if ahead else b"D", ahead)
                sys.stdout.buffer.flush()
                ahead = look_ahead()
        except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes lead to is a failure of this archive
            kind = error.kind if isinstance(error, _Failed) else "damaged"
            for type_, name in ((MemoryError, "memory"), (ImportError, "import")):
                kind = name if isinstance(error, type_) else kind
            write(b"F", json.dumps({"kind": kind, "text": str(error)[:200]}).encode())
        sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
