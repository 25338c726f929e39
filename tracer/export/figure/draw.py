"""Which figure is asked for, and the files that it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracer.errors import UsageError
from tracer.export.figure.flow import flow
from tracer.export.figure.graph import graph_figure
from tracer.export.figure.lineage import lineage
from tracer.export.figure.matrix import matrix
from tracer.export.figure.raster import pdf, png
from tracer.export.figure.sankey import sankey
from tracer.export.figure.time import time
from tracer.export.figure.timeline import timeline
from tracer.export.figure.waterfall import waterfall
from tracer.export.outgoing import Outgoing
from tracer.export.story.figure import story_figure

FIGURES: Mapping[str, Callable[[Outgoing], str]] = {
    "graph": graph_figure,
    "flow": flow,
    "time": time,
    "lineage": lineage,
    "sankey": sankey,
    "timeline": timeline,
    "matrix": matrix,
    "overlaps": matrix,
    "waterfall": waterfall,
    "story": story_figure,
}


def drawing(leaving: Outgoing) -> str:
    """The figure that `leaving.of` names first, as SVG; the graph where it names none."""
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
