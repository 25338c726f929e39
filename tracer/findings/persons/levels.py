"""How well two values of a field agree: a few levels, from 0 (they differ) to the field's highest (they are equal).
Each distinct pair of values is compared once.

Similarities are rapidfuzz's, over distinct pairs of values, character by character, so Chinese names compare as others.
Thresholds are where the levels of FEBRL 1 to 3 fall apart; they are not parameters of the model, which learns what each
level is worth from the lists themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, Indel, JaroWinkler, Levenshtein
from rapidfuzz.process import cpdist

from tracer.findings.persons.fields import Field, FieldKind, PersonRecords

Levels = NDArray[np.int8]
Codes = NDArray[np.int64]
MISSING = -1
"""Level where one side says nothing."""
_TOP = {
    FieldKind.NAME: 3,
    FieldKind.PART: 3,
    FieldKind.TEXT: 3,
    FieldKind.NUMBER: 2,
    FieldKind.DATE: 3,
    FieldKind.CATEGORY: 1,
}
_CHINESE = re.compile("[\u3400-\u9fff]")


def top(field: Field) -> int:
    """The level of equal values."""
    return _TOP[field.kind]


def crossed_level(field: Field) -> int:
    """The level of two values in each other's field; of fields that cannot be crossed there is none."""
    return _TOP[field.kind] + 1


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
    measure = _MEASURES.get(field.kind)
    level = np.zeros(left.size, np.int8) if measure is None or not left.size else measure(values, left, right)
    found[differ] = level[back]
    found[(a < 0) | (b < 0)] = MISSING
    return found


def _part(values: Sequence[str], left: Codes, right: Codes) -> Levels:
    return _steps(_similar(JaroWinkler.similarity, values, left, right), 0.8, 0.92)


def _name(values: Sequence[str], left: Codes, right: Codes) -> Levels:
    """Chinese: 2 where one of three or more characters differs, 1 for the same surname. Others by their letters."""
    found = _steps(_similar(Indel.normalized_similarity, values, left, right), 0.7, 0.85)
    chinese = np.array([_CHINESE.search(value) is not None for value in values])
    at = np.flatnonzero(chinese[left] & chinese[right])
    one, other, length = left[at], right[at], _lengths(values)
    slip = (_edits(values, one, other) == 1) & (np.maximum(length[one], length[other]) >= 3)
    slip &= np.minimum(length[one], length[other]) >= 2
    first = np.array([ord(value[0]) for value in values])
    found[at] = np.where(slip, 2, first[one] == first[other])
    return found


def _text(values: Sequence[str], left: Codes, right: Codes) -> Levels:
    """By the share of letters that need no edit; 2 also where one is a part of the other, of four letters at least."""
    similar = _similar(Levenshtein.normalized_similarity, values, left, right)
    length = _lengths(values)
    short, long = np.minimum(length[left], length[right]), np.maximum(length[left], length[right])
    found = _steps(similar, 0.6, 0.8)
    # A part of a longer text differs from it by what is added, and by nothing else.
    for at in np.flatnonzero((found < 2) & (short >= 4) & (np.abs(similar * long - short) < 0.01)).tolist():
        a, b = values[left[at]], values[right[at]]
        if a in b or b in a:
            found[at] = 2
    return found


def _number(values: Sequence[str], left: Codes, right: Codes) -> Levels:
    length = _lengths(values)
    long = np.minimum(length[left], length[right]) >= 3
    found: Levels = ((_edits(values, left, right) == 1) & long).astype(np.int8)
    return found


def _date(values: Sequence[str], left: Codes, right: Codes) -> Levels:
    """2: one slip, or day and month the wrong way round; 1: two of year, month and day are equal."""
    days = np.array(values, dtype=np.int64)
    year, month, day = days // 10_000, days // 100 % 100, days % 100
    same = [part[left] == part[right] for part in (year, month, day)]
    turned = same[0] & (month[left] == day[right]) & (day[left] == month[right])
    near = (_edits(values, left, right) <= 1) | turned
    return np.where(near, 2, np.sum(same, axis=0) == 2).astype(np.int8)


def _similar(scorer: Callable[..., float], values: Sequence[str], left: Codes, right: Codes) -> NDArray[np.float32]:
    a, b = ([values[at] for at in side.tolist()] for side in (left, right))
    return cpdist(a, b, scorer=scorer, dtype=np.float32, workers=-1)


def _edits(values: Sequence[str], left: Codes, right: Codes) -> NDArray[np.int32]:
    a, b = ([values[at] for at in side.tolist()] for side in (left, right))
    return cpdist(a, b, scorer=OSA.distance, dtype=np.int32, workers=-1)


def _lengths(values: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter(map(len, values), np.int64, len(values))


def _steps(similar: NDArray[np.float32], low: float, high: float) -> Levels:
    return ((similar >= low).astype(np.int8) + (similar >= high)).astype(np.int8)


_MEASURES: dict[FieldKind, Callable[[Sequence[str], Codes, Codes], Levels]] = {
    FieldKind.NAME: _name,
    FieldKind.PART: _part,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
}
"""Kinds of which values may agree in part; the others are equal or they are not."""
