"""Identifiers that several datasets hold, found by merging the datasets' sorted identifiers.

Memberships lie in the store by dataset, in the order of keys. A stable sort merges such runs, which is reading them
side by side; grouping by key reads and writes a table of all keys at random. From 2 datasets to 200 the sort on one
thread takes between a sixth and a half of the time that grouping takes on two (`signed_key.sql`, which a cluster
executes). It holds all keys in memory, some 60 bytes a membership: large cases are merged in parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.shared_counts import within_spans
from tracer.findings.overlap.statements import over
from tracer.findings.overlap.traced import ComparedDatasets
from tracer.identify.keys import MOBILE_FIRST, MOBILE_LAST

_IN_BLOCK = 10_000
"""Numbers of a block, as in `signed_block.sql`."""


@dataclass(frozen=True)
class SignedKeys:
    """Relations of the identifiers that link."""

    keys: Relation
    blocks: Relation
    second: Relation
    """Identifiers that are left out, because others of the same contacts link what they link: key."""


def merge_keys(facts: CaseFacts, traced: ComparedDatasets, second: Relation) -> SignedKeys:
    """What `signed_key.sql` and `signed_block.sql` give, of identifiers only those that several datasets hold."""
    merged = _without_second(facts.con, _linking(facts.con, traced), second)
    signed = {
        "key": merged.keys[merged.starts],
        "signature": _signatures(traced, merged),
        "holders": merged.lengths,
    }
    keys = facts.make("signed_key", pa.table(signed))
    return SignedKeys(keys, facts.make("signed_block", _blocks(merged.keys[merged.first])), second)


def sets_of_holders(
    con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, first: int, beyond: int
) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """The sets of two or more datasets that hold identifiers from `first` to under `beyond`: sets x datasets, and how
    many identifiers each set holds."""
    merged = _linking(con, traced, f"AND key >= {first} AND key < {beyond}")
    _, example, keys = np.unique(_signatures(traced, merged), return_index=True, return_counts=True)
    lengths = merged.lengths[example]
    position = traced.by_number(np.arange(len(traced), dtype=np.int64))[
        merged.holder[within_spans(merged.starts[example], lengths)]
    ]
    ends = np.append(0, np.cumsum(lengths))
    shape = (keys.size, len(traced))
    held = sparse.csr_matrix((np.ones(position.size, dtype=np.int64), position, ends), shape=shape)
    held.sort_indices()
    return held, keys


@dataclass(frozen=True)
class _Merged:
    """Memberships in order of their identifiers, without junk."""

    keys: NDArray[np.int64]
    holder: NDArray[np.int32]
    first: NDArray[np.bool_]
    """memberships: whether it is the first of its identifier, and that is looked at."""
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]


def _linking(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets, within: str = "") -> _Merged:
    """within: SQL that narrows what is read."""
    # Joined with the datasets, memberships would come in the order in which threads finish, and take longer to sort.
    among = ", ".join(map(str, sorted(traced.numbers))) or "NULL"
    read = con.execute(f"SELECT key, dataset FROM membership WHERE dataset IN ({among}) {within}").to_arrow_table()
    keys, holder = read.column("key").to_numpy(), read.column("dataset").to_numpy()
    order = np.argsort(keys, kind="stable")
    keys, holder = keys[order], holder[order]
    junk = con.execute(over("junk_key", traced=traced.relation)).fetchnumpy()["key"]
    if junk.size:
        linking = np.ones(keys.size, dtype=np.bool_)
        for low, high in zip(np.searchsorted(keys, junk), np.searchsorted(keys, junk, "right"), strict=True):
            linking[low:high] = False
        keys, holder = keys[linking], holder[linking]
    first = np.ones(keys.size, dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    lengths = np.diff(starts, append=keys.size)
    several = lengths > 1
    return _Merged(keys, holder, first, starts[several], lengths[several])


def _without_second(con: duckdb.DuckDBPyConnection, merged: _Merged, second: Relation) -> _Merged:
    """Without the identifiers that link nothing that another one of the same contacts does not link."""
    left_out = np.sort(con.execute(f"SELECT key FROM {second}").fetchnumpy()["key"])
    if left_out.size == 0:
        return merged
    first = merged.first.copy()
    low = np.searchsorted(merged.keys, left_out)
    there = (low < merged.keys.size) & (merged.keys[np.minimum(low, merged.keys.size - 1)] == left_out)
    first[low[there]] = False
    kept = first[merged.starts]
    return replace(merged, first=first, starts=merged.starts[kept], lengths=merged.lengths[kept])


def _signatures(traced: ComparedDatasets, merged: _Merged) -> NDArray[np.int64]:
    """identifiers that several datasets hold: their holders' codes put together, as in `signed_key.sql`."""
    codes = traced.by_number(traced.codes)[merged.holder[within_spans(merged.starts, merged.lengths)]]
    starts = np.cumsum(merged.lengths) - merged.lengths
    return np.bitwise_xor.reduceat(codes, starts) if codes.size else codes


def _blocks(keys: NDArray[np.int64]) -> pa.Table:
    """Blocks of Chinese mobile numbers, and how many of the keys, which are in order, lie in each; null: in none."""
    low, high = np.searchsorted(keys, (MOBILE_FIRST, MOBILE_LAST + 1))
    block = keys[low:high] // _IN_BLOCK
    starts = np.append(np.arange(min(block.size, 1)), 1 + np.flatnonzero(block[1:] != block[:-1]))
    blocks = pa.array([*block[starts].tolist(), None], pa.int64())
    counts = np.append(np.diff(starts, append=block.size), keys.size - block.size)
    return pa.table({"block": blocks, "keys": counts})
