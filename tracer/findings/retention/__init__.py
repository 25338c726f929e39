"""Retention: from whose copy of a client's list did a dataset come that another party holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

import duckdb
import networkx as nx
import numpy as np

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason, Ref, ReleaseRef, Times, Word
from tracer.findings.attribution.nulls import held_by_chance, is_planted
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.deciding import NOTICED
from tracer.findings.derivation import FAINT
from tracer.findings.derivation.ways import LEAST_SHOWN, DerivationStep, acyclic, reachability, steps_into
from tracer.findings.sightings import (
    CanaryChance,
    Dataset,
    MatchedRows,
    RegisteredMarks,
    Release,
    Sightings,
    chance_overlap,
    expected_overlap,
    held_identifiers,
    read_background,
    read_marks,
    read_sightings,
    sources_of,
)
from tracer.findings.statements import headlines
from tracer.findings.tails import Floats, log_sum
from tracer.findings.vintage import SUPPOSED, Lineage, exported_reason, lineages, read_absent
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

# Which copies is a dataset made of? A posterior over sets of origins: the client's own list, and each release; and the
# marks of a client in a dataset, from which it is computed.
#
# An origin o that is in the set contributes each of its marks with probability r_o (a noisy OR over the set, methods
# 1), a mark of no origin in the set appears with its background probability. Marks come in groups with the same
# origins: canaries of a release, home canaries (the client's own list only), rows that a copy never had (every origin
# of that dataset but that copy), and ordinary rows by the set of the client's datasets that hold them. The likelihood
# is averaged over a grid of rates, so that a second origin must earn its keep; copies that are alike share the
# probability.

_OWN = "own:"
"""How the origin that is a list of the client itself begins, before its number; ids of releases hold no colon."""
UNRECORDED = "unrecorded:"
"""The origin that is a copy of which nothing is on record: it has the client's rows, and marks of no recipient."""
_RATES = np.array([0.01, 0.03, 0.07, 0.13, 0.22, 0.35, 0.5, 0.65, 0.78, 0.87, 0.93, 0.97, 0.99, 0.999])
"""Shares of a copy that may have gone into the dataset: about even steps of the logit."""
_FURTHER = 0.1
"""Prior odds of each further origin. More lists that are merged from several copies would raise it."""
_KEPT = 8
"""Origins that are looked at in sets, the best single ones first: what a trace has time for."""
_LARGEST = 3
"""Largest set of origins, for the same reason."""
_MARK = 2e-4
"""Background of a canary at least: 1 in 5,000 that somebody put it there who did not have the copy. Canaries that ring
in lists of strangers more often would raise it."""
_ROW = 1e-3
"""Background of an ordinary row at least, likewise."""
_ROWS = 40
"""Rows that one pattern of ordinary rows counts for at most: resellers choose rows, so they are not independent. The
scatter of shares between patterns of one copy would tell a better bound."""

Pattern: TypeAlias = tuple[frozenset[int], frozenset[str]]
Window: TypeAlias = tuple[date | None, date | None, list[str]]
"""Between which days a client's rows in a dataset left the client (None: nothing bounds it), and the releases then."""
statement = sql_next_to(__file__)


class Group(NamedTuple):
    """Marks that the same origins hold."""

    holders: frozenset[str]
    total: float
    seen: float
    background: float
    """Probability that one is there though no origin brought it."""


@dataclass(frozen=True)
class OriginPosterior:
    """What the marks say about the origins of one dataset."""

    inclusion: Mapping[str, float]
    """Origin -> probability that it is among the sources."""
    evidence: Mapping[str, float]
    """Origin -> its log-likelihood alone, less that of the best other single origin (nats): what its marks say."""
    sets: Mapping[tuple[str, ...], float]
    """Set of origins -> probability that it is just these; they sum to 1."""

    def instead(self, origin: str, others: Collection[str]) -> float:
        """Probability that `origin` is not a source and these are. A set's probability is shared equally by its
        members, so that an origin's inclusion and what replaces it sum to 1."""
        chosen = frozenset(others)
        return sum(p * len(chosen & set(s)) / len(s) for s, p in self.sets.items() if origin not in s)

    def as_well(self, origin: str, others: Collection[str]) -> float:
        """Given that `origin` is a source, probability that one of these is another."""
        chosen = frozenset(others) - {origin}
        with_it = [(s, p) for s, p in self.sets.items() if origin in s]
        total = sum(p for _, p in with_it)
        return 0.0 if total <= 0.0 else min(1.0, sum(p for s, p in with_it if chosen & set(s)) / total)


def posterior(prior: Mapping[str, float], groups: Sequence[Group]) -> OriginPosterior:
    """Probability of each origin to be among the sources, given that there is at least one.

    `prior` gives each origin's prior weight (they are normalised); an origin of weight 0 is left out.
    """
    total = sum(prior.values())
    weights = {origin: weight / total for origin, weight in prior.items() if weight > 0}
    alone = {origin: _likelihood(groups, (origin,)) for origin in sorted(weights)}
    # Marks that are there need an origin: releases whose marks are seen are looked at in sets whatever their rank.
    ranked = sorted(alone, key=lambda origin: (-(alone[origin] + np.log(weights[origin])), origin))
    marked = sorted({next(iter(g.holders)) for g in groups if len(g.holders) == 1 and g.seen > 0} & set(weights))
    kept = sorted({*ranked[:_KEPT], *marked[:_KEPT], *[o for o in ranked if o.startswith(_OWN)][:2]})
    scores: dict[tuple[str, ...], float] = {(o,): alone[o] + float(np.log(weights[o])) for o in alone}
    for size in range(2, min(_LARGEST, len(kept)) + 1):
        for origins in combinations(kept, size):
            chosen = float(sum(np.log(weights[o]) for o in origins)) + (size - 1) * float(np.log(_FURTHER))
            scores[origins] = _likelihood(groups, origins) + chosen
    norm = log_sum(np.array(list(scores.values())))
    sets = {origins: float(np.exp(score - norm)) for origins, score in sorted(scores.items())}
    inclusion = {o: min(1.0, sum(p for origins, p in sets.items() if o in origins)) for o in weights}
    best, *others = sorted(alone.values(), reverse=True)
    second = others[0] if others else best
    evidence = {origin: value - (second if value == best else best) for origin, value in alone.items()}
    return OriginPosterior(inclusion, evidence, sets)


def _likelihood(groups: Sequence[Group], origins: tuple[str, ...]) -> float:
    """Log-likelihood ratio of this set of origins to none at all, averaged over the grid of their rates. Groups of no
    origin in it are the same for every set and left out."""
    missed = dict(zip(origins, _log_share_not_given(len(origins)), strict=True))
    log: Floats = np.zeros(missed[origins[0]].size)
    for holders, total, seen, background in groups:
        if not holders.isdisjoint(origins):
            base = np.log1p(-background)
            none = base + sum((missed[origin] for origin in origins if origin in holders), np.zeros(log.size))
            log += seen * (np.log(-np.expm1(none)) - np.log(background)) + (total - seen) * (none - base)
    return float(log_sum(log) - np.log(log.size))


@cache
def _log_share_not_given(origins: int) -> tuple[Floats, ...]:
    """ln of the share that each origin did not give, on the grid of all rates; every other point where three vary."""
    rates = _RATES if origins < _LARGEST else _RATES[1::2]
    return tuple(np.log1p(-each.ravel()) for each in np.meshgrid(*([rates] * origins), indexing="ij"))


@dataclass(frozen=True)
class CaseMarks:
    """What the stages before have found of all marks."""

    case: CaseFacts
    marks: RegisteredMarks
    seen: Sightings
    backgrounds: Mapping[int, CanaryChance]
    graph: nx.DiGraph[str]
    named: Mapping[tuple[str, str], tuple[str | None, bool]]
    """(dataset, release) -> the grade at which attribution accuses it, and whether it or another is surely there."""
    windows: Mapping[tuple[str, str], Window]
    """By client and dataset."""
    tied: Mapping[tuple[str, str], float]
    """(dataset, dataset), both ways round -> probability that what they have in common is more than chance and a common
    register: that one's rows came to the other, by whatever way."""


@dataclass(frozen=True)
class ClientView:
    """A client, its releases, and how its lists overlap."""

    client: str
    releases: tuple[Release, ...]
    own: frozenset[str]
    totals: Mapping[Pattern, int]
    """Set of released datasets, releases that cannot have held them -> ordinary identifiers of which this is so."""
    seen: Mapping[int, Mapping[Pattern, int]]
    own_origins: frozenset[str]
    """The client's released lists, each as an origin of its own."""


def read_client(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, client: str, lines: Sequence[Lineage]
) -> ClientView:
    """Read one client's releases and overlaps with all other parties' datasets. `lines`: all clients' own lists."""
    releases = tuple(release for release in marks.releases if release.client == client)
    sources = sources_of(releases)
    own = frozenset(item.id for item in marks.datasets.values() if item.holder == client)
    targets = sorted(item.no for item in marks.datasets.values() if item.holder != client)
    seen: dict[int, dict[Pattern, int]] = defaultdict(dict)
    read_absent(con, client, releases, lines)
    with held_identifiers(con, targets, sources):
        counted = con.execute(statement("patterns"), {"sources": sources, "targets": targets}).fetchall()
    con.execute("DROP TABLE temp.absent_then")
    for dataset, held, lacking, keys in counted:
        seen[dataset][frozenset(held), frozenset(lacking)] = keys
    return ClientView(client, releases, own, seen.pop(0, {}), seen, frozenset(f"{_OWN}{no}" for no in sources))


@dataclass(frozen=True)
class ClientMarks:
    """What one client's marks say about one dataset, of the releases that may be its source."""

    known: CaseMarks
    view: ClientView
    dataset: Dataset
    eligible: tuple[Release, ...]

    @cached_property
    def steps(self) -> tuple[DerivationStep, ...]:
        """The derivations into the dataset."""
        return tuple(steps_into(self.known.graph, self.dataset.id))

    @cached_property
    def only_source(self) -> list[tuple[str, int]]:
        """Lists that the dataset was copied from, the client's own left out, with its contacts that are there and in no
        other loaded list."""
        parents = [step.parent for step in self.steps if step.parent not in self.view.own]
        bound, case = {"child": self.dataset.no, "parents": parents}, self.known.case
        asked = ("only_source", self.dataset.no, *parents)
        return case.once(asked, lambda: case.con.execute(statement("only_source"), bound).fetchall()) if parents else []

    @property
    def window(self) -> Window | None:
        """When the client's rows in the dataset left it, where a vintage says so."""
        return self.known.windows.get((self.view.client, self.dataset.id))

    @cached_property
    def canaries(self) -> frozenset[int]:
        """Those that are there, of whatever release."""
        return self.known.seen.canaries(self.dataset.no)

    @cached_property
    def homes(self) -> tuple[int, int]:
        """Canaries that only the client's own lists hold: how many, and how many of them are there."""
        homes = {no for no, clients in self.known.seen.homes.items() if self.view.client in clients}
        return len(homes), len(homes & self.canaries)

    @cached_property
    def _chance(self) -> Mapping[int, float]:
        """Released dataset → its ordinary contacts that chance alone would put into the dataset."""
        found: dict[int, float] = {}
        for release in self.eligible:
            if release.source is not None and release.source not in found:
                expected = expected_overlap(self.known.case, self.dataset.id, release.dataset)
                if expected is None:
                    there = self.view.seen.get(self.dataset.no)
                    expected = chance_overlap(self.known.case, self.dataset.no, release.source) if there else 0.0
                found[release.source] = expected
        return found

    def there(self) -> bool:
        """Whether any of the client's rows are there: a copy's canary, or ordinary rows above chance.

        A derivation alone does not show it: what was copied may have been the giver's other rows.
        """
        no, matched = self.dataset.no, self.known.seen.matched
        return any(release.canaries & self.canaries for release in self.eligible) or any(
            matched.get((no, source), 0) > chance + 3.0 * chance**0.5 for source, chance in self._chance.items()
        )

    @cached_property
    def hashed_source(self) -> Release | None:
        """The release of the list of whose ordinary contacts a list with hashes holds the most."""
        if self.dataset.no not in self.known.seen.unplaced:
            return None
        matched, no = self.known.seen.matched, self.dataset.no
        met = [
            (matched[no, one.source], one.dataset, one.id, one)
            for one in self.eligible
            if one.source is not None and (no, one.source) in matched
        ]
        return max(met)[-1] if met else None

    @cached_property
    def hashed_rows(self) -> tuple[int, int]:
        """Contacts of that list that are there, and how many it has."""
        known, source = self.known.seen, None if self.hashed_source is None else self.hashed_source.source
        return (0, 0) if source is None else (known.matched[self.dataset.no, source], known.ordinary.get(source, 0))

    def reach_by_hashes(self) -> float:
        """Probability that a list of hashes came from the client's: derivations compare none of the two."""
        matched, whole = self.hashed_rows
        if not matched:
            return 0.0
        return _HASHED if matched >= _NEARLY_ALL * min(whole, self.dataset.contacts) else SUPPOSED

    @cached_property
    def planted_releases(self) -> frozenset[str]:
        """Releases whose canaries are there without their ordinary rows; these canaries are left out."""
        known, no, found = self.known.seen, self.dataset.no, set()
        for release in self.eligible:
            seen, source = len(release.canaries & self.canaries), release.source
            if source is not None and seen:
                ordinary = max(0, known.ordinary.get(source, 0) - release.withheld)
                in_blocks = chance_overlap(self.known.case, no, source)
                expected = max(self._chance[source], in_blocks)
                rows = MatchedRows(known.matched.get((no, source), 0), ordinary, expected, in_blocks)
                if is_planted(seen, len(release.canaries), rows):
                    found.add(release.id)
        return frozenset(found)

    def groups(self) -> list[Group]:
        """The marks of the eligible releases and of the client's own lists."""

        def rows(holders: frozenset[str], total: int, there: int, chance: float) -> Group:
            """Ordinary rows, which count for `_ROWS` at most."""
            scale = min(1.0, _ROWS / total) if total > 0 else 1.0
            return Group(holders, total * scale, min(there, total) * scale, chance)

        known, number, found = self.known.seen, self.dataset.no, [Group(self.view.own_origins, *self.homes, _MARK)]
        # Canaries by the releases that hold them.
        ids, members_of = frozenset(release.id for release in self.eligible), defaultdict[frozenset[str], set[int]](set)
        for no in frozenset[int]().union(*(release.canaries for release in self.eligible)):
            members_of[self.known.marks.standing[no] & ids].add(no)
        background = self.known.backgrounds.get(number)
        for holders, members in sorted(members_of.items(), key=lambda item: sorted(item[0])):
            if not holders & self.planted_releases:
                chance = _MARK
                if background is not None:
                    held = [held_by_chance(self.known.marks.canaries[no], background) for no in sorted(members)]
                    chance = min(0.5, max(_MARK, sum(held) / len(held)))
                found.append(Group(holders, len(members), len(members & self.canaries), chance))
        by_chance = {
            source: min(0.5, max(_ROW, expected / max(1, known.ordinary.get(source, 0))))
            for source, expected in self._chance.items()
        }
        # Rows that one copy never had: every other origin of the same dataset holds them.
        for release in self.eligible:
            if release.source is not None and release.withheld > 0:
                others = {item.id for item in self.eligible if item.source == release.source} - {release.id}
                holders = frozenset({*others, f"{_OWN}{release.source}", UNRECORDED})
                there = known.withheld.get((number, release.id), 0)
                found.append(rows(holders, release.withheld, there, by_chance[release.source]))
        # Ordinary rows by the released datasets and the releases that hold them: these tell vintages apart. Where a
        # client's list says when rows came and went, a release holds those that were there on its day.
        seen = self.view.seen.get(number, {})
        for pattern, total in sorted(self.view.totals.items(), key=lambda item: tuple(map(sorted, item[0]))):
            sources, lacking = pattern
            holders = frozenset(release.id for release in self.eligible if release.source in sources) - lacking
            holders |= {*(f"{_OWN}{no}" for no in sources), UNRECORDED}
            most = max((by_chance[no] for no in sources if no in by_chance), default=_ROW)
            # A row counts for the close ones of its lists alone, which may be more rows than these lists alone have.
            found.append(rows(holders, total, min(total, seen.get(pattern, 0)), most))
        return [group for group in found if group.total > 0]


_CLIENT = 0.15
"""Prior share of the client's own list among the origins of a list that has got out. Recorded leaks would change it."""
_UNRECORDED = 0.35
"""Prior share of a recipient who is not on record among the origins of a list that has got out: of the makers' copies
that had left a client's recipients, about one in three had done so by a copy that no document names. A trade that
records its copies better would lower it."""
_WAY = 0.2
"""Probability of a copy that is not on record, from which it is a way round every recipient who is. A recipient who is
said to be on every path, and was not, would lower it."""
_OWN_COPY = 30.0
"""How much likelier a recipient's dataset comes from the recipient's own release than from another's. Vendors that
swap a client's copies among one another would lower it."""
_ACCUSED = 0.9
"""Probability that a dataset holds data of a release that attribution accuses below G3: how often it is right there."""
_HASHED = 0.9
"""Probability that a list of hashes came from a client's list where nearly all of the shorter one is in the other: no
less than where a copy is accused below G3. The rest is for people who are customers of both, or of one register. Hashed
lists of which it became known would change it."""
_NEARLY_ALL = 0.9
"""Share of the shorter list from which this is so; under it even odds are supposed, as of windows (`vintage`)."""
_STRAIGHT = 0.02
"""Share that always stays open for the direct way: a loaded parent may have been one of several ways. How often copies
came by a second way would tell it."""
_CONFIRMED = 1.0 - 1e-6
"""What a person has confirmed, as of derivations."""
_CLIENT_LEAKED = 0.2
"""Bound on a release whose canaries are seen with the client's home canaries: who has these may have the register. A
recorded leak of a copy together with the client's own list would raise it."""


_SHOWN = 20
"""Other sources that are listed one by one."""
LIKELIER = 0.5
"""From this probability a list is said to be a copy of another, a release to be behind it, a link to be part of a
chain: it is likelier than not."""
NAMED = 0.995
"""Probability that a dataset holds data of a release that attribution names at G3: its error, 2 alpha over all
releases, is shared with those compared; another alpha would change it. From it on no unrelated source is shown."""
_TELLING = 3.0
"""Marks that favour a release by this many nats (20 to 1) over every other single origin tell it apart. Wrong vendors
at G2 on recorded cases would raise it."""
_MILLION = 13.8
"""Nats of a million times: beyond it a number says no more to a reader."""


class Retention(NamedTuple):
    """A release behind a dataset, as the contract's `retention` rows have it."""

    vendor: str
    client: str
    release: str
    dataset: str
    seen_in: str
    seen_with: str
    first_seen: date | None
    reading: str
    after_end: bool | None
    """Whether that is proven to be later than the end date."""
    probability: float
    """That the dataset came from the release in the way of the reading."""
    grade: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    """Alternatives with their probabilities, and what else speaks against it."""
    without_judgement: float | None = None
    """Where it rests on what persons have judged: the probability without that."""
    judgement: int | None = None
    """Number of the newest judgement that took part."""


class MarkedDataset(NamedTuple):
    """A dataset that holds a client's rows, with what is known of their origins."""

    marks: ClientMarks
    reach: float
    """That it holds the client's data by copying at all."""
    found: OriginPosterior


def compute(facts: CaseFacts, run: int) -> list[Retention]:
    """Read releases, marks, and current derivations and attributions; write and return the retention rows of `run`, by
    client, dataset, falling probability and release.

    Rows that are hardly possible (`FAINT`) are not written.
    """
    con, marks = facts.con, read_marks(facts.con)
    clients = sorted({release.client for release in marks.releases if release.client is not None})
    if not clients:
        return []
    seen = read_sightings(facts, marks, marks.numbers)
    names = "derivations", "apart", "named", "vintages", "judged"
    derivations, apart, named, windows, decided = (con.execute(statement(name)).fetchall() for name in names)
    derivations = [row for row in derivations if row[0] in marks.datasets and row[1] in marks.datasets]
    # By whom a derivation was judged is said with it.
    judgement = "without_judgement", "no", "judgement", "judged_by", "judged_on", "note"
    steps = [(*row[:5], headlines.judgement_said(dict(zip(judgement, row[4:], strict=True)))) for row in derivations]
    known = CaseMarks(
        facts,
        marks,
        seen,
        read_background(facts, marks, seen),
        acyclic(steps),
        {(dataset, release): (grade, sure) for dataset, release, grade, sure in named},
        {(client, dataset): (first, last, releases) for client, dataset, first, last, releases in windows},
        {pair: 1.0 - p for a, b, p, _ in apart for pair in ((a, b), (b, a))},
    )
    unjudged = None
    if any(row[5] is not None for row in derivations):
        plain = acyclic((a, b, p if without is None else without, grade) for a, b, p, grade, without, *_ in derivations)
        tied = {pair: 1.0 - p for a, b, _, p in apart for pair in ((a, b), (b, a))}
        unjudged = replace(known, graph=plain, tied=tied)
    judged = {(release, dataset): (sure, no) for release, dataset, sure, no in decided}
    lines, found = lineages(con), list[Retention]()
    for client in clients:
        view = read_client(con, marks, client, lines)
        rows = _of_client(known, view)
        if unjudged is not None:
            rows = _with_unjudged(rows, _of_client(unjudged, view), known.graph, derivations)
        for row in rows:
            if (row.release, row.seen_in) not in judged:
                found.append(row)
                continue
            # What persons have decided on the copy and the list themselves. The grade stays that of the data.
            confirmed, no = judged[row.release, row.seen_in]
            without = row.probability if row.without_judgement is None else row.without_judgement
            sure = _CONFIRMED if confirmed else 0.0
            found.append(row._replace(probability=sure, without_judgement=without, judgement=no))
    table = ((*row[:11], kept(row.reasons), kept(row.against), *row[13:]) for row in found)
    put_rows(con, "retention", run, " ".join(Retention._fields), table)
    return found


def _with_unjudged(
    rows: Sequence[Retention],
    otherwise: Sequence[Retention],
    graph: nx.DiGraph[str],
    derivations: Sequence[tuple[Any, ...]],
) -> list[Retention]:
    """The rows, with what they would be without judgements on derivations where these moved probability or grade."""
    without, found = {(row.release, row.seen_in): (row.probability, row.grade) for row in otherwise}, []
    for row in rows:
        # The newest judgement on a step into the dataset, or into one that it was copied from.
        into = {row.seen_in, *(nx.ancestors(graph, row.seen_in) if row.seen_in in graph else ())}
        newest = max((step[5] for step in derivations if step[5] is not None and step[1] in into), default=None)
        probability, grade = without.get((row.release, row.seen_in), (0.0, "G0"))
        moved = newest is not None and (abs(row.probability - probability) >= NOTICED or grade != row.grade)
        found.append(row._replace(without_judgement=probability, judgement=newest) if moved else row)
    return found


def _of_client(known: CaseMarks, view: ClientView) -> list[Retention]:
    datasets = known.marks.datasets
    reached = reachability(known.graph, datasets, view.own)
    order = [*nx.lexicographical_topological_sort(known.graph)]
    order += sorted(datasets.keys() - set(order))
    found: dict[str, MarkedDataset] = {}
    for identity in order:
        dataset = datasets[identity]
        eligible = tuple(release for release in view.releases if not release.later_than(dataset))
        if dataset.holder == view.client or not eligible:
            continue
        tied = max((known.tied.get((identity, own), 0.0) for own in view.own), default=0.0)
        named = [known.named[identity, r.id] for r in eligible if (identity, r.id) in known.named]
        by_marks = max((NAMED if sure else 0.0 if grade is None else _ACCUSED for grade, sure in named), default=0.0)
        marks = ClientMarks(known, view, dataset, eligible)
        reach = max(reached[identity], tied, by_marks, marks.reach_by_hashes())
        if reach >= FAINT and marks.there():
            found[identity] = MarkedDataset(marks, reach, posterior(_prior(marks, found, reached), marks.groups()))
    # Parties on every path from the client to a dataset: the recipient of a copy, and the holder through whose hands
    # went what was copied from a dataset. In `found` parents come before what was copied from them.
    passed: dict[str, frozenset[tuple[str, str]]] = {}
    for identity, item in found.items():
        inclusion = item.found.inclusion
        through = {r.recipient for r in item.marks.eligible if inclusion.get(r.id, 0.0) >= LEAST_SHOWN}
        if inclusion.get(UNRECORDED, 0.0) >= _WAY:
            through.add(UNRECORDED)
        ways = [frozenset({("party", recipient)}) for recipient in through]
        ways += [passed[one.parent] | {("held", one.parent)} for one in item.marks.steps if one.parent in passed]
        if ways:
            passed[identity] = frozenset.intersection(*ways)
    rows = []
    for identity in sorted(found):
        parties = {found[one].marks.dataset.holder if kind == "held" else one for kind, one in passed.get(identity, ())}
        rows += _rows(found[identity], parties)
    return rows


def _prior(marks: ClientMarks, found: Mapping[str, MarkedDataset], reached: Mapping[str, float]) -> dict[str, float]:
    """Prior weight of each origin: from the client's hands directly, and through each loaded dataset."""
    # Straight from a recipient or the client; each recipient counts once.
    holder, own = marks.dataset.holder, sorted(marks.view.own_origins)
    recipients = [release.recipient for release in marks.eligible]
    odds = {recipient: _OWN_COPY if recipient == holder else 1.0 for recipient in sorted(set(recipients))}
    total, recorded, others = sum(odds.values()), 1.0 - _CLIENT - _UNRECORDED, _OWN_COPY if holder in odds else 1.0
    base = {r.id: recorded * odds[r.recipient] / total / recipients.count(r.recipient) for r in marks.eligible}
    base |= {origin: _CLIENT / others / len(own) for origin in own} | {UNRECORDED: _UNRECORDED / others}
    straight, mixed = 1.0, dict.fromkeys(base, 0.0)
    for step in marks.steps:
        if step.parent in marks.view.own:
            straight *= 1.0 - step.probability
        elif step.parent in found:
            weight = step.probability * reached[step.parent]
            inclusion = found[step.parent].found.inclusion
            whole = sum(inclusion.values())
            for origin in inclusion.keys() & mixed.keys():
                mixed[origin] += weight * inclusion[origin] / whole
    # Where no derivation says how the data came, it came from the client's hands through no loaded dataset.
    direct = max(1.0 - straight if any(mixed.values()) or straight < 1.0 else 1.0, _STRAIGHT)
    return {origin: direct * base[origin] + mixed[origin] for origin in base}


def _rows(item: MarkedDataset, passed: set[str]) -> list[Retention]:
    """A row for each release. passed: parties that are on every path from the client to the dataset."""
    marks, rows = item.marks, []
    known, client, dataset = marks.known, marks.view.client, marks.dataset
    dates = [day for day in (dataset.obtained, dataset.created) if day is not None]
    for release in marks.eligible:
        share, canaries = item.found.inclusion.get(release.id, 0.0), len(marks.canaries & release.canaries)
        if marks.homes[1] > 0 and canaries:
            share = min(share, _CLIENT_LEAKED)
        if item.reach * share < FAINT:
            continue
        # Reading and `after_end`, as the contract defines them.
        reading, after = "held", None
        if dataset.holder != release.recipient:
            before = release.ends is not None and any(day <= release.ends for day in dates)
            reading, after = "passed_on", False if before else None
        elif release.ends is not None and dataset.day_seen is not None:
            after = dataset.day_seen > release.ends
            reading = "retained" if after else "held"
        named, _ = known.named.get((dataset.id, release.id), (None, False))
        behind = ReleaseBehind(item, release, share, reading, after, canaries, named, release.recipient in passed)
        identity = release.recipient, client, release.id, release.dataset, dataset.id, dataset.holder, dataset.day_seen
        why, against = tuple(behind.speaks_for()), tuple(behind.speaks_against())
        likely = round(behind.probability, 6)
        rows.append(Retention(*identity, reading, after, likely, behind.grade, why, against))
    return sorted(rows, key=lambda row: (-row.probability, row.release))


@dataclass(frozen=True)
class ReleaseBehind:
    """A release as the source of a dataset: grade, reasons, alternatives."""

    item: MarkedDataset
    release: Release
    share: float
    """That the release is a source, given that it holds the client's data."""
    reading: str
    after_end: bool | None
    canaries: int
    named: str | None
    """The grade at which attribution accuses it."""
    every_path: bool
    """Whether its recipient is on every path from the client to the dataset."""

    @property
    def probability(self) -> float:
        """That the dataset came from the release in the way of the reading."""
        return self.item.reach * self.share

    @property
    def margin(self) -> float:
        """Nats by which the marks favour this release over the best other single origin."""
        return self.item.found.evidence.get(self.release.id, 0.0)

    @property
    def grade(self) -> str:
        """G3 and above only with an attribution of that grade; without marks that tell copies apart, at most G1."""
        if self.named in ("G3", "G4") and self.probability >= LIKELIER:
            return self.named
        if self.item.marks.homes[1] > 0 and self.canaries > 0:
            return "G1"
        if self.probability < LEAST_SHOWN:
            return "G0"
        told_apart = self.margin >= _TELLING or self.every_path
        dated = any(step.grade not in ("G0", "G1") for step in self.item.marks.steps) or self.named is not None
        return "G2" if self.probability >= LIKELIER and told_apart and dated else "G1"

    def speaks_for(self) -> Iterator[Reason]:
        """What speaks for the release."""
        release, listed, view = self.release, self.item.marks.dataset, self.item.marks.view
        dataset, vendor = DatasetRef(listed.id), PartyRef(release.recipient)
        if self.canaries > 0:
            of_client = self.item.marks
            late = of_client.known.marks.any_late(of_client.canaries & release.canaries, listed)
            n = Count(self.canaries, across_lists=late and self.named is None)
            yield Reason.of("retention-canaries", n=n, vendor=vendor, dataset=dataset)
        if self.margin >= _TELLING:
            # What distinguishes this client's copies: planted records, withheld ones, rows that come and go with time.
            there = {
                "planted": any(one.canaries for one in view.releases),
                "withheld": any(one.withheld for one in view.releases),
                "dates": len(view.totals) > 1,
            }
            marks = Word("-".join(kind for kind, is_there in there.items() if is_there) or "rows")
            times = None if self.margin > _MILLION else Times(math.exp(self.margin))
            yield Reason.of("retention-fits-best", marks=marks, vendor=vendor, times=times)
        first, last, releases = self.item.marks.window or (None, None, [])
        if release.id in releases:
            # The records are those of the list's day where it was made before the copy was given.
            made, day = self.item.marks.known.marks.datasets[release.dataset].born, release.date
            others = {one.recipient for one in view.releases if one.id in releases} - {release.recipient}
            given: dict[str, Number] = {"vendor": vendor, "day": day}
            given["made"] = made if made is not None and day is not None and made < day else None
            given["others"] = tuple(map(PartyRef, sorted(others))) or None
            exported = exported_reason(first, last)
            yield Reason.of("retention-exported-fits", dataset=dataset, exported=exported, **given)
        for step in self.item.marks.steps:
            sure, likely = headlines.firmness(step.by_lists).code, step.judged or Probability(step.probability)
            copied = headlines.list_relation("copied", DatasetRef(step.parent), dataset, sure=sure)
            yield Reason.of("retention-step", relation=copied, probability=likely, grade=Ref(step.grade))
        matched, whole = self.item.marks.hashed_rows
        if matched >= SHOWN_FROM and self.item.marks.hashed_source is not None:
            numbers = {"n": Count(matched), "whole": Count(whole, across_lists=False)}
            source = DatasetRef(self.item.marks.hashed_source.dataset)
            yield Reason.of("retention-hashed", **numbers, source=source, dataset=dataset)
        for parent, contacts in self.item.marks.only_source:
            if contacts >= SHOWN_FROM:
                yield Reason.of("retention-only-source", n=Count(contacts), dataset=dataset, parent=DatasetRef(parent))
        if listed.holder == release.recipient:
            yield Reason.of("retention-holds-itself", vendor=vendor, dataset=dataset)
        elif self.every_path:
            yield Reason.of("retention-every-path", client=PartyRef(view.client), dataset=dataset, vendor=vendor)
        seen, ends = listed.day_seen, release.ends
        if self.reading == "retained" and seen is not None and ends is not None:
            days = (seen - ends).days
            yield Reason.of("retention-after-end", vendor=vendor, dataset=dataset, seen=seen, ends=ends, days=days)
        elif self.reading == "passed_on" and self.after_end is False:
            had = listed.obtained is not None and ends is not None and listed.obtained <= ends
            how = {"how": Word("had" if had else "made"), "day": listed.obtained if had else listed.created}
            yield Reason.of(
                "retention-left-before-end", holder=PartyRef(listed.holder), dataset=dataset, ends=ends, **how
            )

    def speaks_against(self) -> Iterator[Reason]:
        """What speaks against the release, the weightiest first, as those who show only some of it take the first.

        What does not fit the copy comes first, then other sources by their probability, then what is not known, and
        last the sources that are hardly possible. Of these there are two, kept apart: a source instead of this copy
        (with the copy's own probability these sum to one), and one in addition to it, which does not clear the copy.
        """
        marks, release, window = self.item.marks, self.release, self.item.marks.window
        dataset, vendor, others = DatasetRef(marks.dataset.id), PartyRef(release.recipient), self._other_sources()
        if marks.homes[1] > 0:
            yield Reason.of("retention-home", client=PartyRef(marks.view.client))
        if release.id in marks.planted_releases:
            yield Reason.of("retention-framing", vendor=vendor)
        if window is not None and release.id not in window[2] and release.date is not None:
            exported, day = exported_reason(*window[:2]), release.date
            yield Reason.of("retention-exported-otherwise", dataset=dataset, exported=exported, vendor=vendor, day=day)
        if self.canaries == 0 and release.canaries:
            yield Reason.of("retention-no-canaries", n=len(release.canaries), vendor=vendor, dataset=dataset)
        yield from (reason for probability, reason in others if probability >= FAINT)
        if self.reading == "passed_on" and not self.every_path:
            yield Reason.of("retention-other-paths", dataset=dataset, vendor=vendor)
        if self.reading == "held" and self.after_end is None:
            unknown = Reason.of("retention-day-unknown", dataset=dataset)
            yield Reason.of("retention-no-end") if release.ends is None else unknown
        if self.reading == "passed_on" and self.after_end is None and release.ends is not None:
            yield Reason.of("retention-later-proves-nothing", vendor=vendor)
        yield from (reason for probability, reason in others if probability < FAINT)

    def _other_sources(self) -> list[tuple[float, Reason]]:
        """The client, every other recipient and other copies of the same one, with their probabilities: instead of this
        copy, the client always among those that are named, and in addition."""
        item, release, view = self.item, self.release, self.item.marks.view
        groups: dict[tuple[str, str], list[str]] = {
            ("client", view.client): [origin for origin in item.found.inclusion if origin.startswith(_OWN)],
            ("unrecorded", view.client): [UNRECORDED],
        }
        for other in view.releases:
            if other.recipient != release.recipient:
                groups.setdefault(("recipient", other.recipient), []).append(other.id)
            elif other.id != release.id:
                groups["release", other.id] = [other.id]

        def alternative(code: str, kind: str, identity: str, probability: float) -> tuple[float, Reason]:
            named: Number = ReleaseRef(identity) if kind == "release" else PartyRef(identity)
            numbers = {"other": None if kind == "unrecorded" else named, "probability": Probability(probability)}
            return probability, Reason.of(code, kind=Word(kind), vendor=PartyRef(release.recipient), **numbers)

        # What the client's home canaries take off the copy, they put on the client.
        moved = {"client": item.found.inclusion.get(release.id, 0.0) - self.share}
        instead = [
            (*of, item.reach * (item.found.instead(release.id, origins) + moved.get(of[0], 0.0)))
            for of, origins in groups.items()
        ]
        instead.sort(key=lambda other: (other[0] != "client", -other[2], other[0], other[1]))
        found = [alternative("retention-instead", *other) for other in instead[:_SHOWN]]
        if len(instead) > _SHOWN:
            n, rest = len(instead) - _SHOWN, sum(probability for *_, probability in instead[_SHOWN:])
            found.append((rest, Reason.of("retention-instead-rest", n=n, probability=Probability(rest))))
        if item.reach < NAMED:
            client, unrelated = PartyRef(view.client), 1.0 - item.reach
            unknown = Reason.of("retention-instead-unrelated", client=client, probability=Probability(unrelated))
            found.append((unrelated, unknown))
        as_well = [(*of, item.found.as_well(release.id, origins)) for of, origins in groups.items()]
        as_well.sort(key=lambda other: (-other[2], other[0], other[1]))
        found += [alternative("retention-as-well", *other) for other in as_well[:_SHOWN] if other[2] >= FAINT]
        return sorted(found, key=lambda other: -other[0])
