"""What a dataset's rows say about which lists it came from: their cells, and the order in which they stand.

A copy has its source's cells, slips of the pen and gaps included, and stands in its order, unless all of it was written
or sorted anew. So every row is explained by the one of its chosen sources that it is most like, and pays for what is
not alike; a row of no source pays for ids and days of its own. Differences lie between a copy and its source whichever
is which: of the direction this says little, that is `rowwise`'s part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tracer.findings.derivation.cells import KINDS
from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.lots import lot_gain, stretches

PER_CELL = 1.0
"""Nats of a cell that differs from its source, where that kind of cell was otherwise copied. A slip is rarer than that;
but rows of one batch are not independent."""
PER_ROW = 0.05
"""Nats of a cell that was written anew as all of its kind were."""
SLIPS = 0.02
"""Nats of the slips in a row of no source, as many as copied rows have: the same for all lists, or it would tell
directions."""
BY_CHANCE = 0.4
"""Nats of a row that a source has but did not give: about what a row of one's own costs in the tempered score."""
OF_ITS_OWN = ("id", "date")
"""Kinds of cells that a row of no source pays for: people's names are the same in unrelated lists, these are not."""
OFTEN = 0.05
"""Share of empty cells from which an empty one tells nothing."""
LEAST_ROWS = 20
"""Common rows from which they can stand in a block."""
A_OUT, B_OUT = 32, 64
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
    """Datasets that are sorted by number or by letters: their order has no source."""
    share: float
    """Share of the rows that were compared."""
    lots: NDArray[np.float64] = field(repr=False)
    """[parent, child]: nats by which the common rows stand in one lot of the parent."""
    related: NDArray[np.float64] = field(repr=False)
    """datasets x datasets (symmetric): nats of the rows for having anything to do with one another."""
    use_cells: bool = True
    use_order: bool = True

    def without(self, signals: Collection[str]) -> Content:
        """The same with "cells" or "order" left out."""
        return replace(
            self,
            use_cells="cells" not in signals,
            use_order="order" not in signals,
            lots=self.lots * ("order" not in signals),
        )

    def cells(
        self, counts: Counts, child: int, candidates: Sequence[int], masks: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """sets: nats that each set of parents (bits of `candidates`) pays for the cells of `child`."""
        if not candidates or child not in self.rows or not self.use_cells:
            return np.zeros(masks.size)
        rows = self.rows[child]
        code, differ = codes(counts, candidates, rows), self._all_differ(child, candidates)
        lines, times = np.unique(np.column_stack([code, differ, rows.filled]), axis=0, return_counts=True)
        some = lines[:, 0] > 0
        code, differ, filled, times = lines[some, 0], lines[some, 1:-1], lines[some, -1], times[some]
        holds = code[:, None] >> np.arange(len(candidates)) & 1 == 1
        kept = np.array([len(self._kept(child, c)) for c in candidates])
        richest = np.full((masks.size, code.size), -1)
        stands = np.zeros((masks.size, code.size), dtype=np.bool_)
        for bit in range(len(candidates)):
            chosen = masks >> bit & 1 == 1
            richest[chosen] = np.maximum(richest[chosen], np.where(holds[:, bit], kept[bit], -1)[None, :])
            stands[chosen] |= (holds[:, bit] & (differ[:, bit] & _OUT == 0))[None, :]
        alone = _alone()[filled]
        best = np.full((masks.size, code.size), np.inf)
        for bit, c in enumerate(candidates):
            chosen = masks >> bit & 1 == 1
            anew, strict = (self._paid(child, c, each)[differ[:, bit]][None, :] for each in (PER_ROW, PER_CELL))
            # A source whose cells of a kind were not copied is no excuse where another one has them.
            paid = np.where(richest[chosen] <= kept[bit], anew, strict)
            # A row that is unlike its sources and out of the order of all of them may have come from elsewhere.
            paid = np.where(stands[chosen], paid, np.minimum(paid, (alone + BY_CHANCE)[None, :]))
            best[chosen] = np.minimum(best[chosen], np.where(holds[:, bit][None, :], paid, np.inf))
        total: NDArray[np.float64] = np.where(np.isinf(best), alone[None, :], best) @ times
        return total / self.share

    def order(
        self, counts: Counts, child: int, candidates: Sequence[int], masks: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """sets: ln of how much likelier the order of `child` is than a random one.

        c rows stand in the order of a parent, the others in an order of their own: n!/(n - c)!, less ln C(n, c) for how
        the two kinds lie among one another, unless they lie in blocks (`lot_gain`). That makes ln c! and the gain,
        and weighs a list that was put whole into another as much as a lot that was cut from one, which look the same.
        """
        if not candidates or child not in self.rows or child in self.by_number or not self.use_order:
            return np.zeros(masks.size)
        rows = self.rows[child]
        by_row = np.argsort(rows.row, kind="stable")
        holds = codes(counts, candidates, rows)[:, None] >> np.arange(len(candidates)) & 1 == 1
        stands = (holds & (self._all_differ(child, candidates) & _OUT == 0)) @ (1 << np.arange(len(candidates)))
        ends = stretches(by_row.size)
        covered = np.cumsum((masks[:, None] & stands[by_row][None, :]) > 0, axis=1, dtype=np.int32)
        covered = np.column_stack([np.zeros(masks.size), covered])[:, np.append(0, ends)]
        chosen = np.diff(covered, axis=1) / self.share
        block = lot_gain(chosen, np.diff(np.append(0, ends)) / self.share)
        most = chosen.sum(axis=1)
        gain: NDArray[np.float64] = gammaln(most + 1) + np.where(most * self.share >= LEAST_ROWS, block, 0.0)
        return gain

    def _all_differ(self, child: int, candidates: Sequence[int]) -> NDArray[np.int64]:
        """rows x candidates: in which kinds of cells they differ, and whether they stand out of order, as bits."""
        return np.column_stack([self._differ(child, c) for c in candidates])

    def _differ(self, child: int, parent: int) -> NDArray[np.int64]:
        rows = self.rows[child]
        differ = rows.filled.astype(np.int64)
        out_of_order = np.ones(differ.size, dtype=np.int64)
        found = self.beside.get((min(child, parent), max(child, parent)))
        if found is not None:
            at = np.searchsorted(rows.key, found[0])
            # What the dataset has no column for, nothing can differ in.
            differ[at] = found[1] & rows.columns
            out_of_order[at] = found[1] & (A_OUT if child < parent else B_OUT)
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


def no_content(n: int) -> Content:
    """For `n` datasets of which none has its rows."""
    return Content({}, {}, {}, frozenset(), 1.0, np.zeros((n, n)), np.zeros((n, n)))


def codes(counts: Counts, candidates: Sequence[int], rows: Rows) -> NDArray[np.int64]:
    """rows: bits of the candidates that hold the contact."""
    by_pattern = np.asarray(counts.held[:, list(candidates)] @ (1 << np.arange(len(candidates)))).ravel()
    return np.append(by_pattern, 0)[rows.pattern].astype(np.int64)


def _alone() -> NDArray[np.float64]:
    """Nats of a row of no source, by bits of the kinds of cells that it has."""
    own = sum((_BITS >> bit & 1) * (kind in OF_ITS_OWN) for bit, kind in enumerate(KINDS))
    return np.asarray(SLIPS + PER_ROW * own, dtype=np.float64)
