"""Whether the two forms of a column follow anything else in the list, and the strata within which they do not.

A form that is drawn again for each copy would show where the list's own forms go with a street, a town, a time or
another form: so they are drawn within strata, at each stratum's own share, and what follows something all the same is
not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SURE = 4.5
"""Standard errors above which agreement is not chance: many columns of many lists are looked at."""
_LEAST, _OF_EACH = 8, 2
"""Rows of a stratum, and rows of each form in it, at least."""
_ROUNDS = 3
ORDER = "order"
"""Name of the grouping by rows that are near each other."""


@dataclass(frozen=True)
class Strata:
    """Rows whose form may be drawn, and how often each form is there."""

    usable: Bools
    """(n,): rows of strata with both forms."""
    share: Floats
    """(n,): share of form 1 in the row's stratum."""
    follows: str | None
    """What the forms follow all the same; None: nothing."""


def stratified(forms: Ints, groups: Mapping[str, Ints]) -> Strata:
    """Split rows until their forms follow none of the groups. `forms`: (n,) 0 or 1, in the list's order; `groups`: name
    -> (n,) number of the group of each row."""
    everything = {**groups, ORDER: np.arange(len(forms), dtype=np.int64) // 50}
    strata = np.zeros(len(forms), dtype=np.int64)
    follows: str | None = None
    for left in range(_ROUNDS, -1, -1):
        usable, share = _shares(forms, strata)
        residual = np.zeros(len(forms))
        spread = np.sqrt(share * (1.0 - share))
        residual[usable] = (forms[usable] - share[usable]) / spread[usable]
        scores = {name: agreement(residual, usable, group) for name, group in everything.items()}
        scores[ORDER] = max(scores[ORDER], _neighbours(residual[usable]))
        follows = max(scores, key=lambda name: (scores[name], name))
        if scores[follows] <= SURE:
            return Strata(usable, share, None)
        if left:
            _, strata = np.unique(np.stack([strata, everything[follows]]), axis=1, return_inverse=True)
            strata = strata.reshape(-1).astype(np.int64)
    return Strata(usable, share, follows)


def _shares(forms: Ints, strata: Ints) -> tuple[Bools, Floats]:
    """Rows of strata that have both forms, and the share of form 1 in each row's stratum."""
    size = np.bincount(strata)
    ones = np.bincount(strata, weights=forms.astype(np.float64))
    able = (size >= _LEAST) & (ones >= _OF_EACH) & (size - ones >= _OF_EACH)
    return able[strata], (ones / np.maximum(size, 1))[strata]


def agreement(residual: Floats, usable: Bools, group: Ints) -> float:
    """Standard errors by which rows of one group agree more than chance.

    The sum over all pairs of rows in a group of the product of their standardised residuals: mean 0, and variance half
    the number of ordered pairs, where forms are drawn independently.
    """
    _, number = np.unique(group[usable], return_inverse=True)
    number = number.reshape(-1)
    inside = residual[usable]
    size = np.bincount(number).astype(np.float64)
    whole = np.bincount(number, weights=inside)
    squares = np.bincount(number, weights=inside**2)
    pairs = float((size * (size - 1.0)).sum())
    return float((whole**2 - squares).sum()) / sqrt(2.0 * pairs) if pairs else 0.0


def _neighbours(residual: Floats) -> float:
    """Standard errors by which each row agrees with the next one more than chance."""
    if len(residual) < 2:
        return 0.0
    return float((residual[1:] * residual[:-1]).sum()) / sqrt(len(residual) - 1)
