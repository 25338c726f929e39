"""Pairwise copy detection after Dong, Berti-Equille and Srivastava, "Integrating conflicting data", VLDB 2009.

For two sources that both state values of an object, with error rates e1, e2 and n false values of an object, the
probabilities of "the same and true", "the same and false" and "different" are, when they are independent,

    P_t = (1-e1)(1-e2),  P_f = e1 e2 / n,  P_d = 1 - P_t - P_f,

and when the second copies each value from the first with probability c

    (1-e1) c + P_t (1-c),  e1 c + P_f (1-c),  P_d (1-c):

sharing what is false proves copying, sharing what is true hardly does. Truth, error rates and dependence are found in
turns: the value with most votes is true, a vote weighs ln(n (1-e) / e), and the vote of a copier counts for less.

What was adapted to contact lists, in favour of the method. An object is a column of a contact, but lists state few
conflicting cells, and some none; that a list holds a contact at all is a statement, too: a contact of few other lists
is what a shared false value is (probability p that an unrelated list has it, from the other lists that do), a contact
of many is a shared true one. The copier's own contacts give (1-c); so evidence has a direction, the copier being the
one whose statements are found in the other. The copy rate c is the likeliest of a grid, not one for all pairs, since a
merge copies little from each; its least value is tuned, for otherwise popular contacts in common are explained by a
low rate. As in the paper a pair is judged by itself, with three hypotheses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.bench.seen_lists import EMPTY, SeenList
from tracer.simulate.rows import CELLS

FALSE_VALUES = 100
"""False values of an object, as in the paper's experiments."""
DEPENDENT = 0.2
"""Probability that a pair is dependent before looking, as in the paper's experiments; half for each direction."""
RATES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
ROUNDS = 2
"""Of truth, error rates and dependence; the paper's converge in a few, and a third changes nothing here."""


@dataclass(frozen=True)
class _Stated:
    """Contacts of two or more lists, with what the lists state about them."""

    held: NDArray[np.bool_]
    """contacts x lists."""
    values: tuple[NDArray[np.int64], ...]
    """Each column: contacts x lists, `EMPTY` where nothing is stated."""
    sizes: NDArray[np.int64]


def copying(lists: Sequence[SeenList], least_rate: float) -> NDArray[np.float64]:
    """[parent, child]: probability that the child copies from the parent; each pair's two directions sum to below 1.

    `least_rate`: the least share of its contacts that a copier has from its source.
    """
    rates = RATES[least_rate - 1e-9 <= RATES]
    stated = _stated(lists)
    n = len(lists)
    dependence = np.zeros((n, n))
    error = np.full(n, 0.05)
    for _ in range(ROUNDS):
        true = [_true_values(column, error, dependence) for column in stated.values]
        error = _errors(stated, true)
        odds = np.full((n, n), -np.inf)
        for parent in range(n):
            for child in range(n):
                if parent != child and (stated.held[:, parent] & stated.held[:, child]).any():
                    odds[parent, child] = _log_odds(stated, true, error, (parent, child), rates)
        dependence = _posterior(odds)
    return dependence


def _stated(lists: Sequence[SeenList]) -> _Stated:
    every, times = np.unique(np.concatenate([one.keys for one in lists]), return_counts=True)
    contacts = every[times > 1]
    held = np.zeros((contacts.size, len(lists)), dtype=np.bool_)
    values = tuple(np.full(held.shape, EMPTY, dtype=np.int64) for _ in CELLS)
    for number, one in enumerate(lists):
        common = np.isin(one.keys, contacts, assume_unique=True)
        row = np.searchsorted(contacts, one.keys[common])
        held[row, number] = True
        for table, cell in zip(values, CELLS, strict=True):
            if cell in one.cells:
                table[row, number] = one.cells[cell][common]
    return _Stated(held, values, np.array([one.keys.size for one in lists], dtype=np.int64))


def _true_values(
    values: NDArray[np.int64], error: NDArray[np.float64], dependence: NDArray[np.float64]
) -> NDArray[np.int64]:
    """contacts: the value with most votes; `EMPTY` where none has."""
    n = values.shape[1]
    weight = np.log(FALSE_VALUES * (1 - error) / error)[None, :] * (values != EMPTY)
    for copier in range(n):
        alike = (values == values[:, [copier]]) * dependence[:, copier][None, :]
        weight[:, copier] *= 1 - alike.max(axis=1)
    votes = np.stack([((values == values[:, [one]]) * weight).sum(axis=1) for one in range(n)], axis=1)
    votes[values == EMPTY] = -1.0
    most = votes.argmax(axis=1)
    lines = np.arange(values.shape[0])
    winner = values[lines, most]
    rivals = np.where(values == winner[:, None], -1.0, votes).max(axis=1)
    told: NDArray[np.int64] = np.where((votes[lines, most] > rivals + 1e-9) & (winner != EMPTY), winner, EMPTY)
    return told


def _errors(stated: _Stated, true: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
    """lists: share of stated values that are not true, of those whose truth is told; drawn towards .05 by 20 values."""
    wrong, all_of_them = np.full(stated.sizes.size, 1.0), np.full(stated.sizes.size, 20.0)
    for values, truth in zip(stated.values, true, strict=True):
        known = (values != EMPTY) & (truth != EMPTY)[:, None]
        wrong += (known & (values != truth[:, None])).sum(axis=0)
        all_of_them += known.sum(axis=0)
    share: NDArray[np.float64] = np.clip(wrong / all_of_them, 1e-3, 0.5)
    return share


def _log_odds(
    stated: _Stated, true: Sequence[NDArray[np.int64]], error: NDArray[np.float64], pair: tuple[int, int],
    rates: NDArray[np.float64],
) -> float:  # fmt: skip
    """ln of how much likelier the child's statements are if it copied from the parent, at the likeliest rate."""
    parent, child = pair
    both = stated.held[:, parent] & stated.held[:, child]
    others = stated.held[both].sum(axis=1) - 2
    rest = float(stated.sizes.sum() - stated.sizes[parent] - stated.sizes[child])
    chance = np.clip(stated.sizes[parent] * (others + 0.5) / max(rest, 1.0), 1e-6, 0.98)
    gains = np.log(rates[:, None] + (1 - rates[:, None]) * chance[None, :]) - np.log(chance)[None, :]
    odds = gains.sum(axis=1) + (stated.sizes[child] - both.sum()) * np.log(1 - rates)
    e1, e2 = float(error[parent]), float(error[child])
    p_true, p_false = (1 - e1) * (1 - e2), e1 * e2 / FALSE_VALUES
    for values, truth in zip(stated.values, true, strict=True):
        one, other = values[both, parent], values[both, child]
        known = (one != EMPTY) & (other != EMPTY) & (truth[both] != EMPTY)
        same = known & (one == other)
        same_true = int((same & (one == truth[both])).sum())
        same_false = int(same.sum()) - same_true
        odds += same_true * np.log(((1 - e1) * rates + p_true * (1 - rates)) / p_true)
        odds += same_false * np.log((e1 * rates + p_false * (1 - rates)) / p_false)
        odds += int(known.sum() - same.sum()) * np.log(1 - rates)
    return float(odds.max())


def _posterior(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """[parent, child]: of the three hypotheses about a pair (the one copies, the other does, neither)."""
    prior = np.log(DEPENDENT / 2 / (1 - DEPENDENT))
    here = prior + odds
    top = np.maximum(np.maximum(here, here.T), 0.0)
    total = np.exp(-top) + np.exp(here - top) + np.exp(here.T - top)
    told: NDArray[np.float64] = np.exp(here - top) / total
    np.fill_diagonal(told, 0.0)
    return told
