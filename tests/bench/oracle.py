"""What could be known at best: the simulator's own likelihood, given what the tool has to guess (a benchmark's oracle).

It knows: the parameters by which the market was drawn; the population with everybody's popularity, place and kind;
which numbers are nobody's; each row's person and slips as whole numbers instead of text; the contents of all lists,
those that nobody has obtained and the copies handed to vendors included (so where lists are hidden it sees far more
than a tool can); the parents of documented lists (clients' versions and releases); that a vendor's kept copies come
from its releases alone; that lists are not merged with their own ancestors. It sees only such columns and dates of a
list as are told. It does not know who copied from whom.

Each dataset's parent sets (up to three of the likeliest candidates, and the true one) are scored by `true_rows` and
`true_circumstances`; graphs without circles are climbed from the truth and from the sets' own best, and the likelier
end counts. A tie is settled for the truth, so where explanations are equally likely the oracle is right and the tool
need not be: its figure is an upper bound, up to the approximations that the two modules state (likeliest shares,
coincidences at a fixed price, independent days). Hidden lists are then contracted as in the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tests.bench.true_circumstances import Calendar, calendar, log_dates, log_forms, log_layout, log_order
from tests.bench.true_rows import Given, given, log_own, rows_given, shown
from tracer.simulate.market import Market
from tracer.simulate.truth import find_truth

CANDIDATES, MERGED_AMONG = 7, 5
"""Candidate parents of a dataset, and among how many of them sets of three are tried."""
LEAST_SHARED = 5
"""Rows in common below which a list is no candidate (as in the truth)."""
SWEEPS = 30

Graph = tuple[frozenset[int], ...]
"""Parents of each list."""


def oracle(market: Market) -> set[tuple[str, str]]:
    """The likeliest edges among the loaded lists."""
    lists = market.lists
    tables = _Scored(market).tables()
    position = {entry.id: index for index, entry in enumerate(lists)}
    truth = tuple(frozenset(position[parent] for parent in entry.parents) for entry in lists)
    starts = (truth, _own_best(tables))
    ends = [_climbed(start, tables) for start in starts]
    best = max(ends, key=lambda end: _total(end, tables))  # the first, from the truth, of equal ones
    told = [
        replace(entry, parents=tuple(lists[p].id for p in sorted(parents)))
        for entry, parents in zip(lists, best, strict=True)
    ]
    return set(find_truth(told, market.releases, ()).edges)


class _Scored:
    """A market's lists with their families' log-likelihoods."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.lists = market.lists
        self.shown = [shown(entry) for entry in market.lists]
        self.times: Calendar | None = calendar(market, market.lists)
        self.handed = {release.copy: release.to for release in market.releases}
        self.vendors = set(self.handed.values())
        self.position = {entry.id: index for index, entry in enumerate(market.lists)}

    def tables(self) -> list[dict[frozenset[int], float]]:
        """Each list's parent sets with their log-likelihoods."""
        return [self._families(child) for child in range(len(self.lists))]

    def _families(self, child: int) -> dict[frozenset[int], float]:
        entry = self.lists[child]
        true = frozenset(self.position[parent] for parent in entry.parents)
        if entry.origin == "own" or entry.id in self.handed:
            return {true: 0.0}
        own = log_own(self.shown[child], self.market)
        known = {c: given(self.shown[child], self.shown[c], self.market) for c in self._possible(child)}
        table: dict[frozenset[int], float] = {frozenset(): self._score(child, own, (), known)}
        singles = {c: self._score(child, own, (c,), known) for c in known}
        table |= {frozenset((c,)): value for c, value in singles.items()}
        nearest = sorted(singles, key=lambda c: (-singles[c], c))[:CANDIDATES]
        nearest += sorted(c for c in true if c not in nearest)
        for pair in combinations(nearest, 2):
            table[frozenset(pair)] = self._score(child, own, pair, known)
        among = nearest[:MERGED_AMONG] + [c for c in true if c not in nearest[:MERGED_AMONG]]
        for three in combinations(among, 3):
            table[frozenset(three)] = self._score(child, own, three, known)
        return table

    def _possible(self, child: int) -> list[int]:
        entry, mine = self.lists[child], self.shown[child]
        kept = entry.holder in self.vendors
        true = {self.position[parent] for parent in entry.parents}
        found = []
        for c, other in enumerate(self.lists):
            fits = self.handed.get(other.id) == entry.holder if kept else other.id not in self.handed
            shared = np.intersect1d(mine.number, self.shown[c].number, assume_unique=True).size
            if c != child and ((fits and shared >= LEAST_SHARED) or c in true):
                found.append(c)
        return found

    def _score(self, child: int, own: NDArray[np.float64], parents: tuple[int, ...], known: dict[int, Given]) -> float:
        """ln of the probability of all that is seen of the child, with the prior of its parents."""
        spec, mine = self.market.spec, self.shown[child]
        ordered = tuple(sorted(parents, key=lambda c: (-known[c].has.sum(), c)))
        parts = [known[c] for c in ordered]
        likeliest, origin = rows_given(mine, own, parts, self.market)
        above = [self.shown[c] for c in ordered]
        likeliest += log_order(mine, parts, origin, self.market) + log_forms(mine, above, self.market)
        layout = self.lists[child].layout
        likeliest += log_layout(layout, [self.lists[c].layout for c in ordered], self.market)
        likeliest += log_dates(self.times, child, ordered, kept=self.lists[child].holder in self.vendors)
        share = {0: spec.collectors, 1: spec.copies * (1 - spec.merges)}.get(
            len(parents), spec.copies * spec.merges / 2
        )
        total = spec.collectors + spec.copies + spec.random_true
        return likeliest + float(np.log(share / total)) - len(parents) * float(np.log(len(self.lists)))


def _own_best(tables: Sequence[dict[frozenset[int], float]]) -> Graph:
    """Every list's best parents, those with the clearest say first, as far as circles allow."""
    fallback = [min(table, key=lambda parents: (len(parents), sorted(parents))) for table in tables]
    graph: Graph = tuple(fallback)
    gains = [max(table.values()) - table[start] for table, start in zip(tables, fallback, strict=True)]
    for child in sorted(range(len(tables)), key=lambda c: (-gains[c], c)):
        for parents in sorted(tables[child], key=lambda p: (-tables[child][p], sorted(p))):
            trial = _with(graph, child, parents)
            if _valid(trial):
                graph = trial
                break
    return graph


def _climbed(graph: Graph, tables: Sequence[dict[frozenset[int], float]]) -> Graph:
    """Change one list's parents, or turn an edge and change those of both its ends, as long as that is likelier."""
    for _ in range(SWEEPS):
        before = graph
        for child in range(len(tables)):
            graph = _best_change(graph, child, tables)
        for child, parents in enumerate(graph):
            for parent in sorted(parents):
                if parent in graph[child]:
                    graph = _turned(graph, parent, child, tables)
        if graph == before:
            break
    return graph


def _best_change(graph: Graph, child: int, tables: Sequence[dict[frozenset[int], float]]) -> Graph:
    table, now = tables[child], tables[child][graph[child]]
    for parents in sorted(table, key=lambda p: (-table[p], sorted(p))):
        if table[parents] <= now + 1e-6:
            break
        trial = _with(graph, child, parents)
        if _valid(trial):
            return trial
    return graph


def _turned(graph: Graph, parent: int, child: int, tables: Sequence[dict[frozenset[int], float]]) -> Graph:
    now = tables[parent][graph[parent]] + tables[child][graph[child]]
    above = [(value, p) for p, value in tables[parent].items() if child in p]
    under = [(value, p) for p, value in tables[child].items() if parent not in p]
    pairs = [(x + y, p, c) for x, p in above for y, c in under if x + y > now + 1e-6]
    for _, p, c in sorted(pairs, key=lambda one: (-one[0], sorted(one[1]), sorted(one[2]))):
        trial = _with(_with(graph, child, c), parent, p)
        if _valid(trial):
            return trial
    return graph


def _with(graph: Graph, child: int, parents: frozenset[int]) -> Graph:
    return (*graph[:child], parents, *graph[child + 1 :])


def _valid(graph: Graph) -> bool:
    """Without circles, and no list merged with its own ancestor."""
    above: dict[int, frozenset[int]] = {}
    left = set(range(len(graph)))
    while left:
        ready = [x for x in left if all(p in above for p in graph[x])]
        if not ready:
            return False
        for x in ready:
            above[x] = graph[x].union(*(above[p] for p in graph[x]))
            if any(p in above[q] for p in graph[x] for q in graph[x]):
                return False
        left.difference_update(ready)
    return True


def _total(graph: Graph, tables: Sequence[dict[frozenset[int], float]]) -> float:
    return sum(table[parents] for table, parents in zip(tables, graph, strict=True))
