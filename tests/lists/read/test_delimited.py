"""Delimited text: every cell comes back, whatever the dialect, the country, its encoding and the damage."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lists.read.reading import HEADER, ROWS, Quoting, cells_of, read, read_bytes, roles, written
from tracer.documents import toml_of
from tracer.errors import InputRefused
from tracer.lists.read import delimited
from tracer.lists.read.encoding import by_name, detect
from tracer.lists.read.file import read_file
from tracer.lists.read.model import Limits, ReadOptions, bytes_source

ALL = [HEADER, *ROWS]
TRADITIONAL = [["姓名", "手機號碼", "公司名稱", "地址"]] + [
    [f"陳{'三四五六'[i % 4]}", f"1400{i:07d}", f"易卓{i}網絡股份有限公司", f"臺北市中正區某路{i}號"] for i in range(30)
]
JAPANESE = [["氏名", "電話番号", "会社名", "住所"]] + [
    [f"佐藤{i}", f"090-0000-{i:04d}", f"株式会社さくら{i}", f"東京都千代田区{i}丁目"] for i in range(30)
]


@pytest.mark.parametrize(("table", "encoding", "name"), [
    (TRADITIONAL, "big5", "big5"), (TRADITIONAL[1:], "big5", "big5"), (TRADITIONAL, "gb18030", "gb18030"),
    (ALL[1:], "gbk", "gb18030"), (JAPANESE, "cp932", "shift_jis"), (JAPANESE, "euc_jp", "euc_jp"),
    (ALL, "utf-16-le", "utf-16-le"), (ALL, "utf-16-be", "utf-16-be"),
])  # fmt: skip
def test_legacy_encodings_are_told_apart(tmp_path: Path, table: list[list[str]], encoding: str, name: str) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written(table, encoding))
    assert part.encoding == name
    headed = table[0][0] in ("姓名", "氏名")
    assert cells == table[headed:]


@pytest.mark.parametrize(("text", "expected"), [
    # Short rows are padded, long ones keep all cells, blank ones go.
    ('姓名,手机号\n张三,14000000001\n李四,14000000002,备,"x,y"\n王五\n\n,,\n',
     [["张三", "14000000001", "", ""], ["李四", "14000000002", "备", "x,y"], ["王五", "", "", ""]]),
    # Line ends of three kinds; in quotes, others than the rows' own.
    ("姓名,手机号\r\n张三,14000000001\n李四,14000000002\r王五,14000000003\r\n",
     [["张三", "14000000001"], ["李四", "14000000002"], ["王五", "14000000003"]]),
    ('姓名,手机号,备注\r\n张三,14000000001,"甲\n乙"\r\n李四,14000000002,"a""b"\r\n',
     [["张三", "14000000001", "甲\n乙"], ["李四", "14000000002", 'a"b']]),
    ('姓名,手机号,备注\n张三,14000000001,"甲\r\n乙"\n李四,14000000002,\n',
     [["张三", "14000000001", "甲\r\n乙"], ["李四", "14000000002", ""]]),
    # A quote that never closes costs no row; quotes inside cells stay.
    ('姓名,手机号,备注\n张三,14000000001,"从未关闭\n李四,14000000002,b\n王"五,14000000003,c\n',
     [["张三", "14000000001", '"从未关闭'], ["李四", "14000000002", "b"], ['王"五', "14000000003", "c"]]),
    # One that seems to close rows later would swallow them.
    ('姓名,手机号,备注\n"张三,14000000001,a\n李四,14000000002,b\n王五",14000000003,c\n',
     [['"张三', "14000000001", "a"], ["李四", "14000000002", "b"], ['王五"', "14000000003", "c"]]),
    # NUL bytes are kept: they are evidence.
    ("姓名,手机号\n张\0三,14000000001\0\n", [["张\0三", "14000000001\0"]]),
])  # fmt: skip
def test_damage_costs_no_row(tmp_path: Path, text: str, expected: list[list[str]]) -> None:
    _, cells = read_bytes(tmp_path, "a.csv", text.encode())
    assert cells == expected


# As MariaDB 11.8 writes it: SELECT … INTO OUTFILE … FIELDS TERMINATED BY ',' ENCLOSED BY '"'.
_FROM_MARIADB = rb""""1","O\"Brien, 5","14000000001","b"
"2","Anna \\ Berg","14000000002",\N
"3","C:\\dir\\","14000000003","two\
lines, \"x\""
"4",\N,"14000000004","a\0b"
"5","Person 5","14000000005","ends \""
"6","Person 6","14000000006","\\N"
"""
_MEANT = [
    ["1", 'O"Brien, 5', "14000000001", "b"], ["2", "Anna \\ Berg", "14000000002", ""],
    ["3", "C:\\dir\\", "14000000003", 'two\nlines, "x"'], ["4", "", "14000000004", "a\0b"],
    ["5", "Person 5", "14000000005", 'ends "'], ["6", "Person 6", "14000000006", "\\N"],
]  # fmt: skip


def test_quotes_with_a_backslash_in_front(tmp_path: Path) -> None:
    plain = [[str(i), f"Person {i}", f"1400{i:07d}", "x" * 100] for i in range(40_000)]
    lines = written(plain, "utf-8", newline="\n", quoting=1)
    windows = _FROM_MARIADB.replace(b"\n", b"\r\n")
    for data, before in ((_FROM_MARIADB, 0), (windows, 0), (lines + _FROM_MARIADB, len(plain))):
        (tmp_path / "a.csv").write_bytes(data)
        con, found = read(tmp_path / "a.csv")
        rows = [[cell.replace("\r", "") for cell in row] for row in cells_of(con, found.parts[0])]
        assert (rows, found.notes) == ([*plain[:before], *_MEANT], ())
    # The same backslashes where quotes are doubled: ends of paths, JSON in a cell.
    for cell in ("C:\\dir\\", '{"a": "x\\"y"}', 'C:\\"dir"\\'):
        table = [[row[0], cell, row[1]] for row in ROWS]
        for data in (written(table, "utf-8"), written(table, "utf-8", quoting=1)):
            assert read_bytes(tmp_path, "b.csv", data)[1] == table


@pytest.mark.parametrize("before", [2, 5_000])
def test_a_quote_that_never_closes_far_down(tmp_path: Path, before: int) -> None:
    rows = [["张三", f"1400{i:07d}", "长" * 2_000_000 * (i == 1)] for i in range(before)]
    lines = written(rows, "utf-8")
    data = "姓名,手机号,备注\r\n".encode() + lines + '李四,14000000001,"a\r\n'.encode() + lines
    _, cells = read_bytes(tmp_path, "a.csv", data)
    assert cells == [*rows, ["李四", "14000000001", '"a'], *rows]


def test_what_comes_far_below_the_sample(tmp_path: Path) -> None:
    """A row that is longer than any in the sample, and the first bytes of another encoding than ASCII."""
    rows = [["a", f"1400{i:07d}"] for i in range(90_000)] + [["张三", "14000000001", *map(str, range(20))]] * 200
    for encoding in ("gb18030", "utf-8"):
        part, cells = read_bytes(tmp_path, "a.csv", written([["name", "phone"], *rows], encoding))
        assert (part.encoding, part.rows, len(part.header)) == (encoding, 90_200, 22)
        assert cells[-1] == rows[-1]


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
    assert (part.delimiter, part.format) == (separator, "txt")
    assert cells == [row[:3] for row in ROWS]
    assert [role for role, _ in roles(part)] == ["name", "phone", "organisation"]


def test_one_number_a_line(tmp_path: Path) -> None:
    for heading in ([], ["手机号"]):
        part, cells = read_bytes(tmp_path, "a.txt", "\r\n".join([*heading, *(row[1] for row in ROWS)]).encode())
        assert part.delimiter is None
        assert cells == [[row[1]] for row in ROWS]
        assert roles(part) == [("phone", "header" if heading else "content")]


@pytest.mark.parametrize("dashes", ["|---|:-----:|", "-----+------"])
@pytest.mark.parametrize("headings", [["姓名", "手机号"], ["kto", "ile"]])
def test_the_dashes_below_a_header_are_no_row(tmp_path: Path, dashes: str, headings: list[str]) -> None:
    """As Markdown writes a table, and psql."""
    lines = [" | ".join(row[:2]) for row in [headings, *ROWS]]
    if dashes.startswith("|"):
        lines = [f"| {line} |" for line in lines]
    data = "\n".join(["# Kunden", "", lines[0], dashes, *lines[1:], ""]).encode()
    part, cells = read_bytes(tmp_path, "a.md", data)
    assert [heading for heading in part.header if heading] == headings
    assert [[cell.strip() for cell in row if cell.strip()] for row in cells] == [row[:2] for row in ROWS]


def test_numbers_in_prose(tmp_path: Path) -> None:
    text = "昨天张三打来，号码是14000000001，已退订。\n请联系 1400-0000-002 或 a@b.com 谢谢！\n"
    text += "没有号码的一行\n另有 +1 310 555 0142。\n"
    part, cells = read_bytes(tmp_path, "a.txt", text.encode())
    lines = text.splitlines()
    assert cells == [
        ["14000000001", "", lines[0]], ["1400-0000-002", "", lines[1]], ["", "a@b.com", lines[1]],
        ["", "", lines[2]], ["+1 310 555 0142", "", lines[3]],
    ]  # fmt: skip
    assert [role for role, _ in roles(part)] == ["phone", "email", "other"]
    # Numbers that touch words in even sentences.
    even = "\n".join(f"赵伟，联系1420000{number:04d}，谢谢" for number in range(30))
    part, _ = read_bytes(tmp_path, "f.txt", even.encode())
    assert (part.rows, [role for role, _ in roles(part)]) == (30, ["phone", "email", "other"])


@pytest.mark.parametrize("amid_rows", [False, True])
def test_a_failed_parse_leaves_the_callers_transaction_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amid_rows: bool
) -> None:
    path, call = tmp_path / "a.csv", delimited._csv
    path.write_bytes('姓名,手机号\r\n张三,"14000000001\n2"\r\n李"四,14000000002\n'.encode())
    if amid_rows:
        path.write_bytes(written(ALL, "utf-8", quoting=1))
        failing = "(SELECT CASE WHEN c0 IS NULL THEN c0 ELSE error('damage') END AS c0, * EXCLUDE (c0) FROM {})"
        monkeypatch.setattr(delimited, "_csv", lambda *job, **how: failing.format(call(*job, **how)))
    con = duckdb.connect()
    con.execute("BEGIN; CREATE TABLE mine AS SELECT 1 AS x")
    names = iter(["raw_1", "raw_2"])
    found = read_file(con, path, ReadOptions(), namer=lambda: next(names))
    con.execute("COMMIT")
    assert found.parts[0].raw_table == "raw_1"
    assert con.execute("SELECT count(*) FROM raw_1").fetchone() == (len(ROWS) if amid_rows else 2,)


def test_a_path_is_never_a_pattern(tmp_path: Path) -> None:
    for name in ("[a]*?.csv", "it's.csv", 'a"b.csv'):
        _, cells = read_bytes(tmp_path, name, written(ALL, "utf-8"))
        assert cells == ROWS


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机号\n张三," + "14000000001," * 50, "utf-8")
    with pytest.raises(InputRefused, match="52 columns, more than 40"):
        read(path, Limits(columns=40))


def test_signs_at_latin_words_make_chinese_headings_no_latin_ones(tmp_path: Path) -> None:
    rows = [["", "14000000000", "a·"], ["", "14000000001", "a路"], ["司a", "14000000002", "a·"]]
    for delimiter in ",;|\t":
        data = written([["姓名", "手机号", "备注"], *rows], "gb18030", delimiter)
        part, cells = read_bytes(tmp_path, "a.csv", data)
        assert (part.encoding, cells) == ("gb18030", rows)


# Left out: surrogates, which cannot be written, and control characters, many of which make a file a binary one.
_PLAIN = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffd")
_TEXT = st.text(_PLAIN | st.sampled_from('\t\r\n\0",;|'), max_size=8)
_GBK = st.text(st.sampled_from("张三李四公司路号aZ 09-'\"\t,;|\n\r·（）"), max_size=8)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


_PEOPLE = toml_of((Path(__file__).parent / "foreign_names.toml").read_text("utf-8"))
_PLAIN_HEADING = "name;phone;email;city"


def _list(language: str, code: str, rows: int, *, own_heading: bool = True, every: int = 1) -> str:
    """A list of so many people, of whose names every nth is written with the country's letters."""
    given, family, towns = (_PEOPLE[language][column].split() for column in ("given", "family", "towns"))
    lines = [_PEOPLE[language].get("heading", _PLAIN_HEADING) if own_heading else _PLAIN_HEADING]
    for i in range(rows):
        name = f"{given[i % 8]} {family[(i * 3 + i // 8) % 8]}" if i % every == 0 else f"Person {i}"
        town = towns[(i * 5 + i // 8) % 8] if i % every == 0 else "Town"
        lines.append(f"{name};+1 202 555 {i:04d};user{i}@mail.example;{town}")
    text = "\r\n".join([*lines, ""])
    if language == "vi":  # Windows-1258 writes most accents as marks of their own
        text = "".join(char if char.encode(code, "ignore") else unicodedata.normalize("NFD", char) for char in text)
        text = text.encode(code, "ignore").decode(code)
    return text


@pytest.mark.parametrize(
    ("language", "code"), [(language, code) for language, people in _PEOPLE.items() for code in people["codes"].split()]
)
def test_a_country_s_list_is_decoded(language: str, code: str) -> None:
    """Thirty people, five, and two hundred of whom one in twenty has letters of the country."""
    for rows, every in ((30, 1), (5, 1), (200, 20)):
        for own_heading in (True, False):
            text = _list(language, code, rows, own_heading=own_heading, every=every)
            found = detect(text.encode(code), True)
            assert text.encode(code).decode(found.name) == text, (rows, every, own_heading, found)


@pytest.mark.parametrize(("language", "code"), [("ja", "iso2022_jp"), ("ko", "iso2022_kr"), ("pl", "cp1250")])
def test_every_cell_comes_back(tmp_path: Path, language: str, code: str) -> None:
    """Halves of characters that are quotes or line ends in ASCII are neither."""
    text = _list(language, code, 40)
    _, cells = read_bytes(tmp_path, "a.csv", text.encode(code))
    assert [";".join(row) for row in cells] == text.split("\r\n")[1:-1]


def test_every_name_has_a_way_back() -> None:
    """`--encoding` takes what the tool prints."""
    source = bytes_source(b"", "a.csv", "a.csv", None)
    for code in " ".join(people["codes"] for people in _PEOPLE.values()).split():
        found = by_name(code, source)
        assert by_name(found.shown, source).name == found.name
    assert by_name("macintosh", source).name == "mac-roman"


def test_a_doubt_is_said_by_shape_and_can_be_decided(tmp_path: Path) -> None:
    """One letter that two countries read differently: nothing but that letter is shown."""
    rows = "".join(f"Anna Be\u0155rod;+1 202 555 {i:04d};u{i}@mail.example\r\n" for i in range(20))
    path = tmp_path / "a.csv"
    path.write_bytes(("name;phone;email\r\n" + rows).encode("cp1250"))
    con, found = read(path)
    assert (found.parts[0].encoding_sure or 1) < 0.9
    (note,) = found.notes
    assert re.match("a.csv: encoding not certain; read as windows-12.*xxŕxxx", note, re.IGNORECASE)
    assert not re.search("Anna|rod", note)
    con, found = read(path, encoding="windows-1250")
    assert found.notes == ()
    assert cells_of(con, found.parts[0])[0][0] == "Anna Be\u0155rod"


@pytest.mark.parametrize("names", ["Anna Berg", "张三"])
def test_what_is_certain_is_not_announced(tmp_path: Path, names: str) -> None:
    rows = [["姓名", "手机号"], *([f"{names}{i}", row[1]] for i, row in enumerate(ROWS))]
    for code in ("utf-8", "gb18030"):
        (tmp_path / "a.csv").write_bytes(written(rows, code))
        _, found = read(tmp_path / "a.csv")
        assert found.notes == ()
