"""What a dataset's rows say about which lists it came from: their cells, and the order in which they stand.

A copy has its source's cells, slips of the pen and gaps included, and stands in its order, unless all of it was written
or sorted anew. So every row is explained by the one of its chosen sources that it is most like, and pays for what is
not alike; a row of no source pays for an order, ids and days of its own. Differences lie between a copy and its source
whichever is which: of the direction this says little, that is `rowwise`'s part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from tracer.findings.derivation.cells import KINDS, statement
from tracer.findings.derivation.counts import Counts

PER_CELL = 1.0
"""Nats of a cell that differs from its source, where that kind of cell was otherwise copied. A slip is rarer than that;
but rows of one batch are not independent."""
PER_ROW = 0.05
"""Nats of a cell that was written anew as all of its kind were, and of a row that stands in another order."""
SLIPS = 0.02
"""Nats of the slips in a row of no source, as many as copied rows have. The same for all, or it would tell directions."""
BY_CHANCE = 0.4
"""Nats of a row that a source has but did not give: about what a row of one's own costs in the tempered score."""
OF_ITS_OWN = ("id", "date")
"""Kinds of cells that a row of no source pays for: people's names are the same in unrelated lists, these are not."""
OFTEN = 0.05
"""Share of empty cells from which an empty one tells nothing."""
WRITTEN_ANEW = 0.5
"""Share of common rows that differ in a kind of cell, from which that kind was not copied from one to the other."""
IN_ORDER, LEAST_ROWS = 0.9, 20
"""Share of rising steps from which the one stands in the order of the other, and the least common rows to say so."""
IN_ORDER_BY_LUCK = 0.2
"""Share of common rows in order, under which it is luck that some of them are."""
BY_NUMBER = 0.98
"""Share of steps that rise by number, from which a list was sorted by it and its order has no source."""
LEAST_OUTSIDE = 0.05
"""Share of a list outside of a lot, under which it is the whole list."""
LOTS = (0.99, 0.9, 0.8)
"""Shares of common rows that are looked at for a lot: the others are there by chance. As in `sql/beside_pairs.sql`."""
NO_CHANCE = 6.0
"""Nats of common rows that have the same ids, or stand in the same order, for being copied."""
NEIGHBOURS, MOST_COMPARED = 40, 4_000_000
"""Lists that one list is compared with row by row; rows in common that are compared in all, above it a sample."""
_A_OUT, _B_OUT = 32, 64
"""Bits of `sql/beside.sql`: a row of the one out of the order of the other."""
_OUT = 32
"""The same bit for whichever of the two is the child."""
_BITS = np.arange(64)


@dataclass(frozen=True)
class Rows:
    """The rows of one dataset; arrays have one element a row, in order of `key`."""

    key: NDArray[np.int64]
    row: NDArray[np.int64]
    pattern: NDArray[np.int64]
    """-1 where no other dataset has the contact."""
    filled: NDArray[np.uint8]
    """Bits of `KINDS`."""
    columns: int
    """Kinds of cells that the dataset has a column for: bits."""

    @property
    def often_empty(self) -> int:
        """Kinds of cells that are empty in more than `OFTEN` of the rows: bits."""
        empty = (self.filled[:, None] >> np.arange(len(KINDS)) & 1 == 0).mean(axis=0) if self.key.size else np.zeros(0)
        return sum(1 << bit for bit, share in enumerate(empty.tolist()) if share > OFTEN)


@dataclass(frozen=True)
class Content:
    """The common rows of the pairs a < b that were compared."""

    rows: dict[int, Rows] = field(repr=False)
    beside: dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.uint8]]] = field(repr=False)
    """Pair → keys in common, and in which kinds of cells they differ (bits)."""
    kept: dict[tuple[int, int], frozenset[str]]
    """Pair → kinds of cells that are alike on both sides, apart from slips."""
    by_number: frozenset[int]
    """Datasets that are sorted by number."""
    share: float
    """Share of the rows that were compared."""
    lots: NDArray[np.float64] = field(repr=False)
    """[parent, child]: nats by which the common rows stand in one lot of the parent."""
    related: NDArray[np.float64] = field(repr=False)
    """datasets x datasets (symmetric): nats of the rows for having anything to do with one another."""

    def cost(
        self, counts: Counts, child: int, candidates: Sequence[int], masks: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """sets: nats that each set of parents (bits of `candidates`) pays for the rows of `child`."""
        if not candidates or child not in self.rows:
            return np.zeros(masks.size)
        rows = self.rows[child]
        code = _codes(counts, candidates, rows)
        differ = np.column_stack([self._differ(child, c, rows) for c in candidates])
        lines, index, times = np.unique(
            np.column_stack([code, differ, rows.filled]), axis=0, return_index=True, return_counts=True
        )
        some = lines[:, 0] > 0
        code, differ, filled, times = lines[some, 0], lines[some, 1:-1], rows.filled[index][some], times[some]
        alone = self._alone(child)[filled]
        holds = code[:, None] >> np.arange(len(candidates)) & 1 == 1
        kept = np.array([len(self._kept(child, c)) for c in candidates])
        # A chosen source whose cells of a kind were not copied is no excuse where another one has them.
        richest = np.full((masks.size, code.size), -1)
        stands = np.zeros((masks.size, code.size), dtype=np.bool_)
        for bit in range(len(candidates)):
            chosen = masks >> bit & 1 == 1
            richest[chosen] = np.maximum(richest[chosen], np.where(holds[:, bit], kept[bit], -1)[None, :])
            stands[chosen] |= (holds[:, bit] & (differ[:, bit] & _OUT == 0))[None, :]
        best = np.full((masks.size, code.size), np.inf)
        for bit, c in enumerate(candidates):
            chosen = masks >> bit & 1 == 1
            anew, strict = (np.where(holds[:, bit], self._paid(child, c, each)[differ[:, bit]], np.inf) for each in (PER_ROW, PER_CELL))
            # A row that is unlike its sources and out of the order of all of them may have come from elsewhere.
            elsewhere = np.where(holds[:, bit][None, :] & ~stands[chosen], (alone + BY_CHANCE)[None, :], np.inf)
            paid = np.minimum(np.where(richest[chosen] <= kept[bit], anew[None, :], strict[None, :]), elsewhere)
            best[chosen] = np.minimum(best[chosen], paid)
        total: NDArray[np.float64] = np.where(np.isinf(best), alone[None, :], best) @ times
        return total / self.share

    def order(
        self, counts: Counts, child: int, candidates: Sequence[int], masks: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """sets: ln of how much likelier the order of `child` is than a random one.

        c rows stand in the order of a parent, the others in an order of their own: n!/(n - c)!, less ln C(n, c) for how
        the two kinds lie among one another, unless they lie in one block (`lot_gain`). That makes ln c! and the gain.
        """
        if not candidates or child not in self.rows or child in self.by_number:
            return np.zeros(masks.size)
        rows = self.rows[child]
        by_row = np.argsort(rows.row, kind="stable")
        code, place = _codes(counts, candidates, rows), rows.row[by_row]
        stands = np.zeros(code.size, dtype=np.int64)
        for bit, c in enumerate(candidates):
            in_order = (code >> bit & 1 == 1) & (self._differ(child, c, rows) & _OUT == 0)
            stands |= in_order.astype(np.int64) << bit
        covered = np.cumsum((masks[:, None] & stands[by_row][None, :]) > 0, axis=1, dtype=np.int32)
        most = covered[:, -1].astype(np.float64)
        block = np.zeros(masks.size)
        for share in LOTS:
            low, high = (
                place[np.minimum((covered < np.ceil(q * most)[:, None]).sum(axis=1), place.size - 1)]
                for q in ((1 - share) / 2, (1 + share) / 2)
            )
            block = np.maximum(block, lot_gain(most, low, high, share, float(place[-1])))
        block = np.where(most >= LEAST_ROWS, block, 0.0)
        gain: NDArray[np.float64] = gammaln(most / self.share + 1) + block / self.share
        return gain

    def _differ(self, child: int, parent: int, rows: Rows) -> NDArray[np.int64]:
        differ = rows.filled.astype(np.int64)
        out_of_order = np.ones(differ.size, dtype=np.int64)
        found = self.beside.get((min(child, parent), max(child, parent)))
        if found is not None:
            at = np.searchsorted(rows.key, found[0])
            # What the dataset has no column for, nothing can differ in.
            differ[at] = found[1] & rows.columns
            out_of_order[at] = found[1] & (_A_OUT if child < parent else _B_OUT)
        # An empty cell is as good as lost, also where the source has no such column, unless many are empty.
        lost = rows.columns & ~rows.often_empty & ~(self.rows[parent].columns if parent in self.rows else 0)
        differ |= ~rows.filled.astype(np.int64) & lost
        return differ | np.where((out_of_order > 0) & (child not in self.by_number), _OUT, 0)

    def _kept(self, child: int, parent: int) -> frozenset[str]:
        return self.kept.get((min(child, parent), max(child, parent)), frozenset())

    def _paid(self, child: int, parent: int, anew: float) -> NDArray[np.float64]:
        """Nats by bits of the kinds of cells that differ; `anew`: of a kind that was not copied."""
        kept = self._kept(child, parent)
        paid = np.zeros(_BITS.size)
        for bit, kind in enumerate(KINDS):
            paid += (_BITS >> bit & 1) * (PER_CELL if kind in kept else anew)
        return paid

    def _alone(self, child: int) -> NDArray[np.float64]:
        """Nats of a row of no source, by bits of the kinds of cells that it has."""
        own = sum((_BITS >> bit & 1) * (kind in OF_ITS_OWN) for bit, kind in enumerate(KINDS))
        return np.asarray(SLIPS + PER_ROW * own, dtype=np.float64)


def no_content(n: int) -> Content:
    """For `n` datasets of which none has its rows."""
    return Content({}, {}, {}, frozenset(), 1.0, np.zeros((n, n)), np.zeros((n, n)))


def neighbours(counts: Counts) -> list[tuple[int, int]]:
    """Pairs a < b worth comparing: related, and among the `NEIGHBOURS` with most contacts in common of one of the two."""
    pairs: set[tuple[int, int]] = set()
    for x in range(len(counts.traced)):
        shared = np.where(counts.related[x], counts.shared[x], 0)
        nearest = np.lexsort((np.arange(shared.size), -shared))[:NEIGHBOURS]
        pairs |= {(min(x, int(y)), max(x, int(y))) for y in nearest if shared[y] > 0}
    return sorted(pairs)


def read_content(con: duckdb.DuckDBPyConnection, counts: Counts, pairs: Sequence[tuple[int, int]]) -> Content:
    """Compare the common rows of all pairs a < b. Needs the TEMP tables of `cells.read_cells`."""
    table = pa.table({"a": pa.array([a for a, _ in pairs], pa.int32()), "b": pa.array([b for _, b in pairs], pa.int32())})
    con.register("pair_rows", table)
    con.execute("CREATE OR REPLACE TEMP TABLE neighbour AS SELECT * FROM pair_rows")
    con.unregister("pair_rows")
    common = sum(int(counts.shared[a, b]) for a, b in pairs)
    percent = min(100, max(1, 100 * MOST_COMPARED // max(1, common)))
    con.execute(statement("beside"), {"percent": percent})
    rows_of = _rows(con, percent)
    orders = con.execute(statement("by_number")).fetchall()
    by_number = frozenset(position for position, steps, rising, _ in orders if rising >= BY_NUMBER * steps)
    last = {position: int(end) for position, _, _, end in orders}
    kept: dict[tuple[int, int], frozenset[str]] = {}
    lots, related = (np.zeros((len(counts.traced), len(counts.traced))) for _ in range(2))
    for a, b, rows, *counted in con.execute(statement("beside_pairs")).fetchall():
        differ, rising, ends = counted[: len(KINDS)], counted[len(KINDS) :][:2], counted[len(KINDS) + 2 :]
        both = rows_of[a].columns & rows_of[b].columns
        kept[a, b] = frozenset(
            kind
            for bit, (kind, n) in enumerate(zip(KINDS, differ, strict=True))
            if both >> bit & 1 and n <= WRITTEN_ANEW * rows
        )
        if rows < LEAST_ROWS:
            continue
        ordered = max(rising) >= IN_ORDER * (rows - 1) and not {a, b} & by_number
        for first, list_, other in ((0, a, b), (6, b, a)):
            lots[list_, other] = max(
                float(lot_gain(*np.array([[rows], [ends[at]], [ends[at + 1]]], dtype=np.float64), share, last[list_])[0])
                for at, share in zip(range(first, first + 6, 2), LOTS, strict=True)
            ) * 100 / percent
        related[a, b] = related[b, a] = NO_CHANCE * (("id" in kept[a, b]) + ordered)
    return Content(
        rows_of, _beside(con), kept, by_number, percent / 100, lots, related
    )


def lot_gain(
    common: NDArray[np.float64], low: NDArray[np.int64], high: NDArray[np.int64], share: float, last: float
) -> NDArray[np.float64]:
    """Nats by which `common` of `last` rows are likelier to lie mostly between two rows than all over the list.

    low, high: the rows between which `share` of them lie. All one element a question.
    """
    inside = high - low + 1.0
    outside = np.maximum(last - inside, 0.0)
    of_inside = np.minimum(share * common, inside)
    gain = _chosen(of_inside, inside) + _chosen(np.minimum(common - of_inside, outside), outside) - _chosen(common, last)
    return np.where(outside < LEAST_OUTSIDE * last, 0.0, np.maximum(0.0, gain - 2 * np.log(max(last, 2.0))))


def _chosen(k: NDArray[np.float64], n: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """ln of the largest probability of choosing k of n rows."""
    whole = np.maximum(n, 1.0)
    value: NDArray[np.float64] = xlogy(k, k / whole) + xlogy(np.maximum(n - k, 0.0), np.maximum(1 - k / whole, 1e-12))
    return value


def _codes(counts: Counts, candidates: Sequence[int], rows: Rows) -> NDArray[np.int64]:
    """rows: bits of the candidates that hold the contact."""
    by_pattern = np.asarray(counts.held[:, list(candidates)] @ (1 << np.arange(len(candidates)))).ravel()
    return np.append(by_pattern, 0)[rows.pattern].astype(np.int64)


def _rows(con: duckdb.DuckDBPyConnection, percent: int) -> dict[int, Rows]:
    found = con.execute(statement("filled"), {"percent": percent}).fetchnumpy()
    position = np.asarray(found["position"], dtype=np.int64)
    key, row, pattern = (np.asarray(found[name], dtype=np.int64) for name in ("key", "row", "pattern"))
    filled = np.asarray(found["filled"], dtype=np.uint8)
    columns: dict[int, int] = {}
    for dataset, kind in con.execute("SELECT position, kind FROM has_column ORDER BY ALL").fetchall():
        columns[dataset] = columns.get(dataset, 0) | 1 << (kind - 1)
    names, starts = np.unique(position, return_index=True)
    ends = [*starts.tolist()[1:], position.size]
    return {
        int(name): Rows(key[start:end], row[start:end], pattern[start:end], filled[start:end], columns.get(int(name), 0))
        for name, start, end in zip(names, starts.tolist(), ends, strict=True)
    }


def _beside(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], tuple[NDArray[np.int64], NDArray[np.uint8]]]:
    found = con.execute("SELECT a, b, key, differ FROM beside ORDER BY a, b, key").fetchnumpy()
    a, b = np.asarray(found["a"], dtype=np.int64), np.asarray(found["b"], dtype=np.int64)
    key, differ = np.asarray(found["key"], dtype=np.int64), np.asarray(found["differ"], dtype=np.uint8)
    starts = np.flatnonzero((np.diff(a, prepend=-1) != 0) | (np.diff(b, prepend=-1) != 0)).tolist()
    beside = {}
    for start, end in zip(starts, [*starts[1:], a.size], strict=True):
        bits = differ[start:end].copy()
        for out in (_A_OUT, _B_OUT):
            if (bits & out == 0).mean() < IN_ORDER_BY_LUCK:
                bits |= out
        beside[int(a[start]), int(b[start])] = (key[start:end], bits)
    return beside
