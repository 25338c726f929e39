"""The report as PDF, typeset by Typst: fonts embedded, texts to be searched, headings as bookmarks, tags set."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from tracer.export.drawing.fonts import texts_of
from tracer.export.drawing.raster import as_data, typeset
from tracer.export.outgoing import Outgoing
from tracer.export.report.compose import compose
from tracer.export.report.model import Report

_TEMPLATE = Path(__file__).parent / "report.typ"


def report_pdf(leaving: Outgoing) -> dict[str, bytes]:
    """The report as PDF. Raises InputRefused where a glyph is missing."""
    return {"": render_pdf(compose(leaving), leaving.font)}


def render_pdf(report: Report, font: Path | None = None) -> bytes:
    """The report's blocks as a PDF. Raises InputRefused where a glyph is missing."""
    inputs = {"report": as_data(asdict(report))}
    return typeset(_TEMPLATE.read_text(encoding="utf-8"), inputs, "pdf", svg_texts=said(report), font=font)


def drawing(leaving: Outgoing) -> str:
    """All that the PDF says, for the scan: the same texts without the typesetting."""
    return said(compose(leaving))


def said(report: Report) -> str:
    """Every text of the report, those in its figures too, one a line."""
    lines = [report.title]
    for block in report.blocks:
        for name, value in asdict(block).items():
            if name == "svg":
                lines.append(texts_of(str(value)))
            elif name not in ("kind", "style", "level"):
                lines += _texts(value)
    return "\n".join(lines)


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
