"""Every line of a file is a header, a title, a row, a reject or blank, whatever reads it; a lost one is refused."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from tests.lists.read.mutants import seeds
from tests.lists.read.reading import HEADER, ROWS, Quoting, cells_of, read, read_bytes, written, xls, xlsx, xml_sheet
from tracer.errors import TracerError
from tracer.lists.read import delimited, file
from tracer.lists.read.encoding import Encoding, scan
from tracer.lists.read.file import kind_of, read_file
from tracer.lists.read.landing import create_numbered, drop_raw
from tracer.lists.read.model import (
    Account,
    Limits,
    PartRead,
    ReadOptions,
    Source,
    file_source,
    summed_accounts,
)

_MARKUP = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *ROWS, [""] * 5])


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"手机号": ["14000000001", None, "14000000002"]}), out)
    return out.getvalue()


_CARDS = (
    "BEGIN:VCARD\nFN:甲\nTEL:14000000001\nAGENT:\nBEGIN:VCARD\nFN:乙\nEND:VCARD\nEMAIL:a@example.com\nEND:VCARD\n"
    "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nTEL:14000000002\n"
)


def _sqlite() -> bytes:
    with closing(sqlite3.connect(":memory:")) as con:
        con.executescript("CREATE TABLE a (phone TEXT); INSERT INTO a VALUES ('14000000001'), (NULL), ('14000000002')")
        return con.serialize()


_PDF = (
    "Kontakte\n\n#table(columns: 2, [Name], [手机号]" + "".join(f", [P {i}], [1400000000{i}]" for i in range(3)) + ")"
)
_FILES: dict[str, tuple[str, bytes, Account]] = {
    "titles.csv": ("text", '名单\n\n姓名,"手机\n号",备注\n甲,14000000001,"a\n\nb"\n\n,,\n乙,14000000002,x\n'.encode(),
                   Account(10, header=1, title=1, rows=2, blank=3, continued=3)),
    "open.csv": ("text",
                 '姓名,手机号,备注\r\n甲,14000000001,"a\n乙,14000000002,b\r\n\r\n丙,14000000003,"c\r\nd"\r\n'.encode(),
                 Account(6, header=1, rows=3, blank=1, continued=1)),
    # Rows without a good number at the top of a list without headings are rows.
    "above.csv": ("text", written([["甲", "无"], ["乙", "待查"], ["丙", "n/a"], *(row[:2] for row in ROWS)], "utf-8"),
                  Account(33, rows=33)),
    "wide.csv": ("text", written([HEADER, *ROWS, []], "utf-16"), Account(32, header=1, rows=30, blank=1)),
    "wider.csv": ("text", written([HEADER, *ROWS], "utf-32"), Account(31, header=1, rows=30)),
    "widest.csv": ("text", written([HEADER, *ROWS], "utf-32-be"), Account(31, header=1, rows=30)),
    "prose.txt": ("text", "打 14000000001 或 14000000002 找甲\n\n没有\n打 14000000003 给我吧\n".encode(),
                  Account(4, rows=4, blank=1, further=1)),
    "book.xlsx": ("xlsx", xlsx([["名单"], [], HEADER, *ROWS[:3], [], *ROWS[3:]], [HEADER]),
                  Account(35, header=2, title=1, rows=30, blank=2)),
    "book.xls": ("xls", xls([["名单"], HEADER, *ROWS]), Account(32, header=1, title=1, rows=30)),
    "list.parquet": ("parquet", _parquet(), Account(3, rows=2, blank=1)),
    "page.html": ("html", f"<html><table><tr><td><table>{_MARKUP}</table></td></tr></table></html>".encode(),
                  Account(33, header=1, rows=30, blank=1, left_out=1)),
    "sheet.xls": ("xml", xml_sheet([HEADER, [], *ROWS]).encode(), Account(32, header=1, rows=30, blank=1)),
    "cards.vcf": ("vcf", _CARDS.encode(), Account(4, rows=3, blank=1)),
    "list.json": ("json", json.dumps({"a": [{"p": "14000000001"}, {}, {"p": None}], "b": [{"q": "x"}]}).encode(),
                  Account(4, rows=1, blank=2, left_out=1)),
    "list.ndjson": (
        "ndjson",
        b'{"p": "14000000001"}\n{"p": "14000000002"}\n\n{"p": "140\n{}\n{"p": 1}{"p": 2}\n{"p": "14000000003"}\n',
        Account(7, rows=5, blank=2)),
    "table.dbf": ("dbf", (Path(__file__).parent / "fixtures" / "cyrillic.dbf").read_bytes(),
                  Account(4, rows=3, left_out=1)),
    "print.pdf": ("pdf", bytes(typst.compile(_PDF.encode())), Account(5, header=1, rows=3, left_out=1)),
    "crm.db": ("sqlite", _sqlite(), Account(3, rows=2, blank=1)),
    "dump.sql": (
        "sql",
        b"INSERT INTO a VALUES (1,'14000000001'),(NULL,''),\n(2,'14000000002');\nINSERT INTO b VALUES ('x');\n",
        Account(4, rows=2, blank=1, left_out=1)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "slow"),
    [*((name, False) for name in _FILES), *((name, True) for name in _FILES if _FILES[name][0] == "text")],
)
def test_every_line_is_told(tmp_path: Path, name: str, slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the parser that is fast, and for texts by the one that is tolerant."""
    path, (kind, data, account) = tmp_path / name, _FILES[name]
    path.write_bytes(data)
    if slow:
        monkeypatch.setattr(delimited, "_by_duckdb", lambda *_, **__: None)
    assert kind_of(file_source(path), Limits()) == kind
    _, found = read(path)
    assert found.account == account
    assert account.adds_up
    assert account.rows == sum(part.rows for part in found.parts)
    assert {kind for kind, _, _ in _FILES.values()} | {"ods"} == set(file.READERS), "every format that is read"


@pytest.mark.parametrize("name", sorted(seeds()))
def test_a_file_sums_its_parts(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(seeds()[name])
    _, found = read(tmp_path / name)
    assert {part.rows for part in found.parts} == {24}
    accounts = [part.account for part in found.parts if part.account is not None]
    assert len(accounts) == len(found.parts) == {"lists.zip": 3, "nested.zip": 4}.get(name, 1)
    assert found.account == summed_accounts(accounts)
    assert found.account.adds_up


def test_a_reader_that_loses_a_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reads it: a row fewer than was counted keeps the file out."""
    path, true = tmp_path / "a.csv", file._Reading.parts
    path.write_bytes(_FILES["titles.csv"][1])

    def losing(self: file._Reading, source: Source, depth: int) -> list[PartRead]:
        first, *rest = true(self, source, depth)
        held = first.account or Account(0)
        return [replace(first, account=replace(held, rows=held.rows - 1)), *rest]

    monkeypatch.setattr(file._Reading, "parts", losing)
    with pytest.raises(TracerError, match="does not add up"):
        read(path)


@pytest.mark.parametrize("quoting", [0, 1])
def test_rows_that_the_fast_parser_loses_are_read_by_the_slow_one(
    tmp_path: Path, quoting: Quoting, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = create_numbered

    def losing(con: duckdb.DuckDBPyConnection, table: str, width: int, rows: pa.RecordBatchReader) -> None:
        kept = [batch.filter(pc.field("c1") != "14000000017") for batch in rows]
        true(con, table, width, pa.RecordBatchReader.from_batches(rows.schema, kept))

    monkeypatch.setattr(delimited, "create_numbered", losing)
    monkeypatch.setattr(delimited, "_CHECKED", 5)  # rows; the one that is lost comes further down
    part, cells = read_bytes(tmp_path, "a.csv", written([HEADER, *ROWS], "utf-8", quoting=quoting))
    assert (cells, part.account) == (ROWS, Account(31, header=1, rows=30))


def test_lines_above_a_named_header_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written([["甲", "14000000001"], ["姓名", "手机号"], *(row[:2] for row in ROWS)], "utf-8"))
    _, found = read(path, columns={"phone": "手机号"})
    assert found.account == Account(32, header=1, title=1, rows=30)
    assert any("1 line with data above the header" in note for note in found.notes)


def test_an_account_that_does_not_add_up_is_refused() -> None:
    account = Account(1_204, header=1, title=2, rows=1_200, blank=1)
    assert account.line() == "1,204 lines = 1 header + 2 titles + 1,200 rows + 1 blank"
    with pytest.raises(TracerError, match="does not add up"):
        replace(account, blank=0).check("a.csv")
    with pytest.raises(TracerError):
        Account(0, rows=1, blank=-1).check("a.csv")


_MANY = [["赵安文" * (i % 7), f"1400{i:07d}", "备" * (i % 13)] for i in range(60_000)]


@pytest.mark.parametrize("quoting", [0, 1])
# No multiple of 32: DuckDB loses rows where its threads' pieces meet, without a word.
@pytest.mark.parametrize(("buffer", "tolerant"), [(98_304, False), (100_001, True)])
def test_no_row_is_lost_between_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buffer: int, tolerant: bool, quoting: Quoting
) -> None:
    monkeypatch.setattr(delimited, "_MAX_LINE", 50_000)
    monkeypatch.setattr(delimited, "_BUFFER", buffer)
    path = tmp_path / "a.csv"
    path.write_bytes(written([["姓名", "手机号", "备注"], *_MANY], "utf-8", ",", "\n", quoting))
    con, found = read(path)
    assert cells_of(con, found.parts[0]) == _MANY
    assert any("tolerant parser" in note for note in found.notes) == tolerant


def test_rows_are_numbered_within_a_transaction_and_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written([["姓名", "手机号", "备注"], *_MANY], "utf-8"))
    with duckdb.connect(tmp_path / "a.duckdb") as con:
        con.execute("CREATE SCHEMA raw; BEGIN")
        (part,) = read_file(con, path, ReadOptions(), namer=lambda: "raw.d1_p1").parts
        assert cells_of(con, part) == _MANY
        con.execute("COMMIT")
        assert cells_of(con, part) == _MANY
    with duckdb.connect(tmp_path / "a.duckdb") as con:
        assert cells_of(con, part) == _MANY
        for _ in range(2):
            drop_raw(con, part.raw_table)
        assert con.execute("SELECT count(*) FROM information_schema.tables").fetchone() == (0,)


@given(pieces=st.lists(st.text("\r\na", max_size=5)))
def test_lines_are_counted_wherever_the_bytes_are_cut(pieces: list[str]) -> None:
    text = "".join(pieces)
    facts = scan(Mock(chunks=lambda: iter(piece.encode() for piece in pieces if piece)), Encoding("utf-8", 0, True))
    assert facts.ends_with_newline == text.endswith(("\r", "\n"))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]
    assert (facts.line_ends, facts.empty_lines) == (len(lines), lines.count(""))
    longest = max(len(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert longest <= facts.longest_line <= longest + 1  # with a carriage return before its end
