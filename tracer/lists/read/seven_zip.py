"""Reads 7z archives by the description of the format (7zFormat.txt of the LZMA SDK, public domain): the directory, and
the files in order.

It runs in the child process that unpacks archives, within its limits, with the standard library alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from tracer.lists.read.seven_zip_data import Coder, Folder, UnknownMethod, decoder_of

MAGIC = b"7z\xbc\xaf\x27\x1c"
_HEADER_BYTES = 64 << 20
"""Bytes of a directory: that of a million files has fewer."""
_PIECE = 1 << 18
_AES = bytes.fromhex("06f10701")
_END, _HEADER, _MAIN, _FILES, _PACK, _UNPACK, _SUBSTREAMS = 0, 1, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _CODERS_SIZE, _COUNT, _EMPTY_STREAM, _EMPTY_FILE, _NAMES, _ENCODED = (
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    17,
    23,
)
_ATTRIBUTES = 21
_EXTERNAL = "the archive keeps its directory elsewhere"


class LockedArchive(ValueError):
    """The archive, or its directory, is encrypted."""


@dataclass(frozen=True)
class Entry:
    """A file of the archive."""

    name: str
    size: int
    folder: bool
    link: bool


class _Bytes:
    """The directory's bytes, read in order. Raises ValueError beyond their end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.data):
            raise ValueError("the directory ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """A number of variable length: the leading ones of its first byte count the bytes behind."""
        first, value, mask = self.byte(), 0, 0x80
        for place in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * place)
            value |= self.byte() << (8 * place)
            mask >>= 1
        return value

    def count(self) -> int:
        """A number of things, of which each takes room in what follows or is but counted; bounded either way."""
        found = self.number()
        if found > 8 * len(self.data) + 64:
            raise ValueError("more than the directory can hold")
        return found

    def bits(self, count: int) -> list[bool]:
        data = self.take((count + 7) // 8)
        return [bool(data[i >> 3] & 0x80 >> (i & 7)) for i in range(count)]

    def crcs(self, count: int) -> list[int | None]:
        known = [True] * count if self.byte() else self.bits(count)
        return [int.from_bytes(self.take(4), "little") if one else None for one in known]


class SevenZip:
    """An open archive. Raises ValueError where it is damaged, and its subclasses above."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.folders, self.entries = stream, list[Folder](), list[tuple[Entry, int]]()
        self.packed_at, self.packed_sizes = 0, list[int]()
        start = stream.read(32)
        if len(start) < 32 or not start.startswith(MAGIC) or zlib.crc32(start[12:32]) != _little(start[8:12]):
            raise ValueError("no 7z archive")
        offset, size, crc = _little(start[12:20]), _little(start[20:28]), _little(start[28:32])
        if size:
            self._directory(self._at(32 + offset, size, crc))

    def _at(self, offset: int, size: int, crc: int) -> bytes:
        if size > _HEADER_BYTES:
            raise ValueError("its directory is too large")
        self.stream.seek(offset)
        data = self.stream.read(size)
        if len(data) < size or zlib.crc32(data) != crc:
            raise ValueError("its directory is damaged or cut off")
        return data

    def _directory(self, data: bytes) -> None:
        reading = _Bytes(data)
        kind = reading.byte()
        while kind == _ENCODED:
            self._streams(reading)
            (folder,) = self.folders
            if folder.size > _HEADER_BYTES:
                raise ValueError("its directory is too large")
            unpacked = b"".join(self.unpacked(folder, 0))
            if folder.crc is not None and zlib.crc32(unpacked) != folder.crc:
                raise ValueError("its directory is damaged")
            self.folders, self.packed_sizes = [], []
            reading = _Bytes(unpacked)
            kind = reading.byte()
        if kind != _HEADER:
            raise ValueError("no directory")
        kind = reading.byte()
        if kind == 2:  # properties of the archive, of which none is in use
            while reading.number():
                reading.take(reading.number())
            kind = reading.byte()
        if kind == 3:
            raise ValueError(_EXTERNAL)
        if kind == _MAIN:
            self._streams(reading)
            kind = reading.byte()
        if kind == _FILES:
            self._files(reading)

    def _streams(self, reading: _Bytes) -> None:
        kind = reading.byte()
        if kind == _PACK:
            self._pack(reading)
            kind = reading.byte()
        if kind == _UNPACK:
            self._unpack(reading)
            kind = reading.byte()
        for folder in self.folders:
            folder.parts, folder.crcs = [folder.size], [folder.crc]
        if kind == _SUBSTREAMS:
            self._substreams(reading)
            kind = reading.byte()
        if kind != _END:
            raise ValueError("its directory is damaged")

    def _pack(self, reading: _Bytes) -> None:
        self.packed_at, count = 32 + reading.number(), reading.count()
        while (kind := reading.byte()) != _END:
            if kind == _SIZE:
                self.packed_sizes = [reading.number() for _ in range(count)]
            elif kind == _CRC:
                reading.crcs(count)
            else:
                raise ValueError("its directory is damaged")

    def _unpack(self, reading: _Bytes) -> None:
        if reading.byte() != _FOLDER:
            raise ValueError("its directory is damaged")
        count = reading.count()
        if reading.byte():
            raise ValueError(_EXTERNAL)
        self.folders = [_folder(reading) for _ in range(count)]
        if reading.byte() != _CODERS_SIZE:
            raise ValueError("its directory is damaged")
        for folder in self.folders:
            folder.sizes = [reading.number() for _ in folder.coders]
            folder.size = folder.sizes[folder.last]
        while (kind := reading.byte()) != _END:
            if kind != _CRC:
                raise ValueError("its directory is damaged")
            for folder, crc in zip(self.folders, reading.crcs(count), strict=True):
                folder.crc = crc

    def _substreams(self, reading: _Bytes) -> None:
        counts = [1] * len(self.folders)
        kind = reading.byte()
        if kind == _COUNT:
            counts = [reading.count() for _ in self.folders]
            kind = reading.byte()
        for folder, count in zip(self.folders, counts, strict=True):
            sizes = [reading.number() for _ in range(count - 1)] if kind == _SIZE else []
            if count > 1 and kind != _SIZE:
                raise ValueError("its directory is damaged")
            folder.parts = [*sizes, folder.size - sum(sizes)][:count]
            folder.crcs = [folder.crc] if count == 1 else [None] * count
            if any(size < 0 for size in folder.parts):
                raise ValueError("its directory is damaged")
        kind = reading.byte() if kind == _SIZE else kind
        while kind != _END:
            if kind != _CRC:
                raise ValueError("its directory is damaged")
            unknown = [(folder, i) for folder in self.folders for i, crc in enumerate(folder.crcs) if crc is None]
            for (folder, i), crc in zip(unknown, reading.crcs(len(unknown)), strict=True):
                folder.crcs[i] = crc
            kind = reading.byte()

    def _files(self, reading: _Bytes) -> None:
        count = reading.count()
        names, empty, hollow, attributes = [""] * count, [False] * count, list[bool](), [0] * count
        while kind := reading.number():
            size = reading.number()
            inner = _Bytes(reading.take(size))
            if kind in (_NAMES, _ATTRIBUTES):
                known = [True] * count if kind == _NAMES or inner.byte() else inner.bits(count)
                if inner.byte():
                    raise ValueError(_EXTERNAL)
                if kind == _NAMES:
                    names = _names(inner.data[1:], count)
                else:
                    attributes = [_little(inner.take(4)) if one else 0 for one in known]
            elif kind == _EMPTY_STREAM:
                empty = inner.bits(count)
            elif kind == _EMPTY_FILE:
                hollow = inner.bits(sum(empty))
        sizes = iter([size for folder in self.folders for size in folder.parts])
        files, number = iter(hollow), 0
        for name, without, attribute in zip(names, empty, attributes, strict=True):
            folder = without and not next(files, False)
            link = attribute & 0x8000 != 0 and (attribute >> 16) & 0xF000 == 0xA000
            size = 0 if without else next(sizes, -1)
            if size < 0:
                raise ValueError("its directory names more files than there are")
            self.entries.append((Entry(name, size, folder, link), -1 if without else number))
            number += not without

    def files(self) -> Iterator[tuple[Entry, Callable[[], Iterator[bytes]]]]:
        """The files in their order, each with what gives its bytes; those that are not asked for are passed over."""
        places = [(folder, i) for folder in range(len(self.folders)) for i in range(len(self.folders[folder].parts))]
        packed = 0
        first = []
        for folder in self.folders:
            first.append(packed)
            packed += folder.packed
        open_: tuple[int, _FolderFiles] | None = None
        for entry, number in self.entries:
            if number < 0:
                yield entry, lambda: iter(())
                continue
            at, part = places[number]
            if open_ is None or open_[0] != at:
                open_ = (at, _FolderFiles(self.folders[at], self.unpacked(self.folders[at], first[at])))
            yield entry, lambda part=part, cut=open_[1]: cut.part(part)  # type: ignore[misc]  # defaults bind early

    def unpacked(self, folder: Folder, first: int) -> Iterator[bytes]:
        """The bytes of a folder whose first packed stream is `first`."""
        if any(coder.method == _AES for coder in folder.coders):
            raise LockedArchive
        decoder = decoder_of(folder)
        if first >= len(self.packed_sizes):
            raise ValueError("its directory is damaged")
        at = self.packed_at + sum(self.packed_sizes[:first])
        left, size = folder.size, self.packed_sizes[first]
        while left:
            if getattr(decoder, "eof", False):
                raise ValueError("a member ends too early")
            fed = b""
            if decoder.needs_input:
                self.stream.seek(at)
                fed = self.stream.read(min(_PIECE, size))
                at, size = at + len(fed), size - len(fed)
                if not fed:
                    raise ValueError("a member is cut off")
            piece = decoder.decompress(fed, min(left, _PIECE * 4))
            left -= len(piece)
            if piece:
                yield piece


class _FolderFiles:
    """The bytes of a folder cut into its files, in order."""

    def __init__(self, folder: Folder, pieces: Iterator[bytes]) -> None:
        self.folder, self.pieces, self.next, self.held = folder, pieces, 0, b""

    def part(self, number: int) -> Iterator[bytes]:
        while self.next < number:
            for _ in self._one():
                pass
        yield from self._one()

    def _one(self) -> Iterator[bytes]:
        left, crc = self.folder.parts[self.next], 0
        wanted = self.folder.crcs[self.next]
        self.next += 1
        while left:
            piece = self.held or next(self.pieces, b"")
            if not piece:
                raise ValueError("a member is cut off")
            piece, self.held = piece[:left], piece[left:]
            left, crc = left - len(piece), zlib.crc32(piece, crc)
            yield piece
        if wanted is not None and wanted != crc:
            raise ValueError("a member is damaged")


def _folder(reading: _Bytes) -> Folder:
    coders, inputs = [], 0
    for _ in range(_few(reading.number())):
        flags = reading.byte()
        method = reading.take(flags & 0x0F)
        ins, outs = (_few(reading.number()), reading.number()) if flags & 0x10 else (1, 1)
        properties = reading.take(reading.number()) if flags & 0x20 else b""
        if flags & 0x80 or outs != 1:
            raise UnknownMethod(method.hex() or "unknown")
        coders.append(Coder(method, properties, ins))
        inputs += ins
    bound = [(reading.number(), reading.number())[1] for _ in coders[1:]]
    packed = inputs - len(bound)
    if packed > 1:
        for _ in range(packed):
            reading.number()
    last = [place for place in range(len(coders)) if place not in bound]
    if len(last) != 1 or packed < 1:
        raise ValueError("its directory is damaged")
    return Folder(coders, packed, last[0])


def _few(count: int) -> int:
    if count > 32:
        raise ValueError("its directory is damaged")
    return count


def _names(data: bytes, count: int) -> list[str]:
    found = data.decode("utf-16-le", "replace").split("\0")
    if len(found) != count + 1:
        raise ValueError("its directory is damaged")
    return found[:count]


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")
