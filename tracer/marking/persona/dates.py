"""Dates in a list's cells: new ones between its own, written like them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.occurrences import Occurrences, accepted

_TRIES = 40
DAY = 24 * 3600
"""Seconds of a day."""
_FINE = 1_000_000
_LONGEST = 4_000
"""Days between two rows that are looked through."""
_SPAN = 60_000
"""Days that are looked through for unused ones: birthdays span a century."""
_NEAR = 4
"""Unused days on each side of a used one from which a new one is taken: as many are new where there are many."""
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})((?:[ T].*)?)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})(日?)((?:[ T].*)?)", re.DOTALL)

_CLOCK = re.compile(
    r"([ T])([01][0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?((?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)"
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


@lru_cache(maxsize=100_000)
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


def _day_first(cells: Sequence[str]) -> bool | None:
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


def moment_at(seconds: int, like: str, day_first: bool | None = None) -> str:
    """The cell of a moment, written like another one."""
    model = read_date(like, day_first)
    clock = None if model is None else _CLOCK.fullmatch(model.rest)
    if model is None or clock is None:
        return like
    days, rest = divmod(seconds, 24 * 3600)
    behind = f":{rest % 60:02d}" if clock.group(5) is not None else ""
    text = f"{clock.group(1)}{rest // 3600:02d}:{rest // 60 % 60:02d}{behind}{clock.group(6)}"
    return model.moved(date.fromordinal(days), text, padded=True)


class Dates:
    """The dates of some rows, among which new ones are made."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.day_first = _day_first(cells)
        self.dated = [found for cell in cells if (found := read_date(cell, self.day_first)) is not None]
        self.days = Occurrences(str(found.day) for found in self.dated)
        self.cells = frozenset(cells)
        self.moments = bool(self.dated) and bool(self.dated[0].rest) and len(self.cells) > 0.9 * len(cells)
        self.timed = any(found.rest for found in self.dated)
        self.padded = any(found.padded for found in self.dated)

    def seconds(self, cell: str | None) -> int | None:
        """Seconds since the first day of the calendar, of a day or a moment; None for any other cell."""
        found = None if cell is None else read_date(cell, self.day_first)
        if cell is None or found is None:
            return None
        return moment_of(cell, self.day_first) if found.rest else found.day.toordinal() * DAY

    def at(self, seconds: int, like: str) -> str:
        """The day or moment of so many seconds, written like the cell `like`."""
        model = read_date(like, self.day_first)
        if model is None or model.rest:
            return moment_at(seconds, like, self.day_first)
        return model.moved(date.fromordinal(seconds // DAY), "", padded=self.padded)

    @cached_property
    def unused(self) -> list[date]:
        """Days between the first and the last on which no row falls, but for days of the week that none falls on."""
        first, last = min(found.day for found in self.dated), max(found.day for found in self.dated)
        week = {found.day.weekday() for found in self.dated}
        everything = (first + timedelta(days=k) for k in range(min((last - first).days, _SPAN)))
        return [day for day in everything if str(day) not in self.days.counts and day.weekday() in week]

    @cached_property
    def _unused_of_week(self) -> dict[int, list[date]]:
        """The unused days of each day of the week: of those that few rows fall on there are more."""
        found: dict[int, list[date]] = {}
        for day in self.unused:
            found.setdefault(day.weekday(), []).append(day)
        return found

    def _unused_near(self, day: date, draw: KeyedDraw) -> date:
        days = self._unused_of_week.get(day.weekday(), self.unused)
        at = bisect_right(days, day)
        return draw.choice(days[max(0, at - _NEAR) : at + _NEAR])

    def new(self, cell: str, draw: KeyedDraw) -> str | None:
        """A date like `cell` among these: as often one of their days as ordinary rows share their days.

        The time of day comes from another of them. None where `cell` is not a date.
        """
        own = read_date(cell, self.day_first)
        if own is None or len(self.dated) < 2:
            return None
        if self.days.new_due(draw) and self.unused:
            day = self._unused_near(draw.choice(self.dated).day, draw)
        else:
            day = date.fromisoformat(accepted(lambda: str(draw.choice(self.dated).day), self.days, draw))
        made = cell
        for _ in range(_TRIES):
            rest = draw.choice(self.dated).rest
            made = own.moved(day, rest if own.rest and rest else own.rest, padded=self.padded)
            # Where every row has a moment of its own, so has this one.
            if not self.moments or made not in self.cells:
                break
        return made

    def same_day(self, cell: str, draw: KeyedDraw) -> str:
        """A moment of the cell's day that no row has, at the time of day of another; the cell where it has no time."""
        own = read_date(cell, self.day_first)
        if own is None or not own.rest:
            return cell
        made = cell
        for _ in range(_TRIES):
            rest = draw.choice(self.dated).rest
            made = own.moved(own.day, rest or own.rest, padded=self.padded)
            if made not in self.cells:
                break
        return made

    def between(self, low: str, high: str, draw: KeyedDraw) -> str | None:
        """A date from `low` to `high`; None where they are not dates, or moments that leave nothing between them.

        Among several days, one with few rows is likelier, since its neighbour's rows would have to be more still.
        """
        a, b = read_date(low, self.day_first), read_date(high, self.day_first)
        if a is None or b is None:
            return None
        if a.rest or b.rest:
            first, last = sorted((moment_of(low, self.day_first) or 0, moment_of(high, self.day_first) or 0))
            if not first or moment_at(first, low, self.day_first) not in (low, high) or last - first < 2:
                return None
            return moment_at(first + 1 + draw.below(last - first - 1), low, self.day_first)
        week = {found.day.weekday() for found in self.dated}
        begin, end = min(a.day, b.day), max(a.day, b.day)
        days = (begin + timedelta(days=k) for k in range(min((end - begin).days, _LONGEST) + 1))
        able = [day for day in days if day.weekday() in week or day in (begin, end)]
        return a.moved(_weighted(able, [self.days.weight(str(day)) for day in able], draw), "", padded=self.padded)


def _weighted(days: Sequence[date], weights: Sequence[float], draw: KeyedDraw) -> date:
    """One of the days, in proportion to the weights."""
    bounds = list(accumulate(weights))
    return days[min(bisect_right(bounds, draw.below(_FINE) / _FINE * bounds[-1]), len(days) - 1)]
