"""Bad input: one clear line with file, place and remedy, and no table is left; mutated files are refused or read.

`tests.bench.fuzz` makes more of them.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.bench.fuzz import fuzz_files, fuzz_manifests, fuzz_others
from tests.lists.read.mutants import seeds
from tests.lists.read.reading import HEADER, ROWS, read, written, xlsx
from tests.signals.other_readers import case_for_others, others
from tracer.errors import InputRefused, UsageError
from tracer.lists.read.file import read_file
from tracer.lists.read.model import Limits, ReadOptions

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


@pytest.mark.parametrize(("name", "data", "says"), [
    ("a.csv", b"", "empty"), ("a.csv", b"\n\n", "no data rows"), ("a.csv", b"phone,name\n", "no data rows"),
    ("a.csv", b'"phone","name"', "no data rows"), ("a.tsv", b"phone\tname\r\n\r\n", "no data rows"),
    ("a.csv", "手机号,姓名\n".encode("utf-16"), "no data rows"), ("a.csv", b"\xef\xbb\xbf", "no data rows"),
    ("a.csv", b"\xff\xfe", "no data rows"), ("a.json", b"[]", "no data rows"), ("a.json", b"[{}]", "no data rows"),
    ("a.ndjson", b"{}\n{}\n", "no data rows"), ("a.vcf", b"BEGIN:VCARD\nEND:VCARD\n", "no data rows"),
    ("a.html", b"<table><tr><th>phone</th></tr></table>", "no data rows"),
    ("a.html", b"<html></html>", "no data rows"),
    ("a.csv", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "JPEG"), ("a.csv", b"%PDF-1.4\n%\xe2\xe3", "PDF"),
    ("a.csv", b"MZ\x90\0\x03\0\0\0" * 20, "Windows program"), ("a.csv", b"Rar!\x1a\x07\x01\0", "RAR archive"),
    ("a.csv", bytes(range(256)) * 40, "neither text nor a known format"),
    ("a.xlsx", b"PK\x03\x04" + b"x" * 500, "damaged or cut off"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    ("a.doc", _OLE + "WordDocument\0".encode("utf-16-le"), "this is a Word document, not a list"),
    ("a.ppt", _OLE + b"x" * 80_000 + "PowerPoint Document\0".encode("utf-16-le"), "a presentation"),
    ("a.msg", _OLE + "WordDocument\0__properties_version1.0\0".encode("utf-16-le"), "an Outlook message"),
    ("a.xls", _OLE + "WordDocument\0Workbook\0".encode("utf-16-le"), "the workbook"),
    ("a.parquet", b"PAR1" + b"\0" * 50, "damaged"), ("a.json", b'[{"a": 1}, {"a":', "line 1"),
    ("a.ndjson", b'{"a": "1"}\n{"a":\n{"a":\n', "damaged"), ("a.json", b'{"a": [1, 2]}', "no array of objects"),
    ("a.xls", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
     b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML entities"),
])  # fmt: skip
def test_what_is_no_list(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert says in refusal(tmp_path / name)


def test_paths_and_columns_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(written([HEADER, *ROWS], "utf-8"))
    assert "unknown column '手机'; did you mean '手机号'? its columns are " in refusal(path, columns={"phone": "手机"})
    assert "invalid role 'phon'; did you mean 'phone'?" in refusal(path, columns={"phon": "手机号"})
    assert "did you mean 'list.csv'?" in refusal(tmp_path / "lst.csv")
    assert "folder" in refusal(tmp_path)
    os.mkfifo(tmp_path / "fifo")
    assert "not a regular file" in refusal(tmp_path / "fifo")


def test_a_workbook_that_is_locked_or_cut_off_or_claims_all_cells(tmp_path: Path) -> None:
    for name in ("locked.xlsx", "locked.xls"):
        assert "protected by a password" in refusal(FIXTURES / name)
    whole = (FIXTURES / "list.xlsx").read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 30):
        (tmp_path / "a.xlsx").write_bytes(whole[:size])
        assert "damaged or cut off" in refusal(tmp_path / "a.xlsx")
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["XFD1048576"] = "a", "b"
    book.save(tmp_path / "a.xlsx")
    assert "more than 1.0 GiB of memory" in refusal(tmp_path / "a.xlsx", Limits(sheet_memory=1 << 30))
    assert "more than 1.5 GiB of memory" in refusal(tmp_path / "a.xlsx"), "what so small a file can need, and no more"


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
    said = refusal(path, Limits.with_settings(["cell_bytes=20000"]))
    assert "a cell of 27,000 bytes (column 1, data row 2), more than 20,000" in said
    assert "--limit cell_bytes" in said
    read(path, Limits.with_settings(["cell_bytes=27000"]))


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
    _, found = read(path, columns={"phone": ["Nr. A"], "name": "Name"})
    assert [[(column.role, column.how) for column in part.columns][:2] for part in found.parts] == [
        [("name", "map"), ("phone", "map")], [("name", "map"), ("phone", "header")],
    ]  # fmt: skip
    assert "unknown column 'Rufnummer'" in refusal(path, columns={"phone": "Rufnummer"})
    _, keys = read(path, columns={"key": ["Name", "Ort"]})
    assert [sum(column.how == "key" for column in part.columns) for part in keys.parts] == [2, 0]
    assert "unknown column 'Geburtstag'" in refusal(path, columns={"key": ["Name", "Geburtstag"]})


# Workbooks with a password, of every version: told as such, never as damaged.


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


_BOFS = {
    "biff2": _record(0x0009, struct.pack("<HH", 2, 0x10)),
    "biff3": _record(0x0209, struct.pack("<HHH", 0, 0x10, 0)),
    "biff4": _record(0x0409, struct.pack("<HHH", 0, 0x10, 0)),
    "biff5": _OLE.ljust(1536, b"\0") + _record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)),
    "biff5 without a container": _record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)),
    "biff8": _OLE.ljust(1536, b"\0") + _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)),
}


_LOCKED = _record(0x002F, b"\0" * 4)


@pytest.mark.parametrize("version", _BOFS)
def test_a_password_or_none(tmp_path: Path, version: str) -> None:
    path = tmp_path / "a.xls"
    for records, says in (
        (_LOCKED, "protected by a password"), (_record(0x0086, b"") + _LOCKED, "protected by a password"),
        (_record(0x0042, b"\xe4\x04"), "damaged|memory"),
    ):  # fmt: skip
        path.write_bytes(_BOFS[version] + records + b"\x55" * 4_000)
        assert re.search(says, refusal(path))


# Mutated files and manifests from a fixed seed, and limits.


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    tally = fuzz_files(len(seeds()), 3, tmp_path)
    assert (tally.faults, sum(tally.ends.values())) == ([], len(seeds()))

    for tally in (fuzz_others(23, 3, tmp_path), fuzz_manifests(200, 3, tmp_path)):
        assert tally.faults == []
        assert {end.partition(": ")[2] for end in tally.ends} == {"read", "refused"}


def test_the_good_files_beside_lists_are_read(tmp_path: Path) -> None:
    case = case_for_others()
    (tmp_path / "made").mkdir()
    for name, other in others(tmp_path / "made").items():
        (tmp_path / name).write_bytes(other.data)
        other.read(case, tmp_path / name)


def test_a_limit_is_raised_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(seeds()["plain.csv"])
    with pytest.raises(InputRefused, match="24 rows, more than 20; raise the limit: --limit rows"):
        read(path, Limits.with_settings(["rows=20"]))
    assert read(path, Limits.with_settings(["rows=24"]))[1].parts[0].rows == 24
    for wrong in ("rows", "rows=x", "rows=0", "paths=3", "rows=²"):
        with pytest.raises(UsageError, match="invalid limit"):
            Limits.with_settings([wrong])
