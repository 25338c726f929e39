"""What polars does in the benchmarks beside it, as a script for a Python that has it: prints one line of JSON.

`peer_polars.py normalise FILE`: Chinese mobile numbers of the column `raw` of a Parquet file.
`peer_polars.py overlaps FILE`: contacts in common of every pair of lists, of the columns `dataset` and `key`.

Tables are in memory before the clock starts, and a first run on a few rows lets polars make its threads.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

POLARS = "2.1.0"
_FIRST = 1_000


def normalised(frame: Any) -> Any:
    """`key` of each row: cells that are clean at sight first, the digits of the others without a country code."""
    import polars as pl

    clean = pl.col("raw").cast(pl.Int64, strict=False)
    at_sight = (pl.col("raw").str.len_bytes() == 11) & clean.is_between(13_000_000_000, 19_999_999_999)
    digits = (
        pl.col("raw").str.replace_many(list("０１２３４５６７８９"), list("0123456789"))
        .str.replace(r"\.0$", "").str.replace_all(r"[^0-9]+", "").str.extract(r"^(?:00)?(?:86)?(1[3-9][0-9]{9})$", 1)
        .cast(pl.Int64)
    )  # fmt: skip
    seen = frame.lazy().with_columns(seen=at_sight.fill_null(False))
    parts = [
        seen.filter(pl.col("seen")).select("row", key=clean),
        seen.filter(~pl.col("seen")).select("row", key=digits),
    ]
    return pl.concat(parts).with_columns(pl.col("key") + 8_600_000_000_000).collect()


def overlaps(frame: Any) -> Any:
    """`a`, `b`, `shared` of every pair: lists are put together by key, and keys of the same lists counted as one."""
    import polars as pl

    sets = (
        frame.lazy().group_by("key").agg(pl.col("dataset").sort()).filter(pl.col("dataset").list.len() > 1)
        .group_by("dataset").len().with_row_index("set")
    )  # fmt: skip
    each = sets.explode("dataset")
    return (
        each.join(each.select("set", b="dataset"), on="set").filter(pl.col("dataset") < pl.col("b"))
        .group_by(a="dataset", b="b").agg(shared=pl.col("len").sum()).filter(pl.col("shared") >= 20)
        .sort("a", "b").collect()
    )  # fmt: skip


def joined(frame: Any) -> Any:
    """The same by a join of all memberships with themselves, in batches."""
    import polars as pl

    lazy = frame.lazy()
    return (
        lazy.join(lazy.select("key", b="dataset"), on="key").filter(pl.col("dataset") < pl.col("b"))
        .group_by(a="dataset", b="b").agg(shared=pl.len()).filter(pl.col("shared") >= 20)
        .sort("a", "b").collect(engine="streaming")
    )  # fmt: skip


def _peak() -> float:
    """GiB; as in `scale_spent`, which is not to be found from here."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / (1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (30 if sys.platform == "darwin" else 20))


def main() -> None:
    """Run what the arguments name."""
    import polars as pl

    frame = pl.read_parquet(sys.argv[2])
    work = {"normalise": normalised, "overlaps": overlaps, "joined": joined}[sys.argv[1]]
    work(frame.head(_FIRST))
    began, before = time.perf_counter(), os.times()
    found = work(frame)
    seconds, after = time.perf_counter() - began, os.times()
    answer = {
        "seconds": seconds, "processor": sum(after[:2]) - sum(before[:2]),
        "peak": _peak(),
    }  # fmt: skip
    if sys.argv[1] == "normalise":
        keys = found["key"].drop_nulls().unique()
        answer |= {"keys": keys.len(), "sum": int(keys.sum())}
    else:
        answer |= {"pairs": found.height, "sum": int(found["shared"].sum() or 0)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
