"""Days in pictures: the one day of each list, and a scale on which days have their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracer.export.drawing.marks import picture_text
from tracer.graph.model import Node
from tracer.wording import word
from tracer.wording.voice import spoken_by

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec")
"""As Unicode shortens them in Britain; Babel, which knows that, takes longer to load than a time line to draw."""
_NEAR = 0.12
"""Share of the whole span: how far beyond the last event an end is still drawn at its place."""
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between ticks."""


def day_of(value: object) -> date | None:
    """A day as rows and nodes give it."""
    return date.fromisoformat(str(value)[:10]) if value else None


def name_of_list(node: Node, lang: str) -> str:
    """What a list is called, and that its contents were removed, where they were."""
    if node["purged"] is None:
        return picture_text(node["label"])
    return word("map-purged", lang, what=picture_text(node["label"]), day=spoken_by(lang).show(day_of(node["purged"])))


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

    def goes_on(self, until: date | None) -> bool:
        """Whether a copy might be held longer than the drawing goes on, or without an end."""
        return until is None or until > self.last

    def ticks(self, apart: float) -> Iterator[tuple[float, date, bool]]:
        """Places of the first day and of first days of months, at least `apart` pixels from one another; whether the
        year is to be said."""
        months = max((self.last - self.first).days / 30.4, 0.1)
        room = (self.end - self.begin) / months
        step = next((one for one in _STEPS if one * room >= apart), _STEPS[-1])
        year, last = self.first.year, self.begin
        yield last, self.first, True
        for at in range(self.first.year * 12, self.last.year * 12 + 12, step):
            day = date(at // 12, at % 12 + 1, 1)
            if self.first <= day <= self.last and self.at(day) - last >= apart:
                last = self.at(day)
                yield last, day, day.year != year
                year = day.year


def span_of(days: Iterable[date | None], ends: Iterable[date | None]) -> tuple[date, date] | None:
    """The days of a drawing, which ends at its last event, or at the end of a copy soon after it; None where no day is
    known."""
    known = [day for day in days if day is not None]
    if not known:
        return None
    first, last = min(known), max(known)
    near = last + timedelta(days=int((last - first).days * _NEAR))
    soon = [end for end in ends if end is not None and end <= near]
    return first, max(last, *soon, first + timedelta(days=6))


def month(day: date, lang: str, *, year: bool) -> str:
    """A month at an axis, short."""
    if lang == "zh":
        return f"{day.year}年{day.month}月" if year else f"{day.month}月"
    return f"{_MONTHS[day.month - 1]} {day.year}" if year else _MONTHS[day.month - 1]
