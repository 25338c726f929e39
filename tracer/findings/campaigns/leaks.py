"""Which copy, database or register is in use, how sure, and by which calls and messages: the alarm.

It may be looked at after every hit, for ever, at a stated rate of false alarms. Each day starts a test of its own, on
the arrivals of 30 days. For a source S (a copy, two merged, what two share, an owner's database, the register) a test
is a likelihood ratio against background, multiplied arrival after arrival, in three ways:

*which*: the next arrival is drawn from those of S that were not reached yet, with stray ones among them,
    E *= (1 - e) [i in S] L_i / (|S left| b_i) + e
b_i being i's share of the background of all numbers. It holds however often strangers come, if they do not prefer S.

*how often* (mail alone): each number of S left is reached r times a day more than background brings it,
    E *= 1 + [i in S] r L_i / B_i,  and exp(-r) a day for each number of S left
B_i being what background brings i a day (`arrivals.py`). It needs nothing but S: it works without copies and controls.
It assumes that background comes as the record so far says: by itself, by mailings that reach several numbers without
preferring S, more in some days than in others. A mail to several numbers is one arrival: the mean of their factors.

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
the same (`judge.py`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from tracer.findings.campaigns.arrivals import EVER, MEDIA, Bools, Floats, Ints, WatchedNumbers
from tracer.findings.campaigns.background import MONTH
from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.grouping import segment_of
from tracer.findings.campaigns.ordinary import Complaints
from tracer.findings.campaigns.posterior import (
    NAMED,
    STRAYS,
    CampaignSource,
    home_of,
    involved,
    kinds_of,
    normalised,
    owned_by,
)
from tracer.findings.campaigns.screening import key_of
from tracer.findings.campaigns.verdict import SignalReadings

YEARS = 100
"""Between two false alarms, on average and at least."""
_PROVEN = YEARS * 365.25
"""Sum from which a source is in use, by theory."""
_LINE = 800.0
"""The same for mail: in simulated noise (`tests.bench.alarms`, and other people's) it is crossed less than once in 100
years, since a test falls while background goes on. Calls are held against the proven line."""
WINDOW = 30
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
_LIKELY = 0.5
_LEAST = 0.1
"""The least prior of a leak in the days of a test; in short records it is looked for because it is suspected."""


@dataclass(frozen=True)
class Crossing:
    """A source whose test has crossed the line."""

    source: CampaignSource
    start: int
    """Ordinal of the day whose test is largest then."""
    peak: int
    """Ordinal of the day on which the sum was largest."""


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
        for a, b in combinations(_most_reached(watched, held), 2):
            for kind, both in (("merge", held[a] | held[b]), ("intersection", held[a] & held[b])):
                if both:
                    found.append((CampaignSource(kind, (a, b), None, 0.0), both, kinds[kind] / pairs))
        for source, numbers in owned:
            share = kinds[source.kind] / sum(other.kind == source.kind for other, _ in owned)
            found.append((source, numbers, share))
        self.sources = [source for source, *_ in found]
        self.prior = np.array([prior for *_, prior in found])
        self.members = np.array([[n.no in h for n in watched.numbers] for _, h, _ in found], dtype=np.bool_)
        self.members = self.members.reshape(len(found), len(watched.numbers))
        handed = [[dates[release] for release in s.releases] for s in self.sources]
        self.since = np.array([max((d.toordinal() for d in days if d is not None), default=0) for days in handed])
        self.narrow = np.array([source.kind != "register" for source in self.sources])
        # A medium by which no number can be reached takes no part in what is summed out.
        self.media = [medium for medium in MEDIA if watched.has[medium].any()]

    def crossings(self, since: int = 0) -> list[Crossing]:
        """The sources that have crossed on `since` (ordinal) or later, in their own order."""
        days = sorted({hit.day.toordinal() for hit in self.watched.hits})
        sums: dict[int, Floats] = {}
        best: dict[int, tuple[Floats, Ints]] = {}
        before = self.watched.began - 1
        for start in days if self.sources else ():
            if start + WINDOW > since:
                looks = np.array([day for day in days if start <= day < start + WINDOW])
                self._add(start, before, looks, sums, best)
            before = start
        found: dict[int, tuple[float, Crossing]] = {}
        for day in sorted(day for day in sums if day >= since):
            if sums[day].sum() < _LINE:
                continue
            for place in map(int, np.flatnonzero(sums[day] >= min(_LINE, float(sums[day].max())))):
                strength = float(sums[day][place])
                if place not in found or strength > found[place][0]:
                    found[place] = strength, Crossing(self.sources[place], int(best[day][1][place]), day)
        return [found[place][1] for place in sorted(found)]

    def _add(self, start: int, before: int, looks: Ints, sums: dict[int, Floats],
             best: dict[int, tuple[Floats, Ints]]) -> None:  # fmt: skip
        """Add the tests that begin after `before` and by `start`, which see the same arrivals, on each of `looks`."""
        tests = self.values(start, looks, before, calls=_LINE / _PROVEN)
        for day, value in zip(looks.tolist(), tests.T, strict=True):
            share = self.prior * value
            sums[day] = sums.get(day, 0.0) + share
            had, at = best.get(day, (np.zeros_like(share), np.zeros(len(share), np.int64)))
            best[day] = (np.maximum(share, had), np.where(share > had, start, at))

    def values(self, start: int, looks: Ints, before: int | None = None, calls: float = 1.0) -> Floats:
        """(sources, days of `looks`): the test that begins on `start`; with `before`, the sum of all that begin after
        `before` and see the same arrivals, as far as they still run. `calls`: weight of ways with calls in them."""
        began = start - 1 if before is None else before
        still = np.maximum(start - np.maximum(began, looks - WINDOW), 0)
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
        arrivals, open_to = self.watched.arrivals[medium], self.watched.allowed(medium, start)
        low, high = np.searchsorted(arrivals.day, [start, start + WINDOW])
        rows = np.arange(low, high)[open_to[arrivals.place[low:high]]]
        _, first = np.unique(arrivals.place[rows], return_index=True)
        rows = rows[np.sort(first)]
        members = self.members & open_to & (self.since <= start)[:, None]
        events = np.flatnonzero(np.diff(arrivals.event[rows], prepend=-1)) if rows.size else rows
        return members, (rows, events)

    def _told(self, medium: str, rows: Ints) -> Floats:
        """(arrivals, named): how much likelier what was said is from one who has the row."""
        arrivals = self.watched.arrivals[medium]
        chance, silent = arrivals.by_chance[rows, None], arrivals.silent[rows, None]
        return np.where(chance < 1.0, _NAMED / chance, np.where(silent, 1.0 - _NAMED, 1.0))

    def _which(self, medium: str, start: int, looks: Ints) -> Floats:
        """(sources, days): the test of which numbers were reached."""
        members, (rows, _) = self._first(medium, start)
        if not rows.size:
            return np.ones((len(self.sources), len(looks)))
        arrivals, open_to = self.watched.arrivals[medium], self.watched.allowed(medium, start)
        weight = self.watched.rates(medium, start)
        places = arrivals.place[rows]
        gone = np.cumsum(weight[places]) - weight[places]
        share = weight[places] / np.maximum(weight[open_to].sum() - gone, weight[places])
        mine = members[:, places]
        left = members.sum(axis=1)[:, None] - (np.cumsum(mine, axis=1) - mine)
        drawn = np.where(mine, 1.0 / np.maximum(left, 1) / share, 0.0)
        told = self._told(medium, rows)
        factors = (1.0 - _STRAY)[None, None, :, None] * (drawn[:, :, None] * told[None])[:, :, None, :]
        factors = np.where((left > 0)[:, :, None, None], factors + _STRAY[None, None, :, None], 1.0)
        logs = _log_product(factors, np.arange(rows.size), rows.size)
        weights = np.outer([w for _, w in STRAYS[False]], [w for _, w in NAMED])
        tests = np.exp(np.minimum(logs, 600.0)).reshape(*logs.shape[:2], -1) @ weights.ravel()
        return np.asarray(tests[:, np.searchsorted(arrivals.day[rows], looks, "right")])

    def _how_often(self, medium: str, start: int, looks: Ints, still: Ints) -> Floats:
        """(sources, days): the tests of how often they were reached, those summed that begin on `still` days up to
        `start`: until then nothing came."""
        members, (rows, events) = self._first(medium, start)
        arrivals = self.watched.arrivals[medium]
        places, size = arrivals.place[rows], members.sum(axis=1).astype(np.float64)
        mine = members[:, places]
        ratio = mine[:, :, None] * (self._told(medium, rows) / arrivals.expected[rows, None])[None]
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
        grid = np.exp(np.minimum(logs, 600.0)) @ np.array([w for _, w in NAMED])
        return np.asarray((grid * earlier).mean(axis=2))

    def _by_mailing(self, start: int, began: int, looks: Ints, still: Ints) -> Floats:
        """(sources, days): the tests of where one mailing goes, of those that began after `began` and by `start`."""
        mailings = [mailing for mailing in self.watched.mailings if began < mailing.day[0] <= start]
        value = np.zeros((len(self.sources), len(looks)))
        weight, open_to = self.watched.rates("email", start), self.watched.allowed("email", start)
        members = self.members & open_to & (self.since <= start)[:, None]
        for mailing in mailings:
            if sum(place >= 0 for place in mailing.place) < 2:
                continue
            share = members @ weight / weight.sum() * (1.0 - mailing.elsewhere)
            left, inside = members.copy(), np.zeros(len(self.sources))
            test, reached = np.full((len(self.sources), len(_NAMED)), _ENDS), 0
            for n, (day, place) in enumerate(zip(mailing.day, mailing.place, strict=True)):
                expected = np.clip((_SCATTER * share + inside) / (_SCATTER + n), 1e-12, 1.0 - 1e-9)
                factor = np.broadcast_to((_LOST / (1.0 - expected))[:, None], test.shape)
                if place >= 0:
                    chance, silent = mailing.by_chance[n], mailing.silent[n]
                    told = _NAMED / chance if chance < 1.0 else 1.0 - _NAMED if silent else np.ones(len(_NAMED))
                    mine = left[:, place]
                    drawn = (left @ weight) / weight[place] / np.maximum(left.sum(axis=1), 1) / expected
                    factor = np.where(mine[:, None], (1.0 - _LOST) * drawn[:, None] * told[None], factor)
                    if not open_to[place]:
                        factor = np.ones_like(test)
                    inside = inside + mine
                    left[:, place] = False
                if n == 1:
                    factor = factor * _GOES_ON[mailing.at_once] / _ENDS / mailing.goes_on
                test = np.minimum(test * factor, 1e100)
                reached += place >= 0
                until = mailing.day[n + 1] if n + 1 < len(mailing.day) else EVER
                now = (looks >= day) & (looks < until)
                if reached > 1 and now.any():
                    value[:, now] += (test @ np.array([w for _, w in NAMED]))[:, None] * still[now] / len(mailings)
        return value


def _log_product(factors: Floats, events: Ints, rows: int) -> Floats:
    """(sources, events + 1, ...): ln of the product over events, each the mean of its rows' factors; 0 before any."""
    none = np.zeros((factors.shape[0], 1, *factors.shape[2:]))
    if not rows:
        return none
    sizes = np.diff(np.append(events, rows))
    means = np.add.reduceat(factors, events, axis=1) / sizes[None, :, None, None]
    return np.concatenate([none, np.cumsum(np.log(means), axis=1)], axis=1)


def _most_reached(watched: WatchedNumbers, held: Mapping[str, frozenset[int]]) -> list[str]:
    """The copies of which most numbers were reached, by id. Pairs of others could not have crossed."""
    reached = {hit.number.no for hit in watched.hits}
    counts = {release: len(numbers & reached) for release, numbers in held.items()}
    return sorted(sorted((r for r in counts if counts[r]), key=lambda r: (-counts[r], r))[:_PAIRED])


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
    """Channel → hits on numbers of the subject."""
    numbers: int
    planted: int
    knew: int
    """Hits in which the persona, its firm or the client was named."""
    others: int
    """Controls, and numbers of other subjects, that were reached in these days."""
    probability: float
    copies: int = 0
    """Copies of the subject's lists on record; where there are none, what leaked cannot be told from what else has
    all."""
    hits: tuple[tuple[int, int, int], ...] = ()
    """(file, row, canary) of the hits it rests on, in order of time."""
    sources: tuple[CampaignSource, ...] = ()
    """The whole posterior."""


def leaks_of(reading: SignalReadings, complaints: Complaints, known: Iterable[tuple[str, str, date, date]] = (),
             since: date | None = None) -> list[SourceInUse]:  # fmt: skip
    """The sources that are in use, the surest first, then by kind and id.

    `known`: (kind, subject, first, last) of what was said before, which is judged again by what came since. `since`:
    only tests that have run on that day or later are looked at; all where None.
    """
    detector = Detector(WatchedNumbers(reading))
    crossings = detector.crossings(0 if since is None else since.toordinal())
    spans = sorted({
        (one.start, max(other.peak for other in crossings if one.start <= other.peak and other.start <= one.peak))
        for one in crossings
    })  # fmt: skip
    found: dict[tuple[str, str], SourceInUse] = {}
    for start, end in spans:
        for leak in _judged(detector, complaints, start, end):
            had = found.get((leak.kind, leak.subject))
            if had is None or leak.probability > had.probability:
                found[leak.kind, leak.subject] = leak
    for kind, subject, first, last in known:
        if (kind, subject) not in found and kind != "undecided":
            start, end = first.toordinal(), last.toordinal()
            ends = [e for s, e in spans if s <= end + WINDOW and start <= e + WINDOW]
            if ends:
                end = max(end, *ends)
                sources = _posterior(detector, start, end)
                probability = _probability(detector, complaints, sources, kind, subject, start, end)
                found[kind, subject] = _leak(detector, sources, kind, subject, probability, start, end)
    return sorted(found.values(), key=lambda leak: (-leak.probability, leak.kind, leak.subject))


def _judged(detector: Detector, complaints: Complaints, start: int, end: int) -> list[SourceInUse]:
    sources = _posterior(detector, start, end)
    named = [
        (release, probability)
        for release in sorted({release for source in sources for release in source.releases})
        if (probability := _probability(detector, complaints, sources, "release", release, start, end)) >= _LIKELY
    ]
    if named:
        return [_leak(detector, sources, "release", release, p, start, end) for release, p in named]
    top = sources[0]
    if top.client is not None and top.probability >= _LIKELY:
        return [_leak(detector, sources, top.kind, top.client, top.probability, start, end)]
    if top.kind == "background":
        return []
    facts = detector.watched.reading.facts
    clients = {release.id: release.client for release in facts.marks.releases}
    owners: dict[str, float] = {}
    for source in sources:
        for owner in {source.client, *(clients[release] for release in source.releases)}:
            if owner is not None:
                owners[owner] = owners.get(owner, 0.0) + source.probability
    sure = 1.0 - sum(source.probability for source in sources if source.kind == "background")
    owner = max(owners, key=lambda one: (owners[one], one), default=facts.owners[0])
    return [_leak(detector, sources, "undecided", owner, sure, start, end)]


def _posterior(detector: Detector, start: int, end: int) -> list[CampaignSource]:
    """Sources of the arrivals of these days, by the test that begins on `start`."""
    watched = detector.watched
    months = max(1, round((end - watched.began) / MONTH))
    # A leak is looked for in every month: its prior is spread over them as over campaigns.
    prior = max(1.0 / (1 + months), _LEAST)
    last = min(end, start + WINDOW - 1)
    values = detector.values(start, np.array([last]))[:, 0]
    gone = _not_copies(watched, start, last)
    weights = [(CampaignSource("background", (), None, 0.0), math.log1p(-prior))]
    for source, share, value in zip(detector.sources, detector.prior, values, strict=True):
        if value > 0 and gone.isdisjoint(source.releases):
            weights.append((source, math.log(prior * share * value)))
    return normalised(weights)


def _not_copies(watched: WatchedNumbers, start: int, end: int) -> frozenset[str]:
    """Copies that do not explain the campaigns which reached them: these reached home canaries of their client too."""
    clients = {release.id: release.client for release in watched.reading.facts.marks.releases}
    gone = set[str]()
    for verdict in watched.reading.verdicts:
        hits = [hit for hit in verdict.evidence if start <= hit.day.toordinal() <= end]
        home = set[str | None]().union(*(home_of(hit.number) for hit in hits))
        reached = set[str]().union(*(hit.number.releases for hit in hits))
        gone |= {release for release in reached if home and (None in home or clients[release] in {*home, None})}
    return frozenset(gone)


def _probability(
    detector: Detector, complaints: Complaints, sources: Sequence[CampaignSource], kind: str, subject: str,
    start: int, end: int,
) -> float:  # fmt: skip
    """Probability of the subject; of a copy, that it is among the sources, less what complaints say of planting."""
    if kind != "release":
        return math.fsum(s.probability for s in sources if s.kind == kind and s.client == subject)
    hits = [hit for hit in _within(detector, start, end) if subject in hit.number.releases]
    segments = {segment for hit in hits if (segment := segment_of(hit.caller)) is not None}
    return involved(sources, subject) * (1.0 - complaints.against(segments, subject).planted)


def _within(detector: Detector, start: int, end: int) -> list[Hit]:
    return [hit for hit in detector.watched.hits if start <= hit.day.toordinal() <= end]


def _leak(
    detector: Detector, sources: Sequence[CampaignSource], kind: str, subject: str, probability: float,
    start: int, end: int,
) -> SourceInUse:  # fmt: skip
    """The hits behind it, counted."""
    watched = detector.watched
    releases = watched.reading.facts.marks.releases
    which = (kind, (subject,), None) if kind == "release" else ("register" if kind != "client" else kind, (), subject)
    place = next((i for i, s in enumerate(detector.sources) if (s.kind, s.releases, s.client) == which), None)
    held = [] if place is None else detector.members[place].tolist()
    members = {number.no for number, mine in zip(watched.numbers, held, strict=False) if mine}
    if not members:  # an owner whose register is his home canaries alone
        members = {n.no for n in watched.numbers if n.kind != "control" and (subject in n.clients or not n.clients)}
    hits = _within(detector, start, end)
    mine = [hit for hit in hits if hit.number.no in members]
    records = {(hit.file, hit.row, hit.channel) for hit in mine}  # one mail to eight addresses is one
    days = [hit.day for hit in mine] or [date.fromordinal(start)]
    content = watched.reading.content
    client = next((r.client for r in releases if r.id == subject), None) if kind == "release" else subject
    return SourceInUse(
        kind, subject, min(days), max(days), dict(sorted(Counter(channel for *_, channel in records).items())),
        len({hit.number.no for hit in mine}), len(members),
        sum(content[key_of(hit)].kind in ("name", "firm", "client", "greeted") for hit in mine),
        len({hit.number.no for hit in hits} - members), min(max(probability, 0.0), 1.0),
        sum(release.client == client for release in releases),
        tuple((hit.file, hit.row, no) for hit in mine for no in hit.canaries), tuple(sources),
    )  # fmt: skip
