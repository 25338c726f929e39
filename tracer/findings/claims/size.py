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
from numpy.typing import NDArray
from scipy.special import logsumexp

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.statements import with_statements
from tracer.findings.claims.verdict import ERROR, ClaimRow, ClaimVerdict, read_claims, statement, told, untestable
from tracer.findings.intervals import LARGEST, LEVEL, count_interval, first_size, rounded, rounded_up
from tracer.findings.overlap.close import parts_of, read_close
from tracer.findings.tails import poisson_at_least, poisson_at_most
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

MARGIN = 1e-9
"""Added to each upper tail: bounds the rounding of sums over a hundred thousand logarithms."""


@dataclass(frozen=True)
class PoolEstimate:
    """What samples say of the size of a pool."""

    samples: tuple[int, ...]
    common: int
    """For two samples the members in both; for more the pairs of samples that share a member."""
    low: float
    estimate: float
    high: float | None
    """Upper end; None where nothing bounds it."""


def two_samples(first: int, second: int, common: int, level: float = LEVEL) -> PoolEstimate:
    """Size of the pool from two samples with so many members in common.

    Raises `ValueError` where more are in common than one of them has, or a sample is empty.
    """
    if not 0 <= common <= min(first, second) or min(first, second) == 0:
        raise ValueError(f"{common} common members of samples of {first} and {second}")
    tail = (1.0 - level) / 2.0
    least = first + second - common
    # M falls as N grows: the smallest N that makes so few no surprise, the largest that makes so many none.
    low = first_size(lambda size: at_most(size, first, second, common) >= tail, least) or least
    high = None
    if common > 0:
        beyond = first_size(lambda size: at_least(size, first, second, common) < tail, least)
        high = None if beyond is None else max(beyond - 1, low)
    return PoolEstimate((first, second), common, low, (first + 1) * (second + 1) / (common + 1) - 1, high)


def several_samples(sizes: Sequence[int], seen: Sequence[int], level: float = LEVEL) -> PoolEstimate:
    """Size of the pool from t ≥ 3 samples; `seen[k]`: members that are in exactly k + 1 of them."""
    counts = np.asarray(seen, dtype=np.int64)
    times = np.arange(1, counts.size + 1)
    pairs = int((counts * times * (times - 1) // 2).sum())
    distinct = int(counts.sum())
    total = sum(sizes) ** 2 - sum(size * size for size in sizes)
    low, high = count_interval(pairs, level)
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
    return min(1.0, 1.0 - _below(size, first, second, common) + MARGIN) if common else 1.0


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
    steps: NDArray[np.float64] = (
        np.log(first - k) + np.log(second - k) - np.log(k + 1) - np.log(size - first - second + k + 1)
    )
    logs = log_first + np.concatenate(([0.0], np.cumsum(steps)))
    return float(min(1.0, np.exp(logsumexp(logs))))


_SAME_QUERY = 0.5
"""Share of the smaller list that two snapshots of one query have in common at least."""
LOW = Reason.of("claim-uneven-entries")
DRAWN = Reason.of("claim-own-samples")
LOTS = Reason.of("claim-separate-lots")


@dataclass(frozen=True)
class PlatformSample:
    """A list of the platform."""

    no: int
    id: str
    contacts: int
    day: date | None


def assess_size(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The size of what a party holds, by capture and recapture; failing that, by what else is said of it."""
    return with_statements(facts.con, claim, _size(facts.con, claim))


def _size(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> ClaimVerdict:
    if claim.number is None or claim.number <= 0:
        return untestable(Reason.of("claim-no-number"))
    samples = _samples(con, claim.about)
    if len(samples) < 2:
        return untestable(Reason.of("claim-two-lists-needed"))
    pool = _pool(con, samples)
    shared = pool.common
    low = pool.low if shared >= SHOWN_FROM else None  # an estimate would tell how many they share
    numbers: dict[str, Any] = {
        "samples": [sample.id for sample in samples], "sizes": list(pool.samples), "common": told(shared),
        "expected_common": rounded(expected_common(pool.samples, claim.number)),
        "low": None if low is None else rounded(low),
        "estimate": rounded(pool.estimate) if shared >= SHOWN_FROM else None,
        "high": rounded(pool.high) if shared >= SHOWN_FROM and pool.high is not None else None,
    }  # fmt: skip
    p_value = p_as_large(pool, claim.number)
    power = _power(pool, claim.number)
    numbers |= {"power_at_a_tenth": rounded(power)}
    plain = {name: value for name, value in numbers.items() if value is not None}
    if p_value <= ERROR:
        return ClaimVerdict("contradicted", rounded_up(p_value), plain, (LOW, DRAWN), "G1")
    if low is not None and low >= claim.number:
        return ClaimVerdict("supported", None, plain, (DRAWN,), "G1")
    if power < 0.5:
        return untestable(Reason.of("claim-lists-too-small"), plain)
    return ClaimVerdict("consistent", rounded_up(p_value), plain, (LOTS, DRAWN))


def _samples(con: duckdb.DuckDBPyConnection, party: str) -> list[PlatformSample]:
    """The party's lists, of those that are copies of one another the largest."""
    rows = [PlatformSample(*row) for row in con.execute(statement("samples"), {"party": party}).fetchall()]
    tied: nx.Graph[str] = nx.Graph()
    tied.add_nodes_from(sample.id for sample in rows)
    ids = set(tied)
    for parent, child in con.execute(
        "SELECT parent, child FROM derivation WHERE superseded IS NULL AND probability >= 0.5 ORDER BY ALL"
    ).fetchall():
        if parent in ids and child in ids:
            tied.add_edge(parent, child)
    by_id = {sample.id: sample for sample in rows}
    kept = [
        max((by_id[name] for name in group), key=lambda sample: (sample.contacts, sample.id))
        for group in nx.connected_components(tied)
    ]
    return sorted(kept, key=lambda sample: sample.id)


def _pool(con: duckdb.DuckDBPyConnection, samples: Sequence[PlatformSample]) -> PoolEstimate:
    nos = [sample.no for sample in samples]
    seen = _times_seen(con, nos)
    sizes = [sample.contacts for sample in samples]
    if len(sizes) == 2:
        return two_samples(sizes[0], sizes[1], seen.get(2, 0))
    return several_samples(sizes, [seen.get(times, 0) for times in range(1, len(sizes) + 1)])


def _times_seen(con: duckdb.DuckDBPyConnection, lists: Sequence[int]) -> dict[int, int]:
    """How many contacts are in how many of these lists, as far as close lists show."""
    rows = con.execute(statement("times_seen"), {"lists": list(lists)}).fetchall()
    close, seen = read_close(con, lists), Counter[int]()
    for holders, contacts in rows:
        for members, times in parts_of(holders, close).items():
            seen[len(members)] += times * contacts
    return {times: max(contacts, 0) for times, contacts in seen.items()}


def _power(pool: PoolEstimate, size: float) -> float:
    """Probability of rejecting `size` where the pool holds a tenth of it; Poisson."""
    mean = expected_common(pool.samples, size)
    critical = first_size(lambda count: poisson_at_least(count, mean) <= ERROR, 1) or LARGEST
    return poisson_at_least(critical, 10 * mean)


def assess_growth(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The growth of what a party holds, by snapshots; failing that, by what else is said of it."""
    return with_statements(facts.con, claim, _growth(facts.con, claim))


def _growth(con: duckdb.DuckDBPyConnection, claim: ClaimRow) -> ClaimVerdict:
    if claim.number is None or claim.number <= 0:
        return untestable(Reason.of("claim-no-number"))
    pairs = _snapshots(con, claim.about)
    if not pairs:
        return untestable(Reason.of("claim-two-snapshots-needed"))
    size = max(
        (other.number for other in read_claims(con) if other.kind == "size" and other.about == claim.about
         and other.number), default=None,
    )  # fmt: skip
    # Snapshots that follow each other are disjoint in time: their new members and days add up.
    new = sum(fresh for *_, fresh in pairs)
    at_risk = sum(first.contacts * days for first, _, days, _ in pairs)
    days = sum(days for _, _, days, _ in pairs)
    low, high = count_interval(new)
    numbers: dict[str, Any] = {
        "snapshots": [sample.id for sample in (pairs[0][0], *(later for _, later, _, _ in pairs))], "days": days,
        "new": told(new), "new_a_day_low": rounded(low / days), "new_a_day_high": rounded(high / days),
    }  # fmt: skip
    if new < SHOWN_FROM:
        numbers = {name: value for name, value in numbers.items() if not name.startswith("new_a_day")}
    if low / days > claim.number:
        p_value = poisson_at_least(new, claim.number * days)
        return ClaimVerdict("contradicted", rounded_up(p_value), numbers, (_QUERY,), "G1")
    if size is None:
        return untestable(Reason.of("claim-size-unknown"), numbers)
    expected = claim.number / size * at_risk
    numbers |= {"claimed_size": size, "expected_new": rounded(expected)}
    if new >= SHOWN_FROM:
        numbers |= {"growth_low": rounded(low / at_risk * size), "growth_high": rounded(high / at_risk * size)}
    p_few = poisson_at_most(new, expected)
    p_many = poisson_at_least(new, expected)
    if min(p_few, p_many) <= ERROR / 2:
        return ClaimVerdict("contradicted", rounded_up(2 * min(p_few, p_many)), numbers, (_QUERY, _SIZE), "G1")
    return ClaimVerdict("consistent", rounded_up(min(1.0, 2 * min(p_few, p_many))), numbers, (_QUERY, _SIZE))


_QUERY = Reason.of("claim-one-query")
_SIZE = Reason.of("claim-size-as-claimed")


def _snapshots(con: duckdb.DuckDBPyConnection, party: str) -> list[tuple[PlatformSample, PlatformSample, int, int]]:
    """(earlier, later, days, new contacts) of lists that follow one another and share half of the smaller one."""
    rows = [PlatformSample(*row) for row in con.execute(statement("samples"), {"party": party}).fetchall()]
    dated = sorted((s.day, s.id, s) for s in rows if s.day is not None)
    pairs = []
    for (day, _, first), (later, _, second) in pairwise(dated):
        shared = _times_seen(con, [first.no, second.no]).get(2, 0)
        if later > day and shared >= _SAME_QUERY * min(first.contacts, second.contacts):
            pairs.append((first, second, (later - day).days, second.contacts - shared))
    return pairs
