"""SQLite files and dBase tables: tables with their rows, what is left out, and what is damaged.

The dBase tables in `fixtures` were written by the package dbf 0.99: `cyrillic` is dBase III in Windows-1251 with a
deleted record, `foxpro` Visual FoxPro in GBK with numbers, moments and a memo.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.lists.read.reading import cells_of, named, read
from tests.lists.read.test_refusals import refusal

FIXTURES = Path(__file__).parent / "fixtures"
PEOPLE = [
    (i, f"张三{i}", f"1400{i:07d}", None if i % 3 else f"u{i}@mail.example.com", None if i % 5 else b"\0\xff")
    for i in range(1, 3001)
]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, mail TEXT, photo BLOB)")
        con.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", PEOPLE)
        con.executescript(
            'CREATE TABLE "le""ads" (mail TEXT, score REAL);'
            "INSERT INTO \"le\"\"ads\" VALUES ('a@mail.example.com', 2.0), (NULL, NULL), ('b@mail.example.com', 1.5);"
            "CREATE TABLE settings (name TEXT); INSERT INTO settings VALUES ('x');"
            "CREATE TABLE vacant (phone TEXT); CREATE VIEW everybody AS SELECT * FROM people"
        )
    return path


def test_each_table_of_an_sqlite_file_is_a_part(tmp_path: Path, database: Path) -> None:
    (tmp_path / "crm.db.gz").write_bytes(gzip.compress(database.read_bytes()))
    for path in (database, tmp_path / "crm.db.gz"):
        con, found = read(path)
        people, leads = found.parts
        assert (people.sheet, leads.sheet, people.format) == ("people", 'le"ads', "sqlite")
        assert named(people)["phone"] == "phone"
        assert cells_of(con, people) == [
            [str(row[0]), *(cell or "" for cell in row[1:4]), "00ff" if row[4] else ""] for row in PEOPLE
        ]
        assert cells_of(con, leads) == [["a@mail.example.com", "2"], ["b@mail.example.com", "1.5"]]
        assert found.account is not None
        assert found.account.adds_up
        assert any("left out: settings (1 rows)" in note for note in found.notes)
    _, found = read(database, sheet='le"ads')
    assert [part.sheet for part in found.parts] == ['le"ads']
    assert "its tables are people" in refusal(database, sheet="other")


def test_an_sqlite_file_that_is_damaged_or_not_whole(tmp_path: Path, database: Path) -> None:
    whole = database.read_bytes()
    for size in (150, 5_000, len(whole) // 2):
        (tmp_path / "a.db").write_bytes(whole[:size])
        assert "damaged or cut off" in refusal(tmp_path / "a.db")
    (tmp_path / "a.db").write_bytes(whole[:20_000] + b"\xff" * 20_000 + whole[40_000:])
    assert "damaged or cut off" in refusal(tmp_path / "a.db")
    (tmp_path / "crm.db-wal").write_bytes(b"x" * 100)
    assert any("crm.db-wal next to it holds changes" in note for note in read(database)[1].notes)


def test_dbase_tables() -> None:
    con, found = read(FIXTURES / "cyrillic.dbf")
    (part,) = found.parts
    assert (part.format, part.encoding) == ("dbf", "windows-1251")
    assert cells_of(con, part) == [
        ["Иван Петров", "+12025550101", "u1@mail.example.com", "2026-01-02", "1.50", "T"],
        ["Ольга Ким", "+12025550102", "", "2026-01-03", "20.00", "F"],
        ["Пётр, сын", "+12025550103", "u3@mail.example.com", "", "3.00", ""],
    ]
    assert found.account is not None
    assert (found.account.lines, found.account.left_out) == (4, 1)
    assert any("1 record marked as deleted" in note for note in found.notes)
    con, found = read(FIXTURES / "foxpro.dbf")
    assert cells_of(con, found.parts[0]) == [
        [f"张三{i}", f"1400{i:07d}", str(-i), f"2026-01-0{i} 10:00:00", f"{i * 1.25:.4f}", str(i / 4), ""]
        for i in (1, 2, 3)
    ]
    assert any("memo fields NOTE" in note for note in found.notes)


def test_a_dbase_table_whose_header_is_wrong_about_it(tmp_path: Path) -> None:
    whole = bytearray((FIXTURES / "foxpro.dbf").read_bytes())
    (tmp_path / "a.dbf").write_bytes(whole[:-100])
    assert "1 of its 3 records" in refusal(tmp_path / "a.dbf")
    whole[29] = 0x7B  # Shift-JIS, which its names are not
    (tmp_path / "a.dbf").write_bytes(whole)
    _, found = read(tmp_path / "a.dbf", encoding="gbk")
    assert found.parts[0].encoding == "gb18030"
    whole[4] = 2
    (tmp_path / "a.dbf").write_bytes(whole)
    assert any("1 record beyond those that the table counts" in note for note in read(tmp_path / "a.dbf")[1].notes)
