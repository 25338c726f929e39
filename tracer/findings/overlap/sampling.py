"""By which identifiers a large case is compared: all of its short lists, the same share of all others.

An identifier is drawn by what it is, so that the same ones are taken from every list. One that is in a short list
is taken in any case; so a set of holders is seen whole where one of them is short, and else in the drawn share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_MEMBERSHIPS = 10_000_000
"""Memberships up to which all identifiers are looked at, so that all counts of rows are exact."""
MOST_READ = 20_000_000
"""Memberships that are read at a time where all are to be counted."""
MOST_DRAWN = 2_500_000
"""Memberships that are looked at in a larger case. On 23 million, edges from a tenth were those from all."""
LEAST_DRAWN = 5_000
"""Identifiers that are drawn of a list at least; one that would give fewer is short, and is looked at whole. About as
many as the lists have on which the probabilities were calibrated (1,500 to 6,000)."""
PERCENTS = (50, 25, 20, 10, 5, 4, 2, 1)
"""The shares that may be drawn: each of them divides a hundred, so that estimates are whole numbers."""


@dataclass(frozen=True)
class SamplingShare:
    """What is looked at."""

    percent: int
    """Per cent of the identifiers that are in no short list."""
    whole: NDArray[np.bool_]

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return self.percent == 100

    @property
    def each(self) -> NDArray[np.int64]:
        """datasets: identifiers that one stands for which was looked at and is in this dataset alone."""
        return np.where(self.whole, 1, 100 // self.percent)


def share_of(identifiers: Sequence[int]) -> SamplingShare:
    """What is looked at in a case whose datasets have so many identifiers each."""
    sizes = np.array(identifiers, dtype=np.int64)
    if int(sizes.sum()) <= MOST_MEMBERSHIPS:
        return SamplingShare(100, np.ones(sizes.size, dtype=np.bool_))
    choices = []
    for percent in PERCENTS:
        drawn = sizes * percent // 100
        whole = drawn < LEAST_DRAWN
        choices.append((int(np.where(whole, sizes, drawn).sum()), SamplingShare(percent, whole)))
    fitting = [share for looked_at, share in choices if looked_at <= MOST_DRAWN]
    # Where very many lists are short, none may fit: then the least.
    return fitting[0] if fitting else min(choices, key=lambda choice: choice[0])[1]


def parts_of(identifiers: Sequence[int]) -> int:
    """In how many parts all identifiers are read, where all are to be counted."""
    return max(1, -(-sum(identifiers) // MOST_READ))
