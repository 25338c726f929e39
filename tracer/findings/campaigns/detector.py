r"""Is a copy in use? An alarm that may be looked at after every hit, for ever, at a stated rate of false ones.

Each day starts a test of its own. For a source S (a copy, a client's database, the register) it bets, arrival after
arrival, that the next one is drawn from those of S that were not reached yet, with stray ones among them:

    E  *=  (1 - e) [i in S] L_i / (|S left| b_i)  +  e

b_i being the arrival's share of the background and L_i how much likelier what was said is from one who has the row.
Under background the expectation of each factor is at most 1, whatever came before: E is a test martingale (Ville 1939).
It is averaged over e, over how often the persona is named, over the media that the source is used by, and over the
sources by their prior, so that all of them together are one test. The tests of the last 30 days are added: their sum R
grows by 1 a day at most, and so reaches 36,525 no sooner than after 100 years on average (an e-detector of the
Shiryaev-Roberts kind: Shin, Ramdas and Rinaldo, 2023, theorem 2.4). No look costs anything, and none is corrected for.

What an alarm then says of the source is the posterior of `posterior.py`, over copies, merged copies, databases and
background, on the arrivals since the day whose test is largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tracer.findings.campaigns.arrivals import MEDIA, Arrival, Floats, WatchedNumbers
from tracer.findings.campaigns.content import NOTHING
from tracer.findings.campaigns.posterior import KINDS, NAMED, STRAYS

YEARS = 100
"""Between two false alarms, on average and at least."""
_THRESHOLD = YEARS * 365.25
WINDOW = 30
"""Days for which a test runs."""
_USES = (("phone",), ("email",), MEDIA)
"""Media that a source may be used by; evenly."""
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
