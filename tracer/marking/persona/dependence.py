"""What goes together in a list: how much each part of a cell says of each other, and which columns are one block; and
whether a made record would stand out by it.

Information is Shannon's (1948), in bits, over one row of each household, less what the same parts have when one of
them is shuffled. Columns are one block only where one is a function of the other (other rows guess its cell nearly
always) or where amounts or moments move together: blocks of whatever has some information grow until they are the row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, combinations_with_replacement, permutations

import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona.columns import Codes, Floats, ListColumns
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.written import DAY

ROWS = 4_000  # Rows that information is computed on.
_SHUFFLES = 3
_SURE = 1.5  # How many times what chance gives at most is information.
_LEAST = 0.004
_FUNCTION = 0.85  # How much better than by the commonest value other rows guess a cell that is a function.
_SUPPORT = 0.25  # Share of rows of whose part there are others, from which on it can be said.
_TOGETHER = 0.75  # Rank correlation (Spearman 1904) of amounts and moments that move together.
_ENOUGH = 50
_ALIKE = 0.5
"""What a part of a cell says, as a share of what another part of it does, from which on it is asked as well."""
_CAP = 96
_MOST_TOLD = 6  # Columns of a block that are looked at two by two.
_WHOLLY = 1.25  # What another view says of one, times this, is all of it: rare parts are less well known.


@dataclass(frozen=True)
class BlockEvidence:
    """How a column that is there speaks of the rows that a block may come from."""

    evidence: int  # View of the column that is there.
    chain: tuple[int, ...]  # Views of the block's column, coarse ones first.
    bits: float


class Dependence:
    """The table of one list."""

    def __init__(
        self,
        columns: ListColumns,
        fixed: Collection[int],
        formulas: Sequence[Formula],
        ties: Collection[tuple[int, int]],
        seed: int,
    ) -> None:
        """`fixed`: columns that are a record's own, which no block takes; `ties`: columns that are one block anyway."""
        self.columns, self._fixed = columns, frozenset(fixed)
        self.one = self._one_a_household()
        self._targets: dict[int, tuple[Codes, Codes, float]] = {}
        self._functions: dict[tuple[int, int], bool] = {}
        self._voices: dict[tuple[int, tuple[int, ...]], list[BlockEvidence]] = {}

        # (views, views): bits that two views have in common, 0 within a column and where chance has as much.
        views, rng = columns.views, np.random.Generator(np.random.PCG64(seed))
        codes = [view.capped[self.one] for view in views]
        n = len(self.one)
        entropy = np.array([_entropy(np.bincount(each), n) for each in codes])
        self._entropy = np.maximum(entropy, 1e-9)
        shuffled = [[each[rng.permutation(n)] for _ in range(_SHUFFLES)] for each in codes]
        self.bits: Floats = np.zeros((len(views), len(views)))
        for a, b in combinations(range(len(views)), 2):
            if views[a].column == views[b].column:
                continue
            wide, both = codes[a] * _CAP, entropy[a] + entropy[b]
            bits = both - _entropy(np.bincount(wide + codes[b]), n)
            if bits > _LEAST:
                chance = [both - _entropy(np.bincount(wide + each), n) for each in shuffled[b]]
                if bits > _SURE * max(chance) + _LEAST:
                    self.bits[a, b] = self.bits[b, a] = bits - sum(chance) / _SHUFFLES

        self.blocks = self._blocks([(i, each.result) for each in formulas for i in each.inputs] + sorted(ties))
        """Columns of each block, rising."""

    def _one_a_household(self) -> Codes:
        """Places of rows, rising: the first of those with one name and address, number or mail address."""
        columns, first = self.columns, dict[tuple[str, str], int]()
        source, address = columns.source, columns.source.places("address")[:1]
        names = source.columns_of("family_name")[:1] or source.places("name")[-1:]
        keep = []
        for at in range(len(columns.rows)):
            name = (columns.cells[names[0]][at] or "").split() if names else []
            street = columns.cells[address[0]][at] if address else None
            own = [("home", f"{name[-1]} {street}")] if name and street else []
            contacts = ((str(i), columns.cells[i][at]) for i in (*source.places("phone"), *source.places("email")))
            own += [(column, cell) for column, cell in contacts if cell]
            if all(first.setdefault(key, at) == at for key in own):
                keep.append(at)
        self.alone = np.isin(np.arange(len(columns.rows)), keep)
        """For each row, whether it is the first of its household."""
        found = np.array(keep if len(keep) > _ENOUGH else range(len(columns.rows)), dtype=np.int64)
        return found[:: max(1, -(-len(found) // ROWS))]

    def _blocks(self, ties: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
        columns = self.columns
        free = [i for i in range(len(columns.cells)) if i not in self._fixed]
        root = {i: i for i in free}

        def top(i: int) -> int:
            while root[i] != i:
                i = root[i]
            return i

        guesses = [(self._guess_gain(a, b), a, b) for a in free for b in free if a != b and b < columns.place]
        given = set[int]()
        for share, a, b in sorted(guesses, reverse=True):
            # A function follows the column that gives it best: what two columns give does not tie these to each other.
            if share >= _FUNCTION and b not in given and top(a) != top(b):
                given.add(b)
                root[top(b)] = top(a)
        for a, b in combinations([i for i in free if i in columns.measures], 2):
            one, two = columns.values[a][self.one], columns.values[b][self.one]
            ordered = columns.measures[a].dated and ((a, b) in columns.ordered or (b, a) in columns.ordered)
            if top(a) != top(b) and (ordered or abs(correlation(one, two)) >= _TOGETHER):
                root[top(b)] = top(a)
        for k, (a, b) in enumerate(columns.usual):
            root[top(a)] = root[top(b)] = top(columns.place + 1 + k)
        for a, b in ties:
            root[top(a)] = top(b)
        together: dict[int, list[int]] = {}
        for i in free:
            together.setdefault(top(i), []).append(i)
        blocks = [tuple(sorted(each)) for each in together.values()]

        # Single columns come to the block of which two columns together give them: the bank that a branch's number is
        # of in this town.
        found = list(blocks)
        for (b,) in [block for block in blocks if len(block) == 1 and block[0] < columns.width]:
            best, home = _FUNCTION, None
            for block in found if b in columns.whole else ():
                known = [columns.views[columns.whole[c]].codes for c in block if c in columns.whole]
                for x, y in combinations(known[:_MOST_TOLD], 2):
                    both = np.unique(x * (int(y.max()) + 1) + y, return_inverse=True)[1]
                    share = self._better(both, b)
                    best, home = (share, block) if share >= best else (best, home)
            if home is not None and (b,) in found:
                found.remove((b,))
                found[found.index(home)] = tuple(sorted((*home, b)))
        return found

    def follows(self, a: int, b: int) -> bool:
        """Whether column b is a function of a part of column a."""
        if (a, b) not in self._functions:
            self._functions[a, b] = self._guess_gain(a, b) >= _FUNCTION
        return self._functions[a, b]

    def _guess_gain(self, a: int, b: int) -> float:
        """How much better than by its commonest value a cell of column b is guessed from other rows with the same part
        of column a."""
        columns, whole = self.columns, self.columns.whole.get(b)
        able = [] if whole is None else [view for view in columns.of.get(a, ()) if self.bits[view, whole]]
        return max((self._better(columns.views[view].codes, b) for view in able), default=0.0)

    def _better(self, codes: Codes, b: int) -> float:
        """The same of any codes of rows."""
        if b not in self._targets:
            rows = self.one[[self.columns.cells[b][at] is not None for at in self.one]]
            target = self.columns.views[self.columns.whole[b]].codes[rows]
            mode = np.bincount(target).max() / len(target) if len(target) else 1.0
            self._targets[b] = rows, target, mode
        rows, target, mode = self._targets[b]
        if mode > 1 - 20 / max(1, len(target)):
            return 0.0
        part = codes[rows]
        pairs, counts = np.unique(part * (int(target.max()) + 1) + target, return_counts=True)
        first, total = np.zeros(int(part.max()) + 1), np.bincount(part)
        np.maximum.at(first, pairs // (int(target.max()) + 1), counts)
        supported = total > 1
        if total[supported].sum() < _SUPPORT * len(part):
            return 0.0
        # The commonest value of a part is guessed by each row that has it, where another row has it too.
        right = np.where(first > 1, first, 0.0)[supported].sum() / total[supported].sum()
        return float((right - mode) / (1 - mode))

    def new_share(self, view: int, others: Sequence[int]) -> float:
        """The share of what a view says that none of the others says already: two columns that say one thing are one
        voice."""
        known = max((float(self.bits[view, other] / self._entropy[view]) for other in others), default=0.0)
        return max(0.0, 1.0 - _WHOLLY * known)

    def voices(self, of: Sequence[int], block: tuple[int, ...]) -> list[BlockEvidence]:
        """Ways in which the columns `of` speak of a block, the surest first."""
        columns, found = self.columns, list[BlockEvidence]()
        for i in of:
            if (i, block) not in self._voices:
                voices = self._voices[i, block] = []
                for e in columns.of.get(i, ()):
                    for views in (columns.of.get(c, ()) for c in block):
                        most = max((self.bits[e, t] for t in views), default=0.0)
                        # Parts that say little next to others of the same cells would outvote these, coming last.
                        targets = [t for t in views if self.bits[e, t] > _ALIKE * most]
                        if targets:
                            chain = tuple(sorted(targets, key=lambda t: len(columns.views[t].counts)))
                            voices.append(BlockEvidence(e, chain, float(max(self.bits[e, t] for t in targets))))
            found += self._voices[i, block]
        return sorted(found, key=lambda voice: -voice.bits)


def correlation(one: Floats, two: Floats) -> float:
    """Rank correlation over the rows that have both (the others are NaN); 0 where these are few."""
    both = np.isfinite(one) & np.isfinite(two)
    if both.sum() < _ENOUGH or np.ptp(one[both]) == 0 or np.ptp(two[both]) == 0:
        return 0.0
    ranks = list[Floats]()
    for values in (one[both], two[both]):
        _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[at])  # the mean rank where values are equal
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _entropy(counts: Codes, n: int) -> float:
    held = counts[counts > 0] / n
    return float(-(held * np.log2(held)).sum())


# Whether a made record would stand out: three kinds of signs, each no stronger than in a random real row. Breaks: two
# parts that other rows nearly always show together do not meet in it. Excess: two parts that seldom meet by chance meet
# in another row as well, as they do in a copy of that row. Nearness: what it has in common with the row most like it.
# Each sign weighs as many bits as it is rare among real rows.

_REAL = 200  # Real rows that show how rare a sign is.
_EXPECTED = 3.0  # Rows with both parts that there would be by chance, of which none is a sign.
_CHANCE = 0.3  # Rows with both by chance, below which one is.
_OFTEN = 0.35  # Signs that more real rows have than this tell nothing.
_VIEWS = 64

_Signs = tuple[Floats, Floats, Floats, float]
"""Breaks and excess of each pair of views, columns out of order, and the bits of the nearest row."""


class Critic:
    """Knows one list's real rows."""

    def __init__(self, columns: ListColumns, dependence: Dependence, draw: KeyedDraw) -> None:
        self.columns, self.draw = columns, draw
        said = dependence.bits.sum(axis=0)
        able = [at for at, view in enumerate(columns.views) if view.column != columns.place]
        able = able or list(range(len(columns.views)))
        able = sorted(sorted(able, key=lambda at: -said[at])[:_VIEWS])
        self.views = [columns.views[at] for at in able]
        self.n = len(columns.rows)
        # A short list of numbers of one block has no view at all.
        codes = np.array([view.codes for view in self.views], dtype=np.int32).reshape(len(able), self.n)
        # As many as whole words of 64 bits hold; the rows that are none have a code that no view has.
        self.codes = np.pad(codes, ((0, 0), (0, -self.n % 64)), constant_values=-2)
        of = np.array([view.column for view in self.views], dtype=np.int64)
        self._different = of[:, None] < of[None, :]  # Pairs of views of two columns, each once.
        self._tied = (dependence.bits[np.ix_(able, able)] > 0) & self._different
        self._whole = sorted({view.column: at for at, view in enumerate(self.views)}.values())
        rare = [np.log2(self.n / self.views[at].counts[self.views[at].codes]) for at in self._whole]
        self._rarity = np.array(rare, dtype=np.float32).reshape(len(self._whole), self.n)
        places = np.arange(0, self.n, max(1, self.n // _REAL))
        values = [{i: float(own[at]) for i, own in columns.values.items()} for at in places]
        signs = [self._signs(self.codes[:, at], 1, own) for at, own in zip(places, values, strict=True)]
        self._weights: list[Floats] = []
        for k in (0, 1, 2):
            share = np.mean(np.stack([each[k] for each in signs]), axis=0)
            rarity = -np.log2(np.maximum(share, 0.5 / len(places)))
            self._weights.append(np.where(share > _OFTEN, 0.0, rarity))
        self.real = np.array([self._scores(each) for each in signs])
        self._sorted = np.sort(self.real, axis=0)

    def _signs(self, codes: NDArray[np.int32], own: int, values: Mapping[int, float]) -> _Signs:
        """The signs of a row; `own`: rows that do not count, 1 for a real row itself."""
        same = self.codes == codes[:, None]
        packed = np.packbits(same, axis=1, bitorder="little").view(np.uint64)
        pairs = np.bitwise_count(packed[:, None] & packed[None]).sum(axis=2, dtype=np.int64) - own
        held = np.diag(pairs)
        chance = np.outer(held, held) / max(1, self.n - own)
        breaks = self._tied & (chance >= _EXPECTED) & (pairs < 0.5)
        excess = self._different & (chance < _CHANCE) & (pairs > 0.5)
        near = (same[self._whole, : self.n] * self._rarity).sum(axis=0)
        nearest = float(np.partition(near, -1 - own)[-1 - own]) if len(near) > own else 0.0
        ordered = self.columns.ordered
        above = np.array([values.get(a, 0.0) > values.get(b, 0.0) for a, b in ordered], dtype=np.float64)
        return breaks.astype(np.float64), excess.astype(np.float64), above, nearest

    def _scores(self, signs: _Signs) -> tuple[float, float, float]:
        breaks, excess, above = (
            float((sign * weight).sum()) for sign, weight in zip(signs[:3], self._weights, strict=True)
        )
        return breaks + above, excess, signs[3]

    def judge(self, cells: Sequence[str | None]) -> float:
        """The smallest share of real rows that have as strong a sign of one kind as the record; 1 where it has none."""
        codes = np.array([view.code(cells[view.column]) for view in self.views], dtype=np.int32)
        values = {i: np.nan if (v := m.value(cells[i])) is None else v for i, m in self.columns.measures.items()}
        return self._tail(self._scores(self._signs(codes, 0, values)))

    def _tail(self, scores: Sequence[float]) -> float:
        above = (float(np.searchsorted(self._sorted[:, k], score, side="left")) for k, score in enumerate(scores))
        return min(1 - each / len(self._sorted) for each in above)

    def bar(self) -> float:
        """The same of a real row drawn at random: what a record must reach."""
        return self._tail(self.real[self.draw.below(len(self.real))])


# Values that no row has, as often as the list's own values are single; and what follows from them.
#
# With R(f) rows whose value is in f rows, one more row has a new value with probability R(1) / n, and one that f rows
# have with R(f + 1) / n (Good 1953, equation 2). So the value of a row drawn at random is kept with probability
# R(f + 1) / R(f), and newly made otherwise. Amounts that are computed of others, or are them times a usual factor, are
# computed again.

_FEW = 4  # Rows from which on one more with a value makes no difference.
_TRIES = 30
_NEAR = 5  # Neighbours by size among which a new amount lies.
_HOUR = 3_600
_COLUMNS = 14  # Columns of amounts that formulas are looked for in.
_LOOKED_AT = 400
_FIRMS = 0.2  # Distinct values as a share of the rows, above which those that come again are one firm's.
_HOLDS = 0.97
_OLDEST = 120
_LATEST = 40  # Birthdays that are looked at for the day on which ages were counted: the last ones.

Operation = Callable[[Floats, Floats], Floats]
OPERATIONS: Mapping[str, Operation] = {
    "x * y": lambda x, y: x * y,
    "x * (1 - y)": lambda x, y: x * (1 - y),
    "x * (1 - y / 100)": lambda x, y: x * (1 - y / 100),
    "x * (1 + y)": lambda x, y: x * (1 + y),
    "x * (1 + y / 100)": lambda x, y: x * (1 + y / 100),
    "x * y / 100": lambda x, y: x * y / 100,
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x / y": lambda x, y: x / y,
}
_EITHER_WAY = ("x * y", "x + y", "x * y / 100")


@dataclass(frozen=True)
class Formula:
    """An amount that is computed of two others of its row."""

    result: int
    inputs: tuple[int, int]
    operation: str

    def value(self, x: float, y: float) -> float:
        with np.errstate(all="ignore"):
            return float(OPERATIONS[self.operation](np.array([x]), np.array([y]))[0])


def formulas_of(columns: ListColumns) -> list[Formula]:
    """The formulas of a list, in an order in which they can be computed."""
    able = [i for i, m in columns.measures.items() if not m.dated and len(set(columns.filled[i])) > 2][:_COLUMNS]
    step = max(1, len(columns.rows) // _LOOKED_AT)
    values = {i: columns.values[i][::step] for i in able}
    found = []
    for z, x, y in permutations(able, 3):
        if len(set(columns.filled[z])) < 20:
            continue
        room = 0.51 * 10.0 ** -columns.measures[z].places
        for rank, (name, operation) in enumerate(OPERATIONS.items()):
            if y < x and name in _EITHER_WAY:
                continue
            with np.errstate(all="ignore"):
                made = operation(values[x], values[y])
            both = np.isfinite(made) & np.isfinite(values[z])
            if both.sum() < max(20, 0.2 * len(both)):
                continue
            near = float((np.abs(made - values[z])[both] <= room + 1e-9 * np.abs(values[z][both])).mean())
            # A formula whose result is nearly always one of its inputs says nothing.
            moved = [float((np.abs(made - values[one])[both] > room).mean()) for one in (x, y)]
            if near >= _HOLDS and min(moved) > 0.05:
                found.append((-round(near, 2), -columns.measures[z].places, rank, Formula(z, (x, y), name)))
    kept: list[Formula] = []
    for *_, formula in sorted(found, key=lambda each: (*each[:3], each[3].result, each[3].inputs)):
        follow = {formula.result}
        for _ in kept:
            follow |= {each.result for each in kept if follow & set(each.inputs)}
        if formula.result not in {each.result for each in kept} and not follow & set(formula.inputs):
            kept.append(formula)

    def depth(i: int) -> int:
        return max((1 + depth(j) for each in kept if each.result == i for j in each.inputs), default=0)

    return sorted(kept, key=lambda each: depth(each.result))


def _proportional(columns: ListColumns) -> set[tuple[int, int]]:
    """Pairs of amounts of which the second is the first times a factor that one or two columns of few values tell."""
    amounts = [i for i, m in columns.measures.items() if not m.dated and len(set(columns.filled[i])) >= 30][:_COLUMNS]
    few = [i for i in range(columns.width) if 1 < len(set(columns.filled[i])) <= 40][:_COLUMNS]
    codes = {i: np.unique([cell or "" for cell in columns.cells[i]], return_inverse=True)[1] for i in few}
    found = {(a, b) for a, b in columns.usual if not columns.measures[a].dated}
    for a, b in permutations(amounts, 2):
        if (a, b) in found or (b, a) in found:
            continue
        one, two = columns.values[a], columns.values[b]
        both = np.isfinite(one) & np.isfinite(two) & (one > 0) & (two > 0)
        ratio = np.log(two[both] / one[both])
        if len(ratio) < 100 or float(np.std(ratio)) <= 0.05:
            continue
        groups = [codes[i][both] for i in few if i not in (a, b)]
        for first, second in combinations_with_replacement(groups, 2):
            key = np.unique(first * 64 + second, return_inverse=True)[1]
            count = np.bincount(key)
            mean = np.bincount(key, weights=ratio) / count
            again = count[key] >= 3
            if again.mean() > 0.4 and (np.abs(ratio - mean[key])[again] < 0.004).mean() > 0.8:
                found.add((a, b))
                break
    return found


def _ages(columns: ListColumns) -> Iterator[tuple[int, int, date]]:
    """Columns of days, of amounts that are full years since then, and the day on which they were counted."""
    step = max(1, len(columns.rows) // (4 * _LOOKED_AT))
    for born in (i for i, m in columns.measures.items() if m.dated):
        for age in (i for i, m in columns.measures.items() if not m.dated and m.places == 0):
            both = zip(columns.values[born][::step], columns.values[age][::step], strict=True)
            pairs = [(v, int(a)) for v, a in both if np.isfinite(v) and np.isfinite(a) and 0 <= a < _OLDEST]
            if len(pairs) < 50 or len({a for _, a in pairs}) < 5:
                continue
            # Each says that the day is not before its birthday at that age; a few may be slips.
            at_least = sorted({int((v + a * 365.2425 * DAY) // DAY) for v, a in pairs})[-_LATEST:]
            right = {
                on: sum(_years(v, on) == a for v, a in pairs)
                for on in (date.fromordinal(day + k) for day in at_least for k in (0, 1))
            }
            best = max(right, key=lambda on: right[on])
            if right[best] >= _HOLDS * len(pairs):
                yield born, age, best


def _years(since: float, on: date) -> float:
    """Full years from a moment, in seconds, to a day."""
    day = date.fromordinal(int(since // DAY))
    return float(on.year - day.year - ((on.month, on.day) < (day.month, day.day)))


class Freshness:
    """Which values are kept, and what the others become."""

    def __init__(self, columns: ListColumns, formulas: Sequence[Formula], draw: KeyedDraw) -> None:
        self.columns, self.formulas, self.draw = columns, formulas, draw
        self._bound = _proportional(columns)
        """Pairs of amounts of which the second is the first times what other columns say."""
        self._ages = list(_ages(columns))
        self._keep: list[list[float]] = []  # Column -> by the rows that have a value: how likely it is to be kept.
        for counts, filled in ((columns.sample.counts[i], columns.filled[i]) for i in range(columns.width)):
            having = Counter(min(counts.get(cell, 1), 99) for cell in filled)
            kept = [min(1.0, having[f + 1] / having[f]) if having[f] else 1.0 for f in range(1, _FEW)]
            self._keep.append([1.0, *kept])
        self._sorted = {i: sorted({float(v) for v in columns.values[i] if np.isfinite(v)}) for i in columns.measures}
        self._days: dict[int, tuple[set[int], set[int]]] = {}
        """Column -> days of the week on which nearly no row falls, and days of the month that are met by habit."""
        for i in (i for i, measure in columns.measures.items() if measure.dated):
            days = [date.fromordinal(int(value // DAY)) for value in columns.values[i] if np.isfinite(value)]
            week, month = Counter(day.weekday() for day in days), Counter(day.day for day in days)
            never = {k for k in range(7) if week[k] < 0.02 * len(days)}
            self._days[i] = never, {k for k in month if month[k] > max(5, 2.5 * len(days) / 30)}

    def kept_share(self, i: int, cell: str | None) -> float:
        """How likely a value of column i, taken over from a row drawn at random, is to be kept."""
        if cell is None:
            return 1.0
        times = self.columns.sample.counts[i].get(cell, 0)
        return self._keep[i][times] if times < _FEW else 1.0

    def keeps(self, i: int, cell: str | None) -> bool:
        """Whether it is, as drawn."""
        return self.draw.fraction() < self.kept_share(i, cell)

    def renew(
        self, block: Sequence[int], cells: list[str | None], taken: list[int | None], *, all_due: bool = False
    ) -> None:
        """Make the amounts and moments of a block new where they are due, and compute what follows from them.

        `all_due`: also those that several rows of one firm have, since the firm is a new one.
        """
        columns = self.columns
        measures = {i: columns.measures[i] for i in block if i in columns.measures and cells[i] is not None}
        before = {i: measure.value(cells[i]) for i, measure in measures.items()}
        own = {i for i in measures if all_due and columns.sample.distinct[i] > _FIRMS}
        due = [i for i in measures if before[i] is not None and (i in own or not self.keeps(i, cells[i]))]
        made: dict[int, float] = {}
        for moments in (False, True):
            group = [i for i in due if measures[i].dated and (measures[i].unit(0.0, str(cells[i])) < DAY) == moments]
            if group:
                made |= self._moved_days(group, due, measures, cells, moments=moments)

        # What is computed of others, or goes with them, follows them; other amounts of a block keep their proportion.
        results = {each.result: each for each in self.formulas if self._formula_holds(each, before)}
        aged = {age: (born, on) for born, age, on in self._ages if before.get(age) is not None}
        bound = {j for i, j in self._bound if i in measures and before[i]}
        for i in due:
            if measures[i].dated or i in made or i in results or i in bound or i in aged:
                continue
            made[i] = self._amount(i, str(cells[i]))
            for j, measure in measures.items():
                old, first = before[j], before[i]
                tied = (i, j) in self._bound or (j in due and j not in bound and not measure.dated)
                if tied and j not in made and j not in results and old is not None and first:
                    unit = 0.0 if (i, j) in self._bound else measure.unit(old, str(cells[j]))
                    scaled = old * made[i] / first
                    made[j] = round((scaled - old) / unit) * unit + old if unit else scaled
        for i, formula in results.items():
            x, y = (made.get(j, before.get(j)) for j in formula.inputs)
            if any(j in made for j in formula.inputs) and x is not None and y is not None:
                made[i] = formula.value(x, y)
        made |= {age: _years(made[born], on) for age, (born, on) in aged.items() if born in made}
        for i, value in made.items():
            text = columns.measures[i].write(value, str(cells[i])) if np.isfinite(value) else cells[i]
            if text != cells[i]:
                cells[i], taken[i] = text, None

    def _formula_holds(self, formula: Formula, values: Mapping[int, float | None]) -> bool:
        """Whether a formula holds in the row that the values are of."""
        x, y, z = (values.get(i) for i in (*formula.inputs, formula.result))
        if x is None or y is None or z is None:
            return False
        room = 0.51 * 10.0 ** -self.columns.measures[formula.result].places
        return abs(formula.value(x, y) - z) <= room + 1e-9 * abs(z)

    def _amount(self, i: int, cell: str) -> float:
        """An amount near a cell's that no row has, ending as the list's do."""
        measure, own = self.columns.measures[i], self._sorted[i]
        value = measure.value(cell) or 0.0
        unit = measure.unit(value, cell)
        steps = max(2, round(self._reach(i, value) / unit))
        for _ in range(_TRIES):
            made = value + self._step(unit, steps)
            same_sign = made * value > 0 and own[0] <= made <= own[-1]
            if same_sign and measure.write(made, cell) not in self.columns.sample.counts[i]:
                return made
        return value

    def _step(self, unit: float, most: int) -> float:
        return unit * (1 + self.draw.below(most)) * (1 if self.draw.below(2) else -1)

    def _reach(self, i: int, value: float) -> float:
        """How far the neighbours of a value are by size."""
        own = self._sorted[i]
        at = bisect_left(own, value)
        return max(own[min(len(own) - 1, at + _NEAR)] - value, value - own[max(0, at - _NEAR)])

    def _moved_days(
        self,
        group: Sequence[int],
        due: Sequence[int],
        block: Collection[int],
        cells: Sequence[str | None],
        *,
        moments: bool,
    ) -> dict[int, float]:
        """Move days (or moments) by one step: what was between them stays, also where one of two may stay that are as
        long after each other as others are."""
        measures, first, together = self.columns.measures, min(group), set(group)
        usual = [pair for pair in self.columns.usual if {*pair} <= {*block}]
        for _ in usual:
            together |= {i for pair in usual if together & {*pair} for i in pair if measures[i].dated}
        value = measures[first].value(cells[first]) or 0.0
        unit = measures[first].unit(0.0, str(cells[first])) if moments else DAY
        steps = max(3, int(min(self._reach(first, value), _HOUR if moments else 30 * DAY) // unit))
        for _ in range(_TRIES):
            step = self._step(unit, steps)
            moved = {i: (measures[i].value(cells[i]) or 0.0) + step for i in together}
            if all(self._fits(i, moved[i], str(cells[i]), moments=moments) for i in together if i in due):
                return moved
        return {}

    def _fits(self, i: int, value: float, cell: str, *, moments: bool) -> bool:
        """Whether a day or moment may be in place of the cell's: new, within the list's, and of no day by habit."""
        measure, own = self.columns.measures[i], self._sorted[i]
        if not own[0] <= value <= own[-1] or measure.write(value, cell) in self.columns.sample.counts[i]:
            return False
        before = measure.value(cell) or 0.0
        if moments:
            return value // DAY == before // DAY
        never, usual = self._days[i]
        old, new = (date.fromordinal(int(each // DAY)) for each in (before, value))
        return old.day not in usual and new.day not in usual and new.weekday() not in never
