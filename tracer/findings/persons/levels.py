"""How well two values of a field agree: a few levels, from 0 (they differ) to the field's highest (they are equal).

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

from tracer.findings.persons.fields import FieldKind

Levels = NDArray[np.int8]
Codes = NDArray[np.int64]
MISSING = -1
"""Level where one side says nothing."""
TOP = {
    FieldKind.NAME: 3,
    FieldKind.PART: 3,
    FieldKind.TEXT: 3,
    FieldKind.NUMBER: 2,
    FieldKind.DATE: 3,
    FieldKind.CATEGORY: 1,
}
"""The level of equal values."""
_CHINESE = re.compile("[\u3400-\u9fff]")


def agreement(kind: FieldKind, values: Sequence[str], left: Codes, right: Codes) -> Levels:
    """Levels of pairs of *different* plain values, given by their places in `values`; one element a pair."""
    measure = _MEASURES.get(kind)
    return np.zeros(left.size, np.int8) if measure is None or not left.size else measure(values, left, right)


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
