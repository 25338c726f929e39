"""Lots: rows that were taken, or put in, between two rows of a list and not all over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

LOTS = (0.99, 0.9, 0.8)
"""Shares of common rows that are looked at for a lot: the others are there by chance. As in `sql/beside_pairs.sql`."""
LEAST_OUTSIDE = 0.05
"""Share of a list outside of a lot, under which it is the whole list."""


def lot_gain(
    common: NDArray[np.float64], low: NDArray[np.int64], high: NDArray[np.int64], share: float, last: float
) -> NDArray[np.float64]:
    """Nats by which `common` of `last` rows are likelier to lie mostly between two rows than all over the list.

    low, high: the rows between which `share` of them lie. All one element a question. Two binomials against one, less
    2 ln of the rows for the choice of the ends.
    """
    inside: NDArray[np.float64] = np.asarray(high - low, dtype=np.float64) + 1.0
    outside: NDArray[np.float64] = np.maximum(last - inside, 0.0)
    of_inside: NDArray[np.float64] = np.minimum(share * common, inside)
    of_outside: NDArray[np.float64] = np.minimum(common - of_inside, outside)
    gain = _chosen(of_inside, inside) + _chosen(of_outside, outside) - _chosen(common, np.full(common.shape, last))
    ends = 2 * np.log(max(last, 2.0))
    result: NDArray[np.float64] = np.where(outside < LEAST_OUTSIDE * last, 0.0, np.maximum(0.0, gain - ends))
    return result


def best_lot(common: int, ends: list[int], last: int) -> float:
    """The most that any of `LOTS` gains; ends: lowest and highest row of each."""
    gains = [
        lot_gain(np.array([common], float), np.array([low]), np.array([high]), share, float(last))[0]
        for low, high, share in zip(ends[::2], ends[1::2], LOTS, strict=True)
    ]
    return float(max(gains))


def _chosen(k: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """ln of the largest probability of choosing k of n rows."""
    whole = np.maximum(n, 1.0)
    left = np.maximum(n - k, 0.0)
    return np.asarray(xlogy(k, k / whole) + xlogy(left, np.maximum(1 - k / whole, 1e-12)), dtype=np.float64)
