"""What is read first: the strongest finding as headline, dek and figure, then the next ones smaller.

Everything is there in both languages and, for the first, at three widths; the page's style shows one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from markupsafe import Markup

from tracer.disclosure import Number, Reason
from tracer.export.drawing.looks import PAGE
from tracer.export.drawing.story import (
    NEXT,
    Story,
    alt_of,
    dek_of,
    headline_of,
    in_words,
    nothing,
    own_words,
    sentences,
    stories,
)
from tracer.export.drawing.story_drawing import draw_story
from tracer.export.outgoing import Outgoing
from tracer.export.page.words import Index, Shown
from tracer.findings.statements import conclusions
from tracer.findings.statements.conclusions import by_copy
from tracer.wording import LANGUAGES, Voice

ACROSS, DOWN = (1080, 700), 350
"""Widths of the first figure, in pixels: where time runs to the right, and where it runs down."""
_WHOLE_STORY, _FIRST, _SMALL = 6, 5, 4
"""Parties of a story that the first figure shows whole, so that replies are on the first screen too; those that it
shows of more, and a later one of any."""
_AGAINST = 3
"""Counter-reasons of a story that are shown, the weightiest first."""

Both = tuple[str, str]
"""In English and in Chinese."""


@dataclass(frozen=True)
class FirstScreen:
    """What is read first."""

    headline: Both
    dek: Both
    first: Shown | None
    """The first story as the page shows it; None where nothing was found."""
    following: Sequence[Shown]
    style: str = ""


def first_screen(leaving: Outgoing) -> FirstScreen:
    """The first screen of what leaves."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    found = stories(leaving)
    if not found:
        first_said, then = nothing(leaving)
        return FirstScreen(_both(voices, first_said), _both(voices, then), None, [])
    shown, drawings, quoted = list[dict[str, Any]](), list[str](), set[str]()
    for place, story in enumerate(found[: 1 + NEXT]):
        headline, own, dek = [
            (say(story, voices[0]), say(story, voices[1])) for say in (headline_of, own_words, dek_of)
        ]
        drawings += [_pictures(story, voice, (DOWN,) if place else (*ACROSS, DOWN)) for voice in voices]
        shown.append(
            {
                # Whether it is about a copy, which planted records tell apart.
                "of_copy": story.kind in ("retained", "passed_on"),
                "headline": headline,
                # The finding in the tool's words, where a publication has others in the headline.
                "own": own,
                # The language of headline and picture where it is none of the page's.
                "spoken": story.edited.own_language if story.edited.headline else "",
                "dek": dek,
                "against": [_both(voices, one) for one in story.against[:_AGAINST]],
                "steps": list(zip(in_words(story, voices[0]), in_words(story, voices[1]), strict=True)),
                "replies": replies_in(leaving, story.named(), quoted),
            }
        )
    classed_drawings, style = classed(drawings, ".drawn")
    pictures = [Markup(drawing) for drawing in classed_drawings]  # noqa: S704 - drawn by us, each text is escaped
    first, *following = [{**one, "drawn": pictures[2 * at : 2 * at + 2]} for at, one in enumerate(shown)]
    return FirstScreen(first["headline"], first["dek"], first, following, style)


def _pictures(story: Story, voice: Voice, widths: Sequence[int]) -> str:
    alt, lang = alt_of(story, voice)
    drawn, most = [], _FIRST if len(story.parties()) > _WHOLE_STORY else 0
    for wide in widths:
        marks, high = draw_story(story, voice, PAGE, wide, parties=_SMALL if len(widths) == 1 else most)
        drawn.append(
            f'<svg class="w{wide}" width="{wide}" height="{high:.0f}" viewBox="0 0 {wide} {high:.0f}" role="img"'
            f' lang="{lang}" aria-label="{escape(alt)}">{marks.svg()}</svg>'
        )
    return "".join(drawn)


def replies_in(leaving: Outgoing, parties: Iterable[str], quoted: set[str]) -> list[Both]:
    """The right of reply of each of these, a line a party; the words of those in `quoted` were given before."""
    named, before = list(parties), {*quoted}
    english = leaving.reply_lines(named, LANGUAGES[0], quoted)
    return list(zip(english, leaving.reply_lines(named, LANGUAGES[1], before), strict=True))


def _both(voices: Sequence[Voice], *numbers: Number) -> Both:
    return sentences(numbers, voices[0]), sentences(numbers, voices[1])


# Looks of many shapes, written once: a page that draws one story at several widths says each look as a class.

_SHAPE = re.compile(r'<(path|rect|text)((?: [a-z-]+="[^"<>]*")*)(/?)>')
_LOOK = re.compile(
    r" (fill|stroke|stroke-width|stroke-dasharray|stroke-linejoin|paint-order|font-size|font-weight|text-anchor)"
    r'="([^"]*)"'
)
_WHOLE = re.compile(r"(\d)\.0\b")
_PIXELS = ("font-size", "stroke-width")


def classed(drawings: Iterable[str], within: str) -> tuple[list[str], str]:
    """Drawings of ours with a class for each look, and the style that goes with them, for elements in `within`."""
    names: dict[str, str] = {}

    def shape(found: re.Match[str]) -> str:
        look = ";".join(f"{name}:{value}{'px' if name in _PIXELS else ''}" for name, value in _LOOK.findall(found[2]))
        name = names.setdefault(look, f"y{len(names) + 1}")
        place = _WHOLE.sub(r"\1", _LOOK.sub("", found[2]))
        return f'<{found[1]} class="{name}"{place}{found[3]}>'

    changed = [_SHAPE.sub(shape, drawing) for drawing in drawings]
    style = "".join(f"\n{within} .{name} {{ {look}; }}" for look, name in names.items() if look)
    return changed, style


# For experts: every copy that a list came from which should not have, with the reasons for each list.


def headlines(leaving: Outgoing, index: Index) -> list[Shown]:
    """Copies that were kept or passed on, who gave each to whom, and the lists that came from it, by date: retentions
    that are more than lawful holding, at G2 or better, those that the vendor kept first."""
    english, chinese = (Voice(lang, leaving.called(lang)) for lang in LANGUAGES)
    retentions = [one for one in leaving.statements if one.kind == "retention"]

    def said(reasons: Iterable[Reason | None]) -> Both:
        known = [one for one in reasons if one is not None]
        return " ".join(map(english.say, known)), "".join(map(chinese.say, known))

    def each(numbers: Iterable[Number]) -> list[Both]:
        return [(english.show(one), chinese.show(one)) for one in numbers]

    found, quoted = list[Shown](), set[str]()
    for seen in by_copy(retentions, "G2"):
        sightings = []
        for one in seen:
            day = date.fromisoformat(str(one.row["first_seen"])[:10]) if one.row.get("first_seen") else None
            sightings.append(
                {
                    "reading": str(one.row["reading"]),
                    "grade": one.grade,
                    "seen_in": index.link(one.row["seen_in"], "dataset"),
                    "seen_with": index.link(one.row["seen_with"], "party"),
                    "date": ("–", "–") if day is None else (english.show(day), chinese.show(day)),
                    "after_end": one.row.get("after_end") is True,
                    "sure": said(one.sure),
                    "reasons": each(one.reasons),
                    "against": each(one.against),
                }
            )
        first = seen[0].row
        found.append(
            {
                "conclusions": [said(pair) for pair in (*conclusions.kept(seen), *conclusions.passed_on(seen))],
                "release": index.link(first["release"], "release"),
                "client": index.link(first["client"], "party"),
                "vendor": index.link(first["vendor"], "party"),
                "replies": replies_in(leaving, (party for one in seen for party in one.parties), quoted),
                "sightings": sightings,
            }
        )
    return found
