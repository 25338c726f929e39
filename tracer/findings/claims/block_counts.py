"""How many numbers of each block a list holds, how many are known, how many both: the counts that `random` rests on.

The same as `blocks.sql`, which a cluster runs, several times as fast. Where blocks are full, each number is a mark, and
one that is in several lists sets its mark once, so that numbers need neither be distinguished nor joined. Where a block
holds few numbers, as in every small case, making and reading its marks would cost far more than sorting these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.findings.claims.blocks import Counts
from tracer.findings.claims.verdict import statement
from tracer.findings.overlap.close import Pairs, parts_of
from tracer.identify.number_plans import NumberRange

_AT_ONCE = 1 << 14
"""Blocks that are marked at a time: of 10^4 numbers, twice 164 MB."""
_NUMBERS_AT_ONCE = 1 << 16
"""Numbers of a batch, which a processor's cache holds while they are marked."""
_MARKED_FROM = 100
"""Numbers a block, on average, from which marking takes less time than sorting."""


def block_counts(
    con: duckdb.DuckDBPyConnection, no: int, others: Sequence[int], without: Sequence[int], within: NumberRange
) -> Mapping[str, Counts]:
    """`block`, `drawn` (numbers of dataset `no`), `known` (of any of `others`) and `shared`, an element for each block.

    Numbers of the datasets in `without` count on neither side.
    """
    size = within.block
    bound: dict[str, Any] = {"compared": [no, *others], **limits_of(within)}
    found = con.execute(statement("number_blocks"), bound).fetchnumpy()
    blocks, numbers = (np.asarray(found[name], dtype=np.int64) for name in ("block", "numbers"))
    sides = ([no], list(others))
    bound = {"compared": [no, *others], "without": list(without)}
    parts = []
    for at in range(0, blocks.size, _AT_ONCE):
        part = blocks[at : at + _AT_ONCE]
        many = int(numbers[at : at + _AT_ONCE].sum()) >= _MARKED_FROM * part.size
        parts.append((_by_marks if many else _by_order)(con, part, size, sides, bound))
    counts = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), dtype=np.int64)
    # Blocks of which all numbers are left out take no part in this comparison.
    some = counts.any(axis=0)
    return {"block": blocks[some], **dict(zip(("drawn", "known", "shared"), counts[:, some], strict=True))}


def limits_of(within: NumberRange) -> dict[str, int]:
    """What statements bind for a range: first and last key, size of a block."""
    return {"first": within.first, "last": within.last, "size": within.block}


def far_block_counts(
    con: duckdb.DuckDBPyConnection,
    no: int,
    others: Sequence[int],
    without: Sequence[int],
    within: NumberRange,
    close: Pairs,
) -> Mapping[str, Counts]:
    """The same where some of these datasets may not be `close`: by the sets of those that hold a number."""
    bound = {"compared": [no, *others], "without": list(without), **limits_of(within)}
    con.execute(statement("holders"), bound)
    found = con.execute("SELECT DISTINCT holders FROM claim_holders ORDER BY holders").fetchall()
    sets = [tuple(holders) for (holders,) in found]
    rows = [_counted(holders, no, set(others), set(without), close) for holders in sets]
    columns = {"holders": pa.array([list(holders) for holders in sets], pa.list_(pa.int32()))} | {
        name: pa.array([row[n] for row in rows], pa.int64()) for n, name in enumerate(("drawn", "known", "shared"))
    }
    with registered(con, claim_counted=pa.table(columns)):
        summed = con.execute(statement("counted_holders")).fetchnumpy()
    con.execute("DROP TABLE temp.claim_holders")
    return {name: np.asarray(summed[name], dtype=np.int64) for name in ("block", "drawn", "known", "shared")}


def _counted(
    holders: Sequence[int], no: int, others: set[int], without: set[int], close: Pairs
) -> tuple[int, int, int]:
    """How often a number with these holders is drawn, known and shared."""
    aside = [one for one in holders if one in without]
    kept = [one for one in holders if one not in without and not any(close(one, other) for other in aside)]
    known = [one for one in kept if one in others]
    shared = no in kept and any(close(no, one) for one in known)
    return int(no in kept), sum(parts_of(known, close).values()), int(shared)


def _by_order(
    con: duckdb.DuckDBPyConnection,
    blocks: Counts,
    size: int,
    sides: tuple[list[int], list[int]],
    bound: Mapping[str, Any],
) -> Counts:
    """(drawn, known, shared) x blocks, of blocks with few numbers."""
    drawn, known = (_distinct(list(_numbers(con, blocks, size, {**bound, "of": side}))) for side in sides)
    both = np.sort(np.concatenate([drawn, known]))
    counted = (drawn, known, both[1:][both[1:] == both[:-1]])
    places = (np.searchsorted(blocks, keys // size) for keys in counted)
    return np.stack([np.bincount(place, minlength=blocks.size) for place in places])


def _distinct(batches: Sequence[Counts]) -> Counts:
    """The numbers in order, each once: numpy's own `unique` looks every one up in a table, which takes far longer."""
    keys = np.sort(np.concatenate(batches))
    return keys[np.diff(keys, prepend=-1) > 0]


def _by_marks(
    con: duckdb.DuckDBPyConnection,
    blocks: Counts,
    size: int,
    sides: tuple[list[int], list[int]],
    bound: Mapping[str, Any],
) -> Counts:
    """(drawn, known, shared) x blocks, of blocks with many numbers."""
    drawn, known = (_marks(con, blocks, size, {**bound, "of": side}) for side in sides)
    return np.stack([np.count_nonzero(side, axis=1) for side in (drawn, known, drawn & known)])


def _marks(con: duckdb.DuckDBPyConnection, blocks: Counts, size: int, bound: Mapping[str, Any]) -> NDArray[np.bool_]:
    """blocks x size: whether the number is in one of the lists."""
    first, last = int(blocks[0]), int(blocks[-1])
    # Where each block's marks begin, less its first number: a key's own mark is then one addition away.
    shift = np.zeros(last - first + 1, dtype=np.int64)
    shift[blocks - first] = (np.arange(blocks.size) - blocks) * size
    marks = np.zeros(blocks.size * size, dtype=np.bool_)
    for keys in _numbers(con, blocks, size, bound):
        marks[keys + shift[keys // size - first]] = True
    return marks.reshape(blocks.size, size)


def _numbers(con: duckdb.DuckDBPyConnection, blocks: Counts, size: int, bound: Mapping[str, Any]) -> Iterator[Counts]:
    """The lists' numbers in these blocks, a batch at a time; one of several lists comes as often as it is there."""
    limits = {"first": int(blocks[0]) * size, "last": (int(blocks[-1]) + 1) * size - 1}
    yield np.zeros(0, dtype=np.int64)  # there may be none
    for batch in con.execute(statement("block_numbers"), {**bound, **limits}).to_arrow_reader(_NUMBERS_AT_ONCE):
        yield np.asarray(batch.column(0))
