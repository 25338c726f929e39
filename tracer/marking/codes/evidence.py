"""Scores all copies of one draw against one leak, or several leaks of the same copies, and keeps the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from tracer.marking.codes import masses
from tracer.marking.codes.channel import (
    SOURCES,
    Bools,
    Code,
    Fit,
    Floats,
    Ints,
    Leak,
    MarkClass,
    Move,
    fit_contacts,
    fit_moves,
)
from tracer.marking.codes.masses import InnocentMarks, Scale

# Marks of a code sorted into classes of equals, and how many of each class every copy holds.


@dataclass(frozen=True)
class _Alike:
    """Marks with the same bias, the same known holders, shown by the same leaks."""

    bias: float
    holders: int
    shown: tuple[bool, ...]
    marks: int
    population: int
    """Marks that were allotted without replacement, shown or not; 0 where each was drawn by itself."""
    column: int
    """For `Census.drawn`: how many of the population each copy holds; -1 where there is no population."""


@dataclass(frozen=True)
class Census:
    """The classes, and what every copy holds of them."""

    alike: tuple[_Alike, ...]
    contacts: tuple[_Alike, ...]
    """Classes of ordinary contacts; a copy "holds" those that it was denied, with probability `bias`."""
    held: Ints
    """(n, classes): marks of each class that the copy holds, contacts last."""
    drawn: Ints
    """(n, 2): own canaries and pair canaries of each copy."""
    fits: tuple[Fit, ...]
    contact_fits: tuple[Fit, ...]

    def counts(self, drawn: Ints) -> list[InnocentMarks]:
        """The distribution of an innocent copy's counts, with the weights that its score gives them."""
        return [
            *(_count(item, self.fits, drawn) for item in self.alike),
            *(
                InnocentMarks(
                    -sum(
                        fit.gain(1.0 - item.bias, item.holders, is_shown=shown)
                        for fit, shown in zip(self.contact_fits, item.shown, strict=True)
                    ),
                    item.marks,
                    item.bias,
                )
                for item in self.contacts
            ),
        ]

    def log_e_values(self, leak: int) -> Floats:
        """(n,) ln of the likelihood ratio of one leak, a mixture over the moves; each factor has mean 1.

        Canaries and contacts were drawn independently of one another, so their ratios multiply.
        """
        marks = len(self.alike)
        canaries = sum(
            (_ratio(item, self.fits[leak], leak, self.held[:, i], self.drawn) for i, item in enumerate(self.alike)),
            np.zeros((len(self.held), len(self.fits[leak].moves.all))),
        )
        logs = logsumexp(canaries, axis=1, b=self.fits[leak].weights)
        if not self.contacts:
            return np.asarray(logs)
        contacts = np.zeros((len(self.held), len(self.contact_fits[leak].moves.all)))
        for i, item in enumerate(self.contacts):
            denied = self.held[:, marks + i][:, None]
            without, holding = self.contact_fits[leak].ratios(1.0 - item.bias, item.holders, is_shown=item.shown[leak])
            contacts = contacts + denied * without + (item.marks - denied) * holding
        return np.asarray(logs + logsumexp(contacts, axis=1, b=self.contact_fits[leak].weights))


def _count(item: _Alike, fits: Sequence[Fit], drawn: Ints) -> InnocentMarks:
    if not item.population:
        gain = sum(
            fit.gain(item.bias, item.holders, is_shown=shown) for fit, shown in zip(fits, item.shown, strict=True)
        )
        return InnocentMarks(gain, item.marks, item.bias)
    # A copy holds a fixed number of these, so one more that is shown is one fewer that is not.
    gain = sum(fit.gain(item.bias, 0, is_shown=True) - fit.gain(item.bias, 0, is_shown=False) for fit in fits)
    return InnocentMarks(gain / len(fits), item.marks, population=item.population, drawn=int(drawn[item.column]))


def _ratio(item: _Alike, fit: Fit, leak: int, held: Ints, drawn: Ints) -> Floats:
    """(n, moves) ln of the class's factor of the likelihood ratio."""
    if not item.population:
        lacking, holding = fit.ratios(item.bias, item.holders, is_shown=item.shown[leak])
        return np.asarray(held[:, None] * holding + (item.marks - held)[:, None] * lacking)
    seen, unseen = (fit.ratios(item.bias, 0, is_shown=flag) for flag in (True, False))
    gain = (seen[1] - seen[0]) - (unseen[1] - unseen[0])
    found = np.zeros((len(held), len(gain)))
    for mine in np.unique(drawn[:, item.column]):
        at = drawn[:, item.column] == mine
        counts = np.arange(min(item.marks, int(mine)) + 1)
        law = masses.log_hypergeometric(counts, item.population, item.marks, int(mine))
        mean = logsumexp(law[:, None] + counts[:, None] * gain, axis=0)
        found[at] = held[at][:, None] * gain - mean
    return found


def take_census(code: Code, leaks: Sequence[Leak], accused: Sequence[int], shown_own: Ints | None = None) -> Census:
    """Sort the marks of `code`; `accused` copies are known sources.

    `shown_own`: (n,) own canaries of each copy that any of several leaks shows; for one leak those that it shows.

    Canaries allotted without replacement (own canaries, pair canaries) that an accused copy holds are explained and
    leave the population; the places of the others stay uniform.
    """
    named = len(accused)
    rest = np.setdiff1d(np.arange(code.size), accused)
    alike, columns = _pool(code, leaks, accused)
    drawn = np.zeros((code.size, 2), dtype=np.int64)
    left = max(len(rest), 1)
    own = np.array(leaks[0].unique if shown_own is None else shown_own)
    own[accused] = 0
    drawn[rest, 0] = code.unique[rest]
    if drawn[:, 0].any():
        alike.append(_Alike(1.0 / left, 0, (), int(own.sum()), int(drawn[:, 0].sum()), 0))
        columns.append(own)
    free: Bools = np.asarray(~np.isin(code.pairs, np.array(accused, dtype=np.int64)).any(axis=1))
    pair_shown = np.stack([leak.pairs for leak in leaks]).any(axis=0) & free
    if free.any():
        drawn[rest, 1] = len(rest) - 1
        alike.append(_Alike(min(1.0, 2.0 / left), 0, (), int(pair_shown.sum()), int(free.sum()), 1))
        columns.append(np.bincount(code.pairs[pair_shown].ravel(), minlength=code.size))
    fits = tuple(
        fit_moves(_classes(alike, leaks, leak, rest, free), named, leaks[leak].wrong) for leak in range(len(leaks))
    )
    contacts, contact_columns = _contacts(code, leaks, accused)
    contact_fits = tuple(
        fit_contacts(
            fit, code.withheld_share, [MarkClass(0, 0, item.marks, item.marks * item.shown[i]) for item in contacts]
        )
        for i, fit in enumerate(fits if contacts else ())
    )
    held = np.stack([*columns, *contact_columns], axis=1) if columns or contact_columns else np.zeros((code.size, 0))
    return Census(tuple(alike), tuple(contacts), held.astype(np.int64), drawn, fits, contact_fits)


def _pool(code: Code, leaks: Sequence[Leak], accused: Sequence[int]) -> tuple[list[_Alike], list[Ints]]:
    if len(code.bias) == 0:
        return [], []
    holders = code.held[list(accused)].sum(axis=0)
    shown = np.stack([leak.pool for leak in leaks], axis=1)
    keys = np.column_stack([code.bias, holders, shown])
    groups, which = np.unique(keys, axis=0, return_inverse=True)
    alike, columns = [], []
    for i, key in enumerate(groups):
        at = np.flatnonzero(which.ravel() == i)
        alike.append(_Alike(float(key[0]), int(key[1]), tuple(bool(y) for y in key[2:]), len(at), 0, -1))
        columns.append(code.held[:, at].sum(axis=1).astype(np.int64))
    return alike, columns


def _contacts(code: Code, leaks: Sequence[Leak], accused: Sequence[int]) -> tuple[list[_Alike], list[Ints]]:
    """Classes of ordinary contacts by how many known sources were denied them and by which leaks show them."""
    if code.withheld_share == 0.0 or code.contacts == 0:
        return [], []
    denied = np.zeros(code.contacts, dtype=np.int64)
    for j in accused:
        denied[code.withheld[code.withheld_of == j]] += 1
    keys = np.column_stack([len(accused) - denied, *(leak.contacts for leak in leaks)])
    # Row by row would be slow: the columns are packed into one number, relabelled so that it never overflows.
    group: Ints = denied
    for leak in leaks:
        group = np.unique(2 * group + leak.contacts, return_inverse=True)[1].ravel()
    totals = np.bincount(group)
    first = np.unique(group, return_index=True)[1]
    alike, columns = [], []
    for value, total in enumerate(totals):
        holders, *bits = keys[first[value]]
        alike.append(_Alike(code.withheld_share, int(holders), tuple(bool(y) for y in bits), int(total), 0, -1))
        mine = code.withheld_of[group[code.withheld] == value]
        columns.append(np.bincount(mine, minlength=code.size))
    return alike, columns


def _classes(alike: Sequence[_Alike], leaks: Sequence[Leak], leak: int, rest: Ints, free: Bools) -> list[MarkClass]:
    """What one leak shows of each class."""
    found = []
    for item in alike:
        if not item.population:
            found.append(MarkClass(item.bias, item.holders, item.marks, item.marks * item.shown[leak]))
        elif item.column == 0:
            found.append(MarkClass(item.bias, 0, item.population, int(leaks[leak].unique[rest].sum())))
        else:
            found.append(MarkClass(item.bias, 0, item.population, int((leaks[leak].pairs & free).sum())))
    return found


MOST_ROUNDS = 12
"""Rounds of accusing and scoring again: more sources than that are beyond any code."""


_LARGEST = 690.0
"""ln of the largest e-value that is reported: a number has to hold it."""


@dataclass(frozen=True)
class CopyEvidence:
    """What the draw says about its copies."""

    p_values: Floats
    """(n,): the smallest 2^k p_k over the rounds k, at most 1."""
    e_values: Floats
    """(n,): audit figure; mean 1 at most for a copy that is not a source. It never accuses."""
    accused: tuple[int, ...]
    moves: tuple[Move, ...]
    """For each leak, the move that explains it best once the accused are known."""


def weigh(
    code: Code, leaks: Sequence[Leak], alpha: float, compared: int, shown_own: Ints | None = None
) -> CopyEvidence:
    """Score the copies; in round k those with p <= alpha / (2^k compared) are set aside as sources.

    Their bits are then side information: what they explain is explained, and the rest is scored again. `compared` is
    the number of releases that the dataset is compared with, over all draws: the family-wise error is `alpha`.
    `shown_own`: (n,) own canaries of each copy that any of several leaks shows; needed where there are several.
    """
    if len(leaks) > 1 and shown_own is None and code.unique.any():
        raise ValueError("several leaks: their counts do not say which own canaries any of them shows")
    best = np.ones(code.size)
    accused: list[int] = []
    e_values = np.ones(code.size)
    moves: tuple[Move, ...] = ()
    for k in range(1, MOST_ROUNDS + 1):
        if len(accused) > SOURCES[-1]:  # no move is of so many sources
            break
        census = take_census(code, leaks, accused, shown_own)
        moves = tuple(fit.likeliest for fit in census.fits)
        rest = np.setdiff1d(np.arange(code.size), accused)
        if len(rest) == 0:
            break
        if k == 1:
            # (n,) mean over the leaks of the likelihood ratios, each a mixture over the moves.
            logs = np.stack([census.log_e_values(leak) for leak in range(len(census.fits))])
            mean = logsumexp(logs, axis=0) - np.log(len(logs))
            e_values = np.asarray(np.exp(np.minimum(mean, _LARGEST))).reshape(code.size)
        best[rest] = np.minimum(best[rest], np.minimum(1.0, 2.0**k * _p_values(census)[rest]))
        fresh = [int(j) for j in rest if best[j] <= alpha / compared]
        if not fresh:
            break
        accused += sorted(fresh, key=lambda j: (best[j], j))
    return CopyEvidence(best, e_values, tuple(accused), moves)


def _p_values(census: Census) -> Floats:
    """(n,) exact tails; copies with the same number of own canaries share one distribution."""
    p_values = np.ones(len(census.held))
    for drawn in np.unique(census.drawn, axis=0):
        at = np.flatnonzero((census.drawn == drawn).all(axis=1))
        scale = Scale(census.counts(drawn))
        scores = scale.score(census.held[at])
        distinct, which = np.unique(scores, return_inverse=True)
        p_values[at] = np.array(scale.upper_tails(int(score) for score in distinct))[which]
    return p_values
