"""Scores copies by the forms that a leak shows of keyed choices, with an exact tail for innocent ones.

An innocent copy's bits are independent of what the leak shows: its score is a sum of weights over those of its bits
that are 1, each with the probability it was drawn with. The weights come from the leak and the biases alone, so that
holds whatever was done to the leak; what a reader wrote in one way gets no weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracer.marking.codes.channel import Bools, Floats, Ints
from tracer.marking.codes.masses import InnocentMarks, Scale

SHARE = 0.5
"""Share of the rows that are taken to be as the source has them: others may be from elsewhere, or were rewritten."""
_STEPS = 20.0
"""Weights are rounded to this part of a nat, so that few classes are left."""
_NOTHING = 0.1
"""Nats below which a choice says nothing."""
_LARGEST = 690.0
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
    """Score copies. `shown`: (m,) form that the leak has; `group`: (m,) column and pair of forms; `bias`: (m,); `bits`:
    (copies, m) whether each copy has form 1."""
    lacking, holding = _ratios(shown, group, bias)
    weights = np.round((holding - lacking) * _STEPS) / _STEPS
    read = np.flatnonzero(np.abs(weights) > _NOTHING)
    if not len(read):
        return ChoiceScores(np.ones(len(bits)), np.ones(len(bits)), read)
    classes, which = np.unique(np.stack([weights[read], bias[read]]), axis=1, return_inverse=True)
    which = which.reshape(-1)
    held = np.stack([np.bincount(which, weights=row, minlength=classes.shape[1]) for row in bits[:, read]]).astype(
        np.int64
    )
    sizes = np.bincount(which, minlength=classes.shape[1])
    scale = Scale(
        [InnocentMarks(float(weight), int(size), float(p)) for (weight, p), size in zip(classes.T, sizes, strict=True)]
    )
    scores = scale.score(held)
    distinct, place = np.unique(scores, return_inverse=True)
    tails = np.array(scale.upper_tails(int(score) for score in distinct))[place.reshape(-1)]
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
