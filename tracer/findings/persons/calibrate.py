"""From weights to links with a probability that means what it says.

Links are one to one: the best pair first, then the best of those who are left. How often different people reach a
weight is not taken from the model, whose fields are not independent (a family shares surname, street and place), but
counted: a pair within one list is a decoy, for no person is twice in one list. A link at
weight s is wrong in the share in which decoys, scaled to the people of both lists who are still free at s, are among
links and decoys together about s, by isotonic regression (the pool-adjacent-violators algorithm; a larger weight never
makes a link less likely). The idea is the target-decoy search of Elias and Gygi (Nature Methods 4, 2007).

A list with the same person under two spellings has decoys that are none: probabilities are then too low, not too high.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.findings.persons.blocks import CandidatePairs

Floats = NDArray[np.float64]
STEP = 0.25
"""Nats: weights that differ by less are one weight."""
UNSEEN = 1.0
"""Decoys that are reckoned with above all those seen: among equals, so many are expected there."""


@dataclass(frozen=True)
class Tally:
    """Links and decoys by weight, in steps of `STEP` nats, lowest first."""

    lowest: int
    """Steps from 0 to the lower end of the first."""
    links: NDArray[np.int64]
    decoys: NDArray[np.int64]
    worth: Floats

    def step(self, weights: Floats) -> NDArray[np.int64]:
        """The steps of some weights that are among those of the links."""
        return _steps(weights) - self.lowest


@dataclass(frozen=True)
class Links:
    """One-to-one links across the lists, best first; one element a link."""

    pair: NDArray[np.int64]
    """Position in `CandidatePairs`."""
    weight: Floats
    """Nats."""
    probability: Floats
    """That both are one person; never larger for a smaller weight."""
    tally: Tally


def link(pairs: CandidatePairs, weights: Floats) -> Links:
    """Links from pairs and their weights (nats)."""
    chosen = one_to_one(pairs, weights)
    weight = weights[chosen]
    counted = _tally(pairs, weights, chosen)
    wrong = wrong_shares(counted.links.astype(np.float64), counted.worth, unseen(counted))
    return Links(chosen, weight, 1.0 - wrong[counted.step(weight)], counted)


def wrong_shares(links: Floats, worth: Floats, more: float) -> Floats:
    """Probability that a link of a step is wrong, one element a step.

    `links`: links of each step; `worth`: wrong links that its decoys stand for; `more`: wrong links to be reckoned with
    at the very top, above all decoys: what a sample lacks is not impossible.
    """
    wrong = worth.copy()
    wrong[-1:] += more
    both = links + wrong
    seen = np.flatnonzero(both > 0)
    odds = np.ones(both.size)
    if seen.size:
        share = scipy.optimize.isotonic_regression(wrong[seen] / both[seen], weights=both[seen], increasing=False).x
        # From the share of decoys among links and decoys, f / (f + n), to that of wrong links among links, f / n.
        odds[seen] = np.minimum(share / np.maximum(1.0 - share, 1e-12), 1.0)
    return odds


def one_to_one(pairs: CandidatePairs, weights: Floats) -> NDArray[np.int64]:
    """Positions of the links, best first: in rounds, of those left, the pairs that are the best of both people."""
    across = np.flatnonzero(~pairs.within)
    order = across[np.lexsort((pairs.j[across], pairs.i[across], -weights[across]))]
    chosen: list[NDArray[np.int64]] = []
    while order.size:
        # In this order the first pair of a person is the best that is left.
        _, best_i = np.unique(pairs.i[order], return_index=True)
        _, best_j = np.unique(pairs.j[order], return_index=True)
        taken = order[np.intersect1d(best_i, best_j, assume_unique=True)]
        chosen.append(taken)
        gone = np.zeros(pairs.first + pairs.second, np.bool_)
        gone[pairs.i[taken]] = gone[pairs.j[taken]] = True
        order = order[~(gone[pairs.i[order]] | gone[pairs.j[order]])]
    found = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
    return found[np.lexsort((pairs.i[found], -weights[found]))]


def _tally(pairs: CandidatePairs, weights: Floats, chosen: NDArray[np.int64]) -> Tally:
    """Links and decoys by weight. Both ends of a wrong link have no better one, so both of a decoy must have none.

    A pair of one list that is free stands for as many more or fewer pairs across as more or fewer of the other are.
    """
    links, inner = weights[chosen], np.flatnonzero(pairs.within)
    reached = np.full(pairs.first + pairs.second, -np.inf)
    for end in (pairs.i, pairs.j):
        reached[end[chosen]] = links
    inner = inner[np.maximum(reached[pairs.i[inner]], reached[pairs.j[inner]]) <= weights[inner]]
    better = np.searchsorted(-links, -weights[inner], side="left")
    first, second = (np.maximum(people - better, 0) / max(1, people) for people in (pairs.first, pairs.second))
    of_first = pairs.i[inner] < pairs.first
    free = np.where(of_first, second, first) / np.maximum(np.where(of_first, first, second), 1e-9)
    steps, decoys = _steps(links), _steps(weights[inner])
    both = np.concatenate([steps, decoys])
    lowest, size = (int(both.min()), int(both.max() - both.min()) + 1) if both.size else (0, 0)
    return Tally(
        lowest, np.bincount(steps - lowest, minlength=size), np.bincount(decoys - lowest, minlength=size),
        np.bincount(decoys - lowest, pairs.worth[inner] * free, size).astype(np.float64),
    )  # fmt: skip


def _steps(weights: Floats) -> NDArray[np.int64]:
    return np.floor(weights / STEP).astype(np.int64)


def unseen(counted: Tally) -> float:
    """Wrong links to be reckoned with above all decoys."""
    seen = int(counted.decoys.sum())
    return UNSEEN * (float(counted.worth.sum()) / seen if seen and counted.worth.any() else 1.0)
