"""Values that no row has, as often as the list's own values are single; and what follows from them.

With R(f) rows whose value is in f rows, one more row has a new value with probability R(1) / n, and one that f rows
have with R(f + 1) / n (Good 1953, equation 2). So the value of a row drawn at random is kept with probability
R(f + 1) / R(f), and newly made otherwise. Amounts that are computed of others, or are them times a usual factor, are
computed again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations_with_replacement, permutations

import numpy as np

from tracer.marking.persona.columns import Floats, ListColumns
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.measures import DAY

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
        self._keep: list[list[float]] = []
        """Column -> by the rows that have a value: how likely it is to be kept."""
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
                made |= self._moved(group, due, measures, cells, moments=moments)

        # What is computed of others, or goes with them, follows them; other amounts of a block keep their proportion.
        results = {each.result: each for each in self.formulas if self._held(each, before)}
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
            text = columns.measures[i].written(value, str(cells[i])) if np.isfinite(value) else cells[i]
            if text != cells[i]:
                cells[i], taken[i] = text, None

    def _held(self, formula: Formula, values: Mapping[int, float | None]) -> bool:
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
            if same_sign and measure.written(made, cell) not in self.columns.sample.counts[i]:
                return made
        return value

    def _step(self, unit: float, most: int) -> float:
        return unit * (1 + self.draw.below(most)) * (1 if self.draw.below(2) else -1)

    def _reach(self, i: int, value: float) -> float:
        """How far the neighbours of a value are by size."""
        own = self._sorted[i]
        at = bisect_left(own, value)
        return max(own[min(len(own) - 1, at + _NEAR)] - value, value - own[max(0, at - _NEAR)])

    def _moved(
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
        if not own[0] <= value <= own[-1] or measure.written(value, cell) in self.columns.sample.counts[i]:
            return False
        before = measure.value(cell) or 0.0
        if moments:
            return value // DAY == before // DAY
        never, usual = self._days[i]
        old, new = (date.fromordinal(int(each // DAY)) for each in (before, value))
        return old.day not in usual and new.day not in usual and new.weekday() not in never
