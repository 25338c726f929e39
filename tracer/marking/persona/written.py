"""How a list writes its numbers, and other numbers written so: Chinese mobiles, and numbers of every other plan.

A form is the cell with a slot for each digit of the number as its country dials it from within; what is written around
them (a country code, a 0 in front, brackets, blanks) stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import duckdb

from tracer.identify.cell import ASCII_TWIN, FULL_WIDTH
from tracer.identify.phone import read_phone_cell
from tracer.marking.persona.draws import KeyedDraw

_NARROW = str.maketrans(FULL_WIDTH, ASCII_TWIN)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_MOBILE = re.compile(r"1[3-9](?:[^0-9*Ee]{0,3}[0-9]){9}(?![0-9])")
_BEFORE = re.compile(r"[^0-9]*(?:(?:00)?86|0)?[^0-9]*")
_AFTER = re.compile(r"(?:\.0+)?[^0-9]{0,2}")
_SLOT, _WIDE_SLOT = "\x00", "\x01"  # Stand for a digit of the number in a form.
_CHINA = "86"
_CODES = (1, 2, 3)
_AREA = 6  # Digits behind the country code by which a number's way of being parted is known.


@lru_cache(maxsize=50_000)
def number_form(cell: str, region: str = "CN") -> tuple[str, str] | None:
    """How a cell with one number writes it, and all of the number's digits with its country code; None for any other
    cell. `region`: that of numbers without a country code. Among Chinese numbers, mobiles alone have a form.

    >>> number_form("(212) 555-0142", "US")[1], number_form("142 0013 8000")[1]
    ('12125550142', '8614200138000')
    """
    plain = cell.translate(_NARROW)
    # +86 138…: the number begins after the country code, which does not begin with 1.
    found = list(_MOBILE.finditer(plain))
    if region == "CN" and len(found) == 1:
        begin, end = found[0].span()
        if _BEFORE.fullmatch(plain[:begin]) is not None and _AFTER.fullmatch(plain[end:]) is not None:
            form = cell[:begin] + "".join(map(_slot, cell[begin:end])) + cell[end:]
            return form, _CHINA + re.sub(r"[^0-9]", "", plain[begin:end])
    if region == "CN" and not cell.lstrip().startswith(("+", "00")):
        return None
    readings = read_phone_cell(cell, region)
    if len(readings) != 1 or readings[0].status != "ok" or readings[0].key is None:
        return None
    key = str(readings[0].key)
    own = key[len(calling_code(key)) :]
    if key.startswith(_CHINA) or not re.sub(r"[^0-9]", "", plain).endswith(own):
        return None  # an extension at the end, or a digit that is written at home alone
    left, form = len(own), ""
    for char in reversed(cell):
        slot = _slot(char) if left > 0 else char
        left -= slot != char
        form = slot + form
    return form, key


@lru_cache(maxsize=4096)
def calling_code(key: str) -> str:
    """The country code that a number begins with; empty where none is known."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return next((key[:n] for n in _CODES if int(key[:n] or 0) in COUNTRY_CODE_TO_REGION_CODE), "")


def digit_grouping(key: str) -> tuple[int, ...]:
    """How many digits its country writes together: London's numbers are parted elsewhere than those of Leeds."""
    code = calling_code(key)
    return _grouping_of_example(code, key[len(code) : len(code) + _AREA], len(key) - len(code))


def area_of(key: str) -> str:
    """The digits of a number by which its country knows where it is, with the country code: 1212, 44113. Empty for
    Chinese numbers, whose places are those of their segments."""
    code, parted = calling_code(key), digit_grouping(key)
    if code == _CHINA or len(parted) < 2:
        return ""
    trunk = sum(parted) - (len(key) - len(code))  # a 0 in front
    return key[: len(code) + max(0, parted[0] - max(0, trunk))]


@lru_cache(maxsize=50_000)
def _grouping_of_example(code: str, begin: str, digits: int) -> tuple[int, ...]:
    from phonenumbers import PhoneNumber, PhoneNumberFormat, format_number

    if not code or not begin:
        return ()
    number = PhoneNumber(country_code=int(code), national_number=int(begin.ljust(digits, "4")))
    return tuple(map(len, re.findall(r"[0-9]+", format_number(number, PhoneNumberFormat.NATIONAL))))


_KIND_DIGITS = 5  # Digits behind the country code that tell a mobile from a fixed line.


def kind_of(key: str) -> str:
    """Whether a number, all its digits with its country code, is a mobile's or a fixed line's; empty where its plan
    does not say."""
    code = calling_code(key)
    return _kind_of(code, key[len(code) : len(code) + _KIND_DIGITS], len(key) - len(code))


@lru_cache(maxsize=50_000)
def _kind_of(code: str, begin: str, digits: int) -> str:
    from phonenumbers import PhoneNumber, PhoneNumberType, number_type

    if not code or not begin:
        return ""
    # Any number of its block, or of a larger one around a block that is not given out: drama numbers are in such.
    for size in range(len(begin), 0, -1):
        tails = (begin[:size].ljust(digits, fill) for fill in "123456789")
        types = {number_type(PhoneNumber(country_code=int(code), national_number=int(tail))) for tail in tails}
        mobile, fixed = PhoneNumberType.MOBILE in types, PhoneNumberType.FIXED_LINE in types
        if PhoneNumberType.FIXED_LINE_OR_MOBILE in types or (mobile and fixed):
            return ""
        if mobile or fixed:
            return "mobile" if mobile else "fixed"
    return ""


def _slot(char: str) -> str:
    if char.translate(_NARROW) in "0123456789":
        return _SLOT if char.isascii() else _WIDE_SLOT
    return char


def fits(form: str, of: str, key: str) -> bool:
    """Whether the form of a number (`of`) can be another number's: of the same country, and as long."""
    slots = form.count(_SLOT) + form.count(_WIDE_SLOT)
    return len(of) == len(key) and of[:-slots] == key[:-slots]


def in_form(form: str, key: str) -> str:
    """A number, all its digits with its country code, written in a form that fits it."""
    rest = iter(key[-(form.count(_SLOT) + form.count(_WIDE_SLOT)) :])
    return "".join(
        next(rest) if char == _SLOT else next(rest).translate(_WIDE) if char == _WIDE_SLOT else char for char in form
    )


class NumberRegions:
    """Towns, or else provinces, of the blocks that numbers are in: those of a case's table of segments."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        # Prefixes of Chinese segments are without their country code, others with a plus.
        rows = con.execute("SELECT prefix, coalesce(nullif(city, ''), province) FROM segment").fetchall()
        self._named: dict[str, str] = {
            prefix[1:] if prefix.startswith("+") else _CHINA + prefix: region for prefix, region in rows if region
        }
        self._sizes = sorted({len(prefix) for prefix in self._named}, reverse=True)

    def of(self, key: str) -> str:
        """The region of the longest known prefix of a number; empty where none is known."""
        return next((self._named[key[:size]] for size in self._sizes if key[:size] in self._named), "")


DAY = 24 * 3600  # Seconds of a day.
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})((?:[ T].*)?)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})(日?)((?:[ T].*)?)", re.DOTALL)
_CLOCK = re.compile(
    r"([ T])([01][0-9]|2[0-3]):([0-5][0-9])(:([0-5][0-9]))?((?:\.[0-9]{1,9})?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)"
)
_PART_OF_SECOND = re.compile(r"(?<=:[0-9]{2}\.)[0-9]{1,9}")
_MOSTLY = 0.9
_GRID = (3_600.0, 1_800.0, 900.0, 600.0, 300.0, 60.0, 1.0)  # Steps of times of day.
_LONG = 5  # Digits from which on a column whose numbers are all as long holds codes, not amounts.
_OVER = 3.0  # How many times as often as by chance an ending is met that the list's own habits make.
_SIGNS, _AMOUNTS = 2, 40
"""Different signs before a column's amounts at most, and different amounts at least where these are letters."""
_LEAST = 10
_AMOUNT = re.compile(
    r"(?P<head>[^0-9-]{0,5}-?)(?P<whole>[1-9][0-9]{0,2}(?:[.,' \u00a0\u202f’][0-9]{3})+|[0-9]+)"
    r"(?P<part>[.,][0-9]{1,6})?(?P<tail>[^0-9]{0,6})"
)


@dataclass(frozen=True)
class Dated:
    """A cell that begins with a date."""

    day: date
    rest: str
    parts: tuple[str, ...]  # Numbers and what is written between them, as `_DATE` has them.
    order: str  # Year, month and day in the order in which they are written: `ymd`.


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
    places: int = 0  # Digits after the decimal sign at most.
    bare: bool = False  # Whether zeros at the end (of moments: of a part of a second) are left out.
    day_first: bool | None = None
    padded: bool = True  # Whether months and days are written with two digits.
    grid: float = 1.0  # Seconds between times of day at which something is done, of moments.
    endings: frozenset[tuple[int, int]] = frozenset()
    """How many last digits, and which, the list has by habit: prices that end in 99, thousands."""
    usual_parts: frozenset[str] = frozenset()
    """Parts of a second that many moments have: the zeros of those that are whole."""

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

    def write(self, value: float, like: str) -> str:
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


def give_own_parts(
    measures: Mapping[int, MeasuredColumn], cells: list[str | None], taken: Sequence[int | None], draw: KeyedDraw
) -> None:
    """Give a record's new moments parts of a second of their own, as long as that of the row they are written like:
    two rows with the same microseconds would be noticed. Moments in one second have one part, as those that are equal
    in the list do."""
    held = dict[int, str]()
    dated = [i for i, measure in sorted(measures.items()) if measure.dated]
    for i in sorted(dated, key=lambda i: taken[i] is None):
        cell, measure = cells[i] or "", measures[i]
        value, found = measure.value(cell), _PART_OF_SECOND.search(cell)
        if value is None or found is None:
            continue
        part = found[0]
        if taken[i] is None and len(held.get(int(value), "")) == len(part):
            part = held[int(value)]
        elif taken[i] is None and part not in measure.usual_parts:
            part = f"{draw.below(10 ** len(part)):0{len(part)}d}"
            part = f"{part[:-1]}{1 + draw.below(9)}" if measure.bare and part.endswith("0") else part
        cells[i] = cell[: found.start()] + part + cell[found.end() :]
        held.setdefault(int(value), part)


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
        fractions = Counter(part[0] for cell in cells if (part := _PART_OF_SECOND.search(cell)) is not None)
        usual = frozenset(part for part, count in fractions.items() if count >= max(2.0, 0.01 * len(cells)))
        bare = len({len(part) for part in fractions}) > 1 and not any(part.endswith("0") for part in fractions)
        return replace(dated, padded=padded, grid=grid, bare=bare, usual_parts=usual)
    found = [each for cell in cells if (each := _AMOUNT.fullmatch(cell.strip())) is not None]
    if code or not cells or len(found) < _MOSTLY * len(cells):
        return None
    heads = {each["head"].rstrip("-").strip() for each in found}
    if any(map(str.isalpha, "".join(heads))) and (len(heads) > _SIGNS or len(set(cells)) < _AMOUNTS):
        return None  # kinds with a number, not amounts with a currency
    wholes = [each["whole"] for each in found]
    if sum(len(each) > 1 and each[0] == "0" for each in wholes) > 0.01 * len(wholes):
        return None
    if len({len(each) for each in wholes}) == 1 and len(wholes[0]) >= _LONG and not any(e["part"] for e in found):
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
