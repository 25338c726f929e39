"""How many cards does a SIM pool hold? From repeats among the callers of n calls (methods 4).

One card is picked at random for each call, so that the number U of distinct callers in n calls to be seen from a pool
of N is the number of occupied cells (the classical occupancy distribution). The interval inverts its exact tails; it
is exact in the sense of Clopper and Pearson, so it may cover more than it says. Calls that are unevenly spread over
the cards make the pool look smaller than it is.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import networkx as nx
import numpy as np
from scipy.special import ndtr

from tracer.findings.campaigns.content import Campaign
from tracer.findings.campaigns.facts import Hit
from tracer.findings.tails import LEVEL, Floats, first_size
from tracer.identify.callers import segment_of

_EXACT = 1_500
"""Calls up to which the distribution is computed; beyond, its normal limit with the exact mean and variance."""
_LARGEST = 1_000_000_000
"""Cards beyond which a pool counts as unbounded."""


@dataclass(frozen=True)
class PoolSize:
    """What repeats say about a pool."""

    calls: int
    callers: int
    low: int
    estimate: int | None
    """Likeliest size; None where no caller came twice."""
    high: int | None


def pool_size(calls: int, callers: int) -> PoolSize:
    """Size of the pool from which `callers` distinct numbers were seen in `calls` calls.

    Raises `ValueError` for no calls, or more callers than calls."""
    if not 0 < callers <= calls:
        raise ValueError(f"{callers} callers in {calls} calls")
    tail = (1.0 - LEVEL) / 2.0
    # U grows with N: the smallest N that makes so many callers no surprise, the largest that makes so few none.
    low = first_size(lambda size: _tail(size, calls, callers, most=False) >= tail, callers, _LARGEST) or callers
    if callers == calls:
        return PoolSize(calls, callers, low, None, None)
    beyond = first_size(lambda size: p_so_few(size, calls, callers) < tail, callers, _LARGEST)

    def likelier_larger(size: int) -> bool:
        """P(U = callers | N) rises with N: ln [N! / (N - u)!] - n ln N has one maximum in N."""
        return math.log(size + 1) - math.log(size + 1 - callers) <= calls * math.log1p(1.0 / size)

    likeliest = first_size(likelier_larger, callers, _LARGEST) or _LARGEST
    return PoolSize(calls, callers, low, likeliest, None if beyond is None else beyond - 1)


def p_so_few(size: int, calls: int, callers: int) -> float:
    """P(at most so many distinct callers) where the pool holds `size` cards: small where the pool is smaller."""
    return _tail(size, calls, callers, most=True)


def _tail(size: int, calls: int, callers: int, *, most: bool) -> float:
    """P(U <= callers) for `most`, else P(U >= callers)."""
    if calls <= _EXACT:
        chances = _occupancy(size, calls)
        return float((chances[: callers + 1] if most else chances[callers:]).sum())
    # The normal limit; empty cells as in Feller I, IX.5.
    one, two = math.exp(calls * math.log1p(-1.0 / size)), math.exp(calls * math.log1p(-2.0 / size)) if size > 2 else 0.0
    mean, variance = size * (1.0 - one), size * one + size * (size - 1.0) * two - (size * one) ** 2
    within = callers + 0.5 - mean if most else mean - callers + 0.5
    return float(ndtr(within / math.sqrt(variance))) if variance > 0 else float(within >= 0.5)


@cache
def _occupancy(size: int, calls: int) -> Floats:
    """P(U = j), j = 0 … calls, by adding one call after the other."""
    chances = np.zeros(calls + 1)
    chances[0] = 1.0
    cells = np.arange(calls + 1) / size
    for _ in range(calls):
        chances[1:] = chances[1:] * cells[1:] + chances[:-1] * np.maximum(0.0, 1.0 - cells[:-1])
        chances[0] = 0.0
    return chances


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
    """All pools, by first call. `complaints`: segment → callers complained of; `provinces`: see `same_province`."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for identity, campaign in campaigns.items():
        counts = Counter(segment_of(hit.caller) for hit in campaign.hits if hit.shows_number)
        used = sorted(segment for segment, calls in counts.items() if segment is not None and calls >= _CALLS)
        graph.add_edges_from((("campaign", identity), ("segment", segment)) for segment in used)
    by_segment: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        segment = segment_of(hit.caller)
        if segment is not None and hit.shows_number:
            by_segment[segment].append(hit)
    found = []
    for component in nx.connected_components(graph):
        segments = tuple(sorted(name for kind, name in component if kind == "segment"))
        calls = sorted((hit for s in segments for hit in by_segment[s]), key=lambda h: (h.at, h.file, h.row))
        complained = [caller for segment in segments for caller in complaints.get(segment, ())]
        callers = [hit.caller or "" for hit in calls] + complained
        size, first, last = pool_size(len(callers), len(set(callers))), calls[0].at, calls[-1].at
        of = tuple(sorted((name for kind, name in component if kind == "campaign"), key=lambda name: int(name[1:])))
        found.append(Pool("", segments, size, len(complained), first, last, of, same_province(calls, provinces)))
    found.sort(key=lambda pool: (pool.first_at, pool.segments))
    return [replace(pool, id=f"p{number}") for number, pool in enumerate(found, start=1)]


def same_province(hits: Sequence[Hit], provinces: Mapping[str, str]) -> float | None:
    """Share of the calls in which both provinces are known and the same. `provinces`: number (a plus and its digits) →
    province or state, of callers and of those whom they called."""
    pairs = [(hit.caller or "", f"+{hit.number.phone}") for hit in hits if hit.number.phone is not None]
    both = [provinces[caller] == provinces[called] for caller, called in pairs if {caller, called} <= provinces.keys()]
    return sum(both) / len(both) if both else None
