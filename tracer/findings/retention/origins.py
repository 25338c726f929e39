"""Which copies is a dataset made of? A posterior over sets of origins: the client's own list, and each release; and the
marks of a client in a dataset, from which it is computed.

An origin o that is in the set contributes each of its marks with probability r_o (a noisy OR over the set, methods 1),
a mark of no origin in the set appears with its background probability. Marks come in groups with the same origins:
canaries of a release, home canaries (the client's own list only), rows that a copy never had (every origin of that
dataset but that copy), and ordinary rows by the set of the client's datasets that hold them. The likelihood is averaged
over a grid of rates, so that a second origin must earn its keep; copies that are alike share the probability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import combinations
from typing import NamedTuple, TypeAlias

import duckdb
import networkx as nx
import numpy as np
import numpy.typing as npt

from tracer.findings.attribution.nulls import MatchedRows, held_by_chance, is_planted
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.ways import DerivationStep, steps_into
from tracer.findings.sightings import (
    CanaryChance,
    Dataset,
    RegisteredMarks,
    Release,
    Sightings,
    chance_overlap,
    held_identifiers,
)
from tracer.findings.tails import log_sum
from tracer.findings.vintage.history import Lineage, read_absent
from tracer.resources import statements_beside

_OWN = "own:"
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
statement = statements_beside(__file__)


def own_list(source: int) -> str:
    """The origin that is the client's own list `source` itself. Releases are named by ids, which hold no colon."""
    return f"{_OWN}{source}"


def is_own(origin: str) -> bool:
    """Whether an origin is a list of the client itself."""
    return origin.startswith(_OWN)


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
    kept = sorted({*ranked[:_KEPT], *marked[:_KEPT], *[o for o in ranked if is_own(o)][:2]})
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
    missed = dict(zip(origins, _missed(len(origins)), strict=True))
    log: npt.NDArray[np.float64] = np.zeros(missed[origins[0]].size)
    for holders, total, seen, background in groups:
        if not holders.isdisjoint(origins):
            base = np.log1p(-background)
            none = base + sum((missed[origin] for origin in origins if origin in holders), np.zeros(log.size))
            log += seen * (np.log(-np.expm1(none)) - np.log(background)) + (total - seen) * (none - base)
    return float(log_sum(log) - np.log(log.size))


@cache
def _missed(origins: int) -> tuple[npt.NDArray[np.float64], ...]:
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
    overlaps: Mapping[tuple[str, str], float]
    """(dataset, dataset) -> expected overlap, both ways round."""
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
    sources = sorted({release.source for release in releases if release.source is not None})
    own = frozenset(item.id for item in marks.datasets.values() if item.holder == client)
    targets = sorted(item.no for item in marks.datasets.values() if item.holder != client)
    seen: dict[int, dict[Pattern, int]] = defaultdict(dict)
    read_absent(con, client, releases, lines)
    with held_identifiers(con, targets, sources):
        counted = con.execute(statement("patterns"), {"sources": sources, "targets": targets}).fetchall()
    con.execute("DROP TABLE temp.absent_then")
    for dataset, held, lacking, keys in counted:
        seen[dataset][frozenset(held), frozenset(lacking)] = keys
    return ClientView(client, releases, own, seen.pop(0, {}), seen, frozenset(map(own_list, sources)))


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
        names, found = {item.no: item.id for item in self.known.marks.datasets.values()}, {}
        for source in sorted({release.source for release in self.eligible if release.source is not None}):
            expected = self.known.overlaps.get((self.dataset.id, names[source]))
            if expected is None:
                there = self.view.seen.get(self.dataset.no)
                expected = chance_overlap(self.known.case, self.dataset.no, source) if there else 0.0
            found[source] = expected
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
    def planted(self) -> frozenset[str]:
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
        known, number, found = self.known.seen, self.dataset.no, [Group(self.view.own_origins, *self.homes, _MARK)]
        # Canaries by the releases that hold them.
        ids, members_of = frozenset(release.id for release in self.eligible), defaultdict[frozenset[str], set[int]](set)
        for no in frozenset[int]().union(*(release.canaries for release in self.eligible)):
            members_of[self.known.marks.standing[no] & ids].add(no)
        background = self.known.backgrounds.get(number)
        for holders, members in sorted(members_of.items(), key=lambda item: sorted(item[0])):
            if not holders & self.planted:
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
                holders = frozenset({*others, own_list(release.source), UNRECORDED})
                there = known.withheld.get((number, release.id), 0)
                found.append(_rows_group(holders, release.withheld, there, by_chance[release.source]))
        # Ordinary rows by the released datasets and the releases that hold them: these tell vintages apart. Where a
        # client's list says when rows came and went, a release holds those that were there on its day.
        seen = self.view.seen.get(number, {})
        for pattern, total in sorted(self.view.totals.items(), key=lambda item: tuple(map(sorted, item[0]))):
            sources, lacking = pattern
            holders = frozenset(release.id for release in self.eligible if release.source in sources) - lacking
            holders |= {*(own_list(no) for no in sources), UNRECORDED}
            most = max((by_chance[no] for no in sources if no in by_chance), default=_ROW)
            # A row counts for the close ones of its lists alone, which may be more rows than these lists alone have.
            found.append(_rows_group(holders, total, min(total, seen.get(pattern, 0)), most))
        return [group for group in found if group.total > 0]


def _rows_group(holders: frozenset[str], total: int, seen: int, background: float) -> Group:
    """Ordinary rows, which count for `_ROWS` at most."""
    scale = min(1.0, _ROWS / total) if total > 0 else 1.0
    return Group(holders, total * scale, min(seen, total) * scale, background)
