"""Every line of a file is a header, a title, a row, a reject or blank, whatever reads it; a lost one is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typst

from tests.lists.read.mutants import seeds
from tests.lists.read.reading import HEADER, ROWS, read, read_bytes, written, xls, xlsx, xml_sheet
from tracer.errors import InputRefused, TracerError
from tracer.lists.read import delimited, file
from tracer.lists.read.kind import ARCHIVES, FileKind, kind_of
from tracer.lists.read.landing import create_numbered
from tracer.lists.read.model import Account, Limits, PartRead, Source, file_source, summed

_MARKUP = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS, [""] * 5])


def _parquet(path: Path) -> None:
    pq.write_table(pa.table({"手机号": ["14000000001", None, "14000000002"]}), path)


_CARDS = (
    "BEGIN:VCARD\nFN:甲\nTEL:14000000001\nAGENT:\nBEGIN:VCARD\nFN:乙\nEND:VCARD\nEMAIL:a@example.com\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nTEL:14000000002\n"
)


def _pdf(path: Path) -> None:
    rows = "".join(f", [Person {i}], [1400000000{i}]" for i in range(3))
    path.write_bytes(typst.compile(f"Kontakte\n\n#table(columns: 2, [Name], [手机号]{rows})".encode()))


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("CREATE TABLE a (phone TEXT)")
        con.executemany("INSERT INTO a VALUES (?)", [("14000000001",), (None,), ("14000000002",)])


_FILES: dict[str, tuple[FileKind, bytes | Callable[[Path], None], Account]] = {
    "titles.csv": (
        FileKind.TEXT,
        '名单\n\n姓名,"手机\n号",备注\n甲,14000000001,"a\n\nb"\n\n,,\n乙,14000000002,x\n'.encode(),
        Account(10, header=1, title=1, rows=2, blank=3, continued=3),
    ),
    "open.csv": (
        FileKind.TEXT,
        '姓名,手机号,备注\r\n甲,14000000001,"a\n乙,14000000002,b\r\n\r\n丙,14000000003,"c\r\nd"\r\n'.encode(),
        Account(6, header=1, rows=3, blank=1, continued=1),
    ),
    "wide.csv": (FileKind.TEXT, written([HEADER, *ROWS, []], "utf-16"), Account(32, header=1, rows=30, blank=1)),
    "wider.csv": (FileKind.TEXT, written([HEADER, *ROWS], "utf-32"), Account(31, header=1, rows=30)),
    "widest.csv": (FileKind.TEXT, written([HEADER, *ROWS], "utf-32-be"), Account(31, header=1, rows=30)),
    "prose.txt": (
        FileKind.TEXT,
        "打 14000000001 或 14000000002 找甲\n\n没有\n打 14000000003 给我吧\n".encode(),
        Account(4, rows=4, blank=1, further=1),
    ),
    "book.xlsx": (
        FileKind.XLSX,
        xlsx([["名单"], [], HEADER, *ROWS[:3], [], *ROWS[3:]], [HEADER]),
        Account(35, header=2, title=1, rows=30, blank=2),
    ),
    "book.xls": (FileKind.XLS, xls([["名单"], HEADER, *ROWS]), Account(32, header=1, title=1, rows=30)),
    "list.parquet": (FileKind.PARQUET, _parquet, Account(3, rows=2, blank=1)),
    "page.html": (
        FileKind.HTML,
        f"<html><table><tr><td><table>{_MARKUP}</table></td></tr></table></html>".encode(),
        Account(33, header=1, rows=30, blank=1, left_out=1),
    ),
    "sheet.xls": (FileKind.XML_SHEET, xml_sheet([HEADER, [], *ROWS]).encode(), Account(32, header=1, rows=30, blank=1)),
    "cards.vcf": (FileKind.VCARD, _CARDS.encode(), Account(4, rows=3, blank=1)),
    "list.json": (
        FileKind.JSON,
        json.dumps({"a": [{"p": "14000000001"}, {}, {"p": None}], "b": [{"q": "x"}]}).encode(),
        Account(4, rows=1, blank=2, left_out=1),
    ),
    "list.ndjson": (
        FileKind.NDJSON,
        b'{"p": "14000000001"}\n{"p": "14000000002"}\n\n{"p": "140\n{}\n{"p": 1}{"p": 2}\n{"p": "14000000003"}\n',
        Account(7, rows=5, blank=2),
    ),
    "table.dbf": (
        FileKind.DBF,
        (Path(__file__).parent / "fixtures" / "cyrillic.dbf").read_bytes(),
        Account(4, rows=3, left_out=1),
    ),
    "print.pdf": (FileKind.PDF, _pdf, Account(5, header=1, rows=3, left_out=1)),
    "crm.db": (FileKind.SQLITE, _sqlite, Account(3, rows=2, blank=1)),
    "dump.sql": (
        FileKind.SQL,
        b"INSERT INTO a VALUES (1,'14000000001'),(NULL,''),\n(2,'14000000002');\nINSERT INTO b VALUES ('x');\n",
        Account(4, rows=2, blank=1, left_out=1),
    ),
}  # fmt: skip


def _made(tmp_path: Path, name: str) -> Path:
    made, path = _FILES[name][1], tmp_path / name
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        made(path)
    return path


@pytest.mark.parametrize("name", _FILES)
def test_every_line_is_told(tmp_path: Path, name: str) -> None:
    path = _made(tmp_path, name)
    assert kind_of(file_source(path), Limits()) is _FILES[name][0]
    _, found = read(path)
    assert found.account == _FILES[name][2]
    assert found.account.adds_up
    assert found.account.rows == sum(part.rows for part in found.parts)


def test_every_kind_has_its_account() -> None:
    """Every format that is read, by the registry of kinds: made above, an archive, or a workbook like another."""
    made = {kind for kind, _, _ in _FILES.values()}
    assert made | ARCHIVES | {FileKind.ODS} == set(FileKind)


@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_file_sums_its_parts(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(seeds()[name])
    _, found = read(tmp_path / name)
    assert {part.rows for part in found.parts} == {24}
    accounts = [part.account for part in found.parts if part.account is not None]
    assert len(accounts) == len(found.parts) == {"lists.zip": 3, "nested.zip": 4}.get(name, 1)
    assert found.account == summed(accounts)
    assert found.account.adds_up


@pytest.mark.parametrize("name", _FILES)
def test_a_reader_that_loses_a_row_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reads it: a row fewer than was counted keeps the file out."""
    path = _made(tmp_path, name)
    true = file._Reading.parts

    def losing(self: file._Reading, source: Source, depth: int) -> list[PartRead]:
        first, *rest = true(self, source, depth)
        held = first.account or Account(0)
        return [replace(first, account=replace(held, rows=held.rows - 1)), *rest]

    monkeypatch.setattr(file._Reading, "parts", losing)
    with pytest.raises(TracerError, match="does not add up"):
        read(path)


@pytest.mark.parametrize("quoting", [0, 1])
def test_rows_that_the_fast_parser_loses_are_read_by_the_slow_one(
    tmp_path: Path, quoting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = create_numbered

    def losing(con: duckdb.DuckDBPyConnection, table: str, width: int, rows: pa.RecordBatchReader) -> None:
        kept = [batch.filter(pc.field("c1") != "14000000017") for batch in rows]
        true(con, table, width, pa.RecordBatchReader.from_batches(rows.schema, kept))

    monkeypatch.setattr(delimited, "create_numbered", losing)
    part, cells = read_bytes(tmp_path, "a.csv", written([HEADER, *ROWS], "utf-8", quoting=quoting))  # type: ignore[arg-type]  # 0 and 1 are quotings
    assert cells == ROWS
    assert part.account == Account(31, header=1, rows=30)


def test_rows_above_a_header_are_no_titles(tmp_path: Path) -> None:
    """Rows without a good number at the top of a list without headings: all of them rows, none a header."""
    top = [["甲", "无"], ["乙", "待查"], ["丙", "n/a"]]
    part, cells = read_bytes(tmp_path, "a.csv", written([*top, *(row[:2] for row in ROWS)], "utf-8"))
    assert cells[:3] == top
    assert part.account == Account(33, rows=33)


def test_lines_above_a_named_header_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written([["甲", "14000000001"], ["姓名", "手机号"], *(row[:2] for row in ROWS)], "utf-8"))
    _, found = read(path, columns={"phone": "手机号"})
    assert found.account == Account(32, header=1, title=1, rows=30)
    assert any("1 line with data above the header" in note for note in found.notes)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", b"phone,name\n"), ("a.csv", b'"phone","name"'), ("a.tsv", b"phone\tname\r\n\r\n"),
        ("a.csv", "手机号,姓名\n".encode("utf-16")), ("a.csv", b"\xef\xbb\xbf"), ("a.csv", b"\xff\xfe"),
        ("a.json", b"[]"), ("a.json", b"[{}]"), ("a.ndjson", b"{}\n{}\n"), ("a.vcf", b"BEGIN:VCARD\nEND:VCARD\n"),
        ("a.html", b"<table><tr><th>phone</th></tr></table>"), ("a.html", b"<html></html>"),
    ],
)  # fmt: skip
def test_headings_alone_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputRefused, match=r"no data rows|no array|empty"):
        read(path)


def test_the_account_is_one_line_for_people() -> None:
    account = Account(1_204, header=1, title=2, rows=1_200, blank=1)
    assert account.line() == "1,204 lines = 1 header + 2 titles + 1,200 rows + 1 blank"
    with pytest.raises(TracerError, match="does not add up"):
        replace(account, blank=0).checked("a.csv")
    with pytest.raises(TracerError):
        Account(0, rows=1, blank=-1).checked("a.csv")


@pytest.mark.parametrize("name", [name for name, (kind, _, _) in _FILES.items() if kind is FileKind.TEXT])
def test_the_slow_parser_gives_the_same_account(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "_by_duckdb", lambda *_: None)
    _, found = read(_made(tmp_path, name))
    assert found.account == _FILES[name][2]
