"""Where the numbers of the datasets lie, each by itself and by the sets of close datasets that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.answered import AnsweredPatterns
from tracer.findings.overlap.close import CloseSets
from tracer.findings.overlap.patterns import Patterns
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets
from tracer.findings.precomputed import answer_rows


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


def read_places(
    facts: CaseFacts,
    traced: ComparedDatasets,
    patterns: Patterns,
    sets: CloseSets,
    close: NDArray[np.bool_],
) -> IdentifierPlaces:
    """Count identifiers by place.

    close: datasets x datasets. An identifier in lists that are not close counts as often as it is in them.
    """
    source = patterns.source
    if isinstance(source, AnsweredPatterns):
        sizes, of_datasets = (answer_rows(facts, one).fetchall() for one in (source.place_size, source.dataset_place))
        return _whole(facts.con, traced, patterns, sets, source.block_place, sizes, of_datasets)
    block_place = facts.make("block_place", over("block_place", signed_block=source.blocks))
    if traced.share.all:
        texts = (
            over("place_size", signed_block=source.blocks, block_place=block_place),
            over("dataset_place", second_key=source.second, traced=traced.relation, block_place=block_place),
        )
        sizes, of_datasets = (facts.con.execute(text).fetchall() for text in texts)
        found = _whole(facts.con, traced, patterns, sets, block_place, sizes, of_datasets)
    else:
        text = over("single_place", signed_key=source.keys, traced=traced.relation, block_place=block_place)
        alone = facts.con.execute(text).fetchnumpy()
        found = _looked_at(facts.con, traced, patterns, sets, close, block_place, alone)
    facts.drop(block_place)
    return found


def _whole(
    con: duckdb.DuckDBPyConnection,
    traced: ComparedDatasets,
    patterns: Patterns,
    sets: CloseSets,
    block_place: Relation,
    sizes: Sequence[tuple[int, int]],
    of_datasets: Sequence[tuple[int, int, int]],
) -> IdentifierPlaces:
    """From all identifiers. sizes: (place, identifiers); of_datasets: (dataset, place, identifiers)."""
    places = 1 + max((place for place, _ in sizes), default=0)
    size = np.zeros(places, dtype=np.int64)
    for place, keys in sizes:
        size[place] = keys
    counts = np.zeros((len(traced), places), dtype=np.int64)
    for position, place, keys in of_datasets:
        counts[position, place] = keys
    of_holders, _ = _by_pattern(con, traced, patterns, block_place, places)
    by_set = _at_least_none(sets.of @ of_holders)
    if sets.apart.any():
        size = size + _repeated(patterns.held, of_holders) - _repeated(sets.held, by_set)
    return IdentifierPlaces(counts, np.maximum(size, 0), by_set)


def _looked_at(
    con: duckdb.DuckDBPyConnection,
    traced: ComparedDatasets,
    patterns: Patterns,
    sets: CloseSets,
    close: NDArray[np.bool_],
    block_place: Relation,
    alone: Mapping[str, Any],
) -> IdentifierPlaces:
    """The same estimated from the identifiers that are looked at, so that it fits the sets of these.

    alone: position, place, keys of identifiers that one dataset alone has. One that is looked at only because a short
    list has it says nothing of lists that are not close to the short one.
    """
    whole, each = traced.share.whole, 100 // traced.share.percent
    places = 1 + int(con.execute(f"SELECT coalesce(max(place), 0) FROM {block_place}").fetchall()[0][0])
    looked_at, drawn = _by_pattern(con, traced, patterns, block_place, places)
    by_set = _at_least_none(
        _where(sets.held @ whole > 0, sets.of @ looked_at) + each * _where(sets.held @ whole == 0, sets.of @ drawn)
    )
    seen_whole = patterns.held @ whole > 0
    counts = _held(patterns.held, _where(seen_whole & ~sets.apart, looked_at))
    counts += each * _held(patterns.held, _where(~seen_whole, drawn))
    mixed = np.flatnonzero(seen_whole & sets.apart)
    beside = (patterns.held[mixed].multiply(whole) @ close.astype(np.int64) > 0).astype(np.int64)
    known = sparse.csr_matrix(patterns.held[mixed].multiply(beside))
    counts += _held(known, looked_at[mixed]) + each * _held(patterns.held[mixed] - known, drawn[mixed])
    counts[np.asarray(alone["position"]), np.asarray(alone["place"])] += (
        np.asarray(alone["keys"]) * traced.share.each[np.asarray(alone["position"])]
    )
    return IdentifierPlaces(counts, np.maximum(counts.sum(axis=0) - _repeated(sets.held, by_set), 0), by_set)


def _by_pattern(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, patterns: Patterns, block_place: Relation, places: int
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """sets of holders x places: identifiers that are looked at, and of these those that were drawn."""
    text = over("pattern_place", key_pattern=patterns.by_key, block_place=block_place)
    rows = con.execute(text, {"percent": traced.share.percent}).fetchnumpy()
    where, shape = (np.asarray(rows["pattern"]), np.asarray(rows["place"])), (patterns.keys.size, places)
    looked_at, drawn = (
        sparse.csr_matrix((np.asarray(rows[name], dtype=np.int64), where), shape=shape) for name in ("keys", "drawn")
    )
    return looked_at, drawn


def _held(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> NDArray[np.int64]:
    """datasets x places: sums over the sets that each dataset is in."""
    return np.asarray((held.T @ by_place).todense(), dtype=np.int64)


def _where(which: NDArray[np.bool_], by_place: sparse.csr_matrix) -> sparse.csr_matrix:
    """The lines for which it holds, and nothing in the others."""
    return sparse.csr_matrix(sparse.diags(which.astype(np.int64), format="csr", dtype=np.int64) @ by_place)


def _repeated(held: sparse.csr_matrix, by_place: sparse.csr_matrix) -> NDArray[np.int64]:
    """places: how often identifiers are in more lists than one, each further list counted."""
    more = np.diff(held.indptr).astype(np.int64) - 1
    return np.asarray(by_place.T @ more, dtype=np.int64).ravel()


def _at_least_none(by_place: sparse.csr_matrix) -> sparse.csr_matrix:
    """The counts without what is left of contacts that were counted in several sets."""
    found = sparse.csr_matrix(by_place, dtype=np.int64)
    np.maximum(found.data, 0, out=found.data)
    found.eliminate_zeros()
    found.sort_indices()
    return found
