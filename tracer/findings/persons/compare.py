"""Pairs of people → levels of agreement, field by field, each distinct pair of values compared once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracer.findings.persons.fields import Field, PersonRecords
from tracer.findings.persons.levels import MISSING, TOP, Levels, agreement


def top(field: Field) -> int:
    """The level of equal values."""
    return TOP[field.kind]


def crossed_level(field: Field) -> int:
    """The level of two values in each other's field; of fields that cannot be crossed there is none."""
    return TOP[field.kind] + 1


def levels_of(records: PersonRecords, i: NDArray[np.int64], j: NDArray[np.int64]) -> Levels:
    """pairs x fields: levels of agreement, `MISSING` where one of the two says nothing.

    Where two fields that may be crossed are equal the wrong way round, the first has its crossed level, and the other,
    of which that says all, is missing.
    """
    found = np.empty((i.size, len(records.fields)), np.int8)
    for at, field in enumerate(records.fields):
        found[:, at] = _field(field, records.values[at], records.codes[i, at], records.codes[j, at])
    for one, other in crossings(records.fields):
        a, b, c, d = (records.codes[who, at] for who in (i, j) for at in (one, other))
        wrong = (a >= 0) & (b >= 0) & (a == d) & (b == c) & (a != b)
        found[wrong, one] = crossed_level(records.fields[one])
        found[wrong, other] = MISSING
    return found


def crossings(fields: tuple[Field, ...]) -> list[tuple[int, int]]:
    """Pairs of positions of fields that may be crossed, each once."""
    place = {field.name: at for at, field in enumerate(fields)}
    return [
        (at, place[field.crossed]) for at, field in enumerate(fields) if field.crossed and place[field.crossed] > at
    ]


def _field(field: Field, values: tuple[str, ...], a: NDArray[np.int32], b: NDArray[np.int32]) -> Levels:
    found = np.full(a.size, top(field), np.int8)
    differ = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    # Similarity is symmetric: each pair of values is looked at once, whichever side has which.
    low, high = np.minimum(a[differ], b[differ]).astype(np.int64), np.maximum(a[differ], b[differ]).astype(np.int64)
    pairs, back = np.unique(low * len(values) + high, return_inverse=True)
    left, right = np.divmod(pairs, max(1, len(values)))
    found[differ] = agreement(field.kind, values, left, right)[back]
    found[(a < 0) | (b < 0)] = MISSING
    return found
