"""Which of the copies whose marks a list shows does the list need?

Own canaries can be added by somebody, rows cannot. Explanation: a set of copies, each sampled at a rate r_i, that
together made the list; own canaries of copies outside the set were added, so they say nothing. A mark or contact that
copies H of the set hold is shown with probability 1 - prod(1 - r_i, i in H); own canaries with r_i. With
s_i = -ln(1 - r_i) the log-likelihood is concave in s, so that its maximum is found. A copy is needed where no set
without it explains the list. Sets are looked for by taking out the copy that explains least, one after the other.
Or the copies of the set were compared row by row, or mixed (`channel.theta`, at one rate): then rows that one of them
lacks are missing, and only those who have that copy know which these are.

Own canaries of which none is shown say nothing: they were found, or went in a comparison. Where some are shown, but
far fewer than of the copy's contacts, somebody who has these contacts from another copy may have added them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, log

import numpy as np

from tracer.marking.codes.evidence import MOVES, Floats, theta

FITS = log(20.0)  # A set of copies explains a list where the best explanation is at most 20 times likelier.
_APART = log(1000.0)
"""The contacts that the only accused copy never had are as frequent as its own unless that is so much less likely."""
_FOREIGN = 0.1
"""So many of them, as a share of the rate at which its own are shown, may come from lists that were mixed in (as in
`fit`) …"""
_CUSTOMERS = 0.3  # … but not more than this share of the rows that are not the client's.
_LEAST, _MOST = 1e-7, 20.0  # Bounds of s: a rate of one in ten million, and one that lacks one row in 500 million.


@dataclass(frozen=True)
class MarksHeldAlike:
    """Marks, or ordinary contacts, that the same copies hold."""

    holders: frozenset[int]
    marks: int
    shown: int


@dataclass(frozen=True)
class Needed:
    """What a list needs of the copies whose marks it shows."""

    always: frozenset[int]
    instead: dict[int, frozenset[int]]  # Copy -> others that would do in its place.
    superfluous: frozenset[int]
    told_apart: bool
    """Whether the copies differ by more than their own canaries: then a true source has traces of its own."""
    rare: frozenset[int] = frozenset()
    """Needed copies in whose place one that is not accused explains the list better: theirs may have been added."""
    doubtful: frozenset[int] = frozenset()
    """Needed copies that show too few of their own canaries for their contacts, whatever others explain."""


_COMPARED = MOVES[2:]
_TOGETHER = 5  # Most copies that are taken to be compared or mixed: of more, too little is left of each.
_SETS = 5_000  # Sets of one size that are looked at: where more copies are accused, larger sets are left out.


def needed_marks(
    own: Sequence[tuple[int, int]], shared: Sequence[MarksHeldAlike], stray: float, spare: int = 0
) -> Needed:
    """What the list needs.

    `own`: for each copy its own canaries that are shown, and all of them. `shared`: all else. `stray`: probability that
    a contact is there which no copy of the set holds; above 0. `spare`: so many of the last copies are not accused.
    """
    own = [(seen, of if seen else 0) for seen, of in own]
    everyone = frozenset(range(len(own) - spare))
    spares = range(len(own) - spare, len(own))

    @cache
    def fit(copies: frozenset[int]) -> float:
        return _fit(sorted(copies), own, shared, stray)

    shorter = [everyone]
    while len(shorter[-1]) > 1:
        shorter.append(max((shorter[-1] - {i} for i in sorted(shorter[-1], reverse=True)), key=fit))
    best = max(map(fit, (*shorter, *(frozenset({i}) for i in everyone))))
    told_apart = any(item.marks and everyone - item.holders for item in shared)
    compared = _compared_or_mixed(len(everyone), own, shared, stray)
    if compared and max(compared.values()) > best + FITS:
        best = max(compared.values())
        first, *others = sorted(
            (c for c in compared if compared[c] >= best - FITS), key=lambda c: (len(c), -compared[c])
        )
        # A set that fits as well and lacks the copy: what it has instead would do.
        instead = {i: frozenset().union(*(c - first for c in others if i not in c)) for i in sorted(first)}
        instead, reached = {i: also for i, also in instead.items() if also}, compared[first]
    else:
        first = [copies for copies in shorter if fit(copies) >= best - FITS][-1]
        instead, reached = _instead(first, everyone, fit, best - FITS), fit(first)
    for j in sorted(frozenset[int]().union(*instead.values())):
        instead[j] = frozenset(i for i in first if j in instead.get(i, ()))
    always = first - instead.keys()
    rare, doubtful = set[int](), set[int]()
    for i in sorted(first):
        if own[i][0]:
            # So many own canaries as contacts, or more, are not against it: then its contacts alone are compared.
            mine = [item for item in shared if i in item.holders]
            few = own[i][0] * sum(item.marks for item in mine) < own[i][1] * sum(item.shown for item in mine)
            free = _fit(sorted(first), [(0, 0) if i == j else each for j, each in enumerate(own)], shared, stray)
            level = (reached if few else max(reached, free)) + FITS
            if any(fit(first - {i} | {j}) > level for j in spares):
                rare.add(i)
            if few and free > reached + FITS:
                doubtful.add(i)
    return Needed(always, instead, everyone - always - instead.keys(), told_apart, frozenset(rare), frozenset(doubtful))


def _instead(
    first: frozenset[int], everyone: frozenset[int], fit: Callable[[frozenset[int]], float], least: float
) -> dict[int, frozenset[int]]:
    """Copy of `first` -> others, each of which would do in its place, or two together."""
    instead: dict[int, frozenset[int]] = {}
    for i in sorted(first):
        places = {j: first - {i} | {j} for j in sorted(everyone - first)}
        also = frozenset(j for j, copies in places.items() if fit(copies) >= least)
        if not also and places:
            best = max(places.values(), key=fit)
            two = max((best | {j} for j in places), key=fit)
            also = two - first if fit(two) >= least else also
        if also:
            instead[i] = also
    return instead


def _compared_or_mixed(
    copies: int, own: Sequence[tuple[int, int]], shared: Sequence[MarksHeldAlike], stray: float
) -> dict[frozenset[int], float]:
    """Sets of copies -> ln of the greatest likelihood where they were compared or mixed, over that of own canaries
    shown at any rate."""
    member = np.array([[copy in item.holders for copy in range(copies)] for item in shared], dtype=np.int64)
    shown, marks = np.array([(item.shown, item.marks) for item in shared], dtype=np.float64).reshape(-1, 2).T
    found = dict[frozenset[int], float]()
    for size in range(2, min(copies, _TOGETHER) + 1):
        if comb(copies, size) > _SETS:
            break
        for each in combinations(range(copies), size):
            held = member[:, list(each)].sum(axis=1)
            mine = np.array([own[copy] for copy in each], dtype=np.float64)
            logs = []
            for move in _COMPARED:
                whole = np.array(theta(move, size, 1.0))
                rate = min(1.0, shown.sum() / max(marks @ whole[held], 1.0))
                law = np.clip(rate * whole, stray, 1.0 - stray)
                logs.append(
                    shown @ np.log(law[held])
                    + (marks - shown) @ np.log(1.0 - law[held])
                    + mine[:, 0].sum() * log(law[1])
                    + (mine[:, 1] - mine[:, 0]).sum() * log(1.0 - law[1])
                )
            found[frozenset(each)] = float(max(logs)) - sum(_bernoulli(*own[copy]) for copy in each)
    return found


def comes_from_others(held: int, shown: int, never: int, there: int, stray: float, foreign: int = 0) -> bool:
    """Whether `shown` of the `held` contacts of the only accused copy, and `there` of the `never` that it never had,
    are there because other copies, or the whole list, are the source.

    They must be more than lists that were mixed in bring (`foreign`: rows that are not the client's; `stray`: as in
    `needed_marks`), and about as frequent as the copy's own: what is more frequent was brought by the copy, and what is
    missing more often was missing from it when copies were compared.
    """
    if not there or not held:
        return False
    mixed_in = min(0.5, max(stray, min(_FOREIGN * shown / held, _CUSTOMERS * foreign / (held + never))))
    if there / never <= mixed_in or _bernoulli(there, never) - _log_rate(there, never, mixed_in) < FITS:
        return False
    both = (shown + there) / (held + never)
    separately = _bernoulli(there, never) + _bernoulli(shown, held)
    return there / never >= both or separately - _log_rate(there, never, both) - _log_rate(shown, held, both) < _APART


def _fit(
    copies: Sequence[int], own: Sequence[tuple[int, int]], shared: Sequence[MarksHeldAlike], stray: float
) -> float:
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
