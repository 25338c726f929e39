"""A story from left to right: a row for each party, the days along it, the words next to each day.

No line crosses another: below each party come those who had it from it, from its latest event first, and whatever is
drawn in a row lies to the right of the lines that pass it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracer.export.page.text import wrap
from tracer.export.story.model import COPY, Event
from tracer.export.story.paint import DOT, LEAD, NAME, ROLE, TICK, Label, Painting
from tracer.export.story.scale import DayScale, month, span_of

_TOP = 26.0
"""For the months."""
_PAD = 12.0
_BAR = 10.0
_ON = 3
"""Dashes by which a bar goes on that ends later than the drawing."""
_OVER = 9.0
"""From the words of a copy to its bar."""
_NEAR = 16.0
"""Days that are nearer are reached from above, not from the left."""
_ASIDE = 13.0
"""From a day to its words."""


@dataclass
class _Row:
    """One party."""

    party: str
    name: list[str]
    role: list[str]
    top: float = 0.0
    line: float = 0.0
    height: float = 0.0
    labels: list[tuple[int, float, float, Label]] = field(default_factory=list)


def draw_lying(painting: Painting, wide: float) -> float:
    """Draws the story `wide` pixels wide; returns its height."""
    return _Lying(painting, wide).draw()


class _Lying:
    def __init__(self, painting: Painting, wide: float) -> None:
        self.painting, self.story, self.wide = painting, painting.story, wide
        self.names = 178.0 if wide >= 900 else 142.0
        right = wide - (250.0 if wide >= 900 else 214.0)
        span = span_of(self.story)
        undated = any(one.day is None for one in self.story.events)
        self.scale = None if span is None else DayScale(*span, self.names + 12.0, right - (40.0 if undated else 0.0))
        self.undated = right
        self.rows = [self._row(party) for party in self.story.parties()]
        self.row_of = {row.party: row for row in self.rows}

    def x_of(self, event: Event) -> float:
        """Where an event is; one without a day follows the last."""
        return self.undated if event.day is None or self.scale is None else self.scale.at(event.day)

    def end_of(self, event: Event) -> float:
        """Where the bar of a copy ends."""
        if self.scale is None:
            return self.undated
        ends = event.until or self.scale.last
        return max(self.scale.at(ends), self.x_of(event) + 3.0)

    def _row(self, party: str) -> _Row:
        room = self.names - 10.0
        name = wrap(self.painting.name(party), room, NAME, lines=4, bold=True, whole=True)
        role = wrap(self.painting.role(party), room, ROLE, lines=2) if self.painting.role(party) else []
        row = _Row(party, name, role)
        events = [(at, one) for at, one in enumerate(self.story.events) if one.party == party]
        above, below = 0.0, 0.0
        bars = [self.end_of(one) for _, one in events if one.kind == COPY]
        for at, one in events:
            x = self.x_of(one)
            label = self.painting.label(one, self.wide - x - _ASIDE - 4.0)
            if one.kind == COPY:
                top = -_BAR / 2 - _OVER - label.height - above
                above += label.height + _OVER
            else:
                free = not any(end > x + _ASIDE for end in bars)
                top = -LEAD / 2 - 1.0 if free and not below else max(_BAR / 2 + 5.0, below)
                below = top + label.height
            row.labels.append((at, x + _ASIDE, top, label))
        least = (NAME + 4.0) * len(name) + LEAD * len(role)
        up = max(above + _BAR / 2 + 2.0, 10.0)
        row.line = _PAD + up
        row.height = max(row.line + max(below, _BAR) + _PAD, least + 2 * _PAD)
        return row

    def draw(self) -> float:
        """Rows from top to bottom."""
        y = _TOP
        for row in self.rows:
            row.top, row.line = y, y + row.line
            y += row.height
        self._axis(y)
        for row in self.rows:
            self._named(row)
        for one in self.story.events:
            self._line(one)
        for one in self.story.events:
            if one.kind != COPY:
                self.painting.dot(self.x_of(one), self.row_of[one.party].line, one)
        for row in self.rows:
            for at, x, top, label in row.labels:
                self.painting.write(label, x, row.line + top, strong=self.story.events[at].strong)
        return self.painting.rest(y + 1.0, self.wide)

    def _axis(self, bottom: float) -> None:
        painting = self.painting
        painting.canvas.path(f"M0 {_TOP:.1f}H{self.wide:.1f}", stroke=painting.theme.rule)
        for x, day, year in self.scale.ticks(62.0) if self.scale is not None else ():
            text = month(day, painting.voice.lang, year=year)
            painting.canvas.path(f"M{x:.1f} {_TOP - 4:.1f}V{bottom:.1f}", stroke=painting.theme.rule)
            painting.canvas.text(x + 4.0, _TOP - 9.0, text, size=TICK, fill=painting.theme.soft)

    def _named(self, row: _Row) -> None:
        painting = self.painting
        y = row.top + _PAD + NAME
        painting.canvas.lines(0, y, row.name, NAME + 4.0, size=NAME, bold=True, fill=painting.theme.ink)
        y += (NAME + 4.0) * len(row.name)
        painting.canvas.lines(0, y - 2.0, row.role, LEAD, size=ROLE, fill=painting.theme.soft)
        bottom = row.top + row.height
        painting.canvas.path(f"M0 {bottom:.1f}H{self.wide:.1f}", stroke=painting.theme.rule)

    def _line(self, one: Event) -> None:
        """What leads to an event: a bar for a copy and for what was kept, else an arrow from its source."""
        painting, y = self.painting, self.row_of[one.party].line
        if one.kind == COPY:
            self._bar(self.x_of(one), self.end_of(one), y)
            for at in range(_ON if self.scale is not None and self.scale.open_ended(one) else 0):
                left = self.end_of(one) + 3.0 + 6.0 * at
                painting.bar(left, y - _BAR / 2, 3.0, _BAR, narrow=True)
        source = None if one.source is None else self.story.events[one.source]
        if source is None:
            return
        if painting.kept_from(one):
            self._bar(self.end_of(source), self.x_of(one), y, strong=True)
        elif source.party != one.party:
            x = self.x_of(one)
            begin = min(self.x_of(source) + (5.0 if source.kind == COPY else 0.0), x)
            start = self.row_of[source.party].line
            if self.story.early(one):
                painting.back(self.x_of(source) - DOT, start, begin, start)
            else:
                start += _BAR / 2 if source.kind == COPY else DOT + 1.0
            short = DOT + 2.0 if one.kind != COPY else 0.0
            if x - begin < _NEAR:
                painting.arrow([(begin, start), (x, y - max(short, _BAR / 2))], one)
            else:
                painting.arrow([(begin, start), (begin, y), (x - short, y)], one)

    def _bar(self, left: float, right: float, y: float, *, strong: bool = False) -> None:
        self.painting.bar(left, y - _BAR / 2, max(right - left, 2.0), _BAR, strong=strong)
