"""Lots: rows that were taken from one stretch of a list, or put into one, and not all over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

STRETCHES = 32
"""A list is looked at in so many stretches of equal length."""


def stretches(n: int) -> NDArray[np.int64]:
    """The last row (exclusive) of each stretch of n rows."""
    return (np.arange(1, STRETCHES + 1) * n) // STRETCHES


def lot_gain(chosen: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nats by which the chosen rows are likelier to be in some stretches more than in others than all over the list.

    chosen (questions x stretches) of `size` (stretches) rows. ln C(n, c) less the same of every stretch and less what
    it takes to say how many are in each: ½ ln (π n / 2) + ½, what an even choice comes to by Stirling's formula and its
    chi-square; never under 0.
    """
    told = 0.5 * (np.log(np.maximum(size, 1.0) * np.pi / 2) + 1.0)
    apart = _ways(size[None, :], chosen).sum(axis=1) + float(told.sum())
    together = _ways(np.asarray(size.sum()), chosen.sum(axis=1))
    return np.asarray(np.maximum(0.0, together - apart), dtype=np.float64)


def among_one_another(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Nats of how the rows of several sources lie among one another; parts: questions x sources x stretches.

    Each source's rows stand in its own order, which says nothing about a row of the one and a row of the other: mixed
    at random that is ln of the multinomial coefficient. Parts put one behind the other take less, as for `lot_gain`.
    """
    whole = parts.sum(axis=2)
    mixed = _arrangements(whole)
    size, sources = parts.sum(axis=1), np.maximum((whole > 0).sum(axis=1) - 1, 0)
    told = np.where(size > 0, 0.5 * (np.log(np.maximum(size, 1.0) * np.pi / 2) + 1.0), 0.0).sum(axis=1)
    apart = _arrangements(np.moveaxis(parts, 1, 2)).sum(axis=1) + told * sources
    return np.asarray(np.minimum(mixed, apart), dtype=np.float64)


def _arrangements(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln of the multinomial coefficient over the last axis."""
    return np.asarray(gammaln(parts.sum(axis=-1) + 1) - gammaln(parts + 1).sum(axis=-1), dtype=np.float64)


def _ways(n: NDArray[np.float64], k: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln of the binomial coefficient."""
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0.0) + 1), dtype=np.float64)
