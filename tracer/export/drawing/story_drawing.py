"""A story drawn: from left to right with a row for each party, or from top to bottom with a lane for each.

No line crosses another: after each party come those who had it from it, the latest first, and a line leaves what it
came from as late as it can: that it was passed on at once is not known. Down, days that are close are moved apart,
so that each has its words at its side; months and bars are moved with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import pairwise

from tracer.disclosure import Number, PartyRef, Reason, Text
from tracer.export.drawing.days import DayScale, month, span_of
from tracer.export.drawing.lettering import DOTS
from tracer.export.drawing.looks import PAGE, PRINTED, Theme, with_house
from tracer.export.drawing.marks import DOT, LEADING, NAME, SMALL, SMALLEST, TEXT, Marks, Point, n, picture_text
from tracer.export.drawing.sheet import on_sheet, sheet_of
from tracer.export.drawing.story import (
    COPY,
    KEPT,
    Event,
    Story,
    alt_of,
    dek_of,
    headline_of,
    in_words,
    notes_at,
    nothing_found,
    own_words,
    sentences,
    stories,
    story_of,
)
from tracer.export.drawing.text import wrap
from tracer.export.outgoing import Outgoing
from tracer.wording import Voice, data_word, word

UPRIGHT = 560.0
"""Width below which a story is drawn down."""
PARTIES = {"across": 8, "down": 6}
"""Parties that are drawn at most; of more those that matter most, and how many lists are left out is said."""
_NOT_CUT = 99
"""More lines than any text has."""
_BAR, _TOP, _PAD = 10.0, 26.0, 8.0
_OVER, _ASIDE = 9.0, 13.0
"""From the words of a copy to its bar below them; from a day to its words at its right."""
_ASTEP, _CLEAR = 20.0, 14.0
"""How far before a day the line to it turns; how far a line stays from days to which it does not belong."""
_STRETCH = 0.5
"""How long the time line is that runs down at least, next to the height of all words."""
_TOGETHER = re.compile(r" (?=\S{1,6}$)|(?<=\b\d) (?=[A-Z])|(?<=\b\d\d) (?=[A-Z])")
"""What parts a short last word from its text, which is not left on a line alone, and the number of a day from its
month."""


def draw_story(
    story: Story, voice: Voice, theme: Theme = PAGE, wide: float = 1080.0, form: str = "", *, parties: int = 0
) -> tuple[Marks, float]:
    """The drawing, `wide` pixels wide, and its height.

    form: `across` or `down`; as fits the width where none is asked for. parties: so many at most in place of `PARTIES`.
    """
    form = form or ("across" if wide >= UPRIGHT else "down")
    story = story.shorter(parties or PARTIES[form])
    marks = Marks(theme)
    with marks.group("days", run="right" if form == "across" else "down"):
        drawn = (_Across if form == "across" else _Down)(story, voice, marks, wide)
        high = drawn.draw()
    for left in story.not_drawn():
        high = marks.paragraph(0, high + SMALL + 4.0, voice.say(left), wide, size=SMALL, fill="soft") - SMALL + 6.0
    return marks, high


def story_figure(leaving: Outgoing) -> str:
    """The strongest finding, or the one that is named, as SVG. Raises UsageError for ids of no finding."""
    voice, sheet = Voice(leaving.lang, leaving.names_in()), sheet_of(leaving)
    story = story_of(leaving, leaving.of[1:])
    if story is None:
        title, lead = map(voice.say, nothing_found(leaving))
        return on_sheet(Marks(sheet.theme), 0.0, sheet, leaving, title, lead=lead)
    marks, high = draw_story(story, voice, sheet.theme, sheet.room, "down" if sheet.upright else "across")
    title, lead = headline_of(story, voice), dek_of(story, voice)
    notes = [*filter(None, [own_words(story, voice)])]
    if story.against:
        notes.append(sentences((Text(word("page-front-against", voice.lang)), story.against[0]), voice))
    notes += map(picture_text, leaving.reply_lines(story.named()))
    alt = alt_of(story, voice) if story.edited.alt else ("", "")
    return on_sheet(
        marks, high, sheet, leaving, title, lead=lead, notes=notes, in_words=in_words(story, voice), alt=alt, shows=None
    )


@dataclass(frozen=True)
class _Label:
    """What is written at an event: (lines, size, bold, colour) from top to bottom."""

    blocks: Sequence[tuple[list[str], float, bool, str]]

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last."""
        return sum(len(lines) * size * LEADING for lines, size, _, _ in self.blocks)


class _Form:
    """What both forms draw with."""

    def __init__(self, story: Story, voice: Voice, marks: Marks, wide: float) -> None:
        self.story, self.voice, self.marks, self.wide = story, voice, marks, wide
        self.events = story.events
        self.span = span_of([one.day for one in story.events], [one.until for one in story.events])

    def name(self, party: str) -> str:
        """What a party is called."""
        return picture_text(self.voice.show(PartyRef(party)))

    def source(self, event: Event) -> Event | None:
        """What an event came from."""
        return None if event.source is None else self.events[event.source]

    def label(self, event: Event, room: float, *, party: bool = False) -> _Label:
        """The words at an event; `party`: below the party's name."""
        day: Number = Reason.of("front-no-day") if event.day is None else event.day
        known = [one for one in (event.why, event.gone, event.through) if one is not None]
        day_said, happened, *known_said = self.voice.show_each([day, event.what, *known])
        what = f"{day_said}{'：' if self.voice.lang == 'zh' else ': '}{picture_text(happened)}"
        # What is known of it is as dark as what happened: readers must not miss it.
        colour = "beyond" if event.paint == "beyond" else "ink"
        texts = [(self.name(event.party), TEXT, True, colour)] if party else []
        texts.append((what, TEXT, not party, "ink" if party else colour))
        texts += [(one, SMALL, False, "ink") for one in known_said]
        texts += [(one, SMALL, True, "ink") for one in notes_at(self.story, event, self.voice)]
        blocks = []
        for text, size, bold, fill in texts:  # nothing of it is cut, and no short word is alone on the last line
            kept = _TOGETHER.sub("\u00a0", picture_text(text))
            blocks.append((wrap(kept, room, size, lines=_NOT_CUT, bold=bold), size, bold, fill))
        return _Label(blocks)

    def write(self, label: _Label, x: float, top: float) -> None:
        """A label with its upper left corner there."""
        for lines, size, bold, fill in label.blocks:
            self.marks.lines(x, top + size, lines, size=size, bold=bold, fill=fill, halo=True)
            top += len(lines) * size * LEADING

    def step(self, way: Sequence[Point], event: Event) -> None:
        """The line to an event from what it came from; one that begins later than it ends bears the words for that."""
        source = event.source or 0
        why = self.events[source].why if self.story.is_early(event) else None
        paint = event.line or event.paint
        ends = {"from": str(source), "to": str(self.events.index(event)), "paint": paint}
        with self.marks.group("step", **ends, against="" if why is None else self.voice.show(why)):
            self.marks.step(way, paint, event.basis)

    def kept_from(self, event: Event) -> date | None:
        """The end of the copy from which on an event's party held it until the event: a bar, not a line, leads there;
        None for all other events."""
        source = self.source(event)
        if event.kind != KEPT or event.day is None or source is None or source.kind != COPY or source.until is None:
            return None
        return source.until if source.until < event.day else None

    def copy_of(self, party: str) -> Event | None:
        """The copy of a party."""
        return next((one for one in self.events if one.kind == COPY and one.party == party), None)


# ---------------------------------------------------------------- from left to right
@dataclass
class _PartyRow:
    name: list[str]
    role: list[str]
    top: float = 0.0
    line: float = 0.0
    height: float = 0.0
    labels: list[tuple[float, float, _Label]] = field(default_factory=list)


class _Across(_Form):
    def __init__(self, story: Story, voice: Voice, marks: Marks, wide: float) -> None:
        super().__init__(story, voice, marks, wide)
        roomy = wide >= 900
        self.names = 178.0 if roomy else 142.0
        self.undated = wide - (342.0 if roomy else 214.0)
        last = self.undated - (40.0 if any(one.day is None for one in self.events) else 0.0)
        self.scale = None if self.span is None else DayScale(*self.span, self.names + 12.0, last)
        self.rows = {party: self._row(party) for party in self.story.parties()}
        # Where the line to each event turns down: as late as it can, those that would be close as one line.
        self.begins, before, rows = dict[int, float](), dict[str, float](), list(self.rows)
        order = [one for one in self.events if one.source is not None]
        for one in sorted(order, key=self._x):
            giver = self.events[one.source or 0].party
            x, (first, latest), above = self._x(one), self._leaves(self.events[one.source or 0]), rows.index(giver)
            begin = min(max(min(latest, x - _ASTEP), first), x)
            # Days of the rows that the line passes, which it stays away from.
            passed = (other for other in order if above < rows.index(other.party) < rows.index(one.party))
            near = [self._x(other) for other in passed if self._x(other) < first + _CLEAR]
            if near and self.copy_of(giver) is None:
                begin = min(near) - _CLEAR
            if giver in before and first <= before[giver] <= begin < before[giver] + _ASTEP:
                begin = before[giver]
            self.begins[id(one)] = before[giver] = begin

    def _x(self, event: Event) -> float:
        """Where an event is; one without a day follows the last."""
        return self.undated if event.day is None or self.scale is None else self.scale.at(event.day)

    def _end(self, event: Event) -> float:
        """Where the bar of a copy ends."""
        if self.scale is None:
            return self.undated
        return max(self.scale.at(event.until or self.scale.last), self._x(event) + 3.0)

    def _row(self, party: str) -> _PartyRow:
        room, known = self.names - 10.0, self.story.roles.get(party)
        role = "" if known is None else data_word("page-role", known, self.voice.lang)
        row = _PartyRow(
            wrap(self.name(party), room, NAME, lines=_NOT_CUT, bold=True),
            wrap(role, room, SMALL, lines=_NOT_CUT) if role else [],
        )
        events = [one for one in self.events if one.party == party]
        bars = [self._end(one) for one in events if one.kind == COPY]
        above, below = 0.0, 0.0
        for one in events:
            x = self._x(one) + _ASIDE
            label = self.label(one, self.wide - x - 4.0)
            if one.kind == COPY or any(end > x for end in bars):
                # Above the bar: below it are the lines that leave it.
                top = -_BAR / 2 - _OVER - label.height - above
                above += label.height + _OVER
            else:
                top = below or -9.0
                below = top + label.height
            row.labels.append((x, top, label))
        row.line = _PAD + max(above + _BAR / 2 + 2.0, 10.0)
        least = NAME * LEADING * len(row.name) + SMALL * LEADING * len(row.role)
        row.height = max(row.line + max(below, _BAR) + _PAD, least + 2 * _PAD)
        return row

    def draw(self) -> float:
        """Rows from top to bottom; returns their height."""
        y, marks = _TOP, self.marks
        for row in self.rows.values():
            row.top, row.line, y = y, y + row.line, y + row.height
        marks.rule(0, _TOP, self.wide, _TOP)
        # Months have marks at the axis alone: no line runs through words.
        for x, day, year in self.scale.ticks(62.0) if self.scale is not None else ():
            if day.day == 1:
                marks.rule(x, _TOP - 6, x, _TOP + 5)
            marks.text(x + 4.0, _TOP - 9.0, month(day, self.voice.lang, year=year), size=SMALL, fill="soft")
        for row in self.rows.values():
            below = marks.lines(0, row.top + _PAD + NAME, row.name, size=NAME, bold=True)
            marks.lines(0, below - 2.0, row.role, size=SMALL, fill="soft")
            marks.rule(0, row.top + row.height, self.wide, row.top + row.height)
        for one in self.events:
            self._line(one)
        for one in self.events:
            if one.kind != COPY:
                marks.dot(self._x(one), self.rows[one.party].line, one.paint, hollow=one.day is None)
        for row in self.rows.values():
            for x, top, label in row.labels:
                self.write(label, x, row.line + top)
        return y + 1.0

    def _line(self, one: Event) -> None:
        """What leads to an event: a bar for a copy and for what was kept, else a line from its source."""
        x, y, source = self._x(one), self.rows[one.party].line, self.source(one)
        if one.kind == COPY:
            on = "right" if self.scale is not None and self.scale.goes_on(one.until) else ""
            self.marks.bar(x, y - _BAR / 2, max(self._end(one) - x, 2.0), _BAR, goes_on=on)
        if source is None:
            return
        if self.kept_from(one):
            left = self._end(source)
            self.marks.bar(left, y - _BAR / 2, max(x - left, 2.0), _BAR, beyond=True)
        elif source.party != one.party:
            row, begin = self.rows[source.party].line, self.begins[id(one)]
            short, (first, latest) = _BAR / 2 if one.kind == COPY else DOT + 2.0, self._leaves(source)
            start = (begin, row + (_BAR / 2 if first < begin < latest - DOT else DOT + 1.0))
            if self.story.is_early(one):
                way = [(self._x(source) - DOT, row), (x, row), (x, y - short)]
            elif begin < first:
                # Another's day is too near for a line straight down: it steps aside first.
                turn = row + _CLEAR
                way = [(first, row + DOT + 1.0), (first, turn), (begin, turn), (begin, y), (x - short, y)]
            elif x - begin < 2.0:
                way = [(x, start[1]), (x, y - short)]
            elif x - begin < _ASTEP - 2.0:
                way = [start, (begin, y - _ASTEP), (x, y - _ASTEP), (x, y - short)]
            else:
                way = [start, (begin, y), (x - (0.0 if one.kind == COPY else short), y)]
            self.step(way, one)

    def _leaves(self, source: Event) -> tuple[float, float]:
        """From where on a line can leave what it came from, any place of a bar, and where at the latest: the end of
        its bar, with what was held beyond it."""
        bar = self.copy_of(source.party)
        if bar is None:
            return self._x(source), self._x(source)
        kept = [self._x(one) for one in self.events if one.party == bar.party and self.kept_from(one)]
        return self._x(bar) + 3.0, max([self._end(bar), *kept])


# ---------------------------------------------------------------- from top to bottom
@dataclass
class _EventRow:
    event: Event
    label: _Label
    y: float = 0.0


class _Down(_Form):
    def __init__(self, story: Story, voice: Voice, marks: Marks, wide: float) -> None:
        super().__init__(story, voice, marks, wide)
        narrow, parties = wide < 420, self.story.parties()
        self.months = 36.0 if narrow else 52.0
        spread = (0.3 * wide - self.months) / max(len(parties) - 1, 1)
        apart = min(max(spread, 17.0), 28.0)
        self.lane = {party: self.months + DOT + 6.0 + apart * at for at, party in enumerate(parties)}
        self.words = max(self.lane.values()) + DOT + (12.0 if narrow else 18.0)
        events, room = self.events, wide - self.words - 6.0
        self.rows = {at: _EventRow(events[at], self.label(events[at], room, party=True)) for at in story.in_order()}
        # Days to scale, but for those that would leave their words, or a line with its head, no room.
        self.knots: list[tuple[date, float]] = []
        span, y, last = self.span, _PAD + DOT, None
        words = sum(row.label.height + _PAD for row in self.rows.values())
        a_day = 0.0 if span is None else words * _STRETCH / max((span[1] - span[0]).days, 1)
        for row in self.rows.values():
            if last is not None:
                day, before = row.event.day, last.event.day
                days = (day - before).days if day is not None and before is not None else 0
                y = last.y + max(days * a_day, last.label.height + _PAD, 2 * DOT + 14.0)
            row.y, last = y, row
            if row.event.day is not None:
                self.knots.append((row.event.day, y))
        self.height = y + (0.0 if last is None else last.label.height) + _PAD
        if span is not None and self.knots[-1][0] < span[1]:
            self.knots.append((span[1], min(y + (span[1] - self.knots[-1][0]).days * a_day, self.height - 20.0)))

    def _at(self, day: date) -> float:
        """Where a day is, between those of the events."""
        for (one, top), (other, foot) in pairwise(self.knots):
            if one <= day <= other and one < other:
                return top + (foot - top) * (day - one).days / (other - one).days
        return self.knots[0][1] if day <= self.knots[0][0] else self.knots[-1][1]

    def draw(self) -> float:
        """Lanes, lines, days and words; returns their height."""
        free = 0.0  # where the next month may be written
        if self.span is not None:
            for _, day, year in DayScale(*self.span, self.knots[0][1], self.knots[-1][1]).ticks(34.0):
                y = self._at(day)
                texts = [month(day, self.voice.lang, year=False), *([str(day.year)] if year else [])]
                if y >= free:
                    free = y + SMALLEST * LEADING * len(texts) + 4.0
                    if day.day == 1:
                        self.marks.rule(self.months - 4, y, self.months + 2.0, y)
                    self.marks.lines(self.months - 7.0, y + 4.0, texts, size=SMALLEST, fill="soft", anchor="end")
        for x in self.lane.values():
            self.marks.rule(x, _PAD, x, self.height)
        for row in self.rows.values():
            # From a day to its words, below all lines.
            self.marks.rule(self.lane[row.event.party], row.y, self.words - 4.0, row.y)
        for row in self.rows.values():
            self._line(row)
        for row in self.rows.values():
            if row.event.kind != COPY:
                self.marks.dot(self.lane[row.event.party], row.y, row.event.paint, hollow=row.event.day is None)
            self.write(row.label, self.words, row.y - TEXT * 0.62)
        return self.height

    def _line(self, row: _EventRow) -> None:
        one, x = row.event, self.lane[row.event.party]
        if one.kind == COPY and one.day is not None:
            on = "down" if one.until is None or one.until > self.knots[-1][0] else ""
            self.marks.bar(x - 4.0, row.y, 8.0, max(self._end(one) - row.y, 2.0), goes_on=on)
        source = None if one.source is None else self.rows[one.source]
        if source is None:
            return
        start = self.lane[source.event.party]
        if ended := self.kept_from(one):
            top = self._at(ended)
            self.marks.bar(x - 4.0, top, 8.0, max(row.y - top, 2.0), beyond=True)
        elif start != x:
            short = 0.0 if one.kind == COPY else DOT + 1.0
            if self.story.is_early(one):
                aside = -DOT - 1.0 if x > start else DOT + 1.0
                way: list[Point] = [(start, source.y - DOT), (start, row.y), (x + aside, row.y)]
            else:
                # A line leaves what it came from at the latest at the end of its bar, with what was held beyond it.
                latest, bar = source.y, self.copy_of(source.event.party)
                if bar is not None and bar.day is not None:
                    of_party = [one for one in self.rows.values() if one.event.party == bar.party]
                    held = [one.y for one in of_party if self.kept_from(one.event)]
                    latest = max([self._end(bar), *held])
                y = min(latest, row.y - _ASTEP)
                out = DOT + 1.0 if abs(y - source.y) < 1.0 and source.event.kind != COPY else 4.0
                way = [(start + (out if x > start else -out), y), (x, y), (x, row.y - short)]
            self.step(way, one)

    def _end(self, copy: Event) -> float:
        return self.knots[-1][1] if copy.until is None else self._at(copy.until)


# ---------------------------------------------------------------- the picture for a link
WIDE, HIGH = 1200 * 96 / DOTS, 630 * 96 / DOTS
"""Pixels of the figure, of which a PNG has more: 1200 by 630 dots."""
_MARGIN = 24.0
_HEADLINE_SIZES = (25.0, 22.0, 19.0, 16.5)
"""The largest at which the headline has three lines, or at which there is room for the figure."""
_CARD_PARTIES = 3
_LEAST = 0.5
"""How small the figure may become: its smallest type is then above 11 of the 1200 pixels."""


def card_figure(leaving: Outgoing) -> str:
    """The picture that services show for a link to a page, as SVG: kicker, headline and the figure of the strongest
    story, or of the one that is named.

    Raises:
        UsageError: the ids are those of no finding.
    """
    voice, choice, house = Voice(leaving.lang, leaving.names_in()), leaving.choice, leaving.edition
    theme = with_house(PRINTED[choice.theme], house.colours(choice.theme), house.families)
    story = story_of(leaving, leaving.of[1:]) if leaving.of[1:] else next(iter(stories(leaving)), None)
    marks, room = Marks(theme), WIDE - 2 * _MARGIN
    if story is not None:
        headline, dek = headline_of(story, voice), dek_of(story, voice)
    else:
        headline, dek = (sentences((one,), voice) for one in nothing_found(leaving))
    marks.rect(0, 0, WIDE, 5.0, fill="ink")
    kicker = " · ".join(filter(None, (word("page-kicker", leaving.lang), leaving.title, house.credit)))
    marks.text(_MARGIN, 24.0, kicker, size=11.0, fill="soft", room=room)
    sizes = {size: len(wrap(picture_text(headline), room, size, lines=9, bold=True)) for size in _HEADLINE_SIZES}
    size = next((size for size, lines in sizes.items() if lines <= 3), _HEADLINE_SIZES[-1])
    picture, scale = None, 1.0
    for smaller in (one for one in _HEADLINE_SIZES if one <= size and story is not None):
        left = HIGH - 32.0 - smaller * (1.0 + LEADING * sizes[smaller])
        # Drawn for the width at which it is largest in the room that is left.
        for wide in (700.0, 800.0, 900.0, 1000.0, room / _LEAST):
            drawn, tall = draw_story(story, voice, theme, wide, "across", parties=_CARD_PARTIES)  # type: ignore[arg-type]  # there is one
            if tall * room / wide <= left:
                picture, scale, size = drawn, room / wide, smaller
                break
        if picture is not None:
            break
    y = marks.paragraph(_MARGIN, 32.0 + size, headline, room, size=size, bold=True, most=4)
    if picture is None:
        marks.paragraph(_MARGIN, y + 8.0, dek, room, size=15.0, most=4)
        inner = marks.svg()
    else:
        moved = f"translate({n(_MARGIN)} {n(y - 8)}) scale({scale:.4f})"
        inner = f'{marks.svg()}\n<g transform="{moved}">\n{picture.svg()}\n</g>'
    alt, lang = (headline, leaving.lang) if story is None else alt_of(story, voice)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(WIDE)}" height="{n(HIGH)}"'
        f' viewBox="0 0 {n(WIDE)} {n(HIGH)}" font-family="{escape(theme.fonts)}" role="img" lang="{lang}">\n'
        f"<title>{escape(picture_text(choice.title or alt))}</title>\n<desc>{escape(picture_text(dek))}</desc>\n"
        f'<rect width="{n(WIDE)}" height="{n(HIGH)}" fill="{theme.paper}"/>\n{inner}\n</svg>\n'
    )
