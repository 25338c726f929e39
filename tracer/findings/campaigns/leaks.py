"""What an alarm says: which copy, database or register is in use, how sure, and by how many calls and messages."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracer.findings.campaigns.arrivals import MEDIA, Arrival, WatchedNumbers
from tracer.findings.campaigns.background import MONTH
from tracer.findings.campaigns.detector import WINDOW, Crossing, Detector
from tracer.findings.campaigns.facts import Number
from tracer.findings.campaigns.grouping import segment_of
from tracer.findings.campaigns.judge import SignalReadings
from tracer.findings.campaigns.ordinary import Complaints
from tracer.findings.campaigns.posterior import CampaignSource, Reached, World, involved, normalised, weighed

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
