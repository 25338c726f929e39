"""What the tests of reading share: invented rows (numbers in the unallocated segment 1400) and a way to read and
look.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import duckdb

from tracer.lists.read.file import read_file
from tracer.lists.read.model import FileRead, Limits, PartRead, ReadOptions

HEADER = ["姓名", "手机号", "公司", "地址", "日期"]
ROWS = [
    [
        f"张{'三四五六'[i % 4]}",
        f"1400{i:07d}",
        f"易卓{i}网络科技有限公司",
        f"江苏省南京市某路{i}号",
        f"2026-01-{i % 28 + 1:02d}",
    ]
    for i in range(30)
]
TRADITIONAL = [["姓名", "手機號碼", "公司名稱", "地址"]] + [
    [f"陳{'三四五六'[i % 4]}", f"1400{i:07d}", f"易卓{i}網絡股份有限公司", f"臺北市中正區某路{i}號"] for i in range(30)
]
JAPANESE = [["氏名", "電話番号", "会社名", "住所"]] + [
    [f"佐藤{i}", f"090-0000-{i:04d}", f"株式会社さくら{i}", f"東京都千代田区{i}丁目"] for i in range(30)
]

Quoting = Literal[0, 1, 2, 3]


def written(
    rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",", newline: str = "\r\n", quoting: Quoting = 0
) -> bytes:
    """Rows as Python's csv module writes them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding)


def read(path: Path, limits: Limits | None = None, **options: Any) -> tuple[duckdb.DuckDBPyConnection, FileRead]:
    """A file read into a connection of its own."""
    con = duckdb.connect()
    return con, read_file(con, path, ReadOptions(**options), limits=limits)


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
    """Role of each column and how it was found."""
    return [(column.role, column.how) for column in part.columns]


def named(part: PartRead) -> Mapping[str, str]:
    """Heading to role."""
    return {column.header: column.role for column in part.columns}
