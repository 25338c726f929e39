"""What unpacks the data of a 7z archive: copied, LZMA, LZMA2, deflate, bzip2 and Zstandard.

Delta and branch filters are undone behind LZMA2. Other methods (PPMd, BCJ2, …) are refused by name.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from dataclasses import dataclass, field
from typing import Any, Protocol

_PLAIN = {b"": "copy", b"\x00": "copy", b"\x21": "lzma2", bytes.fromhex("030101"): "lzma",
          bytes.fromhex("040108"): "deflate", bytes.fromhex("040202"): "bzip2",
          bytes.fromhex("04f71101"): "zstd"}  # fmt: skip
_FILTERS = {b"\x03": lzma.FILTER_DELTA, bytes.fromhex("03030103"): lzma.FILTER_X86,
            bytes.fromhex("03030205"): lzma.FILTER_POWERPC, bytes.fromhex("03030401"): lzma.FILTER_IA64,
            bytes.fromhex("03030501"): lzma.FILTER_ARM, bytes.fromhex("03030701"): lzma.FILTER_ARMTHUMB,
            bytes.fromhex("03030805"): lzma.FILTER_SPARC}  # fmt: skip
_KNOWN = {bytes.fromhex("030401"): "PPMd", bytes.fromhex("0303011b"): "BCJ2", bytes.fromhex("040109"): "Deflate64",
          bytes.fromhex("04f71102"): "Brotli", bytes.fromhex("04f71104"): "LZ4"}  # fmt: skip


class UnknownMethod(ValueError):
    """Data packed in a way that is not read; the message names it."""


@dataclass(frozen=True)
class Coder:
    """A step of unpacking."""

    method: bytes
    properties: bytes
    inputs: int


@dataclass
class Folder:
    """Files that are packed as one stream."""

    coders: list[Coder]
    packed: int
    last: int
    """The coder that gives its bytes."""
    sizes: list[int] = field(default_factory=list)
    size: int = 0
    """Bytes when unpacked."""
    crc: int | None = None
    parts: list[int] = field(default_factory=list)
    """Bytes of each file in it."""
    crcs: list[int | None] = field(default_factory=list)


class Decoder(Protocol):
    """What unpacks a stream, as the standard library's decompressors do."""

    @property
    def needs_input(self) -> bool:
        """Whether it has given out all that it was fed."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """More of the unpacked bytes."""


class _Copied:
    """Data that is not packed."""

    def __init__(self) -> None:
        self._held, self.needs_input = b"", True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._held += data
        piece, self._held = self._held[:max_length], self._held[max_length:]
        self.needs_input = not self._held
        return piece


class _Deflated:
    """Deflate, which zlib unpacks with what is left to do in its caller's hands."""

    def __init__(self) -> None:
        self._inner, self.needs_input = zlib.decompressobj(-15), True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self.needs_input = not self._inner.unconsumed_tail and len(piece) < max_length
        return piece


def decoder_of(folder: Folder) -> Decoder:
    """What unpacks a folder: one packed stream, by one method, perhaps through filters."""
    coders = folder.coders
    strange = next((c for c in coders if c.inputs != 1 or c.method not in (*_PLAIN, *_FILTERS)), None)
    packing = [_PLAIN[c.method] for c in coders if c.method in _PLAIN]
    if strange is not None or folder.packed != 1 or len(packing) != 1:
        name = _KNOWN.get(strange.method, strange.method.hex()) if strange is not None else "several streams"
        raise UnknownMethod(name)
    (coder,) = [c for c in coders if c.method in _PLAIN]
    filters = [_filter(c) for c in coders if c.method in _FILTERS]
    if filters and packing != ["lzma2"]:  # the end of other data is not marked, and the filters hold bytes back for it
        raise UnknownMethod(f"a filter behind {packing[0]}")
    if packing == ["lzma2"]:
        (bits,) = coder.properties
        size = 0xFFFFFFFF if bits >= 40 else (2 | bits & 1) << (bits // 2 + 11)
        chain = [*filters, {"id": lzma.FILTER_LZMA2, "dict_size": size}]
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    if packing == ["lzma"]:
        first, size = coder.properties[0], int.from_bytes(coder.properties[1:5], "little")
        chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(size, 4096), "lc": first % 9, "lp": first // 9 % 5,
                  "pb": first // 45}]  # fmt: skip
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain)
    return _simple(packing[0])


def _simple(packing: str) -> Decoder:
    if packing == "bzip2":
        return bz2.BZ2Decompressor()
    if packing == "zstd":
        from backports.zstd import ZstdDecompressor

        return ZstdDecompressor()
    return _Deflated() if packing == "deflate" else _Copied()


def _filter(coder: Coder) -> dict[str, Any]:
    kind = _FILTERS[coder.method]
    return {"id": kind, "dist": coder.properties[0] + 1} if kind == lzma.FILTER_DELTA else {"id": kind}
