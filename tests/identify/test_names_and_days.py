"""Names and days: of organisations, taken apart and compared; of people and their days of birth, folded."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from faker import Faker

from tracer.documents import toml_of
from tracer.identify.composite import DayOrder, folded_day, folded_words, order_of
from tracer.identify.organisation import parse, same
from tracer.identify.person import agree, normalise

WRITTEN = toml_of((Path(__file__).parent / "names_and_days.toml").read_text("utf-8"))


def test_parts() -> None:
    for line in WRITTEN["parts"].splitlines():
        name, *parts = map(str.strip, line.split("|"))
        found = parse(name)
        assert found is not None
        assert [found.region, found.core, found.industry, found.form, found.branch] == parts


def test_placeholders_are_no_names() -> None:
    for name in ("", " ", "无", "N/A", "-"):
        assert parse(name) is None
        assert same(name, "易卓网络") is None


def test_candidates_and_firms_apart() -> None:
    for table, alike in (("one_firm", True), ("two_firms", False)):
        for line in WRITTEN[table].splitlines():
            a, b = line.split(" | ")
            score = same(a, b)
            assert score == same(b, a)
            assert (0.6 <= score <= 1.0) if alike and score is not None else (score is None and not alike), line


def test_a_fuller_agreement_scores_higher() -> None:
    full, part = same("江苏易卓网络科技有限公司", "江苏易卓网络"), same("江苏易卓网络科技有限公司", "易卓")
    assert (full or 0) > (part or 1)


@pytest.mark.parametrize("text", ["(a" * 30_000, "1" * 60_000, "有限公司(" * 10_000])
def test_a_text_is_no_name_and_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    assert parse(text) is None
    assert normalise(text) is None
    assert time.perf_counter() - start < 1


def test_whole_names_without_titles_and_signs() -> None:
    for text, name in {
        "趙安文 先生": "赵安文", "赵 安 文": "赵安文", "赵安文（经理）": "赵安文", "Ann  O'Nymous": "ann o nymous",
        "Mr. Ann Nymous": "ann nymous",
    }.items():  # fmt: skip
        assert normalise(text) == name
    # Surnames alone, masks, placeholders, and a number in the name's column.
    assert [normalise(text) for text in ("赵先生", "欧阳", "赵*", "赵某某", "无", "14200138000", "")] == [None] * 7


def test_names_agree_or_not() -> None:
    for a, b, verdict in (
        ("赵安文", "趙安文", True), ("赵安文", "赵安武", False), ("赵先生", "赵安文", None), ("赵*", "赵安文", None),
        ("钱*", "赵安文", False), ("", "赵安文", None),  # the surnames of the one before the last differ already
    ):  # fmt: skip
        assert agree(a, b) is agree(b, a) is verdict, (a, b)


# Folded: what is one person's in two lists is one text, what is another's is another.

DAY_FIRST, MONTH_FIRST = DayOrder(day_first=True, sure=True), DayOrder(day_first=False, sure=True)


def test_a_day_is_one_day_in_all_forms() -> None:
    assert {text for text in WRITTEN["same_day"] if folded_day(text, DAY_FIRST) != "1990-03-04"} == set()


def test_a_column_says_which_number_is_the_day() -> None:
    assert order_of(["03/04/1990", "03/25/1990"], "GB") == MONTH_FIRST
    assert order_of(["03/04/1990", "25/03/1990"], "US") == DAY_FIRST
    assert order_of(["1990-03-04"], "US").sure, "no cell needs it"
    assert order_of(["03/04/1990"], "US") == DayOrder(day_first=False, sure=False)
    assert folded_day("03/04/1990", MONTH_FIRST) == "1990-03-04"


def test_what_is_no_day_is_none() -> None:
    none = "unknown,13800138000,1990-13-04,13/13/1990,Anna March,10.0.0.1,12,1990-03-04-05"
    for text in ("", *none.split(",")):
        assert folded_day(text, DAY_FIRST) is None, text
    assert folded_day("32936", DAY_FIRST) is None, "a number is a day only among days"
    assert folded_day("32936", DAY_FIRST, serials=True) == "1990-03-04"
    assert folded_day("1990", DAY_FIRST, serials=True) == "1990", "a year before it is a spreadsheet's number"


def test_a_name_is_one_name_however_it_is_written() -> None:
    for pair in WRITTEN["one_name"]:
        first, second = folded_words(pair)
        assert first is not None
        assert sorted(first) == sorted(second or []), pair


def test_what_hides_a_part_says_nothing() -> None:
    assert folded_words(["张*", "王某某", "无", "N/A", "", "J*** Smith", "---"]) == [None] * 7


@pytest.mark.parametrize("locale", ["zh_CN", "ja_JP", "ko_KR", "de_DE", "es_ES", "ru_RU", "tr_TR"])
def test_another_makers_names_are_kept_apart(locale: str) -> None:
    """Names of a generator that is not ours: unlike ones stay unlike, and capitals or accents make no other name."""
    fake = Faker(locale)
    fake.seed_instance(20)
    names = sorted({f"{fake.last_name()} {fake.first_name()}" for _ in range(300)})
    folded = [tuple(sorted(words or ())) for words in folded_words(names)]
    assert () not in folded
    assert len(set(folded)) >= 0.97 * len(names)
    assert [tuple(sorted(words or ())) for words in folded_words([name.upper() for name in names])] == folded
