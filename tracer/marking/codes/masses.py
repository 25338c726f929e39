"""Probabilities of counts, exact to about thirteen digits however many tries there are, and tails of sums of them.

`scipy.stats` is not asked because loading it takes half a second: more than all codes of a case of twenty lists.
Logarithms of factorials would cancel (a million rows leave nine digits), so a count is compared with the one that is
expected: C. Loader, "Fast and accurate computation of binomial probabilities" (2000), as R does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln

Floats = npt.NDArray[np.float64]
_SERIES = 15.0  # Above it the series of Stirling's error is exact to the last digit, below it the difference is.


def _stirling_error(n: Floats) -> Floats:
    """ln n! without Stirling's formula; 0 for 0, which has a formula of its own in `_density`."""
    large = np.maximum(n, _SERIES)
    inverse = 1 / large**2
    series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - inverse / 1188) * inverse) * inverse) * inverse) / large
    small = np.clip(n, 1.0, _SERIES)
    difference = gammaln(small + 1) - (small + 0.5) * np.log(small) + small - 0.5 * math.log(2 * math.pi)
    return np.where(n == 0, 0.0, np.where(n > _SERIES, series, difference))


def _deviance(x: Floats, expected: Floats) -> Floats:
    """x ln(x / expected) + expected - x: by its series where both are near, so that nothing cancels."""
    share = (x - expected) / (x + expected)
    near = np.clip(share, -0.1, 0.1)
    series = (x - expected) * near + 2 * x * sum(near ** (2 * j + 1) / (2 * j + 1) for j in range(1, 9))
    return np.where(abs(share) < 0.1, series, x * np.log(np.maximum(x, 1e-300) / expected) + expected - x)


def _density(counts: Floats, tries: Floats, share: Floats) -> Floats:
    """P(N = count) for counts from 0 to `tries`, at a share between 0 and 1, both excluded."""
    k, n, p = np.broadcast_arrays(counts, tries, share)
    missed, other = n - k, 1 - p
    exponent = (
        _stirling_error(n)
        - _stirling_error(k)
        - _stirling_error(missed)
        - _deviance(k, np.maximum(n * p, 1e-300))
        - _deviance(missed, np.maximum(n * other, 1e-300))
    )
    inner = (k > 0) & (missed > 0)
    spread = np.where(inner, n / (2 * math.pi * np.where(inner, k * missed, 1.0)), 1.0)
    at_end = np.where(k == 0, n * np.log1p(-p), n * np.log(p))
    return np.exp(np.where(inner, exponent, at_end)) * np.sqrt(spread)


def binomial(counts: npt.ArrayLike, tries: int, share: float) -> Floats:
    """P(N = count) for counts from 0 to `tries`."""
    k = np.asarray(counts, dtype=np.float64)
    if share in (0.0, 1.0):
        return np.asarray(k == tries * share, dtype=np.float64)
    return np.where(k <= tries, _density(np.minimum(k, tries), np.asarray(float(tries)), np.asarray(share)), 0.0)


def hypergeometric(counts: npt.ArrayLike, of: npt.ArrayLike, marked: npt.ArrayLike, drawn: npt.ArrayLike) -> Floats:
    """P(N = count): marked ones among so many drawn from `of`; all may be arrays."""
    k, n, m, d = np.broadcast_arrays(*(np.asarray(side, dtype=np.float64) for side in (counts, of, marked, drawn)))
    can_be = (np.maximum(d - (n - m), 0) <= k) & (k <= np.minimum(m, d))
    found = np.where(can_be & ((d == 0) | (d == n)), 1.0, 0.0)  # nothing is drawn, or everything
    inner = can_be & (d > 0) & (d < n)
    k, n, m, d = k[inner], n[inner], m[inner], d[inner]
    found[inner] = _density(k, m, d / n) * _density(d - k, n - m, d / n) / _density(d, n, d / n)
    return found


def log_hypergeometric(counts: npt.ArrayLike, of: int, marked: int, drawn: int) -> Floats:
    """ln P(N = count) by the beta function, -inf of counts that cannot be."""
    k, rest = np.asarray(counts, dtype=np.float64), of - marked
    can_be = (max(drawn - rest, 0) <= k) & (k <= min(marked, drawn))
    found, k = np.full(k.shape, -np.inf), k[can_be]
    found[can_be] = (
        betaln(marked + 1, 1)
        + betaln(rest + 1, 1)
        + betaln(of - drawn + 1, drawn + 1)
        - betaln(k + 1, marked - k + 1)
        - betaln(drawn - k + 1, rest - drawn + k + 1)
        - betaln(of + 1, 1)
    )
    return found


BINS = 30_000  # Steps that the range of a score is cut into (methods: 3,000 are visibly conservative).
_TRIMMED = 1e-40
"""Probability that may be left out at either end of a count; it is added to every tail, which stays an upper bound."""


@dataclass(frozen=True)
class InnocentMarks:
    """Marks of one class that an innocent release holds: what its score gains by each of them, and their
    distribution."""

    weight: float  # Nats that one held mark adds to the score.
    marks: int
    bias: float = 0.0  # Binomial: each is held with this probability, independently of the others.
    population: int = 0  # Hypergeometric, where it is not 0: `marks` of a population are shown …
    drawn: int = 0  # … and the release holds `drawn` of that population, drawn without replacement.

    def pmf(self) -> Floats:
        """P(count = 0), P(count = 1), …"""
        if self.population:
            most = min(self.marks, self.drawn)
            return hypergeometric(np.arange(most + 1), self.population, self.marks, self.drawn)
        return binomial(np.arange(self.marks + 1), self.marks, self.bias)


class Scale:
    """Turns weights in nats into whole steps, so that the score that is compared is the score whose distribution is
    known."""

    def __init__(self, counts: Sequence[InnocentMarks]) -> None:
        self._laws = list[tuple[Floats, int, float]]()
        """For each count (probabilities from a first count on, that count, bound on what is left out at both ends)."""
        for law in (count.pmf() for count in counts):
            kept = np.flatnonzero(law > _TRIMMED)
            first, last = int(kept[0]), int(kept[-1])
            self._laws.append((law[first : last + 1], first, (first + len(law) - 1 - last) * _TRIMMED))
        spans = (abs(one.weight) * (len(law) - 1) for one, (law, *_) in zip(counts, self._laws, strict=True))
        width = sum(spans)
        step = width / BINS if width > 0 else 1.0
        self.weights = tuple(round(count.weight / step) for count in counts)

    def score(self, held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """(copies, classes) counts -> (copies,) scores in steps."""
        return np.asarray(held @ np.array(self.weights, dtype=np.int64), dtype=np.int64)

    def upper_tails(self, scores: npt.ArrayLike) -> Floats:
        """P(S >= score) of an innocent copy for each of the scores, by convolution over all classes."""
        whole, lowest, left_out = np.ones(1), 0, 0.0
        for (law, first, bound), weight in zip(self._laws, self.weights, strict=True):
            if weight == 0:
                continue
            left_out += bound
            at = weight * (first + np.arange(len(law)))
            low = int(at.min())
            wider = np.zeros(len(whole) + int(at.max()) - low)
            for shift, probability in zip(at - low, law, strict=True):
                wider[shift : shift + len(whole)] += probability * whole
            whole, lowest = wider, lowest + low
        # Summed from the far end, so that small tails keep their digits.
        tails = np.append(np.cumsum(whole[::-1])[::-1], 0.0)
        at = np.asarray(scores, dtype=np.int64) - lowest
        return np.where(at <= 0, 1.0, np.minimum(1.0, tails[np.clip(at, 0, len(whole))] + left_out))
