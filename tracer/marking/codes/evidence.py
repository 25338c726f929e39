"""Scores all copies of one draw against one leak, or several leaks of the same copies, and keeps the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

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
from tracer.marking.codes.masses import InnocentMarks, Scale, log_hypergeometric

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
        found = []
        for item in self.alike:
            if item.population:
                # A copy holds a fixed number of these, so one more that is shown is one fewer that is not.
                gains = [[fit.gain(item.bias, 0, is_shown=shown) for shown in (True, False)] for fit in self.fits]
                gain = sum(seen - unseen for seen, unseen in gains) / len(gains)
                of, mine = item.population, int(drawn[item.column])
                found.append(InnocentMarks(gain, item.marks, population=of, drawn=mine))
            else:
                each = zip(self.fits, item.shown, strict=True)
                gain = sum(fit.gain(item.bias, item.holders, is_shown=shown) for fit, shown in each)
                found.append(InnocentMarks(gain, item.marks, item.bias))
        for item in self.contacts:
            each = zip(self.contact_fits, item.shown, strict=True)
            gain = sum(fit.gain(1.0 - item.bias, item.holders, is_shown=shown) for fit, shown in each)
            found.append(InnocentMarks(-gain, item.marks, item.bias))
        return found

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
        law = log_hypergeometric(counts, item.population, item.marks, int(mine))
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
        p_values = np.ones(code.size)
        for drawn in np.unique(census.drawn, axis=0):
            # Exact tails: copies with the same number of own canaries share one distribution.
            at = np.flatnonzero((census.drawn == drawn).all(axis=1))
            scale = Scale(census.counts(drawn))
            p_values[at] = scale.upper_tails(scale.score(census.held[at]))
        best[rest] = np.minimum(best[rest], np.minimum(1.0, 2.0**k * p_values[rest]))
        fresh = [int(j) for j in rest if best[j] <= alpha / compared]
        if not fresh:
            break
        accused += sorted(fresh, key=lambda j: (best[j], j))
    return CopyEvidence(best, e_values, tuple(accused), moves)


SHARE = 0.5
"""Share of the rows that are taken to be as the source has them: others may be from elsewhere, or were rewritten."""
_STEPS = 20.0
"""Weights are rounded to this part of a nat, so that few classes are left."""
_NOTHING = 0.1
"""Nats below which a choice says nothing."""
_PRIOR = 2.0
"""Choices of each form that are added where a group's rate is estimated."""


@dataclass(frozen=True)
class ChoiceScores:
    """What the forms say about each copy."""

    p_values: Floats
    """(copies,): exact tail."""
    e_values: Floats
    """(copies,): likelihood ratio; mean 1 for an innocent copy."""
    read: Ints


def score_choices(shown: Ints, group: Ints, bias: Floats, bits: Bools) -> ChoiceScores:
    """Score copies by the forms that a leak shows of keyed choices, with an exact tail for innocent ones.

    `shown`: (m,) form that the leak has; `group`: (m,) column and pair of forms; `bias`: (m,); `bits`: (copies, m)
    whether each copy has form 1.

    An innocent copy's bits are independent of what the leak shows: its score is a sum of weights over those of its bits
    that are 1, each with the probability it was drawn with. The weights come from the leak and the biases alone, so
    that holds whatever was done to the leak; what a reader wrote in one way gets no weight.
    """
    lacking, holding = _ratios(shown, group, bias)
    weights = np.round((holding - lacking) * _STEPS) / _STEPS
    read = np.flatnonzero(np.abs(weights) > _NOTHING)
    if not len(read):
        return ChoiceScores(np.ones(len(bits)), np.ones(len(bits)), read)
    classes, which = np.unique(np.stack([weights[read], bias[read]]), axis=1, return_inverse=True)
    which = which.reshape(-1)
    rows = [np.bincount(which, weights=row, minlength=classes.shape[1]) for row in bits[:, read]]
    held = np.stack(rows).astype(np.int64)
    sizes = np.bincount(which, minlength=classes.shape[1])
    alike = zip(classes.T, sizes, strict=True)
    scale = Scale([InnocentMarks(float(weight), int(size), float(p)) for (weight, p), size in alike])
    tails = scale.upper_tails(scale.score(held))
    logs = np.where(bits[:, read], holding[read], lacking[read]).sum(axis=1)
    return ChoiceScores(tails, np.exp(np.minimum(logs, _LARGEST)), read)


def _ratios(shown: Ints, group: Ints, bias: Floats) -> tuple[Floats, Floats]:
    """ln P(shown | the copy has form 0) / P(shown) and the same for form 1.

    How often each form was made the other is estimated for each group, from how many are shown and how many were to
    be: where all are form 0, form 1 became form 0, and nothing is said.
    """
    lacking, holding = np.zeros(len(shown)), np.zeros(len(shown))
    for number in np.unique(group):
        at = group == number
        rate = (float(shown[at].sum()) + _PRIOR * float(bias[at].mean())) / (int(at.sum()) + _PRIOR)
        mean = float(bias[at].mean())
        lost, gained = max(0.0, 1.0 - rate / mean), max(0.0, 1.0 - (1.0 - rate) / (1.0 - mean))
        as_one, as_zero = 1.0 - lost, gained
        either = bias[at] * as_one + (1.0 - bias[at]) * as_zero
        one = SHARE * as_one + (1.0 - SHARE) * either
        zero = SHARE * as_zero + (1.0 - SHARE) * either
        seen = shown[at] == 1
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(seen, np.log(one / either), np.log((1.0 - one) / (1.0 - either)))
            down = np.where(seen, np.log(zero / either), np.log((1.0 - zero) / (1.0 - either)))
        holding[at], lacking[at] = np.nan_to_num(up), np.nan_to_num(down)
    return lacking, holding
