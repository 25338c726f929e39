"""Tails and quantiles of common distributions, straight from the special functions that give them.

The same to the last bit as `scipy.stats`, which is not asked because loading it takes a third of a second: more than
the whole rest of the stages that need a tail in a case of twenty lists.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincc, betaln, chdtrc, pdtr, pdtrc


def log_sum(logs: NDArray[np.float64]) -> float:
    """ln Σ exp of finite values, as `logsumexp` of SciPy gives it, which takes seven times as long for a few."""
    top = logs.max()
    at = logs == top
    rest = np.exp(np.where(at, -np.inf, logs) - top).sum()
    return float(np.log1p(rest / at.sum()) + np.log(at.sum()) + top)


def poisson_at_least(count: float, mean: float) -> float:
    """P(N ≥ count) of a Poisson number."""
    return float(pdtrc(count - 1, mean)) if count >= 1 else 1.0


def poisson_at_most(count: float, mean: float) -> float:
    """P(N ≤ count) of a Poisson number."""
    return float(pdtr(count, mean)) if count >= 0 else 0.0


def binomial_at_least(count: float, tries: float, share: float) -> float:
    """P(N ≥ count) of a binomial number."""
    return float(binomials_at_least(count, tries, share))


def binomials_at_least(count: ArrayLike, tries: float, share: float) -> NDArray[np.float64]:
    """P(N ≥ count) for each whole count: the incomplete beta function (Abramowitz and Stegun 26.5.24)."""
    least = np.asarray(count, dtype=np.float64)
    inside = (least >= 1) & (least <= tries)
    beta = betainc(np.where(inside, least, 1.0), np.where(inside, tries - least + 1, 1.0), share)
    tail: NDArray[np.float64] = np.where(inside, beta, np.where(least < 1, 1.0, 0.0))
    return tail


def hypergeometric_at_least(count: int, marked: int, of: int, drawn: int) -> float:
    """P(N ≥ count): marked ones among so many drawn from `of`, summed term by term."""
    if count <= max(0, marked + drawn - of):
        return 1.0

    def choices(n: int, taken: ArrayLike) -> NDArray[np.float64]:
        """Logarithm of the binomial coefficient."""
        k = np.asarray(taken, dtype=np.float64)
        return np.asarray(-betaln(n - k + 1, k + 1) - np.log(n + 1))

    k = np.arange(count, min(marked, drawn) + 1, dtype=np.float64)
    return float(min(1.0, np.exp(choices(marked, k) + choices(of - marked, drawn - k) - choices(of, drawn)).sum()))


def binomial_at_most(count: int, tries: int, share: float) -> float:
    """P(N ≤ count) of a binomial number."""
    if not 0 <= count < tries:
        return 1.0 if count >= tries else 0.0
    return float(betaincc(count + 1.0, float(tries - count), share))


def evenness(seen: ArrayLike, expected: ArrayLike | None = None) -> float:
    """p of Pearson's χ² test: counts against `expected` of the same sum, or against even ones."""
    counts = np.asarray(seen, dtype=np.float64)
    even = counts.mean() if expected is None else np.asarray(expected, dtype=np.float64)
    return float(chdtrc(counts.size - 1, ((counts - even) ** 2 / even).sum()))
