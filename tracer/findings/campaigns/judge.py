"""Reads every hit and every campaign: what it shows, how sure, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb
import scipy

from tracer.disclosure import Reason
from tracer.findings.campaigns import words
from tracer.findings.campaigns.background import ControlRate, control_rates, spread
from tracer.findings.campaigns.content import Chances, Content
from tracer.findings.campaigns.facts import Hit, SignalFacts, read_facts, statement
from tracer.findings.campaigns.grouping import Campaign, group, segment_of
from tracer.findings.campaigns.leaks import SourceInUse, leaks_of
from tracer.findings.campaigns.ordinary import Complaints
from tracer.findings.campaigns.pool import pools, same_province, segments_of
from tracer.findings.campaigns.posterior import CampaignSource, Reached, World, involved, sources
from tracer.findings.campaigns.screening import BURN_IN_MARK, EARLY, STORM, inside, is_probe, key_of, screen
from tracer.findings.campaigns.verdict import CampaignVerdict, Key, SignalReadings

# Sequential dialling: somebody who dials one number after the other reaches controls as well, in their order.

_NUMBERS = 6
"""Numbers that can show an order: by chance six are in order, up or down, once in 360."""
_TAU = 0.9
"""Kendall's tau of number against time from which dialling is sequential."""


def is_sequential(hits: Sequence[Hit]) -> bool:
    """Whether the hits, in order of time, went up or down the numbers, a control among them."""
    first: dict[int, Hit] = {}
    for hit in hits:
        if hit.number.phone is not None:
            first.setdefault(hit.number.phone, hit)
    if len(first) < _NUMBERS or not any(hit.number.kind == "control" for hit in first.values()):
        return False
    times = [hit.at.timestamp() for hit in first.values()]
    return bool(abs(float(scipy.stats.kendalltau(list(first), times).statistic)) >= _TAU)


_STRAY_USE = 0.1
"""Share of a campaign's numbers that may lie outside agreed use: one in ten is put into it wrongly."""


_SHARED = 0.5
"""Share of a campaign's hits on which a source in use rests from which it is that source's."""


def read_signals(con: duckdb.DuckDBPyConnection) -> SignalReadings:
    """Read all signals of the case."""
    facts = read_facts(con)
    marks = screen(facts)
    rates = control_rates(facts)
    content = _contents(facts, marks)
    complaints = Complaints(con)
    segments = sorted({segment for hit in facts.hits for segment in segments_of(hit)})
    provinces = dict(con.execute(statement("provinces"), {"segments": segments}).fetchall())
    kept = [c for c in group(facts.hits) if len(c.hits) > 1 or content[key_of(c.hits[0])].kind in ("name", "firm")]
    named = {f"c{number}": campaign for number, campaign in enumerate(kept, start=1)}
    worlds = _worlds(facts, rates, marks, kept)
    verdicts = tuple(
        _judge(identity, campaign, facts, marks, content, worlds, complaints, provinces)
        for identity, campaign in named.items()
    )
    found = pools(named, facts.hits, complaints.callers, provinces)
    reading = SignalReadings(facts, tuple(rates), marks, verdicts, tuple(found), content)
    leaks = leaks_of(reading, complaints)
    return replace(reading, verdicts=tuple(_with_leak(verdict, leaks, complaints) for verdict in verdicts))


def _with_leak(verdict: CampaignVerdict, leaks: Sequence[SourceInUse], complaints: Complaints) -> CampaignVerdict:
    """The campaign, read as what it is a part of: where a source in use rests on its hits, it is that source's."""
    mine = {(hit.file, hit.row, no) for hit in verdict.evidence for no in hit.canaries}
    shared = [(len(mine & set(leak.hits)), leak) for leak in leaks]
    most, leak = max(shared, key=lambda one: one[0], default=(0, None))
    if leak is None or not verdict.found or most < _SHARED * len(mine):
        return verdict
    top = verdict.found[0]
    if top.probability >= _SHARED and leak.subject in (*top.releases, top.client) and top.kind != "background":
        return verdict
    return _of_sources(verdict, leak.sources, complaints)


def _contents(facts: SignalFacts, marks: Mapping[Key, str]) -> dict[Key, Content]:
    """Hit → what it says of the persona. Texts to controls, and those that no copy can have brought, teach how often it
    is said by chance."""
    every = sorted({name for names in facts.names.values() for name in names})
    clients = {hit.number.no: _client_names(facts, hit) for hit in facts.hits}
    strange = [
        (hit, clients[hit.number.no] or every)
        for hit in facts.hits
        if hit.number.kind == "control" or marks.get(key_of(hit)) in (BURN_IN_MARK, EARLY, STORM)
    ]
    chances = Chances.learnt(strange)
    return {key_of(hit): chances.of(hit, clients[hit.number.no]) for hit in facts.hits}


def _client_names(facts: SignalFacts, hit: Hit) -> list[str]:
    owners = hit.number.clients or (() if hit.number.kind == "control" else facts.owners)
    return [name for client in sorted(owners) for name in facts.names.get(client, ())]


def _worlds(
    facts: SignalFacts, rates: Sequence[ControlRate], marks: Mapping[Key, str], campaigns: Sequence[Campaign]
) -> dict[str, World]:
    """Medium → what its campaigns are held against."""
    grouped = {key_of(hit) for campaign in campaigns for hit in campaign.hits}
    noise = [hit for hit in facts.hits if key_of(hit) in marks or key_of(hit) not in grouped]
    worlds = {}
    for medium in ("phone", "email"):
        reachable = {no: number for no, number in facts.numbers.items() if number.has(medium)}
        tested = sum(c.hits[0].medium == medium and len({h.number.no for h in c.hits}) > 1 for c in campaigns)
        worlds[medium] = World(
            reachable, facts.marks.releases, facts.owners, spread(facts, rates, noise, medium), tested
        )
    return worlds


def _judge(
    identity: str, campaign: Campaign, facts: SignalFacts, marks: Mapping[Key, str], content: Mapping[Key, Content],
    worlds: Mapping[str, World], complaints: Complaints, provinces: Mapping[str, str],
) -> CampaignVerdict:  # fmt: skip
    evidence = tuple(hit for hit in campaign.hits if key_of(hit) not in marks)
    agreed = _agreed(evidence, facts)
    sequential = is_sequential(evidence)
    reached = _reached(evidence, content)
    found: tuple[CampaignSource, ...] = ()
    if reached and agreed is None and not sequential:
        world = replace(worlds[campaign.hits[0].medium], scripted=bool(campaign.script))
        found = tuple(sources(reached, world))
    read = CampaignVerdict(
        identity, campaign, evidence, agreed, sequential, (), {}, content,
        same_province([hit for hit in campaign.hits if hit.medium == "phone"], provinces),
        planted=_planted(evidence, facts), copies_on_record=len(facts.marks.releases),
    )  # fmt: skip
    return _of_sources(read, found, complaints)


def _of_sources(verdict: CampaignVerdict, found: Sequence[CampaignSource], complaints: Complaints) -> CampaignVerdict:
    """The campaign with these sources, and what complaints say of each copy among them."""
    segments = {segment for hit in verdict.campaign.hits if (segment := segment_of(hit.caller)) is not None}
    named = sorted({release for source in found for release in source.releases if source.probability >= 0.01})
    ordinary = {release: complaints.against(segments, release) for release in named}
    copies = {release: involved(found, release) * (1.0 - ordinary[release].planted) for release in named}
    return replace(verdict, found=tuple(found), ordinary=ordinary, copies=copies)


def _planted(evidence: Sequence[Hit], facts: SignalFacts) -> int:
    """Home canaries that the campaign could have reached by its medium."""
    medium = evidence[0].medium if evidence else "phone"
    return sum(number.kind == "home" and number.has(medium) for number in facts.numbers.values())


def _reached(evidence: Sequence[Hit], content: Mapping[Key, Content]) -> list[Reached]:
    """Each number once: when first, and the strongest that was said to it."""
    by_number: dict[int, list[Hit]] = {}
    for hit in evidence:
        by_number.setdefault(hit.number.no, []).append(hit)
    found = []
    for no in sorted(by_number):
        hits = by_number[no]
        best = min((content[key_of(hit)] for hit in hits), key=lambda c: (c.by_chance, c.kind, not c.silent))
        found.append(Reached(hits[0].number, min(hit.day for hit in hits), best))
    return found


def _agreed(evidence: Sequence[Hit], facts: SignalFacts) -> str | None:
    """The copy whose agreed use explains the campaign: nearly all numbers lie in it, in its days, by its channel.

    A campaign that also reaches numbers outside is not the one that was agreed, and all its hits count.
    """
    numbers = {hit.number.no for hit in evidence}
    candidates = sorted({window.release for window in facts.windows if any(inside(window, h) for h in evidence)})
    for release in candidates:
        windows = [window for window in facts.windows if window.release == release]
        outside = {hit.number.no for hit in evidence if not any(inside(window, hit) for window in windows)}
        if len(outside) <= _STRAY_USE * len(numbers):
            return release
    return None


def reading_of(reading: SignalReadings) -> dict[Key, Reason]:
    """Hit → what it shows."""
    by_hit = {key_of(hit): verdict for verdict in reading.verdicts for hit in verdict.campaign.hits}
    controls = {rate.medium: rate.numbers for rate in reading.rates}
    return {
        key_of(hit): words.of_hit(hit, reading.marks.get(key_of(hit)), by_hit.get(key_of(hit)), controls)
        for hit in reading.facts.hits
    }


def pattern_of(hit: Hit, verdict: CampaignVerdict | None, mark: str | None) -> str | None:
    """probe, sequential, or what the hit's mark says."""
    if mark is not None:
        return mark
    if verdict is not None and verdict.sequential:
        return "sequential dialling"
    return "probe" if is_probe(hit) else None
