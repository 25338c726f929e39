"""Which of the copies whose marks a list shows does the list need?

Own canaries can be added by somebody, rows cannot. Explanation: a set of copies, each sampled at a rate r_i, that
together made the list; own canaries of copies outside the set were added, so they say nothing. A mark or contact that
copies H of the set hold is shown with probability 1 - prod(1 - r_i, i in H); own canaries with r_i. With
s_i = -ln(1 - r_i) the log-likelihood is concave in s, so that its maximum is found. A copy is needed where no set
without it explains the list. Sets are looked for by taking out the copy that explains least, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np

from tracer.marking.codes.channel import Floats

FITS = log(20.0)
"""A set of copies explains a list where the best explanation is at most 20 times likelier."""
_CLEARS = log(1000.0)
"""Contacts that the only accused copy never had clear it where chance shows so many once in a thousand times."""
_FOREIGN = 0.1
"""So many of them, as a share of the rate at which its own are shown, may come from lists that were mixed in (as in
`fit`) …"""
_CUSTOMERS = 0.3
"""… but not more than this share of the rows that are not the client's."""
_LEAST, _MOST = 1e-7, 20.0
"""Bounds of s: a rate of one in ten million, and one that lacks one row in 500 million."""


@dataclass(frozen=True)
class HeldAlike:
    """Marks, or ordinary contacts, that the same copies hold."""

    holders: frozenset[int]
    marks: int
    shown: int


@dataclass(frozen=True)
class Needed:
    """What a list needs of the copies whose marks it shows."""

    always: frozenset[int]
    instead: dict[int, frozenset[int]]
    """Copy -> others that would do in its place."""
    superfluous: frozenset[int]
    told_apart: bool
    """Whether the copies differ by more than their own canaries: then a true source has traces of its own."""


def needed(own: Sequence[tuple[int, int]], shared: Sequence[HeldAlike], stray: float) -> Needed:
    """What the list needs.

    `own`: for each copy its own canaries that are shown, and all of them. `shared`: all else. `stray`: probability that
    a contact is there which no copy of the set holds; above 0.
    """
    everyone = frozenset(range(len(own)))

    @cache
    def fit(copies: frozenset[int]) -> float:
        return _fit(sorted(copies), own, shared, stray)

    shorter = [everyone]
    while len(shorter[-1]) > 1:
        shorter.append(max((shorter[-1] - {i} for i in sorted(shorter[-1], reverse=True)), key=fit))
    least = max(map(fit, (*shorter, *(frozenset({i}) for i in everyone)))) - FITS
    first = [copies for copies in shorter if fit(copies) >= least][-1]
    instead: dict[int, frozenset[int]] = {}
    for i in sorted(first):
        places = {j: first - {i} | {j} for j in sorted(everyone - first)}
        also = frozenset(j for j, copies in places.items() if fit(copies) >= least)
        if not also and places:  # two together
            best = max(places.values(), key=fit)
            two = max((best | {j} for j in places), key=fit)
            also = two - first if fit(two) >= least else also
        if also:
            instead[i] = also
    for j in sorted(frozenset[int]().union(*instead.values())):
        instead[j] = frozenset(i for i in first if j in instead.get(i, ()))
    always = first - instead.keys()
    told_apart = any(item.marks and item.holders != everyone for item in shared)
    return Needed(always, instead, everyone - always - instead.keys(), told_apart)


def comes_from_others(held: int, shown: int, never: int, there: int, stray: float, foreign: int = 0) -> bool:
    """Whether `shown` of the `held` contacts of the only accused copy, and `there` of the `never` that it never had,
    are there because another copy, or the whole list, is the source.

    They must be more than lists that were mixed in bring (`foreign`: rows that are not the client's; `stray`: as in
    `needed`), and as frequent as the copy's own: what is more frequent was brought by the copy.
    """
    if not there or not held:
        return False
    mixed_in = min(0.5, max(stray, min(_FOREIGN * shown / held, _CUSTOMERS * foreign / (held + never))))
    both = (shown + there) / (held + never)
    if (
        there / never <= mixed_in
        or _log_rate(there, never, there / never) - _log_rate(there, never, mixed_in) < _CLEARS
    ):
        return False
    apart = _bernoulli(there, never) + _bernoulli(shown, held)
    return there / never >= both or apart - _log_rate(there, never, both) - _log_rate(shown, held, both) < FITS


def _fit(copies: Sequence[int], own: Sequence[tuple[int, int]], shared: Sequence[HeldAlike], stray: float) -> float:
    """ln of the greatest likelihood, over that of own canaries shown at any rate."""
    from scipy.optimize import minimize

    member = np.array([[copy in item.holders for copy in copies] for item in shared], dtype=np.float64)
    counts = np.array([(item.shown, item.marks) for item in shared], dtype=np.float64).reshape(-1, 2)
    held = member.reshape(len(shared), len(copies)).any(axis=1)
    shown, marks = counts[~held].sum(axis=0)
    constant = shown * log(stray) + (marks - shown) * log(1.0 - stray)
    constant -= sum(_bernoulli(*own[copy]) for copy in copies)
    of_each = np.array([own[copy] for copy in copies], dtype=np.float64)
    held_by = np.vstack([np.eye(len(copies)), member.reshape(len(shared), len(copies))[held]])
    seen, of = np.vstack([of_each, counts[held]]).T

    def loss(s: Floats) -> tuple[float, Floats]:
        total = held_by @ s
        value = seen @ np.log(-np.expm1(-total)) - (of - seen) @ total
        return -float(value), -(held_by.T @ (seen / np.expm1(total) - (of - seen)))

    rates = of_each[:, 0] / np.maximum(of_each[:, 1], 1.0)
    start = -np.log1p(-np.clip(rates, 1e-3, 0.999))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(_LEAST, _MOST)] * len(copies))
    return float(constant) - float(found.fun)


def _bernoulli(seen: int, of: int) -> float:
    """ln of the greatest likelihood of so many of so many."""
    if seen in (0, of):
        return 0.0
    return seen * log(seen / of) + (of - seen) * log(1.0 - seen / of)


def _log_rate(shown: int, of: int, rate: float) -> float:
    """ln of the likelihood of so many of so many, each shown at a rate between 0 and 1."""
    rate = min(rate, 1.0 - 1e-12)
    return shown * log(rate) + (of - shown) * log(1.0 - rate)
