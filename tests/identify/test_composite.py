"""Days and names folded: what is one person's in two lists is one text, what is another's is another."""

from __future__ import annotations

import pytest
from faker import Faker

from tracer.identify.composite import DayOrder, folded_day, folded_words, order_of

DAY_FIRST, MONTH_FIRST = DayOrder(day_first=True, sure=True), DayOrder(day_first=False, sure=True)
SAME_DAY = (
    "1990-03-04", "1990/3/4", "19900304", "1990.03.04", "1990年3月4日", "１９９０年３月４日", "1990-03-04 00:00:00",
    "1990-03-04T16:00:00Z", "4.3.1990", "04/03/1990", "4-3-90", "04031990", "4 March 1990", "Mar 4, 1990", "4-Mar-90",
    "4 de marzo de 1990", "4 mars 1990", "4. März 1990", "4 марта 1990 г.", "4 Maret 1990", "民國79年3月4日",
    "平成2年3月4日", "H2.3.4", "2533-03-04", "1990년 3월 4일", "٤/٣/١٩٩٠", '="1990-03-04"',
)  # fmt: skip


@pytest.mark.parametrize("text", SAME_DAY)
def test_a_day_is_one_day_in_all_forms(text: str) -> None:
    assert folded_day(text, DAY_FIRST) == "1990-03-04"


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张伟", "張 偉"), ("欧阳·娜娜", "歐陽娜娜"), ("张伟先生", "张伟（已婚）"), ("홍길동", "홍 길동 님"),
        ("José Muñoz-García", "GARCIA MUNOZ, Jose"), ("Dr. Jürgen Groß", "Gross Juergen"), ("Łukasz Øst", "lukasz ost"),
        ("O'Brien Sinéad", "Sinead O’Brien"), ("Алёна Королёва", "КОРОЛЕВА АЛЕНА"), ("أحمد علي", "احمد عَلي"),
    ],
)  # fmt: skip
def test_a_name_is_one_name_however_it_is_written(one: str, other: str) -> None:
    first, second = folded_words([one, other])
    assert first is not None
    assert sorted(first) == sorted(second or [])


def test_what_hides_a_part_says_nothing() -> None:
    assert folded_words(["张*", "王某某", "无", "N/A", "", "J*** Smith", "---"]) == [None] * 7


@pytest.mark.parametrize(
    "locale", ["zh_CN", "zh_TW", "ja_JP", "ko_KR", "en_US", "de_DE", "es_ES", "ru_RU", "pl_PL", "tr_TR"]
)
def test_another_makers_names_are_kept_apart(locale: str) -> None:
    """Names of a generator that is not ours: unlike ones stay unlike, and capitals or accents make no other name."""
    fake = Faker(locale)
    fake.seed_instance(20)
    names = sorted({f"{fake.last_name()} {fake.first_name()}" for _ in range(300)})
    folded = [tuple(sorted(words or ())) for words in folded_words(names)]
    assert () not in folded
    assert len(set(folded)) >= 0.97 * len(names)
    assert [tuple(sorted(words or ())) for words in folded_words([name.upper() for name in names])] == folded
