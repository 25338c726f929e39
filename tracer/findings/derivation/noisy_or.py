"""The noisy OR: which share of each of several sources a list took, where a contact may have come from any of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py

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
