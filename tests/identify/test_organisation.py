"""Names of organisations: taken apart, and compared. All firms are invented."""

from __future__ import annotations

import time

import pytest

from tracer.identify import person
from tracer.identify.organisation import parse, same


@pytest.mark.parametrize(
    ("name", "region", "core", "industry", "form", "branch"),
    [
        ("江苏易卓网络科技有限公司", "江苏", "易卓", "网络科技", "有限公司", ""),
        ("江蘇易卓網絡", "江苏", "易卓", "网络", "", ""),
        ("易卓网络", "", "易卓", "网络", "", ""),
        ("易卓（上海）信息技术股份有限公司", "上海", "易卓", "信息技术", "股份有限公司", ""),
        ("江苏省南京市云卓贸易商行", "南京", "云卓", "贸易", "商行", ""),
        ("江苏易卓网络科技有限公司南京分公司", "江苏", "易卓", "网络科技", "有限公司", "南京分公司"),
        ("易卓网络苏州市分公司", "", "易卓", "网络", "", "苏州市分公司"),
        ("北京朝阳区易卓百货店", "北京", "易卓", "百货", "店", ""),
        ("科技", "", "科技", "", "", ""),  # at least two characters of core remain
        ("Yizhuo Data Co., Ltd.", "", "yizhuo data", "", "co ltd", ""),
    ],
)
def test_parts(name: str, region: str, core: str, industry: str, form: str, branch: str) -> None:
    parsed = parse(name)
    assert parsed is not None
    assert (parsed.region, parsed.core, parsed.industry, parsed.form, parsed.branch) == (
        region, core, industry, form, branch,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "无", "N/A", "-"])
def test_placeholders_are_no_names(name: str) -> None:
    assert parse(name) is None
    assert same(name, "易卓网络") is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("江苏易卓网络科技有限公司", "易卓网络"),
        ("江苏易卓网络科技有限公司", "江蘇易卓網絡"),
        ("易卓网络", "江蘇易卓網絡"),
        ("江苏易卓网络科技有限公司", "易卓（江苏）网络科技有限公司"),
        ("江苏易卓网络科技有限公司", "南京易卓网络科技有限公司"),  # a city of the province
        ("江苏易卓网络科技有限公司", "江苏易卓网络科技有限公司南京分公司"),
        ("易卓网络科技有限公司", "易卓信息技术有限公司"),  # one trade
        ("Yizhuo Data Co., Ltd.", "YIZHUO DATA"),
    ],
)
def test_candidates(a: str, b: str) -> None:
    score = same(a, b)
    assert score is not None
    assert 0.6 <= score <= 1.0
    assert same(b, a) == score


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("浙江易卓网络科技有限公司", "江苏卓易网络科技有限公司"),  # rapidfuzz alone: 92
        ("江苏易卓网络科技有限公司", "江苏卓易网络科技有限公司"),  # the same characters in another order
        ("江苏易卓网络科技有限公司", "浙江易卓网络科技有限公司"),
        ("南京易卓网络", "苏州易卓网络"),
        ("易卓网络", "易卓餐饮"),  # trades that have nothing in common
        ("易卓网络", "云卓网络"),
        ("甲乙丙丁网络", "丁丙乙甲网络"),
        ("cti-x", "cti-y"),
    ],
)
def test_apart(a: str, b: str) -> None:
    assert same(a, b) is None
    assert same(b, a) is None


def test_a_fuller_agreement_scores_higher() -> None:
    full, part = same("江苏易卓网络科技有限公司", "江苏易卓网络"), same("江苏易卓网络科技有限公司", "易卓")
    assert full is not None
    assert part is not None
    assert full > part


@pytest.mark.parametrize("text", ["(a" * 30_000, "1" * 60_000, "有限公司(" * 10_000])
def test_a_text_is_no_name_and_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    assert parse(text) is None
    assert person.normalise(text) is None
    assert time.perf_counter() - start < 1
