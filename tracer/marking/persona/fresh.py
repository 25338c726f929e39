"""Values that no row has, as often as the list's own values are single; and what follows from them.

With R(f) rows whose value is in f rows, one more row has a new value with probability R(1) / n, and one that f rows
have with R(f + 1) / n (Good 1953, equation 2). So the value of a row drawn at random is kept with probability
R(f + 1) / R(f), and newly made otherwise. Amounts that are computed of others, or are them times a usual factor, are
computed again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tracer.marking.persona.columns import Floats, ListColumns, fraction
from tracer.marking.persona.dates import DAY
from tracer.marking.persona.draws import KeyedDraw

_FEW = 4
"""Rows from which on one more with a value makes no difference."""
_TRIES = 30
_NEAR = 5
"""Neighbours by size among which a new amount lies."""
_HOUR = 3_600
_COLUMNS = 14
"""Columns of amounts that formulas are looked for in."""
_LOOKED_AT = 400
_FIRMS = 0.2
"""Distinct values as a share of the rows, above which those that come again are one firm's."""
_HOLDS = 0.97
_OLDEST = 120
_LATEST = 40
"""Birthdays that are looked at for the day on which ages were counted: the last ones."""

Operation = Callable[[Floats, Floats], Floats]
OPERATIONS: Mapping[str, Operation] = {
    "x * y": lambda x, y: x * y, "x * (1 - y)": lambda x, y: x * (1 - y),
    "x * (1 - y / 100)": lambda x, y: x * (1 - y / 100),
    "x * (1 + y)": lambda x, y: x * (1 + y), "x * (1 + y / 100)": lambda x, y: x * (1 + y / 100),
    "x * y / 100": lambda x, y: x * y / 100, "x + y": lambda x, y: x + y, "x - y": lambda x, y: x - y,
    "x / y": lambda x, y: x / y,
}  # fmt: skip


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
    for z in able:
        room = 0.51 * 10.0 ** -columns.measures[z].places
        if len(set(columns.filled[z])) < 20:
            continue
        for x in able:
            for y in able:
                if len({x, y, z}) < 3:
                    continue
                for name, operation in OPERATIONS.items():
                    if y < x and name in ("x * y", "x + y", "x * y / 100"):
                        continue
                    with np.errstate(all="ignore"):
                        made = operation(values[x], values[y])
                    both = np.isfinite(made) & np.isfinite(values[z])
                    if both.sum() < 0.2 * len(both) or both.sum() < 20:
                        continue
                    near = np.abs(made - values[z])[both] <= room + 1e-9 * np.abs(values[z][both])
                    moved = np.abs(made - values[x])[both] > room
                    if (
                        near.mean() >= _HOLDS
                        and moved.mean() > 0.05
                        and (np.abs(made - values[y])[both] > room).mean() > 0.05
                    ):
                        told = (
                            -round(float(near.mean()), 2),
                            -columns.measures[z].places,
                            list(OPERATIONS).index(name),
                        )
                        found.append((told, Formula(z, (x, y), name)))
    kept: list[Formula] = []
    for _, formula in sorted(found, key=lambda each: (each[0], each[1].result, each[1].inputs)):
        before = {formula.result}
        for _ in kept:
            before |= {each.result for each in kept if before & set(each.inputs)}
        if formula.result not in {each.result for each in kept} and not before & set(formula.inputs):
            kept.append(formula)
    return sorted(kept, key=lambda each: _depth(each.result, kept))


def proportional(columns: ListColumns) -> set[tuple[int, int]]:
    """Pairs of amounts of which the second is the first times a factor that one or two columns of few values tell."""
    amounts = [i for i, m in columns.measures.items() if not m.dated and len(set(columns.filled[i])) >= 30][:_COLUMNS]
    few = [i for i in range(columns.width) if 1 < len(set(columns.filled[i])) <= 40][:_COLUMNS]
    codes = {i: np.unique([cell or "" for cell in columns.cells[i]], return_inverse=True)[1] for i in few}
    found = {(a, b) for a, b in columns.usual if not columns.measures[a].dated}
    for a in amounts:
        for b in amounts:
            if a == b or (a, b) in found or (b, a) in found:
                continue
            one, two = columns.values[a], columns.values[b]
            both = np.isfinite(one) & np.isfinite(two) & (one > 0) & (two > 0)
            ratio = np.log(two[both] / one[both]) if both.sum() >= 100 else np.zeros(0)
            groups = [codes[i][both] for i in few if i not in (a, b)]
            for at, first in enumerate(groups if len(ratio) and float(np.std(ratio)) > 0.05 else ()):
                for second in groups[at:]:
                    key = np.unique(first * 64 + second, return_inverse=True)[1]
                    count = np.bincount(key)
                    mean = np.bincount(key, weights=ratio) / count
                    again = count[key] >= 3
                    if again.mean() > 0.4 and (np.abs(ratio - mean[key])[again] < 0.004).mean() > 0.8:
                        found.add((a, b))
    return found


def ages_of(columns: ListColumns) -> list[tuple[int, int, date]]:
    """Columns of days, of amounts that are full years since then, and the day on which they were counted."""
    found = []
    step = max(1, len(columns.rows) // (4 * _LOOKED_AT))
    for born in (i for i, m in columns.measures.items() if m.dated):
        for age in (i for i, m in columns.measures.items() if not m.dated and m.places == 0):
            pairs = [(v, int(a)) for v, a in zip(columns.values[born][::step], columns.values[age][::step], strict=True)
                     if np.isfinite(v) and np.isfinite(a) and 0 <= a < _OLDEST]  # fmt: skip
            if len(pairs) < 50 or len({a for _, a in pairs}) < 5:
                continue
            # Each says that the day is not before its birthday at that age; a few may be slips.
            at_least = sorted({int((v + a * 365.2425 * DAY) // DAY) for v, a in pairs})[-_LATEST:]
            days = [date.fromordinal(day + k) for day in at_least for k in (0, 1)]
            best = max(days, key=lambda on: sum(years(v, on) == a for v, a in pairs))
            if sum(years(v, best) == a for v, a in pairs) >= _HOLDS * len(pairs):
                found.append((born, age, best))
    return found


def years(since: float, on: date) -> float:
    """Full years from a moment, in seconds, to a day."""
    day = date.fromordinal(int(since // DAY))
    return float(on.year - day.year - ((on.month, on.day) < (day.month, day.day)))


def _depth(i: int, formulas: Sequence[Formula]) -> int:
    return max((1 + _depth(j, formulas) for each in formulas if each.result == i for j in each.inputs), default=0)


class Freshness:
    """Which values are kept, and what the others become."""

    def __init__(self, columns: ListColumns, formulas: Sequence[Formula], draw: KeyedDraw) -> None:
        self.columns, self.formulas, self.draw = columns, formulas, draw
        self._bound = proportional(columns)
        """Pairs of amounts of which the second is the first times what other columns say."""
        self._ages = ages_of(columns)
        self._keep = [self._kept_shares(i) for i in range(len(columns.roles))]
        self._sorted = {i: sorted({float(v) for v in columns.values[i] if np.isfinite(v)}) for i in columns.measures}
        self._days = {i: self._usual_days(i) for i, measure in columns.measures.items() if measure.dated}

    def kept_share(self, i: int, cell: str | None) -> float:
        """How likely a value of column i, taken over from a row drawn at random, is to be kept."""
        if cell is None:
            return 1.0
        times = self.columns.sample.counts[i].get(cell, 0)
        return self._keep[i][times] if times < _FEW else 1.0

    def keeps(self, i: int, cell: str | None) -> bool:
        """Whether it is, as drawn."""
        return fraction(self.draw) < self.kept_share(i, cell)

    def _kept_shares(self, i: int) -> list[float]:
        counts = self.columns.sample.counts[i]
        having = Counter(min(counts.get(cell, 1), 99) for cell in self.columns.filled[i])
        return [1.0, *(min(1.0, having[f + 1] / having[f]) if having[f] else 1.0 for f in range(1, _FEW))]

    def _usual_days(self, i: int) -> tuple[frozenset[int], frozenset[int]]:
        """Days of the week on which nearly no row falls, and days of the month that are met by habit."""
        values = self.columns.values[i]
        days = [date.fromordinal(int(value // DAY)) for value in values[np.isfinite(values)]]
        week, month = Counter(day.weekday() for day in days), Counter(day.day for day in days)
        return (
            frozenset(k for k in range(7) if week[k] < 0.02 * len(days)),
            frozenset(k for k in range(1, 32) if month[k] > max(5, 2.5 * len(days) / 30)),
        )

    def renew(
        self, block: Sequence[int], cells: list[str | None], taken: list[int | None], *, all_due: bool = False
    ) -> None:
        """Make the amounts and moments of a block new where they are due, and compute what follows from them.

        `all_due`: also those that several rows of one firm have, since the firm is a new one.
        """
        columns = self.columns
        measured = [i for i in block if i in columns.measures and cells[i] is not None]
        before = {i: columns.measures[i].value(cells[i]) for i in measured}
        own = {i for i in measured if all_due and columns.sample.distinct[i] > _FIRMS}
        due = [i for i in measured if before[i] is not None and (i in own or not self.keeps(i, cells[i]))]
        made: dict[int, float] = {}
        self._moved([i for i in due if columns.measures[i].dated], measured, cells, made)
        results = {each.result: each for each in self.formulas if self._held(each, before)}
        aged = {age: (born, on) for born, age, on in self._ages if before.get(age) is not None}
        bound = {j for i, j in self._bound if i in measured and before[i]}
        for i in due:
            if columns.measures[i].dated or i in made or i in results or i in bound or i in aged:
                continue
            made[i] = self._amount(i, str(cells[i]))
            for j in measured:
                old, first = before[j], before[i]
                tied = (i, j) in self._bound or (j in due and j not in bound and not columns.measures[j].dated)
                if tied and j not in made and j not in results and old is not None and first:
                    unit = 0.0 if (i, j) in self._bound else columns.measures[j].unit(old, str(cells[j]))
                    scaled = old * made[i] / first
                    made[j] = round((scaled - old) / unit) * unit + old if unit else scaled
        for i, formula in results.items():
            x, y = (made.get(j, before.get(j)) for j in formula.inputs)
            if any(j in made for j in formula.inputs) and x is not None and y is not None:
                made[i] = formula.value(x, y)
        made |= {age: years(made[born], on) for age, (born, on) in aged.items() if born in made}
        for i, value in made.items():
            text = columns.measures[i].written(value, str(cells[i])) if np.isfinite(value) else cells[i]
            if text != cells[i]:
                cells[i], taken[i] = text, None

    def _held(self, formula: Formula, values: Mapping[int, float | None]) -> bool:
        x, y, z = (values.get(i) for i in (*formula.inputs, formula.result))
        if x is None or y is None or z is None:
            return False
        return abs(formula.value(x, y) - z) <= 0.51 * 10.0 ** -self.columns.measures[
            formula.result
        ].places + 1e-9 * abs(z)

    def _amount(self, i: int, cell: str) -> float:
        """An amount near a cell's that no row has, ending as the list's do."""
        measure, own = self.columns.measures[i], self._sorted[i]
        value = measure.value(cell) or 0.0
        unit, reach = measure.unit(value, cell), self._reach(i, value)
        steps = max(2, round(reach / unit))
        for _ in range(_TRIES):
            made = value + unit * (1 + self.draw.below(steps)) * (1 if self.draw.below(2) else -1)
            same_sign = made * value > 0 and own[0] <= made <= own[-1]
            if same_sign and measure.written(made, cell) not in self.columns.sample.counts[i]:
                return made
        return value

    def _reach(self, i: int, value: float) -> float:
        own = self._sorted[i]
        at = bisect_left(own, value)
        return max(own[min(len(own) - 1, at + _NEAR)] - value, value - own[max(0, at - _NEAR)])

    def _moved(
        self, due: Sequence[int], measured: Sequence[int], cells: Sequence[str | None], made: dict[int, float]
    ) -> None:
        """Move days by one step, and moments by another: what was between them stays, also where one of two may stay
        that are as long after each other as others are."""
        columns, ways = self.columns, [pair for pair in self.columns.usual if {*pair} <= {*measured}]
        for moments in (False, True):
            group = {i for i in due if (columns.measures[i].unit(0.0, str(cells[i])) < DAY) == moments}
            if not group:
                continue
            first = min(group)
            for _ in ways:
                group |= {i for pair in ways if group & {*pair} for i in pair if columns.measures[i].dated}
            value = columns.measures[first].value(cells[first]) or 0.0
            unit = columns.measures[first].unit(0.0, str(cells[first])) if moments else DAY
            most = _HOUR if moments else 30 * DAY
            steps = max(3, int(min(self._reach(first, value), most) // unit))
            for _ in range(_TRIES):
                step = unit * (1 + self.draw.below(steps)) * (1 if self.draw.below(2) else -1)
                moved = {i: (columns.measures[i].value(cells[i]) or 0.0) + step for i in group}
                if all(self._fits(i, moved[i], str(cells[i]), moments=moments) for i in group if i in due):
                    made |= moved
                    break

    def _fits(self, i: int, value: float, cell: str, *, moments: bool) -> bool:
        measure, own = self.columns.measures[i], self._sorted[i]
        if not own[0] <= value <= own[-1]:
            return False
        if moments:
            same_day = value // DAY == (measure.value(cell) or 0.0) // DAY
            return same_day and measure.written(value, cell) not in self.columns.sample.counts[i]
        never, usual = self._days[i]
        old, new = (date.fromordinal(int(v // DAY)) for v in (measure.value(cell) or 0.0, value))
        return (
            old.day not in usual and new.day not in usual and new.weekday() not in never
            and measure.written(value, cell) not in self.columns.sample.counts[i]
        )  # fmt: skip
