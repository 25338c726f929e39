"""Where the numbers of the datasets lie, each by itself and by the sets of close datasets that hold them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.case_facts import CaseFacts
from tracer.findings.overlap.close import CloseSets
from tracer.findings.overlap.patterns import Patterns, SignedKeys
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
    facts: CaseFacts, traced: ComparedDatasets, patterns: Patterns, sets: CloseSets, close: NDArray[np.bool_]
) -> IdentifierPlaces:
    """Count identifiers by place.

    close: datasets x datasets. An identifier in lists that are not close counts as often as it is in them.
    One that is looked at only because a short list has it says nothing of lists that are not close to the short one.
    """
    con, source, share = facts.con, patterns.source, traced.share
    if isinstance(source, SignedKeys):
        block_place = facts.make("block_place", over("block_place", signed_block=source.blocks))
    else:
        block_place = source["block_place"]
    places = 1 + int(con.execute(f"SELECT coalesce(max(place), 0) FROM {block_place}").fetchall()[0][0])
    text = over("pattern_place", key_pattern=patterns.by_key, block_place=block_place)
    rows = con.execute(text, {"percent": share.percent}).fetchnumpy()
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
    if isinstance(source, SignedKeys) and source.alone is not None:
        of_alone = con.execute(over("single_place", alone=source.alone, block_place=block_place)).fetchnumpy()
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
        if isinstance(source, SignedKeys):
            of_all = con.execute(over("place_size", signed_block=source.blocks, block_place=block_place)).fetchnumpy()
            text = over("dataset_place", second_key=source.second, traced=traced.relation, block_place=block_place)
            of_each = con.execute(text).fetchnumpy()
        else:
            of_all, of_each = (
                answer_rows(facts, source[name]).fetchnumpy() for name in ("place_size", "dataset_place")
            )
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
