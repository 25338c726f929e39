"""Copies: everything untouched stays byte for byte; what is put in reads back in its place."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook

from tests.lists.read.reading import xls, zipped
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions
from tracer.lists.write.delimited import raw_fields
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, places
from tracer.lists.write.source import open_template

PHONES = [f"1400{n:07d}" for n in range(1, 31)]


def opened(path: Path) -> tuple[Template, list[SourcePart], list[list[tuple[str | None, ...]]]]:
    """A file as it is read by the case, ready to be copied; its parts and their rows."""
    con = memory_case().con
    read = read_file(con, path, ReadOptions())
    parts = [
        SourcePart(i, part.member, part.sheet, part.format, part.encoding, part.delimiter, part.rows, part.header)
        for i, part in enumerate(read.parts, 1)
    ]
    rows = [con.execute(f"SELECT * EXCLUDE (row) FROM {part.raw_table} ORDER BY row").fetchall() for part in read.parts]
    template = open_template(path.read_bytes(), parts, lambda part: rows[part - 1], path.name)
    return template, parts, rows


def reread(
    tmp_path: Path, template: Template, edits: dict[int, PartEdit], part: int = 1
) -> list[tuple[str | None, ...]]:
    target = tmp_path / f"copy{template.suffix}"
    target.write_bytes(template.render(edits))
    return opened(target)[2][part - 1]


TEXTS = {
    "utf8.csv": ("姓名,手机号,公司\n" + "".join(f"张{i},{p},某某公司\n" for i, p in enumerate(PHONES))).encode(),
    "bom.csv": ("姓名,手机号\r\n" + "".join(f"李{i},{p}\r\n" for i, p in enumerate(PHONES))).encode("utf-8-sig"),
    "gbk.csv": ("姓名;手机号\r\n" + "".join(f"王{i};{p}\r\n" for i, p in enumerate(PHONES))).encode("gb18030"),
    "utf16.tsv": ("姓名\t手机号\n" + "".join(f"赵{i}\t{p}\n" for i, p in enumerate(PHONES))).encode("utf-16"),
    "quoted.csv": ("姓名,手机号,备注\n" + "".join(f'"钱, {i}","{p}","两\n"\n' for i, p in enumerate(PHONES))).encode(),
    "titled.csv": ("客户名单\n\n姓名,手机号\n" + "".join(f"孙{i},{p}\n" for i, p in enumerate(PHONES))).encode(),
    "gaps.csv": ("姓名,手机号\n" + "".join(f"周{i},{p}\n\n,\n" for i, p in enumerate(PHONES))).encode(),
    "open-end.csv": ("姓名,手机号\n" + "\n".join(f"吴{i},{p}" for i, p in enumerate(PHONES))).encode(),
    "numbers.txt": "\n".join(PHONES).encode(),
    "lines.ndjson": "".join(
        json.dumps({"name": f"郑{i}", "phone": p}, ensure_ascii=False) + "\n" for i, p in enumerate(PHONES)
    ).encode(),
    "items.json": json.dumps([{"name": f"冯{i}", "phone": p} for i, p in enumerate(PHONES)], indent=2).encode(),
    "inner.json": json.dumps({"n": 30, "data": [{"name": "陈", "phone": p} for p in PHONES]}).encode(),
    "cards.vcf": "".join(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:褚{i}\r\nTEL;TYPE=CELL:{p}\r\nEND:VCARD\r\n" for i, p in enumerate(PHONES)
    ).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_rows_go_out_and_in_and_the_rest_stays(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes(TEXTS[name])
    template, _, (rows,) = opened(source)
    assert template.suffix == source.suffix
    assert template.render({}) == TEXTS[name], "an unmarked copy is byte-identical"
    phone = next(i for i, cell in enumerate(rows[0]) if cell in PHONES)
    first, last = (
        NewRow(
            before,
            like,
            tuple(number if i == phone else cell for i, cell in enumerate(rows[like - 1])),
            tuple(None if i == phone else like for i in range(len(rows[0]))),
        )
        for before, like, number in ((1, 10, "14009999999"), (31, 21, "14008888888"))
    )
    edit = PartEdit(frozenset({3, 30}), (first, last))
    expected = [first.cells, *rows[:2], *rows[3:29], last.cells]
    assert reread(tmp_path, template, {1: edit}) == expected
    assert places({1: edit}) == {(1, 0): 1, (1, 1): 30}
    copy = template.render({1: edit})
    assert copy.endswith(b"\n") == TEXTS[name].endswith(b"\n")


def test_new_cells_are_quoted_as_their_models_are(tmp_path: Path) -> None:
    source = tmp_path / "mixed.csv"
    source.write_bytes(b'name,phone,note\n"A",14000000001,x\n"B",14000000002,y\n"C",14000000003,z\n')
    template, _, _ = opened(source)
    row = NewRow(2, 1, ("D", "14000000009", "a,b"), (None, None, None))
    assert b'\n"D",14000000009,"a,b"\n"B"' in template.render({1: PartEdit(frozenset(), (row,))})


def workbook(path: Path) -> None:
    """Two sheets with a title, styles, a table of numbers stored as numbers, merged cells and an auto filter."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("名单", 0)
    book.remove(book.worksheets[1])
    sheet.append(["客户名单"])
    sheet.merge_cells("A1:C1")
    sheet.append(["姓名", "手机号", "金额"])
    for i, phone in enumerate(PHONES):
        sheet.append([f"卫{i}", phone if i % 2 else int(phone), i * 1.5])
    sheet.auto_filter.ref = "A2:C32"
    sheet["A2"].font = Font(bold=True)
    other = book.create_sheet("说明")
    other.append(["联系电话", "姓名"])
    other.append(["14007770001", "蒋一"])
    book.save(path)


def test_a_workbook_keeps_all_but_the_rows(tmp_path: Path) -> None:
    source = tmp_path / "list.xlsx"
    workbook(source)
    template, _, rows = opened(source)
    assert template.render({}) == source.read_bytes()
    top = NewRow(1, 1, ("沈甲", "14009999999", "0"), (None, None, 1))
    edit = PartEdit(frozenset({2}), (top, NewRow(31, 2, ("沈乙", "14008888888", "1.5"), (None, None, 2))))
    target = tmp_path / "copy.xlsx"
    target.write_bytes(template.render({1: edit}))
    first = [("沈甲", "14009999999", "0"), rows[0][0], *rows[0][2:], ("沈乙", "14008888888", "1.5")]
    assert opened(target)[2][0] == first
    assert opened(target)[2][1] == rows[1], "the other sheet is as it was"
    book = openpyxl.load_workbook(target)
    sheet = book["名单"]
    assert sheet.auto_filter.ref == "A2:C33"
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["B3"].value == 14009999999, "a number where its model is a number"
    assert sheet["B33"].value == "14008888888", "text where its model is text"
    assert sheet["A2"].font.bold
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target) as new:
        assert old.namelist() == new.namelist()
        strings = {"xl/sharedStrings.xml", *(f"xl/worksheets/sheet{i}.xml" for i in (1, 2))}
        untouched = set(old.namelist()) - strings - {"xl/workbook.xml"}
        assert all(old.read(name) == new.read(name) for name in untouched)
        # Strings are numbered anew, and the filter has a hidden name.
        blank = re.compile(rb"(?<=<v>)\d+(?=</v>)")
        other = "xl/worksheets/sheet2.xml"
        assert blank.sub(b"", old.read(other)) == blank.sub(b"", new.read(other))
        assert new.read("xl/workbook.xml") == old.read("xl/workbook.xml").replace(b"$C$32", b"$C$33")


def test_a_member_of_an_archive_is_marked_and_the_others_stay(tmp_path: Path) -> None:
    source = tmp_path / "lists.zip"
    source.write_bytes(zipped({"one.csv": TEXTS["utf8.csv"], "two.csv": TEXTS["gbk.csv"]}))
    template, parts, _ = opened(source)
    assert [part.member for part in parts] == ["one.csv", "two.csv"]
    copy = template.render({2: PartEdit(frozenset({1}))})
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert archive.read("one.csv") == TEXTS["utf8.csv"]
        assert len(archive.read("two.csv").splitlines()) == 30


def test_parquet_keeps_schema_and_compression(tmp_path: Path) -> None:
    source = tmp_path / "list.parquet"
    table = pa.table({"phone": PHONES, "amount": pa.array(range(30), pa.int32())})
    pq.write_table(table, source, compression="zstd")
    template, _, (rows,) = opened(source)
    row = NewRow(5, 1, ("14009999999", "7"), (None, 8))
    copy = pq.ParquetFile(io.BytesIO(template.render({1: PartEdit(frozenset({1}), (row,))})))
    assert copy.schema_arrow == table.schema
    assert copy.metadata.row_group(0).column(0).compression == "ZSTD"
    assert copy.read().to_pylist()[3] == {"phone": "14009999999", "amount": 7}
    assert copy.read().num_rows == len(rows)


def test_an_old_workbook_becomes_xlsx_and_says_so(tmp_path: Path) -> None:
    source = tmp_path / "list.xls"
    source.write_bytes(xls([("姓名", "手机号"), *((f"韩{i}", p) for i, p in enumerate(PHONES))]))
    template, _, (rows,) = opened(source)
    assert template.suffix == ".xlsx"
    assert "the source is xls" in template.notes[0]
    row = NewRow(1, 1, ("杨甲", "14009999999"), (None, None))
    read = CalamineWorkbook.from_object(io.BytesIO(template.render({1: PartEdit(frozenset({30}), (row,))})))
    assert read.get_sheet_by_name("a").to_python()[:3] == [["姓名", "手机号"], ["杨甲", "14009999999"], [*rows[0]]]


def test_free_text_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "prose.txt"
    source.write_text("".join(f"客户{i}说请打{PHONES[i]}或{PHONES[i + 5]}。\n" for i in range(25)))
    with pytest.raises(InputRefused, match="cannot be told apart"):
        opened(source)


FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=6)


@given(st.lists(FIELD, min_size=1, max_size=6), st.sampled_from([",", "\t", "----"]))
def test_raw_fields_join_to_the_record_they_came_from(cells: list[str], delimiter: str) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    record = delimiter.join(quoted)
    assert raw_fields(record, delimiter, '"') == quoted
    assert delimiter.join(raw_fields(record, delimiter, '"')) == record
