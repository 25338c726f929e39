"""Columns that measure something: amounts, days and moments, read as numbers and written as the list writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

DAY = 24 * 3600
"""Seconds of a day."""
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})((?:[ T].*)?)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})(日?)((?:[ T].*)?)", re.DOTALL)
_CLOCK = re.compile(
    r"([ T])([01][0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?((?:\.[0-9]{1,9})?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)"
)
_MOSTLY = 0.9
_GRID = (3_600.0, 1_800.0, 900.0, 600.0, 300.0, 60.0, 1.0)  # Steps of times of day.
_WIDE = 5  # Digits from which on a column whose numbers are all as long holds codes, not amounts.
_OVER = 3.0  # How many times as often as by chance an ending is met that the list's own habits make.
_SIGNS, _AMOUNTS = 2, 40
"""Different signs before a column's amounts at most, and different amounts at least where these are letters."""
_LEAST = 10
_AMOUNT = re.compile(
    r"(?P<head>[^0-9-]{0,5}-?)(?P<whole>[1-9][0-9]{0,2}(?:[.,' \u00a0’][0-9]{3})+|[0-9]+)"
    r"(?P<part>[.,][0-9]{1,6})?(?P<tail>[^0-9]{0,6})"
)


@dataclass(frozen=True)
class Dated:
    """A cell that begins with a date."""

    day: date
    rest: str
    parts: tuple[str, ...]
    """Numbers and what is written between them, as `_DATE` has them."""
    order: str
    """Year, month and day in the order in which they are written: `ymd`."""


@lru_cache(maxsize=20_000)
def read_date(cell: str, day_first: bool | None = None) -> Dated | None:
    """The cell's date; None where it has none.

    `day_first`: whether the day is written before the month where the year is last; None: as a dot or the numbers say.
    """
    last = _YEAR_LAST.fullmatch(cell)
    if last is not None:
        one, between, two, year, rest = last.groups()
        first = (between == "." or int(one) > 12) if day_first is None else day_first
        day, month = (one, two) if first else (two, one)
        parts: tuple[str, ...] = (one, between, two, between, year, "", rest)
        order = "dmy" if first else "mdy"
    else:
        found = _DATE.fullmatch(cell)
        if found is None or (not found[2] and len(found[3] + found[5]) != 4):
            return None
        # 1208.12 is an amount, and so is 12081.2.
        if bool(found[2]) != bool(found[4]) or not 1900 <= int(found[1]) <= 2100:
            return None
        year, month, day, rest = found[1], found[3], found[5], found[7]
        parts, order = found.groups(), "ymd"
    try:
        return Dated(date(int(year), int(month), int(day)), rest, parts, order)
    except ValueError:
        return None


def moment_of(cell: str, day_first: bool | None = None) -> int | None:
    """Seconds since the first day of the calendar, of a cell with a day and a time of day; None for any other."""
    found = read_date(cell, day_first)
    clock = None if found is None else _CLOCK.fullmatch(found.rest)
    if found is None or clock is None:
        return None
    return ((found.day.toordinal() * 24 + int(clock[2])) * 60 + int(clock[3])) * 60 + int(clock[5] or 0)


def moment_at(seconds: int, like: str, day_first: bool | None = None, *, padded: bool = True) -> str:
    """The cell of a day or moment, written like another one; `padded`: months and days with two digits."""
    model = read_date(like, day_first)
    clock = None if model is None else _CLOCK.fullmatch(model.rest)
    if model is None or (model.rest and clock is None):
        return like
    days, time = divmod(seconds, DAY)
    day, rest = date.fromordinal(days), ""
    if clock is not None:
        in_minute = f":{time % 60:02d}" if clock[5] is not None else ""
        rest = f"{clock[1]}{time // 3600:02d}:{time // 60 % 60:02d}{in_minute}{clock[6]}"
    form = "02d" if padded else "d"
    written = {"y": f"{day.year:04d}", "m": f"{day.month:{form}}", "d": f"{day.day:{form}}"}
    one, two, three = (written[each] for each in model.order)
    return f"{one}{model.parts[1]}{two}{model.parts[3]}{three}{model.parts[5]}{rest}"


@dataclass(frozen=True)
class MeasuredColumn:
    """How one column's cells are numbers."""

    dated: bool
    decimal: str = "."
    grouping: str = ""
    places: int = 0
    """Digits after the decimal sign at most."""
    bare: bool = False
    """Whether zeros at the end are left out, as a spreadsheet does."""
    day_first: bool | None = None
    padded: bool = True
    """Whether months and days are written with two digits."""
    grid: float = 1.0
    """Seconds between times of day at which something is done, of moments."""
    endings: frozenset[tuple[int, int]] = frozenset()
    """How many last digits, and which, the list has by habit: prices that end in 99, thousands."""

    def value(self, cell: str | None) -> float | None:
        """An amount, or seconds since the first day of the calendar; None for what is neither."""
        if cell is None:
            return None
        if self.dated:
            day = read_date(cell, self.day_first)
            if day is None:
                return None
            seconds = moment_of(cell, self.day_first) if day.rest else day.day.toordinal() * DAY
            return None if seconds is None else float(seconds)
        found = _AMOUNT.fullmatch(cell.strip())
        if found is None:
            return None
        whole, part = found["whole"], found["part"] or ""
        if part and self.decimal != part[0] and len(part) == 4:
            whole, part = whole + part, ""  # a thousand, since the column's decimal sign is the other
        sign = -1.0 if found["head"].endswith("-") else 1.0
        return sign * float(re.sub(r"[^0-9]", "", whole) + ("." + part[1:] if part else ""))

    def written(self, value: float, like: str) -> str:
        """The number in the way in which the cell `like` is written."""
        if self.dated:
            return moment_at(int(value), like, self.day_first, padded=self.padded)
        found = _AMOUNT.fullmatch(like.strip())
        if found is None:
            return like
        part = found["part"] or ""
        places = self.places if self.bare else 0 if part and part[0] != self.decimal else max(0, len(part) - 1)
        text = f"{abs(value):.{places}f}"
        if self.bare and "." in text:
            text = text.rstrip("0").rstrip(".")
        whole, _, decimals = text.partition(".")
        if self.grouping and len(whole) > 3:
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", self.grouping, whole)
        head = found["head"].rstrip("-") + ("-" if value < 0 else "")
        return head + whole + (self.decimal + decimals if decimals else "") + found["tail"]

    def unit(self, value: float, cell: str) -> float:
        """The step by which a new number may differ from this one, so that it ends as the list's do by habit."""
        if self.dated:
            moved = read_date(cell, self.day_first)
            return self.grid if moved is not None and moved.rest else float(DAY)
        found = _AMOUNT.fullmatch(cell.strip())
        part = "" if found is None or (found["part"] or "")[:1] != self.decimal else found["part"]
        places = self.places if self.bare else max(0, len(part) - 1)
        units, size = round(abs(value) * 10**places), 0
        while (size + 1, units % 10 ** (size + 1)) in self.endings:
            size += 1
        return float(10 ** (size - places))


def measure_of(cells: Sequence[str], *, code: bool) -> MeasuredColumn | None:
    """How a column's filled cells are read as numbers; None where most are none, or where they are codes."""
    # Days are before months, or not, as far as a number above 12 says.
    last = [each for cell in cells if (each := _YEAR_LAST.fullmatch(cell)) is not None]
    months = False if any(int(each[3]) > 12 for each in last) else None
    first = True if any(int(each[1]) > 12 for each in last) else months
    dated = MeasuredColumn(True, day_first=first)
    if sum(dated.value(cell) is not None for cell in cells[:200]) >= _MOSTLY * len(cells[:200]):
        days = [day for cell in cells if (day := read_date(cell, first)) is not None]
        times = [moment % DAY for cell in cells if (moment := moment_of(cell, first)) is not None]
        grid = next(size for size in _GRID if sum(time % size == 0 for time in times) >= _MOSTLY * len(times))
        padded = any(day.parts[2 * at][0] == "0" for day in days for at in range(3) if day.order[at] != "y")
        return replace(dated, padded=padded, grid=grid)
    found = [each for cell in cells if (each := _AMOUNT.fullmatch(cell.strip())) is not None]
    if code or not cells or len(found) < _MOSTLY * len(cells):
        return None
    heads = {each["head"].rstrip("-").strip() for each in found}
    if any(map(str.isalpha, "".join(heads))) and (len(heads) > _SIGNS or len(set(cells)) < _AMOUNTS):
        return None  # kinds with a number, not amounts with a currency
    wholes = [each["whole"] for each in found]
    if sum(len(each) > 1 and each[0] == "0" for each in wholes) > 0.01 * len(wholes):
        return None
    if len({len(each) for each in wholes}) == 1 and len(wholes[0]) >= _WIDE and not any(e["part"] for e in found):
        return None
    signs = Counter(each["part"][0] for each in found if each["part"] and len(each["part"]) != 4)
    decimal = max(sorted(signs), key=lambda sign: signs[sign]) if signs else "."
    groups = Counter(sign for each in wholes for sign in re.findall(r"[^0-9]", each))
    groups.update(each["part"][0] for each in found if each["part"] and len(each["part"]) == 4 != decimal)
    parts = [each["part"][1:] for each in found if each["part"] and each["part"][0] == decimal]
    places = max((len(part) for part in parts), default=0)
    sizes = {len(part) for part in parts} | ({0} if len(parts) < len(found) else set())
    bare = places > 0 and len(sizes) > 1 and not any(part.endswith("0") for part in parts)
    grouping = next((sign for sign, _ in groups.most_common(1) if sign != decimal), "")
    plain = MeasuredColumn(False, decimal, grouping, places, bare)

    values = [abs(value) for cell in cells if (value := plain.value(cell)) is not None]
    endings = set[tuple[int, int]]()
    for size in range(1, 6):
        units = [units for value in values if (units := round(value * 10**places)) >= 10**size]
        least = max(_LEAST, _OVER * len(units) / 10**size)
        endings |= {(size, end) for end, count in Counter(each % 10**size for each in units).items() if count >= least}
    return replace(plain, endings=frozenset(endings))
