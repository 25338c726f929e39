"""One dataset as the searches see it: its possible parent sets and their log-weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """Some of a dataset's parent sets, to draw one of them from."""

    total: float
    """ln of the sum of their weights; minus infinity where there is none."""
    sets: tuple[int, ...]
    upto: NDArray[np.float64]
    """Probabilities among them, summed up."""
    marginal: NDArray[np.float64]
    """candidates: probability among them of a set with the candidate."""

    def draw(self, u: float) -> int:
        """The index of the set that a uniform number stands for."""
        return self.sets[min(int(self.upto.searchsorted(u)), len(self.sets) - 1)]


@dataclass(frozen=True)
class ParentSets:
    """A dataset's parent sets with their log-weights (score and priors). The first set is the empty one."""

    candidates: tuple[int, ...]
    masks: NDArray[np.int64]
    """sets: bits of `candidates`."""
    weight: NDArray[np.float64]
    """sets: nats."""
    _best: dict[int, tuple[float, int]] = field(default_factory=dict, compare=False, repr=False)
    _parts: dict[tuple[int, int], Part] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _by_weight(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of the sets, those of the highest weight first, and their masks in that order."""
        order = np.argsort(-self.weight, kind="stable")
        return order, self.masks[order]

    def parents(self, index: int) -> tuple[int, ...]:
        """The datasets of the parent set of that index, in order."""
        mask = int(self.masks[index])
        return tuple(sorted(c for bit, c in enumerate(self.candidates) if mask >> bit & 1))

    def best(self, allowed: int) -> tuple[float, int]:
        """The weight and the index of the best parent set among these candidates (bits). Kept: searches ask again."""
        found = self._best.get(allowed)
        if found is None:
            order, masks = self._by_weight
            index = int(order[((masks & ~allowed) == 0).argmax()])
            found = self._best[allowed] = float(self.weight[index]), index
        return found

    def part(self, barred: int, crossing: int = 0) -> Part:
        """The parent sets without a `barred` candidate, and where `crossing` is given with one of these. Bits. Kept."""
        found = self._parts.get((barred, crossing))
        if found is None:
            found = self._parts[barred, crossing] = self._part(barred, crossing)
        return found

    def _part(self, barred: int, crossing: int) -> Part:
        inside = (self.masks & barred) == 0
        if crossing:
            inside &= (self.masks & crossing) != 0
        sets = np.flatnonzero(inside)
        if sets.size == 0:
            return Part(-np.inf, (), np.zeros(0), np.zeros(len(self.candidates)))
        weight = self.weight[sets]
        top = float(weight.max())
        p = np.exp(weight - top)
        whole = float(p.sum())
        p /= whole
        bits = (self.masks[sets, None] >> np.arange(len(self.candidates))[None, :]) & 1
        return Part(top + float(np.log(whole)), tuple(sets.tolist()), np.cumsum(p), np.asarray(p @ bits))
