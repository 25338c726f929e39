"""The time line of a story: from days to places, and the days that are written at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.export.story.model import Event, Story

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
"""As Unicode shortens them in Britain; Babel, which knows that, takes longer to load than a time line to draw."""
_OPEN = 0.12
"""Share of the whole span: how far beyond the last event a copy's end is still drawn at its place."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between ticks."""


@dataclass(frozen=True)
class DayScale:
    """Days along a length; the same number of pixels for each day."""

    first: date
    last: date
    begin: float
    end: float

    def at(self, day: date) -> float:
        """Where a day is; a day beyond the end is at the end."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.begin + (self.end - self.begin) * min(max(share, 0.0), 1.0)

    def open_ended(self, event: Event) -> bool:
        """Whether a copy might be held longer than the drawing goes on, or without an end."""
        return event.until is None or event.until > self.last

    def ticks(self, apart: float) -> Iterator[tuple[float, date, bool]]:
        """Places and first days of months, at least `apart` pixels from one another; whether the year is to be said."""
        months = max((self.last - self.first).days / 30.4, 0.1)
        room = (self.end - self.begin) / months
        step = next((one for one in _STEPS if one * room >= apart), _STEPS[-1])
        year, last = 0, None
        for at in range(self.first.year * 12, self.last.year * 12 + 12, step):
            day = date(at // 12, at % 12 + 1, 1)
            if self.first <= day <= self.last and (last is None or self.at(day) - last >= apart):
                last = self.at(day)
                yield last, day, day.year != year
                year = day.year


def span_of(story: Story) -> tuple[date, date] | None:
    """The days of the drawing; None where no day is known."""
    days = [one.day for one in story.events if one.day is not None]
    if not days:
        return None
    first, last = min(days), max(days)
    near = last + timedelta(days=int((last - first).days * _OPEN))
    ends = [one.until for one in story.events if one.until is not None and one.until <= near]
    return first, max(last, *ends, first + timedelta(days=6))


def month(day: date, lang: str, *, year: bool) -> str:
    """A month at the axis, short."""
    if lang == "zh":
        return f"{day.year}年{day.month}月" if year else f"{day.month}月"
    return f"{_MONTHS[day.month - 1]} {day.year}" if year else _MONTHS[day.month - 1]
