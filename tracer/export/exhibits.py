"""Documents for an annex: each without its metadata, and a table that joins each file to its original's hash."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress

import duckdb

from tracer.disclosure import Reason, Ref
from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import InputRefused, UsageError
from tracer.export.gate import Protection, redact_document, redact_text
from tracer.export.graph_files import csv_file
from tracer.export.outgoing import Exhibit, Outgoing
from tracer.export.tables import BOM
from tracer.optional import PRINT, require
from tracer.resources import sql_next_to
from tracer.wording import say

# Pictures and PDFs without what they say about their makers: places, devices, names, times, thumbnails. Pixels and
# pages are not touched: a PNG or JPEG loses chunks and segments, a PDF its information, XMP, attachments, scripts and
# notes. Anything but a picture, PDF or text is refused: what it says about its maker is unknown.

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs acTL fcTL fdAT".split())
"""Chunks that pixels need (PNG specification, third edition, 11.2 and 11.3); texts, times and Exif are none of them."""
_JPEG_KEPT = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xE2, 0xEE})
"""Segments that pixels need (ITU-T T.81, table B.1): frames, tables, JFIF, colour profile, Adobe's transform."""
_PDF_DROPPED = ("/Metadata", "/PieceInfo", "/Thumb", "/AA", "/LastModified")
_PDF_ROOT_DROPPED = ("/Metadata", "/PieceInfo", "/OpenAction", "/AA", "/Names", "/Collection", "/AcroForm")


def without_metadata(name: str, content: bytes) -> bytes:
    """`content` without what it says about its maker; a text stays as it is.

    Raises:
        InputRefused: it is damaged, or of a kind that cannot be cleaned.
    """
    if content.startswith(PICTURES[0]):
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
    if content.startswith(PICTURES[1]):
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
    if content.startswith(b"%PDF"):
        return _pdf(name, content)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRefused(
            "neither picture, PDF nor text: its metadata cannot be removed",
            where=name,
            remedy="print it to PDF and add that as evidence",
        ) from error
    return content


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


_statement = sql_next_to(__file__)
_HEAD = ("document", "kind", "acquired", "file", "sha256_of_original", "sha256_of_file", "changed")


def exhibits_of(
    con: duckdb.DuckDBPyConnection, read: Callable[[str], bytes], named: Sequence[str], protection: Protection
) -> tuple[tuple[Exhibit, ...], list[Reason]]:
    """The documents that are named, else all but pictures, which only a person can look through; and what is left out.

    `read` gives the clear bytes of an original by its hash. Documents of protected parties never leave.

    Raises:
        UsageError: a document that the case does not have, or that is a protected party's.
    """
    rows = con.execute(_statement("exhibits")).fetchall()
    known = [row[0] for row in rows if row[0] not in protection.evidence]
    for name in named:
        if name not in known:
            remedy = did_you_mean(name, known)
            raise UsageError(f"there is no document {name!r} that may leave", where="export evidence", remedy=remedy)
    found, pictures = [], []
    for ref, kind, acquired, path, sha256, text in rows:
        if ref not in known or (named and ref not in named):
            continue
        content = text.encode() if text is not None else read(sha256)
        picture = content.startswith(PICTURES)  # which only a person can read
        if picture and not named:
            pictures.append(ref)
            continue
        shown = content
        if not picture and not content.startswith(b"%PDF"):
            with suppress(UnicodeDecodeError):  # other bytes than a text's stay, and are refused later
                shown = redact_document(content.decode("utf-8"), protection).encode()
        found.append(Exhibit(ref, redact_text(kind or "", protection), acquired or "", path or "", sha256, shown))
    left = [Reason.of("left-out-pictures", pictures=tuple(Ref(name) for name in pictures))] if pictures else []
    return tuple(found), left


def evidence_zip(leaving: Outgoing) -> bytes:
    """All of `leaving.exhibits` and `contents.csv` as one archive, the same bytes for the same documents.

    Its words of ours, what is left out and whether a file was changed, are in the language of the export.

    Raises:
        InputRefused: a document whose metadata cannot be removed.
    """
    files, rows = {}, []
    for exhibit in leaving.exhibits:
        clean = without_metadata(f"document {exhibit.id}", exhibit.content)
        files[exhibit.file] = clean
        digest = hashlib.sha256(clean).hexdigest()
        same = digest == exhibit.sha256
        changed = say(Reason.of("exhibit-unchanged" if same else "exhibit-changed"), leaving.lang)
        rows.append([exhibit.id, exhibit.kind, exhibit.acquired, exhibit.file, exhibit.sha256, digest, changed])
    files["contents.csv"] = BOM + csv_file(_HEAD, rows)
    files["left-out.txt"] = "".join(f"{line}\n" for line in leaving.graph["left_out"]).encode("utf-8", "replace")
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return sink.getvalue()
