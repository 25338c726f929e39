"""Exact tail probabilities of an overlap under in-block random numbers (methods 3), and the counts that they rest on.

A seller who draws numbers at random, but knows which blocks of 10^4 numbers are in use, gives in each block b a uniform
subset of n_b numbers; of the K_b known ones it then holds O_b ~ Hypergeom(10^4, K_b, n_b), independent over blocks. The
sum's distribution is computed on a lattice by FFT of the product of the blocks' generating functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.findings.claims.verdict import statement
from tracer.findings.overlap.close import Pairs, parts_of
from tracer.findings.tails import binomials_at_least
from tracer.identify.number_plans import NumberRange
from tracer.marking.codes import masses

BLOCK = 10_000
"""Numbers of a block: a 7-digit segment and four more digits."""
MARGIN = 1e-12
"""Added to each printed tail: bounds the rounding of FFTs of these lengths (below 1e-13 in all tests)."""
_FAR = 1e-9
"""Tails below are given as a Chernoff bound, which has no rounding to fear."""
_STEEPEST, _STEPS, _CLOSE = 40.0, 100, 1e-9
"""Where the best t of that bound is looked for, by so many steps, and how close (any t gives a bound)."""
_SIGMAS = 14.0
"""Half-width of the lattice in standard deviations: what lies outside is below 1e-30 (Chernoff)."""
_KINDS_AT_ONCE = 256
"""Kinds of blocks that are transformed together: a few megabytes."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class OverlapNull:
    """The distribution of the overlap of a random list with known numbers."""

    first: int
    """The overlap that `mass[0]` belongs to."""
    mass: NDArray[np.float64]
    mean: float
    size: Counts
    known: Counts
    drawn: Counts

    def tail(self, overlap: int) -> float:
        """P(O ≥ overlap), not below the true value: the printed, discrete p-value."""
        if overlap <= 0 or overlap <= self.first:
            return 1.0
        exact = self._exact(overlap)
        if exact > _FAR:
            return min(1.0, exact + MARGIN)
        return min(1.0, exact + MARGIN, self.bound(overlap))

    def _exact(self, overlap: int) -> float:
        """P(O ≥ overlap) as the lattice gives it, but for its rounding."""
        return float(self.mass[max(0, overlap - self.first) :].sum())

    def randomised(self, overlap: int, uniform: float) -> float:
        """P(O > overlap) + uniform · P(O = overlap): exactly uniform under the null, for checks of calibration."""
        at = overlap - self.first
        inside = 0 <= at < self.mass.size
        beyond = float(self.mass[max(at + 1, 0) :].sum()) if at + 1 < self.mass.size else 0.0
        return beyond + (uniform * float(self.mass[at]) if inside else 0.0)

    def bound(self, overlap: int) -> float:
        """Chernoff's bound min_t exp(Σ ln M_b(t) − t·overlap), with binomials' M_b, which exceed hypergeometrics' at
        every t ≥ 0 (Hoeffding 1963, theorem 4)."""
        share = self.known / self.size
        low, high, t = 0.0, _STEEPEST, 1.0
        best = 0.0
        for _ in range(_STEPS):
            grown = share * np.expm1(t)
            best = min(best, float((self.drawn * np.log1p(grown)).sum() - t * overlap))
            met = (share + grown) / (1.0 + grown)  # the chance of one number under the tilt t
            rise, curve = float((self.drawn * met).sum() - overlap), float((self.drawn * met * (1.0 - met)).sum())
            # The logarithm of the bound is convex: its minimum lies between, and Newton's step is taken inside.
            low, high = (t, high) if rise < 0 else (low, t)
            step = t - rise / curve if curve > 0 else high
            last, t = t, step if low < step < high else (low + high) / 2
            if abs(t - last) < _CLOSE:
                break
        return float(np.exp(best))

    def critical(self, alpha: float) -> int:
        """The smallest overlap whose printed p-value is at most `alpha`."""
        low, high = 0, int(np.minimum(self.known, self.drawn).sum()) + 1
        while low < high:
            middle = (low + high) // 2
            # Where the exact tail is that small, no bound is needed: the printed p is never above it.
            if self._exact(middle) + MARGIN <= alpha or self.tail(middle) <= alpha:
                high = middle
            else:
                low = middle + 1
        return low

    def power(self, share: float, alpha: float) -> float:
        """Probability of a p-value ≤ `alpha` where `share` of the list's numbers are known ones and the rest random."""
        rows = int(self.drawn.sum())
        if int(self.known.sum()) == 0:
            return 0.0
        needed = self.critical(alpha) - (self.first + np.arange(self.mass.size)) * (1.0 - share)
        caught = binomials_at_least(np.ceil(needed), rows, share)
        return float(np.clip((self.mass * caught).sum(), 0.0, 1.0))


def overlap_null(known: Counts, drawn: Counts, size: Counts | int = BLOCK) -> OverlapNull:
    """The null of a list with `drawn[b]` numbers in block b, of which `known[b]` of `size[b]` are known.

    Blocks without a known or drawn number may be left out. Cost: an FFT for each distinct (drawn, size, known).
    """
    sizes = np.broadcast_to(np.asarray(size, dtype=np.int64), known.shape).copy()
    mean, first, length = _lattice(drawn, sizes, known, np.ones_like(drawn))
    kinds, times = np.unique(np.stack([drawn, sizes, known]), axis=1, return_counts=True)
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for first_kind in range(0, times.size, _KINDS_AT_ONCE):
        chunk = slice(first_kind, first_kind + _KINDS_AT_ONCE)
        spectrum *= _transformed(kinds[:, chunk], times[chunk], length)
    mass = np.clip(np.fft.irfft(spectrum, length), 0.0, None)
    return OverlapNull(first, np.roll(mass, -(first % length)), mean, sizes, known, drawn)


def _lattice(drawn: Counts, sizes: Counts, known: Counts, times: Counts) -> tuple[float, int, int]:
    """(mean, first point, length) of a lattice that holds the sum of so many blocks of each kind."""
    share = known / np.maximum(sizes, 1)
    mean = float((times * drawn * share).sum())
    spread = times * drawn * share * (1 - share) * (sizes - drawn) / np.maximum(sizes - 1, 1)
    deviation = float(np.sqrt(max(spread.sum(), 0.0)))
    length = 1 << max(6, int(np.ceil(np.log2(2 * _SIGMAS * deviation + 40))))
    return mean, max(0, int(mean) - length // 2), length


def _transformed(kinds: Counts, times: Counts, length: int) -> NDArray[np.complex128]:
    """The discrete Fourier transform at `length` of the distribution of some blocks' sum.

    A few blocks' sum needs a short lattice only, so it is computed there and transformed once: a transform at full
    length for each of a hundred thousand kinds would take most of the time.
    """
    drawn, sizes, known = kinds
    _, first, short = _lattice(drawn, sizes, known, times)
    if 4 * short > length:
        return _spectrum(kinds, times, length)
    local = np.roll(np.fft.irfft(_spectrum(kinds, times, short), short), -(first % short))
    placed = np.zeros(length)
    placed[(first + np.arange(short)) % length] = local
    return np.fft.rfft(placed)


def _spectrum(kinds: Counts, times: Counts, length: int) -> NDArray[np.complex128]:
    """The product of the discrete Fourier transforms of some blocks' distributions, wrapped to `length`.

    `kinds`: rows drawn, population, known, sorted by drawn; `times`: how many blocks there are of each.
    """
    pmf = _probabilities(kinds)
    support = pmf.shape[1]
    turns = -(-support // length)
    wrapped = np.pad(pmf, ((0, 0), (0, turns * length - support))).reshape(kinds.shape[1], turns, length).sum(axis=1)
    transformed = np.fft.rfft(wrapped, axis=1) ** times[:, None]
    product: NDArray[np.complex128] = np.prod(transformed, axis=0)
    return product


def _probabilities(kinds: Counts) -> NDArray[np.float64]:
    """P(O = 0), P(O = 1) … of each kind, one a row.

    From ln P(0) = Σ_{i < n} ln(1 - K / (N - i)) and the ratios P(k + 1) / P(k) = (K - k)(n - k) / ((k + 1)(N - K - n +
    k + 1)), each row made to sum to one: as exact as a library's terms, and several times as fast for many kinds.
    """
    drawn, sizes, known = (side[:, None] for side in kinds)
    k = np.arange(int(kinds[0].max()) + 1)
    if bool((sizes < known + drawn).any()):  # the least overlap is above 0
        return masses.hypergeometric(k, sizes, known, drawn)
    at = k[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        none = np.where(at < drawn, np.log1p(-known / np.maximum(sizes - at, 1)), 0.0).sum(axis=1, keepdims=True)
        ratio = np.log(np.clip((known - at) * (drawn - at), 0, None) / ((at + 1) * (sizes - known - drawn + at + 1)))
        # Beyond the support the product of two negative numbers would come back.
        ratio = np.where((at < known) & (at < drawn), ratio, -np.inf)
    logs = np.concatenate([none, none + np.cumsum(ratio, axis=1)], axis=1)
    chances: NDArray[np.float64] = np.exp(logs - logs.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances


# How many numbers of each block a list holds, how many are known, how many both. The same as `blocks.sql`, which a
# cluster runs, several times as fast. Where blocks are full, each number is a mark, and one that is in several lists
# sets its mark once, so that numbers need neither be distinguished nor joined. Where a block holds few numbers, as in
# every small case, making and reading its marks would cost far more than sorting these.

_BLOCKS_AT_ONCE = 1 << 14
"""Blocks that are marked at a time: of 10^4 numbers, twice 164 MB."""
_NUMBERS_AT_ONCE = 1 << 16
"""Numbers of a batch, which a processor's cache holds while they are marked."""
_MARKED_FROM = 100
"""Numbers a block, on average, from which marking takes less time than sorting."""


def block_counts(
    con: duckdb.DuckDBPyConnection, no: int, others: Sequence[int], without: Sequence[int], within: NumberRange
) -> Mapping[str, Counts]:
    """`block`, `drawn` (numbers of dataset `no`), `known` (of any of `others`) and `shared`, an element for each block.

    Numbers of the datasets in `without` count on neither side.
    """
    size, compared = within.block, [no, *others]
    found = con.execute(statement("number_blocks"), {"compared": compared, **limits_of(within)}).fetchnumpy()
    blocks, numbers = (np.asarray(found[name], dtype=np.int64) for name in ("block", "numbers"))
    bound = {"compared": compared, "without": list(without)}
    parts = []
    for at in range(0, blocks.size, _BLOCKS_AT_ONCE):
        part = blocks[at : at + _BLOCKS_AT_ONCE]
        sides = (_numbers(con, part, size, {**bound, "of": of}) for of in ([no], list(others)))
        many = int(numbers[at : at + _BLOCKS_AT_ONCE].sum()) >= _MARKED_FROM * part.size
        if many:
            mine, theirs = (_marks(part, size, side) for side in sides)
            parts.append(np.stack([np.count_nonzero(side, axis=1) for side in (mine, theirs, mine & theirs)]))
        else:
            drawn, known = map(_distinct, sides)
            both = np.sort(np.concatenate([drawn, known]))
            counted = (drawn, known, both[1:][both[1:] == both[:-1]])
            places = (np.searchsorted(part, keys // size) for keys in counted)
            parts.append(np.stack([np.bincount(place, minlength=part.size) for place in places]))
    counts = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), dtype=np.int64)
    # Blocks of which all numbers are left out take no part in this comparison.
    some = counts.any(axis=0)
    return {"block": blocks[some], **dict(zip(("drawn", "known", "shared"), counts[:, some], strict=True))}


def _numbers(con: duckdb.DuckDBPyConnection, blocks: Counts, size: int, bound: Mapping[str, Any]) -> Iterator[Counts]:
    """The lists' numbers in these blocks, a batch at a time; one of several lists comes as often as it is there."""
    limits = {"first": int(blocks[0]) * size, "last": (int(blocks[-1]) + 1) * size - 1}
    yield np.zeros(0, dtype=np.int64)  # there may be none
    for batch in con.execute(statement("block_numbers"), {**bound, **limits}).to_arrow_reader(_NUMBERS_AT_ONCE):
        yield np.asarray(batch.column(0))


def _distinct(batches: Iterable[Counts]) -> Counts:
    """The numbers in order, each once: numpy's own `unique` looks every one up in a table, which takes far longer."""
    keys = np.sort(np.concatenate(list(batches)))
    return keys[np.diff(keys, prepend=-1) > 0]


def _marks(blocks: Counts, size: int, batches: Iterable[Counts]) -> NDArray[np.bool_]:
    """blocks x size: whether the number is in one of the lists."""
    first, last = int(blocks[0]), int(blocks[-1])
    # Where each block's marks begin, less its first number: a key's own mark is then one addition away.
    shift = np.zeros(last - first + 1, dtype=np.int64)
    shift[blocks - first] = (np.arange(blocks.size) - blocks) * size
    marks = np.zeros(blocks.size * size, dtype=np.bool_)
    for keys in batches:
        marks[keys + shift[keys // size - first]] = True
    return marks.reshape(blocks.size, size)


def limits_of(within: NumberRange) -> dict[str, int]:
    """What statements bind for a range: first and last key, size of a block."""
    return {"first": within.first, "last": within.last, "size": within.block}


def far_block_counts(
    con: duckdb.DuckDBPyConnection,
    no: int,
    others: Sequence[int],
    without: Sequence[int],
    within: NumberRange,
    close: Pairs,
) -> Mapping[str, Counts]:
    """The same where some of these datasets may not be `close`: by the sets of those that hold a number."""
    bound = {"compared": [no, *others], "without": list(without), **limits_of(within)}
    con.execute(statement("holders"), bound)
    sets = [row[0] for row in con.execute("SELECT DISTINCT holders FROM claim_holders ORDER BY holders").fetchall()]
    rows, compared, left_out = [], set(others), set(without)
    for holders in sets:
        aside = [one for one in holders if one in left_out]
        kept = [one for one in holders if one not in left_out and not any(close(one, other) for other in aside)]
        known = [one for one in kept if one in compared]
        shared = no in kept and any(close(no, one) for one in known)
        rows.append((int(no in kept), sum(parts_of(known, close).values()), int(shared)))
    names = ("drawn", "known", "shared")
    columns = {"holders": pa.array(sets, pa.list_(pa.int32()))}
    columns |= {name: pa.array([row[n] for row in rows], pa.int64()) for n, name in enumerate(names)}
    with registered(con, claim_counted=pa.table(columns)):
        summed = con.execute(statement("counted_holders")).fetchnumpy()
    con.execute("DROP TABLE temp.claim_holders")
    return {name: np.asarray(summed[name], dtype=np.int64) for name in ("block", *names)}
