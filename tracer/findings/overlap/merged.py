"""Identifiers that several datasets hold, found by merging the datasets' sorted identifiers.

Memberships lie in the store by dataset, in the order of keys. A stable sort merges such runs, which is reading them
side by side; grouping by key reads and writes a table of all keys at random. From 2 datasets to 200 the sort on one
thread takes between a sixth and a half of the time that grouping takes on two (`signature.sql`, which a cluster
executes). It holds all keys in memory, some 60 bytes a membership: large cases are merged in parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from tracer.findings.overlap.shared_counts import within_spans
from tracer.identify.keys import MOBILE_FIRST, MOBILE_LAST

_IN_BLOCK = 10_000
"""Numbers of a block, as in `signed_block.sql`."""
_JUNK = "SELECT DISTINCT j.key FROM junk AS j JOIN traced AS t ON t.no = j.dataset WHERE j.key IS NOT NULL"


def merge_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Leave what `signature.sql` and `signed_block.sql` leave, in `signed_key` only what several datasets hold.

    Needs the TEMP tables `traced` and `second_key`.
    """
    merged = _without_second(con, _linking(con))
    signed = {
        "key": merged.keys[merged.starts],
        "signature": _signatures(con, merged),
        "holders": merged.lengths,
    }
    _leave(con, "signed_key", signed)
    _leave(con, "signed_block", _blocks(merged.keys[merged.first]))


def sets_of_holders(
    con: duckdb.DuckDBPyConnection, datasets: int, first: int, beyond: int
) -> tuple[sparse.csr_matrix, NDArray[np.int64]]:
    """The sets of two or more datasets that hold identifiers from `first` to under `beyond`: sets x `datasets`, by
    their places in the TEMP table `traced`, and how many identifiers each set holds."""
    merged = _linking(con, f"AND key >= {first} AND key < {beyond}")
    _, example, keys = np.unique(_signatures(con, merged), return_index=True, return_counts=True)
    lengths = merged.lengths[example]
    position = _by_number(con, "position")[merged.holder[within_spans(merged.starts[example], lengths)]]
    ends = np.append(0, np.cumsum(lengths))
    held = sparse.csr_matrix((np.ones(position.size, dtype=np.int64), position, ends), shape=(keys.size, datasets))
    held.sort_indices()
    return held, keys


@dataclass(frozen=True)
class _Merged:
    """Memberships in order of their identifiers, without junk."""

    keys: NDArray[np.int64]
    holder: NDArray[np.int32]
    """memberships: number of the dataset."""
    first: NDArray[np.bool_]
    """memberships: whether it is the first of its identifier, and that is looked at."""
    starts: NDArray[np.int64]
    """identifiers that several datasets hold: where their memberships begin."""
    lengths: NDArray[np.int64]
    """The same: how many datasets."""


def _linking(con: duckdb.DuckDBPyConnection, within: str = "") -> _Merged:
    """within: SQL that narrows what is read."""
    numbers = [int(row[0]) for row in con.execute("SELECT no FROM traced ORDER BY no").fetchall()]
    # Joined with `traced`, memberships would come in the order in which threads finish, and take longer to sort.
    among = ", ".join(map(str, numbers)) or "NULL"
    read = con.execute(f"SELECT key, dataset FROM membership WHERE dataset IN ({among}) {within}").to_arrow_table()
    keys, holder = read.column("key").to_numpy(), read.column("dataset").to_numpy()
    order = np.argsort(keys, kind="stable")
    keys, holder = keys[order], holder[order]
    junk = con.execute(_JUNK).fetchnumpy()["key"]
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


def _without_second(con: duckdb.DuckDBPyConnection, merged: _Merged) -> _Merged:
    """Without the identifiers that link nothing that another one of the same contacts does not link."""
    second = np.sort(con.execute("SELECT key FROM second_key").fetchnumpy()["key"])
    if second.size == 0:
        return merged
    first = merged.first.copy()
    low = np.searchsorted(merged.keys, second)
    there = (low < merged.keys.size) & (merged.keys[np.minimum(low, merged.keys.size - 1)] == second)
    first[low[there]] = False
    kept = first[merged.starts]
    return replace(merged, first=first, starts=merged.starts[kept], lengths=merged.lengths[kept])


def _signatures(con: duckdb.DuckDBPyConnection, merged: _Merged) -> NDArray[np.int64]:
    """identifiers that several datasets hold: their holders' codes put together, as in `signature.sql`."""
    codes = _by_number(con, "code")[merged.holder[within_spans(merged.starts, merged.lengths)]]
    starts = np.cumsum(merged.lengths) - merged.lengths
    return np.bitwise_xor.reduceat(codes, starts) if codes.size else codes


def _by_number(con: duckdb.DuckDBPyConnection, column: str) -> NDArray[np.int64]:
    """Number of a dataset -> that column of `traced`."""
    traced = con.execute(f"SELECT no, {column} FROM traced").fetchnumpy()
    found = np.zeros(1 + max(traced["no"].tolist(), default=0), dtype=np.int64)
    found[traced["no"]] = traced[column]
    return found


def _blocks(keys: NDArray[np.int64]) -> Mapping[str, NDArray[np.int64] | pa.Array]:
    """Blocks of Chinese mobile numbers, and how many of the keys, which are in order, lie in each; null: in none."""
    low, high = np.searchsorted(keys, (MOBILE_FIRST, MOBILE_LAST + 1))
    block = keys[low:high] // _IN_BLOCK
    starts = np.append(np.arange(min(block.size, 1)), 1 + np.flatnonzero(block[1:] != block[:-1]))
    blocks = pa.array([*block[starts].tolist(), None], pa.int64())
    return {"block": blocks, "keys": np.append(np.diff(starts, append=block.size), keys.size - block.size)}


def _leave(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, NDArray[np.int64] | pa.Array]) -> None:
    con.register("merged_rows", pa.table(dict(columns)))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM merged_rows")
    con.unregister("merged_rows")
