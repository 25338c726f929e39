"""What the tool drew for the copies of one release, and what a leak shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND = "second"
"""Scheme of an identity that only lends another's persona its number or address: no mark of its own."""


def _no_pairs() -> Ints:
    return np.zeros((0, 2), dtype=np.int64)


def _nothing() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Code:
    """The codes of n copies that were drawn together."""

    releases: tuple[str, ...]
    unique: Ints
    """(n,): canaries that are in this copy alone."""
    bias: Floats
    """(m,): probability with which each copy was given pool canary i."""
    held: Bools
    """(n, m): whether it was."""
    pairs: Ints = field(default_factory=_no_pairs)
    """(pairs, 2): the two copies that hold each pair canary; every two copies share one, or there are none."""
    withheld_share: float = 0.0
    """q: probability with which each copy was denied each ordinary contact."""
    contacts: int = 0
    withheld_of: Ints = field(default_factory=_nothing)
    withheld: Ints = field(default_factory=_nothing)
    """… contact number (0 to contacts - 1), (withheld,)."""

    @property
    def size(self) -> int:
        """n."""
        return len(self.releases)


@dataclass(frozen=True)
class Leak:
    """What one dataset shows of a code."""

    pool: Bools
    unique: Ints
    """(n,): how many of each copy's own canaries it holds."""
    pairs: Bools
    contacts: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """(contacts,): whether it holds the ordinary contact; read only where contacts were withheld."""
    wrong: tuple[float, float] = (0.0, 0.0)
    """Where it is known by answers: how often a mark is shown that it lacks, and not shown that it holds."""
