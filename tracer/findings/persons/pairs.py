"""Which pairs of people are compared at all, those that share something that few have; and from their weights to links
with a probability that means what it says.

A value that at most `MOST` people have is a block; values that more have make blocks two by two. So the fields, and the
pairs of fields, that bring people together are chosen by what the lists hold, value by value, and no block is a crowd.
In addition to the pairs across the lists, those within each list are made in the same way for a sample of its people:
no person is twice in one list, so these show how alike different people are.

Links are one to one: the best pair first, then the best of those who are left. How often different people reach a
weight is not taken from the model, whose fields are not independent (a family shares surname, street and place), but
counted: a pair within one list is a decoy, for no person is twice in one list. A link at
weight s is wrong in the share in which decoys, scaled to the people of both lists who are still free at s, are among
links and decoys together about s, by isotonic regression (the pool-adjacent-violators algorithm; a larger weight never
makes a link less likely). The idea is the target-decoy search of Elias and Gygi (Nature Methods 4, 2007).

A list with the same person under two spellings has decoys that are none: probabilities are then too low, not too high.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import scipy
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.findings.persons.fields import FieldKind, PersonRecords
from tracer.resources import statements_beside

Floats = NDArray[np.float64]
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
statement = statements_beside(__file__)


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs of people (positions in `PersonRecords`), each once; one element a pair, in order."""

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    within: NDArray[np.bool_]
    worth: NDArray[np.float64]
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
    with registered(con, person_cell=pa.table(cells)):
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


def _sample(people: int) -> NDArray[np.bool_]:
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


def _beginning(value: str) -> str:
    return value[:1] if value > "\u3400" else value[:3]


def _digits(value: str) -> str:
    """The numbers of an address, which are written alike where its words are not."""
    return "-".join(re.findall("[0-9]+", value))


_REST: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.NAME: _beginning,
    FieldKind.PART: _beginning,
    FieldKind.TEXT: _digits,
    FieldKind.DATE: lambda value: value[:6],
}


@dataclass(frozen=True)
class Tally:
    """Links and decoys by weight, in steps of `STEP` nats, lowest first."""

    lowest: int
    """Steps from 0 to the lower end of the first."""
    links: NDArray[np.int64]
    decoys: NDArray[np.int64]
    worth: Floats


@dataclass(frozen=True)
class Links:
    """One-to-one links across the lists, best first; one element a link."""

    pair: NDArray[np.int64]
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
    wrong = wrong_shares(linked.astype(np.float64), worth, unseen(counted))
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


def one_to_one(pairs: CandidatePairs, weights: Floats) -> NDArray[np.int64]:
    """Positions of the links, best first: in rounds, of those left, the pairs that are the best of both people."""
    across = np.flatnonzero(~pairs.within)
    order = across[np.lexsort((pairs.j[across], pairs.i[across], -weights[across]))]
    chosen: list[NDArray[np.int64]] = []
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


def unseen(counted: Tally) -> float:
    """Wrong links to be reckoned with above all decoys."""
    seen = int(counted.decoys.sum())
    return UNSEEN * (float(counted.worth.sum()) / seen if seen and counted.worth.any() else 1.0)
