"""Pictures and PDFs without what they say about their makers: places, devices, names, times, thumbnails.

Pixels and pages are not touched: a PNG or JPEG loses chunks and segments, a PDF its information, XMP, attachments,
scripts and notes. Anything but a picture, PDF or text is refused: what it says about its maker is unknown.
"""

from __future__ import annotations

import io
import struct

from tracer.errors import InputRefused
from tracer.optional import PRINT, require

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PNG_KEPT = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
"""Chunks that pixels need (PNG specification, third edition, 11.2 and 11.3); texts, times and Exif are none of them."""
_JPEG_KEPT = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xE2, 0xEE})
"""Segments that pixels need (ITU-T T.81, table B.1): frames, tables, JFIF, colour profile, Adobe's transform."""
_PDF_DROPPED = ("/Metadata", "/PieceInfo", "/Thumb", "/AA", "/LastModified")
_PDF_ROOT_DROPPED = ("/Metadata", "/PieceInfo", "/OpenAction", "/AA", "/Names", "/Collection", "/AcroForm")


def is_picture(content: bytes) -> bool:
    """Whether it is a PNG or JPEG, which only a person can read."""
    return content.startswith(PICTURES)


def without_metadata(name: str, content: bytes) -> bytes:
    """`content` without what it says about its maker; a text stays as it is.

    Raises:
        InputRefused: it is damaged, or of a kind that cannot be cleaned.
    """
    if content.startswith(PICTURES[0]):
        return _png(name, content)
    if content.startswith(PICTURES[1]):
        return _jpeg(name, content)
    if content.startswith(b"%PDF"):
        return _pdf(name, content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused(
            "neither picture, PDF nor text: its metadata cannot be removed", where=name,
            remedy="print it to PDF and add that as evidence",
        ) from error  # fmt: skip
    return content


def _png(name: str, content: bytes) -> bytes:
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        whole = content[at : at + 12 + length]
        if kind in _PNG_KEPT:
            kept.append(whole)
        at += len(whole)
        if kind == b"IEND":
            return b"".join(kept)  # what is hung on behind the end is left out
    raise InputRefused("the PNG is damaged", where=name, remedy="add an undamaged copy as evidence")


def _jpeg(name: str, content: bytes) -> bytes:
    kept, at = [content[:2]], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xDA:  # the pixels begin; they end at the last end mark
            end = content.rfind(b"\xff\xd9")
            if end < at:
                break
            return b"".join([*kept, content[at : end + 2]])
        length = struct.unpack(">H", content[at + 2 : at + 4])[0]
        if marker in _JPEG_KEPT and not content[at + 4 :].startswith((b"JFXX", b"MPF")):
            kept.append(content[at : at + 2 + length])
        at += 2 + length
    raise InputRefused("the JPEG is damaged", where=name, remedy="add an undamaged copy as evidence")


def _pdf(name: str, content: bytes) -> bytes:
    require("pypdf", PRINT, "a PDF among the evidence")
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    try:
        writer = PdfWriter()
        for page in PdfReader(io.BytesIO(content)).pages:
            writer.add_page(page)
        for page in writer.pages:
            for key in (*_PDF_DROPPED, "/Annots"):
                page.pop(key, None)
        for key in _PDF_ROOT_DROPPED:
            writer.root_object.pop(key, None)
        writer.metadata = None
        sink = io.BytesIO()
        writer.write(sink)
    except (PyPdfError, ValueError, KeyError) as error:
        raise InputRefused(
            f"the PDF cannot be read ({error})", where=name, remedy="print it to PDF again and add that as evidence"
        ) from error
    return sink.getvalue()
