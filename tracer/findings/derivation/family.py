"""The score of a dataset's rows given a set of parents: a noisy OR over the parents, own rows by popularity and place.

For a dataset B with parents S, a contact that the parents c of S hold is in B with probability
1 - prod over c of (1 - r_A), each r_A estimated; B's other rows were collected by B itself: O of them, each drawn from
a pool of U contacts by popularity, with a profile of places of B's own (Dirichlet-multinomial). The log-likelihoods of
all datasets add up to that of the case, because memberships factorise over an acyclic graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from tracer.findings.derivation.counts import Cells, MembershipCounts, cells_of, log_profiles
from tracer.findings.derivation.noisy_or import noisy_or
from tracer.findings.derivation.subsets import by_members, sum_intersecting, sums_within

MOST_PARENTS = 4
"""Merges of more lists are rare, and each further parent doubles the cells."""
MERGED_AMONG = 8
"""The largest parent sets are looked for among so many nearest candidates alone."""
SAME_PROFILE = 0.2
"""Share of lists whose own rows have the profile of those that they copied."""


@dataclass(frozen=True)
class Families:
    """All parent sets of one dataset with their scores."""

    candidates: tuple[int, ...]
    masks: NDArray[np.int64]
    """sets: bits of candidates."""
    score: NDArray[np.float64]
    """sets: log-likelihood relative to no parents, in nats, without priors."""


def score_families(
    counts: MembershipCounts, gain: NDArray[np.float64], datasets: Sequence[int]
) -> list[Families]:  # fmt: skip
    """Score every set of up to `MOST_PARENTS` candidates of each of these datasets; gain: `selection.selection_gain`.

    What takes time is the noisy OR; it is asked for the sets of all datasets at once.
    """
    found = [(dataset, cells := cells_of(counts, dataset), _masks(len(cells.candidates))) for dataset in datasets]
    copied = _copied([(cells, masks) for _, cells, masks in found])
    return [
        _scored(counts, gain, dataset, cells, masks, of_dataset)
        for (dataset, cells, masks), of_dataset in zip(found, copied, strict=True)
    ]


@cache
def _masks(k: int) -> NDArray[np.int64]:
    """The sets of k candidates that are scored, as bits."""
    sets = [bits for p in range(min(k, MOST_PARENTS) + 1) for bits in combinations(range(k), p)]
    masks = [sum(1 << bit for bit in bits) for bits in sets if len(bits) < MOST_PARENTS or max(bits) < MERGED_AMONG]
    return np.array(masks, dtype=np.int64)


def _scored(
    counts: MembershipCounts, gain: NDArray[np.float64], dataset: int, cells: Cells,
    mask: NDArray[np.int64], copied: NDArray[np.float64],
) -> Families:  # fmt: skip
    own = cells.own / cells.unit
    inside = own.sum(axis=1)
    copied_places = sum_intersecting(mask, own)
    own_places = own.sum(axis=0) - copied_places
    n = float(inside.sum())
    outside = own_places.sum(axis=1)
    collected = xlogy(outside, outside) - outside - (n * np.log(max(n, 1.0)) - n)
    profile = _own_profile(own_places, copied_places, counts)
    rarity = sum_intersecting(mask, (inside * counts.log_pool - cells.log_popular)[:, None])[:, 0]
    score = collected + profile - profile[0] + rarity + copied
    by_place = np.array([gain[c, dataset] for c in cells.candidates])
    score += _chosen(mask, inside, by_place)
    return Families(cells.candidates, mask, score)


def _own_profile(
    own: NDArray[np.float64], covered: NDArray[np.float64], counts: MembershipCounts
) -> NDArray[np.float64]:
    """sets: places of the own rows, under a profile of their own or (a later version, a sibling) that of the copied."""
    fresh = log_profiles(own, counts.place_share, counts.concentration)
    alike = log_profiles(own, counts.place_share, counts.concentration, seen=covered)
    profile: NDArray[np.float64] = np.logaddexp(fresh + np.log1p(-SAME_PROFILE), alike + np.log(SAME_PROFILE))
    return profile


def _chosen(mask: NDArray[np.int64], inside: NDArray[np.float64], gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets: each parent's gain by a choice that is not random, for the share of its rows that it alone explains."""
    total = np.zeros(mask.size)
    if not gain.any():
        return total
    within = sums_within(inside[:, None])[:, 0]
    every = inside.size - 1
    for bit in np.flatnonzero(gain).tolist():
        holds = within[every] - within[every & ~(1 << bit)]
        if holds > 0:
            has = (mask >> bit) & 1 == 1
            alone = within[every & ~mask[has] | 1 << bit] - within[every & ~mask[has]]
            total[has] += gain[bit] * alone / holds
    return total


def _copied(asked: Sequence[tuple[Cells, NDArray[np.int64]]]) -> list[NDArray[np.float64]]:
    """For each dataset, sets: the maximal log-likelihood of the copied rows under the noisy OR."""
    result = [np.zeros(masks.size) for _, masks in asked]
    for p in range(1, MOST_PARENTS + 1) if asked else ():
        which = [np.flatnonzero(np.bitwise_count(masks) == p) for _, masks in asked]
        counted = np.concatenate([
            by_members(masks[of_size], p, np.column_stack([cells.size, cells.own.sum(axis=1)])) / cells.unit
            for (cells, masks), of_size in zip(asked, which, strict=True)
        ])[:, 1:]  # fmt: skip
        total, hits = counted[:, :, 0], np.ascontiguousarray(counted[:, :, 1])
        found = noisy_or(hits, np.maximum(total, hits))[0]
        ends = np.cumsum([of_size.size for of_size in which])
        for of_dataset, of_size, part in zip(result, which, np.split(found, ends[:-1]), strict=True):
            of_dataset[of_size] = part
    return result
