"""How many of the people who are in both lists reach a weight?

A true pair's weight is a sum over its fields, whose distribution is that of a sum of independent parts: slips and gaps
in one field are taken to tell nothing of those in another. Each field's part is seen in pairs that the other fields
alone identify, less what pairs of different people add to them, so that it is not taken from pairs that were chosen for
it. Where sloppy rows are sloppy throughout, fewer reach the weight than is said here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracer.findings.persons.blocks import CandidatePairs
from tracer.findings.persons.calibrate import STEP, link
from tracer.findings.persons.model import by_others

Floats = NDArray[np.float64]
REACH = 160
"""Bins on each side of 0."""
SURE = 0.95
"""Probability of links that show what a field that was left out is like."""
ENOUGH, LEAST = 0.2, 20
"""Such links at least, as a share of those that all fields make, and as a number."""


def spread(weights: Floats, pairs: CandidatePairs) -> tuple[Floats, ...] | None:
    """For each field how many pairs of the same people weigh so much in it, by bins of `STEP` about 0.

    weights: pairs x fields, nats. The pairs are those that the other fields link with `SURE`; where these are too few,
    all pairs by what the other fields say of them, less what pairs of one list do. None where that does not tell
    either: without one of the fields the others identify hardly anybody.
    """
    bins = np.clip(np.rint(weights / STEP), -REACH, REACH).astype(np.int64) + REACH
    size, total, share = 2 * REACH + 1, weights.sum(axis=1), by_others(weights, pairs)
    enough = max(LEAST, ENOUGH * int((link(pairs, total).probability >= SURE).sum()))
    parts = []
    for at in range(weights.shape[1]):
        found = link(pairs, total - weights[:, at])
        sure = found.pair[found.probability >= SURE]
        part = np.bincount(bins[sure, at], minlength=size).astype(np.float64)
        if sure.size < enough:
            part = np.maximum(np.bincount(bins[:, at], share[:, at], size), 0.0)
        if part.sum() < enough:
            return None
        parts.append(part)
    return tuple(parts)


def share_reaching(parts: Sequence[Floats], weight: float) -> float:
    """Share of the same people's pairs whose weights in the fields sum to `weight` (nats) or more."""
    size = 1 << (len(parts) * 2 * REACH).bit_length()
    together = np.ones(size // 2 + 1, np.complex128)
    for part in parts:
        together *= np.fft.rfft(part / part.sum(), size)
    sums = np.fft.irfft(together, size)
    return float(np.clip(sums[max(0, int(np.floor(weight / STEP)) + len(parts) * REACH) :].sum(), 0.0, 1.0))
