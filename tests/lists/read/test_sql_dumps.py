"""SQL dumps: the tables that the servers held come back, row for row, whatever the dialect, and a cut end is said.

The dumps in `fixtures` were written by MariaDB 11.8, PostgreSQL 15 and SQLite 3.46 of twenty invented people, whose
names and notes are what dumps escape; others are written here as their programs do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.lists.read.reading import cells_of, read
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.lists.read import tables
from tracer.lists.read.sql_values import row_of, value_patterns
from tracer.lists.read.tables import DumpWalk

Cell = int | str | None
Row = tuple[int, int | None, str, str, str | None, str | None, str]
COLUMNS = ("id", "tenant", "name", "phone", "email", "note", "amount")
PIECES = (
    "O'Brien", "back\\slash", "tab\there", "line\nbreak", "semi;colon", "paren),(1,'x'", "-- no comment", "/* not */",
    "张三", "Ægir “q”", 'dq"dq', "", "percent%", "\\N", "NULL", "a\nb", "`tick`", "[br]", "emoji 😀", "trail\\",
    # These are not in the fixtures.
    "''", "');", "VALUES (", "UNION ALL SELECT", "\\'", "it''s", " lead", "trail ", "~", "|", "a,b",
    "a;\nINSERT INTO users VALUES (9,'x');", "\\.", "\n\\.\n", "$1", "q'[x]'", "E'\\n'", "0x41", "12", "#", "{}",
    '{"a": "b\\n\'c"}', "-- Dump completed",
)  # fmt: skip


def people(count: int) -> list[Row]:
    """So many rows, the same ones each time; a third of them plain."""
    rows: list[Row] = []
    for i in range(1, count + 1):
        piece = PIECES[i * 7 % len(PIECES)]
        rows.append((
            i, i % 7 or None, f"{PIECES[i % len(PIECES)]} {i}" if i % 3 == 1 else f"Person {i}",
            f"+1202555{i % 10_000:04d}", f"u{i}@mail.example.com" if i % 11 else None,
            None if i % 4 == 0 else piece if i % 3 == 2 else f"Note {i}", f"{i % 1000}.{i % 90 + 10}",
        ))  # fmt: skip
    return rows


def _quoting(*escapes: tuple[str, str], start: str = "'", end: str = "'", null: str = "NULL") -> Callable[[Cell], str]:
    def literal(cell: Cell) -> str:
        if not isinstance(cell, str):
            return null if cell is None else str(cell)
        for char, escape in escapes:
            cell = cell.replace(char, escape)
        return f"{start}{cell}{end}"

    return literal


_SLASHED = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"))
_LITERALS = {
    "slashed": _quoting(*_SLASHED, ("'", "\\'"), ('"', '\\"')),
    "copied": _quoting(*_SLASHED, ("\t", "\\t"), start="", end="", null="\\N"),
    "doubled": _quoting(("'", "''")),
    "doubled, N": _quoting(("'", "''"), start="N'"),
    "doubled, null": _quoting(("'", "''"), null="null"),
}
_WRITTEN = {
    "{plain}": ", ".join(COLUMNS), "{ticks}": f"`{'`, `'.join(COLUMNS)}`", "{brackets}": f"[{'], ['.join(COLUMNS)}]",
    "{close}": ",".join(COLUMNS), "{upper}": ",".join(COLUMNS).upper(),
    "{ddl}": "id int, tenant int, name varchar(90), phone varchar(20), email varchar(60), note text,"
             " amount decimal(9,2)",
}  # fmt: skip
PROGRAMS = toml_of((Path(__file__).parent / "dump_writers.toml").read_text("utf-8"))


def dump_of(program: str, rows: Sequence[Row]) -> str:
    """The rows as a program dumps them."""
    how = {"begin": "", "head": "", "row": "({})", "separator": ", ", "between": ",\n", "end": ";\n", "tail": ""}
    how |= {key: text for key, text in PROGRAMS[program].items() if isinstance(text, str)}
    for mark, columns in _WRITTEN.items():
        how = {key: text.replace(mark, columns) for key, text in how.items()}
    literal, together = _LITERALS[how["literal"]], PROGRAMS[program].get("together", 1)
    written = [how["row"].replace("{}", how["separator"].join(map(literal, row))) for row in rows]
    pieces = (how["between"].join(written[at : at + together]) for at in range(0, len(rows), together))
    return "".join([how["head"], *(how["begin"] + piece + how["end"] for piece in pieces), how["tail"]])


FIXTURES = Path(__file__).parent / "fixtures"
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
@pytest.mark.parametrize("together", [1, 1 << 40])
def test_tables_come_back_as_the_server_held_them(name: str, together: int) -> None:
    """Read one row at a time, and many together."""
    with patch.object(tables, "_TOGETHER", together):
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
    assert (users.columns[3].role, parts["leads"].rows, "order" in parts) == ("phone", 20, False)
    assert any("left out: order (20 rows)" in note for note in found.notes)


def _written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "dump.sql"
    path.write_text(text, encoding=encoding, newline="")
    return path


def test_what_a_procedure_would_insert_is_no_row_and_columns_come_in_any_order(tmp_path: Path) -> None:
    text = (
        "USE [crm]\nGO\nCREATE TABLE [dbo].[Contact Person](\n\t[Id] [int] IDENTITY(1,1) NOT NULL,\n"
        "\t[E-mail] [nvarchar](100) NULL,\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([Id] ASC)\n) ON [PRIMARY]\nGO\n"
        "CREATE PROCEDURE [dbo].[AddOne] AS\nINSERT [dbo].[Contact Person] ([E-mail]) VALUES (N'nobody')\nGO\n"
        "INSERT [dbo].[Contact Person] ([Id], [E-mail]) VALUES (1, N'a1@mail.example')\n"
        "INSERT [dbo].[Contact Person] ([E-mail], [Name], [Id]) VALUES (N'a2@mail.example', N'张\n三\\', 2)\nGO\n"
    )
    con, found = read(_written(tmp_path, text, "utf-16"))
    (part,) = found.parts
    assert (part.sheet, part.header) == ("Contact Person", ("Id", "E-mail", "Name"))
    assert cells_of(con, part) == [["1", "a1@mail.example", ""], ["2", "a2@mail.example", "张\n三\\"]]
    assert found.notes == ()


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
    broken = "INSERT INTO t (a, mail) VALUES (2,'m2@mail)) oops;\n"
    con, found = read(_written(tmp_path, line.format(1) + broken + "".join(map(line.format, (3, 4, 5)))))
    first, *_, fourth, fifth = (row[1] for row in cells_of(con, found.parts[0]))
    assert [first, fourth, fifth] == [f"m{at}@mail.example" for at in (1, 4, 5)]
    assert any("could not be read in 1 place" in note for note in found.notes)


@pytest.mark.parametrize(("inside", "backslash", "row"), [
    ("1,'a',NULL,-2.5", True, ["1", "a", None, "-2.5"]),
    (r"'it\'s','\\','a\nb','x\"y','',''''", True, ["it's", "\\", "a\nb", 'x"y', "", "'"]),
    (r"'c:\',E'a\tb','(,)'", False, ["c:\\", "a\tb", "(,)"]),
    ("_binary 'abc',0x616263,x'00ff',b'1'", True, ["abc", "abc", "00ff", "b'1'"]),
    ("'2026'::date,ARRAY['a','b'],'{\"k\": 1}'::jsonb", False, ["2026", "ARRAY['a','b']", '{"k": 1}']),
    ("unistr('a\\000ab'),replace('a\\nb','\\n',char(10)), N'x' , DEFAULT", False, ["a\nb", "a\nb", "x", None]),
    ("CAST(N'2026-01-02' AS DateTime),CAST(0x0000A1 AS DateTime),0xFF00FE", False,
     ["2026-01-02", "0000a1", "ff00fe"]),
    ("to_date('02-JAN-26','DD-MON-RR'),q'[it's]',null", False, ["02-JAN-26", "it's", None]),
    ("'two' || chr(10) || 'lines',TIMESTAMP '2026-01-02 10:00'", False, ["two\nlines", "2026-01-02 10:00"]),
    ('"double ""quoted""",CONVERT(varchar, N\'v\', 1)', True, ['double "quoted"', "v"]),
])  # fmt: skip
def test_values(inside: str, backslash: bool, row: list[str | None]) -> None:
    patterns = value_patterns(backslash=backslash)
    found = patterns.row.match(f" ({inside}),")
    assert found is not None
    assert row_of(found[1], patterns) == row


def test_a_remark_about_a_statement_makes_no_dump_of_a_list(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,email,note\nA,a@mail.example,insert into users values (1)\n", "utf-8")
    assert read(tmp_path / "a.csv")[1].format == "csv"


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_is_read_alike_by_rows_and_by_columns(tmp_path: Path, name: str) -> None:
    """Whoever wrote it, the rows come back; read one at a time and many together they are the same."""
    rows = people(300)
    path = _written(tmp_path, dump_of(name, rows), "utf-16" if name == "SQL Server" else "utf-8")
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    for together in (1, 1 << 40):
        with patch.object(tables, "_TOGETHER", together), patch.object(tables, "_BLOCK", 5_000):
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
