"""Which copies is a dataset made of? A posterior over sets of origins: the client's own list, and each release.

An origin o that is in the set contributes each of its marks with probability r_o (a noisy OR over the set, methods 1),
a mark of no origin in the set appears with its background probability. Marks come in groups with the same origins:
canaries of a release, home canaries (the client's own list only), rows that a copy never had (every origin of that
dataset but that copy), and ordinary rows by the set of the client's datasets that hold them. The likelihood is averaged
over a grid of rates, so that a second origin must earn its keep; copies that are alike share the probability.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tracer.findings.tails import log_sum

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
