"""Reading the rows of related datasets side by side."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.derivation.cells import KINDS, statement
from tracer.findings.derivation.content import A_OUT, B_OUT, LEAST_ROWS, Content, Rows
from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.lots import STRETCHES, lot_gain, stretches

WRITTEN_ANEW = 0.5
"""Share of common rows that differ in a kind of cell, from which that kind was not copied from one to the other."""
IN_ORDER = 0.9
"""Share of rising steps from which one list stands in the order of the other."""
IN_ORDER_BY_LUCK = 0.2
"""Share of common rows in order, under which it is luck that some of them are."""
BY_NUMBER = 0.98
"""Share of steps that rise by number, from which a list was sorted by it and its order has no source."""
NO_CHANCE = 6.0
"""Nats of common rows that have the same ids, or stand in the same order, for being copied."""
NEIGHBOURS, MOST_COMPARED = 40, 3_000_000
"""Lists that one list is compared with row by row; rows in common that are compared in all, above it a sample."""


def neighbours(counts: Counts) -> list[tuple[int, int]]:
    """Pairs a < b worth comparing: related, and of the `NEIGHBOURS` of either with most contacts in common."""
    pairs: set[tuple[int, int]] = set()
    for x in range(len(counts.traced)):
        shared = np.where(counts.related[x], counts.shared[x], 0)
        nearest = np.lexsort((np.arange(shared.size), -shared))[:NEIGHBOURS]
        pairs |= {(min(x, int(y)), max(x, int(y))) for y in nearest if shared[y] > 0}
    return sorted(pairs)


def read_content(con: duckdb.DuckDBPyConnection, counts: Counts, pairs: Sequence[tuple[int, int]]) -> Content:
    """Compare the common rows of all pairs a < b. Needs the TEMP tables of `cells.read_cells`."""
    a, b = (pa.array([pair[side] for pair in pairs], pa.int32()) for side in (0, 1))
    con.register("pair_rows", pa.table({"a": a, "b": b}))
    con.execute("CREATE OR REPLACE TEMP TABLE neighbour AS SELECT * FROM pair_rows")
    con.unregister("pair_rows")
    common = sum(int(counts.shared[pair]) for pair in pairs)
    percent = min(100, max(1, 100 * MOST_COMPARED // max(1, common)))
    con.execute(statement("beside"), {"percent": percent})
    rows_of = _rows(con, percent)
    orders = con.execute(statement("by_number")).fetchall()
    by_number = frozenset(position for position, steps, rising in orders if rising >= BY_NUMBER * steps)
    beside = _beside(con)
    # Of lists that are looked at in part, so many rows are evidence as were looked at.
    share = np.minimum(1.0, percent / 100 * counts.unit)
    stretch = {x: _stretch(rows) for x, rows in rows_of.items()}
    n = len(counts.traced)
    kept: dict[tuple[int, int], frozenset[str]] = {}
    lots, related = np.zeros((n, n)), np.zeros((n, n))
    for a, b, rows, *counted in con.execute(statement("beside_pairs")).fetchall():
        differ, rising = counted[: len(KINDS)], counted[len(KINDS) :]
        both = rows_of[a].columns & rows_of[b].columns
        kept[a, b] = frozenset(
            kind
            for bit, (kind, n) in enumerate(zip(KINDS, differ, strict=True))
            if both >> bit & 1 and n <= WRITTEN_ANEW * rows
        )
        if rows < LEAST_ROWS:
            continue
        in_order = max(rising) >= IN_ORDER * (rows - 1)
        ordered = in_order and not {a, b} & by_number
        for x, y in ((a, b), (b, a)):
            # A stretch of a list sorted by number is a range of numbers: `places` and profiles weigh that, in both
            # directions. Rows of a list that stand sorted in a stretch of an unsorted one were sorted before.
            if x not in by_number and not (y in by_number and in_order):
                lots[x, y] = _lot(rows_of[x], stretch[x], beside[a, b][0], min(share[a], share[b]))
        related[a, b] = related[b, a] = NO_CHANCE * (("id" in kept[a, b]) + ordered)
    return Content(rows_of, beside, kept, by_number, share, lots, related)


def _lot(rows: Rows, stretch: NDArray[np.int64], taken: NDArray[np.int64], share: float) -> float:
    """Nats by which the taken keys (some of `rows.key`) stand in one stretch of the list; see `Content.share`."""
    size, of_each = (np.bincount(part, minlength=STRETCHES) for part in (stretch, stretch[rows.at(taken)]))
    return float(lot_gain(of_each[None, :] / share, size / share)[0])


def _stretch(rows: Rows) -> NDArray[np.int64]:
    """rows, in order of key: the stretch of the list in which each stands."""
    stretch = np.empty(rows.key.size, dtype=np.int64)
    size = np.diff(np.append(0, stretches(rows.key.size)))
    stretch[np.argsort(rows.row, kind="stable")] = np.repeat(np.arange(STRETCHES), size)
    return stretch


def _rows(con: duckdb.DuckDBPyConnection, percent: int) -> dict[int, Rows]:
    columns: dict[int, int] = {}
    for dataset, kind in con.execute("SELECT position, kind FROM has_column ORDER BY ALL").fetchall():
        columns[dataset] = columns.get(dataset, 0) | 1 << (kind - 1)
    found = con.execute(statement("filled"), {"percent": percent}).fetchnumpy()
    position, key, row, pattern = (
        np.asarray(found[name], dtype=np.int64) for name in ("position", "key", "row", "pattern")
    )
    filled = np.asarray(found["filled"], dtype=np.uint8)
    rows = {}
    for name, part in _parts(position):
        rows[name] = Rows(key[part], row[part], pattern[part], filled[part], columns.get(name, 0))
    return rows


def _beside(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    found = con.execute("SELECT a, b, key, differ FROM beside ORDER BY a, b, key").fetchnumpy()
    a, b = np.asarray(found["a"], dtype=np.int64), np.asarray(found["b"], dtype=np.int64)
    key, differ = np.asarray(found["key"], dtype=np.int64), np.asarray(found["differ"], dtype=np.uint8)
    beside = {}
    for _, part in _parts(a << 32 | b):
        bits = differ[part].copy()
        for out in (A_OUT, B_OUT):
            if (bits & out == 0).mean() < IN_ORDER_BY_LUCK:
                bits |= out
        beside[int(a[part.start]), int(b[part.start])] = (key[part], bits)
    return beside


def _parts(sorted_by: NDArray[np.int64]) -> list[tuple[int, slice]]:
    """Each value of a sorted array with where it stands."""
    values, starts, counts = np.unique(sorted_by, return_index=True, return_counts=True)
    return [
        (int(value), slice(int(start), int(start + n))) for value, start, n in zip(values, starts, counts, strict=True)
    ]
