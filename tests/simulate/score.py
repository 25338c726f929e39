"""How near findings come to the truth of a market: counts that add up over markets, and figures made from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tracer.simulate.market import Retained, Truth

Edge: TypeAlias = tuple[str, str]
"""(parent, child) or (ancestor, descendant)."""


@dataclass(frozen=True)
class ConfusionCounts:
    """Right, wrong and missed; `+` adds them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: ConfusionCounts) -> ConfusionCounts:
        return ConfusionCounts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Right of all stated; 1 when nothing was stated."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Right of all true; 1 when nothing was true."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when there was nothing to find and nothing was found."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True)
class StatedProbabilities:
    """Probabilities stated for ordered pairs, with whether they came true; for calibration."""

    probability: tuple[float, ...] = ()
    true: tuple[bool, ...] = ()

    def __add__(self, other: StatedProbabilities) -> StatedProbabilities:
        return StatedProbabilities(self.probability + other.probability, self.true + other.true)

    def wrong_above(self, least: float) -> ConfusionCounts:
        """Among those stated at `least` or more: right and wrong."""
        hits = [true for p, true in zip(self.probability, self.true, strict=True) if p >= least]
        return ConfusionCounts(right=sum(hits), wrong=len(hits) - sum(hits))

    def ece(self, bins: int = 10) -> float:
        """Expected calibration error (Naeini et al. 2015) over equal bins of probability, weighted by their sizes."""
        if not self.probability:
            return 0.0
        p = np.array(self.probability)
        true = np.array(self.true, dtype=np.float64)
        index = np.minimum((p * bins).astype(np.int64), bins - 1)
        size = np.bincount(index, minlength=bins)
        gap = np.abs(np.bincount(index, p, bins) - np.bincount(index, true, bins))
        return float(gap[size > 0].sum() / p.size)


def counts_of(found: Set[Edge], true: Set[Edge]) -> ConfusionCounts:
    """Compare two sets of ordered pairs."""
    return ConfusionCounts(right=len(found & true), wrong=len(found - true), missed=len(true - found))


def directed(found: Mapping[Edge, float], truth: Truth, least: float = 0.5) -> ConfusionCounts:
    """Edges stated at `least` or more against the true ones."""
    return counts_of({edge for edge, p in found.items() if p >= least}, truth.edges)


def ancestry(found: Mapping[Edge, float], truth: Truth, least: float = 0.5) -> ConfusionCounts:
    """The same for all ancestors: the closure of the stated edges against the closure of the true ones."""
    return counts_of(closure(edge for edge, p in found.items() if p >= least), truth.ancestors)


def roots(found: Mapping[Edge, float], truth: Truth, datasets: Iterable[str], least: float = 0.5) -> ConfusionCounts:
    """Datasets whose set of first origins (ancestors without a parent) is right, or wrong."""
    stated = {edge for edge, p in found.items() if p >= least}
    given, true = _origins(stated), _origins(truth.edges)
    right = [given.get(name, {name}) == true.get(name, {name}) for name in datasets]
    return ConfusionCounts(right=sum(right), wrong=len(right) - sum(right))


def stated(found: Mapping[Edge, float], truth: Truth, least: float = 0.05) -> StatedProbabilities:
    """Every pair that is printed (probability of `least` or more), with whether it is true, in order of pairs."""
    pairs = sorted(edge for edge, p in found.items() if p >= least)
    return StatedProbabilities(tuple(found[edge] for edge in pairs), tuple(edge in truth.edges for edge in pairs))


def false_by_grade(grades: Mapping[Edge, str], found: Mapping[Edge, float], truth: Truth) -> dict[str, int]:
    """Grade → stated edges (probability .5 or more) of that grade that are not true."""
    wrong: dict[str, int] = {}
    for edge in sorted(grades):
        if found[edge] >= 0.5 and edge not in truth.edges:
            wrong[grades[edge]] = wrong.get(grades[edge], 0) + 1
    return wrong


def retention(
    found: Mapping[tuple[str, str, str], tuple[str, float]], truth: Truth, least: float = 0.5
) -> ConfusionCounts:
    """(vendor, release, dataset) → (reading, probability) against the true retentions; the reading must be right."""
    given = {(*key, reading) for key, (reading, p) in found.items() if p >= least}
    true = {_retained_key(entry) for entry in truth.retained}
    return ConfusionCounts(right=len(given & true), wrong=len(given - true), missed=len(true - given))


def closure(edges: Iterable[Edge]) -> set[Edge]:
    """All (ancestor, descendant) pairs; cycles are followed once."""
    children: dict[str, list[str]] = {}
    for parent, child in sorted(edges):
        children.setdefault(parent, []).append(child)
    found: set[Edge] = set()
    for start in children:
        todo = [start]
        while todo:
            for child in children.get(todo.pop(), ()):
                if child != start and (start, child) not in found:
                    found.add((start, child))
                    todo.append(child)
    return found


def interval(
    parts: Sequence[ConfusionCounts], figure: Callable[[ConfusionCounts], float], draws: int = 2_000, seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval of a figure over markets: the markets are drawn again, not the edges."""
    table = np.array([(part.right, part.wrong, part.missed) for part in parts])
    rng = np.random.default_rng(seed)
    sums = table[rng.integers(0, len(parts), (draws, len(parts)))].sum(axis=1)
    values = [figure(ConfusionCounts(*(int(x) for x in row))) for row in sums]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _origins(edges: Set[Edge]) -> dict[str, set[str]]:
    parents = {child for _, child in edges}
    origins: dict[str, set[str]] = {}
    for ancestor, dataset in closure(edges):
        if ancestor not in parents:
            origins.setdefault(dataset, set()).add(ancestor)
    return origins


def _retained_key(entry: Retained) -> tuple[str, str, str, str]:
    return (entry.vendor, entry.release, entry.dataset, entry.reading)
