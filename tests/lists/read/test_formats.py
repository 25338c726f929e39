"""Every other format, as other programs write it; databases with what is left out, and tables of PDFs.

The dBase tables in `fixtures` were written by the package dbf 0.99: `cyrillic` is dBase III in Windows-1251 with a
deleted record, `foxpro` Visual FoxPro in GBK with numbers, moments and a memo.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import typst
import vobject
from pypdf import PdfReader, PdfWriter

from tests.lists.read.reading import HEADER, ROWS, cells_of, read, read_bytes, roles, written, xls, xlsx, xml_sheet
from tests.lists.read.test_refusals import refusal
from tracer.errors import InputRefused

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("name", ["list.xlsx", "list.xls", "list.ods", "list-semicolon.csv"])
def test_what_libreoffice_writes(name: str) -> None:
    con, found = read(FIXTURES / name)
    (part,) = found.parts
    assert (part.header, part.header_row) == (("姓名", "手机号", "公司", "地址", "登记日期"), 2)
    rows = cells_of(con, part)
    assert rows[0] == ["张三", "14000000001", "易卓零一网络科技有限公司", "江苏省南京市玄武区某路1号", "2026-01-02"]
    assert rows[1][3] == "江苏省南京市\n某路2号"


def test_workbook_with_titles_merges_and_hidden_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet, hidden = book.create_sheet("名单", 0), book.create_sheet("隐藏")
    del book["Sheet"]
    hidden.sheet_state = "hidden"
    for row in (
        ["2026年客户名单"], [], ["基本信息", None, "联系方式", None, "备注"], ["姓名", "公司", "手机", "邮箱", None],
        ["张三", "甲公司", 14000000001, "a@b.com", True], ["李四", None, "014000000002", None, 1.5], [],
        ["王五", "乙公司", 14000000003.0, None, dt.datetime(2026, 1, 2, 3, 4, 5)],
        ["合计", 3, 1.4e18, None, dt.date(2026, 1, 2)],
    ):  # fmt: skip
        sheet.append(row)
    for merged in ("A1:E1", "A3:B3", "C3:D3", "E3:E4", "B5:B6"):
        sheet.merge_cells(merged)
    for row in (["姓名", "手机"], ["赵六", 14000000004]):
        hidden.append(row)
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    con, found = read(tmp_path / "a.xlsx")
    first, second = found.parts
    assert first.header == ("基本信息 姓名", "基本信息 公司", "联系方式 手机", "联系方式 邮箱", "备注")
    assert [role for role, _ in roles(first)] == ["name", "organisation", "phone", "email", "other"]
    assert (first.sheet, first.hidden, first.header_row) == ("名单", False, 4)
    assert cells_of(con, first) == [
        ["张三", "甲公司", "14000000001", "a@b.com", "TRUE"],
        ["李四", "甲公司", "014000000002", "", "1.5"],
        ["王五", "乙公司", "14000000003", "", "2026-01-02 03:04:05"],
        ["合计", "3", "1.40000000000000E+18", "", "2026-01-02"],
    ]
    assert (second.sheet, second.hidden, second.rows) == ("隐藏", True, 1)
    assert found.notes == ("a.xlsx:空: no data rows; skipped",)
    _, only = read(tmp_path / "a.xlsx", sheet="隐藏")
    assert [part.sheet for part in only.parts] == ["隐藏"]
    with pytest.raises(InputRefused, match="unknown sheet '隐藏的'; did you mean '隐藏'"):
        read(tmp_path / "a.xlsx", sheet="隐藏的")


def test_workbooks_and_texts_under_each_others_names(tmp_path: Path) -> None:
    (tmp_path / "new.xls").write_bytes(xlsx([HEADER, *ROWS]))
    _, found = read(tmp_path / "new.xls")
    assert (found.format, "named .xls but is xlsx" in found.notes[0]) == ("xlsx", True)
    (tmp_path / "old.xlsx").write_bytes(xls([HEADER, *([row[0], int(row[1]), *row[2:]] for row in ROWS)]))
    con, found = read(tmp_path / "old.xlsx")
    assert (found.format, cells_of(con, found.parts[0])) == ("xls", ROWS)
    part, cells = read_bytes(tmp_path, "a.xls", written([HEADER, *ROWS], "gb18030", "\t"))
    assert (part.format, cells) == ("tsv", ROWS)
    body = "".join(f"<tr><td>{r[0]}</td><td>{r[1]}</td><td>{r[3]}</td></tr>" for r in ROWS)
    head = "<tr><th colspan=2>客户</th><th rowspan=2>地址</th></tr><tr><th>姓名</th><th>手机</th></tr>"
    page = (
        f'<html><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><table>{head}{body}</table></html>'
    )
    part, cells = read_bytes(tmp_path, "b.xls", page.encode("gbk"))
    assert (part.format, part.encoding, part.header) == ("html", "gb18030", ("客户 姓名", "客户 手机", "地址"))
    assert cells == [[r[0], r[1], r[3]] for r in ROWS]
    sheet = xml_sheet([["姓名", "手机"], ["张三", "14000000001"]]).replace('"String">14', '"Number">14')
    sheet = sheet.replace("</Cell><Cell>", '</Cell><Cell ss:Index="3">')
    part, cells = read_bytes(tmp_path, "c.xls", sheet.encode())
    assert (part.sheet, cells) == ("S", [["张三", "", "14000000001"]])


def test_vcards_of_three_versions(tmp_path: Path) -> None:
    old = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=D5=C5;=\r\n=C8=FD;;;\r\n"
        b"TEL;CELL:14000000001\r\nTEL;WORK:021-58880000\r\n"
        b"PHOTO;ENCODING=BASE64;JPEG:\r\n  /9j/4AAQ\r\n\r\nEND:VCARD\r\n"
    )
    part, cells = read_bytes(tmp_path, "a.vcf", old)
    assert dict(zip(part.header, cells[0], strict=True))["FN"] == "张三"
    assert cells[0][1] == "14000000001;021-58880000"
    card = vobject.vCard()
    card.add("fn").value = "张三"
    card.add("n").value = vobject.vcard.Name(family="张", given="三")
    card.add("tel").value = "14000000001"
    card.add("org").value = ["易卓网络科技有限公司", "销售部" * 30]
    part, cells = read_bytes(tmp_path, "b.vcf", card.serialize().encode())
    assert cells[0][:2] == ["张三", "14000000001"]
    assert cells[0][3] == "易卓网络科技有限公司 " + "销售部" * 30
    new = "BEGIN:VCARD\nVERSION:4.0\nFN:Li\nitem1.TEL;VALUE=uri:tel:+8614000000002\nNOTE:a\\, b\\nc\nEND:VCARD\n"
    part, cells = read_bytes(tmp_path, "c.vcf", new.encode())
    assert (cells[0][1], cells[0][-1]) == ("+8614000000002", "a, b\nc")
    assert ("TEL", "phone") in [(column.header, column.role) for column in part.columns]


def test_json_in_its_shapes(tmp_path: Path) -> None:
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    lines = "\n".join(json.dumps(record) for record in records).encode()
    for name, data in {
        "a.json": json.dumps(records, ensure_ascii=False).encode("gb18030"), "b.ndjson": lines, "d.json": lines,
        "f.json": "\n".join(json.dumps(record, indent=2) for record in records).encode(),
        "g.json": ",\n".join(json.dumps(record) for record in [*records, {}]).encode() + b",\n",
        "h.json": b"[" + b",\n".join(json.dumps(record).encode() for record in records) + b",\n]\n",
        "i.json": (json.dumps(records[:10]) + json.dumps(records[10:])).encode(),
        "j.json": "".join(json.dumps({"n": at, "list": [one]}, indent=1) for at, one in enumerate(records)).encode(),
        "c.json": json.dumps({"code": 0, "data": {"total": 30, "list": records}}, indent=1).encode("utf-8-sig"),
    }.items():  # fmt: skip
        part, cells = read_bytes(tmp_path, name, data)
        assert (part.header, cells) == (tuple(HEADER), ROWS), name
    contact = {"phone": 14000000001, "emails": ["a@b.com", "c@d.com"]}
    nested = [{"name": "张三", "contact": contact}, {"name": None, "x/y~": "1"}]
    part, cells = read_bytes(tmp_path, "e.json", json.dumps(nested).encode())
    assert part.header == ("name", "contact.phone", "contact.emails", "x/y~")
    assert cells == [["张三", "14000000001", "a@b.com;c@d.com", ""], ["", "", "", "1"]]


def test_json_objects_that_are_kept_by_their_ids(tmp_path: Path) -> None:
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    users = {f"-N{at}": record for at, record in enumerate(records)}
    prices = {f"-P{at}": {"sum": at, "for": "-N1"} for at in range(50)}
    expected = [[f"-N{at}", *row] for at, row in enumerate(ROWS)]
    for document in (users, {"users": users}, {"prices": prices, "users": users}, {"users": users, "admins": users}):
        part, cells = read_bytes(tmp_path, "a.json", json.dumps(document).encode())
        assert (part.header, cells) == (("id", *HEADER), expected)
        assert roles(part)[:3] == [("id", "header"), ("name", "header"), ("phone", "header")]
    assert part.account is not None
    assert part.account.left_out == len(ROWS)
    part, cells = read_bytes(
        tmp_path, "b.json", json.dumps({row[1]: {"id": 1, "name": row[0]} for row in ROWS}).encode()
    )
    assert (part.header, cells[0]) == (("key", "id", "name"), [ROWS[0][1], "1", ROWS[0][0]])
    assert roles(part)[0] == ("phone", "content")
    (tmp_path / "c.json").write_text(pd.DataFrame(ROWS, columns=HEADER).to_json())
    con, found = read(tmp_path / "c.json")
    assert (found.parts[0].header, cells_of(con, found.parts[0])) == (tuple(HEADER), ROWS)
    one = {"name": "Ann", "phone": "14000000001", "home": {"city": "X"}, "work": {"city": "Y"}}
    part, cells = read_bytes(tmp_path, "d.json", json.dumps(one).encode())
    assert cells == [["Ann", "14000000001", "X", "Y"]]


def test_json_rows_have_headings_as_those_of_any_table(tmp_path: Path) -> None:
    titled = [["Kunden 2026"], [], HEADER, *([row[0], int(row[1]), [row[2], None, "B"], *row[3:]] for row in ROWS)]
    for document in (titled, {"range": "A1:E33", "values": titled, "more": [{"at": 1}] * 90}):
        part, cells = read_bytes(tmp_path, "a.json", json.dumps(document).encode())
        assert (part.header, cells) == (tuple(HEADER), [[*row[:2], f"{row[2]};B", *row[3:]] for row in ROWS])
    part, cells = read_bytes(tmp_path, "a.json", json.dumps(ROWS).encode())
    assert (part.header, cells, part.columns[1].role) == (("",) * 5, ROWS, "phone")


def test_parquet_from_pandas(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "name": ["张三", None, "王五"], "phone": [14000000001.0, float("nan"), 14000000003.0],
        "when": pd.Series([dt.datetime(2026, 1, 1), None, dt.datetime(2026, 1, 2, 3, 4, 5)]),
        "tags": [["a", "b"], None, []], "more": [{"x": 1, "y": "q"}, None, {"x": 2, "y": "r"}],
    })  # fmt: skip
    frame.to_parquet(tmp_path / "a.parquet")
    con, found = read(tmp_path / "a.parquet")
    assert found.parts[0].header == ("name", "phone", "when", "tags", "more.x", "more.y")
    assert cells_of(con, found.parts[0]) == [
        ["张三", "14000000001", "2026-01-01", "a;b", "1", "q"],
        ["王五", "14000000003", "2026-01-02 03:04:05", "", "2", "r"],
    ]


def test_lines_that_are_no_json_are_rows_of_their_own(tmp_path: Path) -> None:
    """A dump that was cut off, and copied wrongly in the middle: what can be read is read, the rest is kept."""
    path = tmp_path / "dump.ndjson"
    good = [json.dumps({"name": name, "phone": f"1400000000{i}"}) for i, name in enumerate("甲乙丙丁")]
    path.write_text("\n".join([good[0], good[1][:-9], "", good[2], '{"phone": NaN}', good[3], good[3][:7]]), "utf-8")
    with pytest.raises(InputRefused, match="damaged"):
        (tmp_path / "worse.ndjson").write_text("\n".join([good[0], good[1], "{", "{", "{"]), "utf-8")
        read(tmp_path / "worse.ndjson")
    con, found = read(path)
    (part,) = found.parts
    assert part.header == ("name", "phone", "no JSON")
    rows = con.execute(f"SELECT c0, c1, c2 FROM {part.raw_table} ORDER BY row").fetchall()
    assert [row[1] for row in rows] == ["14000000000", None, "14000000002", None, "14000000003", None]
    assert [row[2] for row in rows] == [None, good[1][:-9], None, '{"phone": NaN}', None, good[3][:7]]
    assert "3 of 6 lines are not JSON (the first is line 2)" in found.notes[0]


@pytest.mark.parametrize("declared", ["GBK", "gb2312", "UTFm8"])
def test_an_excel_xml_in_an_encoding_that_the_parser_does_not_know(tmp_path: Path, declared: str) -> None:
    text = xml_sheet([HEADER, *ROWS], declared)
    _, found = read_bytes(tmp_path, "a.xls", text.encode("utf-8" if declared == "UTFm8" else "gbk"))
    assert found == [list(row) for row in ROWS]


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
        assert people.columns[2].role == "phone"
        assert cells_of(con, people) == [
            [str(row[0]), *(cell or "" for cell in row[1:4]), "00ff" if row[4] else ""] for row in PEOPLE
        ]
        assert cells_of(con, leads) == [["a@mail.example.com", "2"], ["b@mail.example.com", "1.5"]]
        assert any("left out: settings (1 rows)" in note for note in found.notes)
    _, found = read(database, sheet='le"ads')
    assert [part.sheet for part in found.parts] == ['le"ads']
    assert "its tables are people" in refusal(database, sheet="other")


def test_an_sqlite_file_that_is_damaged_or_not_whole(tmp_path: Path, database: Path) -> None:
    whole = database.read_bytes()
    for spoilt in (whole[:150], whole[:5_000], whole[:70_000], whole[:20_000] + b"\xff" * 20_000 + whole[40_000:]):
        (tmp_path / "a.db").write_bytes(spoilt)
        assert "damaged or cut off" in refusal(tmp_path / "a.db")
    (tmp_path / "crm.db-wal").write_bytes(b"x" * 100)
    assert any("crm.db-wal next to it holds changes" in note for note in read(database)[1].notes)


def test_dbase_tables() -> None:
    con, found = read(FIXTURES / "cyrillic.dbf")
    (part,) = found.parts
    assert part.encoding == "windows-1251"
    assert cells_of(con, part) == [
        ["Иван Петров", "+12025550101", "u1@mail.example.com", "2026-01-02", "1.50", "T"],
        ["Ольга Ким", "+12025550102", "", "2026-01-03", "20.00", "F"],
        ["Пётр, сын", "+12025550103", "u3@mail.example.com", "", "3.00", ""],
    ]
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


# Tables of PDFs: rows and columns from where the texts are; that it is approximate is said.

PRINTED_HEADER = ["姓名", "手机号", "Mail", "Ort"]
PRINTED = [
    [f"张三{i}" if i % 2 else f"Zoë Person {i}", f"1400{i:07d}", f"u{i}@mail.example.com" if i % 3 else "",
     ("Köln", "Bad Homburg", "杭州")[i % 3]]
    for i in range(1, 121)
]  # fmt: skip


def printed(rows: list[list[str]], *, width: int = 4, before: str = "") -> bytes:
    """A table as typst prints it: over several pages with numbers, the header on each, figures to the right."""
    cells = ", ".join("[" + cell.replace("@", "\\@") + "]" for row in rows for cell in row)
    head = f"table.header({', '.join(f'[{name}]' for name in PRINTED_HEADER[:width])})"
    align = "(left, right, left, left)" if width == 4 else "left"
    source = f"""#set page(height: 12cm, numbering: "1 / 1", header: [Kontakte 2026])
    {before}
    #table(columns: {width}, stroke: none, align: {align}, {head}, {cells})"""
    return bytes(typst.compile(source.encode()))


def test_a_table_over_several_pages(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(printed(PRINTED, before="Liste der Kunden"))
    con, found = read(tmp_path / "a.pdf")
    (part,) = found.parts
    assert (part.format, list(part.header)) == ("pdf", PRINTED_HEADER)
    assert cells_of(con, part) == PRINTED
    assert found.account is not None
    assert found.account.left_out >= 10
    assert any("approximately" in note and "120 rows" in note for note in found.notes)


def test_rows_that_look_like_page_numbers_stay(tmp_path: Path) -> None:
    """Two columns: what is printed at the end of each page is like every other row."""
    rows = [[f"Person {i}", f"1400{i:07d}"] for i in range(1, 101)]
    (tmp_path / "a.pdf").write_bytes(printed(rows, width=2))
    con, found = read(tmp_path / "a.pdf")
    assert cells_of(con, found.parts[0]) == rows


def test_a_cell_of_several_lines_is_one_cell_where_cells_are_drawn(tmp_path: Path) -> None:
    rows = [
        [f"杭州某某网络科技有限公司第{i:02d}分店", f"1400{i:07d}", f"a{i:02d}.rather.long@mail.example.com"]
        for i in range(40)
    ]
    mails = [row[2].replace(".", ".#linebreak()").replace("@", "#linebreak()\\@") for row in rows]
    cells = ", ".join(f"[{row[0]}], [{row[1]}], [{mail}]" for row, mail in zip(rows, mails, strict=True))
    source = f"""#set page(height: 12cm, width: 11cm, margin: 1cm, footer: [Kontakte])
    #set table.cell(breakable: false)
    #table(columns: (3cm, auto, 3cm), table.header([公司], [手机号], [Mail]), {cells})"""
    (tmp_path / "a.pdf").write_bytes(typst.compile(source.encode()))
    con, found = read(tmp_path / "a.pdf")
    (part,) = found.parts
    assert cells_of(con, part) == rows
    (tmp_path / "b.pdf").write_bytes(typst.compile(source.replace("breakable: false", "breakable: true").encode()))
    con, over_pages = read(tmp_path / "b.pdf")
    numbers = [row[1] for row in cells_of(con, over_pages.parts[0])]
    assert [number for number in numbers if number] == [row[1] for row in rows], "no number is lost between two pages"
    assert any("as they are drawn" in note and "40 rows" in note for note in found.notes)


def test_a_pdf_that_is_cut_off_or_locked_or_has_no_text(tmp_path: Path) -> None:
    whole = printed(PRINTED)
    for size in (0.3, 0.9):
        (tmp_path / "a.pdf").write_bytes(whole[: int(len(whole) * size)])
        assert "the PDF is damaged or cut off" in refusal(tmp_path / "a.pdf")
    for password, says in (("secret", "protected by a password"), (None, "its pages are pictures")):
        writer, out = PdfWriter(), io.BytesIO()
        if password is None:
            writer.add_blank_page(200, 200)
        else:
            writer.append(PdfReader(io.BytesIO(whole)))
            writer.encrypt(password, algorithm="AES-256")
        writer.write(out)
        (tmp_path / "a.pdf").write_bytes(out.getvalue())
        assert says in refusal(tmp_path / "a.pdf")
