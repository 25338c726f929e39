"""How many numbers of each block a list holds, how many are known, how many both: the counts that `random` rests on.

The same as `blocks.sql`, which a cluster runs, several times as fast: a block is 10^4 marks, and a number that stands
in several lists sets its mark once, so that numbers need neither be told apart nor joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from tracer.findings.claims.blocks import BLOCK, Counts
from tracer.findings.claims.verdict import statement

_AT_ONCE = 1 << 14
"""Blocks that are marked at a time: twice 164 MB."""


def block_counts(
    con: duckdb.DuckDBPyConnection, no: int, others: Sequence[int], without: Sequence[int]
) -> Mapping[str, Counts]:
    """`block`, `drawn` (numbers of dataset `no`), `known` (of any of `others`) and `shared`, an element for each block.

    Numbers of the datasets in `without` count on neither side.
    """
    bound = {"dataset": no, "witnesses": list(others)}
    blocks = con.execute(statement("number_blocks"), bound).fetchnumpy()["block"].astype(np.int64)
    bound |= {"without": list(without)}
    parts = [_of_part(con, blocks[at : at + _AT_ONCE], bound) for at in range(0, blocks.size, _AT_ONCE)]
    counts = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), dtype=np.int64)
    # Blocks of which all numbers are left out are no blocks of this comparison.
    some = counts.any(axis=0)
    return {"block": blocks[some], **dict(zip(("drawn", "known", "shared"), counts[:, some], strict=True))}


def _of_part(con: duckdb.DuckDBPyConnection, blocks: Counts, bound: Mapping[str, Any]) -> Counts:
    """(drawn, known, shared) x blocks."""
    first, last = int(blocks[0]), int(blocks[-1])
    limits = {"first": first * BLOCK, "last": (last + 1) * BLOCK - 1}
    found = con.execute(statement("block_numbers"), {**bound, **limits}).fetchnumpy()
    place = np.zeros(last - first + 1, dtype=np.int64)
    place[blocks - first] = np.arange(blocks.size)
    block, number = np.divmod(np.asarray(found["key"]), BLOCK)
    at, mine = place[block - first] * BLOCK + number, np.asarray(found["mine"], dtype=np.bool_)
    marks = np.zeros((2, blocks.size * BLOCK), dtype=np.bool_)
    marks[0, at[mine]], marks[1, at[~mine]] = True, True
    drawn, known = marks.reshape(2, blocks.size, BLOCK)
    return np.stack([drawn.sum(axis=1), known.sum(axis=1), (drawn & known).sum(axis=1)])
