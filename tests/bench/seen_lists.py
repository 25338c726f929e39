"""What peers and tool alike may see of a market's lists: numbers, cells and dates, without a word of who copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.market import Market, SimList
from tracer.simulate.rows import BLANK, CELLS

EMPTY = -1
"""Code of a cell that is empty or whose column the list lacks."""
_ROLE = {"name": "name", "firm": "organisation", "address": "address"}


@dataclass(frozen=True)
class SeenList:
    """One loaded list."""

    id: str
    keys: NDArray[np.int64]
    """Distinct identifiers, ascending."""
    cells: Mapping[str, NDArray[np.int64]]
    """Column → code of the value beside each of `keys`; the same text has the same code in all lists."""
    dated: date | None
    """When it came into being where that is known, else when it was obtained; None: neither is known."""


def seen(market: Market) -> tuple[SeenList, ...]:
    """The loaded lists of a market, in order of id."""
    return tuple(sorted((_seen(entry) for entry in market.loaded), key=lambda one: one.id))


def shared_counts(lists: Sequence[SeenList]) -> NDArray[np.int64]:
    """lists x lists: identifiers in common; the sizes on the diagonal."""
    n = len(lists)
    shared = np.zeros((n, n), dtype=np.int64)
    for a in range(n):
        shared[a, a] = lists[a].keys.size
        for b in range(a + 1, n):
            both = np.intersect1d(lists[a].keys, lists[b].keys, assume_unique=True).size
            shared[a, b] = shared[b, a] = both
    return shared


def earlier(one: SeenList, other: SeenList) -> bool | None:
    """Whether `one` is the older by what is known of the dates; None where they do not tell."""
    if one.dated is None or other.dated is None or one.dated == other.dated:
        return None
    return one.dated < other.dated


def _seen(entry: SimList) -> SeenList:
    readable = np.flatnonzero(entry.rows.readable)
    keys, first = np.unique(entry.rows.number[readable], return_index=True)
    rows = entry.rows.take(readable[first])
    cells = {}
    for cell in CELLS:
        if _ROLE[cell] in entry.layout.columns:
            variant = getattr(rows, cell).astype(np.int64)
            # A person's text with one slip is one value: the pair of both is its code.
            cells[cell] = np.where(variant == BLANK, EMPTY, rows.person * 2**16 + variant)
    return SeenList(entry.id, keys, cells, entry.created if entry.created_told else entry.obtained)
