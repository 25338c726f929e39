"""Fonts: found on this machine or asked for, and whether they have every sign that is to be shown.

A picture with empty boxes in the place of a name is worse than none: a sign that no font has is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from tracer.errors import InputRefused
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
    for face in [*([Face(asked)] if asked is not None else []), *_installed()]:
        if not wanted:
            return
        wanted -= signs_of(face)
    if wanted:
        missing = sorted(wanted)
        named = ", ".join(f"{chr(code)} (U+{code:04X})" for code in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise InputRefused(
            f"no font on this machine has {named}{more}",
            where="fonts",
            remedy="install one (Debian: fonts-noto-cjk; any system: Noto Sans CJK), or name a file with --font",
        )


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
        raise InputRefused(
            f"not a font ({error})", where=str(face.path), remedy="name a ttf, otf or ttc file"
        ) from error


def faces(asked: Path | None, *, bold: bool) -> list[Face]:
    """Fonts in the order in which a figure takes its signs from them: the one asked for, those it names, others."""
    named = [face for family in FAMILIES for face in _named(family, bold)]
    return list(dict.fromkeys([*([Face(asked)] if asked is not None else []), *named, *_installed()]))


@cache
def _named(family: str, bold: bool) -> tuple[Face, ...]:
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
def _installed() -> tuple[Face, ...]:
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
