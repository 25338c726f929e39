"""The vintage fence: in which window did a copy of a client's list leave the client, and which releases are dated then?

For clients with a row history: columns that say when rows were added and deleted, or successive lists. It distinguishes
the releases of one client; it never says whether a recipient kept a copy after its end (methods 2).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Reason, ReleaseRef, Share, Times
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.derivation.ways import acyclic, reachability
from tracer.findings.sightings import chance_overlap, held_identifiers
from tracer.findings.vintage.fence import CHOSEN, Cohorts, Fence, as_cohorts, find_fence
from tracer.findings.vintage.history import LAG, Lineage, as_date, lineages, read_history, statement

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
_STRAY = 0.05
"""Share of rows of another time, from which one day of leaving does not explain the copy."""
_COLUMNS = (
    "client source dataset from_day to_day best rate matched later later_seen gone gone_seen releases dates"
    " probability reasons against"
)


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
    fits: bool


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
    first: date | None
    last: date | None
    """The window; None where the history does not reach far enough to bound it."""
    matched: int
    later: int
    later_seen: int
    gone: int
    gone_seen: int
    releases: tuple[DatedRelease, ...]
    hashed: bool


def compute(facts: CaseFacts, run: int) -> None:
    """Read row histories and current derivations; write the `vintage` rows of `run`: one for each dataset and client
    with a row history."""
    con = facts.con
    derivations = con.execute(
        "SELECT parent, child, probability, grade FROM derivation WHERE superseded IS NULL ORDER BY parent, child"
    ).fetchall()
    graph, found = acyclic(derivations), list[Vintage]()
    for lineage in lineages(con):
        own = [one.id for one in lineage.lists]
        targets = con.execute(statement("targets")).fetchall()
        reached = reachability(graph, [row[0] for row in targets], frozenset(own))
        others = [row for row in targets if row[2] != lineage.client]
        wanted = [row for row in others if reached[row[0]] >= LEAST_REACH and not row[4]]
        released = [no for (no,) in con.execute(statement("released"), {"sources": own}).fetchall()]
        hashed = [row for row in others if row[4]] if released else []
        if not (wanted or hashed) or not read_history(con, lineage.lists):
            continue
        given = con.execute(statement("releases"), {"sources": own}).fetchall()
        # What each dataset holds of the row history; of lists of hashes those that share more with a released list than
        # chance explains.
        tables: dict[int, list[Sequence[float | int | None]]] = defaultdict(list)
        bound = {"datasets": [row[1] for row in wanted], "lists": [one.no for one in lineage.lists]}
        for dataset, *cohort in con.execute(statement("cohorts"), bound).fetchall() if wanted else ():
            tables[dataset].append(cohort)
        asked = [(row, as_cohorts(tables[row[1]]), reached[row[0]]) for row in wanted if row[1] in tables]
        if hashed:
            with held_identifiers(con, [row[1] for row in hashed], released):
                for row in hashed:
                    bound = {"dataset": row[1], "sources": released}
                    cohorts = as_cohorts(con.execute(statement("cohorts_hashed"), bound).fetchall())
                    expected = sum(chance_overlap(facts, row[1], source) for source in released)
                    if cohorts.seen.sum() > expected + 3.0 * max(expected, 1.0) ** 0.5:
                        asked.append((row, cohorts, max(SUPPOSED, reached[row[0]])))
        for (identity, number, _, there, of_hashes), cohorts, probability in asked:
            found += _dated(facts, lineage, (identity, number, there, of_hashes), cohorts, probability, given)
    con.execute("DROP TABLE IF EXISTS temp.row_history")
    found.sort(key=lambda row: (row.client, row.source, row.dataset))
    put_rows(con, "vintage", run, _COLUMNS, map(_row, found))


def _row(one: Vintage) -> tuple[object, ...]:
    dates = []
    for of in one.releases:
        fit = {"date": str(as_date(of.day)), "nats": max(-99.0, round(of.nats, 2)), "inside": of.fits}
        dates.append({"release": of.release, "recipient": of.recipient, **fit})
    window = one.first, one.last, as_date(one.fence.best), round(one.fence.rate, 4)
    rows = one.matched, one.later, one.later_seen, one.gone, one.gone_seen
    fitting = [release.release for release in one.releases if release.fits]
    why = kept(speaks_for(one)), kept(speaks_against(one))
    told = json.dumps(dates, ensure_ascii=False)
    return one.client, one.source, one.dataset, *window, *rows, fitting, told, round(one.probability, 6), *why


def _dated(
    facts: CaseFacts,
    lineage: Lineage,
    target: tuple[str, int, int | None, bool],
    cohorts: Cohorts,
    probability: float,
    given: Sequence[tuple[str, str, int, int]],
) -> list[Vintage]:
    """When the rows of a dataset left; none where too few of them are there."""
    identity, number, there, hashed = target
    newest = lineage.lists[-1].day
    # The days that are looked at: from where the history begins to where the dataset is known to be there.
    exact = cohorts.added[np.diff(cohorts.added)[:, 0] <= 1.5, 0]
    first, last = int(exact.min()) if exact.size else lineage.lists[0].day - BEFORE, there
    if last is None:
        latest = facts.con.execute(statement("latest_day")).fetchone()
        last = int(latest[0]) if latest is not None and latest[0] is not None else newest
    if cohorts.seen.sum() < LEAST_ROWS or last <= first:
        return []
    days, lists = [cohorts.digest(), first, last], [number, *(one.no for one in lineage.lists)]
    fence = Fence.of(facts.kept("vintage/fence", days, lists, lambda: find_fence(cohorts, first, last).plain()))
    releases = []
    for release, recipient, day, made in given:
        start, end = (made - 1, made) if made <= day else (day - LAG, day)
        if end >= newest:
            # What came after the newest list is not known: its rows look like those of any later day.
            end = max(end, int(fence.days[-1]))
        fits = end >= fence.first and start <= fence.last
        releases.append(DatedRelease(release, recipient, day, (start, end), fence.nats(start, end), fits))
    # The first day that the history says anything about.
    starts = np.concatenate([cohorts.added[:, 0], cohorts.gone[:, 0]])
    known_from = int(min([newest, *starts[~np.isnan(starts)].tolist()]))
    source = max((one for one in lineage.lists if one.day <= fence.last), default=lineage.lists[0], key=lambda x: x.day)
    later, gone = cohorts.added[:, 0] > fence.last, cohorts.gone[:, 1] <= fence.first
    from_day = None if fence.first <= max(first, known_from) else as_date(fence.first)
    to_day = None if there is None and fence.last >= last - 1 else as_date(fence.last)
    came, seen, went, left = (int(of[which].sum()) for which in (later, gone) for of in (cohorts.rows, cohorts.seen))
    window, matched, given_then = (fence, probability, from_day, to_day), int(cohorts.seen.sum()), tuple(releases)
    rows = matched, came, seen, went, left
    return [Vintage(lineage.client, source.id, identity, *window, *rows, given_then, hashed)]


def exported_reason(first: date | None, last: date | None) -> Reason:
    """That rows were exported in the days from `first` to `last`, as a part of a sentence; None: an open end."""
    if first is None or last is None or (last - first).days >= 2:
        return Reason.of("vintage-exported", first=first, last=last)
    if first == last:
        return Reason.of("vintage-exported-on", day=first)
    return Reason.of("vintage-exported-on-either", first=first, last=last)


def speaks_for(row: Vintage) -> Iterator[Reason]:
    """What bounds the window, and which releases are dated then."""
    client, dataset, fence = PartyRef(row.client), DatasetRef(row.dataset), row.fence
    lists: dict[str, Number] = {"client": client, "dataset": dataset}
    from_day, to_day = as_date(fence.first), as_date(fence.last)
    yield Reason.of("vintage-window", **lists, exported=exported_reason(row.first, row.last))
    if row.first is not None:
        yield Reason.of("vintage-newest", **lists, day=as_date(fence.first + 1))
    if row.later:
        there: dict[str, Number] = {
            "all": Count(row.later, across_lists=False),
            "seen": Count(row.later_seen),
            "rate": Share(fence.rate),
        }
        yield Reason.of("vintage-later", **lists, **there, day=to_day)
    if row.gone:
        there = {"all": Count(row.gone, across_lists=False), "seen": Count(row.gone_seen)}
        yield Reason.of("vintage-deleted", **lists, **there, day=from_day)
    yield from (_fits(release) for release in row.releases if release.fits)


def speaks_against(row: Vintage) -> Iterator[Reason]:
    """What would make the window wrong, and which releases lie outside it."""
    yield from (_fits(release) for release in row.releases if not release.fits)
    if row.fence.uneven >= CHOSEN:
        yield Reason.of("vintage-chosen-by-age", times=Times(row.fence.uneven))
    strays = Count(row.later_seen + row.gone_seen)
    if strays.n >= _STRAY * max(1, row.matched):
        share = None if strays.few else Share(strays.n / max(1, row.matched))
        yield Reason.of("vintage-of-another-time", n=strays, share=share)
    if row.hashed:
        yield Reason.of("vintage-hashed", dataset=DatasetRef(row.dataset), client=PartyRef(row.client))
    yield Reason.of("vintage-would-look-the-same")


def _fits(release: DatedRelease) -> Reason:
    """Whether a release's day fits the window; `made`: of which day its rows are, where that is earlier."""
    code = "vintage-copy-fits" if release.fits else "vintage-copy-misfits"
    made = None if release.made[1] >= release.day else as_date(release.made[1])
    whose: dict[str, Number] = {"release": ReleaseRef(release.release), "recipient": PartyRef(release.recipient)}
    return Reason(code, {**whose, "day": as_date(release.day), "made": made})
