"""What flows and lineages are drawn of: spots that have a name, ribbons between them, and texts that touch no other."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracer.export.figure.canvas import SMALLEST, Canvas, shown
from tracer.export.figure.sheet import GREY, PALE, STRONG
from tracer.export.page.text import width

_WIDE, _SIDE = 5.0, 1.0
NAME, SMALL = 12.0, SMALLEST
"""Sizes of type."""


@dataclass(frozen=True)
class Spot:
    """A party, list or group with its name."""

    id: str
    name: str
    layer: int
    head: str
    size: float
    details: tuple[str, ...] = ()
    strong: bool = False
    hollow: bool = False


@dataclass(frozen=True)
class Ribbon:
    """What goes from one spot to another."""

    source: str
    target: str
    thick: float
    strong: bool = False
    dash: str = ""
    headless: bool = False
    text: str = ""
    short: str = ""
    """The same in fewer words, for where there is less room."""
    needed: bool = False


@dataclass
class TextBoxes:
    """Rectangles that texts take, so that no two overlap."""

    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def take(self, x: float, y: float, text: str, size: float, *, anchor: str = "start", bold: bool = False) -> None:
        """Notes a text with its base line at `y`."""
        self.taken.append(box_of(x, y, text, size, anchor=anchor, bold=bold))

    def block(self, x: float, y: float, wide: float, high: float) -> None:
        """Keeps a rectangle free of texts."""
        self.taken.append((x, y, x + wide, y + high))

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Whether no text is there."""
        return all(
            box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1] for other in self.taken
        )


def box_of(
    x: float, y: float, text: str, size: float, *, anchor: str = "start", bold: bool = False
) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a text."""
    wide = width(shown(text), size, bold=bold)
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return left, y - size * 0.88, left + wide, y + size * 0.26


def draw_ribbon(canvas: Canvas, d: str, ribbon: Ribbon, thick: float) -> None:
    """A line along a path: what matters most in its colour, the rest grey, where wide pale with grey sides.

    The sides are what makes a pale band apart from its ground, and from the band below it.
    """
    if ribbon.strong or thick < _WIDE:
        colour = STRONG if ribbon.strong else GREY
        canvas.path(d, stroke=colour, line=thick, dash=ribbon.dash, opacity=0.9 if ribbon.strong else 1.0)
        return
    canvas.path(d, stroke=GREY, line=thick, dash=ribbon.dash)
    canvas.path(d, stroke=PALE, line=thick - 2 * _SIDE, dash=ribbon.dash)
