"""Overlaps of all pairs of datasets, compared with what independently collected lists of their kind would have in
common. What they rest on is read once in a trace, and derivations rest on it too."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import gammainc

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import put_table
from tracer.findings.overlap.background import PRIOR_SHARE, Background, estimate_background, similarity
from tracer.findings.overlap.close import CloseSets, close_sets
from tracer.findings.overlap.pair_counts import counted_pairs
from tracer.findings.overlap.patterns import Patterns, answered_patterns, read_patterns, shared_contacts
from tracer.findings.overlap.places import IdentifierPlaces, read_places
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets, read_traced
from tracer.policy import SHOWN_FROM

_MOST = 0.9
"""Share of the smaller list that chance can put into both at most, where one is blind. It keeps a background that was
estimated from longer lists from exceeding a short one; unrelated pairs that share more would raise it."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True)
class Comparison:
    """The datasets of a case, compared with one another."""

    traced: ComparedDatasets
    patterns: Patterns
    """Who holds an identifier, whether or not these lists are close."""
    sets: CloseSets
    """What is computed with: who holds it as far as close lists show."""
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common of close lists; of others none."""
    places: IdentifierPlaces
    background: Background


def compare(facts: CaseFacts) -> Comparison:
    """Compare all current datasets. Its relations are there until the trace ends."""
    return facts.once("compared", lambda: _compare(facts))


def _compare(facts: CaseFacts) -> Comparison:
    traced, shared = read_traced(facts), None
    if not traced.share.all:
        # Contacts in common are counted over all identifiers, in a large case too.
        answered = answered_patterns(facts, traced)
        shared = counted_pairs(facts, traced) if answered is None else shared_contacts(facts, traced, answered)
    patterns = read_patterns(facts, traced)
    shared = shared_contacts(facts, traced, patterns) if shared is None else shared
    shared[shared < SHOWN_FROM] = 0
    close = (shared > 0) | np.eye(len(traced), dtype=np.bool_)
    sets = close_sets(patterns.held, close, traced.codes)
    places = read_places(facts, traced, patterns, sets, close)
    background = estimate_background(shared, traced.contacts, similarity(places))
    return Comparison(traced, patterns, sets, shared, places, background)


def compute(facts: CaseFacts, run: int) -> None:
    """Fill `overlap` for this run: every pair a < b of current datasets that are close."""
    found = compare(facts)
    traced, background, ids = found.traced, found.background, np.array(found.traced.ids, dtype=object)
    a, b = np.nonzero(np.triu(found.shared, k=1))
    pairs = pa.table({
        "a": pa.array(ids[a], pa.string()), "b": pa.array(ids[b], pa.string()), "a_contacts": traced.contacts[a],
        "b_contacts": traced.contacts[b], "shared": found.shared[a, b],
    })  # fmt: skip
    _insert(facts.con, run, pairs, background.expected[a, b], background.scatter)
    # Blind datasets: the result of a comparison without showing. Only pairs that were compared have an overlap; of all
    # others nothing is known, and they enter neither the background nor the derivations: direction comes from places,
    # cells and order, which neither side has shown.
    blind = facts.con.execute(over("blind_pair")).to_arrow_table()
    _insert(facts.con, run, blind, _expected_blind(blind, traced, background), background.scatter)


def _expected_blind(pairs: pa.Table, traced: ComparedDatasets, background: Background) -> NDArray[np.float64]:
    """pairs: by chance they share what two lists in clear of these sizes do in this case."""
    sizes = np.column_stack([pairs.column(name).to_numpy() for name in ("a_contacts", "b_contacts")])
    product: NDArray[np.float64] = np.maximum(sizes, 1).astype(np.float64).prod(axis=1)
    by_chance = PRIOR_SHARE * product / np.maximum(sizes.max(axis=1), 1)
    i, j = np.triu_indices(len(traced), k=1)
    known = background.expected[i, j] > 0
    if known.any():
        clear = np.maximum(traced.contacts, 1).astype(np.float64)
        by_chance = product * float(np.median((background.expected[i, j] / (clear[i] * clear[j]))[known]))
    return np.asarray(np.minimum(by_chance, _MOST * sizes.min(axis=1)), dtype=np.float64)


def tail(shared: NDArray[np.float64], expected: NDArray[np.float64], scatter: float) -> NDArray[np.float64]:
    """P(overlap >= shared), Poisson about a log-normal background (Gauss-Hermite quadrature); one element a pair."""
    rates = expected[:, None] * np.exp(scatter * _NODES[None, :])
    tails = gammainc(shared[:, None], rates)
    return np.asarray(np.clip((tails * (_WEIGHTS / _WEIGHTS.sum())[None, :]).sum(axis=1), 0.0, 1.0), dtype=np.float64)


def _insert(
    con: duckdb.DuckDBPyConnection, run: int, pairs: pa.Table, expected: NDArray[np.float64], scatter: float
) -> None:
    m = pairs.column("shared").to_numpy().astype(np.float64)
    found = {"expected": expected, "excess": m - expected, "p_value": tail(m, expected, scatter)}
    columns = dict(zip(pairs.column_names, pairs.columns, strict=True))
    put_table(con, "overlap", run, columns | {name: pa.array(values) for name, values in found.items()})
