"""How the rows that a copy took lie in its parent: all over it, in some places only, or in one run (a lot).

A sub-sample at random says nothing about place or position. Where the taken rows depend on them, a copy is likelier
than the binomial alone says; by how much is a gain in nats for parent → child, and counts against the reverse.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import betaln

from tracer.findings.derivation.counts import Counts
from tracer.findings.patterns import read_sql

ROWS_READ = 60_000
"""Rows of a dataset whose order is looked at."""
LOG_PRIOR_PLACES = float(np.log(0.06))
LOG_PRIOR_RUNS = float(np.log(0.12))
"""Before looking: six copies in a hundred take some places only, twelve take consecutive rows."""
JOINED = 0.5
"""Half of the copies keep copied and other rows apart, one part after the other."""


def selection_gain(con: duckdb.DuckDBPyConnection, counts: Counts) -> NDArray[np.float64]:
    """[parent, child]: nats by which a choice by place or by runs explains the taken rows better than one at random."""
    n = len(counts.traced)
    by_place = _by_place(counts)
    by_runs = _by_runs(con, counts)
    both = np.logaddexp(by_place + LOG_PRIOR_PLACES, by_runs + LOG_PRIOR_RUNS)
    plain = float(np.log1p(-np.exp(LOG_PRIOR_PLACES) - np.exp(LOG_PRIOR_RUNS)))
    # Runs in the child's order say the same as a lot of the reverse: parts of a merge stand one after the other.
    joined = np.logaddexp(by_runs.T + np.log(JOINED), np.log1p(-JOINED))
    gain: NDArray[np.float64] = (np.logaddexp(both, plain) + joined) * (1 - np.eye(n))
    return gain


def _by_place(counts: Counts) -> NDArray[np.float64]:
    """ln of the Beta-binomial of each place's taken rows less that of all together (uniform priors on the rates)."""
    n = counts.singles.shape[0]
    gain = np.zeros((n, n))
    whole = np.asarray((counts.held.T @ counts.by_place).toarray()) + counts.singles
    related = _relatives(counts.candidates, n)
    for parent in range(n):
        others = related[parent]
        mine = counts.column(parent)
        taken = np.asarray((counts.held[:, others].T @ sparse.diags_array(mine * 1.0) @ counts.by_place).toarray())
        taken = np.minimum(taken, whole[parent])
        left = whole[parent][None, :] - taken
        apart = (betaln(taken + 1, left + 1)).sum(axis=1)
        gain[parent, others] = apart - betaln(taken.sum(axis=1) + 1, left.sum(axis=1) + 1)
    return gain


def _by_runs(con: duckdb.DuckDBPyConnection, counts: Counts) -> NDArray[np.float64]:
    """ln of a Markov chain of taken and left rows, in the parent's order, less that of independent choices."""
    n = len(counts.traced)
    gain = np.zeros((n, n))
    rows = con.execute(read_sql("row_order"), {"rows": ROWS_READ}).fetchnumpy()
    position = np.asarray(rows["position"])
    pattern = np.ma.filled(np.ma.asarray(rows["pattern"]).astype(np.int64), -1)
    start = np.searchsorted(position, np.arange(n + 1))
    related = _relatives(counts.candidates, n)
    for parent in range(n):
        others = related[parent]
        if others:
            sequence = pattern[start[parent] : start[parent + 1]]
            gain[parent, others] = _chain_gain(counts.held[:, others].toarray() > 0, sequence)
    return gain


def _chain_gain(held: NDArray[np.bool_], sequence: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each column of `held` (patterns x others): the gain of a Markov chain over the sequence of patterns."""
    taken = np.concatenate([held, np.zeros((1, held.shape[1]), dtype=np.bool_)])[sequence]
    if taken.shape[0] < 3:
        return np.zeros(held.shape[1])
    before, after = taken[:-1], taken[1:]
    stay = (before & after).sum(axis=0)
    leave = (before & ~after).sum(axis=0)
    enter = (~before & after).sum(axis=0)
    out = (~before & ~after).sum(axis=0)
    chain = betaln(stay + 1, leave + 1) + betaln(enter + 1, out + 1)
    gain: NDArray[np.float64] = chain - betaln(stay + enter + 1, leave + out + 1)
    return gain


def _relatives(candidates: Sequence[Sequence[int]], n: int) -> list[list[int]]:
    related: list[set[int]] = [set() for _ in range(n)]
    for child, parents in enumerate(candidates):
        for parent in parents:
            related[parent].add(child)
            related[child].add(parent)
    return [sorted(others) for others in related]
