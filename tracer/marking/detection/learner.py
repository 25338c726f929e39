"""An attacker who knows the canaries of other copies: learns from these what canaries are like, and looks at the rest.

Some of a call's copies (a half, or a fifth where there are many canaries) are kept apart: what is learned from the
canaries of the others, and from as large a share of the ordinary rows, ranks the rest; then the next ones are kept
apart. The learner is a linear discriminant (Fisher 1936) over the ranks of all
features and over how far out they are, with a ridge, so that it is well posed with more features than canaries. Where
canaries are like ordinary rows, labels within a part are exchangeable whatever was learned elsewhere, so each part's
rank sum has the null of Mann and Whitney. What the parts have in common by chance enters all sums, so they are not
independent: on real rows in the canaries' place their mean scatters 1.2 (160 rows) to 1.4 times (40 rows) as much as
if they were, measured on rows drawn from the tests' lists, and is taken to scatter the square root of 2 times as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from tracer.marking.detection.row_features import Feature

LEARNABLE = 16
"""Canaries from which on half of them are enough to learn from."""
_MANY = 60
"""Canaries from which on a fifth of them is kept apart at a time; a half of fewer."""
_DEPENDENT = 2.0
"""Variance of the mean over the parts, against that of independent ones."""
_MOST = 150
"""Features that are learned from: those that differ most among the rows that are learned from."""
_RIDGE = 1.0
"""Variance that is added to that of each standardised feature."""
_NAMED = 2

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LearnedSigns:
    """What one learns who knows the canaries of other copies."""

    auc: float
    p_value: float
    weights: Mapping[Feature, float]

    @property
    def features(self) -> list[Feature]:
        """The features, the one that it goes by most first."""
        return sorted(self.weights, key=lambda each: (-self.weights[each], each.column or "", each.what))

    def named(self) -> str:
        """The columns that it goes by most."""
        weight_of: dict[str, float] = defaultdict(float)
        for feature, weight in self.weights.items():
            weight_of[feature.column or "their place"] += weight
        return ", ".join(sorted(weight_of, key=lambda name: (-weight_of[name], name))[:_NAMED])


def learned(found: Sequence[Feature], canaries: Flags, copy_of: Sequence[int]) -> tuple[float, float, str] | None:
    """The area under the ROC curve of the learner, its two-sided p-value, and the columns that it goes by most.

    `canaries`: which rows are; `copy_of`: for each of them a copy that has it. None with fewer than `LEARNABLE`.
    """
    signs = learned_signs(found, canaries, copy_of)
    return None if signs is None else (signs.auc, signs.p_value, signs.named())


def learned_signs(found: Sequence[Feature], canaries: Flags, copy_of: Sequence[int]) -> LearnedSigns | None:
    """The same with all that it goes by."""
    count = int(canaries.sum())
    values = [(feature, feature.values(canaries)) for feature in found if feature.whole is None]
    values = [(feature, numbers) for feature, numbers in values if np.ptp(numbers) > 0]
    if count < LEARNABLE or not values or count == len(canaries):
        return None
    ranks = np.stack([scipy.stats.rankdata(numbers) / len(numbers) for _, numbers in values], axis=1)
    table = np.concatenate((ranks, np.abs(2 * ranks - 1)), axis=1)
    parts = 5 if count >= _MANY else 2
    part_of = _parts(canaries, copy_of, parts)
    area = variance = 0.0
    weights: dict[Feature, float] = defaultdict(float)
    for part in range(parts):
        train, test = part_of != part, part_of == part
        chosen, of_chosen, shares = _discriminant(table[train], canaries[train])
        u, own, pairs = _rank_sum(table[test][:, chosen] @ of_chosen, canaries[test])
        area += u / pairs / parts
        variance += _DEPENDENT * own / (pairs * parts) ** 2
        for at, share in zip(chosen.tolist(), shares.tolist(), strict=True):
            weights[values[at % len(values)][0]] += share
    z = abs(area - 0.5) / max(variance**0.5, 1e-9)
    return LearnedSigns(area, float(min(1.0, 2 * scipy.stats.norm.sf(z))), weights)


def _parts(canaries: Flags, copy_of: Sequence[int], parts: int) -> NDArray[np.int64]:
    """The part of each row: canaries' by the copy that has them where there are as many, ordinary rows' in turn."""
    part = np.arange(len(canaries), dtype=np.int64) % parts
    several = len(set(copy_of)) >= parts
    order = {copy: at for at, copy in enumerate(sorted(set(copy_of)))}
    own = [order[copy] % parts if several else at % parts for at, copy in enumerate(copy_of)]
    part[np.flatnonzero(canaries)] = own
    return part


def _discriminant(table: Matrix, marked: Flags) -> tuple[NDArray[np.int64], Matrix, Matrix]:
    """The features that are used, their weights, and how much each one parts the two kinds of rows."""
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 1e-9
    away = (table[marked].mean(axis=0) - table[~marked].mean(axis=0)) / deviation
    chosen = np.sort(np.argsort(-np.abs(away), kind="stable")[:_MOST]).astype(np.int64)
    standard = (table[:, chosen] - mean[chosen]) / deviation[chosen]
    inner = standard.copy()
    inner[marked] -= standard[marked].mean(axis=0)
    inner[~marked] -= standard[~marked].mean(axis=0)
    scatter = inner.T @ inner / len(inner) + _RIDGE * np.eye(len(chosen))
    weights = np.linalg.solve(scatter, away[chosen])
    return chosen, weights / deviation[chosen], np.abs(weights * away[chosen])


def _rank_sum(scores: Matrix, marked: Flags) -> tuple[float, float, float]:
    """Mann and Whitney's U of the marked rows, its variance with ties, and how many pairs of rows there are."""
    n, m = int(marked.sum()), int((~marked).sum())
    ranks = scipy.stats.rankdata(scores)
    counts = np.unique(scores, return_counts=True)[1].astype(np.float64)
    total = n + m
    ties = float((counts**3 - counts).sum()) / (total * (total - 1))
    return float(ranks[marked].sum()) - n * (n + 1) / 2, n * m / 12 * (total + 1 - ties), float(max(1, n * m))
