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
from itertools import pairwise
from typing import Any

import duckdb
import networkx as nx

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.recapture import PoolEstimate, expected_common, p_as_large, several_samples, two_samples
from tracer.findings.claims.statements import with_statements
from tracer.findings.claims.verdict import ERROR, ClaimRow, ClaimVerdict, read_claims, statement, told, untestable
from tracer.findings.intervals import LARGEST, count_interval, first_size, rounded, rounded_up
from tracer.findings.overlap.close import parts_of, read_close
from tracer.findings.tails import poisson_at_least, poisson_at_most
from tracer.policy import SHOWN_FROM

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
