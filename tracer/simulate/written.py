"""Numbers as people write them: the forms of one and the same mobile number in lists.

A form never changes which number is meant, except `lossy` (scientific notation that lost digits) and `masked`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.names import Texts

_FULL_WIDTH = 0xFEE0  # the distance in Unicode from a digit to its full-width form


def _cut(digits: Texts, start: int, stop: int) -> Texts:
    """Characters `start` to `stop` of eleven-character strings."""
    wide = digits.astype("<U11").view("<U1").reshape(-1, 11)
    return np.ascontiguousarray(wide[:, start:stop]).view(f"<U{stop - start}").ravel()


def _joined(*pieces: Texts | str) -> Texts:
    text: Texts = np.array("")
    for piece in pieces:
        text = np.char.add(text, piece)
    return text


FORMS: Mapping[str, Callable[[Texts], Texts]] = {
    "plain": lambda d: d,
    "plus": lambda d: _joined("+86", d),
    "plus_spaced": lambda d: _joined("+86 ", _cut(d, 0, 3), " ", _cut(d, 3, 7), " ", _cut(d, 7, 11)),
    "86": lambda d: _joined("86", d),
    "0086": lambda d: _joined("0086", d),
    "zero": lambda d: _joined("0", d),
    "dashed": lambda d: _joined(_cut(d, 0, 3), "-", _cut(d, 3, 7), "-", _cut(d, 7, 11)),
    "spaced": lambda d: _joined(_cut(d, 0, 3), " ", _cut(d, 3, 7), " ", _cut(d, 7, 11)),
    "float": lambda d: _joined(d, ".0"),
    "full_width": lambda d: (d.view(np.uint32) + np.uint32(_FULL_WIDTH)).view("<U11"),
    "tabbed": lambda d: _joined(d, "\t"),
    "quoted": lambda d: _joined("'", d),
    "labelled": lambda d: _joined("手机:", d),
    "lossy": lambda d: _joined(_cut(d, 0, 1), ".", _cut(d, 1, 3), "E+10"),
    "masked": lambda d: _joined(_cut(d, 0, 3), "****", _cut(d, 7, 11)),
}
"""Form → how eleven-digit strings are written in it."""
EVERYDAY: Mapping[str, float] = {
    "plain": 0.80, "plus": 0.03, "86": 0.03, "0086": 0.01, "dashed": 0.04, "spaced": 0.03, "float": 0.02,
    "full_width": 0.01, "tabbed": 0.01, "quoted": 0.01, "labelled": 0.005, "lossy": 0.005,
}  # fmt: skip
"""Shares of forms in a list that several hands have kept."""


def written(rng: np.random.Generator, numbers: NDArray[np.int64], shares: Mapping[str, float]) -> Texts:
    """Each eleven-digit number as text, in a form drawn by `shares` (form → share; they are scaled to sum to 1).

    Raises `KeyError` for a form that is not in `FORMS`.
    """
    digits = numbers.astype("<U11")
    forms = list(shares)
    weights = np.array([shares[form] for form in forms])
    drawn = rng.choice(len(forms), numbers.size, p=weights / weights.sum())
    result = np.empty(numbers.size, dtype="<U20")
    for position, form in enumerate(forms):
        chosen = drawn == position
        result[chosen] = FORMS[form](digits[chosen])
    return result
