"""The sets of holders, as the evidence asks about them: which sets hold a list, and what they hold in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.patterns import common_keys


@dataclass(frozen=True)
class Sets:
    """All sets of two or more datasets that hold contacts, in order of `patterns.Patterns`."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set."""
    totals: NDArray[np.int64]
    """sets: contacts held by exactly this set."""
    holders: NDArray[np.int64] = field(init=False)
    shared: NDArray[np.int64] = field(init=False)
    """datasets x datasets: contacts in common; on the diagonal those that any other dataset holds."""
    _of: tuple[NDArray[np.int64], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_dataset = self.held.tocsc()
        by_dataset.sort_indices()
        of = tuple(by_dataset.indices[start:end].astype(np.int64) for start, end in pairwise(by_dataset.indptr))
        object.__setattr__(self, "holders", np.diff(self.held.indptr).astype(np.int64))
        object.__setattr__(self, "shared", common_keys(self.held, self.totals))
        object.__setattr__(self, "_of", of)

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

    @property
    def in_two(self) -> NDArray[np.int64]:
        """datasets x datasets: contacts in exactly these two."""
        two = self.holders == 2
        return common_keys(self.held[two], self.totals[two])
