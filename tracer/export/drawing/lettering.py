"""The letters of an SVG on a machine without its fonts: a small font of the signs that it has, or their outlines.

Browsers read fonts within an SVG. Drawing programs and converters (Inkscape, Illustrator, librsvg) do not: outlines
look the same there, and are texts no longer, but for their labels.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from html import escape, unescape
from pathlib import Path
from typing import Any

from tracer.disclosure import Reason, Text
from tracer.errors import InputRefused, UsageError
from tracer.export.drawing.fonts import Face, check, faces, font_of, signs_of, texts_of
from tracer.optional import PRINT, require

MOST_EMBEDDED = 60_000
"""Bytes of fonts that an SVG has unasked."""
_TEXT = re.compile(r"<text ([^>]*)>(.*?)</text>", re.DOTALL)
_SPAN = re.compile(r'(?:<tspan x="([^"]*)" dy="([^"]*)">)?([^<]*)(?:</tspan>)?')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PLACED = frozenset({"x", "y", "font-size", "font-weight", "text-anchor"})


def lettered(svg: str, how: str, font: Path | None = None) -> tuple[str, Reason | None]:
    """The figure with its letters, and what is to be said of them.

    how: `embed`, `outline`, `none`; empty: embedded where that is small and can be done.

    Raises:
        UsageError, InputRefused: what was asked for cannot be done; a sign that no font has.
    """
    if how == "none":
        return svg, None
    try:
        for package in ("fontTools", "typst"):
            require(package, PRINT, "letters in an SVG")
        check(texts_of(svg), font)
    except (UsageError, InputRefused) as error:
        if how:
            raise
        return svg, Reason.of("exports-fonts-named", why=Text(str(error)))
    if how == "outline":
        return _outlined(svg, font), None
    fonts = _subsets(svg, font)
    size = sum(len(content) for _, _, content in fonts)
    if not how and size > MOST_EMBEDDED:
        return svg, Reason.of("exports-fonts-large", kilobytes=size // 1000)
    return _embedded(svg, fonts), None


def _subsets(svg: str, font: Path | None) -> list[tuple[int, int, bytes]]:
    """(place in the order of fonts, weight, WOFF) of each font that is needed: each has the signs that none before it
    has."""
    made: list[tuple[int, int, bytes]] = []
    for weight in (400, 700):
        bold = weight == 700
        texts = "".join(inner for look, inner in _TEXT.findall(svg) if ('font-weight="700"' in look) is bold)
        signs, place = set(unescape(re.sub(r"<[^>]*>", "", texts))) - set("\n\t"), 0
        for face in faces(font, bold=bold):
            own = {sign for sign in signs if ord(sign) in signs_of(face)}
            if own:
                made.append((place, weight, _woff(face, own)))
                signs, place = signs - own, place + 1
            if not signs:
                break
    return made


def _woff(face: Face, signs: set[str]) -> bytes:
    """A font of these signs alone; the same bytes for the same signs."""
    from fontTools.subset import Options, Subsetter

    options = Options(
        hinting=False, layout_closure=False, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True, recalc_timestamp=False,
    )  # fmt: skip
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    with font_of(face) as whole:
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted(signs)))
        subsetter.subset(whole)
        whole.flavor = "woff"
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue()


def _embedded(svg: str, fonts: Sequence[tuple[int, int, bytes]]) -> str:
    rules = "\n".join(
        f"@font-face{{font-family:'Figure {place}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{base64.b64encode(content).decode('ascii')})}}"
        for place, weight, content in fonts
    )
    first = ", ".join(f"'Figure {place}'" for place in sorted({place for place, _, _ in fonts}))
    head, rest = svg.split(">", 1)
    head = head.replace('font-family="', f'font-family="{first}, ', 1) if fonts else head
    return f"{head}>\n<style>{rules}</style>{rest}" if fonts else svg


class _Outliner:
    """Draws signs as paths."""

    def __init__(self, chain: Sequence[Face], opened: ExitStack) -> None:
        """chain: fonts in their order; opened: closes them."""
        self._chain, self._opened = chain, opened
        self._open: dict[Face, tuple[Any, dict[int, str], float]] = {}

    def _of(self, sign: str) -> tuple[Any, str, float] | None:
        face = next((one for one in self._chain if ord(sign) in signs_of(one)), None)
        if face is None:
            return None
        if face not in self._open:
            font = self._opened.enter_context(font_of(face))
            self._open[face] = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
        glyphs, names, units = self._open[face]
        return glyphs, names[ord(sign)], units

    def line(self, text: str, x: float, y: float, size: float, anchor: str) -> str:
        """The path of one line."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        known = [found for sign in text if (found := self._of(sign)) is not None]
        wide = sum(glyphs[name].width * size / units for glyphs, name, units in known)
        x -= {"middle": wide / 2, "end": wide}.get(anchor, 0.0)
        pen = SVGPathPen(None, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
        for glyphs, name, units in known:
            scale = size / units
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
            x += glyphs[name].width * scale
        commands: str = pen.getCommands()
        return commands


def _outlined(svg: str, font: Path | None) -> str:
    with ExitStack() as opened:
        drawn = {bold: _Outliner(faces(font, bold=bold), opened) for bold in (False, True)}
        return _TEXT.sub(lambda found: _path(found[1], found[2], drawn), svg)


def _path(attributes: str, inner: str, drawn: Mapping[bool, _Outliner]) -> str:
    """A text as a path with the text as its label."""
    has = dict(_ATTRIBUTE.findall(attributes))
    size, x, y = (float(has[name]) for name in ("font-size", "x", "y"))
    outliner, lines, texts = drawn["font-weight" in has], [], []
    for left, down, text in _SPAN.findall(inner):
        if not text:
            continue
        x, y = (float(left), y + float(down)) if down else (x, y)
        texts.append(unescape(text))
        lines.append(outliner.line(texts[-1], x, y, size, has.get("text-anchor", "")))
    kept = "".join(f' {name}="{value}"' for name, value in has.items() if name not in _PLACED)
    return f'<path aria-label="{escape(" ".join(texts))}"{kept} d="{"".join(lines)}"/>'
