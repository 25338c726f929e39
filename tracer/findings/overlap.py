"""Overlaps of all pairs of datasets, beside what independently collected lists of their kind would have in common."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import stats

from tracer.findings.background import Background
from tracer.findings.compared import compare
from tracer.findings.patterns import Traced

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


def compute(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Fill `overlap` for this run: every pair a < b of current datasets that has a contact in common."""
    found = compare(con)
    if len(found.traced) >= 2:
        _insert(con, run, found.traced, found.shared, found.background)


def tail(shared: NDArray[np.float64], expected: NDArray[np.float64], scatter: float) -> NDArray[np.float64]:
    """P(overlap >= shared), Poisson about a log-normal background (Gauss-Hermite quadrature); one element a pair."""
    rates = expected[:, None] * np.exp(scatter * _NODES[None, :])
    tails = stats.poisson.sf(shared[:, None] - 1, rates)
    p: NDArray[np.float64] = np.clip((tails * (_WEIGHTS / _WEIGHTS.sum())[None, :]).sum(axis=1), 0.0, 1.0)
    return p


def _insert(
    con: duckdb.DuckDBPyConnection, run: int, traced: Traced, shared: NDArray[np.int64], background: Background
) -> None:
    a, b = np.nonzero(np.triu(shared, k=1))
    expected = background.expected[a, b]
    m = shared[a, b].astype(np.float64)
    table = pa.table(
        {
            "run": pa.array(np.full(a.size, run, dtype=np.int32)),
            "superseded": pa.nulls(a.size, pa.int32()),
            "a": pa.array([traced.ids[i] for i in a.tolist()], pa.string()),
            "b": pa.array([traced.ids[i] for i in b.tolist()], pa.string()),
            "shared": pa.array(shared[a, b]),
            "a_contacts": pa.array(traced.contacts[a]),
            "b_contacts": pa.array(traced.contacts[b]),
            "expected": pa.array(expected),
            "excess": pa.array(m - expected),
            "p_value": pa.array(tail(m, expected, background.scatter)),
        }
    )
    con.register("overlap_rows", table)
    con.execute("INSERT INTO overlap SELECT * FROM overlap_rows")
    con.unregister("overlap_rows")
