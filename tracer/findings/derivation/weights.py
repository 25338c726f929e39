"""Log-weights of single edges beside the families' scores: each a signal with its value, its nats and a sentence.

A signal about direction takes from the unlikelier direction and gives nothing to the other, so that it says nothing
about whether the two are related.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SIGNALS = (
    "dates", "own list", "release", "cells lost", "errors", "format", "repeats", "days of rows", "ids run on", "ids",
    "columns", "ways of writing numbers", "kinds of company", "brothers", "places", "rarity",
)  # fmt: skip
"""Every signal that can be switched off for study; the memberships themselves cannot."""

ON_RECORD = ("dates", "own list", "release")
"""Signals by which people or documents say who came first."""


@dataclass(frozen=True)
class Signal:
    """One step of the waterfall that `why` shows for an edge."""

    signal: str
    """Short name, such as `dates`."""
    value: str
    """The numbers it rests on."""
    weight: float
    """Nats for this edge, or for this direction against the other; negative speaks against it."""
    text: str
    """A sentence without personal data."""


@dataclass
class EdgeWeights:
    """All signals of all ordered pairs of `n` datasets."""

    n: int
    without: Collection[str] = ()
    """Signals that are left out."""
    total: NDArray[np.float64] = field(init=False)
    """[parent, child]: sum of weights."""
    brothers: NDArray[np.float64] = field(init=False)
    """datasets x datasets (symmetric): nats for two copies of an unknown list against parent and child."""
    _signals: dict[tuple[int, int], list[Signal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = np.zeros((self.n, self.n))
        self.brothers = np.zeros((self.n, self.n))

    def add(self, parent: int, child: int, signal: Signal) -> None:
        """Add a signal to one edge."""
        if signal.signal in self.without:
            return
        self.total[parent, child] += signal.weight
        self._signals.setdefault((parent, child), []).append(signal)

    def turn(self, parent: int, child: int, name: str, value: str, odds: float, text: str) -> None:
        """Add log odds of parent → child against child → parent; `text` stands with both.

        The unlikelier direction loses them all: were the likelier one to gain, edges to remote descendants, whose
        direction is just as clear, would look supported.
        """
        if name in self.without:
            return
        for a, b, toward in ((parent, child, odds), (child, parent, -odds)):
            self._signals.setdefault((a, b), []).append(Signal(name, value, toward, text))
            self.total[a, b] += min(0.0, toward)

    def pair(self, a: int, b: int, odds: float) -> None:
        """Add nats for brothers against parent and child."""
        if "brothers" in self.without:
            return
        self.brothers[a, b] += odds
        self.brothers[b, a] += odds

    def on_record(self, least: float) -> NDArray[np.bool_]:
        """datasets x datasets (symmetric): whether what is `ON_RECORD` weighs `least` nats or more between the two."""
        told = np.zeros((self.n, self.n))
        for (parent, child), signals in self._signals.items():
            told[parent, child] = sum(abs(signal.weight) for signal in signals if signal.signal in ON_RECORD)
        return np.asarray(np.maximum(told, told.T) >= least)

    def of(self, parent: int, child: int) -> Iterator[Signal]:
        """The signals of one edge, in the order in which they came."""
        yield from self._signals.get((parent, child), ())
