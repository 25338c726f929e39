"""How near what is stated comes to the truth of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from scipy.stats import beta

from tests.bench.zoo.truth import Edge, Truth
from tests.simulate.score import closure

SURE = 0.95
"""Probability from which an edge is practically an accusation."""


@dataclass(frozen=True)
class Score:
    """Counts over one or more cases; they add up."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    """Edges stated at .5 or more that are true and false, and true ones that are not stated."""
    ancestry_right: int = 0
    ancestry_wrong: int = 0
    ancestry_missed: int = 0
    sure: int = 0
    sure_wrong: int = 0
    """Edges stated at `SURE` or more, and those of them that are false."""
    turned: int = 0
    """Edges stated at .5 or more whose reverse is true (or that lead from a descendant to an ancestor)."""
    unrelated: int = 0
    """Edges of grade G2 between lists neither of which descends from the other."""
    graded_wrong: int = 0
    graded: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Score)))

    @property
    def f1(self) -> float:
        """Directed F1 at .5."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def ancestry_f1(self) -> float:
        """F1 of the closures."""
        return 2 * self.ancestry_right / max(1, 2 * self.ancestry_right + self.ancestry_wrong + self.ancestry_missed)

    @property
    def stated(self) -> int:
        """Edges stated at .5 or more that count."""
        return self.right + self.wrong


def score(found: Mapping[Edge, float], truth: Truth, grades: Mapping[Edge, str] | None = None) -> Score:
    """Score edges with their probabilities."""
    counted = {edge: p for edge, p in found.items() if edge not in truth.allowed}
    likely = {edge for edge, p in counted.items() if p >= 0.5}
    sure = {edge for edge, p in counted.items() if p >= SURE}
    true, above = truth.edges, truth.ancestors
    stated = closure(edge for edge, p in found.items() if p >= 0.5) - truth.allowed
    graded = {edge for edge, grade in (grades or {}).items() if grade >= "G2" and edge in counted}
    apart = {(a, b) for a, b in graded if (a, b) not in above and (b, a) not in above}
    return Score(
        right=len(likely & true),
        wrong=len(likely - true),
        missed=len(true - likely - truth.allowed),
        ancestry_right=len(stated & above),
        ancestry_wrong=len(stated - above),
        ancestry_missed=len(above - stated - truth.allowed),
        sure=len(sure),
        sure_wrong=len(sure - true),
        turned=sum((b, a) in above for a, b in likely),
        unrelated=len(apart),
        graded_wrong=len(graded - true),
        graded=len(graded),
    )


def interval(wrong: int, all_: int) -> tuple[float, float]:
    """Exact 95 % interval of a share (Clopper and Pearson)."""
    low = float(beta.ppf(0.025, wrong, all_ - wrong + 1)) if wrong else 0.0
    high = float(beta.ppf(0.975, wrong + 1, all_ - wrong)) if wrong < all_ else 1.0
    return low, high
