"""Overlaps of all pairs of datasets, compared with what independently collected lists of their kind would have in
common. What they rest on is read once in a trace, and derivations rest on it too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import gammainc

from tracer.findings.case_facts import CaseFacts, put_table
from tracer.findings.overlap.background import PRIOR_SHARE, Background, estimate_background
from tracer.findings.overlap.close import CloseSets, close_sets
from tracer.findings.overlap.pair_counts import counted_pairs
from tracer.findings.overlap.patterns import (
    ComparedDatasets,
    Patterns,
    answered_patterns,
    common_keys,
    over,
    read_patterns,
    read_traced,
    shared_contacts,
)
from tracer.policy import SHOWN_FROM

_MOST = 0.9
"""Share of the smaller list that chance can put into both at most, where one is blind. It keeps a background that was
estimated from longer lists from exceeding a short one; unrelated pairs that share more would raise it."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(31)


@dataclass(frozen=True)
class IdentifierPlaces:
    """Identifiers by place, estimated where not all are looked at. Place 0: not a Chinese mobile number."""

    counts: NDArray[np.int64]
    """datasets x places: identifiers of the dataset in the place."""
    size: NDArray[np.int64]
    by_set: sparse.csr_matrix
    """sets of close datasets x places: identifiers that are held by exactly this set."""

    @property
    def totals(self) -> NDArray[np.int64]:
        """sets of close datasets: identifiers that are held by exactly this set."""
        return np.asarray(self.by_set.sum(axis=1), dtype=np.int64).ravel()


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
class Comparison:
    """The datasets of a case, compared with one another."""

    traced: ComparedDatasets
    patterns: Patterns
    """Who holds an identifier, whether or not these lists are close."""
    sets: Sets
    """What is computed with: who holds it as far as close lists show."""
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common of close lists; of others none."""
    places: IdentifierPlaces
    background: Background

    @cached_property
    def holders(self) -> sparse.csc_matrix:
        """sets of holders x datasets: who holds an identifier. To be asked about close datasets alone."""
        return self.patterns.held.tocsc()

    @cached_property
    def family(self) -> NDArray[np.int64]:
        """datasets: the family of lists that each belongs to. Families have nothing in common."""
        _, family = connected_components(sparse.csr_matrix(self.shared), directed=False)
        return np.asarray(family, dtype=np.int64)


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
    places = _read_places(facts, traced, patterns, sets, close)
    # By what factor two lists meet more often because they collect in the same places: the sum over places f of
    # p_a(f) p_b(f) / u(f), where p is a list's profile, drawn towards the whole case's u by 50 rows.
    u = np.maximum(places.size, 1) / max(1, int(places.size.sum()))
    profile = (places.counts + 50 * u) / (places.counts.sum(axis=1, keepdims=True) + 50)
    background = estimate_background(shared, traced.contacts, np.asarray((profile / u) @ profile.T, dtype=np.float64))
    held = Sets(sets.held, places.totals)
    return Comparison(traced, patterns, held, shared, places, background)


def _read_places(
    facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns, sets: CloseSets, close: NDArray[np.bool_]
) -> IdentifierPlaces:
    """Count identifiers by place.

    close: datasets x datasets. An identifier in lists that are not close counts as often as it is in them.
    One that is looked at only because a short list has it says nothing of lists that are not close to the short one.
    """
    con, share, block_place = facts.con, traced.share, patterns.relations["block_place"]
    places = 1 + int(con.execute(f"SELECT coalesce(max(place), 0) FROM {block_place}").fetchall()[0][0])
    rows = con.execute(over("pattern_place", **patterns.relations), {"percent": share.percent}).fetchnumpy()
    where, shape = (np.asarray(rows["pattern"]), np.asarray(rows["place"])), (patterns.keys.size, places)
    looked_at, drawn = (
        sparse.csr_matrix((np.asarray(rows[name], dtype=np.int64), where), shape=shape) for name in ("keys", "drawn")
    )
    whole, each = share.whole, 100 // share.percent
    some_whole = sets.held @ whole > 0
    by_set = sparse.csr_matrix(
        _where(some_whole, sets.of @ looked_at) + each * _where(~some_whole, sets.of @ drawn), dtype=np.int64
    )
    # Less than none is left of contacts that were counted in several sets.
    np.maximum(by_set.data, 0, out=by_set.data)
    by_set.eliminate_zeros()
    by_set.sort_indices()
    counts, size = np.zeros((len(traced), places), dtype=np.int64), np.zeros(places, dtype=np.int64)
    if "alone" in patterns.relations:
        of_alone = patterns.rows(facts, "single_place").fetchnumpy()
        seen_whole = patterns.held @ whole > 0
        counts += _of_datasets(patterns.held, _where(seen_whole & ~sets.apart, looked_at))
        counts += each * _of_datasets(patterns.held, _where(~seen_whole, drawn))
        mixed = np.flatnonzero(seen_whole & sets.apart)
        beside = (patterns.held[mixed].multiply(whole) @ close.astype(np.int64) > 0).astype(np.int64)
        known = sparse.csr_matrix(patterns.held[mixed].multiply(beside))
        counts += _of_datasets(known, looked_at[mixed])
        counts += each * _of_datasets(patterns.held[mixed] - known, drawn[mixed])
        times = np.where(whole, 1, each)[of_alone["position"]]
        counts[of_alone["position"], of_alone["place"]] += of_alone["keys"] * times
        size = counts.sum(axis=0)
    else:
        of_all, of_each = (patterns.rows(facts, name).fetchnumpy() for name in ("place_size", "dataset_place"))
        counts[of_each["position"], of_each["place"]] = of_each["keys"]
        size[of_all["place"]] = of_all["keys"]
        size += _repeated(patterns.held, looked_at)
    return IdentifierPlaces(counts, np.maximum(size - _repeated(sets.held, by_set), 0), by_set)


def _of_datasets(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> NDArray[np.int64]:
    """datasets x places: sums over the sets that each dataset is in."""
    return np.asarray((held.T @ by_place).todense(), dtype=np.int64)


def _where(which: NDArray[np.bool_], by_place: sparse.csr_matrix) -> sparse.csr_matrix:
    """The lines for which it holds, and nothing in the others."""
    return sparse.csr_matrix(sparse.diags(which.astype(np.int64), format="csr", dtype=np.int64) @ by_place)


def _repeated(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> NDArray[np.int64]:
    """places: how often identifiers are in more lists than one, each further list counted."""
    more = np.diff(held.indptr).astype(np.int64) - 1
    return np.asarray(by_place.T @ more, dtype=np.int64).ravel()


def compute(facts: CaseFacts, run: int) -> None:
    """Fill `overlap` for this run: every pair a < b of current datasets that are close."""
    found = compare(facts)
    traced, background, ids = found.traced, found.background, np.array(found.traced.ids, dtype=object)
    a, b = np.nonzero(np.triu(found.shared, k=1))
    pairs = pa.table(
        {
            "a": pa.array(ids[a], pa.string()),
            "b": pa.array(ids[b], pa.string()),
            "a_contacts": traced.contacts[a],
            "b_contacts": traced.contacts[b],
            "shared": found.shared[a, b],
        }
    )
    _insert(facts.con, run, pairs, background.expected[a, b], background.scatter)
    # Blind datasets: the result of a comparison without showing. Only pairs that were compared have an overlap; of all
    # others nothing is known, and they enter neither the background nor the derivations: direction comes from places,
    # cells and order, which neither side has shown. By chance they share what two lists in clear of these sizes do in
    # this case.
    blind = facts.con.execute(over("blind_pair")).to_arrow_table()
    sizes = np.column_stack([blind.column(name).to_numpy() for name in ("a_contacts", "b_contacts")])
    product: NDArray[np.float64] = np.maximum(sizes, 1).astype(np.float64).prod(axis=1)
    by_chance = PRIOR_SHARE * product / np.maximum(sizes.max(axis=1), 1)
    i, j = np.triu_indices(len(traced), k=1)
    known = background.expected[i, j] > 0
    if known.any():
        clear = np.maximum(traced.contacts, 1).astype(np.float64)
        by_chance = product * float(np.median((background.expected[i, j] / (clear[i] * clear[j]))[known]))
    _insert(facts.con, run, blind, np.minimum(by_chance, _MOST * sizes.min(axis=1)), background.scatter)


def _insert(
    con: duckdb.DuckDBPyConnection, run: int, pairs: pa.Table, expected: NDArray[np.float64], scatter: float
) -> None:
    """p_value: P(overlap >= shared), Poisson about a log-normal background (Gauss-Hermite quadrature)."""
    shared = pairs.column("shared").to_numpy().astype(np.float64)
    tails = gammainc(shared[:, None], expected[:, None] * np.exp(scatter * _NODES[None, :]))
    p_value = np.clip((tails * (_WEIGHTS / _WEIGHTS.sum())[None, :]).sum(axis=1), 0.0, 1.0)
    found = {"expected": expected, "excess": shared - expected, "p_value": p_value}
    columns = dict(zip(pairs.column_names, pairs.columns, strict=True))
    put_table(con, "overlap", run, columns | {name: pa.array(values) for name, values in found.items()})
