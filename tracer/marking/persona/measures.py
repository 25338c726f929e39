"""Columns that measure something: amounts, days and moments, read as numbers and written as the list writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracer.marking.persona.dates import DAY, day_first, moment_at, moment_of, read_date, seconds_of

_MOSTLY = 0.9
_GRID = (3_600.0, 1_800.0, 900.0, 600.0, 300.0, 60.0, 1.0)
"""Steps of times of day."""
_WIDE = 5
"""Digits from which on a column whose numbers are all as long holds codes, not amounts."""
_OVER = 3.0
"""How many times as often as by chance an ending is met that the list's own habits make."""
_SIGNS, _AMOUNTS = 2, 40
"""Different signs before a column's amounts at most, and different amounts at least where these are letters."""
_LEAST = 10
_AMOUNT = re.compile(r"(?P<head>[^0-9-]{0,5}-?)(?P<whole>[1-9][0-9]{0,2}(?:[.,' \u00a0’][0-9]{3})+|[0-9]+)"
                     r"(?P<part>[.,][0-9]{1,6})?(?P<tail>[^0-9]{0,6})")  # fmt: skip


@dataclass(frozen=True)
class MeasuredColumn:
    """How one column's cells are numbers."""

    dated: bool
    decimal: str = "."
    grouping: str = ""
    places: int = 0
    """Digits behind the sign at most."""
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
            seconds = seconds_of(cell, self.day_first)
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
        whole, _, behind = text.partition(".")
        if self.grouping and len(whole) > 3:
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", self.grouping, whole)
        head = found["head"].rstrip("-") + ("-" if value < 0 else "")
        return head + whole + (self.decimal + behind if behind else "") + found["tail"]

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
    first = day_first(cells)
    dated = MeasuredColumn(True, day_first=first)
    if sum(dated.value(cell) is not None for cell in cells[:200]) >= _MOSTLY * len(cells[:200]):
        days = [day for cell in cells if (day := read_date(cell, first)) is not None]
        times = [moment % DAY for cell in cells if (moment := moment_of(cell, first)) is not None]
        grid = next(size for size in _GRID if sum(time % size == 0 for time in times) >= _MOSTLY * len(times))
        return replace(dated, padded=any(day.padded for day in days), grid=grid)
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
    bare = places > 0 and len(sizes) > 1 and not any(
        part.endswith("0") for part in parts
    )  # fmt: skip
    grouping = next((sign for sign, _ in groups.most_common(1) if sign != decimal), "")
    plain = MeasuredColumn(False, decimal, grouping, places, bare)
    return replace(plain, endings=_endings(plain, cells))


def _endings(measure: MeasuredColumn, cells: Sequence[str]) -> frozenset[tuple[int, int]]:
    values = [abs(value) for cell in cells if (value := measure.value(cell)) is not None]
    found = set[tuple[int, int]]()
    for size in range(1, 6):
        units = [units for value in values if (units := round(value * 10**measure.places)) >= 10**size]
        counts = Counter(each % 10**size for each in units)
        least = max(_LEAST, _OVER * len(units) / 10**size)
        found |= {(size, end) for end, count in counts.items() if count >= least}
    return frozenset(found)
