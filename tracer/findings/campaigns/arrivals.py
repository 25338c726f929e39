"""Hits as arrivals: what each would weigh if it were background, by what had reached the numbers before.

An arrival is the first hit of a number by a medium since some day. Under background it falls on any number that could
then be reached, as often as that number's own record says (gamma-Poisson, `background.py`), one number after another
without repetition. Only what came before the day from which arrivals are counted is used, so that the shares of each
arrival are fixed before it comes: what is made of them may be looked at after each hit, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from tracer.findings.campaigns.background import MONTH, RECYCLED_STATES
from tracer.findings.campaigns.content import Content
from tracer.findings.campaigns.facts import Hit, Number
from tracer.findings.campaigns.judge import SignalReadings
from tracer.findings.campaigns.screening import BURN_IN, inside, key_of

MEDIA = ("phone", "email")
_SHAPE, _DEFAULT, _RECYCLED = 2.0, 2.0, 3.0
"""As in `background.py`."""
_EVER = date(9999, 12, 31).toordinal()

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Arrival:
    """One number reached for the first time since some day."""

    place: int
    """The number's place in `WatchedNumbers.numbers`."""
    medium: str
    day: int
    """Ordinal."""
    share: float
    content: Content
    spoken: bool
    """Whether there was a text in which something could have been said."""


class WatchedNumbers:
    """Everything that arrivals are weighed by."""

    def __init__(self, reading: SignalReadings) -> None:
        facts = reading.facts
        self.reading = reading
        self.numbers: tuple[Number, ...] = tuple(facts.numbers[no] for no in sorted(facts.numbers))
        self.place = {number.no: place for place, number in enumerate(self.numbers)}
        self.has = {medium: np.array([n.has(medium) for n in self.numbers], dtype=np.bool_) for medium in MEDIA}
        dates = {release.id: release.date for release in facts.marks.releases}
        self.first = np.array([_first_day(number, dates) for number in self.numbers], dtype=np.int64)
        self.last = np.array([n.until.toordinal() if n.until else _EVER for n in self.numbers], dtype=np.int64)
        self.recycled = np.array([_RECYCLED if n.state in RECYCLED_STATES else 1.0 for n in self.numbers])
        self.hits = tuple(evidence(reading))
        self._history = {medium: self._days(medium) for medium in MEDIA}
        self.began = self._began(dates.values())
        self._agreed = [
            ("email" if window.channel == "email" else "phone", window.first.toordinal(), window.last.toordinal(),
             np.array([window.release in number.releases for number in self.numbers], dtype=np.bool_))
            for window in facts.windows
        ]  # fmt: skip

    def _days(self, medium: str) -> npt.NDArray[np.int64]:
        """(n, 2): day and place of every number reached on a day, rising; what is marked says nothing of strangers."""
        marks = self.reading.marks
        pairs = {
            (hit.day.toordinal(), self.place[hit.number.no])
            for hit in self.reading.facts.hits
            if hit.medium == medium and key_of(hit) not in marks
        }
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    def _began(self, handed_over: Iterable[date | None]) -> int:
        """The day from which the numbers are under observation: the first copy's, or the first record's."""
        days = [day for day in handed_over if day is not None]
        first = [span[0].date() for span in self.reading.facts.observed.values()]
        return min((day.toordinal() for day in (*days, *first)), default=0)

    def weights(self, medium: str, day: int) -> Floats:
        """What a number's background weighs on `day`, by what had reached it before."""
        history = self._history[medium]
        before = history[: np.searchsorted(history[:, 0], day), 1]
        counts = np.bincount(before, minlength=len(self.numbers)).astype(np.float64)
        months = np.clip(day - np.maximum(self.first, self.began), 0, None) / MONTH
        # The rate of all numbers together, so that a medium in which nothing ever came expects next to nothing.
        mean = (_SHAPE + counts.sum()) / (_SHAPE / _DEFAULT + months[self.has[medium]].sum())
        weights = (_SHAPE + counts) / (_SHAPE / (mean * self.recycled) + months)
        return np.where(self.has[medium], weights, 0.0)

    def allowed(self, medium: str, day: int) -> Bools:
        """Numbers that could be evidence on `day`: in service for long enough, handed out, and in no agreed use."""
        allowed = (self.first <= day) & (day <= self.last) & self.has[medium]
        for channel, first, last, inside_it in self._agreed:
            if channel == medium and first <= day <= last:
                allowed &= ~inside_it
        return np.asarray(allowed)

    def arrivals(self, start: int, end: int, among: Sequence[Hit] | None = None) -> Iterator[Arrival]:
        """First hits of numbers from `start` to `end`, both inside, in order of time."""
        weights = {medium: self.weights(medium, start) for medium in MEDIA}
        left = {medium: np.ones(len(self.numbers), dtype=np.bool_) for medium in MEDIA}
        for hit in self.hits if among is None else among:
            day, place = hit.day.toordinal(), self.place[hit.number.no]
            if not start <= day <= end or not left[hit.medium][place]:
                continue
            weight = weights[hit.medium]
            open_to = self.allowed(hit.medium, day) & left[hit.medium]
            open_to[place] = True
            share = float(weight[place] / weight[open_to].sum())
            left[hit.medium][place] = False
            content = self.reading.content[key_of(hit)]
            yield Arrival(place, hit.medium, day, share, content, len(hit.text.strip()) > 1)


def evidence(reading: SignalReadings) -> Iterator[Hit]:
    """The hits that can say anything: not marked, not of agreed use, and of no dialling in sequence."""
    verdicts = {key_of(hit): verdict for verdict in reading.verdicts for hit in verdict.campaign.hits}
    for hit in reading.facts.hits:
        if key_of(hit) in reading.marks:
            continue
        verdict = verdicts.get(key_of(hit))
        if verdict is not None and (verdict.agreed is not None or verdict.sequential):
            continue
        if verdict is None and any(inside(window, hit) for window in reading.facts.windows):
            continue
        yield hit


def _first_day(number: Number, dates: dict[str, date | None]) -> int:
    """The first day on which a hit could be evidence."""
    days = [(number.since + BURN_IN).toordinal()] if number.since is not None else []
    handed = [dates[release] for release in number.releases]
    if handed and None not in handed:
        days.append(min(day for day in handed if day is not None).toordinal())
    return max(days, default=0)
