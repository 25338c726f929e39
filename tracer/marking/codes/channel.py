"""What may happen to marks on their way into a list: the moves of people who sub-sample, merge and compare copies.

A leak is a noisy OR, not the marking assumption of fingerprinting: a copy that is sub-sampled loses marks, copies that
are merged gain each other's, copies that are compared lose what they do not share. With c sources of which k hold a
mark, theta_k is the probability that the leak shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from math import comb

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SOURCES = (1, 2, 3, 4, 5, 6, 8)
"""Numbers of sources that are weighed."""
RATES = (1.0, 0.85, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)
"""Sampling rates that are weighed."""
NOISE = 0.002
"""A mark that no source holds is there all the same: its number was in another list that was mixed in."""
LOSS = 0.005
"""A mark that should be there is not: its row was damaged, or cleaned for a reason of its own."""


@dataclass(frozen=True)
class Move:
    """One way to make a leak of c copies."""

    name: str
    sources: int
    rate: float
    theta: tuple[float, ...]
    """theta_0 … theta_c."""


def theta(name: str, sources: int, rate: float) -> tuple[float, ...]:
    """theta_0 … theta_c of a move, before noise and loss. Raises `KeyError` for a move that is not known."""
    held = np.arange(sources + 1)
    values: Floats = {
        "merge": 1.0 - (1.0 - rate) ** held,
        "merge, then sample": rate * (held > 0),
        "mix rows": rate * held / sources,
        "keep common rows": rate * (held == sources),
        "keep the majority": rate * (2 * held > sources),
    }[name]
    return tuple(float(value) for value in values)


MOVES = ("merge", "merge, then sample", "mix rows", "keep common rows", "keep the majority")
"""All moves; with one source they are the same. A draw between two equals loses in "keep the majority"."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Moves that are weighed together; equal to itself alone, so that distributions can be cached by it."""

    all: tuple[Move, ...]


@cache
def catalogue(named: int = 0, wrong: tuple[float, float] = (0.0, 0.0)) -> Moves:
    """All moves of at least `named` sources that are weighed: sources x kinds x rates, each once.

    `wrong`: shares of wrong answers, shown though lacking and not shown though held, of a leak known by answers alone.
    """
    found: dict[tuple[float, ...], Move] = {}
    for sources in SOURCES:
        if sources < named:
            continue
        for name in MOVES[:1] if sources == 1 else MOVES:
            for rate in RATES:
                said = wrong[0] + (1.0 - wrong[0] - wrong[1]) * np.array(theta(name, sources, rate))
                bounded = np.clip(said, NOISE, 1.0 - LOSS)
                values = tuple(float(value) for value in bounded)
                found.setdefault(values, Move(name, sources, rate, values))
    return Moves(tuple(found.values()))


@dataclass(frozen=True)
class Shown:
    """P(mark shown) for all moves: whatever a copy holds, and where it lacks the mark or holds it."""

    either: Floats
    """(moves,): P(y = 1 | p)."""
    lacking: Floats
    """(moves,): P(y = 1 | x = 0, p)."""
    holding: Floats
    """(moves,): P(y = 1 | x = 1, p)."""


@lru_cache(maxsize=4096)
def detection_probabilities(moves: Moves, bias: float, named: int, holders: int) -> Shown:
    """Probabilities that a mark with this bias is shown.

    `named` sources are known already and `holders` of them hold the mark; the others hold it with probability `bias`
    each. P(1 | x, p) = sum over k of Bin(k; c - named - 1, p) theta_(holders + k + x). Where no source is left the
    copy is none, and x says nothing. No move may have fewer than `named` sources.
    """
    either, lacking, holding = (np.empty(len(moves.all)) for _ in range(3))
    for i, move in enumerate(moves.all):
        left = move.sources - named
        values = np.array(move.theta[holders : holders + left + 1])
        either[i] = values @ _binomial(left, bias)
        if left == 0:
            lacking[i] = holding[i] = either[i]
        else:
            weights = _binomial(left - 1, bias)
            lacking[i], holding[i] = values[:-1] @ weights, values[1:] @ weights
    return Shown(either, lacking, holding)


@lru_cache(maxsize=4096)
def _binomial(trials: int, p: float) -> Floats:
    return np.array([comb(trials, k) * p**k * (1.0 - p) ** (trials - k) for k in range(trials + 1)])
