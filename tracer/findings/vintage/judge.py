"""From a client's row history and the lists that come from it to one row for each list: when did it leave?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.ways import acyclic, reachability
from tracer.findings.sightings import chance_overlap, held_identifiers
from tracer.findings.vintage.fence import Cohorts, Fence, as_cohorts, find_fence
from tracer.findings.vintage.history import Lineage, lineages, read_history, statement

LEAST_REACH = 0.5
"""Probability of a descent from the client's list, from which the day of its leaving is asked."""
SUPPOSED = 0.5
"""Probability of a list of hashes: it takes no part in derivations, so rows above chance show that the lists are
related, and not which came first."""
LEAST_ROWS = 20
"""Rows in common from which a window is given."""
BEFORE = 90
"""Days before the first list that are looked at where no column says when rows came: unknown ones show as an open
end."""
LAG = 3
"""Days by which a copy may have been made before it was handed over."""


@dataclass(frozen=True)
class DatedRelease:
    """How well one release's day fits."""

    release: str
    recipient: str
    day: int
    made: tuple[int, int]
    """The days on which its rows were those of the client: of the list, where that is older than the release."""
    nats: float
    """ln of how much likelier these days are than all that were looked at."""
    inside: bool


@dataclass(frozen=True)
class Vintage:
    """When the client's rows in one dataset left the client."""

    client: str
    source: str
    """The client's newest list of before the upper end of the window; the oldest where none is older."""
    dataset: str
    fence: Fence
    probability: float
    """That the dataset's rows were copied from the client's list at all."""
    open_from: bool
    """The history does not reach back far enough to bound the day from below."""
    open_to: bool
    matched: int
    later: int
    later_seen: int
    gone: int
    gone_seen: int
    releases: tuple[DatedRelease, ...]
    hashed: bool = False


def judge(facts: CaseFacts) -> list[Vintage]:
    """One row for each dataset and client with a row history, ordered by client, source and dataset."""
    con = facts.con
    derivations = con.execute(
        "SELECT parent, child, probability, grade FROM derivation WHERE superseded IS NULL ORDER BY parent, child"
    ).fetchall()
    graph = acyclic(derivations)
    found = []
    for lineage in lineages(con):
        own = [one.id for one in lineage.lists]
        targets = con.execute(statement("targets")).fetchall()
        reached = reachability(graph, [row[0] for row in targets], frozenset(own))
        others = [row for row in targets if row[2] != lineage.client]
        wanted = [row for row in others if reached[row[0]] >= LEAST_REACH and not row[4]]
        released = [no for (no,) in con.execute(statement("released"), {"sources": own}).fetchall()]
        hashed = [row for row in others if row[4]] if released else []
        if (wanted or hashed) and read_history(con, lineage.lists):
            given = con.execute(statement("releases"), {"sources": own}).fetchall()
            cohorts_of = _cohorts(con, [row[1] for row in wanted], lineage.numbers)
            for row in wanted:
                found += _of(facts, lineage, row[:4], (cohorts_of[row[1]], reached[row[0]]), given)
            for row, cohorts in _hashed(facts, hashed, released):
                found += _of(facts, lineage, row[:4], (cohorts, max(SUPPOSED, reached[row[0]])), given, hashed=True)
    con.execute("DROP TABLE IF EXISTS temp.row_history")
    return sorted(found, key=lambda row: (row.client, row.source, row.dataset))


def _cohorts(con: duckdb.DuckDBPyConnection, datasets: Sequence[int], lists: Sequence[int]) -> dict[int, Cohorts]:
    """What each dataset holds of the row history of `lists`."""
    tables: dict[int, list[Sequence[float | int | None]]] = defaultdict(list)
    bound = {"datasets": list(datasets), "lists": list(lists)}
    for dataset, *cohort in con.execute(statement("cohorts"), bound).fetchall() if datasets else ():
        tables[dataset].append(cohort)
    return {dataset: as_cohorts(table) for dataset, table in tables.items()}


def _hashed(
    facts: CaseFacts, targets: Sequence[tuple[str, int, str, int | None, bool]], released: Sequence[int]
) -> list[tuple[tuple[str, int, str, int | None, bool], Cohorts]]:
    """The lists of hashes that share more with a released list than chance explains, with what they hold of it."""
    if not targets:
        return []
    con = facts.con
    found = []
    with held_identifiers(con, [row[1] for row in targets], released):
        for row in targets:
            bound = {"dataset": row[1], "sources": list(released)}
            cohorts = as_cohorts(con.execute(statement("cohorts_hashed"), bound).fetchall())
            expected = sum(chance_overlap(facts, row[1], source) for source in released)
            if cohorts.seen.sum() > expected + 3.0 * max(expected, 1.0) ** 0.5:
                found.append((row, cohorts))
    return found


def _of(
    facts: CaseFacts, lineage: Lineage, target: tuple[str, int, str, int | None],
    held: tuple[Cohorts, float], given: Sequence[tuple[str, str, int, int]], *, hashed: bool = False,
) -> list[Vintage]:  # fmt: skip
    identity, number, _, there = target
    cohorts, probability = held
    first, last = _days(facts.con, lineage, cohorts, there)
    if cohorts.seen.sum() < LEAST_ROWS or last <= first:
        return []
    fence = Fence.of(facts.kept(
        "vintage/fence", [cohorts.digest(), first, last], [number, *lineage.numbers],
        lambda: find_fence(cohorts, first, last).plain(),
    ))  # fmt: skip
    later, gone = cohorts.added[:, 0] > fence.last, cohorts.gone[:, 1] <= fence.first
    source = max((one for one in lineage.lists if one.day <= fence.last), default=lineage.lists[0], key=lambda x: x.day)
    return [Vintage(
        client=lineage.client, source=source.id, dataset=identity, fence=fence, probability=probability, hashed=hashed,
        open_from=fence.first <= max(first, _known_from(lineage, cohorts)),
        open_to=there is None and fence.last >= last - 1,
        matched=int(cohorts.seen.sum()),
        later=int(cohorts.rows[later].sum()), later_seen=int(cohorts.seen[later].sum()),
        gone=int(cohorts.rows[gone].sum()), gone_seen=int(cohorts.seen[gone].sum()),
        releases=tuple(_dated(fence, lineage.lists[-1].day, *row) for row in given),
    )]  # fmt: skip


def _known_from(lineage: Lineage, cohorts: Cohorts) -> int:
    """The first day that the history says anything about."""
    came = cohorts.added[:, 0][~np.isnan(cohorts.added[:, 0])]
    went = cohorts.gone[:, 0][~np.isnan(cohorts.gone[:, 0])]
    return int(min([lineage.lists[-1].day, *came.tolist(), *went.tolist()]))


def _days(con: duckdb.DuckDBPyConnection, lineage: Lineage, cohorts: Cohorts, there: int | None) -> tuple[int, int]:
    """The days that are looked at: from where the history begins to where the dataset is known to be there."""
    exact = cohorts.added[np.diff(cohorts.added)[:, 0] <= 1.5, 0]
    first = int(exact.min()) if exact.size else lineage.lists[0].day - BEFORE
    if there is not None:
        return first, there
    latest = con.execute(statement("latest_day")).fetchone()
    return first, int(latest[0]) if latest is not None and latest[0] is not None else lineage.lists[-1].day


def _dated(fence: Fence, newest: int, release: str, recipient: str, day: int, made: int) -> DatedRelease:
    days = (made - 1, made) if made <= day else (day - LAG, day)
    if days[1] >= newest:
        # What came after the newest list is not known: its rows look like those of any later day.
        days = (days[0], max(days[1], int(fence.days[-1])))
    inside = days[1] >= fence.first and days[0] <= fence.last
    return DatedRelease(release, recipient, day, days, fence.nats(*days), inside)
