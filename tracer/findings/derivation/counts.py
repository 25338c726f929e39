"""Who holds what together: the counts of memberships on which the evidence rests."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tracer.findings.overlap import Comparison
from tracer.findings.overlap.patterns import ComparedDatasets, SignedKeys, common_keys

CANDIDATES = 12
"""Lists that are asked together who of them explains the rows of one: 2^12 cells at most. With more the rarest are left
out, which explain least."""


@dataclass(frozen=True)
class Sets:
    """All sets of two or more datasets that hold contacts, in order of `patterns.Patterns`."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set."""
    totals: NDArray[np.int64]
    """sets: contacts held by exactly this set."""

    @cached_property
    def of(self) -> list[NDArray[np.int64]]:
        """The sets that each dataset is in, in order."""
        by_dataset = self.held.tocsc()
        by_dataset.sort_indices()
        return [by_dataset.indices[start:end].astype(np.int64) for start, end in pairwise(by_dataset.indptr)]

    @cached_property
    def shared(self) -> NDArray[np.int64]:
        """datasets x datasets: contacts in common; on the diagonal those that any other dataset holds."""
        return common_keys(self.held, self.totals)

    @property
    def in_two(self) -> NDArray[np.int64]:
        """datasets x datasets: contacts in exactly these two."""
        two = np.diff(self.held.indptr) == 2
        return common_keys(self.held[two], self.totals[two])

    def with_any(self, datasets: Collection[int]) -> NDArray[np.bool_]:
        """sets: whether any of these datasets is in it."""
        found = np.zeros(self.totals.size, dtype=np.bool_)
        for dataset in datasets:
            found[self.of[dataset]] = True
        return found


@dataclass(frozen=True)
class MembershipCounts:
    """What is known about the memberships of all datasets."""

    traced: ComparedDatasets
    sets: Sets
    holders: sparse.csc_matrix
    """sets of holders x datasets: who holds an identifier. To be asked about close datasets alone."""
    holders_by_key: str
    """TEMP relation of the identifiers (key, pattern): a pattern is a row of `holders`."""
    left_out: Mapping[int, str]
    """List → a digest of those of its identifiers by which nothing is compared."""
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common, none where they are too few to be shown."""
    family: NDArray[np.int64]
    """datasets: the family of lists that each belongs to. Families have nothing in common."""

    @cached_property
    def alone(self) -> NDArray[np.float64]:
        """datasets: contacts that no other dataset has."""
        return np.maximum(0.0, self.traced.contacts - self.sets.shared.diagonal().astype(np.float64))

    def held_by(self, dataset: int) -> NDArray[np.bool_]:
        """Which patterns a dataset holds: its column, which slicing takes ten times as long to give."""
        column = slice(self.holders.indptr[dataset], self.holders.indptr[dataset + 1])
        held = np.zeros(self.holders.shape[0], dtype=np.bool_)
        held[self.holders.indices[column][self.holders.data[column] > 0]] = True
        return held


def gather(con: duckdb.DuckDBPyConnection, compared: Comparison) -> MembershipCounts:
    """Put the counts of a case together."""
    traced, patterns = compared.traced, compared.patterns
    # Nothing is compared by what is junk in any list, nor by identifiers that say nothing that another one does not.
    text = f"SELECT key FROM junk JOIN {traced.relation} ON no = dataset WHERE key IS NOT NULL"
    if isinstance(patterns.source, SignedKeys):
        text += f" UNION ALL SELECT key FROM {patterns.source.second}"
    left_out = con.execute(
        "SELECT t.position, concat_ws(' ', count(*), bit_xor(m.key), sum(m.key)) FROM membership AS m"
        f" SEMI JOIN ({text}) AS l ON l.key = m.key JOIN {traced.relation} AS t ON t.no = m.dataset GROUP BY t.position"
    ).fetchall()
    _, family = connected_components(sparse.csr_matrix(compared.shared), directed=False)
    sets, held = Sets(compared.sets.held, compared.places.totals), patterns.held.tocsc()
    return MembershipCounts(
        traced, sets, held, patterns.by_key, dict(left_out), compared.shared, family.astype(np.int64)
    )


@dataclass(frozen=True)
class Cells:
    """The contacts of one list and its candidates by which of these hold them."""

    candidates: NDArray[np.int64]
    holds: NDArray[np.float64]
    """cells x candidates: whether the candidate holds the contacts of the cell."""
    size: NDArray[np.float64]
    """cells: contacts, whether or not the list has them."""
    own: NDArray[np.float64]
    """cells: of these, the list's."""


def cells_of(counts: MembershipCounts, dataset: int) -> Cells:
    """Split the contacts of a list and of the relatives that may explain its rows: those with most in common first, and
    of these those that have more in common than usual. Contacts of no candidate are left out."""
    shared, size = counts.shared[dataset].astype(np.float64), np.maximum(counts.traced.contacts, 1)
    some = np.flatnonzero(shared)
    share = shared[some] / size[some]
    worth = shared[some] * np.log1p(share / np.median(share)) if some.size else share
    candidates = np.array(sorted(some[np.lexsort((some, -worth))][:CANDIDATES].tolist()), dtype=np.int64)
    # A cell is a number: bit i says whether candidate i holds its contacts.
    sets, bits = counts.sets, np.arange(candidates.size)
    code = np.zeros(sets.totals.size, dtype=np.int32)
    for bit, candidate in enumerate(candidates.tolist()):
        code[sets.of[candidate]] |= 1 << bit
    whole = np.bincount(code, sets.totals, 1 << bits.size)
    whole[1 << bits] += counts.alone[candidates]
    mine = sets.of[dataset]
    own = np.bincount(code[mine], sets.totals[mine], 1 << bits.size)
    cells = np.flatnonzero(whole)
    cells = cells[cells > 0]
    holds = ((cells[:, None] >> bits) & 1).astype(np.float64)
    return Cells(candidates, holds, whole[cells].astype(np.float64), own[cells].astype(np.float64))
