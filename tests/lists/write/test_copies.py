"""Copies: everything untouched stays byte for byte; what is put in reads back in its place."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from tests.lists.loading import load_text
from tests.lists.read.reading import read, xls, zipped
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, places
from tracer.lists.write.source import open_template, without_columns
from tracer.marking.persona.source_list import read_source_list

PHONES = [f"1400{n:07d}" for n in range(1, 31)]


def opened(path: Path) -> tuple[Template, list[SourcePart], list[list[tuple[str | None, ...]]]]:
    """A file as it is read by the case, ready to be copied; its parts and their rows."""
    con, found = read(path)
    parts = [
        SourcePart(i, part.member, part.sheet, part.format, part.encoding, part.delimiter, part.rows, part.header)
        for i, part in enumerate(found.parts, 1)
    ]
    rows = [
        con.execute(f"SELECT * EXCLUDE (row) FROM {part.raw_table} ORDER BY row").fetchall() for part in found.parts
    ]
    template = open_template(path.read_bytes(), parts, lambda part: rows[part - 1], path.name)
    return template, parts, rows


TEXTS = {
    "utf8.csv": ("姓名,手机号,公司\n" + "".join(f"张{i},{p},某某公司\n" for i, p in enumerate(PHONES))).encode(),
    "bom.csv": ("姓名,手机号\r\n" + "".join(f"李{i},{p}\r\n" for i, p in enumerate(PHONES))).encode("utf-8-sig"),
    "gbk.csv": ("姓名;手机号\r\n" + "".join(f"王{i};{p}\r\n" for i, p in enumerate(PHONES))).encode("gb18030"),
    "utf16.tsv": ("姓名\t手机号\n" + "".join(f"赵{i}\t{p}\n" for i, p in enumerate(PHONES))).encode("utf-16"),
    "quoted.csv": ("姓名,手机号,备注\n" + "".join(f'"钱, {i}","{p}","两\n"\n' for i, p in enumerate(PHONES))).encode(),
    "escaped.csv": "".join(f'"钱 \\"{i}\\", A","{p}",\\N,"\\""\n' for i, p in enumerate(PHONES)).encode(),
    "titled.csv": ("客户名单\n\n姓名,手机号\n" + "".join(f"孙{i},{p}\n" for i, p in enumerate(PHONES))).encode(),
    "gaps.csv": ("姓名,手机号\n" + "".join(f"周{i},{p}\n\n,\n" for i, p in enumerate(PHONES))).encode(),
    "open-end.csv": ("姓名,手机号\n" + "\n".join(f"吴{i},{p}" for i, p in enumerate(PHONES))).encode(),
    "numbers.txt": "\n".join(PHONES).encode(),
    "lines.ndjson": "".join(
        json.dumps({"name": f"郑{i}", "phone": p}, ensure_ascii=False) + "\n" for i, p in enumerate(PHONES)
    ).encode(),
    "items.json": json.dumps([{"name": f"冯{i}", "phone": p} for i, p in enumerate(PHONES)], indent=2).encode(),
    "one-after-another.json": "\n".join(json.dumps({"name": "冯", "phone": p}, indent=2) for p in PHONES).encode(),
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

    def new(before: int, like: int, number: str) -> NewRow:
        cells, taken = list(rows[like - 1]), [like if i != phone else None for i in range(len(rows[0]))]
        cells[phone] = number
        return NewRow(before, like, tuple(cells), tuple(taken))

    first, last = new(1, 10, "14009999999"), new(31, 21, "14008888888")
    edit = PartEdit(frozenset({3, 30}), (first, last))
    expected = [first.cells, *rows[:2], *rows[3:29], last.cells]
    assert places({1: edit}) == {(1, 0): 1, (1, 1): 30}
    copy = template.render({1: edit})
    source.write_bytes(copy)
    assert opened(source)[2][0] == expected
    assert copy.endswith(b"\n") == TEXTS[name].endswith(b"\n")


def test_new_cells_are_quoted_as_their_models_are(tmp_path: Path) -> None:
    source = tmp_path / "mixed.csv"
    source.write_bytes(b'name,phone,note\n"A",14000000001,x\n"B",14000000002,y\n"C",14000000003,z\n')
    template, _, _ = opened(source)
    row = NewRow(2, 1, ("D", "14000000009", "a,b"), (None, None, None))
    assert b'\n"D",14000000009,"a,b"\n"B"' in template.render({1: PartEdit(frozenset(), (row,))})


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
    book = CalamineWorkbook.from_object(io.BytesIO(template.render({1: PartEdit(frozenset({30}), (row,))})))
    assert book.get_sheet_by_name("a").to_python()[:3] == [["姓名", "手机号"], ["杨甲", "14009999999"], [*rows[0]]]


def test_free_text_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "prose.txt"
    source.write_text("".join(f"客户{i}说请打{PHONES[i]}或{PHONES[i + 5]}。\n" for i in range(25)))
    with pytest.raises(InputRefused, match="cannot be told apart"):
        opened(source)


ITEM = """{{"phone": "+1 312 555 01{n}", "note": "a, \\"b\\" {{", "paid": 1.10, "home": {{"city": "X", "zip": [1,  2]}},
  "last": "z{n}"}}"""
CARD = """BEGIN:VCARD\r
VERSION:3.0\r
FN:Ann Doe {n}\r
NOTE:one\r
 and two\r
item1.TEL;TYPE=CELL:+1 312 555 01{n}\r
item2.NOTE;ENCODING=QUOTED-PRINTABLE:three=\r
four\r
END:VCARD\r
"""


@pytest.mark.parametrize(("name", "model", "left", "between", "columns"), [
    ("a.json", ITEM, ITEM.replace('"note": "a, \\"b\\" {{", ', "").replace('"city": "X", ', ""), ",\n",
     ("note", "home.city")),
    ("a.ndjson", ITEM.replace("\n", ""), ITEM.replace("\n", "").replace(',  "last": "z{n}"', ""), "\n", ("last",)),
    ("a.vcf", CARD, CARD.replace("NOTE:one\r\n and two\r\n", "").replace(
        "item2.NOTE;ENCODING=QUOTED-PRINTABLE:three=\r\nfour\r\n", ""), "", ("NOTE",)),
])  # fmt: skip
def test_keys_and_properties_are_left_out_and_the_rest_stays(
    tmp_path: Path, name: str, model: str, left: str, between: str, columns: tuple[str, ...]
) -> None:
    def whole(text: str) -> str:
        body = between.join(text.format(n=n) for n in range(10, 40))
        return f"[{body}]" if name.endswith(".json") else body

    case, path = memory_case(), tmp_path / name
    load_text(case, path, whole(model), region="US")
    parts = read_source_list(case.con, "a").parts
    gone = [tuple(i for i, heading in enumerate(part.headers) if heading in columns) for part in parts]
    content, kept = without_columns(path.read_bytes(), parts, gone, name)
    assert content == whole(left).encode()
    assert not {*kept[0].headers} & {*columns}
    with pytest.raises(InputRefused, match="formulas, tables, charts"):
        without_columns(b"", [replace(part, format="xlsx") for part in parts], gone, "a.xlsx")
