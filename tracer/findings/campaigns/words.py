"""What hits and campaigns show, what that rests on, and what speaks against it. A copy is named, never its recipient;
what is counted is controlled numbers and calls to them, which belong to no person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tracer.disclosure import Count, Measure, PartyRef, Probability, Reason, ReleaseRef, Share, Word
from tracer.findings.campaigns.background import ControlRate
from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.posterior import CampaignSource
from tracer.findings.campaigns.screening import AGREED, ASKED, BURN_IN, BURN_IN_MARK, EARLY, STORM, key_of
from tracer.findings.campaigns.verdict import CampaignVerdict

SURE = 0.95
"""Probability from which a copy is said to be behind a campaign."""
_LIKELY = 0.5
_SOURCES = 3
"""Sources that are named with their probability."""
_KNEW = ("name", "firm", "client", "greeted")
_KINDS = ("canary", "home", "control", "reserve")
_MARKED: Mapping[str, Reason] = {
    BURN_IN_MARK: Reason.of("hit-new-number", days=BURN_IN.days),
    EARLY: Reason.of("hit-before-copy"),
    AGREED: Reason.of("hit-planned"),
    STORM: Reason.of("hit-storm"),
    ASKED: Reason.of("hit-asked"),
}
_BACKGROUND = Reason.of("campaign-background")


def of_hit(hit: Hit, mark: str | None, verdict: CampaignVerdict | None, controls: Mapping[str, int]) -> Reason:
    """What one hit shows, in the light of its campaign."""
    if mark is not None:
        return _MARKED[mark]
    if hit.number.kind == "control":
        return Reason.of("hit-background-control")
    if verdict is not None and (verdict.agreed is not None or verdict.sequential):
        return reading(verdict)
    found = _of_number(hit, verdict)
    unknown = hit.number.kind == "canary" and hit.number.releases and not controls.get(hit.medium)
    return Reason.of("hit-no-controls", reading=found) if unknown else found


def _of_number(hit: Hit, verdict: CampaignVerdict | None) -> Reason:
    if verdict is not None and verdict.found:
        return reading(verdict)
    if hit.number.kind == "home":
        return Reason.of("hit-alone-home")
    return Reason.of("hit-alone" if hit.number.releases else "hit-no-release")


def reading(verdict: CampaignVerdict) -> Reason:
    """What a campaign shows: the rows of the diagnosis matrix, by the posterior."""
    if verdict.agreed is not None:
        return Reason.of("campaign-agreed-use", release=ReleaseRef(verdict.agreed))
    if verdict.sequential:
        return _BACKGROUND
    if not verdict.found:
        return Reason.of("campaign-no-evidence")
    top = verdict.found[0]
    if top.probability < _LIKELY:
        return Reason.of("campaign-undecided")
    if top.kind == "background":
        return _BACKGROUND
    return _of_copies(verdict, top) if top.releases else _of_client(verdict, top)


def _of_client(verdict: CampaignVerdict, top: CampaignSource) -> Reason:
    client = _client(top)
    if top.kind != "client":
        return Reason.of("campaign-register", client=client)
    hits = [hit for hit in verdict.evidence if hit.number.kind == "home"]
    days = {hit.day for hit in hits}
    by_channel = Counter(hit.channel for hit in hits)
    return Reason.of(
        "campaign-client", client=client, numbers=len({hit.number.no for hit in hits}), planted=verdict.planted,
        seen=tuple(Reason.of("alarm-hits", channel=Word(c), n=by_channel[c]) for c in sorted(by_channel)),
        days=(max(days) - min(days)).days + 1 if days else 0, copies=verdict.copies_on_record,
    )  # fmt: skip


def _of_copies(verdict: CampaignVerdict, top: CampaignSource) -> Reason:
    sure = [release for release, probability in sorted(verdict.copies.items()) if probability >= SURE]
    named = top.releases if top.kind == "intersection" else sure or top.releases
    copies, word, merged = _releases(named), Word("yes" if sure else "no"), top.kind == "merge"
    if top.kind == "intersection":
        return Reason.of("campaign-intersection", releases=copies, sure=word)
    return Reason.of("campaign-merge" if merged else "campaign-copy", releases=copies, sure=word)


def _releases(releases: tuple[str, ...] | list[str]) -> tuple[ReleaseRef, ...]:
    return tuple(ReleaseRef(release) for release in releases)


def _client(source: CampaignSource) -> PartyRef | None:
    return PartyRef(source.client) if source.client else None


def reasons(verdict: CampaignVerdict, rates: Mapping[str, ControlRate]) -> Iterator[Reason]:
    """What a campaign's reading rests on."""
    hits = verdict.campaign.hits
    first, last = hits[0].at.date(), hits[-1].at.date()
    yield Reason.of(
        "campaign-hits", hits=len(hits), numbers=len({hit.number.no for hit in hits}), first=first,
        last=None if last == first else last,
        joined=Word("nothing" if len(hits) == 1 else "script" if verdict.campaign.script else "callers"),
    )  # fmt: skip
    reached = Counter(kind for kind, _ in {(hit.number.kind, hit.number.no) for hit in verdict.evidence})
    kinds = tuple(Reason.of("campaign-kind", kind=Word(kind), n=reached[kind]) for kind in _KINDS if reached[kind])
    if kinds:
        yield Reason.of("campaign-reached", kinds=kinds)
    said = Counter(verdict.content[key_of(hit)].kind for hit in verdict.evidence)
    for what in ("name", "firm", "client"):
        if said[what]:
            yield Reason.of("campaign-knew", n=said[what], what=Word(what))
    rate = rates.get(hits[0].medium)
    if rate is not None and rate.mean is not None:
        yield Reason.of(
            "campaign-background-rate", hits=rate.hits, controls=rate.numbers, months=Measure(rate.months),
            rate=Measure(rate.mean), low=Measure(rate.low), high=Measure(rate.high),
        )  # fmt: skip
    for source in verdict.found[:_SOURCES]:
        yield Reason.of(
            "campaign-source", probability=Probability(source.probability), kind=Word(source.kind),
            releases=_releases(source.releases), client=_client(source),
        )  # fmt: skip
    for release, seen in sorted(verdict.ordinary.items()):
        if seen.called:
            yield Reason.of(
                "campaign-complaints", called=Count(seen.called, across_lists=False), held=Count(seen.held),
                release=ReleaseRef(release), chance=Share(seen.by_chance),
            )  # fmt: skip


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
    if verdict.evidence and not any(verdict.content[key_of(hit)].kind in _KNEW for hit in verdict.evidence):
        yield Reason.of("campaign-nobody-knew")
