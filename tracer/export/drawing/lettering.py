"""The letters of an SVG on a machine without its fonts: a small font of the signs that it has, or their outlines.

Browsers read fonts within an SVG. Drawing programs and converters (Inkscape, Illustrator, librsvg) do not: outlines
look the same there, and are texts no longer, but for their labels.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any, Literal

from tracer.disclosure import Reason, Text
from tracer.errors import InputRefused, UsageError
from tracer.export.drawing.looks import FAMILIES
from tracer.optional import PNG_AND_PDF, PRINT, require

_TEXT = re.compile(r"<(?:text|tspan)[^>]*>([^<]*)<")
_BLANK = frozenset(" \n\t\u00a0\u3000")
_STYLES = frozenset({"Regular", "Book", "Normal", "Bold"})
_SHOWN = 12
"""Missing signs that an error lists."""


def texts_of(svg: str) -> str:
    """All that an SVG of ours writes."""
    return "".join(unescape(text) for text in _TEXT.findall(svg))


def folders(asked: Path | None) -> list[Path]:
    """Where to look in addition to the system's fonts: the folder of the font that was asked for.

    Raises:
        InputRefused: it is not a font.
    """
    if asked is None:
        return []
    signs_of(Face(asked))
    return [asked.parent]


@dataclass(frozen=True)
class Face:
    """One font of a file."""

    path: Path
    index: int = 0


def check(texts: str, asked: Path | None) -> None:
    """Holds `texts` to the fonts.

    Raises:
        InputRefused: a sign that no font on this machine has; names them, and what helps.
    """
    wanted = {ord(sign) for sign in texts} - {ord(sign) for sign in _BLANK}
    for face in [*([Face(asked)] if asked is not None else []), *_installed_fonts()]:
        if not wanted:
            return
        wanted -= signs_of(face)
    if wanted:
        missing = sorted(wanted)
        named = ", ".join(f"{chr(code)} (U+{code:04X})" for code in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        remedy = "install one (Debian: fonts-noto-cjk; any system: Noto Sans CJK), or name a file with --font"
        raise InputRefused(f"no font on this machine has {named}{more}", where="fonts", remedy=remedy)


@contextmanager
def font_of(face: Face) -> Iterator[Any]:
    """The font, opened: its tables are read when they are asked for."""
    from fontTools.ttLib import TTFont

    with face.path.open("rb") as file, TTFont(file, fontNumber=face.index, lazy=True, recalcTimestamp=False) as font:
        yield font


@cache
def signs_of(face: Face) -> frozenset[int]:
    """The signs that a font has, as numbers. Raises InputRefused where the file is none."""
    require("fontTools", PRINT, PNG_AND_PDF)
    from fontTools.ttLib import TTLibError

    try:
        with font_of(face) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError) as error:
        remedy = "name a ttf, otf or ttc file"
        raise InputRefused(f"not a font ({error})", where=str(face.path), remedy=remedy) from error


def faces(asked: Path | None, *, bold: bool) -> list[Face]:
    """Fonts in the order in which a figure takes its signs from them: the one asked for, those it names, others."""
    named = [face for family in FAMILIES for face in _fonts_of_family(family, bold)]
    return list(dict.fromkeys([*([Face(asked)] if asked is not None else []), *named, *_installed_fonts()]))


@cache
def _fonts_of_family(family: str, bold: bool) -> tuple[Face, ...]:
    """The upright font of a family in that weight, in the usual one where it has no other."""
    import typst
    from fontTools.ttLib import TTCollection, TTFont

    found: dict[bool, Face] = {}
    for path in sorted({Path(font.path) for font in typst.Fonts().fonts() if font.path and font.family == family}):
        with path.open("rb") as file:
            whole = TTCollection(file, lazy=True).fonts if path.suffix.lower() in {".ttc", ".otc"} else None
            for index, font in enumerate(whole if whole is not None else [TTFont(file, lazy=True)]):
                style = font["name"].getDebugName(2)
                if font["name"].getDebugName(1) == family and style in _STYLES:
                    found.setdefault(style == "Bold", Face(path, index))
    face = found.get(bold, found.get(False))
    return () if face is None else (face,)


@cache
def _installed_fonts() -> tuple[Face, ...]:
    """The fonts that the renderer knows by path, one of each file: those of a collection have the same signs.

    A regular one for Chinese comes first, which has the most signs, then one with the signs of mathematics.
    """
    require("typst", PRINT, PNG_AND_PDF)
    import typst

    def usefulness(path: Path) -> tuple[bool, bool, str]:
        name = path.name.lower()
        return not ("cjk" in name and "regular" in name), name != "dejavusans.ttf", str(path)

    files = {Path(font.path) for font in typst.Fonts().fonts() if font.path}
    return tuple(map(Face, sorted(files, key=usefulness)))


MOST_EMBEDDED = 60_000
"""Bytes of fonts that an SVG has unasked."""
_TEXT_ELEMENT = re.compile(r"<text ([^>]*)>(.*?)</text>", re.DOTALL)
_SPAN = re.compile(r'(?:<tspan x="([^"]*)" dy="([^"]*)">)?([^<]*)(?:</tspan>)?')
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_PLACED = frozenset({"x", "y", "font-size", "font-weight", "text-anchor"})


def lettered_svg(svg: str, how: str, font: Path | None = None) -> tuple[str, Reason | None]:
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
        with ExitStack() as opened:
            drawn = {bold: _Outliner(faces(font, bold=bold), opened) for bold in (False, True)}
            return _TEXT_ELEMENT.sub(lambda found: _path(found[1], found[2], drawn), svg), None
    # (place in the order of fonts, weight, WOFF) of each font that is needed: each has the signs that none before it
    # has.
    fonts: list[tuple[int, int, bytes]] = []
    for weight in (400, 700):
        bold = weight == 700
        texts = "".join(inner for look, inner in _TEXT_ELEMENT.findall(svg) if ('font-weight="700"' in look) is bold)
        signs, place = set(unescape(re.sub(r"<[^>]*>", "", texts))) - set("\n\t"), 0
        for face in faces(font, bold=bold):
            own = {sign for sign in signs if ord(sign) in signs_of(face)}
            if own:
                fonts.append((place, weight, _woff(face, own)))
                signs, place = signs - own, place + 1
            if not signs:
                break
    size = sum(len(content) for _, _, content in fonts)
    if not how and size > MOST_EMBEDDED:
        return svg, Reason.of("exports-fonts-large", kilobytes=size // 1000)
    rules = "\n".join(
        f"@font-face{{font-family:'Figure {place}';font-weight:{weight};"
        f"src:url(data:font/woff;base64,{base64.b64encode(content).decode('ascii')})}}"
        for place, weight, content in fonts
    )
    first = ", ".join(f"'Figure {place}'" for place in sorted({place for place, _, _ in fonts}))
    head, rest = svg.split(">", 1)
    head = head.replace('font-family="', f'font-family="{first}, ', 1) if fonts else head
    return (f"{head}>\n<style>{rules}</style>{rest}" if fonts else svg), None


def _woff(face: Face, signs: set[str]) -> bytes:
    """A font of these signs alone; the same bytes for the same signs."""
    from fontTools.subset import Options, Subsetter

    options = Options(
        hinting=False, layout_closure=False, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True, recalc_timestamp=False
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    with font_of(face) as whole:
        subsetter = Subsetter(options)
        subsetter.populate(text="".join(sorted(signs)))
        subsetter.subset(whole)
        whole.flavor = "woff"
        made = io.BytesIO()
        whole.save(made)
    return made.getvalue()


class _Outliner:
    """Draws signs as paths."""

    def __init__(self, chain: Sequence[Face], opened: ExitStack) -> None:
        """chain: fonts in their order; opened: closes them."""
        self._chain, self._opened = chain, opened
        self._open: dict[Face, tuple[Any, dict[int, str], float]] = {}

    def line(self, text: str, x: float, y: float, size: float, anchor: str) -> str:
        """The path of one line."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        known = list[tuple[Any, str, float]]()  # glyphs of the font of each sign, its name there, units of that font
        for sign in text:
            face = next((one for one in self._chain if ord(sign) in signs_of(one)), None)
            if face is None:
                continue
            if face not in self._open:
                font = self._opened.enter_context(font_of(face))
                self._open[face] = font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
            glyphs, names, units = self._open[face]
            known.append((glyphs, names[ord(sign)], units))
        wide = sum(glyphs[name].width * size / units for glyphs, name, units in known)
        x -= {"middle": wide / 2, "end": wide}.get(anchor, 0.0)
        pen = SVGPathPen(None, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
        for glyphs, name, units in known:
            scale = size / units
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, y)))
            x += glyphs[name].width * scale
        commands: str = pen.getCommands()
        return commands


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
    source: str,
    inputs: dict[str, str],
    to: Literal["png", "pdf"],
    *,
    svg_texts: str,
    font: Path | None = None,
    dots: float | None = None,
) -> bytes:
    """Typst `source` with `inputs` as PNG or PDF; the same bytes for the same input and fonts.

    Raises:
        InputRefused: a sign in `svg_texts` that no font has.
    """
    check(svg_texts, font)
    # Fonts for Chinese draw this apostrophe as wide as a Chinese sign.
    inputs = {name: _APOSTROPHE.sub("'", text) for name, text in inputs.items()}
    import typst  # `check` has required it

    fonts = [str(path) for path in folders(font)]
    try:
        compiled: Any = typst.compile  # its stub wants folders of fonts in the source's type, which is bytes
        made: bytes = compiled(source.encode(), format=to, ppi=dots, sys_inputs=inputs, font_paths=fonts, timestamp=0)
    except typst.TypstError as error:
        remedy = "report it; html and svg do not need it"
        raise InputRefused(f"cannot be typeset ({error})", where=to, remedy=remedy) from error
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
