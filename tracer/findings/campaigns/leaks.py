"""Which copy, database or register is in use, how sure, and by which calls and messages: the alarm.

It may be looked at after every hit, for ever, at a stated rate of false alarms. Each day starts a test of its own, on
the arrivals of 30 days. For a source S (a copy, two merged, what two share, an owner's database, the register) a test
is a likelihood ratio against background, multiplied arrival after arrival, in three ways:

*which*: the next arrival is drawn from those of S that were not reached yet, with stray ones among them,
    E *= (1 - e) [i in S] L_i / (|S left| b_i) + e
b_i being i's share of the background of all numbers. It holds however often strangers come, if they do not prefer S.

*how often* (mail alone): each number of S left is reached r times a day more than background brings it,
    E *= 1 + [i in S] r L_i / B_i,  and exp(-r) a day for each number of S left
B_i being what background brings i a day (`WatchedNumbers.rates`). It needs nothing but S: it works without copies and
controls. It assumes that background comes as the record so far says: by itself, by mailings that reach several numbers
without preferring S, more in some days than in others. A mail to several numbers is one arrival: the mean of their
factors.

*where one mailing goes* (mail alone): mails of one sender or text that began this day are S's. Each address that they
reach after others, n so far and k of them in S, is again one of S with (1 - e), and under background one of any:
    E *= (1 - e) [i in S] L_i / (|S left| q b_i) + e [i not in S] / (1 - q),   q = (c s + k) / (c + n)
b_i being i's share of S left, and s that of S in all that strangers reach: watched numbers and the unwatched addresses
next to them (`stray_mail`). A leak reaches none of those; who tries a domain's addresses does. Going on to a
second address multiplies by how much likelier that is of a leak, so soon or so late, than of the mailings before it.
It assumes that a stranger's mailing is scattered over a domain's addresses, or prefers some whatever list they are in.

L_i is how much likelier what was said is from one who has the row. The grid is summed out, and so are the media that S
is used by. Under background the expectation of each factor is at most 1, whatever came before: E is a test martingale
(Ville 1939). The tests of the last 30 days are added, over all sources by their prior: the sum R grows by 1 a day at
most, and so reaches 36,525 no sooner than after 100 years on average (an e-detector of the Shiryaev-Roberts kind: Shin,
Ramdas and Rinaldo, 2023, theorem 2.4). For mail the line is lower, as found by simulation. What an alarm says of the
source is the posterior of the same tests, from the day whose test is largest; campaigns that rest on the same hits say
the same (`read_signals`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

import numpy as np

from tracer.findings.campaigns.content import BURN_IN, NOTHING, held_by, in_burn_in, name_parts
from tracer.findings.campaigns.facts import Hit, Number
from tracer.findings.campaigns.posterior import (
    KNEW,
    MONTH,
    NAMED,
    RECYCLED,
    SHAPE,
    STRAYS,
    CampaignSource,
    SignalReadings,
    home_of,
    kinds_of,
    normalised_sources,
    owned_by,
    probability_involved,
)
from tracer.findings.tails import Bools, Floats, Ints

# Hits as arrivals: what each would weigh if it were background, by what had reached the numbers before.
#
# An arrival is the first hit of a number by a medium since some day; a mail whose sender has reached that number before
# is none, so that a newsletter that goes on says nothing. Under background a number is reached as often as its own
# record and that of all numbers say (gamma-Poisson), and now and then, for a few days, all of them at once: somebody
# tries a domain's addresses. Only what came before an arrival is used in what is expected of it, so that what is made
# of arrivals may be looked at after each hit, for ever.

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
_UNWATCHED = (0.5, 2.0)
"""What strangers reach outside of the watched addresses, and of them: prior counts."""
_MAILING_DAYS = 12
"""After so long without a hit the same text or sender is another mailing."""
_MAILING_RATE = 2.0
"""Numbers that such a mailing reaches in its first day, with the weight of a day; then its own rate is taken."""
_CONTINUES = 0.7
"""Share of what a list in use brings that goes on with a mailing that has begun."""
_FORGETFUL = 0.3
"""Share of strangers who do not go by what has reached a number so far."""
_SWING = 2.0
"""Shape of the gamma prior of how far the common rate of these days is from the record's: times are not alike."""
_SWING_DAYS = 3
_AT_ONCE = timedelta(minutes=15)
"""Within so long mails of one sender are one sending."""
_GUESSED = {True: 2.0, False: 0.4}
"""How much likelier strangers come upon an address that is made of a name than on another."""
EVER = date(9999, 12, 31).toordinal()


@dataclass
class MailSequence:
    """The addresses that one sender or one text came to, in order, each once: watched ones, and other addresses of
    their domains."""

    mails: list[tuple[int, int, float, bool]]
    """Day; number reached, by its place, -1: another address; how likely a stranger says what was said; silent."""
    unwatched: float
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
        parts = [[part for name, _ in n.personas for part in name_parts(name)] for n in self.numbers]
        guessed = [
            _GUESSED[not n.address or any(held_by(n.address, part) for part in of_name)]
            for n, of_name in zip(self.numbers, parts, strict=True)
        ]
        often = [RECYCLED if n.recycled else 1.0 for n in self.numbers]
        self._often = {"phone": np.array(often), "email": np.array(guessed)}
        self.hits = tuple(hit for hit in facts.hits if _is_evidence(reading, hit))
        self._known: dict[str, Ints] = {}
        self._history: dict[str, Ints] = {}
        for medium in MEDIA:
            # Since when the silence of each number says something: since it is in service and records are kept: since
            # the first of them, or, as a mailbox may have been empty, since the first address was imported.
            begun = facts.observed.get(medium)
            days = [] if begun is None else [begun[0].date()]
            days += [n.known for n in self.numbers if n.has(medium) and (medium == "email" or not days)]
            kept = min(days, default=date.max)
            since = [kept if n.since is None else max(kept, n.since) for n in self.numbers]
            self._known[medium] = np.array([day.toordinal() for day in since], dtype=np.int64)
            # (n, 2): day and place of every number reached on a day, rising; what is marked says nothing of strangers.
            unmarked = (hit for hit in _fresh(facts.hits, medium) if hit.key not in reading.marks)
            reached = sorted({(hit.day.toordinal(), self.place[hit.number.no]) for hit in unmarked})
            self._history[medium] = np.array(reached, dtype=np.int64).reshape(-1, 2)
        self.began = min((int(known.min()) for known in self._known.values() if known.size), default=0)
        self._agreed: list[tuple[str, int, int, Bools]] = []
        for window in facts.windows:
            reaches = np.array([window.reaches(number) for number in self.numbers], dtype=np.bool_)
            channel = "email" if window.channel == "email" else "phone"
            self._agreed.append((channel, window.first.toordinal(), window.last.toordinal(), reaches))
        self._scripts = {key: verdict.id for key, verdict in reading.by_hit.items() if verdict.campaign.script}
        self.arrivals = {medium: self._arrivals(medium) for medium in MEDIA}
        self.mailings = self._sequences()

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
        return np.where(has, ((1.0 - _FORGETFUL) * rates + _FORGETFUL * often) / MONTH, 0.0)

    def usable_on(self, medium: str, day: int) -> Bools:
        """Numbers that could be evidence on `day`: in service for long enough, handed out, and in no agreed use."""
        allowed = (self.first[medium] <= day) & (day <= self.last) & self.has[medium]
        for channel, first, last, reached in self._agreed:
            if channel == medium and first <= day <= last:
                allowed &= ~reached
        return np.asarray(allowed)

    def _arrivals(self, medium: str) -> Arrivals:
        """What is expected of an arrival's number, a day, is as a list in use would have brought it: by a new mailing,
        or by one that goes on."""
        rows: list[tuple[int, int, int, float, float, bool]] = []
        known, events, (many, mailings) = dict[str, _Mailing](), 0, _MANY
        rates, of_day, came = np.zeros(0), None, Counter[int]()
        for hit in _fresh(self.hits, medium):
            day, place = hit.day.toordinal(), self.place[hit.number.no]
            if day != of_day:
                rates, of_day = self.rates(medium, day), day
            recent = sum(came[day - back] for back in range(_SWING_DAYS))
            swing = max((_SWING + recent) / (_SWING + float(rates.sum()) * _SWING_DAYS), 1.0)
            came[day] += 1
            rate, whole = float(rates[place] * swing), float((rates * swing).sum())
            keys = [key for key in (self._scripts.get(hit.key), (hit.caller or "").casefold()) if key]
            had = [m for key in keys if (m := known.get(key)) and hit.at - m.last <= timedelta(_MAILING_DAYS)]
            if had:
                one = max(had, key=lambda m: m.many)
                pace = (_MAILING_RATE + one.numbers - 1) / (1.0 + (hit.at - one.first) / timedelta(days=1))
                common = pace * rate / whole
                expected = (one.many * common + rate) / _CONTINUES
                if hit.at - one.last > _AT_ONCE:
                    events += 1
                    one.event = events
                one.many = one.many * (common + rate) / (one.many * common + rate)
                one.numbers += 1
                many += one.numbers == 2
                one.last = hit.at
            else:
                events, mailings = events + 1, mailings + 1
                one, expected = _Mailing(events, hit.at, hit.at, many / mailings), rate / (1.0 - _CONTINUES)
            known.update(dict.fromkeys(keys, one))
            said = self.reading.content[hit.key]
            rows.append((day, place, one.event, expected, said.by_chance, said.silent))
        kinds = (np.int64, np.int64, np.int64, np.float64, np.float64, np.bool_)
        columns = zip(*rows, strict=True) if rows else ((),) * 6
        return Arrivals(*(np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)))

    def _sequences(self) -> list[MailSequence]:
        """The mailings, by their first mail."""
        came: list[tuple[datetime, str | None, str | None, int, Hit | None]] = [
            (hit.at, (hit.caller or "").casefold() or None, self._scripts.get(hit.key), self.place[hit.number.no], hit)
            for hit in _fresh(self.hits, "email")
        ]
        came += [
            (at, (caller or "").casefold() or None, None, -1 - key, None)
            for at, caller, key in self.reading.facts.strays
        ]
        found, known = list[MailSequence](), dict[str, tuple[MailSequence, datetime, set[int]]]()
        begun, went_on, (other, watched) = _MANY[1], dict(_WENT_ON), _UNWATCHED
        for at, sender, script, address, hit in sorted(came, key=lambda one: one[0]):
            keys = [key for key in (sender, script) if key]
            had = [known[k] for k in keys if k in known and at - known[k][1] <= timedelta(_MAILING_DAYS)]
            if had:
                mailing, last, reached = max(had, key=lambda one: len(one[2]))
            else:
                mailing, reached = MailSequence([], other / (other + watched)), set()
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
            said = NOTHING if hit is None else self.reading.content[hit.key]
            day = (at if hit is None else hit.day).toordinal()
            mailing.mails.append((day, max(address, -1), said.by_chance, said.silent))
        return found


@dataclass
class _Mailing:
    """One text or one sender, followed over the numbers that it reached."""

    event: int
    first: datetime
    last: datetime
    many: float
    """Probability that it is a stranger's to several numbers."""
    numbers: int = 1


def _fresh(hits: Sequence[Hit], medium: str) -> Iterator[Hit]:
    """The hits of a medium, in order; a mail only where its sender has not reached the number before."""
    had = set[tuple[int, str]]()
    for hit in hits:
        sender = (hit.number.no, (hit.caller or "").casefold())
        if hit.medium != medium or (medium == "email" and sender in had):
            continue
        if sender[1]:
            had.add(sender)
        yield hit


def _is_evidence(reading: SignalReadings, hit: Hit) -> bool:
    """Whether a hit can say anything: not marked, not of agreed use, and of no dialling in sequence."""
    verdict = reading.by_hit.get(hit.key)
    if hit.key in reading.marks:
        return False
    if verdict is None:
        return not any(window.covers(hit) for window in reading.facts.windows)
    return verdict.agreed is None and not verdict.sequential


def _first_day(number: Number, medium: str, dates: dict[str, date | None]) -> int:
    """The first day on which a hit could be evidence."""
    days = []
    if number.since is not None:
        days.append(number.since + (BURN_IN if in_burn_in(number, medium, number.since) else timedelta()))
    handed = [dates[release] for release in number.releases]
    if handed and None not in handed:
        days.append(min(day for day in handed if day is not None))
    return max(days).toordinal() if days else 0


# The tests.

YEARS = 100
"""Between two false alarms, on average and at least."""
_PROVEN = YEARS * 365.25
"""Sum from which a source is in use, by theory."""
_LINE = 800.0
"""The same for mail: in simulated noise (`tests.bench.alarms`, and other people's) it is crossed less than once in 100
years, since a test falls while background goes on. Calls are held against the proven line."""
_WINDOW = 30
"""Days for which a test runs."""
_PAIRED = 8
"""Copies of which pairs are tested too, those that were reached most: two that leak in the same days are strays to one
another."""
_STRAY = np.array([stray for stray, _ in STRAYS[False]])
_RATE = np.array([0.03, 0.1, 0.3])
"""Arrivals a day and number of a list that is in use."""
_WAYS = {"mailing": 0.88, "email": 0.1, "often": 0.02, "phone": 0.25, "both": 0.05}
"""Weights of the ways. Noise comes in bursts of unlike mails (bounces, say), which are bets lost by *how often*."""
_GOES_ON = {True: 0.3, False: 0.4}
"""Share of a leak's mailings that reach a second address at once, and later."""
_ENDS = 1.0 - sum(_GOES_ON.values())
_LOST = 0.02
"""Share of what a leak's mailing reaches elsewhere."""
_SCATTER = 20.0
"""How evenly a stranger's mailing is scattered over a domain's addresses (concentration of the Dirichlet prior)."""
_NAMED = np.array([named for named, _ in NAMED])
_NAMED_PRIOR = np.array([prior for _, prior in NAMED])
_LIKELY = 0.5
_LEAST = 0.1
"""The least prior of a leak in the days of a test; in short records it is looked for because it is suspected."""


class Detector:
    """The tests of one case."""

    def __init__(self, watched: WatchedNumbers) -> None:
        self.watched = watched
        owned = owned_by(watched.numbers, watched.reading.facts.owners)
        releases = watched.reading.facts.marks.releases
        kinds = kinds_of(releases, owned)
        dates = {release.id: release.date for release in releases}
        held = {r.id: frozenset(n.no for n in watched.numbers if r.id in n.releases) for r in releases}
        found = [(CampaignSource("release", (r,), None, 0.0), held[r], kinds["release"] / len(held)) for r in held]
        pairs = len(held) * (len(held) - 1) // 2
        # Copies of which no number was reached cannot have crossed.
        reached = {hit.number.no for hit in watched.hits}
        counts = {release: len(numbers & reached) for release, numbers in held.items()}
        most = sorted((r for r in counts if counts[r]), key=lambda r: (-counts[r], r))[:_PAIRED]
        for a, b in combinations(sorted(most), 2):
            for kind, both in (("merge", held[a] | held[b]), ("intersection", held[a] & held[b])):
                if both:
                    found.append((CampaignSource(kind, (a, b), None, 0.0), both, kinds[kind] / pairs))
        for source, numbers in owned:
            share = kinds[source.kind] / sum(other.kind == source.kind for other, _ in owned)
            found.append((source, numbers, share))
        self.sources = [source for source, *_ in found]
        self.prior = np.array([prior for *_, prior in found])
        self.held = {(source.kind, source.releases, source.client): numbers for source, numbers, _ in found}
        self.members = np.array([[n.no in h for n in watched.numbers] for _, h, _ in found], dtype=np.bool_)
        self.members = self.members.reshape(len(found), len(watched.numbers))
        handed = [[dates[release] for release in s.releases] for s in self.sources]
        self.since = np.array([max((d.toordinal() for d in days if d is not None), default=0) for days in handed])
        self.narrow = np.array([source.kind != "register" for source in self.sources])
        # A medium by which no number can be reached takes no part in what is summed out.
        self.media = [medium for medium in MEDIA if watched.has[medium].any()]

    def crossings(self, since: int = 0) -> list[tuple[int, int]]:
        """(start, peak) of each source whose test has crossed the line on `since` (ordinal) or later: `peak` is the day
        when its sum is largest, `start` the day whose test is largest then."""
        days, sums = sorted({hit.day.toordinal() for hit in self.watched.hits}), dict[int, Floats]()
        best: dict[int, tuple[Floats, Ints]] = {}
        before = self.watched.began - 1
        for start in days if self.sources else ():
            if start + _WINDOW > since:
                # The tests that begin after the day before and by this one see the same arrivals.
                looks = np.array([day for day in days if start <= day < start + _WINDOW])
                tests = self.values(start, looks, before, calls=_LINE / _PROVEN)
                for day, value in zip(looks.tolist(), tests.T, strict=True):
                    share = self.prior * value
                    sums[day] = sums.get(day, 0.0) + share
                    had, at = best.get(day, (np.zeros_like(share), np.zeros(len(share), np.int64)))
                    best[day] = (np.maximum(share, had), np.where(share > had, start, at))
            before = start
        found: dict[int, tuple[float, int, int]] = {}
        for day in sorted(day for day in sums if day >= since and sums[day].sum() >= _LINE):
            for place in map(int, np.flatnonzero(sums[day] >= min(_LINE, float(sums[day].max())))):
                strength = float(sums[day][place])
                if place not in found or strength > found[place][0]:
                    found[place] = strength, int(best[day][1][place]), day
        return [(start, peak) for _, start, peak in found.values()]

    def values(self, start: int, looks: Ints, before: int | None = None, calls: float = 1.0) -> Floats:
        """(sources, days of `looks`): the test that begins on `start`; with `before`, the sum of all that begin after
        `before` and see the same arrivals, as far as they still run. `calls`: weight of ways with calls in them."""
        began = start - 1 if before is None else before
        still = np.maximum(start - np.maximum(began, looks - _WINDOW), 0)
        which = {medium: self._which(medium, start, looks) for medium in self.media}
        weight = {"phone": calls, "email": 1.0}
        ways = [(_WAYS[medium], value * still * weight[medium]) for medium, value in which.items()]
        if len(which) > 1:
            ways.append((_WAYS["both"], which["phone"] * which["email"] * still * calls))
        if "email" in which:
            # The register holds nearly all numbers: that all are reached more often may be the times.
            often = np.where(self.narrow[:, None], self._how_often("email", start, looks, still), 0.0)
            ways += [(_WAYS["often"], often), (_WAYS["mailing"], self._by_mailing(start, began, looks, still))]
            if "phone" in which:
                ways.append((_WAYS["both"], which["phone"] * often * calls))
        return np.asarray(sum(share * value for share, value in ways) / sum(share for share, _ in ways))

    def _first(self, medium: str, start: int) -> tuple[Bools, tuple[Ints, ...]]:
        """Numbers of each source that can be drawn; places in `arrivals` of the first hits of numbers, and where each
        event begins among them."""
        arrivals, open_to = self.watched.arrivals[medium], self.watched.usable_on(medium, start)
        low, high = np.searchsorted(arrivals.day, [start, start + _WINDOW])
        rows = np.arange(low, high)[open_to[arrivals.place[low:high]]]
        _, first = np.unique(arrivals.place[rows], return_index=True)
        rows = rows[np.sort(first)]
        members = self.members & open_to & (self.since <= start)[:, None]
        events = np.flatnonzero(np.diff(arrivals.event[rows], prepend=-1)) if rows.size else rows
        return members, (rows, events)

    def _likelier(self, medium: str, rows: Ints) -> Floats:
        """(arrivals, named): how much likelier what was said is from one who has the row."""
        arrivals = self.watched.arrivals[medium]
        chance, silent = arrivals.by_chance[rows, None], arrivals.silent[rows, None]
        return np.where(chance < 1.0, _NAMED / chance, np.where(silent, 1.0 - _NAMED, 1.0))

    def _which(self, medium: str, start: int, looks: Ints) -> Floats:
        """(sources, days): the test of which numbers were reached."""
        members, (rows, _) = self._first(medium, start)
        if not rows.size:
            return np.ones((len(self.sources), len(looks)))
        arrivals, open_to = self.watched.arrivals[medium], self.watched.usable_on(medium, start)
        weight = self.watched.rates(medium, start)
        places = arrivals.place[rows]
        gone = np.cumsum(weight[places]) - weight[places]
        share = weight[places] / np.maximum(weight[open_to].sum() - gone, weight[places])
        mine = members[:, places]
        left = members.sum(axis=1)[:, None] - (np.cumsum(mine, axis=1) - mine)
        drawn = np.where(mine, 1.0 / np.maximum(left, 1) / share, 0.0)
        likelier = self._likelier(medium, rows)
        factors = (1.0 - _STRAY)[None, None, :, None] * (drawn[:, :, None] * likelier[None])[:, :, None, :]
        factors = np.where((left > 0)[:, :, None, None], factors + _STRAY[None, None, :, None], 1.0)
        logs = _log_product(factors, np.arange(rows.size), rows.size)
        weights = np.outer([w for _, w in STRAYS[False]], _NAMED_PRIOR)
        tests = np.exp(np.minimum(logs, 600.0)).reshape(*logs.shape[:2], -1) @ weights.ravel()
        return np.asarray(tests[:, np.searchsorted(arrivals.day[rows], looks, "right")])

    def _how_often(self, medium: str, start: int, looks: Ints, still: Ints) -> Floats:
        """(sources, days): the tests of how often they were reached, those summed that begin on `still` days up to
        `start`: until then nothing came."""
        members, (rows, events) = self._first(medium, start)
        arrivals = self.watched.arrivals[medium]
        places, size = arrivals.place[rows], members.sum(axis=1).astype(np.float64)
        mine = members[:, places]
        ratio = mine[:, :, None] * (self._likelier(medium, rows) / arrivals.expected[rows, None])[None]
        logs = _log_product(1.0 + _RATE[None, None, :, None] * ratio[:, :, None, :], events, rows.size)
        at = np.searchsorted(arrivals.day[rows], looks, "right")
        # Days on which numbers of the source were there to be reached, each up to its first hit.
        days = np.concatenate([np.zeros((len(size), 1)), np.cumsum(mine * (arrivals.day[rows] - start + 1), axis=1)], 1)
        hit = np.concatenate([np.zeros((len(size), 1)), np.cumsum(mine, axis=1)], 1)
        waited = days[:, at] + (size[:, None] - hit[:, at]) * (looks - start + 1)
        logs = logs[:, np.searchsorted(arrivals.day[rows][events] if rows.size else rows, looks, "right")]
        logs -= (waited[:, :, None] * _RATE)[..., None]
        silence = np.exp(-np.maximum(size, 1e-9)[:, None, None] * _RATE)
        earlier = (1.0 - silence ** still[None, :, None]) / (1.0 - silence)
        grid = np.exp(np.minimum(logs, 600.0)) @ _NAMED_PRIOR
        return np.asarray((grid * earlier).mean(axis=2))

    def _by_mailing(self, start: int, began: int, looks: Ints, still: Ints) -> Floats:
        """(sources, days): the tests of where one mailing goes, of those that began after `began` and by `start`."""
        mailings = [mailing for mailing in self.watched.mailings if began < mailing.mails[0][0] <= start]
        value = np.zeros((len(self.sources), len(looks)))
        weight, open_to = self.watched.rates("email", start), self.watched.usable_on("email", start)
        members = self.members & open_to & (self.since <= start)[:, None]
        for mailing in mailings:
            if sum(place >= 0 for _, place, *_ in mailing.mails) < 2:
                continue
            share = members @ weight / weight.sum() * (1.0 - mailing.unwatched)
            left, inside = members.copy(), np.zeros(len(self.sources))
            test, reached = np.full((len(self.sources), len(_NAMED)), _ENDS), 0
            for n, (day, place, chance, silent) in enumerate(mailing.mails):
                expected = np.clip((_SCATTER * share + inside) / (_SCATTER + n), 1e-12, 1.0 - 1e-9)
                factor = np.broadcast_to((_LOST / (1.0 - expected))[:, None], test.shape)
                if place >= 0:
                    likelier = _NAMED / chance if chance < 1.0 else 1.0 - _NAMED if silent else np.ones(len(_NAMED))
                    mine = left[:, place]
                    drawn = (left @ weight) / weight[place] / np.maximum(left.sum(axis=1), 1) / expected
                    factor = np.where(mine[:, None], (1.0 - _LOST) * drawn[:, None] * likelier[None], factor)
                    if not open_to[place]:
                        factor = np.ones_like(test)
                    inside = inside + mine
                    left[:, place] = False
                if n == 1:
                    factor = factor * _GOES_ON[mailing.at_once] / _ENDS / mailing.goes_on
                test = np.minimum(test * factor, 1e100)
                reached += place >= 0
                until = mailing.mails[n + 1][0] if n + 1 < len(mailing.mails) else EVER
                now = (looks >= day) & (looks < until)
                if reached > 1 and now.any():
                    value[:, now] += (test @ _NAMED_PRIOR)[:, None] * still[now] / len(mailings)
        return value


def _log_product(factors: Floats, events: Ints, rows: int) -> Floats:
    """(sources, events + 1, ...): ln of the product over events, each the mean of its rows' factors; 0 before any."""
    none = np.zeros((factors.shape[0], 1, *factors.shape[2:]))
    if not rows:
        return none
    sizes = np.diff(np.append(events, rows))
    means = np.add.reduceat(factors, events, axis=1) / sizes[None, :, None, None]
    return np.concatenate([none, np.cumsum(np.log(means), axis=1)], axis=1)


@dataclass(frozen=True)
class SourceInUse:
    """A source of numbers that is in use."""

    kind: str
    """release, client (an owner's database), register, or undecided."""
    subject: str
    """The copy's id; otherwise the owner's, "" where no owner is known."""
    first: date
    last: date
    channels: Mapping[str, int]
    numbers: int
    planted: int
    knew: int
    others: int
    """Controls, and numbers of other subjects, that were reached in these days."""
    probability: float
    copies: int = 0
    """Copies of the subject's lists on record; where there are none, what leaked cannot be told from what else has
    all."""
    hits: tuple[tuple[int, int, int], ...] = ()
    sources: tuple[CampaignSource, ...] = ()


def leaks_of(
    reading: SignalReadings,
    known: Iterable[tuple[str, str, date, date]] = (),
    since: date | None = None,
) -> list[SourceInUse]:
    """The sources that are in use, the surest first, then by kind and id.

    `known`: (kind, subject, first, last) of what was said before, which is judged again by what came since. `since`:
    only tests that have run on that day or later are looked at; all where None."""
    detector = Detector(WatchedNumbers(reading))
    crossings = detector.crossings(0 if since is None else since.toordinal())
    spans = {(start, max(p for s, p in crossings if start <= p and s <= peak)) for start, peak in crossings}
    found: dict[tuple[str, str], SourceInUse] = {}
    for start, end in sorted(spans):
        for leak in _Days(detector, start, end).leaks():
            had = found.get((leak.kind, leak.subject))
            if had is None or leak.probability > had.probability:
                found[leak.kind, leak.subject] = leak
    for kind, subject, first, last in known:
        if (kind, subject) not in found and kind != "undecided":
            start, end = first.toordinal(), last.toordinal()
            ends = [e for s, e in spans if s <= end + _WINDOW and start <= e + _WINDOW]
            if ends:
                days = _Days(detector, start, max(end, *ends))
                found[kind, subject] = days.leak(kind, subject, days.probability(kind, subject))
    return sorted(found.values(), key=lambda leak: (-leak.probability, leak.kind, leak.subject))


class _Days:
    """The arrivals of some days (ordinals), and what they say of each source by the test that begins on the first."""

    def __init__(self, detector: Detector, start: int, end: int) -> None:
        self.detector, self.watched, self.start = detector, detector.watched, start
        self.releases = self.watched.reading.facts.marks.releases
        self.clients = {release.id: release.client for release in self.releases}
        self.hits = [hit for hit in self.watched.hits if start <= hit.day.toordinal() <= end]
        months = max(1, round((end - self.watched.began) / MONTH))
        # A leak is looked for in every month: its prior is spread over them as over campaigns.
        prior = max(1.0 / (1 + months), _LEAST)
        last = min(end, start + _WINDOW - 1)
        values = detector.values(start, np.array([last]))[:, 0]
        # Campaigns that reached home canaries of its client are not explained by a copy.
        gone = set[str]()
        for verdict in self.watched.reading.verdicts:
            hits = [hit for hit in verdict.evidence if start <= hit.day.toordinal() <= last]
            home = set[str | None]().union(*(home_of(hit.number) for hit in hits))
            reached = set[str]().union(*(hit.number.releases for hit in hits))
            gone |= {r for r in reached if home and (None in home or self.clients[r] in {*home, None})}
        weights = [(CampaignSource("background", (), None, 0.0), math.log1p(-prior))]
        for source, share, value in zip(detector.sources, detector.prior, values, strict=True):
            if value > 0 and gone.isdisjoint(source.releases):
                weights.append((source, math.log(prior * share * value)))
        self.sources = normalised_sources(weights)

    def leaks(self) -> list[SourceInUse]:
        """Copies that are likely in use; else the owner's database or register; else an owner, undecided."""
        copies = sorted({release for source in self.sources for release in source.releases})
        chances = {release: self.probability("release", release) for release in copies}
        named = [self.leak("release", release, p) for release, p in chances.items() if p >= _LIKELY]
        top = self.sources[0]
        if named or (top.client is None and top.kind == "background"):
            return named
        if top.client is not None and top.probability >= _LIKELY:
            return [self.leak(top.kind, top.client, top.probability)]
        owners: dict[str, float] = {}
        for source in self.sources:
            for owner in {source.client, *(self.clients[release] for release in source.releases)}:
                if owner is not None:
                    owners[owner] = owners.get(owner, 0.0) + source.probability
        sure = 1.0 - sum(source.probability for source in self.sources if source.kind == "background")
        owner = max(owners, key=lambda one: (owners[one], one), default=self.watched.reading.facts.owners[0])
        return [self.leak("undecided", owner, sure)]

    def probability(self, kind: str, subject: str) -> float:
        """Probability of the subject; of a copy, that it is among the sources, less what complaints say of planting."""
        if kind != "release":
            return math.fsum(s.probability for s in self.sources if s.kind == kind and s.client == subject)
        hits = (hit for hit in self.hits if subject in hit.number.releases)
        said = self.watched.reading.complaints.hold_against(hits, subject)
        return probability_involved(self.sources, subject) * (1.0 - said.planted)

    def leak(self, kind: str, subject: str, probability: float) -> SourceInUse:
        """The source with the hits that it rests on, counted."""
        watched, copy = self.watched, kind == "release"
        # What is undecided counts the numbers of the owner's register.
        which = ("release", (subject,), None) if copy else ("client" if kind == "client" else "register", (), subject)
        members = self.detector.held.get(which) or {  # an owner whose register is his home canaries alone
            n.no for n in watched.numbers if n.kind != "control" and (subject in n.clients or not n.clients)
        }
        mine = [hit for hit in self.hits if hit.number.no in members]
        records = {(hit.file, hit.row, hit.channel) for hit in mine}  # one mail to eight addresses is one
        days = [hit.day for hit in mine] or [date.fromordinal(self.start)]
        client = self.clients.get(subject) if copy else subject
        return SourceInUse(
            kind=kind,
            subject=subject,
            first=min(days),
            last=max(days),
            channels=dict(sorted(Counter(channel for *_, channel in records).items())),
            numbers=len({hit.number.no for hit in mine}),
            planted=len(members),
            knew=sum(watched.reading.content[hit.key].kind in KNEW for hit in mine),
            others=len({hit.number.no for hit in self.hits} - members),
            probability=min(max(probability, 0.0), 1.0),
            copies=sum(release.client == client for release in self.releases),
            hits=tuple((hit.file, hit.row, no) for hit in mine for no in hit.canaries),
            sources=tuple(self.sources),
        )
