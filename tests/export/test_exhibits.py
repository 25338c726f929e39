"""Documents for an annex: without metadata, without protected ones, with a table that joins them to the originals."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.export.test_scan import small
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.evidence import add_evidence
from tracer.dossier.records import Evidence
from tracer.errors import InputRefused, UsageError
from tracer.export.exhibits import without_metadata
from tracer.export.figure.raster import pdf
from tracer.publish import Wanted, prepare, publish

SECRET = b"Zhou Photographer, Xuanwu Lake"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEAD = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
PIXELS = zlib.compress(b"\x00\x01\x02\x00\x03\x04")
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
PLAIN_PNG = PNG_BEGIN + chunk(b"IHDR", HEAD) + chunk(b"IDAT", PIXELS) + chunk(b"IEND", b"")
SAID = chunk(b"eXIf", SECRET) + chunk(b"tEXt", b"Author\0" + SECRET) + chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0")
PNG = PLAIN_PNG.replace(chunk(b"IDAT", PIXELS), SAID + chunk(b"IDAT", PIXELS)) + SECRET
EXIF = b"\xff\xe1" + struct.pack(">H", 8 + len(SECRET)) + b"Exif\0\0" + SECRET
COMMENT = b"\xff\xfe" + struct.pack(">H", 2 + len(SECRET)) + SECRET
JFIF = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\2\0\0\1\0\1\0\0"
DRAWN = b"\xff\xdb\x00\x04ab\xff\xda\x00\x04xypixels\xff\x00more\xff\xd9"
JPEG = JFIF + EXIF + COMMENT + DRAWN + SECRET


def a_pdf() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": SECRET.decode(), "/Producer": "Zhou's computer"})
    writer.add_attachment("secret.txt", SECRET)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x()")})
    writer.root_object[NameObject("/OpenAction")] = script
    sink = io.BytesIO()
    writer.write(sink)
    return sink.getvalue()


@pytest.mark.parametrize("content", [PNG, JPEG, a_pdf()], ids=["png", "jpeg", "pdf"])
def test_nothing_is_left_of_whom_made_it(content: bytes) -> None:
    assert SECRET in content or b"Zhou" in content
    clean = without_metadata("x", content)
    assert b"Zhou" not in clean
    assert b"JavaScript" not in clean
    assert b"secret.txt" not in clean
    assert without_metadata("x", content) == clean


def test_pixels_and_pages_stay() -> None:
    assert without_metadata("x", PNG) == PLAIN_PNG
    assert without_metadata("x", JPEG).endswith(DRAWN)
    assert len(pypdf.PdfReader(io.BytesIO(without_metadata("x", a_pdf()))).pages) == 1


@pytest.mark.parametrize("content", [PNG[:40], JPEG[:30], b"%PDF-1.4 torn", b"PK\x03\x04\xff\xfe"])
def test_what_cannot_be_cleaned_does_not_leave(content: bytes) -> None:
    with pytest.raises(InputRefused):
        without_metadata("x", content)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    monkeypatch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
    case = memory_case(name="Annex")
    case.con.execute("INSERT INTO party (id, name, protected) VALUES ('src', 'Zhou', true)")
    with case.transaction():
        for name, content, by in (
            ("photo.png", PNG, "desk"), ("letter.pdf", a_pdf(), "desk"), ("memo.pdf", a_pdf(), "src"),
            ("chat.txt", "来电 14000001234，说是 14000009999".encode(), "desk"),
        ):  # fmt: skip
            path = tmp_path / name
            path.write_bytes(content)
            piece = Evidence(id=name.partition(".")[0], kind="x", path=name, acquired=None, by_whom=by)
            add_evidence(case.con, case.vault, piece, file=path)
    return case


def members(files: dict[str, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(files[""])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_but_pictures_and_protected_documents_leave(case: Case, tmp_path: Path) -> None:
    prepared = prepare(case, Wanted("zip", "evidence"))
    files = members(dict(prepared.files))
    assert set(files) == {"contents.csv", "left-out.txt", "letter.pdf", "chat.txt"}
    assert files["chat.txt"].decode() == "来电 140****1234，说是 140****9999"
    rows = {row["document"]: row for row in csv.DictReader(io.StringIO(files["contents.csv"].decode("utf-8-sig")))}
    assert set(rows) == {"letter", "chat"}
    for row in rows.values():
        assert hashlib.sha256(files[row["file"]]).hexdigest() == row["sha256_of_file"] != row["sha256_of_original"]
    assert "Pictures leave only by name: photo." in files["left-out.txt"].decode()
    assert "1 document" not in files["contents.csv"].decode()
    publish(case, prepared, tmp_path / "annex.zip")
    entry = list(case.journal.file.entries())[-1]
    assert entry["command"] == "export evidence"
    assert "14000001234" not in json.dumps(entry)


def test_a_picture_leaves_by_name_and_a_protected_document_never(case: Case) -> None:
    assert "photo.png" in members(dict(prepare(case, Wanted("zip", "evidence", of=("photo",))).files))
    for name in ("memo", "photto"):
        with pytest.raises(UsageError, match="that may leave"):
            prepare(case, Wanted("zip", "evidence", of=(name,), reason="for the court in file 12"))


def test_a_document_with_a_number_of_a_list_stops_the_export(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf(small("14000001234")))
    with case.transaction():
        add_evidence(case.con, case.vault, Evidence(id="list", kind="x", path="list.pdf"), file=path)
    case.con.execute("INSERT INTO membership VALUES (1, 8614000001234, 1)")
    with pytest.raises(InputRefused, match=r"list\.pdf, page 1: holds an identifier of a list"):
        prepare(case, Wanted("zip", "evidence"))
