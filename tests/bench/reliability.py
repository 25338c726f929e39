"""Whether stated probabilities come true: reliability by bins, with Wilson's intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt

from tests.simulate.score import StatedProbabilities

BINS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Bounds of the bins; finer near 1, where the bars are."""
SURE = (0.95, 0.99)
"""Probabilities from which at most one twentieth, one hundredth may be wrong."""


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson 1927); (0, 1) for none of none."""
    if of == 0:
        return 0.0, 1.0
    p, square = hits / of, z * z
    middle = (p + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * sqrt(p * (1 - p) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def bins(stated: StatedProbabilities) -> list[tuple[float, float, int, float, int]]:
    """(lower bound, upper bound, pairs, mean probability, how many came true) of every bin that has pairs."""
    found = []
    for low, high in pairwise(BINS):
        inside = [
            (p, true)
            for p, true in zip(stated.probability, stated.true, strict=True)
            if low <= p < high or p == high == BINS[-1]
        ]
        if inside:
            mean = sum(p for p, _ in inside) / len(inside)
            found.append((low, high, len(inside), mean, sum(true for _, true in inside)))
    return found


def summary(name: str, stated: StatedProbabilities) -> str:
    """One line: wrong among the surest, with intervals, and the expected calibration error."""
    parts = []
    for least in SURE:
        counts = stated.wrong_above(least)
        of = counts.wrong + counts.right
        low, high = wilson(counts.wrong, of)
        share = counts.wrong / of if of else 0.0
        parts.append(f"≥ {least:.2f}: {counts.wrong}/{of} wrong = {share:.1%} [{low:.1%}, {high:.1%}]")
    return f"{name:10} {'  '.join(parts)}  ECE {stated.ece():.3f}"


def table(told: Mapping[str, StatedProbabilities]) -> str:
    """The summary of every setting and of all together, and the bins of all together and of each setting."""
    pooled = sum(told.values(), StatedProbabilities())
    every = {**told, "together": pooled} if len(told) > 1 else dict(told)
    lines = ["", "reliability (pairs printed, probability .05 or more)"]
    lines += [summary(name, stated) for name, stated in every.items()]
    for name in reversed(every):
        lines += ["", f"{name}: stated   pairs   mean   came true [95 %]", *_bin_lines(bins(every[name]))]
    return "\n".join(lines)


def _bin_lines(found: Sequence[tuple[float, float, int, float, int]]) -> list[str]:
    lines = []
    for low, high, pairs, mean, true in found:
        least, most = wilson(true, pairs)
        lines.append(f"  {low:.2f}-{high:.2f}  {pairs:6}  {mean:.3f}  {true / pairs:.3f} [{least:.3f}, {most:.3f}]")
    return lines
