"""What the tool drew for the copies of one release, and what may happen to marks on their way into a list: the moves of
people who sub-sample, merge and compare copies.

A leak is a noisy OR, not the marking assumption of fingerprinting: a copy that is sub-sampled loses marks, copies that
are merged gain each other's, copies that are compared lose what they do not share. With c sources of which k hold a
mark, theta_k is the probability that the leak shows it.

Which moves explain a leak follows from what it shows and from the biases alone, never from a copy's own
code. That keeps the distribution of an innocent copy's score exact: given the leak, its bits are as they were drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from math import comb

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from tracer.marking.codes.masses import InnocentMarks, Scale, log_hypergeometric

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SECOND = "second"  # Scheme of an identity that only lends another's persona its number or address: no mark of its own.


@dataclass(frozen=True)
class Code:
    """The codes of n copies that were drawn together."""

    releases: tuple[str, ...]
    unique: Ints  # (n,): canaries that are in this copy alone.
    bias: Floats  # (m,): probability with which each copy was given pool canary i.
    held: Bools  # (n, m): whether it was.
    pairs: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int64))
    """(pairs, 2): the two copies that hold each pair canary; every two copies share one, or there are none."""
    withheld_share: float = 0.0  # q: probability with which each copy was denied each ordinary contact.
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
    unique: Ints  # (n,): how many of each copy's own canaries it holds.
    pairs: Bools
    contacts: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """(contacts,): whether it holds the ordinary contact; read only where contacts were withheld."""
    wrong: tuple[float, float] = (0.0, 0.0)
    """Where it is known by answers: how often a mark is shown that it lacks, and not shown that it holds."""


SOURCES = (1, 2, 3, 4, 5, 6, 8)  # Numbers of sources that are weighed.
RATES = (1.0, 0.85, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)  # Sampling rates that are weighed.
NOISE = 0.002  # A mark that no source holds is there all the same: its number was in another list that was mixed in.
LOSS = 0.005  # A mark that should be there is not: its row was damaged, or cleaned for a reason of its own.


@dataclass(frozen=True)
class Move:
    """One way to make a leak of c copies."""

    name: str
    sources: int
    rate: float
    theta: tuple[float, ...]  # theta_0 … theta_c.


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


@lru_cache(maxsize=4096)
def detection_probabilities(moves: Moves, bias: float, named: int, holders: int) -> tuple[Floats, Floats, Floats]:
    """P(mark with this bias is shown) for all moves, each (moves,): whatever a copy holds, where it lacks it, holds it.

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
    return either, lacking, holding


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
        either, lacking, holding = detection_probabilities(self.moves, bias, self.named, holders)
        if is_shown:
            return np.log(lacking / either), np.log(holding / either)
        return np.log((1.0 - lacking) / (1.0 - either)), np.log((1.0 - holding) / (1.0 - either))

    def gain(self, bias: float, holders: int, *, is_shown: bool) -> float:
        """Nats that holding the mark adds to a copy's score over lacking it, averaged over the moves."""
        lacking, holding = self.ratios(bias, holders, is_shown=is_shown)
        return float(self.weights @ (holding - lacking))


def fit_moves(
    classes: Iterable[tuple[float, int, int, int]], named: int, wrong: tuple[float, float] = (0.0, 0.0)
) -> Fit:
    """Weigh all moves of at least `named` sources, and of one more where possible, by the likelihood of a leak.

    `classes`: bias, known holders, marks, and how many of these the leak shows. Beforehand every number of sources is
    as likely as any other. `wrong`: shares of wrong answers (`catalogue`).
    """
    moves = catalogue(named, wrong)
    logs = moves.prior
    for bias, holders, marks, shown in classes:
        either, _, _ = detection_probabilities(moves, bias, named, holders)
        logs = logs + shown * np.log(either) + (marks - shown) * np.log(1.0 - either)
    return Fit(moves, np.exp(logs - logsumexp(logs)), named)


def fit_contacts(fit: Fit, share: float, rate: float) -> Fit:
    """The same moves for ordinary contacts, each at the rate at which contacts are shown.

    `share` is what each copy was denied. A list takes contacts and canaries alike, but other lists that are mixed in
    add contacts, so the rate is the contacts' own.
    """
    likeness = np.abs(detection_probabilities(fit.moves, 1.0 - share, 0, 0)[0] - rate)
    moves, weights = list[Move](), list[float]()
    for at in fit.moves.kinds:
        best = fit.moves.all[at[int(np.argmin(likeness[at]))]]
        values = np.clip(best.theta, _FOREIGN * best.theta[1], 1.0 - LOSS)
        moves.append(Move(best.name, best.sources, best.rate, tuple(float(value) for value in values)))
        weights.append(float(fit.weights[at].sum()))
    return Fit(Moves(tuple(moves)), np.array(weights), fit.named)


# Marks of a code sorted into classes of equals, and how many of each class every copy holds.


@dataclass(frozen=True)
class MarkClass:
    """Marks with the same bias, the same known holders, shown by the same leaks."""

    bias: float  # Probability with which a copy holds each.
    holders: int
    marks: int
    shown: tuple[bool, ...] = ()  # For each leak.
    population: int = 0  # Marks that were allotted without replacement, shown or not; 0 where each was drawn by itself.
    column: int = -1  # For `Census.drawn`: how many of the population each copy holds; -1 where there is no population.


@dataclass(frozen=True)
class Census:
    """The classes, and what every copy holds of them."""

    alike: tuple[MarkClass, ...]
    contacts: tuple[MarkClass, ...]
    """Classes of ordinary contacts; a copy "holds" those that it was denied, with probability `bias`."""
    held: Ints  # (n, classes): marks of each class that the copy holds, contacts last.
    drawn: Ints  # (n, 2): own canaries and pair canaries of each copy.
    fits: tuple[Fit, ...]
    contact_fits: tuple[Fit, ...]

    def counts(self, drawn: Ints) -> list[InnocentMarks]:
        """The distribution of an innocent copy's counts, with the weights that its score gives them."""
        found = []
        for item in self.alike:
            if item.population:
                # A copy holds a fixed number of these, so one more that is shown is one fewer that is not.
                gains = [[fit.gain(item.bias, 0, is_shown=shown) for shown in (True, False)] for fit in self.fits]
                gain = sum(seen - unseen for seen, unseen in gains) / len(gains)
                of, mine = item.population, int(drawn[item.column])
                found.append(InnocentMarks(gain, item.marks, population=of, drawn=mine))
            else:
                each = zip(self.fits, item.shown, strict=True)
                gain = sum(fit.gain(item.bias, item.holders, is_shown=shown) for fit, shown in each)
                found.append(InnocentMarks(gain, item.marks, item.bias))
        for item in self.contacts:
            each = zip(self.contact_fits, item.shown, strict=True)
            gain = sum(fit.gain(1.0 - item.bias, item.holders, is_shown=shown) for fit, shown in each)
            found.append(InnocentMarks(-gain, item.marks, item.bias))
        return found

    def log_e_values(self, leak: int) -> Floats:
        """(n,) ln of the likelihood ratio of one leak, a mixture over the moves; each factor has mean 1.

        Canaries and contacts were drawn independently of one another, so their ratios multiply.
        """
        fit, total = self.fits[leak], np.zeros((len(self.held), len(self.fits[leak].moves.all)))
        for i, item in enumerate(self.alike):
            held = self.held[:, i]
            if item.population:
                seen, unseen = (fit.ratios(item.bias, 0, is_shown=flag) for flag in (True, False))
                gain = (seen[1] - seen[0]) - (unseen[1] - unseen[0])
                factor = np.zeros_like(total)
                for mine in np.unique(self.drawn[:, item.column]):
                    at = self.drawn[:, item.column] == mine
                    counts = np.arange(min(item.marks, int(mine)) + 1)
                    law = log_hypergeometric(counts, item.population, item.marks, int(mine))
                    mean = logsumexp(law[:, None] + counts[:, None] * gain, axis=0)
                    factor[at] = held[at][:, None] * gain - mean
            else:
                lacking, holding = fit.ratios(item.bias, item.holders, is_shown=item.shown[leak])
                factor = held[:, None] * holding + (item.marks - held)[:, None] * lacking
            total = total + factor
        logs = logsumexp(total, axis=1, b=fit.weights)
        if not self.contacts:
            return np.asarray(logs)
        fit = self.contact_fits[leak]
        total = np.zeros((len(self.held), len(fit.moves.all)))
        for i, item in enumerate(self.contacts, len(self.alike)):
            denied = self.held[:, i][:, None]
            without, holding = fit.ratios(1.0 - item.bias, item.holders, is_shown=item.shown[leak])
            total = total + denied * without + (item.marks - denied) * holding
        return np.asarray(logs + logsumexp(total, axis=1, b=fit.weights))


def take_census(code: Code, leaks: Sequence[Leak], accused: Sequence[int], shown_own: Ints | None = None) -> Census:
    """Sort the marks of `code`; `accused` copies are known sources.

    `shown_own`: (n,) own canaries of each copy that any of several leaks shows; for one leak those that it shows.

    Canaries allotted without replacement (own canaries, pair canaries) that an accused copy holds are explained and
    leave the population; the places of the others stay uniform.
    """
    rest = np.setdiff1d(np.arange(code.size), accused)
    left = max(len(rest), 1)
    drawn = np.zeros((code.size, 2), dtype=np.int64)
    holders = code.held[list(accused)].sum(axis=0)
    shown = [leak.pool for leak in leaks]
    alike, columns = list[MarkClass](), list[Ints]()
    group, first = _grouped_marks(np.unique(code.bias, return_inverse=True)[1], holders, *shown)
    for number, at in enumerate(first):
        same = group == number
        by_leak = tuple(bool(each[at]) for each in shown)
        alike.append(MarkClass(float(code.bias[at]), int(holders[at]), int(same.sum()), by_leak))
        columns.append(code.held[:, same].sum(axis=1).astype(np.int64))
    own = np.array(leaks[0].unique if shown_own is None else shown_own)
    own[accused] = 0
    drawn[rest, 0] = code.unique[rest]
    if drawn[:, 0].any():
        alike.append(MarkClass(1.0 / left, 0, int(own.sum()), (), int(drawn[:, 0].sum()), 0))
        columns.append(own)
    free: Bools = np.asarray(~np.isin(code.pairs, np.array(accused, dtype=np.int64)).any(axis=1))
    pair_shown = np.stack([leak.pairs for leak in leaks]).any(axis=0) & free
    if free.any():
        drawn[rest, 1] = len(rest) - 1
        alike.append(MarkClass(min(1.0, 2.0 / left), 0, int(pair_shown.sum()), (), int(free.sum()), 1))
        columns.append(np.bincount(code.pairs[pair_shown].ravel(), minlength=code.size))

    def seen(item: MarkClass, leak: int) -> tuple[float, int, int, int]:
        if not item.population:
            return item.bias, item.holders, item.marks, item.marks * item.shown[leak]
        own_or_pairs = leaks[leak].unique[rest] if item.column == 0 else leaks[leak].pairs & free
        return item.bias, 0, item.population, int(own_or_pairs.sum())

    fits = tuple(
        fit_moves([seen(item, at) for item in alike], len(accused), leak.wrong) for at, leak in enumerate(leaks)
    )
    # Classes of ordinary contacts by how many known sources were denied them and by which leaks show them.
    contacts, rates = list[MarkClass](), list[float]()
    if code.withheld_share > 0.0 and code.contacts:
        denied = np.zeros(code.contacts, dtype=np.int64)
        for j in accused:
            denied[code.withheld[code.withheld_of == j]] += 1
        group, first = _grouped_marks(denied, *(leak.contacts for leak in leaks))
        for number, total in enumerate(np.bincount(group)):
            by_leak = tuple(bool(leak.contacts[first[number]]) for leak in leaks)
            held_by = len(accused) - int(denied[first[number]])
            contacts.append(MarkClass(code.withheld_share, held_by, int(total), by_leak))
            columns.append(np.bincount(code.withheld_of[group[code.withheld] == number], minlength=code.size))
        rates = [sum(item.marks * item.shown[at] for item in contacts) / code.contacts for at in range(len(leaks))]
    contact_fits = tuple(fit_contacts(fit, code.withheld_share, rate) for fit, rate in zip(fits, rates, strict=False))
    held = np.stack(columns, axis=1).astype(np.int64) if columns else np.zeros((code.size, 0), dtype=np.int64)
    return Census(tuple(alike), tuple(contacts), held, drawn, fits, contact_fits)


def _grouped_marks(*columns: npt.NDArray[np.generic]) -> tuple[Ints, Ints]:
    """For each mark the number of its class, and the first mark of each class: marks are alike where all columns are.

    The columns are packed into one number, relabelled so that it never overflows: row by row would be slow.
    """
    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in (each.astype(np.int64) for each in columns):
        group = np.unique((int(column.max(initial=0)) + 1) * group + column, return_inverse=True)[1].ravel()
    return group, np.unique(group, return_index=True)[1]


MOST_ROUNDS = 12  # Rounds of accusing and scoring again: more sources than that are beyond any code.


_LARGEST = 690.0  # ln of the largest e-value that is reported: a number has to hold it.


@dataclass(frozen=True)
class CopyEvidence:
    """What the draw says about its copies."""

    p_values: Floats  # (n,): the smallest 2^k p_k over the rounds k, at most 1.
    e_values: Floats  # (n,): audit figure; mean 1 at most for a copy that is not a source. It never accuses.
    accused: tuple[int, ...]
    moves: tuple[Move, ...]  # For each leak, the move that explains it best once the accused are known.


def weigh(
    code: Code, leaks: Sequence[Leak], alpha: float, compared: int, shown_own: Ints | None = None
) -> CopyEvidence:
    """Score the copies; in round k those with p <= alpha / (2^k compared) are set aside as sources.

    Their bits are then side information: what they explain is explained, and the rest is scored again. `compared` is
    the number of releases that the dataset is compared with, over all draws: the family-wise error is `alpha`.
    `shown_own`: (n,) own canaries of each copy that any of several leaks shows; needed where there are several.
    """
    if len(leaks) > 1 and shown_own is None and code.unique.any():
        raise ValueError("several leaks: their counts do not say which own canaries any of them shows")
    best = np.ones(code.size)
    accused: list[int] = []
    e_values = np.ones(code.size)
    moves: tuple[Move, ...] = ()
    for k in range(1, MOST_ROUNDS + 1):
        if len(accused) > SOURCES[-1]:  # no move is of so many sources
            break
        census = take_census(code, leaks, accused, shown_own)
        moves = tuple(fit.likeliest for fit in census.fits)
        rest = np.setdiff1d(np.arange(code.size), accused)
        if len(rest) == 0:
            break
        if k == 1:
            # (n,) mean over the leaks of the likelihood ratios, each a mixture over the moves.
            logs = np.stack([census.log_e_values(leak) for leak in range(len(census.fits))])
            mean = logsumexp(logs, axis=0) - np.log(len(logs))
            e_values = np.asarray(np.exp(np.minimum(mean, _LARGEST))).reshape(code.size)
        p_values = np.ones(code.size)
        for drawn in np.unique(census.drawn, axis=0):
            # Exact tails: copies with the same number of own canaries share one distribution.
            at = np.flatnonzero((census.drawn == drawn).all(axis=1))
            scale = Scale(census.counts(drawn))
            p_values[at] = scale.upper_tails(scale.score(census.held[at]))
        best[rest] = np.minimum(best[rest], np.minimum(1.0, 2.0**k * p_values[rest]))
        fresh = [int(j) for j in rest if best[j] <= alpha / compared]
        if not fresh:
            break
        accused += sorted(fresh, key=lambda j: (best[j], j))
    return CopyEvidence(best, e_values, tuple(accused), moves)


SHARE = 0.5
"""Share of the rows that are taken to be as the source has them: others may be from elsewhere, or were rewritten."""
_STEPS = 20.0  # Weights are rounded to this part of a nat, so that few classes are left.
_NOTHING = 0.1  # Nats below which a choice says nothing.
_PRIOR = 2.0  # Choices of each form that are added where a group's rate is estimated.


@dataclass(frozen=True)
class ChoiceScores:
    """What the forms say about each copy."""

    p_values: Floats  # (copies,): exact tail.
    e_values: Floats  # (copies,): likelihood ratio; mean 1 for an innocent copy.
    read: Ints


def score_choices(shown: Ints, group: Ints, bias: Floats, bits: Bools) -> ChoiceScores:
    """Score copies by the forms that a leak shows of keyed choices, with an exact tail for innocent ones.

    `shown`: (m,) form that the leak has; `group`: (m,) column and pair of forms; `bias`: (m,); `bits`: (copies, m)
    whether each copy has form 1.

    An innocent copy's bits are independent of what the leak shows: its score is a sum of weights over those of its bits
    that are 1, each with the probability it was drawn with. The weights come from the leak and the biases alone, so
    that holds whatever was done to the leak; what a reader wrote in one way gets no weight.
    """
    lacking, holding = _ratios(shown, group, bias)
    weights = np.round((holding - lacking) * _STEPS) / _STEPS
    read = np.flatnonzero(np.abs(weights) > _NOTHING)
    if not len(read):
        return ChoiceScores(np.ones(len(bits)), np.ones(len(bits)), read)
    classes, which = np.unique(np.stack([weights[read], bias[read]]), axis=1, return_inverse=True)
    which = which.reshape(-1)
    rows = [np.bincount(which, weights=row, minlength=classes.shape[1]) for row in bits[:, read]]
    held = np.stack(rows).astype(np.int64)
    sizes = np.bincount(which, minlength=classes.shape[1])
    alike = zip(classes.T, sizes, strict=True)
    scale = Scale([InnocentMarks(float(weight), int(size), float(p)) for (weight, p), size in alike])
    tails = scale.upper_tails(scale.score(held))
    logs = np.where(bits[:, read], holding[read], lacking[read]).sum(axis=1)
    return ChoiceScores(tails, np.exp(np.minimum(logs, _LARGEST)), read)


def _ratios(shown: Ints, group: Ints, bias: Floats) -> tuple[Floats, Floats]:
    """ln P(shown | the copy has form 0) / P(shown) and the same for form 1.

    How often each form was made the other is estimated for each group, from how many are shown and how many were to
    be: where all are form 0, form 1 became form 0, and nothing is said.
    """
    lacking, holding = np.zeros(len(shown)), np.zeros(len(shown))
    for number in np.unique(group):
        at = group == number
        rate = (float(shown[at].sum()) + _PRIOR * float(bias[at].mean())) / (int(at.sum()) + _PRIOR)
        mean = float(bias[at].mean())
        lost, gained = max(0.0, 1.0 - rate / mean), max(0.0, 1.0 - (1.0 - rate) / (1.0 - mean))
        as_one, as_zero = 1.0 - lost, gained
        either = bias[at] * as_one + (1.0 - bias[at]) * as_zero
        one = SHARE * as_one + (1.0 - SHARE) * either
        zero = SHARE * as_zero + (1.0 - SHARE) * either
        seen = shown[at] == 1
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(seen, np.log(one / either), np.log((1.0 - one) / (1.0 - either)))
            down = np.where(seen, np.log(zero / either), np.log((1.0 - zero) / (1.0 - either)))
        holding[at], lacking[at] = np.nan_to_num(up), np.nan_to_num(down)
    return lacking, holding
