"""A sheet on which figures draw: shapes and texts as SVG, escaped here and nowhere else, in a frame.

The frame is the same for all figures: title, note, drawing, legend, source line, date. Texts are cleaned of what cannot
be seen, and remembered, so that a missing glyph is known before a picture is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape

from tracer.errors import UsageError
from tracer.export.figure.theme import in_theme
from tracer.export.outgoing import Outgoing
from tracer.export.page.text import clean, shorten, width, wrap
from tracer.graph.model import Node
from tracer.version import __version__
from tracer.wording import word

INK, SOFT, RULE, PAPER, TINT = "#1c1b19", "#5b574f", "#d8d2c6", "#ffffff", "#f1ede4"
FAMILIES = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Micro Hei",
    "DejaVu Sans", "sans-serif",
)  # fmt: skip
"""Fonts that a viewer is to use, the first that it has."""
_MARGIN = 28.0
SMALLEST = 11.0
"""Pixels of the smallest type at the width at which a figure is published."""
_FORBIDDEN = str.maketrans({"\ufffe": "\ufffd", "\uffff": "\ufffd"})


@dataclass(frozen=True)
class LegendKey:
    """One entry of the legend."""

    text: str
    colour: str
    dash: str = ""
    """Width of a line; a filled square where None is meant by `block`."""
    block: bool = False


def shown(text: str) -> str:
    """`text` as a figure may have it: cleaned, and nothing that XML forbids."""
    return clean(text).translate(_FORBIDDEN)


def with_id(node: Node, text: str) -> str:
    """A line in small type below a name: the id behind it, where there is another name, and what else is known."""
    behind = "" if node["label"] == node["ref"] or node["protected"] else node["ref"]
    return " · ".join(filter(None, (behind, text)))


def hex_of(colour: tuple[int, int, int]) -> str:
    """`#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """Collects shapes; later ones lie over earlier ones. Lengths are pixels of the figure's natural size."""

    def __init__(self, paper: str = PAPER) -> None:
        """paper: the colour that it is drawn on, which haloes have."""
        self._parts: list[str] = []
        self._paper = paper
        self.smallest = 100.0
        """The smallest type on it."""

    def rect(
        self, x: float, y: float, w: float, h: float, *, fill: str = "none", stroke: str = "none", line: float = 1.0,
        rx: float = 0.0, dash: str = "",
    ) -> None:  # fmt: skip
        """A rectangle."""
        more = f' rx="{_n(rx)}"' if rx else ""
        more += f' stroke="{stroke}" stroke-width="{_n(line)}"' if stroke != "none" else ""
        more += f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}"{more}/>')

    def path(
        self, d: str, *, fill: str = "none", stroke: str = "none", line: float = 1.0, dash: str = "",
        opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """A path; `d` is made of numbers and commands by us."""
        more = f' stroke="{stroke}" stroke-width="{_n(line)}"' if stroke != "none" else ""
        more += f' stroke-dasharray="{dash}"' if dash else ""
        more += f' opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(f'<path d="{d}" fill="{fill}"{more}/>')

    def text(
        self, x: float, y: float, text: str, *, size: float = 12.0, bold: bool = False, fill: str = INK,
        anchor: str = "start", room: float | None = None, turn: float = 0.0, halo: bool = False,
    ) -> None:  # fmt: skip
        """One line of text with its base line at `y`; cut where it is wider than `room`; `halo`: paper around it."""
        self.smallest = min(self.smallest, size)
        words = shown(text) if room is None else shorten(shown(text), room, size, bold=bold)
        more = ' font-weight="700"' if bold else ""
        more += f' text-anchor="{anchor}"' if anchor != "start" else ""
        more += self._halo if halo else ""
        more += f' transform="rotate({_n(turn)} {_n(x)} {_n(y)})"' if turn else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"{more}>{escape(words)}</text>'
        )

    @property
    def _halo(self) -> str:
        return f' stroke="{self._paper}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'

    def lines(
        self, x: float, y: float, lines: Sequence[str], step: float, *, size: float, bold: bool = False,
        fill: str = INK, halo: bool = False,
    ) -> None:  # fmt: skip
        """One text in several lines, `step` apart. It stays one text, so that a number broken over two is still one."""
        weight = (' font-weight="700"' if bold else "") + (self._halo if halo else "")
        self.smallest = min(self.smallest, size)
        told = [escape(shown(line)) for line in lines]
        more = "".join(f'<tspan x="{_n(x)}" dy="{_n(step)}">{line}</tspan>' for line in told[1:])
        if told:
            self._parts.append(
                f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"{weight}>{told[0]}{more}</text>'
            )

    def paragraph(self, x: float, y: float, text: str, *, room: float, size: float = 12.0, fill: str = SOFT) -> float:
        """Text in lines of at most `room`; returns the y below it."""
        lines = wrap(shown(text), room, size, lines=6)
        self.lines(x, y, lines, size * 1.45, size=size, fill=fill)
        return y + size * 1.45 * len(lines)

    @contextmanager
    def named(self, name: str, title: str) -> Iterator[None]:
        """What is drawn within it is one thing: it has an id that an address can end with, and says what it is."""
        self._parts.append(f'<g id="{escape(name)}"><title>{escape(shown(title))}</title>')
        yield
        self._parts.append("</g>")

    def inside(self) -> str:
        """The shapes as SVG."""
        return "\n".join(self._parts)


def framed(
    drawing: Canvas,
    size: tuple[float, float],
    leaving: Outgoing,
    title: str,
    note: str = "",
    legend: tuple[LegendKey, ...] = (),
    *,
    least: float = 560.0,
    most: int = 2,
    shows: Sequence[str] | None = (),
) -> str:
    """The whole SVG: `drawing` of `size` within title, note, legend, source line and date.

    least: pixels that it is wide at least; most: lines that the title has at most; shows: the lists or the copy that it
    is about, whose parties' answers its foot gives; nothing: all that the case accuses; None: the note has them.
    """
    wide = max(size[0], least)
    sheet = Canvas()
    y = 34.0
    choice = leaving.choice
    title = choice.title or title
    lines = wrap(shown(title), wide, 22.0, lines=most, bold=True)
    sheet.lines(0, y, lines, 28.0, size=22.0, bold=True)
    y += 28.0 * len(lines)
    if choice.subtitle:
        y = sheet.paragraph(0, y, choice.subtitle, room=wide, size=14.0, fill=INK)
    notes = [*leaving.said_first(), *filter(None, note.split("\n"))]
    for told in notes:
        y = sheet.paragraph(0, y, told, room=wide)
    top = y + 4.0
    foot = Canvas()
    below = _legend(foot, legend, top + size[1] + 22.0, wide)
    foot.path(f"M0 {_n(below)}H{_n(wide)}", stroke=RULE)
    answers = [] if shows is None else leaving.accused_lines(shows)
    below += 18.0
    for one in answers:
        below = foot.paragraph(0, below, one, room=wide, size=10.5)
    source, made = source_line(leaving)
    below = foot.paragraph(0, below, source, room=wide, size=10.5)
    foot.text(0, below, made, size=10.5, fill=SOFT)
    whole = (wide + 2 * _MARGIN, below + 10.0 + 2 * _MARGIN - 20.0)
    published = _published(whole, min(one.smallest for one in (sheet, drawing, foot)), choice.width)
    families = ", ".join(f"'{family}'" if " " in family else family for family in FAMILIES)
    described = map(shown, (*notes, *answers, f"{source} · {made}"))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(published[0])}" height="{_n(published[1])}"'
        f' viewBox="0 0 {_n(whole[0])} {_n(whole[1])}" font-family="{families}" role="img">\n'
        f"<title>{escape(shown(title))}</title>\n<desc>{escape(chr(10).join(described))}</desc>\n"
        f'<rect width="{_n(whole[0])}" height="{_n(whole[1])}" fill="{PAPER}"/>\n'
        f'<g transform="translate({_n(_MARGIN)} {_n(_MARGIN - 18.0)})">\n{sheet.inside()}\n'
        f'<g transform="translate(0 {_n(top)})">\n{drawing.inside()}\n</g>\n{foot.inside()}\n</g>\n</svg>\n'
    )
    return in_theme(svg, choice.theme)


def _published(whole: tuple[float, float], smallest: float, width: int | None) -> tuple[float, float]:
    """Width and height at which the figure is published: its own where none is asked for.

    Raises:
        UsageError: its type would be too small; says from which width on it is not.
    """
    if width is None:
        return whole
    least = math.ceil(whole[0] * SMALLEST / smallest)
    if width < least:
        raise UsageError(
            f"type would be smaller than {SMALLEST:g} pixels", where=f"--width {width}",
            remedy=f"give {least} or more, or a part: --chain, --party, --finding, --grade",
        )  # fmt: skip
    return float(width), whole[1] * width / whole[0]


def source_line(leaving: Outgoing) -> tuple[str, str]:
    """What a figure rests on, and by what and when it was made."""
    lists = sum(node["kind"] == "dataset" for node in leaving.graph["nodes"])
    masked = word("figure-masked" if leaving.reason is None else "figure-in-clear", leaving.lang)
    source = word("figure-source", leaving.lang, title=leaving.title, lists=lists, masked=masked)
    made = word("figure-made", leaving.lang, version=__version__, date=leaving.generated)
    return " · ".join(filter(None, (leaving.choice.source or source, leaving.sources_said()))), made


def _legend(sheet: Canvas, legend: tuple[LegendKey, ...], y: float, wide: float) -> float:
    x = 0.0
    for key in legend:
        need = 34.0 + width(shown(key.text), 11.5) + 22.0
        if x and x + need > wide:
            x, y = 0.0, y + 20.0
        if key.block:
            sheet.rect(x + 6, y - 9, 14, 11, fill=key.colour, stroke=SOFT, line=0.6)
        else:
            sheet.path(f"M{_n(x)} {_n(y - 4)}h26", stroke=key.colour, line=2.4, dash=key.dash)
        sheet.text(x + 34, y, key.text, size=11.5)
        x += need
    return y + 16.0 if legend else y - 6.0
