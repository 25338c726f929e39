"""Log-weights of single edges in addition to the families' scores: each a signal with its value, its nats and a reason.

A signal about direction takes from the unlikelier direction and gives nothing to the other, so that it says nothing
about whether the two are related.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracer.disclosure import Reason

DATES = ("dates",)
OWN, DOCUMENTS = ("own list",), ("release",)
"""Signals by which people or documents say who came first."""
ROWS = (
    "errors", "repeats", "days of rows", "ids run on", "ways of writing numbers", "ways of writing names",
    "cells filled",
)  # fmt: skip
"""Signals of the rows themselves."""
GROWN = ("grown",)
"""One holder's list that lacks nothing of another of his."""
SIGNALS = (*DATES, *OWN, *DOCUMENTS, *ROWS, *GROWN, "versions", "places", "rarity")
"""Every signal that can be switched off for study; the memberships themselves cannot."""


@dataclass(frozen=True)
class Signal:
    """One step of the waterfall that `why` shows for an edge."""

    signal: str
    """Short name, such as `dates`."""
    value: str
    weight: float
    """Nats for this edge, or for this direction against the other; negative speaks against it."""
    reason: Reason
    """What was seen; names the lists, so that it holds for both directions."""


@dataclass
class EdgeWeights:
    """All signals of all ordered pairs of `n` datasets."""

    n: int
    without: Collection[str] = ()
    total: NDArray[np.float64] = field(init=False)
    _signals: dict[tuple[int, int], list[Signal]] = field(default_factory=dict)
    other_people: dict[tuple[int, int], int] = field(default_factory=dict)
    """Pairs a < b in whose common contacts names and addresses do not agree -> cells that were compared."""
    secrets: dict[tuple[int, int], Reason] = field(default_factory=dict)
    """Pairs a < b whose people have the same secrets too often for independent lists -> what that shows."""
    _by_signal: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """Name → [parent, child]: sum of weights."""

    def __post_init__(self) -> None:
        self.total = np.zeros((self.n, self.n))

    def add(self, parent: int, child: int, signal: Signal) -> None:
        """Add a signal to one edge."""
        if signal.signal in self.without:
            return
        self.total[parent, child] += signal.weight
        self._keep(parent, child, signal)

    def turn(self, parent: int, child: int, name: str, value: str, odds: float, reason: Reason) -> None:
        """Add log odds of parent → child against child → parent; both have the same reason.

        The unlikelier direction loses them all: were the likelier one to gain, edges to remote descendants, whose
        direction is just as clear, would look supported.
        """
        if name in self.without:
            return
        for a, b, toward in ((parent, child, odds), (child, parent, -odds)):
            self._keep(a, b, Signal(name, value, toward, reason))
            self.total[a, b] += min(0.0, toward)

    def net(self, names: Collection[str]) -> NDArray[np.float64]:
        """[parent, child]: log odds of this direction over the other by these signals; antisymmetric."""
        told = sum((self._by_signal[name] for name in names if name in self._by_signal), np.zeros((self.n, self.n)))
        # A turn is kept for both directions, with opposite signs.
        return np.asarray(told - told.T) / 2

    def _keep(self, parent: int, child: int, signal: Signal) -> None:
        self._signals.setdefault((parent, child), []).append(signal)
        if signal.signal not in self._by_signal:
            self._by_signal[signal.signal] = np.zeros((self.n, self.n))
        self._by_signal[signal.signal][parent, child] += signal.weight

    def of(self, parent: int, child: int) -> Iterator[Signal]:
        """The signals of one edge, in the order in which they came."""
        yield from self._signals.get((parent, child), ())
