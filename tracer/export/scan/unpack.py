"""Everything in a finished file that could be read as text: members of archives, streams of PDFs, cells of tables.

Two kinds of text come out. `running` text is what a reader sees: digits may be in groups. `machine` text (drawing
operators, whole binary files) is full of neighbouring figures, so only digits that are together count in it.
"""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from tracer.errors import InputRefused
from tracer.optional import PRINT, require

DEEPEST = 4
"""Archives within archives, and encoded texts within texts, that are opened."""
LARGEST = 1 << 30
"""Bytes of one member that are unpacked; a file of ours is never so large."""

_UTF16 = (
    re.compile(rb"(?:[\x20-\x7e]\x00|[\x10-\x19]\xff){7,}"),
    re.compile(rb"(?:\x00[\x20-\x7e]|\xff[\x10-\x19]){7,}"),
)
_IN_UTF16 = (b"\x00", b"\xff")
"""What is in all that these find."""
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_BROKEN_ESCAPE = re.compile(r"(&#?x?[0-9A-Fa-f]*|;(?= ?\n&#)|\\[ux]?[0-9A-Fa-f]*|%[0-9A-Fa-f]{0,2}) ?\n")
"""An entity or escape within which, or after which, a narrow column breaks the line."""
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"PAR1", b"\x1f\x8b")


@dataclass(frozen=True)
class UnpackedText:
    """A text and its place in the file."""

    where: str
    content: str
    running: bool = True
    """Whether digits in groups are a number: not between the figures of drawings and programs."""


def texts_in(name: str, content: bytes, depth: int = 0) -> Iterator[UnpackedText]:
    """All texts of a file, whatever it is packed in.

    Raises:
        InputRefused: packed deeper or larger than is opened; such a file does not leave unread.
    """
    if depth > DEEPEST:
        raise InputRefused("packed too deep to be looked through", where=name, remedy="unpack it first")
    try:
        yield from _members(name, content, depth)
    except InputRefused:
        raise
    except Exception as error:
        # A few letters may begin like an archive; only a file that leaves has to be one.
        if depth == 0:
            raise InputRefused("cannot be looked through", where=name, remedy="leave it out") from error
    if content.startswith(_BINARY):
        yield UnpackedText(name, content.decode("latin-1"), running=False)
    else:
        yield UnpackedText(name, decoded_text(content))
    if not any(sign in content for sign in _IN_UTF16):
        return
    for pattern, codec in zip(_UTF16, ("utf-16-le", "utf-16-be"), strict=True):
        runs = [match.group(0).decode(codec, "replace") for match in pattern.finditer(content)]
        if runs:
            yield UnpackedText(f"{name} ({codec})", "\n".join(runs), running=not content.startswith(_BINARY))


def _members(name: str, content: bytes, depth: int) -> Iterator[UnpackedText]:
    """What is packed inside; nothing where the bytes are not a packed file."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield UnpackedText(f"{name} (names)", "\n".join([*archive.namelist(), decoded_text(archive.comment)]))
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as stream:
                        yield from texts_in(f"{name}/{member.filename}", _read_bounded(stream, name), depth + 1)
    elif content.startswith(b"\x1f\x8b"):
        unpacked, rest = b"", content
        while rest and len(unpacked) <= LARGEST:  # what can be read of it, also where its end is missing
            part = zlib.decompressobj(wbits=31)
            unpacked += part.decompress(rest, LARGEST + 1 - len(unpacked))
            rest = part.unused_data
        yield from texts_in(f"{name} (unpacked)", _read_bounded(io.BytesIO(unpacked), name), depth + 1)
    elif content.startswith(b"%PDF"):
        yield from _pdf(name, content)
    elif content.startswith(b"PAR1"):
        import pyarrow.parquet as pq

        table = pq.read_table(io.BytesIO(content))
        cells = [f"{column}: {value}" for column in table.column_names for value in table[column].to_pylist()]
        yield UnpackedText(name, "\n".join([*cells, str(table.schema.metadata)]))
    elif content.startswith(b"\x89PNG"):
        yield from _png(name, content)


def _png(name: str, content: bytes) -> Iterator[UnpackedText]:
    """Its text chunks; what is drawn is read before it is drawn."""
    at = 8
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        if kind in (b"zTXt", b"iTXt"):
            label, _, packed = body.partition(b"\x00")
            with contextlib.suppress(zlib.error):  # not packed: read as it is
                body = label + b" " + zlib.decompress(packed[packed.find(b"x") :])
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            yield UnpackedText(f"{name} ({kind.decode('ascii')})", decoded_text(body))


def decoded_text(content: bytes) -> str:
    """A text file's text: by its byte order mark, else UTF-8, else GB18030, else as Latin-1; never an error."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(codec, "replace")
    for codec in ("utf-8", "gb18030"):
        try:
            return content.decode(codec)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _read_bounded(stream: IO[bytes], name: str) -> bytes:
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputRefused("too large to be looked through", where=name, remedy="split it, or leave it out")
    return content


def _pdf(name: str, content: bytes) -> Iterator[UnpackedText]:
    """Pages as they are read (glyphs of cut-down fonts mean nothing without their tables), notes, streams."""
    require("pypdf", PRINT, "looking through a PDF")
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        yield UnpackedText(f"{name}, page {number}", text)
        whole = _BROKEN_ESCAPE.sub(r"\1", text)
        if whole != text:
            yield UnpackedText(f"{name}, page {number}", whole)
    about = [str(value) for value in (reader.metadata or {}).values()]
    yield UnpackedText(f"{name} (about)", "\n".join(about + [str(entry.title) for entry in _outline(reader.outline)]))
    for match in _PDF_STREAM.finditer(content):
        try:
            stream = zlib.decompressobj().decompress(match.group(1), LARGEST)
        except zlib.error:
            continue  # not packed: its bytes are read with the file's
        yield UnpackedText(f"{name} (stream)", stream.decode("latin-1"), running=False)


def _outline(entries: Any) -> Iterator[Any]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, list):
            yield from _outline(entry)
        else:
            yield entry
