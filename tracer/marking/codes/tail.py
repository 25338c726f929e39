"""Exact tails of scores with whole-numbered weights: sums of independent binomial and hypergeometric counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracer.marking.codes import masses

Floats = npt.NDArray[np.float64]

BINS = 30_000
"""Steps that the range of a score is cut into (methods: 3,000 are visibly conservative)."""
_TRIMMED = 1e-40
"""Probability that may be left out at either end of a count; it is added to every tail, which stays an upper bound."""


@dataclass(frozen=True)
class InnocentMarks:
    """Marks of one class that an innocent release holds: what its score gains by each of them, and their
    distribution."""

    weight: float
    """Nats that one held mark adds to the score."""
    marks: int
    bias: float = 0.0
    """Binomial: each is held with this probability, independently of the others."""
    population: int = 0
    """Hypergeometric, where it is not 0: `marks` of a population are shown …"""
    drawn: int = 0
    """… and the release holds `drawn` of that population, drawn without replacement."""

    def pmf(self) -> Floats:
        """P(count = 0), P(count = 1), …"""
        if self.population:
            most = min(self.marks, self.drawn)
            return masses.hypergeometric(np.arange(most + 1), self.population, self.marks, self.drawn)
        return masses.binomial(np.arange(self.marks + 1), self.marks, self.bias)


class Scale:
    """Turns weights in nats into whole steps, so that the score that is compared is the score whose distribution is
    known."""

    def __init__(self, counts: Sequence[InnocentMarks]) -> None:
        self.laws = tuple(_trim(count.pmf()) for count in counts)
        width = sum(
            abs(count.weight) * (len(law.probabilities) - 1) for count, law in zip(counts, self.laws, strict=True)
        )
        step = width / BINS if width > 0 else 1.0
        self.weights = tuple(round(count.weight / step) for count in counts)

    def score(self, held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """(copies, classes) counts -> (copies,) scores in steps."""
        return np.asarray(held @ np.array(self.weights, dtype=np.int64), dtype=np.int64)

    def upper_tails(self, scores: Iterable[int]) -> list[float]:
        """P(S >= score) of an innocent copy for each of the scores, by convolution over all classes."""
        whole, lowest, left_out = np.ones(1), 0, 0.0
        for law, weight in zip(self.laws, self.weights, strict=True):
            if weight == 0:
                continue
            left_out += law.left_out
            at = weight * (law.first + np.arange(len(law.probabilities)))
            low = int(at.min())
            wider = np.zeros(len(whole) + int(at.max()) - low)
            for shift, probability in zip(at - low, law.probabilities, strict=True):
                wider[shift : shift + len(whole)] += probability * whole
            whole, lowest = wider, lowest + low
        # Summed from the far end, so that small tails keep their digits.
        tails = np.cumsum(whole[::-1])[::-1]
        return [_tail(tails, score - lowest, left_out) for score in scores]


def _tail(tails: Floats, at: int, left_out: float) -> float:
    if at <= 0:
        return 1.0
    return min(1.0, (float(tails[at]) if at < len(tails) else 0.0) + left_out)


@dataclass(frozen=True)
class _Law:
    """The distribution of a count without its negligible ends."""

    probabilities: Floats
    """From count `first` on."""
    first: int
    left_out: float
    """Bound on the probability of the ends."""


def _trim(law: Floats) -> _Law:
    keep = np.flatnonzero(law > _TRIMMED)
    first, last = int(keep[0]), int(keep[-1])
    return _Law(law[first : last + 1], first, (first + len(law) - 1 - last) * _TRIMMED)
