"""Which figure is asked for, and the files that it becomes; the waterfall of one copying: what each observation adds
for it or takes from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import cast

from tracer.disclosure import DatasetRef, Reason
from tracer.errors import UsageError
from tracer.export.drawing.lettering import lettered_svg, pdf, png
from tracer.export.drawing.map import flow, lineage, map_figure
from tracer.export.drawing.marks import SMALL, TEXT, Marks
from tracer.export.drawing.matrix import matrix
from tracer.export.drawing.sheet import draw_blocks, on_sheet, sheet_of
from tracer.export.drawing.story_drawing import card_figure, story_figure
from tracer.export.drawing.time import time
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.words import times
from tracer.wording import word
from tracer.wording.voice import percent

_TIMES = 74.0
"""Room for how many times likelier something is."""


def waterfall(leaving: Outgoing) -> str:
    """The figure as SVG. Raises UsageError where `leaving.of` names no copying that was found."""
    named, rows = leaving.of[1:], leaving.facts.get("weights", ())
    known = {(str(row["parent"]), str(row["child"])): row for row in rows}
    remedy = "name a parent and a child: " + "; ".join(f"{parent} {child}" for parent, child in list(known)[:8])
    if not known:
        remedy = "none was found: tracer query derivations"
    if len(named) != 2:
        raise UsageError("a waterfall shows exactly one copying", where="figure waterfall", remedy=remedy)
    row = known.get((named[0], named[1])) or known.get((named[1], named[0]))
    if row is None:
        raise UsageError(
            f"no copying between {named[0]!r} and {named[1]!r} was found", where="figure waterfall", remedy=remedy
        )
    weights, lang, sheet = weights_of(row), leaving.lang, sheet_of(leaving)
    marks = Marks(sheet.theme)
    ends = cut_stops(weights)
    low, scale = min(ends), (sheet.room - 2.0) / max(max(ends) - min(ends), 1e-9)
    y = 0.0
    for (signal, nats, text), (begin, end) in zip(weights, pairwise(ends), strict=True):
        left, right = sorted(((begin - low) * scale, (end - low) * scale))
        marks.text(sheet.room, y + 16.0, times(nats), bold=True, anchor="end")
        y = marks.paragraph(0, y + 16.0, signal, sheet.room - _TIMES, bold=True)
        y = marks.paragraph(0, y, text, sheet.room, size=SMALL, fill="soft") - 7.0
        marks.rect(left, y, max(right - left, 1.5), 12.0, fill="ink" if nats >= 0 else "paper", stroke="ink")
        if abs(nats) > abs(end - begin) + 1e-9:
            middle = (left + right) / 2
            marks.path(f"M{middle - 4:.1f} {y + 15:.1f}l8 -18", stroke="paper", line=5.0)
        y += 20.0
        marks.rule(0, y, sheet.room, y)
    chance, total = percent(row["probability"]), times(sum(nats for _, nats, _ in weights))
    said = word("figure-waterfall-sum", lang, n=total, p=chance, grade=row["grade"])
    y = marks.paragraph(0, y + 20.0, said, sheet.room, size=TEXT, bold=True)
    keys = [(word("figure-waterfall-for", lang), "ink"), (word("figure-waterfall-against", lang), "paper")]
    y = draw_blocks(marks, keys, y + 8.0, sheet.room)
    child, parent = (DatasetRef(str(row[name])) for name in ("child", "parent"))
    title = leaving.voice().say(Reason.of("figure-waterfall-title", child=child, parent=parent))
    note, shows = word("figure-waterfall-note", lang), (str(row["parent"]), str(row["child"]))
    in_words = [*(f"{signal} {times(nats)}: {text}" for signal, nats, text in weights), said]
    return on_sheet(marks, y - 14.0, sheet, leaving, title, notes=[note], in_words=in_words, shows=shows)


def weights_of(row: FindingRow) -> list[tuple[str, float, str]]:
    """(name of the signal, nats, what was seen) of each step, in the finding's order."""
    steps = cast(Sequence[Mapping[str, object]], row["weights"])
    return [(str(step["name"]), float(str(step["weight"])), str(step["text"])) for step in steps]


def cut_stops(weights: Sequence[tuple[str, float, str]]) -> list[float]:
    """Where the bars of a waterfall begin and end, in nats from 0: each is cut at four times the third longest, so that
    one huge overlap does not hide all else."""
    sizes = sorted((abs(nats) for _, nats, _ in weights), reverse=True)
    longest = max(4.0 * sizes[2], 1.0) if len(sizes) > 2 else max(sizes, default=1.0)
    return list(accumulate((max(-longest, min(longest, nats)) for _, nats, _ in weights), initial=0.0))


FIGURES: Mapping[str, Callable[[Outgoing], str]] = {
    "graph": map_figure,
    "story": story_figure,
    "card": card_figure,
    "flow": flow,
    "sankey": flow,
    "time": time,
    "timeline": time,
    "lineage": lineage,
    "matrix": matrix,
    "overlaps": matrix,
    "waterfall": waterfall,
}
"""What `tracer export figure` draws; `graph` is drawn by `tracer export graph --to svg`."""


def figure_svg(leaving: Outgoing) -> str:
    """The figure that `leaving.of` names first, as SVG; the map where it names none."""
    kind = leaving.of[0] if leaving.of else "graph"
    if kind not in FIGURES:
        raise UsageError(f"unknown figure {kind!r}", where="figure", remedy=f"one of: {', '.join(FIGURES)}")
    return FIGURES[kind](leaving)


def svg_file(leaving: Outgoing) -> bytes:
    """The figure as SVG; its fonts are named."""
    return figure_svg(leaving).encode("utf-8", "replace")


def png_file(leaving: Outgoing) -> bytes:
    """The figure as PNG. Raises InputRefused where a glyph is missing."""
    return png(figure_svg(leaving), leaving.font)


def pdf_file(leaving: Outgoing) -> bytes:
    """The figure as PDF; its fonts are cut down and embedded. Raises InputRefused where a glyph is missing."""
    return pdf(figure_svg(leaving), leaving.font)


def with_letters(leaving: Outgoing, files: dict[str, bytes]) -> tuple[dict[str, bytes], Reason | None]:
    """An SVG that was looked through with its fonts or outlines, and what is to be said of them."""
    svg, said = lettered_svg(files[""].decode("utf-8"), leaving.choice.fonts, leaving.font)
    return {"": svg.encode("utf-8")}, said
