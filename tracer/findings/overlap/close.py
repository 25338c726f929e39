"""Close lists: those that share `SHOWN_FROM` contacts or more. Nothing is known across two that share fewer.

A list of invented numbers and one person must say nothing about the lists that hold that person. So what
two such lists share is taken for nothing before anything is computed from it, not hidden behind it: findings, weights
and probabilities are those of a case in which they share none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.shared_counts import as_words
from tracer.policy import SHOWN_FROM

_MANY_PARTS = 1 << 18
"""Parts from which like ones are put together at every step; sorting them takes longer than carrying a few twice."""
_MOST_PARTS = 1 << 20
"""Parts of sets at a time. Beyond them, what is left of a set is taken apart without its overlaps."""


def only_close(shared: NDArray[np.int64]) -> NDArray[np.int64]:
    """datasets x datasets: the same contacts in common, none where they are fewer than `SHOWN_FROM`."""
    return np.where(shared >= SHOWN_FROM, shared, 0)


@dataclass(frozen=True)
class CloseSets:
    """Sets of datasets of which any two are close, made from the sets of holders."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set; two or more in each, in order of their signatures."""
    of: sparse.csr_matrix
    """sets x sets of holders: how often a contact of these counts for it: 1, 0, or less where it is in several."""
    apart: NDArray[np.bool_]


def close_sets(held: sparse.csr_matrix, close: NDArray[np.bool_], codes: NDArray[np.int64]) -> CloseSets:
    """Take the sets of holders (sets x datasets) apart, so that any two datasets of a set are close.

    close: datasets x datasets; codes: datasets, whose exclusive or puts the sets in order. A set S with a dataset a and
    those F that are not close to it becomes S without a, and S without F, less S without both, until no such a is left:
    every set of close datasets then holds as many contacts as before, and any other none. So the result depends on
    nothing but what close lists share.
    """
    far = ~close
    np.fill_diagonal(far, False)
    apart = np.zeros(held.shape[0], dtype=np.bool_)
    words, from_far = as_words(held if far.any() else held[:0]), as_words(sparse.csr_matrix(far))
    for dataset in np.flatnonzero(far.any(axis=1)).tolist():
        apart[_beside(words, dataset, from_far[dataset])] = True
    if not apart.any():
        return CloseSets(held, sparse.identity(held.shape[0], dtype=np.int64, format="csr"), apart)
    part, origin, sign = words[apart], np.flatnonzero(apart), np.ones(int(apart.sum()), dtype=np.int64)
    for dataset in np.flatnonzero(far.any(axis=1)).tolist():
        part, origin, sign = _without_far(part, origin, sign, dataset, from_far[dataset])
    words = np.concatenate([words[~apart], part])
    origin = np.concatenate([np.flatnonzero(~apart), origin])
    sign = np.concatenate([np.ones(int((~apart).sum()), dtype=np.int64), sign])
    first, which = _unique(words)
    of = sparse.csr_matrix((sign, (which, origin)), shape=(first.size, held.shape[0]))
    fresh = _members(words[first], held.shape[1])
    order = np.argsort(_signatures(fresh, codes), kind="stable")
    return CloseSets(fresh[order], of[order], apart)


Pairs: TypeAlias = Callable[[int, int], bool]
"""Whether two datasets (numbers) are close."""


def read_close(con: duckdb.DuckDBPyConnection, *among: Sequence[int]) -> Pairs:
    """Which of these datasets are close, by the current overlaps: contacts are counted there, each once by any
    identifiers that join it. A count of identifiers would take ten people with a number and an address for twenty."""
    numbers = sorted(set[int]().union(*among))
    rows = con.execute(
        "SELECT a, b FROM views._close WHERE list_contains($numbers, a) AND list_contains($numbers, b)",
        {"numbers": numbers},
    ).fetchall()
    close = set(rows)
    return lambda a, b: (a, b) in close


def close_to(con: duckdb.DuckDBPyConnection, dataset: int, others: Sequence[int]) -> list[int]:
    """Those of the datasets `others` that are close to it, in order."""
    close = read_close(con, [dataset], others)
    return sorted({other for other in others if close(dataset, other)})


def all_close(close: Pairs, numbers: Iterable[int]) -> bool:
    """Whether any two of them are close."""
    return all(close(a, b) for a, b in combinations(sorted(set(numbers)), 2))


def parts_of(holders: Sequence[int], close: Pairs) -> dict[tuple[int, ...], int]:
    """One set of holders taken apart as `close_sets` does it, sets of one too: how often a contact counts for each.

    Like parts are put together at every step: a contact that is in forty lists would else have millions of them.
    """
    order = list(holders)
    near = [sum(1 << at for at, other in enumerate(order) if other == one or close(one, other)) for one in order]
    parts = {(1 << len(order)) - 1: 1} if order else {}
    for at, beside in enumerate(near):
        bit, after = 1 << at, Counter[int]()
        for part, times in parts.items():
            if part & bit and part & ~beside:
                after[part & ~bit] += times
                after[part & beside] += times
                if len(parts) <= _MOST_PARTS:
                    after[part & beside & ~bit] -= times
            else:
                after[part] += times
        parts = {part: times for part, times in after.items() if part and times}
    return {tuple(one for at, one in enumerate(order) if part >> at & 1): times for part, times in parts.items()}


def _bit(dataset: int, like: NDArray[np.uint64]) -> NDArray[np.uint64]:
    bit = np.zeros_like(like)
    bit[dataset // 64] = np.uint64(1) << np.uint64(dataset % 64)
    return bit


def _beside(words: NDArray[np.uint64], dataset: int, far: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """sets: whether the dataset is in it, and one that is not close to it as well."""
    return np.logical_and((words & _bit(dataset, far)).any(axis=1), (words & far).any(axis=1))


def _without_far(
    words: NDArray[np.uint64], origin: NDArray[np.int64], sign: NDArray[np.int64], dataset: int, far: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """The sets split so that none has the dataset together with one that is not close to it. Sets of one go."""
    mixed = _beside(words, dataset, far)
    if not mixed.any():
        return words, origin, sign
    some, from_, signs, bit = words[mixed], origin[mixed], sign[mixed], _bit(dataset, far)
    parts = [words[~mixed], some & ~bit, some & ~far, some & ~far & ~bit]
    origins, all_signs = [origin[~mixed], from_, from_, from_], [sign[~mixed], signs, signs, -signs]
    if words.shape[0] > _MOST_PARTS:
        parts, origins, all_signs = parts[:2], origins[:2], all_signs[:2]
    words, origin, sign = np.concatenate(parts), np.concatenate(origins), np.concatenate(all_signs)
    several = np.bitwise_count(words).sum(axis=1) > 1
    words, origin, sign = words[several], origin[several], sign[several]
    if words.shape[0] < _MANY_PARTS:
        return words, origin, sign
    first, which = _unique(np.column_stack([words, origin.astype(np.uint64)]))
    total = np.bincount(which, sign, first.size).astype(np.int64)
    return words[first[total != 0]], origin[first[total != 0]], total[total != 0]


def _unique(lines: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first place of each different line, and for every line which of these it is."""
    order = np.lexsort(lines.T[::-1])
    fresh = np.ones(order.size, dtype=np.bool_)
    fresh[1:] = (lines[order[1:]] != lines[order[:-1]]).any(axis=1)
    which = np.empty(order.size, dtype=np.int64)
    which[order] = np.cumsum(fresh) - 1
    return order[fresh], which


def _members(words: NDArray[np.uint64], datasets: int) -> sparse.csr_matrix:
    """The sets whose bits these are: sets x datasets."""
    inside = np.zeros((words.shape[0], datasets), dtype=np.bool_)
    for dataset in range(datasets):
        inside[:, dataset] = (words[:, dataset // 64] >> np.uint64(dataset % 64) & np.uint64(1)) > 0
    held = sparse.csr_matrix(inside, dtype=np.int64)
    held.sort_indices()
    return held


def _signatures(held: sparse.csr_matrix, codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """sets: the codes of its datasets put together, as `signed_key.sql` does."""
    return np.bitwise_xor.reduceat(codes[held.indices], held.indptr[:-1]) if held.shape[0] else codes[:0]
