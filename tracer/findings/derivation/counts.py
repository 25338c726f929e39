"""Who holds what together: the counts of memberships on which the evidence rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tracer.findings.derivation.sets import Sets
from tracer.findings.overlap import Comparison
from tracer.findings.overlap.patterns import SignedKeys
from tracer.findings.overlap.traced import ComparedDatasets

CANDIDATES = 12
"""Lists that are asked together who of them explains the rows of one: 2^12 cells at most. With more the rarest are left
out, which explain least."""
NEIGHBOURS = 40
"""Lists that one list is compared with row by row; more would only take longer."""


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
        together = self.sets.shared.diagonal()
        return np.maximum(0.0, self.traced.contacts - together.astype(np.float64))

    def held_by(self, dataset: int) -> NDArray[np.bool_]:
        """Which patterns a dataset holds: its column, which slicing takes ten times as long to give."""
        column = slice(self.holders.indptr[dataset], self.holders.indptr[dataset + 1])
        held = np.zeros(self.holders.shape[0], dtype=np.bool_)
        held[self.holders.indices[column][self.holders.data[column] > 0]] = True
        return held


def gather(con: duckdb.DuckDBPyConnection, compared: Comparison) -> MembershipCounts:
    """Put the counts of a case together."""
    traced, source = compared.traced, compared.patterns.source
    sets = Sets(compared.sets.held, compared.places.totals)
    _, family = connected_components(sparse.csr_matrix(compared.shared), directed=False)
    second = source.second if isinstance(source, SignedKeys) else None
    return MembershipCounts(
        traced, sets, compared.patterns.held.tocsc(), compared.patterns.by_key, _left_out(con, traced, second),
        compared.shared, family.astype(np.int64),
    )  # fmt: skip


def _left_out(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, second: str | None) -> dict[int, str]:
    """Junk of any list, and identifiers that say nothing that another one does not."""
    text = f"SELECT key FROM junk JOIN {traced.relation} ON no = dataset WHERE key IS NOT NULL"
    text += "" if second is None else f" UNION ALL SELECT key FROM {second}"
    rows = con.execute(
        "SELECT t.position, concat_ws(' ', count(*), bit_xor(m.key), sum(m.key)) FROM membership AS m"
        f" SEMI JOIN ({text}) AS l ON l.key = m.key JOIN {traced.relation} AS t ON t.no = m.dataset GROUP BY t.position"
    ).fetchall()
    return dict(rows)


def pairs_of(counts: MembershipCounts) -> NDArray[np.int64]:
    """pairs x 2: all pairs a < b with contacts in common."""
    return np.argwhere(np.triu(counts.shared > 0, 1)).astype(np.int64)


def neighbours(counts: MembershipCounts, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """pairs: whether either is among the `NEIGHBOURS` of the other with most contacts in common."""
    near = np.zeros(counts.shared.shape, dtype=np.bool_)
    for x, row in enumerate(counts.shared):
        nearest = np.lexsort((np.arange(row.size), -row))[:NEIGHBOURS]
        near[x, nearest] = True
    return np.asarray((near | near.T)[pairs[:, 0], pairs[:, 1]], dtype=np.bool_)


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


def cells_of(counts: MembershipCounts, dataset: int, candidates: Sequence[int]) -> Cells:
    """Split the contacts of a list and of its candidates; those of no candidate are left out."""
    code = counts.sets.codes(candidates)
    cells = 1 << len(candidates)
    size = np.bincount(code, counts.sets.totals, cells)
    inside = counts.sets.of(dataset)
    own = np.bincount(code[inside], counts.sets.totals[inside], cells)
    size[1 << np.arange(len(candidates))] += counts.alone[list(candidates)]
    some = np.flatnonzero(size)
    some = some[some > 0]
    holds = ((some[:, None] >> np.arange(len(candidates))) & 1).astype(np.float64)
    return Cells(
        np.array(candidates, dtype=np.int64), holds, size[some].astype(np.float64), own[some].astype(np.float64)
    )


def candidates_of(counts: MembershipCounts, dataset: int) -> list[int]:
    """The relatives that may explain the rows of a list, those with most in common first, and what they have in common
    beyond the usual."""
    shared, size = counts.shared[dataset].astype(np.float64), np.maximum(counts.traced.contacts, 1)
    some = np.flatnonzero(shared)
    share = shared[some] / size[some]
    worth = shared[some] * np.log1p(share / np.median(share)) if some.size else share
    return sorted(some[np.lexsort((some, -worth))][:CANDIDATES].tolist())
