"""Days of people, mostly birthdays, in whatever form they were written: folded to `1990-03-04`.

A form with the year in front, or with the month in letters, says itself what is what. Where day and month are both
digits, the column decides: one cell of 13 to 31 in a place shows which place is the day's. Years of two digits up to 29
are of this century. Years of the Republic of China, of Japanese eras and of the Buddhist calendar are counted back;
those of the Persian and the Islamic calendar stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tracer.identify.cell import fold, plain_digits

DEFAULT_DAYS = frozenset({
    "0001-01-01", "1000-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "1900-01-01", "1901-01-01",
    "1970-01-01", "9999-12-31",
})  # fmt: skip
"""What programs write where no day was given: the first or last day that they know."""

_CLOCK = re.compile(
    r"(?:[T ,]+\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)?)$"
)
_GROUPS = re.compile(r"\d+")
_BETWEEN = re.compile(r"^[\s\-/.,_年月日号號년월일]*$")
_TWO_SHORT = re.compile(r"\D{0,3}\d{1,2}\D{1,3}\d{1,2}\D{1,3}\d")
_PURE = re.compile(r"(?:1[6-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_TURNED = re.compile(r"\d{2}\d{2}(?:1[89]|20)\d\d")
_SERIAL = re.compile(r"[1-9]\d{3,4}(?:\.0+)?")
_ERAS = {
    "民國": 1911, "民国": 1911, "中華民國": 1911, "中华民国": 1911, "明治": 1867, "大正": 1911, "昭和": 1925,
    "平成": 1988, "令和": 2018, "M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018,
}  # fmt: skip
_ERA = re.compile(rf"({'|'.join(sorted(_ERAS, key=len, reverse=True))})\s*\.?\s*(元|\d{{1,3}})(?=[\s年./\-])")
_EXCEL_ZERO = date(1899, 12, 30)
_PIVOT = 29
_LONGEST = 60
_MONTHS_OF = (
    "en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "nb", "fi", "et", "lv", "lt", "pl", "cs", "sk", "hu", "ro",
    "hr", "sl", "bg", "el", "ru", "uk", "tr", "id", "ms", "vi", "ca", "ar", "he", "fa", "hi", "th", "ka",
)  # fmt: skip


@dataclass(frozen=True)
class DayOrder:
    """Which of two numbers in front of a year is the day."""

    day_first: bool
    sure: bool
    """Whether a cell of the column shows it, or none needs it."""


def order_of(texts: Iterable[str], region: str) -> DayOrder:
    """The order of a column of days, by its cells; where none shows it, that of the region.

    Only cells such as `03/04/1990` say anything: the first of their numbers is a day if any is over 12.
    """
    first = second = either = 0
    for text in filter(_TWO_SHORT.match, texts):
        numbers = _numbers(_clean(text))
        if len(numbers) == 3 and len(numbers[0]) <= 2 and len(numbers[1]) <= 2:
            first += int(numbers[0]) > 12 and int(numbers[1]) <= 12
            second += int(numbers[1]) > 12 and int(numbers[0]) <= 12
            either += int(numbers[0]) <= 12 and int(numbers[1]) <= 12
    if first or second:
        return DayOrder(first >= second, sure=True)
    return DayOrder(region != "US", sure=not either)


def folded_day(text: str, order: DayOrder, *, serials: bool = False) -> str | None:
    """The day as `1990-03-04`, or the year, or year and month, where no more is said; None for anything else.

    `serials`: whether a number of four or five digits is a spreadsheet's day.
    """
    if len(text) > _LONGEST:
        return None
    clean = _clean(text)
    if serials and _SERIAL.fullmatch(clean) and not _YEAR.fullmatch(clean):
        return (_EXCEL_ZERO + timedelta(days=int(float(clean)))).isoformat()
    return _of_eight(clean, order) or _with_named_month(clean) or _of_numbers(_numbers(clean), order)


def _of_eight(clean: str, order: DayOrder) -> str | None:
    if _PURE.fullmatch(clean):
        return _day(int(clean[:4]), int(clean[4:6]), int(clean[6:]))
    if _TURNED.fullmatch(clean):
        return _ordered(clean[:2], clean[2:4], int(clean[4:]), order)
    return None


def _of_numbers(numbers: list[str], order: DayOrder) -> str | None:
    if len(numbers) == 1 and _YEAR.fullmatch(numbers[0]):
        return numbers[0]
    if len(numbers) == 2 and len(numbers[0]) == 4 and 1 <= int(numbers[1]) <= 12:
        return f"{numbers[0]}-{int(numbers[1]):02d}"
    return _of_three(numbers, order) if len(numbers) == 3 else None


def _of_three(numbers: list[str], order: DayOrder) -> str | None:
    first, second, third = numbers
    if len(first) in (3, 4):
        return _day(int(first), int(second), int(third))
    if len(third) == 4:
        return _ordered(first, second, int(third), order)
    if len(third) == 2 and len(first) <= 2:
        if int(first) > 31:
            return _day(_century(first), int(second), int(third))
        return _ordered(first, second, _century(third), order)
    return None


def _clean(text: str) -> str:
    """Plain digits, the clock taken off, years of eras counted back."""
    plain = _CLOCK.sub("", plain_digits(unicodedata.normalize("NFKC", fold(text)))).strip(" '\"=")
    era = _ERA.match(plain)
    if era:
        year = 1 if era.group(2) == "元" else int(era.group(2))
        plain = f"{_ERAS[era.group(1)] + year}{plain[era.end() :]}"
    return plain


def _numbers(clean: str) -> list[str]:
    """The groups of digits, if nothing but signs between is there."""
    return _GROUPS.findall(clean) if _BETWEEN.fullmatch(_GROUPS.sub("", clean)) else []


def _century(two: str) -> int:
    return int(two) + (2000 if int(two) <= _PIVOT else 1900)


def _ordered(first: str, second: str, year: int, order: DayOrder) -> str | None:
    day, month = (first, second) if order.day_first else (second, first)
    return _day(year, int(month), int(day))


def _day(year: int, month: int, day: int) -> str | None:
    if 2400 <= year <= 2600:
        year -= 543
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _with_named_month(clean: str) -> str | None:
    """`4 March 1990`, `Mar 4, 1990`, `4 de marzo de 1990`: None where no word is a month's."""
    words = re.findall(r"[^\W\d_]+", clean)
    numbers = [number for number in _GROUPS.findall(clean) if len(number) <= 4]
    if not words or len(words) > 5 or len(numbers) != 2:
        return None
    month = next((found for word in words if (found := _months().get(_bare(word))) is not None), None)
    if month is None:
        return None
    year = next((number for number in numbers if len(number) == 4), None)
    if year is None:
        return _day(_century(numbers[1]), month, int(numbers[0])) if len(numbers[1]) == 2 else None
    day = numbers[0] if numbers[1] == year else numbers[1]
    return _day(int(year), month, int(day))


def _bare(word: str) -> str:
    text = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in text if not unicodedata.combining(char))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The names of the months in many languages, whole and cut, as the Unicode locale data give them; a name that means
    two months is none."""
    from babel import Locale

    found: dict[str, set[int]] = {}
    for code in _MONTHS_OF:
        months = Locale(code).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    for word in re.findall(r"[^\W\d_]{3,}", str(name)):
                        found.setdefault(_bare(word), set()).add(int(number))
    return {word: next(iter(numbers)) for word, numbers in found.items() if len(numbers) == 1}
