"""Blind datasets among the overlaps: the result of a comparison without showing.

Only pairs that were compared have an overlap; of all others nothing is known, and they enter neither the background nor
the derivations: direction comes from places, cells and order, which neither side has shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.findings.overlap.background import PRIOR_SHARE, Background
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets

_MOST = 0.9
"""Share of the smaller list that chance can put into both at most, as between lists in clear."""


@dataclass(frozen=True)
class BlindPairs:
    """Pairs of datasets with contacts in common; one element each, by ids a < b."""

    a: list[str]
    b: list[str]
    a_contacts: NDArray[np.int64]
    b_contacts: NDArray[np.int64]
    shared: NDArray[np.int64]
    expected: NDArray[np.float64]


def blind_pairs(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, background: Background) -> BlindPairs:
    """Pairs of a blind dataset and one that it was compared with.

    By chance they share what two lists in clear (`traced`, with their `background`) of these sizes do in this case.
    """
    rows = con.execute(over("blind_pair")).fetchall()
    blind = np.array([row[1] for row in rows], dtype=np.int64)
    other = np.array([row[3] for row in rows], dtype=np.int64)
    first = np.array([row[0] < row[2] for row in rows], dtype=np.bool_)
    product = np.maximum(blind, 1).astype(np.float64) * np.maximum(other, 1)
    larger, smaller = np.maximum(np.maximum(blind, other), 1), np.minimum(blind, other)
    by_chance = PRIOR_SHARE * product / larger
    i, j = np.triu_indices(len(traced), k=1)
    known = background.expected[i, j] > 0
    if known.any():
        sizes = np.maximum(traced.contacts, 1).astype(np.float64)
        by_chance = product * float(np.median((background.expected[i, j] / (sizes[i] * sizes[j]))[known]))
    return BlindPairs(
        [row[0] if row[0] < row[2] else row[2] for row in rows],
        [row[2] if row[0] < row[2] else row[0] for row in rows],
        np.where(first, blind, other), np.where(first, other, blind),
        np.array([row[4] for row in rows], dtype=np.int64), np.minimum(by_chance, _MOST * smaller),
    )  # fmt: skip
