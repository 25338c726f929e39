"""Overlaps of all pairs of datasets, compared with what independently collected lists of their kind would have in
common."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import gammainc

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import put_table
from tracer.findings.overlap.background import PRIOR_SHARE, Background
from tracer.findings.overlap.compared import compare
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets

# Blind datasets among the overlaps: the result of a comparison without showing. Only pairs that were compared have an
# overlap; of all others nothing is known, and they enter neither the background nor the derivations: direction comes
# from places, cells and order, which neither side has shown.

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


_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


def compute(facts: CaseFacts, run: int) -> None:
    """Fill `overlap` for this run: every pair a < b of current datasets that are close."""
    con, found = facts.con, compare(facts)
    if len(found.traced) >= 2:
        _insert(con, run, _pairs(found.traced, found.shared, found.background), found.background)
    _insert(con, run, blind_pairs(con, found.traced, found.background), found.background)


def tail(shared: NDArray[np.float64], expected: NDArray[np.float64], scatter: float) -> NDArray[np.float64]:
    """P(overlap >= shared), Poisson about a log-normal background (Gauss-Hermite quadrature); one element a pair."""
    rates = expected[:, None] * np.exp(scatter * _NODES[None, :])
    tails = gammainc(shared[:, None], rates)
    p: NDArray[np.float64] = np.clip((tails * (_WEIGHTS / _WEIGHTS.sum())[None, :]).sum(axis=1), 0.0, 1.0)
    return p


def _pairs(traced: ComparedDatasets, shared: NDArray[np.int64], background: Background) -> BlindPairs:
    a, b = np.nonzero(np.triu(shared, k=1))
    return BlindPairs(
        [traced.ids[i] for i in a.tolist()], [traced.ids[i] for i in b.tolist()], traced.contacts[a],
        traced.contacts[b], shared[a, b], background.expected[a, b],
    )  # fmt: skip


def _insert(con: duckdb.DuckDBPyConnection, run: int, pairs: BlindPairs, background: Background) -> None:
    m = pairs.shared.astype(np.float64)
    put_table(con, "overlap", run, {
        "a": pa.array(pairs.a, pa.string()),
        "b": pa.array(pairs.b, pa.string()),
        "shared": pa.array(pairs.shared),
        "a_contacts": pa.array(pairs.a_contacts),
        "b_contacts": pa.array(pairs.b_contacts),
        "expected": pa.array(pairs.expected),
        "excess": pa.array(m - pairs.expected),
        "p_value": pa.array(tail(m, pairs.expected, background.scatter)),
    })  # fmt: skip
