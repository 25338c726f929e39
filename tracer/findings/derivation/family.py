"""The score of a dataset's rows given a set of parents: a noisy OR over the parents, own rows by popularity and place.

For a dataset B with parents S, a contact that the parents c of S hold is in B with probability
1 - prod over c of (1 - r_A), each r_A estimated; B's other rows were collected by B itself: O of them, each drawn from
a pool of U contacts by popularity, with a profile of places of B's own (Dirichlet-multinomial). The log-likelihoods of
all datasets add up to that of the case, because memberships factorise over an acyclic graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py, xlogy

from tracer.findings.derivation.content import Content
from tracer.findings.derivation.counts import Cells, Counts, log_profiles
from tracer.findings.derivation.subsets import met

MOST_PARENTS = 4
"""Merges of more lists are rare, and each further parent doubles the cells."""
MERGED_AMONG = 8
"""The largest parent sets are looked for among so many nearest candidates alone."""
NO_OWN_ROWS, TAKEN_WHOLE, HARDLY = 0.45, 0.15, 0.01
"""Shares of copies without rows of their own, and of parents that were taken whole; up to a hundredth is none."""
SAME_PROFILE = 0.2
"""Share of lists whose own rows have the profile of those that they copied."""
LOT_SHARE = 0.8
"""What a lot counts for, of its nats: where a third list has the same rows, it may tell what the order told already."""
_STEPS = 40
_LOWEST, _HIGHEST = 1e-7, 15.0


@dataclass(frozen=True)
class Families:
    """All parent sets of one dataset with their scores."""

    candidates: tuple[int, ...]
    masks: NDArray[np.int64]
    """sets: bits of candidates."""
    score: NDArray[np.float64]
    """sets: log-likelihood relative to no parents, in nats, without priors."""
    prior: NDArray[np.float64]
    """sets: log-probability of what such copies are like: most have no rows of their own, few take a parent whole."""
    covered: NDArray[np.float64]
    """sets: rows of the dataset that the parents hold."""
    cells: NDArray[np.float64]
    """sets: log-likelihood of the cells (`content`); 0 where they were not compared."""
    order: NDArray[np.float64]
    """sets: log-likelihood ratio of the order of the rows, lots included; without `model.ORDER_TEMPER`."""


def score_families(
    counts: Counts, cells: Cells, content: Content, dataset: int, gain: NDArray[np.float64]
) -> Families:  # fmt: skip
    """Score every set of up to `MOST_PARENTS` candidates; `gain` is that of `selection.selection_gain`."""
    k = len(cells.candidates)
    sets = [bits for p in range(min(k, MOST_PARENTS) + 1) for bits in combinations(range(k), p)]
    masks = [sum(1 << bit for bit in bits) for bits in sets if len(bits) < MOST_PARENTS or max(bits) < MERGED_AMONG]
    mask = np.array(masks, dtype=np.int64)
    cell = np.arange(1 << k)
    inside = cells.own.sum(axis=1)
    covered_cells = (mask[:, None] & cell[None, :]) > 0
    copied_places = met(mask, cells.own)
    own_places = cells.own.sum(axis=0) - copied_places
    n = float(inside.sum())
    outside = own_places.sum(axis=1)
    collected = xlogy(outside, outside) - outside - (n * np.log(max(n, 1.0)) - n)
    profile = _own_profile(own_places, copied_places, counts)
    rarity = covered_cells @ (inside * counts.log_pool - cells.log_popular)
    score = collected + profile - profile[0] + rarity + _copied(mask, cells.size, inside)
    by_place = np.array([gain[c, dataset] for c in cells.candidates])
    # Some places only and one lot only are the same rows told twice.
    in_lots = np.array([max(0.0, content.lots[c, dataset] - gain[c, dataset]) for c in cells.candidates])
    score += _chosen(mask, inside, by_place)
    habit = _habit(mask, cells, outside / max(n, 1.0))
    paid, order = content.cells_and_order(counts, dataset, cells.candidates, mask)
    order = order + LOT_SHARE * _chosen(mask, inside, in_lots)
    return Families(cells.candidates, mask, score, habit, n - outside, -paid, order)


def _habit(mask: NDArray[np.int64], cells: Cells, outside: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets: see `Families.prior`. Without it a sub-list and its super-list could not be told apart at all."""
    none = outside <= HARDLY
    prior: NDArray[np.float64] = np.log(np.where(none, NO_OWN_ROWS, 1 - NO_OWN_ROWS))
    prior[mask == 0] = 0.0
    cell, inside = np.arange(cells.size.size), cells.own.sum(axis=1)
    for bit in range(len(cells.candidates)):
        holds = (cell >> bit) & 1 == 1
        whole = inside[holds].sum() >= (1 - 3 * HARDLY) * cells.size[holds].sum()
        prior[(mask >> bit) & 1 == 1] += np.log(TAKEN_WHOLE) if whole else np.log1p(-TAKEN_WHOLE)
    return prior


def _own_profile(own: NDArray[np.float64], covered: NDArray[np.float64], counts: Counts) -> NDArray[np.float64]:
    """sets: places of the own rows, under a profile of their own or (a later version, a sibling) that of the copied."""
    fresh = log_profiles(own, counts.place_share, counts.concentration)
    alike = log_profiles(own, counts.place_share, counts.concentration, seen=covered)
    profile: NDArray[np.float64] = np.logaddexp(fresh + np.log1p(-SAME_PROFILE), alike + np.log(SAME_PROFILE))
    return profile


def _chosen(mask: NDArray[np.int64], inside: NDArray[np.float64], gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets: each parent's gain by a choice that is not random, for the share of its rows that it alone explains."""
    cell = np.arange(inside.size)
    total = np.zeros(mask.size)
    for bit in range(gain.size):
        with_bit = (mask >> bit) & 1 == 1
        holds = inside * ((cell >> bit) & 1)
        if holds.sum() > 0 and gain[bit] != 0:
            others = mask[with_bit] & ~(1 << bit)
            alone = ((others[:, None] & cell[None, :]) == 0).astype(np.float64) @ holds
            total[with_bit] += gain[bit] * alone / holds.sum()
    return total


def _copied(mask: NDArray[np.int64], size: NDArray[np.float64], inside: NDArray[np.float64]) -> NDArray[np.float64]:
    """sets: the maximal log-likelihood of the copied rows under the noisy OR."""
    result = np.zeros(mask.size)
    cell = np.arange(size.size)
    parents = np.array([int(m).bit_count() for m in mask.tolist()])
    for p in range(1, int(parents.max(initial=0)) + 1):
        which = np.flatnonzero(parents == p)
        coarse = np.zeros((which.size, size.size), dtype=np.int64)
        for line, m in enumerate(mask[which].tolist()):
            bits = [bit for bit in range(size.size.bit_length() - 1) if m >> bit & 1]
            for place, bit in enumerate(bits):
                coarse[line] |= ((cell >> bit) & 1) << place
        flat = (np.arange(which.size)[:, None] * (1 << p) + coarse).ravel()
        total = 1.0 * np.bincount(flat, np.tile(size, which.size), which.size << p).reshape(-1, 1 << p)[:, 1:]
        hits = 1.0 * np.bincount(flat, np.tile(inside, which.size), which.size << p).reshape(-1, 1 << p)[:, 1:]
        result[which] = noisy_or(np.asarray(hits, np.float64), np.asarray(np.maximum(total, hits), np.float64))[0]
    return result


def noisy_or(hits: NDArray[np.float64], total: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Maximise sum over cells of ln Binomial(hits; total, 1 - exp(-sum of l_A over the cell's parents)) over l >= 0.

    hits, total: problems x (2^p - 1) cells. Newton's method on a concave function, with a line of step halvings.
    Returns the maxima (problems) without the binomial coefficients, and the l (problems x p).
    """
    cells = hits.shape[1]
    p = (cells + 1).bit_length() - 1
    design = ((np.arange(1, cells + 1)[:, None] >> np.arange(p)[None, :]) & 1).astype(np.float64)
    rate = (hits @ design + 0.5) / (total @ design + 1.0)
    level = np.clip(-np.log1p(-np.minimum(rate, 1 - 1e-6)) / max(1.0, p / 2), _LOWEST, _HIGHEST)
    value = _likelihood(level @ design.T, hits, total)
    for _ in range(_STEPS):
        eta = np.maximum(level @ design.T, _LOWEST)
        gone = np.exp(-eta)
        slope = hits * gone / (1 - gone) - (total - hits)
        bend = hits * gone / (1 - gone) ** 2
        gradient = slope @ design
        hessian = np.einsum("nc,ci,cj->nij", bend, design, design)
        # At the bound a parameter that would leave is held fixed.
        fixed = ((level <= _LOWEST * 1.01) & (gradient < 0)) | ((level >= _HIGHEST * 0.99) & (gradient > 0))
        gradient = np.where(fixed, 0.0, gradient)
        hessian = np.where(fixed[:, :, None] | fixed[:, None, :], 0.0, hessian)
        trace = np.einsum("nii->n", hessian)[:, None, None]
        hessian += np.eye(p)[None] * (1e-6 * trace + 1e-9 + fixed[:, :, None])
        step = np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0]
        size = np.ones((hits.shape[0], 1))
        for _ in range(6):
            trial = np.clip(level + size * step, _LOWEST, _HIGHEST)
            better = _likelihood(trial @ design.T, hits, total)
            worse = better < value - 1e-9
            if not worse.any():
                break
            size = np.where(worse[:, None], size / 3, size)
        keep = better >= value
        level = np.where(keep[:, None], trial, level)
        gain = np.where(keep, better - value, 0.0)
        value = np.maximum(value, better)
        if float(gain.max(initial=0.0)) < 1e-6:
            break
    return value, level


def _likelihood(eta: NDArray[np.float64], hits: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    eta = np.maximum(eta, _LOWEST)
    value: NDArray[np.float64] = (xlog1py(hits, -np.exp(-eta)) - (total - hits) * eta).sum(axis=1)
    return value
