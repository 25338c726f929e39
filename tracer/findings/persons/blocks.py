"""Which pairs of people are compared at all: those that share something that few have.

A value that at most `MOST` people have is a block; values that more have make blocks two by two. So the fields, and the
pairs of fields, that bring people together are chosen by what the lists hold, value by value, and no block is a crowd.
In addition to the pairs across the lists, those within each list are made in the same way for a sample of its people:
no person is twice in one list, so these show how alike different people are (see `calibrate`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.findings.persons.fields import FieldKind, PersonRecords
from tracer.resources import statements_beside

MOST = 128
"""People of a block at most."""
PAIRS_PER_PERSON = 150
"""Pairs that may be made for each person; rules beyond are left out, the dearest first."""
BEST = 8
"""Pairs of a person that are compared: those that share the rarest."""
SAMPLE = 2_000
"""People of each list who are compared with their own list."""
statement = statements_beside(__file__)


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs of people (positions in `PersonRecords`), each once; one element a pair, in order."""

    i: NDArray[np.int64]
    j: NDArray[np.int64]
    """Greater than `i`."""
    within: NDArray[np.bool_]
    worth: NDArray[np.float64]
    """1 for a pair across the lists. For a pair of one list, how many pairs across the lists, of different people, it
    stands for: people are taken to be as like strangers of their own list as like those of the other, by numbers."""
    first: int
    second: int


def candidate_pairs(con: duckdb.DuckDBPyConnection, records: PersonRecords) -> CandidatePairs:
    """The pairs to compare. Temporary tables `person_…` of the connection are rewritten, and dropped."""
    people = records.codes.shape[0]
    sampled = np.concatenate([_sample(records.first), _sample(records.second)])
    keys = _keys(records)
    person = [np.flatnonzero(codes >= 0) for codes in keys]
    at = np.concatenate(person)
    table = pa.table({
        "person": at, "second": at >= records.first, "sampled": sampled[at],
        "field": np.repeat(np.arange(len(keys), dtype=np.int32), [one.size for one in person]),
        "code": np.concatenate([codes[one] for codes, one in zip(keys, person, strict=True)]),
    })  # fmt: skip
    with registered(con, person_cell=table):
        con.execute(statement("values"), {"most": MOST})
        con.execute(statement("features"))
        con.execute(statement("blocks"), {"most": MOST})
        con.execute(statement("rules"), {"budget": PAIRS_PER_PERSON * people})
        found = con.execute(statement("pairs"), {"people": people, "best": BEST}).fetchnumpy()
    for name in ("value", "feature", "block", "rule"):
        con.execute(f"DROP TABLE person_{name}")
    i, j = np.asarray(found["i"], np.int64), np.asarray(found["j"], np.int64)
    within = np.asarray(found["within"], np.bool_)
    worth = np.where(within, _worth(records, sampled, i, j), 1.0)
    return CandidatePairs(i, j, within, worth, records.first, records.second)


def _worth(
    records: PersonRecords, sampled: NDArray[np.bool_], i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:  # fmt: skip
    """What pairs of one list stand for: both lists are witnesses, each with half a say."""
    first, second = records.first, records.second
    each = [0.5 * first * second / max(1, int(some.sum())) / max(1, some.size - 1)
            for some in (sampled[:first], sampled[first:])]  # fmt: skip
    ends = sampled[i].astype(np.float64) + sampled[j]
    return ends * np.where(i < first, each[0], each[1])


def _sample(people: int) -> NDArray[np.bool_]:
    """The same people every time: those whose position, mixed (Fibonacci hashing), is lowest."""
    mixed = np.arange(people, dtype=np.uint64) * np.uint64(11400714819323198485) >> np.uint64(32)
    chosen = np.zeros(people, np.bool_)
    chosen[np.argsort(mixed, kind="stable")[:SAMPLE]] = True
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
    found = re.findall("[0-9]+", value)
    return "-".join(found)


_REST: dict[FieldKind, Callable[[str], str]] = {
    FieldKind.NAME: _beginning,
    FieldKind.PART: _beginning,
    FieldKind.TEXT: _digits,
    FieldKind.DATE: lambda value: value[:6],
}
