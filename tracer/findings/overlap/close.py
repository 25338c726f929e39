"""Close lists, and near-copies.

Lists are close that share `SHOWN_FROM` contacts or more. Nothing is known across two that share fewer. A list of
invented numbers and one person must say nothing about the lists that hold that person. So what two such lists share is
taken for nothing before anything is computed from it, not hidden behind it: findings, weights and probabilities are
those of a case in which they share none.

Near-copies are lists of almost the same contacts, such as one list that is hosted in two places. Wherever independent
witnesses are counted they are one: the second says nothing that the first has not said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.tails import Bools, Ints

NEAR = 0.95
"""Share of the larger list that both hold, from which two lists are near-copies. One list that was hosted in two places
and lost more of its rows on the way would lower it."""
_MANY_PARTS = 1 << 18
"""Parts from which like ones are put together at every step; sorting them takes longer than carrying a few twice."""
_MOST_PARTS = 1 << 20
"""Parts of sets at a time. Beyond them, what is left of a set is taken apart without its overlaps."""


@dataclass(frozen=True)
class CloseSets:
    """Sets of datasets of which any two are close, made from the sets of holders."""

    held: sparse.csr_matrix
    """sets x datasets, 1 where the dataset is in the set; two or more in each, in order of their signatures."""
    of: sparse.csr_matrix
    """sets x sets of holders: how often a contact of these counts for it: 1, 0, or less where it is in several."""
    apart: Bools


def close_sets(held: sparse.csr_matrix, close: Bools, codes: Ints) -> CloseSets:
    """Take the sets of holders (sets x datasets) apart, so that any two datasets of a set are close.

    close: datasets x datasets; codes: datasets, whose exclusive or puts the sets in order. A set S with a dataset a and
    those F that are not close to it becomes S without a, and S without F, less S without both, until no such a is left:
    every set of close datasets then holds as many contacts as before, and any other none. So the result depends on
    nothing but what close lists share.
    """
    sets, n = held.shape
    far = ~close
    np.fill_diagonal(far, False)
    with_far, apart = np.flatnonzero(far.any(axis=1)).tolist(), np.zeros(sets, dtype=np.bool_)
    words = _as_words(held if with_far else held[:0])
    bits, from_far = _as_words(sparse.identity(n, format="csr")), _as_words(sparse.csr_matrix(far))
    for dataset in with_far:
        apart |= _with_one_not_close(words, bits[dataset], from_far[dataset])
    if not apart.any():
        return CloseSets(held, sparse.identity(sets, dtype=np.int64, format="csr"), apart)
    parts: Parts = words[apart], np.flatnonzero(apart), np.ones(int(apart.sum()), dtype=np.int64)
    for dataset in with_far:
        parts = _without_far(parts, bits[dataset], from_far[dataset])
    whole = words[~apart], np.flatnonzero(~apart), np.ones(int((~apart).sum()), dtype=np.int64)
    words, origin, sign = (np.concatenate(both) for both in zip(whole, parts, strict=True))
    lines, which = np.unique(words, axis=0, return_inverse=True)
    of = sparse.csr_matrix((sign, (which.ravel(), origin)), shape=(lines.shape[0], sets))
    inside = np.unpackbits(lines.astype("<u8").view(np.uint8), axis=1, count=n, bitorder="little")
    fresh = sparse.csr_matrix(inside, dtype=np.int64)
    fresh.sort_indices()
    signatures = np.bitwise_xor.reduceat(codes[fresh.indices], fresh.indptr[:-1]) if lines.size else codes[:0]
    order = np.argsort(signatures, kind="stable")
    return CloseSets(fresh[order], of[order], apart)


def _as_words(held: sparse.csr_matrix) -> NDArray[np.uint64]:
    """lines x words: the columns that are not 0, as bits."""
    lines = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    words = np.zeros((held.shape[0], (held.shape[1] + 63) // 64), dtype=np.uint64)
    columns = held.indices.astype(np.uint64)
    np.bitwise_or.at(words, (lines, held.indices // 64), np.uint64(1) << (columns % np.uint64(64)))
    return words


def _with_one_not_close(words: NDArray[np.uint64], bit: NDArray[np.uint64], far: NDArray[np.uint64]) -> Bools:
    """sets: whether the dataset of this bit is in it, and one that is not close to it as well."""
    return np.logical_and((words & bit).any(axis=1), (words & far).any(axis=1))


Parts: TypeAlias = tuple[NDArray[np.uint64], Ints, Ints]
"""Parts of sets: their members as bits, the set that each is of, and how often it counts there."""


def _without_far(parts: Parts, bit: NDArray[np.uint64], far: NDArray[np.uint64]) -> Parts:
    """The sets split so that none has the dataset together with one that is not close to it. Sets of one go."""
    words, origin, sign = parts
    mixed = _with_one_not_close(words, bit, far)
    if not mixed.any():
        return parts
    some, of_some = words[mixed], sign[mixed]
    split = [words[~mixed], some & ~bit, some & ~far, some & ~far & ~bit]
    kept = 2 if words.shape[0] > _MOST_PARTS else 4
    words = np.concatenate(split[:kept])
    origin = np.concatenate([origin[~mixed], *[origin[mixed]] * 3][:kept])
    sign = np.concatenate([sign[~mixed], of_some, of_some, -of_some][:kept])
    several = np.bitwise_count(words).sum(axis=1) > 1
    words, origin, sign = words[several], origin[several], sign[several]
    if words.shape[0] < _MANY_PARTS:
        return words, origin, sign
    lines, which = np.unique(np.column_stack([words, origin.astype(np.uint64)]), axis=0, return_inverse=True)
    total = np.bincount(which.ravel(), sign, lines.shape[0]).astype(np.int64)
    lines, total = lines[total != 0], total[total != 0]
    return lines[:, :-1], lines[:, -1].astype(np.int64), total


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


def are_near(shared: int, a_contacts: int, b_contacts: int) -> bool:
    """Whether two lists with so many contacts in common are near-copies."""
    return shared >= NEAR * max(a_contacts, b_contacts, 1)


def one_list(con: duckdb.DuckDBPyConnection, a: int, b: int) -> bool:
    """Whether the datasets of these numbers (`dataset.no`) are near-copies; counted, so that no trace is needed."""
    shared, one, other = con.execute(
        "SELECT (SELECT count(*) FROM membership AS x JOIN membership AS y ON y.key = x.key"
        " WHERE x.dataset = $a AND y.dataset = $b),"
        " (SELECT count(*) FROM membership WHERE dataset = $a), (SELECT count(*) FROM membership WHERE dataset = $b)",
        {"a": a, "b": b},
    ).fetchall()[0]
    return are_near(shared, one, other)


def witnesses(members: Sequence[int], near: Callable[[int, int], bool]) -> list[list[int]]:
    """The members in groups of near-copies: each group is one witness."""
    groups: list[list[int]] = []
    for member in sorted(set(members)):
        joined = [group for group in groups if any(near(other, member) for other in group)]
        groups = [group for group in groups if group not in joined] + [sorted([member, *chain.from_iterable(joined)])]
    return sorted(groups)
