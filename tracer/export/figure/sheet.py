"""The sheet of a figure that is laid out for the width at which it is published: one pixel of it is one of the page.

Title, what is left out, the drawing, its legend, source and date. The text version goes along as description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tracer.export.choice import ExportChoice
from tracer.export.figure.canvas import (
    FAMILIES,
    INK,
    PAPER,
    RULE,
    SMALLEST,
    SOFT,
    Canvas,
    LegendKey,
    shown,
    source_line,
)
from tracer.export.figure.theme import in_theme
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import width, wrap

STRONG, PALE, GREY = "#b3340f", "#c9c3b8", "#8d877c"
"""What matters most, and the rest: apart in hue, and in grey print and for the colour-blind by lightness."""
_USUAL, _UPRIGHT, _NARROW = 960, 660, 600
MOST_LINES = 60
"""Lines of the text version that a figure carries."""


@dataclass(frozen=True)
class FigureSheet:
    """How wide a figure is, in pixels."""

    whole: float
    margin: float
    upright: bool
    """Taller than wide: what comes later is below, not to the right."""

    @property
    def room(self) -> float:
        """Pixels between the margins."""
        return self.whole - 2 * self.margin


def sheet_of(choice: ExportChoice) -> FigureSheet:
    """The sheet that was asked for. A narrow one is upright."""
    whole = choice.width or (_UPRIGHT if choice.portrait else _USUAL)
    narrow = whole < _NARROW
    return FigureSheet(float(whole), 12.0 if narrow else 24.0, choice.portrait or narrow)


def on_sheet(
    drawing: Canvas,
    height: float,
    sheet: FigureSheet,
    leaving: Outgoing,
    title: str,
    *,
    lead: str = "",
    notes: Sequence[str] = (),
    legend: Sequence[LegendKey] = (),
    spoken: Sequence[str] = (),
) -> str:
    """The whole SVG. lead: the sentence below the title; spoken: the figure in words, a line each."""
    choice = leaving.choice
    title = choice.title or title
    head, foot = Canvas(), Canvas()
    y = _lines(head, 22.0, title, sheet.room, 20.0, INK, bold=True)
    for text, size, fill in ((choice.subtitle, 14.0, INK), (lead, 14.0, INK)):
        y = _lines(head, y, text, sheet.room, size, fill)
    notes = [*leaving.said_first(), *notes]
    for text in notes:
        y = _lines(head, y, text, sheet.room, 12.0, SOFT)
    top = y + 2.0
    below = _legend(foot, legend, top + height + 20.0, sheet.room)
    foot.path(f"M0 {below:.1f}H{sheet.room:.1f}", stroke=RULE)
    answers, source = leaving.accused_lines(), " · ".join(source_line(leaving))
    below += 18.0
    for text in (*answers, source):
        below = _lines(foot, below, text, sheet.room, SMALLEST, SOFT)
    tall = below + sheet.margin
    families = ", ".join(f"'{family}'" if " " in family else family for family in FAMILIES)
    described = [*filter(None, (lead, *notes)), *spoken[:MOST_LINES], *answers, source]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.whole:.0f}" height="{tall:.0f}"'
        f' viewBox="0 0 {sheet.whole:.0f} {tall:.0f}" font-family="{families}" role="img">\n'
        f"<title>{escape(shown(title))}</title>\n<desc>{escape(chr(10).join(map(shown, described)))}</desc>\n"
        f'<rect width="{sheet.whole:.0f}" height="{tall:.0f}" fill="{PAPER}"/>\n'
        f'<g transform="translate({sheet.margin:.0f} 8)">\n{head.inside()}\n'
        f'<g transform="translate(0 {top:.1f})">\n{drawing.inside()}\n</g>\n{foot.inside()}\n</g>\n</svg>\n'
    )
    return in_theme(svg, choice.theme)


def _lines(canvas: Canvas, y: float, text: str, room: float, size: float, fill: str, *, bold: bool = False) -> float:
    """A paragraph; returns the base line of what follows."""
    if not text:
        return y
    lines = wrap(shown(text), room, size, lines=8, bold=bold)
    canvas.lines(0, y, lines, size * 1.4, size=size, fill=fill, bold=bold)
    return y + size * 1.4 * len(lines) + 4.0


def _legend(canvas: Canvas, legend: Sequence[LegendKey], y: float, room: float) -> float:
    x = 0.0
    for key in legend:
        need = 34.0 + width(shown(key.text), 12.0) + 18.0
        if x and x + need > room:
            x, y = 0.0, y + 20.0
        if key.block:
            canvas.rect(x + 6, y - 10, 16, 11, fill=key.colour, stroke=SOFT, line=0.6)
        else:
            canvas.path(f"M{x:.1f} {y - 4:.1f}h26", stroke=key.colour, line=2.6, dash=key.dash)
        canvas.text(x + 34, y, key.text, size=12.0, room=room - 34.0)
        x += need
    return y + 16.0 if legend else y - 8.0
