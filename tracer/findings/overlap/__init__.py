"""Overlaps of all pairs of datasets, compared with what independently collected lists of their kind would have in
common."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import gammainc

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import put_table
from tracer.findings.overlap.background import Background
from tracer.findings.overlap.blind_pairs import BlindPairs, blind_pairs
from tracer.findings.overlap.compared import compare
from tracer.findings.overlap.traced import ComparedDatasets

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
