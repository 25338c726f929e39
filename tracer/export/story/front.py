"""The first screen of the page: the strongest finding as headline, sentence and picture, then the next ones smaller.

Everything is there in both languages and, for the first, at three widths; the page's style shows one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import count

from markupsafe import Markup

from tracer.disclosure import Number, PartyRef, Reason, Text
from tracer.export.figure.canvas import shown
from tracer.export.outgoing import Outgoing
from tracer.export.story.gathered import gathered
from tracer.export.story.lying import draw_lying
from tracer.export.story.model import Story
from tracer.export.story.paint import PAGE, Painting
from tracer.export.story.tell import stories
from tracer.export.story.upright import draw_upright
from tracer.wording import LANGUAGES, Voice
from tracer.wording.catalogue_files import LINES
from tracer.wording.voice import joined

# Looks of many shapes, written once: a page that draws one story at several widths says each look as a class.

_SHAPE = re.compile(r'<(path|rect|text)((?: [a-z-]+="[^"<>]*")*)(/?)>')
_LOOK = re.compile(
    r' (fill|stroke|stroke-width|stroke-linejoin|paint-order|font-size|font-weight|text-anchor)="([^"]*)"'
)
_WHOLE = re.compile(r"(\d)\.0\b")
_PIXELS = ("font-size", "stroke-width")


def classed(drawings: Iterable[str], within: str) -> tuple[list[str], str]:
    """Drawings of ours with a class for each look, and the style that goes with them, for elements in `within`."""
    names: dict[str, str] = {}
    numbers = count(1)

    def shape(found: re.Match[str]) -> str:
        look = ";".join(f"{name}:{value}{'px' if name in _PIXELS else ''}" for name, value in _LOOK.findall(found[2]))
        if look not in names:
            names[look] = f"y{next(numbers)}"
        place = _WHOLE.sub(r"\1", _LOOK.sub("", found[2]))
        return f'<{found[1]} class="{names[look]}"{place}{found[3]}>'

    changed = [_SHAPE.sub(shape, drawing) for drawing in drawings]
    style = "".join(f"\n{within} .{name} {{ {look}; }}" for look, name in names.items() if look)
    return changed, style


WIDE = (1080, 700)
"""Widths of the first picture where it lies, in pixels."""
NARROW = 350
"""The width of an upright one."""
_HOLDERS = {1080: 6, 700: 4, NARROW: 4}
_SMALL = 3
"""Others with a list that a small picture shows."""
NEXT = 6
"""Findings that follow as small pictures."""
_AGAINST = 3
"""Counter-reasons of a story that are shown, the weightiest first."""

Both = tuple[str, str]
"""In English and in Chinese."""


@dataclass(frozen=True)
class Told:
    """One story as the page shows it."""

    kind: str
    headline: Both
    sure: Both
    against: list[Both]
    steps: list[Both]
    drawn: tuple[Markup, Markup]
    replies: list[Both]
    """The right of reply of each party in it."""


@dataclass(frozen=True)
class Front:
    """The first screen."""

    headline: Both
    sure: Both
    first: Told | None
    """None where nothing was found."""
    following: list[Told]
    style: str = ""


def front_of(leaving: Outgoing) -> Front:
    """The first screen of what leaves."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    found = gathered(stories(leaving))
    if not found:
        headline, sentence = nothing(leaving)
        return Front(_both(voices, headline), _both(voices, sentence), None, [])
    quoted = set[str]()
    first = _told(leaving, found[0], voices, (*WIDE, NARROW), _HOLDERS, quoted)
    following = [_told(leaving, one, voices, (NARROW,), {NARROW: _SMALL}, quoted) for one in found[1 : 1 + NEXT]]
    told = [first, *following]
    drawn, style = classed((picture for one in told for picture in one.drawn), ".drawn")
    pairs = zip(drawn[::2], drawn[1::2], strict=True)
    first, *following = [
        replace(one, drawn=_two([Markup(picture) for picture in pair]))  # noqa: S704 - drawn by us, and escaped there
        for one, pair in zip(told, pairs, strict=True)
    ]
    return Front(first.headline, first.sure, first, following, style)


def nothing(leaving: Outgoing) -> tuple[Reason, Reason]:
    """What is there where nothing was found, and what to do next."""
    if not any(node["kind"] == "dataset" for node in leaving.graph["nodes"]):
        return Reason.of("front-empty"), Reason.of("front-empty-next")
    if leaving.untraced is not None and not leaving.findings.get("derivations"):
        return Reason.of("front-untraced"), Reason.of("front-untraced-next")
    nowhere = Reason.of("front-nothing")
    return nowhere if all(leaving.no_copy().numbers.values()) else leaving.no_copy(), Reason.of("front-nothing-next")


def _told(
    leaving: Outgoing, story: Story, voices: Sequence[Voice], widths: Sequence[int],
    holders: dict[int, int], quoted: set[str],
) -> Told:  # fmt: skip
    return Told(
        story.kind,
        _both(voices, story.headline),
        _both(voices, *story.sure),
        [_both(voices, one) for one in story.against[:_AGAINST]],
        [_pair([step(story, at, voice) for voice in voices]) for at in in_order(story)],
        _two([_pictures(story, voice, widths, holders) for voice in voices]),
        replies_in(leaving, story.named(), quoted),
    )


def _pictures(story: Story, voice: Voice, widths: Sequence[int], holders: dict[int, int]) -> Markup:
    return Markup("").join(_picture(story.shorter(holders[wide]), voice, wide) for wide in widths)


def _picture(story: Story, voice: Voice, wide: int) -> Markup:
    painting = Painting(story, voice, PAGE)
    high = draw_upright(painting, wide) if wide == NARROW else draw_lying(painting, wide)
    return Markup(  # noqa: S704 - drawn by us; the canvas escapes texts, and the name is escaped here
        f'<svg class="w{wide}" width="{wide}" height="{high:.0f}" viewBox="0 0 {wide} {high:.0f}" role="img"'
        f' aria-label="{escape(alt_of(story, voice))}">{painting.canvas.inside()}</svg>'
    )


def alt_of(story: Story, voice: Voice) -> str:
    """What the picture shows, for who does not see it."""
    days = sorted(one.day for one in story.events if one.day is not None)
    first, last = (days[0], days[-1]) if days else (None, None)
    return voice.say(Reason.of("front-alt", headline=Text(headline_of(story, voice)), first=first, last=last))


def headline_of(story: Story, voice: Voice) -> str:
    """The headline; it begins with a capital whatever the list is called."""
    return _capital(shown(voice.say(story.headline)))


def sentences(numbers: Sequence[Number], voice: Voice) -> str:
    """Several sentences one after another."""
    return shown(LINES[voice.lang].join(_capital(voice.show(one)) for one in numbers))


def in_order(story: Story) -> list[int]:
    """Places of the events in the order of days, those without one last."""
    days = [one.day for one in story.events]
    return sorted(range(len(days)), key=lambda at: (days[at] is None, str(days[at]), at))


def step(story: Story, at: int, voice: Voice) -> str:
    """One event in words: the day, who, what, from whom and on what it rests."""
    one = story.events[at]
    day: Number = Reason.of("front-no-day") if one.day is None else one.day
    said = [voice.say(Reason.of("front-step", day=day, party=PartyRef(one.party), what=one.what))]
    source = None if one.source is None else story.events[one.source].party
    if source is not None and source != one.party:
        said.append(voice.say(Reason.of("front-from", party=PartyRef(source))))
    said += [voice.show(number) for number in (one.why, one.gone) if number is not None]
    return shown(joined(said, voice.lang))


def replies_in(leaving: Outgoing, parties: Iterable[str], quoted: set[str]) -> list[Both]:
    """The right of reply of each of these, a line a party; the words of those in `quoted` were given before."""
    named, before = list(parties), {*quoted}
    english = [shown(line) for line in leaving.reply_lines(named, LANGUAGES[0], quoted)]
    chinese = [shown(line) for line in leaving.reply_lines(named, LANGUAGES[1], before)]
    return list(zip(english, chinese, strict=True))


def _both(voices: Sequence[Voice], *numbers: Number) -> Both:
    return _pair([sentences(numbers, voice) for voice in voices])


def _pair(texts: Sequence[str]) -> Both:
    return texts[0], texts[1]


def _two(texts: Sequence[Markup]) -> tuple[Markup, Markup]:
    return texts[0], texts[1]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
