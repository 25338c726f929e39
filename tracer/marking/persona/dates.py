"""Dates in a list's cells: read in each way of writing, and written like others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

DAY = 24 * 3600
"""Seconds of a day."""
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})((?:[ T].*)?)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})(日?)((?:[ T].*)?)", re.DOTALL)
_CLOCK = re.compile(
    r"([ T])([01][0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?((?:\.[0-9]{1,9})?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)"
)


@dataclass(frozen=True)
class Dated:
    """A cell that begins with a date."""

    day: date
    rest: str
    parts: tuple[str, ...]
    order: str = "ymd"
    """Year, month and day in the order in which they are written."""

    @property
    def padded(self) -> bool:
        """Whether a zero shows that months and days have two digits."""
        return any(self.parts[2 * at][0] == "0" for at in (0, 1, 2) if self.order[at] != "y")

    def moved(self, day: date, rest: str, *, padded: bool) -> str:
        """Another date and time written like this one."""
        form = "02d" if padded else "d"
        written = {"y": f"{day.year:04d}", "m": f"{day.month:{form}}", "d": f"{day.day:{form}}"}
        one, two, three = (written[each] for each in self.order)
        return f"{one}{self.parts[1]}{two}{self.parts[3]}{three}{self.parts[5]}{rest}"


@lru_cache(maxsize=20_000)
def read_date(cell: str, day_first: bool | None = None) -> Dated | None:
    """The cell's date; None where it has none.

    `day_first`: whether the day is written before the month where the year is last; None: as a dot or the numbers say.
    """
    last = _YEAR_LAST.fullmatch(cell)
    if last is not None:
        return _year_last(last, day_first)
    found = _DATE.fullmatch(cell)
    if found is None or (not found.group(2) and len(found.group(3) + found.group(5)) != 4):
        return None
    # 1208.12 is an amount, and so is 12081.2.
    if bool(found.group(2)) != bool(found.group(4)) or not 1900 <= int(found.group(1)) <= 2100:
        return None
    try:
        day = date(int(found.group(1)), int(found.group(3)), int(found.group(5)))
    except ValueError:
        return None
    return Dated(day, found.group(7), found.groups())


def _year_last(found: re.Match[str], day_first: bool | None) -> Dated | None:
    one, between, two, year, rest = found.groups()
    first = (between == "." or int(one) > 12) if day_first is None else day_first
    day, month = (int(one), int(two)) if first else (int(two), int(one))
    try:
        moment = date(int(year), month, day)
    except ValueError:
        return None
    return Dated(moment, rest, (one, between, two, between, year, "", rest), "dmy" if first else "mdy")


def day_first(cells: Sequence[str]) -> bool | None:
    """Whether the days of a column are before the months, as far as a number above 12 says."""
    found = [each for cell in cells if (each := _YEAR_LAST.fullmatch(cell)) is not None]
    if any(int(each[1]) > 12 for each in found):
        return True
    return False if any(int(each[3]) > 12 for each in found) else None


def moment_of(cell: str, day_first: bool | None = None) -> int | None:
    """Seconds since the first day of the calendar, of a cell with a day and a time of day; None for any other."""
    found = read_date(cell, day_first)
    clock = None if found is None else _CLOCK.fullmatch(found.rest)
    if found is None or clock is None:
        return None
    hours, minutes, seconds = int(clock.group(2)), int(clock.group(3)), int(clock.group(5) or 0)
    return ((found.day.toordinal() * 24 + hours) * 60 + minutes) * 60 + seconds


def seconds_of(cell: str, day_first: bool | None = None) -> int | None:
    """Seconds since the first day of the calendar, of a day or a moment; None for any other cell."""
    found = read_date(cell, day_first)
    if found is None:
        return None
    return moment_of(cell, day_first) if found.rest else found.day.toordinal() * DAY


def moment_at(seconds: int, like: str, day_first: bool | None = None, *, padded: bool = True) -> str:
    """The cell of a day or moment, written like another one; `padded`: months and days with two digits."""
    model = read_date(like, day_first)
    clock = None if model is None else _CLOCK.fullmatch(model.rest)
    if model is None or (model.rest and clock is None):
        return like
    days, rest = divmod(seconds, DAY)
    if clock is None:
        return model.moved(date.fromordinal(days), "", padded=padded)
    behind = f":{rest % 60:02d}" if clock.group(5) is not None else ""
    text = f"{clock.group(1)}{rest // 3600:02d}:{rest // 60 % 60:02d}{behind}{clock.group(6)}"
    return model.moved(date.fromordinal(days), text, padded=padded)
