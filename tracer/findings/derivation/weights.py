"""Log-weights of single edges beside the families' scores: each a signal with its value, its nats and a sentence.

A signal about direction gives half its log odds to parent → child and takes half from child → parent, so that it says
nothing about whether the two are related.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Signal:
    """One step of the waterfall that `why` shows for an edge."""

    signal: str
    """Short name, such as `dates`."""
    value: str
    """The numbers it rests on."""
    weight: float
    """Nats for this edge; negative speaks against it."""
    text: str
    """A sentence without personal data."""


@dataclass
class EdgeWeights:
    """All signals of all ordered pairs of `n` datasets."""

    n: int
    total: NDArray[np.float64] = field(init=False)
    """[parent, child]: sum of weights."""
    _signals: dict[tuple[int, int], list[Signal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = np.zeros((self.n, self.n))

    def add(self, parent: int, child: int, signal: Signal) -> None:
        """Add a signal to one edge."""
        self.total[parent, child] += signal.weight
        self._signals.setdefault((parent, child), []).append(signal)

    def turn(self, parent: int, child: int, name: str, value: str, odds: float, text: str) -> None:
        """Add log odds of parent → child against child → parent; `text` stands with both."""
        self.add(parent, child, Signal(name, value, odds / 2, text))
        self.add(child, parent, Signal(name, value, -odds / 2, text))

    def of(self, parent: int, child: int) -> Iterator[Signal]:
        """The signals of one edge, in the order in which they came."""
        yield from self._signals.get((parent, child), ())
