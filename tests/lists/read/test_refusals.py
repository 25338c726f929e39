"""Bad input: one clear line with file, place and remedy, and no table is left."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import openpyxl
import pytest

from tests.lists.read.reading import HEADER, ROWS, written, xlsx, zipped
from tracer.errors import InputRefused
from tracer.lists.read import archives
from tracer.lists.read.archives import opened
from tracer.lists.read.file import read_file
from tracer.lists.read.model import Limits, ReadOptions, file_source

FIXTURES = Path(__file__).parent / "fixtures"


def refusal(path: Path, limits: Limits | None = None, **options: Any) -> str:
    """The message a file is refused with; checks that nothing of it is left."""
    con = duckdb.connect()
    with pytest.raises(InputRefused) as refused:
        read_file(con, path, ReadOptions(**options, limits=limits or Limits()))
    assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
    line = refused.value.line()
    assert "\n" not in line
    assert path.name in line
    assert ";" in line, "a refusal says what helps"
    return line


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "no data rows"),
        ("a.csv", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "JPEG"),
        ("a.csv", b"%PDF-1.4\n%\xe2\xe3", "PDF"),
        ("a.csv", b"MZ\x90\0\x03\0\0\0" * 20, "Windows program"),
        ("a.csv", bytes(range(256)) * 40, "neither text nor a known format"),
        ("a.csv", b"Rar!\x1a\x07\x01\0", "RAR archive"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 500, "damaged or cut off"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
        ("a.doc", _OLE + "WordDocument\0".encode("utf-16-le"), "this is a Word document, not a list"),
        ("a.ppt", _OLE + b"x" * 80_000 + "PowerPoint Document\0".encode("utf-16-le"), "a presentation"),
        ("a.msg", _OLE + "WordDocument\0__properties_version1.0\0".encode("utf-16-le"), "an Outlook message"),
        ("a.xls", _OLE + "WordDocument\0Workbook\0".encode("utf-16-le"), "the workbook"),
        ("a.parquet", b"PAR1" + b"\0" * 50, "damaged"),
        ("a.json", b'[{"a": 1}, {"a":', "line 1"),
        ("a.ndjson", b'{"a": "1"}\n{"a":\n{"a":\n', "damaged"),
        ("a.json", b'{"a": [1, 2]}', "no array of objects"),
        (
            "a.xls",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML entities",
        ),
    ],
)
def test_what_is_no_list(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert says in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["locked.xlsx", "locked.xls"])
def test_locked_workbooks(name: str) -> None:
    assert "protected by a password" in refusal(FIXTURES / name)


def test_paths(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(written([HEADER, *ROWS], "utf-8"))
    assert "did you mean 'list.csv'?" in refusal(tmp_path / "lst.csv")
    assert "folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    assert "not a regular file" in refusal(tmp_path / "fifo")


def test_a_cut_off_workbook(tmp_path: Path) -> None:
    whole = (FIXTURES / "list.xlsx").read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 30):
        (tmp_path / "a.xlsx").write_bytes(whole[:size])
        assert "damaged or cut off" in refusal(tmp_path / "a.xlsx")


def test_a_sheet_that_claims_all_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["XFD1048576"] = "a", "b"
    book.save(tmp_path / "a.xlsx")
    assert "GiB of memory" in refusal(tmp_path / "a.xlsx", Limits(sheet_memory=1 << 30))


def test_bombs(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.csv": b"1" * 3_000_000}))
    for limits in (Limits(ratio_from=1_000_000), Limits(member_bytes=1_000_000), Limits(total_bytes=1_000_000)):
        assert "zip bomb" in refusal(path, limits)
    path.write_bytes(zipped({"1.zip": zipped({"0.zip": zipped({"a.txt": b"14000000001\n14000000002\n"})})}))
    assert "nested more than one deep" in refusal(path)
    path.write_bytes(zipped({f"{i}.csv": b"x" for i in range(5)}))
    assert "5 members, more than 3" in refusal(path, Limits(archive_members=3))


def test_a_member_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    data = zipped({"a.csv": b"14000000001\n" * 1000}).replace(
        (12_000).to_bytes(4, "little"), (120).to_bytes(4, "little")
    )
    (tmp_path / "a.zip").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "a.zip") or "bomb" in refusal(tmp_path / "a.zip")


def test_a_locked_archive(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": b"14000000001\n"}))
    data[6] |= 1  # the local header's flag, and the directory's
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(data))
    assert "protected by a password" in refusal(tmp_path / "a.zip")


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(written([HEADER, *ROWS], "utf-8"))
    told = refusal(tmp_path / "a.csv", columns={"phone": "手机"})
    assert "unknown column '手机'; did you mean '手机号'? its columns are " in told
    assert "invalid role 'phon'; did you mean 'phone'?" in refusal(tmp_path / "a.csv", columns={"phon": "手机号"})


@pytest.mark.parametrize("ending", ["csv", "ndjson", "xlsx"])
def test_a_cell_beyond_its_limit_is_refused_and_the_limit_can_be_raised(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    long = "甲" * 9_000
    if ending == "csv":
        path.write_text(f"name,phone\n乙,14000000001\n{long},14000000002\n", encoding="utf-8")
    elif ending == "ndjson":
        path.write_text("\n".join(json.dumps({"name": name, "phone": "14000000001"}) for name in ("乙", long)))
    else:
        path.write_bytes(xlsx((("name", "phone"), ("乙", "14000000001"), (long, "14000000002"))))
    said = refusal(path, Limits.raised(["cell_bytes=20000"]))
    assert "a cell of 27,000 bytes (column 1, data row 2), more than 20,000" in said
    assert "--limit cell_bytes" in said
    read_file(duckdb.connect(), path, ReadOptions(limits=Limits.raised(["cell_bytes=27000"])))


def test_an_archive_is_unpacked_in_a_process_of_its_own(tmp_path: Path) -> None:
    """What happens to that process, happens to it alone."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.csv": "phone\n" + "14000000001\n" * 400_000}))
    with opened(file_source(path), Limits()) as read:
        (member,) = read.members
        with read.open(member, "a.zip:a.csv") as first, read.open(member, "a.zip:a.csv") as second:
            assert first.read(1 << 21) == second.read(1 << 21)
            assert len(first.read()) + (1 << 21) == member.size
            read._child.kill()  # as the kernel does where it takes more than it may
            with pytest.raises(InputRefused, match="more than 3,600 s to unpack, or is damaged"):
                second.read()
    assert read._child.wait() == -9
    with pytest.raises(InputRefused, match="or is damaged"), patch.object(archives, "_ZIP_MEMORY", 1 << 20):
        read_file(duckdb.connect(), path, ReadOptions())


@pytest.mark.parametrize("name", ["../../list.csv", "a/../../list.csv", "/list.csv", "C:\\list.csv", "..\\list.csv"])
def test_a_member_that_leads_out_of_its_archive_is_named(tmp_path: Path, name: str) -> None:
    rows = "phone\n" + "".join(f"142000{n:05d}\n" for n in range(30))
    (tmp_path / "alone.zip").write_bytes(zipped({name: rows}))
    assert "leads out of the archive" in refusal(tmp_path / "alone.zip")
    (tmp_path / "beside.zip").write_bytes(zipped({name: rows, "good..csv": rows}))
    read = read_file(duckdb.connect(), tmp_path / "beside.zip", ReadOptions(region="CN"))
    assert [part.rows for part in read.parts] == [30]
    assert [note for note in read.notes if "leads out of the archive" in note]


def test_a_reader_that_does_not_start_is_no_lack_of_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.xlsx").write_bytes(xlsx([["phone"]]))
    broken = tmp_path / "python"
    fails = "case \"$*\" in *table_process*) set -- -c 'import no_such_module';; esac"
    broken.write_text(f"#!/bin/sh\n{fails}\nexec '{sys.executable}' \"$@\"\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    assert "did not start" in refusal(tmp_path / "a.xlsx")


def test_a_named_column_is_that_of_the_sheets_that_have_it(tmp_path: Path) -> None:
    """Each sheet is read by its own headings, and a column that none has is an error that names those there are."""
    first = [["Name", "Nr. A", "Ort"], *([f"A{at}", f"1400000{at:04d}", "甲"] for at in range(30))]
    second = [["Name", "Telefon"], *([f"B{at}", f"1400001{at:04d}"] for at in range(30))]
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(first, second))
    read = read_file(duckdb.connect(), path, ReadOptions(columns={"phone": ["Nr. A"], "name": "Name"}))
    assert [[(column.role, column.how) for column in part.columns][:2] for part in read.parts] == [
        [("name", "map"), ("phone", "map")], [("name", "map"), ("phone", "header")],
    ]  # fmt: skip
    told = refusal(path, columns={"phone": "Rufnummer"})
    assert "unknown column 'Rufnummer'" in told
    assert "its columns are Name" in told or "did you mean" in told
    keys = read_file(duckdb.connect(), path, ReadOptions(columns={"key": ["Name", "Ort"]}))
    assert [sum(column.how == "key" for column in part.columns) for part in keys.parts] == [2, 0]
    assert "unknown column 'Geburtstag'" in refusal(path, columns={"key": ["Name", "Geburtstag"]})
