"""What goes together in a list: how much each part of a cell says of each other, and which columns are one block.

Information is Shannon's (1948), in bits, over one row of each household, less what the same parts have when one of
them is shuffled. Columns are one block only where one is a function of the other (other rows guess its cell nearly
always) or where amounts or moments move together: blocks of whatever has some information grow until they are the row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tracer.marking.persona.columns import Codes, Floats, ListColumns
from tracer.marking.persona.fresh import Formula

ROWS = 4_000
"""Rows that information is computed on."""
_SHUFFLES = 3
_SURE = 1.5
"""How many times what chance gives at most is information."""
_LEAST = 0.004
_FUNCTION = 0.85
"""How much better than by the commonest value other rows guess a cell that is a function."""
_SUPPORT = 0.25
"""Share of rows of whose part there are others, from which on it can be said."""
_TOGETHER = 0.75
"""Rank correlation (Spearman 1904) of amounts and moments that move together."""
_ENOUGH = 50
_ALIKE = 0.5
"""What a part of a cell says, as a share of what another part of it does, from which on it is asked as well."""
_CAP = 96
_MOST_TOLD = 6
"""Columns of a block that are looked at two by two."""
_WHOLLY = 1.25
"""What another view says of one, times this, is all of it: rare parts are less well known."""


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
        self.columns, self.fixed = columns, frozenset(fixed)
        self.one = self._one_a_household()
        self.bits = self._information(seed)
        self._targets: dict[int, tuple[Codes, Codes, float]] = {}
        self._functions: dict[tuple[int, int], bool] = {}
        self.blocks = self._blocks([(i, each.result) for each in formulas for i in each.inputs] + sorted(ties))
        """Columns of each block, rising."""
        self._voices: dict[tuple[int, tuple[int, ...]], list[BlockEvidence]] = {}

    def _one_a_household(self) -> Codes:
        """Places of rows, rising: the first of those with one name and address, number or mail address."""
        columns, first = self.columns, dict[tuple[str, str], int]()
        source = columns.source
        address, names = source.places("address")[:1], source.holding("family_name")[:1] or source.places("name")[-1:]
        keep = []
        for at in range(len(columns.rows)):
            name = (columns.cells[names[0]][at] or "").split() if names else []
            street = columns.cells[address[0]][at] if address else None
            own = [("home", f"{name[-1]} {street}")] if name and street else []
            own += [(str(i), cell) for i in (*source.places("phone"), *source.places("email"))
                    if (cell := columns.cells[i][at])]  # fmt: skip
            if all(first.setdefault(key, at) == at for key in own):
                keep.append(at)
        self.alone = np.isin(np.arange(len(columns.rows)), keep)
        """For each row, whether it is the first of its household."""
        found = np.array(keep if len(keep) > _ENOUGH else range(len(columns.rows)), dtype=np.int64)
        return found[:: max(1, -(-len(found) // ROWS))]

    def _information(self, seed: int) -> Floats:
        """(views, views): bits that two views have in common, 0 within a column and where chance has as much."""
        views, rng = self.columns.views, np.random.Generator(np.random.PCG64(seed))
        codes = [view.capped[self.one] for view in views]
        n, size = len(self.one), len(views)
        entropy = np.array([_entropy(np.bincount(each), n) for each in codes])
        self._entropy = np.maximum(entropy, 1e-9)
        shuffled = [[each[rng.permutation(n)] for _ in range(_SHUFFLES)] for each in codes]
        found = np.zeros((size, size))
        for a in range(size):
            for b in range(a + 1, size):
                if views[a].column == views[b].column:
                    continue
                wide = codes[a] * _CAP
                both = entropy[a] + entropy[b]
                bits = both - _entropy(np.bincount(wide + codes[b]), n)
                if bits <= _LEAST:
                    continue
                chance = [both - _entropy(np.bincount(wide + each), n) for each in shuffled[b]]
                if bits > _SURE * max(chance) + _LEAST:
                    found[a, b] = found[b, a] = bits - sum(chance) / _SHUFFLES
        return found

    def _blocks(self, ties: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
        columns = self.columns
        free = [i for i in range(len(columns.cells)) if i not in self.fixed]
        root = {i: i for i in free}

        def top(i: int) -> int:
            while root[i] != i:
                i = root[i]
            return i

        guesses = sorted(
            ((self._guessed(a, b), a, b) for a in free for b in free if a != b and b < columns.place), reverse=True
        )
        parent: dict[int, int] = {}
        for share, a, b in guesses:
            # A function follows the column that gives it best: what two columns give does not tie these to each other.
            if share >= _FUNCTION and b not in parent and top(a) != top(b):
                parent[b] = a
                root[top(b)] = top(a)
        measured = [i for i in free if i in columns.measures]
        for at, a in enumerate(measured):
            for b in measured[at + 1 :]:
                one, two = columns.values[a][self.one], columns.values[b][self.one]
                ordered = columns.measures[a].dated and ((a, b) in columns.ordered or (b, a) in columns.ordered)
                if top(a) != top(b) and (ordered or abs(correlation(one, two)) >= _TOGETHER):
                    root[top(b)] = top(a)
        for k, (a, b) in enumerate(columns.usual):
            root[top(a)] = root[top(b)] = top(columns.place + 1 + k)
        for a, b in ties:
            root[top(a)] = top(b)
        found: dict[int, list[int]] = {}
        for i in free:
            found.setdefault(top(i), []).append(i)
        return self._joined_by_two([tuple(sorted(each)) for each in found.values()])

    def _joined_by_two(self, blocks: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """The blocks, with single columns put to the block of which two columns together tell them: the bank that a
        branch's number is of in this town."""
        columns, found = self.columns, list(blocks)
        for (b,) in [block for block in blocks if len(block) == 1 and block[0] < columns.width]:
            best, home = _FUNCTION, None
            for block in found:
                told = [
                    columns.views[columns.whole[c]].codes for c in block if c in columns.whole and b in columns.whole
                ]
                for one, other in combinations(told[:_MOST_TOLD], 2):
                    both = np.unique(one * (int(other.max()) + 1) + other, return_inverse=True)[1]
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

    def apart(self, view: int, others: Sequence[int]) -> float:
        """The share of what a view says that none of the others says already: two columns that say one thing are one
        voice."""
        told = max((float(self.bits[view, other] / self._entropy[view]) for other in others), default=0.0)
        return max(0.0, 1.0 - _WHOLLY * told)

    def voices(self, of: Sequence[int], block: tuple[int, ...]) -> list[BlockEvidence]:
        """Ways in which the columns `of` speak of a block, the surest first."""
        columns = self.columns
        found = []
        for i in of:
            key = (i, block)
            if key not in self._voices:
                told = []
                for e in columns.of.get(i, ()):
                    for c in block:
                        most = max((self.bits[e, t] for t in columns.of.get(c, ())), default=0.0)
                        # Parts that say little next to others of the same cells would outvote these, coming last.
                        targets = [t for t in columns.of.get(c, ()) if self.bits[e, t] > _ALIKE * most]
                        if targets:
                            chain = tuple(sorted(targets, key=lambda t: len(columns.views[t].counts)))
                            told.append(BlockEvidence(e, chain, float(max(self.bits[e, t] for t in targets))))
                self._voices[key] = told
            found += self._voices[key]
        return sorted(found, key=lambda voice: -voice.bits)


def correlation(one: Floats, two: Floats) -> float:
    """Rank correlation over the rows that have both (the others are NaN); 0 where these are few."""
    both = np.isfinite(one) & np.isfinite(two)
    if both.sum() < _ENOUGH or np.ptp(one[both]) == 0 or np.ptp(two[both]) == 0:
        return 0.0
    ranks = [_ranks(each[both]) for each in (one, two)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Floats) -> Floats:
    """Ranks, the mean of them where values are equal."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    found: Floats = (np.cumsum(counts) - (counts - 1) / 2)[at]
    return found


def _entropy(counts: Codes, n: int) -> float:
    held = counts[counts > 0] / n
    return float(-(held * np.log2(held)).sum())
