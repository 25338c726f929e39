"""The rows of a synthetic list as parallel arrays of integers, and the elementary changes to them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.written import FORMS

FORM_NAMES = tuple(FORMS)
"""Index → form in which a number is written."""
MASKED = FORM_NAMES.index("masked")
LOSSY = FORM_NAMES.index("lossy")
PLAIN = FORM_NAMES.index("plain")
CELLS = ("name", "firm", "address")
"""Text cells that can be mistyped or lost."""
BLANK = -1
"""Variant of a cell that is empty; also the `inner` of a row whose id is lost."""
NO_DAY = -(10**6)
"""`day` of a row whose date is lost."""
NEVER = 10**6
"""`gone` of a row that its list still holds."""


@dataclass(frozen=True)
class Rows:
    """All arrays have one element a row."""

    number: NDArray[np.int64]
    person: NDArray[np.int64]
    """Index into the population; the number is usually, not always, this person's."""
    name: NDArray[np.int16]
    """Variant of the cell: 0 as it is, 1… mistyped in that way, -1 empty."""
    firm: NDArray[np.int16]
    address: NDArray[np.int16]
    day: NDArray[np.int32]
    inner: NDArray[np.int64]
    """The number that the first list gave the row in an id column."""
    form: NDArray[np.int8]
    """Index into `FORM_NAMES`."""
    gone: NDArray[np.int32]
    """Day on which a client that keeps a row history deleted the row; `NEVER` where it did not."""

    def __len__(self) -> int:
        return int(self.number.size)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Rows whose number can be read back."""
        readable: NDArray[np.bool_] = (self.form != MASKED) & (self.form != LOSSY)
        return readable

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Rows:
        """The rows at `index`, in that order."""
        return Rows(*(getattr(self, entry.name)[index] for entry in fields(self)))


def joined(pieces: list[Rows]) -> Rows:
    """The rows of all pieces, one after the other."""
    return Rows(*(np.concatenate([getattr(p, entry.name) for p in pieces]) for entry in fields(Rows)))


def first_of_each(rows: Rows) -> Rows:
    """Without later rows of a number that is in an earlier one."""
    _, first = np.unique(rows.number, return_index=True)
    return rows.take(np.sort(first))


def with_slips(rng: np.random.Generator, rows: Rows, slips: float, blanks: float) -> Rows:
    """Each cell mistyped with probability `slips`, in one of 30 ways, or lost with probability `blanks`."""
    for cell in CELLS:
        value = getattr(rows, cell).copy()
        hit = (rng.random(len(rows)) < slips) & (value != BLANK)
        # A second slip in one cell gives a text of its own again.
        value[hit] = (value[hit].astype(np.int64) * 31 + rng.integers(1, 31, int(hit.sum()))) % 30_000
        value[rng.random(len(rows)) < blanks] = BLANK
        rows = with_cell(rows, cell, value)
    return rows


def with_cell(rows: Rows, cell: str, value: NDArray[np.int16]) -> Rows:
    """The rows with other variants of one text cell. Raises `KeyError` for a cell that is not in `CELLS`."""
    return {
        "name": replace(rows, name=value),
        "firm": replace(rows, firm=value),
        "address": replace(rows, address=value),
    }[cell]


def with_forms(rng: np.random.Generator, rows: Rows, shares: dict[str, float]) -> Rows:
    """The numbers written again, in forms drawn by `shares`."""
    weights = np.array([shares.get(form, 0.0) for form in FORM_NAMES])
    drawn = rng.choice(len(FORM_NAMES), len(rows), p=weights / weights.sum())
    return replace(rows, form=drawn.astype(np.int8))
