"""The signals of an edge as a picture in text: one bar each, with the running total, in whatever width there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size

from tracer.disclosure import Reason, Word
from tracer.visible import visible
from tracer.wording import say

LEAST_BARS = 11
"""Cells that the bars need at least."""
_NUMBER = 10


def with_totals(weights: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The signals, each with the running total of weights, in nats."""
    total, rows = 0.0, []
    for weight in weights:
        total += float(weight["weight"])
        rows.append({**weight, "total": round(total, 6)})
    return rows


def waterfall(weights: Sequence[dict[str, Any]], width: int, lang: str = "en") -> list[str]:
    """Lines of at most `width` cells: signal, weight, running total, and a bar to the right of the line for the edge,
    to the left of it against. Bars grow with the square root of the nats, so that the small ones are still seen.
    """
    longest = max((abs(float(weight["weight"])) for weight in weights), default=0.0)
    if longest == 0.0:
        return []
    signal, of_weight, of_total, favours, opposes = (
        say(Reason.of("waterfall-heading", column=Word(column)), lang)
        for column in ("signal", "weight", "total", "for", "against")
    )
    names = [visible(str(weight["name"])) for weight in weights]
    wide = max(cell_len(name) for name in (*names, signal))
    room = max(LEAST_BARS, width - wide - 2 * (_NUMBER + 1) - 2)
    against = max((-float(weight["weight"]) for weight in weights), default=0.0)
    # Both sides share the room as their longest bars do.
    left = min(room // 2, max(0, round(room * against**0.5 / (against**0.5 + longest**0.5)))) if against > 0 else 0
    right = room - left - 1
    heading = f"{set_cell_size(signal, wide)} {_right(of_weight, _NUMBER)} {_right(of_total, _NUMBER)}"
    lines = [f"{heading}  {_right(opposes if left >= cell_len(opposes) else '', left)}│{favours}"]
    for name, row in zip(names, with_totals(weights), strict=True):
        nats, total = float(row["weight"]), float(row["total"])
        side, most = (right, longest) if nats >= 0 else (left, against)
        bar = max(1, round(side * (abs(nats) / most) ** 0.5)) if nats else 0
        drawn = f"{'':>{left}}│{'█' * bar}" if nats >= 0 else f"{'░' * bar:>{left}}│"
        given, so_far = f"{nats:+,.2f}", f"{total:+,.2f}"
        lines.append(f"{set_cell_size(name, wide)} {given:>{_NUMBER}} {so_far:>{_NUMBER}}  {drawn}")
    return lines


def _right(text: str, cells: int) -> str:
    return " " * (cells - cell_len(text)) + text
