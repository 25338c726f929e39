"""SVG to PNG and PDF by Typst (Apache 2.0, wheels for all systems): fonts are embedded, texts stay texts."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from tracer.errors import InputRefused
from tracer.export.drawing.fonts import check, folders, texts_of
from tracer.optional import PNG_AND_PDF, PRINT, require

DOTS, DOTS_OF_PAPER = 200, 300
"""Dots an inch of a PNG, an inch being 96 pixels of the figure, and of one whose width is in millimetres; fewer where
the picture would become too large."""
LARGEST_SIDE = 12_000
"""Dots of a PNG's longer side, which viewers still open."""

_APOSTROPHE = re.compile(r"(?<=[A-Za-z0-9])\u2019")
_SIZE = re.compile(r'<svg[^>]* width="([\d.]+)(mm)?" height="([\d.]+)')
_SAID = {
    "title": re.compile("<title>([^<]*)</title>"),
    "desc": re.compile("<desc>([^<]*)</desc>"),
    "label": re.compile('<svg[^>]* aria-label="([^"]*)"'),
    "lang": re.compile('<svg[^>]* lang="([^"]*)"'),
}
_SHEET = """\
#let wide = float(sys.inputs.wide) * 1pt
#let high = float(sys.inputs.high) * 1pt
#set document(title: sys.inputs.title, date: none)
#set text(lang: sys.inputs.lang)
#set page(width: wide, height: high, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: wide, height: high, alt: sys.inputs.alt)
"""


def png(svg: str, font: Path | None = None) -> bytes:
    """The picture in dots. Raises InputRefused where a glyph is missing."""
    dots = DOTS_OF_PAPER if 'mm" height="' in svg else DOTS
    most = min(dots, 72.0 * LARGEST_SIDE / max(_size(svg)))
    return typeset(_SHEET, _inputs(svg), "png", svg_texts=texts_of(svg), font=font, dots=most)


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
    """What is typeset: the figure, its size in points, and its title, alternative text and language."""
    wide, high = _size(svg)
    said = {name: unescape(found[1]) if (found := look.search(svg)) else "" for name, look in _SAID.items()}
    # The first line of the description is what is stated; a reader that reads aloud gets one sentence, not the table.
    stated = said.pop("desc").partition("\n")[0]
    said["lang"] = said["lang"] or "en"
    alt = said.pop("label") or " ".join(dict.fromkeys(filter(None, (said["title"], stated))))
    return {"svg": svg, "wide": f"{wide:g}", "high": f"{high:g}", "alt": alt, **said}


def _size(svg: str) -> tuple[float, float]:
    """Width and height in points."""
    found = _SIZE.search(svg)
    if found is None:
        raise InputRefused("not a figure", where="svg", remedy="report it")
    points = 72 / 25.4 if found[2] else 72 / 96
    return float(found[1]) * points, float(found[3]) * points


@cache
def _typst() -> Any:
    require("typst", PRINT, PNG_AND_PDF)
    import typst

    return typst


def as_data(value: object) -> str:
    """A value for `json(bytes(sys.inputs.…))`: what it holds is data, never markup."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
