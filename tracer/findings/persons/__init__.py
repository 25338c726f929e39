"""Do two lists that share no identifier hold the same people? Counted, never listed, and never a contact in common.

A link says that two rows are probably one person. It makes no contact, enters no overlap and no derivation: names and
organisations never link by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import scipy
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel, JaroWinkler, Levenshtein
from rapidfuzz.process import cpdist

from tracer.case.store import registered_tables
from tracer.findings.persons.fields import Field, FieldKind, PersonRecords, make_records
from tracer.findings.tails import Bools, Floats, Ints
from tracer.resources import sql_next_to

# What agreement is worth: the model of Fellegi and Sunter ("A theory for record linkage", JASA 64, 1969).
#
# Two values of a field agree at one of a few levels, from 0 (they differ) to the field's highest (they are equal).
# Similarities are rapidfuzz's, over distinct pairs of values, character by character, so Chinese names compare as
# others. Thresholds are where the levels of FEBRL 1 to 3 fall apart; they are not parameters of the model, which learns
# what each level is worth from the lists themselves.
#
# The weight of a pair is the sum of ln(m/u) over the fields: m, how often the same person's two records agree at that
# level, u, how often two people's do. u of equal values is the product of their shares in the two lists, and of other
# levels comes from random pairs. Equal values weigh by their own frequency: two of a rare name are worth more than two
# of a common one (Winkler, "Matching and record linkage", 1995). m is found by expectation and maximisation. In it, a
# pair counts for a field by what the *other* fields alone say of it: pairs were brought together because they agree
# somewhere, and m of that field would else be taken from pairs that were chosen for it.

# Which pairs of people are compared at all, those that share something that few have; and from their weights to links
# with a probability that means what it says.
#
# A value that at most `MOST` people have is a block; values that more have make blocks two by two. So the fields, and
# the pairs of fields, that bring people together are chosen by what the lists hold, value by value, and no block is a
# crowd. In addition to the pairs across the lists, those within each list are made in the same way for a sample of its
# people: no person is twice in one list, so these show how alike different people are.
#
# Links are one to one: the best pair first, then the best of those who are left. How often different people reach a
# weight is not taken from the model, whose fields are not independent (a family shares surname, street and place), but
# counted: a pair within one list is a decoy, for no person is twice in one list. A link at weight s is wrong in the
# share in which decoys, scaled to the people of both lists who are still free at s, are among links and decoys together
# about s, by isotonic regression (the pool-adjacent-violators algorithm; a larger weight never makes a link less
# likely). The idea is the target-decoy search of Elias and Gygi (Nature Methods 4, 2007).
#
# A list with the same person under two spellings has decoys that are none: probabilities are then too low, not too
# high.

_MOST = 128
"""People of a block at most."""
_PAIRS_PER_PERSON = 150
"""Pairs that may be made for each person; rules beyond are left out, the dearest first."""
_BEST = 8
"""Pairs of a person that are compared: those that share the rarest."""
_SAMPLE = 2_000
"""People of each list who are compared with their own list."""
STEP = 0.25
"""Nats: weights that differ by less are one weight."""
UNSEEN = 1.0
"""Decoys that are reckoned with above all those seen: among equals, so many are expected there."""
statement = sql_next_to(__file__)


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs of people (positions in `PersonRecords`), each once; one element a pair, in order."""

    i: Ints
    j: Ints
    within: Bools
    worth: Floats
    """1 for a pair across the lists. For a pair of one list, how many pairs across the lists, of different people, it
    stands for: people are taken to be as like strangers of their own list as like those of the other, by numbers."""
    first: int
    second: int


def candidate_pairs(con: duckdb.DuckDBPyConnection, records: PersonRecords) -> CandidatePairs:
    """The pairs to compare. Temporary tables `person_…` of the connection are rewritten, and dropped."""
    first, second, people = records.first, records.second, records.codes.shape[0]
    samples = [_sample(first), _sample(second)]
    sampled = np.concatenate(samples)
    keys = _keys(records)
    person = [np.flatnonzero(codes >= 0) for codes in keys]
    at = np.concatenate(person)
    field = np.repeat(np.arange(len(keys), dtype=np.int32), [one.size for one in person])
    code = np.concatenate([codes[one] for codes, one in zip(keys, person, strict=True)])
    cells = {"person": at, "second": at >= first, "sampled": sampled[at], "field": field, "code": code}
    with registered_tables(con, person_cell=pa.table(cells)):
        con.execute(statement("values"), {"most": _MOST})
        con.execute(statement("features"))
        con.execute(statement("blocks"), {"most": _MOST})
        con.execute(statement("rules"), {"budget": _PAIRS_PER_PERSON * people})
        found = con.execute(statement("pairs"), {"people": people, "best": _BEST}).fetchnumpy()
    for name in ("value", "feature", "block", "rule"):
        con.execute(f"DROP TABLE person_{name}")
    i, j = np.asarray(found["i"], np.int64), np.asarray(found["j"], np.int64)
    within = np.asarray(found["within"], np.bool_)
    # What pairs of one list stand for: both lists are witnesses, each with half a say.
    each = [0.5 * first * second / max(1, int(one.sum())) / max(1, one.size - 1) for one in samples]
    stands = (sampled[i].astype(np.float64) + sampled[j]) * np.where(i < first, each[0], each[1])
    return CandidatePairs(i, j, within, np.where(within, stands, 1.0), first, second)


def _sample(people: int) -> Bools:
    """The same people every time: those whose position, mixed (Fibonacci hashing), is lowest."""
    mixed = np.arange(people, dtype=np.uint64) * np.uint64(11400714819323198485) >> np.uint64(32)
    chosen = np.zeros(people, np.bool_)
    chosen[np.argsort(mixed, kind="stable")[:_SAMPLE]] = True
    return chosen


def _keys(records: PersonRecords) -> list[NDArray[np.int32]]:
    """Columns of codes to block by: the fields, and what is left of a value where its rest may be written otherwise."""
    keys = [records.codes[:, at] for at in range(len(records.fields))]
    for at, field in enumerate(records.fields):
        if field.kind in _REST:
            rests = [_REST[field.kind](value) for value in records.values[at]]
            place = {rest: number for number, rest in enumerate(sorted({rest for rest in rests if rest}))}
            codes = np.array([place.get(rest, -1) for rest in rests] + [-1], dtype=np.int32)
            keys.append(codes[records.codes[:, at]])
    return keys


def _first_letters(value: str) -> str:
    return value[:1] if value > "\u3400" else value[:3]


def _digits(value: str) -> str:
    """The numbers of an address, which are written alike where its words are not."""
    return "-".join(re.findall("[0-9]+", value))


_REST: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.NAME: _first_letters,
    FieldKind.PART: _first_letters,
    FieldKind.TEXT: _digits,
    FieldKind.DATE: lambda value: value[:6],
}


@dataclass(frozen=True)
class Tally:
    """Links and decoys by weight, in steps of `STEP` nats, lowest first."""

    lowest: int
    """Steps from 0 to the lower end of the first."""
    links: Ints
    decoys: Ints
    worth: Floats


@dataclass(frozen=True)
class Links:
    """One-to-one links across the lists, best first; one element a link."""

    pair: Ints
    """Position in `CandidatePairs`."""
    weight: Floats
    probability: Floats
    """That both are one person; never larger for a smaller weight."""
    tally: Tally


def link(pairs: CandidatePairs, weights: Floats) -> Links:
    """Links from pairs and their weights (nats)."""
    chosen = one_to_one(pairs, weights)
    weight, inner = weights[chosen], np.flatnonzero(pairs.within)
    # Both ends of a wrong link have no better one, so both of a decoy must have none.
    reached = np.full(pairs.first + pairs.second, -np.inf)
    for end in (pairs.i, pairs.j):
        reached[end[chosen]] = weight
    inner = inner[np.maximum(reached[pairs.i[inner]], reached[pairs.j[inner]]) <= weights[inner]]
    better = np.searchsorted(-weight, -weights[inner], side="left")
    # A pair of one list that is free stands for as many more or fewer pairs across as more or fewer of the other are.
    first, second = (np.maximum(people - better, 0) / max(1, people) for people in (pairs.first, pairs.second))
    of_first = pairs.i[inner] < pairs.first
    free = np.where(of_first, second, first) / np.maximum(np.where(of_first, first, second), 1e-9)
    steps, decoys = (np.floor(one / STEP).astype(np.int64) for one in (weight, weights[inner]))
    both = np.concatenate([steps, decoys])
    lowest, size = (int(both.min()), int(both.max() - both.min()) + 1) if both.size else (0, 0)
    worth = np.bincount(decoys - lowest, pairs.worth[inner] * free, size).astype(np.float64)
    linked, seen = (np.bincount(one - lowest, minlength=size) for one in (steps, decoys))
    counted = Tally(lowest, linked, seen, worth)
    wrong = wrong_shares(linked.astype(np.float64), worth, wrong_links_unseen(counted))
    return Links(chosen, weight, 1.0 - wrong[steps - lowest], counted)


def wrong_shares(links: Floats, worth: Floats, more: float) -> Floats:
    """Probability that a link of a step is wrong, one element a step.

    `links`: links of each step; `worth`: wrong links that its decoys stand for; `more`: wrong links to be reckoned with
    at the very top, above all decoys: what a sample lacks is not impossible.
    """
    wrong = worth.copy()
    wrong[-1:] += more
    both = links + wrong
    seen = np.flatnonzero(both > 0)
    odds = np.ones(both.size)
    if seen.size:
        share = scipy.optimize.isotonic_regression(wrong[seen] / both[seen], weights=both[seen], increasing=False).x
        # From the share of decoys among links and decoys, f / (f + n), to that of wrong links among links, f / n.
        odds[seen] = np.minimum(share / np.maximum(1.0 - share, 1e-12), 1.0)
    return odds


def one_to_one(pairs: CandidatePairs, weights: Floats) -> Ints:
    """Positions of the links, best first: in rounds, of those left, the pairs that are the best of both people."""
    across = np.flatnonzero(~pairs.within)
    order = across[np.lexsort((pairs.j[across], pairs.i[across], -weights[across]))]
    chosen: list[Ints] = []
    while order.size:
        # In this order the first pair of a person is the best that is left.
        _, best_i = np.unique(pairs.i[order], return_index=True)
        _, best_j = np.unique(pairs.j[order], return_index=True)
        taken = order[np.intersect1d(best_i, best_j, assume_unique=True)]
        chosen.append(taken)
        gone = np.zeros(pairs.first + pairs.second, np.bool_)
        gone[pairs.i[taken]] = gone[pairs.j[taken]] = True
        order = order[~(gone[pairs.i[order]] | gone[pairs.j[order]])]
    found = np.concatenate(chosen) if chosen else np.zeros(0, np.int64)
    return found[np.lexsort((pairs.i[found], -weights[found]))]


def wrong_links_unseen(counted: Tally) -> float:
    """Wrong links to be reckoned with above all decoys."""
    seen = int(counted.decoys.sum())
    return UNSEEN * (float(counted.worth.sum()) / seen if seen and counted.worth.any() else 1.0)


Levels = NDArray[np.int8]
MISSING = -1
"""Level where one side says nothing."""
_CHINESE = re.compile("[\u3400-\u9fff]")
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


def levels_of(records: PersonRecords, i: Ints, j: Ints) -> Levels:
    """pairs x fields: levels of agreement, `MISSING` where one of the two says nothing.

    Where two fields that may be crossed are equal the wrong way round, the first has its crossed level, and the other,
    of which that says all, is missing.
    """
    found = np.empty((i.size, len(records.fields)), np.int8)
    for at, field in enumerate(records.fields):
        a, b, values = records.codes[i, at], records.codes[j, at], records.values[at]
        # Similarity is symmetric: each pair of distinct values is looked at once, whichever side has which.
        differ = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
        low, high = np.minimum(a[differ], b[differ]).astype(np.int64), np.maximum(a[differ], b[differ]).astype(np.int64)
        pairs, back = np.unique(low * len(values) + high, return_inverse=True)
        left, right = np.divmod(pairs, max(1, len(values)))
        level = np.zeros(left.size, np.int8)
        if left.size and field.kind in _MEASURES:
            level = _MEASURES[field.kind](values, left, right)
        found[:, at] = field.top
        found[differ, at] = level[back]
        found[(a < 0) | (b < 0), at] = MISSING
    for one, other in crossings(records.fields):
        a, b, c, d = (records.codes[who, at] for who in (i, j) for at in (one, other))
        wrong = (a >= 0) & (b >= 0) & (a == d) & (b == c) & (a != b)
        found[wrong, one] = records.fields[one].crossed_level
        found[wrong, other] = MISSING
    return found


def crossings(fields: tuple[Field, ...]) -> list[tuple[int, int]]:
    """Pairs of positions of fields that may be crossed, each once."""
    place = {field.name: at for at, field in enumerate(fields)}
    found = ((at, place[field.crossed]) for at, field in enumerate(fields) if field.crossed)
    return [(one, other) for one, other in found if other > one]


def _scores_of_pairs(
    scorer: Callable[..., Any], kind: type, values: Sequence[str], left: Ints, right: Ints
) -> NDArray[Any]:
    a, b = ([values[at] for at in side.tolist()] for side in (left, right))
    return cpdist(a, b, scorer=scorer, dtype=kind, workers=-1)


def _edits(values: Sequence[str], left: Ints, right: Ints) -> NDArray[np.int32]:
    return _scores_of_pairs(OSA.distance, np.int32, values, left, right)


def _lengths(values: Sequence[str], left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Lengths of the shorter and of the longer value of each pair."""
    length = np.fromiter(map(len, values), np.int64, len(values))
    return np.minimum(length[left], length[right]), np.maximum(length[left], length[right])


def _steps(similar: NDArray[np.float32], low: float, high: float) -> Levels:
    return ((similar >= low).astype(np.int8) + (similar >= high)).astype(np.int8)


def _part(values: Sequence[str], left: Ints, right: Ints) -> Levels:
    return _steps(_scores_of_pairs(JaroWinkler.similarity, np.float32, values, left, right), 0.8, 0.92)


def _name(values: Sequence[str], left: Ints, right: Ints) -> Levels:
    """Chinese: 2 where one of three or more characters differs, 1 for the same surname. Others by their letters."""
    found = _steps(_scores_of_pairs(Indel.normalized_similarity, np.float32, values, left, right), 0.7, 0.85)
    chinese = np.array([_CHINESE.search(value) is not None for value in values])
    at = np.flatnonzero(chinese[left] & chinese[right])
    one, other = left[at], right[at]
    short, long = _lengths(values, one, other)
    first = np.array([ord(value[0]) for value in values])
    slip = (_edits(values, one, other) == 1) & (long >= 3) & (short >= 2)
    found[at] = np.where(slip, 2, first[one] == first[other])
    return found


def _text(values: Sequence[str], left: Ints, right: Ints) -> Levels:
    """By the share of letters that need no edit; 2 also where one is a part of the other, of four letters at least."""
    similar = _scores_of_pairs(Levenshtein.normalized_similarity, np.float32, values, left, right)
    (short, long), found = _lengths(values, left, right), _steps(similar, 0.6, 0.8)
    # A part of a longer text differs from it by what is added, and by nothing else.
    for at in np.flatnonzero((found < 2) & (short >= 4) & (np.abs(similar * long - short) < 0.01)).tolist():
        a, b = values[left[at]], values[right[at]]
        if a in b or b in a:
            found[at] = 2
    return found


def _number(values: Sequence[str], left: Ints, right: Ints) -> Levels:
    found: Levels = ((_edits(values, left, right) == 1) & (_lengths(values, left, right)[0] >= 3)).astype(np.int8)
    return found


def _date(values: Sequence[str], left: Ints, right: Ints) -> Levels:
    """2: one slip, or day and month the wrong way round; 1: two of year, month and day are equal."""
    days = np.array(values, dtype=np.int64)
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    same = [part[left] == part[right] for part in (year, month, day)]
    turned = same[0] & (month[left] == day[right]) & (day[left] == month[right])
    near = (_edits(values, left, right) <= 1) | turned
    return np.where(near, 2, np.sum(same, axis=0) == 2).astype(np.int8)


_MEASURES: dict[FieldKind, Callable[[Sequence[str], Ints, Ints], Levels]] = {
    FieldKind.NAME: _name,
    FieldKind.PART: _part,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
}
"""Kinds of which values may agree in part; the others are equal or they are not."""


@dataclass(frozen=True)
class LinkageModel:
    """Weights of levels; arrays are fields x levels, the crossed level last."""

    m: Floats
    u: Floats
    rarity: tuple[Floats, ...]
    """For each field -ln of the share of people who have each value."""


def start(records: PersonRecords) -> LinkageModel:
    """The model before anything is learnt."""
    fields = records.fields
    # Random pairs across the lists, the same every time: all but a few are different people.
    rng = np.random.default_rng(records.codes.shape[0])
    size = min(_RANDOM_PAIRS, records.first * records.second)
    i, j = (rng.integers(0, people, size) for people in (max(1, records.first), max(1, records.second)))
    chance = levels_of(records, i, records.first + j)
    m, u, rarity = np.zeros((len(fields), _LEVELS)), np.zeros((len(fields), _LEVELS)), list[Floats]()
    for at, field in enumerate(fields):
        top, levels = field.top, chance[:, at]
        m[at, :top], m[at, top] = _PARTIAL, _EQUAL
        if field.crossed:
            m[at, field.crossed_level] = _PARTIAL / 2
        # Share of pairs of different people at each level: exact for equal values, from random pairs for the others.
        a, b = records.counts(at, slice(0, records.first)), records.counts(at, slice(records.first, None))
        equal = float((a * b).sum() / max(1, int(a.sum()) * int(b.sum())))
        partly = np.bincount(levels[levels >= 0], minlength=_LEVELS)[:top] + 0.5
        u[at] = 1e-12  # that of the crossed level is never read: a crossed pair weighs by its own two values
        u[at, :top], u[at, top] = partly / partly.sum() * (1.0 - equal), max(equal, 1e-12)
        # Crossed fields share their values, and count together.
        counts = records.counts(at)
        for one, other in crossings(fields):
            if at in {one, other}:
                counts = records.counts(one) + records.counts(other)
        rarity.append(-np.log(np.maximum(counts, 1) / max(1, int(counts.sum()))))
    m /= m.sum(axis=1, keepdims=True)
    return LinkageModel(m, u, tuple(rarity))


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
        equal = level == field.top
        found[equal, at] = np.log(model.m[at, field.top]) + rarity[records.codes[pairs.i[equal], at]]
        # To agree wholly is no less than to agree in part, whatever the pairs that m is learnt from.
        found[equal, at] = np.maximum(found[equal, at], worth[at, 1 : field.top].max(initial=0.0))
        if at in crossed:
            wrong = level == field.crossed_level
            here, there = records.codes[pairs.i[wrong], at], records.codes[pairs.i[wrong], crossed[at]]
            found[wrong, at] = np.log(model.m[at, field.crossed_level]) + rarity[here] + rarity[there]
    return found


LEAST_PROBABILITY = 0.5
"""Links are stated from here on: more likely right than wrong."""
REACH = 160
"""Bins on each side of 0."""
_SURE = 0.95
"""Probability of links that show what a field that was left out is like."""
_ENOUGH, _LEAST = 0.2, 20
"""Such links at least, as a share of those that all fields make, and as a number."""
_DRAWS = 400
"""Draws of the bootstrap."""
_LEVEL = 0.95
_ALLOWANCE = 0.5
"""Standard deviation, as a logarithm, of the share who are missed, in addition to what independent slips make of it."""
_SEED = 20_070_304
"""Any fixed number: the same lists must give the same interval."""


@dataclass(frozen=True)
class Linkage:
    """Links between the people of two tables, best first; arrays have one element a link."""

    records: PersonRecords
    a: Ints
    b: Ints
    probability: Floats
    """That both are one person; those under `LEAST_PROBABILITY` are not stated."""
    links: Links
    pairs: CandidatePairs
    weights: Floats


def link_tables(con: duckdb.DuckDBPyConnection, a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> Linkage:
    """Link the people of two tables that have a column of texts for each field. The same tables, the same links.

    Raises:
        KeyError: a table lacks a field's column.
    """
    records = make_records(a, b, fields)
    pairs = candidate_pairs(con, records)
    levels = levels_of(records, pairs.i, pairs.j)
    model = learn(start(records), records, levels, pairs)
    weights = field_weights(model, records, levels, pairs)
    found = link(pairs, weights.sum(axis=1))
    rows_a, rows_b = records.rows[pairs.i[found.pair]], records.rows[pairs.j[found.pair]]
    return Linkage(records, rows_a, rows_b, found.probability, found, pairs, weights)


# How many of the people who are in both lists reach a weight? A true pair's weight is a sum over its fields, whose
# distribution is that of a sum of independent parts: slips and gaps in one field are taken to tell nothing of those
# in another. Each field's part is seen in pairs that the other fields alone identify, less what pairs of different
# people add to them, so that it is not taken from pairs that were chosen for it. Where sloppy rows are sloppy
# throughout, fewer reach the weight than is said here.


def spread(weights: Floats, pairs: CandidatePairs) -> tuple[Floats, ...] | None:
    """For each field how many pairs of the same people weigh so much in it, by bins of `STEP` about 0.

    weights: pairs x fields, nats. The pairs are those that the other fields link with `_SURE`; where these are too few,
    all pairs by what the other fields say of them, less what pairs of one list do. None where that does not tell
    either: without one of the fields the others identify hardly anybody.
    """
    bins = np.clip(np.rint(weights / STEP), -REACH, REACH).astype(np.int64) + REACH
    size, total, share = 2 * REACH + 1, weights.sum(axis=1), by_others(weights, pairs)
    enough = max(_LEAST, _ENOUGH * int((link(pairs, total).probability >= _SURE).sum()))
    parts = []
    for at in range(weights.shape[1]):
        found = link(pairs, total - weights[:, at])
        sure = found.pair[found.probability >= _SURE]
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


# How many people two lists have in common: with an interval, and the share of them who are linked. The stated links
# that are right, by their probabilities, over the share of the same people's pairs that weigh as much as a stated
# link (see `recall`). The interval is a Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981): decoys, links and
# what is known of each field get random weights, the probabilities are found again, and whether each link is right is
# drawn.


@dataclass(frozen=True)
class SamePeople:
    """What the links say, all together."""

    people_a: int
    """Different people of the first list who say enough to be compared."""
    people_b: int
    linked: int
    same: float
    """Estimated number of people who are in both lists; where `recall` is not known, of those who can be told."""
    low: float
    high: float | None
    precision: float | None
    """Expected share of the stated links that are right; None without links."""
    recall: float | None
    """Expected share of the people in both lists who are linked; None where the fields do not tell."""


def same_people(found: Linkage) -> SamePeople:
    """The estimate of one comparison."""
    records, links = found.records, found.links
    most = float(min(records.first, records.second))
    stated = int((found.probability >= LEAST_PROBABILITY).sum())
    right = float(found.probability[:stated].sum())
    parts = spread(found.weights, found.pairs)
    reaching = None
    if stated and parts is not None:
        reaching = max(share_reaching(parts, float(links.weight[stated - 1])), right / most)
    same = right if reaching is None else right / reaching
    low, high = _interval(links.tally, parts)
    return SamePeople(
        people_a=records.first,
        people_b=records.second,
        linked=stated,
        same=same,
        low=min(low, same),
        high=None if reaching is None else min(max(high, same), most),
        precision=right / stated if stated else None,
        recall=None if reaching is None else right / same,
    )


def _interval(counted: Tally, parts: Sequence[Floats] | None) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    sums = np.zeros(_DRAWS)
    each = counted.worth / np.maximum(counted.decoys, 1)
    for draw in range(_DRAWS):
        # A sum of exponential weights, one for each of k, is a gamma of k.
        worth, more = each * rng.gamma(counted.decoys), float(rng.gamma(UNSEEN)) * wrong_links_unseen(counted) / UNSEEN
        wrong = wrong_shares(rng.gamma(counted.links), worth, more)
        stated = np.flatnonzero((wrong <= 1.0 - LEAST_PROBABILITY) & (counted.links > 0))
        if stated.size == 0:
            continue
        sums[draw] = rng.binomial(counted.links[stated], 1.0 - wrong[stated]).sum()
        if parts is not None:
            reaching = share_reaching([rng.gamma(part) for part in parts], (counted.lowest + stated[0]) * STEP)
            missed = (1.0 - reaching) * float(np.exp(rng.normal(0.0, _ALLOWANCE)))
            sums[draw] *= 1.0 + missed / max(reaching, 1e-3)
    tail = (1.0 - _LEVEL) / 2.0
    low, high = np.quantile(sums, [tail, 1.0 - tail])
    return float(low), float(high)
