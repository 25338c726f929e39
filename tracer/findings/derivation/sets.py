"""The sets of holders, as the scores ask about them: which sets hold a list, and what they hold in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.shared_counts import common_by_place, within_spans


@dataclass(frozen=True)
class Sets:
    """All sets of two or more datasets that hold contacts, in order of `patterns.Patterns`."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set."""
    by_place: sparse.csr_matrix
    """sets x places: contacts held by exactly this set."""
    totals: NDArray[np.int64] = field(init=False)
    holders: NDArray[np.int64] = field(init=False)
    common: NDArray[np.int64] = field(init=False)
    """places x datasets x datasets: contacts in common; on the diagonal those that any other dataset holds."""
    shared: NDArray[np.int64] = field(init=False)
    """datasets x datasets: the same in all places together."""
    _weight: NDArray[np.float64] = field(init=False, repr=False)
    _of: tuple[NDArray[np.int64], ...] = field(init=False, repr=False)
    _covered: dict[tuple[frozenset[int], int | None], NDArray[np.int64]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        by_dataset = self.held.tocsc()
        by_dataset.sort_indices()
        bounds = by_dataset.indptr
        of = tuple(by_dataset.indices[start:end].astype(np.int64) for start, end in pairwise(bounds))
        object.__setattr__(self, "totals", np.asarray(self.by_place.sum(axis=1), dtype=np.int64).ravel())
        object.__setattr__(self, "_weight", self.totals.astype(np.float64))
        object.__setattr__(self, "holders", np.diff(self.held.indptr).astype(np.int64))
        object.__setattr__(self, "_of", of)
        common = common_by_place(self.held, self.by_place)
        object.__setattr__(self, "common", common)
        object.__setattr__(self, "shared", common.sum(axis=0))

    def __len__(self) -> int:
        return int(self.totals.size)

    def of(self, dataset: int) -> NDArray[np.int64]:
        """The sets that the dataset is in, in order."""
        return self._of[dataset]

    def with_any(self, datasets: Collection[int]) -> NDArray[np.bool_]:
        """sets: whether any of these datasets is in it."""
        inside = np.zeros(len(self), dtype=np.bool_)
        for dataset in datasets:
            inside[self._of[dataset]] = True
        return inside

    def codes(self, datasets: Sequence[int]) -> NDArray[np.int32]:
        """sets: bits of the datasets that are in it."""
        code = np.zeros(len(self), dtype=np.int32)
        for bit, dataset in enumerate(datasets):
            code[self._of[dataset]] |= 1 << bit
        return code

    def sizes(self, code: NDArray[np.int32], cells: int) -> NDArray[np.float64]:
        """cells: contacts of the sets of each code; none of the sets of code 0."""
        some = np.flatnonzero(code)
        return np.asarray(np.bincount(code[some], self._weight[some], cells), dtype=np.float64)

    def contacts(self, which: NDArray[np.int64]) -> NDArray[np.int64]:
        """datasets: contacts of these sets that each one holds."""
        # Counts of contacts are whole numbers far under 2^53: sums of them are exact in whatever order.
        weight = np.repeat(self._weight[which], self.holders[which])
        return np.bincount(self.held[which].indices, weight, self.held.shape[1]).astype(np.int64)

    def covered(self, taken: Sequence[int], *, within: int | None = None) -> NDArray[np.int64]:
        """datasets: contacts that each one has in common with any of `taken`, or of these those that `within` has too.

        Kept for the next question: searches take the same lists in the same order again and again.
        """
        if not taken:
            return np.zeros(self.held.shape[1], dtype=np.int64)
        asked = (frozenset(taken), within)
        if asked not in self._covered:
            before, last = self.covered(taken[:-1], within=within), taken[-1]
            where = self._of[last]
            if within is not None:
                where = where[self.with_any([within])[where]]
            known = self.with_any(taken[:-1])[where]
            if within is None and 2 * known.sum() > known.size:
                self._covered[asked] = before + self.shared[last] - self.contacts(where[known])
            else:
                self._covered[asked] = before + self.contacts(where[~known])
        return self._covered[asked]

    def places(self, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """For each set of `which` and place with contacts of it: index into `which`, place, contacts."""
        starts = self.by_place.indptr[which]
        lengths = self.by_place.indptr[which + 1] - starts
        at = within_spans(starts, lengths)
        places, contacts = (np.asarray(each[at], np.int64) for each in (self.by_place.indices, self.by_place.data))
        return np.repeat(np.arange(which.size), lengths), places, contacts
