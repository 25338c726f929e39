"""What the tests of reading share: invented rows (numbers in the unallocated segment 1400), other programs' files,
and ways to read and look."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb
import openpyxl
import xlwt

from tracer.lists.read.file import read_file
from tracer.lists.read.model import FileRead, Limits, PartRead, ReadOptions

HEADER = ["姓名", "手机号", "公司", "地址", "日期"]
ROWS = [
    f"张{'三四五六'[i % 4]} 1400{i:07d} 易卓{i}网络科技有限公司 江苏省南京市某路{i}号 2026-01-{i % 28 + 1:02d}".split()
    for i in range(30)
]

Quoting = Literal[0, 1, 2, 3]


def written(
    rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",", newline: str = "\r\n", quoting: Quoting = 0
) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx(*sheets: Sequence[Sequence[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for table in sheets:
        sheet = book.create_sheet()
        for row in table:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def xls(table: Sequence[Sequence[object]]) -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("a")
    for y, row in enumerate(table):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    book.save(out)
    return out.getvalue()


def xml_sheet(table: Sequence[Sequence[str]], encoding: str = "") -> str:
    lines = (("".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)) for row in table)
    rows, declared = "".join(f"<Row>{line}</Row>" for line in lines), encoding and f' encoding="{encoding}"'
    return (
        f'<?xml version="1.0"{declared}?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>{rows}</Table>'
        "</Worksheet></Workbook>"
    )


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(path: Path, limits: Limits | None = None, **options: Any) -> tuple[duckdb.DuckDBPyConnection, FileRead]:
    con = duckdb.connect()
    return con, read_file(con, path, ReadOptions(**options, limits=limits or Limits()))


def read_bytes(tmp_path: Path, name: str, data: bytes, **options: Any) -> tuple[PartRead, list[list[str]]]:
    """The only part of a file of these bytes, and its cells."""
    path = tmp_path / name
    path.write_bytes(data)
    con, found = read(path, **options)
    (part,) = found.parts
    return part, cells_of(con, part)


def cells_of(con: duckdb.DuckDBPyConnection, part: PartRead) -> list[list[str]]:
    """A part's cells in order, NULL as an empty string; checks that rows are numbered from 1 without a gap."""
    rows = con.execute(f"SELECT * FROM {part.raw_table} ORDER BY row").fetchall()
    assert [row[0] for row in rows] == list(range(1, part.rows + 1))
    return [[cell or "" for cell in row[1:]] for row in rows]


def roles(part: PartRead) -> list[tuple[str, str]]:
    return [(column.role, column.how) for column in part.columns]
