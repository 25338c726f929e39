"""Sequential dialling: somebody who dials one number after the other reaches controls as well, in their order."""

from __future__ import annotations

from collections.abc import Sequence

import scipy

from tracer.findings.campaigns.facts import Hit

_NUMBERS = 6
"""Numbers that can show an order: by chance six are in order, up or down, once in 360."""
_TAU = 0.9
"""Kendall's tau of number against time from which dialling is sequential."""


def is_sequential(hits: Sequence[Hit]) -> bool:
    """Whether the hits, in order of time, went up or down the numbers, a control among them."""
    first: dict[int, Hit] = {}
    for hit in hits:
        if hit.number.phone is not None:
            first.setdefault(hit.number.phone, hit)
    if len(first) < _NUMBERS or not any(hit.number.kind == "control" for hit in first.values()):
        return False
    times = [hit.at.timestamp() for hit in first.values()]
    return bool(abs(float(scipy.stats.kendalltau(list(first), times).statistic)) >= _TAU)
