"""SQL dumps: the tables that the servers held come back, row for row, whatever the dialect, and a cut end is said.

The dumps in `fixtures` were written by MariaDB 11.8, PostgreSQL 15 and SQLite 3.46 of twenty invented people, whose
names and notes are what dumps escape; those of SQL Server and Oracle follow the vendors' documentation.
"""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from tests.lists.read.dump_writers import WRITERS, people
from tests.lists.read.reading import cells_of, read
from tracer.errors import InputRefused
from tracer.lists.read import sql_statements
from tracer.lists.read.sql_statements import DumpWalk
from tracer.lists.read.sql_values import row_of, value_patterns

FIXTURES = Path(__file__).parent / "fixtures"
PIECES = (
    "O'Brien", "back\\slash", "tab\there", "line\nbreak", "semi;colon", "paren),(1,'x'", "-- no comment", "/* not */",
    "张三", "Ægir “q”", 'dq"dq', "", "percent%", "\\N", "NULL", "a\nb", "`tick`", "[br]", "emoji 😀", "trail\\",
)  # fmt: skip
HEADINGS = ("id", "tenant id", "name", "phone", "email", "note", "data", "amount", "created_at")


def person(i: int) -> list[str]:
    """Row i as it was put into each server, its binary column as digits."""
    return [
        str(i), str(i % 7), f"{PIECES[i % 20]} {i}" if i % 3 else f"Person {i}", f"+1202555{i:04d}",
        f"user{i}@mail.example.com" if i % 11 else "", PIECES[i * 7 % 20] if i % 2 else "",
        bytes([i, 0, 39, 92, 10, 0, 255]).hex() if i % 5 == 0 else "", f"{i / 7:.2f}",
        f"2026-01-{i % 28 + 1:02d} 10:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["mariadb", "postgresql", "postgresql_inserts", "sqlite"])
def test_tables_come_back_as_the_server_held_them(name: str) -> None:
    con, found = read(FIXTURES / f"{name}.sql")
    parts = {part.sheet: part for part in found.parts}
    users = parts["users"]
    assert users.header == HEADINGS
    got = [[cell.replace("\r", "") for cell in row] for row in cells_of(con, users)]
    expected = [person(i) for i in range(1, 21)]
    for row in (*got, *expected):
        row[7] = f"{float(row[7]):.2f}"
        if name == "mariadb":  # mysqldump writes bytes as they are, and they are no UTF-8
            row[6] = str(row[6] == "")
    assert got == expected
    assert {column.header: column.role for column in users.columns}["phone"] == "phone"
    assert parts["leads"].rows == 20
    assert "order" not in parts
    assert found.account is not None
    assert found.account.adds_up
    assert found.account.left_out == 20
    assert any("left out: order (20 rows)" in note for note in found.notes)


def _written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "dump.sql"
    path.write_text(text, encoding=encoding, newline="")
    return path


SERVER = """USE [crm]
GO
CREATE TABLE [dbo].[Contact Person](
\t[Id] [int] IDENTITY(1,1) NOT NULL,
\t[Name] [nvarchar](50) NULL,
\t[E-mail] [nvarchar](100) NULL,
\t[Changed] [datetime] NULL,
\t[Photo] [varbinary](max) NULL,
 CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC)
) ON [PRIMARY]
GO
CREATE PROCEDURE [dbo].[AddOne] AS
INSERT [dbo].[Contact Person] ([Name]) VALUES (N'nobody')
GO
SET IDENTITY_INSERT [dbo].[Contact Person] ON
INSERT [dbo].[Contact Person] ([Id], [Name], [E-mail], [Changed], [Photo]) VALUES (1, N'Zoë O''Hara', N'a1@mail.example', CAST(N'2026-01-02T10:00:00.000' AS DateTime), NULL)
INSERT [dbo].[Contact Person] ([Id], [Name], [E-mail], [Changed], [Photo]) VALUES (2, N'张
三\\', N'a2@mail.example', CAST(0x0000A1B200000000 AS DateTime), 0xFF00FE)
GO
SET IDENTITY_INSERT [dbo].[Contact Person] OFF
GO
"""  # noqa: E501 - lines as the program writes them


def test_sql_server(tmp_path: Path) -> None:
    """Brackets, N'…', GO in place of semicolons, UTF-16; what a procedure would insert is no row."""
    con, found = read(_written(tmp_path, SERVER, "utf-16"))
    (part,) = found.parts
    assert (part.sheet, part.header) == ("Contact Person", ("Id", "Name", "E-mail", "Changed", "Photo"))
    assert cells_of(con, part) == [
        ["1", "Zoë O'Hara", "a1@mail.example", "2026-01-02T10:00:00.000", ""],
        ["2", "张\n三\\", "a2@mail.example", "0000a1b200000000", "ff00fe"],
    ]
    assert found.notes == ()


ORACLE = """REM INSERTING into CRM.PEOPLE: it's a comment
SET DEFINE OFF;
CREATE TABLE "CRM"."PEOPLE" ("ID" NUMBER(10,0), "NAME" VARCHAR2(50 CHAR) DEFAULT 'x,y', "MAIL" VARCHAR2(99), "SINCE" DATE);
Insert into CRM.PEOPLE (ID,NAME,MAIL,SINCE) values (1,'O''Brien','a1@mail.example',to_date('02-JAN-26','DD-MON-RR'));
Insert into CRM.PEOPLE (ID,MAIL,NAME,SINCE) values (2,'a2@mail.example',q'[it's]',null);
Insert into CRM.PEOPLE (ID,NAME,MAIL,SINCE) values (3,'two' || chr(10) || 'lines','a3@mail.example',TIMESTAMP '2026-01-02 10:00:00');
/
"""  # noqa: E501 - lines as the program writes them


def test_oracle(tmp_path: Path) -> None:
    con, found = read(_written(tmp_path, ORACLE))
    (part,) = found.parts
    assert part.sheet == "CRM.PEOPLE"
    assert cells_of(con, part) == [
        ["1", "O'Brien", "a1@mail.example", "02-JAN-26"],
        ["2", "it's", "a2@mail.example", ""],
        ["3", "two\nlines", "a3@mail.example", "2026-01-02 10:00:00"],
    ]


def test_several_databases_and_one_table_of_them(tmp_path: Path) -> None:
    text = "-- MySQL dump 10.13\n" + "".join(
        f"USE `{name}`;\nCREATE TABLE `users` (`id` int, `mail` varchar(99), KEY `k` (`id`));\n"
        f"INSERT INTO `users` VALUES (1,'{name}1@mail.example'),(2,'{name}\\'2@mail.example');\n"
        for name in ("crm", "shop")
    )
    path = _written(tmp_path, text + "-- Dump completed\n")
    con, found = read(path)
    assert [(part.sheet, part.rows) for part in found.parts] == [("crm.users", 2), ("shop.users", 2)]
    assert cells_of(con, found.parts[1])[1] == ["2", "shop'2@mail.example"]
    con, found = read(path, sheet="shop.users", columns={"email": "mail"})
    assert [part.sheet for part in found.parts] == ["shop.users"]
    with pytest.raises(InputRefused, match=r"no table 'people' with rows; its tables are crm.users, shop.users"):
        read(path, sheet="people")


@pytest.mark.parametrize("name", ["mariadb", "postgresql", "sqlite"])
def test_a_cut_end_is_said_and_what_is_complete_is_kept(tmp_path: Path, name: str) -> None:
    """Wherever it is cut, no row is lost or made up that was there before."""
    whole = (FIXTURES / f"{name}.sql").read_bytes()
    start, end = whole.index(b"+12025550002"), whole.rindex(b"+12025550020")
    for cut in range(start + 40, end, (end - start) // 7):
        path = tmp_path / "cut.sql"
        path.write_bytes(whole[:cut])
        con, found = read(path)
        users = next((part for part in found.parts if part.sheet == "users"), None)
        rows = [] if users is None else cells_of(con, users)
        assert [row[3] for row in rows] == [f"+1202555{i:04d}" for i in range(1, len(rows) + 1)]
        assert len(rows) >= whole[:cut].count(b"+1202555") - 2
        assert any("cut off in table users" in note or "is missing" in note for note in found.notes)


def test_damage_amid_rows_costs_its_statement_alone(tmp_path: Path) -> None:
    """A row that cannot be read is passed over up to the next statement, and said."""
    line = "INSERT INTO t (a, mail) VALUES ({0},'m{0}@mail.example');\n"
    text = (
        line.format(1) + "INSERT INTO t (a, mail) VALUES (2,'m2@mail)) oops;\n" + "".join(map(line.format, (3, 4, 5)))
    )
    con, found = read(_written(tmp_path, text))
    mails = [row[1] for row in cells_of(con, found.parts[0])]
    assert mails[0] == "m1@mail.example"
    assert mails[-2:] == ["m4@mail.example", "m5@mail.example"]
    assert any("could not be read in 1 place" in note for note in found.notes)


@pytest.mark.parametrize(
    ("inside", "backslash", "row"),
    [
        ("1,'a',NULL,-2.5", True, ["1", "a", None, "-2.5"]),
        (r"'it\'s','\\','a\nb','x\"y','',''''", True, ["it's", "\\", "a\nb", 'x"y', "", "'"]),
        (r"'c:\',E'a\tb','(,)'", False, ["c:\\", "a\tb", "(,)"]),
        ("_binary 'abc',0x616263,x'00ff',b'1'", True, ["abc", "abc", "00ff", "b'1'"]),
        ("'2026'::date,ARRAY['a','b'],'{\"k\": 1}'::jsonb", False, ["2026", "ARRAY['a','b']", '{"k": 1}']),
        ("unistr('a\\000ab'),replace('a\\nb','\\n',char(10)), N'x' , DEFAULT", False, ["a\nb", "a\nb", "x", None]),
        ('"double ""quoted""",CONVERT(varchar, N\'v\', 1)', True, ['double "quoted"', "v"]),
    ],
)
def test_values(inside: str, backslash: bool, row: list[str | None]) -> None:
    patterns = value_patterns(backslash=backslash)
    found = patterns.row.match(f" ({inside}),")
    assert found is not None
    assert row_of(found[1], patterns) == row


def test_what_is_no_dump_is_read_as_before(tmp_path: Path) -> None:
    """A remark about a statement makes no dump of a list."""
    path = tmp_path / "a.csv"
    path.write_text("name,email,note\nA,a@mail.example,insert into users values (1)\n", "utf-8")
    _, found = read(path)
    assert found.format == "csv"


@pytest.mark.parametrize("name", WRITERS)
def test_each_program_is_read_alike_by_rows_and_by_columns(tmp_path: Path, name: str) -> None:
    """Whoever wrote it, the rows come back; read one at a time and many together they are the same."""
    rows = people(300)
    path = _written(tmp_path, WRITERS[name](rows), "utf-16" if name == "SQL Server" else "utf-8")
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for together in (1, 1 << 40):
        with patch.object(sql_statements, "_TOGETHER", together), patch.object(sql_statements, "_BLOCK", 5_000):
            con, found = read(path)
        (part,) = found.parts
        assert cells_of(con, part) == expected
        assert found.notes == ()


def test_copies_in_other_formats_and_selected_values(tmp_path: Path) -> None:
    """What PostgreSQL copies as CSV, and values that are selected; that rows of another table are missing is said."""
    text = (
        "COPY u (id, name, phone) FROM stdin WITH (FORMAT csv, HEADER true, DELIMITER ';', NULL '\\N');\n"
        'id;name;phone\n1;"a;""b""\n\\.\nc";+12025550101\n2;\\N;+12025550102\n\\.\n'
        "COPY u FROM stdin DELIMITER '|' NULL '';\n3|a\\|b|+12025550103\n\\.\n"
        "INSERT INTO u (id, name, phone)\nSELECT 4 AS id, 'x UNION y' AS name, '+12025550104'\n"
        "UNION ALL SELECT 5, NULL, '+12025550105' FROM dual;\n"
        "INSERT INTO u SELECT id, name, phone FROM old WHERE a = ';';\n"
        "INSERT INTO u VALUES (6,'z','+12025550106');\n"
    )
    con, found = read(_written(tmp_path, text))
    (part,) = found.parts
    assert cells_of(con, part) == [
        ["1", 'a;"b"\n\\.\nc', "+12025550101"], ["2", "", "+12025550102"], ["3", "a|b", "+12025550103"],
        ["4", "x UNION y", "+12025550104"], ["5", "", "+12025550105"], ["6", "z", "+12025550106"],
    ]  # fmt: skip
    assert any("could not be read in 1 place" in note for note in found.notes)


def test_the_end_of_a_copy_is_found_wherever_the_text_is_cut(tmp_path: Path) -> None:
    text = "COPY u (phone) FROM stdin;\n+12025550101\n+12025550102\n\\.\nSELECT 1;\n"
    for size in range(1, 30):
        walk = DumpWalk(iter(text[at : at + size] for at in range(0, len(text), size)), False)
        assert [list(row) for piece in walk for row in piece.rows] == [["+12025550101"], ["+12025550102"]]
        assert walk.cut_in is None
