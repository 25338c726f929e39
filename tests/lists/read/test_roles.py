"""Roles of columns and headers: by heading, by content, by the user's word; and which headings may be printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lists.read.reading import HEADER, ROWS, named, read_bytes, roles, written
from tracer.lists.read.landing import find_header
from tracer.lists.read.words import shown_headings


def test_without_a_header_content_decides(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written(ROWS, "gb18030"))
    assert cells == ROWS
    assert part.header_row is None
    assert roles(part) == [(role, "content") for role in ("name", "phone", "organisation", "address", "date")]


def test_a_heading_without_a_number_under_it_yields(tmp_path: Path) -> None:
    rows = [["手机", "备注", "备用", "身份证号"], *([row[0], row[1], row[1], row[1]] for row in ROWS)]
    part, _ = read_bytes(tmp_path, "a.csv", written(rows, "utf-8"))
    assert roles(part) == [("name", "content"), ("phone", "content"), ("phone", "content"), ("other", "header")]


def test_the_users_word(tmp_path: Path) -> None:
    rows = [["姓名", "手机号", "电话", "域名"], *([row[0], row[1], row[1], "a.example"] for row in ROWS)]
    data = written(rows, "utf-8")
    for wanted in ("电话", "3", "C", ["电话"]):
        part, _ = read_bytes(tmp_path, "a.csv", data, columns={"phone": wanted, "key": "域名"})
        assert [column.role for column in part.columns] == ["name", "other", "phone", "key"]
    part, _ = read_bytes(tmp_path, "a.csv", data, columns={"phone": "手机号|电话"})
    assert [column.how for column in part.columns] == ["header", "map", "map", "content"]


def test_header_by_the_users_word(tmp_path: Path) -> None:
    part, cells = read_bytes(tmp_path, "a.csv", written([HEADER, *ROWS], "utf-8"), has_header=False)
    assert part.rows == 31
    assert cells[0] == HEADER
    part, cells = read_bytes(tmp_path, "a.csv", written(ROWS, "utf-8"), has_header=True)
    assert part.header == tuple(ROWS[0])
    assert part.rows == 29


def test_titles_above_the_header() -> None:
    titles = [["客户名单", "", ""], ["制表人：某某", "", ""], ["", "", ""]]
    rows = [*titles, ["姓名", "手机", "公司"], ["张三", "14000000001", "甲"]]
    plan = find_header(rows, 3, "CN", None)
    assert (plan.preamble, plan.depth, plan.names) == (3, 1, ("姓名", "手机", "公司"))


def test_a_header_of_unknown_words() -> None:
    rows = [["wer", "wie"], ["张三", "14000000001"]]
    plan = find_header(rows, 2, "CN", None)
    assert (plan.preamble, plan.depth) == (0, 1)


def test_hashes_are_numbers_where_nothing_else_is(tmp_path: Path) -> None:
    rows = [[row[0], f"{i:032x}"] for i, row in enumerate(ROWS)]
    part, _ = read_bytes(tmp_path, "a.csv", written([["a", "b"], *rows], "utf-8"))
    assert named(part)["b"] == "phone_hash"


def test_a_heading_that_the_user_named_makes_its_row_the_header() -> None:
    rows = [["domain"], ["mail.example"], ["box.example"]]
    assert find_header(rows, 1, "CN", None).names != ("domain",), "nothing tells it from a value"
    assert find_header(rows, 1, "CN", None, ("Domain",)).names == ("domain",)
    assert find_header(rows, 1, "CN", None, ("1",)).names != ("domain",), "a number counts columns"


@pytest.mark.parametrize(("headings", "shown"), [
    (["王小明", "苏州", ""], ["", "", ""]),
    (["Ada Ashdown", "Boston"], ["", ""]),
    (["姓名", "手机号", "渠道"], ["姓名", "手机号", "渠道"]),
    (["王小明", "电话"], ["", "电话"]),
    (["王小明电话", ""], ["", ""]),
    (["姓名", "电话", "14255512345"], ["姓名", "电话", ""]),
])  # fmt: skip
def test_only_what_is_sure_to_be_a_heading_is_shown(headings: list[str], shown: list[str]) -> None:
    """What was taken for a heading may be a list's first person."""
    assert shown_headings(headings) == shown
