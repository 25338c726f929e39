"""Streams a text's bytes as Unicode, and into DuckDB through a pipe.

Nothing is written to disk on the way: personal data must not lie in clear in a temporary folder. A pipe works on
Linux and macOS alike, holds a few KiB, and lets decoding (a thread) and parsing (DuckDB) run at the same time. A
UTF-8 file is not piped but opened by DuckDB itself under `/dev/fd/N`: a path may hold glob characters and quotes, a
number cannot.
"""

from __future__ import annotations

import codecs
import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from tracer.errors import InputRefused
from tracer.lists.read.encoding import STATEFUL, Encoding, by_name, detect, public_name
from tracer.lists.read.model import CHUNK, Source

SAMPLE = 1 << 20
"""Bytes at the start from which encoding and dialect are found."""


@dataclass(frozen=True)
class TextFacts:
    """What a pass over the text shows; lengths in bytes."""

    quotes: bool
    returns: bool
    ends_with_newline: bool
    line_ends: int
    r"""Line ends: `\n`, `\r\n` and `\r`."""
    empty_lines: int
    longest_line: int

    @property
    def lines(self) -> int:
        """Lines, the last one also without a line end."""
        return self.line_ends + (self.longest_line > 0 and not self.ends_with_newline)


def scan(source: Source, encoding: Encoding) -> TextFacts:
    """One pass over the bytes, about 3 GB/s: what the parser must be ready for, and how many lines it must account for.

    A text whose quotes and line ends are other bytes than ASCII's (UTF-16, UTF-32, ISO-2022) is decoded for it, which
    is slower.
    """
    quotes = returns = False
    ends = empty = longest = begun = 0
    held, last, at_start = b"", b"", True
    for chunk in itertools.chain(_as_ascii(source, encoding), [b""]):
        quotes = quotes or b'"' in chunk
        last = chunk or last
        lines = held + chunk
        if b"\r" in lines:
            returns = True
            held = b"\r" if chunk and lines.endswith(b"\r") else b""  # its \n may be in the next chunk
            lines = lines[: len(lines) - len(held)]
        if lines:
            piece = _line_ends(lines, at_start=at_start)
            ends, empty, at_start = ends + piece.ends, empty + piece.empty, lines[-1:] in (b"\n", b"\r")
            longest = max(longest, begun + piece.first, piece.longest)
            begun = piece.last if piece.ends else begun + piece.last
    return TextFacts(quotes, returns, last[-1:] in (b"\n", b"\r"), ends, empty, max(longest, begun))


def _as_ascii(source: Source, encoding: Encoding) -> Iterator[bytes]:
    """The bytes behind the byte order mark, in pieces in which quotes and line ends are those of ASCII."""
    if encoding.name in STATEFUL or '"\r\n'.encode(encoding.name) != b'"\r\n':
        for text in Decoded(source, encoding, strict=False):
            yield text.encode("utf-8", "replace")
        return
    mark = encoding.bom
    for chunk in source.chunks():
        yield chunk[mark:]
        mark = 0


@dataclass(frozen=True)
class _Lines:
    """What a piece of a text holds; lengths in bytes, a carriage return before the line end among them."""

    ends: int
    empty: int
    first: int
    longest: int
    last: int


def _line_ends(data: bytes, *, at_start: bool) -> _Lines:
    """Bytes that do not end amid a line end; `at_start`: where a line begins."""
    array = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(array == ord("\n"))
    after_return = array[np.maximum(places - 1, 0)] == ord("\r")
    if np.count_nonzero(array == ord("\r")) != np.count_nonzero(after_return):
        return _line_ends(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), at_start=at_start)
    if not places.size:
        return _Lines(0, 0, len(data), 0, len(data))
    lengths = np.diff(places, prepend=-1 if at_start else -3)
    empty = int(np.count_nonzero(lengths == 1 + after_return))
    inside = int(lengths[1:].max(initial=1)) - 1
    return _Lines(int(places.size), empty, int(places[0]), inside, len(data) - int(places[-1]) - 1)


def refuse_undecodable(source: Source, encoding: Encoding, replaced: int) -> None:
    """Raises InputRefused when more than one in a hundred bytes could not be decoded: the encoding was not found."""
    if replaced * 100 > source.size:
        raise InputRefused(
            f"{replaced:,} bytes cannot be decoded as {public_name(encoding.name)}",
            where=source.where,
            remedy="name its encoding with --encoding",
        )


def sample_bytes(source: Source) -> tuple[bytes, bool]:
    """The first MiB, with the first stretch of non-ASCII bytes added where it holds none; and whether that is all
    bytes.
    """
    head = source.head(SAMPLE)
    if len(head) < SAMPLE:
        return head, True
    if not head.isascii():
        return head, False
    for number, chunk in enumerate(source.chunks()):
        if number and not chunk.isascii():
            first = next(i for i, byte in enumerate(chunk) if byte >= 0x80)
            # From a line's start: a multi-byte character must not be entered in its middle.
            start = max(chunk.rfind(b"\n", 0, first), chunk.rfind(b"\r", 0, first)) + 1
            end = chunk.rfind(b"\n", first)
            return head[: head.rfind(b"\n") + 1 or len(head)] + chunk[start : end if end > first else len(chunk)], False
    return head, False


def find_encoding(source: Source, named: str | None) -> Encoding:
    """The encoding the user named, else the detected one. Raises InputRefused for an unknown name."""
    if named is not None:
        return by_name(named, source.head(4), source.where)
    sample, whole = sample_bytes(source)
    return detect(sample, whole)


def utf8_breaks(source: Source) -> bool:
    """Whether the bytes are not UTF-8 throughout."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in source.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return True
    return False


class Decoded:
    """The text of a source in pieces; counts what could not be decoded."""

    def __init__(self, source: Source, encoding: Encoding, *, strict: bool) -> None:
        self.source, self.encoding, self.strict = source, encoding, strict
        self.replaced = 0
        """Characters put in place of undecodable bytes."""

    def __iter__(self) -> Iterator[str]:
        """The pieces, in order. Raises InputRefused at the first undecodable byte when strict."""
        decoder = codecs.getincrementaldecoder(self.encoding.name)("strict" if self.strict else "replace")
        done, line = 0, 1
        self.replaced = 0
        with self.source.open() as stream:
            stream.read(self.encoding.bom)
            while True:
                chunk = stream.read(CHUNK)
                try:
                    text = decoder.decode(chunk, not chunk)
                except UnicodeDecodeError as error:
                    held = len(error.object) - len(chunk)
                    offset = self.encoding.bom + done - held + error.start
                    line += error.object[: error.start].count(b"\n")
                    raise InputRefused(
                        f"not {public_name(self.encoding.name)}: byte {error.object[error.start]:#04x}"
                        f" at offset {offset:,}, line {line:,}",
                        where=self.source.where,
                        remedy="leave --encoding out to have it detected",
                    ) from error
                if not self.strict and "\ufffd" in text:
                    self.replaced += text.count("\ufffd")
                if text:
                    yield text
                if not chunk:
                    return
                done += len(chunk)
                line += chunk.count(b"\n")


def text_head(source: Source, encoding: Encoding) -> tuple[str, bool]:
    """The start of the text, whole lines only, and whether that is all of it."""
    data = source.head(SAMPLE)
    whole = len(data) < SAMPLE
    text = codecs.getincrementaldecoder(encoding.name)("replace").decode(data[encoding.bom :], whole)
    if whole:
        return text, True
    end = max(text.rfind("\n"), text.rfind("\r"))
    return (text[: end + 1] if end > 0 else text), False


@contextmanager
def piped(decoded: Decoded, *, fold_returns: bool) -> Iterator[str]:
    r"""A path under which DuckDB reads the text as UTF-8, once. `fold_returns`: `\r\n` and `\r` become `\n`.

    Raises what the decoding raised, when the block ends, in place of what it led to.
    """
    reading, writing = os.pipe()
    failures: list[BaseException] = []

    def feed() -> None:
        held = ""
        try:
            with os.fdopen(writing, "wb", buffering=0) as out:
                for piece in decoded:
                    text = held + piece
                    held = ""
                    if fold_returns and "\r" in text:
                        if text.endswith("\r"):
                            text, held = text[:-1], "\r"
                        text = text.replace("\r\n", "\n").replace("\r", "\n")
                    _write(out.fileno(), text.encode("utf-8", "replace"))
                if held:
                    _write(out.fileno(), b"\n")
        except BrokenPipeError:
            pass  # the reader has stopped; its own error says why
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            failures.append(error)

    feeder = threading.Thread(target=feed, name="decode", daemon=True)
    feeder.start()
    try:
        yield f"/dev/fd/{reading}"
    except Exception:
        os.close(reading)
        feeder.join()
        if failures:
            raise failures[0] from None
        raise
    os.close(reading)
    feeder.join()
    if failures:
        raise failures[0]


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
