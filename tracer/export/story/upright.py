"""A story from top to bottom, for a phone: a lane for each party, the days down it, the words to its right.

A number ties each day to its words. Words keep the order of days; where days are close, they are moved down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tracer.export.story.model import COPY, Event
from tracer.export.story.paint import HEAD, TICK, Label, Painting
from tracer.export.story.scale import DayScale, month, span_of

_MONTHS = 52.0
"""Room for the months, left of the lanes."""
_LANES = {3: 28.0, 5: 24.0, 99: 21.0}
"""How far lanes are apart, by how many there are at most."""
_RADIUS = 9.0
_BAR = 8.0
_ON = 3
"""Dashes by which a bar goes on that ends later than the drawing."""
_TOP = 12.0
_APART = 12.0
"""Between the words of one day and those of the next."""
_STRETCH = 0.72
"""How long the time line is next to the height of all words, which gather where the days do."""
_TALLEST = 2.2
"""How many times the height of all words the time line may have, so that days in one lane are apart."""


@dataclass
class _Step:
    """One event, with its number and words."""

    at: int
    event: Event
    number: int
    label: Label
    y: float = 0.0
    top: float = 0.0


def draw_upright(painting: Painting, wide: float) -> float:
    """Draws the story `wide` pixels wide; returns its height."""
    return _Upright(painting, wide).draw()


class _Upright:
    def __init__(self, painting: Painting, wide: float) -> None:
        self.painting, self.story = painting, painting.story
        self.wide = wide
        parties = self.story.parties()
        apart = next(apart for most, apart in _LANES.items() if len(parties) <= most)
        self.lane = {party: _MONTHS + _RADIUS + 6.0 + apart * at for at, party in enumerate(parties)}
        self.words = max(self.lane.values()) + _RADIUS + 22.0
        room = wide - self.words - 2.0
        days = sorted(enumerate(self.story.events), key=lambda one: (one[1].day is None, str(one[1].day or ""), one[0]))
        self.steps = [
            _Step(at, one, number, painting.label(one, room, party=True))
            for number, (at, one) in enumerate(days, start=1)
        ]
        self.step_of = {step.at: step for step in self.steps}
        self.scale = self._scale()
        self._place()

    def _scale(self) -> DayScale | None:
        """Long enough for all words, and for the days of one lane not to meet."""
        span = span_of(self.story)
        if span is None:
            return None
        words = sum(step.label.height + _APART for step in self.steps)
        length, whole = words * _STRETCH, (span[1] - span[0]).days
        for party in self.lane:
            days = sorted(s.event.day for s in self.steps if s.event.party == party and s.event.day is not None)
            for one, other in pairwise(days):
                if (other - one).days:
                    length = max(length, (2 * _RADIUS + 6.0) * whole / (other - one).days)
        begin = _TOP + _RADIUS
        return DayScale(*span, begin, begin + min(length, words * _TALLEST))

    def _place(self) -> None:
        bottom, used = 0.0, dict.fromkeys(self.lane, -99.0)
        end = _TOP if self.scale is None else self.scale.end
        for step in self.steps:
            day = step.event.day
            if day is None or self.scale is None:
                end += 2 * _RADIUS + 8.0
                step.y = end
            else:
                # Days of one lane that would lie over each other are moved apart, which only a tall scale needs.
                step.y = max(self.scale.at(day), used[step.event.party] + 2 * _RADIUS + 2.0)
            used[step.event.party] = step.y
            step.top = max(step.y - _RADIUS, bottom)
            bottom = step.top + step.label.height + _APART
        self.height = max(bottom, end + _RADIUS + 6.0)

    def draw(self) -> float:
        """Lanes, lines, numbers and words."""
        painting = self.painting
        self._axis()
        for x in self.lane.values():
            painting.canvas.path(f"M{x:.1f} {_TOP:.1f}V{self.height:.1f}", stroke=painting.theme.rule)
        for step in self.steps:
            self._line(step)
        for step in self.steps:
            self._number(step)
            painting.write(step.label, self.words, step.top, strong=step.event.strong)
        return painting.rest(self.height, self.wide)

    def _axis(self) -> None:
        painting, right = self.painting, max(self.lane.values()) + _RADIUS
        for y, day, year in self.scale.ticks(34.0) if self.scale is not None else ():
            text = month(day, painting.voice.lang, year=False)
            painting.canvas.path(f"M{_MONTHS - 4:.1f} {y:.1f}H{right:.1f}", stroke=painting.theme.rule)
            painting.canvas.text(_MONTHS - 8.0, y + 4.0, text, size=TICK, fill=painting.theme.soft, anchor="end")
            if year:
                text = str(day.year) if painting.voice.lang == "en" else f"{day.year}年"
                painting.canvas.text(_MONTHS - 8.0, y + 18.0, text, size=TICK, fill=painting.theme.soft, anchor="end")

    def _line(self, step: _Step) -> None:
        painting, one = self.painting, step.event
        x = self.lane[one.party]
        if one.kind == COPY and self.scale is not None and one.day is not None:
            end = max(self.scale.at(one.until or self.scale.last), step.y + 3.0)
            self._bar(x, step.y, end)
            for at in range(_ON if self.scale.open_ended(one) else 0):
                painting.bar(x - _BAR / 2, end + 3.0 + 6.0 * at, _BAR, 3.0, narrow=True)
        source = None if one.source is None else self.step_of[one.source]
        if source is None:
            return
        start = self.lane[source.event.party]
        if painting.kept_from(one) and self.scale is not None and source.event.until is not None:
            self._bar(x, self.scale.at(source.event.until), step.y, strong=True)
        elif start != x:
            y = min(source.y, step.y)
            side = _RADIUS if x > start else -_RADIUS
            if self.story.early(one) and source.y > step.y:
                painting.back(start, source.y - _RADIUS, start, step.y)
                painting.arrow([(start, step.y), (x - side, step.y)], one)
                return
            if step.y - y < 2 * _RADIUS:
                painting.arrow([(start + side, y), (x - side, step.y)], one)
            else:
                painting.arrow([(start + side, y), (x, y), (x, step.y - _RADIUS)], one)

    def _bar(self, x: float, top: float, bottom: float, *, strong: bool = False) -> None:
        self.painting.bar(x - _BAR / 2, top, _BAR, max(bottom - top, 2.0), strong=strong)

    def _number(self, step: _Step) -> None:
        painting, x = self.painting, self.lane[step.event.party]
        strong = step.event.strong
        fill = painting.theme.strong if strong else painting.theme.paper
        painting.circle(x, step.y, _RADIUS, fill, painting.colour(step.event))
        ink = painting.theme.paper if strong else painting.theme.ink
        painting.canvas.text(x, step.y + 4.2, str(step.number), size=11.5, bold=True, fill=ink, anchor="middle")
        painting.canvas.text(
            self.words - 7.0, step.top + HEAD, str(step.number), size=11.5, bold=True, fill=painting.theme.soft,
            anchor="end",
        )  # fmt: skip
