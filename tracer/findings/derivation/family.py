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
from scipy.special import xlog1py, xlogy

from tracer.findings.derivation.counts import Cells, MembershipCounts, cells_of, log_profiles

# Sums over cells by which sets of parents meet them, all sets at once.


def sum_intersecting(masks: NDArray[np.int64], counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets x columns: sums of the lines of `counted` (2^k x columns) whose number has a bit in common with the set."""
    within = sums_within(counted)
    return np.asarray(within[-1] - within[~masks & (counted.shape[0] - 1)])


def by_members(masks: NDArray[np.int64], p: int, counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets x 2^p x columns: sums of the lines by which of the set's members their numbers have; all sets have p.

    The lines whose members are among some are those within these and all that are not members; less those with fewer
    (Moebius inversion). Exact for counts.
    """
    every = counted.shape[0] - 1
    some, left = np.zeros((masks.size, 1), dtype=np.int64), masks.copy()
    for _ in range(p):
        lowest = left & -left
        left ^= lowest
        some = np.concatenate([some, some | lowest[:, None]], axis=1)
    found = np.asarray(sums_within(counted)[(every & ~masks)[:, None] | some], dtype=np.float64)
    for bit in range(p):
        halves = found.reshape(masks.size, 1 << p - bit - 1, 2, 1 << bit, counted.shape[1])
        halves[:, :, 1] -= halves[:, :, 0]
    return found


def sums_within(counted: NDArray[np.float64]) -> NDArray[np.float64]:
    """lines x columns: sums of the lines whose bits are all among the line's, by k additions of halves (the zeta
    transform of Yates 1937) where a sum for each set would take as many as there are cells. Exact for counts."""
    within = counted.copy()
    bit = 1
    while bit < counted.shape[0]:
        halves = within.reshape(-1, 2, bit, counted.shape[1])
        halves[:, 1] += halves[:, 0]
        bit <<= 1
    return within


# The noisy OR: which share of each of several sources a list took, where a contact may have come from any of them.

_STEPS = 40
_HALVINGS = 6
_LOWEST, _HIGHEST = 1e-7, 15.0
_ENOUGH = 1e-6
"""Nats of a step under which a problem is taken as solved."""


def noisy_or(hits: NDArray[np.float64], total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Maximise sum over cells of ln Binomial(hits; total, 1 - exp(-sum of l_A over the cell's parents)) over l >= 0.

    hits, total: problems x (2^p - 1) cells. Newton's method on a concave function, with a line of step halvings; every
    problem by itself, all at once. Returns the maxima (problems) without the binomial coefficients, and the l
    (problems x p).
    """
    cells = hits.shape[1]
    p = (cells + 1).bit_length() - 1
    design = ((np.arange(1, cells + 1)[:, None] >> np.arange(p)[None, :]) & 1).astype(np.float64)
    squares = (design[:, :, None] * design[:, None, :]).reshape(cells, p * p)
    rate = (hits @ design + 0.5) / (total @ design + 1.0)
    level = np.clip(-np.log1p(-np.minimum(rate, 1 - 1e-6)) / max(1.0, p / 2), _LOWEST, _HIGHEST)
    value = _likelihood(level @ design.T, hits, total)
    open_ = np.arange(hits.shape[0])
    for _ in range(_STEPS):
        if open_.size == 0:
            break
        at, missed = level[open_], total[open_] - hits[open_]
        step = _newton(at, hits[open_], missed, design, squares)
        found, better = _along(at, step, value[open_], hits[open_], total[open_], design)
        gain = better - value[open_]
        level[open_], value[open_] = found, better
        open_ = open_[gain >= _ENOUGH]
    return value, level


def _newton(
    level: NDArray[np.float64], hits: NDArray[np.float64], missed: NDArray[np.float64], design: NDArray[np.float64],
    squares: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """problems x p: Newton's step. squares: cells x p², the products of the columns of `design`."""
    p = design.shape[1]
    gone = np.exp(-np.maximum(level @ design.T, _LOWEST))
    kept = 1 - gone
    gradient = (hits * gone / kept - missed) @ design
    hessian = ((hits * gone / kept**2) @ squares).reshape(-1, p, p)
    # At the bound a parameter that would leave is held fixed.
    fixed = ((level <= _LOWEST * 1.01) & (gradient < 0)) | ((level >= _HIGHEST * 0.99) & (gradient > 0))
    gradient = np.where(fixed, 0.0, gradient)
    hessian = np.where(fixed[:, :, None] | fixed[:, None, :], 0.0, hessian)
    trace = np.einsum("nii->n", hessian)[:, None, None]
    hessian += np.eye(p)[None] * (1e-6 * trace + 1e-9 + fixed[:, :, None])
    return np.asarray(np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0])


def _along(
    level: NDArray[np.float64], step: NDArray[np.float64], value: NDArray[np.float64], hits: NDArray[np.float64],
    total: NDArray[np.float64], design: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """The levels after the step, or a part of it that is not worse, and their values."""
    trial = np.clip(level + step, _LOWEST, _HIGHEST)
    better = _likelihood(trial @ design.T, hits, total)
    size = 1.0
    for _ in range(_HALVINGS - 1):
        worse = np.flatnonzero(better < value - 1e-9)
        if worse.size == 0:
            break
        size /= 3
        trial[worse] = np.clip(level[worse] + size * step[worse], _LOWEST, _HIGHEST)
        better[worse] = _likelihood(trial[worse] @ design.T, hits[worse], total[worse])
    keep = better >= value
    return np.where(keep[:, None], trial, level), np.where(keep, better, value)


def _likelihood(eta: NDArray[np.float64], hits: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    eta = np.maximum(eta, _LOWEST)
    value: NDArray[np.float64] = (xlog1py(hits, -np.exp(-eta)) - (total - hits) * eta).sum(axis=1)
    return value


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
