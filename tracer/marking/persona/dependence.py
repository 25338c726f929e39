"""What goes together in a list: how much each part of a cell says of each other, and which columns are one block; and
whether a made record would stand out by it.

Information is Shannon's (1948), in bits, over one row of each household, less what the same parts have when one of
them is shuffled. Columns are one block only where one is a function of the other (other rows guess its cell nearly
always) or where amounts or moments move together: blocks of whatever has some information grow until they are the row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tracer.marking.persona.columns import Codes, Floats, ListColumns
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.fresh import Formula

ROWS = 4_000
"""Rows that information is computed on."""
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

    evidence: int
    """View of the column that is there."""
    chain: tuple[int, ...]
    """Views of the block's column, coarse ones first."""
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
        source = columns.source
        address, names = (
            source.places("address")[:1],
            source.columns_of("family_name")[:1] or source.places("name")[-1:],
        )
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

        guesses = [(self._guessed(a, b), a, b) for a in free for b in free if a != b and b < columns.place]
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
            self._functions[a, b] = self._guessed(a, b) >= _FUNCTION
        return self._functions[a, b]

    def _guessed(self, a: int, b: int) -> float:
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
        codes = np.stack([view.codes for view in self.views]).astype(np.int32)
        self.n = codes.shape[1]
        # As many as whole words of 64 bits hold; the rows that are none have a code that no view has.
        self.codes = np.pad(codes, ((0, 0), (0, -self.n % 64)), constant_values=-2)
        of = np.array([view.column for view in self.views])
        self._different = of[:, None] < of[None, :]
        """Pairs of views of two columns, each once."""
        self._tied = (dependence.bits[np.ix_(able, able)] > 0) & self._different
        self._whole = np.array(sorted({view.column: at for at, view in enumerate(self.views)}.values()))
        rare = np.stack([np.log2(self.n / view.counts[view.codes]) for view in self.views])
        self._rarity = rare[self._whole].astype(np.float32)
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
        nearest = float(np.partition(near, -1 - own)[-1 - own])
        ordered = self.columns.ordered
        above = np.array([values.get(a, 0.0) > values.get(b, 0.0) for a, b in ordered], dtype=np.float64)
        return breaks.astype(np.float64), excess.astype(np.float64), above, nearest

    def _scores(self, signs: _Signs) -> tuple[float, float, float]:
        breaks, excess, above = (
            float((sign * weight).sum()) for sign, weight in zip(signs[:3], self._weights, strict=True)
        )
        return breaks + above, excess, signs[3]

    def judged(self, cells: Sequence[str | None]) -> float:
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
