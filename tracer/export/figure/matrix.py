"""The matrix of overlaps: what every list has in common with every other, kin next to kin.

Cells shrink with the number of lists: with room for it each bears its number, below that its colour alone. Names go
from one a list to one a family, the oldest list's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracer.export.choice import ExportChoice
from tracer.export.figure.canvas import INK, PAPER, RULE, SMALLEST, SOFT, TINT, Canvas, LegendKey, shown, with_id
from tracer.export.figure.overlaps import SHARES, ListPair, families_of, pairs_of, that_fit
from tracer.export.figure.sheet import FigureSheet, on_sheet, sheet_of
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import shorten, width
from tracer.export.selection import highlighted
from tracer.graph.model import Node
from tracer.policy import FEW
from tracer.wording import word

_WIDEST, _NUMBERED, _NAMED, _THINNEST = 46.0, 40.0, 15.0, 3.0
"""Pixels of a cell: the widest, and from which on it has a number, a name of its own, and is drawn at all."""
_LABELS, _NARROWEST, _TOP = 250.0, 90.0, 190.0
_MOST_NUMBERED = 40
_STEPS = tuple(zip(SHARES, ("#eef3f8", "#d3e2f0", "#a9c8e4", "#6fa3d0", "#3576ae", "#1b5a9e"), strict=True))
"""Share of the smaller list -> colour."""


def matrix(leaving: Outgoing) -> str:
    """The figure as SVG."""
    lang = leaving.lang
    lists = {node["id"]: node for node in leaving.labelled()["nodes"] if node["kind"] == "dataset"}
    pairs = pairs_of(leaving.facts.get("overlaps", ()), lists)
    sheet, canvas = _sheet(leaving.choice, len(lists)), Canvas()
    labels = min(_LABELS, 0.34 * sheet.room)
    if len(lists) * _NAMED <= sheet.room - _NARROWEST:
        labels = min(labels, sheet.room - len(lists) * _NAMED)
    families = families_of(leaving.graph, lists, pairs)
    order = that_fit(families, pairs, int((sheet.room - labels) / _THINNEST), highlighted(leaving))
    cell = min(_WIDEST, (sheet.room - labels) / max(len(order), 1))
    top = _names(canvas, order, families, lists, (labels, cell), lang) if order else 0.0
    _cells(canvas, order, pairs, lists, (labels, top, cell))
    notes = [word("figure-overlaps-note" if cell >= _NUMBERED else "figure-overlaps-colours", lang)]
    if len(lists) > len(order):
        notes.append(word("figure-overlaps-more", lang, n=len(lists) - len(order)))
    legend = tuple(LegendKey(f"≥ {least:.1%}".replace(".0%", "%"), colour, block=True) for least, colour in _STEPS)
    title = f"{leaving.title} — {word('figure-overlaps-title', lang)}"
    return on_sheet(canvas, top + cell * len(order) + 4.0, sheet, leaving, title, notes=notes, legend=legend,
                    spoken=_told(order, pairs, lists))  # fmt: skip


def _sheet(choice: ExportChoice, lists: int) -> FigureSheet:
    """The sheet that was asked for; where none was, one on which up to so many lists have numbers."""
    usual = sheet_of(choice)
    if choice.width is not None or usual.upright:
        return usual
    return replace(usual, whole=max(usual.whole, 2 * usual.margin + _LABELS + _WIDEST * min(lists, _MOST_NUMBERED)))


def _names(
    canvas: Canvas, order: Sequence[str], families: Sequence[Sequence[str]], lists: Mapping[str, Node],
    size: tuple[float, float], lang: str,
) -> float:  # fmt: skip
    """Names at the left, and on top where there is room for each; returns the y of the first row."""
    labels, cell = size
    if cell < _NAMED:
        _offamilies_of(canvas, order, families, lists, size)
        return 6.0
    longest = max(width(shown(lists[name]["label"]), SMALLEST, bold=True) for name in order)
    top = min(longest + 12.0, _TOP)
    for at, name in enumerate(order):
        node, y = lists[name], top + at * cell
        place = y + cell / 2 + (0.0 if cell >= 30 else 4.0)
        canvas.text(labels - 8, place, node["label"], size=SMALLEST, bold=True, anchor="end", room=labels - 10)
        if cell >= 30:
            key = "page-n-contacts" if node["purged"] is None else "page-n-purged"
            small = with_id(node, word(key, lang, n=node["contacts"] or 0))
            canvas.text(labels - 8, place + 14, small, size=SMALLEST, anchor="end", fill=SOFT, room=labels - 10)
        canvas.text(labels + (at + 0.5) * cell + 4.0, top - 6.0, node["label"], size=SMALLEST, bold=True, turn=-90,
                    room=top - 8.0)  # fmt: skip
        canvas.rect(labels + at * cell, y, cell, cell, fill=TINT, stroke=RULE)
    return top


def _offamilies_of(
    canvas: Canvas, order: Sequence[str], families: Sequence[Sequence[str]], lists: Mapping[str, Node],
    size: tuple[float, float],
) -> None:  # fmt: skip
    """One name a family; small families share one line that counts them."""
    labels, cell = size
    drawn, start = set(order), 0
    waiting: list[list[str]] = []
    for family in [[name for name in family if name in drawn] for family in families]:
        if family:
            waiting.append(family)
        lists_of = sum(map(len, waiting))
        if not waiting or (lists_of * cell < 15.0 and start + lists_of < len(order)):
            continue
        y, tall = 6.0 + start * cell, lists_of * cell
        more = "" if lists_of == 1 else f" +{lists_of - 1}"
        room = labels - 12.0 - width(more, SMALLEST)
        text = shorten(shown(lists[waiting[0][0]]["label"]), room, SMALLEST) + more
        canvas.path(f"M{labels - 5:.1f} {y + 1:.1f}V{y + tall - 1:.1f}", stroke=SOFT, line=1.5)
        if tall >= 14.0:
            canvas.text(labels - 10, y + tall / 2 + 4, text, size=SMALLEST, anchor="end")
        start, waiting = start + lists_of, []


def _cells(
    canvas: Canvas, order: Sequence[str], pairs: Mapping[tuple[str, str], ListPair], lists: Mapping[str, Node],
    place: tuple[float, float, float],
) -> None:  # fmt: skip
    """All pairs: the count below the diagonal and the share above it where there is room, else colours."""
    left, top, cell = place
    at = {name: number for number, name in enumerate(order)}
    side = cell * len(order)
    if cell < _NAMED:
        canvas.rect(left, top, side, side, fill=PAPER, stroke=RULE)
        canvas.path(f"M{left:.1f} {top:.1f}l{side:.1f} {side:.1f}", stroke=RULE)
    wanted = [(a, b) for a in order for b in order] if cell >= _NUMBERED else sorted(pairs)
    for a, b in wanted:
        if a == b or a not in at or b not in at:
            continue
        # A pair without a row shares nothing that was counted, or too little to be shown: both are `FEW`.
        pair = pairs.get((a, b), ListPair(None, 0.0))
        colour = next((colour for least, colour in reversed(_STEPS) if pair.share >= least), PAPER)
        x, y = left + at[b] * cell, top + at[a] * cell
        if cell < _NAMED:
            if colour != PAPER:
                canvas.rect(x, y, cell, cell, fill=colour)
            continue
        with canvas.named(f"pair/{lists[a]['ref']}/{lists[b]['ref']}", _said(pair, lists[a], lists[b])):
            canvas.rect(x, y, cell, cell, fill=colour, stroke=RULE)
            if cell >= _NUMBERED:
                _number(canvas, pair, (x + cell / 2, y + cell / 2 + 4), below=at[a] > at[b])


def _number(canvas: Canvas, pair: ListPair, place: tuple[float, float], *, below: bool) -> None:
    text = FEW if pair.shared is None else _short(pair.shared) if below else f"{pair.share:.0%}"
    fill = PAPER if pair.share >= 0.5 else INK if pair.shared is not None else SOFT
    if below or pair.shared is not None:
        canvas.text(*place, text, size=SMALLEST, anchor="middle", fill=fill)


def _said(pair: ListPair, one: Node, other: Node) -> str:
    """A pair in words."""
    counted = FEW if pair.shared is None else f"{pair.shared:,} ({pair.share:.0%})"
    return f"{one['label']} – {other['label']}: {counted}"


def _short(count: int) -> str:
    """`3,185`, `12.4k`, `3.1M`: a cell is narrow."""
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1000:.3g}k" if count < 1_000_000 else f"{count / 1_000_000:.3g}M"


def _told(order: Sequence[str], pairs: Mapping[tuple[str, str], ListPair], lists: Mapping[str, Node]) -> list[str]:
    """The pairs in words, the most alike first."""
    drawn = set(order)
    known = [(pair, a, b) for (a, b), pair in pairs.items() if a < b and pair.shared and {a, b} <= drawn]
    return [
        _said(pair, lists[a], lists[b]) for pair, a, b in sorted(known, key=lambda one: (-one[0].share, one[1], one[2]))
    ]
