"""Which moves explain a leak: weights from what it shows and from the biases alone, never from a copy's own code.

That keeps the distribution of an innocent copy's score exact: given the leak, its bits are as they were drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from tracer.marking.codes.channel import LOSS, Floats, Move, Moves, Shown, catalogue, detection_probabilities

_FOREIGN = 0.1
"""At least this share of the contacts that a source lacks is expected all the same: lists that are
mixed in hold customers too. Larger would waste evidence, smaller would let one foreign contact outweigh many."""


@dataclass(frozen=True)
class MarkClass:
    """Marks that are alike: same bias, same number of known sources that hold them."""

    bias: float
    """Probability with which a copy holds each."""
    holders: int
    marks: int
    shown: int


@dataclass(frozen=True)
class Fit:
    """Moves with their weights."""

    moves: Moves
    weights: Floats
    named: int

    @property
    def likeliest(self) -> Move:
        """The move with the largest weight; the first of equals."""
        return self.moves.all[int(np.argmax(self.weights))]

    def ratios(self, bias: float, holders: int, *, is_shown: bool) -> tuple[Floats, Floats]:
        """(moves,) ln P(y | x, p) / P(y | p) where a copy lacks the mark and where it holds it."""
        return log_ratios(detection_probabilities(self.moves, bias, self.named, holders), is_shown=is_shown)

    def gain(self, bias: float, holders: int, *, is_shown: bool) -> float:
        """Nats that holding the mark adds to a copy's score over lacking it, averaged over the moves."""
        lacking, holding = self.ratios(bias, holders, is_shown=is_shown)
        return float(self.weights @ (holding - lacking))


def log_ratios(law: Shown, *, is_shown: bool) -> tuple[Floats, Floats]:
    """ln P(y | x, p) / P(y | p) for x = 0 and x = 1."""
    if is_shown:
        return np.log(law.lacking / law.either), np.log(law.holding / law.either)
    return np.log((1.0 - law.lacking) / (1.0 - law.either)), np.log((1.0 - law.holding) / (1.0 - law.either))


def fit_moves(classes: Sequence[MarkClass], named: int, wrong: tuple[float, float] = (0.0, 0.0)) -> Fit:
    """Weigh all moves of at least `named` sources, and of one more where possible, by the likelihood of a leak.

    Beforehand every number of sources is as likely as any other. `wrong`: shares of wrong answers (`catalogue`).
    """
    moves = catalogue(named, wrong)
    by_sources = {c: sum(move.sources == c for move in moves.all) for c in {move.sources for move in moves.all}}
    logs = np.array([-np.log(by_sources[move.sources]) for move in moves.all])
    for item in classes:
        either = detection_probabilities(moves, item.bias, named, item.holders).either
        logs = logs + item.shown * np.log(either) + (item.marks - item.shown) * np.log(1.0 - either)
    return Fit(moves, np.exp(logs - logsumexp(logs)), named)


def fit_contacts(fit: Fit, share: float, classes: Sequence[MarkClass]) -> Fit:
    """The same moves for ordinary contacts, each at the rate at which contacts are shown.

    `share` is what each copy was denied. A list takes contacts and canaries alike, but other lists that are mixed in
    add contacts, so the rate is the contacts' own.
    """
    total, seen = sum(item.marks for item in classes), sum(item.shown for item in classes)
    rate = seen / max(total, 1)
    likeness = np.abs(detection_probabilities(fit.moves, 1.0 - share, 0, 0).either - rate)
    kinds = sorted({(move.name, move.sources) for move in fit.moves.all})
    moves, weights = list[Move](), list[float]()
    for name, sources in kinds:
        at = [i for i, move in enumerate(fit.moves.all) if (move.name, move.sources) == (name, sources)]
        best = fit.moves.all[at[int(np.argmin(likeness[at]))]]
        values = np.clip(best.theta, _FOREIGN * best.theta[1], 1.0 - LOSS)
        moves.append(Move(name, sources, best.rate, tuple(float(value) for value in values)))
        weights.append(float(fit.weights[at].sum()))
    return Fit(Moves(tuple(moves)), np.array(weights), fit.named)
