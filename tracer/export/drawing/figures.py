"""Which figure is asked for, and the files that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracer.errors import UsageError
from tracer.export.drawing.card import card_figure
from tracer.export.drawing.map_figure import flow, lineage, map_figure
from tracer.export.drawing.matrix import matrix
from tracer.export.drawing.raster import pdf, png
from tracer.export.drawing.story_drawing import story_figure
from tracer.export.drawing.time import time
from tracer.export.drawing.waterfall import waterfall
from tracer.export.outgoing import Outgoing

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


def drawing(leaving: Outgoing) -> str:
    """The figure that `leaving.of` names first, as SVG; the map where it names none."""
    kind = leaving.of[0] if leaving.of else "graph"
    if kind not in FIGURES:
        raise UsageError(f"unknown figure {kind!r}", where="figure", remedy=f"one of: {', '.join(FIGURES)}")
    return FIGURES[kind](leaving)


def svg_file(leaving: Outgoing) -> dict[str, bytes]:
    """The figure as SVG; its fonts are named."""
    return {"": drawing(leaving).encode("utf-8", "replace")}


def png_file(leaving: Outgoing) -> dict[str, bytes]:
    """The figure as PNG. Raises InputRefused where a glyph is missing."""
    return {"": png(drawing(leaving), leaving.font)}


def pdf_file(leaving: Outgoing) -> dict[str, bytes]:
    """The figure as PDF; its fonts are cut down and embedded. Raises InputRefused where a glyph is missing."""
    return {"": pdf(drawing(leaving), leaving.font)}
