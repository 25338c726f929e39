"""The story of one finding as a figure for print: the strongest, or the one that is named."""

from __future__ import annotations

from tracer.export.figure.canvas import SMALLEST, Canvas, framed, shown
from tracer.export.outgoing import Outgoing
from tracer.export.story.front import NARROW, headline_of, nothing, sentences
from tracer.export.story.lying import draw_lying
from tracer.export.story.paint import LIGHT, Painting
from tracer.export.story.tell import story_of
from tracer.export.story.upright import draw_upright
from tracer.wording import Voice, word

_MARGINS = 56.0
"""The margins of the frame, left and right together."""
_USUAL = 1080.0
_UPRIGHT = 560.0
"""Width below which a story is drawn from top to bottom."""
_SMALLEST = 10.5
"""Type of the frame, which is 11 pixels where the figure is published."""
_HOLDERS, _FEWER = 8, 4
"""Others with a list that are drawn, and how many where it is narrow."""
_LINES = 6
"""Lines that a headline may take."""


def story_figure(leaving: Outgoing) -> str:
    """The figure as SVG, drawn for the width at which it is published. Raises UsageError for ids of no finding."""
    voice = Voice(leaving.lang, leaving.called())
    story = story_of(leaving, leaving.of[1:])
    published = _USUAL if leaving.choice.width is None else leaving.choice.width * _SMALLEST / SMALLEST
    wide = max(float(int(published - _MARGINS)), NARROW - _MARGINS)
    if story is None:
        return framed(Canvas(), (wide, 0.0), leaving, voice.say(nothing(leaving)[0]), least=wide, most=_LINES)
    lying = wide >= _UPRIGHT and not leaving.choice.portrait
    painting = Painting(story.shorter(_HOLDERS if lying or wide >= _UPRIGHT else _FEWER), voice, LIGHT)
    high = draw_lying(painting, wide) if lying else draw_upright(painting, wide)
    note = word("front-note" if lying else "front-note-down", leaving.lang)
    notes = "\n".join((sentences(story.sure, voice), *map(shown, leaving.reply_lines(story.named())), note))
    return framed(
        painting.canvas, (wide, high), leaving, headline_of(story, voice), notes, least=wide, most=_LINES, shows=None
    )
