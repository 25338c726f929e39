"""A true axis of days, and what has a place on it: lists on their day, copies for as long as they may be held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.export.figure.canvas import RULE, SMALLEST, SOFT, Canvas, shown
from tracer.export.page.text import width
from tracer.wording.days import month_of

_APART = 14.0


@dataclass(frozen=True)
class Clock:
    """Days to pixels."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day is."""
        return self.left + (self.right - self.left) * (day - self.first).days / max((self.last - self.first).days, 1)


def clock_of(days: Sequence[date], left: float, right: float) -> Clock:
    """An axis on which all days have a place, a little apart from its ends."""
    span = max((max(days) - min(days)).days, 20)
    around = timedelta(days=max(span // 25, 2))
    return Clock(min(days) - around, max(days) + around, left, right)


def axis(canvas: Canvas, clock: Clock, bottom: float, lang: str) -> None:
    """Months with lines down to `bottom`, as many as have room for their names; a year's first month bears the year."""
    months = _months(clock)
    widest = max((width(shown(month_of(month, lang)), SMALLEST) for month in months), default=0.0) + _APART
    step = next(
        (step for step in (1, 2, 3, 6, 12, 24, 60, 120)
         if (clock.right - clock.left) / max(len(months) / step, 1) >= widest), 240,
    )  # fmt: skip
    for month in months:
        if (month.year * 12 + month.month - 1) % step:
            continue
        x, name = clock.x(month), month_of(month, lang)
        half = width(shown(name), SMALLEST) / 2
        canvas.path(f"M{x:.1f} 18V{bottom:.1f}", stroke=RULE)
        place = min(max(x, clock.left + half), clock.right - half)
        canvas.text(place, 12, name, size=SMALLEST, fill=SOFT, anchor="middle")


def _months(clock: Clock) -> list[date]:
    """First days of the months on the axis."""
    months: list[date] = []
    year, month = clock.first.year, clock.first.month
    while True:
        month += 1
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        if date(year, month, 1) > clock.last:
            return months
        months.append(date(year, month, 1))


def day_of(text: str | None) -> date | None:
    """The day of a date as the graph has it."""
    return None if text is None else date.fromisoformat(text[:10])
