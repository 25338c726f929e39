"""What was read of a campaign; what hits and campaigns show, what that rests on, and what speaks against it. A copy is
named, never its recipient; what is counted is controlled numbers and calls to them, which belong to no person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tracer.disclosure import Count, Measure, PartyRef, Probability, Reason, ReleaseRef, Share, Word
from tracer.findings.campaigns.content import Content
from tracer.findings.campaigns.facts import Hit, Key, SignalFacts
from tracer.findings.campaigns.grouping import AGREED, ASKED, BURN_IN, BURN_IN_MARK, EARLY, STORM, Campaign
from tracer.findings.campaigns.pool import Pool
from tracer.findings.campaigns.posterior import CampaignSource, ComplaintsOfCopy, ControlRate

SURE = 0.95
"""Probability from which a copy is said to be behind a campaign."""
_LIKELY = 0.5
_SOURCES = 3
"""Sources that are named with their probability."""
KNEW = ("name", "firm", "client", "greeted")
"""What only somebody says who knows the persona: the kinds of `Content` but for a surname, which is common."""
_MARKED: Mapping[str, Reason] = {
    BURN_IN_MARK: Reason.of("hit-new-number", days=BURN_IN.days),
    EARLY: Reason.of("hit-before-copy"),
    AGREED: Reason.of("hit-planned"),
    STORM: Reason.of("hit-storm"),
    ASKED: Reason.of("hit-asked"),
}


@dataclass(frozen=True)
class CampaignVerdict:
    """One campaign, read."""

    id: str
    campaign: Campaign
    evidence: tuple[Hit, ...]
    agreed: str | None
    sequential: bool
    found: tuple[CampaignSource, ...]
    ordinary: Mapping[str, ComplaintsOfCopy]
    """Copy → what complaints say of its ordinary people."""
    content: Mapping[Key, Content]
    same_province: float | None
    copies: Mapping[str, float] = field(default_factory=dict)
    """Copy → probability that it is the campaign's source, planting taken off."""
    planted: int = 0
    """Home canaries that could have been reached by its medium."""
    copies_on_record: int = 0

    @property
    def numbers(self) -> int:
        """Distinct controlled numbers that say anything."""
        return len({hit.number.no for hit in self.evidence})


@dataclass(frozen=True)
class SignalReadings:
    """What the signals of a case say."""

    facts: SignalFacts
    rates: tuple[ControlRate, ...]
    marks: Mapping[Key, str]
    """Hit → why it does not count as evidence."""
    verdicts: tuple[CampaignVerdict, ...]
    """Campaigns of two hits or more, and single hits that used the persona."""
    pools: tuple[Pool, ...]
    content: Mapping[Key, Content]

    @cached_property
    def by_hit(self) -> Mapping[Key, CampaignVerdict]:
        """Hit → its campaign; single hits are in none."""
        return {hit.key: verdict for verdict in self.verdicts for hit in verdict.campaign.hits}


def hit_shows(reading: SignalReadings, hit: Hit) -> Reason:
    """What one hit shows, in the light of its campaign."""
    mark, verdict = reading.marks.get(hit.key), reading.by_hit.get(hit.key)
    if mark is not None:
        return _MARKED[mark]
    if hit.number.kind == "control":
        return Reason.of("hit-background-control")
    if verdict is not None and (verdict.agreed is not None or verdict.sequential):
        return campaign_shows(verdict)
    if verdict is not None and verdict.found:
        found = campaign_shows(verdict)
    elif hit.number.kind == "home":
        found = Reason.of("hit-alone-home")
    else:
        found = Reason.of("hit-alone" if hit.number.releases else "hit-no-release")
    controls = {rate.medium: rate.numbers for rate in reading.rates}
    unknown = hit.number.kind == "canary" and hit.number.releases and not controls.get(hit.medium)
    return Reason.of("hit-no-controls", reading=found) if unknown else found


def campaign_shows(verdict: CampaignVerdict) -> Reason:
    """What a campaign shows: the rows of the diagnosis matrix, by the posterior."""
    if verdict.agreed is not None:
        return Reason.of("campaign-agreed-use", release=ReleaseRef(verdict.agreed))
    top = verdict.found[0] if verdict.found else None
    if verdict.sequential or (top is not None and top.kind == "background" and top.probability >= _LIKELY):
        return Reason.of("campaign-background")
    if top is None:
        return Reason.of("campaign-no-evidence")
    if top.probability < _LIKELY:
        return Reason.of("campaign-undecided")
    return _copies_show(verdict, top) if top.releases else _client_shows(verdict, top)


def _copies_show(verdict: CampaignVerdict, top: CampaignSource) -> Reason:
    sure = tuple(release for release, probability in sorted(verdict.copies.items()) if probability >= SURE)
    named = top.releases if top.kind == "intersection" else sure or top.releases
    copies, word, merged = tuple(map(ReleaseRef, named)), Word("yes" if sure else "no"), top.kind == "merge"
    if top.kind == "intersection":
        return Reason.of("campaign-intersection", releases=copies, sure=word)
    return Reason.of("campaign-merge" if merged else "campaign-copy", releases=copies, sure=word)


def _client_shows(verdict: CampaignVerdict, top: CampaignSource) -> Reason:
    client = PartyRef(top.client) if top.client else None
    if top.kind != "client":
        return Reason.of("campaign-register", client=client)
    hits = [hit for hit in verdict.evidence if hit.number.kind == "home"]
    days, numbers = {hit.day for hit in hits}, {hit.number.no for hit in hits}
    by_channel = sorted(Counter(hit.channel for hit in hits).items())
    return Reason.of(
        "campaign-client",
        client=client,
        numbers=len(numbers),
        planted=verdict.planted,
        seen=tuple(Reason.of("alarm-hits", channel=Word(channel), n=n) for channel, n in by_channel),
        days=(max(days) - min(days)).days + 1 if days else 0,
        copies=verdict.copies_on_record,
    )


def reasons(verdict: CampaignVerdict, rates: Mapping[str, ControlRate]) -> Iterator[Reason]:
    """What a campaign's reading rests on."""
    hits, numbers = verdict.campaign.hits, {hit.number.no for hit in verdict.campaign.hits}
    first, last = hits[0].at.date(), hits[-1].at.date()
    until = None if last == first else last
    joined = Word("nothing" if len(hits) == 1 else "script" if verdict.campaign.script else "callers")
    yield Reason.of("campaign-hits", hits=len(hits), numbers=len(numbers), first=first, last=until, joined=joined)
    reached = Counter(kind for kind, _ in {(hit.number.kind, hit.number.no) for hit in verdict.evidence})
    order = ("canary", "home", "control", "reserve")
    kinds = tuple(Reason.of("campaign-kind", kind=Word(kind), n=reached[kind]) for kind in order if reached[kind])
    if kinds:
        yield Reason.of("campaign-reached", kinds=kinds)
    said = Counter(verdict.content[hit.key].kind for hit in verdict.evidence)
    for what in ("name", "firm", "client"):
        if said[what]:
            yield Reason.of("campaign-knew", n=said[what], what=Word(what))
    rate = rates.get(hits[0].medium)
    if rate is not None and rate.mean is not None:
        yield Reason.of(
            "campaign-background-rate",
            hits=rate.hits,
            controls=rate.numbers,
            months=Measure(rate.months),
            rate=Measure(rate.mean),
            low=Measure(rate.low),
            high=Measure(rate.high),
        )
    for source in verdict.found[:_SOURCES]:
        copies, client = tuple(map(ReleaseRef, source.releases)), PartyRef(source.client) if source.client else None
        chance, kind = Probability(source.probability), Word(source.kind)
        yield Reason.of("campaign-source", probability=chance, kind=kind, releases=copies, client=client)
    for release, seen in sorted(verdict.ordinary.items()):
        if seen.called:
            called, held = Count(seen.called, across_lists=False), Count(seen.held)
            copy, share = ReleaseRef(release), Share(seen.by_chance)
            yield Reason.of("campaign-complaints", called=called, held=held, release=copy, chance=share)


def against(verdict: CampaignVerdict, controls: int) -> Iterator[Reason]:
    """What speaks against a campaign's reading."""
    if not controls:
        yield Reason.of("campaign-no-controls")
    yield Reason.of("campaign-callers-forged", hidden=sum(hit.caller is None for hit in verdict.campaign.hits))
    if verdict.numbers == 1:
        yield Reason.of("campaign-one-number")
    if any(hit.number.kind == "home" for hit in verdict.evidence):
        yield Reason.of("campaign-home-reached")
    if any(seen.called == 0 for seen in verdict.ordinary.values()):
        yield Reason.of("campaign-people-unknown")
    for release, seen in sorted(verdict.ordinary.items()):
        if seen.called and seen.planted > 0.5:
            yield Reason.of("campaign-people-not-in-copy", release=ReleaseRef(release))
    if verdict.evidence and not any(verdict.content[hit.key].kind in KNEW for hit in verdict.evidence):
        yield Reason.of("campaign-nobody-knew")
