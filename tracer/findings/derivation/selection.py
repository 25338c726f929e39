"""How the rows that a copy took lie in its parent: all over it, or in some places only.

A sub-sample at random says nothing about place. Where the taken rows depend on it, a copy is likelier than the binomial
alone says; by how much is a gain in nats for parent → child, and counts against the reverse. Runs of consecutive rows
are no such gain: a lot cut from a list, and a part put into a merge, look the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from tracer.findings.derivation.counts import MembershipCounts

PLACES_ONLY = 0.06
"""Before looking: six copies in a hundred take some places only."""


def selection_gain(counts: MembershipCounts) -> NDArray[np.float64]:
    """[parent, child]: nats by which a choice by place explains the taken rows better than one at random.

    ln of the Beta-binomial of each place's taken rows less that of all together, with uniform priors on the rates.
    """
    n = counts.singles.shape[0]
    gain = np.zeros((n, n))
    common = counts.sets.common
    whole = np.stack([of_place.diagonal() for of_place in common], axis=1) + counts.singles
    for parent in range(n):
        others = np.flatnonzero(counts.related[parent])
        if others.size == 0:
            continue
        taken = np.minimum(np.ascontiguousarray(common[:, parent, others].T), whole[parent]).astype(np.float64)
        left = whole[parent][None, :] - taken
        # A set of holders is seen whole where one of the two is.
        unit = np.minimum(counts.unit[parent], counts.unit[others])[:, None]
        taken, left = taken / unit, left / unit
        apart = betaln(taken + 1, left + 1).sum(axis=1) - betaln(taken.sum(axis=1) + 1, left.sum(axis=1) + 1)
        gain[parent, others] = np.logaddexp(apart + np.log(PLACES_ONLY), np.log1p(-PLACES_ONLY))
    return gain
