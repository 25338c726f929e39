"""How often values occur in a list, and which value may be used once more.

An ordinary row's value is in f rows, its own among them: often in its own alone. A row that takes its value over
from another one raises f to f + 1, never to 1. With R(f) rows whose value occurs f times, a persona's value must be new
with probability R(1) / n and occur f times before it with probability R(f + 1) / n (Good 1953, equation 2): a value
drawn from a random row is accepted with a probability in proportion to R(f + 1) / R(f).

Where a column has few values (ages, cities, the days of some weeks), R(f) is too rough to be divided. There frequencies
are taken as negative binomial with the mean m and variance v of the values' own, which makes the ratio (f + s) / f with
s = m² / (v - m): values that are equally likely occur m times but for chance (v = m), and each may come next alike.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from tracer.marking.persona.draws import KeyedDraw

_MANY = 400
"""Once more makes no difference to a value that occurs so often."""
_FINE = 1_000_000
_MOST = 5.0
_TRIES = 40
_FEW = 100
"""So many values at most are seen as negative binomial, where they occur `_OFTEN` times in the mean."""
_OFTEN = 2.0


class Occurrences:
    """Values of a list's rows, one a row."""

    def __init__(self, values: Iterable[str], counts: Mapping[str, int] | None = None) -> None:
        """`counts`: in how many rows of the whole list each is, where `values` are a sample's."""
        rows = Counter(values)
        self.counts: Mapping[str, int] = rows if counts is None else counts
        having = Counter[int]()
        for value, times in rows.items():
            having[self.counts.get(value, 1)] += times
        self._new = having[1] / max(1, sum(having.values()))
        self._shift = _shift([self.counts.get(value, 1) for value in rows])
        if self._shift is not None:
            least, s = min(having), self._shift
            self._accepted = {f: least / f * (1.0 if math.isinf(s) else (f + s) / (least + s)) for f in having}
            return
        # Large frequencies are few of each: those within a fifth of one another count as one.
        about = {f: sum(having[k] for k in range(f - f // 5, f + f // 5 + 1)) / (1 + f // 5 * 2) for f in _both(having)}
        ratios = {f: about[f + 1] / about[f] if f < _MANY else 1.0 for f in having}
        # A few freak frequencies must not make everything else improbable.
        most = min(max(ratios.values(), default=1.0), _MOST) or 1.0
        self._accepted = {f: min(1.0, ratio / most) for f, ratio in ratios.items()}

    def new_due(self, draw: KeyedDraw) -> bool:
        """Whether the next value is to be one that no row has."""
        return draw.below(_FINE) < self._new * _FINE

    def weight(self, value: str) -> float:
        """How likely a value is to come once more, or a first time, next to others that fit the same place."""
        times = self.counts.get(value, 0)
        if self._shift is None or math.isinf(self._shift):
            return 1.0 / (times + 1)
        return (times + self._shift) / (times + 1)

    def accepts(self, value: str, draw: KeyedDraw) -> bool:
        """Whether a value drawn from a random row may occur once more; another one is to be drawn where not."""
        return draw.below(_FINE) < self._accepted.get(self.counts.get(value, 0), 1.0) * _FINE


def _shift(times: Sequence[int]) -> float | None:
    """s of the negative binomial; infinite where the values are equally likely, None where they are many or rare."""
    if not 1 < len(times) <= _FEW or sum(times) < _OFTEN * len(times):
        return None
    mean = sum(times) / len(times)
    variance = sum((f - mean) ** 2 for f in times) / (len(times) - 1)
    return mean * mean / (variance - mean) if variance > mean else math.inf


def _both(frequencies: Iterable[int]) -> set[int]:
    """The frequencies and their successors."""
    return {f + k for f in frequencies if f < _MANY for k in (0, 1)}


class Halves:
    """Short texts, of which new ones are made from the beginning of one and the end of another of its length."""

    def __init__(self, texts: Sequence[str], fresh: Sequence[str] | None = None) -> None:
        """`fresh`: new ones instead, each given once; where there are none left, a text that is there comes again."""
        self.texts, self.occurrences = texts, Occurrences(texts)
        self.fresh = None if fresh is None else list(fresh)
        self.by_length: dict[int, list[str]] = defaultdict(list)
        for text in texts:
            self.by_length[len(text)].append(text)

    def drawn(self, draw: KeyedDraw) -> str:
        """A text as a random row could have it: one of the texts, or a new one."""
        text = draw.choice(self.texts)
        if not self.occurrences.new_due(draw) or self.fresh == []:
            return accepted(lambda: draw.choice(self.texts), self.occurrences, draw)
        if self.fresh is not None:
            return self.fresh.pop(draw.below(len(self.fresh)))
        like = self.by_length[len(text)]
        half = max(1, len(text) // 2)
        made = text
        for _ in range(_TRIES):
            made = draw.choice(like)[:half] + draw.choice(like)[half:]
            if made not in self.occurrences.counts:
                break
        return made


def accepted(drawn: Callable[[], str], occurrences: Occurrences, draw: KeyedDraw) -> str:
    """The first of the drawn values that may occur once more; the last one where none of many may."""
    for _ in range(_TRIES):
        value = drawn()
        if occurrences.accepts(value, draw):
            break
    return value
