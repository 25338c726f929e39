"""Copies: everything untouched stays byte for byte; what is put in reads back in its place."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
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


@pytest.mark.parametrize(("quote", "written"), [('"', '"D",14000000009,"a,b"'), ("", 'D,14000000009,"a,b"')])
def test_new_cells_are_quoted_as_their_models_are_or_where_they_have_to_be(
    tmp_path: Path, quote: str, written: str
) -> None:
    source = tmp_path / "mixed.csv"
    rows = [f"{quote}{name}{quote},1400000000{n},x" for n, name in enumerate("ABC")]
    source.write_text("\n".join(["name,phone,note", *rows, ""]))
    row = NewRow(2, 1, ("D", "14000000009", "a,b"), (None, None, None))
    source.write_bytes(opened(source)[0].render({1: PartEdit(frozenset(), (row,))}))
    assert source.read_text().splitlines()[2] == written
    assert opened(source)[2][0][1] == row.cells


def test_new_values_have_the_types_of_their_models(tmp_path: Path) -> None:
    """A number in quotes among numbers would show each planted record."""
    items = [{"phone": p, "spend": i + 0.25, "orders": i, "vip": i % 2 == 0, "at": []} for i, p in enumerate(PHONES)]
    source = tmp_path / "items.json"
    source.write_text(json.dumps([{"phone": PHONES[0], "spend": None}, *items[1:]]))
    row = NewRow(2, 1, ("14009999999", "13.5", "7", "true", None), (None,) * 5)
    template = opened(source)[0]
    added = json.loads(template.render({1: PartEdit(frozenset(), (row,))}))[1]
    assert added == {"phone": "14009999999", "spend": 13.5, "orders": 7, "vip": True}


def test_a_new_item_is_laid_out_and_escaped_as_its_model(tmp_path: Path) -> None:
    """As PHP writes it: amounts with their zeros, slashes and letters escaped, no blanks; a further key at the end."""
    item = '{{"name":"M\\u00fcller {n}","phone":"140000000{n}","paid":{n}.50,"url":"http:\\/\\/a.example\\/{n}"{more}}}'
    items = [item.format(n=n, more=',"note":"x"' if n == 20 else "") for n in range(10, 40)]
    source = tmp_path / "items.json"
    source.write_text(f"[{','.join(items)}]")
    row = NewRow(1, 2, ("Bär", "14009999999", "7.5", "http://b.example", "y/z"), (None,) * 5)
    template = opened(source)[0]
    assert template.render({1: PartEdit(frozenset(), (row,))}).decode() == source.read_text().replace(
        "[", '[{"name":"B\\u00e4r","phone":"14009999999","paid":7.50,"url":"http:\\/\\/b.example","note":"y\\/z"},', 1
    )


def test_a_new_item_is_blank_as_others_are_and_has_its_keys_in_their_order(tmp_path: Path) -> None:
    """Null among items that lack the key, or a key behind all others, shows a planted record."""
    items = [{"phone": p, "note": "x", "home": {"town": "Elm"}, "id": i, "old": ""} for i, p in enumerate(PHONES)]
    for item in items[::2]:
        del item["note"], item["home"]
    items[5]["old"] = "y"
    source = tmp_path / "items.json"
    source.write_text(json.dumps(items, separators=(",", ":")))
    template, (part,), _ = opened(source)
    cells = {"phone": "14009999999", "id": "7"}
    blank = NewRow(1, 2, tuple(map(cells.get, part.headers)), (None,) * 5)
    full = NewRow(1, 1, tuple(map((cells | {"note": "z", "home.town": "Oak"}).get, part.headers)), (None,) * 5)
    added = template.render({1: PartEdit(frozenset(), (blank, full))}).decode()
    assert added.startswith(
        '[{"phone":"14009999999","id":7,"old":""},'
        '{"phone":"14009999999","note":"z","home":{"town":"Oak"},"id":7,"old":""},{'
    )


@pytest.mark.parametrize(("name", "written"), [("Jane Mary Roe", "Roe;Jane Mary"), ("杨甲乙", "杨;甲乙")])
def test_a_card_has_family_and_given_name(tmp_path: Path, name: str, written: str) -> None:
    source = tmp_path / "cards.vcf"
    others = b"N:Doe;Ann;;;\r\nADR:;;1 Elm St;Aldwick;;0\\,1;\r\nNOTE:a\\, b\r\nFN:"
    source.write_bytes(TEXTS["cards.vcf"].replace(b"FN:", others))
    template, part, (rows,) = opened(source)
    fresh = {"FN": name, "NOTE": "c, d"}
    cells = [fresh.get(heading, cell) for heading, cell in zip(part[0].headers, rows[0], strict=True)]
    row = NewRow(2, 1, tuple(cells), tuple(None if heading in fresh else 3 for heading in part[0].headers))
    copy = template.render({1: PartEdit(frozenset(), (row,))}).decode()
    address = "ADR:;;1 Elm St;Aldwick;;0\\,1;"  # as it is written where it is taken from
    assert f"\nN:{written};;;\r\n{address}\r\nNOTE:c\\, d\r\nFN:{name}\r\n" in copy


def test_a_new_card_has_its_address_in_parts_and_all_its_properties(tmp_path: Path) -> None:
    """What the model card lacks is where other cards have it; long lines are folded as theirs are."""
    source = tmp_path / "cards.vcf"
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann {n}\r\nORG:Elm\r\nADR:;;{n} Elm St;Aldwick;West;AB{n};{far}\r\n"
        "TEL:140000000{n}\r\n{mail}NOTE:{n} and so on and so on and so on and so on and so on and so on and so\r\n"
        "  on\r\nEND:VCARD\r\n\r\n"
    )
    cards = [
        card.format(n=n, mail=f"EMAIL;TYPE=INTERNET:a{n}@a.example\r\n" * (n % 2), far="Home" if n < 30 else "Far")
        for n in range(10, 40)
    ]
    source.write_text("".join(cards), newline="")
    template, part, (rows,) = opened(source)
    fresh = {"FN": "Bo", "ADR": "7 Elm St, Aldwick, West, AB12, Home", "EMAIL": "b@b.example", "NOTE": "x" * 80}
    cells = tuple(fresh.get(heading, cell) for heading, cell in zip(part[0].headers, rows[0], strict=True))
    row = NewRow(2, 1, cells, tuple(None if heading in fresh else 1 for heading in part[0].headers))
    far = replace(row, cells=tuple("1 Oak Rd, Aldwick, ZZ1 1ZZ" if "Elm St" in str(c) else c for c in cells))
    copy = template.render({1: PartEdit(frozenset(), (row, far))}).decode().split("BEGIN:VCARD\r\n")[2:4]
    written = (
        "VERSION:3.0\r\nFN:Bo\r\nORG:Elm\r\nADR:;;7 Elm St;Aldwick;West;AB12;Home\r\nTEL:14000000010\r\n"
        f"EMAIL;TYPE=INTERNET:b@b.example\r\nNOTE:{'x' * 69}\r\n {'x' * 11}\r\nEND:VCARD\r\n\r\n"
    )
    assert copy[0] == written
    assert copy[1] == written.replace("7 Elm St;Aldwick;West;AB12", "1 Oak Rd;Aldwick;West;ZZ1 1ZZ")


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
    moments = pa.array(range(0, 30_000_000, 1_000_000), pa.timestamp("us", tz="Asia/Shanghai"))
    table = pa.table({"phone": PHONES, "amount": pa.array(range(30), pa.int32()), "at": moments})
    pq.write_table(table, source, compression="zstd")
    template, _, (rows,) = opened(source)
    row = NewRow(5, 1, ("14009999999", "7", rows[4][2]), (None, 8, None))
    copy = pq.ParquetFile(io.BytesIO(template.render({1: PartEdit(frozenset({1}), (row,))})))
    assert copy.schema_arrow == table.schema
    assert copy.metadata.row_group(0).column(0).compression == "ZSTD"
    assert copy.read().to_pylist()[3] == {"phone": "14009999999", "amount": 7, "at": moments[4].as_py()}
    assert copy.read().num_rows == len(rows)


def test_new_parquet_cells_have_the_types_and_the_manner_of_their_columns(tmp_path: Path) -> None:
    """In the resolution of the column; blank as its other blank cells are."""
    source, day = tmp_path / "list.parquet", 1_704_164_645
    kinds = {
        **{f"at_{unit}": pa.timestamp(unit) for unit in ("ms", "us", "ns")},
        "zoned": pa.timestamp("us", "Asia/Shanghai"), "day": pa.date32(), "other_day": pa.date64(),
        "clock_ms": pa.time32("ms"), "clock": pa.time64("us"), "clock_ns": pa.time64("ns"),
        "price": pa.decimal128(10, 2), "rate": pa.float32(), "count": pa.uint16(), "took": pa.duration("s"),
        "city": pa.dictionary(pa.int32(), pa.string()), "text": pa.large_string(), "raw": pa.binary(),
        "yes": pa.bool_(),
    }  # fmt: skip
    made: dict[str, list[object]] = {
        "at_ms": [day * 1000 + 123], "at_us": [day * 10**6 + 123456], "at_ns": [day * 10**9 + 123456789],
        "zoned": [day * 10**6 + 123456], "day": [19724], "other_day": [19724 * 86_400_000], "clock_ms": [3_600_123],
        "clock": [3_600_123_456], "clock_ns": [3_600_123_456_789], "price": [Decimal("28.40")], "rate": [0.1],
        "count": [7], "took": [5], "city": ["A"], "text": ["a"], "raw": [b"a"], "yes": [True],
    }  # fmt: skip
    columns = {name: pa.array(made[name] * 30, kind) for name, kind in kinds.items()}
    table = pa.table({"phone": PHONES, **columns, "note": [""] * 29 + ["x"], "sum": [float("nan")] * 29 + [1.5]})
    pq.write_table(table, source)
    table = pq.read_table(source)
    template, _, (rows,) = opened(source)
    assert rows[0][1:5] == (
        "2024-01-02 03:04:05.123", "2024-01-02 03:04:05.123456", "2024-01-02 03:04:05.123456789",
        "2024-01-02 03:04:05.123456",
    )  # fmt: skip
    assert rows[0][11] == "0.1"
    same = NewRow(5, 1, rows[0], (None,) * len(rows[0]))
    other = replace(same, cells=tuple("28.4567" if cell == "28.40" else cell for cell in rows[0]))
    edit = {1: PartEdit(frozenset(), (same, other))}
    template.check([edit])
    copy = pq.read_table(io.BytesIO(template.render(edit)))
    assert copy.schema == table.schema
    assert copy.slice(4, 1).drop(["sum"]) == table.slice(0, 1).drop(["sum"])
    assert str(copy["sum"][4]) == "nan"
    assert copy["price"].to_pylist()[4:6] == [Decimal("28.40"), Decimal("28.46")]
    unfit = replace(same, cells=tuple("x" if cell in ("7", "28.40") else cell for cell in rows[0]))
    with pytest.raises(InputRefused, match=r"'price' \(decimal128\(10, 2\)\), 'count' \(uint16\)"):
        template.check([{1: PartEdit(frozenset(), (unfit,))}])


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
