"""What both layouts of a story draw with: the colours of a theme, and shapes that are the same in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.disclosure import PartyRef
from tracer.export.figure.canvas import Canvas, shown
from tracer.export.page.text import wrap
from tracer.export.story.model import COPY, HAD, KEPT, LIST, Event, Story
from tracer.wording import Voice, data_word, word

NAME, HEAD, WHY, ROLE, TICK = 13.5, 12.5, 12.0, 11.5, 11.5
"""Sizes of type in pixels; none is below 11 at the width that it is drawn for."""
_LINES = 20
"""More than any label has."""
LEAD = 16.0
"""From line to line."""
DOT = 6.0


@dataclass(frozen=True)
class Theme:
    """Colours of a story; the page's are variables, which its dark scheme changes."""

    ink: str
    soft: str
    rule: str
    paper: str
    pale: str
    bar: str
    strong: str


LIGHT = Theme("#1c1b19", "#5b574f", "#d8d2c6", "#ffffff", "#8c8578", "#cfc8ba", "#b93a12")
DARK = Theme("#ece8df", "#aaa499", "#3b3832", "#161513", "#857e72", "#57524a", "#ff8a5c")
PAGE = Theme(*(f"var(--{name})" for name in ("ink", "soft", "rule", "paper", "pale", "bar", "retained")))


@dataclass(frozen=True)
class Label:
    """What is written at an event, in lines."""

    head: list[str]
    why: list[str]
    """On what it rests, then between which days it went on."""

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last."""
        return LEAD * (len(self.head) + len(self.why))


class Painting:
    """One drawing of a story in a language and a theme."""

    def __init__(self, story: Story, voice: Voice, theme: Theme) -> None:
        self.story, self.voice, self.theme = story, voice, theme
        self.canvas = Canvas(theme.paper)

    def name(self, party: str) -> str:
        """What a party is called."""
        return shown(self.voice.show(PartyRef(party)))

    def role(self, party: str) -> str:
        """What a party is in the trade; empty where that is not known."""
        known = self.story.roles.get(party)
        return "" if known is None else data_word("page-role", known, self.voice.lang)

    def day(self, event: Event) -> str:
        """The day of an event in words."""
        return word("front-no-day", self.voice.lang) if event.day is None else self.voice.show(event.day)

    def label(self, event: Event, room: float, *, party: bool = False) -> Label:
        """The words at an event; `party`: with the party's name before them."""
        parts = [self.day(event), shown(self.voice.say(event.what))]
        text = f"{self.name(event.party)}, {parts[0]}: {parts[1]}" if party else ": ".join(parts)
        if self.voice.lang == "zh":
            text = f"{self.name(event.party)}，{parts[0]}：{parts[1]}" if party else "：".join(parts)
        head = wrap(text, room, HEAD, lines=_LINES, bold=True, whole=True)
        below = [self.voice.show(one) for one in (event.why, event.gone) if one is not None]
        return Label(head, [line for one in below for line in wrap(shown(one), room, WHY, lines=_LINES, whole=True)])

    def write(self, label: Label, x: float, y: float, *, strong: bool) -> None:
        """A label with its top at `y`."""
        theme = self.theme
        y += HEAD
        self.canvas.lines(
            x, y, label.head, LEAD, size=HEAD, bold=True, fill=theme.strong if strong else theme.ink, halo=True
        )
        self.canvas.lines(x, y + LEAD * len(label.head), label.why, LEAD, size=WHY, fill=theme.soft, halo=True)

    def colour(self, event: Event) -> str:
        """The colour of an event's line."""
        return self.theme.strong if event.strong else self.theme.pale

    def dot(self, x: float, y: float, event: Event) -> None:
        """A day; hollow where a list was made, or where the day is not known."""
        hollow = event.kind == LIST or event.day is None
        self.circle(x, y, DOT, self.theme.paper if hollow else self.colour(event), self.colour(event))

    def circle(self, x: float, y: float, radius: float, fill: str, stroke: str) -> None:
        """A circle."""
        r = f"{radius:g}"
        d = f"M{x - radius:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * radius:g} 0a{r} {r} 0 1 0 {-2 * radius:g} 0z"
        self.canvas.path(d, fill=fill, stroke=stroke, line=2.2)

    def bar(self, x: float, y: float, wide: float, high: float, *, strong: bool = False, narrow: bool = False) -> None:
        """The time for which a copy might be held, or in the strong colour was held after its end; `narrow`: a dash."""
        theme = self.theme
        if strong or narrow:
            self.canvas.rect(x, y, wide, high, fill=theme.strong if strong else theme.pale)
        else:
            self.canvas.rect(x, y, wide, high, fill=theme.bar, stroke=theme.pale)

    def back(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """From a list back to the day of what came of an earlier state of it."""
        self.canvas.path(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}", stroke=self.theme.pale, line=1.6, dash="2 3")

    def arrow(self, way: Sequence[tuple[float, float]], event: Event) -> None:
        """A line through points with a head at its end; dashed where nothing says on which day it went."""
        colour, line = self.colour(event), 2.8 if event.strong else 1.6
        (px, py), (x, y) = way[-2], way[-1]
        size = 9.0 if event.strong else 8.0
        length = max(((x - px) ** 2 + (y - py) ** 2) ** 0.5, 0.1)
        ux, uy = (x - px) / length, (y - py) / length
        bx, by = x - ux * size, y - uy * size
        d = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in [*way[:-1], (bx, by)])
        self.canvas.path(d, stroke=colour, line=line, dash="7 3" if event.kind == HAD else "")
        half = size * 0.5
        head = [(x, y), (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)]
        self.canvas.path("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in head) + "z", fill=colour)

    def rest(self, y: float, room: float) -> float:
        """Says what is not drawn, below `y`; returns the height of all."""
        if not self.story.more:
            return y
        text = word("front-more", self.voice.lang, n=self.story.more)
        lines = wrap(text, room, WHY, lines=3)
        self.canvas.lines(0, y + LEAD, lines, LEAD, size=WHY, fill=self.theme.soft)
        return y + LEAD * len(lines) + 6.0

    def kept_from(self, event: Event) -> bool:
        """Whether the line to an event is a bar of its own: from the end of a copy to the day it was still held."""
        source = None if event.source is None else self.story.events[event.source]
        return (
            event.kind == KEPT and event.day is not None and source is not None and source.kind == COPY
            and source.until is not None and source.until < event.day
        )  # fmt: skip
