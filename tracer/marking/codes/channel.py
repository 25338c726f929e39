"""What the tool drew for the copies of one release, and what may happen to marks on their way into a list: the moves of
people who sub-sample, merge and compare copies.

A leak is a noisy OR, not the marking assumption of fingerprinting: a copy that is sub-sampled loses marks, copies that
are merged gain each other's, copies that are compared lose what they do not share. With c sources of which k hold a
mark, theta_k is the probability that the leak shows it.

Which moves explain a leak follows from what it shows and from the biases alone, never from a copy's own
code. That keeps the distribution of an innocent copy's score exact: given the leak, its bits are as they were drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from math import comb

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND = "second"
"""Scheme of an identity that only lends another's persona its number or address: no mark of its own."""


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
    pairs: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    """(pairs, 2): the two copies that hold each pair canary; every two copies share one, or there are none."""
    withheld_share: float = 0.0
    """q: probability with which each copy was denied each ordinary contact."""
    contacts: int = 0
    withheld_of: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    withheld: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
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

    @cached_property
    def kinds(self) -> tuple[Ints, ...]:
        """Places of the moves that differ by their rate alone."""
        kinds: dict[tuple[str, int], list[int]] = {}
        for i, move in enumerate(self.all):
            kinds.setdefault((move.name, move.sources), []).append(i)
        return tuple(np.array(kinds[kind], dtype=np.int64) for kind in sorted(kinds))

    @cached_property
    def prior(self) -> Floats:
        """ln of how likely each is beforehand, but for a constant: every number of sources as likely as any other."""
        sources = np.array([move.sources for move in self.all], dtype=np.int64)
        return np.asarray(-np.log(np.bincount(sources)[sources]))


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


def leak_of(rng: np.random.Generator, code: Code, sources: Sequence[int], move: str, rate: float) -> Leak:
    """The leak that the copies `sources` (their numbers) make by a move of `MOVES` at a sampling rate; for forecasts,
    benchmarks and tests. It knows who did it; scores never do.

    Every mark and contact fares by itself: with k of c sources holding it, it is shown with probability theta_k.
    """
    table = np.array(theta(move, len(sources), rate))

    def shown(holders: npt.NDArray[np.int64]) -> Bools:
        return np.asarray(rng.random(holders.shape) < table[holders])

    chosen = np.array(sources, dtype=np.int64)
    own = np.zeros(code.size, dtype=np.int64)
    own[chosen] = rng.binomial(code.unique[chosen], table[1])
    pairs = np.isin(code.pairs, chosen).sum(axis=1)
    contacts: Ints = np.full(code.contacts if code.withheld_share > 0 else 0, len(sources), dtype=np.int64)
    for j in chosen:
        contacts[code.withheld[code.withheld_of == j]] -= 1
    return Leak(shown(code.held[chosen].sum(axis=0)), own, shown(pairs), shown(contacts))


_FOREIGN = 0.1
"""At least this share of the contacts that a source lacks is expected all the same: lists that are
mixed in hold customers too. Larger would waste evidence, smaller would let one foreign contact outweigh many."""


@dataclass(frozen=True)
class MarkClass:
    """Marks that are alike: same bias, same number of known sources that hold them."""

    bias: float
    """Probability with which a copy holds each."""
    holders: int
    marks: int
    shown: int


@dataclass(frozen=True)
class Fit:
    """Moves with their weights."""

    moves: Moves
    weights: Floats
    named: int

    @property
    def likeliest(self) -> Move:
        """The move with the largest weight; the first of equals."""
        return self.moves.all[int(np.argmax(self.weights))]

    def ratios(self, bias: float, holders: int, *, is_shown: bool) -> tuple[Floats, Floats]:
        """(moves,) ln P(y | x, p) / P(y | p) where a copy lacks the mark and where it holds it."""
        law = detection_probabilities(self.moves, bias, self.named, holders)
        if is_shown:
            return np.log(law.lacking / law.either), np.log(law.holding / law.either)
        return np.log((1.0 - law.lacking) / (1.0 - law.either)), np.log((1.0 - law.holding) / (1.0 - law.either))

    def gain(self, bias: float, holders: int, *, is_shown: bool) -> float:
        """Nats that holding the mark adds to a copy's score over lacking it, averaged over the moves."""
        lacking, holding = self.ratios(bias, holders, is_shown=is_shown)
        return float(self.weights @ (holding - lacking))


def fit_moves(classes: Sequence[MarkClass], named: int, wrong: tuple[float, float] = (0.0, 0.0)) -> Fit:
    """Weigh all moves of at least `named` sources, and of one more where possible, by the likelihood of a leak.

    Beforehand every number of sources is as likely as any other. `wrong`: shares of wrong answers (`catalogue`).
    """
    moves = catalogue(named, wrong)
    logs = moves.prior
    for item in classes:
        either = detection_probabilities(moves, item.bias, named, item.holders).either
        logs = logs + item.shown * np.log(either) + (item.marks - item.shown) * np.log(1.0 - either)
    return Fit(moves, np.exp(logs - logsumexp(logs)), named)


def fit_contacts(fit: Fit, share: float, classes: Sequence[MarkClass]) -> Fit:
    """The same moves for ordinary contacts, each at the rate at which contacts are shown.

    `share` is what each copy was denied. A list takes contacts and canaries alike, but other lists that are mixed in
    add contacts, so the rate is the contacts' own.
    """
    total, seen = sum(item.marks for item in classes), sum(item.shown for item in classes)
    rate = seen / max(total, 1)
    likeness = np.abs(detection_probabilities(fit.moves, 1.0 - share, 0, 0).either - rate)
    moves, weights = list[Move](), list[float]()
    for at in fit.moves.kinds:
        best = fit.moves.all[at[int(np.argmin(likeness[at]))]]
        values = np.clip(best.theta, _FOREIGN * best.theta[1], 1.0 - LOSS)
        moves.append(Move(best.name, best.sources, best.rate, tuple(float(value) for value in values)))
        weights.append(float(fit.weights[at].sum()))
    return Fit(Moves(tuple(moves)), np.array(weights), fit.named)
