"""The claims `size` and `daily_growth`: how much a platform holds, and how fast it grows (methods 4).

Size: the lists of one holder are taken for samples of what it holds, unless one was copied from another. Null: the
platform holds as much as it says; it is rejected at 1 % where the samples share more members than that allows.
Growth: two lists of one holder that share half of their members or more are snapshots of one query. Null: new members
come at the claimed rate, scaled by the claimed size; new ones in the later snapshot are Poisson.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

import duckdb
import networkx as nx
import numpy as np
from scipy.special import logsumexp

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import (
    ERROR,
    ClaimRow,
    ClaimVerdict,
    numbers_known,
    or_statements,
    read_claims,
    shown_count,
    statement,
    untestable,
)
from tracer.findings.overlap.close import parts_of, read_close
from tracer.findings.tails import (
    LARGEST,
    LEVEL,
    Floats,
    count_interval,
    first_size,
    four_digits,
    poisson_at_least,
    poisson_at_most,
    rounded_up,
)
from tracer.marking.codes import masses
from tracer.policy import SHOWN_FROM

# How large is a pool of which samples are held? Capture and recapture with exact intervals (methods 4). Two samples
# without replacement of a pool of N: their common members M ~ Hypergeom(N, n₁, n₂). Point estimate: Chapman (1951),
# (n₁+1)(n₂+1)/(m+1) − 1. Interval: all N that neither tail at (1 − level)/2 excludes; the normal interval covers only
# 79 % at 4 expected recaptures. From three samples on: Chao's lower bound (Biometrics 43, 1987), and the interval
# from the common members of all pairs, whose number has mean K/N, K = Σ nᵢnⱼ, and no more variance than a Poisson
# number (pairs of uniform samples are uncorrelated): invert the Poisson tails. Members that are likelier to be drawn
# than others, or samples of which one is a copy of the other, meet more often: all estimates are then too low. That
# is said with every result; strata drawn at random help.

_MARGIN = 1e-9
"""Added to each upper tail: bounds the rounding of sums over a hundred thousand logarithms."""
_SAME_QUERY = 0.5
"""Share of the smaller list that two snapshots of one query have in common at least."""
_DRAWN = Reason.of("claim-own-samples")
_QUERY, _SIZE = Reason.of("claim-one-query"), Reason.of("claim-size-as-claimed")


@dataclass(frozen=True)
class PoolEstimate:
    """What samples say of the size of a pool."""

    samples: tuple[int, ...]
    common: int
    """For two samples the members in both; for more the pairs of samples that share a member."""
    low: float
    estimate: float
    high: float | None


def two_samples(first: int, second: int, common: int) -> PoolEstimate:
    """Size of the pool from two samples with so many members in common.

    Raises `ValueError` where more are in common than one of them has, or a sample is empty.
    """
    if not 0 <= common <= min(first, second) or min(first, second) == 0:
        raise ValueError(f"{common} common members of samples of {first} and {second}")
    tail = (1.0 - LEVEL) / 2.0
    least = first + second - common
    # M falls as N grows: the smallest N that makes so few no surprise, the largest that makes so many none.
    low = first_size(lambda size: at_most(size, first, second, common) >= tail, least) or least
    high = None
    if common > 0:
        beyond = first_size(lambda size: at_least(size, first, second, common) < tail, least)
        high = None if beyond is None else max(beyond - 1, low)
    return PoolEstimate((first, second), common, low, (first + 1) * (second + 1) / (common + 1) - 1, high)


def several_samples(sizes: Sequence[int], seen: Sequence[int]) -> PoolEstimate:
    """Size of the pool from t ≥ 3 samples; `seen[k]`: members that are in exactly k + 1 of them."""
    counts = np.asarray(seen, dtype=np.int64)
    times = np.arange(1, counts.size + 1)
    pairs = int((counts * times * (times - 1) // 2).sum())
    distinct = int(counts.sum())
    total = sum(sizes) ** 2 - sum(size * size for size in sizes)
    low, high = count_interval(pairs)
    once, twice = int(counts[0]), int(counts[1]) if counts.size > 1 else 0
    chao = distinct + (len(sizes) - 1) / len(sizes) * once * (once - 1) / (2 * (twice + 1))
    most = None if low == 0 else max(total / 2 / low, float(distinct))
    return PoolEstimate(tuple(sizes), pairs, max(total / 2 / high, float(distinct)), chao, most)


def p_as_large(pool: PoolEstimate, size: float) -> float:
    """P(so many in common, or more) where the pool holds `size`: small where the pool is smaller than that."""
    if len(pool.samples) == 2:
        return at_least(round(size), *pool.samples, pool.common)
    return poisson_at_least(pool.common, expected_common(pool.samples, size))


def expected_common(samples: Sequence[int], size: float) -> float:
    """Expected number in common (of pairs of samples) in a pool of `size`."""
    return (sum(samples) ** 2 - sum(n * n for n in samples)) / 2 / size


def at_least(size: int, first: int, second: int, common: int) -> float:
    """P(M ≥ common)."""
    if size < max(first, second, first + second - common):
        return 1.0
    return min(1.0, 1.0 - _below(size, first, second, common) + _MARGIN) if common else 1.0


def at_most(size: int, first: int, second: int, common: int) -> float:
    """P(M ≤ common)."""
    if size < first + second - common:
        return 0.0
    return _below(size, first, second, common + 1)


@lru_cache(maxsize=100_000)
def _below(size: int, first: int, second: int, common: int) -> float:
    """P(M < common), summed over logarithms of exact terms: pools may be of any size."""
    few, many = min(first, second), max(first, second)
    start = max(0, first + second - size)
    if common <= start:
        return 0.0
    if common > few:
        return 1.0
    if start == 0:
        log_first = float(np.log1p(-many / (size - np.arange(few, dtype=np.float64))).sum())
    else:
        log_first = float(masses.log_hypergeometric(start, size, first, second))
    k = np.arange(start, common - 1, dtype=np.float64)
    steps: Floats = np.log(first - k) + np.log(second - k) - np.log(k + 1) - np.log(size - first - second + k + 1)
    logs = log_first + np.concatenate(([0.0], np.cumsum(steps)))
    return float(min(1.0, np.exp(logsumexp(logs))))


@dataclass(frozen=True)
class PlatformSample:
    """A list of the platform."""

    no: int
    id: str
    contacts: int
    day: date | None


@or_statements
def assess_size(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The size of what a party holds, by capture and recapture; failing that, by what else is said of it."""
    if claim.number is None or claim.number <= 0:
        return untestable(Reason.of("claim-no-number"))
    # The party's lists, of those that are copies of one another the largest.
    by_id = {sample.id: sample for sample in _samples(facts.con, claim.about)}
    copies: nx.Graph[str] = nx.Graph()
    copies.add_nodes_from(by_id)
    derived = facts.con.execute("SELECT parent, child FROM derivation WHERE superseded IS NULL AND probability >= 0.5")
    copies.add_edges_from((a, b) for a, b in derived.fetchall() if a in by_id and b in by_id)
    groups = ([by_id[name] for name in group] for group in nx.connected_components(copies))
    samples = sorted((max(group, key=lambda one: (one.contacts, one.id)) for group in groups), key=lambda one: one.id)
    if len(samples) < 2:
        return untestable(Reason.of("claim-two-lists-needed"))
    seen, sizes = _times_seen(facts.con, samples), [sample.contacts for sample in samples]
    if len(sizes) == 2:
        pool = two_samples(sizes[0], sizes[1], seen.get(2, 0))
    else:
        pool = several_samples(sizes, [seen.get(times, 0) for times in range(1, len(sizes) + 1)])
    expected = expected_common(pool.samples, claim.number)
    # Probability of rejecting the claim where the pool holds a tenth of it; Poisson.
    critical = first_size(lambda count: poisson_at_least(count, expected) <= ERROR, 1) or LARGEST
    power = poisson_at_least(critical, 10 * expected)
    numbers: dict[str, Any] = {"samples": [sample.id for sample in samples], "sizes": list(pool.samples)}
    numbers |= {"common": shown_count(pool.common), "expected_common": four_digits(expected)}
    enough = pool.common >= SHOWN_FROM  # an estimate would tell how many they share
    if enough:
        high = None if pool.high is None else four_digits(pool.high)
        numbers |= numbers_known({"low": four_digits(pool.low), "estimate": four_digits(pool.estimate), "high": high})
    numbers["power_at_a_tenth"] = four_digits(power)
    p_value = p_as_large(pool, claim.number)
    if p_value <= ERROR:
        uneven = Reason.of("claim-uneven-entries")
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (uneven, _DRAWN), "G1")
    if enough and pool.low >= claim.number:
        return ClaimVerdict("supported", None, numbers, (_DRAWN,), "G1")
    if power < 0.5:
        return untestable(Reason.of("claim-lists-too-small"), numbers)
    return ClaimVerdict("consistent", rounded_up(p_value), numbers, (Reason.of("claim-separate-lots"), _DRAWN))


def _samples(con: duckdb.DuckDBPyConnection, party: str) -> list[PlatformSample]:
    return [PlatformSample(*row) for row in con.execute(statement("samples"), {"party": party}).fetchall()]


def _times_seen(con: duckdb.DuckDBPyConnection, samples: Sequence[PlatformSample]) -> dict[int, int]:
    """How many contacts are in how many of these lists, as far as close lists show."""
    lists = [sample.no for sample in samples]
    rows = con.execute(statement("times_seen"), {"lists": lists}).fetchall()
    close, seen = read_close(con, lists), Counter[int]()
    for holders, contacts in rows:
        for members, times in parts_of(holders, close).items():
            seen[len(members)] += times * contacts
    return {times: max(contacts, 0) for times, contacts in seen.items()}


@or_statements
def assess_growth(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The growth of what a party holds, by snapshots; failing that, by what else is said of it."""
    con = facts.con
    if claim.number is None or claim.number <= 0:
        return untestable(Reason.of("claim-no-number"))
    dated = sorted((s.day, s.id, s) for s in _samples(con, claim.about) if s.day is not None)
    snapshots, new, at_risk, days = list[str](), 0, 0, 0
    for (day, _, first), (later, _, second) in pairwise(dated):
        shared = _times_seen(con, (first, second)).get(2, 0)
        if later > day and shared >= _SAME_QUERY * min(first.contacts, second.contacts):
            # Snapshots that follow each other are disjoint in time: their new members and days add up.
            snapshots += [second.id] if snapshots else [first.id, second.id]
            days += (later - day).days
            new += second.contacts - shared
            at_risk += first.contacts * (later - day).days
    if not snapshots:
        return untestable(Reason.of("claim-two-snapshots-needed"))
    low, high = count_interval(new)
    numbers: dict[str, Any] = {"snapshots": snapshots, "days": days, "new": shown_count(new)}
    if new >= SHOWN_FROM:
        numbers |= {"new_a_day_low": four_digits(low / days), "new_a_day_high": four_digits(high / days)}
    if low / days > claim.number:
        p_value = poisson_at_least(new, claim.number * days)
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (_QUERY,), "G1")
    sizes = [one.number for one in read_claims(con) if one.kind == "size" and one.about == claim.about and one.number]
    size = max(sizes, default=None)
    if size is None:
        return untestable(Reason.of("claim-size-unknown"), numbers)
    expected = claim.number / size * at_risk
    numbers |= {"claimed_size": size, "expected_new": four_digits(expected)}
    if new >= SHOWN_FROM:
        numbers |= {"growth_low": four_digits(low / at_risk * size), "growth_high": four_digits(high / at_risk * size)}
    p_value = min(poisson_at_most(new, expected), poisson_at_least(new, expected))
    if p_value <= ERROR / 2:
        return ClaimVerdict("contradicted", rounded_up(2 * p_value), numbers, (_QUERY, _SIZE), "G1")
    return ClaimVerdict("consistent", rounded_up(min(1.0, 2 * p_value)), numbers, (_QUERY, _SIZE))
