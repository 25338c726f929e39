"""Reads every hit and every campaign: what it shows, how sure, and what speaks against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import networkx as nx
import scipy

from tracer.disclosure import Reason
from tracer.findings.campaigns import words
from tracer.findings.campaigns.background import ControlRate, control_rates, spread
from tracer.findings.campaigns.content import NOTHING, Content, content_of
from tracer.findings.campaigns.facts import Hit, SignalFacts, read_facts, statement
from tracer.findings.campaigns.grouping import Campaign, group, segment_of
from tracer.findings.campaigns.ordinary import Complaints
from tracer.findings.campaigns.pool import PoolSize, pool_size
from tracer.findings.campaigns.posterior import CampaignSource, Reached, World, involved, sources
from tracer.findings.campaigns.screening import inside, is_probe, key_of, screen
from tracer.findings.campaigns.verdict import CampaignVerdict, Key

# Caller pools: segments of callers that work for the same campaigns, and how many cards they use.

_CALLS = 2
"""Calls of a campaign from a segment of 10,000 numbers that make the segment part of its pool: one may be forged."""


@dataclass(frozen=True)
class Pool:
    """Segments whose numbers call for the same campaigns."""

    id: str
    segments: tuple[str, ...]
    size: PoolSize
    complaints: int
    first_at: datetime
    last_at: datetime
    campaigns: tuple[str, ...]
    same_province: float | None
    """Share of calls in which caller and called are of one province; None where the segment table knows neither."""


def pools(
    campaigns: Mapping[str, Campaign],
    hits: Sequence[Hit],
    complaints: Mapping[str, Sequence[str]],
    provinces: Mapping[str, str],
) -> list[Pool]:
    """All pools, by first call. `complaints`: segment → callers complained of; `provinces`: seven digits → province."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for identity, campaign in campaigns.items():
        counts = Counter(segment_of(hit.caller) for hit in campaign.hits if hit.medium == "phone")
        used = sorted(segment for segment, calls in counts.items() if segment is not None and calls >= _CALLS)
        graph.add_edges_from((("campaign", identity), ("segment", segment)) for segment in used)
    by_segment: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        segment = segment_of(hit.caller)
        if segment is not None and hit.medium == "phone":
            by_segment[segment].append(hit)
    found = []
    for component in nx.connected_components(graph):
        segments = tuple(sorted(name for kind, name in component if kind == "segment"))
        calls = sorted((hit for s in segments for hit in by_segment[s]), key=lambda h: (h.at, h.file, h.row))
        complained = [caller for segment in segments for caller in complaints.get(segment, ())]
        callers = [_digits(hit.caller) for hit in calls] + [_digits(caller) for caller in complained]
        found.append(
            Pool(
                "", segments, pool_size(len(callers), len(set(callers))), len(complained), calls[0].at, calls[-1].at,
                tuple(sorted((name for kind, name in component if kind == "campaign"), key=lambda n: int(n[1:]))),
                same_province(calls, provinces),
            )
        )  # fmt: skip
    found.sort(key=lambda pool: (pool.first_at, pool.segments))
    return [Pool(**{**vars(pool), "id": f"p{number}"}) for number, pool in enumerate(found, start=1)]


def _digits(caller: str | None) -> str:
    digits = "".join(char for char in caller or "" if char.isdecimal())
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits


def segments_of(hit: Hit) -> tuple[str, str]:
    """The seven digits of the caller and of the number that was called, as the segment table has them."""
    return (segment_of(hit.caller) or "")[:7], str(hit.number.phone)[2:9]


def same_province(hits: Sequence[Hit], provinces: Mapping[str, str]) -> float | None:
    """Share of the calls in which both provinces are known and the same."""
    known = [
        tuple(provinces.get(segment) for segment in segments_of(hit)) for hit in hits if hit.number.phone is not None
    ]
    both = [caller == called for caller, called in known if caller and called]
    return sum(both) / len(both) if both else None


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


def read_signals(con: duckdb.DuckDBPyConnection) -> SignalReadings:
    """Read all signals of the case."""
    facts = read_facts(con)
    marks = screen(facts)
    rates = control_rates(facts)
    content = {key_of(hit): content_of(hit, _client_names(facts, hit)) for hit in facts.hits}
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
    return SignalReadings(facts, tuple(rates), marks, verdicts, tuple(found), content)


def _client_names(facts: SignalFacts, hit: Hit) -> list[str]:
    return [name for client in sorted(c for c in hit.number.clients if c) for name in facts.names.get(client, ())]


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
        worlds[medium] = World(reachable, facts.marks.releases, spread(facts, rates, noise, medium), tested)
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
    segments = {segment for hit in campaign.hits if (segment := segment_of(hit.caller)) is not None}
    named = sorted({release for source in found for release in source.releases if source.probability >= 0.01})
    ordinary = {release: complaints.against(segments, release) for release in named}
    copies = {release: involved(found, release) * (1.0 - ordinary[release].planted) for release in named}
    return CampaignVerdict(
        identity, campaign, evidence, agreed, sequential, found, ordinary, content,
        same_province([hit for hit in campaign.hits if hit.medium == "phone"], provinces), copies,
    )  # fmt: skip


def _reached(evidence: Sequence[Hit], content: Mapping[Key, Content]) -> list[Reached]:
    """Each number once: when first, and the strongest that was said to it."""
    by_number: dict[int, list[Hit]] = {}
    for hit in evidence:
        by_number.setdefault(hit.number.no, []).append(hit)
    found = []
    for no in sorted(by_number):
        hits = by_number[no]
        best = min((content[key_of(hit)] for hit in hits), key=lambda c: (c.by_chance, c.kind), default=NOTHING)
        spoken = any(len(hit.text.strip()) > 1 for hit in hits)
        found.append(Reached(hits[0].number, min(hit.day for hit in hits), best, spoken))
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
