"""Hits as arrivals: what each would weigh if it were background, by what had reached the numbers before.

An arrival is the first hit of a number by a medium since some day; a mail whose sender has reached that number before
is none, so that a newsletter that goes on says nothing. Under background a number is reached as often as its own record
and that of all numbers say (gamma-Poisson), and now and then, for a few days, all of them at once: somebody tries a
domain's addresses. Only what came before an arrival is used in what is expected of it, so that what is made of arrivals
may be looked at after each hit, for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from tracer.findings.campaigns.background import MONTH, RECYCLED, RECYCLED_STATES, SHAPE
from tracer.findings.campaigns.facts import Hit, Number
from tracer.findings.campaigns.greetings import held_by, name_parts
from tracer.findings.campaigns.screening import BURN_IN, in_burn_in, inside, key_of, reaches
from tracer.findings.campaigns.verdict import SignalReadings

MEDIA = ("phone", "email")
_PRIOR = {"phone": (2.0, 2.0), "email": (0.5, 0.2)}
"""Gamma prior of the mean rate: shape, and hits a month and number (phone: methods 1). What reaches an address that was
never published is nearly nothing or, once it is on a list, a lot: a flat prior, which months of silence overrule."""
_MANY = (1.0, 10.0)
"""Mailings of strangers that reach several numbers, of all: prior counts, to which those of the record are added."""
_WENT_ON = {True: 0.7, False: 0.3}
"""Those that go on to a second address at once, and later: prior counts of the same."""
_SELDOM = 0.03
"""Share of those at least, as few of them teach little."""
_ELSEWHERE = (0.5, 2.0)
"""What strangers reach outside of the watched addresses, and of them: prior counts."""
_MAILING_DAYS = 12
"""After so long without a hit the same text or sender is another mailing."""
_MAILING_RATE = 2.0
"""Numbers that such a mailing reaches in its first day, with the weight of a day; then its own rate is taken."""
_CONTINUES = 0.7
"""Share of what a list in use brings that goes on with a mailing that has begun."""
_ANEW = 0.3
"""Share of strangers who do not go by what has reached a number so far."""
_SWING = 2.0
"""Shape of the gamma prior of how far the common rate of these days is from the record's: times are not alike."""
_SWING_DAYS = 3
_AT_ONCE = timedelta(minutes=15)
"""Within so long mails of one sender are one sending."""
_GUESSED = {True: 2.0, False: 0.4}
"""How much likelier strangers come upon an address that is made of a name than on another."""
EVER = date(9999, 12, 31).toordinal()

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass
class Sequence:
    """The addresses that one sender or one text came to, in order, each once: watched ones, and other addresses of
    their domains."""

    day: list[int]
    place: list[int]
    """Number reached, by its place; -1: another address."""
    by_chance: list[float]
    silent: list[bool]
    elsewhere: float
    """Share of other addresses in what strangers reach, by what came before it."""
    at_once: bool = False
    """Whether it came to the second address as soon as to the first."""
    goes_on: float = 1.0
    """How likely a stranger's mailing goes on to a second address, so soon or so late, by those before it."""


@dataclass(frozen=True)
class Arrivals:
    """Those of a medium, in order of time; one record that reached several numbers is one event."""

    day: Ints
    place: Ints
    event: Ints
    expected: Floats
    """What background expects of its number then, a day."""
    by_chance: Floats
    """How likely a stranger says what was said; 1 where nothing was."""
    silent: Bools
    """Whether there was a text that could have said the persona's name, and did not."""


class WatchedNumbers:
    """Everything that arrivals are weighed by."""

    def __init__(self, reading: SignalReadings) -> None:
        facts = reading.facts
        self.reading = reading
        self.numbers: tuple[Number, ...] = tuple(facts.numbers[no] for no in sorted(facts.numbers))
        self.place = {number.no: place for place, number in enumerate(self.numbers)}
        self.has = {medium: np.array([n.has(medium) for n in self.numbers], dtype=np.bool_) for medium in MEDIA}
        dates = {release.id: release.date for release in facts.marks.releases}
        self.first = {m: np.array([_first_day(n, m, dates) for n in self.numbers], dtype=np.int64) for m in MEDIA}
        self.last = np.array([n.until.toordinal() if n.until else EVER for n in self.numbers], dtype=np.int64)
        often = [RECYCLED if n.state in RECYCLED_STATES else 1.0 for n in self.numbers]
        self._often = {"phone": np.array(often), "email": np.array([_GUESSED[_is_name(n)] for n in self.numbers])}
        self.hits = tuple(evidence(reading))
        self._known = {medium: self._watched_from(medium) for medium in MEDIA}
        self.began = min((int(known.min()) for known in self._known.values() if known.size), default=0)
        self._history = {medium: self._days(medium) for medium in MEDIA}
        self._agreed = [
            ("email" if window.channel == "email" else "phone", window.first.toordinal(), window.last.toordinal(),
             np.array([reaches(window, number) for number in self.numbers], dtype=np.bool_))
            for window in facts.windows
        ]  # fmt: skip
        self.arrivals = {medium: self._arrivals(medium) for medium in MEDIA}
        self.mailings = self._sequences()

    def _watched_from(self, medium: str) -> Ints:
        """Since when the silence of each number says something: since it is in service and records are kept: since the
        first of them, or, as a mailbox may have been empty, since the first address was imported."""
        begun = self.reading.facts.observed.get(medium)
        days = [] if begun is None else [begun[0].date()]
        days += [n.known for n in self.numbers if n.has(medium) and (medium == "email" or not days)]
        first = min(days, default=date.max).toordinal()
        since = [first if n.since is None else max(first, n.since.toordinal()) for n in self.numbers]
        return np.array(since, dtype=np.int64)

    def _days(self, medium: str) -> Ints:
        """(n, 2): day and place of every number reached on a day, rising; what is marked says nothing of strangers."""
        marks = self.reading.marks
        pairs = {
            (hit.day.toordinal(), self.place[hit.number.no])
            for hit in _fresh(self.reading.facts.hits, medium)
            if key_of(hit) not in marks
        }
        return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)

    def rates(self, medium: str, day: int) -> Floats:
        """What background brings a number on `day`, a day, by what had reached it before."""
        history, has = self._history[medium], self.has[medium]
        before = history[: np.searchsorted(history[:, 0], day), 1]
        counts = np.bincount(before, minlength=len(self.numbers)).astype(np.float64)
        months = np.clip(day - self._known[medium], 0, None) / MONTH
        shape, usual = _PRIOR[medium]
        # The rate of all numbers together, so that a medium in which nothing ever came expects next to nothing.
        mean = (shape + counts.sum()) / (shape / usual + months[has].sum())
        own = min(shape, SHAPE)
        often = mean * self._often[medium]
        rates = (own + counts) / (own / often + months)
        return np.where(has, ((1.0 - _ANEW) * rates + _ANEW * often) / MONTH, 0.0)

    def allowed(self, medium: str, day: int) -> Bools:
        """Numbers that could be evidence on `day`: in service for long enough, handed out, and in no agreed use."""
        allowed = (self.first[medium] <= day) & (day <= self.last) & self.has[medium]
        for channel, first, last, inside_it in self._agreed:
            if channel == medium and first <= day <= last:
                allowed &= ~inside_it
        return np.asarray(allowed)

    def _arrivals(self, medium: str) -> Arrivals:
        verdicts = {key_of(hit): v.id for v in self.reading.verdicts for hit in v.campaign.hits if v.campaign.script}
        rows: list[tuple[int, int, int, float, float, bool]] = []
        mailings, rates, of_day, came = _Mailings(), np.zeros(0), None, Counter[int]()
        for hit in _fresh(self.hits, medium):
            day, place = hit.day.toordinal(), self.place[hit.number.no]
            if day != of_day:
                rates, of_day = self.rates(medium, day), day
            recent = sum(came[day - back] for back in range(_SWING_DAYS))
            swing = (_SWING + recent) / (_SWING + float(rates.sum()) * _SWING_DAYS)
            came[day] += 1
            event, expected = mailings.arrived(hit, verdicts.get(key_of(hit)), rates * max(swing, 1.0), place)
            said = self.reading.content[key_of(hit)]
            rows.append((day, place, event, expected, said.by_chance, said.silent))
        days, places, numbers, expects, chances, silent = zip(*rows, strict=True) if rows else ((),) * 6
        return Arrivals(
            np.array(days, np.int64), np.array(places, np.int64), np.array(numbers, np.int64),
            np.array(expects, np.float64), np.array(chances, np.float64), np.array(silent, np.bool_),
        )  # fmt: skip

    def _sequences(self) -> list[Sequence]:
        """The mailings, by their first mail."""
        scripts = {key_of(hit): v.id for v in self.reading.verdicts for hit in v.campaign.hits if v.campaign.script}
        came: list[tuple[datetime, str | None, str | None, int, Hit | None]] = [
            (hit.at, (hit.caller or "").casefold() or None, scripts.get(key_of(hit)), self.place[hit.number.no], hit)
            for hit in _fresh(self.hits, "email")
        ]
        came += [
            (at, (caller or "").casefold() or None, None, -1 - key, None)
            for at, caller, key in self.reading.facts.strays
        ]
        found, known = list[Sequence](), dict[str, tuple[Sequence, datetime, set[int]]]()
        begun, went_on, (other, watched) = _MANY[1], dict(_WENT_ON), _ELSEWHERE
        for at, sender, script, address, hit in sorted(came, key=lambda one: one[0]):
            keys = [key for key in (sender, script) if key]
            had = [known[k] for k in keys if k in known and at - known[k][1] <= timedelta(_MAILING_DAYS)]
            if had:
                mailing, last, reached = max(had, key=lambda one: len(one[2]))
            else:
                mailing, reached = Sequence([], [], [], [], other / (other + watched)), set()
                found.append(mailing)
                begun += 1
            known.update(dict.fromkeys(keys, (mailing, at, reached)))
            if address in reached:
                continue
            reached.add(address)
            if len(reached) == 2:
                mailing.at_once = at - last <= _AT_ONCE
                mailing.goes_on = max(went_on[mailing.at_once] / begun, _SELDOM)
                went_on[mailing.at_once] += 1.0
            other, watched = other + (hit is None), watched + (hit is not None)
            said = None if hit is None else self.reading.content[key_of(hit)]
            mailing.day.append((at if hit is None else hit.day).toordinal())
            mailing.place.append(max(address, -1))
            mailing.by_chance.append(1.0 if said is None else said.by_chance)
            mailing.silent.append(said is not None and said.silent)
        return found


@dataclass
class _Mailing:
    """One text or one sender, followed over the numbers that it reached."""

    event: int
    first: datetime
    last: datetime
    many: float
    """Probability that it is a stranger's mailing to many."""
    numbers: int = 1


class _Mailings:
    """What strangers' mailings to many, and everything else, are expected to bring a number."""

    def __init__(self) -> None:
        self._known: dict[str, _Mailing] = {}
        self._events, (self._many, self._all) = 0, _MANY

    def arrived(self, hit: Hit, script: str | None, rates: Floats, place: int) -> tuple[int, float]:
        """The event that the hit is of, and what was expected of its number, a day, as a list in use would have brought
        it: by a new mailing, or by one that goes on."""
        keys = [key for key in (script, (hit.caller or "").casefold()) if key]
        known = [m for key in keys if (m := self._known.get(key)) and hit.at - m.last <= timedelta(_MAILING_DAYS)]
        rate = float(rates[place])
        if not known:
            self._events += 1
            self._all += 1
            mailing = _Mailing(self._events, hit.at, hit.at, self._many / self._all)
            self._known.update(dict.fromkeys(keys, mailing))
            return mailing.event, rate / (1.0 - _CONTINUES)
        mailing = max(known, key=lambda m: m.many)
        pace = (_MAILING_RATE + mailing.numbers - 1) / (1.0 + (hit.at - mailing.first) / timedelta(days=1))
        common = pace * rate / float(rates.sum())
        expected = (mailing.many * common + rate) / _CONTINUES
        if hit.at - mailing.last > _AT_ONCE:
            self._events += 1
            mailing.event = self._events
        mailing.many = mailing.many * (common + rate) / (mailing.many * common + rate)
        mailing.numbers += 1
        self._many += mailing.numbers == 2
        mailing.last = hit.at
        self._known.update(dict.fromkeys(keys, mailing))
        return mailing.event, expected


def _fresh(hits: tuple[Hit, ...], medium: str) -> Iterator[Hit]:
    """The hits of a medium, in order; a mail only where its sender has not reached the number before."""
    had = set[tuple[int, str]]()
    for hit in hits:
        if hit.medium != medium:
            continue
        sender = (hit.caller or "").casefold() or None if medium == "email" else None
        if sender is not None and (hit.number.no, sender) in had:
            continue
        if sender is not None:
            had.add((hit.number.no, sender))
        yield hit


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


def _is_name(number: Number) -> bool:
    """Whether its address is made of its persona's name."""
    parts = [part for name, _ in number.personas for part in name_parts(name)]
    return not number.address or any(held_by(number.address, part) for part in parts)


def _first_day(number: Number, medium: str, dates: dict[str, date | None]) -> int:
    """The first day on which a hit could be evidence."""
    days = []
    if number.since is not None:
        days.append((number.since + (BURN_IN if in_burn_in(number, medium, number.since) else timedelta())).toordinal())
    handed = [dates[release] for release in number.releases]
    if handed and None not in handed:
        days.append(min(day for day in handed if day is not None).toordinal())
    return max(days, default=0)
