"""The only door out: the scan stops, revealing is journaled, a preview writes nothing, documents are cleaned."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import struct
import zipfile
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.export.test_scan import PIXELS, PLAIN_PNG, chunk, small
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.statements import add_evidence
from tracer.errors import InputRefused, UsageError
from tracer.export.drawing.lettering import pdf
from tracer.export.exhibits import without_metadata
from tracer.export.formats import what_leaves
from tracer.findings.case_facts import CaseFacts
from tracer.findings.chains import compute
from tracer.publish import Wanted, prepare, publish
from tracer.records import Evidence

NUMBER = "14000000003"  # a canary that stands in two lists
CALLER = "14007701000"
REASON = "asked for by the court in file 12/2026"
SPOKEN = "140转0000转0003"


@pytest.fixture
def ready() -> Case:
    market = market_case()
    compute(CaseFacts(market.con), 1)
    return market


def test_a_number_that_the_masks_do_not_know_stops_the_export(ready: Case, tmp_path: Path) -> None:
    ready.con.execute("UPDATE party SET name = $n WHERE id = 'trader-q'", {"n": f"电销 {SPOKEN}"})
    for wanted in (Wanted("json"), Wanted("html"), Wanted("svg"), Wanted("md", "report"), Wanted("pdf", "report")):
        with pytest.raises(InputRefused, match="identifier of a list") as stopped:
            publish(ready, prepare(ready, wanted), tmp_path / "x")
        assert NUMBER not in str(stopped.value)
    assert list(tmp_path.iterdir()) == []
    assert list(ready.journal.entries()) == []


def test_a_number_in_pixels_is_read_in_the_drawing(ready: Case) -> None:
    ready.con.execute("UPDATE party SET name = $n WHERE id = 'trader-q'", {"n": SPOKEN})
    with pytest.raises(InputRefused, match="drawing"):
        prepare(ready, Wanted("png"))


@pytest.mark.parametrize("noun", ["graph", "findings", "report"])
def test_what_is_masked_leaves_and_is_journaled(ready: Case, tmp_path: Path, noun: str) -> None:
    to = "md" if noun == "report" else "json"
    ready.con.execute("UPDATE claim SET quote = 'call 14000000003 or anna.b@example.com' WHERE id = 'c3'")
    prepared = prepare(ready, Wanted(to, noun))
    assert list(prepared.revealed) == []
    (path,) = publish(ready, prepared, tmp_path / f"out.{to}")
    text = path.read_text(encoding="utf-8")
    assert NUMBER not in text
    assert "anna.b" not in text
    (entry,) = ready.journal.entries()
    assert entry["command"] == f"export {noun}"
    assert entry["detail"] == {"format": to, "files": [str(path)]}
    assert f"out.{to}" not in ready.layout.journal.read_text("utf-8"), "a file's name may be somebody's"


def test_revealing_needs_a_reason_and_is_journaled_without_a_number(ready: Case, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the reason is too short"):
        prepare(ready, Wanted("json", reason="because"))
    prepared = prepare(ready, Wanted("json", reason=REASON))
    publish(ready, prepared, tmp_path / "clear.json")
    graph = json.loads((tmp_path / "clear.json").read_text(encoding="utf-8"))
    labels = {node["label"] for node in graph["nodes"]}
    assert CALLER in labels
    assert NUMBER in {label.removeprefix("86") for label in labels}
    (entry,) = ready.journal.entries()
    revealed = entry["detail"]["revealed"]
    assert revealed["reason"] == REASON
    assert revealed["counts"]["a caller's number"] == 2
    assert sum(revealed["counts"].values()) == len(prepared.revealed) >= len(revealed["who"]) > 2
    assert CALLER not in json.dumps(entry)
    assert NUMBER not in json.dumps(entry)


def test_no_reason_reveals_a_protected_party(ready: Case) -> None:
    for wanted in (Wanted("json", reason=REASON), Wanted("md", "report", reason=REASON)):
        text = b"".join(prepare(ready, wanted).files.values()).decode()
        assert "Chen Weiming" not in text
        assert "ev-chen" not in text
    ready.con.execute("""
        UPDATE evidence SET id = 'Old-Chen-Weiming-notes' WHERE id = 'ev-d6';
        UPDATE dataset SET evidence = ['Old-Chen-Weiming-notes'] WHERE id = 'd6-backend';
        UPDATE party_alias SET alias = 'Weiming';
        UPDATE party SET name = '陈卫明' WHERE id = 'mr-chen';
        UPDATE party SET name = '陈&#21355;明 的公司' WHERE id = 'trader-q';
    """)
    text = b"".join(prepare(ready, Wanted("json", reason=REASON)).files.values()).decode()
    assert "陈卫明" not in text
    assert "21355" not in text
    assert "的公司" in text


def test_a_preview_tells_what_would_leave(ready: Case) -> None:
    prepared = prepare(ready, Wanted("csv", with_sources=True))
    names = ["a-datapackage.json", "a-edges.csv", "a-nodes.csv"]
    told = dict(what_leaves(prepared.leaving, prepared.files, names))
    assert told["file a-nodes.csv"].endswith(tuple("0123456789abcdef"))
    assert "江苏易卓网络科技有限公司" in told["parties by name"]
    assert told["under a pseudonym"].startswith("source-")
    assert told["numbers"] == "masked"
    assert "14 retained" not in told["edges"]
    assert " retained" in told["edges"]
    assert list(ready.journal.entries()) == []


SECRET = b"Zhou Photographer, Xuanwu Lake"


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
def test_nothing_is_left_of_whom_made_it_and_pixels_and_pages_stay(content: bytes) -> None:
    assert SECRET in content or b"Zhou" in content
    clean = without_metadata("x", content)
    assert not any(one in clean for one in (b"Zhou", b"JavaScript", b"secret.txt"))
    assert without_metadata("x", content) == clean
    if content.startswith(b"%PDF"):
        assert len(pypdf.PdfReader(io.BytesIO(clean)).pages) == 1
    else:
        assert clean == PLAIN_PNG if content == PNG else clean.endswith(DRAWN)


@pytest.mark.parametrize("content", [PNG[:40], JPEG[:30], b"%PDF-1.4 torn", b"PK\x03\x04\xff\xfe"])
def test_what_cannot_be_cleaned_does_not_leave(content: bytes) -> None:
    with pytest.raises(InputRefused):
        without_metadata("x", content)


@pytest.fixture
def annex(tmp_path: Path) -> Case:
    annex = memory_case(name="Annex")
    annex.con.execute("INSERT INTO party (id, name, protected) VALUES ('src', 'Zhou', true)")
    with annex.transaction():
        for name, content, by in (
            ("photo.png", PNG, "desk"), ("letter.pdf", a_pdf(), "desk"), ("memo.pdf", a_pdf(), "src"),
            ("chat.txt", "来电 14000001234，说是 14000009999".encode(), "desk"),
        ):  # fmt: skip
            path = tmp_path / name
            path.write_bytes(content)
            piece = Evidence(id=name.partition(".")[0], kind="x", path=name, acquired=None, by_whom=by)
            add_evidence(annex.con, annex.vault, piece, file=path)
    return annex


def members(files: dict[str, bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(files[""])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_but_pictures_and_protected_documents_leave(annex: Case, tmp_path: Path) -> None:
    prepared = prepare(annex, Wanted("zip", "evidence"))
    files = members(dict(prepared.files))
    assert set(files) == {"contents.csv", "left-out.txt", "letter.pdf", "chat.txt"}
    assert files["chat.txt"].decode() == "来电 140****1234，说是 140****9999"
    rows = {row["document"]: row for row in csv.DictReader(io.StringIO(files["contents.csv"].decode("utf-8-sig")))}
    assert set(rows) == {"letter", "chat"}
    for row in rows.values():
        assert hashlib.sha256(files[row["file"]]).hexdigest() == row["sha256_of_file"] != row["sha256_of_original"]
    assert "Pictures leave only by name: photo." in files["left-out.txt"].decode()
    assert "1 document" not in files["contents.csv"].decode()
    publish(annex, prepared, tmp_path / "annex.zip")
    entry = list(annex.journal.file.entries())[-1]
    assert entry["command"] == "export evidence"
    assert "14000001234" not in json.dumps(entry)


def test_a_picture_leaves_by_name_and_a_protected_document_never(annex: Case) -> None:
    assert "photo.png" in members(dict(prepare(annex, Wanted("zip", "evidence", of=("photo",))).files))
    for name in ("memo", "photto"):
        with pytest.raises(UsageError, match="that may leave"):
            prepare(annex, Wanted("zip", "evidence", of=(name,), reason="for the court in file 12"))


def test_a_document_with_a_number_of_a_list_stops_the_export(annex: Case, tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf(small("14000001234")))
    with annex.transaction():
        add_evidence(annex.con, annex.vault, Evidence(id="list", kind="x", path="list.pdf"), file=path)
    annex.con.execute("INSERT INTO membership VALUES (1, 8614000001234, 1)")
    with pytest.raises(InputRefused, match=r"list\.pdf, page 1: holds an identifier of a list"):
        prepare(annex, Wanted("zip", "evidence"))
