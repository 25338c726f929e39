"""Whether a made record would stand out in its list: three kinds of signs, each no stronger than in a random real row.

Breaks: two parts that other rows nearly always show together do not meet in it. Excess: two parts that seldom meet by
chance meet in another row as well, as they do in a copy of that row. Nearness: what it has in common with the row most
like it. Each sign weighs as many bits as it is rare among real rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona.columns import Floats, ListColumns
from tracer.marking.persona.dependence import Dependence
from tracer.marking.persona.draws import KeyedDraw

_REAL = 200
"""Real rows that show how rare a sign is."""
_EXPECTED = 3.0
"""Rows with both parts that there would be by chance, of which none is a sign."""
_CHANCE = 0.3
"""Rows with both by chance, below which one is."""
_OFTEN = 0.35
"""Signs that more real rows have than this tell nothing."""
_VIEWS = 64


class Critic:
    """Knows one list's real rows."""

    def __init__(self, columns: ListColumns, dependence: Dependence, draw: KeyedDraw) -> None:
        self.columns, self.draw = columns, draw
        told = dependence.bits.sum(axis=0)
        able = [at for at, view in enumerate(columns.views) if view.column != columns.place]
        able = able or [at for at, _ in enumerate(columns.views)]
        able = sorted(sorted(able, key=lambda at: -told[at])[:_VIEWS])
        self.able, self.views = able, [columns.views[at] for at in able]
        codes = np.stack([view.codes for view in self.views]).astype(np.int32)
        self.n = codes.shape[1]
        # As many as whole words of 64 bits hold; the rows that are none have a code that no view has.
        self.codes = np.pad(codes, ((0, 0), (0, -self.n % 64)), constant_values=-2)
        of = np.array([view.column for view in self.views])
        self._apart = of[:, None] < of[None, :]
        self._tied = (dependence.bits[np.ix_(able, able)] > 0) & self._apart
        last = {view.column: at for at, view in enumerate(self.views)}
        self._whole = np.array(sorted(last.values()))
        rare = np.stack([np.log2(self.n / view.counts[view.codes]) for view in self.views])
        self._rarity = rare[self._whole].astype(np.float32)
        self._ordered = columns.ordered
        step = max(1, self.n // _REAL)
        places = np.arange(0, self.n, step)
        signs = [self._signs(self.codes[:, at], 1, self._values_of(at)) for at in places]
        breaks = np.mean([each[0] for each in signs], axis=0)
        excess = np.mean([each[1] for each in signs], axis=0)
        above = np.mean([each[2] for each in signs], axis=0)
        self._weights = tuple(_weight(share, len(places)) for share in (breaks, excess, above))
        self.real = np.array([self._scores(each) for each in signs])
        self._sorted = np.sort(self.real, axis=0)

    def _values_of(self, at: int) -> dict[int, float]:
        return {i: float(values[at]) for i, values in self.columns.values.items()}

    def _signs(
        self, codes: NDArray[np.int32], own: int, values: dict[int, float]
    ) -> tuple[Floats, Floats, Floats, float]:
        """Breaks and excess of each pair of views, columns out of order, and the bits of the nearest row; `own`: rows
        that do not count, 1 for a real row itself."""
        same = self.codes == codes[:, None]
        packed = np.packbits(same, axis=1, bitorder="little").view(np.uint64)
        pairs = np.bitwise_count(packed[:, None] & packed[None]).sum(axis=2, dtype=np.int64) - own
        held = np.diag(pairs)
        chance = np.outer(held, held) / max(1, self.n - own)
        breaks = self._tied & (chance >= _EXPECTED) & (pairs < 0.5)
        excess = self._apart & (chance < _CHANCE) & (pairs > 0.5)
        near = (same[self._whole, : self.n] * self._rarity).sum(axis=0)
        nearest = float(np.partition(near, -1 - own)[-1 - own])
        above = np.array([values.get(a, 0.0) > values.get(b, 0.0) for a, b in self._ordered], dtype=np.float64)
        return breaks.astype(np.float64), excess.astype(np.float64), above, nearest

    def _scores(self, signs: tuple[Floats, Floats, Floats, float]) -> tuple[float, float, float]:
        breaks, excess, above, nearest = signs
        weights = self._weights
        return (
            float((breaks * weights[0]).sum() + (above * weights[2]).sum()),
            float((excess * weights[1]).sum()),
            nearest,
        )

    def judged(self, cells: Sequence[str | None]) -> float:
        """The smallest share of real rows that have as strong a sign of one kind as the record; 1 where it has none."""
        codes = np.array([view.code(cells[view.column]) for view in self.views], dtype=np.int32)
        values = {i: np.nan if (v := m.value(cells[i])) is None else v for i, m in self.columns.measures.items()}
        scores = self._scores(self._signs(codes, 0, values))
        return self._tail(scores)

    def _tail(self, scores: Sequence[float]) -> float:
        count = len(self._sorted)
        return min(
            1 - float(np.searchsorted(self._sorted[:, k], score, side="left")) / count for k, score in enumerate(scores)
        )

    def bar(self) -> float:
        """The same of a real row drawn at random: what a record must reach."""
        return self._tail(self.real[self.draw.below(len(self.real))])


def _weight(share: Floats, count: int) -> Floats:
    found: Floats = np.where(share > _OFTEN, 0.0, -np.log2(np.maximum(share, 0.5 / count)))
    return found
