"""What the value of a claim must be, by its kind: a number, a rate, a day; other kinds take any text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date

from tracer.dossier.vocabulary import FIRST_DAY, LAST_DAY, MOST_NUMBER
from tracer.errors import InputRefused


def claimed_number(value: str | None) -> float | None:
    """The number that a claim's value is; thousands may be apart. None where it is none.

    >>> claimed_number("5_000"), claimed_number("5,000.5"), claimed_number("lots"), claimed_number("nan")
    (5000.0, 5000.5, None, None)
    """
    try:
        number = math.nan if value is None else float(value.replace("_", "").replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def claimed_day(value: str | None) -> date | None:
    """The first day that a claim's value names.

    >>> claimed_day("2026-06-15 江苏"), claimed_day("soon")
    (datetime.date(2026, 6, 15), None)
    """
    for word in (value or "").split():
        try:
            return date.fromisoformat(word)
        except ValueError:
            continue
    return None


def claimed_origin(value: str | None) -> str:
    """Whom, or which list, a claim's value names as the source: what it says but for a day.

    >>> claimed_origin("broker-b 2026-03-01")
    'broker-b'
    """
    return " ".join(word for word in (value or "").split() if claimed_day(word) is None)


def value_problem(kind: str, value: str | None, where: str = "") -> InputRefused | None:
    """The refusal of a value that no claim of this kind can have; None where it is right, or absent."""
    if value is None or kind not in _VALUES:
        return None
    fits, remedy = _VALUES[kind]
    return None if fits(value) else InputRefused(f"invalid value {value!r} of {kind}", where=where, remedy=remedy)


def _number(least: float, most: float = MOST_NUMBER) -> Callable[[str], bool]:
    def fits(value: str) -> bool:
        number = claimed_number(value)
        return number is not None and least <= number <= most

    return fits


def _is_day(value: str) -> bool:
    day = claimed_day(value)
    return day is not None and FIRST_DAY <= day <= LAST_DAY


_VALUES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "size": (_number(1), "write a number from 1, like 500000"),
    "pool_size": (_number(1), "write a number from 1, like 5000"),
    "daily_growth": (_number(0), "write a number from 0, like 10000"),
    "complaint_rate": (_number(0, 1), "write complaints a call, from 0 to 1, like 0.0001"),
    "stopped": (_is_day, "write the day, like 2026-06-15"),
}
"""Kind → whether a value fits, and what to write."""
