"""Numbers and addresses as lists made for tests hold them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.names import Texts
from tracer.simulate.written import FORMS


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
