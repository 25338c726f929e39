"""The tests of an attribution: what the tool drew (codes, and the spellings of keyed choices), unique canaries, planted
ones, and the power of a negative.

Code null: over what the tool drew, how likely an innocent copy would match one dataset, or several, so well. Block
null: a list whose numbers fall at random into the blocks that it uses holds a given number of a block of N with
probability n_b / N (methods 3). N is 1,000 or 10,000, as the number's plan hands them out (`number_plans`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.disclosure import Reason, Share, Word
from tracer.findings.sightings import Canary, CanaryChance, MatchedRows
from tracer.findings.sightings.codes import DrawnCode, read_shown_choices, read_shown_contacts
from tracer.findings.tails import Floats, hypergeometric_at_least
from tracer.identify.number_plans import block_of
from tracer.marking.choices.finding import bits_of, read_choices
from tracer.marking.codes import weigh
from tracer.marking.codes.evidence import score_choices

MAIL_SPACE = 10**9
"""Addresses among which a list that guesses would have to find a canary's: with m addresses it does so with
probability m / 10^9. A canary's local part is invented, so this is far on the cautious side."""
_PLANTED = 1e-3
"""A true source is taken for planted once in a thousand times at most."""


@dataclass(frozen=True)
class ShownChoices:
    """What one dataset shows of a copy's keyed choices."""

    p_value: float
    e_value: float
    asked: int
    read: int
    agreeing: int
    """Those of these in which the dataset has the copy's form."""


@dataclass(frozen=True)
class CodeEvidence:
    """What the draw says about one release."""

    p_value: float
    """The smallest 2^k p_k over the rounds k, at most 1."""
    e_value: float
    """Mixture likelihood ratio; mean at most 1 for a release that is not the source."""
    moves: tuple[Reason, ...] = ()
    choices: ShownChoices | None = None


NOTHING = CodeEvidence(1.0, 1.0)
"""A release whose marks the tool did not draw, or that the dataset shows nothing of."""


def code_evidence(
    con: duckdb.DuckDBPyConnection,
    drawn: DrawnCode,
    datasets: Sequence[tuple[int, frozenset[int]]],
    alpha: float,
    compared: int,
) -> dict[str, CodeEvidence]:
    """Score all releases of one draw against one dataset, or against several as leaks of the same releases.

    `datasets`: number and canaries seen of each. One that shows no mark of the draw says nothing and is left out.
    `compared`: releases tested, over all draws. Several leaks share the innocent releases' bits, so they have one
    likelihood and one tail, not a product (methods 1).
    """
    leaks = []
    for number, canaries in datasets:
        contacts = drawn.contacts[:0]
        if len(drawn.contacts) and drawn.source is not None:
            contacts = read_shown_contacts(con, number, drawn.source)
        if drawn.touches(canaries) or len(contacts):
            leaks.append(drawn.leak(canaries, contacts))
    if not leaks:
        return {}
    together = frozenset[int]().union(*(canaries for _, canaries in datasets))
    own = np.array([len(mine & together) for mine in drawn.own], dtype=np.int64)
    found = weigh(drawn.code, leaks, alpha, compared, own)
    moves = []
    for move in found.moves:
        how, rate = Word("-".join(move.name.replace(",", "").split())), None if move.rate == 1.0 else Share(move.rate)
        moves.append(Reason.of("attribution-move", copies=move.sources, how=how, rate=rate))
    return {
        release: CodeEvidence(float(found.p_values[j]), float(found.e_values[j]), tuple(moves))
        for j, release in enumerate(drawn.code.releases)
    }


def choice_evidence(
    con: duckdb.DuckDBPyConnection, releases: Mapping[str, Sequence[str]], sources: Mapping[str, int], dataset: int
) -> dict[str, ShownChoices]:
    """Release -> what the dataset (a number) shows of its choices. `releases`: draw -> its releases; `sources`: draw ->
    number of the released list's current version. Draws without choices are left out."""
    found: dict[str, ShownChoices] = {}
    for draw, (seed, bias) in read_choices(con).items() if sources else ():
        if draw not in sources:
            continue
        seen = read_shown_choices(con, draw, dataset, sources[draw])
        if not seen.asked:
            continue
        bits = np.stack([bits_of(seed, release, bias)[seen.numbers] for release in releases[draw]])
        scores = score_choices(seen.shown, seen.group, bias[seen.numbers], bits)
        agree = (bits[:, scores.read] == (seen.shown[scores.read] == 1)).sum(axis=1)
        for release, p, e, agreeing in zip(releases[draw], scores.p_values, scores.e_values, agree, strict=True):
            found[release] = ShownChoices(float(p), float(e), seen.asked, len(scores.read), int(agreeing))
    return found


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


def tail(probabilities: Floats, at_least: int) -> float:
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


def excluded_rate(planted: int) -> float:
    """The power of a negative: a sample of the copy at this rate or above would have shown a canary at 95 %."""
    return 1.0 if planted == 0 else float(1.0 - 0.05 ** (1.0 / planted))
