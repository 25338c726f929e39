"""What agreement is worth: the model of Fellegi and Sunter ("A theory for record linkage", JASA 64, 1969).

The weight of a pair is the sum of ln(m/u) over the fields: m, how often the same person's two records agree at that
level, u, how often two people's do. u of equal values is the product of their shares in the two lists, and of other
levels comes from random pairs. Equal values weigh by their own frequency: two of a rare name are worth more than two of
a common one (Winkler, "Matching and record linkage", 1995). m is found by expectation and maximisation. In it, a pair
counts for a field by what the *other* fields alone say of it: pairs were brought together because they agree somewhere,
and m of that field would else be taken from pairs that were chosen for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tracer.findings.persons.fields import PersonRecords
from tracer.findings.persons.levels import Levels, crossed_level, crossings, levels_of, top
from tracer.findings.persons.pairs import CandidatePairs

Floats = NDArray[np.float64]
_RANDOM_PAIRS = 50_000
"""Random pairs for u of partial agreement."""
_ROUNDS = 30
"""Rounds of expectation and maximisation at most."""
_STILL = 1e-4
"""Change of every m under which it stops."""
_LEVELS = 5
"""Levels of any field at most, the crossed one included."""
_EQUAL, _PARTIAL = 0.8, 0.05
"""m of equal values, and of each other level that is not 0, at the start."""
_PRIOR = 4.0
"""Pairs' worth of the start in every round: a level that no pair shows is not impossible."""


@dataclass(frozen=True)
class LinkageModel:
    """Weights of levels; arrays are fields x levels, the crossed level last."""

    m: Floats
    u: Floats
    rarity: tuple[Floats, ...]
    """For each field -ln of the share of people who have each value."""


def random_levels(records: PersonRecords) -> Levels:
    """Levels of random pairs across the lists, the same every time: all but a few are different people."""
    if 0 in {records.first, records.second}:
        return np.zeros((0, len(records.fields)), np.int8)
    rng = np.random.default_rng(records.codes.shape[0])
    size = min(_RANDOM_PAIRS, records.first * records.second)
    i = rng.integers(0, records.first, size)
    return levels_of(records, i, records.first + rng.integers(0, records.second, size))


def start(records: PersonRecords, chance: Levels) -> LinkageModel:
    """The model before anything is learnt. `chance`: levels of random pairs."""
    fields = records.fields
    m, u, rarity = np.zeros((len(fields), _LEVELS)), np.zeros((len(fields), _LEVELS)), list[Floats]()
    for at, field in enumerate(fields):
        m[at, : top(field) + 1] = _PARTIAL
        m[at, top(field)] = _EQUAL
        if field.crossed:
            m[at, crossed_level(field)] = _PARTIAL / 2
        u[at] = _share_by_chance(records, at, chance[:, at])
        # Crossed fields share their values, and count together.
        counts = records.counts(at)
        for one, other in crossings(fields):
            if at in {one, other}:
                counts = records.counts(one) + records.counts(other)
        rarity.append(-np.log(np.maximum(counts, 1) / max(1, int(counts.sum()))))
    m /= m.sum(axis=1, keepdims=True)
    return LinkageModel(m, u, tuple(rarity))


def _share_by_chance(records: PersonRecords, at: int, chance: Levels) -> Floats:
    """Share of pairs of different people at each level; exact for equal values, from random pairs for the others."""
    field, size = records.fields[at], _LEVELS
    told = records.codes[:, at]
    first, second = told[: records.first], told[records.first :]
    values = len(records.values[at])
    a = np.bincount(first[first >= 0], minlength=values)
    b = np.bincount(second[second >= 0], minlength=values)
    equal = float((a * b).sum() / max(1, int(a.sum()) * int(b.sum())))
    counts = np.bincount(chance[chance >= 0], minlength=size)[:size].astype(np.float64)
    counts[top(field)] = counts[top(field) + 1 :] = 0.0
    counts[: top(field)] += 0.5
    u = counts / counts.sum() * (1.0 - equal)
    u[top(field)] = max(equal, 1e-12)
    u[top(field) + 1 :] = 1e-12  # never read: a crossed pair weighs by its own two values
    return np.asarray(u, np.float64)


def learn(model: LinkageModel, records: PersonRecords, levels: Levels, pairs: CandidatePairs) -> LinkageModel:
    """The model with m found from the pairs."""
    before = model.m
    for _ in range(_ROUNDS):
        share = by_others(field_weights(model, records, levels, pairs), pairs)
        m = np.zeros_like(before)
        for at in range(before.shape[0]):
            told = levels[:, at] >= 0
            m[at] = np.bincount(levels[told, at], share[told, at], before.shape[1])
        m = np.maximum(m, 0.0) + _PRIOR * before
        m /= m.sum(axis=1, keepdims=True)
        still = float(np.abs(m - model.m).max()) < _STILL
        model = replace(model, m=m)
        if still:
            break
    return model


def by_others(weights: Floats, pairs: CandidatePairs) -> Floats:
    """pairs x fields: what the other fields alone say of a pair, as its probability to be one person.

    Negative for pairs of one list, by how many pairs of different people they stand for: in sums these take away what
    pairs of different people, families say, have added.
    """
    # About one in so many random pairs is the same person, where half of the smaller list is in the other.
    prior = -np.log(2.0 * max(1, pairs.first, pairs.second))
    others = weights.sum(axis=1, keepdims=True) - weights
    stands = np.where(pairs.within, -pairs.worth, pairs.worth)[:, None]
    return np.asarray(stands / (1.0 + np.exp(-np.clip(others + prior, -50.0, 50.0))), np.float64)


def field_weights(model: LinkageModel, records: PersonRecords, levels: Levels, pairs: CandidatePairs) -> Floats:
    """pairs x fields: ln(m/u), 0 where a value is missing. Equal and crossed values weigh by how rare they are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(model.m > 0, np.log(model.m) - np.log(model.u), 0.0)
    found = np.zeros(levels.shape)
    crossed = {one: other for pair in crossings(records.fields) for one, other in (pair, pair[::-1])}
    for at, field in enumerate(records.fields):
        level, rarity = levels[:, at], model.rarity[at]
        told = level >= 0
        found[told, at] = worth[at, level[told]]
        equal = level == top(field)
        found[equal, at] = np.log(model.m[at, top(field)]) + rarity[records.codes[pairs.i[equal], at]]
        # To agree wholly is no less than to agree in part, whatever the pairs that m is learnt from.
        found[equal, at] = np.maximum(found[equal, at], worth[at, 1 : top(field)].max(initial=0.0))
        if at in crossed:
            wrong = level == crossed_level(field)
            here, there = records.codes[pairs.i[wrong], at], records.codes[pairs.i[wrong], crossed[at]]
            found[wrong, at] = np.log(model.m[at, crossed_level(field)]) + rarity[here] + rarity[there]
    return found
