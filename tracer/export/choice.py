"""What somebody asks of an export: which part of the graph leaves, and how a picture of it looks."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.looks import AUDIENCES, EMBEDDED, FONTS, THEMES
from tracer.graph.model import GRADES

NARROWEST, WIDEST = 320, 4_000
"""Pixels at which a picture can be published: a telephone's, and a poster's."""
_PART = ("chain", "party", "finding", "grade")
_PAGE_TOO = ("title", "embed", "audience", "image")
"""What means something where the graph is drawn as a page, too."""
_OF_PAGE = {"embed": "--embed", "audience": "--for", "image": "--image"}


@dataclass(frozen=True)
class ExportChoice:
    """A part of the graph and a look. What is left empty is as the tool has it."""

    chain: str = ""
    """A chain: its number in `tracer query resale-chains`, the list or party that it ends with, or `FROM..TO`."""
    party: str = ""
    """Whose lists, copies and dealings are kept: an id, or a name in either language."""
    finding: tuple[str, ...] = ()
    """Two ids that an edge joins, as `tracer why` takes them."""
    grade: str = ""
    width: str = ""
    """At which a picture is published: pixels as in `660`, or paper as in `85mm`."""
    portrait: bool = False
    title: str = ""
    subtitle: str = ""
    source: str = ""
    theme: str = "light"
    highlight: tuple[str, ...] = ()
    """Ids or names of parties and lists, or ids of copies."""
    embed: str = ""
    """What a page for the frame of another shows alone: `story` or `graph`."""
    audience: str = ""
    """For whom a page is: `readers`, without the part for experts and without ids."""
    image: str = ""
    """The address of the picture that services show for a link to the page."""
    fonts: str = ""
    """What an SVG has of its fonts: `embed`, `outline`, `none`; empty: embedded where they are small."""

    @property
    def part(self) -> dict[str, str]:
        """What narrows the graph, by name."""
        values = asdict(self)
        return {name: " ".join(values[name]) if name == "finding" else values[name] for name in _PART if values[name]}

    def check(self, noun: str, to: str, *, drawn: bool) -> ExportChoice:
        """Itself, where each of its values is one and means something in format `to` of `noun`.

        drawn: whether the format is a picture.

        Raises:
            UsageError: a value that is none, or one that says nothing there.
        """
        usual = asdict(ExportChoice())
        given = [name for name, value in asdict(self).items() if value != usual[name]]
        if given and noun not in {"graph", "figure"}:
            raise UsageError(f"{noun} are written whole", where=f"--{given[0]}", remedy="export graph or figure")
        there = (*_PART, *(_PAGE_TOO if to == "html" else ()))
        for name in given:
            where, remedy = f"--{name}", "it is for svg, png and pdf"
            means = drawn or name in there
            if name in _OF_PAGE and (noun, to) != ("graph", "html"):
                where, remedy, means = _OF_PAGE[name], "it is for export graph --to html", False
            elif name == "fonts" and to != "svg":
                remedy, means = "it is for svg", False
            if not means:
                raise UsageError(f"means nothing in {to}", where=where, remedy=remedy)
        if self.grade and self.grade not in GRADES:
            raise UsageError(f"invalid grade {self.grade!r}", where="--grade", remedy=f"one of: {', '.join(GRADES)}")
        if self.theme not in THEMES:
            raise UsageError(f"invalid theme {self.theme!r}", where="--theme", remedy=did_you_mean(self.theme, THEMES))
        listed = (
            ("--embed", self.embed, EMBEDDED),
            ("--for", self.audience, AUDIENCES),
            ("--fonts", self.fonts, FONTS),
        )
        for where, value, known in listed:
            if value not in {"", *known}:
                raise UsageError(f"invalid {value!r}", where=where, remedy=f"one of: {', '.join(known)}")
        if self.image and not re.fullmatch(r"https://[^\s\"<>]+", self.image):
            remedy = "whole, as in https://…/map.png"
            raise UsageError(f"invalid address {self.image!r}", where="--image", remedy=remedy)
        if len(self.finding) not in {0, 2}:
            raise UsageError("a finding is named by two ids", where="--finding", remedy="as in: tracer why A B")
        if self.width and not NARROWEST <= pixels_of(self.width)[0] <= WIDEST:
            remedy = f"{NARROWEST} to {WIDEST:,} pixels, as in 660, or 85mm to 1000mm"
            raise UsageError(f"invalid width {self.width}", where="--width", remedy=remedy)
        return self


PIXELS_OF_MM = 96 / 25.4
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)\s*(px|mm)?")


def pixels_of(asked: str) -> tuple[float, str]:
    """A width as it is asked for, `660`, `660px` or `85mm`, in pixels, and `mm` where it was in millimetres.

    Raises:
        UsageError: it is not a width.

    >>> pixels_of("660"), round(pixels_of("85mm")[0])
    ((660.0, ''), 321)
    """
    found = _WIDTH.fullmatch(asked.strip().lower())
    if found is None:
        raise UsageError(f"invalid width {asked!r}", where="--width", remedy="pixels as in 660, or paper as in 85mm")
    size, unit = float(found[1]), found[2] or ""
    return (size * PIXELS_OF_MM, "mm") if unit == "mm" else (size, "")


WHOLE = ExportChoice()
"""All of the graph, as the tool shows it."""
