"""The picture that services show for a link to a page: kicker, headline and the figure of the story, 1200 by 630."""

from __future__ import annotations

from html import escape

from tracer.export.drawing.looks import FAMILIES, PRINTED, Theme, with_house
from tracer.export.drawing.marks import LEADING, Marks, n, shown
from tracer.export.drawing.raster import DOTS
from tracer.export.drawing.story import Story, alt_of, dek_of, headline_of, nothing, sentences, stories, story_of
from tracer.export.drawing.story_drawing import draw_story
from tracer.export.drawing.text import wrap
from tracer.export.outgoing import Outgoing
from tracer.wording import Voice, word

WIDE, HIGH = 1200 * 96 / DOTS, 630 * 96 / DOTS
"""Pixels of the figure, of which a PNG has more."""
_MARGIN = 24.0
_SIZES = (25.0, 22.0, 19.0, 16.5)
"""Sizes of the headline: the largest at which it has three lines, or at which there is room for the figure."""
_PARTIES = 3
_LEAST = 0.5
"""How small the figure may become: its smallest type is then above 11 of the 1200 pixels."""


def card_figure(leaving: Outgoing) -> str:
    """The picture as SVG, of the strongest finding or of the one that is named.

    Raises:
        UsageError: the ids are those of no finding.
    """
    voice, choice, house = Voice(leaving.lang, leaving.called()), leaving.choice, leaving.edition
    theme = with_house(PRINTED[choice.theme], house.colours(choice.theme), house.families)
    story = story_of(leaving, leaving.of[1:]) if leaving.of[1:] else next(iter(stories(leaving)), None)
    marks, room = Marks(theme), WIDE - 2 * _MARGIN
    headline, dek = _said(leaving, story, voice)
    marks.rect(0, 0, WIDE, 5.0, fill="ink")
    kicker = " · ".join(filter(None, (word("page-kicker", leaving.lang), leaving.title, house.credit)))
    marks.text(_MARGIN, 24.0, kicker, size=11.0, fill="soft", room=room)
    sizes = {size: len(wrap(shown(headline), room, size, lines=9, bold=True, whole=True)) for size in _SIZES}
    size = next((size for size, lines in sizes.items() if lines <= 3), _SIZES[-1])
    drawn = None
    for smaller in (one for one in _SIZES if one <= size):
        left = HIGH - 32.0 - smaller * (1.0 + LEADING * sizes[smaller])
        if story is not None and (drawn := _fitting(story, voice, room, left, theme)):
            size = smaller
            break
    y = marks.paragraph(_MARGIN, 32.0 + size, headline, room, size=size, bold=True, most=4)
    if drawn is None:
        marks.paragraph(_MARGIN, y + 8.0, dek, room, size=15.0, most=4)
        inner = marks.svg()
    else:
        picture, scale = drawn
        moved = f"translate({n(_MARGIN)} {n(y - 8)}) scale({scale:.4f})"
        inner = f'{marks.svg()}\n<g transform="{moved}">\n{picture.svg()}\n</g>'
    alt, lang = (headline, leaving.lang) if story is None else alt_of(story, voice)
    families = ", ".join(filter(None, (theme.families, *(f"'{one}'" if " " in one else one for one in FAMILIES))))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(WIDE)}" height="{n(HIGH)}"'
        f' viewBox="0 0 {n(WIDE)} {n(HIGH)}" font-family="{escape(families)}" role="img" lang="{lang}">\n'
        f"<title>{escape(shown(choice.title or alt))}</title>\n<desc>{escape(shown(dek))}</desc>\n"
        f'<rect width="{n(WIDE)}" height="{n(HIGH)}" fill="{theme.paper}"/>\n{inner}\n</svg>\n'
    )


def _said(leaving: Outgoing, story: Story | None, voice: Voice) -> tuple[str, str]:
    """Headline and dek."""
    if story is not None:
        return headline_of(story, voice), dek_of(story, voice)
    headline, dek = nothing(leaving)
    return sentences((headline,), voice), sentences((dek,), voice)


def _fitting(story: Story, voice: Voice, room: float, high: float, theme: Theme) -> tuple[Marks, float] | None:
    """The story's figure, drawn for the width at which it is largest in the room that is left, and how far it is made
    smaller; None where it would be too small."""
    for wide in (700.0, 800.0, 900.0, 1000.0, room / _LEAST):
        picture, tall = draw_story(story, voice, theme, wide, "across", parties=_PARTIES)
        if tall * room / wide <= high:
            return picture, room / wide
    return None
