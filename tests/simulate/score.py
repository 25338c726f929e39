"""How near findings come to the truth of a market: counts that add up over markets, and figures made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

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


def _retained_key(entry: Retained) -> tuple[str, str, str, str]:
    return (entry.vendor, entry.release, entry.dataset, entry.reading)
