"""One dataset as the searches see it: its possible parent sets and their log-weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Node:
    """A dataset's parent sets with their log-weights (score and priors). The first set is the empty one."""

    candidates: tuple[int, ...]
    masks: NDArray[np.int64]
    """sets: bits of `candidates`."""
    weight: NDArray[np.float64]
    """sets: nats."""
    cache: dict[int, float] = field(default_factory=dict, compare=False)
    """Bits of allowed candidates → best weight; filled by the search."""

    def parents(self, index: int) -> tuple[int, ...]:
        """The datasets of the parent set of that index, in order."""
        mask = int(self.masks[index])
        return tuple(sorted(c for bit, c in enumerate(self.candidates) if mask >> bit & 1))
