"""What an alarm says: which copy, database or register is in use, how sure, and by how many calls and messages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from tracer.findings.campaigns.arrivals import MEDIA, Arrival, Floats, WatchedNumbers
from tracer.findings.campaigns.background import MONTH
from tracer.findings.campaigns.content import NOTHING
from tracer.findings.campaigns.facts import Number
from tracer.findings.campaigns.grouping import segment_of
from tracer.findings.campaigns.judge import SignalReadings
from tracer.findings.campaigns.ordinary import Complaints
from tracer.findings.campaigns.posterior import (
    KINDS,
    NAMED,
    STRAYS,
    CampaignSource,
    Reached,
    World,
    involved,
    normalised,
    weighed,
)

# Is a copy in use? An alarm that may be looked at after every hit, for ever, at a stated rate of false ones. Each day
# starts a test of its own. For a source S (a copy, a client's database, the register) it bets, arrival after arrival,
# that the next one is drawn from those of S that were not reached yet, with stray ones among them: E *= (1 - e) [i in
# S] L_i / (|S left| b_i) + e b_i being the arrival's share of the background and L_i how much likelier what was said
# is from one who has the row. Under background the expectation of each factor is at most 1, whatever came before: E
# is a test martingale (Ville 1939). It is averaged over e, over how often the persona is named, over the media that
# the source is used by, and over the sources by their prior, so that all of them together are one test. The tests of
# the last 30 days are added: their sum R grows by 1 a day at most, and so reaches 36,525 no sooner than after 100
# years on average (an e-detector of the Shiryaev-Roberts kind: Shin, Ramdas and Rinaldo, 2023, theorem 2.4). No look
# costs anything, and none is corrected for. What an alarm then says of the source is the posterior of `posterior.py`,
# over copies, merged copies, databases and background, on the arrivals since the day whose test is largest.

YEARS = 100
"""Between two false alarms, on average and at least."""
_THRESHOLD = YEARS * 365.25
WINDOW = 30
"""Days for which a test runs."""
_PAIRED = 20
"""Copies of which pairs are tested too: two that leak in the same days are strays to one another."""
_GRID = [(stray, named, w1 * w2) for stray, w1 in STRAYS[False] for named, w2 in NAMED]


@dataclass(frozen=True)
class Suspect:
    """A source of numbers that is tested."""

    kind: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Crossing:
    """A source whose test has crossed the line."""

    suspect: Suspect
    start: int
    """Ordinal of the day whose test is largest then."""
    day: int
    """Ordinal of the day on which the line was crossed first."""
    peak: int
    """Ordinal of the day on which the sum was largest."""
    strength: float


class Detector:
    """The tests of one case."""

    def __init__(self, watched: WatchedNumbers) -> None:
        self.watched = watched
        self.suspects, self.prior, members = _suspects(watched)
        self.members = np.array(members, dtype=np.bool_).reshape(len(self.suspects), len(watched.numbers))
        dates = {r.id: r.date for r in watched.reading.facts.marks.releases}
        handed = [dates[s.ids[0]] if s.kind == "release" else None for s in self.suspects]
        self.since = np.array([day.toordinal() if day is not None else 0 for day in handed], dtype=np.int64)

    def crossings(self, since: int = 0) -> list[Crossing]:
        """The sources that have crossed on `since` (ordinal) or later, the strongest first, then by id."""
        days = sorted({hit.day.toordinal() for hit in self.watched.hits})
        sums: dict[int, Floats] = {}
        best: dict[int, tuple[Floats, Floats]] = {}
        for index, start in enumerate(days):
            if start + WINDOW <= since or not self.suspects:
                continue
            before = days[index - 1] if index else self.watched.began - 1
            self._run(start, before, sums, best)
        return self._crossed(sums, best, since)

    def _run(self, start: int, before: int, sums: dict[int, Floats], best: dict[int, tuple[Floats, Floats]]) -> None:
        """Add the tests that begin after `before` and by `start`, which see the same arrivals."""
        final: dict[int, Floats] = {}
        for day, test in self._tests(start):
            final[day] = test
        value = np.zeros(len(self.suspects))
        for day in range(start, start + WINDOW):
            value = final.get(day, value)
            still = start - max(before, day - WINDOW)  # how many of them run on this day
            if still <= 0:
                break
            sums[day] = sums.get(day, 0.0) + still * value
            had, at = best.get(day, (np.zeros_like(value), np.zeros_like(value)))
            larger = value > had
            best[day] = (np.where(larger, value, had), np.where(larger, start, at))

    def _tests(self, start: int) -> list[tuple[int, Floats]]:
        """(day, weighted E of each source) after each arrival of the test that begins on `start`."""
        logs = np.zeros((len(self.suspects), len(_GRID), len(_USES)))
        left = {medium: self.members & self.watched.has[medium] for medium in MEDIA}
        found = []
        weights = np.array([weight for *_, weight in _GRID])
        for arrival in self.watched.arrivals(start, start + WINDOW - 1):
            factor = np.log(self._factors(arrival, left[arrival.medium]))
            for use, media in enumerate(_USES):
                if arrival.medium in media:
                    logs[:, :, use] += factor
            left[arrival.medium][:, arrival.place] = False
            mixed = np.einsum("sgu,g->s", np.exp(np.minimum(logs, 600.0)), weights) / len(_USES)
            found.append((arrival.day, self.prior * mixed))
        return found

    def _factors(self, arrival: Arrival, left: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
        """(sources, grid): what the arrival multiplies each test by; 1 where a source has nothing left to be drawn."""
        # Numbers of the source that could not have counted on this day are not there to be drawn.
        allowed = self.watched.allowed(arrival.medium, arrival.day)
        allowed[arrival.place] = True
        remaining = (left & allowed).sum(axis=1)
        mine = left[:, arrival.place] & (self.since <= arrival.day)
        stray = np.array([e for e, *_ in _GRID])
        told = np.array([_told(arrival, named) for _, named, _ in _GRID])
        drawn = np.where(mine, 1.0 / np.maximum(remaining, 1) / arrival.share, 0.0)
        factors = (1.0 - stray)[None, :] * drawn[:, None] * told[None, :] + stray[None, :]
        open_to = (remaining > 0) & (self.since <= arrival.day)
        return np.where(open_to[:, None], factors, 1.0)

    def _crossed(self, sums: dict[int, Floats], best: dict[int, tuple[Floats, Floats]], since: int) -> list[Crossing]:
        found: dict[int, Crossing] = {}
        for day in sorted(sums):
            if day < since:
                continue
            for place in np.flatnonzero(sums[day] >= _THRESHOLD):
                strength, had = float(sums[day][place] / _THRESHOLD), found.get(int(place))
                if had is None or strength > had.strength:
                    first = day if had is None else had.day
                    start = int(best[day][1][place])
                    found[int(place)] = Crossing(self.suspects[place], start, first, day, strength)
        return sorted(found.values(), key=lambda c: (-c.strength, c.suspect.kind, c.suspect.ids))


def _told(arrival: Arrival, named: float) -> float:
    if arrival.content != NOTHING:
        return named / arrival.content.by_chance
    return 1.0 - named if arrival.spoken else 1.0


def _suspects(watched: WatchedNumbers) -> tuple[list[Suspect], Floats, list[list[bool]]]:
    """The sources, their prior, and which numbers they hold."""
    releases = watched.reading.facts.marks.releases
    clients = sorted({release.client for release in releases if release.client is not None})
    suspects = [Suspect("release", (release.id,)) for release in releases]
    prior = [KINDS["release"] / len(releases) for _ in releases]
    members = [[release.id in number.releases for number in watched.numbers] for release in releases]
    if len(releases) <= _PAIRED:
        pairs = list(combinations(range(len(releases)), 2))
        for a, b in pairs:
            suspects.append(Suspect("merge", (releases[a].id, releases[b].id)))
            prior.append(KINDS["merge"] / len(pairs))
            members.append([x or y for x, y in zip(members[a], members[b], strict=True)])
    for client in clients:
        home = [n.kind == "home" and (client in n.clients or not n.clients) for n in watched.numbers]
        planted = [
            client in n.clients or (not n.clients and n.kind in ("home", "canary", "reserve")) for n in watched.numbers
        ]
        for kind, held in (("client", home), ("register", planted)):
            if any(held):
                suspects.append(Suspect(kind, (client,)))
                prior.append(KINDS[kind] / len(clients))
                members.append(held)
    return suspects, np.array(prior), members


_LIKELY = 0.5
_USES = (("phone",), ("email",), MEDIA)


@dataclass(frozen=True)
class SourceInUse:
    """A source of numbers that is in use."""

    kind: str
    subject: str
    """The copy's id; otherwise the client's."""
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


def leaks_of(reading: SignalReadings, complaints: Complaints, known: Iterable[tuple[str, str, date, date]] = (),
             since: date | None = None) -> list[SourceInUse]:  # fmt: skip
    """The sources that are in use, the surest first, then by kind and id.

    `known`: (kind, subject, first, last) of what was said before, which is judged again by what came since. `since`:
    only tests that have run on that day or later are looked at; all where None.
    """
    watched = WatchedNumbers(reading)
    crossings = Detector(watched).crossings(0 if since is None else since.toordinal())
    spans = _spans(crossings)
    found: dict[tuple[str, str], SourceInUse] = {}
    for start, end, clients in spans:
        for leak in _judged(watched, complaints, start, end, clients):
            had = found.get((leak.kind, leak.subject))
            if had is None or leak.probability > had.probability:
                found[leak.kind, leak.subject] = leak
    for kind, subject, first, last in known:
        if (kind, subject) not in found and kind != "undecided":
            start, end = first.toordinal(), last.toordinal()
            ends = [e for s, e, _ in spans if s <= end + WINDOW and start <= e + WINDOW]
            if ends:
                found[kind, subject] = _again(watched, complaints, kind, subject, start, max(end, *ends))
    return sorted(found.values(), key=lambda leak: (-leak.probability, leak.kind, leak.subject))


def _spans(crossings: Sequence[Crossing]) -> list[tuple[int, int, tuple[str, ...]]]:
    """(first day, last day, clients) to judge: each crossing, up to the latest one that overlaps it."""
    spans = []
    for one in crossings:
        near = [other for other in crossings if other.start <= one.peak and one.start <= other.peak]
        clients = tuple(sorted({o.suspect.ids[0] for o in near if o.suspect.kind in ("client", "register")}))
        spans.append((one.start, max(other.peak for other in near), clients))
    return sorted(set(spans))


def _judged(
    watched: WatchedNumbers, complaints: Complaints, start: int, end: int, clients: Sequence[str]
) -> list[SourceInUse]:
    found = _posterior(watched, start, end)
    named = [
        (release, probability)
        for release in sorted({release for source in found for release in source.releases})
        if (probability := _of_copy(watched, complaints, found, release, start, end)) >= _LIKELY
    ]
    if named:
        return [_leak(watched, "release", release, p, start, end) for release, p in named]
    top = found[0]
    if top.kind in ("client", "register") and top.client is not None and top.probability >= _LIKELY:
        return [_leak(watched, top.kind, top.client, top.probability, start, end)]
    if top.kind == "background":
        return []
    sure = 1.0 - sum(source.probability for source in found if source.kind == "background")
    holders = clients or sorted({r.client for r in watched.reading.facts.marks.releases if r.client is not None})
    return [_leak(watched, "undecided", client, sure, start, end) for client in holders[:1]]


def _again(
    watched: WatchedNumbers, complaints: Complaints, kind: str, subject: str, start: int, end: int
) -> SourceInUse:
    found = _posterior(watched, start, end)
    if kind == "release":
        probability = _of_copy(watched, complaints, found, subject, start, end)
    else:
        probability = math.fsum(s.probability for s in found if s.kind == kind and s.client == subject)
    return _leak(watched, kind, subject, probability, start, end)


def _of_copy(
    watched: WatchedNumbers, complaints: Complaints, found: Sequence[CampaignSource], release: str, start: int, end: int
) -> float:
    """Probability that the copy is among the sources, what complaints say of planting taken off."""
    hits = [hit for hit in watched.hits if start <= hit.day.toordinal() <= end and release in hit.number.releases]
    segments = {segment for hit in hits if (segment := segment_of(hit.caller)) is not None}
    return involved(found, release) * (1.0 - complaints.against(segments, release).planted)


def _posterior(watched: WatchedNumbers, start: int, end: int) -> list[CampaignSource]:
    """Sources of the arrivals of these days, by whichever media they were used: the media are independent."""
    facts = watched.reading.facts
    arrivals = list(watched.arrivals(start, end))
    ratios: dict[str, dict[CampaignSource, tuple[float, float]]] = {}
    prior = 0.0
    for medium in MEDIA:
        mine = [arrival for arrival in arrivals if arrival.medium == medium]
        world = _world(watched, mine, medium, start, end)
        (_, prior, background), *others = weighed([_reached(watched, one) for one in mine], world)
        ratios[medium] = {source: (share, likelihood - background) for source, share, likelihood in others}
    shares = {source: share for found in ratios.values() for source, (share, _) in found.items()}
    home = {c for a in arrivals for c in _home_of(watched.numbers[a.place])}
    clients = {release.id: release.client for release in facts.marks.releases}
    weights = [(CampaignSource("background", (), None, 0.0), prior)]
    for source, share in sorted(
        shares.items(), key=lambda item: (item[0].kind, item[0].releases, item[0].client or "")
    ):
        if home and any(clients[release] in home or None in home for release in source.releases):
            continue
        uses = [
            math.fsum(ratios[medium].get(source, (0.0, -math.inf))[1] for medium in use) - math.log(len(_USES))
            for use in _USES
        ]
        top = max(uses)
        if top > -math.inf:
            weights.append((source, share + top + math.log(math.fsum(math.exp(use - top) for use in uses))))
    return normalised(weights)


def _world(watched: WatchedNumbers, arrivals: Sequence[Arrival], medium: str, start: int, end: int) -> World:
    """What the arrivals of a medium are held against: numbers that could count, and their shares on arrival."""
    could = watched.allowed(medium, start) | watched.allowed(medium, end)
    for arrival in arrivals:
        could[arrival.place] = True
    numbers = {n.no: n for n, is_one in zip(watched.numbers, could, strict=True) if is_one}
    shares = {watched.numbers[one.place].no: one.share for one in arrivals}
    # A leak is looked for in every month: its prior is spread over them as over campaigns.
    months = max(1, round((end - watched.began) / MONTH))
    return World(numbers, watched.reading.facts.marks.releases, shares, months, scripted=False)


def _reached(watched: WatchedNumbers, arrival: Arrival) -> Reached:
    day = date.fromordinal(arrival.day)
    return Reached(watched.numbers[arrival.place], day, arrival.content, arrival.spoken)


def _home_of(number: Number) -> set[str | None]:
    return set(number.clients or {None}) if number.kind == "home" else set()


def _leak(watched: WatchedNumbers, kind: str, subject: str, probability: float, start: int, end: int) -> SourceInUse:
    """The hits behind it, counted."""
    members = {number.no for number in watched.numbers if _holds(number, kind, subject)}
    hits = [hit for hit in watched.hits if start <= hit.day.toordinal() <= end]
    mine = [hit for hit in hits if hit.number.no in members]
    days = [hit.day for hit in mine] or [date.fromordinal(start)]
    content = watched.reading.content
    knew = sum(content[hit.file, hit.row, hit.number.no].kind in ("name", "firm", "client", "greeted") for hit in mine)
    return SourceInUse(
        kind, subject, min(days), max(days), dict(sorted(Counter(hit.channel for hit in mine).items())),
        len({hit.number.no for hit in mine}), len(members), knew,
        len({hit.number.no for hit in hits} - members), min(max(probability, 0.0), 1.0),
    )  # fmt: skip


def _holds(number: Number, kind: str, subject: str) -> bool:
    if kind == "release":
        return subject in number.releases
    mine = subject in number.clients or not number.clients
    if kind == "client":
        return mine and number.kind == "home"
    return mine and number.kind != "control"
