"""Spots in rows from top to bottom, arcs at their left from giver to taker: for narrow and upright pages."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.export.figure.canvas import INK, SOFT, Canvas, shown
from tracer.export.figure.ribbons import NAME, SMALL, Ribbon, Spot, draw_ribbon
from tracer.export.figure.sheet import GREY, STRONG
from tracer.export.page.text import wrap

BAR = 6.0
_STEP, _GAP, _HEAD, _LEAST = 14.5, 12.0, 26.0, 5.0


def in_rows(canvas: Canvas, spots: Sequence[Spot], ribbons: Sequence[Ribbon], room: float) -> float:
    """Draws spots in their order; returns the height."""
    arcs = min(0.3 * room, 200.0)
    left = arcs + BAR + 8.0
    middle: dict[str, float] = {}
    y, head = 0.0, ""
    for spot in spots:
        if spot.head != head:
            head = spot.head
            y += _HEAD
            canvas.text(left, y - 8.0, head, size=SMALL, fill=SOFT, room=room - left)
        below = _row(canvas, spot, y, left, room - left)
        middle[spot.id] = (y + below) / 2
        y = below + _GAP
    ordered = sorted(ribbons, key=lambda one: (one.strong, -abs(middle[one.source] - middle[one.target])))
    for ribbon in ordered:
        if ribbon.source != ribbon.target:
            _arc(canvas, ribbon, (middle[ribbon.source], middle[ribbon.target]), arcs, y)
    return y


def _row(canvas: Canvas, spot: Spot, top: float, left: float, room: float) -> float:
    """One spot with its bar; returns its lower side."""
    y = top + 11.0
    for line in wrap(shown(spot.name), room, NAME, lines=2, bold=True):
        canvas.text(left, y, line, size=NAME, bold=True, fill=STRONG if spot.strong else INK)
        y += _STEP
    for detail in spot.details:
        for line in wrap(shown(detail), room, SMALL, lines=2):
            canvas.text(left, y, line, size=SMALL, fill=SOFT)
            y += _STEP
    below = y - _STEP + 4.0
    ground, edge = ("none", GREY) if spot.hollow else (STRONG if spot.strong else INK, "none")
    canvas.rect(left - BAR - 8.0, top, BAR, below - top, fill=ground, stroke=edge)
    return below


def _arc(canvas: Canvas, ribbon: Ribbon, ends: tuple[float, float], arcs: float, whole: float) -> None:
    """An arc left of the bars, the wider the farther it goes; its head is at the taker."""
    one, other = ends
    share = min(abs(other - one) / max(whole, 1.0), 1.0) ** 0.5
    thick = min(ribbon.thick, 16.0)
    half = min(max(thick / 2 + 1.5, 3.5), 6.0)
    # A cubic with both handles at x reaches three quarters of the way to it.
    x = arcs - (arcs - thick / 2) * (0.15 + 0.85 * share) / 0.75
    d = f"M{arcs:.1f} {one:.1f}C{x:.1f} {one:.1f} {x:.1f} {other:.1f} {arcs - _LEAST:.1f} {other:.1f}"
    draw_ribbon(canvas, d, ribbon, thick)
    if not ribbon.headless:
        back, fill = arcs - half * 1.4, STRONG if ribbon.strong else GREY
        canvas.path(f"M{back:.1f} {other - half:.1f}L{arcs:.1f} {other:.1f}L{back:.1f} {other + half:.1f}z", fill=fill)
