"""Delimited text: every cell comes back, whatever the dialect, the encoding and the damage."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lists.read.reading import HEADER, ROWS, Quoting, cells_of, read, read_bytes, roles, written
from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import Limits, ReadOptions

ALL = [HEADER, *ROWS]
TRADITIONAL = [["姓名", "手機號碼", "公司名稱", "地址"]] + [
    [f"陳{'三四五六'[i % 4]}", f"1400{i:07d}", f"易卓{i}網絡股份有限公司", f"臺北市中正區某路{i}號"] for i in range(30)
]
JAPANESE = [["氏名", "電話番号", "会社名", "住所"]] + [
    [f"佐藤{i}", f"090-0000-{i:04d}", f"株式会社さくら{i}", f"東京都千代田区{i}丁目"] for i in range(30)
]


@pytest.mark.parametrize(("encoding", "delimiter"), [
    ("utf-8", ","), ("utf-8-sig", "\t"), ("utf-16", ";"), ("utf-16-le", "|"), ("utf-16-be", ","), ("gb18030", "\t"),
    ("gb18030", "|"), ("utf-8", ";"),
])  # fmt: skip
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, delimiter: str) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written(ALL, encoding, delimiter))
    assert part.header == tuple(HEADER)
    assert part.delimiter == delimiter
    assert cells == ROWS


@pytest.mark.parametrize(
    ("table", "encoding", "name"),
    [
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL[1:], "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (ALL[1:], "gbk", "gb18030"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "euc_jp", "euc_jp"),
    ],
)
def test_legacy_encodings_are_told_apart(tmp_path: Path, table: list[list[str]], encoding: str, name: str) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written(table, encoding))
    assert part.encoding == name
    headed = table[0][0] in ("姓名", "氏名")
    assert cells == table[headed:]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # short rows are padded, long ones keep all cells, blank ones go
        (
            '姓名,手机号\n张三,14000000001\n李四,14000000002,备,"x,y"\n王五\n\n,,\n',
            [["张三", "14000000001", "", ""], ["李四", "14000000002", "备", "x,y"], ["王五", "", "", ""]],
        ),
        # line ends of three kinds
        (
            "姓名,手机号\r\n张三,14000000001\n李四,14000000002\r王五,14000000003\r\n",
            [["张三", "14000000001"], ["李四", "14000000002"], ["王五", "14000000003"]],
        ),
        # line ends in quotes, other than the rows' own
        (
            '姓名,手机号,备注\r\n张三,14000000001,"甲\n乙"\r\n李四,14000000002,"a""b"\r\n',
            [["张三", "14000000001", "甲\n乙"], ["李四", "14000000002", 'a"b']],
        ),
        (
            '姓名,手机号,备注\n张三,14000000001,"甲\r\n乙"\n李四,14000000002,\n',
            [["张三", "14000000001", "甲\r\n乙"], ["李四", "14000000002", ""]],
        ),
        # a quote that never closes costs no row; quotes inside cells stay
        (
            '姓名,手机号,备注\n张三,14000000001,"从未关闭\n李四,14000000002,b\n王"五,14000000003,c\n',
            [["张三", "14000000001", '"从未关闭'], ["李四", "14000000002", "b"], ['王"五', "14000000003", "c"]],
        ),
        # one that seems to close rows later would swallow them
        (
            '姓名,手机号,备注\n"张三,14000000001,a\n李四,14000000002,b\n王五",14000000003,c\n',
            [['"张三', "14000000001", "a"], ["李四", "14000000002", "b"], ['王五"', "14000000003", "c"]],
        ),
        # NUL bytes are kept: they are evidence
        ("姓名,手机号\n张\0三,14000000001\0\n", [["张\0三", "14000000001\0"]]),
    ],
)
def test_damage_costs_no_row(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    _, cells = read_bytes(tmp_path, "a.csv", text.encode())
    assert cells == expected


@pytest.mark.parametrize("before", [2, 5_000])
def test_a_quote_that_never_closes_far_down(tmp_path: Path, before: int) -> None:
    rows = [["张三", f"1400{i:07d}", "备"] for i in range(before)]
    text = written([["姓名", "手机号", "备注"], *rows], "utf-8").decode()
    text += '李四,14000000001,"a\r\n' + written(rows, "utf-8").decode()
    part, cells = read_bytes(tmp_path, "a.csv", text.encode())
    assert part.rows == 2 * before + 1
    assert cells == [*rows, ["李四", "14000000001", '"a'], *rows]


def test_quoted_remarks_of_several_lines_with_separators(tmp_path: Path) -> None:
    rows = [["14000000001", "你好,张三\n再见,李四,王五"], ["14000000002", "x"]] * 20
    _, cells = read_bytes(tmp_path, "a.csv", written([["手机号", "备注"], *rows], "utf-8"))
    assert cells == rows


def test_rows_longer_than_the_sample_shows(tmp_path: Path) -> None:
    rows = [["张三", f"1400{i:07d}"] for i in range(120_000)] + [["李四", "14000000001", *map(str, range(20))]]
    part, cells = read_bytes(tmp_path, "a.csv", written([["姓名", "手机号"], *rows], "utf-8"))
    assert part.rows == 120_001
    assert cells[-1] == rows[-1]
    assert len(part.header) == 22


def test_first_foreign_byte_far_behind_the_sample(tmp_path: Path) -> None:
    rows = [["a", f"1400{i:07d}"] for i in range(120_000)] + [["张三", "14000000001"]] * 200
    for encoding in ("gb18030", "utf-8"):
        part, cells = read_bytes(tmp_path, "a.csv", written([["name", "phone"], *rows], encoding))
        assert part.encoding == encoding
        assert cells[-1] == ["张三", "14000000001"]


def test_a_few_broken_bytes_are_replaced_and_counted(tmp_path: Path) -> None:
    for encoding in ("gb18030", "utf-8"):
        data = bytearray(written([HEADER, *(ROWS * 40)], encoding, newline="\n"))
        at = data.index("易卓7网".encode(encoding))
        data[at : at + 1] = b"\xff\xff"
        (tmp_path / "a.csv").write_bytes(bytes(data))
        con, found = read(tmp_path / "a.csv")
        cells = cells_of(con, found.parts[0])
        assert len(cells) == 1200
        assert "\ufffd" in cells[7][2]
        assert cells[8] == ROWS[8]
        assert "replaced by U+FFFD" in found.notes[0]


def test_a_wrong_encoding_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(written(ALL, "gb18030"))
    with pytest.raises(InputRefused, match=r"not utf-8: byte 0x.. at offset 0, line 1.*leave --encoding out"):
        read(path, encoding="utf-8")
    with pytest.raises(InputRefused, match="unknown encoding 'utf-9'"):
        read(path, encoding="utf-9")
    _, found = read(path, encoding="GBK")
    assert found.encoding == "gb18030"


@pytest.mark.parametrize("separator", ["----", "，", " ", "^", "\x01"])
def test_separators_of_the_trade(tmp_path: Path, separator: str) -> None:
    text = "\n".join(separator.join(row[:3]) for row in ROWS)
    part, cells = read_bytes(tmp_path, "a.txt", text.encode())
    assert part.delimiter == separator
    assert part.format == "txt"
    assert cells == [row[:3] for row in ROWS]
    assert [role for role, _ in roles(part)] == ["name", "phone", "organisation"]


def test_one_number_a_line(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.txt", "\r\n".join(row[1] for row in ROWS).encode())
    assert part.delimiter is None
    assert cells == [[row[1]] for row in ROWS]
    assert roles(part) == [("phone", "content")]
    headed, cells = read_bytes(tmp_path, "b.txt", "\n".join(["手机号", *(row[1] for row in ROWS)]).encode())
    assert headed.header == ("手机号",)
    assert len(cells) == 30


def test_numbers_that_touch_words_in_even_sentences(tmp_path: Path) -> None:
    lines = [f"赵伟，联系1420000{number:04d}，谢谢" for number in range(30)]
    part, _ = read_bytes(tmp_path, "f.txt", "\n".join(lines).encode())
    assert (part.rows, [role for role, _ in roles(part)]) == (30, ["phone", "email", "other"])


def test_numbers_in_prose(tmp_path: Path) -> None:
    text = "昨天张三打来，号码是14000000001，已退订。\n请联系 1400-0000-002 或 a@b.com 谢谢！\n"
    text += "没有号码的一行\n另有 +1 310 555 0142。\n"
    part, cells = read_bytes(tmp_path, "a.txt", text.encode())
    lines = text.splitlines()
    assert cells == [
        ["14000000001", "", lines[0]],
        ["1400-0000-002", "", lines[1]],
        ["", "a@b.com", lines[1]],
        ["", "", lines[2]],
        ["+1 310 555 0142", "", lines[3]],
    ]
    assert [role for role, _ in roles(part)] == ["phone", "email", "other"]


def test_a_failed_parse_leaves_the_callers_transaction_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('姓名,手机号\r\n张三,"14000000001\n2"\r\n李"四,14000000002\n'.encode())
    con = duckdb.connect()
    con.execute("BEGIN; CREATE TABLE mine AS SELECT 1 AS x")
    names = iter(["raw_1", "raw_2"])
    found = read_file(con, path, ReadOptions(), namer=lambda: next(names))
    con.execute("COMMIT")
    assert found.parts[0].raw_table == "raw_1"
    assert con.execute("SELECT count(*) FROM raw_1").fetchone() == (2,)


def test_a_path_is_never_a_pattern(tmp_path: Path) -> None:
    for name in ("[a]*?.csv", "it's.csv", 'a"b.csv'):
        _, cells = read_bytes(tmp_path, name, written(ALL, "utf-8"))
        assert cells == ROWS


def test_long_cells(tmp_path: Path) -> None:
    rows = [["张三", "14000000001", "长" * 2_000_000], ["李四", "14000000002", "x"]]
    assert read_bytes(tmp_path, "a.csv", written([["姓名", "手机号", "备注"], *rows], "utf-8"))[1] == rows


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机号\n张三," + "14000000001," * 50, "utf-8")
    with pytest.raises(InputRefused, match="52 columns, more than 40"):
        read(path, Limits(columns=40))


# Left out: surrogates, which cannot be written, and control characters, many of which make a file a binary one.
_PLAIN = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd")
_TEXT = st.text(_PLAIN | st.sampled_from('\t\r\n\0",;|'), max_size=8)
_GBK = st.text(st.sampled_from("张三李四公司路号aZ 09-'\"\t,;|\n\r·（）"), max_size=8)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_table_comes_back_cell_for_cell(tmp_path: Path, data: st.DataObject) -> None:
    """Any cells in any dialect and encoding, in a table with a header and a number column, as lists have."""
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    delimiter = data.draw(st.sampled_from([",", "\t", ";", "|"]))
    newline = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    cell = _GBK if encoding == "gb18030" else _TEXT
    rows = data.draw(st.lists(st.tuples(cell, cell), min_size=1, max_size=12))
    # Before Python 3.13 the csv module leaves line ends other than its own unquoted: no reader can tell them.
    ends = any(end in text for row in rows for text in row for end in "\r\n")
    quoting: Quoting = 1 if ends else data.draw(st.sampled_from([0, 1]))
    table = [[a, f"1400{i:07d}", b] for i, (a, b) in enumerate(rows)]
    _, cells = read_bytes(
        tmp_path, "a.csv", written([["姓名", "手机号", "备注"], *table], encoding, delimiter, newline, quoting)
    )
    assert cells == table
