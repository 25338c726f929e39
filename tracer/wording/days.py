"""Days as people write them in a language."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
"""As CLDR has them for British English."""


def day_of(day: date, lang: str) -> str:
    """A day.

    >>> day_of(date(2026, 1, 2), "en"), day_of(date(2026, 1, 2), "zh")
    ('2 January 2026', '2026年1月2日')
    """
    return _written(day, lang, year=True, month=True)


def days_between(first: date, last: date, lang: str, joint: str = "to") -> str:
    """From one day to another in words, what they share said once; `joint`: `to` or `and`, in English.

    >>> days_between(date(2026, 3, 20), date(2026, 7, 2), "en"), days_between(date(2026, 7, 1), date(2026, 7, 2), "zh")
    ('20 March to 2 July 2026', '2026年7月1日至2日')
    """
    year = first.year != last.year
    month = year or first.month != last.month
    if lang == "en":
        return f"{_written(first, lang, year=year, month=month)} {joint} {day_of(last, lang)}"
    return f"{day_of(first, lang)}至{_written(last, lang, year=year, month=month)}"


def _written(day: date, lang: str, *, year: bool, month: bool) -> str:
    if lang == "en":
        return f"{day.day}{f' {_MONTHS[day.month - 1]}' if month else ''}{f' {day.year}' if year else ''}"
    return f"{f'{day.year}年' if year else ''}{f'{day.month}月' if month else ''}{day.day}日"


def month_of(day: date, lang: str) -> str:
    """The month of a day, short: for axes.

    >>> month_of(date(2026, 4, 1), "en"), month_of(date(2026, 4, 1), "zh")
    ('Apr 2026', '2026年4月')
    """
    return f"{_SHORT[day.month - 1]} {day.year}" if lang == "en" else f"{day.year}年{day.month}月"
