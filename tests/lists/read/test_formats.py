"""Every other format, as other programs write it."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import vobject

from tests.lists.read.reading import (
    HEADER,
    ROWS,
    cells_of,
    named,
    read,
    read_bytes,
    roles,
    written,
    xls,
    xml_sheet,
    zipped,
)
from tracer.errors import InputRefused
from tracer.lists.read.model import Limits

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("name", ["list.xlsx", "list.xls", "list.ods", "list-semicolon.csv"])
def test_what_libreoffice_writes(name: str) -> None:
    con, found = read(FIXTURES / name)
    (part,) = found.parts
    assert part.header == ("姓名", "手机号", "公司", "地址", "登记日期")
    assert part.header_row == 2
    rows = cells_of(con, part)
    assert rows[0] == ["张三", "14000000001", "易卓零一网络科技有限公司", "江苏省南京市玄武区某路1号", "2026-01-02"]
    assert rows[1][3] == "江苏省南京市\n某路2号"


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("名单", 0)
    book.remove(book.worksheets[1])
    for row in (
        ["2026年客户名单"],
        [],
        ["基本信息", None, "联系方式", None, "备注"],
        ["姓名", "公司", "手机", "邮箱", None],
        ["张三", "甲公司", 14000000001, "a@b.com", True],
        ["李四", None, "014000000002", None, 1.5],
        [],
        ["王五", "乙公司", 14000000003.0, None, dt.datetime(2026, 1, 2, 3, 4, 5)],
        ["合计", 3, 1.4e18, None, dt.date(2026, 1, 2)],
    ):
        sheet.append(row)
    for merged in ("A1:E1", "A3:B3", "C3:D3", "E3:E4", "B5:B6"):
        sheet.merge_cells(merged)
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "hidden"
    for row in (["姓名", "手机"], ["赵六", 14000000004]):
        hidden.append(row)
    book.create_sheet("空")
    book.save(path)


def test_workbook_with_titles_merges_and_hidden_sheets(tmp_path: Path) -> None:
    _workbook(tmp_path / "a.xlsx")
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


def test_workbooks_under_each_others_names(tmp_path: Path) -> None:
    _workbook(tmp_path / "new.xls")
    _, found = read(tmp_path / "new.xls")
    assert found.format == "xlsx"
    assert "named .xls but is xlsx" in found.notes[0]
    (tmp_path / "old.xlsx").write_bytes(xls([HEADER, *([row[0], int(row[1]), *row[2:]] for row in ROWS)]))
    con, found = read(tmp_path / "old.xlsx")
    assert found.format == "xls"
    assert cells_of(con, found.parts[0]) == ROWS


def test_xls_that_is_text_or_html(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.xls", written([HEADER, *ROWS], "gb18030", "\t"))
    assert (part.format, cells) == ("tsv", ROWS)
    body = "".join(f"<tr><td>{r[0]}</td><td>{r[1]}</td><td>{r[3]}</td></tr>" for r in ROWS)
    head = "<tr><th colspan=2>客户</th><th rowspan=2>地址</th></tr><tr><th>姓名</th><th>手机</th></tr>"
    page = (
        f'<html><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><table>{head}{body}</table></html>'
    )
    part, cells = read_bytes(tmp_path, "b.xls", page.encode("gbk"))
    assert (part.format, part.encoding) == ("html", "gb18030")
    assert part.header == ("客户 姓名", "客户 手机", "地址")
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
    assert cells[0][1] == "+8614000000002"
    assert cells[0][-1] == "a, b\nc"
    assert named(part)["TEL"] == "phone"


def test_json_in_its_shapes(tmp_path: Path) -> None:
    records = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    texts = {
        "a.json": json.dumps(records, ensure_ascii=False).encode("gb18030"),
        "b.ndjson": "\n".join(json.dumps(r) for r in records).encode(),
        "c.json": json.dumps({"code": 0, "data": {"total": 30, "list": records}}, indent=1).encode("utf-8-sig"),
        "d.json": "\n".join(json.dumps(r) for r in records).encode(),
    }
    for name, data in texts.items():
        part, cells = read_bytes(tmp_path, name, data)
        assert part.header == tuple(HEADER)
        assert cells == ROWS, name
    nested = [
        {"name": "张三", "contact": {"phone": 14000000001, "emails": ["a@b.com", "c@d.com"]}},
        {"name": None, "x/y~": "1"},
    ]
    part, cells = read_bytes(tmp_path, "e.json", json.dumps(nested).encode())
    assert part.header == ("name", "contact.phone", "contact.emails", "x/y~")
    assert cells == [["张三", "14000000001", "a@b.com;c@d.com", ""], ["", "", "", "1"]]


def test_parquet_from_pandas(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "name": ["张三", None, "王五"],
            "phone": [14000000001.0, float("nan"), 14000000003.0],
            "when": pd.Series([dt.datetime(2026, 1, 1), None, dt.datetime(2026, 1, 2, 3, 4, 5)]),
            "tags": [["a", "b"], None, []],
            "more": [{"x": 1, "y": "q"}, None, {"x": 2, "y": "r"}],
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    con, found = read(tmp_path / "a.parquet")
    assert found.parts[0].header == ("name", "phone", "when", "tags", "more.x", "more.y")
    assert cells_of(con, found.parts[0]) == [
        ["张三", "14000000001", "2026-01-01", "a;b", "1", "q"],
        ["王五", "14000000003", "2026-01-02 03:04:05", "", "2", "r"],
    ]


class _Gbk(zipfile.ZipInfo):
    """A member whose name is written in GBK without the UTF-8 flag, as Chinese Windows does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's name
        return self.filename.encode("gbk"), self.flag_bits


def test_archives(tmp_path: Path) -> None:
    _workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_Gbk("名单/客户.csv"), written([HEADER, *ROWS], "gb18030"))
        archive.write(tmp_path / "a.xlsx", "b.xlsx")
        archive.writestr("inner.zip", zipped({"nums.txt": "\n".join(row[1] for row in ROWS)}))
        for name in ("__MACOSX/._a.csv", ".DS_Store", "Thumbs.db", "pic.jpg", "说明.txt"):
            archive.writestr(name, "x")
    con, found = read(tmp_path / "a.zip")
    parts = [("名单/客户.csv", None), ("b.xlsx", "名单"), ("b.xlsx", "隐藏"), ("inner.zip/nums.txt", None)]
    assert [(part.member, part.sheet) for part in found.parts] == parts
    assert found.format == "zip"
    assert cells_of(con, found.parts[0]) == ROWS
    assert "Thumbs.db" in found.notes[0]


def test_workbook_in_an_archive_is_limited(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.xlsx": b"PK\x03\x04" + b"x" * 5_000}))
    with pytest.raises(InputRefused, match="MiB in one document"):
        read(tmp_path / "a.zip", Limits(held_bytes=1_000))


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
