"""Recognises a file by its bytes, and refuses anything but a list. The name only decides between texts.

A workbook may be called .xls and be HTML, tab-separated text or xlsx; a .csv may be a photograph.
"""

from __future__ import annotations

import re
from enum import Enum

from tracer.errors import InputRefused
from tracer.lists.read.archives import Archive, Member, opened, refuse_bomb
from tracer.lists.read.dbf import header_of
from tracer.lists.read.encoding import detect
from tracer.lists.read.model import Limits, Source
from tracer.lists.read.sql_values import is_dump
from tracer.lists.read.unpack_process import begins_tar


class FileKind(Enum):
    """What the bytes are."""

    ZIP = "zip"
    GZ = "gz"
    BZ2 = "bz2"
    XZ = "xz"
    ZST = "zst"
    TAR = "tar"
    SEVEN_ZIP = "7z"
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    PARQUET = "parquet"
    HTML = "html"
    XML_SHEET = "xml"
    VCARD = "vcf"
    JSON = "json"
    NDJSON = "ndjson"
    SQL = "sql"
    SQLITE = "sqlite"
    DBF = "dbf"
    PDF = "pdf"
    TEXT = "text"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An xls without its OLE container, as some exporters write it.
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_BOF = re.compile(rb"\x09\x08\x08\x00\x00\x05|\x09\x08\x10\x00\x00\x06|\A\x09[\x00\x02\x04][\x04\x06]\x00")
"""The records that begin a stream of BIFF5 and of BIFF8, and of what older versions wrote without a container."""
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x9d", "a compress (.Z) archive"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive"),
    (b"LZIP", "an lzip archive"),
    (b"MSCF", "a cabinet archive"),
    (b"PGDMP", "a PostgreSQL archive (pg_restore -f turns it into a dump that is read)"),
    (b"{\\rtf", "an RTF document"),
    (b"ID3", "a sound file"),
    (b"RIFF", "a sound or video file"),
)
_PACKED = (
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), FileKind.SEVEN_ZIP),
    (re.compile(rb"\x1f\x8b\x08"), FileKind.GZ),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), FileKind.BZ2),
    (re.compile(rb"\xfd7zXZ\0|\x5d\0\0[\0-\xff]{2}(?:\xff{8}|[\0-\xff]{5}\0{3})\0"), FileKind.XZ),
    (re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), FileKind.ZST),
)
"""How archives begin that are unpacked in order; an xz may also be what came before it, lzma."""
ARCHIVES = frozenset(kind for _, kind in _PACKED) | {FileKind.ZIP, FileKind.TAR}
_BEGINNINGS = (
    (re.compile(rb"PAR1"), FileKind.PARQUET),
    (re.compile(rb"SQLite format 3\0"), FileKind.SQLITE),
    (re.compile(rb"%PDF"), FileKind.PDF),
    *_PACKED,
)
"""What the first bytes say without a doubt."""
_WORKBOOKS, _PACKAGE = ("Workbook\0", "Book\0"), "EncryptedPackage"
_DOCUMENTS = (
    ("__properties_version1.0\0", "an Outlook message"),
    ("WordDocument\0", "a Word document"),
    ("PowerPoint Document\0", "a presentation"),
    ("VisioDocument\0", "a drawing"),
)
"""Streams that tell what an OLE container holds, [MS-CFB] 2.6.1; a workbook may hold documents, a message both."""
_HEAD = 65_536


def kind_of(source: Source, limits: Limits, encoding: str | None = None) -> FileKind:
    """What the source is. Raises InputRefused for anything but a list, for locked workbooks, damaged archives and
    bombs."""
    head = source.head(_HEAD)
    if not head:
        raise InputRefused("the file is empty", where=source.where, remedy="check that it was copied whole")
    if head.startswith(b"PK"):
        return _zip_kind(source, limits)
    if head.startswith(_OLE) or (head.startswith(_BIFF) and b"\0" in head[:16]):
        _refuse_locked_or_document(source)
        return FileKind.XLS
    begun = next((kind for magic, kind in _BEGINNINGS if magic.match(head)), None)
    if begun is None and header_of(head) is not None:
        begun = FileKind.DBF
    elif begun is None and b"\0" in head[:512] and begins_tar(head[:512]):
        begun = FileKind.TAR
    if begun is not None:
        return begun
    for magic, what in _FOREIGN:
        if head.startswith(magic) and (b"\0" in head[:4096] or len(magic) > 2):
            remedy = "unpack it and load what is in it" if "archive" in what else "check that it is the right file"
            raise InputRefused(f"this is {what}, not a list", where=source.where, remedy=remedy)
    return _text_kind(source, head, encoding)


def _zip_kind(source: Source, limits: Limits) -> FileKind:
    def start(archive: Archive, member: Member | None) -> bytes:
        if member is None:
            return b""
        with archive.open(member, source.where) as stream:
            return stream.read(_HEAD)

    try:
        with opened(source, limits) as archive:
            named = {member.name: member for member in archive.members}
            mimetype = start(archive, named.get("mimetype"))
            manifest = start(archive, named.get("META-INF/manifest.xml")) if mimetype else b""
    except InputRefused as error:
        if not re.search(r"\.(xls[xmb]?|ods)$", source.name, re.IGNORECASE):
            raise
        raise InputRefused("the workbook is damaged or cut off", where=source.where, remedy="get it again") from error
    if not any(name.startswith("xl/") for name in named) and b"opendocument.spreadsheet" not in mimetype:
        for folder, what in (("word/", "a Word document"), ("ppt/", "a presentation")):
            if any(name.startswith(folder) for name in named):
                raise InputRefused(f"this is {what}, not a list", where=source.where, remedy="save its table as xlsx")
        return FileKind.ZIP
    if b"encryption-data" in manifest:
        raise _locked(source.where)
    for info in archive.members:
        refuse_bomb(info, limits, source.where)
    return FileKind.ODS if mimetype else FileKind.XLSX


def _locked(where: str) -> InputRefused:
    return InputRefused(
        "the workbook is protected by a password", where=where, remedy="save it without one and load that"
    )


def _refuse_locked_or_document(source: Source) -> None:
    """Raises InputRefused for an xls that is locked (a whole xlsx in a stream of its own, or a FILEPASS record in any
    of its streams), and for an OLE container without a workbook whose streams say what it is instead.

    The directory names streams in UTF-16. A workbook stream begins with a BOF record, of each version another; FILEPASS
    (0x2F) is among the first records after it, [MS-XLS] 2.1.7.20.1.
    """
    names = (_PACKAGE, *_WORKBOOKS, *(stream for stream, _ in _DOCUMENTS))
    wanted = {name: name.encode("utf-16-le") for name in names}
    longest = max(map(len, wanted.values()))
    found: set[str] = set()
    held = b""
    for chunk in source.chunks():
        data = held + chunk
        found |= {name for name, written in wanted.items() if written in data}
        if _PACKAGE in found or any(_leads_to_filepass(data, begun.start()) for begun in _BOF.finditer(data)):
            raise _locked(source.where)
        held = data[-longest:]
    what = next((what for stream, what in _DOCUMENTS if stream in found), None)
    if what is not None and found.isdisjoint(_WORKBOOKS):
        raise InputRefused(f"this is {what}, not a list", where=source.where, remedy="save its table as xlsx")


def _leads_to_filepass(data: bytes, at: int) -> bool:
    """Whether FILEPASS is among the first records from here on."""
    for _ in range(6):
        if data[at : at + 2] == b"\x2f\x00":
            return True
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
        if at + 4 > len(data):
            return False
    return False


def _text_kind(source: Source, head: bytes, encoding: str | None) -> FileKind:  # noqa: PLR0911 - one answer a kind
    whole = len(head) < _HEAD
    found = detect(head, whole)
    codec = found.name
    text = head[found.bom :].decode(codec, "replace")
    if encoding is None:
        start = text[:8_192]
        controls = sum(1 for char in start if (char < " " and char not in "\t\n\r\x01\0") or char == "\x7f")
        # Lists have a few control characters and many NULs at worst; a binary file is full of both.
        if controls > 20 + len(start) // 50 or start.count("\0") * 3 > len(start):
            raise InputRefused(
                "neither text nor a known format", where=source.where, remedy="check that it is the right file"
            )
    if is_dump(text):
        return FileKind.SQL
    start = text.lstrip("\ufeff \t\r\n")
    lower = start[:4_096].lower()
    if lower.startswith("begin:vcard"):
        return FileKind.VCARD
    if lower.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in lower and "<workbook" in lower:
            return FileKind.XML_SHEET
        if re.search(r"<(!doctype html|html|table|head|body|div|meta|style)\b", lower):
            return FileKind.HTML
    if start.startswith("["):
        return FileKind.JSON if re.match(r"\[\s*([\[{\]]|$)", start) else FileKind.TEXT
    if start.startswith("{"):
        # Whether an object begins with such a long line that a second one is out of sight: lists of records are
        # written so.
        return (
            FileKind.NDJSON
            if re.match(r"\{[^\r\n]*\}[ \t]*(\r?\n|\r)\s*\{", start)
            or (re.match(r"\{[^\[\r\n]*\}[ \t]*(\r?\n)", start) is not None and start.count("\n") > 1)
            else FileKind.JSON
        )
    return FileKind.TEXT
