"""The null of unique canaries, the check for planted ones, and the power of a negative.

Block null: a list whose numbers fall at random into the blocks that it uses holds a given number of a block of N with
probability n_b / N (methods 3). N is 1,000 or 10,000, as the number's plan hands them out (`number_plans`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracer.findings.sightings import Canary, CanaryChance
from tracer.findings.tails import hypergeometric_at_least
from tracer.identify.number_plans import block_of

MAIL_SPACE = 10**9
"""Addresses among which a list that guesses would have to find a canary's: with m addresses it does so with
probability m / 10^9. A canary's local part is invented, so this is far on the cautious side."""


def block_chance(canaries: Iterable[Canary], seen: frozenset[int], background: CanaryChance) -> float:
    """Probability that a list with these surroundings holds at least as many of these canaries, from elsewhere.

    Give canaries that are in one release alone: those that several releases share come with any of them.
    Where the dataset has names or firms, two statistics are looked at, all canaries seen and those seen with their
    persona, and twice the smaller tail is given, so that it stays a p-value.
    """
    planted = sorted(canaries, key=lambda canary: canary.no)
    hits = sum(canary.no in seen for canary in planted)
    if hits == 0:
        return 1.0
    plain = np.array([held_by_chance(canary, background) for canary in planted])
    bare = tail(plain, hits)
    if not background.named:
        return bare
    agreeing = sum(canary.no in seen and canary.no in background.agreeing for canary in planted)
    likeness = np.array([background.likeness.get(canary.no, 0.0) for canary in planted])
    return min(1.0, 2.0 * min(bare, tail(plain * likeness, agreeing)))


def held_by_chance(canary: Canary, background: CanaryChance) -> float:
    """Probability that a list with these surroundings holds the number, the address or the key of a canary."""
    block, size = (0, 1) if canary.phone is None else block_of(canary.phone)
    number = 0.0 if canary.phone is None else background.blocks.get(block, 0) / size
    mail = 0.0 if canary.email is None else background.mails / MAIL_SPACE
    return min(1.0, number + mail + background.persons.get(canary.no, 0.0))


def tail(probabilities: npt.NDArray[np.float64], at_least: int) -> float:
    """P(X >= at_least) for a sum X of independent indicators, by exact convolution; 1 for at_least = 0."""
    if at_least <= 0:
        return 1.0
    below = np.zeros(at_least)
    below[0] = 1.0
    upper = 0.0
    for p in probabilities:
        # What leaves the top cell has reached `at_least` and stays there: added up directly, so no cancellation.
        upper += below[-1] * p
        below[1:] = below[1:] * (1.0 - p) + below[:-1] * p
        below[0] *= 1.0 - p
    return min(1.0, float(upper))


def is_planted(seen: int, planted: int, rows: MatchedRows) -> bool:
    """Whether canaries are there without their release's ordinary rows, in proportion.

    The rows must stand out by three deviations from what unrelated lists have in common. And a sample of a copy,
    however it was chosen, takes canaries and ordinary rows alike: of seen + rows taken from planted + ordinary, the
    number of canaries is hypergeometric; so many must not be less likely than 1 in 1,000. The proportion takes off only
    what the block null explains: the background of unrelated lists is an estimate, and a high one would make a true
    source look planted.
    """
    if seen == 0:
        return False
    if rows.matched < 1 or rows.matched <= rows.expected + 3.0 * rows.expected**0.5:
        return True
    taken = min(max(round(rows.matched - rows.in_blocks), 1), rows.ordinary)
    return hypergeometric_at_least(seen, planted, planted + rows.ordinary, seen + taken) < _PLANTED


@dataclass(frozen=True)
class MatchedRows:
    """Ordinary contacts of a copy in a dataset, and what would bring them there without the copy."""

    matched: int
    ordinary: int
    expected: float
    in_blocks: float
    """Contacts in common if the dataset's numbers fell at random into the blocks that it uses."""


_PLANTED = 1e-3
"""A true source is taken for planted once in a thousand times at most."""


def excluded_rate(planted: int, error: float = 0.05) -> float:
    """The power of a negative: a sample of the copy at this rate or above would have shown a canary at 1 - error."""
    return 1.0 if planted == 0 else float(1.0 - error ** (1.0 / planted))
