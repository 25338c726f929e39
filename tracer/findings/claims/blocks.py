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

from tracer.case.store import registered_tables
from tracer.findings.case_facts import ROWS, CaseFacts, ask, kept_answer
from tracer.findings.claims.verdict import statement
from tracer.findings.overlap.close import Pairs, all_close, parts_of, read_close
from tracer.findings.tails import Bools, Floats, Ints, binomials_at_least, rounded_up
from tracer.identify.keys import PHONE_END
from tracer.identify.number_plans import COARSE, LEAST_LIVE, NumberRange, mobile_sql
from tracer.identify.segments import plan_ranges
from tracer.marking.codes import masses
from tracer.policy import SHOWN_FROM

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


@dataclass(frozen=True)
class OverlapNull:
    """The distribution of the overlap of a random list with known numbers."""

    first: int
    """The overlap that `mass[0]` belongs to."""
    mass: Floats
    mean: float
    size: Ints
    known: Ints
    drawn: Ints

    def tail(self, overlap: int) -> float:
        """P(O ≥ overlap), not below the true value: the printed, discrete p-value."""
        if overlap <= 0 or overlap <= self.first:
            return 1.0
        exact = float(self.mass[overlap - self.first :].sum())
        return min(1.0, exact + MARGIN, 1.0 if exact > _FAR else self.bound(overlap))

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
            exact = float(self.mass[max(0, middle - self.first) :].sum()) + MARGIN
            low, high = (low, middle) if exact <= alpha or self.tail(middle) <= alpha else (middle + 1, high)
        return low

    def power(self, share: float, alpha: float) -> float:
        """Probability of a p-value ≤ `alpha` where `share` of the list's numbers are known ones and the rest random."""
        if int(self.known.sum()) == 0:
            return 0.0
        needed = self.critical(alpha) - (self.first + np.arange(self.mass.size)) * (1.0 - share)
        caught = binomials_at_least(np.ceil(needed), int(self.drawn.sum()), share)
        return float(np.clip((self.mass * caught).sum(), 0.0, 1.0))


def overlap_null(known: Ints, drawn: Ints, size: Ints | int = BLOCK) -> OverlapNull:
    """The null of a list with `drawn[b]` numbers in block b, of which `known[b]` of `size[b]` are known.

    Blocks without a known or drawn number may be left out. Cost: an FFT for each distinct (drawn, size, known).
    """
    sizes = np.broadcast_to(np.asarray(size, dtype=np.int64), known.shape).copy()
    mean, first, length = _lattice(drawn, sizes, known, np.ones_like(drawn))
    kinds, times = np.unique(np.stack([drawn, sizes, known]), axis=1, return_counts=True)
    spectrum = np.ones(length // 2 + 1, dtype=np.complex128)
    for first_kind in range(0, times.size, _KINDS_AT_ONCE):
        chunk = slice(first_kind, first_kind + _KINDS_AT_ONCE)
        spectrum *= _block_transform(kinds[:, chunk], times[chunk], length)
    mass = np.clip(np.fft.irfft(spectrum, length), 0.0, None)
    return OverlapNull(first, np.roll(mass, -(first % length)), mean, sizes, known, drawn)


def _lattice(drawn: Ints, sizes: Ints, known: Ints, times: Ints) -> tuple[float, int, int]:
    """(mean, first point, length) of a lattice that holds the sum of so many blocks of each kind."""
    share = known / np.maximum(sizes, 1)
    mean = float((times * drawn * share).sum())
    spread = times * drawn * share * (1 - share) * (sizes - drawn) / np.maximum(sizes - 1, 1)
    deviation = float(np.sqrt(max(spread.sum(), 0.0)))
    length = 1 << max(6, int(np.ceil(np.log2(2 * _SIGMAS * deviation + 40))))
    return mean, max(0, int(mean) - length // 2), length


def _block_transform(kinds: Ints, times: Ints, length: int) -> NDArray[np.complex128]:
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


def _spectrum(kinds: Ints, times: Ints, length: int) -> NDArray[np.complex128]:
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


def _probabilities(kinds: Ints) -> Floats:
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
    chances: Floats = np.exp(logs - logs.max(axis=1, keepdims=True))
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
) -> Mapping[str, Ints]:
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


def _numbers(con: duckdb.DuckDBPyConnection, blocks: Ints, size: int, bound: Mapping[str, Any]) -> Iterator[Ints]:
    """The lists' numbers in these blocks, a batch at a time; one of several lists comes as often as it is there."""
    limits = {"first": int(blocks[0]) * size, "last": (int(blocks[-1]) + 1) * size - 1}
    yield np.zeros(0, dtype=np.int64)  # there may be none
    for batch in con.execute(statement("block_numbers"), {**bound, **limits}).to_arrow_reader(_NUMBERS_AT_ONCE):
        yield np.asarray(batch.column(0))


def _distinct(batches: Iterable[Ints]) -> Ints:
    """The numbers in order, each once: numpy's own `unique` looks every one up in a table, which takes far longer."""
    keys = np.sort(np.concatenate(list(batches)))
    return keys[np.diff(keys, prepend=-1) > 0]


def _marks(blocks: Ints, size: int, batches: Iterable[Ints]) -> Bools:
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
) -> Mapping[str, Ints]:
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
    with registered_tables(con, claim_counted=pa.table(columns)):
        summed = con.execute(statement("counted_holders")).fetchnumpy()
    con.execute("DROP TABLE temp.claim_holders")
    return {name: np.asarray(summed[name], dtype=np.int64) for name in ("block", *names)}


# Overlaps of a list with known numbers under the block null, also where both hold live numbers only; and which numbers
# of a list have blocks that are known, and which are mobile: by the plans and the case's own table.

_UNTOLD = 0.01
"""Share of a list's numbers which may be of either kind where mobile numbers are still counted."""
_KNOWN_OF_LIVE = 0.5
"""Share of a block's live numbers that the case is taken to know at most."""


def ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    """The ranges of which dataset `no` has numbers, in their order, and how many."""
    return facts.once(("number ranges", no), lambda: _counts_in_ranges(facts, no, _plan_ranges(facts)))


def other_ranges_in(facts: CaseFacts, no: int) -> list[NumberRange]:
    """Where dataset `no` has numbers between those ranges, whose blocks are not known: blocks that keep the last four
    digits together, with as few live numbers as in any plan. Nothing drawn evenly is tested on them."""
    gaps, first = list[NumberRange](), 0
    for each in (*sorted(_plan_ranges(facts), key=lambda one: one.first), None):
        last = PHONE_END - 1 if each is None else each.first - 1
        if first <= last:
            gaps.append(NumberRange("", first, last, COARSE, LEAST_LIVE, float(last - first + 1)))
        first = max(first, first if each is None else each.last + 1)
    return list(_counts_in_ranges(facts, no, gaps))


def _plan_ranges(facts: CaseFacts) -> tuple[NumberRange, ...]:
    return facts.once("ranges of plans", lambda: plan_ranges(facts.con))


def _counts_in_ranges(facts: CaseFacts, no: int, ranges: Sequence[NumberRange]) -> Mapping[NumberRange, int]:
    counts = ", ".join(f"count(*) FILTER (key BETWEEN {each.first} AND {each.last})" for each in ranges)
    row = facts.con.execute(f"SELECT {counts} FROM membership WHERE dataset = $no", {"no": no}).fetchone() or ()
    return {each: count for each, count in zip(ranges, row, strict=True) if count}


def mobiles_in(facts: CaseFacts, no: int) -> tuple[str, int | None]:
    """SQL for whether `key` of dataset `no` is a mobile number, and how many are; None where its plans do not tell."""

    def found() -> tuple[str, int | None]:
        bound = {"dataset": no, "end": PHONE_END}
        heads = [head for (head,) in facts.con.execute(statement("heads"), bound).fetchall()]
        mobile, either = mobile_sql("key", _plan_ranges(facts), heads)
        text = statement("mobiles").format(mobile=mobile, either=either)
        numbers, mobiles, untold = facts.con.execute(text, bound).fetchall()[0]
        return mobile, mobiles if untold <= _UNTOLD * numbers else None

    return facts.once(("mobiles", no), found)


@dataclass(frozen=True)
class Overlap:
    """How a list meets known numbers."""

    null: OverlapNull
    known: Ints
    drawn: Ints
    live: Ints
    """Live numbers that each block in use is taken to have at least (`NumberRange.live`)."""
    shared: int
    rows: int
    known_numbers: int
    by_range: Mapping[NumberRange, tuple[int, int]]

    def among_live(self) -> OverlapNull:
        """The null of numbers drawn among a block's live ones only: at least `live`, at most half of them known.

        Everybody in a real list has a live number, so two lists of unrelated people meet more often than random
        numbers.
        """
        known, drawn = self.null.known, self.null.drawn
        meet = (self.known > 0) & (self.drawn > 0)
        live = np.maximum(self.live[meet], np.ceil(known / _KNOWN_OF_LIVE).astype(np.int64))
        return overlap_null(known, drawn, np.clip(live, np.maximum(known, drawn), self.null.size))

    @property
    def density(self) -> float:
        """Share of known numbers in the blocks that the list's numbers are in."""
        return float((self.null.known / self.null.size * self.null.drawn).sum()) / max(self.rows, 1)

    @property
    def mean_if_uniform(self) -> float:
        """Numbers in common if the list were drawn from all numbers that carriers have been given."""
        return sum(drawn * known / within.allotted for within, (drawn, known) in self.by_range.items())


def overlap_with(
    facts: CaseFacts, no: int, others: Sequence[int], without: Sequence[int] = (), *, everywhere: bool = False
) -> Overlap:
    """How dataset `no` meets the datasets `others`, leaving out numbers that are in one of `without`.

    everywhere: numbers of plans whose blocks are not known count, too, for what `among_live` gives.
    What lists have in common counts where they are close: of two that are not, each is taken to have its own.
    """
    close = read_close(facts.con, [no], others, without)
    counted = {}
    for within in [*ranges_in(facts, no), *(other_ranges_in(facts, no) if everywhere else ())]:
        # What a cluster may have answered: it is asked with these very parameters (`cluster`).
        bound = {"dataset": no, "witnesses": list(others), "without": list(without), **limits_of(within)}
        answer = kept_answer(facts, "claims/blocks", statement("blocks"), bound)
        table: Mapping[str, Any]
        if not all_close(close, [no, *others, *without]):
            table = far_block_counts(facts.con, no, others, without, within, close)
        elif ROWS in answer:
            table = facts.con.execute(f"SELECT * FROM {answer[ROWS]} ORDER BY block").fetchnumpy()
        else:
            table = block_counts(facts.con, no, others, without, within)
        names = ("block", "drawn", "known", "shared")
        counted[within] = {name: np.asarray(table[name], dtype=np.int64) for name in names}
    return overlap_of(counted)


def overlap_of(counted: Mapping[NumberRange, Mapping[str, Ints]]) -> Overlap:
    """The overlap by what `block_counts` gives for each range of numbers."""
    none = np.zeros(0, dtype=np.int64)
    known, drawn, shared = (
        np.concatenate([none, *(table[name] for table in counted.values())]) for name in ("known", "drawn", "shared")
    )
    times = [table["block"].size for table in counted.values()]
    sizes = np.repeat(np.array([within.block for within in counted], dtype=np.int64), times)
    live = np.repeat(np.array([round(within.live * within.block) for within in counted], dtype=np.int64), times)
    meet = (drawn > 0) & (known > 0)
    by_range = {w: (int(table["drawn"].sum()), int(table["known"].sum())) for w, table in counted.items()}
    null = overlap_null(known[meet], drawn[meet], sizes[meet])
    return Overlap(null, known, drawn, live, int(shared.sum()), int(drawn.sum()), int(known.sum()), by_range)


def asked_canaries(con: duckdb.DuckDBPyConnection, no: int, *, consumers: bool) -> dict[str, Any]:
    """What `canaries.sql` is asked of a list, apart from the limits of a range of numbers."""
    later = con.execute(
        "SELECT no FROM canary WHERE imported_at > (SELECT first_at FROM views._first_load WHERE no = $no) ORDER BY no",
        {"no": no},
    ).fetchall()
    return {"dataset": no, "consumers": consumers, "late": [canary for (canary,) in later]}


def canaries_inside(facts: CaseFacts, no: int, *, consumers: bool = False) -> tuple[float, dict[str, Any]]:
    """(chance of so many canaries in a list that holds live numbers at random, what is said of them).

    `consumers`: only canaries whose persona has no firm. Those imported after the list count as
    none where they are too few to be shown.
    """
    seen, late, blocks = 0, 0, list[tuple[int, int, int]]()
    asked = asked_canaries(facts.con, no, consumers=consumers)
    for within in ranges_in(facts, no):
        limits = limits_of(within)
        rows = ask(facts, "claims/canaries", statement("canaries"), asked | limits).fetchall()
        here = sum(row[2] for row in rows)
        seen, late = seen + here, late + sum(row[3] for row in rows)
        drawn: dict[int, int] = {}
        if here:
            drawn = dict(facts.con.execute(_DRAWN, {"no": no, **limits}).fetchall())
        # Canaries are live as well: among live numbers only, a random list would meet them more often.
        live = round(within.live * within.block)
        for block, planted, *_ in rows:
            taken = drawn.get(block, 0)
            blocks.append((planted, taken, min(max(live, planted, taken), within.block)))
    seen -= late if late < SHOWN_FROM else 0
    if not seen:
        return 1.0, {"canaries_seen": 0, "p_canaries": 1.0}
    planted_in, taken_in, among = np.array(blocks, dtype=np.int64).T
    p_value = overlap_null(planted_in, taken_in, among).tail(seen)
    return p_value, {"canaries_seen": seen, "p_canaries": rounded_up(p_value)}


_DRAWN = (
    "SELECT key // $size, count(*) FROM membership WHERE dataset = $no AND key BETWEEN $first AND $last GROUP BY ALL"
)
