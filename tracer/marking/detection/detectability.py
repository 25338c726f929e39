"""Do a release's canaries stand out? Outlier scores of its rows, and how well they tell canaries from the others.

The area under the ROC curve (AUC) of a score is the chance that a canary has a higher one than an ordinary row; ½ is a
coin. Its p-value is that of the Wilcoxon rank-sum test (normal approximation with ties). Columns are looked at by
several features each; the verdict holds over all of them (Holm 1979), so that a release that is clean is spoken ill of
once in a hundred times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.lists.write.model import NewRow
from tracer.marking.detection.row_features import Feature, features
from tracer.marking.persona.source_list import SourceList

ALPHA = 0.01
"""Share of clean releases in which something is found all the same: half of it by the score, half by the columns."""
_MOSTLY = 0.85
_SMALL = 0.03
"""A difference of the AUC from ½ below this is of no use to anybody, however sure it is."""
BOUND = 0.1
"""A difference of the AUC from ½, or a share of canaries caught, from which a sign is of use to an attacker. Below
it he would have to throw away a large part of the list with them."""
_OUTER = 0.005
"""Share of ordinary rows that an attacker loses who goes by the outermost values."""
LEAST = 8
"""Canaries: of fewer, nothing can be said."""

Values = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DetectableFeature:
    """How well one score separates canaries from ordinary rows."""

    what: str
    """The feature, as a person would name it; `all` for the outlier score over all of them."""
    column: str | None
    """Heading of the column; None for the row as a whole."""
    auc: float
    """Chance that a canary has more of it than an ordinary row; under ½: less."""
    p_value: float
    """Two-sided, times the number of scores (Holm) and of copies that were looked at, at most 1."""
    advice: str
    caught: float = 0.0
    """Share of the canaries that are further out than 199 of 200 ordinary rows, if that is more than chance."""
    columns: tuple[int, ...] = ()
    """Positions of the columns that it is of; none for the row as a whole."""

    @property
    def is_strong(self) -> bool:
        """Whether an attacker can make use of it: by it, he finds many of them, or some nearly without mistakes."""
        return abs(self.auc - 0.5) >= BOUND or self.caught >= BOUND


@dataclass(frozen=True)
class Detectability:
    """What was found out about one copy's canaries."""

    canaries: int
    ordinary: int
    """Ordinary rows that they were compared with: those that could be canaries, with a number or address."""
    outlier: DetectableFeature
    """The outlier score: how rare a row is over all features."""
    features: tuple[DetectableFeature, ...]

    @property
    def detectable_features(self) -> tuple[DetectableFeature, ...]:
        """What separates canaries from ordinary rows: the worst feature of each column, at half of `ALPHA` over all."""
        worst: dict[str | None, DetectableFeature] = {}
        for found in self.features:
            if found.p_value <= ALPHA / 2 and (abs(found.auc - 0.5) >= _SMALL or found.caught):
                worst.setdefault(found.column, found)
        return tuple(worst.values())

    @property
    def strong_features(self) -> tuple[DetectableFeature, ...]:
        """What separates canaries from ordinary rows so well that an attacker can make use of it."""
        return tuple(found for found in self.features if found.p_value <= ALPHA / 2 and found.is_strong)

    def notes(self) -> tuple[str, ...]:
        """The verdict, one line each."""
        if self.canaries < LEAST:
            return (f"with {self.canaries} canaries nothing can be said on whether they stand out; {LEAST} are needed",)
        score = f"AUC {two(self.outlier.auc)}, p = {self.outlier.p_value:.2g}"
        found = self.detectable_features
        if not found and self.outlier.p_value > ALPHA / 2:
            return (f"an outlier score finds its canaries no better than chance: {score}",)
        lines = []
        if self.outlier.p_value <= ALPHA / 2:
            lines.append(f"an outlier score finds its canaries better than chance: {score}")
        for each in found:
            where = "their place" if each.column is None else f"column {each.column}"
            lines.append(f"{where} gives canaries away: {each.what}, AUC {two(each.auc)}; {each.advice}")
        return tuple(lines)

    def figures(self) -> dict[str, object]:
        """The verdict for a machine: the outlier score's area and p-value, null with fewer than `LEAST` canaries, and
        what gives canaries away."""
        known = self.canaries >= LEAST
        return {
            "outlier_auc": round(self.outlier.auc, 4) if known else None,
            "outlier_p_value": self.outlier.p_value if known else None,
            "gives_away": [f"{found.column or 'place'}: {found.what}" for found in self.detectable_features],
        }

    def rows(self) -> list[dict[str, object]]:
        """All that was looked at, for a machine."""
        return [
            {"what": f.what, "column": f.column, "auc": round(f.auc, 4), "p_value": f.p_value}
            for f in (self.outlier, *self.features)
        ]


def detectability(con: duckdb.DuckDBPyConnection, source: SourceList, rows: Sequence[NewRow]) -> Detectability:
    """Compare the canaries of one copy with the ordinary rows around and away from them.

    `rows`: the copy's canaries. At most 4,000 ordinary rows are drawn, always the same for the same list; how often a
    value is in the list is counted over all of it.
    """
    if len(rows) < LEAST:
        return too_few(len(rows))
    found, canaries = features(con, source, rows)
    return looked_at(found, canaries, canaries, 1)


def too_few(canaries: int) -> Detectability:
    """What can be said of a copy with fewer than `LEAST` canaries."""
    return Detectability(canaries, 0, DetectableFeature("all", None, 0.5, 1.0, ""), ())


def looked_at(
    found: Sequence[Feature], canaries: NDArray[np.bool_], own: NDArray[np.bool_], looks: int
) -> Detectability:
    """Compare a copy's canaries (`own`, some of `canaries`) with the ordinary rows, as one of so many `looks`.

    p-values are times `looks` (Bonferroni), so that `ALPHA` is kept over all of them.
    """
    keep = own | ~canaries
    marked = own[keep]
    counted = [(feature, Ranked.of(feature.places(own)[keep], marked)) for feature in found if feature.whole is None]
    counted = [(feature, ranked) for feature, ranked in counted if ranked.differ]
    whole = [(feature, _among_all(feature, own)) for feature in found if feature.whole is not None]
    whole = [(feature, ranked) for feature, ranked in whole if ranked.differ]
    tested = [(feature, *ranked.auc(), *ranked.outermost()) for feature, ranked in counted + whole]
    # Two tests of each: of the whole, and of the outermost values.
    tested = [(feature, area, min(1.0, 2 * min(p, outer)), caught, outer) for feature, area, p, caught, outer in tested]
    tested.sort(key=lambda item: (item[2], -abs(item[1] - 0.5), item[0].what, item[0].column or ""))
    several, worst = [], 0.0
    for rank, (feature, area, p, caught, outer) in enumerate(tested):
        left = looks * (len(tested) - rank)
        worst = max(worst, min(1.0, p * left))
        sure = caught if 2 * outer * left <= ALPHA / 2 else 0.0
        several.append(
            DetectableFeature(feature.what, feature.column, area, worst, feature.advice, sure, feature.columns)
        )
    area, p = auc(_outlier_score([ranked for _, ranked in counted], len(marked)), marked)
    outlier = DetectableFeature("all", None, area, min(1.0, p * looks), "")
    return Detectability(int(marked.sum()), int((~marked).sum()), outlier, tuple(several))


def auc(values: Values, marked: NDArray[np.bool_]) -> tuple[float, float]:
    """Area under the ROC curve of `values` for the marked rows, and its two-sided p-value.

    Mann and Whitney 1947, with the variance for ties (Lehmann 1975, 1.3) and a continuity correction.
    """
    return Ranked.of(np.unique(values, return_inverse=True)[1], marked).auc()


@dataclass(frozen=True)
class Ranked:
    """The values of some rows by rank: all that is asked of a feature is a count of these, and no copy sorts again."""

    places: Ints
    """For each row the place of its value among all values, rising; places may be of no row."""
    marked: Ints
    ordinary: Ints

    @classmethod
    def of(cls, places: Ints, marked: NDArray[np.bool_]) -> Ranked:
        """Count the rows."""
        every = np.bincount(places)
        own = np.bincount(places[marked], minlength=len(every))
        return cls(places, own, every - own)

    @property
    def differ(self) -> bool:
        """Whether rows have different values."""
        return int(np.count_nonzero(self.marked + self.ordinary)) > 1

    def auc(self) -> tuple[float, float]:
        """The area, and its p-value."""
        n, m = int(self.marked.sum()), int(self.ordinary.sum())
        if n == 0 or m == 0:
            return 0.5, 1.0
        counts, total = self.marked + self.ordinary, n + m
        most = int(counts.argmax())
        exact = None
        if counts[most] > _MOSTLY * total:
            # The normal approximation fails where nearly all rows are alike: how many are not is an exact test.
            one, other = int(self.marked[most]), int(self.ordinary[most])
            exact = float(scipy.stats.fisher_exact(np.array([[n - one, one], [m - other, other]])).pvalue)
        u = float((self.marked * (np.cumsum(self.ordinary) - self.ordinary / 2)).sum())
        ties = counts.astype(float)
        variance = n * m / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
        if variance <= 0:
            return 0.5, 1.0
        z = max(abs(u - n * m / 2) - 0.5, 0.0) / variance**0.5
        return u / (n * m), min(1.0, 2 * float(scipy.special.ndtr(-z))) if exact is None else exact

    def outermost(self) -> tuple[float, float]:
        """Share of the marked rows that are further out than all but `_OUTER` of the others, on the side where there
        are more, and the chance of as many (binomial, both sides)."""
        n, m = int(self.marked.sum()), int(self.ordinary.sum())
        allowed = int(_OUTER * m)
        if not n or not m:
            return 0.0, 1.0
        rising = np.cumsum(self.ordinary)
        high = int(np.searchsorted(rising, m - 1 - allowed, side="right"))
        low = int(np.searchsorted(rising, allowed, side="right"))
        caught = max(int(self.marked[high + 1 :].sum()), int(self.marked[:low].sum()))
        rate = (allowed + 1) / (m + 1)
        return caught / n, min(1.0, 2 * float(scipy.special.bdtrc(caught - 1, n, rate)))


def _among_all(feature: Feature, own: NDArray[np.bool_]) -> Ranked:
    """A copy's canaries among all rows of the list, for a feature that is 0 or 1."""
    flags = feature.values(own)[own].astype(np.int64)
    return Ranked(flags, np.bincount(flags, minlength=2), np.array(feature.whole, dtype=np.int64))


def _outlier_score(found: Sequence[Ranked], count: int) -> Values:
    """Sum over the features of -ln of how many rows are at least as far out on the same side (as HBOS and ECOD do).

    Each feature's tail is that of the canaries and ordinary rows together, so a feature alone cannot run away with it.
    """
    total = np.zeros(count)
    for each in found:
        counts = each.marked + each.ordinary
        low = np.cumsum(counts)
        tail = np.minimum(low, count - low + counts) / count
        total += -np.log(np.minimum(1.0, 2 * np.maximum(tail, 1 / count)))[each.places]
    return total


def two(area: float) -> str:
    """An area as people write it: .53."""
    return f"{area:.2f}".removeprefix("0")
