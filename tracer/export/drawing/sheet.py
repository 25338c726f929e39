"""The sheet of a figure: title, drawing, legend, replies, source and date, for the width at which it is published.

One pixel of the drawing is one of the page, or 1/96 inch of paper. The figure in words goes along as its description.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from tracer.export.choice import PIXELS_OF_MM, pixels_of
from tracer.export.drawing.looks import DASHES, PAINTS, PRINTED, Theme, with_house
from tracer.export.drawing.marks import LEADING, SMALL, SMALLEST, TEXT, Marks, n, picture_text
from tracer.export.drawing.story import may_lead
from tracer.export.drawing.text import width, wrap
from tracer.export.outgoing import Outgoing
from tracer.version import __version__
from tracer.wording import Voice, word

_USUAL, _UPRIGHT, _NARROW = 960.0, 660.0, 600.0
_APOSTROPHE = re.compile("(?<=[A-Za-z0-9])\u2019|\u2019(?=s\\b)")
_KEY = 36.0
"""From the sample of a look to its words."""
TALLEST = 240.0 * PIXELS_OF_MM
"""Pixels of what a printed page has room for."""
_LINES_BEFORE = 2
"""Lines of notes before the drawing; what is longer is at its foot."""
MOST_LINES = 60
"""Lines of the text version that a figure carries."""


@dataclass(frozen=True)
class FigureSheet:
    """How wide a figure is, in pixels, and in which colours."""

    whole: float
    margin: float
    upright: bool
    """Taller than wide: what comes later is below, not to the right."""
    theme: Theme
    unit: str = ""
    """`mm` where the width was asked for in millimetres."""

    @property
    def room(self) -> float:
        """Pixels between the margins."""
        return self.whole - 2 * self.margin


def sheet_of(leaving: Outgoing) -> FigureSheet:
    """The sheet that was asked for. A narrow one is upright."""
    choice = leaving.choice
    whole, unit = pixels_of(choice.width) if choice.width else (_UPRIGHT if choice.portrait else _USUAL, "")
    narrow = whole < _NARROW
    house = leaving.edition
    theme = with_house(PRINTED[choice.theme], house.colours(choice.theme), house.families)
    return FigureSheet(whole, 12.0 if narrow else 24.0, choice.portrait or narrow, theme, unit)


def on_sheet(
    drawing: Marks,
    height: float,
    sheet: FigureSheet,
    leaving: Outgoing,
    title: str,
    *,
    lead: str = "",
    notes: Sequence[str] = (),
    in_words: Sequence[str] = (),
    alt: tuple[str, str] = ("", ""),
    shows: Sequence[str] | None = (),
    named: Collection[str] | None = None,
) -> str:
    """The whole SVG.

    lead: the sentence below the title; in_words: the figure in words, a line each; alt: an edition's alternative text
    and its language; shows: the lists or the copy that it is about, whose parties' answers its foot gives; nothing: all
    that the case accuses; None: the notes have them; named: the nodes of the parties that are in the drawing: only
    theirs.
    """
    choice = leaving.choice
    title = choice.title or title
    head, foot = Marks(sheet.theme), Marks(sheet.theme)
    y = head.paragraph(0, 24.0, title, sheet.room, size=21.0 if sheet.room >= 420 else 16.0, bold=True)
    for text in filter(None, (choice.subtitle, "" if lead == title else lead)):
        y = head.paragraph(0, y, text, sheet.room, size=14.0) + 3.0
    first, later, lines = [*leaving.said_first()], list[str](), 0
    lines = sum(_lines_of(text, sheet.room) for text in first)
    for text in notes:
        lines += _lines_of(text, sheet.room)
        (first if lines <= _LINES_BEFORE else later).append(text)
    notes = [*first, *later]
    for text in first:
        y = head.paragraph(0, y, text, sheet.room, size=SMALL, fill="soft") + 3.0
    top = y
    below = draw_legend(foot, drawing.used, top + height + 22.0, sheet.room, leaving.lang)
    foot.rule(0, below, sheet.room, below)
    answers = [] if shows is None else leaving.accused_lines(shows, named)
    # What the figure rests on, and by what and when it was made.
    lists = sum(node["kind"] == "dataset" for node in leaving.graph["nodes"])
    masked = word("figure-masked" if leaving.reason is None else "figure-in-clear", leaving.lang)
    rests = choice.source or word("figure-source", leaving.lang, title=leaving.title, lists=lists, masked=masked)
    made = word("figure-made", leaving.lang, version=__version__, date=leaving.generated)
    source = " · ".join(filter(None, (rests, leaving.sources_said(), made, leaving.edition.credit)))
    below += 18.0
    for text in (*later, *answers, source):
        below = foot.paragraph(0, below, text, sheet.room, size=SMALLEST, fill="soft") + 3.0
    tall = below + 8.0
    said = [lead] if shows is None and lead else [weightiest_statement(leaving, shows or ()), lead]
    described = [*filter(None, (*said, *notes)), *in_words[:MOST_LINES], *answers, source]
    label = f' aria-label="{escape(picture_text(alt[0]))}"' if alt[0] else ""
    wide = f"{sheet.whole / PIXELS_OF_MM:.2f}mm" if sheet.unit else f"{sheet.whole:.0f}"
    high = f"{tall / PIXELS_OF_MM:.2f}mm" if sheet.unit else f"{tall:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {n(sheet.whole)} {n(tall)}" font-family="{escape(sheet.theme.fonts)}" role="img"{label}'
        f' lang="{alt[1] or leaving.lang}">\n'
        f"<title>{escape(picture_text(title))}</title>\n"
        f"<desc>{escape(chr(10).join(map(picture_text, described)))}</desc>\n"
        f'<rect width="{n(sheet.whole)}" height="{n(tall)}" fill="{sheet.theme.paper}"/>\n'
        + narrow_quotes(
            f'<g transform="translate({sheet.margin:.0f} 8)">\n{head.svg()}\n'
            f'<g transform="translate(0 {n(top)})">\n{drawing.svg()}\n</g>\n{foot.svg()}\n</g>\n</svg>\n',
            leaving.lang,
        )
    )


def _lines_of(text: str, room: float) -> int:
    return len(wrap(picture_text(text), room, SMALL, lines=99))


def height_of(svg: str) -> float:
    """Pixels of a figure's height."""
    return float(svg.partition('viewBox="0 0 ')[2].partition('"')[0].split()[1])


def narrow_quotes(text: str, lang: str) -> str:
    """`text` with straight quotes where fonts for Chinese would draw them as wide as a Chinese sign: apostrophes of
    Latin words in any language, and all quotes in a text that is not Chinese.

    >>> narrow_quotes("A’s “B”", "en"), narrow_quotes("“A’s”", "zh")
    ("A's &quot;B&quot;", "“A's”")
    """
    if lang == "zh":
        return _APOSTROPHE.sub("'", text)
    return text.translate({0x2018: "'", 0x2019: "'", 0x201C: "&quot;", 0x201D: "&quot;"})


def weightiest_statement(leaving: Outgoing, shows: Sequence[str]) -> str:
    """The weightiest statement about what a figure shows and how sure it is, for who does not see it; empty where
    nothing is stated.

    shows: lists or a copy that it is about; nothing: the whole case.
    """
    said = (one for one in leaving.statements if set(shows) <= {*one.about, *one.lists, *one.copies})
    one = next(said, None)
    if one is None or not may_lead(leaving)(one):
        return ""
    voice = Voice(leaving.lang, leaving.names_in())
    return ("" if leaving.lang == "zh" else " ").join(voice.say(part) for part in (one.said, one.sureness) if part)


def draw_legend(marks: Marks, used: Collection[tuple[str, str]], y: float, room: float, lang: str) -> float:
    """What the drawing used, in the order of the table: colours, then what lines rest on, then marks."""
    order = [("paint", one) for one in PAINTS] + [("rests", one) for one in DASHES]
    order += [("mark", one) for one in ("bar", "no-day", "no-head")]
    x, right, lines = 0.0, room - _KEY, 1
    for kind, name in (one for one in order if one in used):
        text = picture_text(word(f"look-{kind}-{name}", lang))
        wide = width(text, TEXT)
        if x and x + wide > right:
            x, y, lines = 0.0, y + TEXT * LEADING * lines + 3.5, 1
        if kind == "paint":
            marks.rect(x, y - 8.0, 26.0, PAINTS[name].line + 2.0, fill=PAINTS[name].colour)
        elif kind == "rests":
            marks.path(f"M{n(x)} {n(y - 4)}h28", stroke="ink", line=2.0, dash=DASHES[name])
        elif name == "bar":
            marks.rect(x, y - 9.0, 26.0, 10.0, fill="bar", stroke="handed")
        elif name == "no-day":
            marks.rect(x + 8.0, y - 9.5, 11.0, 11.0, fill="paper", stroke="ink", line=2.0, rx=5.5)
        else:
            marks.path(f"M{n(x)} {n(y - 4)}h26", stroke="ink", line=1.8)
        below = marks.paragraph(x + _KEY, y, text, right, size=TEXT)
        lines = max(lines, round((below - y) / (TEXT * LEADING)))
        x += _KEY + wide + 20.0
    return y + TEXT * LEADING * lines - 2.5 if used else y - 8.0


def draw_blocks(marks: Marks, keys: Sequence[tuple[str, str]], y: float, room: float) -> float:
    """A legend of filled squares, (words, colour) each; returns the base line of what follows."""
    x = 0.0
    for text, fill in keys:
        wide = 24.0 + width(picture_text(text), TEXT) + 16.0
        if x and x + wide > room:
            x, y = 0.0, y + 20.0
        marks.rect(x, y - 10.0, 16.0, 11.0, fill=fill, stroke="ink", line=0.8)
        marks.text(x + 24.0, y, text)
        x += wide
    return y + 22.0
