"""The child process that unpacks a zip archive: it parses what a stranger wrote, within limits of memory and time.

It is run by its path, apart from the package, with the standard library alone: `zip_process.py MEMORY SECONDS FD SIZE`.
FD is the archive's open file, or -1 where its SIZE bytes come first on standard input. Then requests come on standard
input, a line each: `open MEMBER` (a number from 0), `next STREAM`, `close STREAM`. Answers go out as frames: one byte
of kind, eight bytes of length (big-endian), payload. First `N`, the directory (JSON); then for `open` `O` and the
stream's number, for `next` `B` and up to 1 MiB, or `D` at the end; for either `F`, a failure (JSON). `close` has no
answer.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from typing import IO

CHUNK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for an archive that is damaged, packed in a way it does not know, or not what it says."""


def opened(stream: IO[bytes]) -> zipfile.ZipFile:
    """The archive, its names read as GB18030 where they are not marked as UTF-8."""
    try:
        return zipfile.ZipFile(stream, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        stream.seek(0)
        return zipfile.ZipFile(stream)


class Server:
    """Answers requests on one archive. A stream's next piece is unpacked while the last one is being read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.infos = archive, archive.infolist()
        self.streams: dict[int, IO[bytes]] = {}
        self.ahead: dict[int, bytes | Exception] = {}
        self.opened = 0

    def directory(self) -> bytes:
        """The members in the archive's order."""
        keys = ("name", "size", "packed", "flags", "folder")
        return json.dumps(
            [
                dict(zip(keys, (i.filename, i.file_size, i.compress_size, i.flag_bits, i.is_dir()), strict=True))
                for i in self.infos
            ]
        ).encode()

    def answer(self, verb: str, number: int) -> None:
        """Carry out one request."""
        if verb == "open":
            self.opened += 1
            self.streams[self.opened] = self.archive.open(self.infos[number])
            write(b"O", str(self.opened).encode())
            number = self.opened
        elif verb == "close":
            self.streams.pop(number).close()
            self.ahead.pop(number, None)
            return
        else:
            piece = self.ahead[number]
            if isinstance(piece, Exception):
                raise piece
            write(b"B" if piece else b"D", piece)
        sys.stdout.buffer.flush()
        try:
            self.ahead[number] = self.streams[number].read(CHUNK)
        except _DAMAGED as error:
            self.ahead[number] = error


def write(kind: bytes, payload: bytes) -> None:
    """One frame."""
    sys.stdout.buffer.write(kind + len(payload).to_bytes(8, "big"))
    sys.stdout.buffer.write(payload)


def fail(error: BaseException, kinds: Iterable[tuple[type[BaseException], str]] = ((MemoryError, "memory"),)) -> None:
    """A failure as a frame, by the first of `kinds` that it is."""
    kind = next((name for type_, name in kinds if isinstance(error, type_)), "damaged")
    write(b"F", json.dumps({"kind": kind, "text": str(error)[:200]}).encode())


def limit(memory: int, seconds: int) -> None:
    """Limit what this process may take: bytes of addresses, seconds of the processor."""
    for kind, amount in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        try:
            resource.setrlimit(kind, (amount, amount))
        except (ValueError, OSError):  # macOS knows no limit of address space; the clock of the parent remains
            continue


def main(arguments: Sequence[str]) -> None:
    """Serves until standard input ends. Failures are frames."""
    memory, seconds, descriptor, size = (int(argument) for argument in arguments)
    limit(memory, seconds)
    requests = sys.stdin.buffer
    try:
        stream = io.BytesIO(requests.read(size)) if descriptor < 0 else os.fdopen(descriptor, "rb")
        server = Server(opened(stream))
        write(b"N", server.directory())
    except (MemoryError, *_DAMAGED) as error:
        fail(error)
        sys.stdout.buffer.flush()
        os._exit(0)
    sys.stdout.buffer.flush()
    for line in requests:
        verb, number = line.split()
        try:
            server.answer(verb.decode(), int(number))
        except (MemoryError, *_DAMAGED) as error:
            fail(error)
        sys.stdout.buffer.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
