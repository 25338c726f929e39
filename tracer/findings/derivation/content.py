"""What a dataset's rows say about which lists it came from: their cells, and the order in which they stand.

A copy has its source's cells, slips of the pen and gaps included, and stands in its order, unless all of it was written
or sorted anew. So every row is explained by the one of its chosen sources that it is most like, and pays for what is
not alike; a row of no source pays for ids and days of its own. Differences lie between a copy and its source whichever
is which: of the direction this says little, that is `rowwise`'s part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tracer.findings.derivation.cells import KINDS
from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.lots import among_one_another, lot_gain, stretches
from tracer.findings.derivation.row_cost import OUT, cost_of_rows
from tracer.findings.derivation.subsets import shared_out

PER_CELL = 1.0
"""Nats of a cell that differs from its source, where that kind of cell was otherwise copied. A slip is rarer than that;
but rows of one batch are not independent."""
PER_ROW = 0.05
"""Nats of a cell that was written anew as all of its kind were."""
SLIPS = 0.02
"""Nats of the slips in a row of no source, as many as copied rows have: the same for all lists, or it would tell
directions."""
OF_ITS_OWN = ("id", "date")
"""Kinds of cells that a row of no source pays for: people's names are the same in unrelated lists, these are not."""
OFTEN = 0.05
"""Share of empty cells from which an empty one tells nothing."""
LEAST_ROWS = 20
"""Common rows from which they can stand in a block."""
A_OUT, B_OUT = 32, 64
"""Bits of `sql/beside.sql`: a row of the one out of the order of the other."""
_BITS = np.arange(64)
_OWN_BITS = np.uint8(sum(1 << bit for bit, kind in enumerate(KINDS) if kind in OF_ITS_OWN))


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

    def at(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where these keys of the dataset stand in the arrays."""
        return np.asarray(np.searchsorted(self.key, keys), dtype=np.int64)

    @cached_property
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
    """Datasets that are sorted by number or by letters: their order has no source."""
    share: NDArray[np.float64]
    """datasets: of its rows by which evidence is weighed (`Counts.unit`), the share that was compared."""
    lots: NDArray[np.float64] = field(repr=False)
    """[parent, child]: nats by which the common rows stand in one lot of the parent."""
    related: NDArray[np.float64] = field(repr=False)
    """datasets x datasets (symmetric): nats of the rows for having anything to do with one another."""
    use_cells: bool = True
    use_order: bool = True
    _known: dict[tuple[int, int], NDArray[Any]] = field(default_factory=dict, repr=False)
    """What was asked once, for the next choice of candidates."""

    def without(self, signals: Collection[str]) -> Content:
        """The same with "cells" or "order" left out."""
        return replace(
            self,
            use_cells="cells" not in signals,
            use_order="order" not in signals,
            lots=self.lots * ("order" not in signals),
        )

    def cells_and_order(
        self, counts: Counts, child: int, candidates: Sequence[int], masks: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """sets of parents (bits of `candidates`): nats that each pays for the cells of `child`; and ln of how much
        likelier the order of `child` is than a random one.

        c rows stand in the order of a parent, the others in an order of their own: n!/(n - c)!, less ln C(n, c) for how
        the two kinds lie among one another, unless they lie in blocks (`lot_gain`). That makes ln c! and the gain,
        and weighs a list that was put whole into another as much as a lot that was cut from one, which look the same.
        """
        cells, order = np.zeros(masks.size), np.zeros(masks.size)
        if candidates and child in self.rows:
            code = codes(counts, candidates, self.rows[child])
            holds = code[:, None] >> np.arange(len(candidates)) & 1 == 1
            differ = np.where(holds, np.column_stack([self._differ(child, c) for c in candidates]), OUT)
            if self.use_cells:
                cells = self._cells(child, candidates, masks, code, differ)
            if self.use_order and child not in self.by_number:
                order = self._order(child, masks, (differ & OUT == 0) @ (1 << np.arange(len(candidates))))
        return cells, order

    def _cells(
        self, child: int, candidates: Sequence[int], masks: NDArray[np.int64], code: NDArray[np.int64],
        differ: NDArray[np.uint8],
    ) -> NDArray[np.float64]:  # fmt: skip
        """code: rows; differ: rows x candidates, `OUT` where one does not hold the row."""
        kept = np.array([len(self._kept(child, c)) for c in candidates])
        prices = (self._prices(child, candidates, PER_ROW), self._prices(child, candidates, PER_CELL))
        # Rows that look alike pay alike.
        lines = np.column_stack([differ, self.rows[child].filled & _OWN_BITS])
        line, times = _alike(code, lines)
        some = code[line] > 0
        code, differ, alone, times = code[line][some], differ[line][some], _alone()[lines[line, -1]][some], times[some]
        paid: NDArray[np.float64] = cost_of_rows(masks, code, differ, alone, times, kept, prices) / self.share[child]
        return paid

    def _order(self, child: int, masks: NDArray[np.int64], stands: NDArray[np.int64]) -> NDArray[np.float64]:
        """stands: rows; bits of the candidates in whose order a row stands."""
        by_row = self._by_row(child)
        size = np.diff(np.append(0, stretches(by_row.size)))
        cells = 1 << int(masks.max()).bit_length()
        where = stands[by_row] * size.size + np.repeat(np.arange(size.size), size)
        counted = np.bincount(where, minlength=cells * size.size).reshape(cells, size.size)
        share = self.share[child]
        parts = shared_out(masks, counted.astype(np.float64)) / share
        chosen = parts.sum(axis=1)
        block = lot_gain(chosen, size / share)
        most = chosen.sum(axis=1)
        gain: NDArray[np.float64] = gammaln(most + 1) - among_one_another(parts)
        return gain + np.where(most * share >= LEAST_ROWS, block, 0.0)

    def _by_row(self, child: int) -> NDArray[np.int64]:
        """The rows of a dataset in the order in which they stand."""
        if (child, child) not in self._known:
            self._known[child, child] = np.argsort(self.rows[child].row, kind="stable")
        return self._known[child, child]

    def _differ(self, child: int, parent: int) -> NDArray[Any]:
        """rows: in which kinds of cells they differ, and whether they stand out of order, as bits."""
        if (child, parent) not in self._known:
            self._known[child, parent] = self._compared(child, parent).astype(np.uint8)
        return self._known[child, parent]

    def _compared(self, child: int, parent: int) -> NDArray[np.int64]:
        rows = self.rows[child]
        differ = rows.filled.astype(np.int64)
        out_of_order = np.ones(differ.size, dtype=np.int64)
        found = self.beside.get((min(child, parent), max(child, parent)))
        if found is not None:
            at = rows.at(found[0])
            # What the dataset has no column for, nothing can differ in.
            differ[at] = found[1] & rows.columns
            out_of_order[at] = found[1] & (A_OUT if child < parent else B_OUT)
        empty = ~rows.filled.astype(np.int64) & rows.columns
        # An empty cell is as good as lost, also where the source has no such column, unless many are empty. Then it
        # has nothing to be explained where the kind was not copied.
        lost = ~rows.often_empty & ~(self.rows[parent].columns if parent in self.rows else 0)
        kept = sum(1 << bit for bit, kind in enumerate(KINDS) if kind in self._kept(child, parent))
        differ = (differ | empty & lost) & ~(empty & rows.often_empty & ~kept)
        return differ | np.where(out_of_order > 0, OUT, 0)

    def _kept(self, child: int, parent: int) -> frozenset[str]:
        return self.kept.get((min(child, parent), max(child, parent)), frozenset())

    def _prices(self, child: int, candidates: Sequence[int], anew: float) -> NDArray[np.float64]:
        """candidates x bits: see `_paid`."""
        return np.stack([self._paid(child, c, anew) for c in candidates])

    def _paid(self, child: int, parent: int, anew: float) -> NDArray[np.float64]:
        """Nats by bits of the kinds of cells that differ; `anew`: of a kind that was not copied."""
        kept = self._kept(child, parent)
        paid = np.zeros(_BITS.size)
        for bit, kind in enumerate(KINDS):
            paid += (_BITS >> bit & 1) * (PER_CELL if kind in kept else anew)
        return paid


def no_content(n: int) -> Content:
    """For `n` datasets of which none has its rows."""
    return Content({}, {}, {}, frozenset(), np.ones(n), np.zeros((n, n)), np.zeros((n, n)))


def codes(counts: Counts, candidates: Sequence[int], rows: Rows) -> NDArray[np.int64]:
    """rows: bits of the candidates that hold the contact."""
    return np.append(counts.sets.codes(candidates), 0)[rows.pattern].astype(np.int64)


def _alike(code: NDArray[np.int64], lines: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """An example of each kind of row (code and line), by code, and how many there are."""
    wide = (lines.shape[1] + 7) // 8
    packed = np.zeros((code.size, 8 * wide), dtype=np.uint8)
    packed[:, : lines.shape[1]] = lines
    words = packed.view(np.uint64)
    order = np.lexsort((*words.T, code))
    fresh = np.ones(code.size, dtype=np.bool_)
    fresh[1:] = (np.diff(code[order]) != 0) | (words[order[1:]] != words[order[:-1]]).any(axis=1)
    starts = np.flatnonzero(fresh)
    return order[starts], np.diff(np.append(starts, code.size))


def _alone() -> NDArray[np.float64]:
    """Nats of a row of no source, by bits of the kinds of cells that it has."""
    own = sum((_BITS >> bit & 1) * (kind in OF_ITS_OWN) for bit, kind in enumerate(KINDS))
    return np.asarray(SLIPS + PER_ROW * own, dtype=np.float64)
