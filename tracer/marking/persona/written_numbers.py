"""How a list writes its numbers, and other numbers written so: Chinese mobiles, and numbers of every other plan.

A form is the cell with a slot for each digit of the number as its country dials it from within; what is written around
them (a country code, a 0 in front, brackets, blanks) stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import duckdb

from tracer.identify.cell import ASCII_TWIN, FULL_WIDTH
from tracer.identify.phone_rules import read_phone_cell

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


def grouping(key: str) -> tuple[int, ...]:
    """How many digits its country writes together: London's numbers are parted elsewhere than those of Leeds."""
    code = calling_code(key)
    return _grouping(code, key[len(code) : len(code) + _AREA], len(key) - len(code))


def area_of(key: str) -> str:
    """The digits of a number by which its country knows where it is, with the country code: 1212, 44113. Empty for
    Chinese numbers, whose places are those of their segments."""
    code, parted = calling_code(key), grouping(key)
    if code == _CHINA or len(parted) < 2:
        return ""
    trunk = sum(parted) - (len(key) - len(code))  # a 0 in front
    return key[: len(code) + max(0, parted[0] - max(0, trunk))]


@lru_cache(maxsize=50_000)
def _grouping(code: str, begin: str, digits: int) -> tuple[int, ...]:
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
    """Towns, or else provinces, of the blocks that numbers are in."""

    def __init__(self, named: Iterable[tuple[str, str | None]]) -> None:
        """`named`: prefix of a segment (Chinese ones without their country code, others with a plus) and its region."""
        self._named = {
            prefix[1:] if prefix.startswith("+") else _CHINA + prefix: region for prefix, region in named if region
        }
        self._sizes = sorted({len(prefix) for prefix in self._named}, reverse=True)

    @classmethod
    def of_case(cls, con: duckdb.DuckDBPyConnection) -> NumberRegions:
        """Those of a case's table of segments."""
        return cls(con.execute("SELECT prefix, coalesce(nullif(city, ''), province) FROM segment").fetchall())

    def of(self, key: str) -> str:
        """The region of the longest known prefix of a number; empty where none is known."""
        return next((self._named[key[:size]] for size in self._sizes if key[:size] in self._named), "")
