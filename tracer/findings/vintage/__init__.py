"""The vintage fence: in which window did a copy of a client's list leave the client, and which releases are dated then?

For clients with a row history: columns that say when rows were added and deleted, or successive lists. It distinguishes
the releases of one client; it never says whether a recipient kept a copy after its end (methods 2).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, NamedTuple

import duckdb
import networkx as nx
import numpy as np
from scipy.special import bdtrc, betaincinv, logsumexp, xlog1py, xlogy

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Reason, ReleaseRef, Share, Times
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.derivation.ways import acyclic, reachability
from tracer.findings.sightings import Release, chance_overlap, held_identifiers
from tracer.findings.tails import Floats, Ints
from tracer.lists.read.words import is_day_of_row
from tracer.resources import sql_next_to

# The vintage fence: on which day did a copy leave a client whose row history is known?
#
# On day t the client's list held the rows that had been added and not yet deleted. A copy of that day, sub-sampled at a
# rate r, holds each of these with probability r; any other row of the client's with a small probability e (it came
# otherwise, or its date is wrong). So the newest matching rows bound the day from below; k later rows that are all
# missing have likelihood (1-r)^k, and deleted rows that are present e^k: these bound it from above (methods 2). The
# posterior over the days is flat before looking; r is the likeliest one for each day, e is averaged over a grid.
#
# Resellers choose rows, so rows are not independent: where the rate differs from one cohort of rows to the next by more
# than the binomial allows, the log-likelihood is divided by that ratio (quasi-likelihood, Wedderburn 1974). Where it
# differs so much that rows were chosen by time (a lot of consecutive rows of a list that grows at its end), later rows
# are missing whenever the copy was made: then nothing but dates bounds the day from above.

LEVELS = 10
"""Steps between a row that was certainly not there on a day (0) and one that certainly was."""
OTHERWISE = (3e-4, 1e-3, 4e-3, 0.015, 0.05)
"""Shares of the client's other rows that a copy may hold all the same."""
COVER = 0.95
"""Probability of the window."""
BINS, LEAST_IN_BIN = 20, 20
"""Cohorts that are compared to see whether the rate is one and the same, and the least rows of each."""
CHOSEN = 3.0
"""From this ratio the rows were chosen by time."""
_ALIKE = 1e-6
"""Nats up to which two days are as likely as one another: less is rounding."""
_NEVER = 1e-300
"""Probability from which a day is out of the question."""
ONE_DAY = 1.5
"""A stretch up to this is one day: the hour alone is not known."""
BATCH = 3.0
"""Days to a batch of rows, where only two lists tell when they came."""
QUANTILES = 31
MOST_DAYS = 6_000
_BLOCK = 256


@dataclass(frozen=True)
class Cohorts:
    """The client's rows by when they came and went. One element a cohort; days since 1970, with fractions."""

    added: Floats
    """cohorts x 2: not there before the one, there from the other on. NaN: always there."""
    gone: Floats
    """cohorts x 2: still there until the one, gone from the other on. NaN: never gone."""
    rows: Ints
    seen: Ints

    def digest(self) -> str:
        """SHA-256 over all of them."""
        columns = (self.added, self.gone, self.rows, self.seen)
        return hashlib.sha256(b"".join(np.ascontiguousarray(one).tobytes() for one in columns)).hexdigest()

    def alive(self, days: Ints) -> Floats:
        """cohorts x days: probability that such a row was in the list at noon of the day."""
        noon = days[None, :] + 0.5
        came = np.nan_to_num(np.clip((noon - self.added[:, :1]) / np.diff(self.added), 0, 1), nan=1.0)
        went = np.nan_to_num(np.clip((noon - self.gone[:, :1]) / np.diff(self.gone), 0, 1), nan=0.0)
        return np.asarray(came * (1 - went), dtype=np.float64)


def as_cohorts(table: Sequence[Sequence[float | int | None]]) -> Cohorts:
    """Rows of (added after, added by, gone after, gone by, rows, seen), as `sql/cohorts.sql` gives them."""
    values = np.array([[np.nan if x is None else x for x in row] for row in table], dtype=np.float64).reshape(-1, 6)
    counts = values[:, 4:].astype(np.int64)
    return Cohorts(values[:, 0:2], values[:, 2:4], counts[:, 0], counts[:, 1])


class Fence(NamedTuple):
    """When a copy left."""

    days: Ints
    log_likelihood: Floats
    """Log likelihood of each day, in nats over the mean of all days."""
    first: int
    last: int
    best: int
    rate: float
    """Share of the client's rows that the copy took, on the likeliest day."""
    uneven: float
    """How much more the rate differs between cohorts than chance lets it; 1 or more."""

    def nats(self, first: int, last: int) -> float:
        """ln of how much likelier the days from `first` to `last` are, on average, than all days."""
        inside = (self.days >= first) & (self.days <= last)
        if not inside.any():
            return float("-inf")
        return float(logsumexp(self.log_likelihood[inside]) - np.log(int(inside.sum())))


def find_fence(cohorts: Cohorts, first: int, last: int) -> Fence:
    """The posterior over the days `first` to `last`. They are thinned out where they are more than `MOST_DAYS`."""
    days = np.arange(first, last + 1, max(1, -(-(last - first + 1) // MOST_DAYS)), dtype=np.int64)
    value, rate = _likelihood(cohorts, days)
    uneven = _unevenness(cohorts, int(days[np.argmax(value)]))
    chosen = uneven >= CHOSEN
    value = _by_what_is_there(cohorts, days) if chosen else value / uneven
    best = int(np.argmax(value))
    value -= logsumexp(value) - np.log(days.size)
    # The likeliest days that hold `COVER` together, and all that are as likely as the last of these (highest density
    # region): of days that look alike none at either end is cut off.
    chance = np.exp(value) / value.size
    order = np.argsort(-chance, kind="stable")
    enough = min(int(np.searchsorted(np.cumsum(chance[order]), COVER)), order.size - 1)
    likeliest = np.flatnonzero(value >= value[order[enough]] - _ALIKE)
    last_day = int(days[-1] if chosen else days[likeliest[-1]])
    return Fence(days, value, int(days[likeliest[0]]), last_day, int(days[best]), float(rate[best]), uneven)


def _by_what_is_there(cohorts: Cohorts, days: Ints) -> Floats:
    """days: nats of a copy in which somebody chose rows by time. What is missing bounds nothing; a day after which more
    rows came in than may have come otherwise lies before it: the tail of the binomial with the largest such share."""
    after = np.nan_to_num(cohorts.added[:, 0], nan=-np.inf)
    order = np.argsort(after)
    since = np.searchsorted(after[order], days + 1)
    rows, seen = (np.append(np.cumsum(n[order][::-1])[::-1], 0)[since] for n in (cohorts.rows, cohorts.seen))
    tail = np.where(seen > 0, bdtrc(np.maximum(seen - 1, 0), np.maximum(rows, 1), OTHERWISE[-1]), 1.0)
    return np.maximum.accumulate(np.log(np.maximum(tail, _NEVER)))


def _likelihood(cohorts: Cohorts, days: Ints) -> tuple[Floats, Floats]:
    """days: log-likelihood with the likeliest rate, averaged over `OTHERWISE`; and that rate."""
    # days x levels: contacts of the client by how likely they were in its list on the day; of these, in the copy. Rows
    # that came or went at an unknown time between two lists are left out between these.
    wide, noon = LEVELS + 1, days[None, :] + 0.5
    rows: Floats = np.zeros(days.size * wide)
    seen = rows.copy()
    for at in range(0, cohorts.rows.size, _BLOCK):
        block = Cohorts(*(getattr(cohorts, of)[at : at + _BLOCK] for of in ("added", "gone", "rows", "seen")))
        level = np.rint(LEVELS * block.alive(days)).astype(np.int64) + wide * np.arange(days.size)[None, :]
        known = np.ones(level.shape, dtype=np.bool_)
        for ends in (block.added, block.gone):
            known &= ~((np.diff(ends) > ONE_DAY) & (noon > ends[:, :1]) & (noon < ends[:, 1:]))
        rows += np.bincount(level.ravel(), (block.rows[:, None] * known).ravel(), rows.size)
        seen += np.bincount(level.ravel(), (block.seen[:, None] * known).ravel(), seen.size)
    rows, seen, between = rows.reshape(-1, wide), seen.reshape(-1, wide), _between_lists(cohorts, days)
    alive = np.arange(wide) / LEVELS
    there = rows @ alive
    values, rates = [], []
    for share in OTHERWISE:
        taken = np.maximum(seen @ alive - share * there, 0.0)
        rate = (taken + 0.5) / np.maximum((1 - share) * (rows @ alive**2) + 1.0, 1.0)
        rate = np.clip(rate, 1e-6, 1 - 1e-6)
        p = share + (1 - share) * rate[:, None] * alive[None, :]
        value = (xlogy(seen, p) + xlog1py(rows - seen, -p)).sum(axis=1)
        for where, of_them, n, k in between:
            p = share + (1 - share) * rate[where][:, None] * of_them
            value[where] += logsumexp(xlogy(k, p) + xlog1py(n - k, -p), axis=1) - np.log(QUANTILES)
        values.append(value)
        rates.append(rate)
    likeliest = np.argmax(np.array(values), axis=0)
    mean = logsumexp(np.array(values), axis=0) - np.log(len(OTHERWISE))
    return mean, np.array(rates)[likeliest, np.arange(likeliest.size)]


def _between_lists(cohorts: Cohorts, days: Ints) -> list[tuple[Ints, Floats, int, int]]:
    """The rows that came (or went) at an unknown time between two lists: the places of the days between these; days x
    quantiles, which share of the rows was in the list on the day; how many rows they are, and how many were seen. Rows
    come in batches, so it is not the share of the time that has passed: it is spread about this as if the rows had come
    in one lot each `BATCH` days."""
    found = []
    quantiles = (np.arange(QUANTILES) + 0.5) / QUANTILES
    for ends, came in ((cohorts.added, True), (cohorts.gone, False)):
        wide = np.diff(ends)[:, 0] > ONE_DAY
        for low, high in np.unique(ends[wide], axis=0).tolist():
            mine = (ends[:, 0] == low) & (ends[:, 1] == high)
            where = np.flatnonzero((days + 0.5 > low) & (days + 0.5 < high))
            passed = (days[where] + 0.5 - low) / (high - low)
            lots = (high - low) / BATCH
            share = betaincinv(lots * passed[:, None], lots * (1 - passed[:, None]), quantiles[None, :])
            rows, seen = int(cohorts.rows[mine].sum()), int(cohorts.seen[mine].sum())
            found.append((where, share if came else 1 - share, rows, seen))
    return found


def _unevenness(cohorts: Cohorts, day: int) -> float:
    """Chi-squared over its degrees of freedom of the rate between cohorts of rows that were there on the day."""
    there = cohorts.alive(np.array([day], dtype=np.int64))[:, 0] > 1 - 0.5 / LEVELS
    order = np.argsort(np.where(np.isnan(cohorts.added[there, 0]), -np.inf, cohorts.added[there, 0]), kind="stable")
    rows, seen = cohorts.rows[there][order], cohorts.seen[there][order]
    total = int(rows.sum())
    if total < 2 * LEAST_IN_BIN or not 0 < seen.sum() < total:
        return 1.0
    bins = min(BINS, total // LEAST_IN_BIN)
    place = np.minimum(bins * (np.cumsum(rows) - rows) // total, bins - 1)
    n, k = np.bincount(place, rows, bins), np.bincount(place, seen, bins)
    n, k = n[n > 0], k[n > 0]
    p = k.sum() / n.sum()
    if n.size < 2:
        return 1.0
    return max(1.0, float(((k - n * p) ** 2 / (n * p * (1 - p))).sum() / (n.size - 1)))


# A client's row history: when each of its contacts came into its list and when it went.
#
# From the columns of its own list that say so (`created`, `deleted`, `date`), and from its successive lists: what is in
# the second and not in the first was added between the two. Lists of one holder that share half of the smaller one are
# successive; others are lists of different things.

_FIRST_DAY = date(1970, 1, 1)
LAG = 3
"""Days by which a copy may have been made before it was handed over."""
statement = sql_next_to(__file__)


@dataclass(frozen=True)
class OwnList:
    """One own list of a client."""

    id: str
    no: int
    """`dataset.no`."""
    day: int
    """When it came into being, in days since 1970-01-01; where that is not known, when it was obtained."""


@dataclass(frozen=True)
class Lineage:
    """Successive lists of one client, in order of their days."""

    client: str
    lists: tuple[OwnList, ...]


def as_date(day: int) -> date:
    """The day of that number."""
    return _FIRST_DAY + timedelta(days=day)


def lineages(con: duckdb.DuckDBPyConnection) -> list[Lineage]:
    """All clients' own lists, by client; lists without any day are left out."""
    graph: nx.Graph[str] = nx.Graph()
    owner: dict[str, str] = {}
    lists: dict[str, OwnList] = {}
    for client, name, number, day in con.execute(statement("own_lists")).fetchall():
        graph.add_node(name)
        owner[name], lists[name] = client, OwnList(name, number, int(day))
    for a, b in con.execute(statement("succession")).fetchall():
        if a in owner and b in owner and owner[a] == owner[b]:
            graph.add_edge(a, b)
    found = []
    for group in nx.connected_components(graph):
        ordered = sorted((lists[x] for x in group), key=lambda x: (x.day, x.id))
        found.append(Lineage(owner[ordered[0].id], tuple(ordered)))
    return sorted(found, key=lambda line: (line.client, line.lists[0].id))


def read_history(con: duckdb.DuckDBPyConnection, lists: Sequence[OwnList]) -> bool:
    """Leave the TEMP tables `row_history` and `own_contact` of successive lists; whether it separates any two days.

    Controlled identities are left out: they say nothing about the client's customers.
    """
    for text in statement("dated_table").split(";\n"):
        con.execute(text)
    for one in lists:
        for raw, first, columns in con.execute(statement("columns"), {"number": one.no}).fetchall():
            text, places = statement("dated").replace("{raw}", str(raw)), dict[str, int]()
            for column in columns:
                if column["role"] != "date" or is_day_of_row(column["header"], column["how"]):
                    places.setdefault(column["role"], column["position"])
            # A plain day counts where no column says that it is that of adding.
            added = places.get("created", places.get("date"))
            if added is None and "deleted" not in places:
                continue
            for name, position in (("{created}", added), ("{deleted}", places.get("deleted"))):
                text = text.replace(name, "NULL::VARCHAR" if position is None else f"r.c{position}")
            con.execute(text, {"number": one.no, "before": first - 1})
    numbers = [one.no for one in lists]
    con.execute(statement("own_contact"), {"lists": numbers})
    con.execute(
        "CREATE OR REPLACE TEMP TABLE own_contact AS SELECT a AS key, min(b) AS contact FROM own_edge GROUP BY a"
    )
    while any(con.execute(statement("own_contact_step")).fetchone() or ()):
        pass
    con.execute("DROP TABLE own_edge")
    con.execute(statement("history"), {"datasets": numbers, "days": [one.day for one in lists]})
    row = con.execute("SELECT count(added_by) + count(gone_by) FROM row_history").fetchone()
    return row is not None and row[0] > 0


def read_absent(
    con: duckdb.DuckDBPyConnection, client: str, releases: Sequence[Release], lines: Sequence[Lineage]
) -> None:
    """Leave the TEMP table `absent_then` (release, key) for one client's releases; empty without a row history.

    lines: the lineages of all clients.

    Left out are releases of a list that was made before them, which hold that list's rows whatever came later, and
    releases of which the register itself says which rows they lack.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE absent_then (release VARCHAR, key BIGINT)")
    for lineage in lines:
        made = {one.id: one.day for one in lineage.lists}
        days = [(one, (one.date - _FIRST_DAY).days) for one in releases if one.date is not None and one.withheld == 0]
        dated = [(one.id, day) for one, day in days if made.get(one.dataset, -1) > day]
        if lineage.client == client and dated and read_history(con, lineage.lists):
            for release, day in dated:
                con.execute(statement("absent_then"), {"release": release, "day": day, "lag": LAG})
    for name in ("row_history", "own_contact"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")


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


def compute(facts: CaseFacts, run: int) -> None:
    """Read row histories and current derivations; write the `vintage` rows of `run`: one for each dataset and client
    with a row history."""
    con = facts.con
    derivations = con.execute(
        "SELECT parent, child, probability, grade FROM derivation WHERE superseded IS NULL ORDER BY parent, child"
    ).fetchall()
    graph, found = acyclic(derivations), list[tuple[Any, ...]]()
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
        for row, cohorts, probability in asked:
            found += _vintages_of(facts, lineage, row, cohorts, given, probability)
    for name in ("row_history", "own_contact"):
        con.execute(f"DROP TABLE IF EXISTS temp.{name}")
    found.sort(key=lambda row: row[:3])
    put_rows(con, "vintage", run, _COLUMNS, found)


def _vintages_of(
    facts: CaseFacts,
    lineage: Lineage,
    target: Sequence[Any],
    cohorts: Cohorts,
    given: Sequence[tuple[str, str, int, int]],
    probability: float,
) -> list[tuple[Any, ...]]:
    """The row of a dataset (of `targets.sql`); none where too few of the client's rows are there. given: the releases.

    probability: that the dataset's rows were copied from the client's list at all.
    """
    identity, number, _, there, hashed = target
    newest = lineage.lists[-1].day
    # The days that are looked at: from where the history begins to where the dataset is known to be there.
    exact = cohorts.added[np.diff(cohorts.added)[:, 0] <= 1.5, 0]
    first, last = int(exact.min()) if exact.size else lineage.lists[0].day - BEFORE, there
    if last is None:
        latest = facts.con.execute(statement("latest_day")).fetchone()
        last = int(latest[0]) if latest is not None and latest[0] is not None else newest
    matched = int(cohorts.seen.sum())
    if matched < LEAST_ROWS or last <= first:
        return []
    days, lists = [cohorts.digest(), first, last], [number, *(one.no for one in lineage.lists)]
    # As JSON holds it: what an earlier trace found comes back as lists.
    plain = facts.computed_once(
        "vintage/fence",
        days,
        lists,
        lambda: [one.tolist() if isinstance(one, np.ndarray) else one for one in find_fence(cohorts, first, last)],
    )
    fence = Fence(np.array(plain[0], dtype=np.int64), np.array(plain[1], dtype=np.float64), *plain[2:])
    releases = [_fit(*release, newest, there, fence) for release in given]
    # The first day that the history says anything about; of an open window it does not reach far enough to bound it.
    starts = np.concatenate([cohorts.added[:, 0], cohorts.gone[:, 0]])
    known_from = int(min([newest, *starts[~np.isnan(starts)].tolist()]))
    from_day = None if fence.first <= max(first, known_from) else as_date(fence.first)
    to_day = None if there is None and fence.last >= last - 1 else as_date(fence.last)
    # The client's newest list of before the upper end of the window; the oldest where none is older.
    source = max((one for one in lineage.lists if one.day <= fence.last), default=lineage.lists[0], key=lambda x: x.day)
    late = cohorts.added[:, 0] > fence.last, cohorts.gone[:, 1] <= fence.first
    later, later_seen, gone, gone_seen = (int(n[which].sum()) for which in late for n in (cohorts.rows, cohorts.seen))
    whose: dict[str, Number] = {"client": PartyRef(lineage.client), "dataset": DatasetRef(identity)}
    why = [Reason.of("vintage-window", **whose, exported=exported_reason(from_day, to_day))]
    if from_day is not None:
        why.append(Reason.of("vintage-newest", **whose, day=as_date(fence.first + 1)))
    if later:
        rows: dict[str, Number] = {"all": Count(later, across_lists=False), "seen": Count(later_seen)}
        why.append(Reason.of("vintage-later", **whose, **rows, rate=Share(fence.rate), day=as_date(fence.last)))
    if gone:
        rows = {"all": Count(gone, across_lists=False), "seen": Count(gone_seen)}
        why.append(Reason.of("vintage-deleted", **whose, **rows, day=as_date(fence.first)))
    why += [reason for fit, reason in releases if fit["inside"]]
    against, strays = [reason for fit, reason in releases if not fit["inside"]], Count(later_seen + gone_seen)
    if fence.uneven >= CHOSEN:
        against.append(Reason.of("vintage-chosen-by-age", times=Times(fence.uneven)))
    if strays.n >= _STRAY * max(1, matched):
        share = None if strays.few else Share(strays.n / max(1, matched))
        against.append(Reason.of("vintage-of-another-time", n=strays, share=share))
    if hashed:
        against.append(Reason.of("vintage-hashed", dataset=DatasetRef(identity), client=PartyRef(lineage.client)))
    against.append(Reason.of("vintage-would-look-the-same"))
    window = from_day, to_day, as_date(fence.best), round(fence.rate, 4), matched, later, later_seen, gone, gone_seen
    dates, fitting = [fit for fit, _ in releases], [fit["release"] for fit, _ in releases if fit["inside"]]
    found = window, (fitting, json.dumps(dates, ensure_ascii=False), round(probability, 6)), (kept(why), kept(against))
    return [(lineage.client, source.id, identity, *chain(*found))]


def _fit(
    release: str, recipient: str, day: int, made: int, newest: int, there: int | None, fence: Fence
) -> tuple[dict[str, Any], Reason]:
    """How well a release of that day, of a list that was made on the other, fits the window. newest: the day of the
    client's last list; there: the day by which the dataset was there, which no later release explains."""
    # The days on which its rows were those of the client: of the list, where that is older than the release.
    start, end = (made - 1, made) if made <= day else (day - LAG, day)
    whose: dict[str, Number] = {"release": ReleaseRef(release), "recipient": PartyRef(recipient), "day": as_date(day)}
    whose["made"] = None if end >= day else as_date(end)
    if end >= newest:
        # What came after the newest list is not known: its rows look like those of any later day.
        end = max(end, int(fence.days[-1]))
    inside = end >= fence.first and start <= fence.last and (there is None or day <= there)
    reason = Reason("vintage-copy-fits" if inside else "vintage-copy-misfits", whose)
    fit = {"date": str(as_date(day)), "nats": max(-99.0, round(fence.nats(start, end), 2)), "inside": inside}
    return {"release": release, "recipient": recipient, **fit}, reason


def exported_reason(first: date | None, last: date | None) -> Reason:
    """That rows were exported in the days from `first` to `last`, as a part of a sentence; None: an open end."""
    if first is None or last is None or (last - first).days >= 2:
        return Reason.of("vintage-exported", first=first, last=last)
    if first == last:
        return Reason.of("vintage-exported-on", day=first)
    return Reason.of("vintage-exported-on-either", first=first, last=last)
