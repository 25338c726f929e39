"""Scores all copies of one draw against one leak, or several leaks of the same copies, and keeps the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from tracer.marking.codes.channel import SOURCES, Move
from tracer.marking.codes.classes import Census, take_census
from tracer.marking.codes.code import Code, Floats, Ints, Leak
from tracer.marking.codes.tail import Scale

MOST_ROUNDS = 12
"""Rounds of accusing and scoring again: more sources than that are beyond any code."""


_LARGEST = 690.0
"""ln of the largest e-value that is reported: a number has to hold it."""


@dataclass(frozen=True)
class CopyEvidence:
    """What the draw says about its copies."""

    p_values: Floats
    """(n,): the smallest 2^k p_k over the rounds k, at most 1."""
    e_values: Floats
    """(n,): audit figure; mean 1 at most for a copy that is not a source. It never accuses."""
    accused: tuple[int, ...]
    moves: tuple[Move, ...]
    """For each leak, the move that explains it best once the accused are known."""


def weigh(
    code: Code, leaks: Sequence[Leak], alpha: float, compared: int, shown_own: Ints | None = None
) -> CopyEvidence:
    """Score the copies; in round k those with p <= alpha / (2^k compared) are set aside as sources.

    Their bits are then side information: what they explain is explained, and the rest is scored again. `compared` is
    the number of releases that the dataset is compared with, over all draws: the family-wise error is `alpha`.
    `shown_own`: (n,) own canaries of each copy that any of several leaks shows; needed where there are several.
    """
    if len(leaks) > 1 and shown_own is None and code.unique.any():
        raise ValueError("several leaks: their counts do not say which own canaries any of them shows")
    best = np.ones(code.size)
    accused: list[int] = []
    e_values = np.ones(code.size)
    moves: tuple[Move, ...] = ()
    for k in range(1, MOST_ROUNDS + 1):
        if len(accused) > SOURCES[-1]:  # no move is of so many sources
            break
        census = take_census(code, leaks, accused, shown_own)
        moves = tuple(fit.likeliest for fit in census.fits)
        rest = np.setdiff1d(np.arange(code.size), accused)
        if len(rest) == 0:
            break
        if k == 1:
            e_values = _e_values(census, code.size)
        best[rest] = np.minimum(best[rest], np.minimum(1.0, 2.0**k * _p_values(census)[rest]))
        fresh = [int(j) for j in rest if best[j] <= alpha / compared]
        if not fresh:
            break
        accused += sorted(fresh, key=lambda j: (best[j], j))
    return CopyEvidence(best, e_values, tuple(accused), moves)


def _p_values(census: Census) -> Floats:
    """(n,) exact tails; copies with the same number of own canaries share one distribution."""
    p_values = np.ones(len(census.held))
    for drawn in np.unique(census.drawn, axis=0):
        at = np.flatnonzero((census.drawn == drawn).all(axis=1))
        scale = Scale(census.counts(drawn))
        scores = scale.score(census.held[at])
        distinct, which = np.unique(scores, return_inverse=True)
        p_values[at] = np.array(scale.upper_tails(int(score) for score in distinct))[which]
    return p_values


def _e_values(census: Census, size: int) -> Floats:
    """(n,) mean over the leaks of the likelihood ratios, each a mixture over the moves."""
    logs = np.stack([census.log_e_values(leak) for leak in range(len(census.fits))])
    mean = logsumexp(logs, axis=0) - np.log(len(logs))
    return np.asarray(np.exp(np.minimum(mean, _LARGEST))).reshape(size)
