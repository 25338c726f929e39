"""Caller pools: segments of callers that work for the same campaigns, and how many cards they use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import networkx as nx

from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.grouping import Campaign, segment_of
from tracer.findings.campaigns.pool import PoolSize, pool_size

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
