"""Which copies is a dataset made of? A posterior over sets of origins: the client's own list, and each release.

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
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

_OWN = "own:"
UNRECORDED = "unrecorded:"
"""The origin that is a copy of which nothing is on record: it has the client's rows, and marks of no recipient."""


def own_list(source: int) -> str:
    """The origin that is the client's own list `source` itself. Releases are named by ids, which hold no colon."""
    return f"{_OWN}{source}"


def is_own(origin: str) -> bool:
    """Whether an origin is a list of the client itself."""
    return origin.startswith(_OWN)


_RATES = np.array([0.01, 0.03, 0.07, 0.13, 0.22, 0.35, 0.5, 0.65, 0.78, 0.87, 0.93, 0.97, 0.99, 0.999])
"""Shares of a copy that may have gone into the dataset."""
_ROWS = 40
"""Rows that one pattern of ordinary rows counts for at most: resellers choose rows, so they are not independent."""
_FURTHER = 0.1
"""Prior odds of each further origin."""
_KEPT = 8
"""Origins that are looked at in sets, the best single ones first."""
_LARGEST = 3
"""Largest set of origins."""


@dataclass(frozen=True)
class Group:
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
    table = _Table(groups)
    total = sum(prior.values())
    weights = {origin: weight / total for origin, weight in prior.items() if weight > 0}
    alone = {origin: table.likelihood((origin,)) for origin in sorted(weights)}
    # Marks that are there need an origin: releases whose marks are seen are looked at in sets whatever their rank.
    ranked = sorted(alone, key=lambda origin: (-(alone[origin] + np.log(weights[origin])), origin))
    marked = sorted({next(iter(g.holders)) for g in groups if len(g.holders) == 1 and g.seen > 0} & set(weights))
    kept = sorted({*ranked[:_KEPT], *marked[:_KEPT], *[o for o in ranked if is_own(o)][:2]})
    scores: dict[tuple[str, ...], float] = {(o,): alone[o] + float(np.log(weights[o])) for o in alone}
    for size in range(2, min(_LARGEST, len(kept)) + 1):
        for origins in combinations(kept, size):
            chosen = float(sum(np.log(weights[o]) for o in origins)) + (size - 1) * float(np.log(_FURTHER))
            scores[origins] = table.likelihood(origins) + chosen
    norm = logsumexp(list(scores.values()))
    sets = {origins: float(np.exp(score - norm)) for origins, score in sorted(scores.items())}
    inclusion = dict.fromkeys(weights, 0.0)
    for origins, probability in sets.items():
        for origin in origins:
            inclusion[origin] += probability
    return OriginPosterior({o: min(1.0, p) for o, p in inclusion.items()}, _margins(alone), sets)


def _margins(alone: Mapping[str, float]) -> dict[str, float]:
    if len(alone) == 1:
        return dict.fromkeys(alone, 0.0)
    first, second = sorted(alone.values(), reverse=True)[:2]
    return {origin: value - (second if value == first else first) for origin, value in alone.items()}


class _Table:
    """The groups, found by their origins; those of no origin in a set are the same for every set and left out."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.of: dict[str, list[int]] = defaultdict(list)
        for i, group in enumerate(groups):
            for origin in group.holders:
                self.of[origin].append(i)

    def likelihood(self, origins: tuple[str, ...]) -> float:
        """Log-likelihood ratio of this set of origins to none at all, averaged over the grid of their rates."""
        grid = np.meshgrid(*([_rates(len(origins))] * len(origins)), indexing="ij")
        missed = {origin: np.log1p(-rates.ravel()) for origin, rates in zip(origins, grid, strict=True)}
        log: npt.NDArray[np.float64] = np.zeros(grid[0].size)
        for i in sorted({i for origin in origins for i in self.of.get(origin, [])}):
            group = self.groups[i]
            base = np.log1p(-group.background)
            none = base + sum((missed[origin] for origin in origins if origin in group.holders), np.zeros(log.size))
            unseen = group.total - group.seen
            log += group.seen * (np.log(-np.expm1(none)) - np.log(group.background)) + unseen * (none - base)
        return float(logsumexp(log) - np.log(log.size))


def _rates(origins: int) -> npt.NDArray[np.float64]:
    """The grid of one origin's rate; every other point where three rates vary together."""
    return _RATES if origins < _LARGEST else _RATES[1::2]


def rows_group(holders: frozenset[str], total: int, seen: int, background: float) -> Group:
    """Ordinary rows, which count for `_ROWS` at most."""
    scale = min(1.0, _ROWS / total) if total > 0 else 1.0
    return Group(holders, total * scale, min(seen, total) * scale, background)
