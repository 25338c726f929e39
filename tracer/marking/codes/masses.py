"""Probabilities of single counts, straight from the special functions that give them.

The same to the last bit as `scipy.stats`, which is not asked because loading it takes half a second: more than all
codes of a case of twenty lists.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import _ufuncs, betaln

Floats = npt.NDArray[np.float64]


def binomial(counts: npt.ArrayLike, tries: int, share: float) -> Floats:
    """P(N = count) for counts from 0 to `tries`."""
    return np.clip(_ufuncs._binom_pmf(np.asarray(counts), tries, share), 0.0, 1.0)


def hypergeometric(counts: npt.ArrayLike, of: npt.ArrayLike, marked: npt.ArrayLike, drawn: npt.ArrayLike) -> Floats:
    """P(N = count): marked ones among so many drawn from `of`; all may be arrays."""
    counts, of, marked, drawn = np.broadcast_arrays(counts, of, marked, drawn)
    can_be = (np.maximum(drawn - (of - marked), 0) <= counts) & (counts <= np.minimum(marked, drawn))
    found = np.zeros(can_be.shape)
    found[can_be] = np.clip(_ufuncs._hypergeom_pmf(counts[can_be], marked[can_be], drawn[can_be], of[can_be]), 0.0, 1.0)
    return found


def log_hypergeometric(counts: npt.ArrayLike, of: int, marked: int, drawn: int) -> Floats:
    """ln P(N = count) by the beta function, -inf of counts that cannot be."""
    k, rest = np.asarray(counts, dtype=np.float64), of - marked
    can_be = (max(drawn - rest, 0) <= k) & (k <= min(marked, drawn))
    found, k = np.full(k.shape, -np.inf), k[can_be]
    found[can_be] = (
        betaln(marked + 1, 1) + betaln(rest + 1, 1) + betaln(of - drawn + 1, drawn + 1)
        - betaln(k + 1, marked - k + 1) - betaln(drawn - k + 1, rest - drawn + k + 1) - betaln(of + 1, 1)
    )  # fmt: skip
    return found
