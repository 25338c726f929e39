"""Which headings may be printed: what was taken for one may be a list's first person."""

from __future__ import annotations

import pytest

from tracer.lists.read.words import shown_headings


@pytest.mark.parametrize(("headings", "shown"), [
    (["王小明", "苏州", ""], ["", "", ""]),
    (["Ada Ashdown", "Boston"], ["", ""]),
    (["姓名", "手机号", "渠道"], ["姓名", "手机号", "渠道"]),
    (["王小明", "电话"], ["", "电话"]),
    (["王小明电话", ""], ["", ""]),
    (["姓名", "电话", "14255512345"], ["姓名", "电话", ""]),
])  # fmt: skip
def test_only_what_is_sure_to_be_a_heading_is_shown(headings: list[str], shown: list[str]) -> None:
    assert shown_headings(headings) == shown
