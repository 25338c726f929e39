"""SVG to PNG and PDF by Typst (Apache 2.0, wheels for all systems): fonts are embedded, texts stay texts."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tracer.errors import InputRefused
from tracer.export.figure.fonts import check, folders, texts_of
from tracer.optional import PNG_AND_PDF, PRINT, require

DOTS = 200
"""Dots an inch of a PNG, an inch being 72 pixels of the figure; fewer where the picture would become too large."""
LARGEST_SIDE = 12_000
"""Dots of a PNG's longer side, which viewers still open."""

_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9])\u2019")
_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')
_SHEET = """\
#let wide = float(sys.inputs.wide) * 1pt
#let high = float(sys.inputs.high) * 1pt
#set document(title: sys.inputs.title, date: none)
#set page(width: wide, height: high, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: wide, height: high, alt: sys.inputs.title)
"""


def png(svg: str, font: Path | None = None) -> bytes:
    """The picture in dots. Raises InputRefused where a glyph is missing."""
    longer = max(_size(svg))
    return typeset(_SHEET, _inputs(svg), "png", svg_texts=texts_of(svg), font=font,
                   dots=min(DOTS, 72.0 * LARGEST_SIDE / longer))  # fmt: skip


def pdf(svg: str, font: Path | None = None) -> bytes:
    """The picture as a PDF of its own size, in which texts can be searched. Raises InputRefused as `png` does."""
    return typeset(_SHEET, _inputs(svg), "pdf", svg_texts=texts_of(svg), font=font)


def typeset(
    source: str, inputs: dict[str, str], to: str, *, svg_texts: str, font: Path | None = None, dots: float | None = None
) -> bytes:
    """Typst `source` with `inputs` as PNG or PDF; the same bytes for the same input and fonts.

    Raises:
        InputRefused: a sign in `svg_texts` that no font has.
    """
    check(svg_texts, font)
    # Fonts for Chinese draw this apostrophe as wide as a Chinese sign.
    inputs = {name: _APOSTROPHE.sub("'", text) for name, text in inputs.items()}
    typst = _typst()
    try:
        made: bytes = typst.compile(
            source.encode(), format=to, ppi=dots, sys_inputs=inputs, font_paths=[str(path) for path in folders(font)],
            timestamp=0,
        )  # fmt: skip
    except typst.TypstError as error:
        raise InputRefused(
            f"cannot be typeset ({error})", where=to, remedy="report it; html and svg do not need it"
        ) from error
    return made


def _inputs(svg: str) -> dict[str, str]:
    wide, high = _size(svg)
    title = re.search(r"<title>([^<]*)</title>", svg)
    return {"svg": svg, "wide": f"{wide:g}", "high": f"{high:g}", "title": title[1] if title is not None else "tracer"}


def _size(svg: str) -> tuple[float, float]:
    found = _SIZE.search(svg)
    if found is None:
        raise InputRefused("not a figure", where="svg", remedy="report it")
    return float(found[1]), float(found[2])


@cache
def _typst() -> Any:
    require("typst", PRINT, PNG_AND_PDF)
    import typst

    return typst


def as_data(value: object) -> str:
    """A value for `json(bytes(sys.inputs.…))`: what it holds is data, never markup."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
