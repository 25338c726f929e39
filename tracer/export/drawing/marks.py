"""The marks that pictures are made of: lines with a head, dots, bars, cards and texts, as SVG, escaped here and nowhere
else.

A pixel of a drawing is a pixel where it is published. Texts are cleaned of what cannot be seen. What a drawing used of
the table of looks is remembered, so that its legend holds that and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TypedDict, Unpack

from tracer.export.drawing.looks import DASHES, LIGHT, PAINTS, Theme
from tracer.export.drawing.text import clean, shortened, width, wrap

SMALLEST = 11.0
"""Pixels of the smallest type that is allowed anywhere."""
NAME, TEXT, SMALL = 13.5, 12.5, 11.5
"""Pixels of type: names, what is said, what is said in small."""
LEADING = 1.32
"""From line to line, in sizes of type."""
HEAD = 8.0
"""Length of a line's head."""
DOT = 6.0
_FORBIDDEN = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})

Point = tuple[float, float]


def picture_text(text: str) -> str:
    """`text` as a picture may have it: cleaned, and nothing that XML forbids."""
    return clean(text).translate(_FORBIDDEN)


def n(value: float) -> str:
    """A number of SVG, with one place at most."""
    return f"{value:.1f}".removesuffix(".0")


class ShapeLook(TypedDict, total=False):
    """How a shape looks; colours are roles of the theme, `none` where nothing is said."""

    fill: str
    stroke: str
    line: float
    """Width of the stroke."""
    dash: str
    opacity: float
    rx: float
    kind: str
    """Its class."""


class TextLook(TypedDict, total=False):
    """How a text looks: of `TEXT`, in ink, and begins at its place where nothing is said."""

    size: float
    bold: bool
    fill: str
    anchor: str
    halo: bool
    """Paper around it."""


class Marks:
    """Collects marks; later ones lie over earlier ones."""

    def __init__(self, theme: Theme = LIGHT) -> None:
        self.theme = theme
        self.used: set[tuple[str, str]] = set()
        """What its legend explains: (`paint`, a key of `PAINTS`), (`rests`, a basis), (`mark`, `bar` or `no-day` or
        `no-head`)."""
        self._parts: list[str] = []

    def svg(self) -> str:
        """The marks, without the element around them."""
        return "\n".join(self._parts)

    @contextmanager
    def group(self, kind: str = "", title: str = "", at: str = "", **attributes: str) -> Iterator[None]:
        """What is drawn within it is one thing, with its corner `at` a point, as `12 7.5`: `kind` is its class, `title`
        what it says when it is pointed at; attributes: its `data-…`."""
        data = "".join(f' data-{name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items())
        moved = f' transform="translate({at})"' if at else ""
        self._parts.append(f"<g{_class_attribute(kind)}{data}{moved}>")
        if title:
            self._parts.append(f"<title>{escape(picture_text(title))}</title>")
        yield
        self._parts.append("</g>")

    # ------------------------------------------------ shapes
    def rect(self, x: float, y: float, wide: float, high: float, **look: Unpack[ShapeLook]) -> None:
        """A rectangle."""
        more = _class_attribute(look.get("kind", "")) + self._stroke(look)
        more += f' rx="{n(look["rx"])}"' if look.get("rx") else ""
        place = f'x="{n(x)}" y="{n(y)}" width="{n(wide)}" height="{n(high)}"'
        self._parts.append(f'<rect {place} fill="{self.theme.of(look.get("fill", "none"))}"{more}/>')

    def path(self, d: str, **look: Unpack[ShapeLook]) -> None:
        """A path; `d` is made of numbers and commands by us."""
        opacity = look.get("opacity", 1.0)
        more = (f' opacity="{opacity:g}"' if opacity < 1 else "") + _class_attribute(look.get("kind", ""))
        fill = self.theme.of(look.get("fill", "none"))
        self._parts.append(f'<path d="{d}" fill="{fill}"{self._stroke(look)}{more}/>')

    def _stroke(self, look: ShapeLook) -> str:
        stroke, dash = look.get("stroke", "none"), look.get("dash")
        if stroke == "none":
            return ""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        return f' stroke="{self.theme.of(stroke)}" stroke-width="{n(look.get("line", 1.0))}"{dashed}'

    def rule(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """A thin line of the ground."""
        self.path(f"M{n(x1)} {n(y1)}L{n(x2)} {n(y2)}", stroke="rule")

    def step(self, way: Sequence[Point], paint: str, basis: str, *, head: bool = True) -> None:
        """A line along the corners of `way`, from giver to taker.

        paint: a key of `PAINTS`; basis: a key of `DASHES`; head: whether its direction is known.
        """
        look = PAINTS[paint]
        self.used |= {("paint", paint), ("rests", basis)} | (set() if head else {("mark", "no-head")})
        (px, py), (x, y) = way[-2], way[-1]
        length = max(((x - px) ** 2 + (y - py) ** 2) ** 0.5, 0.1)
        ux, uy = (x - px) / length, (y - py) / length
        long = HEAD + look.line / 2
        bx, by = (x - ux * long, y - uy * long) if head else (x, y)
        shaft = [*way[:-1], (bx + ux, by + uy) if head else (bx, by)]
        start, *rest = [f"{n(a)} {n(b)}" for a, b in shaft]
        self.path(f"M{start}L" + " ".join(rest), stroke=look.colour, line=look.line, dash=DASHES[basis])
        if head:
            half = 2.6 + look.line * 0.62
            corners = [(x, y), (bx - uy * half, by + ux * half), (bx + uy * half, by - ux * half)]
            self.path("M" + "L".join(f"{n(a)} {n(b)}" for a, b in corners) + "z", fill=look.colour)

    def dot(self, x: float, y: float, paint: str, *, hollow: bool = False, radius: float = DOT) -> None:
        """A list on its day; hollow where the day is not known."""
        self.used |= {("mark", "no-day")} if hollow else set()
        colour, r = PAINTS[paint].colour, n(radius)
        d = f"M{n(x - radius)} {n(y)}a{r} {r} 0 1 0 {n(2 * radius)} 0a{r} {r} 0 1 0 {n(-2 * radius)} 0z"
        self.path(d, fill="paper" if hollow else colour, stroke=colour, line=2.2)

    def bar(self, x: float, y: float, wide: float, high: float, *, beyond: bool = False, goes_on: str = "") -> None:
        """The time for which a copy might be held; `beyond`: the time for which it was held after its end.

        goes_on: `right` or `down` where it ends later than the drawing: dashes after its end.
        """
        self.used |= {("paint", "beyond") if beyond else ("mark", "bar")}
        if beyond:
            self.rect(x, y, wide, high, fill="beyond")
        else:
            self.rect(x, y, wide, high, fill="bar", stroke="handed")
        for at in range(3 if goes_on else 0):
            ahead = 3.0 + 6.0 * at
            if goes_on == "right":
                self.rect(x + wide + ahead, y, 3.0, high, fill="handed")
            else:
                self.rect(x, y + high + ahead, wide, 3.0, fill="handed")

    # ------------------------------------------------ texts
    def text(self, x: float, y: float, text: str, room: float | None = None, **look: Unpack[TextLook]) -> None:
        """One line with its base line at `y`; cut where it is wider than `room`."""
        words = picture_text(text)
        if room is not None:
            words = shortened(words, room, look.get("size", TEXT), bold=look.get("bold", False))
        self.lines(x, y, [words], **look)

    def lines(self, x: float, y: float, lines: Sequence[str], **look: Unpack[TextLook]) -> float:
        """One text in several lines, the first with its base line at `y`; returns the base line of what would follow.

        It stays one text, so that a number broken over two lines is still one.
        """
        size, anchor = look.get("size", TEXT), look.get("anchor", "start")
        step = size * LEADING
        if not lines:
            return y
        more = ' font-weight="700"' if look.get("bold") else ""
        more += f' text-anchor="{anchor}"' if anchor != "start" else ""
        if look.get("halo"):
            more += f' stroke="{self.theme.paper}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
        first, *rest = [escape(picture_text(line)) for line in lines]
        below = "".join(f'<tspan x="{n(x)}" dy="{n(step)}">{line}</tspan>' for line in rest)
        font = f'font-size="{n(size)}" fill="{self.theme.of(look.get("fill", "ink"))}"{more}'
        self._parts.append(f'<text x="{n(x)}" y="{n(y)}" {font}>{first}{below}</text>')
        return y + step * len(lines)

    def paragraph(self, x: float, y: float, text: str, room: float, most: int = 20, **look: Unpack[TextLook]) -> float:
        """A text in at most so many lines within `room`; `y` and what is returned as of `lines`."""
        size, bold = look.get("size", TEXT), look.get("bold", False)
        return self.lines(x, y, wrap(picture_text(text), room, size, lines=most, bold=bold), **look)

    def pill(self, x: float, y: float, text: str, paint: str) -> None:
        """A grade, or how much went, on its line, its middle at (x, y)."""
        colour, half = PAINTS[paint].colour, max(width(text, 12.0, bold=True) + 10.0, 28.0) / 2
        self.rect(x - half, y - 9, 2 * half, 18, fill="paper", stroke=colour, line=1.4, rx=9)
        self.text(x, y + 4.2, text, size=12.0, bold=True, anchor="middle")


def _class_attribute(kind: str) -> str:
    return f' class="{escape(kind)}"' if kind else ""
