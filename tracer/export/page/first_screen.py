"""What is read first: the strongest finding as headline, dek and figure, then the next ones smaller.

Everything is there in both languages and, for the first, at three widths; the page's style shows one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from itertools import count

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
from tracer.export.page.words import Cell, Index
from tracer.findings.statements import Statement, conclusions
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
class Told:
    """One story as the page shows it."""

    of_copy: bool
    """Whether it is about a copy, which planted records tell apart."""
    headline: Both
    own: Both
    """The finding in the tool's words, where a publication has others in the headline; empty in others."""
    spoken: str
    """The language of headline and picture where it is none of the page's."""
    dek: Both
    """How sure it is, and why."""
    against: list[Both]
    steps: list[Both]
    drawn: tuple[Markup, Markup]
    replies: list[Both]
    """The right of reply of each party in it."""


@dataclass(frozen=True)
class FirstScreen:
    """What is read first."""

    headline: Both
    dek: Both
    first: Told | None
    """None where nothing was found."""
    following: list[Told]
    style: str = ""


def first_screen(leaving: Outgoing) -> FirstScreen:
    """The first screen of what leaves."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    found = stories(leaving)
    if not found:
        headline, sentence = nothing(leaving)
        return FirstScreen(_both(voices, headline), _both(voices, sentence), None, [])
    quoted = set[str]()
    told = [
        _told(leaving, one, voices, (DOWN,) if place else (*ACROSS, DOWN), quoted)
        for place, one in enumerate(found[: 1 + NEXT])
    ]
    drawn, style = classed((picture for one in told for picture in one.drawn), ".drawn")
    pairs = zip(map(Markup, drawn[::2]), map(Markup, drawn[1::2]), strict=True)
    first, *following = [replace(one, drawn=pair) for one, pair in zip(told, pairs, strict=True)]
    return FirstScreen(first.headline, first.dek, first, following, style)


def _told(leaving: Outgoing, story: Story, voices: Sequence[Voice], widths: Sequence[int], quoted: set[str]) -> Told:
    headline, own, dek = [(say(story, voices[0]), say(story, voices[1])) for say in (headline_of, own_words, dek_of)]
    return Told(
        story.kind in ("retained", "passed_on"),
        headline,
        own,
        story.edited.spoken if story.edited.headline else "",
        dek,
        [_both(voices, one) for one in story.against[:_AGAINST]],
        list(zip(in_words(story, voices[0]), in_words(story, voices[1]), strict=True)),
        (_pictures(story, voices[0], widths), _pictures(story, voices[1], widths)),
        replies_in(leaving, story.named(), quoted),
    )


def _pictures(story: Story, voice: Voice, widths: Sequence[int]) -> Markup:
    alt, lang = alt_of(story, voice)
    drawn, most = [], _FIRST if len(story.parties()) > _WHOLE_STORY else 0
    for wide in widths:
        marks, high = draw_story(story, voice, PAGE, wide, parties=_SMALL if len(widths) == 1 else most)
        drawn.append(
            f'<svg class="w{wide}" width="{wide}" height="{high:.0f}" viewBox="0 0 {wide} {high:.0f}" role="img"'
            f' lang="{lang}" aria-label="{escape(alt)}">{marks.svg()}</svg>'
        )
    return Markup("".join(drawn))  # noqa: S704 - drawn by us; texts are escaped where they are drawn, the name here


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


# For experts: every copy that a list came from which should not have, with the reasons for each list.


@dataclass(frozen=True)
class Sighting:
    """One list that came from the copy."""

    reading: str
    grade: str
    seen_in: Cell
    seen_with: Cell
    date: Both
    after_end: bool
    sure: Both
    reasons: list[Both]
    against: list[Both]


@dataclass(frozen=True)
class Headline:
    """One copy, who gave it to whom, and the lists that came from it, by date."""

    conclusions: list[Both]
    release: Cell
    client: Cell
    vendor: Cell
    replies: list[Both]
    """The right of reply of each party that it names."""
    sightings: list[Sighting]


def headlines(leaving: Outgoing, index: Index) -> list[Headline]:
    """Retentions that are more than lawful holding, at G2 or better, by copy: those that the vendor kept first."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    retentions = [one for one in leaving.statements if one.kind == "retention"]
    quoted = set[str]()
    return [_headline(leaving, seen, index, voices, quoted) for seen in by_copy(retentions, "G2")]


def _headline(
    leaving: Outgoing, ordered: list[Statement], index: Index, voices: Sequence[Voice], quoted: set[str]
) -> Headline:
    first = ordered[0].row
    found = [*conclusions.kept(ordered), *conclusions.passed_on(ordered)]
    return Headline(
        [_said(voices, *filter(None, (reason, how))) for reason, how in found],
        index.link(first["release"], "release"),
        index.link(first["client"], "party"),
        index.link(first["vendor"], "party"),
        replies_in(leaving, (party for one in ordered for party in one.parties), quoted),
        [_sighting(one, index, voices) for one in ordered],
    )


def _sighting(one: Statement, index: Index, voices: Sequence[Voice]) -> Sighting:
    seen = date.fromisoformat(str(one.row["first_seen"])[:10]) if one.row.get("first_seen") else None
    english, chinese = voices
    return Sighting(
        str(one.row["reading"]),
        one.grade,
        index.link(one.row["seen_in"], "dataset"),
        index.link(one.row["seen_with"], "party"),
        ("–", "–") if seen is None else (english.show(seen), chinese.show(seen)),
        one.row.get("after_end") is True,
        _said(voices, *one.sure),
        [(english.show(said), chinese.show(said)) for said in one.reasons],
        [(english.show(said), chinese.show(said)) for said in one.against],
    )


def _said(voices: Sequence[Voice], *reasons: Reason) -> Both:
    """Sentences in English and in Chinese."""
    english, chinese = voices
    return " ".join(map(english.say, reasons)), "".join(map(chinese.say, reasons))
