"""Identifiers that several datasets hold, found by merging the datasets' sorted identifiers.

Memberships lie in the store by dataset, in the order of keys. A stable sort merges such runs, which is reading them
side by side; grouping by key reads and writes a table of all keys at random. From 2 datasets to 200 the sort on one
thread takes between a sixth and a half of the time that grouping takes on two (`signature.sql`, which a cluster
executes). It holds all keys in memory, some 60 bytes a membership: large cases are not merged whole.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.identify.keys import MOBILE_FIRST, MOBILE_LAST

_IN_BLOCK = 10_000
"""Numbers of a block, as in `signed_block.sql`."""
_JUNK = "SELECT DISTINCT j.key FROM junk AS j JOIN traced AS t ON t.no = j.dataset WHERE j.key IS NOT NULL"


def merge_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Leave what `signature.sql` and `signed_block.sql` leave, in `signed_key` only what several datasets hold.

    Needs the TEMP table `traced`.
    """
    keys, order, holder = _linking(con)
    first = np.ones(keys.size, dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    shared = ~first
    shared[:-1] |= shared[1:]
    starts = np.flatnonzero(first[shared])
    codes = _codes(con)[holder[order[shared]]]
    signed = {
        "key": keys[shared][starts],
        "signature": np.bitwise_xor.reduceat(codes, starts) if starts.size else codes,
        "holders": np.diff(starts, append=codes.size),
    }
    _leave(con, "signed_key", signed)
    _leave(con, "signed_block", _blocks(keys[first]))


def _linking(con: duckdb.DuckDBPyConnection) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Keys in order without junk, where each was read, and the number of the dataset of each as they were read."""
    numbers = [int(row[0]) for row in con.execute("SELECT no FROM traced ORDER BY no").fetchall()]
    # Joined with `traced`, memberships would come in the order in which threads finish, and take longer to sort.
    among = ", ".join(map(str, numbers)) or "NULL"
    read = con.execute(f"SELECT key, dataset FROM membership WHERE dataset IN ({among})").to_arrow_table()
    keys, holder = read.column("key").to_numpy(), read.column("dataset").to_numpy()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    junk = con.execute(_JUNK).fetchnumpy()["key"]
    if junk.size:
        linking = np.ones(keys.size, dtype=np.bool_)
        for low, high in zip(np.searchsorted(keys, junk), np.searchsorted(keys, junk, "right"), strict=True):
            linking[low:high] = False
        keys, order = keys[linking], order[linking]
    return keys, order, holder


def _codes(con: duckdb.DuckDBPyConnection) -> NDArray[np.int64]:
    """Number of a dataset -> its code."""
    traced = con.execute("SELECT no, code FROM traced").fetchnumpy()
    codes = np.zeros(1 + max(traced["no"].tolist(), default=0), dtype=np.int64)
    codes[traced["no"]] = traced["code"]
    return codes


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
